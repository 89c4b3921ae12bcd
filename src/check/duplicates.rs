//! Was this pair there before?
//!
//! Three answers count as yes: the same SQL; the same SQL with its parts in another order (`parts`); the same question. A
//! question that stands already with another SQL is worse than a duplicate: one of the two would teach a wrong answer.
//! Questions that differ in a literal or a column are different pairs. Limits: about 100 bytes a pair.

use super::parts::{self, key};
use std::collections::{HashMap, HashSet};

/// The pairs seen so far.
#[derive(Debug, Default)]
pub struct Seen {
    sql: HashSet<u64>,
    parts: HashSet<u64>,
    /// Question -> its SQL.
    questions: HashMap<u64, u64>,
    /// SQL without its literals -> candidates of that form.
    forms: HashMap<u64, Tries>,
    /// The same of one kind of comparison: more than five, at least five, between five and ten.
    families: HashMap<u64, u32>,
    /// SQL that was refused for what it is, whatever the question.
    refused: HashSet<u64>,
}

/// What became of the candidates of a form.
#[derive(Debug, Clone, Copy, Default)]
struct Tries {
    pairs: u32,
    refused: u32,
}

/// What of a SQL text tells it from others. Made once for a text, by whoever wrote it: who takes pairs in order keeps all threads waiting.
#[derive(Debug, Clone, Copy)]
pub struct Fingerprint {
    exact: u64,
    parts: u64,
    form: u64,
    family: u64,
}

impl Fingerprint {
    /// Of a SQL text.
    pub fn of(sql: &str) -> Self {
        let normal = normal(sql);
        let form = without_literals(sql);
        Fingerprint {
            exact: key(&normal),
            parts: parts::of(&normal),
            form: key(&form),
            family: key(&family(&form)),
        }
    }
}

impl Seen {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Why this pair may not stand beside those seen: the reason's name and what it met.
    pub fn conflict(&self, question: &str, sql: &Fingerprint) -> Option<(&'static str, String)> {
        let question = self.questions.get(&key(&normal(question)));
        if question.is_some_and(|other| *other != sql.exact) {
            return Some(("question_conflict", "the same question stands with another SQL".to_owned()));
        }
        if self.sql.contains(&sql.exact) {
            return Some(("duplicate_sql", "the same SQL stands already".to_owned()));
        }
        if question.is_some() {
            return Some(("duplicate_question", "the same question stands already".to_owned()));
        }
        if self.parts.contains(&sql.parts) {
            return Some(("near_duplicate", "the same SQL stands with its parts in another order".to_owned()));
        }
        None
    }

    /// Whether this question stands already.
    pub fn is_asked(&self, question: &str) -> bool {
        self.questions.contains_key(&key(&normal(question)))
    }

    /// Pairs and refused candidates whose SQL differs from this in literals alone.
    pub fn tried(&self, sql: &Fingerprint) -> u32 {
        let tries = self.tries(sql);
        tries.pairs + tries.refused
    }

    /// The same of SQL that may differ in how it says one kind of comparison too.
    pub fn tried_alike(&self, sql: &Fingerprint) -> u32 {
        self.families.get(&sql.family).copied().unwrap_or_default()
    }

    /// Whether no pair's SQL differs from this in literals alone.
    pub fn is_new_form(&self, sql: &Fingerprint) -> bool {
        self.tries(sql).pairs == 0
    }

    fn tries(&self, sql: &Fingerprint) -> Tries {
        self.forms.get(&sql.form).copied().unwrap_or_default()
    }

    /// Whether this SQL would be refused whatever the question: it stands already, or was refused before.
    pub fn is_settled(&self, sql: &Fingerprint) -> bool {
        self.sql.contains(&sql.exact) || self.refused.contains(&sql.exact) || self.parts.contains(&sql.parts)
    }

    /// Remembers a refused candidate; `lasting`: whatever the question.
    pub fn refuse(&mut self, sql: &Fingerprint, lasting: bool) {
        *self.families.entry(sql.family).or_default() += 1;
        self.forms.entry(sql.form).or_default().refused += 1;
        if lasting {
            self.refused.insert(sql.exact);
        }
    }

