//! Distances that CHECKs put between two days or instants of a row, the years that they belong to, and columns that they compute from others.
//!
//! `due_on = issued_on + 14`, `ends_on - starts_on BETWEEN 60 AND 150`, `ended_at < started_at + INTERVAL '4 hours'`, `EXTRACT(YEAR FROM sown_on) =
//! season`, `total = net + tax`. Limit: sums of one column and one constant; everything else is left to the data engine.

use super::bounds::{column, constant, unwrapped};
use super::{Choice, Subject};
use crate::ir::Table;
use crate::ir::generation::Distribution;
use sqlparser::ast::{BinaryOperator, DateTimeField, Expr};
use std::collections::BTreeSet;

/// Years of a column that must be the year of a day, where nothing bounds it.
pub(super) const YEARS: (f64, f64) = (2018.0, 2025.0);

/// `later` comes at least `least` and at most `most` days after `earlier`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Gap {
    pub earlier: String,
    pub later: String,
    pub least: Option<f64>,
    pub most: Option<f64>,
}

/// A column plus days.
struct Place {
    column: String,
    days: f64,
}

fn days(expr: &Expr) -> Option<f64> {
    if let Expr::Interval(interval) = unwrapped(expr) {
        let text = constant(&interval.value)?;
        let unit = interval.leading_field.as_ref().map(|f| f.to_string().to_lowercase());
        let mut words = text.split_whitespace();
        let mut sum = 0.0;
        while let Some(number) = words.next() {
            let number: f64 = number.parse().ok()?;
            let unit = words.next().map(str::to_lowercase).or_else(|| unit.clone())?;
            sum += number
                * match unit.trim_end_matches('s') {
                    "year" => 365.25,
                    "month" | "mon" => 30.4375,
                    "week" => 7.0,
                    "day" => 1.0,
                    "hour" => 1.0 / 24.0,
                    "minute" | "min" => 1.0 / 1440.0,
                    "second" | "sec" => 1.0 / 86_400.0,
                    _ => return None,
                };
        }
        return Some(sum);
    }
    constant(expr)?.parse().ok()
}

fn place(expr: &Expr, table: &Table) -> Option<Place> {
    if let Some(column) = column(expr, table) {
        let temporal = table.column(&column).is_some_and(|c| c.sql_type.is_temporal());
        return temporal.then_some(Place { column, days: 0.0 });
    }
    let Expr::BinaryOp { left, op, right } = unwrapped(expr) else {
        return None;
    };
    let (inner, by) = match op {
        BinaryOperator::Plus => match place(left, table) {
            Some(inner) => (inner, days(right)?),
            None => (place(right, table)?, days(left)?),
        },
        BinaryOperator::Minus => (place(left, table)?, -days(right)?),
        _ => return None,
    };
    Some(Place {
        days: inner.days + by,
        ..inner
    })
}

/// What `left op right` says about the distance of two columns.
pub(super) fn read(left: &Expr, op: &BinaryOperator, right: &Expr, table: &Table) -> Option<Gap> {
    // x - y op n
    let difference = |expr: &Expr, bound: &Expr| match unwrapped(expr) {
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Minus,
            right,
        } => Some((place(left, table)?, place(right, table)?, days(bound)?)),
        _ => None,
    };
    let (x, y, n) = match (place(left, table), place(right, table)) {
        (Some(x), Some(y)) => (x, y, 0.0),
        _ => difference(left, right)?,
    };
    let n = n + y.days - x.days;
    let (earlier, later, least, most) = match op {
        BinaryOperator::Eq if n >= 0.0 => (y, x, Some(n), Some(n)),
        BinaryOperator::Eq => (x, y, Some(-n), Some(-n)),
        BinaryOperator::Gt | BinaryOperator::GtEq if n >= 0.0 => (y, x, Some(n), None),
        BinaryOperator::Gt | BinaryOperator::GtEq => (x, y, None, Some(-n)),
        BinaryOperator::Lt | BinaryOperator::LtEq if n > 0.0 => (y, x, None, Some(n)),
        BinaryOperator::Lt | BinaryOperator::LtEq => (x, y, Some(-n), None),
        _ => return None,
    };
    (earlier.column != later.column).then_some(Gap {
        earlier: earlier.column,
        later: later.column,
        least,
        most,
    })
}

