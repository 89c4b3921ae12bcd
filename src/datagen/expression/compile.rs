//! sqlparser's AST to row expressions. Limit: [`limits::SQL_BYTES_MAX`], [`limits::SQL_NESTING_MAX`].

use super::{Arithmetic, Comparison, Expression, ExpressionError, Node, TODAY, function};
use crate::datagen::calendar::{self, DAY_MICROS};
use crate::datagen::cell::{Cell, Physical};
use crate::ir::SqlType;
use crate::kernel::{limits, suggest};
use crate::schema::regex::{self, Regex};
use sqlparser::ast::{
    BinaryOperator, CaseWhen, CeilFloorKind, DataType, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, TrimWhereField,
    UnaryOperator, Value,
};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Most operators of one SQL expression.
const OPERATORS_MAX: usize = 1_000;

type Compiled = Result<Node, ExpressionError>;

/// Compiles `sql` over these columns.
pub(super) fn compile(sql: &str, names: &[&str]) -> Result<Expression, ExpressionError> {
    let mut compiler = Compiler {
        names: Some(names),
        columns: BTreeSet::new(),
    };
    let root = compiler.node(&parse(sql)?)?;
    Ok(Expression {
        root,
        columns: compiler.columns.into_iter().collect(),
    })
}

/// Compiles `sql` with any name taken for a column.
pub(super) fn supports(sql: &str) -> Result<(), ExpressionError> {
    Compiler {
        names: None,
        columns: BTreeSet::new(),
    }
    .node(&parse(sql)?)
    .map(drop)
}

fn parse(sql: &str) -> Result<Expr, ExpressionError> {
    let depth = sql.bytes().fold((0_usize, 0_usize), |(now, most), b| match b {
        b'(' | b'[' => (now + 1, most.max(now + 1)),
        b')' | b']' => (now.saturating_sub(1), most),
        _ => (now, most),
    });
    // sqlparser reads a chain of operators into a tree that is as deep as the chain is long, and everything after descends it.
    let words = sql
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| ["and", "or", "not", "case", "is"].iter().any(|o| w.eq_ignore_ascii_case(o)));
    let operators = sql.bytes().filter(|b| b"+-*/%<>=|^~:!".contains(b)).count() + words.count();
    if sql.len() > limits::SQL_BYTES_MAX || depth.1 > limits::SQL_NESTING_MAX || operators > OPERATORS_MAX {
        return Err(ExpressionError::TooLarge {
            max: limits::SQL_BYTES_MAX,
        });
    }
    let syntax = |message: String| ExpressionError::Syntax {
        sql: sql.chars().take(200).collect(),
        message,
    };
    let mut parser = Parser::new(&PostgreSqlDialect {})
        .try_with_sql(sql)
        .map_err(|e| syntax(e.to_string()))?;
    let expr = parser.parse_expr().map_err(|e| syntax(e.to_string()))?;
    match parser.peek_token().token {
        sqlparser::tokenizer::Token::EOF => Ok(expr),
        other => Err(syntax(format!("{other} is left over"))),
    }
}

struct Compiler<'a> {
    names: Option<&'a [&'a str]>,
    columns: BTreeSet<usize>,
}