    /// Remembers a pair.
    pub fn insert(&mut self, question: &str, sql: &Fingerprint) {
        self.sql.insert(sql.exact);
        self.parts.insert(sql.parts);
        *self.families.entry(sql.family).or_default() += 1;
        self.forms.entry(sql.form).or_default().pairs += 1;
        self.questions.insert(key(&normal(question)), sql.exact);
    }
}

/// Lower case outside quotes is not enough for a question, so all of it; blanks and final punctuation do not count.
fn normal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        if word.is_ascii() {
            out.extend(word.chars().map(|c| c.to_ascii_lowercase()));
        } else {
            out.push_str(&word.to_lowercase());
        }
    }
    out.truncate(out.trim_end_matches(['.', '?', '!', ';', ' ']).len());
    out
}

/// Quoted texts and numbers as `?`; how many rows are asked for is part of the form.
fn without_literals(sql: &str) -> String {
    let mut limit = false;
    let mut form = String::with_capacity(sql.len());
    let mut doubled = false;
    for (at, outside) in sql.split('\'').step_by(2).enumerate() {
        // A doubled quote stands inside its text.
        if at > 0 && !doubled {
            form.push('?');
        }
        doubled = at > 0 && outside.is_empty();
        for word in outside.split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')) {
            let masked = word.starts_with(|c: char| c.is_ascii_digit()) && !limit;
            limit = word == "LIMIT ";
            if masked {
                form.push('?');
                form.extend(word.chars().last().filter(|c| !c.is_ascii_alphanumeric() && !"_.".contains(*c)));
            } else {
                form.push_str(word);
            }
        }
    }
    form
}

/// Whether a SQL compares with values, which another of its form may have others of.
pub fn has_values(sql: &str) -> bool {
    without_literals(sql).contains('?')
}

