//! What a query from outside may do: read, and call pure functions.
//!
//! A parsed text is one query already; that is not enough, since a CTE may write, SELECT may write INTO, and functions read files, sleep, run other
//! SQL or grow without bound. Every function must be on the list of `allowed_functions.txt` or be an aggregate; what is not known is not called.
//! Limits: bounds on growth see literals only; what arithmetic hides is left to the limits under which statements run.

use super::functions;
use super::walk::{self, Look};
use sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, ObjectName, Query, Select, SetExpr, TableFactor,
    TableWithJoins, Value,
};
use std::ops::ControlFlow;

/// Largest number given to a function that makes rows or text of that size.
pub const SIZE_MAX: f64 = 100_000.0;

const ALLOWED: &str = include_str!("allowed_functions.txt");
/// Functions whose value changes from run to run.
const FLEETING: &[&str] = &[
    "NOW",
    "CURRENT_DATE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "GET_CURRENT_TIME",
    "GET_CURRENT_TIMESTAMP",
    "TODAY",
    "GETDATE",
    "CURDATE",
    "CURTIME",
    "SYSDATE",
    "CLOCK_TIMESTAMP",
    "STATEMENT_TIMESTAMP",
    "TRANSACTION_TIMESTAMP",
    "TIMEOFDAY",
    "RANDOM",
    "RAND",
    "SETSEED",
    "RANDOMBLOB",
    "NEWID",
    "UUID",
    "GEN_RANDOM_UUID",
    "UUIDV4",
    "UUIDV7",
];
/// Functions that make as much as they are told to.
const GROWING: &[&str] = &[
    "REPEAT",
    "LPAD",
    "RPAD",
    "RANGE",
    "GENERATE_SERIES",
    "FORMAT",
    "PRINTF",
    "ARRAY_RESIZE",
    "LIST_RESIZE",
];

/// What a query may not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// It writes or locks.
    #[error("{0} writes or locks; only reading is certified")]
    Writes(&'static str),
    /// A function that is not on the list.
    #[error("the function {name} is not on the list of functions that a query from outside may call{hint}")]
    Function {
        /// Upper case.
        name: String,
        /// `; did you mean "x"?` or nothing.
        hint: String,
    },
    /// Something that changes from run to run.
    #[error("{0} changes from run to run, so no result can be certified; write the value itself")]
    Fleeting(String),
    /// A function told to make too much.
    #[error("{name} is told to make {size}, more than {SIZE_MAX}")]
    Unbounded {
        /// Upper case.
        name: String,
        /// As written.
        size: String,
    },
    /// A file where a table should be.
    #[error("{0} in FROM is no table; files and addresses are not read")]
    File(String),
    /// A parameter without a value.
    #[error("the parameter {0} has no value; write the value itself")]
    Parameter(String),
}

impl Forbidden {
    /// Name of the check that refuses it.
    pub fn reason(&self) -> &'static str {
        match self {
            Forbidden::Writes(_) | Forbidden::File(_) => "read_only",
            Forbidden::Function { .. } | Forbidden::Unbounded { .. } => "functions",
            Forbidden::Fleeting(_) => "deterministic",
            Forbidden::Parameter(_) => "parameters",
        }
    }

    /// The word of the SQL that it is about.
    pub fn word(&self) -> &str {
        match self {
            Forbidden::Writes(word) => word,
            Forbidden::Function { name, .. } | Forbidden::Unbounded { name, .. } => name,
            // "AGE with one argument": its first word.
            Forbidden::Fleeting(word) if !word.starts_with('\'') => word.split(' ').next().unwrap_or(word),
            Forbidden::Fleeting(word) | Forbidden::File(word) | Forbidden::Parameter(word) => word,
        }
    }
}

