//! The expression language of derived columns: a Pratt parser from text to row expressions.
//!
//! One front end for what people and language models write: SQL's scalar expressions (`CASE`, `CAST`, `::`, `IN`, `BETWEEN`, `LIKE`, `IS NULL`, `||`,
//! `EXTRACT`, `INTERVAL`) and Python's (`a if c else b`, `//`, `**`, `==`, chained comparisons, `where(c, a, b)`). Unlike SQL, `/` always divides to a
//! fraction; `//` and `%` floor. Limit: [`NESTING_MAX`] levels, [`CHAIN_MAX`] operators in one chain.

mod call;
mod operator;
mod value;

use super::lex::{Token, tokens};
use super::{ExpressionError, Node, compile};
use crate::datagen::cell::{Cell, Physical};
use crate::kernel::limits;

/// Most operators in a row on one level (`a + b + c ...`): each is a level of the tree that evaluation descends.
const CHAIN_MAX: usize = 400;

/// Most levels: parentheses, arguments and right sides of operators.
const NESTING_MAX: usize = 2 * limits::SQL_NESTING_MAX;

type Parsed = Result<Node, ExpressionError>;

/// Finds the position of a column: qualifier, name, whether it was quoted.
pub(super) type Resolve<'a> = dyn FnMut(Option<&str>, &str, bool) -> Result<usize, ExpressionError> + 'a;

/// Parses `text`; columns are what `resolve` says.
pub(super) fn parse(text: &str, resolve: &mut Resolve<'_>) -> Parsed {
    let mut parser = Parser {
        text,
        tokens: tokens(text)?,
        at: 0,
        depth: 0,
        chain: 0,
        resolve,
    };
    let node = parser.expression(0)?;
    match parser.peek() {
        Token::End => Ok(node),
        other => {
            let message = format!("{} is left over; is an operator missing before it?", shown(other));
            Err(parser.fail(message))
        }
    }
}

fn shown(token: &Token) -> String {
    match token {
        Token::Number(t) | Token::Word(t) => format!("{t:?}"),
        Token::Text(t) => format!("'{t}'"),
        Token::Quoted(t) => format!("{t:?}"),
        Token::Sign(s) => format!("\"{s}\""),
        Token::End => "the end".to_owned(),
    }
}

// Binding powers, loosest first.
const CONDITIONAL: u8 = 1;
const OR: u8 = 2;
const AND: u8 = 3;
const NOT: u8 = 4;
const COMPARE: u8 = 5;
const CONCAT: u8 = 6;
const SUM: u8 = 7;
const PRODUCT: u8 = 8;
const SIGN: u8 = 9;
const POWER: u8 = 10;
const CAST: u8 = 11;

struct Parser<'a, 'r> {
    text: &'a str,
    tokens: Vec<(Token, usize)>,
    at: usize,
    depth: usize,
    /// Operators of the chains that are open.
    chain: usize,
    resolve: &'r mut Resolve<'r>,
}

impl Parser<'_, '_> {
    fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |(t, _)| t)
    }
    fn peek_after(&self, n: usize) -> &Token {
        self.tokens.get(self.at + n).map_or(&Token::End, |(t, _)| t)
    }
    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }
    fn fail(&self, message: String) -> ExpressionError {
        let place = self.tokens.get(self.at).or(self.tokens.last()).map_or(1, |(_, p)| *p);
        ExpressionError::grammar(self.text, place, message)
    }
    fn is_word(&self, n: usize, word: &str) -> bool {
        matches!(self.peek_after(n), Token::Word(w) if w.eq_ignore_ascii_case(word))
    }
    fn take_word(&mut self, word: &str) -> bool {
        let found = self.is_word(0, word);
        self.at += usize::from(found);
        found
    }
    fn take(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Token::Sign(s) if *s == sign);
        self.at += usize::from(found);
        found
    }
    fn expect(&mut self, sign: &str) -> Result<(), ExpressionError> {
        if self.take(sign) {
            return Ok(());
        }
        Err(self.fail(format!("expected \"{sign}\", found {}", shown(self.peek()))))
    }
    fn expect_word(&mut self, word: &str) -> Result<(), ExpressionError> {
        if self.take_word(word) {
            return Ok(());
        }
        Err(self.fail(format!("expected {}, found {}", word.to_uppercase(), shown(self.peek()))))
    }

    fn expression(&mut self, least: u8) -> Parsed {
        self.depth += 1;
        if self.depth > NESTING_MAX || self.chain > CHAIN_MAX {
            return Err(ExpressionError::TooLarge {
                max: limits::SQL_BYTES_MAX,
            });
        }
        let chain = self.chain;
        let mut left = self.prefix()?;
        // What a comparison compared last, for chains.
        let mut compared: Option<Node> = None;
        while let Some(binding) = self.binding().filter(|b| *b >= least) {
            self.chain += 1;
            if self.chain > CHAIN_MAX {
                return Err(ExpressionError::TooLarge {
                    max: limits::SQL_BYTES_MAX,
                });
            }
            left = self.infix(left, binding, &mut compared)?;
        }
        // Finished siblings are levels beside this one, not under it.
        self.chain = chain;
        self.depth -= 1;
        Ok(left)
    }
    /// Expressions between commas up to the closing sign.
    fn list(&mut self, close: &str) -> Result<Vec<Node>, ExpressionError> {
        let mut out = Vec::new();
        while !self.take(close) {
            if !out.is_empty() {
                self.expect(",")?;
                // Python allows a comma before the end.
                if self.take(close) {
                    break;
                }
            }
            out.push(self.expression(0)?);
        }
        Ok(out)
    }
}

fn not(node: Node) -> Node {
    Node::Not(Box::new(node))
}

fn cast(node: Node, (target, digits): (Physical, Option<i64>)) -> Parsed {
    let cast = Node::Cast(Box::new(node), target);
    match digits {
        Some(digits) => compile::call("round", vec![cast, Node::Literal(Cell::Int(digits))]),
        None => Ok(cast),
    }
}

fn choose(condition: Node, then: Node, otherwise: Node) -> Node {
    Node::Case {
        operand: None,
        branches: vec![(condition, then)],
        otherwise: Box::new(otherwise),
    }
}

#[cfg(test)]
mod tests;