impl Compiler<'_> {
    fn node(&mut self, expr: &Expr) -> Compiled {
        let unsupported = || ExpressionError::Unsupported {
            what: expr.to_string().chars().take(200).collect(),
        };
        Ok(match expr {
            Expr::Nested(inner) => self.node(inner)?,
            Expr::Identifier(ident) => self.column(ident)?,
            Expr::CompoundIdentifier(path) => match path.last() {
                Some(ident) => self.column(ident)?,
                None => return Err(unsupported()),
            },
            Expr::Value(value) => Node::Literal(literal(&value.value).ok_or_else(unsupported)?),
            Expr::TypedString(typed) => {
                let text = typed.value.value.clone().into_string().ok_or_else(unsupported)?;
                Node::Literal(
                    Cell::Text(text)
                        .cast(physical(&typed.data_type).ok_or_else(unsupported)?)
                        .map_err(|_| unsupported())?,
                )
            }
            Expr::Interval(interval) => {
                let text = match interval.value.as_ref() {
                    Expr::Value(v) => v.value.clone().into_string().or_else(|| Some(v.to_string())),
                    _ => None,
                };
                let unit = interval.leading_field.as_ref().map_or(String::new(), |f| format!(" {f}"));
                Node::Literal(self::interval(&format!("{}{unit}", text.ok_or_else(unsupported)?)).ok_or_else(unsupported)?)
            }
            Expr::IsNull(e) | Expr::IsUnknown(e) => Node::IsNull(self.boxed(e)?),
            Expr::IsNotNull(e) | Expr::IsNotUnknown(e) => not(Node::IsNull(self.boxed(e)?)),
            Expr::IsTrue(e) => Node::IsTrue(self.boxed(e)?),
            Expr::IsNotTrue(e) => not(Node::IsTrue(self.boxed(e)?)),
            Expr::IsFalse(e) => Node::IsTrue(Box::new(not(self.node(e)?))),
            Expr::IsNotFalse(e) => not(Node::IsTrue(Box::new(not(self.node(e)?)))),
            Expr::IsDistinctFrom(a, b) => Node::Distinct(self.boxed(a)?, self.boxed(b)?),
            Expr::IsNotDistinctFrom(a, b) => not(Node::Distinct(self.boxed(a)?, self.boxed(b)?)),
            Expr::InList { expr, list, negated } => {
                let list = list.iter().map(|e| self.node(e)).collect::<Result<_, _>>()?;
                negate_if(*negated, Node::In(self.boxed(expr)?, list))
            }
            Expr::Between { expr, negated, low, high } => {
                let above = Node::Compare(Comparison::GreaterOrEqual, self.boxed(expr)?, self.boxed(low)?);
                let below = Node::Compare(Comparison::LessOrEqual, self.boxed(expr)?, self.boxed(high)?);
                negate_if(*negated, Node::And(Box::new(above), Box::new(below)))
            }
            Expr::Like {
                negated, expr, pattern, ..
            } => negate_if(
                *negated,
                Node::Like {
                    text: self.boxed(expr)?,
                    pattern: self.boxed(pattern)?,
                    fold: false,
                },
            ),
            Expr::ILike {
                negated, expr, pattern, ..
            } => negate_if(
                *negated,
                Node::Like {
                    text: self.boxed(expr)?,
                    pattern: self.boxed(pattern)?,
                    fold: true,
                },
            ),
            Expr::SimilarTo {
                negated,
                expr,
                pattern,
                escape_char: None,
            } => {
                let text = self.boxed(expr)?;
                negate_if(
                    *negated,
                    found(text, pattern, |pattern| Regex::new(&regex::similar(pattern), false))?.ok_or_else(unsupported)?,
                )
            }
            Expr::AnyOp {
                left,
                compare_op: BinaryOperator::Eq,
                right,
                ..
            } => Node::In(self.boxed(left)?, self.elements(right)?),
            Expr::AllOp {
                left,
                compare_op: BinaryOperator::NotEq,
                right,
            } => not(Node::In(self.boxed(left)?, self.elements(right)?)),
            Expr::AnyOp {
                left, compare_op, right, ..
            } => self.each(left, compare_op, right, Node::Or)?.ok_or_else(unsupported)?,
            Expr::AllOp { left, compare_op, right } => self.each(left, compare_op, right, Node::And)?.ok_or_else(unsupported)?,
            Expr::UnaryOp {
                op: UnaryOperator::Not,
                expr,
            } => not(self.node(expr)?),
            Expr::UnaryOp {
                op: UnaryOperator::Minus,
                expr,
            } => Node::Negate(self.boxed(expr)?),
            Expr::UnaryOp {
                op: UnaryOperator::Plus,
                expr,
            } => self.node(expr)?,
            Expr::BinaryOp { left, op, right } => self.binary(left, op, right)?.ok_or_else(unsupported)?,
            Expr::Cast { expr, data_type, .. } => {
                let inner = self.node(expr)?;
                match physical(data_type) {
                    Some(target) => {
                        let cast = Node::Cast(Box::new(inner), target);
                        match digits_of(&data_type.to_string()) {
                            Some(digits) => call("round", vec![cast, Node::Literal(Cell::Int(digits))])?,
                            None => cast,
                        }
                    }
                    // regclass, enum and domain names: the value itself is what matters here.
                    None => inner,
                }
            }
            Expr::Case {
                operand,
                conditions,
                else_result,
                ..
            } => {
                let operand = operand.as_ref().map(|e| self.boxed(e)).transpose()?;
                let branch = |this: &mut Self, w: &CaseWhen| Ok((this.node(&w.condition)?, this.node(&w.result)?));
                let branches = conditions.iter().map(|w| branch(self, w)).collect::<Result<_, ExpressionError>>()?;
                let otherwise = else_result.as_ref().map_or(Ok(Node::Literal(Cell::Null)), |e| self.node(e))?;
                Node::Case {
                    operand,
                    branches,
                    otherwise: Box::new(otherwise),
                }
            }
            Expr::Extract { field, expr, .. } => {
                let field = Node::Literal(Cell::Text(field.to_string().to_lowercase()));
                call("date_part", vec![field, self.node(expr)?])?
            }
            Expr::Substring {
                expr,
                substring_from,
                substring_for,
                ..
            } => {
                let mut args = vec![self.node(expr)?];
                args.push(substring_from.as_ref().map_or(Ok(Node::Literal(Cell::Int(1))), |e| self.node(e))?);
                if let Some(length) = substring_for {
                    args.push(self.node(length)?);
                }
                call("substr", args)?
            }
            Expr::Trim {
                expr,
                trim_where,
                trim_what,
                trim_characters: None,
            } if trim_what.as_deref().is_none_or(|what| constant(what).as_deref() == Some(" ")) => {
                let name = match trim_where {
                    Some(TrimWhereField::Leading) => "ltrim",
                    Some(TrimWhereField::Trailing) => "rtrim",
                    _ => "trim",
                };
                let args = vec![self.node(expr)?];
                call(name, args)?
            }
            Expr::Position { expr, r#in } => {
                let args = vec![self.node(r#in)?, self.node(expr)?];
                call("strpos", args)?
            }
            // Texts are compared by their bytes, and instants are in UTC.
            Expr::Collate { expr, .. } => self.node(expr)?,
            Expr::AtTimeZone { timestamp, time_zone } if constant(time_zone).is_some_and(|z| z.eq_ignore_ascii_case("utc")) => {
                self.node(timestamp)?
            }
            Expr::Ceil {
                expr,
                field: CeilFloorKind::DateTimeField(_),
            } => {
                let args = vec![self.node(expr)?];
                call("ceil", args)?
            }
            Expr::Floor {
                expr,
                field: CeilFloorKind::DateTimeField(_),
            } => {
                let args = vec![self.node(expr)?];
                call("floor", args)?
            }
            Expr::Function(function) => {
                let name = function.name.to_string().to_lowercase();
                let name = name.rsplit('.').next().unwrap_or(&name).trim_matches('"');
                match name {
                    "current_date" => return Ok(Node::Literal(Cell::Date(TODAY))),
                    "now" | "current_timestamp" | "localtimestamp" => {
                        return Ok(Node::Literal(Cell::Timestamp((i64::from(TODAY) + 1) * DAY_MICROS - 1_000_000)));
                    }
                    _ => {}
                }
                let FunctionArguments::List(list) = &function.args else {
                    return Err(unsupported());
                };
                if let (
                    "regexp_like",
                    [
                        FunctionArg::Unnamed(FunctionArgExpr::Expr(text)),
                        FunctionArg::Unnamed(FunctionArgExpr::Expr(pattern)),
                        flags @ ..,
                    ],
                ) = (name, list.args.as_slice())
                {
                    let fold = match flags {
                        [] => false,
                        [flag] if flag.to_string() == "'i'" => true,
                        _ => return Err(unsupported()),
                    };
                    let text = self.boxed(text)?;
                    return found(text, pattern, |pattern| Regex::new(pattern, fold))?.ok_or_else(unsupported);
                }
                let mut args = Vec::new();
                for arg in &list.args {
                    let FunctionArg::Unnamed(FunctionArgExpr::Expr(arg)) = arg else {
                        return Err(unsupported());
                    };
                    args.push(self.node(arg)?);
                }
                if function.over.is_some() || function.filter.is_some() {
                    return Err(unsupported());
                }
                call(name, args)?
            }
            _ => return Err(unsupported()),
        })
    }

    fn boxed(&mut self, expr: &Expr) -> Result<Box<Node>, ExpressionError> {
        self.node(expr).map(Box::new)
    }

    fn column(&mut self, ident: &Ident) -> Compiled {
        let Some(names) = self.names else { return Ok(Node::Column(0)) };
        let found = match ident.quote_style {
            Some(_) => names.iter().position(|n| *n == ident.value),
            // Not quoted: the folded name first, then any case, as sources with mixed-case names spell them.
            None => {
                let folded = ident.value.to_lowercase();
                names
                    .iter()
                    .position(|n| *n == folded)
                    .or_else(|| names.iter().position(|n| n.eq_ignore_ascii_case(&ident.value)))
            }
        };
        match found {
            Some(position) => {
                self.columns.insert(position);
                Ok(Node::Column(position))
            }
            None => Err(ExpressionError::UnknownColumn {
                name: ident.value.clone(),
                hint: suggest::hint(&ident.value, names.iter().copied()),
            }),
        }
    }

    fn elements(&mut self, expr: &Expr) -> Result<Vec<Node>, ExpressionError> {
        match expr {
            Expr::Array(array) => array.elem.iter().map(|e| self.node(e)).collect(),
            Expr::Nested(inner) => self.elements(inner),
            Expr::Cast { expr, .. } => self.elements(expr),
            other => Err(ExpressionError::Unsupported { what: other.to_string() }),
        }
    }

    /// `x > ANY (ARRAY[a, b])`: a comparison with each, joined.
    fn each(
        &mut self,
        left: &Expr,
        op: &BinaryOperator,
        right: &Expr,
        join: fn(Box<Node>, Box<Node>) -> Node,
    ) -> Result<Option<Node>, ExpressionError> {
        let list = match right {
            Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => return self.each(left, op, inner, join),
            Expr::Array(array) => &array.elem,
            _ => return Ok(None),
        };
        let mut out: Option<Node> = None;
        for item in list {
            let Some(one) = self.binary(left, op, item)? else { return Ok(None) };
            out = Some(match out {
                Some(before) => join(Box::new(before), Box::new(one)),
                None => one,
            });
        }
        Ok(out)
    }

    fn binary(&mut self, left: &Expr, op: &BinaryOperator, right: &Expr) -> Result<Option<Node>, ExpressionError> {
        let compare = |c| Some(Ok(c));
        let kind: Option<Result<Comparison, Arithmetic>> = match op {
            BinaryOperator::Eq => compare(Comparison::Equal),
            BinaryOperator::NotEq => compare(Comparison::NotEqual),
            BinaryOperator::Lt => compare(Comparison::Less),
            BinaryOperator::LtEq => compare(Comparison::LessOrEqual),
            BinaryOperator::Gt => compare(Comparison::Greater),
            BinaryOperator::GtEq => compare(Comparison::GreaterOrEqual),
            BinaryOperator::Plus => Some(Err(Arithmetic::Add)),
            BinaryOperator::Minus => Some(Err(Arithmetic::Subtract)),
            BinaryOperator::Multiply => Some(Err(Arithmetic::Multiply)),
            BinaryOperator::Divide => Some(Err(Arithmetic::Divide)),
            BinaryOperator::Modulo => Some(Err(Arithmetic::Modulo)),
            BinaryOperator::PGExp => Some(Err(Arithmetic::Power)),
            _ => None,
        };
        let matching = match op {
            BinaryOperator::PGRegexMatch => Some((false, false)),
            BinaryOperator::PGRegexIMatch => Some((true, false)),
            BinaryOperator::PGRegexNotMatch => Some((false, true)),
            BinaryOperator::PGRegexNotIMatch => Some((true, true)),
            _ => None,
        };
        if let Some((fold, negated)) = matching {
            let node = found(self.boxed(left)?, right, |pattern| Regex::new(pattern, fold))?;
            return Ok(node.map(|node| negate_if(negated, node)));
        }
        let (l, r) = (self.boxed(left)?, self.boxed(right)?);
        Ok(Some(match (kind, op) {
            (Some(Ok(comparison)), _) => Node::Compare(comparison, l, r),
            (Some(Err(arithmetic)), _) => Node::Arithmetic(arithmetic, l, r),
            (None, BinaryOperator::And) => Node::And(l, r),
            (None, BinaryOperator::Or) => Node::Or(l, r),
            (None, BinaryOperator::PGStartsWith) => call("starts_with", vec![*l, *r])?,
            (None, BinaryOperator::Xor) => Node::Compare(Comparison::NotEqual, l, r),
            (None, BinaryOperator::StringConcat) => Node::Concat(l, r),
            (None, BinaryOperator::PGLikeMatch) => Node::Like {
                text: l,
                pattern: r,
                fold: false,
            },
            (None, BinaryOperator::PGILikeMatch) => Node::Like {
                text: l,
                pattern: r,
                fold: true,
            },
            (None, BinaryOperator::PGNotLikeMatch) => not(Node::Like {
                text: l,
                pattern: r,
                fold: false,
            }),
            _ => return Ok(None),
        }))
    }
}

/// Whether a text matches a regular expression; None where that is no constant.
fn found(text: Box<Node>, pattern: &Expr, compile: impl Fn(&str) -> Result<Regex, String>) -> Result<Option<Node>, ExpressionError> {
    let Some(pattern) = constant(pattern) else { return Ok(None) };
    let regex = compile(&pattern).map_err(|why| ExpressionError::Unsupported {
        what: format!(
            "the regular expression '{}', for {why},",
            pattern.chars().take(200).collect::<String>()
        ),
    })?;
    Ok(Some(Node::Matches {
        text,
        regex: Arc::new(regex),
    }))
}

/// A text constant, also where it is cast.
fn constant(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => constant(inner),
        Expr::Value(value) => value.value.clone().into_string(),
        _ => None,
    }
}

