//! The reader: a Pratt parser from the expression language to SQL, which is written as it is read.
//!
//! Limit: twice [`limits::SQL_NESTING_MAX`] levels, and the bytes that the caller allows.

use super::token::Token;
use super::write::{cast, choose, finite, now, product, sum};
use super::{Kind, Read, Resolve, Sql, call, either};
use crate::database::load::literal;
use crate::kernel::limits;

pub(super) struct Reader<'a, 'r> {
    pub(super) tokens: Vec<Token>,
    pub(super) at: usize,
    pub(super) depth: usize,
    pub(super) bytes_max: usize,
    pub(super) resolve: &'r mut Resolve<'a>,
}

impl Reader<'_, '_> {
    pub(super) fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }
    fn word(&self) -> String {
        match self.peek() {
            Some(Token::Word(w)) => w.to_lowercase(),
            _ => String::new(),
        }
    }
    fn sign(&self) -> &'static str {
        match self.peek() {
            Some(Token::Sign(s)) => s,
            _ => "",
        }
    }
    fn take_word(&mut self, word: &str) -> bool {
        let found = self.word() == word;
        self.at += usize::from(found);
        found
    }
    fn take(&mut self, sign: &str) -> bool {
        let found = self.sign() == sign;
        self.at += usize::from(found);
        found
    }
    fn expect(&mut self, sign: &str) -> Result<(), String> {
        if self.take(sign) {
            return Ok(());
        }
        Err(format!("expected {sign:?}, found {:?}", self.peek().map_or("the end", Token::text)))
    }
    fn expect_word(&mut self, word: &str) -> Result<(), String> {
        if self.take_word(word) {
            return Ok(());
        }
        Err(format!("expected {word:?}, found {:?}", self.peek().map_or("the end", Token::text)))
    }

    /// Binding powers, loosest first: 1 if-else, 2 or, 3 and, 4 not, 5 comparisons, 6 ||, 7 sums, 8 products, 9 signs, 10 powers, 11 casts.
    fn binding(&self) -> u8 {
        match (self.word().as_str(), self.sign()) {
            ("if", _) => 1,
            ("or", _) | (_, "|") => 2,
            ("and", _) | (_, "&" | "&&") => 3,
            ("in" | "is" | "between" | "like" | "ilike" | "not", _) | (_, "<=" | ">=" | "<>" | "!=" | "==" | "<" | ">" | "=") => 5,
            (_, "||") => 6,
            (_, "+" | "-") => 7,
            (_, "*" | "/" | "//" | "%") => 8,
            (_, "**" | "^") => 10,
            (_, "::") => 11,
            _ => 0,
        }
    }

    pub(super) fn expression(&mut self, least: u8) -> Read {
        self.depth += 1;
        if self.depth > 2 * limits::SQL_NESTING_MAX {
            return Err("the expression nests too deep".into());
        }
        let mut left = self.prefix()?;
        // What the last comparison compared, for chains.
        let mut compared: Option<String> = None;
        loop {
            let binding = self.binding();
            if binding == 0 || binding < least {
                break;
            }
            let (word, sign) = (self.word(), self.sign());
            if binding != 5 {
                compared = None;
            }
            if !(binding == 5 && sign.is_empty()) {
                self.at += 1;
            }
            left = match binding {
                1 => {
                    let condition = self.expression(2)?.text;
                    if !self.take_word("else") {
                        return Err(format!("`{} if {condition}` lacks its else", left.text));
                    }
                    let otherwise = self.expression(1)?;
                    choose(&condition, &left, &otherwise)
                }
                2 => Sql::new(format!("({} OR {})", left.text, self.expression(3)?.text), Kind::Bool),
                3 => Sql::new(format!("({} AND {})", left.text, self.expression(4)?.text), Kind::Bool),
                5 if sign.is_empty() => self.predicate(&left, &word)?,
                5 => {
                    let right = self.expression(6)?.text;
                    let sign = if sign == "==" { "=" } else { sign };
                    let base = compared.replace(right.clone());
                    let text = match base {
                        Some(middle) => format!("({} AND ({middle} {sign} {right}))", left.text),
                        None => format!("({} {sign} {right})", left.text),
                    };
                    Sql::new(text, Kind::Bool)
                }
                6 => Sql::new(format!("({} || {})", left.words(), self.expression(7)?.words()), Kind::Text),
                7 => sum(sign, &left, &self.expression(8)?),
                8 => product(sign, &left, &self.expression(9)?),
                10 => Sql::new(finite(&format!("pow({}, {})", left.real(), self.expression(9)?.real())), Kind::Real),
                _ => {
                    let target = self.type_name()?;
                    cast(&left, &target)?
                }
            };
            if left.text.len() > self.bytes_max {
                return Err("the expression names its parts too often to be computed again".into());
            }
        }
        self.depth -= 1;
        Ok(left)
    }

    /// A type's name with its sizes: `numeric(10, 2)`, `timestamp without time zone`.
    fn type_name(&mut self) -> Result<String, String> {
        let Some(Token::Word(name)) = self.peek().cloned() else {
            return Err("a type is expected".into());
        };
        self.at += 1;
        let mut out = name.to_lowercase();
        while ["precision", "varying", "without", "with", "time", "zone"].contains(&self.word().as_str()) {
            out = format!("{out} {}", self.word());
            self.at += 1;
        }
        if self.take("(") {
            out.push('(');
            while let Some(token) = self.peek().cloned() {
                self.at += 1;
                out.push_str(token.text());
                if token.text() == ")" {
                    return Ok(out);
                }
            }
            return Err("a parenthesis is not closed".into());
        }
        Ok(out)
    }

    fn predicate(&mut self, left: &Sql, word: &str) -> Read {
        self.at += 1;
        let negated = word == "not";
        let word = if negated {
            let inner = self.word();
            self.at += 1;
            inner
        } else {
            word.to_owned()
        };
        let not = if negated { "NOT " } else { "" };
        let of = &left.text;
        let text = match word.as_str() {
            "is" => {
                let not = if self.take_word("not") { "NOT " } else { "" };
                if self.take_word("distinct") {
                    self.take_word("from");
                    format!("({of} IS {not}DISTINCT FROM {})", self.expression(6)?.text)
                } else {
                    let what = self.word();
                    self.at += 1;
                    match what.as_str() {
                        "null" | "none" | "unknown" => format!("({of} IS {not}NULL)"),
                        "true" | "false" => format!("({of} IS {not}{what})"),
                        other => return Err(format!("IS is followed by {other:?}")),
                    }
                }
            }
            "between" => {
                let low = self.expression(6)?.text;
                if !self.take_word("and") {
                    return Err("BETWEEN lacks its AND".into());
                }
                format!("({of} {not}BETWEEN {low} AND {})", self.expression(6)?.text)
            }
            "like" | "ilike" => format!(
                "({} {not}{} {} ESCAPE '\\')",
                left.words(),
                word.to_uppercase(),
                self.expression(6)?.text
            ),
            "in" => {
                let close = if self.take("[") { "]" } else { self.expect("(").map(|()| ")")? };
                let items: Vec<String> = self.list(close)?.into_iter().map(|i| i.text).collect();
                format!("({of} {not}IN ({}))", items.join(", "))
            }
            other => return Err(format!("{other:?} is no comparison")),
        };
        Ok(Sql::new(text, Kind::Bool))
    }

    fn list(&mut self, close: &str) -> Result<Vec<Sql>, String> {
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

    fn prefix(&mut self) -> Read {
        let token = self.peek().cloned().ok_or("the expression ends too early")?;
        self.at += 1;
        match token {
            Token::Atom(text) if text.starts_with('"') => self.path(&unquoted(&text), true),
            Token::Atom(text) if text.starts_with('\'') => Ok(Sql::new(text, Kind::Text)),
            Token::Atom(text) => Ok(match text.parse::<i64>() {
                Ok(_) => Sql::new(text, Kind::Int),
                // A decimal literal would be computed with exactly; the data engine computes with floats.
                Err(_) => Sql::new(format!("CAST('{text}' AS DOUBLE)"), Kind::Real),
            }),
            Token::Sign("(") => {
                let inner = self.expression(0)?;
                self.expect(")")?;
                Ok(Sql {
                    text: format!("({})", inner.text),
                    ..inner
                })
            }
            Token::Sign("-") => {
                let of = self.expression(9)?;
                let text = match of.kind {
                    Kind::Int | Kind::Bool => format!("(- {})", of.wide()),
                    _ => format!("(- {})", of.text),
                };
                Ok(Sql::new(text, of.kind))
            }
            Token::Sign("+") => self.expression(9),
            Token::Sign("!") => Ok(Sql::new(format!("(NOT {})", self.expression(4)?.text), Kind::Bool)),
            Token::Sign(sign) => Err(format!("{sign:?} begins no expression")),
            Token::Word(word) => self.named(&word),
        }
    }

    /// `column`, `table.column`, `key_column.column`, `schema.table.column`; the first name is read.
    fn path(&mut self, first: &str, mut in_quotes: bool) -> Read {
        let mut names = vec![first.to_owned()];
        while self.take(".") {
            let part = self.peek().cloned().ok_or("a name ends with a dot")?;
            self.at += 1;
            match part {
                Token::Word(word) => {
                    in_quotes = false;
                    names.push(word);
                }
                Token::Atom(text) if text.starts_with('"') => {
                    in_quotes = true;
                    names.push(unquoted(&text));
                }
                other => return Err(format!("{:?} is no column", other.text())),
            }
        }
        let name = names.pop().unwrap_or_default();
        let qualifier = (!names.is_empty()).then(|| names.join("."));
        match (self.resolve)(qualifier.as_deref(), &name, in_quotes) {
            Some((text, kind)) => Ok(Sql::new(text, kind)),
            // A text, as Python writes them.
            None if in_quotes && qualifier.is_none() => Ok(Sql::new(literal(&name), Kind::Text)),
            None => Err(format!(
                "there is no column {}",
                qualifier.map_or(name.clone(), |q| format!("{q}.{name}"))
            )),
        }
    }

    fn named(&mut self, word: &str) -> Read {
        let lower = word.to_lowercase();
        let text_follows = matches!(self.peek(), Some(Token::Atom(t)) if t.starts_with('\''));
        let digits_follow = matches!(self.peek(), Some(Token::Atom(t)) if !t.starts_with('"'));
        match lower.as_str() {
            "not" => return Ok(Sql::new(format!("(NOT {})", self.expression(4)?.text), Kind::Bool)),
            "null" | "none" => return Ok(Sql::new("NULL", Kind::Any)),
            "true" | "false" => return Ok(Sql::new(lower, Kind::Bool)),
            // The last day of generated history: a clock must not reach the data, so it is not asked here either.
            "current_date" => return Ok(Sql::new("DATE '2025-12-31'", Kind::Day)),
            "current_timestamp" | "localtimestamp" => return Ok(now()),
            "case" => return self.case(),
            "date" | "timestamp" | "time" if text_follows => {
                let text = self.peek().map(|t| t.text().to_owned()).unwrap_or_default();
                self.at += 1;
                let kind = match lower.as_str() {
                    "date" => Kind::Day,
                    "time" => Kind::Time,
                    _ => Kind::Instant,
                };
                return Ok(Sql::new(format!("{} {text}", lower.to_uppercase()), kind));
            }
            "interval" if digits_follow => {
                let text = self.peek().map(|t| t.text().to_owned()).unwrap_or_default();
                self.at += 1;
                let unit = self.word();
                let unit = if ["year", "month", "week", "day", "hour", "minute", "second"].contains(&unit.trim_end_matches('s')) {
                    self.at += 1;
                    format!(" {}", unit.to_uppercase())
                } else {
                    String::new()
                };
                return Ok(Sql::new(format!("INTERVAL {text}{unit}"), Kind::Span));
            }
            _ => {}
        }
        if self.sign() != "(" {
            return self.path(word, false);
        }
        self.at += 1;
        match lower.as_str() {
            "cast" => {
                let of = self.expression(0)?;
                self.expect_word("as")?;
                let target = self.type_name()?;
                self.expect(")")?;
                cast(&of, &target)
            }
            "extract" => {
                let field = self.peek().map(|t| t.text().trim_matches('\'').to_lowercase()).unwrap_or_default();
                self.at += 1;
                self.expect_word("from")?;
                let of = self.expression(0)?;
                self.expect(")")?;
                call::call("date_part", &[Sql::new(literal(&field), Kind::Text), of])
            }
            "substring" => {
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
                call::call("substr", &args)
            }
            _ => {
                let arguments = self.list(")")?;
                call::call(&lower, &arguments)
            }
        }
    }

    fn case(&mut self) -> Read {
        let mut out = "(CASE".to_owned();
        let mut kind = Kind::Any;
        if self.word() != "when" {
            out = format!("{out} {}", self.expression(0)?.text);
        }
        while self.take_word("when") {
            let condition = self.expression(0)?.text;
            if !self.take_word("then") {
                return Err("CASE lacks its THEN".into());
            }
            let then = self.expression(0)?;
            kind = either(kind, then.kind);
            out = format!("{out} WHEN {condition} THEN {}", then.text);
        }
        if self.take_word("else") {
            let otherwise = self.expression(0)?;
            kind = either(kind, otherwise.kind);
            out = format!("{out} ELSE {}", otherwise.text);
        }
        if !self.take_word("end") {
            return Err("CASE lacks its END".into());
        }
        Ok(Sql::new(format!("{out} END)"), kind))
    }
}

pub(super) fn unquoted(text: &str) -> String {
    text.get(1..text.len().saturating_sub(1)).unwrap_or_default().replace("\"\"", "\"")
}
