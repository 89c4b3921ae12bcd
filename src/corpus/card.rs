//! The dataset card: what a stranger must know before training on the corpus. `card.md` beside this file is its template.
//!
//! The front matter is what the Hugging Face Hub reads; `configs` makes every format loadable by name.
//! Invariant: text that came from outside (names, questions, SQL) can end neither the front matter, nor a table cell, nor a code block.

use super::format::Format;
use super::split::Split;
use super::{Corpus, CorpusError};
use crate::ir::coverage::{Coverage, Measure};
use crate::ir::quality::Quality;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde_json::{Value, json};

const TEMPLATE: &str = include_str!("card.md");

/// How questions of this corpus are to be understood: what their words always mean.
pub const CONVENTIONS: &[&str] = &[
    "A name stands for its row: when a question asks for books, the answer shows their titles, not their keys.",
    "Order is part of the answer only when the question asks for it (\"from the newest to the oldest\", \"top five\").",
    "A question that asks which, what or who wants every match; \"different\" or \"distinct\" says that repeated values count once.",
    "Text is compared as it is stored, case included.",
    "Rows without a value (NULL) have no place in superlatives, orders, periods and averages; a question about missing values says so.",
    "A question with a limit (\"the five longest\") has no tie at the place where the list is cut.",
];

/// What the card says beside the corpus itself.
pub struct Facts<'a> {
    /// Coverage of the corpus.
    pub coverage: &'a Coverage,
    /// Quality of the corpus.
    pub quality: &'a Quality,
    /// Formats written.
    pub formats: &'a [&'static dyn Format],
    /// The corpus's licence, as the Hub spells it ("cc-by-4.0", "mit", "unknown").
    pub license: &'a str,
    /// The run's seed.
    pub seed: u64,
}

/// The card as Markdown.
pub fn render(corpus: &Corpus<'_>, facts: &Facts<'_>) -> Result<String, CorpusError> {
    let failed = |source| CorpusError::Template {
        what: "dataset card",
        source,
    };
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).keep_trailing_newline(true).build();
    engine.set_syntax(syntax.map_err(failed)?);
    engine.add_filter("yaml", yaml);
    engine.add_filter("cell", cell);
    engine.add_filter("fenced", fenced);
    engine.add_filter("percent", percent);
    engine.add_template("card", TEMPLATE).map_err(failed)?;
    let template = engine.get_template("card").map_err(failed)?;
    template.render(Serde(values(corpus, facts))).map_err(failed)
}

fn values(corpus: &Corpus<'_>, facts: &Facts<'_>) -> Value {
    let first = corpus.records.first();
    let measures: Vec<Value> = [
        ("tables", &facts.coverage.tables),
        ("columns", &facts.coverage.columns),
        ("join edges (foreign keys)", &facts.coverage.join_edges),
        ("SQL shapes", &facts.coverage.shapes),
        ("SQL functions", &facts.coverage.functions),
    ]
    .into_iter()
    .map(|(name, m)| measure(name, m))
    .collect();
    let formats: Vec<Value> = facts
        .formats
        .iter()
        .map(
            |f| json!({"name": f.name(), "about": f.about(), "files": Split::ALL.map(|s| json!({"split": s.name(), "path": path(*f, s)}))}),
        )
        .collect();
    json!({
        "name": corpus.logical.name,
        "about": corpus.logical.comment,
        "license": facts.license,
        "seed": facts.seed,
        "version": env!("CARGO_PKG_VERSION"),
        "size_category": size_category(corpus.records.len()),
        "dialect": first.map_or("", |r| r.dialect.as_str()),
        "dialect_name": first.map_or("", |r| if r.dialect == "postgresql" { "PostgreSQL" } else { &r.dialect }),
        "engine": first.map_or("", |r| r.verdict.engine.as_str()),
        "db_hash": first.map_or("", |r| r.verdict.db_hash.as_str()),
        "checks": first.map(|r| r.verdict.checks.clone()).unwrap_or_default(),
        "examples": examples(corpus),
        "ddl": corpus.ddl.trim_end(),
        "conventions": CONVENTIONS,
        "coverage": facts.coverage,
        "quality": facts.quality,
        "measures": measures,
        "formats": formats,
    })
}

