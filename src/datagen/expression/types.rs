//! Types of derived expressions, checked when they are compiled: what no value can come of is refused with its parts, instead of being NULL in every row.
//!
//! Limit: what depends on a row (a text column that may hold a number) is left to the row. Invariant: an expression that passes has, for each of its
//! operators, some row whose value is not NULL.

use super::{Arithmetic, ExpressionError, Node};
use crate::datagen::cell::{Cell, Physical};

/// What values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Bool,
    Text,
    Day,
    Instant,
    Time,
    Span,
    /// NULL, or what differs by row.
    Any,
}

impl Kind {
    fn of(physical: Physical) -> Self {
        match physical {
            Physical::Int(_) | Physical::Float | Physical::Decimal(..) => Kind::Number,
            Physical::Bool => Kind::Bool,
            Physical::Text(_) => Kind::Text,
            Physical::Date => Kind::Day,
            Physical::Timestamp => Kind::Instant,
            Physical::Time => Kind::Time,
        }
    }
    fn of_cell(cell: &Cell) -> Self {
        match cell {
            Cell::Null => Kind::Any,
            Cell::Bool(_) => Kind::Bool,
            Cell::Int(_) | Cell::Num(_) => Kind::Number,
            Cell::Text(_) => Kind::Text,
            Cell::Date(_) => Kind::Day,
            Cell::Timestamp(_) => Kind::Instant,
            Cell::Time(_) => Kind::Time,
            Cell::Interval(..) => Kind::Span,
        }
    }
    fn name(self) -> &'static str {
        match self {
            Kind::Number => "a number",
            Kind::Bool => "a truth value",
            Kind::Text => "a text",
            Kind::Day => "a date",
            Kind::Instant => "a point in time",
            Kind::Time => "a time of day",
            Kind::Span => "a span of time",
            Kind::Any => "anything",
        }
    }
    fn dated(self) -> bool {
        matches!(self, Kind::Day | Kind::Instant)
    }
    fn counts(self) -> bool {
        matches!(self, Kind::Number | Kind::Bool)
    }
}

/// Columns by position: their names and physical types.
pub(super) type Columns<'a> = dyn Fn(usize) -> Option<(String, Physical)> + 'a;

type Typed = Result<Kind, ExpressionError>;

/// Fails on an operator or function whose operands are of kinds that it gives no value for.
pub(super) fn check(root: &Node, columns: &Columns<'_>) -> Result<(), ExpressionError> {
    Checker { columns }.kind(root).map(drop)
}

struct Checker<'a> {
    columns: &'a Columns<'a>,
}

