//! Was this pair there before?
//!
//! Three answers count as yes: the same SQL; the same SQL with its parts in another order (the same bag of tokens); the same question. A
//! question that stands already with another SQL is worse than a duplicate: one of the two would teach a wrong answer.
//! Questions that differ in a literal or a column are different pairs. Limits: about 100 bytes a pair.

use crate::ir::record::Record;
use std::collections::{HashMap, HashSet};

/// The pairs seen so far.
#[derive(Debug, Default)]
pub struct Seen {
    sql: HashSet<u64>,
    bags: HashSet<u64>,
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

impl Seen {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Why this pair may not stand beside those seen: the reason's name and what it met.
    pub fn conflict(&self, question: &str, sql_text: &str) -> Option<(&'static str, String)> {
        let sql = key(&normal(sql_text));
        let question = self.questions.get(&key(&normal(question)));
        if question.is_some_and(|other| *other != sql) {
            return Some(("question_conflict", "the same question stands with another SQL".to_owned()));
        }
        if self.sql.contains(&sql) {
            return Some(("duplicate_sql", "the same SQL stands already".to_owned()));
        }
        if question.is_some() {
            return Some(("duplicate_question", "the same question stands already".to_owned()));
        }
        if self.bags.contains(&bag(sql_text)) {
            return Some(("near_duplicate", "the same SQL stands with its parts in another order".to_owned()));
        }
        None
    }

    /// Whether this question stands already.
    pub fn is_asked(&self, question: &str) -> bool {
        self.questions.contains_key(&key(&normal(question)))
    }

    /// Pairs and refused candidates whose SQL differs from this in literals alone.
    pub fn tried(&self, sql: &str) -> u32 {
        let tries = self.tries(sql);
        tries.pairs + tries.refused
    }

    /// The same of SQL that may differ in how it says one kind of comparison too.
    pub fn tried_alike(&self, sql: &str) -> u32 {
        let family = key(&family(&without_literals(sql)));
        self.families.get(&family).copied().unwrap_or_default()
    }

    /// Whether no pair's SQL differs from this in literals alone.
    pub fn is_new_form(&self, sql: &str) -> bool {
        self.tries(sql).pairs == 0
    }

    fn tries(&self, sql: &str) -> Tries {
        self.forms.get(&key(&without_literals(sql))).copied().unwrap_or_default()
    }

    /// Whether this SQL would be refused whatever the question: it stands already, or was refused before.
    pub fn is_settled(&self, sql: &str) -> bool {
        let exact = key(&normal(sql));
        self.sql.contains(&exact) || self.refused.contains(&exact) || self.bags.contains(&bag(sql))
    }

    /// Remembers a refused candidate; `lasting`: whatever the question.
    pub fn refuse(&mut self, sql: &str, lasting: bool) {
        let form = without_literals(sql);
        *self.families.entry(key(&family(&form))).or_default() += 1;
        self.forms.entry(key(&form)).or_default().refused += 1;
        if lasting {
            self.refused.insert(key(&normal(sql)));
        }
    }

    /// Remembers a record.
    pub fn insert(&mut self, record: &Record) {
        self.insert_pair(&record.question, &record.sql);
    }

