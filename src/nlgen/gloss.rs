//! Glosses: a condition said by a term of the glossary, and the evidence that says what the term means.
//!
//! "books with more than 540 pages" become "books as thick as a brick", with the evidence "book as thick as a brick: with more than 540 pages". The literal is then in
//! the evidence alone. Limits: comparisons of one column with a bound; a count of a group is "many" or "only a few".
//! Invariant: a clause that is glossed has its words in the question and its literals in the evidence.

use super::modifier::Modifier;
use super::phrase::Phrase;
use super::speaker::Speaker;
use crate::query::ir::{Compare, Expr, Predicate};
use crate::schema::glossary::Glossary;
use crate::words;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// From so many on a count is "many", and up to twice as many it may be "only a few".
const FEW: u64 = 5;

/// How terms are used in one question.
pub struct Gloss<'a> {
    /// Where they come from.
    pub glossary: &'a Glossary,
    /// Figures of speech rather than vague words.
    pub figurative: bool,
    /// By clause id, what the evidence says of it.
    evidence: RefCell<BTreeMap<String, Phrase>>,
}

/// Whether a comparison is with a bound from below.
fn upwards(op: Compare) -> Option<bool> {
    match op {
        Compare::Gt | Compare::GtEq => Some(true),
        Compare::Lt | Compare::LtEq => Some(false),
        Compare::Eq | Compare::NotEq => None,
    }
}

impl<'a> Gloss<'a> {
    /// No terms used so far.
    pub fn new(glossary: &'a Glossary, figurative: bool) -> Self {
        Gloss {
            glossary,
            figurative,
            evidence: RefCell::default(),
        }
    }

    /// A condition by its term, when the glossary has one; `plainly` is how it is said without, `form` how a term is put beside a noun.
    pub fn modifier(
        &self,
        speaker: &Speaker<'_>,
        predicate: &Predicate,
        id: &str,
        plainly: &Modifier,
        literals: &[String],
        form: fn(&str) -> Modifier,
    ) -> Option<Modifier> {
        let Predicate::Compare {
            left: Expr::Column(column),
            op,
            value,
        } = predicate
        else {
            return None;
        };
        let table = speaker.select.table(column.source)?;
        let term = self.glossary.term(&format!("{table}.{}", column.column), value, upwards(*op)?)?;
        let said = if self.figurative { &term.figurative } else { &term.vague }.as_ref()?;
        let modifier = form(said);
        let one = speaker.noun(column.source, false)?;
        let named = if modifier.before.is_some() {
            format!("{said} {one}:")
        } else {
            format!("{one} {said}:")
        };
        // Said of a thing as of a person: what the row is like.
        let meaning = super::condition::to_singular(vec![plainly.clone()]).pop()?.after;
        let meaning = meaning.says_with(id, literals.to_vec());
        self.evidence.borrow_mut().insert(id.to_owned(), words![named, meaning]);
        Some(modifier.says(id, &[]))
    }

    /// "many books" for "at least ten books".
    pub fn count(&self, op: Compare, id: &str, plainly: &str, literal: &str, things: &str) -> Option<&'static str> {
        if self.figurative {
            return None;
        }
        // Nobody calls two many, or a hundred a few.
        let n: u64 = literal.parse().ok()?;
        let said = match upwards(op)? {
            true if n >= FEW => "many",
            false if n <= 2 * FEW => "only a few",
            _ => return None,
        };
        let head = things.split(" who ").next().unwrap_or(things);
        let meaning = Phrase::from(plainly).says_with(id, vec![literal.to_owned()]);
        let entry = words![format!("{said} {head}:"), meaning];
        self.evidence.borrow_mut().insert(id.to_owned(), entry);
        Some(said)
    }

    /// The evidence of the terms whose clauses a question says; empty when it uses none.
    pub fn evidence(&self, is_said: impl Fn(&str) -> bool) -> Phrase {
        let evidence = self.evidence.borrow();
        let used = evidence.iter().filter(|(id, _)| is_said(id));
        let mut out = Phrase::default();
        for (_, entry) in used {
            out = if out.is_empty() {
                entry.clone()
            } else {
                words![out, ";", entry.clone()]
            };
        }
        out
    }
}
