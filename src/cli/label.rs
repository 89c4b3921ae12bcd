//! `sqlmint label`: what anyone's SQL uses and how hard it is. Exit code 3 when a statement could not be read; the others are labelled.

use super::failure::Usage;
use super::{Voice, few, on_a_deep_stack, print, say};
use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};
use sqlmint::corpus::intake::{self, Pair};
use sqlmint::database::schemas::Schemas;
use sqlmint::ir::record::Labels;
use sqlmint::query::labels::{self, features, written};
use sqlmint::query::{hardness, parse, permitted};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Code of a run that left statements without labels.
pub(super) const UNREAD: u8 = 3;

#[derive(Args)]
pub(super) struct Label {
    /// Spider or BIRD .json, .jsonl, .csv with a header, .sql; - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Schema of the SQL: .sql files in order (repeat the flag), tables.json, IR .json, .duckdb; without it names stay as written
    #[arg(long, value_name = "SOURCE")]
    schema: Vec<String>,
}

impl Label {
    pub(super) fn run(&self, voice: Voice) -> Result<ExitCode> {
        let pairs = read_all(&self.files)?;
        let mut schemas = match &self.schema[..] {
            [] => None,
            specs => Some(Schemas::load(specs)?),
        };
        on_a_deep_stack(move || {
            let mut out = String::new();
            let mut summary = Summary::default();
            for pair in &pairs {
                let labelled = label(pair, schemas.as_mut());
                summary.count(&labelled);
                if voice.json {
                    out.push_str(&line(pair, &labelled).to_string());
                    out.push('\n');
                } else {
                    out.push_str(&row(pair, &labelled));
                }
            }
            print(out.as_bytes())?;
            if !voice.quiet {
                summary.tell(pairs.len());
            }
            Ok(if summary.failed == 0 {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(UNREAD)
            })
        })
    }
}

/// Every pair of every file, in order.
pub(super) fn read_all(files: &[PathBuf]) -> Result<Vec<Pair>> {
    let mut pairs = Vec::new();
    for file in files {
        if file == Path::new("-") {
            let mut bytes = Vec::new();
            std::io::stdin().lock().take(intake::FILE_BYTES_MAX).read_to_end(&mut bytes)?;
            pairs.extend(intake::parse("-", "", &String::from_utf8_lossy(&bytes)).map_err(|e| Usage(e.to_string()))?);
        } else {
            pairs.extend(intake::read(file).map_err(|e| Usage(e.to_string()))?);
        }
    }
    Ok(pairs)
}

/// What a statement is like.
pub(super) struct Labelled {
    pub(super) db_id: String,
    pub(super) labels: Labels,
    /// Why there is no Spider hardness.
    reason: Option<String>,
    component: (u32, &'static str),
    features: Vec<String>,
}

/// Labels of one pair's SQL, or why there are none.
pub(super) fn label(pair: &Pair, schemas: Option<&mut Schemas>) -> Result<Labelled, String> {
    if let Some(error) = &pair.error {
        return Err(error.clone());
    }
    let query = parse::query(&pair.sql).map_err(|e| e.to_string())?;
    permitted::reads_only(&query).map_err(|e| e.to_string())?;
    let mut db_id = pair.db_id.clone().unwrap_or_default();
    let labels = match schemas {
        None => written::of(&query),
        Some(schemas) => {
            let schema = schemas.of(pair.db_id.as_deref()).map_err(|e| e.to_string())?;
            if db_id.is_empty() {
                db_id.clone_from(&schema.name);
            }
            labels::of(&query, schema).map_err(|e| e.to_string())?
        }
    };
    Ok(Labelled {
        db_id,
        labels,
        reason: hardness::of(&query).err().map(|e| e.to_string()),
        component: labels::component_score(&query),
        features: features::of(&query),
    })
}

/// The labels as a JSON object's entries.
pub(super) fn entries(labelled: &Labelled) -> Value {
    let Labelled {
        labels,
        reason,
        component: (score, level),
        features,
        ..
    } = labelled;
    let hardness = (!labels.spider_hardness.is_empty()).then_some(&labels.spider_hardness);
    json!({
        "spider_hardness": hardness,
        "spider_hardness_reason": reason,
        "tables": labels.tables,
        "columns": labels.columns,
        "functions": labels.functions,
        "join_edges": labels.join_edges,
        "complexity": labels.complexity,
        "component_score": score,
        "component_level": level,
        "features": features,
        "skeleton": labels.skeleton,
    })
}

fn line(pair: &Pair, labelled: &Result<Labelled, String>) -> Value {
    let db_id = labelled.as_ref().ok().map(|l| l.db_id.clone()).or_else(|| pair.db_id.clone());
    let mut line = json!({"place": pair.place, "db_id": db_id.filter(|id| !id.is_empty())});
    let Some(object) = line.as_object_mut() else { return line };
    if !pair.question.is_empty() {
        object.insert("question".into(), json!(pair.question));
    }
    object.insert("sql".into(), json!(pair.sql));
    match labelled {
        Ok(labelled) => object.extend(entries(labelled).as_object().cloned().unwrap_or_default()),
        Err(error) => {
            object.insert("spider_hardness".into(), Value::Null);
            object.insert("spider_hardness_reason".into(), json!(error));
            object.insert("error".into(), json!(error));
        }
    }
    line
}

fn row(pair: &Pair, labelled: &Result<Labelled, String>) -> String {
    match labelled {
        Err(error) => format!("{:<24} error   {error}\n", pair.place),
        Ok(l) => {
            let hardness = if l.labels.spider_hardness.is_empty() {
                "-"
            } else {
                &l.labels.spider_hardness
            };
            let counted: Vec<String> = l
                .labels
                .complexity
                .iter()
                .filter(|(_, n)| **n > 0)
                .map(|(k, n)| format!("{k} {n}"))
                .collect();
            format!(
                "{:<24} {hardness:<7} {:<40} {}\n",
                pair.place,
                few(&l.labels.tables),
                counted.join(", ")
            )
        }
    }
}

#[derive(Default)]
struct Summary {
    failed: usize,
    levels: BTreeMap<String, usize>,
    reasons: BTreeMap<String, usize>,
}

impl Summary {
    fn count(&mut self, labelled: &Result<Labelled, String>) {
        match labelled {
            Err(_) => self.failed += 1,
            Ok(l) => {
                let level = l.labels.spider_hardness.clone();
                *self.levels.entry(if level.is_empty() { "none".into() } else { level }).or_default() += 1;
                if let Some(reason) = &l.reason {
                    *self.reasons.entry(reason.clone()).or_default() += 1;
                }
            }
        }
    }

    fn tell(&self, all: usize) {
        let levels = ["easy", "medium", "hard", "extra", "none"];
        let told = levels
            .iter()
            .filter_map(|level| Some(format!("{level} {}", self.levels.get(*level)?)));
        let told: Vec<String> = told.collect();
        say(&format!(
            "{all} statements, {} not read; Spider hardness: {}",
            self.failed,
            if told.is_empty() { "-".to_owned() } else { told.join(", ") }
        ));
        for (reason, n) in &self.reasons {
            say(&format!("  {n} without a hardness: {reason}"));
        }
    }
}
