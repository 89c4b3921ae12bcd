//! Operators: what stands between and after values, by its binding power. Comparisons chain as in Python: `a < b < c` compares `b` twice.

use super::super::{Arithmetic, Comparison, Node};
use super::{AND, CAST, COMPARE, CONCAT, CONDITIONAL, NOT, OR, POWER, PRODUCT, Parsed, Parser, SIGN, SUM, cast, choose, not, shown};
use crate::datagen::expression::lex::Token;

impl Parser<'_, '_> {
    /// The binding power of the operator that follows, if one does.
    pub(super) fn binding(&self) -> Option<u8> {
        Some(match self.peek() {
            Token::Sign(sign) => match *sign {
                "&&" | "&" => AND,
                "|" => OR,
                "==" | "=" | "!=" | "<>" | "<" | "<=" | ">" | ">=" => COMPARE,
                "||" => CONCAT,
                "+" | "-" => SUM,
                "*" | "/" | "//" | "%" => PRODUCT,
                "**" | "^" => POWER,
                "::" => CAST,
                _ => return None,
            },
            Token::Word(word) => match word.to_ascii_lowercase().as_str() {
                "if" => CONDITIONAL,
                "or" => OR,
                "and" => AND,
                "in" | "is" | "between" | "like" | "ilike" | "not" => COMPARE,
                _ => return None,
            },
            _ => return None,
        })
    }

    pub(super) fn infix(&mut self, left: Node, binding: u8, compared: &mut Option<Node>) -> Parsed {
        let token = self.next();
        let last = compared.take();
        let sign = match &token {
            Token::Sign(sign) => (*sign).to_owned(),
            Token::Word(word) => word.to_ascii_lowercase(),
            _ => String::new(),
        };
        let arithmetic = |op| move |l: Node, r: Node| Node::Arithmetic(op, Box::new(l), Box::new(r));
        Ok(match sign.as_str() {
            "if" => {
                let condition = self.expression(OR)?;
                self.expect_word("else")?;
                let otherwise = self.expression(CONDITIONAL)?;
                choose(condition, left, otherwise)
            }
            "or" | "|" => Node::Or(Box::new(left), Box::new(self.expression(AND)?)),
            "and" | "&" | "&&" => Node::And(Box::new(left), Box::new(self.expression(NOT)?)),
            "==" | "=" | "!=" | "<>" | "<" | "<=" | ">" | ">=" => {
                let op = match sign.as_str() {
                    "==" | "=" => Comparison::Equal,
                    "!=" | "<>" => Comparison::NotEqual,
                    "<" => Comparison::Less,
                    "<=" => Comparison::LessOrEqual,
                    ">" => Comparison::Greater,
                    _ => Comparison::GreaterOrEqual,
                };
                let right = self.expression(CONCAT)?;
                *compared = Some(right.clone());
                match last {
                    // a < b < c: b is compared on both sides.
                    Some(middle) => {
                        let next = Node::Compare(op, Box::new(middle), Box::new(right));
                        Node::And(Box::new(left), Box::new(next))
                    }
                    None => Node::Compare(op, Box::new(left), Box::new(right)),
                }
            }
            "not" => {
                let word = self.next();
                let Token::Word(word) = word else {
                    self.at -= 1;
                    return Err(self.fail("NOT stands before a condition, or in NOT IN, NOT BETWEEN and NOT LIKE".into()));
                };
                not(self.predicate(left, &word.to_ascii_lowercase())?)
            }
            "in" | "between" | "like" | "ilike" | "is" => self.predicate(left, &sign)?,
            "||" => Node::Concat(Box::new(left), Box::new(self.expression(SUM)?)),
            "+" => arithmetic(Arithmetic::Add)(left, self.expression(PRODUCT)?),
            "-" => arithmetic(Arithmetic::Subtract)(left, self.expression(PRODUCT)?),
            "*" => arithmetic(Arithmetic::Multiply)(left, self.expression(SIGN)?),
            "/" => arithmetic(Arithmetic::Quotient)(left, self.expression(SIGN)?),
            "//" => arithmetic(Arithmetic::FloorDivide)(left, self.expression(SIGN)?),
            "%" => arithmetic(Arithmetic::FloorModulo)(left, self.expression(SIGN)?),
            // To the right, and tighter than a sign on its left but not on its right: 2 ** -1.
            "**" | "^" => arithmetic(Arithmetic::Power)(left, self.expression(SIGN)?),
            "::" => {
                let target = self.type_name()?;
                cast(left, target)?
            }
            _ => return Err(self.fail(format!("{} with binding {binding} is no operator", shown(&token)))),
        })
    }

    /// IN, BETWEEN, LIKE, IS: `left` and the word are read.
    fn predicate(&mut self, left: Node, word: &str) -> Parsed {
        Ok(match word {
            "in" => {
                let close = if self.take("[") {
                    "]"
                } else {
                    self.expect("(")?;
                    ")"
                };
                let list = self.list(close)?;
                if list.is_empty() {
                    return Err(self.fail("IN needs at least one value".into()));
                }
                Node::In(Box::new(left), list)
            }
            "between" => {
                let low = self.expression(CONCAT)?;
                self.expect_word("and")?;
                let high = self.expression(CONCAT)?;
                Node::And(
                    Box::new(Node::Compare(Comparison::GreaterOrEqual, Box::new(left.clone()), Box::new(low))),
                    Box::new(Node::Compare(Comparison::LessOrEqual, Box::new(left), Box::new(high))),
                )
            }
            "like" | "ilike" => Node::Like {
                text: Box::new(left),
                pattern: Box::new(self.expression(CONCAT)?),
                fold: word == "ilike",
            },
            "is" => {
                let negated = self.take_word("not");
                let node = if self.take_word("null") || self.take_word("none") || self.take_word("unknown") {
                    Node::IsNull(Box::new(left))
                } else if self.take_word("true") {
                    Node::IsTrue(Box::new(left))
                } else if self.take_word("false") {
                    Node::IsTrue(Box::new(not(left)))
                } else if self.take_word("distinct") {
                    self.expect_word("from")?;
                    Node::Distinct(Box::new(left), Box::new(self.expression(CONCAT)?))
                } else {
                    return Err(self.fail("after IS stands [NOT] NULL, TRUE, FALSE or DISTINCT FROM".into()));
                };
                if negated { not(node) } else { node }
            }
            _ => return Err(self.fail("NOT stands before a condition, or in NOT IN, NOT BETWEEN and NOT LIKE".into())),
        })
    }
}
