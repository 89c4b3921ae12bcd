//! Tokens: places in the text with a kind. What they spell is decoded only when asked for.
//!
//! Invariant: `start..end` lies on character borders of the text it was cut from.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A keyword or an unquoted identifier.
    Word,
    /// A quoted identifier: `"x"`, `` `x` ``, `[x]`, `U&"x"`.
    Quoted,
    /// A string: `'x'`, `E'x'`, `U&'x'`, `$tag$x$tag$`.
    Text,
    /// A number.
    Number,
    /// Any other character.
    Symbol(char),
}

/// A piece of a statement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) line: u32,
}

impl Token {
    /// The token as it stands in the text.
    pub(super) fn raw<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.start..self.end).unwrap_or_default()
    }
    /// Whether it is this keyword, whatever the case.
    pub(super) fn is_word(&self, text: &str, word: &str) -> bool {
        self.kind == Kind::Word && self.raw(text).eq_ignore_ascii_case(word)
    }
}

/// Whether a byte can stand inside an unquoted identifier. Bytes of other alphabets can.
pub(super) fn is_ident_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// What a quoted identifier spells.
pub(super) fn unquote_identifier(raw: &str) -> String {
    if let Some(inner) = strip_prefix_ignore_case(raw, "u&\"") {
        return decode_unicode(&inner.strip_suffix('"').unwrap_or(inner).replace("\"\"", "\""));
    }
    let inner = |open: char, close: char| raw.strip_prefix(open).map(|rest| rest.strip_suffix(close).unwrap_or(rest));
    if let Some(name) = inner('"', '"') {
        name.replace("\"\"", "\"")
    } else if let Some(name) = inner('`', '`') {
        name.replace("``", "`")
    } else {
        inner('[', ']').unwrap_or(raw).to_owned()
    }
}

/// What a string spells. `backslashes` says whether plain strings know escapes (MySQL).
pub(super) fn unquote_text(raw: &str, backslashes: bool) -> String {
    let plain = |inner: &str| inner.strip_suffix('\'').unwrap_or(inner).replace("''", "'");
    if let Some(rest) = raw.strip_prefix('$') {
        let tag_len = rest.find('$').map_or(0, |n| n + 2);
        return raw.get(tag_len..raw.len().saturating_sub(tag_len)).unwrap_or_default().to_owned();
    }
    if let Some(inner) = strip_prefix_ignore_case(raw, "e'") {
        return decode_escapes(inner.strip_suffix('\'').unwrap_or(inner));
    }
    if let Some(inner) = strip_prefix_ignore_case(raw, "u&'") {
        return decode_unicode(&plain(inner));
    }
    match raw.split_once('\'') {
        Some((_, inner)) if backslashes => decode_escapes(inner.strip_suffix('\'').unwrap_or(inner)),
        Some((_, inner)) => plain(inner),
        None => raw.to_owned(),
    }
}

fn strip_prefix_ignore_case<'a>(raw: &'a str, prefix: &str) -> Option<&'a str> {
    raw.get(..prefix.len())
        .filter(|head| head.eq_ignore_ascii_case(prefix))
        .and_then(|_| raw.get(prefix.len()..))
}

/// `\n`, `\'`, `''`, `\101`, `\x41`, `\u0041`, `\U00000041`.
fn decode_escapes(inner: &str) -> String {
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\'' {
            chars.next_if_eq(&'\'');
            out.push('\'');
            continue;
        }
        if c != '\\' {
            out.push(c);
            continue;
        }
        let mut digits = |most: usize, radix: u32| {
            let mut code = None;
            for _ in 0..most {
                let Some(digit) = chars.peek().and_then(|c| c.to_digit(radix)) else {
                    break;
                };
                chars.next();
                code = Some(code.unwrap_or(0) * radix + digit);
            }
            code
        };
        // An octal or hexadecimal byte above 127 is a piece of a multi-byte character; it is kept as its Latin-1 character.
        match digits(3, 8).map(|code| code & 0xFF) {
            Some(code) => out.extend(char::from_u32(code)),
            None => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some('b') => out.push('\u{8}'),
                Some('f') => out.push('\u{c}'),
                Some(which @ ('x' | 'u' | 'U')) => {
                    let most = match which {
                        'x' => 2,
                        'u' => 4,
                        _ => 8,
                    };
                    let code = take_hex(&mut chars, most);
                    out.push(code.and_then(char::from_u32).unwrap_or(which));
                }
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
        }
    }
    out
}

fn take_hex(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, most: usize) -> Option<u32> {
    let mut code = None;
    for _ in 0..most {
        let Some(digit) = chars.peek().and_then(|c| c.to_digit(16)) else {
            break;
        };
        chars.next();
        code = Some(code.unwrap_or(0_u32).wrapping_mul(16).wrapping_add(digit));
    }
    code
}

/// `\0041`, `\+000041` and `\\` of `U&` literals.
fn decode_unicode(inner: &str) -> String {
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
        } else if chars.next_if_eq(&'\\').is_some() {
            out.push('\\');
        } else {
            let most = if chars.next_if_eq(&'+').is_some() { 6 } else { 4 };
            out.push(take_hex(&mut chars, most).and_then(char::from_u32).unwrap_or('\u{FFFD}'));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_spell_what_postgresql_says() {
        for (raw, spelt) in [
            ("'it''s'", "it's"),
            ("E'a\\n\\'b\\x41\\u00e9\\101'", "a\n'bAéA"),
            ("U&'d\\0061t\\+000061'", "data"),
            ("$x$a'b$x$", "a'b"),
            ("$$$$", ""),
            ("'a\\n'", "a\\n"),
            ("E'\\", "\\"),
            ("$", "$"),
        ] {
            assert_eq!(unquote_text(raw, false), spelt, "{raw}");
        }
        assert_eq!(unquote_text("'it\\'s'", true), "it's");
        for (raw, spelt) in [
            ("\"a\"\"b\"", "a\"b"),
            ("`a``b`", "a`b"),
            ("[a b]", "a b"),
            ("U&\"d\\0061ta\"", "data"),
        ] {
            assert_eq!(unquote_identifier(raw), spelt, "{raw}");
        }
    }
}
