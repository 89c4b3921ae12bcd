//! Conditions with values from the data: chosen so that they keep some rows and not all.
//!
//! Bounds are numbers a person would say (25, not 24.73) near a quantile of the column; equality takes a value that occurs.

use super::world::{Entity, Field, Usage, World, weighted};
use crate::ir::{SqlType, Value};
use crate::kernel::seed::Rng;
use crate::query::ir::{Compare, Expr, Predicate, TextMatch};
use crate::schema::profile::QUANTILES;
use crate::schema::role::Role;
use rand::RngExt;

/// A condition on some column of source `source`, which is `entity`; columns in `avoid` are left alone. `wide` is the recipe.
pub fn condition(rng: &mut Rng, usage: &Usage, entity: &Entity<'_>, source: usize, avoid: &[String], wide: bool) -> Option<Predicate> {
    let fields = entity.such(|f| {
        let open = !f.in_key || entity.is_known_code(f);
        // Of a calendar's many columns people name the day itself, and seldom what is marked in it.
        let marked = f.role() == Role::Flag && usage.of(&f.key) == 0;
        let dated = !entity.calendar || f.is_time() || marked;
        dated && !avoid.contains(&f.column.name) && open && f.is_showable() && f.role() != Role::FreeText && !f.counts_calendar
    });
    // In a wide recipe, as people do, more by kind than by bound.
    let kind = |f: &Field<'_>| if wide && f.role() == Role::Category { 3.0 } else { 1.0 };
    let weight = |f: &Field<'_>| if f.in_key { 1.0 } else { kind_weight(f) * kind(f) };
    let weights: Vec<f64> = fields.iter().map(|f| weight(f) / f64::from(usage.of(&f.key) + 1)).collect();
    let field = fields[weighted(rng, &weights)?];
    on_field(rng, field, source)
}

fn kind_weight(field: &Field<'_>) -> f64 {
    match field.role() {
        Role::Time if field.is_life_day() => 0.5,
        Role::Category | Role::Measure | Role::Time => 4.0,
        Role::Flag | Role::Ratio | Role::Ordinal => 3.0,
        // One row's own name is a lookup, not a condition.
        Role::Name if field.profile.distinct * 3 < field.rows => 1.0,
        Role::Code if field.has_nulls() => 1.0,
        _ => 0.0,
    }
}

/// A condition on one column.
pub fn on_field(rng: &mut Rng, field: &Field<'_>, source: usize) -> Option<Predicate> {
    let expr = Expr::column(source, &field.column.name);
    if may_tell_missing(field) && rng.random_bool(0.15) {
        return Some(Predicate::IsNull {
            expr,
            negated: rng.random_bool(0.3),
        });
    }
    if field.in_key {
        return equality(rng, field, expr);
    }
    match field.role() {
        Role::Category | Role::Flag => equality(rng, field, expr),
        Role::Ordinal if field.profile.distinct <= 12 && !(field.column.sql_type.is_numeric() && rng.random_bool(0.2)) => {
            equality(rng, field, expr)
        }
        // "cars with 8 cylinders", "pets of age 3": a number that few values occur of.
        Role::Measure | Role::Ratio if field.column.sql_type.is_integer() && field.profile.distinct <= 40 && rng.random_bool(0.2) => {
            equality(rng, field, expr)
        }
        // "concerts in 2014", "cars of 1970".
        Role::Ordinal if field.is_year() && rng.random_bool(0.3) => equality(rng, field, expr),
        Role::Measure | Role::Ratio | Role::Ordinal if field.column.sql_type.is_numeric() => range(rng, field, expr),
        Role::Time if field.is_time() => period(rng, field, expr),
        Role::Name => name(rng, field, expr),
        _ => None,
    }
}

/// Whether a missing value says something of a row: it was not returned, has no e-mail address. A figure that was not noted does not.
fn may_tell_missing(field: &Field<'_>) -> bool {
    const SHARE_MIN: u64 = 20;
    let told = matches!(field.role(), Role::Time | Role::Code | Role::Name) || field.in_key;
    told && field.profile.nulls < field.rows && field.profile.nulls * SHARE_MIN >= field.rows
}

