//! English morphology, as much of it as wording questions about data needs: number, articles, participles, degrees.
//!
//! Rules with lists of exceptions, no dictionary: an unknown word is inflected regularly. Input is lower case (acronyms apart) and comes
//! back with the case of what was not touched. Invariant: `singular(plural(w)) == w` for every noun listed here.

mod adjective;
mod article;
mod noun;
mod verb;

pub use adjective::{comparative, is_adjective, negated, superlative};
pub use article::{article, with_article};
pub use noun::{is_mass, is_plural, plural, possessive, singular};
pub use verb::{agent_of_irregular, base_form, is_participle, past_participle, simple_past};

/// Words that end the head of a noun phrase: "date *of* birth" has the head "date".
#[rustfmt::skip]
pub const PREPOSITIONS: &[&str] = &[
    "of", "per", "in", "on", "at", "to", "from", "by", "for", "with", "under", "over", "until", "before", "after", "including", "excluding",
];

/// Nouns that stand after what they are of, whatever that is: "valid until *date*".
const AFTER_ANYTHING: &[&str] = &[
    "date",
    "dates",
    "time",
    "times",
    "day",
    "days",
    "timestamp",
    "timestamps",
    "number",
    "numbers",
    "ID",
    "IDs",
];
/// Prepositions that such a noun may follow: hours *per* day, a number *of* days and a day *in* a week are something else.
const ENDS_OF_SPANS: &[&str] = &["to", "from", "by", "for", "until", "before", "after", "since", "through"];

/// Splits a noun phrase into what comes before its head word, the head word, and what follows: ("", "date", " of birth").
pub fn head(phrase: &str) -> (&str, &str, &str) {
    let mut end = phrase.len();
    let mut at = 0usize;
    for word in phrase.split(' ') {
        // "valid until date", "state changed date": the last word is what it is.
        let rest = phrase.get(at + word.len()..).unwrap_or_default();
        let done = PREPOSITIONS.contains(&word) && phrase.get(..at.saturating_sub(1)).is_some_and(is_participle);
        if at > 0 && (ENDS_OF_SPANS.contains(&word) || word.ends_with("ed") || done) && AFTER_ANYTHING.contains(&rest.trim_start()) {
            break;
        }
        // "documents mailed", "skills required to fix": a participle after a noun follows it.
        let year = phrase.get(..at).is_some_and(|front| ["year ", "years "].contains(&front));
        let many = phrase
            .get(..at.saturating_sub(1))
            .is_some_and(|front| !front.is_empty() && is_plural(front));
        let follows = (word.ends_with("ed") || year || many)
            && is_participle(word)
            && phrase
                .get(..at.saturating_sub(1))
                .is_some_and(|front| !is_adjective(front) && !front.ends_with("ed"));
        if at > 0 && (PREPOSITIONS.contains(&word) || follows) {
            end = at - 1;
            break;
        }
        at += word.len() + 1;
    }
    let (front, rest) = phrase.split_at(end);
    let start = front.rfind(' ').map_or(0, |i| i + 1);
    let (before, head) = front.split_at(start);
    (before, head, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_stands_before_the_preposition() {
        assert_eq!(head("date of birth"), ("", "date", " of birth"));
        assert_eq!(head("home branch"), ("home ", "branch", ""));
        assert_eq!(head("maximum hours per week"), ("maximum ", "hours", " per week"));
        assert_eq!(head("on hand"), ("on ", "hand", ""));
        assert_eq!(head("skills required to fix"), ("", "skills", " required to fix"));
        assert_eq!(head("valid until date"), ("valid until ", "date", ""));
        assert_eq!(head("state changed date"), ("state changed ", "date", ""));
        assert_eq!(head("hours per day"), ("", "hours", " per day"));
        assert_eq!(head("year built"), ("", "year", " built"));
        assert_eq!(head(""), ("", "", ""));
    }
}
