//! Do two engines give one answer? Values are compared, not the texts of their types: 12, 12.0 and 1.2e1 are one number, a day is its
//! midnight, two JSON texts are one when their trees are.
//!
//! Numbers agree at ten significant digits, as canonical floats have them: the digits past that depend on the order of addition.
//! Limit: a text that reads as a number counts as that number ("007" is "7"); both engines give the same text, so nothing is hidden by it.

use super::ResultSet;

/// Relative distance within which two numbers are one.
const SAME: f64 = 1e-9;
/// Relative distance within which two numbers differ in their digits only.
const NEAR: f64 = 1e-5;

/// How two results compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Agreement {
    /// One answer.
    Same,
    /// The same rows in another order, where the order is part of the answer.
    Order,
    /// Numbers that differ in their last digits.
    Digits(String),
    /// Another number of rows or columns.
    Shape(String),
    /// Other values.
    Values(String),
}

/// Compares two results, as lists where `ordered`, else as bags.
pub fn compare(ours: &ResultSet, theirs: &ResultSet, ordered: bool) -> Agreement {
    if ours.columns.len() != theirs.columns.len() {
        return Agreement::Shape(format!("{} and {} columns", ours.columns.len(), theirs.columns.len()));
    }
    if ours.row_count() != theirs.row_count() {
        return Agreement::Shape(format!("{} and {} rows", ours.row_count(), theirs.row_count()));
    }
    let (ours, theirs) = (rows(ours), rows(theirs));
    if ordered {
        return match first_difference(&ours, &theirs, SAME) {
            None => Agreement::Same,
            Some(shown) => match bags(ours, theirs) {
                Agreement::Same => Agreement::Order,
                Agreement::Values(_) => Agreement::Values(shown),
                other => other,
            },
        };
    }
    bags(ours, theirs)
}

type Row = Vec<Option<String>>;

fn rows(result: &ResultSet) -> Vec<Row> {
    result
        .rows()
        .map(|row| row.into_iter().map(|cell| cell.map(plain)).collect())
        .collect()
}

fn bags(mut ours: Vec<Row>, mut theirs: Vec<Row>) -> Agreement {
    let mut shown = String::new();
    // Rows are paired by sorting. Coarser keys pair those whose last digits differ; finer ones those that are close together.
    for digits in [9, 6, 3] {
        for rows in [&mut ours, &mut theirs] {
            rows.sort_by_cached_key(|row| row.iter().map(|cell| key(cell.as_deref(), digits)).collect::<Vec<_>>());
        }
        match first_difference(&ours, &theirs, SAME) {
            None => return Agreement::Same,
            Some(first) if first_difference(&ours, &theirs, NEAR).is_none() => return Agreement::Digits(first),
            Some(first) => shown = first,
        }
    }
    Agreement::Values(shown)
}

fn first_difference(ours: &[Row], theirs: &[Row], within: f64) -> Option<String> {
    let cells = ours.iter().zip(theirs).flat_map(|(a, b)| a.iter().zip(b));
    let shown = |cell: &Option<String>| {
        cell.as_deref()
            .map_or_else(|| "NULL".to_owned(), |text| text.chars().take(60).collect())
    };
    cells
        .filter(|(a, b)| !one(a.as_deref(), b.as_deref(), within))
        .map(|(a, b)| format!("{} and {}", shown(a), shown(b)))
        .next()
}

fn one(a: Option<&str>, b: Option<&str>, within: f64) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a == b || numbers(a, b).is_some_and(|(x, y)| (x - y).abs() <= within * x.abs().max(y.abs())),
        (a, b) => a == b,
    }
}

fn numbers(a: &str, b: &str) -> Option<(f64, f64)> {
    let number = |text: &str| text.parse::<f64>().ok().filter(|x| x.is_finite());
    Some((number(a)?, number(b)?))
}

fn key(cell: Option<&str>, digits: usize) -> String {
    match cell {
        None => "\0".into(),
        Some(text) => match text.parse::<f64>() {
            Ok(x) if x.is_finite() => format!("{:.digits$e}", if x == 0.0 { 0.0 } else { x }),
            _ => text.to_owned(),
        },
    }
}

/// A day's midnight as the day; JSON as its tree, keys sorted.
fn plain(text: String) -> String {
    if let Some(day) = text.strip_suffix(" 00:00:00") {
        return day.to_owned();
    }
    if text.starts_with(['{', '['])
        && let Ok(value) = serde_json::from_str::<serde_json::Value>(&text)
    {
        return sorted(value).to_string();
    }
    text
}

fn sorted(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        Value::Object(map) => {
            let sorted: std::collections::BTreeMap<String, Value> = map.into_iter().map(|(k, v)| (k, self::sorted(v))).collect();
            Value::Object(sorted.into_iter().collect())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(rows: &[&[&str]]) -> ResultSet {
        let mut result = ResultSet::new(
            rows.first()
                .map_or_else(Vec::new, |row| row.iter().map(ToString::to_string).collect()),
        );
        for row in rows {
            result.push(row.iter().map(|cell| (*cell != "NULL").then(|| cell.to_string())));
        }
        result
    }

    #[test]
    fn values_agree_whatever_their_types() {
        let ours = result(&[&["1.250000000e+01", "2024-01-01", "{\"b\":1, \"a\":2}"], &["NULL", "x", ""]]);
        let theirs = result(&[
            &["NULL", "x", ""],
            &["12.5000000000000000", "2024-01-01 00:00:00", "{\"a\": 2, \"b\": 1}"],
        ]);
        assert_eq!(compare(&ours, &theirs, false), Agreement::Same);
        assert_eq!(compare(&ours, &theirs, true), Agreement::Order);
    }

    #[test]
    fn what_differs_is_named() {
        let one = |a: &str, b: &str| compare(&result(&[&[a]]), &result(&[&[b]]), false);
        assert_eq!(one("1.000000001", "1.0000000011"), Agreement::Same);
        assert_eq!(one("1.00001", "1.000011"), Agreement::Digits("1.00001 and 1.000011".into()));
        assert_eq!(one("1", "2"), Agreement::Values("1 and 2".into()));
        assert_eq!(one("NULL", "0"), Agreement::Values("NULL and 0".into()));
        assert_eq!(
            compare(&result(&[&["1"], &["1"]]), &result(&[&["1"]]), false),
            Agreement::Shape("2 and 1 rows".into())
        );
    }

    #[test]
    fn rows_that_digits_alone_tell_apart_are_paired() {
        let ours = result(&[&["0.99999999999", "a"], &["1.00000000001", "b"]]);
        let theirs = result(&[&["0.99999999999", "b"], &["1.00000000001", "a"]]);
        assert_eq!(compare(&ours, &theirs, false), Agreement::Same);
    }
}