impl Checker<'_> {
    fn shown(&self, node: &Node) -> String {
        match node {
            Node::Literal(Cell::Text(text)) => format!("'{}'", text.chars().take(40).collect::<String>()),
            Node::Literal(Cell::Null) => "NULL".into(),
            Node::Literal(cell) => cell.text(),
            Node::Column(at) => (self.columns)(*at).map_or("a column".into(), |(name, _)| name),
            Node::Call(function, _) => format!("{}(...)", function.name),
            _ => "(...)".into(),
        }
    }

    fn fail(&self, what: &str, parts: &[(&Node, Kind)], way: &str) -> Typed {
        let parts: Vec<String> = parts.iter().map(|(n, k)| format!("{} is {}", self.shown(n), k.name())).collect();
        Err(ExpressionError::Types {
            message: format!("{what}: {}; {way}", parts.join(" and ")),
        })
    }

    fn kind(&self, node: &Node) -> Typed {
        Ok(match node {
            Node::Literal(cell) => Kind::of_cell(cell),
            Node::Column(at) => (self.columns)(*at).map_or(Kind::Any, |(_, physical)| Kind::of(physical)),
            Node::Not(of) => {
                self.condition(of, "not")?;
                Kind::Bool
            }
            Node::Negate(of) => match self.kind(of)? {
                k @ (Kind::Number | Kind::Span | Kind::Any) => k,
                Kind::Bool => Kind::Number,
                k => return self.fail("- turns numbers around", &[(of.as_ref(), k)], "leave it out"),
            },
            Node::And(a, b) => {
                self.condition(a, "and (&)")?;
                self.condition(b, "and (&)")?;
                Kind::Bool
            }
            Node::Or(a, b) => {
                self.condition(a, "or (|)")?;
                self.condition(b, "or (|)")?;
                Kind::Bool
            }
            Node::Compare(_, a, b) => {
                self.comparable(a, b)?;
                Kind::Bool
            }
            Node::Distinct(a, b) => {
                self.comparable(a, b)?;
                Kind::Bool
            }
            Node::In(a, list) => {
                for item in list {
                    self.comparable(a, item)?;
                }
                Kind::Bool
            }
            Node::IsNull(of) => {
                self.kind(of)?;
                Kind::Bool
            }
            Node::IsTrue(of) => {
                self.condition(of, "is true")?;
                Kind::Bool
            }
            Node::Like { text, pattern, .. } => {
                self.kind(text)?;
                self.kind(pattern)?;
                Kind::Bool
            }
            Node::Matches { text, .. } => {
                self.kind(text)?;
                Kind::Bool
            }
            Node::Concat(a, b) => {
                self.kind(a)?;
                self.kind(b)?;
                Kind::Text
            }
            Node::Arithmetic(op, a, b) => self.arithmetic(*op, a, b)?,
            Node::Case {
                operand,
                branches,
                otherwise,
            } => {
                let mut out = self.kind(otherwise)?;
                for (when, then) in branches {
                    match operand {
                        Some(of) => self.comparable(of, when)?,
                        None => self.condition(when, "a condition")?,
                    }
                    out = either(out, self.kind(then)?);
                }
                out
            }
            Node::Cast(of, target) => {
                self.kind(of)?;
                if let Node::Literal(Cell::Text(text)) = of.as_ref() {
                    self.reads(text, *target)?;
                }
                Kind::of(*target)
            }
            Node::Call(function, args) => self.call(function.name, args)?,
        })
    }

    /// A literal text that stands for a value of another type is one.
    fn reads(&self, text: &str, target: Physical) -> Result<(), ExpressionError> {
        match target {
            Physical::Text(_) => Ok(()),
            _ => Cell::Text(text.to_owned())
                .cast(target)
                .map(drop)
                .map_err(|_| ExpressionError::Types {
                    message: format!(
                        "'{text}' is no {}; correct the text",
                        Kind::of(target).name().trim_start_matches("a ")
                    ),
                }),
        }
    }

    fn condition(&self, node: &Node, what: &str) -> Result<(), ExpressionError> {
        match self.kind(node)? {
            Kind::Bool | Kind::Any => Ok(()),
            k => self
                .fail(
                    &format!("{what} takes what is true or false"),
                    &[(node, k)],
                    "compare it with something, as in x <> 0",
                )
                .map(drop),
        }
    }

    fn comparable(&self, a: &Node, b: &Node) -> Result<(), ExpressionError> {
        let (x, y) = (self.kind(a)?, self.kind(b)?);
        let form = |k: Kind| match k {
            Kind::Number => Some(Physical::Float),
            Kind::Bool => Some(Physical::Bool),
            Kind::Day => Some(Physical::Date),
            Kind::Instant => Some(Physical::Timestamp),
            Kind::Time => Some(Physical::Time),
            _ => None,
        };
        match (a, b) {
            (Node::Literal(Cell::Text(text)), _) if y != Kind::Text => return form(y).map_or(Ok(()), |p| self.reads(text, p)),
            (_, Node::Literal(Cell::Text(text))) if x != Kind::Text => return form(x).map_or(Ok(()), |p| self.reads(text, p)),
            _ => {}
        }
        let fits = x == y || x == Kind::Any || y == Kind::Any || (x.counts() && y.counts()) || (x.dated() && y.dated());
        if fits {
            return Ok(());
        }
        self.fail("a comparison takes two of a kind", &[(a, x), (b, y)], "cast one of them")
            .map(drop)
    }

    fn arithmetic(&self, op: Arithmetic, a: &Node, b: &Node) -> Typed {
        use Arithmetic::{Add, Multiply, Subtract};
        let (x, y) = (self.kind(a)?, self.kind(b)?);
        let sign = match op {
            Add => "+",
            Subtract => "-",
            Multiply => "*",
            Arithmetic::Divide | Arithmetic::Quotient => "/",
            Arithmetic::Modulo | Arithmetic::FloorModulo => "%",
            Arithmetic::Power => "**",
            Arithmetic::FloorDivide => "//",
        };
        Ok(match (op, x, y) {
            _ if x.counts() && y.counts() => Kind::Number,
            (Add | Subtract, Kind::Day, Kind::Number) | (Add, Kind::Number, Kind::Day) => Kind::Day,
            (Add | Subtract, Kind::Day | Kind::Instant, Kind::Span) | (Add, Kind::Span, Kind::Day | Kind::Instant) => Kind::Instant,
            (Subtract, Kind::Day, Kind::Day) => Kind::Number,
            (Subtract, Kind::Day | Kind::Instant, Kind::Day | Kind::Instant) | (Add, Kind::Span, Kind::Span) => Kind::Span,
            (Multiply, Kind::Span, Kind::Number) | (Multiply, Kind::Number, Kind::Span) => Kind::Span,
            (_, Kind::Text, _) | (_, _, Kind::Text) => {
                let way = if op == Add {
                    "join texts with ||, or cast the text to a number"
                } else {
                    "cast the text to a number"
                };
                return self.fail(&format!("{sign} is for numbers"), &[(a, x), (b, y)], way);
            }
            (_, Kind::Any, _) | (_, _, Kind::Any) => Kind::Any,
            (Add | Subtract, Kind::Instant, Kind::Number) | (Add, Kind::Number, Kind::Instant) => {
                return self.fail(
                    &format!("{sign} gives no value of these"),
                    &[(a, x), (b, y)],
                    "say of what the number is, as in days(3)",
                );
            }
            (_, Kind::Span, Kind::Span | Kind::Number) => {
                return self.fail(
                    &format!("{sign} gives no value of these"),
                    &[(a, x), (b, y)],
                    "count the units of a span first, as in hours(t2 - t)",
                );
            }
            _ => return self.fail(&format!("{sign} gives no value of these"), &[(a, x), (b, y)], "convert one of them"),
        })
    }

    fn call(&self, name: &str, args: &[Node]) -> Typed {
        let kinds = args.iter().map(|a| self.kind(a)).collect::<Result<Vec<_>, _>>()?;
        let each = || args.iter().zip(kinds.iter().copied());
        let numbers = || match each().find(|(_, k)| !k.counts() && *k != Kind::Any) {
            Some((arg, k)) => self.fail(&format!("{name}() takes numbers"), &[(arg, k)], "cast it to a number"),
            None => Ok(Kind::Number),
        };
        let dated = |at: usize| match (args.get(at), kinds.get(at)) {
            (Some(Node::Literal(Cell::Text(text))), _) => self.reads(text, Physical::Timestamp),
            (Some(arg), Some(k @ (Kind::Number | Kind::Bool))) => self
                .fail(&format!("{name}() takes a date"), &[(arg, *k)], "give it a date or a point in time")
                .map(drop),
            _ => Ok(()),
        };
        Ok(match name {
            "abs" | "ceil" | "ceiling" | "floor" | "trunc" | "sign" | "round" | "sqrt" | "ln" | "exp" | "power" | "mod" => numbers()?,
            "greatest" | "least" | "coalesce" | "nullif" | "clip" => kinds.iter().copied().fold(Kind::Any, either),
            "length" | "char_length" | "character_length" | "octet_length" | "cardinality" | "array_length" | "num_nonnulls"
            | "num_nulls" | "int" | "float" | "strpos" => Kind::Number,
            "starts_with" => Kind::Bool,
            "year" | "month" | "day_of_month" | "day_of_week" | "day_of_year" | "quarter" | "week" | "hour" | "minute" | "second" => {
                dated(0)?;
                Kind::Number
            }
            "date_part" => {
                dated(1)?;
                Kind::Number
            }
            "date" => {
                dated(0)?;
                Kind::Day
            }
            "make_date" => numbers().map(|_| Kind::Day)?,
            "date_trunc" => {
                dated(1)?;
                Kind::Instant
            }
            "to_char" => {
                dated(0)?;
                Kind::Text
            }
            "substr" | "substring" => {
                if let Some(Node::Literal(from)) = args.get(1)
                    && from.number().is_some_and(|x| x < 1.0)
                {
                    return Err(ExpressionError::Types {
                        message: format!(
                            "{name}() from position {}: positions count from 1, and databases disagree about those below; use right(text, n) for the end",
                            from.text()
                        ),
                    });
                }
                Kind::Text
            }
            "span" => match (kinds.get(1).copied().unwrap_or(Kind::Any), kinds.get(2).copied()) {
                (Kind::Text, _) | (_, Some(Kind::Text)) => {
                    let texts: Vec<(&Node, Kind)> = each().filter(|(_, k)| *k == Kind::Text).collect();
                    return self.fail(
                        "seconds(), minutes(), hours() and days() take numbers and differences of dates",
                        &texts,
                        "cast it",
                    );
                }
                (Kind::Span, None) => Kind::Number,
                (a, Some(b)) if (a.dated() && b.dated()) || (a, b) == (Kind::Time, Kind::Time) => Kind::Number,
                (Kind::Any, _) | (_, Some(Kind::Any)) => Kind::Any,
                _ => Kind::Span,
            },
            _ => Kind::Text,
        })
    }
}

