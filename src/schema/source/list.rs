//! The user's own word lists: files named in a DatasetIr, read into it when it is loaded, so that what follows needs the IR alone.
//!
//! `.txt` and `.csv` and `.yaml`, relative to the IR file. Limits: `BYTES_MAX` a file, `VALUES_MAX` values a list.

use crate::ir::GenerationIr;
use crate::ir::generation::{Distribution, WordList};
use crate::kernel::suggest;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Longest file of a list: ten million short words.
const BYTES_MAX: u64 = 64 << 20;
/// Most values of a list.
const VALUES_MAX: usize = 5_000_000;

/// Why a list cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {message}")]
pub struct ListError {
    /// Place in the IR.
    pub place: String,
    /// What was found and the way out.
    pub message: String,
}

/// Reads every list of `ir` that names a file; `base` is the IR file's directory. A provider "file" becomes a list of its own.
pub fn inline(ir: &mut GenerationIr, base: &Path) -> Result<(), ListError> {
    for (i, plan) in ir.columns.iter_mut().enumerate() {
        let Distribution::Provider { name, options } = &mut plan.distribution else {
            continue;
        };
        if name != "file" {
            continue;
        }
        let place = format!("generation.columns[{i}] ({}.{})", plan.table, plan.column);
        let mut text = |key: &str| options.shift_remove(key).and_then(|v| v.as_str().map(str::to_owned));
        let (path, column) = (text("path"), text("column"));
        let path = path.ok_or_else(|| ListError {
            place,
            message: "provider file needs the option \"path\": a .txt, .csv or .yaml file, relative to the IR file".into(),
        })?;
        let list = match &column {
            Some(column) => format!("{path}:{column}"),
            None => path.clone(),
        };
        *name = format!("list.{list}");
        ir.lists.entry(list).or_insert(WordList {
            path: Some(path),
            column,
            values: Vec::new(),
        });
    }
    for (name, list) in &mut ir.lists {
        let fail = |message: String| ListError {
            place: format!("generation.lists.{name}"),
            message,
        };
        if let Some(path) = list.path.take() {
            if !list.values.is_empty() {
                return Err(fail("it has a path and values; keep one of them".into()));
            }
            list.values = read(&base.join(&path), list.column.take().as_deref()).map_err(fail)?;
        }
        if list.values.is_empty() || list.values.len() > VALUES_MAX {
            return Err(fail(format!("it has {} values; give from 1 to {VALUES_MAX}", list.values.len())));
        }
    }
    Ok(())
}

