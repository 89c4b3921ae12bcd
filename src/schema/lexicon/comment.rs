//! Comments: a better noun for a cryptic name, and the meaning of codes ("D = cancelled, A = active").
//!
//! A comment is prose by someone else: it is taken only where it plainly is a noun or a list of codes.

use crate::ir::Table;
use crate::schema::{morphology, naming};
use std::collections::BTreeMap;

/// Most words of a comment that can be a noun.
const NOUN_WORDS_MAX: usize = 5;
/// Longest code and most words of its meaning.
const CODE_LEN_MAX: usize = 12;
const MEANING_WORDS_MAX: usize = 4;

/// The comment as a noun phrase, when it is one.
fn noun(comment: &str) -> Option<String> {
    let text = comment.trim().trim_end_matches('.');
    let text = text.split('(').next().unwrap_or_default().trim();
    let plain = !text.is_empty() && text.chars().all(|c| c.is_alphabetic() || c == ' ' || c == '-');
    let words: Vec<String> = text.split_whitespace().map(lower).collect();
    let words = match words.split_first() {
        Some((first, rest)) if ["the", "a", "an"].contains(&first.as_str()) => rest.to_vec(),
        _ => words,
    };
    let first = words.first()?.as_str();
    let verbs = [
        "is", "are", "was", "has", "have", "who", "which", "whether", "when", "where", "if", "null", "refers", "stores", "contains", "and",
        "this", "see", "how", "each", "one", "unique", "or",
    ];
    let says = |w: &String| !verbs.contains(&w.as_str());
    let noun_like = !morphology::PREPOSITIONS.contains(&first) && words.iter().all(says);
    (plain && noun_like && words.len() <= NOUN_WORDS_MAX).then(|| words.join(" "))
}

fn lower(word: &str) -> String {
    if word.len() > 1 && word.chars().all(char::is_uppercase) {
        word.to_owned()
    } else {
        word.to_lowercase()
    }
}

/// A column's noun from its comment, when the name says nothing to a reader.
pub(super) fn column_noun(comment: Option<&str>, words: &[String]) -> Option<String> {
    if !words.iter().any(|w| naming::is_cryptic(w)) {
        return None;
    }
    noun(comment?)
}

/// A table's noun from its comment, when the comment is part of the name ("Order" on customer_order) or the name says nothing.
pub(super) fn table_noun(table: &Table, words: &[String]) -> Option<String> {
    let said = noun(table.comment.as_deref()?)?;
    let part_of_name = said.split(' ').all(|w| {
        words
            .iter()
            .any(|own| own == w || morphology::singular(own) == morphology::singular(w))
    });
    (part_of_name || words.iter().any(|w| naming::is_cryptic(w))).then_some(said)
}

/// Codes and their meanings: "Status: D = cancelled, A = active"; "'Y': yes".
pub(super) fn meanings(comment: &str) -> BTreeMap<String, String> {
    let separator = if comment.contains('=') { '=' } else { ':' };
    let mut out = BTreeMap::new();
    for part in comment.split([',', ';', '\n']) {
        let Some((left, right)) = part.split_once(separator) else {
            continue;
        };
        let quotes = |c: char| c == '\'' || c == '"' || c == '(' || c == ')' || c == '.' || c.is_whitespace();
        let Some(code) = left.split_whitespace().next_back().map(|c| c.trim_matches(quotes)) else {
            continue;
        };
        let meaning = right.trim_matches(quotes).to_lowercase();
        let fits = !code.is_empty()
            && code.len() <= CODE_LEN_MAX
            && !meaning.is_empty()
            && meaning.split_whitespace().count() <= MEANING_WORDS_MAX;
        if fits && meaning.chars().all(|c| c.is_alphabetic() || c == ' ' || c == '-') {
            out.insert(code.to_owned(), meaning);
        }
    }
    if out.len() >= 2 { out } else { BTreeMap::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_and_prose_is_not() {
        let read = meanings("Status: D = cancelled, A = active");
        assert_eq!(read.get("D").map(String::as_str), Some("cancelled"));
        assert_eq!(read.get("A").map(String::as_str), Some("active"));
        assert_eq!(meanings("'Y': yes; 'N': no").len(), 2);
        assert!(meanings("Note: see the manual, page 3").is_empty());
        assert!(meanings("From 1 (cheap) to 4 (very expensive).").is_empty());
    }

    #[test]
    fn short_comments_name_cryptic_columns() {
        let words = vec!["xbrl".to_owned(), "cd".to_owned()];
        assert_eq!(column_noun(Some("The filing code."), &words).as_deref(), Some("filing code"));
        assert_eq!(column_noun(Some("Whether it was filed"), &words), None);
        assert_eq!(column_noun(Some("Filing code"), &["price".to_owned()]), None);
    }
}
