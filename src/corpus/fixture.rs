//! Hand-made records and a small schema, for tests of this module and of the report.

use crate::ir::record::{Answer, Labels, Verdict};
use crate::ir::{Column, ForeignKey, LogicalIr, Record, SqlType, Table};

/// A record whose id is right.
pub(crate) fn record(phase: &str, question: &str, sql: &str) -> Record {
    let mut record = Record {
        db_id: "library".into(),
        question: question.into(),
        sql: sql.into(),
        dialect: "postgresql".into(),
        style: "interrogative".into(),
        answer: Answer {
            columns: vec!["title".into()],
            rows: vec![vec![Some("Dune".into())]],
            row_count: 1,
            ordered: false,
            hash: "aa".into(),
        },
        labels: Labels {
            phase: phase.into(),
            shape: "list".into(),
            spider_hardness: "easy".into(),
            tables: vec!["book".into()],
            columns: vec!["book.title".into()],
            skeleton: sql.into(),
            ..Labels::default()
        },
        verdict: Verdict {
            engine: "duckdb 1.5.6".into(),
            db_hash: "db".into(),
            checks: vec!["plans".into(), "non_empty".into()],
            ..Verdict::default()
        },
        ..Record::default()
    };
    record.id = record.computed_id();
    record
}

/// author <- book, with one opaque column.
pub(crate) fn library() -> LogicalIr {
    let column = |name: &str, sql_type| Column::new(name, sql_type);
    let author = Table {
        name: "author".into(),
        columns: vec![column("author_id", SqlType::Int32), column("name", SqlType::Text)],
        primary_key: vec!["author_id".into()],
        ..Table::default()
    };
    let book = Table {
        name: "book".into(),
        columns: vec![
            column("title", SqlType::Text),
            column("author_id", SqlType::Int32),
            column("cover", SqlType::Bytes),
        ],
        foreign_keys: vec![ForeignKey {
            name: None,
            columns: vec!["author_id".into()],
            ref_table: "author".into(),
            ref_columns: vec!["author_id".into()],
            inferred: false,
        }],
        ..Table::default()
    };
    LogicalIr {
        name: "library".into(),
        tables: vec![author, book],
        ..LogicalIr::default()
    }
}
