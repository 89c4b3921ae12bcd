//! `sqlmint schema show|check|diagram|diff`: any source, without a run.

use super::{Voice, print, print_json, say};
use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::json;
use sqlmint::database::source::{self, Loaded};
use sqlmint::ir::issue::Severity;
use sqlmint::schema::render;
use std::process::ExitCode;

#[derive(Args)]
pub(super) struct Schema {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print the schema; with --json the LogicalIr and its counts
    Show(Sources),
    /// Report what was lost, guessed, or will hurt; exit 1 when the schema cannot be used
    Check(Sources),
    /// Print a Mermaid entity-relationship diagram
    Diagram(Sources),
    /// Print what changed from one source to another
    Diff {
        /// The schema before
        before: String,
        /// The schema after
        after: String,
    },
}

#[derive(Args)]
struct Sources {
    /// One or more .sql/.ddl files in order, an IR .json, a Spider tables.json, a .duckdb file, or postgresql://HOST/DATABASE
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<String>,
}

impl Schema {
    pub(super) fn run(&self, voice: Voice) -> Result<ExitCode> {
        match &self.command {
            Command::Show(sources) => show(&sources.load(voice)?, voice),
            Command::Check(sources) => check(&source::load(&sources.sources)?, voice),
            Command::Diagram(sources) => {
                let diagram = render::mermaid(&sources.load(voice)?.logical);
                if voice.json {
                    print_json(&json!({"mermaid": diagram}))
                } else {
                    print(diagram.as_bytes())
                }
            }
            Command::Diff { before, after } => diff(before, after, voice),
        }
    }
}

impl Sources {
    /// Loads the schema; what was lost is said on stderr.
    fn load(&self, voice: Voice) -> Result<Loaded> {
        let loaded = source::load(&self.sources)?;
        if !voice.quiet {
            for issue in loaded.issues.iter().filter(|i| i.severity >= Severity::Warning) {
                say(&issue.to_string());
            }
        }
        Ok(loaded)
    }
}

fn show(loaded: &Loaded, voice: Voice) -> Result<ExitCode> {
    if !voice.json {
        return print(render::text(&loaded.logical).as_bytes());
    }
    let mut value = serde_json::to_value(&loaded.logical)?;
    if let Some(object) = value.as_object_mut() {
        object.insert("counts".into(), serde_json::to_value(render::counts(&loaded.logical))?);
    }
    print_json(&value)
}

fn check(loaded: &Loaded, voice: Voice) -> Result<ExitCode> {
    let issues = loaded.findings();
    let errors = issues.iter().filter(|i| i.severity == Severity::Error).count();
    let counts = render::counts(&loaded.logical);
    if voice.json {
        print_json(&json!({"counts": counts, "errors": errors, "issues": issues, "skipped": loaded.skipped}))?;
    } else {
        print(issues.iter().map(|issue| format!("{issue}\n")).collect::<String>().as_bytes())?;
        if !voice.quiet {
            let skipped: Vec<String> = loaded.skipped.iter().map(|(what, n)| format!("{n} {what}")).collect();
            if !skipped.is_empty() {
                say(&format!("skipped, since they say nothing about tables: {}", skipped.join(", ")));
            }
            let others = issues.len() - errors;
            let (tables, columns, keys) = (counts.tables, counts.columns, counts.foreign_keys);
            say(&format!(
                "{tables} tables, {columns} columns, {keys} foreign keys; {errors} errors, {others} other findings"
            ));
        }
    }
    Ok(if errors > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn diff(before: &str, after: &str, voice: Voice) -> Result<ExitCode> {
    let load = |spec: &str| source::load(&[spec.to_owned()]);
    let changes = render::diff(&load(before)?.logical, &load(after)?.logical);
    if voice.json {
        return print_json(&changes);
    }
    if changes.is_empty() && !voice.quiet {
        say("no difference");
    }
    print(changes.iter().map(|change| format!("{change}\n")).collect::<String>().as_bytes())
}
