//! Data: what the columns of the database hold.

use super::Section;
use crate::ir::Value as Scalar;
use crate::report::{Material, chart};
use crate::schema::profile::{ColumnProfile, TableProfile};
use serde_json::{Value, json};

/// Bars of one outline.
const BARS: usize = 20;
/// Values quoted of one column.
const VALUES_SHOWN: usize = 3;

/// The section.
pub(super) struct Data;

impl Section for Data {
    fn id(&self) -> &'static str {
        "data"
    }
    fn title(&self) -> &'static str {
        "Data"
    }
    fn template(&self) -> &'static str {
        include_str!("data.html")
    }
    fn values(&self, m: &Material) -> Option<Value> {
        let profile = m.profile.as_ref()?;
        Some(json!({"tables": profile.tables.iter().map(table).collect::<Vec<_>>()}))
    }
}

fn table(table: &TableProfile) -> Value {
    json!({"id": table.table, "rows": table.rows, "columns": table.columns.iter().map(|c| column(c, table.rows)).collect::<Vec<_>>()})
}

fn column(column: &ColumnProfile, rows: u64) -> Value {
    let (outline, about) = outline(column);
    let examples: Vec<String> = column.top.iter().take(VALUES_SHOWN).map(|(value, _)| value.to_string()).collect();
    let range = column
        .quantiles
        .first()
        .zip(column.quantiles.last())
        .map(|(low, high)| format!("{low} – {high}"));
    json!({
        "name": column.column,
        "nulls": (rows > 0).then(|| column.nulls as f64 / rows as f64),
        "distinct": column.distinct,
        "outline": outline,
        "about": about,
        "examples": examples,
        "range": range,
    })
}

/// The shape of the values: rows between equal steps of the range where there are quantiles, else rows of the most frequent values.
fn outline(column: &ColumnProfile) -> (String, &'static str) {
    let points: Vec<f64> = column.quantiles.iter().filter_map(place).collect();
    if let (Some(low), Some(high)) = (points.first(), points.last())
        && points.len() == column.quantiles.len()
        && column.distinct > BARS as u64
        && high > low
    {
        let step = (high - low) / BARS as f64;
        let labels = vec!["per mille".to_owned(); BARS];
        let values: Vec<u64> = (0..BARS)
            .map(|at| (between(&points, low + step * at as f64, low + step * (at + 1) as f64) * 1_000.0) as u64)
            .collect();
        return (chart::spark(&values, &labels), "spread over the range");
    }
    let top: Vec<&(Scalar, u64)> = column.top.iter().take(BARS).collect();
    // A column of unique values has no shape to show.
    if top.first().is_none_or(|(_, n)| *n < 2) {
        return (String::new(), "");
    }
    let labels: Vec<String> = top.iter().map(|(value, _)| value.to_string()).collect();
    let values: Vec<u64> = top.iter().map(|(_, n)| *n).collect();
    (chart::spark(&values, &labels), "most frequent values")
}

/// A value's place on a line: numbers as they are, days by a count that is even enough to draw with.
fn place(value: &Scalar) -> Option<f64> {
    let (Scalar::Date(text) | Scalar::Timestamp(text)) = value else {
        return value.as_f64();
    };
    let mut parts = text.get(..10)?.split('-').map(str::parse::<f64>);
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    Some(year * 365.25 + (month - 1.0) * 30.44 + day)
}

/// Share of rows between two values, by straight lines between quantiles.
fn between(points: &[f64], from: f64, to: f64) -> f64 {
    let each = 1.0 / points.len().saturating_sub(1).max(1) as f64;
    points
        .windows(2)
        .map(|pair| match pair {
            [a, b] if b > a => each * ((b.min(to) - a.max(from)) / (b - a)).max(0.0),
            [a, _] if (from..to).contains(a) => each,
            _ => 0.0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_in_order() {
        let days = ["2023-12-31", "2024-01-01", "2024-02-29 10:00:00", "2024-03-01"].map(|d| place(&Scalar::Date(d.into())));
        assert!(days.windows(2).all(|w| w[0] < w[1]) && days[0].is_some(), "{days:?}");
        assert_eq!(place(&Scalar::Text("2024-01-01".into())), None);
    }

    #[test]
    fn shares_between_quantiles_sum_to_one() {
        let points = [0.0, 1.0, 1.0, 4.0, 10.0];
        let total: f64 = (0..10).map(|at| between(&points, f64::from(at), f64::from(at + 1))).sum();
        assert!((total - 1.0).abs() < 1e-9, "{total}");
        assert!((between(&points, 0.0, 1.0) - 0.25).abs() < 1e-9);
    }
}
