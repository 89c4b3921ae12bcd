//! Values that the declared distribution cannot give: outside its bounds, past where chance reaches, no numbers, off its grid, not in its list.

use super::{Measured, category, condition, constraint};
use crate::database::load::{literal, quoted, table_name};
use crate::dataeval::declared::Declared;
use crate::dataeval::scope::{Scope, Subject, axis};
use crate::ir::evaluation::{MetricResult, Verdict};
use crate::ir::generation::Distribution;

pub(super) fn measure(scope: &Scope<'_>, subject: &Subject<'_>) -> Measured {
    const NAME: &str = "support";
    let (table, column) = (subject.table, subject.column);
    if scope.is_reference(table, &column.name) {
        return Ok(Vec::new());
    }
    let name = quoted(&column.name);
    let from = format!("SELECT count(*) FROM {} WHERE {name} IS NOT NULL AND", table_name(table));
    let result = match &subject.plan.distribution {
        Distribution::Seasonal {
            year_range: [first, last], ..
        } if column.sql_type.is_temporal() => constraint::violations(
            scope,
            NAME,
            format!("years {first} to {last}"),
            &format!("{from} year({name}) NOT BETWEEN {first} AND {last}"),
        ),
        distribution => match category::listed(distribution) {
            Some(listed) if listed.iter().any(|(v, _)| !v.is_null()) => match category::shares(scope, subject, &listed) {
                Ok(shares) => {
                    let texts: Vec<String> = shares.keys().map(|t| literal(t)).collect();
                    let sql = format!("{from} CAST({name} AS VARCHAR) NOT IN ({})", texts.join(", "));
                    constraint::violations(scope, NAME, format!("{} listed values", texts.len()), &sql)
                }
                Err(error) => MetricResult::unproven(NAME, "", constraint::first_line(&error.to_string())),
            },
            Some(_) => return Ok(Vec::new()),
            None => {
                let Some(declared) = Declared::of(distribution, &column.sql_type) else {
                    return Ok(Vec::new());
                };
                let Some(axis) = axis(&column.sql_type, &name) else {
                    return Ok(Vec::new());
                };
                let mut wrong = vec![format!("{axis} IS NULL OR NOT isfinite({axis})")];
                let whole = column.sql_type.is_integer();
                let (low, high) = declared.far(scope.rows(table) as f64);
                // Half a unit in the last place is how a bound between two values of the type rounds.
                let slack = declared.grain / 2.0 + 1e-9 * declared.low.abs().max(declared.high.abs()).min(1e12);
                // Whole numbers are compared as they are: floats lose their last digits.
                let side = |bound: f64, sign: &str, exact: f64| match whole && bound.abs() < 1e37 {
                    true => format!("CAST({name} AS HUGEINT) {sign} {exact:.0}"),
                    false => format!("{axis} {sign} CAST('{bound:e}' AS DOUBLE)"),
                };
                if low.is_finite() {
                    wrong.push(side(low - slack, "<", low.floor()));
                }
                if high.is_finite() {
                    wrong.push(side(high + slack, ">", high.ceil()));
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
                        .map(|b| format!(" AND abs({axis} - CAST('{b:e}' AS DOUBLE)) > {slack:e}"))
                        .collect();
                    let off = format!("({axis} - CAST('{anchor:e}' AS DOUBLE)) / CAST('{step:e}' AS DOUBLE)");
                    wrong.push(format!("(abs({off} - round({off})) > 0.001{})", bounds.join("")));
                }
                constraint::violations(scope, NAME, bounds(low, high), &format!("{from} ({})", wrong.join(" OR ")))
            }
        },
    };
    Ok(vec![match condition::reason(scope, subject) {
        Some(reason) if result.verdict == Verdict::Failed => result.unjudged(reason),
        _ => result,
    }])
}

fn bounds(low: f64, high: f64) -> String {
    let side = |x: f64, none: &str| if x.is_finite() { x.to_string() } else { none.to_owned() };
    format!("{} to {}", side(low, "any"), side(high, "any"))
}
