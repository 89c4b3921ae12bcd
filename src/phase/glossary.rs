//! Kind `glossary`: what people call rows with high or low values, as a file to edit: `schema/glossary.yaml`.
//!
//! Entries of `<source>.glossary.yaml` beside the source stand over the inferred ones. As with the lexicon, what a user writes into the run's
//! file stays for as long as its inputs do not change, and what depends on it follows.

use super::{Kind, Plan, pairs};
use crate::config::{ConfigError, Recipe};
use crate::ir::DatasetIr;
use crate::kernel::files::{self, At};
use crate::kernel::fingerprint;
use crate::runner::{Context, Outcome, Phase, PhaseError};
use crate::schema::glossary::Glossary;
use crate::schema::profile::Profile;
use std::path::{Path, PathBuf};

/// The registry entry.
pub(super) const KIND: Kind = Kind {
    name: "glossary",
    about: "what people call rows with high or low values, for vague and metaphorical questions",
    build,
};

/// A recipe of this kind has no parameters.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {}

struct Words {
    name: String,
    ours: Option<PathBuf>,
}

fn build(recipe: &Recipe, plan: &Plan<'_>) -> Result<Box<dyn Phase>, ConfigError> {
    let Params {} = recipe.params()?;
    let beside = plan.settings.sources.first().and_then(|source| {
        let path = Path::new(&source.spec).with_file_name(format!("{}.glossary.yaml", source.stem()));
        (source.is_file() && path.is_file()).then_some(path)
    });
    Ok(Box::new(Words {
        name: recipe.name.clone(),
        ours: beside,
    }))
}

const READS: [&str; 3] = ["schema/dataset_ir.json", "schema/lexicon.yaml", "data/profile.json"];
/// What a phase of this kind leaves.
pub(super) const GLOSSARY: &str = "schema/glossary.yaml";

impl Phase for Words {
    fn name(&self) -> &str {
        &self.name
    }
    fn kind(&self) -> &str {
        KIND.name
    }
    fn reads(&self) -> Vec<PathBuf> {
        READS.iter().map(PathBuf::from).collect()
    }
    fn writes(&self) -> Vec<PathBuf> {
        vec![GLOSSARY.into()]
    }
    fn settings(&self) -> Result<String, PhaseError> {
        let version = env!("CARGO_PKG_VERSION");
        match &self.ours {
            Some(path) => Ok(format!("{version} {}", fingerprint::of_file(path).at("read", path)?)),
            None => Ok(version.to_owned()),
        }
    }
    fn run(&self, context: &Context<'_>) -> Result<Outcome, PhaseError> {
        let dataset: DatasetIr = files::read_json(&context.dir.join(READS[0]))?;
        let lexicon = pairs::lexicon(context, &dataset)?;
        let profile: Profile = files::read_json(&context.dir.join(READS[2]))?;
        let mut glossary = Glossary::infer(&dataset.logical, &lexicon, &profile);
        if let Some(path) = &self.ours {
            overridden(&mut glossary, path, &dataset)?;
        }
        files::write(&context.dir.join(GLOSSARY), glossary.to_yaml().as_bytes())?;
        let mut outcome = Outcome::default();
        outcome.counts.insert("columns".to_owned(), glossary.0.len() as u64);
        Ok(outcome)
    }
}

/// The glossary as the run directory has it.
pub(super) fn read(context: &Context<'_>, dataset: &DatasetIr) -> Result<Glossary, PhaseError> {
    let mut glossary = Glossary::default();
    overridden(&mut glossary, &context.dir.join(GLOSSARY), dataset)?;
    Ok(glossary)
}

fn overridden(glossary: &mut Glossary, path: &Path, dataset: &DatasetIr) -> Result<(), PhaseError> {
    let text = std::fs::read_to_string(path).at("read", path)?;
    glossary
        .overrides(&text, &dataset.logical)
        .map_err(|e| PhaseError::Input(format!("{}: {e}", path.display())))
}
