//! Declared dirt that must be there: values that noise changed are seen as values that the distribution cannot give, and repeated entities as rows that
//! are alike.
//!
//! Of noise in numbers and days it is computed how much of it can be seen: a number in another unit may be one of the first. Of noise in texts a part is
//! required, [`TYPOS_SEEN`]. Limits: capitals are not looked for; NULLs are `null_share`'s; how many rows are alike has no upper bound, since rows may be
//! alike by chance.

use super::{Measured, condition};
use crate::database::load::{quoted, table_name};
use crate::dataeval::declared::{Declared, type_max};
use crate::dataeval::scope::{Scope, Subject};
use crate::ir::evaluation::{Bound, MetricResult};
use crate::ir::generation::Distribution;
use crate::ir::{SqlType, Table};

/// Part of the typing mistakes and blanks that make a text which is not listed and has not the form.
const TYPOS_SEEN: f64 = 0.5;
/// What an outlier is multiplied by, and the days that a day is off.
const OUTLIER: f64 = 100.0;
const OUTLIER_DAYS: f64 = 36_525.0;

/// The share of values that the distribution cannot give, against the noise that is declared of the column; none where it is kept clean.
pub(super) fn required(scope: &Scope<'_>, subject: &Subject<'_>, changed: u64) -> Result<Option<MetricResult>, crate::database::DbError> {
    let (table, column) = (subject.table, subject.column);
    let Some(dirt) = subject.plan.dirty.filter(|d| d.spoiled() > 0.0) else {
        return Ok(None);
    };
    let clean = condition::fixed(scope, table, &column.name)
        || condition::conditioned(scope, table, &column.name)
        || scope.draws_parents(table, &column.name);
    let rows = scope.rows(table).saturating_sub(scope.nulls(table, column)?) as f64;
    if clean || rows == 0.0 {
        return Ok(None);
    }
    let seen = |factor: f64, days: bool| {
        let Some(declared) = Declared::of(&subject.plan.distribution, &column.sql_type) else {
            return 0.0;
        };
        let (low, high) = declared.far(rows);
        if days {
            let day = if column.sql_type == SqlType::Date { 1.0 } else { 86_400.0 };
            return if high - low < OUTLIER_DAYS * day { 1.0 } else { 0.0 };
        }
        let ends = |low: f64, high: f64| {
            let (a, b) = (low / factor, high / factor);
            (declared.up_to(a.max(b)) - declared.below(a.min(b))).clamp(0.0, 1.0)
        };
        // What the type does not hold stays as it was.
        let most = type_max(&column.sql_type);
        (ends(-most, most) - ends(low, high)).max(0.0)
    };
    let texts = (dirt.typos + dirt.whitespace) * TYPOS_SEEN;
    let days = column.sql_type.is_temporal();
    let numbers = dirt.outliers * seen(OUTLIER, days)
        + if dirt.units > 0.0 {
            dirt.units * seen(dirt.unit_factor.unwrap_or(1000.0), false)
        } else {
            0.0
        };
    // Noise that leaves values out takes them from those that are left.
    let least = (texts + numbers) / (1.0 - dirt.nulls).max(1e-9);
    if least == 0.0 {
        return Ok(None);
    }
    let share = changed as f64 / rows;
    let room = scope
        .thresholds
        .null_share_max
        .min(least / 2.0)
        .max(scope.thresholds.share_by_chance(least.min(1.0), rows));
    let result = MetricResult::judged("dirty", "", share, Bound::AtLeast, (least - room).max(0.0))
        .with("expected", least)
        .with("declared", dirt.spoiled());
    Ok(Some(result.noted(
        "the share of values that the distribution cannot give; the declared noise makes so many",
    )))
}

/// Rows that repeat an earlier entity, of each declaration of them.
pub(super) fn duplicates(scope: &Scope<'_>, table: &Table) -> Measured {
    const NAME: &str = "duplicates";
    let id = table.id();
    let mut out = Vec::new();
    for rule in scope.ir.generation.duplicates.iter().filter(|d| d.table == id && d.rate > 0.0) {
        let repeated = |name: &String| {
            let plan = scope.plan(&id, name);
            let numbered = plan.is_none_or(|p| {
                matches!(
                    p.distribution,
                    Distribution::Derived { .. } | Distribution::LineNo { .. } | Distribution::Sequence { .. }
                )
            });
            let noisy = plan.and_then(|p| p.dirty).is_some();
            // A row that a parent has so as not to be without one keeps it, and a NULL is drawn anew.
            let kept = scope.draws_parents(table, name) || plan.is_some_and(|p| p.null_fraction > 0.0);
            let ruled = condition::conditioned(scope, table, name);
            !numbered && !noisy && !kept && !ruled && !condition::fixed(scope, table, name)
        };
        let columns: Vec<String> = if rule.columns.is_empty() {
            table.columns.iter().map(|c| c.name.clone()).filter(repeated).collect()
        } else {
            rule.columns.iter().filter(|c| repeated(c)).cloned().collect()
        };
        let of = rule.columns.join(", ");
        let rows = scope.rows(table) as f64;
        if columns.is_empty() || rows == 0.0 {
            let note = "no column is repeated as it is: all are keys, numbered, computed, bound by a rule or noisy";
            out.push(MetricResult::unmeasured(NAME, of, note));
            continue;
        }
        let names: Vec<String> = columns.iter().map(|c| quoted(c)).collect();
        let sql = format!(
            "SELECT count(*) FROM (SELECT DISTINCT {} FROM {})",
            names.join(", "),
            table_name(table)
        );
        let share = (rows - scope.count(&sql)? as f64) / rows;
        // The first rows find few to repeat.
        let held = table.foreign_keys.iter().any(|k| scope.reference(table, k).coverage);
        let room = scope
            .thresholds
            .null_share_max
            .min(rule.rate / 2.0)
            .max(scope.thresholds.share_by_chance(rule.rate, rows));
        let result = MetricResult::judged(NAME, of, share, Bound::AtLeast, (rule.rate - room).max(0.0)).with("declared", rule.rate);
        out.push(if held {
            result.unjudged("rows that give each parent a child are not repeated")
        } else {
            result
        });
    }
    Ok(out)
}
