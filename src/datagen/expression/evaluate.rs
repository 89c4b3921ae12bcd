//! Evaluation of a compiled expression on one row, with NULLs as SQL has them.
//!
//! What SQL would refuse at run time (division by zero, a text that is no number) is NULL here: a CHECK then passes, as in `x/0 > 1 IS UNKNOWN`,
//! and the database's own integrity check has the last word.

use super::{Arithmetic, Comparison, Node};
use crate::datagen::calendar::{self, DAY_MICROS};
use crate::datagen::cell::{Cell, Physical, whole_day};
use std::cmp::Ordering;

impl Node {
    pub(super) fn value(&self, column: &dyn Fn(usize) -> Cell) -> Cell {
        let value = |node: &Node| node.value(column);
        match self {
            Node::Literal(cell) => cell.clone(),
            Node::Column(position) => column(*position),
            Node::Not(node) => truth(&value(node)).map_or(Cell::Null, |b| Cell::Bool(!b)),
            Node::Negate(node) => match value(node) {
                Cell::Int(x) => x.checked_neg().map_or(Cell::Num(-(x as f64)), Cell::Int),
                Cell::Num(x) => Cell::Num(-x),
                Cell::Interval(m, u) => Cell::Interval(m.wrapping_neg(), u.wrapping_neg()),
                _ => Cell::Null,
            },
            Node::And(a, b) => match (truth(&value(a)), truth(&value(b))) {
                (Some(false), _) | (_, Some(false)) => Cell::Bool(false),
                (Some(true), Some(true)) => Cell::Bool(true),
                _ => Cell::Null,
            },
            Node::Or(a, b) => match (truth(&value(a)), truth(&value(b))) {
                (Some(true), _) | (_, Some(true)) => Cell::Bool(true),
                (Some(false), Some(false)) => Cell::Bool(false),
                _ => Cell::Null,
            },
            Node::Compare(op, a, b) => match order(&value(a), &value(b)) {
                None => Cell::Null,
                Some(o) => Cell::Bool(match op {
                    Comparison::Equal => o.is_eq(),
                    Comparison::NotEqual => o.is_ne(),
                    Comparison::Less => o.is_lt(),
                    Comparison::LessOrEqual => o.is_le(),
                    Comparison::Greater => o.is_gt(),
                    Comparison::GreaterOrEqual => o.is_ge(),
                }),
            },
            Node::Arithmetic(op, a, b) => arithmetic(*op, &value(a), &value(b)),
            Node::Concat(a, b) => match (value(a), value(b)) {
                (Cell::Null, _) | (_, Cell::Null) => Cell::Null,
                (a, b) => Cell::Text(a.text() + &b.text()),
            },
            Node::IsNull(node) => Cell::Bool(value(node) == Cell::Null),
            Node::IsTrue(node) => Cell::Bool(truth(&value(node)) == Some(true)),
            Node::Distinct(a, b) => match (value(a), value(b)) {
                (Cell::Null, Cell::Null) => Cell::Bool(false),
                (a, b) => Cell::Bool(order(&a, &b) != Some(Ordering::Equal)),
            },
            Node::In(node, list) => {
                let wanted = value(node);
                let found: Vec<_> = list.iter().map(|n| order(&wanted, &value(n))).collect();
                if found.contains(&Some(Ordering::Equal)) {
                    Cell::Bool(true)
                } else if found.contains(&None) {
                    Cell::Null
                } else {
                    Cell::Bool(false)
                }
            }
            Node::Like { text, pattern, fold } => match (value(text), value(pattern)) {
                (Cell::Null, _) | (_, Cell::Null) => Cell::Null,
                (text, pattern) => {
                    let (mut text, mut pattern) = (text.text(), pattern.text());
                    if *fold {
                        (text, pattern) = (text.to_lowercase(), pattern.to_lowercase());
                    }
                    Cell::Bool(like(&text.chars().collect::<Vec<_>>(), &pattern.chars().collect::<Vec<_>>()))
                }
            },
            Node::Matches { text, regex } => match value(text) {
                Cell::Null => Cell::Null,
                text => Cell::Bool(regex.is_found(&text.text())),
            },
            Node::Case {
                operand,
                branches,
                otherwise,
            } => {
                let operand = operand.as_ref().map(|n| value(n));
                let taken = branches.iter().find(|(when, _)| match &operand {
                    Some(operand) => order(operand, &value(when)) == Some(Ordering::Equal),
                    None => truth(&value(when)) == Some(true),
                });
                taken.map_or_else(|| value(otherwise), |(_, then)| value(then))
            }
            Node::Cast(node, Physical::Int(bits)) => match value(node) {
                Cell::Num(x) if x.abs() < 9.2e18 => Cell::Int(x.round() as i64),
                other => other.cast(Physical::Int(*bits)).unwrap_or(Cell::Null),
            },
            Node::Cast(node, Physical::Text(Some(width))) => match value(node) {
                Cell::Null => Cell::Null,
                other => Cell::Text(other.text().chars().take(*width as usize).collect()),
            },
            Node::Cast(node, target) => value(node).cast(*target).unwrap_or(Cell::Null),
            Node::Call(function, args) => (function.apply)(&args.iter().map(value).collect::<Vec<_>>()).unwrap_or(Cell::Null),
        }
    }
}

