//! Derived expressions as DuckDB SQL: the same language as the data engine's, read a second time, so that a recomputed value is a second opinion.
//!
//! SQL passes as it is; what is Python's becomes SQL: `a if c else b`, `where(c, a, b)`, `//`, `**`, `==`, chained comparisons, `None`. `/` always divides to
//! a fraction, `//` and `%` floor, `round` takes a half away from zero, and what SQL refuses of a value (the root of -1) is NULL. Each part has a [`Kind`],
//! which says what `+` means. Limit: what is not known here is told, and then the column is not proven.

pub(super) mod call;
mod read;
mod token;
mod write;

#[cfg(test)]
use crate::database::load::quoted;
use crate::kernel::limits;
use read::Reader;
use token::tokens;
pub(super) use write::finite;
use write::{choose, now};

/// What a part of an expression is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Int,
    Real,
    Text,
    Bool,
    Day,
    Instant,
    Time,
    Span,
    /// NULL, or what only the database knows.
    Any,
}

/// A part of an expression in SQL.
#[derive(Debug, Clone)]
struct Sql {
    text: String,
    kind: Kind,
    /// A difference of two days, which `hours(a - b)` measures as a span.
    days_apart: bool,
}

impl Sql {
    fn new(text: impl Into<String>, kind: Kind) -> Self {
        Sql {
            text: text.into(),
            kind,
            days_apart: false,
        }
    }
    fn number(&self) -> bool {
        matches!(self.kind, Kind::Int | Kind::Real | Kind::Bool)
    }
    /// As a whole number that does not overflow where 64 bits would.
    fn wide(&self) -> String {
        format!("CAST({} AS HUGEINT)", self.text)
    }
    fn real(&self) -> String {
        match self.kind {
            Kind::Real => self.text.clone(),
            Kind::Bool => format!("CAST(CAST({} AS INTEGER) AS DOUBLE)", self.text),
            _ => format!("CAST({} AS DOUBLE)", self.text),
        }
    }
    fn int(&self) -> String {
        format!("CAST({} AS BIGINT)", self.text)
    }
    /// As the text that the data engine writes: a float without a useless fraction.
    fn words(&self) -> String {
        match self.kind {
            Kind::Text => self.text.clone(),
            Kind::Real => format!("regexp_replace(CAST({} AS VARCHAR), '\\.0$', '')", self.text),
            _ => format!("CAST({} AS VARCHAR)", self.text),
        }
    }
}

/// The kind of values that are one or the other.
fn either(a: Kind, b: Kind) -> Kind {
    match (a, b) {
        (a, b) if a == b => a,
        (Kind::Any, other) | (other, Kind::Any) => other,
        (Kind::Int | Kind::Real, Kind::Int | Kind::Real) => Kind::Real,
        (Kind::Day | Kind::Instant, Kind::Day | Kind::Instant) => Kind::Instant,
        _ => Kind::Any,
    }
}

/// What a column is called in SQL, and its kind: by qualifier, name, and whether it was quoted.
pub(super) type Resolve<'a> = dyn FnMut(Option<&str>, &str, bool) -> Option<(String, Kind)> + 'a;

/// An expression's value in SQL.
pub(super) struct Computed {
    pub sql: String,
    /// The same as the text that a text column has of it.
    pub words: String,
    /// It is a float, which may be no number.
    pub real: bool,
}

/// The expression as SQL, or why it cannot be read.
pub(super) fn to_sql(text: &str, resolve: &mut Resolve<'_>) -> Result<Computed, String> {
    if text.len() > limits::SQL_BYTES_MAX {
        return Err(format!("the expression is longer than {} bytes", limits::SQL_BYTES_MAX));
    }
    let mut reader = Reader {
        tokens: tokens(text)?,
        at: 0,
        depth: 0,
        bytes_max: 4 * text.len() + GROWTH_MAX,
        resolve,
    };
    let sql = reader.expression(0)?;
    match reader.peek() {
        None => Ok(Computed {
            words: sql.words(),
            real: sql.kind == Kind::Real,
            sql: sql.text,
        }),
        Some(token) => Err(format!("{:?} is left over", token.text())),
    }
}

/// Bytes of SQL beyond four times the expression's: some operators name an operand twice, and a chain of them would double without end.
const GROWTH_MAX: usize = 1 << 16;

type Read = Result<Sql, String>;

#[cfg(test)]
mod tests {
    use super::*;
    use duckdb::Connection;