    /// Remembers a question and its SQL.
    pub fn insert_pair(&mut self, question: &str, sql_text: &str) {
        let sql = key(&normal(sql_text));
        self.sql.insert(sql);
        self.bags.insert(bag(sql_text));
        let form = without_literals(sql_text);
        *self.families.entry(key(&family(&form))).or_default() += 1;
        self.forms.entry(key(&form)).or_default().pairs += 1;
        self.questions.insert(key(&normal(question)), sql);
    }
}

/// Lower case outside quotes is not enough for a question, so all of it; blanks and final punctuation do not count.
fn normal(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ").trim_end_matches(['.', '?', '!', ';', ' ']).to_owned()
}

/// Quoted texts and numbers as `?`; how many rows are asked for is part of the form.
fn without_literals(sql: &str) -> String {
    let outside = sql.split('\'').step_by(2).collect::<Vec<_>>().join("?");
    // A doubled quote stands inside its text.
    let outside = outside.replace("??", "?");
    let words = outside.split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'));
    let mut limit = false;
    let mut form = String::with_capacity(sql.len());
    for word in words {
        let masked = word.starts_with(|c: char| c.is_ascii_digit()) && !limit;
        limit = word == "LIMIT ";
        if masked {
            form.push('?');
            form.extend(word.chars().last().filter(|c| !c.is_ascii_alphanumeric() && !"_.".contains(*c)));
        } else {
            form.push_str(word);
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
    let mut out: Vec<String> = Vec::new();
    let mut words = form.split(' ').peekable();
    while let Some(word) = words.next() {
        let next = words.peek().copied().unwrap_or_default();
        match word {
            ">=" => out.push(">".to_owned()),
            "<=" => out.push("<".to_owned()),
            "<>" | "LIKE" => out.push("=".to_owned()),
            "IN" if next.starts_with("(?") => {
                out.push("=".to_owned());
                let last = words.by_ref().find(|word| word.contains(')')).unwrap_or_default();
                out.push(format!("?{}", last.split_once(')').map_or("", |(_, rest)| rest)));
            }
            "BETWEEN" => {
                out.push(">".to_owned());
                // "? AND", and the upper bound stays.
                words.nth(1);
            }
            "NOT" if next == "LIKE" => {}
            "NOT" if next == "IN" => {
                let mut rest = words.clone();
                if !rest.nth(1).is_some_and(|list| list.starts_with("(?")) {
                    out.push(word.to_owned());
                }
            }
            other => out.push(other.to_owned()),
        }
    }
    out.join(" ")
}

fn bag(sql: &str) -> u64 {
    let text = normal(sql);
    let mut tokens: Vec<&str> = text
        .split(|c: char| !(c.is_alphanumeric() || "_.'<>=%".contains(c)))
        .filter(|t| !t.is_empty())
        .collect();
    tokens.sort_unstable();
    key(&tokens.join(" "))
}

fn key(text: &str) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&blake3::hash(text.as_bytes()).as_bytes()[..8]);
    u64::from_le_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(question: &str, sql: &str) -> Record {
        Record {
            question: question.to_owned(),
            sql: sql.to_owned(),
            ..Record::default()
        }
    }

    #[test]
    fn what_was_there_is_named_and_what_is_new_passes() {
        let mut seen = Seen::new();
        seen.insert(&record("How many cats?", "SELECT COUNT(*) FROM cat WHERE a = 1 AND b = 2"));
        let reason = |q: &str, s: &str| seen.conflict(q, s).map(|(reason, _)| reason);
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
        for condition in [
            "c <> 'x y'",
            "c IN (1, 2, 3)",
            "c NOT IN ('a', 'b')",
            "c LIKE 'A%'",
            "c NOT LIKE 'A%'",
        ] {
            assert_eq!(of(condition), of("c = 1"), "{condition}");
        }
        assert_eq!(of("(c = 1 OR c IN (2, 3))"), of("(c <> 1 OR c = 2)"));
        let apart = [
            "c = 1",
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
        seen.insert(&record("a", "SELECT n1 FROM cat WHERE age > 1 AND name = 'Tom'"));
        seen.insert(&record("b", "SELECT n1 FROM cat WHERE age > 2.5 AND name = 'O''Hara 7'"));
        assert_eq!(seen.tried("SELECT n1 FROM cat WHERE age > 30 AND name = ''"), 2);
        assert_eq!(
            seen.tried("SELECT n2 FROM cat WHERE age > 1 AND name = 'Tom'"),
            0,
            "a name is no literal"
        );
        seen.insert(&record("c", "SELECT n1 FROM cat LIMIT 1"));
        assert_eq!(
            (seen.tried("SELECT n1 FROM cat LIMIT 1"), seen.tried("SELECT n1 FROM cat LIMIT 3")),
            (1, 0)
        );
        assert_eq!(seen.tried("SELECT n1 FROM cat WHERE age >= 1 AND name = 'Tom'"), 0);
        seen.refuse("SELECT n1 FROM cat LIMIT 3", false);
        assert_eq!(seen.tried("SELECT n1 FROM cat LIMIT 3"), 1, "a refused candidate is a try");
        assert!(seen.is_new_form("SELECT n1 FROM cat LIMIT 3") && !seen.is_settled("SELECT n1 FROM cat LIMIT 3"));
        seen.refuse("SELECT n1 FROM cat LIMIT 3", true);
        assert!(seen.is_settled("SELECT n1 FROM cat LIMIT 3") && seen.is_settled("SELECT n1 FROM cat LIMIT 1"));
        assert!(!seen.is_settled("SELECT n1 FROM cat LIMIT 2") && !seen.is_new_form("SELECT n1 FROM cat LIMIT 1"));
    }
}
