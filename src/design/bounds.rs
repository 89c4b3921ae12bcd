//! CHECK conditions read as bounds: what one column may hold, and which of two columns comes first.
//!
//! Conjunctions of simple conditions are read, and alternatives on one column: of lists all values, of ranges their hull where they fill enough of it,
//! else one alternative. The rest is left to the data engine, which enforces every CHECK row by row.

use super::gap::{self, Equation, Gap};
use super::regex::Wanted;
use crate::ir::{SqlType, Table};
use crate::schema::{day, regex};
use sqlparser::ast::{BinaryOperator, Expr, UnaryOperator};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use std::collections::{BTreeMap, BTreeSet};

/// What CHECKs say about one column.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Bounds {
    pub low: Option<f64>,
    /// `low` itself is not allowed.
    pub low_open: bool,
    pub high: Option<f64>,
    pub high_open: bool,
    /// The only values, as SQL texts without quotes.
    pub values: Vec<String>,
    /// Bounds that are dates: ISO texts.
    pub after: Option<String>,
    pub before: Option<String>,
    /// Ranges that fill too little of their hull: `low` and `high` are the first one's.
    pub apart: Vec<(f64, f64)>,
    pub min_length: Option<u32>,
    pub max_length: Option<u32>,
    /// A LIKE pattern or regular expression that it must match.
    pub like: Option<Wanted>,
    /// It has no capitals.
    pub lower: bool,
}

/// What CHECKs say about a table.
#[derive(Default)]
pub(super) struct TableBounds {
    columns: BTreeMap<String, Bounds>,
    /// (earlier, later) columns.
    pub order: Vec<(String, String)>,
    /// Distances between days or instants.
    pub gaps: Vec<Gap>,
    /// (day, year) columns, where the second is the year of the first.
    pub years: Vec<(String, String)>,
    /// Columns that others say.
    pub equations: Vec<Equation>,
    /// Columns that decide which piece of a partitioned table a row is in.
    pub placing: BTreeSet<String>,
    /// Some piece of a partitioned table has no end.
    pub endless: bool,
}

/// Least share of their hull that ranges fill for values to be drawn from the hull.
const FILLED_MIN: f64 = 0.1;

impl TableBounds {
    /// Reads a table's CHECKs, and which rows every piece of a partitioned table gets some of.
    pub(super) fn read(table: &Table, pieces: Option<&str>, endless: bool) -> Self {
        let mut placed = TableBounds::default();
        placed.add(pieces.unwrap_or_default(), table);
        let mut out = TableBounds {
            placing: placed.columns.into_keys().collect(),
            endless,
            ..TableBounds::default()
        };
        for sql in table.checks.iter().map(|c| c.sql.as_str()).chain(pieces) {
            out.add(sql, table);
        }
        out
    }

    fn add(&mut self, sql: &str, table: &Table) {
        let nested = sql.bytes().filter(|b| *b == b'(').count();
        if nested > crate::kernel::limits::SQL_NESTING_MAX {
            return;
        }
        let parsed = Parser::new(&PostgreSqlDialect {})
            .try_with_sql(sql)
            .and_then(|mut p| p.parse_expr());
        if let Ok(expr) = parsed {
            self.conjunct(&expr, table);
        }
    }

    /// What is known about a column.
    pub(super) fn of(&self, column: &str) -> Bounds {
        self.columns.get(column).cloned().unwrap_or_default()
    }

    fn column(&mut self, name: String) -> &mut Bounds {
        self.columns.entry(name).or_default()
    }

