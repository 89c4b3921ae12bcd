//! `literal`: a value near the right one: the next number or date, another value of the same column, a pattern with an end open.

use super::{Candidate, Ground, Mutation, edit, error};
use crate::ir::{SqlType, Value};
use crate::query::{ast, sites};
use crate::schema::profile::ColumnProfile;
use sqlparser::ast::{Expr, Value as Literal};

pub(super) const MUTATION: Mutation = Mutation {
    name: "literal",
    about: "a compared value becomes another: a near number or date, another value of the column, a pattern open at an end",
    error: error::VALUE_MISMATCH,
    find,
};

fn find(ground: &Ground<'_>, found: &mut Vec<Candidate>) {
    sites::for_each(ground.query, |expr, number, site| {
        if site.clause == sites::Clause::From {
            return;
        }
        // The operand's number follows from its left sibling's size; values are asked of the column on the left.
        let (left, operands): (&Expr, Vec<&Expr>) = match expr {
            Expr::BinaryOp { left, op, right } if is_comparison(op) => (left, vec![right]),
            Expr::Between { expr, low, high, .. } => (expr, vec![low, high]),
            Expr::InList { expr, list, .. } => (expr, list.iter().collect()),
            Expr::AnyOp { left, right, .. } => {
                // The array follows its element.
                let profile = ground.values(number + 1 + sites::count(&**left));
                let taken: Vec<String> = plain(left).map(str::to_owned).into_iter().collect();
                if is_name(right) {
                    for new in near(left, profile, &taken) {
                        found.push(Candidate::new(format!("{left} became {new}"), move |query| {
                            edit::expr(query, number + 1, |expr| *expr = new.clone())
                        }));
                    }
                }
                return;
            }
            Expr::Like { expr, pattern, .. } | Expr::ILike { expr, pattern, .. } => {
                pattern_mutants(pattern, number + 1 + sites::count(&**expr), found);
                return;
            }
            _ => return,
        };
        let profile = ground.values(number + 1);
        let taken: Vec<String> = operands.iter().filter_map(|operand| plain(operand)).map(str::to_owned).collect();
        let real = ground
            .column(number + 1)
            .is_some_and(|(_, _, column)| column.sql_type == SqlType::Float32);
        let mut at = number + 1 + sites::count(left);
        for operand in operands {
            for new in near(operand, profile, &taken) {
                // PostgreSQL compares a `real` in double precision, DuckDB as `real`: only what both hold exactly means one thing.
                if real
                    && !plain(&new)
                        .and_then(|text| text.parse::<f64>().ok())
                        .is_some_and(|x| f64::from(x as f32) == x)
                {
                    continue;
                }
                let number = at;
                found.push(Candidate::new(format!("{operand} became {new}"), move |query| {
                    edit::expr(query, number, |expr| *expr = new.clone())
                }));
            }
            at += sites::count(operand);
        }
    });
}

fn is_name(expr: &Expr) -> bool {
    matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
}

fn is_comparison(op: &sqlparser::ast::BinaryOperator) -> bool {
    use sqlparser::ast::BinaryOperator as B;
    matches!(op, B::Eq | B::NotEq | B::Lt | B::LtEq | B::Gt | B::GtEq)
}

