//! `sqlmint phases`: the list, what each phase reads and writes, and its state. `run --dry-run` prints the same.

use super::{Place, Voice, few, print, print_json};
use anyhow::Result;
use clap::Args;
use serde_json::json;
use sqlmint::config::Settings;
use sqlmint::phase;
use sqlmint::runner::{Runner, State, Step};
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Args)]
pub(super) struct Phases {
    #[command(flatten)]
    place: Place,
    /// List the kinds that a recipe may name instead
    #[arg(long)]
    kinds: bool,
}

impl Phases {
    pub(super) fn run(&self, voice: Voice) -> Result<ExitCode> {
        if self.kinds {
            return kinds(voice);
        }
        let settings = self.place.settings()?;
        let phases = phase::build(&settings)?;
        let runner = Runner {
            dir: &settings.dir,
            phases: &phases,
            seed: settings.seed,
            threads: settings.threads,
        };
        plan(&settings, &runner.steps(&[])?, voice)
    }
}

/// Prints the plan.
pub(super) fn plan(settings: &Settings, steps: &[Step], voice: Voice) -> Result<ExitCode> {
    if voice.json {
        let step = |s: &Step| json!({"phase": s.name, "kind": s.kind, "state": word(s), "why": why(s), "reads": s.reads, "writes": s.writes, "edited": s.edited});
        let steps: Vec<_> = steps.iter().map(step).collect();
        return print_json(&json!({"run": settings.run, "directory": settings.dir, "phases": steps, "price_usd_max": 0}));
    }
    let names = steps.iter().map(|s| s.name.len()).max().unwrap_or(0);
    let kinds = steps.iter().map(|s| s.kind.len()).max().unwrap_or(0);
    let mut out = format!("{} in {}\n", settings.run, settings.dir.display());
    for step in steps {
        let reason = why(step);
        let colon = if reason.is_empty() { "" } else { ": " };
        // Writing into a String cannot fail.
        let _ = writeln!(out, "{:names$}  {:kinds$}  {}{colon}{reason}", step.name, step.kind, word(step));
        for (label, paths) in [("reads", &step.reads), ("writes", &step.writes), ("edited", &step.edited)] {
            if !paths.is_empty() {
                let _ = writeln!(out, "{:names$}  {label}: {}", "", list(paths));
            }
        }
    }
    out.push_str("price at most: 0 USD (no phase calls a model)\n");
    print(out.as_bytes())
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(" ")
}

fn word(step: &Step) -> &'static str {
    match step.state {
        State::UpToDate => "up to date",
        State::Due(_) => "to run",
        State::Follows(_) => "may run",
    }
}

fn why(step: &Step) -> String {
    match &step.state {
        State::UpToDate => String::new(),
        State::Due(reasons) => few(reasons),
        State::Follows(phases) => format!("when {} changes what it reads", few(phases)),
    }
}

fn kinds(voice: Voice) -> Result<ExitCode> {
    if voice.json {
        let kinds: Vec<_> = phase::KINDS.iter().map(|k| json!({"kind": k.name, "about": k.about})).collect();
        return print_json(&kinds);
    }
    let lines: String = phase::KINDS.iter().map(|k| format!("{:10} {}\n", k.name, k.about)).collect();
    print(lines.as_bytes())
}
