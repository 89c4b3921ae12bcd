//! Adjectives: degrees, opposites, and telling one from a noun.

use super::verb::is_participle;

/// Comparative and superlative of adjectives that follow no rule.
#[rustfmt::skip]
const IRREGULAR: &[(&str, &str, &str)] = &[
    ("good", "better", "best"), ("bad", "worse", "worst"), ("far", "farther", "farthest"), ("little", "less", "least"),
    ("much", "more", "most"), ("many", "more", "most"), ("well", "better", "best"),
];

/// An adjective and its opposite, where "non-" or "not" would sound wrong.
#[rustfmt::skip]
const OPPOSITES: &[(&str, &str)] = &[
    ("active", "inactive"), ("available", "unavailable"), ("official", "unofficial"), ("paid", "unpaid"), ("verified", "unverified"),
    ("published", "unpublished"), ("enabled", "disabled"), ("visible", "hidden"), ("public", "private"), ("open", "closed"),
    ("valid", "invalid"), ("married", "unmarried"), ("read", "unread"), ("remote", "on-site"), ("domestic", "international"),
    ("complete", "incomplete"), ("confirmed", "unconfirmed"), ("resolved", "unresolved"), ("registered", "unregistered"),
    ("licensed", "unlicensed"), ("insured", "uninsured"), ("correct", "incorrect"), ("successful", "unsuccessful"), ("online", "offline"),
    ("furnished", "unfurnished"), ("full-time", "part-time"), ("indoor", "outdoor"), ("male", "female"), ("alive", "dead"),
    ("limited", "unlimited"), ("known", "unknown"), ("used", "new"), ("digital", "physical"), ("in stock", "out of stock"),
    ("employed", "unemployed"), ("occupied", "vacant"), ("mandatory", "optional"),
];

/// Adjectives that no ending gives away.
#[rustfmt::skip]
const PLAIN: &[&str] = &[
    "new", "old", "good", "bad", "poor", "fair", "high", "low", "medium", "small", "large", "big", "tall", "short", "long", "young",
    "single", "open", "public", "private", "remote", "full-time", "part-time", "online", "offline", "male", "female", "junior", "senior",
    "standard", "premium", "basic", "gold", "silver", "bronze", "platinum", "worn", "late", "early", "overdue", "urgent", "fresh", "raw",
    "hot", "cold", "dry", "wet", "free", "vacant", "full", "empty", "ripe", "common", "rare", "vegan", "organic", "black", "white", "red",
    "blue", "green", "yellow", "brown", "grey", "gray", "orange", "pink", "purple", "in stock", "pending", "ongoing", "outstanding",
    "upcoming", "incoming", "outgoing", "missing", "working", "running", "existing", "preparing", "processing", "shipping", "waiting",
    "vegetarian", "retail", "wholesale", "foreign", "modern", "classic", "genuine", "adult", "elderly", "daily", "weekly", "monthly",
    "yearly", "quarterly", "hourly", "male", "dead", "alive", "alone", "loyal", "royal", "rural", "urban", "indoor", "outdoor", "spam",
    "leap", "fragile", "perishable", "divorced", "widowed", "complete", "correct", "discrete", "secure", "obsolete", "mature", "tense",
    "secondary", "primary", "tertiary", "elementary", "economy", "business-class", "first-class", "second-class", "round-trip", "one-way",
    "prime", "abstract", "concrete", "direct", "indirect", "exact", "intact", "absent", "present", "current", "former", "major", "minor",
    "regular", "popular",
];

/// Endings of adjectives.
#[rustfmt::skip]
const ENDINGS: &[&str] = &[
    "able", "ible", "ive", "ary", "ous", "ful", "less", "ical", "ional", "ial", "ual", "ative", "-free", "-friendly",
];

/// Nouns with an adjective's ending.
#[rustfmt::skip]
const NOUNS: &[&str] = &[
    "table", "vegetable", "executive", "archive", "drive", "detective", "native", "relative", "representative", "library", "dictionary",
    "summary", "salary", "secretary", "boundary", "diary", "anniversary", "cable", "timetable", "trial", "material", "serial", "tutorial",
    "memorial", "editorial", "official", "manual", "individual", "annual", "ritual", "professional", "commercial", "potential",
    "variable", "motive", "objective", "perspective", "initiative", "alternative", "vocabulary", "itinerary", "beneficiary",
    "documentary", "glossary", "obituary", "january", "february", "industrial",
];

