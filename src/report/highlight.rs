//! SQL for people: one clause a line, subqueries indented, words coloured. For the eye only; the corpus holds the SQL as it was certified.
//!
//! A light scan, not a parse: it must show any text, broken SQL included. Invariant: removing tags and white space from the output gives the
//! input without white space.

use super::page::escape;

/// Words that open a clause, and so a line.
const CLAUSES: &[&str] = &[
    "SELECT",
    "FROM",
    "WHERE",
    "GROUP",
    "HAVING",
    "ORDER",
    "LIMIT",
    "UNION",
    "INTERSECT",
    "EXCEPT",
    "WITH",
];
/// Words before JOIN that belong to it.
const JOINS: &[&str] = &["LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL"];
const WORDS: &[&str] = &[
    "ALL",
    "AND",
    "ANY",
    "AS",
    "ASC",
    "BETWEEN",
    "BY",
    "CASE",
    "CAST",
    "CURRENT",
    "DATE",
    "DESC",
    "DISTINCT",
    "ELSE",
    "END",
    "ESCAPE",
    "EXISTS",
    "FALSE",
    "FILTER",
    "FIRST",
    "FOLLOWING",
    "ILIKE",
    "IN",
    "INTERVAL",
    "IS",
    "JOIN",
    "LAST",
    "LATERAL",
    "LIKE",
    "NOT",
    "NULL",
    "NULLS",
    "OFFSET",
    "ON",
    "OR",
    "OUTER",
    "OVER",
    "PARTITION",
    "PRECEDING",
    "RANGE",
    "RECURSIVE",
    "ROW",
    "ROWS",
    "SIMILAR",
    "THEN",
    "TIMESTAMP",
    "TO",
    "TRUE",
    "UNBOUNDED",
    "USING",
    "VALUES",
    "WHEN",
    "WITHIN",
];

/// The SQL as HTML, without the surrounding `<pre>`.
pub fn html(sql: &str) -> String {
    let tokens = scan(sql);
    let mut out = String::with_capacity(sql.len() * 2);
    // What each open parenthesis holds: a query (its clauses get lines) or anything else.
    let mut open: Vec<bool> = Vec::new();
    let mut previous = "";
    for (at, token) in tokens.iter().enumerate() {
        let upper = token.text.to_ascii_uppercase();
        let next = tokens.iter().skip(at + 1).find(|t| t.kind != Kind::Space);
        let in_query = open.last().copied().unwrap_or(true);
        let joins = |word: &str| word == "JOIN" || JOINS.contains(&word);
        let opens_line = token.kind == Kind::Word
            && in_query
            && !previous.is_empty()
            && (CLAUSES.contains(&upper.as_str()) && !previous.eq_ignore_ascii_case("distinct")
                || joins(&upper)
                    && !joins(&previous.to_ascii_uppercase())
                    && !previous.eq_ignore_ascii_case("outer")
                    && follows_join(&upper, next));
        if token.kind == Kind::Space {
            if !out.ends_with(['\n', ' ']) {
                out.push(' ');
            }
            continue;
        }
        if token.text == ")" && open.pop() == Some(true) {
            line(&mut out, open.iter().filter(|q| **q).count());
        }
        if opens_line {
            line(&mut out, open.iter().filter(|q| **q).count());
        }
        write(&mut out, token, &upper, next);
        if token.text == "(" {
            let query = next.is_some_and(|t| ["SELECT", "WITH"].iter().any(|w| t.text.eq_ignore_ascii_case(w)));
            open.push(query);
            if query {
                line(&mut out, open.iter().filter(|q| **q).count());
            }
        }
        // A clause word right after a parenthesis already stands on its own line.
        previous = if token.text == "(" { "" } else { token.text };
    }
    out
}

fn follows_join(word: &str, next: Option<&Token<'_>>) -> bool {
    // LEFT is also a function's name.
    word == "JOIN" || next.is_some_and(|t| t.text != "(")
}

fn line(out: &mut String, depth: usize) {
    while out.ends_with(' ') {
        out.pop();
    }
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
}

fn write(out: &mut String, token: &Token<'_>, upper: &str, next: Option<&Token<'_>>) {
    let class = match token.kind {
        Kind::Word if CLAUSES.contains(&upper) || JOINS.contains(&upper) || WORDS.contains(&upper) => "k",
        Kind::Word if next.is_some_and(|t| t.text == "(") => "f",
        Kind::Text => "s",
        Kind::Number => "n",
        Kind::Comment => "c",
        _ => "",
    };
    if class.is_empty() {
        out.push_str(&escape(token.text));
    } else {
        out.push_str("<b class=");
        out.push_str(class);
        out.push('>');
        out.push_str(&escape(token.text));
        out.push_str("</b>");
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Space,
    Word,
    Text,
    Number,
    Comment,
    Other,
}

struct Token<'a> {
    text: &'a str,
    kind: Kind,
}

fn scan(sql: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let run = |is: fn(char) -> bool| rest.find(|c| !is(c)).unwrap_or(rest.len());
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let (kind, len) = match first {
            c if c.is_whitespace() => (Kind::Space, run(char::is_whitespace)),
            '\'' => (Kind::Text, quoted(rest, '\'')),
            '"' => (Kind::Other, quoted(rest, '"')),
            '-' if rest.starts_with("--") => (Kind::Comment, rest.find('\n').unwrap_or(rest.len())),
            c if c.is_ascii_digit() => (Kind::Number, run(|c| c.is_ascii_digit() || c == '.')),
            c if word(c) => (Kind::Word, run(|c| c.is_alphanumeric() || c == '_')),
            c => (Kind::Other, c.len_utf8()),
        };
        let (text, tail) = rest.split_at(len);
        tokens.push(Token { text, kind });
        rest = tail;
    }
    tokens
}

/// Length of a quoted text with its quotes; a doubled quote is two texts side by side, which looks the same. Unclosed: all of it.
fn quoted(rest: &str, quote: char) -> usize {
    rest[1..].find(quote).map_or(rest.len(), |at| at + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(html: &str) -> String {
        let mut out = String::new();
        let mut inside = false;
        for c in html.chars() {
            match c {
                '<' => inside = true,
                '>' => inside = false,
                c if !inside => out.push(c),
                _ => {}
            }
        }
        out
    }

    #[test]
    fn clauses_have_lines_and_subqueries_are_indented() {
        let sql = "SELECT a.name, EXTRACT(YEAR FROM b.day) FROM a LEFT JOIN b ON a.id = b.id WHERE a.id IN (SELECT id FROM c WHERE x > 3) ORDER BY name";
        assert_eq!(
            plain(&html(sql)).replace("&gt;", ">"),
            "SELECT a.name, EXTRACT(YEAR FROM b.day)\nFROM a\nLEFT JOIN b ON a.id = b.id\nWHERE a.id IN (\n  SELECT id\n  FROM c\n  WHERE x > 3\n)\nORDER BY name"
        );
        assert!(html("SELECT 1").starts_with("<b class=k>SELECT</b> <b class=n>1</b>"));
    }

    #[test]
    fn nothing_is_lost_or_added() {
        for sql in [
            "SELECT 'it''s (FROM' FROM t",
            "((",
            "SELECT 'open",
            "x -- y\nz",
            "IS DISTINCT FROM 3",
            "WITH q AS (SELECT 1) SELECT * FROM q",
            "été\"ß",
        ] {
            let bare = |s: &str| s.split_whitespace().collect::<String>();
            assert_eq!(bare(&plain(&html(sql)).replace("&#39;", "'").replace("&quot;", "\"")), bare(sql));
        }
    }
}
