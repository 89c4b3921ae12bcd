//! `spider`: `db_id`, `question`, `query` a line, and `tables.json` in Spider's layout.
//!
//! Limit: Spider's parsed `sql` and token lists are not written; its own scripts make them from `query`.
//! Reference: Yu et al. 2018, arXiv:1809.08887; field names as in its repository.

use super::Format;
use crate::corpus::split::Split;
use crate::corpus::{Corpus, CorpusError, lines};
use crate::ir::{LogicalIr, Record, SqlType};
use crate::kernel::files;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Spider's layout.
pub(super) struct Spider;

impl Format for Spider {
    fn name(&self) -> &'static str {
        "spider"
    }
    fn about(&self) -> &'static str {
        "Spider's `db_id`, `question`, `query`, with its `tables.json`"
    }
    fn path(&self, split: Split) -> PathBuf {
        ["formats", "spider", &format!("{}.jsonl", split.name())].iter().collect()
    }
    fn extras(&self) -> Vec<PathBuf> {
        vec!["formats/spider/tables.json".into()]
    }
    fn write(&self, corpus: &Corpus<'_>, dir: &Path) -> Result<(), CorpusError> {
        for split in Split::ALL {
            let pairs = corpus
                .of(split)
                .map(|r| json!({"db_id": r.db_id, "question": asked(r), "query": r.sql}));
            lines::write(&dir.join(self.path(split)), pairs)?;
        }
        Ok(files::write_json(
            &dir.join("formats/spider/tables.json"),
            &[tables(corpus.logical)],
        )?)
    }
}

/// The question, with what its words mean where they need it: the layout has no place for evidence.
fn asked(record: &Record) -> String {
    if record.evidence.is_empty() {
        record.question.clone()
    } else {
        format!("{} ({})", record.question, record.evidence)
    }
}

/// Columns are numbered through all tables, from 1; 0 is `*`.
fn tables(logical: &LogicalIr) -> Value {
    let data: Vec<_> = logical.data_tables().collect();
    let all: Vec<(usize, String, &str, &SqlType)> = data
        .iter()
        .enumerate()
        .flat_map(|(at, t)| t.columns.iter().map(move |c| (at, t.id(), c.name.as_str(), &c.sql_type)))
        .collect();
    let number = |table: &str, column: &str| all.iter().position(|(_, t, c, _)| t == table && *c == column).map(|at| at + 1);
    let star = [(-1_i64, "*".to_owned())];
    let original = star
        .iter()
        .cloned()
        .chain(all.iter().map(|(at, _, c, _)| (*at as i64, (*c).to_owned())));
    let spoken = star
        .iter()
        .cloned()
        .chain(all.iter().map(|(at, _, c, _)| (*at as i64, c.replace('_', " "))));
    let foreign: Vec<(usize, usize)> = data
        .iter()
        .flat_map(|t| {
            t.foreign_keys.iter().flat_map(move |fk| {
                fk.columns
                    .iter()
                    .zip(&fk.ref_columns)
                    .map(move |(a, b)| (t.id(), a, &fk.ref_table, b))
            })
        })
        .filter_map(|(child, a, parent, b)| number(&child, a).zip(number(parent, b)))
        .collect();
    let primary: Vec<usize> = data
        .iter()
        .flat_map(|t| t.primary_key.iter().filter_map(|c| number(&t.id(), c)))
        .collect();
    json!({
        "db_id": logical.name,
        "table_names_original": data.iter().map(|t| t.id()).collect::<Vec<_>>(),
        "table_names": data.iter().map(|t| t.name.replace('_', " ")).collect::<Vec<_>>(),
        "column_names_original": original.collect::<Vec<_>>(),
        "column_names": spoken.collect::<Vec<_>>(),
        "column_types": std::iter::once("text").chain(all.iter().map(|(.., t)| kind(t))).collect::<Vec<_>>(),
        "primary_keys": primary,
        "foreign_keys": foreign,
    })
}

/// Spider's five types.
fn kind(sql_type: &SqlType) -> &'static str {
    match sql_type {
        t if t.is_numeric() => "number",
        t if t.is_temporal() || *t == SqlType::Time => "time",
        t if t.is_text() || matches!(t, SqlType::Enum(_) | SqlType::Uuid) => "text",
        SqlType::Bool => "boolean",
        _ => "others",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::fixture;

    #[test]
    fn keys_are_column_numbers() {
        let tables = tables(&fixture::library());
        assert_eq!(tables["column_names_original"][0], json!([-1, "*"]));
        assert_eq!(tables["column_names_original"][4], json!([1, "author_id"]));
        assert_eq!(tables["column_names"][4], json!([1, "author id"]));
        assert_eq!(
            tables["column_types"],
            json!(["text", "number", "text", "text", "number", "others"])
        );
        assert_eq!((&tables["primary_keys"], &tables["foreign_keys"]), (&json!([1]), &json!([[4, 1]])));
    }
}