/// Whether a word or hyphenated compound can stand before a noun as its adjective: "cancelled", "full-time", "available".
pub fn is_adjective(word: &str) -> bool {
    let known = PLAIN.contains(&word) || OPPOSITES.iter().any(|(a, b)| *a == word || *b == word);
    known
        || (!word.contains(' ')
            && !NOUNS.contains(&word)
            && (is_participle(word) || (word.len() > 4 && ENDINGS.iter().any(|end| word.ends_with(end)))))
}

/// What a row is that an adjective does not fit: "inactive", "non-billable", "not approved" (after the noun).
pub fn negated(adjective: &str) -> String {
    for (a, b) in OPPOSITES {
        if *a == adjective {
            return (*b).to_owned();
        }
        if *b == adjective {
            return (*a).to_owned();
        }
    }
    if adjective.contains(' ') || is_participle(adjective) {
        format!("not {adjective}")
    } else {
        format!("non-{adjective}")
    }
}

/// "longer", "heavier", "bigger", "more expensive".
pub fn comparative(adjective: &str) -> String {
    IRREGULAR
        .iter()
        .find(|(a, _, _)| *a == adjective)
        .map_or_else(|| degree(adjective, "er", "more"), |(_, more, _)| (*more).to_owned())
}

/// "longest", "heaviest", "biggest", "most expensive".
pub fn superlative(adjective: &str) -> String {
    IRREGULAR
        .iter()
        .find(|(a, _, _)| *a == adjective)
        .map_or_else(|| degree(adjective, "est", "most"), |(_, _, most)| (*most).to_owned())
}

fn degree(adjective: &str, ending: &str, word: &str) -> String {
    let vowel = |c: char| "aeiouy".contains(c);
    let syllables = adjective
        .chars()
        .zip(adjective.chars().skip(1).chain([' ']))
        .filter(|(c, next)| vowel(*c) && !vowel(*next))
        .count()
        - usize::from(adjective.ends_with('e') && adjective.len() > 3 && !adjective.ends_with("le"));
    if syllables > 2
        || (syllables == 2 && !adjective.ends_with('y') && !adjective.ends_with("le") && !adjective.ends_with("ow"))
        || adjective.contains('-')
    {
        return format!("{word} {adjective}");
    }
    if let Some(stem) = adjective.strip_suffix('y').filter(|s| !s.ends_with(vowel)) {
        return format!("{stem}i{ending}");
    }
    if let Some(stem) = adjective.strip_suffix('e') {
        return format!("{stem}{ending}");
    }
    let tail: Vec<char> = adjective.chars().rev().take(3).collect();
    match tail.as_slice() {
        [last, middle, before] if !vowel(*last) && vowel(*middle) && !vowel(*before) && !"wx".contains(*last) => {
            format!("{adjective}{last}{ending}")
        }
        _ => format!("{adjective}{ending}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees() {
        for (base, more, most) in [
            ("long", "longer", "longest"),
            ("heavy", "heavier", "heaviest"),
            ("big", "bigger", "biggest"),
            ("large", "larger", "largest"),
            ("expensive", "more expensive", "most expensive"),
            ("cheap", "cheaper", "cheapest"),
            ("good", "better", "best"),
            ("late", "later", "latest"),
            ("populous", "more populous", "most populous"),
            ("young", "younger", "youngest"),
            ("narrow", "narrower", "narrowest"),
            ("new", "newer", "newest"),
        ] {
            assert_eq!(comparative(base), more);
            assert_eq!(superlative(base), most);
        }
    }

    #[test]
    fn opposites() {
        for (word, other) in [
            ("active", "inactive"),
            ("inactive", "active"),
            ("billable", "non-billable"),
            ("approved", "not approved"),
            ("remote", "on-site"),
        ] {
            assert!(is_adjective(word), "{word}");
            assert_eq!(negated(word), other);
        }
        assert!(!is_adjective("fiction") && !is_adjective("table") && !is_adjective("salary"));
    }
}
