//! The glossary as a YAML file, and a user's own entries.
//!
//! A file of entries replaces what it names, side by side; `null` removes a side or a column. Names are checked against the schema.

use super::{Glossary, Sides, Term};
use crate::ir::LogicalIr;
use crate::kernel::suggest;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

const HEADER: &str = "\
# What people call rows with a high or a low value, for vague and metaphorical questions. Inferred; correct what a person would not say.
# By table.column: more (above a bound) and less (below one), each with
#   from        the bound from which on rows are called so: a number or a day
#   vague       an adjective (\"pricey\"), or a phrase after the noun (\"with a steep fine\")
#   figurative  a figure of speech (\"as thick as a brick\")
";

/// Why a glossary file was refused.
#[derive(Debug, thiserror::Error)]
pub enum GlossaryError {
    /// Not YAML, or not of this form.
    #[error("the glossary cannot be read: {0}")]
    Syntax(String),
    /// An entry for a column that the schema does not have.
    #[error("line {line}: no column is called {column:?}{hint}; entries are named table.column")]
    UnknownColumn {
        /// Line in the file.
        line: usize,
        /// What the file says.
        column: String,
        /// "did you mean", or nothing.
        hint: String,
    },
    /// A side or a term of the wrong form.
    #[error("line {line}: {column}: {message}")]
    BadEntry {
        /// Line in the file.
        line: usize,
        /// The column.
        column: String,
        /// What is wrong.
        message: String,
    },
}

impl Glossary {
    /// The whole glossary as a YAML file with a header that explains it.
    pub fn to_yaml(&self) -> String {
        // Writing a plain tree of maps and strings into memory has no way to fail.
        format!("{HEADER}{}", serde_saphyr::to_string(self).unwrap_or_default())
    }

    /// Puts a file's entries over these. Nothing is changed when the file has an error.
    pub fn overrides(&mut self, yaml: &str, schema: &LogicalIr) -> Result<(), GlossaryError> {
        let empty = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
        if yaml.lines().all(empty) {
            return Ok(());
        }
        let read: BTreeMap<String, Option<Map<String, Value>>> =
            serde_saphyr::from_str(yaml).map_err(|e| GlossaryError::Syntax(e.to_string()))?;
        let known: Vec<String> = schema
            .data_tables()
            .flat_map(|t| t.columns.iter().map(move |c| format!("{}.{}", t.id(), c.name)))
            .collect();
        let mut merged = self.clone();
        for (column, sides) in read {
            let line = yaml
                .lines()
                .position(|l| l.trim_start().starts_with(&column))
                .map_or(0, |at| at + 1);
            if !known.contains(&column) {
                let hint = suggest::hint(&column, known.iter().map(String::as_str));
                return Err(GlossaryError::UnknownColumn { line, column, hint });
            }
            let Some(sides) = sides else {
                merged.0.remove(&column);
                continue;
            };
            let bad = |message: String| GlossaryError::BadEntry {
                line,
                column: column.clone(),
                message,
            };
            let mut entry = merged.0.remove(&column).unwrap_or_default();
            for (side, value) in sides {
                let term: Option<Term> = serde_json::from_value(value).map_err(|e| bad(format!("{side}: {e}")))?;
                match side.as_str() {
                    "more" => entry.more = term,
                    "less" => entry.less = term,
                    _ => return Err(bad(format!("unknown side {side:?}; there are more and less"))),
                }
            }
            if entry != Sides::default() {
                merged.0.insert(column, entry);
            }
        }
        *self = merged;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Bound, Sides};
    use super::*;
    use crate::ir::{Column, SqlType, Table};

    fn schema() -> LogicalIr {
        let price = Column {
            nullable: false,
            ..Column::new("price", SqlType::Decimal(6, 2))
        };
        LogicalIr {
            tables: vec![Table {
                name: "book".into(),
                columns: vec![price],
                ..Table::default()
            }],
            ..LogicalIr::default()
        }
    }

    fn term(from: i64, vague: &str) -> Option<Term> {
        Some(Term {
            from: Bound::Whole(from),
            vague: Some(vague.into()),
            figurative: None,
        })
    }

    fn inferred() -> Glossary {
        let sides = Sides {
            more: term(40, "pricey"),
            less: term(20, "affordable"),
        };
        Glossary(BTreeMap::from([("book.price".to_owned(), sides)]))
    }

    #[test]
    fn what_is_written_reads_back() -> Result<(), GlossaryError> {
        let mut again = Glossary::default();
        again.overrides(&inferred().to_yaml(), &schema())?;
        assert_eq!(again, inferred());
        again.overrides("# nothing\n", &schema())?;
        assert_eq!(again, inferred());
        Ok(())
    }

    #[test]
    fn a_user_s_entry_replaces_its_side_and_null_removes_one() -> Result<(), GlossaryError> {
        let mut ours = inferred();
        ours.overrides("book.price:\n  more: {from: 50, vague: dear}\n  less: null\n", &schema())?;
        assert_eq!(
            ours.0.get("book.price"),
            Some(&Sides {
                more: term(50, "dear"),
                less: None
            })
        );
        Ok(())
    }

    #[test]
    fn errors_name_the_line_and_the_way_out() {
        let refused = |yaml: &str| {
            let mut ours = inferred();
            let said = ours.overrides(yaml, &schema()).err().map(|e| e.to_string()).unwrap_or_default();
            assert_eq!(ours, inferred());
            said
        };
        assert_eq!(
            refused("# ours\nbook.prise: null\n"),
            "line 2: no column is called \"book.prise\"; did you mean \"book.price\"?; entries are named table.column"
        );
        assert!(refused("book.price:\n  most: {from: 1}\n").contains("unknown side \"most\""));
        assert!(refused("book.price:\n  more: {vage: x, from: 1}\n").contains("unknown field `vage`"));
        assert!(refused("book: [").contains("cannot be read"));
    }
}
