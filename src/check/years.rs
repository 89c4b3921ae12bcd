//! Does the SQL look at the years that the question names?
//!
//! A year counts as looked at when a date of the SQL is of it, when it lies between the two bounds of a range, or when a number, a text or a name says it. A
//! bound that the range leaves out ("< '2023-01-01'") is not of its year. Limits: a bound alone is taken for either of the years that it divides, as is one
//! that the question tells by "before" or "after"; SQL that asks the clock is left alone. Invariant: a question without a year has none missing.

use crate::query::walk::{self, Look};
use sqlparser::ast::{BinaryOperator, Expr, Query, Value, ValueWithSpan};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// Words before a year that make it a bound.
const BOUNDING: [&str; 10] = [
    "before",
    "after",
    "than",
    "until",
    "till",
    "to",
    "and",
    "by",
    "following",
    "preceding",
];
/// What asks the clock.
const CLOCK: [&str; 4] = ["CURRENT_", "NOW(", "TODAY(", "LOCALTIME"];

/// The years of the question that the SQL does not look at.
pub fn missing(query: &Query, question: &str, evidence: &str) -> Vec<i32> {
    let named = years(question);
    let sql = query.to_string();
    if named.is_empty() || CLOCK.iter().any(|word| sql.to_uppercase().contains(word)) {
        return Vec::new();
    }
    let mut dates = Dates::default();
    let _ = walk::look(query, &mut dates);
    let spans = dates.spans();
    let elsewhere = sql.replace(|c: char| !c.is_alphanumeric() && c != '\'', " ");
    let names = outside_texts(&elsewhere);
    let looked_at = |year: i32, bound: bool| {
        let slack = i32::from(bound);
        let near = |text: &str| (year - 1..=year + 1).any(|y| text.contains(&y.to_string()));
        spans.iter().any(|(from, to)| (from - slack..=to + slack).contains(&year))
            || near(&names)
            || dates.texts.iter().any(|text| text.contains(&year.to_string()))
    };
    let explained = years(evidence);
    let mut out: Vec<i32> = named
        .into_iter()
        .filter(|(year, bound)| !looked_at(*year, *bound) && !explained.iter().any(|(y, _)| y == year))
        .map(|(year, _)| year)
        .collect();
    out.dedup();
    out
}

/// The years that a text names, and whether the word before makes each a bound. Amounts ("$2000", "2,000", "2000.50") are none.
fn years(text: &str) -> Vec<(i32, bool)> {
    let mut found = Vec::new();
    let mut before = String::new();
    for word in text.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '$' && c != '€' && c != '£' && c != '#');
        let bare = bare.strip_suffix("'s").or_else(|| bare.strip_suffix('s')).unwrap_or(bare);
        if bare.len() == 4 && bare.bytes().all(|b| b.is_ascii_digit()) {
            let bound = BOUNDING.contains(&before.as_str());
            found.extend(bare.parse().ok().filter(|y| (1900..2100).contains(y)).map(|y| (y, bound)));
        }
        before = bare.to_lowercase();
    }
    found
}

/// What stands outside of single quotes.
fn outside_texts(sql: &str) -> String {
    sql.split('\'').step_by(2).collect::<Vec<_>>().join(" ")
}

/// A date of the SQL: as written, its year.
type Day = (String, i32);

#[derive(Default)]
struct Dates {
    /// Dates by what they bound from below and from above; true where the bound itself is left out.
    low: BTreeMap<String, Vec<(Day, bool)>>,
    high: BTreeMap<String, Vec<(Day, bool)>>,
    /// Every date, those of bounds included.
    all: Vec<Day>,
    /// Dates that bound something.
    bounds: Vec<String>,
    /// Other texts.
    texts: Vec<String>,
}

impl Dates {
    /// Years looked at, each span with both its ends.
    fn spans(&self) -> Vec<(i32, i32)> {
        let mut spans = Vec::new();
        let mut plain = self.all.clone();
        for text in &self.bounds {
            if let Some(at) = plain.iter().position(|(t, _)| t == text) {
                plain.swap_remove(at);
            }
        }
        spans.extend(plain.iter().map(|(_, year)| (*year, *year)));
        let none = Vec::new();
        for key in self.low.keys().chain(self.high.keys()) {
            let low = self.low.get(key).unwrap_or(&none);
            let high = self.high.get(key).unwrap_or(&none);
            for ((day, year), out) in high {
                let first = starts_year(day) && *out;
                match low.iter().filter(|((l, _), _)| l < day || (l == day && !out)).max() {
                    Some(((_, from), _)) => spans.push((*from, year - i32::from(first))),
                    None if first => spans.push((year - 1, *year)),
                    None => spans.push((*year, year + i32::from(ends_year(day)))),
                }
            }
            let closed = |l: &String| high.iter().any(|((h, _), out)| h > l || (h == l && !out));
            for ((day, year), _) in low.iter().filter(|((l, _), _)| !closed(l)) {
                spans.push((year - i32::from(starts_year(day)), year + i32::from(ends_year(day))));
            }
        }
        spans
    }