    fn conjunct(&mut self, expr: &Expr, table: &Table) {
        match expr {
            Expr::Nested(inner) => self.conjunct(inner, table),
            Expr::BinaryOp {
                left,
                op: BinaryOperator::And,
                right,
            } => {
                self.conjunct(left, table);
                self.conjunct(right, table);
            }
            Expr::BinaryOp {
                op: BinaryOperator::Or, ..
            } => {
                let mut branches = Vec::new();
                alternatives(expr, &mut branches);
                // `x IS NULL OR condition`: the condition holds wherever it matters.
                let optional = branches.iter().find_map(|b| match b {
                    Expr::IsNull(of) => column(of, table),
                    _ => None,
                });
                branches.retain(|b| !matches!(b, Expr::IsNull(_)));
                match branches.as_slice() {
                    [one] => match optional {
                        Some(optional) => self.of_one(&optional, one, table),
                        None => self.conjunct(one, table),
                    },
                    several => self.either(several, table),
                }
            }
            Expr::Between {
                expr,
                negated: false,
                low,
                high,
            } => {
                self.letters(expr, low, high, table);
                self.compare(expr, &BinaryOperator::GtEq, low, table);
                self.compare(expr, &BinaryOperator::LtEq, high, table);
                self.distance(expr, &BinaryOperator::GtEq, low, table);
                self.distance(expr, &BinaryOperator::LtEq, high, table);
            }
            Expr::InList {
                expr,
                list,
                negated: false,
            } => {
                if let (Some(column), Some(values)) = (column(expr, table), list.iter().map(constant).collect::<Option<Vec<_>>>()) {
                    self.column(column).values = values;
                }
            }
            Expr::AnyOp {
                left,
                compare_op: BinaryOperator::Eq,
                right,
                ..
            } => {
                if let (Some(column), Some(values)) = (column(left, table), elements(right)) {
                    self.column(column).values = values;
                }
            }
            Expr::Like {
                negated: false,
                expr,
                pattern,
                ..
            } => {
                if let (Some(column), Some(pattern)) = (column(expr, table), constant(pattern)) {
                    self.column(column).like = Some(Wanted::Like(pattern));
                }
            }
            Expr::BinaryOp {
                left,
                op: op @ (BinaryOperator::PGRegexMatch | BinaryOperator::PGRegexIMatch),
                right,
            } => {
                if let (Some(column), Some(pattern)) = (column(left, table), constant(right)) {
                    self.column(column).like = Some(Wanted::Regex(pattern, *op == BinaryOperator::PGRegexIMatch));
                }
            }
            Expr::SimilarTo {
                negated: false,
                expr,
                pattern,
                escape_char: None,
            } => {
                if let (Some(column), Some(pattern)) = (column(expr, table), constant(pattern)) {
                    self.column(column).like = Some(Wanted::Regex(regex::similar(&pattern), false));
                }
            }
            Expr::BinaryOp { left, op, right } => {
                self.compare(left, op, right, table);
                self.distance(left, op, right, table);
                if *op == BinaryOperator::Eq {
                    self.equal(left, right, table);
                    self.equal(right, left, table);
                    self.equations.extend(gap::equation(left, right, table));
                }
            }
            _ => {}
        }
    }

    /// A condition that holds wherever one column has a value: what it says about that column.
    fn of_one(&mut self, name: &str, condition: &Expr, table: &Table) {
        let mut read = TableBounds::default();
        read.conjunct(condition, table);
        if let Some(bounds) = read.columns.remove(name).filter(|_| !self.columns.contains_key(name)) {
            self.columns.insert(name.to_owned(), bounds);
        }
        let about = |a: &String, b: &String| a == name || b == name;
        self.order.extend(read.order.into_iter().filter(|(a, b)| about(a, b)));
        self.gaps.extend(read.gaps.into_iter().filter(|g| about(&g.earlier, &g.later)));
    }

    /// `building BETWEEN 'A' AND 'E'`: the letters from one to the other.
    fn letters(&mut self, left: &Expr, low: &Expr, high: &Expr, table: &Table) {
        let letter = |expr: &Expr| {
            let text = constant(expr)?;
            let mut chars = text.chars();
            chars.next().filter(|c| c.is_ascii_alphabetic() && chars.next().is_none())
        };
        if let (Some(name), Some(from), Some(to)) = (column(left, table), letter(low), letter(high))
            && from.is_ascii_uppercase() == to.is_ascii_uppercase()
            && from <= to
        {
            self.column(name).values = (from..=to).map(String::from).collect();
        }
    }

