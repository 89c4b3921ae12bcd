//! `sqlmint init`: writes the project files that the binary carries. Refuses to overwrite.

use super::failure::Usage;
use super::{Voice, print_json, say};
use anyhow::Result;
use clap::Args;
use sqlmint::config::embedded;
use sqlmint::kernel::files;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Args)]
pub(super) struct Init {
    /// Directory of the project
    #[arg(default_value = ".")]
    dir: PathBuf,
}

impl Init {
    pub(super) fn run(&self, voice: Voice) -> Result<ExitCode> {
        let targets: Vec<PathBuf> = embedded::FILES.iter().map(|(path, _)| self.dir.join(path)).collect();
        let taken: Vec<&PathBuf> = targets.iter().filter(|path| path.exists()).collect();
        if let Some(first) = taken.first() {
            let others = if taken.len() > 1 {
                format!(" and {} more", taken.len() - 1)
            } else {
                String::new()
            };
            return Err(Usage(format!("{}{others} already there; nothing was written", first.display())).into());
        }
        for ((_, text), target) in embedded::FILES.iter().zip(&targets) {
            files::write(target, text.as_bytes())?;
        }
        if voice.json {
            return print_json(&targets);
        }
        if !voice.quiet {
            let config = self.dir.join("config.yaml");
            say(&format!("{} files in {}", targets.len(), self.dir.display()));
            say(&format!(
                "next: name your schema under source.ddl in {0}, then `sqlmint run --config {0}`",
                config.display()
            ));
        }
        Ok(ExitCode::SUCCESS)
    }
}
