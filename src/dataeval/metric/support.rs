//! Values that the declared distribution cannot give: outside its bounds, past where chance reaches, no numbers, off its grid, not in its list.

use super::{Measured, category, condition, constraint, dirty, provider};
use crate::database::DbError;
use crate::database::load::{literal, quoted};
use crate::dataeval::declared::{Declared, type_grain};
use crate::dataeval::scope::{Scope, Subject, axis};
use crate::ir::SqlType;
use crate::ir::evaluation::{Bound, MetricResult};
use crate::ir::generation::Distribution;
use std::collections::BTreeSet;

const NAME: &str = "support";
/// Most listed values that a condition holds; in more of them the values are looked up one by one, once each.
const LISTED_MAX: usize = 200;

pub(super) fn measure(scope: &Scope<'_>, subject: &Subject<'_>) -> Measured {
    let (table, column) = (subject.table, subject.column);
    let mut noise = None;
    let result = match wrong(scope, subject) {
        Ok(None) => return Ok(Vec::new()),
        Ok(Some(found)) => {
            let all = || {
                let subjects = table.columns.iter().filter_map(|column| {
                    let plan = scope.plan(&table.id(), &column.name)?;
                    Some(Subject { table, column, plan })
                });
                let condition = |s: Subject<'_>| {
                    let found = wrong(scope, &s).ok()??;
                    found.listed.is_none().then(|| (s.column.name.clone(), found.condition))
                };
                subjects.filter_map(condition).collect()
            };
            let counted = match &found.listed {
                Some(listed) => unlisted(scope, subject, listed),
                None => scope.broken(table, column, all),
            };
            match counted {
                Ok(n) => {
                    noise = dirty::required(scope, subject, n)?;
                    MetricResult::judged(NAME, found.of, n as f64, Bound::AtMost, 0.0).with_room(changed(scope, subject))
                }
                Err(error) => MetricResult::unproven(NAME, found.of, constraint::first_line(&error.to_string())),
            }
        }
        Err(error) => MetricResult::unproven(NAME, "", constraint::first_line(&error.to_string())),
    };
    let mut out = vec![condition::of_values(scope, subject, result)];
    out.extend(noise);
    Ok(out)
}

/// Most values that declared dirt changes, but for chance: they need not be values of the distribution.
pub(super) fn changed(scope: &Scope<'_>, subject: &Subject<'_>) -> f64 {
    let (share, rows) = (condition::spoiled(subject), scope.rows(subject.table) as f64);
    if share == 0.0 {
        return 0.0;
    }
    ((share + scope.thresholds.share_by_chance(share, rows)) * rows).ceil().min(rows)
}

/// Values that are none of a long list.
fn unlisted(scope: &Scope<'_>, subject: &Subject<'_>, listed: &BTreeSet<String>) -> Result<u64, DbError> {
    let texts = scope.texts_of(subject.table, subject.column)?;
    Ok(texts.iter().filter(|(text, _)| !listed.contains(*text)).map(|(_, n)| n).sum())
}

/// What no value of a column may be.
struct Wrong {
    /// What it must be among, where that is a list longer than [`LISTED_MAX`].
    listed: Option<BTreeSet<String>>,
    /// What it may be, in words.
    of: String,
    /// In SQL.
    condition: String,
}

/// None where everything may be there, or nothing is known.
fn wrong(scope: &Scope<'_>, subject: &Subject<'_>) -> Result<Option<Wrong>, DbError> {
    if scope.draws_parents(subject.table, &subject.column.name) {
        return Ok(None);
    }
    let name = quoted(&subject.column.name);
    Ok(outside(scope, subject, &subject.plan.distribution)?.map(|found| Wrong {
        condition: format!("{name} IS NOT NULL AND ({})", found.condition),
        ..found
    }))
}

/// What no value of a distribution is, on the subject's column; NULLs aside.
fn outside(scope: &Scope<'_>, subject: &Subject<'_>, distribution: &Distribution) -> Result<Option<Wrong>, DbError> {
    let column = subject.column;
    let name = quoted(&column.name);
    let of = |of: String, condition: String| Wrong {
        listed: None,
        of,
        condition,
    };
    if let Distribution::Seasonal {
        year_range: [first, last], ..
    } = distribution
        && column.sql_type.is_temporal()
    {
        return Ok(Some(of(
            format!("years {first} to {last}"),
            format!("year({name}) NOT BETWEEN {first} AND {last}"),
        )));
    }
    if let Some(listed) = category::listed(distribution).or_else(|| listed_words(scope, distribution)) {
        if listed.iter().all(|(v, _)| v.is_null()) {
            return Ok(None);
        }
        let shares = category::shares(scope, subject, &listed)?;
        let texts: Vec<String> = shares.keys().map(|t| literal(t)).collect();
        return Ok(Some(Wrong {
            of: format!("{} listed values", texts.len()),
            condition: format!("CAST({name} AS VARCHAR) NOT IN ({})", texts.join(", ")),
            listed: (texts.len() > LISTED_MAX).then(|| shares.into_keys().collect()),
        }));
    }
    if let Some(declared) = Declared::of(distribution, &column.sql_type).filter(|d| d.parts().is_none()) {
        return Ok(outside_numbers(scope, subject, distribution, &declared).map(|(words, condition)| of(words, condition)));
    }
    match distribution {
        // A value of any part is a value.
        Distribution::Mixture { components } => {
            let mut parts = Vec::new();
            for part in components.iter().filter(|c| c.weight > 0.0) {
                let found = match &*part.distribution {
                    Distribution::Pattern { pattern } if column.sql_type.is_text() => {
                        Some(of(pattern.clone(), super::pattern::unlike(column, pattern)))
                    }
                    other => outside(scope, subject, other)?,
                };
                let Some(found) = found else { return Ok(None) };
                parts.push(found);
            }
            let words: Vec<&str> = parts.iter().map(|p| p.of.as_str()).collect();
            let conditions: Vec<String> = parts.iter().map(|p| format!("({})", p.condition)).collect();
            Ok((!parts.is_empty()).then(|| of(words.join(" or "), conditions.join(" AND "))))
        }
        _ => Ok(None),
    }
}