/// The literal's text without quotes, if it is one.
fn plain(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(value) => match &value.value {
            Literal::Number(text, _) | Literal::SingleQuotedString(text) => Some(text),
            _ => None,
        },
        Expr::TypedString(typed) => match &typed.value.value {
            Literal::SingleQuotedString(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// Other values for a literal, of its kind; never one of those already there.
fn near(expr: &Expr, profile: Option<&ColumnProfile>, taken: &[String]) -> Vec<Expr> {
    let Some(text) = plain(expr) else { return Vec::new() };
    let texts: Vec<String> = match expr {
        Expr::Value(value) if matches!(value.value, Literal::Number(..)) => {
            return near_numbers(text, profile)
                .into_iter()
                .filter(|new| !taken.contains(new))
                .map(|new| ast::number(&new))
                .collect();
        }
        _ => match Day::parse(text) {
            // A period's first day is confused with that of the next one, any other day with its neighbour.
            Some(day) => [if day.day == 1 { day.next_year() } else { day.next_day() }, day.next_month()]
                .map(|day| format!("{day}{}", text.get(10..).unwrap_or_default()))
                .to_vec(),
            None => other_values(profile),
        },
    };
    let other = |new: String| {
        let mut copy = expr.clone();
        match &mut copy {
            Expr::Value(value) => value.value = Literal::SingleQuotedString(new),
            Expr::TypedString(typed) => typed.value.value = Literal::SingleQuotedString(new),
            _ => {}
        }
        copy
    };
    texts.into_iter().filter(|new| !taken.contains(new)).map(other).collect()
}

/// The most frequent values of a text column.
fn other_values(profile: Option<&ColumnProfile>) -> Vec<String> {
    let values = profile.map(|p| p.top.as_slice()).unwrap_or_default();
    values
        .iter()
        .filter_map(|(value, _)| if let Value::Text(text) = value { Some(text.clone()) } else { None })
        .take(6)
        .collect()
}

/// The column's values just below and above a number; without any, the number plus and minus one.
fn near_numbers(text: &str, profile: Option<&ColumnProfile>) -> Vec<String> {
    let Ok(number) = text.parse::<f64>() else { return Vec::new() };
    let known: Vec<_> = profile
        .map(|p| p.quantiles.iter().chain(p.top.iter().map(|(value, _)| value)).collect())
        .unwrap_or_default();
    let placed: Vec<(f64, &Value)> = known.into_iter().filter_map(|value| Some((value.as_f64()?, value))).collect();
    let below = placed.iter().filter(|(n, _)| *n < number).max_by(|a, b| a.0.total_cmp(&b.0));
    let above = placed.iter().filter(|(n, _)| *n > number).min_by(|a, b| a.0.total_cmp(&b.0));
    let mut near: Vec<String> = [below, above].into_iter().flatten().map(|(_, value)| value.to_string()).collect();
    if let (true, Ok(whole)) = (near.is_empty(), text.parse::<i64>()) {
        near.extend(
            [whole.saturating_add(1), whole.saturating_sub(1)]
                .into_iter()
                .filter(|n| *n >= 0)
                .map(|n| n.to_string()),
        );
    }
    near.retain(|new| !new.starts_with('-'));
    near
}

/// `'%x%'` loses an end, `'x%'` or `'%x'` gains one.
fn pattern_mutants(pattern: &Expr, number: usize, found: &mut Vec<Candidate>) {
    let Some(text) = plain(pattern) else { return };
    let new = match (text.strip_prefix('%'), text.strip_suffix('%')) {
        (Some(rest), Some(_)) if rest.len() > 1 => rest.to_owned(),
        (None, Some(_)) => format!("%{text}"),
        (Some(_), None) => format!("{text}%"),
        _ => return,
    };
    let new = ast::text(&new);
    found.push(Candidate::new(format!("{pattern} became {new}"), move |query| {
        edit::expr(query, number, |expr| *expr = new.clone())
    }));
}

/// A day of the calendar.
#[derive(Clone, Copy)]
struct Day {
    year: u32,
    month: u32,
    day: u32,
}

impl Day {
    /// Reads `YYYY-MM-DD` at the start of a text.
    fn parse(text: &str) -> Option<Day> {
        let mut parts = text.get(..10)?.splitn(3, '-');
        let mut number = || parts.next()?.parse::<u32>().ok();
        let day = Day {
            year: number()?,
            month: number()?,
            day: number()?,
        };
        ((1..=12).contains(&day.month) && (1..=day.days()).contains(&day.day)).then_some(day)
    }

    fn days(self) -> u32 {
        match self.month {
            2 if self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400)) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    fn next_day(self) -> Day {
        if self.day < self.days() {
            Day { day: self.day + 1, ..self }
        } else {
            Day { day: 1, ..self }.next_month()
        }
    }

    fn next_month(self) -> Day {
        let next = if self.month < 12 {
            Day {
                month: self.month + 1,
                ..self
            }
        } else {
            Day {
                month: 1,
                year: self.year + 1,
                ..self
            }
        };
        Day {
            day: next.day.min(next.days()),
            ..next
        }
    }

    fn next_year(self) -> Day {
        let next = Day {
            year: self.year + 1,
            ..self
        };
        Day {
            day: next.day.min(next.days()),
            ..next
        }
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}
