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
pub use verb::{base_form, is_participle, past_participle, simple_past};

/// Words that end the head of a noun phrase: "date *of* birth" has the head "date".
#[rustfmt::skip]
pub const PREPOSITIONS: &[&str] = &[
    "of", "per", "in", "on", "at", "to", "from", "by", "for", "with", "under", "over", "until", "before", "after", "including", "excluding",
];

/// Splits a noun phrase into what comes before its head word, the head word, and what follows: ("", "date", " of birth").
pub fn head(phrase: &str) -> (&str, &str, &str) {
    let mut end = phrase.len();
    let mut at = 0usize;
    for word in phrase.split(' ') {
        // "documents mailed", "skills required to fix": a participle after a noun follows it.
        let follows = word.ends_with("ed")
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
        assert_eq!(head(""), ("", "", ""));
    }
}
