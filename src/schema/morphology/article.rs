//! "a" or "an", by sound.

/// Written with a vowel, said with a consonant.
const CONSONANT_SOUND: &[&str] = &["uni", "use", "usu", "util", "eu", "one", "once", "ubiq", "uro", "ufo"];
/// "uni..." said with a vowel all the same.
const VOWEL_SOUND: &[&str] = &["unin", "unim", "unid", "hour", "honest", "honor", "honour", "heir"];

/// "a" or "an" for the phrase that follows.
pub fn article(phrase: &str) -> &'static str {
    let word = phrase.split([' ', '-']).next().unwrap_or_default();
    let capitals = word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()) && word.starts_with(|c: char| c.is_ascii_uppercase());
    // An "mri" is said by letters as well.
    let unspeakable = word.chars().all(|c| c.is_ascii_alphabetic() && !"aeiouyAEIOUY".contains(c));
    let upper = word.to_uppercase();
    let word = if unspeakable { upper.as_str() } else { word };
    let spelled = word.len() >= 2 && (capitals || unspeakable);
    if spelled && !["ISO", "PIN", "ZIP", "GIS", "SKU", "IMDB", "VAT"].contains(&word) {
        return if word.starts_with(['A', 'E', 'F', 'H', 'I', 'L', 'M', 'N', 'O', 'R', 'S', 'X']) {
            "an"
        } else {
            "a"
        };
    }
    let word = word.to_lowercase();
    let starts = |list: &[&str]| list.iter().any(|p| word.starts_with(p));
    // "8", "11", "18", "80..." are said with a vowel: eight, eleven, eighteen, eighty.
    let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
    if !digits.is_empty() {
        return if digits.starts_with('8') || ((digits.starts_with("11") || digits.starts_with("18")) && digits.len() % 3 == 2) {
            "an"
        } else {
            "a"
        };
    }
    if starts(VOWEL_SOUND) || (word.starts_with(['a', 'e', 'i', 'o', 'u']) && !starts(CONSONANT_SOUND)) {
        "an"
    } else {
        "a"
    }
}

/// The phrase with its indefinite article; a plural or a noun that is not counted takes none: "an author", "parking", "cards".
pub fn with_article(phrase: &str) -> String {
    if super::is_mass(phrase) || super::is_plural(phrase) {
        phrase.to_owned()
    } else {
        format!("{} {phrase}", article(phrase))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_follow_the_sound() {
        for (want, phrase) in [
            ("an", "author"),
            ("a", "book"),
            ("an", "hour"),
            ("a", "unit price"),
            ("a", "user"),
            ("an", "ISBN"),
            ("a", "URL"),
            ("an", "e-mail address"),
            ("a", "one-way ticket"),
            ("an", "unidentified object"),
            ("an", "8-day trip"),
            ("a", "7-day trip"),
            ("an", "11"),
            ("a", "110"),
            ("an", "FTE"),
            ("a", "ZIP code"),
            ("a", "European"),
            ("an", "IP address"),
            ("an", "unpaid order"),
        ] {
            assert_eq!(article(phrase), want, "{phrase}");
        }
        assert_eq!(with_article("parking"), "parking");
        assert_eq!(with_article("order"), "an order");
    }
}
