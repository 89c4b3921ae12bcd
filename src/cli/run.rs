//! `sqlmint run`.

use super::screen::Screen;
use super::summary::Summary;
use super::{Place, Voice, phases, print, print_json, signals};
use anyhow::Result;
use clap::Args;
use sqlmint::phase;
use sqlmint::runner::{Request, Runner};
use std::process::ExitCode;

#[derive(Args)]
pub(super) struct Run {
    #[command(flatten)]
    place: Place,
    /// Run only this phase, on what earlier ones left (repeatable)
    #[arg(long = "phase", value_name = "NAME")]
    phases: Vec<String>,
    /// Print what would run, why, and what it may cost; run nothing
    #[arg(long)]
    dry_run: bool,
    /// Discard the run directory first
    #[arg(long)]
    fresh: bool,
}

impl Run {
    pub(super) fn run(&self, voice: Voice) -> Result<ExitCode> {
        let settings = self.place.settings()?;
        let phases = phase::build(&settings)?;
        let runner = Runner {
            dir: &settings.dir,
            phases: &phases,
            seed: settings.seed,
            threads: settings.threads,
        };
        if self.dry_run {
            return phases::plan(&settings, &runner.steps(&self.phases)?, voice);
        }
        let screen = Screen::new(voice);
        let stop = signals::stop_flag()?;
        screen.line(&format!(
            "{} -> {} (seed {}, {} threads)",
            settings.run,
            settings.dir.display(),
            settings.seed,
            settings.threads
        ));
        let report = runner.run(
            &Request {
                only: self.phases.clone(),
                fresh: self.fresh,
            },
            &screen,
            &stop,
        )?;
        let summary = Summary::of(&settings, report);
        match (voice.json, voice.quiet) {
            (true, _) => print_json(&summary),
            (false, true) => Ok(ExitCode::SUCCESS),
            (false, false) => print(summary.to_string().as_bytes()),
        }
    }
}