pub(super) fn call(name: &str, args: Vec<Node>) -> Compiled {
    let function = function::find(name).ok_or_else(|| ExpressionError::Unsupported {
        what: format!(
            "function {name}(){}",
            suggest::hint(name, function::FUNCTIONS.iter().map(|f| f.name))
        ),
    })?;
    if args.len() < function.arguments.0 || args.len() > function.arguments.1 {
        let wanted = match function.arguments {
            (least, most) if least == most => least.to_string(),
            (least, 99) => format!("{least} or more"),
            (least, most) => format!("{least} to {most}"),
        };
        return Err(ExpressionError::Unsupported {
            what: format!("function {name}() with {} arguments instead of {wanted}", args.len()),
        });
    }
    Ok(Node::Call(function, args))
}

fn not(node: Node) -> Node {
    Node::Not(Box::new(node))
}

fn negate_if(negated: bool, node: Node) -> Node {
    if negated { not(node) } else { node }
}

fn literal(value: &Value) -> Option<Cell> {
    Some(match value {
        Value::Number(text, _) => text.parse().map(Cell::Int).or_else(|_| text.parse().map(Cell::Num)).ok()?,
        Value::Boolean(b) => Cell::Bool(*b),
        Value::Null => Cell::Null,
        other => Cell::Text(other.clone().into_string()?),
    })
}

