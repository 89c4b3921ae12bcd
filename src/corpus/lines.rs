//! JSON lines, read one by one.
//!
//! Limit: one line is held in memory; where several threads read, a thousand for each.
//! Invariant: a line that cannot be read is an error with its number, never skipped.

use super::CorpusError;
use crate::kernel::files::{At, AtomicFile, FileError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

/// Calls `each` with every line's number (from 1) and value.
pub fn read<T: DeserializeOwned>(path: &Path, mut each: impl FnMut(usize, T) -> Result<(), CorpusError>) -> Result<(), CorpusError> {
    let file = File::open(path).at("read", path)?;
    let mut reader = BufReader::with_capacity(1 << 18, file);
    let (mut bytes, mut number) = (Vec::new(), 0);
    loop {
        bytes.clear();
        if reader.read_until(b'\n', &mut bytes).at("read", path)? == 0 {
            return Ok(());
        }
        number += 1;
        each(number, parse(path, number, &bytes)?)?;
    }
}

/// Lines that a thread is given at a time.
const BLOCK: usize = 1_024;

/// The same where what is done with a line is worth a thread: `work` is called on so many, `each` with what it made, in the lines' order.
pub fn read_on<T: DeserializeOwned, R: Send>(
    threads: usize,
    path: &Path,
    work: impl Fn(usize, T) -> Result<R, CorpusError> + Sync,
    mut each: impl FnMut(R) -> Result<(), CorpusError>,
) -> Result<(), CorpusError> {
    let file = File::open(path).at("read", path)?;
    let mut reader = BufReader::with_capacity(1 << 18, file);
    let mut number = 0;
    let made = |part: &[(usize, Vec<u8>)]| -> Vec<Result<R, CorpusError>> {
        let line = |(number, bytes): &(usize, Vec<u8>)| work(*number, parse(path, *number, bytes)?);
        part.iter().map(line).collect()
    };
    loop {
        let mut block = Vec::new();
        while block.len() < threads.max(1) * BLOCK {
            let mut bytes = Vec::new();
            if reader.read_until(b'\n', &mut bytes).at("read", path)? == 0 {
                break;
            }
            number += 1;
            block.push((number, bytes));
        }
        if block.is_empty() {
            return Ok(());
        }
        let parts: Vec<Vec<Result<R, CorpusError>>> = std::thread::scope(|scope| {
            let parts: Vec<_> = block.chunks(BLOCK).map(|part| scope.spawn(|| made(part))).collect();
            let joined = parts.into_iter().map(|part| part.join());
            joined
                .map(|part| part.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        });
        for result in parts.into_iter().flatten() {
            each(result?)?;
        }
    }
}

/// All lines of a file.
pub fn read_all<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, CorpusError> {
    let mut all = Vec::new();
    read(path, |_, value| {
        all.push(value);
        Ok(())
    })?;
    Ok(all)
}

/// Writes one JSON line a value, whole or not at all.
pub fn write<T: Serialize>(path: &Path, values: impl IntoIterator<Item = T>) -> Result<(), CorpusError> {
    let mut file = AtomicFile::create(path)?;
    for value in values {
        serde_json::to_writer(&mut file, &value).map_err(|e| FileError::new("write", path, e.into()))?;
        file.write_all(b"\n").at("write", path)?;
    }
    Ok(file.commit()?)
}

fn parse<T: DeserializeOwned>(path: &Path, line: usize, bytes: &[u8]) -> Result<T, CorpusError> {
    if let Ok(value) = serde_json::from_slice(bytes) {
        return Ok(value);
    }
    // Once more, for the place of what is wrong: to follow it takes as long again.
    let reader = &mut serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(reader).map_err(|e| {
        let (key, inner) = (e.path().to_string(), e.inner());
        let what = inner.to_string();
        let what = what.split(" at line ").next().unwrap_or_default();
        let (found, way_out) = if inner.is_eof() && !bytes.ends_with(b"\n") {
            (
                format!("the file ends inside this line ({} bytes of it are there)", bytes.len()),
                "remove the file and run again: its phase writes it anew".to_owned(),
            )
        } else {
            let place = if key == "." { String::new() } else { format!(" at {key}") };
            (
                format!("{what}{place}, column {}", inner.column()),
                "a line of another program? remove it, or remove the file and run again: its phase writes it anew".to_owned(),
            )
        };
        CorpusError::Line {
            path: path.to_owned(),
            line,
            found,
            way_out,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::record::Mutants;

    #[test]
    fn an_error_names_the_file_the_line_and_the_key() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("x.jsonl");
        let good = "{\"total\":2,\"killed\":1}\n";
        let said = |text: String| -> Result<String, Box<dyn std::error::Error>> {
            std::fs::write(&path, text)?;
            Ok(read_all::<Mutants>(&path).err().map(|e| e.to_string()).unwrap_or_default())
        };
        assert_eq!(said(good.repeat(2))?, "");
        assert!(said(format!("{good}{{\"total\":2,\"kil"))?.contains("x.jsonl, line 2: the file ends inside this line"));
        assert!(said(format!("{good}\n"))?.contains("line 2: EOF"));
        let alien = said(format!("{good}{good}{{\"total\":2,\"killed\":\"all\"}}\n"))?;
        assert!(
            alien.contains("line 3: invalid type: string \"all\", expected u32 at killed"),
            "{alien}"
        );
        Ok(())
    }

    #[test]
    fn what_is_written_reads_back() -> Result<(), CorpusError> {
        let dir = tempfile::tempdir().map_err(|e| FileError::new("make", Path::new("temp"), e))?;
        let path = dir.path().join("deep/x.jsonl");
        let all = vec![Mutants { total: 3, killed: 2 }, Mutants::default()];
        write(&path, &all)?;
        assert_eq!(read_all::<Mutants>(&path)?, all);
        Ok(())
    }
}