/// The first thing in a query that writes or locks: it is no query then.
pub fn reads_only(query: &Query) -> Result<(), Forbidden> {
    struct Writes(Option<Forbidden>);
    impl Look for Writes {
        fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
            match writes(query) {
                Ok(()) | Err(Forbidden::File(_)) => ControlFlow::Continue(()),
                Err(forbidden) => {
                    self.0 = Some(forbidden);
                    ControlFlow::Break(())
                }
            }
        }
        fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
            if select.into.is_some() {
                self.0 = Some(Forbidden::Writes("INTO"));
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        }
    }
    let mut found = Writes(None);
    let _ = walk::look(query, &mut found);
    found.0.map_or(Ok(()), Err)
}

/// The first thing in a query that it may not do.
pub fn check(query: &Query) -> Result<(), Forbidden> {
    let mut guard = Guard(None);
    let _ = walk::look(query, &mut guard);
    guard.0.map_or(Ok(()), Err)
}

struct Guard(Option<Forbidden>);

impl Guard {
    fn flow(&mut self, result: Result<(), Forbidden>) -> ControlFlow<()> {
        match result {
            Ok(()) => ControlFlow::Continue(()),
            Err(forbidden) => {
                self.0 = Some(forbidden);
                ControlFlow::Break(())
            }
        }
    }
}

impl Look for Guard {
    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        self.flow(writes(query))
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        let into = if select.into.is_some() {
            Err(Forbidden::Writes("INTO"))
        } else {
            Ok(())
        };
        self.flow(into.and_then(|()| select.from.iter().try_for_each(joined)))
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        self.flow(expression(expr))
    }
}

fn writes(query: &Query) -> Result<(), Forbidden> {
    if !query.locks.is_empty() {
        return Err(Forbidden::Writes("FOR UPDATE"));
    }
    reads(&query.body)
}

fn reads(body: &SetExpr) -> Result<(), Forbidden> {
    match body {
        SetExpr::Select(_) | SetExpr::Query(_) | SetExpr::Values(_) => Ok(()),
        SetExpr::SetOperation { left, right, .. } => reads(left).and_then(|()| reads(right)),
        SetExpr::Insert(_) => Err(Forbidden::Writes("INSERT")),
        SetExpr::Update(_) => Err(Forbidden::Writes("UPDATE")),
        SetExpr::Delete(_) => Err(Forbidden::Writes("DELETE")),
        SetExpr::Merge(_) => Err(Forbidden::Writes("MERGE")),
        SetExpr::Table(_) => Err(Forbidden::File("TABLE".to_owned())),
    }
}

fn joined(from: &TableWithJoins) -> Result<(), Forbidden> {
    factor(&from.relation)?;
    from.joins.iter().try_for_each(|join| factor(&join.relation))
}

fn factor(factor: &TableFactor) -> Result<(), Forbidden> {
    match factor {
        TableFactor::Table { sample: Some(_), .. } | TableFactor::Derived { sample: Some(_), .. } => {
            Err(Forbidden::Fleeting("TABLESAMPLE".to_owned()))
        }
        TableFactor::Table { name, args: None, .. } => table(name),
        TableFactor::Table {
            name, args: Some(args), ..
        } => call(&last(name), &args.args),
        TableFactor::Function { name, args, .. } => call(&last(name), args),
        TableFactor::NestedJoin { table_with_joins, .. } => joined(table_with_joins),
        TableFactor::Derived { .. } | TableFactor::UNNEST { .. } => Ok(()),
        TableFactor::Pivot { table, .. } | TableFactor::Unpivot { table, .. } => self::factor(table),
        // Their functions are expressions, which are looked at as such.
        TableFactor::TableFunction { .. } => Ok(()),
        other => Err(Forbidden::File(other.to_string().chars().take(40).collect())),
    }
}

/// A name that DuckDB could take for a file or an address.
fn table(name: &ObjectName) -> Result<(), Forbidden> {
    let idents = name.0.iter().filter_map(|part| part.as_ident());
    for ident in idents {
        if ident.quote_style == Some('\'') || ident.value.contains(['/', '\\', ':', '*', '?']) {
            return Err(Forbidden::File(ident.value.clone()));
        }
    }
    Ok(())
}

