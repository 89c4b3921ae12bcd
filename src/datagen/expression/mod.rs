//! Row expressions: CHECK conditions and GENERATED columns in PostgreSQL's SQL, derived columns in the expression language.
//!
//! Two front ends make one tree: `compile` from sqlparser's AST for what a schema says, `parse` for what an IR's author writes, who mixes SQL and
//! Python. Values follow SQL's three-valued logic. Both know scalar expressions over one row: no subqueries or aggregates;
//! those are refused when compiled, with their text.
//! `CURRENT_DATE` and `now()` are [`TODAY`], since a clock must not reach the data.

mod columnar;
mod compile;
mod evaluate;
mod function;
mod lex;
mod parse;
mod types;
mod vector;

use super::cell::{Cell, Physical, Values};
use super::distribution::RowValues;
use crate::schema::regex::Regex;
use std::sync::Arc;

/// The day that `CURRENT_DATE` means: the last day of generated history, 2025-12-31.
pub const TODAY: i32 = 20_453;

/// Why an expression cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExpressionError {
    /// It is not SQL.
    #[error("{sql:?} is not a SQL expression: {message}")]
    Syntax {
        /// The text.
        sql: String,
        /// The parser's words.
        message: String,
    },
    /// It is SQL that rows are not evaluated with here.
    #[error("{what} cannot be evaluated on a row")]
    Unsupported {
        /// The part of the expression.
        what: String,
    },
    /// It names a column that the table does not have.
    #[error("there is no column {name:?}{hint}")]
    UnknownColumn {
        /// The name.
        name: String,
        /// "did you mean".
        hint: String,
    },
    /// It is no expression of the language.
    #[error("character {at} of {text:?}: {message}")]
    Grammar {
        /// The text, its start when it is long.
        text: String,
        /// Place, in characters from 1.
        at: usize,
        /// What was found and what was expected.
        message: String,
    },
    /// Its parts are of kinds that have no value together.
    #[error("{message}")]
    Types {
        /// The operator, its parts, and the way out.
        message: String,
    },
    /// A name that several tables have.
    #[error("column {name:?} is in {}; write one of them, as {}", tables.join(" and "), tables.iter().map(|t| format!("{t}.{name}")).collect::<Vec<_>>().join(" or "))]
    Ambiguous {
        /// The name.
        name: String,
        /// What can stand before it.
        tables: Vec<String>,
    },
    /// It is longer or deeper than is read.
    #[error("the expression is longer than {max} bytes or nests too deep; spread it over several columns")]
    TooLarge {
        /// The limit.
        max: usize,
    },
}

/// A compiled expression.
#[derive(Debug, Clone)]
pub struct Expression {
    root: Node,
    /// Positions in the table of the columns it reads, ascending.
    pub columns: Vec<usize>,
}