    fn column(qualifier: Option<&str>, name: &str, _: bool) -> Option<(String, Kind)> {
        let kind = match name.to_lowercase().as_str() {
            "a" | "b" => Kind::Int,
            "x" | "neg" => Kind::Real,
            "name" => Kind::Text,
            "day" => Kind::Day,
            "at" | "until" => Kind::Instant,
            _ => return None,
        };
        qualifier.is_none().then(|| (quoted(name), kind))
    }

    #[test]
    fn both_languages_mean_the_same_in_duckdb() -> Result<(), Box<dyn std::error::Error>> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(
            "SET integer_division = true; SET ieee_floating_point_ops = false; CREATE TABLE t AS SELECT 7 AS a, 2.5::DOUBLE AS x, -2.0::DOUBLE AS neg, NULL::INTEGER AS b, 'Ann' AS name, \
            DATE '2024-02-29' AS day, TIMESTAMP '2024-02-29 13:30:00' AS at, TIMESTAMP '2024-02-29 15:00:00' AS until",
        )?;
        for (text, want) in [
            ("a / 2", "3.5"),
            ("a // 2", "3.0"),
            ("-a // 2", "-4.0"),
            ("-a % 3", "2"),
            ("2 ** 3 ** 2", "512.0"),
            ("1 if a > 5 else 0", "1"),
            ("'x' if a > 9 else 'y' if a == 7 else 'z'", "y"),
            ("where(a >= 7 and not b is null, 'p', 'q')", "q"),
            ("1 < a <= 7", "true"),
            ("1 < a < 7", "false"),
            ("CASE WHEN a IN (1, 7) THEN upper(name) ELSE 'no' END", "ANN"),
            ("a NOT IN (1, 2) AND a BETWEEN 6 AND 8 OR false", "true"),
            ("EXTRACT(MONTH FROM day) = 2", "true"),
            ("substring(name from 1 for 2) || '-' || a", "An-7"),
            ("day_of_week(day)", "3"),
            ("hours(until - at)", "1.5"),
            ("at + hours(2)", "2024-02-29 15:30:00"),
            ("days(day - DATE '2024-02-27')", "2.0"),
            ("hours(DATE '2024-03-01' - day)", "24.0"),
            ("day + a", "2024-03-07"),
            ("0.1 + 0.2 == 0.3", "false"),
            ("a * 9223372036854775807", "64563604257983430649"),
            ("neg ** 0.5 IS NULL", "true"),
            (
                "exp(1000) IS NULL and 10 ** 400 IS NULL and sqrt(neg) IS NULL and log(b - b) IS NULL",
                "true",
            ),
            ("a / 0 IS NULL and a // 0 IS NULL and a % 0 IS NULL", "true"),
            ("substr('abcdef', -2, 2)", ""),
            ("substr('abcdef', 0, 3)", "ab"),
            ("substr('abcdef', 5)", "ef"),
            ("round(1.005, 2)", "1.01"),
            ("x || '!' || a * 2.0", "2.5!14"),
            ("CAST(x AS integer) + CAST('3' AS bigint)", "6"),
            ("x::numeric(6, 0)", "3.0"),
            ("to_char(at, 'YYYY-MM\"Q\"Q FMMonth')", "2024-02Q1 February"),
            ("initcap('ann LEE-smith')", "Ann Lee-Smith"),
            ("clip(b, 1, 5) IS NULL", "true"),
            ("lpad(a, 3, '0') || left(name, 0) || num_nulls(a, b, x)", "0071"),
            ("name like 'A%' and '50%' like '50\\%'", "true"),
            ("\"text\" || 1", "text1"),
            ("day + INTERVAL '1 month'", "2024-03-29 00:00:00"),
            ("clip(a, 1, 5) + min(a, 2) + max(a, 8)", "15"),
            ("coalesce(b, a) * 2", "14"),
            ("round(x * 1.5, 1)", "3.8"),
            ("CAST(a AS double) / 2", "3.5"),
            ("a::numeric / 4", "1.75"),
            ("date(at)", "2024-02-29"),
            ("b IS NULL", "true"),
        ] {
            let sql = to_sql(text, &mut column).map_err(|e| format!("{text}: {e}"))?.sql;
            let found: String = connection
                .query_row(&format!("SELECT CAST({sql} AS VARCHAR) FROM t"), [], |r| r.get(0))
                .map_err(|e| format!("{text}: {sql}: {e}"))?;
            assert_eq!(found, want, "{text}: {sql}");
        }
        for text in [
            "a +",
            "a b",
            "(a",
            "1 if a",
            "'x",
            "a $ b",
            "nothing + 1",
            "p.x",
            &"a % (".repeat(60),
            &"(".repeat(500),
        ] {
            assert!(to_sql(text, &mut column).is_err(), "{text}");
        }
        Ok(())
    }
}
