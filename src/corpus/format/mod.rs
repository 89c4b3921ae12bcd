//! Formats: the corpus as other programs want to read it.
//!
//! To add one: one file here and one line in [`FORMATS`]. `lean` is the corpus itself and is always written.
//! Invariant: a format's files hold every record of a split once, in corpus order.

mod lean;
mod openai;
mod spider;

use super::split::Split;
use super::{Corpus, CorpusError};
use crate::kernel::suggest;
use std::path::{Path, PathBuf};

/// A target format.
pub trait Format: Sync {
    /// Its name in recipes.
    fn name(&self) -> &'static str;
    /// What one line holds, and who reads it; one sentence for the card.
    fn about(&self) -> &'static str;
    /// The file of one split, relative to the corpus directory.
    fn path(&self, split: Split) -> PathBuf;
    /// Files beside the splits, relative to the corpus directory.
    fn extras(&self) -> Vec<PathBuf> {
        Vec::new()
    }
    /// Writes all of them under `dir`.
    fn write(&self, corpus: &Corpus<'_>, dir: &Path) -> Result<(), CorpusError>;
}

/// All formats.
pub static FORMATS: &[&dyn Format] = &[&lean::Lean, &openai::OpenAi, &spider::Spider];

/// The formats with these names, `lean` first whether named or not.
pub fn chosen(names: &[String]) -> Result<Vec<&'static dyn Format>, CorpusError> {
    let known = || FORMATS.iter().map(|f| f.name());
    if let Some(name) = names.iter().find(|name| known().all(|k| k != name.as_str())) {
        let all: Vec<&str> = known().collect();
        let found = format!(
            "no format is called {name:?}{}; there are: {}",
            suggest::hint(name, known()),
            all.join(", ")
        );
        return Err(CorpusError::Setting { key: "formats", found });
    }
    let wanted = |f: &&&dyn Format| f.name() == "lean" || names.iter().any(|name| name == f.name());
    Ok(FORMATS.iter().filter(wanted).copied().collect())
}

/// Everything that a format writes, relative to the corpus directory.
pub fn files(format: &dyn Format) -> Vec<PathBuf> {
    Split::ALL
        .into_iter()
        .map(|split| format.path(split))
        .chain(format.extras())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{fixture, lines};
    use std::collections::BTreeSet;

    #[test]
    fn every_format_writes_what_it_says_and_every_record_once() -> Result<(), Box<dyn std::error::Error>> {
        let mut records: Vec<_> = (0..5)
            .map(|n| fixture::record("joins", &format!("q{n}?"), &format!("SELECT {n}")))
            .collect();
        for (n, record) in records.iter_mut().enumerate() {
            record.split = Split::ALL[n % 3].name().into();
        }
        let logical = fixture::library();
        let corpus = Corpus {
            logical: &logical,
            ddl: "CREATE TABLE book (title text);\n",
            records: &records,
        };
        let names: BTreeSet<&str> = FORMATS.iter().map(|f| f.name()).collect();
        assert_eq!(names.len(), FORMATS.len());
        for format in FORMATS {
            let dir = tempfile::tempdir()?;
            format.write(&corpus, dir.path())?;
            for file in files(*format) {
                assert!(dir.path().join(&file).is_file(), "{} lacks {}", format.name(), file.display());
            }
            let text: String = Split::ALL
                .iter()
                .map(|s| std::fs::read_to_string(dir.path().join(format.path(*s))))
                .collect::<Result<_, _>>()?;
            for record in &records {
                assert_eq!(text.matches(&format!("\"{}\"", record.question)).count(), 1, "{}", format.name());
            }
        }
        Ok(())
    }

    #[test]
    fn lean_holds_the_pair_and_nothing_else() -> Result<(), Box<dyn std::error::Error>> {
        let mut record = fixture::record("joins", "q?", "SELECT 1");
        record.split = "train".into();
        let logical = fixture::library();
        let dir = tempfile::tempdir()?;
        lean::Lean.write(
            &Corpus {
                logical: &logical,
                ddl: "",
                records: &[record],
            },
            dir.path(),
        )?;
        let lines: Vec<serde_json::Value> = lines::read_all(&dir.path().join("train.jsonl"))?;
        assert_eq!(lines, [serde_json::json!({"question": "q?", "sql": "SELECT 1"})]);
        assert_eq!(std::fs::read(dir.path().join("test.jsonl"))?, b"");
        Ok(())
    }

    #[test]
    fn an_unknown_format_is_named_with_the_nearest() {
        let said = chosen(&["spidr".into()]).err().map(|e| e.to_string()).unwrap_or_default();
        assert!(said.contains("did you mean \"spider\"?"), "{said}");
        let names: Vec<&str> = chosen(&["openai".into()]).unwrap_or_default().iter().map(|f| f.name()).collect();
        assert_eq!(names, ["lean", "openai"]);
    }
}
