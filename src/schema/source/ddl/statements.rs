//! Statements: cuts a dump into statements and tokens, in one pass.
//!
//! It knows what must not be cut: strings, dollar quotes, nested comments, rows after `COPY ... FROM stdin`, psql commands, bodies with
//! semicolons. Limits: tokens kept a statement ([`TOKENS_MAX`]; few of a statement that says nothing about tables) and restarts after a
//! quote that never ends ([`RESTARTS_MAX`]), so that time stays linear. Invariant: every call moves forward.

use super::token::{Kind, Token, is_ident_byte};
use crate::kernel::limits::IDENTIFIER_BYTES_MAX;

/// Most tokens kept of one statement: a table of 5,000 columns has a tenth of this.
const TOKENS_MAX: usize = 1 << 20;
/// Tokens kept of a statement that is skipped: enough to name its kind and to see a `set_config('search_path', ...)`.
const TOKENS_OF_SKIPPED: usize = 24;
/// Times per file that reading starts anew after a quote that never ends.
const RESTARTS_MAX: u32 = 16;

/// Flaws told of one statement.
const FLAWS_MAX: usize = 20;

/// One statement.
#[derive(Debug, Default)]
pub(super) struct Statement {
    pub(super) tokens: Vec<Token>,
    /// `-- comment`s inside, as tokens without the dashes.
    pub(super) comments: Vec<Token>,
    /// Line of the first token.
    pub(super) line: u32,
    /// Rows after `COPY ... FROM stdin`.
    pub(super) rows: u64,
    /// A psql command, with its backslash.
    pub(super) command: Option<String>,
    /// What was wrong with the cut, by line.
    pub(super) flaws: Vec<(u32, String)>,
}

/// Reads statements off a text.
pub(super) struct Statements<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    /// MySQL's rules: backslash escapes, `#` comments, DELIMITER.
    pub(super) mysql: bool,
    restarts: u32,
    statement: Statement,
    /// Open BEGIN/CASE of a body with semicolons.
    depth: u32,
    /// First keyword says that the statement is read whole.
    keep: bool,
    /// The statement is CREATE TABLE, ALTER TABLE or COMMENT: no string in it holds statements.
    plain_ddl: bool,
}

