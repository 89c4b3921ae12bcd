//! Intake: other people's question/SQL files, whatever their format.
//!
//! | module | reads |
//! |---|---|
//! | [`json`] | arrays of Spider, BIRD, SynSQL and the like; one object a line; BIRD's predictions |
//! | [`csv`] | a header with `sql` or `query`, comma or tab |
//! | [`statements`] | SQL separated by semicolons; Spider's gold lines (`SQL<tab>db_id`) |
//!
//! The format follows from the name, else from the text. Limits: [`FILE_BYTES_MAX`]. Invariant: every entry of the file is one [`Pair`], in order; one
//! that cannot be read carries its error, so no line is lost in silence.

pub mod csv;
pub mod json;
pub mod statements;

use std::path::{Path, PathBuf};

/// Longest file, bytes: the largest public set of pairs has 3 GB in one file; it is split before it is read here.
pub const FILE_BYTES_MAX: u64 = 1 << 30;

/// One entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pair {
    /// Where it stands: `dev.json[3]`, `pairs.jsonl:4`, `queries.sql:17`.
    pub place: String,
    /// The database it is about, if it says so.
    pub db_id: Option<String>,
    /// The question; empty when there is none.
    pub question: String,
    /// Knowledge beside the question; empty when there is none.
    pub evidence: String,
    /// The SQL; empty when there is none, which `error` then says.
    pub sql: String,
    /// Why it could not be read.
    pub error: Option<String>,
}

/// Why a file is no list of pairs.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// It cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// It is too long.
    #[error("{}: {bytes} bytes are more than {FILE_BYTES_MAX}; split the file", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// Its length.
        bytes: u64,
    },
    /// It holds no statement.
    #[error("{name}: the file is empty; expected question/SQL pairs or SQL statements")]
    Empty {
        /// The file.
        name: String,
    },
    /// It is not what its name says.
    #[error("{name}: {message}")]
    Format {
        /// The file.
        name: String,
        /// What was found and what is expected.
        message: String,
    },
}

/// Reads a file.
pub fn read(path: &Path) -> Result<Vec<Pair>, IntakeError> {
    let unreadable = |source| IntakeError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let bytes = std::fs::metadata(path).map_err(unreadable)?.len();
    if bytes > FILE_BYTES_MAX {
        return Err(IntakeError::TooLong {
            path: path.to_owned(),
            bytes,
        });
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    parse(&path.display().to_string(), &extension, &String::from_utf8_lossy(&bytes))
}

/// Reads a text; `extension` is a format's name, or anything else to tell it from the text. One without an entry is refused, whatever its format.
pub fn parse(name: &str, extension: &str, text: &str) -> Result<Vec<Pair>, IntakeError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let empty = || IntakeError::Empty { name: name.to_owned() };
    if text.trim().is_empty() {
        return Err(empty());
    }
    let pairs = entries(name, extension, text)?;
    if pairs.is_empty() { Err(empty()) } else { Ok(pairs) }
}

fn entries(name: &str, extension: &str, text: &str) -> Result<Vec<Pair>, IntakeError> {
    let failed = |message| IntakeError::Format {
        name: name.to_owned(),
        message,
    };
    match extension {
        "json" => json::whole(name, text).or_else(|message| json::lines(name, text).ok_or_else(|| failed(message))),
        "jsonl" | "ndjson" => {
            json::lines(name, text).ok_or_else(|| failed("not one line is a JSON object with \"sql\" or \"query\"".to_owned()))
        }
        "csv" => csv::parse(name, text, ',').map_err(failed),
        "tsv" => csv::parse(name, text, '\t').map_err(failed),
        "sql" => Ok(statements::parse(name, text)),
        _ => {
            let start = text.trim_start();
            if start.starts_with('[') {
                json::whole(name, text).map_err(failed)
            } else if start.starts_with('{') {
                json::whole(name, text).or_else(|message| json::lines(name, text).ok_or_else(|| failed(message)))
            } else if ["select", "with", "--", "/*", "("]
                .iter()
                .any(|s| start.get(..s.len()).is_some_and(|t| t.eq_ignore_ascii_case(s)))
            {
                Ok(statements::parse(name, text))
            } else {
                Ok(csv::parse(name, text, ',').unwrap_or_else(|_| statements::parse(name, text)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sqls(extension: &str, text: &str) -> Vec<String> {
        let pairs = parse("f", extension, text).unwrap_or_default();
        pairs.into_iter().map(|p| p.error.unwrap_or(p.sql)).collect()
    }

    #[test]
    fn every_format_is_told_from_its_name_or_its_text() {
        assert_eq!(sqls("", "[{\"SQL\": \"SELECT 1\"}]"), ["SELECT 1"]);
        assert_eq!(
            sqls("", "{\"sql\": \"SELECT 1\"}\n{\"sql\": \"SELECT 2\"}\n"),
            ["SELECT 1", "SELECT 2"]
        );
        assert_eq!(sqls("", "question,sql\nHow many?,\"SELECT a, b\"\n"), ["SELECT a, b"]);
        assert_eq!(sqls("", "SELECT a, query, b;\nSELECT 2"), ["SELECT a, query, b", "SELECT 2"]);
        assert_eq!(
            sqls("json", "{\"sql\": \"SELECT 1\"}\n{\"sql\": \"SELECT 2\"}\n"),
            ["SELECT 1", "SELECT 2"]
        );
        for (extension, text) in [
            ("jsonl", ""),
            ("json", "[]"),
            ("csv", " \n"),
            ("csv", "question,sql\n"),
            ("sql", "-- nothing\n"),
            ("", ""),
        ] {
            let refused = parse("f", extension, text);
            assert!(
                refused.as_ref().is_err_and(|e| e.to_string().starts_with("f: the file is empty")),
                "{extension} {text:?}: {refused:?}"
            );
        }
        assert!(parse("f.json", "json", "nonsense").is_err_and(|e| e.to_string().contains("f.json: line 1")));
        assert!(parse("f.csv", "csv", "a,b\n1,2\n").is_err_and(|e| e.to_string().contains("\"sql\" or \"query\"")));
    }
}