    fn bound(&mut self, of: &Expr, day: Day, from_below: bool, out: bool) {
        self.bounds.push(day.0.clone());
        let side = if from_below { &mut self.low } else { &mut self.high };
        side.entry(of.to_string()).or_default().push((day, out));
    }
}

fn starts_year(day: &str) -> bool {
    day.get(4..10).is_some_and(|rest| matches!(rest, "-01-01"))
}

fn ends_year(day: &str) -> bool {
    day.get(4..10).is_some_and(|rest| matches!(rest, "-12-31"))
}

fn day(text: &str) -> Option<Day> {
    let year = text.get(..4)?.parse().ok()?;
    matches!(text.as_bytes().get(4), Some(b'-' | b'/')).then(|| (text.to_owned(), year))
}

/// The date that an expression is: a text, typed or cast.
fn day_of(expr: &Expr) -> Option<Day> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => day(text),
            _ => None,
        },
        Expr::TypedString(typed) => match &typed.value.value {
            Value::SingleQuotedString(text) => day(text),
            _ => None,
        },
        Expr::Cast { expr, .. } | Expr::Nested(expr) => day_of(expr),
        _ => None,
    }
}

impl Look for Dates {
    fn pre_visit_value(&mut self, value: &ValueWithSpan) -> ControlFlow<()> {
        if let Value::SingleQuotedString(text) = &value.value {
            match day(text) {
                Some(day) => self.all.push(day),
                None => self.texts.push(text.clone()),
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        use BinaryOperator::{Gt, GtEq, Lt, LtEq};
        match expr {
            Expr::BinaryOp {
                left,
                op: op @ (Gt | GtEq | Lt | LtEq),
                right,
            } => {
                let out = matches!(op, Gt | Lt);
                let greater = matches!(op, Gt | GtEq);
                match (day_of(left), day_of(right)) {
                    (None, Some(day)) => self.bound(left, day, greater, out),
                    (Some(day), None) => self.bound(right, day, !greater, out),
                    _ => {}
                }
            }
            Expr::Between {
                expr,
                negated: false,
                low,
                high,
            } => {
                if let (Some(low), Some(high)) = (day_of(low), day_of(high)) {
                    self.bound(expr, low, true, false);
                    self.bound(expr, high, false, false);
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    #[test]
    fn a_year_that_no_date_falls_into_is_missing() -> Result<(), parse::ParseError> {
        for (question, condition, wanted) in [
            ("created in 2023?", "d >= '2022-01-01' AND d < '2023-01-01'", vec![2023]),
            (
                "created in 2023?",
                "d >= DATE '2022-01-01' AND d < CAST('2023-01-01' AS DATE)",
                vec![2023],
            ),
            ("created in 2023?", "d BETWEEN '2022-01-01' AND '2022-12-31'", vec![2023]),
            ("created in 2023?", "d >= '2023-01-01' AND d < '2024-01-01'", vec![]),
            ("created in 2023?", "date_trunc('year', d) = '2023-01-01'", vec![]),
            ("created in 2023?", "EXTRACT(YEAR FROM d) = 2023", vec![]),
            ("created in 2023?", "TRUE", vec![2023]),
            (
                "created in 2021 and in 2022?",
                "d >= '2021-01-01' AND d < '2022-01-01' AND d IN (SELECT d FROM t WHERE d >= '2022-01-01' AND d < '2023-01-01')",
                vec![],
            ),
            ("created before 2023?", "d < '2023-01-01'", vec![]),
            ("created until 2022?", "d < '2023-01-01'", vec![]),
            ("created after 2022?", "d >= '2023-01-01'", vec![]),
            (
                "created after 2020 and before 2023?",
                "d >= '2021-01-01' AND d < '2023-01-01'",
                vec![],
            ),
            ("created from 2020 to 2022?", "d >= '2020-01-01' AND d < '2023-01-01'", vec![]),
            ("created in 2021 or 2022?", "d >= '2020-01-01' AND d < '2023-01-01'", vec![]),
            (
                "started in 2020 and ended in 2023?",
                "d >= '2020-03-01' AND e <= '2023-12-31'",
                vec![],
            ),
            ("worth more than $2000 or 2,000 or 1999.50?", "x > 7", vec![]),
            ("in the 1990s?", "d >= '1990-01-01' AND d < '2000-01-01'", vec![]),
            ("of Blade Runner 2049?", "t = 'Blade Runner 2049'", vec![]),
            ("of 2023?", "gdp_2023 > 4", vec![]),
            ("so far in 2023?", "d <= CURRENT_DATE", vec![]),
        ] {
            let query = parse::query(&format!("SELECT COUNT(*) FROM t WHERE {condition}"))?;
            assert_eq!(missing(&query, question, ""), wanted, "{question} {condition}");
        }
        Ok(())
    }
}
