//! Derived expressions as DuckDB SQL: the same language as the data engine's, read a second time, so that a recomputed value is a second opinion.
//!
//! SQL passes as it is; what is Python's becomes SQL: `a if c else b`, `where(c, a, b)`, `//`, `**`, `==`, chained comparisons, `None`. `/` always divides to
//! a fraction, `//` and `%` floor. Limit: what DuckDB does not know (`to_char`) is passed through and refused there, and then told as not measured.

use crate::database::load::quoted;
use crate::kernel::limits;

/// The expression as SQL, or why it cannot be read.
pub(super) fn to_sql(text: &str) -> Result<String, String> {
    if text.len() > limits::SQL_BYTES_MAX {
        return Err(format!("the expression is longer than {} bytes", limits::SQL_BYTES_MAX));
    }
    let mut reader = Reader {
        tokens: tokens(text)?,
        at: 0,
        depth: 0,
    };
    let sql = reader.expression(0)?;
    match reader.peek() {
        None => Ok(sql),
        Some(token) => Err(format!("{:?} is left over", token.text())),
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// A name or keyword.
    Word(String),
    /// A number, text or quoted name, as it stands.
    Atom(String),
    Sign(&'static str),
}

const SIGNS: [&str; 27] = [
    "<=", ">=", "<>", "!=", "==", "||", "&&", "::", "//", "**", "<", ">", "=", "+", "-", "*", "/", "%", "(", ")", ",", ".", "[", "]", "&",
    "|", "!",
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

struct Reader {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

type Sql = Result<String, String>;

impl Reader {
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
            (_, "**") => 10,
            (_, "::") => 11,
            _ => 0,
        }
    }

    fn expression(&mut self, least: u8) -> Sql {
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
                    let condition = self.expression(2)?;
                    if !self.take_word("else") {
                        return Err(format!("`{left} if {condition}` lacks its else"));
                    }
                    format!("(CASE WHEN {condition} THEN {left} ELSE {} END)", self.expression(1)?)
                }
                2 => format!("({left} OR {})", self.expression(3)?),
                3 => format!("({left} AND {})", self.expression(4)?),
                5 if sign.is_empty() => self.predicate(left, &word)?,
                5 => {
                    let right = self.expression(6)?;
                    let sign = if sign == "==" { "=" } else { sign };
                    let base = compared.replace(right.clone());
                    match base {
                        Some(middle) => format!("({left} AND ({middle} {sign} {right}))"),
                        None => format!("({left} {sign} {right})"),
                    }
                }
                6 => format!("({left} || {})", self.expression(7)?),
                7 => format!("({left} {sign} {})", self.expression(8)?),
                8 => {
                    let right = self.expression(9)?;
                    match sign {
                        "*" => format!("({left} * {right})"),
                        "/" => format!("(CAST({left} AS DOUBLE) / nullif({right}, 0))"),
                        "//" => format!("floor(CAST({left} AS DOUBLE) / nullif({right}, 0))"),
                        _ => format!("({left} - {right} * floor(CAST({left} AS DOUBLE) / nullif({right}, 0)))"),
                    }
                }
                10 => format!("pow({left}, {})", self.expression(9)?),
                _ => format!("CAST({left} AS {})", self.type_name()?),
            };
        }
        self.depth -= 1;
        Ok(left)
    }

    /// A type's name with its sizes: `numeric(10, 2)`, `timestamp`.
    fn type_name(&mut self) -> Sql {
        let Some(Token::Word(name)) = self.peek().cloned() else {
            return Err("a type is expected".into());
        };
        self.at += 1;
        let mut out = if name.eq_ignore_ascii_case("precision") {
            String::new()
        } else {
            name
        };
        if self.word() == "precision" {
            self.at += 1;
        }
        if self.sign() == "(" {
            out.push_str(&self.raw()?);
        } else if out.eq_ignore_ascii_case("numeric") || out.eq_ignore_ascii_case("decimal") {
            // Without sizes these have any scale; DuckDB would round to three digits.
            out = "DOUBLE".into();
        }
        Ok(out)
    }

    /// Everything up to the parenthesis that closes this one, as it stands.
    fn raw(&mut self) -> Sql {
        let mut depth = 0;
        let mut out = String::new();
        while let Some(token) = self.peek() {
            depth += match token.text() {
                "(" => 1,
                ")" => -1,
                _ => 0,
            };
            out.push_str(token.text());
            out.push(' ');
            self.at += 1;
            if depth == 0 {
                return Ok(out);
            }
        }
        Err("a parenthesis is not closed".into())
    }

    fn predicate(&mut self, left: String, word: &str) -> Sql {
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
        Ok(match word.as_str() {
            "is" => {
                let not = if self.take_word("not") { "NOT " } else { "" };
                if self.take_word("distinct") {
                    self.take_word("from");
                    return Ok(format!("({left} IS {not}DISTINCT FROM {})", self.expression(6)?));
                }
                let what = self.word();
                self.at += 1;
                match what.as_str() {
                    "null" | "none" | "unknown" => format!("({left} IS {not}NULL)"),
                    "true" | "false" => format!("({left} IS {not}{what})"),
                    other => return Err(format!("IS is followed by {other:?}")),
                }
            }
            "between" => {
                let low = self.expression(6)?;
                if !self.take_word("and") {
                    return Err("BETWEEN lacks its AND".into());
                }
                format!("({left} {not}BETWEEN {low} AND {})", self.expression(6)?)
            }
            "like" | "ilike" => format!("({left} {not}{} {})", word.to_uppercase(), self.expression(6)?),
            "in" => {
                let close = if self.take("[") { "]" } else { self.expect("(").map(|()| ")")? };
                let items = self.list(close)?;
                format!("({left} {not}IN ({}))", items.join(", "))
            }
            other => return Err(format!("{other:?} is no comparison")),
        })
    }

    fn list(&mut self, close: &str) -> Result<Vec<String>, String> {
        let mut out = Vec::new();
        if self.take(close) {
            return Ok(out);
        }
        loop {
            out.push(self.expression(0)?);
            if self.take(close) {
                return Ok(out);
            }
            self.expect(",")?;
        }
    }

    fn prefix(&mut self) -> Sql {
        let token = self.peek().cloned().ok_or("the expression ends too early")?;
        self.at += 1;
        match token {
            Token::Atom(text) => self.dotted(text),
            Token::Sign("(") => {
                let inner = self.expression(0)?;
                self.expect(")")?;
                Ok(format!("({inner})"))
            }
            Token::Sign("-") => Ok(format!("(- {})", self.expression(9)?)),
            Token::Sign("+") => self.expression(9),
            Token::Sign("!") => Ok(format!("(NOT {})", self.expression(4)?)),
            Token::Sign(sign) => Err(format!("{sign:?} begins no expression")),
            Token::Word(word) => self.named(word),
        }
    }

    fn dotted(&mut self, mut name: String) -> Sql {
        while self.take(".") {
            let part = self.peek().cloned().ok_or("a name ends with a dot")?;
            self.at += 1;
            let part = match part {
                Token::Word(word) => quoted(&word),
                other => other.text().to_owned(),
            };
            name = format!("{name}.{part}");
        }
        Ok(name)
    }

    fn named(&mut self, word: String) -> Sql {
        let lower = word.to_lowercase();
        let text_follows = matches!(self.peek(), Some(Token::Atom(t)) if t.starts_with('\''));
        match lower.as_str() {
            "not" => return Ok(format!("(NOT {})", self.expression(4)?)),
            "null" | "none" => return Ok("NULL".into()),
            "true" | "false" => return Ok(lower),
            // The last day of generated history: a clock must not reach the data, so it is not asked here either.
            "current_date" => return Ok("DATE '2025-12-31'".into()),
            "current_timestamp" | "localtimestamp" => return Ok("TIMESTAMP '2025-12-31 23:59:59'".into()),
            "case" => return self.case(),
            "date" | "timestamp" | "time" if text_follows => {
                let text = self.peek().map(|t| t.text().to_owned()).unwrap_or_default();
                self.at += 1;
                return Ok(format!("{} {text}", lower.to_uppercase()));
            }
            "interval" => {
                let text = self.peek().map(|t| t.text().to_owned()).unwrap_or_default();
                self.at += 1;
                let unit = self.word();
                let unit = if unit.trim_end_matches('s').is_empty()
                    || !["year", "month", "week", "day", "hour", "minute", "second"].contains(&unit.trim_end_matches('s'))
                {
                    String::new()
                } else {
                    self.at += 1;
                    format!(" {}", unit.to_uppercase())
                };
                return Ok(format!("INTERVAL {text}{unit}"));
            }
            _ => {}
        }
        if self.sign() != "(" {
            // Quoted: a column may be called what is a keyword to DuckDB ("at"); case does not matter to it either way.
            return self.dotted(quoted(&word));
        }
        if ["cast", "extract", "substring", "trim", "position", "overlay"].contains(&lower.as_str()) && self.speaks_sql() {
            return Ok(format!("{lower}{}", self.raw()?));
        }
        self.at += 1;
        let arguments = self.list(")")?;
        call(&lower, &arguments)
    }

    /// Whether the arguments ahead are in words (`CAST(x AS t)`), at their own level.
    fn speaks_sql(&self) -> bool {
        let mut depth = 0;
        for token in self.tokens.iter().skip(self.at) {
            match token.text() {
                "(" => depth += 1,
                ")" => depth -= 1,
                t if depth == 1 && matches!(token, Token::Word(_)) && ["as", "from", "for", "in"].contains(&t.to_lowercase().as_str()) => {
                    return true;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        false
    }

    fn case(&mut self) -> Sql {
        let mut out = "(CASE".to_owned();
        if self.word() != "when" {
            out = format!("{out} {}", self.expression(0)?);
        }
        while self.take_word("when") {
            let condition = self.expression(0)?;
            if !self.take_word("then") {
                return Err("CASE lacks its THEN".into());
            }
            out = format!("{out} WHEN {condition} THEN {}", self.expression(0)?);
        }
        if self.take_word("else") {
            out = format!("{out} ELSE {}", self.expression(0)?);
        }
        if !self.take_word("end") {
            return Err("CASE lacks its END".into());
        }
        Ok(format!("{out} END)"))
    }
}

/// A function's call as DuckDB has it.
fn call(name: &str, arguments: &[String]) -> Sql {
    let all = arguments.join(", ");
    Ok(match (name, arguments) {
        ("where" | "iif" | "if_else", [c, a, b]) => format!("(CASE WHEN {c} THEN {a} ELSE {b} END)"),
        ("now", []) => "TIMESTAMP '2025-12-31 23:59:59'".into(),
        ("clip", [x, low, high]) => format!("least(greatest({x}, {low}), {high})"),
        ("min", [_, _, ..]) => format!("least({all})"),
        ("max", [_, _, ..]) => format!("greatest({all})"),
        ("log", [x]) => format!("ln({x})"),
        ("len" | "char_length" | "character_length", [x]) => format!("length({x})"),
        ("btrim" | "strip", [x]) => format!("trim({x})"),
        ("ifnull" | "nvl" | "fillna", [_, _]) => format!("coalesce({all})"),
        ("float", [x]) => format!("CAST({x} AS DOUBLE)"),
        ("int", [x]) => format!("CAST(trunc(CAST({x} AS DOUBLE)) AS BIGINT)"),
        ("str", [x]) => format!("CAST({x} AS VARCHAR)"),
        ("bool", [x]) => format!("CAST({x} AS BOOLEAN)"),
        ("date" | "to_date", [x]) => format!("CAST({x} AS DATE)"),
        ("day_of_week" | "weekday" | "dayofweek", [x]) => format!("(isodow({x}) - 1)"),
        ("day_of_month", [x]) => format!("day({x})"),
        ("day_of_year", [x]) => format!("dayofyear({x})"),
        ("div", [a, b]) => format!("trunc(CAST({a} AS DOUBLE) / nullif({b}, 0))"),
        // Of a difference of instants these are numbers; of a number, an interval. Which it is, only the database knows.
        ("seconds" | "minutes" | "hours" | "days", [x]) => {
            let unit = match name {
                "seconds" => 1,
                "minutes" => 60,
                "hours" => 3_600,
                _ => 86_400,
            };
            if x.contains(" - ") {
                format!("(epoch({x}) / {unit}.0)")
            } else {
                format!("({x} * INTERVAL {unit} SECOND)")
            }
        }
        _ => format!("{name}({all})"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use duckdb::Connection;

    #[test]
    fn both_languages_mean_the_same_in_duckdb() -> Result<(), Box<dyn std::error::Error>> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(
            "SET integer_division = true; CREATE TABLE t AS SELECT 7 AS a, 2.5::DOUBLE AS x, NULL::INTEGER AS b, 'Ann' AS name, \
            DATE '2024-02-29' AS day, TIMESTAMP '2024-02-29 13:30:00' AS at, TIMESTAMP '2024-02-29 15:00:00' AS until",
        )?;
        for (text, want) in [
            ("a / 2", "3.5"),
            ("a // 2", "3.0"),
            ("-a // 2", "-4.0"),
            ("-a % 3", "2.0"),
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
            ("day + INTERVAL '1 month'", "2024-03-29 00:00:00"),
            ("clip(a, 1, 5) + min(a, 2) + max(a, 8)", "15"),
            ("coalesce(b, a) * 2", "14"),
            ("round(x * 1.5, 1)", "3.8"),
            ("CAST(a AS double) / 2", "3.5"),
            ("a::numeric / 4", "1.75"),
            ("date(at)", "2024-02-29"),
            ("b IS NULL", "true"),
        ] {
            let sql = to_sql(text)?;
            let found: String = connection
                .query_row(&format!("SELECT CAST({sql} AS VARCHAR) FROM t"), [], |r| r.get(0))
                .map_err(|e| format!("{text}: {sql}: {e}"))?;
            assert_eq!(found, want, "{text}: {sql}");
        }
        for text in ["a +", "a b", "(a", "1 if a", "'x", "a $ b", &"(".repeat(500)] {
            assert!(to_sql(text).is_err(), "{text}");
        }
        Ok(())
    }
}