/// `= value`, `<> value` or `IN (...)` with values that occur.
pub fn equality(rng: &mut Rng, field: &Field<'_>, expr: Expr) -> Option<Predicate> {
    let exact = |value: &Value| is_exact(value, &field.column.sql_type);
    // Rows that say neither are not marked either: who asks for those "not marked" means them too.
    let told = |value: &Value| !(field.has_nulls() && *value == Value::Bool(false));
    let usable: Vec<&(Value, u64)> = field
        .profile
        .top
        .iter()
        .filter(|(v, n)| *n < field.rows && sayable(v) && exact(v) && told(v))
        .collect();
    let weights: Vec<f64> = usable.iter().map(|(_, n)| *n as f64).collect();
    let first = weighted(rng, &weights)?;
    let value = usable[first].0.clone();
    let is_flag = matches!(value, Value::Bool(_)) || field.role() == Role::Flag;
    if usable.len() >= 4 && !is_flag && rng.random_bool(0.2) {
        let mut values = vec![value];
        let extra = if usable.len() >= 6 && rng.random_bool(0.4) { 2 } else { 1 };
        for _ in 0..8 {
            let other = usable[weighted(rng, &weights)?].0.clone();
            if values.len() <= extra && !values.contains(&other) {
                values.push(other);
            }
        }
        if values.len() > 1 {
            return Some(Predicate::In {
                expr,
                values,
                negated: field.column.sql_type.is_text() && rng.random_bool(0.1),
            });
        }
        return Some(Predicate::Compare {
            left: expr,
            op: Compare::Eq,
            value: values.swap_remove(0),
        });
    }
    let op = if !is_flag && usable.len() >= 3 && rng.random_bool(0.15) {
        Compare::NotEq
    } else {
        Compare::Eq
    };
    Some(Predicate::Compare { left: expr, op, value })
}

/// The other side of a comparison: another value, or what lies beyond the bound.
pub fn opposite(rng: &mut Rng, entity: &Entity<'_>, first: &Predicate) -> Option<Predicate> {
    let Predicate::Compare { left, op, value } = first else {
        return None;
    };
    let op = match op {
        Compare::Eq => return another(rng, entity, first),
        Compare::Gt | Compare::GtEq => Compare::Lt,
        Compare::Lt | Compare::LtEq => Compare::Gt,
        Compare::NotEq => return None,
    };
    let (left, value) = (left.clone(), value.clone());
    Some(Predicate::Compare { left, op, value })
}

/// One bound instead of two, one value instead of several: as most people ask.
pub fn plainly(condition: Predicate) -> Predicate {
    match condition {
        Predicate::Between { expr, low, .. } => Predicate::Compare {
            left: expr,
            op: Compare::Gt,
            value: low,
        },
        Predicate::In {
            expr,
            mut values,
            negated: false,
        } if !values.is_empty() => Predicate::Compare {
            left: expr,
            op: Compare::Eq,
            value: values.swap_remove(0),
        },
        other => other,
    }
}

/// Whether two conditions are the two sides of one bound, and so together nearly everything.
pub fn are_opposite(left: &[Predicate], right: &[Predicate]) -> bool {
    match (left, right) {
        ([Predicate::Compare { left: a, op, value: v, .. }], [Predicate::Compare { left: b, value: w, .. }]) => {
            a == b && v == w && *op != Compare::Eq
        }
        _ => false,
    }
}

/// Months become their years: who did nothing in one month is hardly asked for, as that is nearly everybody.
pub fn in_whole_years(filter: &mut [Predicate]) {
    for predicate in filter {
        if let Predicate::During { month, .. } = predicate {
            *month = None;
        }
    }
}

/// Whether a condition says what a row has: none of `<>`, `NOT IN`, `IS NULL`, `NOT flag`.
pub fn is_plain(predicate: &Predicate) -> bool {
    !matches!(
        predicate,
        Predicate::Compare { op: Compare::NotEq, .. }
            | Predicate::In { negated: true, .. }
            | Predicate::IsNull { .. }
            | Predicate::Compare {
                value: Value::Bool(false),
                ..
            }
    )
}

