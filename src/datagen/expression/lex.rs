//! Words and signs of the expression language, each with its place in the text.
//!
//! SQL's and Python's spellings side by side: `==` and `=`, `!=` and `<>`, `'text'` with doubled quotes, names in double quotes or backquotes.
//! Limit: [`limits::SQL_BYTES_MAX`] bytes and [`TOKENS_MAX`] tokens.

use super::ExpressionError;
use crate::kernel::limits;

/// Most tokens of an expression: a list of two thousand values is a table, not an expression.
const TOKENS_MAX: usize = 4_096;

/// One word or sign.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// An integer or decimal number, as written.
    Number(String),
    /// A text constant.
    Text(String),
    /// A name without quotes, as written.
    Word(String),
    /// A name (or text: whoever knows the columns decides) in double quotes.
    Quoted(String),
    /// A sign.
    Sign(&'static str),
    /// The end of the text.
    End,
}

/// Signs, longest first.
const SIGNS: [&str; 28] = [
    "**", "//", "==", "!=", "<>", "<=", ">=", "||", "::", "&&", "+", "-", "*", "/", "%", "^", "<", ">", "=", "(", ")", ",", ".", "[", "]",
    "&", "|", "!",
];

/// Cuts a text into tokens with the position of each, in characters from 1.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, usize)>, ExpressionError> {
    let too_large = || ExpressionError::TooLarge {
        max: limits::SQL_BYTES_MAX,
    };
    if text.len() > limits::SQL_BYTES_MAX {
        return Err(too_large());
    }
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let at = text.len() - rest.len();
        let place = text.get(..at).unwrap_or_default().chars().count() + 1;
        let failed = |message: &str| ExpressionError::grammar(text, place, message.to_owned());
        if c.is_whitespace() {
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            continue;
        }
        let (token, length) = if c.is_ascii_digit() || (c == '.' && rest.chars().nth(1).is_some_and(|d| d.is_ascii_digit())) {
            let length = number(rest);
            (Token::Number(rest.get(..length).unwrap_or_default().replace('_', "")), length)
        } else if c.is_alphabetic() || c == '_' {
            let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(rest.len());
            (Token::Word(rest.get(..length).unwrap_or_default().to_owned()), length)
        } else if matches!(c, '\'' | '"' | '`') {
            let (inside, length) = quoted(rest, c).ok_or_else(|| failed(&format!("the {c} is not closed")))?;
            let token = if c == '\'' { Token::Text(inside) } else { Token::Quoted(inside) };
            (token, length)
        } else {
            let sign = SIGNS.iter().find(|s| rest.starts_with(**s));
            let sign = sign.ok_or_else(|| failed(&format!("{c:?} means nothing here")))?;
            (Token::Sign(sign), sign.len())
        };
        out.push((token, place));
        if out.len() > TOKENS_MAX {
            return Err(too_large());
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    out.push((Token::End, text.chars().count() + 1));
    Ok(out)
}

/// Bytes of the number at the start: digits, a point, digits, an exponent.
fn number(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is = |i: usize, test: fn(&u8) -> bool| bytes.get(i).is_some_and(test);
    let digits = |mut i: usize| {
        while is(i, |b| b.is_ascii_digit() || *b == b'_') {
            i += 1;
        }
        i
    };
    let mut end = digits(0);
    if is(end, |b| *b == b'.') {
        end = digits(end + 1);
    }
    if is(end, |b| matches!(b, b'e' | b'E')) {
        let sign = end + 1 + usize::from(is(end + 1, |b| matches!(b, b'+' | b'-')));
        if is(sign, u8::is_ascii_digit) {
            end = digits(sign);
        }
    }
    end
}

/// The inside of a quoted run and its whole length; a doubled quote stands for one.
fn quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut inside = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((i, c)) = chars.next() {
        if c != quote {
            inside.push(c);
        } else if chars.peek().is_some_and(|(_, next)| *next == quote) {
            inside.push(c);
            chars.next();
        } else {
            return Some((inside, i + c.len_utf8()));
        }
    }
    None
}
