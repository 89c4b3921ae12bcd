//! Words, signs and constants of an expression. Limit: what is no part of the language is told with its character.

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
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
    pub(super) fn text(&self) -> &str {
        match self {
            Token::Word(t) | Token::Atom(t) => t,
            Token::Sign(s) => s,
        }
    }
}

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
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
