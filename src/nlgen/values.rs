//! Values of a column in words: an amount with its unit, a state, a kind that is a noun of its own.
//!
//! Limits: what is said with them ("with", "whose") is the condition's. Invariant: the words of a value hold the value, or its meaning in the
//! lexicon.

use super::attach::of_kind;
use super::kind::{is_kind, meaning};
use super::literal::{spoken, takes_article};
use super::phrase::Phrase;
use super::speaker::{Speaker, is_year};
use crate::ir::Value;
use crate::query::ir::Expr;
use crate::schema::lexicon::ColumnWords;
use crate::words;

/// A value of a column in words: its meaning where the lexicon has one, with its unit.
pub(super) fn amount(words: &ColumnWords, value: &Value, with_unit: bool) -> String {
    let number = spoken(value, is_year(words));
    let number = match words.noun.split(' ').any(|w| w == "country") && takes_article(&number) {
        true => format!("the {number}"),
        false => number,
    };
    match &words.unit {
        Some(unit) if with_unit => format!("{number} {unit}"),
        _ => number,
    }
}

/// A value after "is": its meaning where that is a word for a thing or a state ("worn"), else the value itself ("who are interns": "intern").
pub(super) fn value_noun(words: &ColumnWords, value: &Value) -> String {
    let stored = value.to_string();
    let plain = |c: char| c.is_ascii_lowercase() || c == '_' || c == ' ';
    match words.values.get(&stored) {
        Some(phrase) if meaning(phrase).before.is_some() => phrase.clone(),
        Some(_) if stored.chars().all(plain) => stored.replace('_', " "),
        _ => amount(words, value, true),
    }
}

/// Values of a type that are nouns of their own, as rows: "dogs", "cats or dogs" for pets; nothing for "basic" performances.
pub(super) fn kinds(speaker: &Speaker<'_>, expr: &Expr, values: &[&Value], joint: &str) -> Option<Phrase> {
    let words = speaker.words_of(expr)?;
    let noun = speaker.noun(expr.base_column()?.source, true)?;
    let named = |v: &&Value| is_kind(words, &v.to_string());
    let list = Phrase::list(values.iter().map(|v| Phrase::from(v.to_string())).collect(), joint);
    let said = of_kind(list, Phrase::from(noun));
    (values.iter().all(named) && !said.text().ends_with(noun)).then_some(said)
}

/// "Oslo", but "state O": a code is not heard as a place by itself.
pub(super) fn called(words: &ColumnWords, places: &[&Value], said: Phrase) -> Phrase {
    const CODE_MAX: usize = 2;
    match places.iter().any(|place| place.to_string().chars().count() <= CODE_MAX) {
        true => words![&words.noun, said],
        false => said,
    }
}

/// Two whole numbers that follow each other, of a column of whole numbers.
pub(super) fn next_to(speaker: &Speaker<'_>, expr: &Expr, low: &Value, high: &Value) -> Option<[Value; 2]> {
    let column = expr.base_column()?;
    let whole = speaker.sql_type(column)?.is_integer();
    match (low, high) {
        (Value::Int(a), Value::Int(b)) if whole && b - a == 1 => Some([low.clone(), high.clone()]),
        _ => None,
    }
}