    /// How far apart two days are.
    fn distance(&mut self, left: &Expr, op: &BinaryOperator, right: &Expr, table: &Table) {
        let Some(gap) = gap::read(left, op, right, table) else { return };
        if gap.least.is_some() && !self.order.contains(&(gap.earlier.clone(), gap.later.clone())) {
            self.order.push((gap.earlier.clone(), gap.later.clone()));
        }
        self.gaps.push(gap);
    }

    /// `x = lower(x)`, `EXTRACT(YEAR FROM day) = year`.
    fn equal(&mut self, left: &Expr, right: &Expr, table: &Table) {
        self.years.extend(gap::year(left, right, table));
        if let (Some(name), Expr::Function(function)) = (column(left, table), unwrapped(right))
            && function.name.to_string().eq_ignore_ascii_case("lower")
            && right.to_string().to_lowercase().trim_matches('"') == format!("lower({})", left.to_string().to_lowercase())
        {
            self.column(name).lower = true;
        }
    }

    /// Alternatives: of each column that all of them are about.
    fn either(&mut self, branches: &[&Expr], table: &Table) {
        let mut read: Vec<TableBounds> = Vec::new();
        for branch in branches {
            let mut one = TableBounds::default();
            one.conjunct(branch, table);
            read.push(one);
        }
        let Some(first) = read.first() else { return };
        for name in first.columns.keys() {
            let all: Option<Vec<Bounds>> = read.iter().map(|b| b.columns.get(name).cloned()).collect();
            let Some(chosen) = all.and_then(alternative) else { continue };
            let bounds = self.column(name.clone());
            if *bounds == Bounds::default() {
                *bounds = chosen;
            }
        }
    }

    fn compare(&mut self, left: &Expr, op: &BinaryOperator, right: &Expr, table: &Table) {
        use BinaryOperator::{Eq, Gt, GtEq, Lt, LtEq};
        let flipped = match op {
            Lt => Gt,
            LtEq => GtEq,
            Gt => Lt,
            GtEq => LtEq,
            other => other.clone(),
        };
        if let (Some(a), Some(b)) = (column(left, table), column(right, table)) {
            match op {
                Lt | LtEq => self.order.push((a, b)),
                Gt | GtEq => self.order.push((b, a)),
                _ => {}
            }
            return;
        }
        let (name, op, value) = match (column(left, table), column(right, table)) {
            (Some(name), None) => (name, op.clone(), right),
            (None, Some(name)) => (name, flipped, left),
            _ => return self.length(left, op, right, table),
        };
        let Some(value) = constant(value) else { return };
        let whole_days = table.column(&name).is_some_and(|c| c.sql_type == SqlType::Date);
        let bounds = self.column(name);
        let number: Option<f64> = value.parse().ok();
        let is_date = number.is_none() && value.len() >= 10 && value.as_bytes().get(4) == Some(&b'-');
        let strict = matches!(op, Gt | Lt);
        match (op, number) {
            (Gt | GtEq, Some(x)) if bounds.low.is_none_or(|low| x >= low) => (bounds.low, bounds.low_open) = (Some(x), strict),
            (Lt | LtEq, Some(x)) if bounds.high.is_none_or(|high| x <= high) => (bounds.high, bounds.high_open) = (Some(x), strict),
            (Gt | GtEq, None) if is_date => bounds.after = Some(if strict && whole_days { next_day(&value, 1) } else { value }),
            (Lt | LtEq, None) if is_date => bounds.before = Some(if strict && whole_days { next_day(&value, -1) } else { value }),
            (Eq, _) => bounds.values = vec![value],
            _ => {}
        }
    }

    /// `char_length(x) >= 3`
    fn length(&mut self, left: &Expr, op: &BinaryOperator, right: &Expr, table: &Table) {
        use BinaryOperator::{Eq, Gt, GtEq, Lt, LtEq};
        let Expr::Function(function) = unwrapped(left) else { return };
        let name = function.name.to_string().to_lowercase();
        if !["char_length", "length", "character_length"].contains(&name.as_str()) {
            return;
        }
        let text = left.to_string();
        let inner = text.split_once('(').map_or("", |(_, r)| r).trim_end_matches(')').trim_matches('"');
        let (Some(found), Some(n)) = (table.column(inner), constant(right).and_then(|v| v.parse::<u32>().ok())) else {
            return;
        };
        let bounds = self.column(found.name.clone());
        match op {
            Eq => (bounds.min_length, bounds.max_length) = (Some(n), Some(n)),
            Gt => bounds.min_length = Some(n + 1),
            GtEq => bounds.min_length = Some(n),
            Lt => bounds.max_length = Some(n.saturating_sub(1)),
            LtEq => bounds.max_length = Some(n),
            _ => {}
        }
    }
}

