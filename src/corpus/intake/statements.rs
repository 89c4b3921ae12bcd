//! SQL files: statements separated by semicolons, with comments; or Spider's gold lines, a statement and its database a line.
//!
//! Texts, quoted names, dollar quotes and nested comments are passed over whole, so a semicolon in them separates nothing. Comments before a statement
//! are not part of it. Limit: an unclosed quote or comment reaches to the end of the file.

use super::Pair;

/// Reads every statement.
pub fn parse(name: &str, text: &str) -> Vec<Pair> {
    if let Some(gold) = gold(name, text) {
        return gold;
    }
    let mut pairs = Vec::new();
    let mut start = None;
    let mut at = 0;
    while at < text.len() {
        let rest = text.get(at..).unwrap_or_default();
        let Some(c) = rest.chars().next() else { break };
        let length = length(rest, c, text.get(..at).unwrap_or_default());
        let is_comment = rest.starts_with("--") || rest.starts_with("/*");
        if c == ';' {
            pairs.extend(start.take().map(|from| statement(name, text, from, at)));
        } else if start.is_none() && !c.is_whitespace() && !is_comment {
            start = Some(at);
        }
        at += length;
    }
    pairs.extend(start.map(|from| statement(name, text, from, text.len())));
    pairs
}

fn statement(name: &str, text: &str, from: usize, to: usize) -> Pair {
    let line = text.get(..from).unwrap_or_default().matches('\n').count() + 1;
    Pair {
        place: format!("{name}:{line}"),
        sql: text.get(from..to).unwrap_or_default().trim_end().to_owned(),
        ..Pair::default()
    }
}

/// Bytes of the lexical unit at the start of `rest`.
fn length(rest: &str, c: char, before: &str) -> usize {
    let until = |close: &str, from: usize| {
        rest.get(from..)
            .and_then(|r| r.find(close))
            .map_or(rest.len(), |i| from + i + close.len())
    };
    match c {
        '\'' if escapes(before) => escaped(rest),
        '\'' => until("'", 1),
        '"' => until("\"", 1),
        '`' => until("`", 1),
        '-' if rest.starts_with("--") => until("\n", 2),
        '/' if rest.starts_with("/*") => comment(rest),
        '$' => match rest.get(1..).and_then(|r| r.find('$')) {
            Some(i) if rest.get(1..=i).is_some_and(is_tag) => until(rest.get(..i + 2).unwrap_or("$$"), i + 2),
            _ => 1,
        },
        c => c.len_utf8(),
    }
}

/// An E before the quote makes `\'` a quote inside the text.
fn escapes(before: &str) -> bool {
    let mut last = before.chars().rev();
    matches!(last.next(), Some('e' | 'E')) && !last.next().is_some_and(|c| c.is_alphanumeric() || c == '_')
}

fn escaped(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '\'' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn comment(rest: &str) -> usize {
    let mut depth = 0_u32;
    let mut at = 0;
    while let Some(here) = rest.get(at..).filter(|r| !r.is_empty()) {
        if here.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += here.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

fn is_tag(tag: &str) -> bool {
    !tag.starts_with(|c: char| c.is_ascii_digit()) && tag.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Lines of `SQL<tab>db_id`, if every line is one.
fn gold(name: &str, text: &str) -> Option<Vec<Pair>> {
    let mut pairs = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let (sql, db_id) = line.split_once('\t')?;
        let db_id = db_id.trim();
        if db_id.is_empty() || !db_id.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c)) {
            return None;
        }
        pairs.push(Pair {
            place: format!("{name}:{}", index + 1),
            db_id: Some(db_id.to_owned()),
            sql: sql.trim().to_owned(),
            ..Pair::default()
        });
    }
    (!pairs.is_empty()).then_some(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_semicolons_between_statements_separate() {
        let text =
            "-- one; two\nSELECT ';', \"a;b\" /* ; /* ; */ ; */ FROM t;\n\n;SELECT $$;$$, E'\\';' , $x$ ; $x$;\nSELECT 'it''s;' -- end;\n";
        let found = parse("f", text);
        let sqls: Vec<(&str, &str)> = found.iter().map(|p| (p.place.as_str(), p.sql.as_str())).collect();
        assert_eq!(
            sqls,
            [
                ("f:2", "SELECT ';', \"a;b\" /* ; /* ; */ ; */ FROM t"),
                ("f:4", "SELECT $$;$$, E'\\';' , $x$ ; $x$"),
                ("f:5", "SELECT 'it''s;' -- end;"),
            ]
        );
        assert!(parse("f", "-- nothing here\n").is_empty());
    }

    #[test]
    fn spider_s_gold_lines_name_their_database() {
        let found = parse("f", "SELECT 1\tcar_1\nSELECT 2\tpets_1\n");
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].db_id.as_deref(), Some("pets_1"));
    }
}
