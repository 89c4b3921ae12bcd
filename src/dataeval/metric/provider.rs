//! What is known of a provider's texts: the words of a list, which are looked up as listed values are (`support`); or a form (check digits, addresses of the
//! net, codes by their pattern), which is measured here. Limit: of the others, names and sentences among them, nothing is known. Which texts come is not
//! judged, only what they are.

use super::{Measured, condition, support};
use crate::database::load::{quoted, table_name};
use crate::dataeval::scope::{Scope, Subject, failed};
use crate::ir::SqlType;
use crate::ir::evaluation::{Bound, MetricResult, Verdict};
use crate::ir::generation::Distribution;

/// The words of a list, where the distribution is one.
pub(super) fn words<'a>(scope: &Scope<'a>, distribution: &Distribution) -> Option<&'a [String]> {
    let Distribution::Provider { name, .. } = distribution else {
        return None;
    };
    Some(&scope.ir.generation.lists.get(name.strip_prefix("list.")?)?.values)
}

pub(super) fn measure(scope: &Scope<'_>, subject: &Subject<'_>) -> Measured {
    let (table, column) = (subject.table, subject.column);
    let Distribution::Provider { name, .. } = &subject.plan.distribution else {
        return Ok(Vec::new());
    };
    if scope.draws_parents(table, &column.name) || (scope.abilities.is_one)(name, "").is_none() {
        return Ok(Vec::new());
    }
    // A text that fills its column may be cut.
    let width = match column.sql_type {
        SqlType::Varchar(n) | SqlType::Char(n) => n as usize,
        _ => usize::MAX,
    };
    let own = quoted(&column.name);
    let sql = format!("SELECT CAST({own} AS VARCHAR) FROM {} WHERE {own} IS NOT NULL", table_name(table));
    let mut statement = scope.connection.prepare(&sql).map_err(failed)?;
    let mut rows = statement.query([]).map_err(failed)?;
    let (mut wrong, mut first) = (0_u64, None);
    while let Some(row) = rows.next().map_err(failed)? {
        let text: String = row.get(0).map_err(failed)?;
        if (scope.abilities.is_one)(name, &text) == Some(false) && text.chars().count() < width {
            wrong += 1;
            first.get_or_insert(text);
        }
    }
    let mut result = MetricResult::judged("provider", name, wrong as f64, Bound::AtMost, 0.0).with_room(support::changed(scope, subject));
    if let Some(text) = first.filter(|_| result.verdict == Verdict::Failed) {
        let text: String = text.chars().take(60).collect();
        result = result.noted(format!("{text:?} is none"));
    }
    Ok(vec![condition::of_values(scope, subject, result)])
}