fn truth(cell: &Cell) -> Option<bool> {
    match cell {
        Cell::Bool(b) => Some(*b),
        _ => None,
    }
}

/// SQL's order of two values; None when either is NULL or they cannot be compared.
pub(super) fn order(a: &Cell, b: &Cell) -> Option<Ordering> {
    match (a, b) {
        (Cell::Null, _) | (_, Cell::Null) => None,
        (Cell::Int(x), Cell::Int(y)) => Some(x.cmp(y)),
        (Cell::Bool(x), Cell::Bool(y)) => Some(x.cmp(y)),
        (Cell::Text(x), Cell::Text(y)) => Some(x.cmp(y)),
        (Cell::Date(x), Cell::Date(y)) => Some(x.cmp(y)),
        (Cell::Time(x), Cell::Time(y)) => Some(x.cmp(y)),
        (Cell::Interval(..), Cell::Interval(..)) => Some(span(a).cmp(&span(b))),
        (Cell::Date(_) | Cell::Timestamp(_), Cell::Date(_) | Cell::Timestamp(_)) => Some(instant(a)?.cmp(&instant(b)?)),
        // A text literal beside a typed value is a value of that type.
        (Cell::Text(_), other) => a.cast(form(other)?).ok().and_then(|a| order(&a, other)),
        (other, Cell::Text(_)) => b.cast(form(other)?).ok().and_then(|b| order(other, &b)),
        _ => a.number()?.partial_cmp(&b.number()?),
    }
}

fn form(cell: &Cell) -> Option<Physical> {
    Some(match cell {
        Cell::Bool(_) => Physical::Bool,
        Cell::Int(_) | Cell::Num(_) => Physical::Float,
        Cell::Date(_) => Physical::Date,
        Cell::Timestamp(_) => Physical::Timestamp,
        Cell::Time(_) => Physical::Time,
        _ => return None,
    })
}

fn instant(cell: &Cell) -> Option<i64> {
    match cell {
        Cell::Date(d) => Some(i64::from(*d) * DAY_MICROS),
        Cell::Timestamp(t) => Some(*t),
        _ => None,
    }
}

fn span(cell: &Cell) -> i64 {
    match cell {
        Cell::Interval(months, micros) => i64::from(*months) * 30 * DAY_MICROS + micros,
        _ => 0,
    }
}