#[derive(Debug, Clone)]
enum Node {
    Literal(Cell),
    Column(usize),
    Not(Box<Node>),
    Negate(Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Compare(Comparison, Box<Node>, Box<Node>),
    Arithmetic(Arithmetic, Box<Node>, Box<Node>),
    Concat(Box<Node>, Box<Node>),
    IsNull(Box<Node>),
    IsTrue(Box<Node>),
    Distinct(Box<Node>, Box<Node>),
    In(Box<Node>, Vec<Node>),
    Like {
        text: Box<Node>,
        pattern: Box<Node>,
        fold: bool,
    },
    Matches {
        text: Box<Node>,
        regex: Arc<Regex>,
    },
    Case {
        operand: Option<Box<Node>>,
        branches: Vec<(Node, Node)>,
        otherwise: Box<Node>,
    },
    Cast(Box<Node>, Physical),
    Call(&'static function::Function, Vec<Node>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
    /// Division to a fraction, whatever the operands are.
    Quotient,
    /// Division rounded down.
    FloorDivide,
    /// What division rounded down leaves.
    FloorModulo,
}

impl Node {
    fn past(&self, range: &dyn Fn(usize) -> Option<(f64, f64)>) -> Option<usize> {
        use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
        let number = |node: &Node| match node {
            Node::Literal(cell @ (Cell::Int(_) | Cell::Num(_))) => cell.number(),
            Node::Negate(inner) => match inner.as_ref() {
                Node::Literal(cell) => cell.number().map(|x| -x),
                _ => None,
            },
            _ => None,
        };
        let (comparison, column, bound) = match self {
            Node::And(a, b) => return a.past(range).or_else(|| b.past(range)),
            Node::Compare(comparison, a, b) => match (a.as_ref(), b.as_ref()) {
                (Node::Column(column), other) => (*comparison, *column, number(other)?),
                (other, Node::Column(column)) => {
                    let turned = match comparison {
                        Less => Greater,
                        LessOrEqual => GreaterOrEqual,
                        Greater => Less,
                        GreaterOrEqual => LessOrEqual,
                        same => *same,
                    };
                    (turned, *column, number(other)?)
                }
                _ => return None,
            },
            _ => return None,
        };
        let (low, high) = range(column)?;
        let past = match comparison {
            Less => low >= bound,
            LessOrEqual => low > bound,
            Greater => high <= bound,
            GreaterOrEqual => high < bound,
            Equal => bound < low || bound > high,
            NotEqual => false,
        };
        past.then_some(column)
    }
}

impl ExpressionError {
    /// A mistake at a place of the text.
    fn grammar(text: &str, at: usize, message: String) -> Self {
        ExpressionError::Grammar {
            text: text.chars().take(200).collect(),
            at,
            message,
        }
    }
}

impl Expression {
    /// A column of which the condition asks, whatever else it asks, a number past all that the column holds; `range` is the least and the greatest.
    pub fn past(&self, range: &dyn Fn(usize) -> Option<(f64, f64)>) -> Option<usize> {
        self.root.past(range)
    }

    /// Compiles an expression of derived columns; `resolve` says which position a name has (qualifier, name, whether it was quoted).
    pub fn derived<'a>(
        text: &str,
        resolve: &'a mut dyn FnMut(Option<&str>, &str, bool) -> Result<usize, ExpressionError>,
    ) -> Result<Self, ExpressionError> {
        let mut columns = std::collections::BTreeSet::new();
        let mut noted = |qualifier: Option<&str>, name: &str, quoted: bool| {
            let position = resolve(qualifier, name, quoted)?;
            columns.insert(position);
            Ok(position)
        };
        let root = parse::parse(text, &mut noted)?;
        Ok(Expression {
            root,
            columns: columns.into_iter().collect(),
        })
    }

    /// Compiles `sql` over the columns that `position` finds by name.
    pub fn compile(sql: &str, names: &[&str]) -> Result<Self, ExpressionError> {
        compile::compile(sql, names)
    }

    /// Whether `sql` is an expression that rows can be evaluated with, whatever its columns are.
    pub fn supports(sql: &str) -> Result<(), ExpressionError> {
        compile::supports(sql)
    }

    /// Fails where parts of the expression are of kinds that have no value together; `columns` gives a position's name and type.
    pub fn typed(&self, columns: &dyn Fn(usize) -> Option<(String, Physical)>) -> Result<(), ExpressionError> {
        types::check(&self.root, columns)
    }

    /// The value on one row; `column` gives the row's value at a position.
    pub fn value(&self, column: &dyn Fn(usize) -> Cell) -> Cell {
        self.root.value(column)
    }

    /// The rows that break this condition, in order.
    pub fn broken(&self, row: &RowValues<'_>, rows: usize) -> Vec<usize> {
        columnar::broken(&self.root, row, rows)
    }

    /// The values of all rows.
    pub fn values(&self, row: &RowValues<'_>, rows: usize) -> Result<Values, String> {
        columnar::evaluate(&self.root, row, rows).into_values(rows)
    }

    /// Whether the row satisfies this condition: SQL's CHECK rejects only FALSE.
    pub fn holds(&self, column: &dyn Fn(usize) -> Cell) -> bool {
        self.value(column) != Cell::Bool(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eval(sql: &str) -> String {
        let names = ["a", "b", "name", "day", "Mixed"];
        let row = [
            Cell::Int(7),
            Cell::Null,
            Cell::Text("Ann Lee".into()),
            Cell::Date(19_782),
            Cell::Num(2.5),
        ];
        match Expression::compile(sql, &names) {
            Ok(e) => match e.value(&|i| row[i].clone()) {
                Cell::Null => "NULL".into(),
                other => other.text(),
            },
            Err(e) => e.to_string(),
        }
    }

    #[test]
    fn sql_means_what_postgresql_means() {
        for (sql, want) in [
            ("a + 1 * 2", "9"),
            ("a / 2", "3"),
            ("a / 2.0", "3.5"),
            ("a % 4 = 3 AND b IS NULL", "true"),
            ("b > 1", "NULL"),
            ("b > 1 OR a = 7", "true"),
            ("a BETWEEN 1 AND 6", "false"),
            ("a IN (1, 7)", "true"),
            ("a NOT IN (1, NULL)", "NULL"),
            ("name LIKE 'Ann%' AND name NOT LIKE '_x%'", "true"),
            ("upper(substring(name from 1 for 3)) || '-' || a", "ANN-7"),
            ("EXTRACT(YEAR FROM day) * 100 + date_part('month', day)", "202402"),
            ("CASE WHEN a > 5 THEN 'high' ELSE 'low' END", "high"),
            ("day + 1", "2024-03-01"),
            ("day + INTERVAL '1 month'", "2024-03-29 00:00:00"),
            ("day - DATE '2024-02-01'", "28"),
            ("COALESCE(b, a)", "7"),
            ("round(\"Mixed\" * 1.5, 1)", "3.8"),
            ("(a)::numeric / 2", "3.5"),
            ("to_char(day, 'FMDay')", "Thursday"),
            ("to_char(day, 'YYYY\"Q\"Q')", "2024Q1"),
            ("char_length(name) >= 3", "true"),
            ("name = ANY (ARRAY['x'::text, 'Ann Lee'::text])", "true"),
            ("greatest(a, 9, b)", "9"),
            ("a IS DISTINCT FROM b", "true"),
            (
                "name ~ '^[A-Z][a-z]+ L' AND name !~ 'x' AND name ~* 'LEE$' AND name !~* '^lee'",
                "true",
            ),
            ("name ~ 'nn' AND NOT name ~ '^nn'", "true"),
            ("b::text ~ 'x'", "NULL"),
            ("name SIMILAR TO 'A(n|m)+ %' AND name NOT SIMILAR TO 'Ann'", "true"),
            ("regexp_like(name, '^ann', 'i') AND NOT regexp_like(name, '^ann')", "true"),
            ("a::text ~ '^\\d$'", "true"),
            ("starts_with(name, 'Ann') AND name ^@ 'A' AND NOT name ^@ 'n'", "true"),
            ("position('Lee' IN name) * 10 + strpos(name, 'x')", "50"),
            (
                "trim(leading ' ' from '  x ') || '|' || trim(trailing ' ' from ' y ') || '|' || trim(' z ')",
                "x | y|z",
            ),
            ("trunc(\"Mixed\" * -1) + sign(a) + sign(0.0)", "-1"),
            ("reverse(ltrim('  ab'))", "ba"),
            (
                "name COLLATE \"C\" < 'B' AND a > ANY (ARRAY[9, 3]) AND NOT a > ALL (ARRAY[9, 3])",
                "true",
            ),
        ] {
            assert_eq!(eval(sql), want, "{sql}");
        }
    }

    #[test]
    fn what_cannot_be_evaluated_says_so() {
        assert_eq!(eval("nam = 1"), "there is no column \"nam\"; did you mean \"name\"?");
        assert!(eval("(SELECT 1) > 0").contains("cannot be evaluated"));
        assert!(eval("a +").contains("not a SQL expression"));
        assert!(eval(&"(".repeat(3000)).contains("nests too deep"));
        assert!(eval("frobnicate(a)").contains("frobnicate"));
        assert!(eval("name ~ name").contains("name ~ name cannot be evaluated"));
        assert!(eval("name ~ '(a'").contains("the regular expression '(a', for a ( without its ),"));
    }

    #[test]
    fn today_is_the_last_day_of_2025() {
        assert_eq!(super::super::calendar::civil(TODAY), (2025, 12, 31));
    }
}