impl<'a> Statements<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mysql = looks_like_mysql(text);
        Statements {
            text,
            at: 0,
            line: 1,
            mysql,
            restarts: 0,
            statement: Statement::default(),
            depth: 0,
            keep: true,
            plain_ddl: false,
        }
    }

    /// The next statement or psql command; `None` at the end.
    pub(super) fn next(&mut self) -> Option<Statement> {
        self.statement = Statement::default();
        (self.depth, self.keep, self.plain_ddl) = (0, true, false);
        let mut body_start = None;
        loop {
            let Some(byte) = self.byte(0) else {
                // A body that never ends: give back everything after its first semicolon.
                if self.depth > 0
                    && let Some((at, line)) = body_start.take()
                    && self.restart()
                {
                    self.flaw(format!("the body that begins on line {} has no END", self.statement.line));
                    (self.at, self.line) = (at, line);
                    return Some(std::mem::take(&mut self.statement));
                }
                let last = std::mem::take(&mut self.statement);
                return (!last.tokens.is_empty() || !last.flaws.is_empty()).then_some(last);
            };
            match byte {
                b'\n' => {
                    self.line += 1;
                    self.at += 1;
                }
                b' ' | b'\t' | b'\r' | 0x0B | 0x0C => self.at += 1,
                b'-' if self.byte(1) == Some(b'-') => self.line_comment(2),
                b'#' if self.mysql => self.line_comment(1),
                b'/' if self.byte(1) == Some(b'*') => self.block_comment(),
                b'\\' => {
                    if let Some(done) = self.command() {
                        return Some(done);
                    }
                }
                b';' => {
                    self.at += 1;
                    if self.depth > 0 {
                        body_start.get_or_insert((self.at, self.line));
                        continue;
                    }
                    if self.statement.tokens.is_empty() {
                        continue;
                    }
                    if self.is_copy_from_stdin() {
                        self.copy_rows();
                    }
                    return Some(std::mem::take(&mut self.statement));
                }
                b'\'' => self.string(0, self.mysql),
                b'"' => self.quoted('"', 0),
                b'`' => self.quoted('`', 0),
                b'[' if self.opens_bracket_name() => self.quoted(']', 0),
                b'$' if self.dollar_quote() => {}
                b'0'..=b'9' => self.number(),
                _ if is_ident_byte(byte) => {
                    if self.word() {
                        return Some(std::mem::take(&mut self.statement));
                    }
                }
                _ => {
                    let symbol = self.text[self.at..].chars().next().unwrap_or(' ');
                    let start = self.at;
                    self.at += symbol.len_utf8();
                    if symbol != '/' || !self.statement.tokens.is_empty() {
                        self.push(Kind::Symbol(symbol), start);
                    }
                }
            }
        }
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn flaw(&mut self, message: String) {
        if self.statement.flaws.len() < FLAWS_MAX {
            self.statement.flaws.push((self.line, message));
        }
    }

    fn restart(&mut self) -> bool {
        self.restarts += 1;
        self.restarts <= RESTARTS_MAX
    }

    /// Adds the token `start..self.at`, which began on the current line.
    fn push(&mut self, kind: Kind, start: usize) {
        self.push_from(kind, start, self.line);
    }

    fn push_from(&mut self, kind: Kind, start: usize, line: u32) {
        if self.statement.tokens.is_empty() {
            self.statement.line = line;
        }
        let most = if self.keep { TOKENS_MAX } else { TOKENS_OF_SKIPPED };
        if self.statement.tokens.len() < most {
            self.statement.tokens.push(Token {
                kind,
                start,
                end: self.at,
                line,
            });
        }
    }

    /// Moves to `end`, counting lines.
    fn advance(&mut self, end: usize) {
        let passed = &self.text.as_bytes()[self.at..end];
        self.line += passed.iter().filter(|b| **b == b'\n').count() as u32;
        self.at = end;
    }

    fn line_end(&self) -> usize {
        self.text[self.at..].find('\n').map_or(self.text.len(), |n| self.at + n)
    }

    fn line_comment(&mut self, dashes: usize) {
        let (start, end) = (self.at + dashes, self.line_end());
        if self.keep && !self.statement.tokens.is_empty() && self.statement.comments.len() < TOKENS_MAX {
            self.statement.comments.push(Token {
                kind: Kind::Text,
                start,
                end,
                line: self.line,
            });
        }
        self.at = end;
    }

    fn block_comment(&mut self) {
        let bytes = self.text.as_bytes();
        let (mut depth, mut at) = (1_u32, self.at + 2);
        while depth > 0 && at + 1 < bytes.len() {
            match (bytes[at], bytes[at + 1]) {
                (b'*', b'/') => (depth, at) = (depth - 1, at + 2),
                (b'/', b'*') if !self.mysql => (depth, at) = (depth + 1, at + 2),
                _ => at += 1,
            }
        }
        if depth == 0 {
            self.advance(at);
            return;
        }
        self.flaw("a block comment opens here and never ends; its first line is passed over".into());
        let end = if self.restart() { self.line_end() } else { self.text.len() };
        self.advance(end);
    }

    /// A psql command up to the end of its line; `\g` and its kin end a statement.
    fn command(&mut self) -> Option<Statement> {
        let end = self.line_end();
        let command = self.text[self.at..end].trim_end().to_owned();
        let line = self.line;
        self.at = end;
        if self.statement.tokens.is_empty() {
            return Some(Statement {
                command: Some(command),
                line,
                ..Statement::default()
            });
        }
        command.starts_with("\\g").then(|| std::mem::take(&mut self.statement))
    }

    fn string(&mut self, prefix: usize, backslashes: bool) {
        let (start, line) = (self.at, self.line);
        let bytes = self.text.as_bytes();
        let mut at = start + prefix + 1;
        let end = loop {
            match bytes.get(at) {
                None => break None,
                Some(b'\'') if bytes.get(at + 1) == Some(&b'\'') => at += 2,
                Some(b'\'') => break Some(at + 1),
                Some(b'\\') if backslashes => at += 2,
                Some(_) => at += 1,
            }
        };
        match end {
            Some(end) if !(self.plain_ddl && self.restarts < RESTARTS_MAX && swallows_statements(&self.text[start..end])) => {
                self.advance(end)
            }
            _ => {
                self.flaw("a string opens here and never ends; it is taken to end with its line".into());
                let end = if self.restart() { self.line_end() } else { self.text.len() };
                self.advance(end);
            }
        }
        self.push_from(Kind::Text, start, line);
    }

    /// A quoted identifier; one that does not end within twice the longest is a stray character.
    fn quoted(&mut self, close: char, prefix: usize) {
        let (start, line) = (self.at, self.line);
        let bytes = self.text.as_bytes();
        let mut at = start + prefix + 1;
        let stop = bytes.len().min(at + 2 * IDENTIFIER_BYTES_MAX);
        let close = close as u8;
        while at < stop {
            if bytes[at] != close {
                at += 1;
            } else if bytes.get(at + 1) == Some(&close) && close != b']' {
                at += 2;
            } else {
                self.advance(at + 1);
                self.push_from(Kind::Quoted, start, line);
                return;
            }
        }
        self.flaw(format!(
            "a {} opens here and never ends",
            self.text[start..].chars().next().unwrap_or('"')
        ));
        // A run of strays is one stray, or each of them would be looked at anew.
        let run = bytes[start + prefix..].iter().take_while(|b| **b == close).count();
        self.at = start + prefix + run.max(1);
    }

    /// `[name]` of T-SQL and SQLite, told from a subscript by what stands before it.
    fn opens_bracket_name(&self) -> bool {
        let before = self
            .at
            .checked_sub(1)
            .and_then(|at| self.text.as_bytes().get(at))
            .copied()
            .unwrap_or(b' ');
        let subscript = is_ident_byte(before) || matches!(before, b']' | b')' | b'"');
        let named = self.byte(1).is_some_and(|b| b.is_ascii_alphabetic() || b == b'_');
        !subscript
            && named
            && self.text.as_bytes()[self.at..]
                .iter()
                .take(256)
                .take_while(|b| **b != b'\n')
                .any(|b| *b == b']')
    }

    /// `$tag$ ... $tag$`; false when this dollar opens no quote.
    fn dollar_quote(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        let mut at = self.at + 1;
        while bytes.get(at).is_some_and(|b| is_ident_byte(*b) && *b != b'$') && at < self.at + 256 {
            at += 1;
        }
        if bytes.get(at) != Some(&b'$') || bytes.get(self.at + 1).is_some_and(u8::is_ascii_digit) {
            return false;
        }
        let (start, line) = (self.at, self.line);
        let tag = &self.text[start..=at];
        match self.text[at + 1..].find(tag) {
            Some(found) => self.advance(at + 1 + found + tag.len()),
            None => {
                self.flaw(format!(
                    "the quote {tag} opens here and never ends; it is taken to end with its line"
                ));
                let end = if self.restart() { self.line_end() } else { self.text.len() };
                self.advance(end);
            }
        }
        self.push_from(Kind::Text, start, line);
        true
    }

    fn number(&mut self) {
        let (start, bytes) = (self.at, self.text.as_bytes());
        while bytes.get(self.at).is_some_and(|b| is_ident_byte(*b) || *b == b'.') {
            self.at += 1;
        }
        self.push(Kind::Number, start);
    }

    /// A word, or a string or name with a prefix. True when the statement before it is over.
    fn word(&mut self) -> bool {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut end = start + 1;
        while bytes.get(end).is_some_and(|b| is_ident_byte(*b)) {
            end += 1;
        }
        let word = &self.text[start..end];
        if bytes.get(end) == Some(&b'\'') && word.len() == 1 && matches!(bytes[start] | 0x20, b'e' | b'b' | b'x' | b'n') {
            self.string(1, self.mysql || bytes[start] | 0x20 == b'e');
            return false;
        }
        if word.eq_ignore_ascii_case("u") && bytes.get(end) == Some(&b'&') {
            match bytes.get(end + 1) {
                Some(b'"') => {
                    self.quoted('"', 2);
                    return false;
                }
                Some(b'\'') => {
                    self.string(2, false);
                    return false;
                }
                _ => {}
            }
        }
        if self.statement.tokens.is_empty() {
            if self.mysql && word.eq_ignore_ascii_case("DELIMITER") {
                self.delimiter_block();
                return true;
            }
            if word.eq_ignore_ascii_case("GO") && self.alone_on_line(start, end) {
                self.at = end;
                return false;
            }
            self.keep = ["CREATE", "ALTER", "COMMENT", "DROP", "SET", "COPY"]
                .iter()
                .any(|k| word.eq_ignore_ascii_case(k));
        } else if self.begins_statement(start, end, word) {
            if self.keep {
                self.statement
                    .flaws
                    .push((self.line, "a new statement begins here; the one before has no semicolon".into()));
            }
            return true;
        } else if word.eq_ignore_ascii_case("GO") && self.alone_on_line(start, end) {
            self.at = end;
            return true;
        }
        self.at = end;
        self.push(Kind::Word, start);
        self.track_body(word);
        false
    }

    /// Counts BEGIN, CASE and END in bodies that hold semicolons: `BEGIN ATOMIC`, SQLite's and MySQL's triggers.
    fn track_body(&mut self, word: &'a str) {
        let tokens = &self.statement.tokens;
        let is = |at: usize, name: &str| tokens.get(at).is_some_and(|t| t.is_word(self.text, name));
        if tokens.len() == 2 {
            self.plain_ddl = (is(0, "CREATE") && is(1, "TABLE")) || (is(0, "ALTER") && is(1, "TABLE")) || is(0, "COMMENT");
        }
        if self.depth == 0 {
            if word.eq_ignore_ascii_case("BEGIN") && is(0, "CREATE") {
                let kind = tokens
                    .iter()
                    .skip(1)
                    .take(8)
                    .find_map(|t| match t.raw(self.text).to_ascii_uppercase().as_str() {
                        "TRIGGER" => Some(true),
                        "FUNCTION" | "PROCEDURE" => Some(self.mysql || self.next_word_is("ATOMIC")),
                        _ => None,
                    });
                self.depth = u32::from(kind == Some(true));
            }
            return;
        }
        if word.eq_ignore_ascii_case("BEGIN") || word.eq_ignore_ascii_case("CASE") {
            let closes = tokens.len() >= 2 && is(tokens.len() - 2, "END");
            self.depth += u32::from(!closes);
        } else if word.eq_ignore_ascii_case("END") && !["IF", "LOOP", "WHILE", "REPEAT"].iter().any(|w| self.next_word_is(w)) {
            self.depth -= 1;
        }
    }

    fn next_word(&self, from: usize) -> &'a str {
        let rest = self.text[from..].trim_start_matches([' ', '\t', '\r', '\n']);
        let end = rest.bytes().take(64).take_while(|b| is_ident_byte(*b)).count();
        rest.get(..end).unwrap_or_default()
    }

    fn next_word_is(&self, word: &str) -> bool {
        self.next_word(self.at).eq_ignore_ascii_case(word)
    }

    /// Whether a line opens with words that only a new statement opens with: the way out of a missing semicolon.
    fn begins_statement(&self, start: usize, end: usize, word: &str) -> bool {
        #[rustfmt::skip]
        const AFTER_CREATE: [&str; 18] = [
            "TABLE", "TYPE", "DOMAIN", "SCHEMA", "VIEW", "INDEX", "UNIQUE", "SEQUENCE", "FUNCTION", "PROCEDURE", "TRIGGER", "OR", "TEMP",
            "TEMPORARY", "UNLOGGED", "MATERIALIZED", "EXTENSION", "FOREIGN",
        ];
        let second: &[&str] = match word.len() {
            6 if word.eq_ignore_ascii_case("CREATE") => &AFTER_CREATE,
            5 if word.eq_ignore_ascii_case("ALTER") => &["TABLE", "TYPE", "DOMAIN"],
            7 if word.eq_ignore_ascii_case("COMMENT") => &["ON"],
            4 if word.eq_ignore_ascii_case("DROP") => &["TABLE"],
            _ => return false,
        };
        let first = self.statement.tokens.first();
        let schema_elements = first.is_some_and(|t| t.is_word(self.text, "CREATE"))
            && self.statement.tokens.get(1).is_some_and(|t| t.is_word(self.text, "SCHEMA"));
        let next = self.next_word(end);
        !schema_elements && self.opens_line(start) && second.iter().any(|s| next.eq_ignore_ascii_case(s))
    }

    fn opens_line(&self, start: usize) -> bool {
        let before = self.text.as_bytes()[..start].iter().rev().find(|b| !matches!(b, b' ' | b'\t'));
        before.is_none_or(|b| *b == b'\n')
    }

    fn alone_on_line(&self, start: usize, end: usize) -> bool {
        let after = self.text.as_bytes()[end..].iter().find(|b| !matches!(b, b' ' | b'\t' | b'\r'));
        self.opens_line(start) && after.is_none_or(|b| *b == b'\n')
    }

    /// MySQL's client commands `DELIMITER //` ... `DELIMITER ;`: what stands between is stored code.
    fn delimiter_block(&mut self) {
        let line = self.line;
        let end = self.line_end();
        let delimiter = self.text[self.at..end]
            .trim()
            .get("DELIMITER".len()..)
            .unwrap_or_default()
            .trim()
            .to_owned();
        self.statement.command = Some("DELIMITER".into());
        self.statement.line = line;
        self.at = end;
        if delimiter == ";" || delimiter.is_empty() {
            return;
        }
        let (mut at, start_line) = (end, self.line);
        for row in self.text[end..].split_inclusive('\n') {
            at += row.len();
            let word = row.trim_start();
            if word.get(..9).is_some_and(|w| w.eq_ignore_ascii_case("DELIMITER")) {
                self.advance(at);
                return;
            }
        }
        (self.at, self.line) = (end, start_line);
    }

    fn is_copy_from_stdin(&self) -> bool {
        let tokens = &self.statement.tokens;
        let word = |t: &Token, w: &str| t.is_word(self.text, w);
        tokens.first().is_some_and(|t| word(t, "COPY"))
            && tokens
                .windows(2)
                .any(|pair| matches!(pair, [from, stdin] if word(from, "FROM") && word(stdin, "STDIN")))
    }

    /// Passes over the rows after `COPY ... FROM stdin;` up to the line `\.`.
    fn copy_rows(&mut self) {
        let start = self.line_end();
        let (mut at, mut rows) = (start, 0_u64);
        for (n, row) in self.text[start..].split_inclusive('\n').enumerate() {
            at += row.len();
            if row.trim_end_matches(['\r', '\n']) == "\\." {
                self.advance(at);
                self.statement.rows = rows;
                return;
            }
            rows += u64::from(n > 0);
        }
        self.flaw("the rows of this COPY have no end line (\\.); reading goes on with the next line that begins a statement".into());
        if !self.restart() {
            self.advance(self.text.len());
            return;
        }
        let mut at = start;
        for row in self.text[start..].split_inclusive('\n') {
            let mut words = row.split([' ', '\t']);
            let first = words.next().unwrap_or_default();
            let second = words.next().unwrap_or_default().trim_end();
            if self.begins_statement_words(first, second) {
                break;
            }
            at += row.len();
        }
        self.advance(at);
    }

    fn begins_statement_words(&self, first: &str, second: &str) -> bool {
        matches!(
            (first.to_ascii_uppercase().as_str(), second.to_ascii_uppercase().as_str()),
            ("CREATE", "TABLE" | "TYPE" | "DOMAIN" | "SCHEMA" | "UNIQUE" | "INDEX" | "SEQUENCE")
                | ("ALTER", "TABLE")
                | ("COMMENT", "ON")
                | ("COPY", _)
        )
    }
}

/// A string that runs over the beginning of statements was opened by a stray quote.
fn swallows_statements(raw: &str) -> bool {
    raw.match_indices('\n').any(|(at, _)| {
        let line = &raw.as_bytes()[at + 1..];
        ["CREATE TABLE ", "ALTER TABLE ", "CREATE TYPE ", ");"]
            .iter()
            .any(|s| line.len() >= s.len() && line[..s.len()].eq_ignore_ascii_case(s.as_bytes()))
    })
}

/// Words that only MySQL's and MariaDB's dumps have.
fn looks_like_mysql(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has = |at: usize, word: &[u8]| bytes.get(at..at + word.len()).is_some_and(|w| w.eq_ignore_ascii_case(word));
    (0..bytes.len()).any(|at| match bytes[at] | 0x20 {
        b'e' => has(at, b"ENGINE=") || has(at, b"ENGINE ="),
        b'a' => has(at, b"AUTO_INCREMENT"),
        b'm' => has(at, b"MySQL dump") || has(at, b"MariaDB dump"),
        _ => false,
    })
}