/// The share of an entity's rows that a condition on one of its columns keeps, as far as the profile tells.
pub fn share(entity: &Entity<'_>, predicate: &Predicate) -> Option<f64> {
    let field = |e: &Expr| entity.field(&e.base_column()?.column);
    let of_rows = |n: u64| n as f64 / entity.rows.max(1) as f64;
    let rows_of = |f: &Field<'_>, value: &Value| f.profile.top.iter().find(|(v, _)| v == value).map_or(0, |(_, n)| *n);
    let below = |f: &Field<'_>, bound: &Value| {
        let less = |v: &&Value| match (v.as_f64(), bound.as_f64()) {
            (Some(v), Some(bound)) => v < bound,
            _ => v.to_string() < bound.to_string(),
        };
        let known = f.profile.quantiles.len().max(1);
        f.profile.quantiles.iter().filter(less).count() as f64 / known as f64
    };
    match predicate {
        Predicate::Compare { left, op, value } => {
            let f = field(left)?;
            Some(match op {
                Compare::Eq => of_rows(rows_of(f, value)),
                Compare::NotEq => 1.0 - of_rows(rows_of(f, value)),
                Compare::Lt | Compare::LtEq => below(f, value),
                Compare::Gt | Compare::GtEq => 1.0 - below(f, value),
            })
        }
        Predicate::In { expr, values, negated } => {
            let f = field(expr)?;
            let kept = of_rows(values.iter().map(|v| rows_of(f, v)).sum());
            Some(if *negated { 1.0 - kept } else { kept })
        }
        Predicate::Between { expr, low, high } => {
            let f = field(expr)?;
            Some(below(f, high) - below(f, low))
        }
        Predicate::During { expr, year, month } => {
            let f = field(expr)?;
            let day = |y: i32, m: u32| Value::Date(format!("{y:04}-{m:02}-01"));
            let (from, to) = match month {
                Some(12) => (day(*year, 12), day(year + 1, 1)),
                Some(m) => (day(*year, *m), day(*year, m + 1)),
                None => (day(*year, 1), day(year + 1, 1)),
            };
            Some(below(f, &to) - below(f, &from))
        }
        Predicate::IsNull { expr, negated } => {
            let missing = of_rows(field(expr)?.profile.nulls);
            Some(if *negated { 1.0 - missing } else { missing })
        }
        _ => None,
    }
}

/// The same comparison with another value of its column.
pub fn another(rng: &mut Rng, entity: &Entity<'_>, first: &Predicate) -> Option<Predicate> {
    let Predicate::Compare { left, op, value } = first else {
        return None;
    };
    let field = entity.field(&left.base_column()?.column)?;
    if field.role() == Role::Flag {
        return None;
    }
    let others: Vec<&(Value, u64)> = field.profile.top.iter().filter(|(v, _)| v != value && sayable(v)).collect();
    let weights: Vec<f64> = others.iter().map(|(_, n)| *n as f64).collect();
    let (value, _) = others[weighted(rng, &weights)?];
    Some(Predicate::Compare {
        left: left.clone(),
        op: *op,
        value: value.clone(),
    })
}

/// A number a person would say near a quantile of a column (0 to [`QUANTILES`]).
pub fn bound(field: &Field<'_>, at: usize) -> Option<Value> {
    let quantile = |i: usize| field.profile.quantiles.get(i).and_then(Value::as_f64);
    let spread = quantile(QUANTILES)? - quantile(0)?;
    let sql_type = &field.column.sql_type;
    (spread > 0.0).then_some(round_near(quantile(at)?, spread, sql_type.is_integer(), sql_type))
}

/// A text a question can quote: short, printable, on one line, without edges of blank or quotes.
pub fn sayable(value: &Value) -> bool {
    match value {
        Value::Text(t) => !t.is_empty() && t.len() <= 60 && t.trim() == t && t.chars().all(|c| !c.is_control() && c != '"' && c != '\\'),
        _ => true,
    }
}

