//! Periods said with what happened in them: "were opened in each month of 2023", "left in each year".
//!
//! A day may be a row of a calendar that the rows refer to: "web sales made in 2023" are those whose sale date is a day of 2023.
//! Limits: a time with an event of its own. Invariant: the words say the group key, the condition that keeps one year, and that
//! the time is known.

use super::condition;
use super::modifier::Modifier;
use super::speaker::Speaker;
use crate::query::ir::{ColumnRef, DatePart, Expr, Predicate};
use crate::schema::lexicon::{Event, event_at};
use crate::schema::role::Role;

/// What happened to the rows in each period.
pub struct Happened {
    /// "opened in each month of 2023", "were opened in each month of 2023"; tagged.
    pub modifier: Modifier,
    /// Indexes of the conditions that it says.
    pub said: Vec<usize>,
}

/// Words a group key of periods as an event; `None` where the time column has none.
pub fn happened(speaker: &Speaker<'_>, key: &Expr) -> Option<Happened> {
    let (Expr::Part { part, of } | Expr::Trunc { part, of }) = key else {
        return None;
    };
    time_words(speaker, of)?.event?;
    let year = year_of(speaker, of);
    let each = match (part, matches!(key, Expr::Trunc { .. }), &year) {
        (DatePart::Year, ..) => "in each year".to_owned(),
        (DatePart::Quarter, true, _) => "in each quarter (shown by its first day)".to_owned(),
        (_, true, _) => "in each month (shown by its first day)".to_owned(),
        (DatePart::Quarter, _, Some((_, year))) => format!("in each quarter (1 to 4) of {year}"),
        (DatePart::Month, _, Some((_, year))) => format!("in each month (1 to 12) of {year}"),
        (DatePart::Weekday, _, Some((_, year))) => format!("on each day of the week (1 for Monday) in {year}"),
        (DatePart::Quarter, ..) => "in each quarter of the year (1 to 4), over all years".to_owned(),
        (DatePart::Month, ..) => "in each month of the year (1 to 12), over all years".to_owned(),
        (DatePart::Weekday, ..) => "on each day of the week (1 for Monday)".to_owned(),
    };
    let mut modifier = super::when::at_time(speaker, of, &each)?;
    let known = super::frame::implied(speaker, &[key]);
    for at in known.iter().chain(year.iter().map(|(at, _)| at)) {
        let literals = condition::literals(speaker.select.filter.get(*at)?);
        modifier = modifier.says(&speaker.id(&format!("filter.{at}")), &literals);
    }
    let keys = |expr: &Expr| expr == key;
    if let Some(at) = speaker.select.group.iter().position(keys) {
        modifier = modifier.says(&speaker.id(&format!("group.{at}")), &[]);
    }
    if let Some(at) = speaker.select.items.iter().position(|item| keys(&item.expr)) {
        modifier = modifier.says(&speaker.id(&format!("item.{at}")), &[]);
    }
    let said = known.into_iter().chain(year.map(|(at, _)| at)).collect();
    Some(Happened { modifier, said })
}

/// The one year that a condition keeps of a time, with that condition's index.
pub fn year_of(speaker: &Speaker<'_>, time: &Expr) -> Option<(usize, i32)> {
    let conditions = speaker.select.filter.iter().enumerate();
    conditions.into_iter().find_map(|(at, condition)| match condition {
        Predicate::During { expr, year, month: None } if expr == time => Some((at, *year)),
        _ => None,
    })
}

/// What a time is called and what happened at it.
pub struct TimeWords {
    /// "return date"
    pub noun: String,
    /// "returned"
    pub event: Option<Event>,
    /// Whose time it is.
    pub source: usize,
}

/// The words of a time column; those of the key for the day of a calendar.
pub fn time_words(speaker: &Speaker<'_>, time: &Expr) -> Option<TimeWords> {
    let column = time.base_column()?;
    if is_day(speaker, column) {
        let (join, edge) = speaker.join_of(column.source)?;
        return Some(TimeWords {
            noun: edge.role.clone(),
            event: event_at(&edge.role, &speaker.table(join.left)?.singular),
            source: join.left,
        });
    }
    let words = speaker.column(column)?;
    Some(TimeWords {
        noun: words.noun.clone(),
        event: words.event.clone(),
        source: column.source,
    })
}

/// Whether a column is the day that a row of a joined calendar is.
pub fn is_day(speaker: &Speaker<'_>, column: &ColumnRef) -> bool {
    let to_parent = speaker
        .join_of(column.source)
        .is_some_and(|(join, _)| join.to_parent && !join.outer);
    let named = speaker.table(column.source).is_some_and(|t| t.display == [column.column.clone()]);
    to_parent && named && speaker.column(column).is_some_and(|words| words.role == Role::Time)
}

/// Conditions on the day of a joined calendar, as conditions on the rows that refer to it; with their indexes.
pub fn on_day(speaker: &Speaker<'_>, source: usize, skip: &[usize]) -> Option<(Vec<Modifier>, Vec<usize>)> {
    let (mut out, mut said) = (Vec::new(), Vec::new());
    for (at, condition) in speaker.select.filter.iter().enumerate() {
        let (Predicate::During { expr, .. } | Predicate::Compare { left: expr, .. }) = condition else {
            continue;
        };
        let here = |column: &ColumnRef| column.source == source && is_day(speaker, column);
        if !skip.contains(&at) && matches!(expr, Expr::Column(column) if here(column)) {
            out.push(condition::say(speaker, condition, source, &speaker.id(&format!("filter.{at}")))?);
            said.push(at);
        }
    }
    Some((out, said))
}