/// The day after an ISO day, or before it; what is no such day stays as it is.
pub(super) fn next_day(text: &str, step: i64) -> String {
    day::number(text)
        .and_then(|n| day::iso(n + step))
        .unwrap_or_else(|| text.to_owned())
}

/// The branches of a tree of ORs.
fn alternatives<'e>(expr: &'e Expr, out: &mut Vec<&'e Expr>) {
    match unwrapped(expr) {
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Or,
            right,
        } => {
            alternatives(left, out);
            alternatives(right, out);
        }
        other => out.push(other),
    }
}

/// One of several bounds of a column that satisfies any of them, or their hull.
fn alternative(all: Vec<Bounds>) -> Option<Bounds> {
    let listed = |b: &Bounds| !b.values.is_empty();
    let is_range = |b: &Bounds| !listed(b) && b.low.is_some() && b.high.is_some();
    let is_span = |b: &Bounds| !listed(b) && b.after.is_some() && b.before.is_some();
    let ranges: Vec<&Bounds> = all.iter().filter(|b| is_range(b)).collect();
    if let Some(first) = ranges.first() {
        let low = ranges.iter().filter_map(|b| b.low).fold(f64::INFINITY, f64::min);
        let high = ranges.iter().filter_map(|b| b.high).fold(f64::NEG_INFINITY, f64::max);
        let filled: f64 = ranges.iter().filter_map(|b| Some(b.high? - b.low?)).sum();
        if ranges.len() > 1 && filled < FILLED_MIN * (high - low) {
            let apart = ranges.iter().filter_map(|b| Some((b.low?, b.high?))).collect();
            return Some(Bounds { apart, ..(*first).clone() });
        }
        return Some(Bounds {
            low: Some(low),
            low_open: ranges.iter().any(|b| b.low == Some(low) && b.low_open),
            high: Some(high),
            high_open: ranges.iter().any(|b| b.high == Some(high) && b.high_open),
            ..Bounds::default()
        });
    }
    let spans: Vec<&Bounds> = all.iter().filter(|b| is_span(b)).collect();
    if !spans.is_empty() {
        return Some(Bounds {
            after: spans.iter().filter_map(|b| b.after.clone()).min(),
            before: spans.iter().filter_map(|b| b.before.clone()).max(),
            ..Bounds::default()
        });
    }
    if all.iter().any(listed) {
        let mut values: Vec<String> = Vec::new();
        for value in all.into_iter().flat_map(|b| b.values) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        return Some(Bounds {
            values,
            ..Bounds::default()
        });
    }
    all.into_iter().find(|b| *b != Bounds::default())
}

pub(super) fn unwrapped(expr: &Expr) -> &Expr {
    match expr {
        Expr::Nested(inner) => unwrapped(inner),
        Expr::Cast { expr, .. } => unwrapped(expr),
        other => other,
    }
}

pub(super) fn column(expr: &Expr, table: &Table) -> Option<String> {
    let ident = match unwrapped(expr) {
        Expr::Identifier(ident) => ident,
        Expr::CompoundIdentifier(path) => path.last()?,
        _ => return None,
    };
    let exact = table.column(&ident.value).or_else(|| {
        table
            .columns
            .iter()
            .find(|c| ident.quote_style.is_none() && c.name.eq_ignore_ascii_case(&ident.value))
    });
    exact.map(|c| c.name.clone())
}

pub(super) fn constant(expr: &Expr) -> Option<String> {
    match unwrapped(expr) {
        Expr::Value(value) => match &value.value {
            sqlparser::ast::Value::Number(n, _) => Some(n.clone()),
            sqlparser::ast::Value::Boolean(b) => Some(b.to_string()),
            other => other.clone().into_string(),
        },
        Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr,
        } => constant(expr).map(|v| format!("-{v}")),
        Expr::TypedString(typed) => typed.value.value.clone().into_string(),
        _ => None,
    }
}