fn path(format: &dyn Format, split: Split) -> String {
    format.path(split).to_string_lossy().into_owned()
}

fn measure(name: &str, measure: &Measure) -> Value {
    json!({"name": name, "covered": measure.covered, "total": measure.total, "share": measure.share, "missing": measure.missing})
}

/// One pair of each of the first phases: the first record of the train split.
fn examples(corpus: &Corpus<'_>) -> Vec<Value> {
    let mut phases: Vec<&str> = Vec::new();
    let mut out = Vec::new();
    for record in corpus.of(Split::Train) {
        if out.len() < 6 && !phases.contains(&record.labels.phase.as_str()) {
            phases.push(&record.labels.phase);
            out.push(json!({"question": record.question, "sql": record.sql}));
        }
    }
    out
}

/// The Hub's names for corpus sizes.
fn size_category(n_records: usize) -> &'static str {
    match n_records {
        0..1_000 => "n<1K",
        1_000..10_000 => "1K<n<10K",
        10_000..100_000 => "10K<n<100K",
        100_000..1_000_000 => "100K<n<1M",
        _ => "1M<n<10M",
    }
}

/// Any text as a YAML scalar: JSON strings are YAML.
fn yaml(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Text inside one table cell.
fn cell(text: &str) -> String {
    let flat: Vec<&str> = text.split_whitespace().collect();
    flat.join(" ").replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;")
}

/// A code block whose fence is longer than any run of backticks inside.
fn fenced(text: &str, language: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{text}\n{fence}")
}

/// A share as a percentage; a dash where there is none.
fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |s| format!("{} %", (s * 1_000.0).round() / 10.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::coverage::{self, Expected};
    use crate::corpus::{fixture, format, quality};
    use std::collections::BTreeMap;

    fn card(name: &str) -> Result<String, CorpusError> {
        let mut logical = fixture::library();
        logical.name = name.into();
        let mut record = fixture::record("joins", "Which | books?", "SELECT '```' FROM book");
        record.split = "train".into();
        let records = [record];
        let coverage = coverage::measure(&logical, &Expected::default(), &records, BTreeMap::new());
        let quality = quality::measure(&records, BTreeMap::new(), BTreeMap::new());
        let formats = format::chosen(&["openai".into()])?;
        let facts = Facts {
            coverage: &coverage,
            quality: &quality,
            formats: &formats,
            license: "mit",
            seed: 42,
        };
        render(
            &Corpus {
                logical: &logical,
                ddl: "CREATE TABLE book (title text);\n",
                records: &records,
            },
            &facts,
        )
    }

    #[test]
    fn the_front_matter_is_yaml_and_names_every_split_of_every_format() -> Result<(), Box<dyn std::error::Error>> {
        let text = card("a\n---\n\"library\": x")?;
        let front = text
            .strip_prefix("---\n")
            .and_then(|t| t.split_once("\n---\n"))
            .map(|(front, _)| front)
            .unwrap_or_default();
        let front: serde_json::Value = serde_saphyr::from_str(front)?;
        assert_eq!(front["license"], "mit");
        assert_eq!(
            front["task_categories"],
            serde_json::json!(["text-generation", "table-question-answering"])
        );
        assert_eq!(
            front["configs"][0]["data_files"][0],
            serde_json::json!({"split": "train", "path": "train.jsonl"})
        );
        assert_eq!(
            (&front["configs"][1]["config_name"], &front["configs"][2]["config_name"]),
            (&json!("openai"), &json!("records"))
        );
        Ok(())
    }

    #[test]
    fn hostile_text_stays_where_it_is_put() -> Result<(), CorpusError> {
        let text = card("library")?;
        assert!(text.contains("````sql\nSELECT '```' FROM book\n````"), "{text}");
        assert_eq!(
            (cell("a | b\n# c"), cell("<script>")),
            ("a \\| b # c".to_owned(), "&lt;script>".to_owned())
        );
        assert_eq!((percent(Some(0.98765)), percent(None)), ("98.8 %".to_owned(), "–".to_owned()));
        Ok(())
    }
}
