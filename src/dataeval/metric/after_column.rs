//! Dates some days after another column of the row.

use super::{Measured, constraint};
use crate::database::load::{literal, quoted, table_name};
use crate::dataeval::scope::{Scope, Subject};
use crate::ir::SqlType;
use crate::ir::generation::Distribution;

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
    if scope.is_reference(subject.table, &subject.column.name) {
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
