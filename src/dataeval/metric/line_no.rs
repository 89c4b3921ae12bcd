//! Line numbers: 1, 2, 3, ... among the rows of one parent.

use super::{Measured, constraint};
use crate::database::load::{quoted, table_name};
use crate::dataeval::scope::{Scope, Subject};
use crate::ir::evaluation::MetricResult;
use crate::ir::generation::Distribution;

pub(super) fn measure(scope: &Scope<'_>, subject: &Subject<'_>) -> Measured {
    let Distribution::LineNo { parent, start } = &subject.plan.distribution else {
        return Ok(Vec::new());
    };
    let key = subject.table.foreign_keys.iter().find(|k| match parent {
        Some(column) => k.columns.contains(column),
        None => subject.table.foreign_keys.len() == 1 || scope.reference(subject.table, k).children().is_some(),
    });
    let Some(key) = key else {
        return Ok(vec![MetricResult::unmeasured(
            "line_no",
            "",
            "the table has no foreign key whose rows could be numbered",
        )]);
    };
    let columns: Vec<String> = key.columns.iter().map(|c| quoted(c)).collect();
    let present: Vec<String> = columns.iter().map(|c| format!("{c} IS NOT NULL")).collect();
    let own = quoted(&subject.column.name);
    let sql = format!(
        "SELECT count(*) FROM (SELECT 1 FROM {} WHERE {} GROUP BY {} \
         HAVING min({own}) <> {start} OR max({own}) <> {start} + count(*) - 1 OR count(DISTINCT {own}) <> count(*))",
        table_name(subject.table),
        present.join(" AND "),
        columns.join(", ")
    );
    Ok(vec![constraint::violations(
        scope,
        "line_no",
        format!("of {}", key.columns.join(", ")),
        &sql,
    )])
}
