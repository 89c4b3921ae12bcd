//! Conditions on what lies inside a value: elements of an array, entries of a JSON object.

use super::literal::{count, quoted};
use super::modifier::Modifier;
use crate::ir::Value;
use crate::query::ir::Compare;
use crate::schema::lexicon::ColumnWords;
use crate::schema::morphology::singular;
use crate::words;

/// "whose tags include \"new\"".
pub(super) fn holds(words: &ColumnWords, value: &Value) -> Modifier {
    let value = shown(value);
    Modifier::new(
        words!["whose", &words.plural, "include", &value],
        words!["have", &value, "among their", &words.plural],
    )
}

/// "with at least two tags".
pub(super) fn elements(words: &ColumnWords, op: Compare, value: &Value) -> Option<Modifier> {
    let Value::Int(n) = value else { return None };
    let bound = match op {
        Compare::Eq => "exactly",
        Compare::Gt => "more than",
        Compare::GtEq => "at least",
        Compare::Lt => "fewer than",
        Compare::LtEq => "at most",
        Compare::NotEq => return None,
    };
    let things = if *n == 1 { singular(&words.plural) } else { words.plural.clone() };
    let said = words![bound, count(n.unsigned_abs()), &things];
    Some(Modifier::new(words!["with", said.clone()], words!["have", said]))
}

/// "with color \"red\" in their details".
pub(super) fn entry(words: &ColumnWords, key: &str, value: &Value) -> Modifier {
    let key = key.replace('_', " ");
    let said = words![&key, quoted(&value.to_string()), "in the", &words.noun];
    Modifier::new(words!["with", said.clone()], words!["have", said])
}

fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => quoted(text),
        other => other.to_string(),
    }
}
