//! Operators as DuckDB's SQL, by the kinds of their operands.
//!
//! Invariant: `/` divides to a fraction, `//` and `%` floor, and what has no value is NULL.

use super::{Kind, Read, Sql, call, either};

pub(super) fn now() -> Sql {
    Sql::new("TIMESTAMP '2025-12-31 23:59:59'", Kind::Instant)
}

/// What is no number any more is NULL. The value is named once, since a name is a whole expression.
pub(in crate::dataeval) fn finite(text: &str) -> String {
    format!("(list_filter([{text}], lambda v: isfinite(v))[1])")
}

pub(super) fn choose(condition: &str, then: &Sql, otherwise: &Sql) -> Sql {
    let text = format!("(CASE WHEN {condition} THEN {} ELSE {} END)", then.text, otherwise.text);
    Sql::new(text, either(then.kind, otherwise.kind))
}

pub(super) fn sum(sign: &str, left: &Sql, right: &Sql) -> Sql {
    use Kind::{Day, Instant, Int, Real, Span, Time};
    let (a, b) = (&left.text, &right.text);
    match (left.kind, right.kind) {
        (Day, Int | Real) => Sql::new(format!("({a} {sign} CAST({b} AS INTEGER))"), Day),
        (Int, Day) if sign == "+" => Sql::new(format!("({b} + CAST({a} AS INTEGER))"), Day),
        (Day, Day) => Sql {
            days_apart: true,
            ..Sql::new(format!("({a} {sign} {b})"), Int)
        },
        (Day | Instant, Day | Instant) => Sql::new(format!("(CAST({a} AS TIMESTAMP) {sign} CAST({b} AS TIMESTAMP))"), Span),
        (Day | Instant, Span) | (Span, Day | Instant) => Sql::new(format!("({a} {sign} {b})"), Instant),
        (Time, Time) | (Span, Span) => Sql::new(format!("({a} {sign} {b})"), Span),
        (Int, Int) => Sql::new(format!("({} {sign} {})", left.wide(), right.wide()), Int),
        _ if left.number() && right.number() => Sql::new(format!("({} {sign} {})", left.real(), right.real()), Real),
        _ => Sql::new(format!("({a} {sign} {b})"), either(left.kind, right.kind)),
    }
}

pub(super) fn product(sign: &str, left: &Sql, right: &Sql) -> Sql {
    use Kind::{Int, Real, Span};
    let (a, b) = (&left.text, &right.text);
    match (sign, left.kind, right.kind) {
        ("*", Int, Int) => Sql::new(format!("({} * {})", left.wide(), right.wide()), Int),
        ("*", Span, Int) => Sql::new(format!("({a} * {})", right.int()), Span),
        ("*", Int, Span) => Sql::new(format!("({b} * {})", left.int()), Span),
        ("*", Span, Real) | ("*", Real, Span) => Sql::new(format!("({a} * {b})"), Span),
        ("*", _, _) => Sql::new(format!("({} * {})", left.real(), right.real()), Real),
        ("/", _, _) => Sql::new(format!("({} / {})", left.real(), right.real()), Real),
        ("//", _, _) => Sql::new(
            format!("floor({} / {})", left.real(), right.real()),
            if (left.kind, right.kind) == (Int, Int) { Int } else { Real },
        ),
        (_, Int, Int) => {
            let (a, b) = (left.wide(), right.wide());
            Sql::new(format!("((({a} % {b}) + {b}) % {b})"), Int)
        }
        _ => {
            let (a, b) = (left.real(), right.real());
            Sql::new(format!("({a} - {b} * floor({a} / {b}))"), Real)
        }
    }
}

/// A cast by the type's SQL name: what is no value of the type is NULL, and a half is rounded away from zero.
pub(super) fn cast(of: &Sql, target: &str) -> Read {
    let (name, sizes) = target.split_once('(').unwrap_or((target, ""));
    let sizes: Vec<i64> = sizes
        .trim_end_matches(')')
        .split(',')
        .filter_map(|n| n.trim().parse().ok())
        .collect();
    Ok(match name.trim() {
        "smallint" | "int2" | "int16" | "integer" | "int" | "int4" | "int32" | "bigint" | "int8" | "int64" => {
            let wanted = match name.trim() {
                "smallint" | "int2" | "int16" => "SMALLINT",
                "bigint" | "int8" | "int64" => "BIGINT",
                _ => "INTEGER",
            };
            let text = if of.kind == Kind::Real {
                format!("round({})", of.text)
            } else {
                of.text.clone()
            };
            Sql::new(format!("TRY_CAST({text} AS {wanted})"), Kind::Int)
        }
        "numeric" | "decimal" if sizes.len() == 2 => {
            let digits = sizes.get(1).copied().unwrap_or_default();
            call::rounded(
                &Sql::new(format!("TRY_CAST({} AS DOUBLE)", of.text), Kind::Real),
                &digits.to_string(),
            )
        }
        "numeric" | "decimal" if sizes.len() == 1 => call::rounded(&Sql::new(format!("TRY_CAST({} AS DOUBLE)", of.text), Kind::Real), "0"),
        "numeric" | "decimal" | "real" | "float" | "float4" | "float8" | "float32" | "float64" | "double" | "double precision" => {
            Sql::new(format!("TRY_CAST({} AS DOUBLE)", of.text), Kind::Real)
        }
        "text" | "varchar" | "character varying" | "char" | "character" | "bpchar" => {
            let text = of.words();
            Sql::new(sizes.first().map_or(text.clone(), |n| format!("left({text}, {n})")), Kind::Text)
        }
        "bool" | "boolean" => Sql::new(format!("TRY_CAST({} AS BOOLEAN)", of.text), Kind::Bool),
        "date" => Sql::new(format!("TRY_CAST({} AS DATE)", of.text), Kind::Day),
        "time" | "time without time zone" => Sql::new(format!("TRY_CAST({} AS TIME)", of.text), Kind::Time),
        "timestamp" | "timestamptz" | "datetime" | "timestamp without time zone" | "timestamp with time zone" => {
            Sql::new(format!("TRY_CAST({} AS TIMESTAMP)", of.text), Kind::Instant)
        }
        other => return Err(format!("the type {other} is not known here")),
    })
}
