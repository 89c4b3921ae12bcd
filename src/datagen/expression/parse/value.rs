//! Values: literals, names, parentheses, and the forms of SQL that begin with a word (`CASE`, `CAST`, `EXTRACT`, `INTERVAL`).

use super::super::{ExpressionError, Node, TODAY, compile};
use super::call::now;
use super::{NOT, Parsed, Parser, SIGN, cast, not, shown};
use crate::datagen::cell::{Cell, Physical};
use crate::datagen::expression::lex::Token;

impl Parser<'_, '_> {
    pub(super) fn prefix(&mut self) -> Parsed {
        Ok(match self.next() {
            Token::Number(text) => {
                let number = text.parse().map(Cell::Int).or_else(|_| text.parse().map(Cell::Num));
                match number {
                    Ok(Cell::Num(x)) if !x.is_finite() => return Err(self.fail(format!("{text} is past every number"))),
                    Ok(cell) => Node::Literal(cell),
                    Err(_) => return Err(self.fail(format!("{text} is no number"))),
                }
            }
            Token::Text(text) => Node::Literal(Cell::Text(text)),
            Token::Quoted(name) => self.quoted(name)?,
            Token::Sign("(") => {
                let inner = self.expression(0)?;
                self.expect(")")?;
                inner
            }
            Token::Sign("-") => match self.expression(SIGN)? {
                Node::Literal(Cell::Int(x)) => Node::Literal(Cell::Int(x.wrapping_neg())),
                Node::Literal(Cell::Num(x)) => Node::Literal(Cell::Num(-x)),
                other => Node::Negate(Box::new(other)),
            },
            Token::Sign("+") => self.expression(SIGN)?,
            Token::Sign("!") => not(self.expression(NOT)?),
            Token::Word(word) => self.word(word)?,
            other => {
                self.at -= 1;
                return Err(self.fail(format!("expected a value, found {}", shown(&other))));
            }
        })
    }

    /// A name in double quotes is a column if there is one; else it is a text, as Python writes them.
    fn quoted(&mut self, name: String) -> Parsed {
        if matches!(self.peek(), Token::Sign(".")) {
            return self.path(name, true);
        }
        match (self.resolve)(None, &name, true) {
            Ok(position) => Ok(Node::Column(position)),
            Err(ExpressionError::UnknownColumn { .. }) => Ok(Node::Literal(Cell::Text(name))),
            Err(error) => Err(error),
        }
    }

    /// `table.column`, `schema.table.column`, or a column alone; the first name is read.
    fn path(&mut self, first: String, mut quoted: bool) -> Parsed {
        let mut names = vec![first];
        while self.take(".") {
            match self.next() {
                Token::Word(name) => {
                    quoted = false;
                    names.push(name);
                }
                Token::Quoted(name) => {
                    quoted = true;
                    names.push(name);
                }
                other => {
                    self.at -= 1;
                    return Err(self.fail(format!("expected a column after the point, found {}", shown(&other))));
                }
            }
        }
        let name = names.pop().unwrap_or_default();
        let qualifier = (!names.is_empty()).then(|| names.join("."));
        (self.resolve)(qualifier.as_deref(), &name, quoted).map(Node::Column)
    }