/// Whether a literal is the very value that the column holds. PostgreSQL compares a `real` with a decimal literal in double precision, where
/// 0.1 is another number than the nearest `real`; DuckDB compares them as `real`. Numbers that both hold exactly mean one thing.
fn is_exact(value: &Value, sql_type: &SqlType) -> bool {
    match (sql_type, value.as_f64()) {
        (SqlType::Float32, Some(x)) => f64::from(x as f32) == x,
        _ => true,
    }
}

/// Above, below or between round numbers near quantiles.
pub fn range(rng: &mut Rng, field: &Field<'_>, expr: Expr) -> Option<Predicate> {
    let found = between_bounds(rng, field, expr)?;
    Some(alone(field, &found).unwrap_or(found))
}

/// A bound on whole numbers that leaves only the least or the greatest is that value: one star, not "a rating below 2".
fn alone(field: &Field<'_>, predicate: &Predicate) -> Option<Predicate> {
    let Predicate::Compare {
        left,
        op,
        value: Value::Int(bound),
    } = predicate
    else {
        return None;
    };
    if !field.column.sql_type.is_integer() {
        return None;
    }
    let edge = |i: usize| field.profile.quantiles.get(i).and_then(Value::as_f64).map(|x| x.round() as i64);
    let (least, greatest) = (edge(0)?, edge(QUANTILES)?);
    let only = match op {
        Compare::Lt if bound - 1 <= least => least,
        Compare::LtEq if *bound <= least => least,
        Compare::Gt if bound + 1 >= greatest => greatest,
        Compare::GtEq if *bound >= greatest => greatest,
        _ => return None,
    };
    Some(Predicate::Compare {
        left: left.clone(),
        op: Compare::Eq,
        value: Value::Int(only),
    })
}

fn between_bounds(rng: &mut Rng, field: &Field<'_>, expr: Expr) -> Option<Predicate> {
    let quantile = |i: usize| field.profile.quantiles.get(i).and_then(Value::as_f64);
    let integer = field.column.sql_type.is_integer();
    let number = |x: f64, spread: f64| round_near(x, spread, integer, &field.column.sql_type);
    let (low, high) = (quantile(0)?, quantile(QUANTILES)?);
    let spread = high - low;
    if spread <= 0.0 {
        return None;
    }
    let is_year = field.is_year();
    let exact = |x: f64| Value::Int(x.round() as i64);
    let round = |x: f64| if is_year { exact(x) } else { number(x, spread) };
    match rng.random_range(0..10) {
        0..=4 => {
            let value = round(quantile(rng.random_range(8..=18))?);
            let op = if rng.random_bool(0.75) { Compare::Gt } else { Compare::GtEq };
            Some(Predicate::Compare { left: expr, op, value })
        }
        5..=7 => {
            let value = round(quantile(rng.random_range(2..=12))?);
            let op = if rng.random_bool(0.75) { Compare::Lt } else { Compare::LtEq };
            Some(Predicate::Compare { left: expr, op, value })
        }
        _ => {
            let from = rng.random_range(1..=10);
            let (a, b) = (quantile(from)?, quantile(from + rng.random_range(4..=9))?);
            let (least, low, high) = (low, round(a), round(b));
            if low.as_f64()? <= least {
                return Some(Predicate::Compare {
                    left: expr,
                    op: Compare::LtEq,
                    value: high,
                });
            }
            (low.as_f64()? < high.as_f64()?).then_some(Predicate::Between { expr, low, high })
        }
    }
}

