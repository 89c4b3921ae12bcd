//! Dates some days after another column of the row.

use super::{Measured, constraint};
use crate::database::load::{literal, quoted, table_name};
use crate::dataeval::scope::{Scope, Subject};
use crate::ir::generation::Distribution;
use crate::ir::{Column, SqlType};

pub(super) fn measure(scope: &Scope<'_>, subject: &Subject<'_>) -> Measured {
    let Distribution::AfterColumn {
        column,
        min_days,
        max_days,
        min_minutes,
        max_minutes,
        step_minutes,
        until,
    } = &subject.plan.distribution
    else {
        return Ok(Vec::new());
    };
    if scope.draws_parents(subject.table, &subject.column.name) {
        return Ok(Vec::new());
    }
    let (own, base) = (quoted(&subject.column.name), quoted(column));
    // With a time of day, the last day's hours reach into the next.
    let day_only = subject.column.sql_type == SqlType::Date;
    let most = max_days + i64::from(!day_only);
    let days = format!("date_diff('day', CAST({base} AS DATE), CAST({own} AS DATE))");
    let capped = match until {
        // What would be later is the last day that has happened, or the earlier column's own day.
        Some(until) => {
            let until = until.get(..10).unwrap_or(until);
            format!(
                " AND CAST({own} AS DATE) <> greatest(CAST({} AS DATE), CAST({base} AS DATE))",
                literal(until)
            )
        }
        None => String::new(),
    };
    let late = until.as_ref().map_or(String::new(), |until| {
        let until = until.get(..10).unwrap_or(until);
        format!(
            " OR CAST({own} AS DATE) > greatest(CAST({} AS DATE), CAST({base} AS DATE))",
            literal(until)
        )
    });
    let exact = min_minutes.is_some() || max_minutes.is_some() || step_minutes.is_some();
    let (outside, expected) = if exact {
        let of = |days: &i64, minutes: &Option<i64>| days * 1440 + minutes.unwrap_or(0);
        let (least, most) = (of(min_days, min_minutes), of(max_days, max_minutes));
        let seconds = format!("epoch(CAST({own} AS TIMESTAMP)) - epoch(CAST({base} AS TIMESTAMP))");
        (
            format!("{seconds} NOT BETWEEN {} AND {}", least * 60, most * 60),
            format!("{least} to {most} minutes after {column}"),
        )
    } else {
        (
            format!("{days} NOT BETWEEN {min_days} AND {most}"),
            format!("{min_days} to {max_days} days after {column}"),
        )
    };
    let sql = format!(
        "SELECT count(*) FROM {} WHERE {own} IS NOT NULL AND ({base} IS NULL OR ({outside}{capped}){late})",
        table_name(subject.table)
    );
    Ok(vec![constraint::violations(scope, "after_column", expected, &sql)])
}

/// Rows whose distance is drawn from all of the declared ones, in SQL and in words: the earlier column is there, and long enough before the last day.
pub(super) fn settled(distribution: &Distribution) -> Option<(String, String)> {
    let Distribution::AfterColumn {
        column,
        max_days,
        max_minutes,
        until,
        ..
    } = distribution
    else {
        return None;
    };
    let base = quoted(column);
    let Some(until) = until else {
        return Some((format!("{base} IS NOT NULL"), format!("where {column} is there")));
    };
    // The hours of the last day reach into the next.
    let reach = max_days + max_minutes.unwrap_or(0).max(0) / 1440 + 2;
    let last = until.get(..10).unwrap_or(until);
    Some((
        format!(
            "{base} IS NOT NULL AND date_diff('day', CAST({base} AS DATE), CAST({} AS DATE)) >= {reach}",
            literal(last)
        ),
        format!("where {column} is at least {reach} days before {last}"),
    ))
}

/// The distance from the earlier column: its unit, the distance and the rows in SQL, and how many distances there are.
pub(super) fn distances(own: &Column, distribution: &Distribution) -> Option<(&'static str, String, String, f64)> {
    let Distribution::AfterColumn {
        column,
        min_days,
        max_days,
        min_minutes,
        max_minutes,
        step_minutes,
        ..
    } = distribution
    else {
        return None;
    };
    let (rows, _) = settled(distribution)?;
    let (own, base) = (quoted(&own.name), quoted(column));
    let exact = min_minutes.is_some() || max_minutes.is_some() || step_minutes.is_some();
    // Steps of several days leave days out.
    let whole = (step_minutes.unwrap_or(1) as f64 / 1440.0).max(1.0);
    if max_days > min_days {
        let days = format!("date_diff('day', CAST({base} AS DATE), CAST({own} AS DATE))");
        return Some((
            "days after",
            days,
            rows,
            ((max_days - min_days) as f64 / whole).floor() + f64::from(u8::from(!exact)),
        ));
    }
    let minutes = max_minutes.unwrap_or(0) - min_minutes.unwrap_or(0);
    (exact && minutes > 0 && minutes < 1440).then(|| {
        let distance = format!("epoch(CAST({own} AS TIMESTAMP)) - epoch(CAST({base} AS TIMESTAMP))");
        (
            "minutes after",
            distance,
            rows,
            (minutes / step_minutes.unwrap_or(1).max(1) + 1) as f64,
        )
    })
}
