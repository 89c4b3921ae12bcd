//! A cursor over the tokens of one statement, or over a part of them.
//!
//! Reading past the end gives nothing, never an error: the parser asks for what it hopes for and reports what it missed.

use super::token::{Kind, Token, unquote_identifier, unquote_text};
use crate::kernel::limits::IDENTIFIER_BYTES_MAX;

/// A name, with its schema when one was written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Name {
    pub(super) schema: Option<String>,
    pub(super) name: String,
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// Tokens yet to be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    pub(super) tokens: &'t [Token],
    /// MySQL's rule for backslashes in strings.
    pub(super) backslashes: bool,
    /// Line of the last token read, for messages past the end.
    last_line: u32,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str, tokens: &'t [Token], backslashes: bool) -> Self {
        let last_line = tokens.first().map_or(0, |t| t.line);
        Cursor {
            text,
            tokens,
            backslashes,
            last_line,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }
    pub(super) fn peek(&self) -> Option<Token> {
        self.tokens.first().copied()
    }
    /// The token `ahead` places on, as it stands in the text.
    pub(super) fn raw(&self, ahead: usize) -> &'t str {
        self.tokens.get(ahead).map_or("", |t| t.raw(self.text))
    }
    /// The line being read.
    pub(super) fn line(&self) -> u32 {
        self.peek().map_or(self.last_line, |t| t.line)
    }
    /// The line of the token before.
    pub(super) fn line_before(&self) -> u32 {
        self.last_line
    }
    pub(super) fn skip(&mut self, n: usize) {
        let n = n.min(self.tokens.len());
        if let Some(last) = n.checked_sub(1).and_then(|i| self.tokens.get(i)) {
            self.last_line = last.line;
        }
        self.tokens = &self.tokens[n..];
    }

    /// Whether these keywords come next.
    pub(super) fn is(&self, words: &[&str]) -> bool {
        words
            .iter()
            .enumerate()
            .all(|(n, word)| self.tokens.get(n).is_some_and(|t| t.is_word(self.text, word)))
    }
    /// Passes these keywords when they come next.
    pub(super) fn eat(&mut self, words: &[&str]) -> bool {
        let found = self.is(words);
        if found {
            self.skip(words.len());
        }
        found
    }
    /// Whether one of these keywords comes next.
    pub(super) fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|w| self.is(&[w]))
    }
    pub(super) fn is_symbol(&self, ahead: usize, symbol: char) -> bool {
        self.tokens.get(ahead).is_some_and(|t| t.kind == Kind::Symbol(symbol))
    }
    pub(super) fn eat_symbol(&mut self, symbol: char) -> bool {
        let found = self.is_symbol(0, symbol);
        if found {
            self.skip(1);
        }
        found
    }
    /// Passes IF EXISTS or IF NOT EXISTS.
    pub(super) fn eat_if_exists(&mut self) -> bool {
        self.eat(&["IF", "NOT", "EXISTS"]) || self.eat(&["IF", "EXISTS"])
    }

    /// An identifier: unquoted ones in lower case, as PostgreSQL keeps them.
    pub(super) fn identifier(&mut self) -> Option<String> {
        let token = self.peek()?;
        let raw = token.raw(self.text);
        let mut name = match token.kind {
            Kind::Word => raw.to_ascii_lowercase(),
            Kind::Quoted => unquote_identifier(raw),
            _ => return None,
        };
        if name.len() > IDENTIFIER_BYTES_MAX {
            let cut = (0..=IDENTIFIER_BYTES_MAX).rev().find(|n| name.is_char_boundary(*n)).unwrap_or(0);
            name.truncate(cut);
        }
        self.skip(1);
        (!name.is_empty()).then_some(name)
    }

    /// How the last word before `after` was written, where folding it to lower case hides where its words begin.
    pub(super) fn spelling(&self, after: &Cursor<'_>) -> Option<String> {
        let last = self.tokens.len().checked_sub(after.tokens.len() + 1)?;
        let token = self.tokens.get(last).filter(|t| t.kind == Kind::Word)?;
        let raw = token.raw(self.text);
        let inner = raw.chars().skip(1).any(char::is_uppercase) && raw.chars().any(char::is_lowercase);
        (inner && raw.len() <= IDENTIFIER_BYTES_MAX).then(|| raw.to_owned())
    }

    /// `name`, `schema.name` or `database.schema.name`.
    pub(super) fn name(&mut self) -> Option<Name> {
        let mut name = Name {
            schema: None,
            name: self.identifier()?,
        };
        while self.is_symbol(0, '.') {
            let mut ahead = *self;
            ahead.skip(1);
            let Some(next) = ahead.identifier() else { break };
            *self = ahead;
            name = Name {
                schema: Some(name.name),
                name: next,
            };
        }
        Some(name)
    }

    /// A string; adjoining strings on following lines are one.
    pub(super) fn string(&mut self) -> Option<String> {
        let mut out: Option<String> = None;
        while let Some(token) = self.peek().filter(|t| t.kind == Kind::Text) {
            out.get_or_insert_default()
                .push_str(&unquote_text(token.raw(self.text), self.backslashes));
            self.skip(1);
        }
        out
    }

    pub(super) fn number(&mut self) -> Option<u32> {
        let token = self.peek().filter(|t| t.kind == Kind::Number)?;
        let number = token.raw(self.text).parse().ok()?;
        self.skip(1);
        Some(number)
    }

    /// What stands between the parenthesis that comes next and its partner; both are passed. Without a partner: all that is left.
    pub(super) fn group(&mut self) -> Option<Cursor<'t>> {
        if !self.is_symbol(0, '(') {
            return None;
        }
        let mut depth = 0_u32;
        let mut close = self.tokens.len();
        for (n, token) in self.tokens.iter().enumerate() {
            match token.kind {
                Kind::Symbol('(') => depth += 1,
                Kind::Symbol(')') => depth -= 1,
                _ => continue,
            }
            if depth == 0 {
                close = n;
                break;
            }
        }
        let inner = Cursor {
            tokens: &self.tokens[1..close],
            last_line: self.line(),
            ..*self
        };
        self.skip(close + 1);
        Some(inner)
    }

    /// The parts between commas outside parentheses and brackets.
    pub(super) fn parts(&self) -> Vec<Cursor<'t>> {
        let mut out = Vec::new();
        let (mut depth, mut start) = (0_i64, 0);
        for (n, token) in self.tokens.iter().enumerate() {
            match token.kind {
                Kind::Symbol('(' | '[') => depth += 1,
                Kind::Symbol(')' | ']') => depth = (depth - 1).max(0),
                Kind::Symbol(',') if depth == 0 => {
                    out.push(self.slice(start, n));
                    start = n + 1;
                }
                _ => {}
            }
        }
        out.push(self.slice(start, self.tokens.len()));
        out.retain(|part| !part.is_empty());
        out
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> Cursor<'t> {
        Cursor::new(self.text, self.tokens.get(start..end).unwrap_or_default(), self.backslashes)
    }

    /// All tokens left as SQL on one line: gaps and comments between them become one blank.
    pub(super) fn sql(&self) -> String {
        let mut out = String::new();
        let mut last_end = None;
        for token in self.tokens {
            if last_end.is_some_and(|end| end != token.start) {
                out.push(' ');
            }
            out.push_str(token.raw(self.text));
            last_end = Some(token.end);
        }
        out
    }

    /// The same without parentheses around the whole.
    pub(super) fn bare(&self) -> Cursor<'t> {
        let mut inner = *self;
        loop {
            let mut ahead = inner;
            match ahead.group() {
                Some(group) if ahead.is_empty() && !group.is_empty() && group.tokens.len() + 2 == inner.tokens.len() => inner = group,
                _ => return inner,
            }
        }
    }

    /// `(a, b DESC, c(10))` as names; `None` when an expression is among them.
    pub(super) fn columns(&mut self) -> Option<Vec<String>> {
        let group = self.group()?;
        let mut out = Vec::new();
        for mut part in group.parts() {
            let name = part.identifier()?;
            // A prefix length (MySQL) keeps the column; a function call is an expression.
            if part.is_symbol(0, '(') && part.group().and_then(|mut length| length.number()).is_none() {
                return None;
            }
            if part.eat(&["COLLATE"]) {
                part.name()?;
            }
            while part.is_any(&["ASC", "DESC", "NULLS", "FIRST", "LAST"]) {
                part.skip(1);
            }
            // An operator class is all that may be left.
            let _ = part.name();
            if !part.is_empty() {
                return None;
            }
            out.push(name);
        }
        (!out.is_empty()).then_some(out)
    }

    /// A short quotation of what comes next, for messages.
    pub(super) fn excerpt(&self) -> String {
        let shown = self.slice(0, self.tokens.len().min(8)).sql();
        let cut: String = shown.chars().take(60).collect();
        if cut.len() < shown.len() || self.tokens.len() > 8 {
            format!("{cut} ...")
        } else {
            cut
        }
    }
}