/// The roundest number within a twentieth of the spread of `x`.
fn round_near(x: f64, spread: f64, integer: bool, sql_type: &SqlType) -> Value {
    let mut step = 10_f64.powi(spread.abs().max(1e-9).log10().ceil() as i32);
    let candidates = std::iter::from_fn(|| {
        let now = step;
        step /= if (now.log10().round() - now.log10()).abs() < 1e-9 {
            2.0
        } else {
            5.0
        };
        Some(now)
    });
    let mut best = x;
    for unit in candidates.take(12) {
        let rounded = (x / unit).round() * unit;
        if (rounded - x).abs() <= spread.abs() / 20.0 && (rounded != 0.0 || x.abs() < spread / 100.0) {
            best = rounded;
            break;
        }
    }
    if *sql_type == SqlType::Float32 {
        // See `is_exact`: halves, quarters and eighths are.
        let parts = [(5.0, 2.0), (1.0, 4.0)]
            .into_iter()
            .find(|(least, _)| spread >= *least)
            .map_or(8.0, |(_, parts)| parts);
        best = (best * parts).round() / parts;
    }
    if integer || best.fract() == 0.0 {
        return Value::Int(best.round() as i64);
    }
    let scale = if let SqlType::Decimal(_, s) = sql_type {
        usize::from(*s)
    } else if *sql_type == SqlType::Float32 {
        3
    } else {
        2
    };
    let text = format!("{best:.scale$}");
    Value::Number(text.trim_end_matches('0').trim_end_matches('.').to_owned())
}

/// During a year or month, before or after a day.
pub fn period(rng: &mut Rng, field: &Field<'_>, expr: Expr) -> Option<Predicate> {
    let at = field.profile.quantiles.get(rng.random_range(2..QUANTILES - 1))?.to_string();
    let (year, month) = year_month(&at)?;
    if field.is_life_day() {
        // People are told apart by the years of their lives, not by the months.
        let value = Value::Date(format!("{year:04}-01-01"));
        return Some(match rng.random_range(0..3) {
            0 => Predicate::During { expr, year, month: None },
            1 => Predicate::Compare {
                left: expr,
                op: Compare::GtEq,
                value,
            },
            _ => Predicate::Compare {
                left: expr,
                op: Compare::Lt,
                value,
            },
        });
    }
    match rng.random_range(0..10) {
        0..=2 => Some(Predicate::During {
            expr,
            year,
            month: Some(month),
        }),
        3..=5 => Some(Predicate::During { expr, year, month: None }),
        6..=7 => Some(Predicate::Compare {
            left: expr,
            op: Compare::GtEq,
            value: Value::Date(format!("{year:04}-{month:02}-01")),
        }),
        _ => Some(Predicate::Compare {
            left: expr,
            op: Compare::Lt,
            value: Value::Date(format!("{year:04}-{month:02}-01")),
        }),
    }
}

/// Year and month of an ISO day or instant.
pub fn year_month(text: &str) -> Option<(i32, u32)> {
    Some((text.get(0..4)?.parse().ok()?, text.get(5..7)?.parse().ok()?))
}

/// A name that occurs, or a piece of one.
fn name(rng: &mut Rng, field: &Field<'_>, expr: Expr) -> Option<Predicate> {
    if rng.random_bool(0.6) {
        return text_match(rng, field, expr);
    }
    let usable: Vec<&Value> = field
        .profile
        .top
        .iter()
        .map(|(v, _)| v)
        .filter(|v| sayable(v) && matches!(v, Value::Text(_)))
        .collect();
    let value = (*usable.get(rng.random_range(0..usable.len().max(1)))?).clone();
    Some(Predicate::Compare {
        left: expr,
        op: Compare::Eq,
        value,
    })
}

/// Starting with, ending in or containing a piece of a value that occurs.
pub fn text_match(rng: &mut Rng, field: &Field<'_>, expr: Expr) -> Option<Predicate> {
    let usable: Vec<&str> = field
        .profile
        .top
        .iter()
        .filter_map(|(v, _)| if let Value::Text(t) = v { Some(t.as_str()) } else { None })
        .collect();
    let text = *usable.get(rng.random_range(0..usable.len().max(1)))?;
    let words: Vec<&str> = text
        .split_whitespace()
        .filter(|w| w.len() >= 3 && w.chars().all(char::is_alphabetic))
        .collect();
    let word = *words.get(rng.random_range(0..words.len().max(1)))?;
    let initial = text.chars().next().filter(|c| c.is_alphabetic())?;
    let last = words.last().filter(|_| words.len() > 1).map_or("", |word| *word).to_owned();
    // Nobody cares which letter a description begins with.
    let form = if field.role() == Role::FreeText {
        0
    } else {
        rng.random_range(0..4)
    };
    Some(match form {
        // A name of one word is looked for as it is, not by what it contains.
        0 | 1 if words.len() > 1 => Predicate::Like {
            expr,
            place: TextMatch::Contains,
            text: word.to_owned(),
        },
        // A char(n) ends in blanks on PostgreSQL, and in its text on DuckDB.
        2 if !last.is_empty() && text.ends_with(&last) && !matches!(field.column.sql_type, SqlType::Char(_)) => Predicate::Like {
            expr,
            place: TextMatch::Suffix,
            text: last,
        },
        _ => Predicate::Like {
            expr,
            place: TextMatch::Prefix,
            text: initial.to_string(),
        },
    })
}

