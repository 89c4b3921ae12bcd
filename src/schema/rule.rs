//! What CHECK constraints allow in one column: a list of values, a range.
//!
//! Reads what is plainly one column against literals, under AND: `x IN (...)`, `x = 'a' OR x = 'b'`, `x BETWEEN a AND b`, `x >= a`,
//! PostgreSQL's `x = ANY (ARRAY[...])` included. Anything else is left alone. Invariant: never narrower than the constraint.

use crate::ir::Table;
use sqlparser::ast::{BinaryOperator, Expr, UnaryOperator, Value};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

/// What the CHECKs of a table allow in one column.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Allowed {
    /// The only values, as text, in the order of the constraint.
    pub values: Option<Vec<String>>,
    /// Least number.
    pub low: Option<f64>,
    /// It is not allowed itself.
    pub low_open: bool,
    /// Greatest number.
    pub high: Option<f64>,
    /// It is not allowed itself.
    pub high_open: bool,
}

/// What the table's CHECKs allow in `column`.
pub fn allowed(table: &Table, column: &str) -> Allowed {
    let mut out = Allowed::default();
    for check in table
        .checks
        .iter()
        .filter(|c| c.sql.to_lowercase().contains(&column.to_lowercase()))
    {
        read_sql(&check.sql, column, &mut out);
    }
    out
}

/// What one condition allows in `column`.
pub fn allowed_by(sql: &str, column: &str) -> Allowed {
    let mut out = Allowed::default();
    read_sql(sql, column, &mut out);
    out
}

fn read_sql(sql: &str, column: &str, out: &mut Allowed) {
    let parsed = Parser::new(&PostgreSqlDialect {})
        .with_recursion_limit(64)
        .try_with_sql(sql)
        .and_then(|mut p| p.parse_expr());
    if let Ok(expr) = parsed {
        read(&expr, column, out);
    }
}

fn read(expr: &Expr, column: &str, out: &mut Allowed) {
    match expr {
        Expr::Nested(inner) => read(inner, column, out),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => {
            read(left, column, out);
            read(right, column, out);
        }
        Expr::BinaryOp {
            op: BinaryOperator::Or, ..
        } => {
            let mut values = Vec::new();
            if equalities(expr, column, &mut values) {
                out.values = Some(values);
            }
        }
        Expr::BinaryOp { left, op, right } if is_column(left, column) => bound(op, right, out),
        Expr::BinaryOp { left, op, right } if is_column(right, column) => match op {
            BinaryOperator::Lt => bound(&BinaryOperator::Gt, left, out),
            BinaryOperator::LtEq => bound(&BinaryOperator::GtEq, left, out),
            BinaryOperator::Gt => bound(&BinaryOperator::Lt, left, out),
            BinaryOperator::GtEq => bound(&BinaryOperator::LtEq, left, out),
            _ => {}
        },
        Expr::Between {
            expr,
            negated: false,
            low,
            high,
        } if is_column(expr, column) => {
            bound(&BinaryOperator::GtEq, low, out);
            bound(&BinaryOperator::LtEq, high, out);
        }
        Expr::InList {
            expr,
            list,
            negated: false,
        } if is_column(expr, column) => {
            out.values = list.iter().map(literal).collect();
        }
        Expr::AnyOp {
            left,
            compare_op: BinaryOperator::Eq,
            right,
            ..
        } if is_column(left, column) => {
            if let Expr::Array(array) = bare(right) {
                out.values = array.elem.iter().map(literal).collect();
            }
        }
        _ => {}
    }
}

/// Collects the values of `x = 'a' OR x = 'b' OR x IS NULL`; false when anything else stands there.
fn equalities(expr: &Expr, column: &str, values: &mut Vec<String>) -> bool {
    match expr {
        Expr::Nested(inner) => equalities(inner, column, values),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Or,
            right,
        } => equalities(left, column, values) && equalities(right, column, values),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Eq,
            right,
        } if is_column(left, column) => match literal(right) {
            Some(value) => {
                values.push(value);
                true
            }
            None => false,
        },
        Expr::IsNull(inner) => is_column(inner, column),
        _ => false,
    }
}

fn bound(op: &BinaryOperator, literal_side: &Expr, out: &mut Allowed) {
    let Some(number) = literal(literal_side).and_then(|t| t.parse::<f64>().ok()) else {
        return;
    };
    let open = matches!(op, BinaryOperator::Gt | BinaryOperator::Lt);
    match op {
        BinaryOperator::Gt | BinaryOperator::GtEq if out.low.is_none_or(|low| number > low || number == low && open) => {
            (out.low, out.low_open) = (Some(number), open);
        }
        BinaryOperator::Lt | BinaryOperator::LtEq if out.high.is_none_or(|high| number < high || number == high && open) => {
            (out.high, out.high_open) = (Some(number), open);
        }
        _ => {}
    }
}

/// An expression without parentheses and casts.
fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Nested(inner) => bare(inner),
        Expr::Cast { expr, .. } => bare(expr),
        other => other,
    }
}

fn is_column(expr: &Expr, column: &str) -> bool {
    match bare(expr) {
        Expr::Identifier(ident) => ident.value.eq_ignore_ascii_case(column),
        Expr::CompoundIdentifier(parts) => parts.last().is_some_and(|ident| ident.value.eq_ignore_ascii_case(column)),
        _ => false,
    }
}

fn literal(expr: &Expr) -> Option<String> {
    match bare(expr) {
        Expr::Value(value) => match &value.value {
            Value::Number(text, _) => Some(text.clone()),
            Value::SingleQuotedString(text) => Some(text.clone()),
            Value::Boolean(b) => Some(b.to_string()),
            _ => None,
        },
        Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr,
        } => literal(expr).map(|text| format!("-{text}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::Check;

    fn of(sql: &str) -> Allowed {
        allowed(
            &Table {
                checks: vec![Check {
                    name: None,
                    sql: sql.into(),
                }],
                ..Table::default()
            },
            "x",
        )
    }

    #[test]
    fn lists_and_ranges_are_read() {
        let values = |v: &[&str]| Some(v.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>());
        assert_eq!(of("x IN ('a', 'b')").values, values(&["a", "b"]));
        assert_eq!(of("x = 'a' OR x = 'b'").values, values(&["a", "b"]));
        assert_eq!(
            of("((x)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))").values,
            values(&["a", "b"])
        );
        let range = of("x BETWEEN -1 AND 5 AND 4 >= x");
        assert_eq!((range.low, range.high), (Some(-1.0), Some(4.0)));
        assert_eq!(of("y > 3 OR x > 5"), Allowed::default());
        assert_eq!(of("not sql ((("), Allowed::default());
    }
}
