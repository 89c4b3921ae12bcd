//! The file itself: encodings, and what is no schema text at all.
//!
//! UTF-8 with or without a mark, UTF-16 with one; invalid bytes are replaced and reported. What is recognised as another format gets an
//! error that says how to turn it into text. Limit: [`SOURCE_BYTES_MAX`].

use crate::ir::QaIssue;
use crate::ir::issue::Severity;
use crate::kernel::limits::SOURCE_BYTES_MAX;
use std::path::{Path, PathBuf};

/// Bytes looked at to tell text from a binary file.
const SNIFFED: usize = 8 << 10;

/// Why a file is no source text.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// It is not there.
    #[error("{}: there is no such file{hint}", path.display())]
    Missing {
        /// The file asked for.
        path: PathBuf,
        /// `; did you mean "x"?`, of the files beside it.
        hint: String,
    },
    /// It is a directory.
    #[error("{}: this is a directory; name the files in it, in order{}", path.display(), listed(found))]
    Directory {
        /// The directory.
        path: PathBuf,
        /// Files in it that could be meant.
        found: Vec<String>,
    },
    /// The system would not read it.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// It holds nothing.
    #[error("{}: the file is empty; a schema needs at least one CREATE TABLE", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// It is too long.
    #[error("{}: {bytes} bytes are too many for a schema (the limit is {SOURCE_BYTES_MAX}); make a schema-only dump: pg_dump --schema-only", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// Its length.
        bytes: u64,
    },
    /// It is another format.
    #[error("{}: {what}", path.display())]
    Binary {
        /// The file.
        path: PathBuf,
        /// The format and the way out.
        what: &'static str,
    },
}

fn listed(found: &[String]) -> String {
    if found.is_empty() {
        String::new()
    } else {
        format!(" (for example {})", found.join(" "))
    }
}

/// Reads a file as text, with a warning when bytes had to be replaced.
pub fn read(path: &Path) -> Result<(String, Option<QaIssue>), TextError> {
    let bytes = read_bytes(path)?;
    let (text, flawed_line) = decode(&bytes);
    if text.trim().is_empty() {
        return Err(TextError::Empty { path: path.to_owned() });
    }
    let issue = flawed_line.map(|line| {
        let place = format!("{}:{line}", path.display());
        let message = "the text is not valid UTF-8; unreadable bytes became U+FFFD; convert the file if names are affected";
        QaIssue::new("source", Severity::Warning, "invalid_utf8", place, message)
    });
    Ok((text, issue))
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, TextError> {
    let unreadable = |source| TextError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let wanted = path.file_name().unwrap_or_default().to_string_lossy();
            let beside = names_in(
                path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")),
                |_| true,
            );
            let hint = crate::kernel::suggest::hint(&wanted, beside.iter().map(String::as_str));
            return Err(TextError::Missing {
                path: path.to_owned(),
                hint,
            });
        }
        Err(error) => return Err(unreadable(error)),
    };
    if metadata.is_dir() {
        let mut found = names_in(path, |name| {
            name.ends_with(".sql") || name.ends_with(".ddl") || name.ends_with(".json")
        });
        found.truncate(3);
        return Err(TextError::Directory {
            path: path.to_owned(),
            found,
        });
    }
    if metadata.len() > SOURCE_BYTES_MAX {
        return Err(TextError::TooLong {
            path: path.to_owned(),
            bytes: metadata.len(),
        });
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    match other_format(&bytes) {
        Some(what) => Err(TextError::Binary {
            path: path.to_owned(),
            what,
        }),
        None => Ok(bytes),
    }
}

/// File names in a directory, sorted; none when it cannot be read.
fn names_in(directory: &Path, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .take(10_000)
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .filter(|n| wanted(n))
        .collect();
    names.sort();
    names
}

/// A file that is no text, by its first bytes, with the way out.
fn other_format(bytes: &[u8]) -> Option<&'static str> {
    let known: [(&[u8], usize, &str); 7] = [
        (
            b"PGDMP",
            0,
            "this is a pg_dump archive in custom format; make text of it: pg_restore --schema-only --file=schema.sql FILE",
        ),
        (
            b"DUCK",
            8,
            "this is a DuckDB database; give it the extension .duckdb or .db to have it read as one",
        ),
        (
            b"SQLite format 3\0",
            0,
            "this is a SQLite database; make text of it: sqlite3 FILE .schema > schema.sql",
        ),
        (b"\x1f\x8b", 0, "this file is compressed; unpack it with gunzip first"),
        (b"PK\x03\x04", 0, "this is a zip archive; unpack it first"),
        (b"\x28\xb5\x2f\xfd", 0, "this file is compressed; unpack it with unzstd first"),
        (b"%PDF", 0, "this is a PDF document; a schema source is text"),
    ];
    let found = known.iter().find(|(magic, at, _)| bytes.get(*at..at + magic.len()) == Some(*magic));
    let utf16 = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    let binary = !utf16 && bytes.iter().take(SNIFFED).any(|b| *b == 0);
    found
        .map(|(_, _, what)| *what)
        .or_else(|| binary.then_some("this is a binary file; a schema source is text (.sql, .ddl or .json)"))
}

/// Text of the bytes, without a byte order mark, and the line of the first bytes that had to be replaced.
fn decode(bytes: &[u8]) -> (String, Option<u32>) {
    let units = |rest: &[u8], read: fn([u8; 2]) -> u16| -> Vec<u16> { rest.chunks_exact(2).map(|pair| read([pair[0], pair[1]])).collect() };
    let utf16 = match bytes {
        [0xFF, 0xFE, rest @ ..] => Some(units(rest, u16::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] => Some(units(rest, u16::from_be_bytes)),
        _ => None,
    };
    if let Some(units) = utf16 {
        let text = String::from_utf16_lossy(&units);
        let flaw = text.contains('\u{FFFD}').then_some(1);
        return (text, flaw);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), None),
        Err(error) => {
            let line = 1 + bytes[..error.valid_up_to()].iter().filter(|b| **b == b'\n').count() as u32;
            (String::from_utf8_lossy(bytes).into_owned(), Some(line))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_go_and_bad_bytes_are_told() {
        assert_eq!(decode(b"\xEF\xBB\xBFa"), ("a".into(), None));
        assert_eq!(decode(b"\xFF\xFEa\0b\0"), ("ab".into(), None));
        assert_eq!(decode(b"a\nb\xFFc"), ("a\nb\u{FFFD}c".into(), Some(2)));
        assert!(other_format(b"PGDMP\x01\x0e").is_some_and(|what| what.contains("pg_restore")));
        assert!(other_format(b"CREATE TABLE t (a int);").is_none());
        assert!(other_format(b"\x01\0\x02").is_some());
    }
}
