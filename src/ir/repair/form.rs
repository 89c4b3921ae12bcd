//! Slips that any entry may have: another spelling of a key, a number that is written as text.
//!
//! Limit: a text with anything beside one number stays as it is. Invariant: every change is told with its JSON path.

use super::kind::Form;
use crate::ir::issue::{QaIssue, Severity};
use serde_json::{Map, Number, Value};

pub(super) struct Report(pub(super) Vec<QaIssue>);

impl Report {
    pub(super) fn say(&mut self, code: &str, place: &str, message: String) {
        self.0.push(QaIssue::new("generation_ir", Severity::Warning, code, place, message));
    }
}

/// Gives a key its own name where it has another spelling.
pub(super) fn rename(map: &mut Map<String, Value>, name: &str, other: &[&str], place: &str, report: &mut Report) {
    if map.contains_key(name) {
        return;
    }
    if let Some(found) = other.iter().find(|o| map.contains_key(**o))
        && let Some(value) = map.shift_remove(*found)
    {
        map.insert(name.to_owned(), value);
        report.say(
            "parameter_spelling",
            &format!("{place}.{found}"),
            format!("{found:?} was read as {name:?}"),
        );
    }
}

/// Numbers that are written as texts, and whole numbers with a fraction of zero.
pub(super) fn number(map: &mut Map<String, Value>, key: &str, form: Form, place: &str, report: &mut Report) {
    let Some(value) = map.get_mut(key) else { return };
    let better = match (form, &*value) {
        (Form::Float, Value::String(text)) => parse(text).map(Value::Number),
        (Form::Whole, Value::String(text)) => parse(text).and_then(whole).map(Value::Number),
        (Form::Whole, Value::Number(n)) if n.as_i64().is_none() && n.as_u64().is_none() => whole(n.clone()).map(Value::Number),
        (Form::Floats, Value::Array(list)) if list.iter().any(Value::is_string) => {
            let parsed = list
                .iter()
                .map(|v| v.as_str().map_or(Some(v.clone()), |t| parse(t).map(Value::Number)));
            parsed.collect::<Option<Vec<_>>>().map(Value::Array)
        }
        _ => None,
    };
    if let Some(better) = better {
        report.say("number_form", &format!("{place}.{key}"), format!("{value} was read as {better}"));
        *value = better;
    }
}

pub(super) fn parse(text: &str) -> Option<Number> {
    let plain = text.trim().replace(['_', ','], "");
    if let Ok(x) = plain.parse::<i64>() {
        return Some(x.into());
    }
    match plain.strip_suffix('%') {
        Some(percent) => Number::from_f64(percent.trim().parse::<f64>().ok()? / 100.0),
        None => Number::from_f64(plain.parse().ok()?),
    }
}

fn whole(n: Number) -> Option<Number> {
    let x = n.as_f64()?;
    if n.as_i64().is_some() || n.as_u64().is_some() {
        return Some(n);
    }
    (x.fract() == 0.0 && x.abs() < 9e15).then(|| (x as i64).into())
}
