//! The expression language of derived columns: a Pratt parser from text to row expressions.
//!
//! One front end for what people and language models write: SQL's scalar expressions (`CASE`, `CAST`, `::`, `IN`, `BETWEEN`, `LIKE`, `IS NULL`, `||`,
//! `EXTRACT`, `INTERVAL`) and Python's (`a if c else b`, `//`, `**`, `==`, chained comparisons, `where(c, a, b)`). Unlike SQL, `/` always divides to a
//! fraction; `//` and `%` floor. Limit: [`NESTING_MAX`] levels, [`CHAIN_MAX`] operators in one chain.

use super::lex::{Token, tokens};
use super::{Arithmetic, Comparison, ExpressionError, Node, TODAY, compile, function};
use crate::datagen::calendar::DAY_MICROS;
use crate::datagen::cell::{Cell, Physical};
use crate::kernel::{limits, suggest};

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

    /// The binding power of the operator that follows, if one does.
    fn binding(&self) -> Option<u8> {
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

    fn infix(&mut self, left: Node, binding: u8, compared: &mut Option<Node>) -> Parsed {
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

    fn prefix(&mut self) -> Parsed {
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
    fn type_name(&mut self) -> Result<(Physical, Option<i64>), ExpressionError> {
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

    fn call(&mut self, name: &str, args: Vec<Node>) -> Parsed {
        let count = args.len();
        let wrong = |want: &str| {
            Err(ExpressionError::Unsupported {
                what: format!("function {name}() with {count} arguments instead of {want}"),
            })
        };
        match name {
            "where" | "iif" | "if_else" => match <[Node; 3]>::try_from(args) {
                Ok([condition, then, otherwise]) => Ok(choose(condition, then, otherwise)),
                Err(_) => wrong("3: where(condition, value, otherwise)"),
            },
            "now" => Ok(now()),
            // Of a difference between two instants they measure it; of a number they make an interval.
            "seconds" | "minutes" | "hours" | "days" => match <[Node; 1]>::try_from(args) {
                Ok([Node::Arithmetic(Arithmetic::Subtract, a, b)]) => compile::call("span", vec![unit_of(name), *a, *b]),
                Ok([one]) => compile::call("span", vec![unit_of(name), one]),
                Err(_) => wrong("1"),
            },
            _ => {
                // Python's and pandas' names for what SQL calls otherwise.
                let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, own)| *own);
                if function::find(name).is_none() {
                    let known = function::FUNCTIONS.iter().map(|f| f.name);
                    let known = known
                        .chain(ALIASES.iter().map(|(a, _)| *a))
                        .chain(["where", "days", "hours", "minutes", "seconds"]);
                    return Err(self.fail(format!("there is no function {name}(){}", suggest::hint(name, known))));
                }
                compile::call(name, args)
            }
        }
    }
}

/// Other names of functions.
const ALIASES: [(&str, &str); 13] = [
    ("log", "ln"),
    ("min", "least"),
    ("max", "greatest"),
    ("len", "length"),
    ("pow", "power"),
    ("ifnull", "coalesce"),
    ("nvl", "coalesce"),
    ("fillna", "coalesce"),
    ("weekday", "day_of_week"),
    ("dayofweek", "day_of_week"),
    ("day", "day_of_month"),
    ("to_date", "date"),
    ("strip", "trim"),
];

fn unit_of(name: &str) -> Node {
    Node::Literal(Cell::Int(match name {
        "seconds" => 1_000_000,
        "minutes" => 60_000_000,
        "hours" => 3_600_000_000,
        _ => DAY_MICROS,
    }))
}

fn now() -> Node {
    Node::Literal(Cell::Timestamp((i64::from(TODAY) + 1) * DAY_MICROS - 1_000_000))
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
mod tests {
    use super::super::{Expression, ExpressionError};
    use crate::datagen::cell::Cell;
    use crate::kernel::suggest;

    fn eval(text: &str) -> String {
        let names = ["a", "b", "name", "day", "at", "Mixed", "later"];
        let row = [
            Cell::Int(7),
            Cell::Null,
            Cell::Text("Ann Lee".into()),
            Cell::Date(19_782),
            Cell::Timestamp(1_709_212_500_000_000),
            Cell::Num(2.5),
            Cell::Timestamp(1_709_218_800_000_000),
        ];
        let mut resolve = |_: Option<&str>, name: &str, _: bool| {
            names.iter().position(|n| *n == name).ok_or_else(|| ExpressionError::UnknownColumn {
                name: name.to_owned(),
                hint: suggest::hint(name, names),
            })
        };
        match Expression::derived(text, &mut resolve) {
            Ok(e) => match e.value(&|i| row[i].clone()) {
                Cell::Null => "NULL".into(),
                other => other.text(),
            },
            Err(e) => e.to_string(),
        }
    }

    #[test]
    fn both_spellings_mean_the_same() {
        for (text, want) in [
            ("a / 2", "3.5"),
            ("a // 2", "3"),
            ("-7 // 2", "-4"),
            ("-7 % 3", "2"),
            ("2 ** 3 ** 2", "512"),
            ("-2 ** 2", "-4"),
            ("2 ** -1", "0.5"),
            ("1 + 2 * 3 - 4", "3"),
            ("(1 + 2) * 3", "9"),
            ("10 - 2 - 3", "5"),
            ("0 < a < 10", "true"),
            ("0 < a < 5", "false"),
            ("1 < 2 < 3 < 2", "false"),
            ("a == 7 and not b is null", "false"),
            ("a != 7 or b IS NULL", "true"),
            ("(a > 1) & (a < 9)", "true"),
            ("'x' if a > 10 else 'y' if a > 5 else 'z'", "y"),
            ("where(a > 5, 'high', 'low')", "high"),
            ("CASE WHEN a > 5 THEN 'high' ELSE 'low' END", "high"),
            ("case a when 7 then 1 end", "1"),
            ("abs(-3) + sqrt(16) + floor(2.7) + ceil(2.1)", "12"),
            ("round(log(exp(2)), 3)", "2"),
            ("clip(a, 0, 5)", "5"),
            ("min(a, 3) + max(a, 3)", "10"),
            ("coalesce(b, a)", "7"),
            ("concat(upper(name), '-', length(name))", "ANN LEE-7"),
            ("lower(substr(name, 1, 3)) || \"!\"", "ann!"),
            ("substring(name from 5 for 3)", "Lee"),
            ("hour(at) * 100 + day_of_month(at)", "1329"),
            ("day_of_week(day)", "3"),
            ("month(day) + year(day)", "2026"),
            ("date(at) + 1", "2024-03-01"),
            ("at + minutes(90)", "2024-02-29 14:45:00"),
            ("at + INTERVAL '1 hour 30 minutes'", "2024-02-29 14:45:00"),
            ("at + INTERVAL 90 MINUTES", "2024-02-29 14:45:00"),
            ("at + interval '90' minute", "2024-02-29 14:45:00"),
            ("minutes(later - at)", "105"),
            ("hours(later - at) > 1.7", "true"),
            ("days(DATE '2024-03-10' - day)", "10"),
            ("day + days(a - 2)", "2024-03-05 00:00:00"),
            ("a in (1, 7) and a not in [2, 3]", "true"),
            ("a between 1 and 6", "false"),
            ("name like 'Ann%' and name not like '_x%'", "true"),
            ("cast(a as double precision) / 2", "3.5"),
            ("'12'::int + 1", "13"),
            ("2.345::numeric(6, 2)", "2.35"),
            ("cast(2.5 as decimal(6))", "3"),
            ("cast(2.5 as numeric)", "2.5"),
            ("upper('Straße') || upper('ﬁn')", "STRAẞEﬁN"),
            ("exp(1000)", "NULL"),
            ("pow(-1, 0.5)", "NULL"),
            ("10 ** 400", "NULL"),
            ("EXTRACT(YEAR FROM day)", "2024"),
            ("None", "NULL"),
            ("True and a", "NULL"),
            ("\"Mixed\" * 2", "5"),
            ("a / 0", "NULL"),
            ("a // 0", "NULL"),
        ] {
            assert_eq!(eval(text), want, "{text}");
        }
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        for (text, want) in [
            ("nam + 1", "did you mean \"name\"?"),
            ("a +", "character 4 of \"a +\": expected a value, found the end"),
            ("a b", "character 3"),
            ("(a + 1", "expected \")\""),
            ("sqr(a)", "there is no function sqr(); did you mean \"sqrt\"?"),
            ("where(a, 1)", "with 2 arguments instead of 3"),
            ("'open", "the ' is not closed"),
            ("a ? b", "'?' means nothing here"),
            ("a if b", "expected ELSE"),
            ("interval 'soon'", "'soon' is no interval"),
            ("1e999", "past every number"),
        ] {
            assert!(eval(text).contains(want), "{text}: {}", eval(text));
        }
    }

    #[test]
    fn size_is_limited_in_every_direction() {
        for text in [
            "(".repeat(100_000),
            "not ".repeat(5_000),
            "- ".repeat(2_000) + "1",
            "1 + ".repeat(3_000) + "1",
            "2 ** ".repeat(1_000) + "1",
            "1 if a else ".repeat(500) + "2",
            "a < ".repeat(900) + "a",
            "abs(".repeat(300) + "1" + &")".repeat(300),
            "x".repeat(1 << 20),
        ] {
            assert!(eval(&text).contains("longer than"), "{}...: {}", &text[..20], eval(&text));
        }
        assert_eq!(eval(&("1 + ".repeat(300) + "1")), "301");
    }
}
