//! Sequences: every number from start on, once.

use super::{Measured, condition};
use crate::database::load::{quoted, table_name};
use crate::dataeval::scope::{Scope, Subject, axis};
use crate::ir::evaluation::{Bound, MetricResult, Verdict};
use crate::ir::generation::Distribution;

pub(super) fn measure(scope: &Scope<'_>, subject: &Subject<'_>) -> Measured {
    let Distribution::Sequence { start, step } = &subject.plan.distribution else {
        return Ok(Vec::new());
    };
    if scope.draws_parents(subject.table, &subject.column.name) {
        return Ok(Vec::new());
    }
    let of = format!("{start}, {}, ...", start.saturating_add(*step));
    let name = quoted(&subject.column.name);
    let Some(axis) = axis(&subject.column.sql_type, &name) else {
        return Ok(vec![MetricResult::unmeasured("sequence", of, "the column holds no numbers")]);
    };
    // Numbers of the sequence that are there, of as many as there are values.
    let sql = format!(
        "SELECT count(*) - count(DISTINCT CASE WHEN k = floor(k) AND k >= 0 AND k < {} THEN k END) FROM \
         (SELECT (CAST({axis} AS DOUBLE) - {start}) / {} AS k FROM {} WHERE {name} IS NOT NULL)",
        scope.rows(subject.table),
        if *step == 0 { 1 } else { *step },
        table_name(subject.table)
    );
    let result = match scope.count(&sql) {
        // A changed number is missing, and may repeat another.
        Ok(n) => {
            MetricResult::judged("sequence", of, n as f64, Bound::AtMost, 0.0).with_room(2.0 * super::support::changed(scope, subject))
        }
        Err(error) => MetricResult::unproven("sequence", of, super::constraint::first_line(&error.to_string())),
    };
    Ok(vec![match condition::reason(scope, subject) {
        Some(reason) if result.verdict == Verdict::Failed => result.unjudged(reason),
        _ => result,
    }])
}
