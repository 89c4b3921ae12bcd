//! "Did you mean": the nearest known name to one that was not found.

/// The candidate nearest to `name`, if any is near enough to be worth saying.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let candidates: Vec<&str> = candidates.into_iter().collect();
    // "field" where the table is "farm.field", and no other schema has one.
    let tail = |candidate: &&&str| candidate.rsplit_once('.').is_some_and(|(_, last)| last.to_lowercase() == wanted);
    let mut qualified = candidates.iter().filter(tail);
    if let (Some(only), None) = (qualified.next(), qualified.next()) {
        return Some(only);
    }
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&wanted, &candidate.to_lowercase()), candidate))
        .filter(|(score, candidate)| *score >= 0.75 && is_near(&wanted, &candidate.to_lowercase()))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// Whether at most half of the longer word differs: letters in common alone are no likeness ("account_id", "country_code").
fn is_near(wanted: &str, candidate: &str) -> bool {
    let longer = wanted.chars().count().max(candidate.chars().count());
    2 * strsim::osa_distance(wanted, candidate) <= longer
}

/// `; did you mean "x"?` or nothing: the tail of an error message.
pub fn hint<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, candidates)
        .map(|found| format!("; did you mean \"{found}\"?"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_offered_and_far_ones_are_not() {
        assert_eq!(nearest("sourse", ["seed", "source"]), Some("source"));
        assert_eq!(nearest("zzz", ["seed", "source"]), None);
        assert_eq!(nearest("account_id", ["country_code"]), None);
        assert_eq!(nearest("acount_id", ["country_code", "account_id"]), Some("account_id"));
        assert_eq!(nearest("field", ["farm.field", "yield"]), Some("farm.field"));
        assert_eq!(nearest("field", ["farm.field", "mine.field"]), None);
        assert_eq!(hint("Titel", ["title"]), "; did you mean \"title\"?");
    }
}