/// One row of an entity, by a column that names it alone.
pub fn named(rng: &mut Rng, entity: &Entity<'_>, source: usize) -> Option<Predicate> {
    let fields = entity.such(|f| f.role() == Role::Name && f.is_unique() && f.is_showable());
    let field = fields.get(rng.random_range(0..fields.len().max(1)))?;
    has_value(rng, field, source)
}

/// A column with one of its values that can be said.
fn has_value(rng: &mut Rng, field: &Field<'_>, source: usize) -> Option<Predicate> {
    let usable: Vec<&Value> = field.profile.top.iter().map(|(v, _)| v).filter(|v| sayable(v)).collect();
    let value = (*usable.get(rng.random_range(0..usable.len().max(1)))?).clone();
    Some(Predicate::Compare {
        left: Expr::column(source, &field.column.name),
        op: Compare::Eq,
        value,
    })
}

/// Most rows, in percent, of a value that lies inside others: what all have tells nothing apart.
const INNER_PERCENT_MAX: u64 = 90;

/// An element of an array or an entry of a JSON object, as the profile counts them, that some rows have and others do not.
pub fn inner(rng: &mut Rng, field: &Field<'_>) -> Option<Value> {
    let told = |(value, n): &&(Value, u64)| n.saturating_mul(100) <= field.rows.saturating_mul(INNER_PERCENT_MAX) && is_quotable(value);
    let fit: Vec<&Value> = field.profile.top.iter().filter(told).map(|(value, _)| value).collect();
    fit.get(rng.random_range(0..fit.len().max(1))).map(|value| (*value).clone())
}

/// A text that can be quoted, or a JSON object, whose own text is looked at where it is taken out.
fn is_quotable(value: &Value) -> bool {
    matches!(value, Value::Text(text) if text.starts_with('{')) || sayable(value)
}

/// One row of an entity, by a column that tells rows apart.
pub fn lookup(rng: &mut Rng, usage: &Usage, entity: &Entity<'_>, source: usize) -> Option<Predicate> {
    let fields = entity.such(|f| {
        f.is_showable()
            && f.profile.distinct * 10 >= f.rows * 9
            && !f.column.sql_type.is_temporal()
            && (f.in_key || matches!(f.role(), Role::Identifier | Role::Code | Role::Name))
    });
    let field = World::pick(rng, usage, &fields, |f| f.key.as_str())?;
    has_value(rng, field, source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_numbers_a_person_would_say() {
        let decimal = SqlType::Decimal(10, 2);
        assert_eq!(round_near(24.73, 90.0, false, &decimal), Value::Int(25));
        assert_eq!(round_near(51_234.5, 80_000.0, false, &decimal), Value::Int(50_000));
        assert_eq!(round_near(3.47, 4.0, false, &decimal), Value::Number("3.5".into()));
        for x in [0.1, 3.47, 12.3, 99.99] {
            for spread in [0.3, 3.0, 90.0] {
                let bound = round_near(x, spread, false, &SqlType::Float32);
                assert!(is_exact(&bound, &SqlType::Float32), "{bound:?}");
            }
        }
        assert!(!is_exact(&Value::Number("0.1".into()), &SqlType::Float32));
        assert_eq!(round_near(371.0, 800.0, true, &SqlType::Int32), Value::Int(400));
    }
}
