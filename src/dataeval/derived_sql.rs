//! Derived expressions as DuckDB SQL: the same language as the data engine's, read a second time, so that a recomputed value is a second opinion.
//!
//! SQL passes as it is; what is Python's becomes SQL: `a if c else b`, `where(c, a, b)`, `//`, `**`, `==`, chained comparisons, `None`. `/` always divides to
//! a fraction, `//` and `%` floor, `round` takes a half away from zero, and what SQL refuses of a value (the root of -1) is NULL. Each part has a [`Kind`],
//! which says what `+` means. Limit: what is not known here is told, and then the column is not proven.

pub(super) mod call;

use crate::database::load::literal;
#[cfg(test)]
use crate::database::load::quoted;
use crate::kernel::limits;

/// What a part of an expression is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Int,
    Real,
    Text,
    Bool,
    Day,
    Instant,
    Time,
    Span,
    /// NULL, or what only the database knows.
    Any,
}

/// A part of an expression in SQL.
#[derive(Debug, Clone)]
struct Sql {
    text: String,
    kind: Kind,
    /// A difference of two days, which `hours(a - b)` measures as a span.
    days_apart: bool,
}

impl Sql {
    fn new(text: impl Into<String>, kind: Kind) -> Self {
        Sql {
            text: text.into(),
            kind,
            days_apart: false,
        }
    }
    fn number(&self) -> bool {
        matches!(self.kind, Kind::Int | Kind::Real | Kind::Bool)
    }
    /// As a whole number that does not overflow where 64 bits would.
    fn wide(&self) -> String {
        format!("CAST({} AS HUGEINT)", self.text)
    }
    fn real(&self) -> String {
        match self.kind {
            Kind::Real => self.text.clone(),
            Kind::Bool => format!("CAST(CAST({} AS INTEGER) AS DOUBLE)", self.text),
            _ => format!("CAST({} AS DOUBLE)", self.text),
        }
    }
    fn int(&self) -> String {
        format!("CAST({} AS BIGINT)", self.text)
    }
    /// As the text that the data engine writes: a float without a useless fraction.
    fn words(&self) -> String {
        match self.kind {
            Kind::Text => self.text.clone(),
            Kind::Real => format!("regexp_replace(CAST({} AS VARCHAR), '\\.0$', '')", self.text),
            _ => format!("CAST({} AS VARCHAR)", self.text),
        }
    }
}

/// The kind of values that are one or the other.
fn either(a: Kind, b: Kind) -> Kind {
    match (a, b) {
        (a, b) if a == b => a,
        (Kind::Any, other) | (other, Kind::Any) => other,
        (Kind::Int | Kind::Real, Kind::Int | Kind::Real) => Kind::Real,
        (Kind::Day | Kind::Instant, Kind::Day | Kind::Instant) => Kind::Instant,
        _ => Kind::Any,
    }
}

/// What a column is called in SQL, and its kind: by qualifier, name, and whether it was quoted.
pub(super) type Resolve<'a> = dyn FnMut(Option<&str>, &str, bool) -> Option<(String, Kind)> + 'a;

/// An expression's value in SQL.
pub(super) struct Computed {
    pub sql: String,
    /// The same as the text that a text column has of it.
    pub words: String,
    /// It is a float, which may be no number.
    pub real: bool,
}

/// The expression as SQL, or why it cannot be read.
pub(super) fn to_sql(text: &str, resolve: &mut Resolve<'_>) -> Result<Computed, String> {
    if text.len() > limits::SQL_BYTES_MAX {
        return Err(format!("the expression is longer than {} bytes", limits::SQL_BYTES_MAX));
    }
    let mut reader = Reader {
        tokens: tokens(text)?,
        at: 0,
        depth: 0,
        bytes_max: 4 * text.len() + GROWTH_MAX,
        resolve,
    };
    let sql = reader.expression(0)?;
    match reader.peek() {
        None => Ok(Computed {
            words: sql.words(),
            real: sql.kind == Kind::Real,
            sql: sql.text,
        }),
        Some(token) => Err(format!("{:?} is left over", token.text())),
    }
}

/// Bytes of SQL beyond four times the expression's: some operators name an operand twice, and a chain of them would double without end.
const GROWTH_MAX: usize = 1 << 16;

#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// A name or keyword.
    Word(String),
    /// A number, text or quoted name, as it stands.
    Atom(String),
    Sign(&'static str),
}

const SIGNS: [&str; 28] = [
    "<=", ">=", "<>", "!=", "==", "||", "&&", "::", "//", "**", "<", ">", "=", "+", "-", "*", "/", "%", "(", ")", ",", ".", "[", "]", "&",
    "|", "!", "^",
];

