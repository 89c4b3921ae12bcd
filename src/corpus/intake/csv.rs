//! CSV with a header (RFC 4180): quoted fields may hold separators, quotes and line breaks.

use super::{Pair, json};

/// Reads a table one of whose columns is named `sql` or `query`.
pub fn parse(name: &str, text: &str, separator: char) -> Result<Vec<Pair>, String> {
    let mut records = Records {
        rest: text,
        line: 1,
        separator,
    };
    let Some((_, header)) = records.next() else {
        return Err("the file is empty; expected a header with \"sql\" or \"query\"".to_owned());
    };
    let column = |names: &[&str]| {
        names
            .iter()
            .find_map(|n| header.iter().position(|h| h.trim().eq_ignore_ascii_case(n)))
    };
    let Some(sql) = column(&json::SQL) else {
        return Err(format!(
            "the header has no \"sql\" or \"query\": {}",
            header.join(", ").chars().take(80).collect::<String>()
        ));
    };
    let question = column(&json::QUESTION).filter(|at| *at != sql);
    let (evidence, db_id) = (column(&json::EVIDENCE), column(&json::DB_ID));
    let pair = |(line, mut cells): (usize, Vec<String>)| {
        let width = cells.len();
        let mut take = |at: Option<usize>| at.and_then(|at| cells.get_mut(at)).map(std::mem::take).unwrap_or_default();
        let (sql, question, evidence, db_id) = (take(Some(sql)), take(question), take(evidence), take(db_id));
        let error = if width != header.len() {
            Some(format!("this line has {width} fields, the header {}", header.len()))
        } else if sql.trim().is_empty() {
            Some("the field of the SQL is empty".to_owned())
        } else {
            None
        };
        Pair {
            place: format!("{name}:{line}"),
            db_id: Some(db_id).filter(|id| !id.is_empty()),
            question,
            evidence,
            sql,
            error,
        }
    };
    Ok(records
        .filter(|(_, cells)| !matches!(&cells[..], [only] if only.is_empty()))
        .map(pair)
        .collect())
}

/// Records with the line on which each begins.
struct Records<'a> {
    rest: &'a str,
    line: usize,
    separator: char,
}

impl Iterator for Records<'_> {
    type Item = (usize, Vec<String>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let first = self.line;
        let mut cells = vec![String::new()];
        let mut quoted = false;
        let mut chars = self.rest.char_indices().peekable();
        let mut end = self.rest.len();
        while let Some((at, c)) = chars.next() {
            self.line += usize::from(c == '\n');
            let Some(cell) = cells.last_mut() else { break };
            match c {
                '"' if quoted && chars.peek().is_some_and(|(_, next)| *next == '"') => {
                    cell.push('"');
                    chars.next();
                }
                '"' if quoted => quoted = false,
                '"' if cell.is_empty() => quoted = true,
                '\n' if !quoted => {
                    end = at + 1;
                    break;
                }
                '\r' if !quoted => {}
                c if c == self.separator && !quoted => cells.push(String::new()),
                c => cell.push(c),
            }
        }
        self.rest = self.rest.get(end..).unwrap_or_default();
        Some((first, cells))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_line_breaks_and_short_lines() -> Result<(), String> {
        let text = "id,Question,SQL\r\n1,\"Say \"\"hi\"\", please\",\"SELECT a,\n b FROM t\"\r\n2,short\n\n3,x,SELECT 1\n";
        let pairs = parse("f", text, ',')?;
        assert_eq!(pairs.len(), 3);
        assert_eq!(pairs[0].question, "Say \"hi\", please");
        assert_eq!(pairs[0].sql, "SELECT a,\n b FROM t");
        assert_eq!(pairs[1].error.as_deref(), Some("this line has 2 fields, the header 3"));
        assert_eq!((pairs[2].place.as_str(), pairs[2].sql.as_str()), ("f:6", "SELECT 1"));
        Ok(())
    }
}