/// The words of a list, each as likely.
fn listed_words(scope: &Scope<'_>, distribution: &Distribution) -> Option<Vec<(serde_json::Value, f64)>> {
    let words = provider::words(scope, distribution).filter(|w| !w.is_empty())?;
    let share = 1.0 / words.len() as f64;
    Some(words.iter().map(|w| (w.as_str().into(), share)).collect())
}

/// The bounds of a distribution of numbers in words, and the condition that a value is past them or off its grid.
fn outside_numbers(scope: &Scope<'_>, subject: &Subject<'_>, distribution: &Distribution, declared: &Declared) -> Option<(String, String)> {
    let (table, column) = (subject.table, subject.column);
    let name = quoted(&column.name);
    let axis = axis(&column.sql_type, &name)?;
    let mut wrong = vec![format!("{axis} IS NULL OR NOT isfinite({axis})")];
    let whole = column.sql_type.is_integer();
    let (low, high) = declared.far(scope.rows(table) as f64);
    let unit = match distribution {
        Distribution::Datetime { .. } => declared.grain,
        _ => type_grain(&column.sql_type),
    };
    let digits = if column.sql_type == SqlType::Float32 { 1e-7 } else { 1e-9 };
    // How far a value may be past a bound: by the last digits of a float; by the half unit that the type rounds away where the bound is between two of its
    // values. Where the bound is not declared but as far as chance reaches, the value next to it on the grid is as likely.
    let slack = |bound: f64, given: f64| {
        let size = match distribution {
            Distribution::Uniform { low, high, .. } => low.abs().max(high.abs()),
            _ => bound.abs(),
        };
        let steps = bound / unit;
        let between = unit > 0.0 && (steps - steps.round()).abs() > 1e-6 || matches!(distribution, Distribution::Datetime { .. });
        let rounded = if bound != given {
            declared.grain.max(unit) / 2.0
        } else if between {
            unit / 2.0
        } else {
            0.0
        };
        rounded + digits * size
    };
    // Whole numbers are compared as they are: floats lose their last digits.
    let side = |bound: f64, sign: &str, exact: f64| match whole && bound.abs() < 1e37 {
        true => format!("CAST({name} AS HUGEINT) {sign} {exact:.0}"),
        false => format!("{axis} {sign} CAST('{bound:e}' AS DOUBLE)"),
    };
    if low.is_finite() {
        wrong.push(side(low - slack(low, declared.low), "<", low.floor()));
    }
    if high.is_finite() {
        wrong.push(side(high + slack(high, declared.high), ">", high.ceil()));
    }
    let step = match distribution {
        Distribution::Uniform { low, step: Some(step), .. } => Some((*low, *step)),
        Distribution::Normal { step: Some(step), .. }
        | Distribution::Lognormal { step: Some(step), .. }
        | Distribution::Exponential { step: Some(step), .. } => Some((0.0, *step)),
        _ => None,
    };
    if let Some((anchor, step)) = step.filter(|(_, s)| *s > 0.0) {
        // A cut value is the bound itself, on the grid or not.
        let bounds: Vec<String> = [declared.low, declared.high]
            .iter()
            .filter(|b| b.is_finite())
            .map(|b| format!(" AND abs({axis} - CAST('{b:e}' AS DOUBLE)) > {:e}", slack(*b, *b)))
            .collect();
        let off = format!("({axis} - CAST('{anchor:e}' AS DOUBLE)) / CAST('{step:e}' AS DOUBLE)");
        // A step that is no multiple of the type's unit is rounded to one.
        let fits = |x: f64| unit == 0.0 || (x / unit - (x / unit).round()).abs() < 1e-6;
        let room = if fits(step) && fits(anchor) {
            0.001
        } else {
            0.001 + unit / 2.0 / step
        };
        wrong.push(format!("(abs({off} - round({off})) > {room}{})", bounds.join("")));
    }
    Some((bounds(low, high), wrong.join(" OR ")))
}

fn bounds(low: f64, high: f64) -> String {
    let side = |x: f64, none: &str| if x.is_finite() { x.to_string() } else { none.to_owned() };
    format!("{} to {}", side(low, "any"), side(high, "any"))
}