    fn word(&mut self, word: String) -> Parsed {
        let lower = word.to_ascii_lowercase();
        let call_follows = matches!(self.peek(), Token::Sign("("));
        let text_follows = matches!(self.peek(), Token::Text(_));
        Ok(match lower.as_str() {
            "null" | "none" => Node::Literal(Cell::Null),
            "true" => Node::Literal(Cell::Bool(true)),
            "false" => Node::Literal(Cell::Bool(false)),
            "not" => not(self.expression(NOT)?),
            "current_date" => Node::Literal(Cell::Date(TODAY)),
            "current_timestamp" | "localtimestamp" => now(),
            "case" if !call_follows || self.is_word(1, "when") => self.case()?,
            "interval" if text_follows || matches!(self.peek(), Token::Number(_)) => self.interval()?,
            "date" | "timestamp" | "time" if text_follows => {
                let Token::Text(text) = self.next() else {
                    return Err(self.fail("expected a text".into()));
                };
                let target = match lower.as_str() {
                    "date" => Physical::Date,
                    "timestamp" => Physical::Timestamp,
                    _ => Physical::Time,
                };
                let value = Cell::Text(text.clone()).cast(target);
                Node::Literal(value.map_err(|_| self.fail(format!("'{text}' is no {lower}; write it as 2024-03-01 or 2024-03-01 08:30")))?)
            }
            "cast" if call_follows => {
                self.expect("(")?;
                let inner = self.expression(0)?;
                self.expect_word("as")?;
                let target = self.type_name()?;
                self.expect(")")?;
                cast(inner, target)?
            }
            "extract" if call_follows => {
                self.expect("(")?;
                let field = match self.next() {
                    Token::Word(field) | Token::Text(field) => field.to_ascii_lowercase(),
                    other => return Err(self.fail(format!("expected YEAR, MONTH, ... found {}", shown(&other)))),
                };
                self.expect_word("from")?;
                let inner = self.expression(0)?;
                self.expect(")")?;
                self.call("date_part", vec![Node::Literal(Cell::Text(field)), inner])?
            }
            "substring" if call_follows => {
                self.expect("(")?;
                let mut args = vec![self.expression(0)?];
                if self.take_word("from") {
                    args.push(self.expression(0)?);
                    if self.take_word("for") {
                        args.push(self.expression(0)?);
                    }
                    self.expect(")")?;
                } else {
                    self.expect(",")?;
                    args.extend(self.list(")")?);
                }
                self.call("substr", args)?
            }
            _ if call_follows => {
                self.expect("(")?;
                let args = self.list(")")?;
                self.call(&lower, args)?
            }
            _ => self.path(word, false)?,
        })
    }

    fn case(&mut self) -> Parsed {
        let operand = if self.is_word(0, "when") {
            None
        } else {
            Some(Box::new(self.expression(0)?))
        };
        let mut branches = Vec::new();
        while self.take_word("when") {
            let when = self.expression(0)?;
            self.expect_word("then")?;
            branches.push((when, self.expression(0)?));
        }
        if branches.is_empty() {
            return Err(self.fail(format!("expected WHEN, found {}", shown(self.peek()))));
        }
        let otherwise = if self.take_word("else") {
            self.expression(0)?
        } else {
            Node::Literal(Cell::Null)
        };
        self.expect_word("end")?;
        Ok(Node::Case {
            operand,
            branches,
            otherwise: Box::new(otherwise),
        })
    }

    /// `INTERVAL '2 days 03:00'`, `INTERVAL '2' DAY`, `INTERVAL 2 DAY`.
    fn interval(&mut self) -> Parsed {
        let (Token::Text(text) | Token::Number(text)) = self.next() else {
            return Err(self.fail("expected the interval's text".into()));
        };
        let unit = ["year", "month", "week", "day", "hour", "minute", "second"]
            .into_iter()
            .find(|u| matches!(self.peek(), Token::Word(w) if w.to_ascii_lowercase().trim_end_matches('s') == *u));
        let text = match unit {
            Some(unit) => {
                self.at += 1;
                format!("{text} {unit}")
            }
            None => text,
        };
        let read = compile::interval(&text);
        Ok(Node::Literal(read.ok_or_else(|| {
            self.fail(format!("'{text}' is no interval; write it as '1 month' or '2 days 03:00'"))
        })?))
    }

    /// A type, and the digits after the point where it is a decimal of so many.
    pub(super) fn type_name(&mut self) -> Result<(Physical, Option<i64>), ExpressionError> {
        let Token::Word(mut name) = self.next() else {
            self.at -= 1;
            return Err(self.fail(format!("expected a type, found {}", shown(self.peek()))));
        };
        while let Token::Word(word) = self.peek() {
            if !["precision", "varying", "without", "with", "time", "zone"].contains(&word.to_ascii_lowercase().as_str()) {
                break;
            }
            name = format!("{name} {word}");
            self.at += 1;
        }
        if self.take("(") {
            name.push('(');
            loop {
                match self.next() {
                    Token::Number(n) => name.push_str(&n),
                    Token::Sign(",") => name.push(','),
                    Token::Sign(")") => break,
                    other => return Err(self.fail(format!("expected a number in the type, found {}", shown(&other)))),
                }
            }
            name.push(')');
        }
        let digits = compile::digits_of(&name);
        let physical = compile::physical_of(&name).ok_or_else(|| ExpressionError::Unsupported {
            what: format!("the type {name}"),
        })?;
        Ok((physical, digits))
    }
}