fn elements(expr: &Expr) -> Option<Vec<String>> {
    match unwrapped(expr) {
        Expr::Array(array) => array.elem.iter().map(constant).collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{Check, Column};

    #[test]
    fn days_follow_each_other() {
        let next = |text: &str, step: i64| next_day(text, step);
        assert_eq!(
            (next("2024-02-28", 1), next("2024-03-01", -1)),
            ("2024-02-29".into(), "2024-02-29".into())
        );
        assert_eq!(
            (next("2023-12-31", 1), next("2025-01-01", -1)),
            ("2024-01-01".into(), "2024-12-31".into())
        );
        assert_eq!(next("2024-04-30", 1), "2024-05-01");
    }

    #[test]
    fn alternatives_of_one_column_become_one_bound() {
        let column = |name: &str| Column::new(name, SqlType::Date);
        let of = |sql: &str| {
            let table = Table {
                name: "t".into(),
                columns: ["x", "y"].map(column).into(),
                checks: vec![Check {
                    name: None,
                    sql: sql.into(),
                }],
                ..Table::default()
            };
            TableBounds::read(&table, None, false).of("x")
        };
        assert_eq!(of("x IN ('a', 'b') OR x IS NULL OR x LIKE 'c%'").values, ["a", "b"]);
        let range = |b: Bounds| (b.low, b.high);
        assert_eq!(range(of("x BETWEEN 5 AND 100 OR x = 0")), (Some(5.0), Some(100.0)));
        assert_eq!(range(of("x BETWEEN 1 AND 9 OR x BETWEEN 15 AND 20")), (Some(1.0), Some(20.0)));
        assert_eq!(range(of("x BETWEEN 1 AND 2 OR x BETWEEN 9000 AND 9001")), (Some(1.0), Some(2.0)));
        assert_eq!(of("x > 5 OR y > 5"), Bounds::default());
        let days = of("(x >= '2023-01-01' AND x < '2024-01-01') OR (x >= '2030-01-01' AND x < '2031-01-01')");
        assert_eq!(
            (days.after.as_deref(), days.before.as_deref()),
            (Some("2023-01-01"), Some("2030-12-31"))
        );
    }

    #[test]
    fn checks_become_bounds() {
        let column = |n: &str| Column::new(n, SqlType::Int32);
        let sql = [
            "a BETWEEN 1 AND 20",
            "(b > 0)",
            "c IN ('x', 'y')",
            "((d)::text = ANY ((ARRAY['p'::character varying, 'q'::character varying])::text[]))",
            "a IS NULL OR a <= b",
            "char_length(e) = 3",
            "100 >= b AND f >= DATE '2020-01-01'",
            "g = 'm' OR g = 'f'",
        ];
        let table = Table {
            name: "t".into(),
            columns: ["a", "b", "c", "d", "e", "f", "g"].iter().map(|n| column(n)).collect(),
            checks: sql
                .iter()
                .map(|s| Check {
                    name: None,
                    sql: (*s).into(),
                })
                .collect(),
            ..Table::default()
        };
        let bounds = TableBounds::read(&table, None, false);
        assert_eq!((bounds.of("a").low, bounds.of("a").high), (Some(1.0), Some(20.0)));
        assert_eq!(
            (
                bounds.of("b").low,
                bounds.of("b").low_open,
                bounds.of("b").high,
                bounds.of("b").high_open
            ),
            (Some(0.0), true, Some(100.0), false)
        );
        assert_eq!(
            (bounds.of("c").values, bounds.of("d").values, bounds.of("g").values),
            (
                vec!["x".into(), "y".into()],
                vec!["p".into(), "q".into()],
                vec!["m".into(), "f".into()]
            )
        );
        assert_eq!(bounds.order, [("a".to_owned(), "b".to_owned())]);
        assert_eq!(
            (bounds.of("e").min_length, bounds.of("f").after),
            (Some(3), Some("2020-01-01".into()))
        );
    }
}