fn read(path: &PathBuf, column: Option<&str>) -> Result<Vec<String>, String> {
    let shown = path.display();
    let metadata = std::fs::metadata(path).map_err(|e| format!("cannot read {shown}: {e}"))?;
    if !metadata.is_file() {
        // A device or a pipe may never end.
        return Err(format!("{shown} is no regular file; give a .txt, .csv, .tsv, .yaml or .json file"));
    }
    let bytes = metadata.len();
    if bytes > BYTES_MAX {
        return Err(format!("{shown} has {bytes} bytes; the limit is {BYTES_MAX}"));
    }
    let text = std::fs::read_to_string(path).map_err(|e| format!("cannot read {shown}: {e}"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let kind = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    match kind.as_str() {
        "txt" => Ok(text.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect()),
        "csv" | "tsv" => table(text, if kind == "tsv" { '\t' } else { ',' }, column).map_err(|e| format!("{shown}: {e}")),
        "yaml" | "yml" | "json" => {
            // Read as texts, so that "no" stays "no".
            if let (None, Ok(list)) = (column, serde_saphyr::from_str::<Vec<String>>(text)) {
                return Ok(list);
            }
            let mut lists: BTreeMap<String, Vec<String>> =
                serde_saphyr::from_str(text).map_err(|e| format!("{shown}: expected a list of values, or lists by name: {e}"))?;
            match column {
                Some(name) => lists.remove(name).ok_or_else(|| {
                    format!(
                        "{shown}: there is no list {name:?}{}",
                        suggest::hint(name, lists.keys().map(String::as_str))
                    )
                }),
                None if lists.len() > 1 => Err(format!("{shown} has {} lists; say which under \"column\"", lists.len())),
                None => Ok(lists.into_values().next().unwrap_or_default()),
            }
        }
        _ => Err(format!("{shown}: a list is a .txt, .csv, .tsv, .yaml or .json file")),
    }
}

/// One column of a CSV text with a header line, as RFC 4180 has it.
fn table(text: &str, comma: char, column: Option<&str>) -> Result<Vec<String>, String> {
    let mut lines = records(text, comma)?.into_iter();
    let head = lines.next().ok_or("it is empty")?;
    let at = match column {
        None => 0,
        Some(name) => head.iter().position(|h| h.trim() == name).ok_or_else(|| {
            format!(
                "there is no column {name:?}{}",
                suggest::hint(name, head.iter().map(String::as_str))
            )
        })?,
    };
    Ok(lines
        .filter_map(|mut line| if at < line.len() { Some(line.swap_remove(at)) } else { None })
        .filter(|v| !v.is_empty())
        .collect())
}

fn records(text: &str, comma: char) -> Result<Vec<Vec<String>>, String> {
    let (mut out, mut record, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut chars = text.chars().peekable();
    let mut inside = false;
    while let Some(c) = chars.next() {
        match c {
            '"' if inside && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' if inside || field.is_empty() => inside = !inside,
            _ if inside => field.push(c),
            '\r' => {}
            '\n' => {
                record.push(std::mem::take(&mut field));
                out.push(std::mem::take(&mut record));
            }
            _ if c == comma => record.push(std::mem::take(&mut field)),
            _ => field.push(c),
        }
    }
    if inside {
        return Err("a quote is not closed".to_owned());
    }
    if !field.is_empty() || !record.is_empty() {
        record.push(field);
        out.push(record);
    }
    out.retain(|r| r.iter().any(|f| !f.is_empty()));
    Ok(out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails at the place")]
mod tests {
    use super::*;

    fn inlined(name: &str, content: &str, options: &str) -> Result<Vec<String>, String> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(name), content).unwrap();
        let mut ir: GenerationIr = serde_json::from_str(&format!(
            r#"{{"columns": [{{"table": "t", "column": "c", "distribution": {{"kind": "provider", "name": "file", "options": {options}}}}}]}}"#
        ))
        .unwrap();
        inline(&mut ir, dir.path()).map_err(|e| e.to_string())?;
        let Distribution::Provider { name, options } = &ir.columns[0].distribution else {
            panic!()
        };
        assert!(options.is_empty());
        let list = ir.lists.get(name.strip_prefix("list.").unwrap()).unwrap();
        assert_eq!(list.path, None);
        Ok(list.values.clone())
    }

    #[test]
    fn lists_are_read_from_every_form() {
        assert_eq!(inlined("w.txt", "one\n\n two \n", r#"{"path": "w.txt"}"#).unwrap(), ["one", "two"]);
        let csv = "id,word\n1,\"a, \"\"b\"\"\"\n2,c\n";
        assert_eq!(
            inlined("w.csv", csv, r#"{"path": "w.csv", "column": "word"}"#).unwrap(),
            ["a, \"b\"", "c"]
        );
        assert_eq!(inlined("w.csv", csv, r#"{"path": "w.csv"}"#).unwrap(), ["1", "2"]);
        assert_eq!(inlined("w.yaml", "- x\n- no\n", r#"{"path": "w.yaml"}"#).unwrap(), ["x", "no"]);
        assert_eq!(inlined("w.yaml", "names: [x, y]\n", r#"{"path": "w.yaml"}"#).unwrap(), ["x", "y"]);
    }

    #[test]
    fn a_list_that_cannot_be_read_says_why() {
        for (name, content, options, said) in [
            ("w.txt", "", r#"{"path": "w.txt"}"#, "generation.lists.w.txt: it has 0 values"),
            ("w.txt", "a", r#"{"path": "v.txt"}"#, "cannot read"),
            (
                "w.txt",
                "a",
                "{}",
                "generation.columns[0] (t.c): provider file needs the option \"path\"",
            ),
            (
                "w.csv",
                "word\na",
                r#"{"path": "w.csv", "column": "wrd"}"#,
                "did you mean \"word\"?",
            ),
            ("w.csv", "word\n\"a", r#"{"path": "w.csv"}"#, "a quote is not closed"),
            ("w.bin", "a", r#"{"path": "w.bin"}"#, ".txt, .csv"),
            ("w.yaml", "a: {b: c}", r#"{"path": "w.yaml"}"#, "expected a list"),
        ] {
            let error = inlined(name, content, options).unwrap_err();
            assert!(error.contains(said), "{error}");
        }
    }
}