/// A form with each comparison with literals as the plainest of its kind: at least five is more than five, one of three is one, and so on.
fn family(form: &str) -> String {
    let mut out = String::with_capacity(form.len());
    let mut push = |word: &str, rest: &str| {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
        out.push_str(rest);
    };
    let mut words = form.split(' ').peekable();
    let mut unlike = false;
    while let Some(word) = words.next() {
        let next = words.peek().copied().unwrap_or_default();
        match word {
            ">=" => push(">", ""),
            "<=" => push("<", ""),
            "LIKE" => push("=", ""),
            "IN" if next.starts_with("(?") => {
                push(if std::mem::take(&mut unlike) { "<>" } else { "=" }, "");
                let last = words.by_ref().find(|word| word.contains(')')).unwrap_or_default();
                push("?", last.split_once(')').map_or("", |(_, rest)| rest));
            }
            "BETWEEN" => {
                push(">", "");
                // "? AND", and the upper bound stays.
                words.nth(1);
            }
            "NOT" if next == "LIKE" => {
                push("<>", "");
                words.next();
            }
            "NOT" if next == "IN" => {
                let mut rest = words.clone();
                if rest.nth(1).is_some_and(|list| list.starts_with("(?")) {
                    // The list is read in its turn, as one value that is unlike.
                    unlike = true;
                } else {
                    push(word, "");
                }
            }
            other => push(other, ""),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_there_is_named_and_what_is_new_passes() {
        let mut seen = Seen::new();
        seen.insert("How many cats?", &Fingerprint::of("SELECT COUNT(*) FROM cat WHERE a = 1 AND b = 2"));
        let reason = |q: &str, s: &str| seen.conflict(q, &Fingerprint::of(s)).map(|(reason, _)| reason);
        assert_eq!(reason("how  many cats", "SELECT 1"), Some("question_conflict"));
        assert_eq!(
            reason("Count the cats.", "select COUNT(*) FROM cat  WHERE a = 1 AND b = 2"),
            Some("duplicate_sql")
        );
        assert_eq!(
            reason("Count the cats.", "SELECT COUNT(*) FROM cat WHERE b = 2 AND a = 1"),
            Some("near_duplicate")
        );
        assert_eq!(
            reason("Count the old cats.", "SELECT COUNT(*) FROM cat WHERE a = 1 AND b = 3"),
            None
        );
    }

    #[test]
    fn comparisons_of_a_kind_are_one_family() {
        let of = |condition: &str| {
            family(&without_literals(&format!(
                "SELECT a FROM t JOIN u ON t.k = u.k WHERE {condition} ORDER BY b"
            )))
        };
        let more = "SELECT a FROM t JOIN u ON t.k = u.k WHERE c > ? ORDER BY b";
        for condition in ["c > 2", "c >= 12", "c BETWEEN 1 AND 2"] {
            assert_eq!(of(condition), more, "{condition}");
        }
        for condition in ["c IN (1, 2, 3)", "c LIKE 'A%'"] {
            assert_eq!(of(condition), of("c = 1"), "{condition}");
        }
        for condition in ["c NOT IN ('a', 'b')", "c NOT LIKE 'A%'"] {
            assert_eq!(of(condition), of("c <> 'x y'"), "{condition}");
        }
        assert_eq!(of("(c = 1 OR c IN (2, 3))"), of("(c = 1 OR c = 2)"));
        let apart = [
            "c = 1",
            "c <> 1",
            "c > 2",
            "c < 2",
            "d = 1",
            "c IN (SELECT k FROM v)",
            "c NOT IN (SELECT k FROM v)",
        ];
        let families: HashSet<String> = apart.iter().map(|condition| of(condition)).collect();
        assert_eq!(families.len(), apart.len());
    }

    #[test]
    fn pairs_that_differ_in_literals_alone_are_counted_together() {
        let mut seen = Seen::new();
        seen.insert("a", &Fingerprint::of("SELECT n1 FROM cat WHERE age > 1 AND name = 'Tom'"));
        seen.insert("b", &Fingerprint::of("SELECT n1 FROM cat WHERE age > 2.5 AND name = 'O''Hara 7'"));
        assert_eq!(seen.tried(&Fingerprint::of("SELECT n1 FROM cat WHERE age > 30 AND name = ''")), 2);
        assert_eq!(
            seen.tried(&Fingerprint::of("SELECT n2 FROM cat WHERE age > 1 AND name = 'Tom'")),
            0,
            "a name is no literal"
        );
        seen.insert("c", &Fingerprint::of("SELECT n1 FROM cat LIMIT 1"));
        assert_eq!(
            (
                seen.tried(&Fingerprint::of("SELECT n1 FROM cat LIMIT 1")),
                seen.tried(&Fingerprint::of("SELECT n1 FROM cat LIMIT 3"))
            ),
            (1, 0)
        );
        assert_eq!(
            seen.tried(&Fingerprint::of("SELECT n1 FROM cat WHERE age >= 1 AND name = 'Tom'")),
            0
        );
        seen.refuse(&Fingerprint::of("SELECT n1 FROM cat LIMIT 3"), false);
        assert_eq!(
            seen.tried(&Fingerprint::of("SELECT n1 FROM cat LIMIT 3")),
            1,
            "a refused candidate is a try"
        );
        assert!(
            seen.is_new_form(&Fingerprint::of("SELECT n1 FROM cat LIMIT 3"))
                && !seen.is_settled(&Fingerprint::of("SELECT n1 FROM cat LIMIT 3"))
        );
        seen.refuse(&Fingerprint::of("SELECT n1 FROM cat LIMIT 3"), true);
        assert!(
            seen.is_settled(&Fingerprint::of("SELECT n1 FROM cat LIMIT 3"))
                && seen.is_settled(&Fingerprint::of("SELECT n1 FROM cat LIMIT 1"))
        );
        assert!(
            !seen.is_settled(&Fingerprint::of("SELECT n1 FROM cat LIMIT 2"))
                && !seen.is_new_form(&Fingerprint::of("SELECT n1 FROM cat LIMIT 1"))
        );
    }
}
