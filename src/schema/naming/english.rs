//! Is a schema named in English? Questions are made of its names, so that in another language they read badly.
//!
//! Counts the distinct words of table and column names that no list of English words holds. Limits: words of three letters and more; a schema of fewer than
//! [`WORDS_MIN`] of them is not judged. Invariant: a pure function of the names.

use super::{known, split};
use crate::ir::issue::Severity;
use crate::ir::{LogicalIr, QaIssue};
use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

/// Fewer distinct words say nothing about a language.
const WORDS_MIN: usize = 8;
/// Share of unknown words above which a schema is taken for not English. Measured: 188 English schemas (Spider's and the usual samples) have at most 0.35,
/// half of them below 0.05; a German one has 0.94, a French one 0.72.
const SHARE: f64 = 0.5;
/// Most unknown words told.
const SHOWN: usize = 6;

/// Endings of English words, with what stands there without them.
#[rustfmt::skip]
const ENDINGS: [(&str, &str); 22] = [
    ("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"), ("er", ""), ("er", "e"), ("or", ""), ("or", "e"),
    ("ly", ""), ("al", ""), ("ment", ""), ("ation", "e"), ("ation", ""), ("ion", ""), ("ion", "e"), ("ness", ""), ("ity", ""), ("ive", "e"),
    ("ship", ""),
];

static WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("english.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).collect()
});

/// How many of a schema's distinct words are no English ones: those, in order, and how many words there are.
pub(crate) fn unknown_words(schema: &LogicalIr) -> (Vec<String>, usize) {
    let columns = schema.data_tables().flat_map(|t| t.columns.iter().map(|c| c.name.as_str()));
    let names = schema.data_tables().map(|t| t.name.as_str()).chain(columns);
    let words: BTreeSet<String> = names
        .flat_map(split)
        .filter(|w| w.chars().count() >= 3 && w.chars().all(char::is_alphabetic))
        .collect();
    let unknown = words.iter().filter(|w| !is_english(w)).cloned().collect();
    (unknown, words.len())
}

/// The code of [`doubt`].
pub(crate) const DOUBT: &str = "not_english";

/// The warning about a schema whose words are mostly no English ones.
pub(crate) fn doubt(schema: &LogicalIr) -> Option<QaIssue> {
    let (unknown, all) = unknown_words(schema);
    let doubtful = all >= WORDS_MIN && unknown.len() as f64 > SHARE * all as f64;
    doubtful.then(|| {
        let some = unknown.get(..SHOWN).unwrap_or(&unknown).join(", ");
        let and = if unknown.len() > SHOWN { ", ..." } else { "" };
        let message = format!(
            "most words of this schema are not English: {} of {all} ({some}{and}); questions are made of them and will read badly: say tables and columns in \
             English in schema/lexicon.yaml, or in a <schema>.lexicon.yaml beside the source",
            unknown.len()
        );
        QaIssue::new("schema", Severity::Warning, DOUBT, &schema.name, message)
    })
}

/// Whether a word is listed as it stands.
pub(crate) fn listed(word: &str) -> bool {
    known(word) || WORDS.contains(word)
}

fn is_english(word: &str) -> bool {
    let inflected = || {
        ENDINGS
            .iter()
            .any(|(ending, rest)| word.strip_suffix(ending).is_some_and(|stem| listed(&format!("{stem}{rest}"))))
    };
    // "pname", "ycard": a letter for the table.
    let lettered = || {
        word.char_indices()
            .nth(1)
            .and_then(|(at, _)| word.get(at..))
            .is_some_and(|rest| rest.len() >= 3 && listed(rest))
    };
    listed(word) || inflected() || lettered() || glued(word, 3)
}

/// Made of listed words alone, most of three letters and more: "citedpaperid".
fn glued(word: &str, cuts: usize) -> bool {
    let piece = |w: &str| (w.len() >= 3 && WORDS.contains(w)) || known(w);
    word.is_ascii()
        && cuts > 0
        && (2..word.len()).any(|at| {
            let (first, rest) = word.split_at(at);
            let first = piece(first) || first.strip_suffix('s').is_some_and(piece) || first.strip_suffix("ed").is_some_and(piece);
            first && (piece(rest) || rest.strip_suffix('s').is_some_and(piece) || glued(rest, cuts - 1))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::source::ddl::{Source, parse};

    fn told(sql: &str) -> Option<String> {
        let source = Source {
            file: "a.sql".into(),
            text: sql.into(),
        };
        doubt(&parse(&[source]).logical).map(|issue| issue.message)
    }

    #[test]
    fn a_schema_in_another_language_is_doubted_and_an_english_one_is_not() {
        let german = told(
            "CREATE TABLE kunden (kundennr int PRIMARY KEY, firma text, strasse text, ort text, gesperrt boolean);
             CREATE TABLE auftraege (auftragsnr int PRIMARY KEY, kundennr int, auftragsdatum date, gewicht_kg int, frachtpreis int, status text);",
        );
        assert!(
            german
                .as_ref()
                .is_some_and(|m| m.starts_with("most words of this schema are not English: 11 of 12 (")),
            "{german:?}"
        );
        let french = "CREATE TABLE eleves (id_eleve int, nom text, prenom text, date_naissance date, sexe text, moyenne_generale int, note int, type text)";
        assert!(told(french).is_some());
        let terse = "CREATE TABLE tblCust (custkey int, CustName text, citedpaperids int, acctbal int, mktsegment text, shipdate date, pname text, ycard int, xkz int, qty int, dob date, xyz int, flno int)";
        assert_eq!(told(terse), None);
        assert_eq!(
            told("CREATE TABLE kunden (ort text, plz text, firma text)"),
            None,
            "too little to tell"
        );
    }
}
