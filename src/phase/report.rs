//! Kind `report`: `report.html`, one page that needs nothing beside it.

use super::{Kind, Plan};
use crate::config::{ConfigError, Recipe};
use crate::corpus::lines;
use crate::ir::{DatasetIr, Record};
use crate::kernel::files::{self, At};
use crate::kernel::fingerprint;
use crate::report::{self, Material};
use crate::runner::{Context, Outcome, Phase, PhaseError};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Registry entry.
pub(super) const KIND: Kind = Kind {
    name: "report",
    about: "everything a run left -> report.html for reviewers",
    build,
};

/// A recipe of this kind has no parameters yet.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Params {}

struct Report {
    name: String,
    seed: u64,
    /// The run asks what cannot be answered.
    doubts: bool,
}

fn build(recipe: &Recipe, plan: &Plan<'_>) -> Result<Box<dyn Phase>, ConfigError> {
    let Params {} = recipe.params()?;
    Ok(Box::new(Report {
        name: recipe.name.clone(),
        seed: plan.settings.seed,
        doubts: !plan.of_kind(super::unanswerable::KIND.name).is_empty(),
    }))
}

const IR: &str = "schema/dataset_ir.json";
const FINDINGS: &str = "schema/findings.json";
const PROFILE: &str = "data/profile.json";
const RECORDS: &str = "corpus/records.jsonl";
const DROPPED: &str = "corpus/rejects.jsonl";
const DOUBTS: &str = "corpus/unanswerable.jsonl";
const COVERAGE: &str = "coverage.json";
const QUALITY: &str = "quality.json";

impl Phase for Report {
    fn name(&self) -> &str {
        &self.name
    }
    fn kind(&self) -> &str {
        KIND.name
    }
    fn reads(&self) -> Vec<PathBuf> {
        let doubts = self.doubts.then(|| PathBuf::from(DOUBTS));
        let fixed = [IR, FINDINGS, PROFILE, RECORDS, DROPPED, COVERAGE, QUALITY].map(PathBuf::from);
        fixed.into_iter().chain(doubts).collect()
    }
    fn writes(&self) -> Vec<PathBuf> {
        vec!["report.html".into()]
    }
    fn settings(&self) -> Result<String, PhaseError> {
        Ok(format!("seed {} version {}", self.seed, env!("CARGO_PKG_VERSION")))
    }
    fn run(&self, context: &Context<'_>) -> Result<Outcome, PhaseError> {
        context.progress.start("report", None, "pages");
        let html = self
            .material(context.dir)
            .and_then(|m| report::render(&m).map_err(|e| PhaseError::Failed(e.to_string())));
        context.progress.finish();
        files::write(&context.dir.join("report.html"), html?.as_bytes())?;
        Ok(Outcome::default())
    }
}

impl Report {
    fn material(&self, dir: &Path) -> Result<Material, PhaseError> {
        let input = |e: crate::corpus::CorpusError| PhaseError::Input(e.to_string());
        let records: Vec<Record> = lines::read_all(&dir.join(RECORDS)).map_err(input)?;
        Ok(Material {
            logical: files::read_json::<DatasetIr>(&dir.join(IR))?.logical,
            reading: files::read_json(&dir.join(FINDINGS))?,
            dropped: lines::read_all(&dir.join(DROPPED)).map_err(input)?,
            doubts: if self.doubts {
                lines::read_all(&dir.join(DOUBTS)).map_err(input)?
            } else {
                Vec::new()
            },
            coverage: files::read_json(&dir.join(COVERAGE))?,
            quality: files::read_json(&dir.join(QUALITY))?,
            profile: Some(files::read_json(&dir.join(PROFILE))?),
            provenance: self.provenance(dir, records.first())?,
            records,
        })
    }

    fn provenance(&self, dir: &Path, first: Option<&Record>) -> Result<Vec<(String, String)>, PhaseError> {
        let mut facts = vec![
            ("sqlmint".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
            ("seed".to_owned(), self.seed.to_string()),
        ];
        if let Some(record) = first {
            facts.push(("dialect".into(), record.dialect.clone()));
            facts.push(("engine".into(), record.verdict.engine.clone()));
            facts.push(("database hash".into(), record.verdict.db_hash.clone()));
        }
        for file in [IR, RECORDS, COVERAGE, QUALITY] {
            let path = dir.join(file);
            facts.push((format!("blake3 of {file}"), fingerprint::of_file(&path).at("read", &path)?));
        }
        Ok(facts)
    }
}
