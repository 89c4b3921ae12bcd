//! When a row was: a year, a month, a time, as a modifier of its noun.

use super::literal::{article_of, month};
use super::modifier::Modifier;
use super::phrase::Phrase;
use super::speaker::Speaker;
use crate::ir::Value;
use crate::query::ir::Expr;
use crate::schema::lexicon::HELD;
use crate::schema::role::Role;
use crate::words;

/// A year as the time that something happened in: "published after 2010", "born in 1980"; a day's year: "in 2024"; a thing's: "from 2024".
pub(super) fn in_year(speaker: &Speaker<'_>, expr: &Expr, when: &str) -> Option<Modifier> {
    let column = expr.base_column()?;
    let words = speaker.column(column)?;
    if let Some(event) = words.event.as_ref().filter(|_| words.role == Role::Ordinal) {
        let said = at_time(speaker, expr, when);
        // "concerts in 2014", "concerts held in 2014"
        if words.noun == "year" && HELD.contains(&event.verb.as_str()) && speaker.voice.below(2) == 0 {
            return said.map(|said| Modifier::new(when.into(), said.verb));
        }
        return said;
    }
    if words.noun != "year" {
        return None;
    }
    if speaker.is_calendar(column.source) {
        return Some(Modifier::new(when.into(), words!["are", when]));
    }
    // A year of study is a level, not when something was.
    let figures = || when.split(' ').filter(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    if figures().next().is_none() || !figures().all(|word| word.len() == 4 && word.parse::<u16>().is_ok()) {
        return None;
    }
    // "from 2010 to 2014"
    if let Some(range) = when.strip_prefix("between ") {
        let range = words!["from", range.replace(" and ", " to ").as_str()];
        return Some(Modifier::new(range.clone(), words!["are", range]));
    }
    // "concerts from 2014", "concerts after 2014": the year of a thing is when it is from.
    let from = if when.starts_with("in ") {
        when.replacen("in ", "from ", 1)
    } else {
        format!("from {when}")
    };
    let after = if when.starts_with("in ") { from.as_str() } else { when };
    Some(Modifier::new(after.into(), words!["are", from.as_str()]))
}

/// Months by their numbers: "born in May or June", a day "in December".
pub(super) fn in_months(speaker: &Speaker<'_>, expr: &Expr, values: &[&Value]) -> Option<Modifier> {
    let column = expr.base_column()?;
    let words = speaker.column(column)?;
    let name = |v: &Value| match v {
        Value::Int(n @ 1..=12) => Some(Phrase::from(month(u32::try_from(*n).ok()?))),
        _ => None,
    };
    let named: Option<Vec<Phrase>> = values.iter().copied().map(name).collect();
    let list = words!["in", Phrase::list(named?, "or")];
    match words.noun.as_str() {
        "month of birth" => Some(Modifier::new(words!["born", list.clone()], words!["were born", list])),
        "month" | "month of the year" if speaker.is_calendar(column.source) => Some(Modifier::new(list.clone(), words!["are", list])),
        _ => None,
    }
}

/// Something that happened at a time: "hired in 2020", "who joined before May 2021", "with a due date in 2023".
pub(super) fn at_time(speaker: &Speaker<'_>, expr: &Expr, when: &str) -> Option<Modifier> {
    let words = super::calendar::time_words(speaker, expr)?;
    Some(match &words.event {
        Some(event) if event.passive => Modifier::new(words![&event.verb, when], words!["were", &event.verb, when]),
        Some(event) => Modifier::new(words![speaker.relative(words.source), &event.verb, when], words![&event.verb, when]),
        None => Modifier::new(
            words!["with", article_of(&words.noun), &words.noun, when],
            words!["have", article_of(&words.noun), &words.noun, when],
        ),
    })
}
