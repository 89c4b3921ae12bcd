//! The lines of a CSV file: its header, its blank lines, and the line on which a row begins.
//!
//! Invariant: rows are counted as the database counts them: a quoted cell may hold line breaks, and a blank line is no row where there are two columns.

use crate::kernel::files::At;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// Longest header line, bytes.
const HEADER_BYTES_MAX: u64 = 4 << 20;

/// The names in a CSV file's first line; None where the file is empty.
pub(super) fn header(path: &Path) -> Result<Option<Vec<String>>, crate::kernel::files::FileError> {
    let file = std::fs::File::open(path).at("open", path)?;
    let mut line = String::new();
    BufReader::new(file.take(HEADER_BYTES_MAX)).read_line(&mut line).at("read", path)?;
    let line = line.trim_start_matches('\u{feff}').trim_end_matches(['\n', '\r']);
    if line.trim().is_empty() {
        return Ok(None);
    }
    let mut names = vec![String::new()];
    let mut inside = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if inside && chars.peek() == Some(&'"') => {
                chars.next();
                names.last_mut().into_iter().for_each(|n| n.push('"'));
            }
            '"' => inside = !inside,
            ',' if !inside => names.push(String::new()),
            c => names.last_mut().into_iter().for_each(|n| n.push(c)),
        }
    }
    Ok(Some(names))
}

/// What a walk over a file finds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Walk {
    /// Blank lines.
    pub blank: u64,
    /// The first of them, from 1.
    pub first_blank: u64,
    /// The lines on which the asked rows begin, from 1, in the order asked.
    pub lines: Vec<u64>,
}

/// Walks over a file with several columns; `rows` are numbers of data rows, from 0.
pub(super) fn walk(path: &Path, rows: &[u64]) -> Result<Walk, crate::kernel::files::FileError> {
    let file = std::fs::File::open(path).at("open", path)?;
    let mut reader = BufReader::with_capacity(1 << 20, file);
    let mut out = Walk {
        lines: vec![0; rows.len()],
        ..Walk::default()
    };
    // The header is record 0.
    let (mut line, mut record, mut inside, mut bytes, mut begun) = (1_u64, 0_u64, false, 0_usize, 1_u64);
    loop {
        let chunk = reader.fill_buf().at("read", path)?;
        if chunk.is_empty() {
            return Ok(out);
        }
        let read = chunk.len();
        for byte in chunk {
            match byte {
                b'"' => {
                    inside = !inside;
                    bytes += 1;
                }
                b'\n' if inside => line += 1,
                b'\n' => {
                    if bytes == 0 {
                        out.blank += 1;
                        if out.first_blank == 0 {
                            out.first_blank = line;
                        }
                    } else {
                        note(&mut out.lines, rows, record, begun);
                        record += 1;
                    }
                    line += 1;
                    (bytes, begun) = (0, line);
                }
                b'\r' => {}
                _ => bytes += 1,
            }
        }
        if bytes > 0 {
            // A last line without an end; noted again and again until it is read whole, always the same.
            note(&mut out.lines, rows, record, begun);
        }
        reader.consume(read);
    }
}

fn note(lines: &mut [u64], rows: &[u64], record: u64, line: u64) {
    for (slot, row) in lines.iter_mut().zip(rows) {
        if row + 1 == record {
            *slot = line;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_past_blank_lines_and_line_breaks_in_cells() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("t.csv");
        std::fs::write(&path, "a,b\r\n1,\"x\n\ny\"\n\n2,z\n\r\n3,w")?;
        let walk = walk(&path, &[0, 1, 2])?;
        assert_eq!((walk.blank, walk.first_blank, walk.lines), (2, 5, vec![2, 6, 8]));
        assert_eq!(header(&path)?, Some(vec!["a".into(), "b".into()]));
        std::fs::write(&path, "")?;
        assert_eq!(header(&path)?, None);
        Ok(())
    }
}