impl Token {
    fn text(&self) -> &str {
        match self {
            Token::Word(t) | Token::Atom(t) => t,
            Token::Sign(s) => s,
        }
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(c) = rest.chars().next() {
        let length = if c == '\'' || c == '"' {
            // A doubled quote stands for itself.
            let mut end = None;
            let mut skip = false;
            for (i, d) in rest.char_indices().skip(1) {
                if skip {
                    skip = false;
                } else if d == c {
                    if rest.get(i + 1..).is_some_and(|r| r.starts_with(c)) {
                        skip = true;
                    } else {
                        end = Some(i + 1);
                        break;
                    }
                }
            }
            end.ok_or_else(|| format!("the quote {c} is not closed"))?
        } else if c.is_alphabetic() || c == '_' {
            rest.find(|d: char| !(d.is_alphanumeric() || d == '_')).unwrap_or(rest.len())
        } else if c.is_ascii_digit() || (c == '.' && rest.chars().nth(1).is_some_and(|d| d.is_ascii_digit())) {
            let digits = |from: usize| {
                let tail = rest.get(from..).unwrap_or_default();
                from + tail.find(|d: char| !d.is_ascii_digit()).unwrap_or(tail.len())
            };
            let mut end = digits(0);
            if rest.get(end..).is_some_and(|r| r.starts_with('.')) {
                end = digits(end + 1);
            }
            if rest.get(end..).is_some_and(|r| r.starts_with(['e', 'E'])) {
                let sign = usize::from(rest.get(end + 1..).is_some_and(|r| r.starts_with(['+', '-'])));
                end = digits(end + 1 + sign);
            }
            end
        } else {
            let sign = SIGNS
                .iter()
                .find(|s| rest.starts_with(**s))
                .ok_or_else(|| format!("{c:?} is no part of an expression"))?;
            out.push(Token::Sign(sign));
            rest = rest.get(sign.len()..).unwrap_or_default().trim_start();
            continue;
        };
        let (token, tail) = rest.split_at(length);
        out.push(if c.is_alphabetic() || c == '_' {
            Token::Word(token.to_owned())
        } else {
            Token::Atom(token.to_owned())
        });
        rest = tail.trim_start();
    }
    Ok(out)
}

struct Reader<'a, 'r> {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    bytes_max: usize,
    resolve: &'r mut Resolve<'a>,
}

type Read = Result<Sql, String>;

impl Reader<'_, '_> {
    fn peek(&self) -> Option<&Token> {
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

    fn expression(&mut self, least: u8) -> Read {
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

fn unquoted(text: &str) -> String {
    text.get(1..text.len().saturating_sub(1)).unwrap_or_default().replace("\"\"", "\"")
}

fn now() -> Sql {
    Sql::new("TIMESTAMP '2025-12-31 23:59:59'", Kind::Instant)
}

/// What is no number any more is NULL. The value is named once, since a name is a whole expression.
pub(super) fn finite(text: &str) -> String {
    format!("(list_filter([{text}], lambda v: isfinite(v))[1])")
}

fn choose(condition: &str, then: &Sql, otherwise: &Sql) -> Sql {
    let text = format!("(CASE WHEN {condition} THEN {} ELSE {} END)", then.text, otherwise.text);
    Sql::new(text, either(then.kind, otherwise.kind))
}

fn sum(sign: &str, left: &Sql, right: &Sql) -> Sql {
    use Kind::{Day, Instant, Int, Real, Span, Time};
    let (a, b) = (&left.text, &right.text);
    match (left.kind, right.kind) {
        (Day, Int | Real) => Sql::new(format!("({a} {sign} CAST({b} AS INTEGER))"), Day),
        (Int, Day) if sign == "+" => Sql::new(format!("({b} + CAST({a} AS INTEGER))"), Day),
        (Day, Day) => Sql {
            days_apart: true,
            ..Sql::new(format!("({a} {sign} {b})"), Int)
        },
        (Day | Instant, Day | Instant) => Sql::new(format!("(CAST({a} AS TIMESTAMP) {sign} CAST({b} AS TIMESTAMP))"), Span),
        (Day | Instant, Span) | (Span, Day | Instant) => Sql::new(format!("({a} {sign} {b})"), Instant),
        (Time, Time) | (Span, Span) => Sql::new(format!("({a} {sign} {b})"), Span),
        (Int, Int) => Sql::new(format!("({} {sign} {})", left.wide(), right.wide()), Int),
        _ if left.number() && right.number() => Sql::new(format!("({} {sign} {})", left.real(), right.real()), Real),
        _ => Sql::new(format!("({a} {sign} {b})"), either(left.kind, right.kind)),
    }
}

fn product(sign: &str, left: &Sql, right: &Sql) -> Sql {
    use Kind::{Int, Real, Span};
    let (a, b) = (&left.text, &right.text);
    match (sign, left.kind, right.kind) {
        ("*", Int, Int) => Sql::new(format!("({} * {})", left.wide(), right.wide()), Int),
        ("*", Span, Int) => Sql::new(format!("({a} * {})", right.int()), Span),
        ("*", Int, Span) => Sql::new(format!("({b} * {})", left.int()), Span),
        ("*", Span, Real) | ("*", Real, Span) => Sql::new(format!("({a} * {b})"), Span),
        ("*", _, _) => Sql::new(format!("({} * {})", left.real(), right.real()), Real),
        ("/", _, _) => Sql::new(format!("({} / {})", left.real(), right.real()), Real),
        ("//", _, _) => Sql::new(
            format!("floor({} / {})", left.real(), right.real()),
            if (left.kind, right.kind) == (Int, Int) { Int } else { Real },
        ),
        (_, Int, Int) => {
            let (a, b) = (left.wide(), right.wide());
            Sql::new(format!("((({a} % {b}) + {b}) % {b})"), Int)
        }
        _ => {
            let (a, b) = (left.real(), right.real());
            Sql::new(format!("({a} - {b} * floor({a} / {b}))"), Real)
        }
    }
}

/// A cast by the type's SQL name: what is no value of the type is NULL, and a half is rounded away from zero.
fn cast(of: &Sql, target: &str) -> Read {
    let (name, sizes) = target.split_once('(').unwrap_or((target, ""));
    let sizes: Vec<i64> = sizes
        .trim_end_matches(')')
        .split(',')
        .filter_map(|n| n.trim().parse().ok())
        .collect();
    Ok(match name.trim() {
        "smallint" | "int2" | "int16" | "integer" | "int" | "int4" | "int32" | "bigint" | "int8" | "int64" => {
            let wanted = match name.trim() {
                "smallint" | "int2" | "int16" => "SMALLINT",
                "bigint" | "int8" | "int64" => "BIGINT",
                _ => "INTEGER",
            };
            let text = if of.kind == Kind::Real {
                format!("round({})", of.text)
            } else {
                of.text.clone()
            };
            Sql::new(format!("TRY_CAST({text} AS {wanted})"), Kind::Int)
        }
        "numeric" | "decimal" if sizes.len() == 2 => {
            let digits = sizes.get(1).copied().unwrap_or_default();
            call::rounded(
                &Sql::new(format!("TRY_CAST({} AS DOUBLE)", of.text), Kind::Real),
                &digits.to_string(),
            )
        }
        "numeric" | "decimal" if sizes.len() == 1 => call::rounded(&Sql::new(format!("TRY_CAST({} AS DOUBLE)", of.text), Kind::Real), "0"),
        "numeric" | "decimal" | "real" | "float" | "float4" | "float8" | "float32" | "float64" | "double" | "double precision" => {
            Sql::new(format!("TRY_CAST({} AS DOUBLE)", of.text), Kind::Real)
        }
        "text" | "varchar" | "character varying" | "char" | "character" | "bpchar" => {
            let text = of.words();
            Sql::new(sizes.first().map_or(text.clone(), |n| format!("left({text}, {n})")), Kind::Text)
        }
        "bool" | "boolean" => Sql::new(format!("TRY_CAST({} AS BOOLEAN)", of.text), Kind::Bool),
        "date" => Sql::new(format!("TRY_CAST({} AS DATE)", of.text), Kind::Day),
        "time" | "time without time zone" => Sql::new(format!("TRY_CAST({} AS TIME)", of.text), Kind::Time),
        "timestamp" | "timestamptz" | "datetime" | "timestamp without time zone" | "timestamp with time zone" => {
            Sql::new(format!("TRY_CAST({} AS TIMESTAMP)", of.text), Kind::Instant)
        }
        other => return Err(format!("the type {other} is not known here")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use duckdb::Connection;

    fn column(qualifier: Option<&str>, name: &str, _: bool) -> Option<(String, Kind)> {
        let kind = match name.to_lowercase().as_str() {
            "a" | "b" => Kind::Int,
            "x" | "neg" => Kind::Real,
            "name" => Kind::Text,
            "day" => Kind::Day,
            "at" | "until" => Kind::Instant,
            _ => return None,
        };
        qualifier.is_none().then(|| (quoted(name), kind))
    }

    #[test]
    fn both_languages_mean_the_same_in_duckdb() -> Result<(), Box<dyn std::error::Error>> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(
            "SET integer_division = true; SET ieee_floating_point_ops = false; CREATE TABLE t AS SELECT 7 AS a, 2.5::DOUBLE AS x, -2.0::DOUBLE AS neg, NULL::INTEGER AS b, 'Ann' AS name, \
            DATE '2024-02-29' AS day, TIMESTAMP '2024-02-29 13:30:00' AS at, TIMESTAMP '2024-02-29 15:00:00' AS until",
        )?;
        for (text, want) in [
            ("a / 2", "3.5"),
            ("a // 2", "3.0"),
            ("-a // 2", "-4.0"),
            ("-a % 3", "2"),
            ("2 ** 3 ** 2", "512.0"),
            ("1 if a > 5 else 0", "1"),
            ("'x' if a > 9 else 'y' if a == 7 else 'z'", "y"),
            ("where(a >= 7 and not b is null, 'p', 'q')", "q"),
            ("1 < a <= 7", "true"),
            ("1 < a < 7", "false"),
            ("CASE WHEN a IN (1, 7) THEN upper(name) ELSE 'no' END", "ANN"),
            ("a NOT IN (1, 2) AND a BETWEEN 6 AND 8 OR false", "true"),
            ("EXTRACT(MONTH FROM day) = 2", "true"),
            ("substring(name from 1 for 2) || '-' || a", "An-7"),
            ("day_of_week(day)", "3"),
            ("hours(until - at)", "1.5"),
            ("at + hours(2)", "2024-02-29 15:30:00"),
            ("days(day - DATE '2024-02-27')", "2.0"),
            ("hours(DATE '2024-03-01' - day)", "24.0"),
            ("day + a", "2024-03-07"),
            ("0.1 + 0.2 == 0.3", "false"),
            ("a * 9223372036854775807", "64563604257983430649"),
            ("neg ** 0.5 IS NULL", "true"),
            (
                "exp(1000) IS NULL and 10 ** 400 IS NULL and sqrt(neg) IS NULL and log(b - b) IS NULL",
                "true",
            ),
            ("a / 0 IS NULL and a // 0 IS NULL and a % 0 IS NULL", "true"),
            ("substr('abcdef', -2, 2)", ""),
            ("substr('abcdef', 0, 3)", "ab"),
            ("substr('abcdef', 5)", "ef"),
            ("round(1.005, 2)", "1.01"),
            ("x || '!' || a * 2.0", "2.5!14"),
            ("CAST(x AS integer) + CAST('3' AS bigint)", "6"),
            ("x::numeric(6, 0)", "3.0"),
            ("to_char(at, 'YYYY-MM\"Q\"Q FMMonth')", "2024-02Q1 February"),
            ("initcap('ann LEE-smith')", "Ann Lee-Smith"),
            ("clip(b, 1, 5) IS NULL", "true"),
            ("lpad(a, 3, '0') || left(name, 0) || num_nulls(a, b, x)", "0071"),
            ("name like 'A%' and '50%' like '50\\%'", "true"),
            ("\"text\" || 1", "text1"),
            ("day + INTERVAL '1 month'", "2024-03-29 00:00:00"),
            ("clip(a, 1, 5) + min(a, 2) + max(a, 8)", "15"),
            ("coalesce(b, a) * 2", "14"),
            ("round(x * 1.5, 1)", "3.8"),
            ("CAST(a AS double) / 2", "3.5"),
            ("a::numeric / 4", "1.75"),
            ("date(at)", "2024-02-29"),
            ("b IS NULL", "true"),
        ] {
            let sql = to_sql(text, &mut column).map_err(|e| format!("{text}: {e}"))?.sql;
            let found: String = connection
                .query_row(&format!("SELECT CAST({sql} AS VARCHAR) FROM t"), [], |r| r.get(0))
                .map_err(|e| format!("{text}: {sql}: {e}"))?;
            assert_eq!(found, want, "{text}: {sql}");
        }
        for text in [
            "a +",
            "a b",
            "(a",
            "1 if a",
            "'x",
            "a $ b",
            "nothing + 1",
            "p.x",
            &"a % (".repeat(60),
            &"(".repeat(500),
        ] {
            assert!(to_sql(text, &mut column).is_err(), "{text}");
        }
        Ok(())
    }
}