fn either(a: Kind, b: Kind) -> Kind {
    match (a, b) {
        (Kind::Any, other) | (other, Kind::Any) => other,
        (a, b) if a == b => a,
        (a, b) if a.dated() && b.dated() => Kind::Instant,
        (a, b) if a.counts() && b.counts() => Kind::Number,
        _ => Kind::Any,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Expression, ExpressionError};
    use crate::datagen::cell::Physical;

    fn told(text: &str) -> String {
        let columns = [
            ("n", Physical::Int(32)),
            ("word", Physical::Text(None)),
            ("day", Physical::Date),
            ("at", Physical::Timestamp),
            ("ok", Physical::Bool),
        ];
        let mut resolve = |_: Option<&str>, name: &str, _: bool| {
            let found = columns.iter().position(|(n, _)| *n == name);
            found.ok_or_else(|| ExpressionError::UnknownColumn {
                name: name.to_owned(),
                hint: String::new(),
            })
        };
        let typed = |at: usize| columns.get(at).map(|(n, p)| ((*n).to_owned(), *p));
        Expression::derived(text, &mut resolve)
            .and_then(|e| e.typed(&typed))
            .err()
            .map_or_else(String::new, |e| e.to_string())
    }

    #[test]
    fn what_has_no_value_in_any_row_is_refused_with_its_parts() {
        for (text, want) in [
            ("'a' + 'b'", "+ is for numbers: 'a' is a text and 'b' is a text; join texts with ||"),
            ("'1' + 1", "'1' is a text"),
            ("word * n", "word is a text and n is a number"),
            ("5 & 3", "and (&) takes what is true or false: 5 is a number"),
            ("n | 1 > 0", "or (|)"),
            ("not word", "word is a text"),
            ("1 if n else 2", "compare it with something"),
            ("date('2024-02-30')", "'2024-02-30' is no point in time"),
            ("day > '2024-02-30'", "'2024-02-30' is no date"),
            ("cast('x' as integer)", "'x' is no number"),
            ("day + day", "day is a date and day is a date"),
            ("at + 3", "days(3)"),
            ("(at - at) / hours(1)", "hours(t2 - t)"),
            ("day > 3", "two of a kind"),
            ("word = n", "two of a kind"),
            ("sqrt(word)", "sqrt() takes numbers"),
            ("year(n)", "year() takes a date"),
            ("substr(word, -2, 2)", "positions count from 1"),
            ("n in (1, 'x')", "'x' is no number"),
        ] {
            assert!(told(text).contains(want), "{text}: {}", told(text));
        }
    }

    #[test]
    fn what_has_values_passes() {
        for text in [
            "n + 1.5 * ok",
            "word || n",
            "day + n",
            "at + hours(n)",
            "hours(at - day) / 24",
            "day - DATE '2024-01-01'",
            "at - day",
            "(n > 1) & (word = 'x')",
            "coalesce(null, n) + 1",
            "'12' = n",
            "day >= '2024-02-29' and at < day",
            "case n when 1 then 'x' else null end || 1",
            "where(ok, n, null) * 2",
            "to_char(day, 'YYYY')",
            "days(n) + at",
            "interval '1 day' * n + at",
            "null + 1",
            "min(day, at)",
            "word in ('a', 'b') or ok = true",
            "date(word)",
            "substr(word, 1, 2)",
        ] {
            assert_eq!(told(text), "", "{text}");
        }
    }
}