fn physical(data_type: &DataType) -> Option<Physical> {
    physical_of(&data_type.to_string())
}

/// The physical type of a type's SQL name; None when values have no form of their own.
pub(super) fn physical_of(name: &str) -> Option<Physical> {
    let text = name.to_lowercase();
    let name = text.split('(').next().unwrap_or(&text).trim();
    Some(match name {
        "smallint" | "int2" => Physical::Int(16),
        "integer" | "int" | "int4" => Physical::Int(32),
        "bigint" | "int8" => Physical::Int(64),
        "timestamp without time zone" | "timestamp with time zone" | "timestamptz" => Physical::Timestamp,
        "character varying" | "bpchar" | "character" => Physical::Text(None),
        "double precision" | "float8" | "float4" | "real" | "numeric" | "decimal" => Physical::Float,
        _ => match text.parse::<SqlType>() {
            Ok(SqlType::Other(_)) | Err(_) => return None,
            Ok(t) => Physical::of(&t),
        },
    })
}

/// The digits after the point of `numeric(p, s)` and `numeric(p)`; None where the type says nothing of them.
pub(super) fn digits_of(name: &str) -> Option<i64> {
    let text = name.to_lowercase();
    let (name, sizes) = text.split_once('(')?;
    let mut sizes = sizes.trim_end_matches(')').split(',').map(|n| n.trim().parse::<i64>());
    let decimal = ["numeric", "decimal"].contains(&name.trim());
    decimal.then(|| sizes.nth(1).and_then(Result::ok).unwrap_or(0))
}

/// "1 month", "2 days 03:00", "1 year" as months and microseconds.
pub(super) fn interval(text: &str) -> Option<Cell> {
    let (mut months, mut micros) = (0_i32, 0_i64);
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        if word.contains(':') {
            micros += calendar::parse_time(word)?;
            continue;
        }
        let amount: i64 = word.parse().ok()?;
        match words.next()?.to_lowercase().trim_end_matches('s') {
            "year" => months = months.checked_add(i32::try_from(amount).ok()?.checked_mul(12)?)?,
            "month" | "mon" => months = months.checked_add(i32::try_from(amount).ok()?)?,
            "week" => micros = micros.checked_add(amount.checked_mul(7 * DAY_MICROS)?)?,
            "day" => micros = micros.checked_add(amount.checked_mul(DAY_MICROS)?)?,
            "hour" => micros = micros.checked_add(amount.checked_mul(3_600_000_000)?)?,
            "minute" | "min" => micros = micros.checked_add(amount.checked_mul(60_000_000)?)?,
            "second" | "sec" => micros = micros.checked_add(amount.checked_mul(1_000_000)?)?,
            _ => return None,
        }
    }
    Some(Cell::Interval(months, micros))
}