fn last(name: &ObjectName) -> String {
    let last = name.0.last().and_then(|part| part.as_ident());
    last.map(|ident| ident.value.to_uppercase()).unwrap_or_default()
}

fn expression(expr: &Expr) -> Result<(), Forbidden> {
    match expr {
        Expr::Function(function) => call_of(function),
        Expr::Value(value) => match &value.value {
            Value::Placeholder(name) => Err(Forbidden::Parameter(name.clone())),
            _ => Ok(()),
        },
        Expr::Cast { expr, .. } => match text(expr) {
            Some(text) => steady(text),
            None => Ok(()),
        },
        Expr::TypedString(typed) => match &typed.value.value {
            Value::SingleQuotedString(text) => steady(text),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Texts that a date type reads as the moment.
fn steady(text: &str) -> Result<(), Forbidden> {
    let moment =
        ["now", "today", "tomorrow", "yesterday", "current_date", "current_timestamp"].contains(&text.trim().to_lowercase().as_str());
    if moment {
        Err(Forbidden::Fleeting(format!("'{text}'")))
    } else {
        Ok(())
    }
}

fn call_of(function: &Function) -> Result<(), Forbidden> {
    let args = match &function.args {
        FunctionArguments::List(list) => list.args.as_slice(),
        _ => &[],
    };
    call(&functions::function_name(function), args)
}

fn call(name: &str, args: &[FunctionArg]) -> Result<(), Forbidden> {
    if FLEETING.contains(&name) {
        return Err(Forbidden::Fleeting(name.to_owned()));
    }
    // Of two moments it is their distance, of one the distance from today.
    if name == "AGE" && args.len() == 1 {
        return Err(Forbidden::Fleeting("AGE with one argument".to_owned()));
    }
    let allowed = || {
        ALLOWED
            .lines()
            .filter(|line| !line.starts_with('#'))
            .flat_map(str::split_whitespace)
    };
    let lower = name.to_lowercase();
    if functions::AGGREGATES.binary_search(&name).is_err() && !allowed().any(|known| known == lower) {
        let known = allowed().chain(functions::AGGREGATES.iter().copied());
        // Only a slip of the pen is worth a hint: a refused function is usually meant.
        let near = known.filter(|known| strsim::levenshtein(&known.to_lowercase(), &lower) == 1).min();
        return Err(Forbidden::Function {
            name: name.to_owned(),
            hint: near
                .map(|n| format!("; did you mean \"{}\"?", n.to_uppercase()))
                .unwrap_or_default(),
        });
    }
    let exprs = args.iter().filter_map(|arg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        FunctionArg::Named {
            arg: FunctionArgExpr::Expr(expr),
            ..
        } => Some(expr),
        _ => None,
    });
    for expr in exprs {
        if [
            "DATE",
            "DATETIME",
            "TIME",
            "TIMESTAMP",
            "STRFTIME",
            "JULIANDAY",
            "AGE",
            "DATE_DIFF",
            "DATEDIFF",
        ]
        .contains(&name)
            && let Some(text) = text(expr)
        {
            steady(text)?;
        }
        if GROWING.contains(&name) {
            grows(name, expr)?;
        }
    }
    Ok(())
}

fn grows(name: &str, expr: &Expr) -> Result<(), Forbidden> {
    let unbounded = |size: &str| Forbidden::Unbounded {
        name: name.to_owned(),
        size: size.to_owned(),
    };
    let mut inner = expr;
    while let Expr::Cast { expr, .. } | Expr::Nested(expr) | Expr::UnaryOp { expr, .. } = inner {
        inner = expr;
    }
    match inner {
        Expr::Value(value) => match &value.value {
            Value::Number(n, _) if n.parse::<f64>().is_ok_and(|n| n > SIZE_MAX) => Err(unbounded(&n.clone())),
            // A width inside a pattern: {:>2000000000}
            Value::SingleQuotedString(text) if ["FORMAT", "PRINTF"].contains(&name) => {
                let widths = text.split(|c: char| !c.is_ascii_digit());
                let wide = widths.into_iter().find(|w| w.len() > 3);
                wide.map_or(Ok(()), |w| Err(unbounded(w)))
            }
            _ => Ok(()),
        },
        // Arithmetic that makes a size hides it.
        Expr::BinaryOp {
            op: BinaryOperator::Multiply | BinaryOperator::PGExp,
            ..
        } => Err(unbounded(&inner.to_string())),
        _ => Ok(()),
    }
}

fn text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse::{ParseError, query};

    #[test]
    fn reading_is_permitted_and_the_rest_has_its_reason() -> Result<(), ParseError> {
        let reason = |sql: &str| query(sql).map(|q| check(&q).err().map(|f| f.reason()));
        for fine in [
            "SELECT upper(a), count(*), row_number() OVER (ORDER BY a) FROM t JOIN u ON t.i = u.i",
            "SELECT EXTRACT(YEAR FROM d), d::date, SUBSTRING(a FROM 1 FOR 2), coalesce(a, 'now') FROM t",
            "SELECT AGE(d, e) FROM t",
            "SELECT x FROM generate_series(1, 10) g(x), LATERAL (SELECT 1) l, unnest(ARRAY[1, 2]) v",
        ] {
            assert_eq!(reason(fine)?, None, "{fine}");
        }
        for (bad, expected) in [
            ("WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d", "read_only"),
            ("SELECT * INTO u FROM t", "read_only"),
            ("SELECT * FROM t FOR UPDATE", "read_only"),
            ("SELECT * FROM '/etc/passwd'", "read_only"),
            ("SELECT * FROM read_csv('/etc/passwd')", "functions"),
            ("SELECT pg_catalog.pg_sleep(10)", "functions"),
            ("SELECT (SELECT max(x) FROM (SELECT query('DROP TABLE t') x) y)", "functions"),
            ("SELECT repeat('x', 10000000000)", "functions"),
            ("SELECT repeat('x', 99999 * 99999)", "functions"),
            ("SELECT format('{:>2000000000}', 1)", "functions"),
            ("SELECT * FROM t WHERE d > now()", "deterministic"),
            ("SELECT * FROM t WHERE d = 'today'::date OR a = DATE 'now'", "deterministic"),
            ("SELECT a FROM t TABLESAMPLE BERNOULLI (10)", "deterministic"),
            (
                "SELECT u.a FROM u JOIN (t TABLESAMPLE SYSTEM (10) CROSS JOIN v) ON u.a = t.a",
                "deterministic",
            ),
            ("SELECT EXTRACT(YEAR FROM AGE(d)) FROM t", "deterministic"),
            ("SELECT a FROM t WHERE b = $1", "parameters"),
        ] {
            assert_eq!(reason(bad)?, Some(expected), "{bad}");
        }
        Ok(())
    }

    #[test]
    fn what_writes_is_told_from_what_only_may_not_be_run() -> Result<(), ParseError> {
        let writes = |sql: &str| query(sql).map(|q| reads_only(&q).err().map(|f| f.word().to_owned()));
        for sql in [
            "WITH x AS (DELETE FROM t RETURNING a) SELECT * FROM x",
            "WITH y AS (WITH x AS (DELETE FROM t RETURNING a) SELECT * FROM x) SELECT * FROM y",
        ] {
            assert_eq!(writes(sql)?.as_deref(), Some("DELETE"), "{sql}");
        }
        assert_eq!(writes("SELECT a INTO u FROM t")?.as_deref(), Some("INTO"));
        assert_eq!(writes("SELECT now(), my_function(a) FROM t WHERE b = $1")?, None);
        Ok(())
    }
}
