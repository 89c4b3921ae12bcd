//! Texts against their declared pattern: `#` a digit, `?` a capital letter, the rest as it stands.

use super::{Measured, condition, constraint, dirty};
use crate::database::load::{literal, quoted, table_name};
use crate::dataeval::scope::{Scope, Subject};
use crate::ir::generation::Distribution;
use crate::ir::{Column, SqlType};

pub(super) fn measure(scope: &Scope<'_>, subject: &Subject<'_>) -> Measured {
    let Distribution::Pattern { pattern } = &subject.plan.distribution else {
        return Ok(Vec::new());
    };
    if scope.draws_parents(subject.table, &subject.column.name) {
        return Ok(Vec::new());
    }
    let name = quoted(&subject.column.name);
    let sql = format!(
        "SELECT count(*) FROM {} WHERE {name} IS NOT NULL AND {}",
        table_name(subject.table),
        unlike(subject.column, pattern)
    );
    let sql = match (&subject.column.sql_type, texts(pattern)) {
        // The database says `1 day` for what was written `1 days 00:00:00`, so values are compared.
        (SqlType::Interval, Some(texts)) => {
            let rows: Vec<String> = texts.iter().map(|t| format!("({})", literal(t))).collect();
            format!(
                "SELECT count(*) FROM {} WHERE {name} IS NOT NULL AND {name} NOT IN (SELECT CAST(t AS INTERVAL) FROM (VALUES {}) AS p(t))",
                table_name(subject.table),
                rows.join(", ")
            )
        }
        _ => sql,
    };
    let result = constraint::violations(scope, "pattern", pattern, &sql);
    let noise = match result.value {
        Some(n) => dirty::required(scope, subject, n as u64)?,
        None => None,
    };
    let result = result.with_room(super::support::changed(scope, subject));
    let mut out = vec![condition::of_values(scope, subject, result)];
    out.extend(noise);
    Ok(out)
}

/// The condition that a value does not match a pattern, cut to the column's width.
pub(super) fn unlike(column: &Column, pattern: &str) -> String {
    let width = match column.sql_type {
        SqlType::Varchar(n) | SqlType::Char(n) => n as usize,
        _ => usize::MAX,
    };
    let expression: String = pattern.chars().take(width).map(part).collect();
    let name = quoted(&column.name);
    // Bytes as they are written in a file.
    let text = match column.sql_type {
        SqlType::Bytes => format!("'\\x' || hex({name})"),
        _ => format!("CAST({name} AS VARCHAR)"),
    };
    format!("NOT regexp_full_match({text}, {})", literal(&expression))
}

/// Most texts of a pattern that are written out.
const TEXTS_MAX: usize = 10_000;

/// All texts of a pattern, where they are few.
fn texts(pattern: &str) -> Option<Vec<String>> {
    let mut out = vec![String::new()];
    for c in pattern.chars() {
        let next: Vec<char> = match c {
            '#' => ('0'..='9').collect(),
            '?' => ('A'..='Z').collect(),
            other => vec![other],
        };
        if out.len() * next.len() > TEXTS_MAX {
            return None;
        }
        out = out.iter().flat_map(|t| next.iter().map(move |n| format!("{t}{n}"))).collect();
    }
    Some(out)
}

/// One character of a pattern as a regular expression.
fn part(c: char) -> String {
    match c {
        '#' => "[0-9]".into(),
        '?' => "[A-Z]".into(),
        c if c.is_alphanumeric() || c == ' ' || c == '_' => c.to_string(),
        c => format!("\\x{{{:x}}}", u32::from(c)),
    }
}