/// `EXTRACT(YEAR FROM day) = year`: the day's column and the year's.
pub(super) fn year(left: &Expr, right: &Expr, table: &Table) -> Option<(String, String)> {
    let Expr::Extract {
        field: DateTimeField::Year,
        expr,
        ..
    } = unwrapped(left)
    else {
        return None;
    };
    Some((column(expr, table)?, column(right, table)?))
}

/// Days that a stage of the row allows, cut to what CHECKs leave.
pub(super) fn within(gaps: &[Gap], (earlier, later): (&str, &str), (least, most): (i64, i64)) -> (i64, i64) {
    let own = gaps.iter().filter(|g| g.earlier == earlier && g.later == later);
    let (mut low, mut high) = (None::<i64>, None::<i64>);
    for gap in own {
        low = gap.least.map(|n| n.ceil() as i64).max(low);
        high = gap.most.map(|n| n.floor() as i64).map(|n| high.map_or(n, |h| h.min(n))).or(high);
    }
    match (low, high) {
        (Some(low), Some(high)) if low <= high && (least.max(low) >= most.min(high)) => (low, high),
        (low, Some(high)) => (least.clamp(low.unwrap_or(0).min(high), high), most.min(high)),
        (Some(low), None) if low > least => (low, most.max(low + most - least)),
        _ => (least, most),
    }
}

/// Columns that an expression names.
fn named(expr: &Expr, table: &Table) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let _: std::ops::ControlFlow<()> = sqlparser::ast::visit_expressions(expr, |e| {
        out.extend(
            matches!(e, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
                .then(|| column(e, table))
                .flatten(),
        );
        std::ops::ControlFlow::Continue(())
    });
    out
}

/// `column = expression over others`, as a CHECK has it.
pub(super) struct Equation {
    column: String,
    expression: String,
    reads: BTreeSet<String>,
}

/// Reads both sides of an equality.
pub(super) fn equation(left: &Expr, right: &Expr, table: &Table) -> Option<Equation> {
    let (column, other) = match (column(left, table), column(right, table)) {
        (Some(name), None) => (name, right),
        (None, Some(name)) => (name, left),
        _ => return None,
    };
    let reads = named(other, table);
    (!reads.is_empty() && !reads.contains(&column)).then(|| Equation {
        column,
        expression: unwrapped(other).to_string(),
        reads,
    })
}

/// A column that a CHECK computes from others is computed.
pub(super) fn computed(subject: &Subject<'_>) -> Option<Choice> {
    let (table, name) = (subject.table, &subject.column.name);
    let required = |n: &String| table.primary_key.contains(n) || table.column(n).is_some_and(|c| !c.nullable);
    let keyed = |n: &String| {
        let sets = std::iter::once(&table.primary_key).chain(&table.unique);
        sets.flatten().any(|k| k == n) || table.foreign_keys_of(n).next().is_some()
    };
    if keyed(name) || subject.column.sql_type.is_temporal() || subject.column.generated.is_some() {
        return None;
    }
    let equations = &subject.bounds.equations;
    let found = equations.iter().find(|e| e.column == *name)?;
    let circular = equations
        .iter()
        .any(|e| found.reads.contains(&e.column) && !e.reads.is_empty() && !keyed(&e.column));
    let known = required(name) <= found.reads.iter().all(required);
    // Whether something has happened is drawn, and the day of it follows.
    let presence = found.expression.to_uppercase().contains(" NULL");
    (!circular && known && !presence && (subject.abilities.expression)(&found.expression).is_ok()).then(|| {
        let expression = found.expression.clone();
        Choice::new(Distribution::Derived { expression }, "as its CHECK computes it").nulls(0.0)
    })
}