pub(super) fn arithmetic(op: Arithmetic, a: &Cell, b: &Cell) -> Cell {
    use Arithmetic::{Add, Divide, FloorDivide, FloorModulo, Modulo, Multiply, Power, Quotient, Subtract};
    match (op, a, b) {
        (_, Cell::Null, _) | (_, _, Cell::Null) => Cell::Null,
        // Past 64 bits goes on as a float, which a whole-number column then refuses; NULL would hide it.
        (Add, Cell::Int(x), Cell::Int(y)) => x.checked_add(*y).map_or(Cell::Num(*x as f64 + *y as f64), Cell::Int),
        (Subtract, Cell::Int(x), Cell::Int(y)) => x.checked_sub(*y).map_or(Cell::Num(*x as f64 - *y as f64), Cell::Int),
        (Multiply, Cell::Int(x), Cell::Int(y)) => x.checked_mul(*y).map_or(Cell::Num(*x as f64 * *y as f64), Cell::Int),
        (Divide, Cell::Int(x), Cell::Int(y)) => x.checked_div(*y).map_or(Cell::Null, Cell::Int),
        (Modulo, Cell::Int(x), Cell::Int(y)) => x.checked_rem(*y).map_or(Cell::Null, Cell::Int),
        (FloorDivide, Cell::Int(x), Cell::Int(y)) => floor_divide(*x, *y).map_or(Cell::Null, Cell::Int),
        (FloorModulo, Cell::Int(x), Cell::Int(y)) => floor_modulo(*x, *y).map_or(Cell::Null, Cell::Int),
        (Add, Cell::Date(d), Cell::Int(n)) | (Add, Cell::Int(n), Cell::Date(d)) => Cell::Date(later(*d, *n)),
        (Subtract, Cell::Date(d), Cell::Int(n)) => Cell::Date(later(*d, n.saturating_neg())),
        (Subtract, Cell::Date(x), Cell::Date(y)) => Cell::Int(i64::from(*x) - i64::from(*y)),
        (Add, Cell::Date(_) | Cell::Timestamp(_), Cell::Interval(m, u)) => shift(a, *m, *u),
        (Add, Cell::Interval(m, u), Cell::Date(_) | Cell::Timestamp(_)) => shift(b, *m, *u),
        (Subtract, Cell::Date(_) | Cell::Timestamp(_), Cell::Interval(m, u)) => shift(a, m.saturating_neg(), u.saturating_neg()),
        (Subtract, Cell::Date(_) | Cell::Timestamp(_), Cell::Date(_) | Cell::Timestamp(_)) => match (instant(a), instant(b)) {
            (Some(x), Some(y)) => Cell::Interval(0, x - y),
            _ => Cell::Null,
        },
        (Multiply, Cell::Interval(m, u), Cell::Int(n)) | (Multiply, Cell::Int(n), Cell::Interval(m, u)) => {
            let months = i64::from(*m).saturating_mul(*n).clamp(i64::from(i32::MIN), i64::from(i32::MAX));
            Cell::Interval(months as i32, u.saturating_mul(*n))
        }
        (Multiply, Cell::Interval(0, u), Cell::Num(x)) | (Multiply, Cell::Num(x), Cell::Interval(0, u)) if (*u as f64 * x).abs() < 9e18 => {
            Cell::Interval(0, (*u as f64 * x) as i64)
        }
        (Add, Cell::Interval(m, u), Cell::Interval(n, v)) => Cell::Interval(m.saturating_add(*n), u.saturating_add(*v)),
        _ => match (a.number(), b.number()) {
            (Some(x), Some(y)) => {
                let result = match op {
                    Add => x + y,
                    Subtract => x - y,
                    Multiply => x * y,
                    Divide => x / y,
                    Modulo => x % y,
                    Power => x.powf(y),
                    Quotient => x / y,
                    FloorDivide => (x / y).floor(),
                    FloorModulo => x - y * (x / y).floor(),
                };
                if result.is_finite() { Cell::Num(result) } else { Cell::Null }
            }
            _ => Cell::Null,
        },
    }
}

/// A day moved by days; past what days count it is the last or first, which no column takes.
pub(super) fn later(day: i32, by: i64) -> i32 {
    let moved = i64::from(day).saturating_add(by);
    i32::try_from(moved).unwrap_or(if moved < 0 { i32::MIN } else { i32::MAX })
}

/// Division rounded down; None where there is none.
#[inline]
pub(super) fn floor_divide(x: i64, y: i64) -> Option<i64> {
    let q = x.checked_div(y)?;
    Some(q - i64::from(q * y != x && (x < 0) != (y < 0)))
}

/// What division rounded down leaves: it has the divisor's sign.
#[inline]
pub(super) fn floor_modulo(x: i64, y: i64) -> Option<i64> {
    let r = x.checked_rem(y)?;
    Some(if r != 0 && (r < 0) != (y < 0) { r + y } else { r })
}

fn shift(from: &Cell, months: i32, micros: i64) -> Cell {
    instant(from).map_or(Cell::Null, |t| {
        let day = calendar::add_months(whole_day(t), months);
        let moved = i64::from(day)
            .checked_mul(DAY_MICROS)
            .and_then(|t0| t0.checked_add(t.rem_euclid(DAY_MICROS)))
            .and_then(|t| t.checked_add(micros));
        // The last instant stands for all past it, and no column takes it.
        Cell::Timestamp(moved.unwrap_or(i64::MAX))
    })
}

/// SQL's LIKE: `%` any run, `_` any character, `\` takes the next one as it is.
fn like(text: &[char], pattern: &[char]) -> bool {
    let (mut t, mut p) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let step = match pattern.get(p) {
            Some('%') => {
                retry = Some((t, p + 1));
                p += 1;
                continue;
            }
            Some('_') => (t < text.len()).then_some(1),
            Some('\\') if p + 1 < pattern.len() => (text.get(t) == pattern.get(p + 1)).then_some(2),
            Some(c) => (text.get(t) == Some(c)).then_some(1),
            None if t == text.len() => return true,
            None => None,
        };
        match (step, retry) {
            (Some(n), _) => (t, p) = (t + 1, p + n),
            (None, Some((from, after))) if from < text.len() => {
                retry = Some((from + 1, after));
                (t, p) = (from + 1, after);
            }
            _ => return false,
        }
    }
}
