//! Kind `schema`: a source becomes a schema, a plan of its data, and the words for it.
//!
//! What it leaves is meant to be edited: `schema/dataset_ir.json` and `schema/lexicon.yaml` stay as the user wrote them for as long as source and
//! settings do not change, and what depends on them follows.

use super::{Kind, Plan};
use crate::config::{ConfigError, Recipe, Source};
use crate::database::source::{self, Loaded, SourceError};
use crate::ir::issue::Severity;
use crate::ir::reading::Reading;
use crate::ir::{DatasetIr, QaIssue};
use crate::kernel::files::{self, At};
use crate::kernel::{fingerprint, suggest};
use crate::runner::{Context, Outcome, Phase, PhaseError};
use crate::schema::lexicon::Lexicon;
use crate::schema::naming::english;
use crate::schema::{relate, render};
use crate::{datagen, design};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Most findings told after a run; `sqlmint schema check` tells all.
const ISSUES_SHOWN: usize = 8;

const DATASET: &str = "schema/dataset_ir.json";
const DDL: &str = "schema/schema.sql";
const DIAGRAM: &str = "schema/schema.mmd";
const LEXICON: &str = "schema/lexicon.yaml";
const FINDINGS: &str = "schema/findings.json";

/// Registry entry.
pub(super) const KIND: Kind = Kind {
    name: "schema",
    about: "a source -> schema, plan of the data, lexicon",
    build,
};

/// A recipe of this kind has no parameters: the source is one of the run's settings.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {}

struct Schema {
    name: String,
    sources: Vec<Source>,
    lexicon: Option<PathBuf>,
    infer_foreign_keys: bool,
}

fn build(recipe: &Recipe, plan: &Plan<'_>) -> Result<Box<dyn Phase>, ConfigError> {
    let Params {} = recipe.params()?;
    let settings = plan.settings;
    let lexicon = settings.lexicon.clone().or_else(|| beside(settings.sources.first()?));
    Ok(Box::new(Schema {
        name: recipe.name.clone(),
        sources: settings.sources.clone(),
        lexicon,
        infer_foreign_keys: settings.infer_foreign_keys,
    }))
}

/// `<name>.lexicon.yaml` beside the source, when it is there.
fn beside(source: &Source) -> Option<PathBuf> {
    let path = Path::new(&source.spec).with_file_name(format!("{}.lexicon.yaml", source.stem()));
    (source.is_file() && path.is_file()).then_some(path)
}

impl Phase for Schema {
    fn name(&self) -> &str {
        &self.name
    }
    fn kind(&self) -> &str {
        KIND.name
    }
    fn reads(&self) -> Vec<PathBuf> {
        Vec::new()
    }
    fn writes(&self) -> Vec<PathBuf> {
        [DATASET, DDL, DIAGRAM, LEXICON, FINDINGS].map(PathBuf::from).to_vec()
    }
    fn settings(&self) -> Result<String, PhaseError> {
        let mut out = String::new();
        for source in &self.sources {
            out += &format!("source {} {}\n", source.stem(), content(source)?);
        }
        if let Some(path) = &self.lexicon {
            out += &format!("lexicon {}\n", fingerprint::of_file(path).at("read", path)?);
        }
        if !self.infer_foreign_keys {
            out += "foreign keys as declared\n";
        }
        Ok(out)
    }
    fn run(&self, context: &Context<'_>) -> Result<Outcome, PhaseError> {
        let mut loaded = load(&self.sources)?;
        let inferred = self.relate(&mut loaded);
        let mut issues = loaded.findings();
        // Who wrote a lexicon has said it in English; else that comes first.
        issues.retain(|i| i.code != english::DOUBT || self.lexicon.is_none());
        issues.sort_by_key(|i| i.code != english::DOUBT);
        for issue in &mut issues {
            self.as_given(&mut issue.location);
        }
        refuse(&self.given(), &issues)?;
        let mut dataset = loaded.dataset.unwrap_or_else(|| DatasetIr {
            version: 1,
            logical: loaded.logical,
            ..DatasetIr::default()
        });
        if dataset.logical.data_tables().next().is_none() {
            let skipped: Vec<String> = loaded.skipped.iter().map(|(what, n)| format!("{n} {what}")).collect();
            let found = if skipped.is_empty() {
                String::new()
            } else {
                format!(" (found: {})", skipped.join(", "))
            };
            return Err(PhaseError::Input(format!(
                "source.ddl: {} holds no table{found}; give a file with CREATE TABLE statements",
                self.given()
            )));
        }
        design::complete(&mut dataset, &datagen::abilities());
        let lexicon = self.words(&dataset)?;

        let dir = context.dir;
        files::write_json(&dir.join(DATASET), &dataset)?;
        files::write(&dir.join(DDL), render::postgres_ddl(&dataset.logical).as_bytes())?;
        files::write(&dir.join(DIAGRAM), render::mermaid(&dataset.logical).as_bytes())?;
        files::write(&dir.join(LEXICON), lexicon.to_yaml(&dataset.logical).as_bytes())?;
        let reading = Reading {
            read_over: loaded.skipped,
            findings: issues,
        };
        files::write_json(&dir.join(FINDINGS), &reading)?;
        let mut outcome = outcome(&dataset, &reading);
        outcome.notes.splice(0..0, inferred);
        Ok(outcome)
    }
}

impl Schema {
    fn given(&self) -> String {
        self.sources.iter().map(|s| s.given.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// Paths as the user wrote them, so that notes are the same on every machine.
    fn as_given(&self, text: &mut String) {
        for source in &self.sources {
            *text = text.replace(&source.spec, &source.given);
        }
    }

    /// Foreign keys read from names, of tables that no declared one leads to or from; a note that tells them. A dataset description is
    /// taken as it is.
    fn relate(&self, loaded: &mut Loaded) -> Option<String> {
        if !self.infer_foreign_keys || loaded.dataset.is_some() {
            return None;
        }
        let specs: Vec<String> = self.sources.iter().map(|s| s.spec.clone()).collect();
        let guesses = source::not_refuted(&specs, &loaded.logical, relate::of_isolated(&loaded.logical));
        let shown: Vec<String> = guesses.iter().map(|guess| guess.told(&loaded.logical)).collect();
        relate::adopt(&mut loaded.logical, guesses);
        (!shown.is_empty()).then(|| {
            let more = shown.len().saturating_sub(ISSUES_SHOWN);
            let and = if more > 0 { format!(" and {more} more") } else { String::new() };
            let some = shown.get(..ISSUES_SHOWN).unwrap_or(&shown).join(", ");
            format!(
                "foreign keys read from names, of tables that no declared one joins: {some}{and} (source.infer_foreign_keys: false leaves them out)"
            )
        })
    }

    fn words(&self, dataset: &DatasetIr) -> Result<Lexicon, PhaseError> {
        let mut lexicon = Lexicon::infer(&dataset.logical);
        if let Some(path) = &self.lexicon {
            let text = fs::read_to_string(path).at("read", path)?;
            lexicon
                .overrides(&text, &dataset.logical)
                .map_err(|e| PhaseError::Input(format!("{}: {e}", path.display())))?;
        }
        Ok(lexicon)
    }
}

/// What the source says, as a hash: of a file its bytes, of anything else the schema that it yields.
fn content(source: &Source) -> Result<String, PhaseError> {
    if !source.is_file() {
        let logical = load(std::slice::from_ref(source))?.logical;
        let text = serde_json::to_string(&logical).map_err(|e| PhaseError::Failed(e.to_string()))?;
        return Ok(fingerprint::of_bytes(text.as_bytes()));
    }
    // A Spider file names one of its databases after '#'.
    let file = source.spec.split('#').next().unwrap_or_default();
    let path = Path::new(if Path::new(&source.spec).exists() {
        source.spec.as_str()
    } else {
        file
    });
    if path.is_file() {
        let hash = fingerprint::of_file(path).at("read", path)?;
        return Ok(format!("{hash}{}", source.spec.strip_prefix(file).unwrap_or_default()));
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut names: Vec<String> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let hint = path
        .file_name()
        .map(|name| suggest::hint(&name.to_string_lossy(), names.iter().map(String::as_str)))
        .unwrap_or_default();
    Err(PhaseError::Input(format!("source.ddl: no file {}{hint}", path.display())))
}

fn load(sources: &[Source]) -> Result<Loaded, PhaseError> {
    let specs: Vec<String> = sources.iter().map(|s| s.spec.clone()).collect();
    source::load(&specs).map_err(|e| match e {
        SourceError::Server(e) => PhaseError::Database(e),
        e => PhaseError::Input(format!("source.ddl: {e}")),
    })
}

/// An error among the findings means that the schema cannot be used as it is.
fn refuse(given: &str, issues: &[QaIssue]) -> Result<(), PhaseError> {
    let errors: Vec<String> = issues
        .iter()
        .filter(|i| i.severity == Severity::Error)
        .map(|i| format!("\n  {i}"))
        .collect();
    match errors.len() {
        0 => Ok(()),
        n => Err(PhaseError::Input(format!(
            "source.ddl: {given} cannot be used, {n} errors:{}",
            errors.iter().take(ISSUES_SHOWN).cloned().collect::<String>()
        ))),
    }
}

fn outcome(dataset: &DatasetIr, reading: &Reading) -> Outcome {
    let counts = render::counts(&dataset.logical);
    let warnings: Vec<String> = reading.warnings().map(ToString::to_string).collect();
    let mut notes: Vec<String> = warnings.iter().take(ISSUES_SHOWN).cloned().collect();
    if warnings.len() > ISSUES_SHOWN {
        notes.push(format!(
            "{} more warnings; `sqlmint schema check` lists them",
            warnings.len() - ISSUES_SHOWN
        ));
    }
    if let Some(told) = reading.told() {
        notes.push(format!(
            "read over, since it says nothing about tables: {told}; nothing is asked about it ({FINDINGS})"
        ));
    }
    let n = |count: usize| count as u64;
    let keys = dataset.logical.tables.iter().flat_map(|t| &t.foreign_keys);
    let inferred = keys.filter(|key| key.inferred).count();
    Outcome {
        counts: BTreeMap::from([
            ("tables".to_owned(), n(counts.tables)),
            ("columns".to_owned(), n(counts.columns)),
            ("foreign_keys".to_owned(), n(counts.foreign_keys)),
            ("foreign_keys_inferred".to_owned(), n(inferred)),
            ("warnings".to_owned(), n(warnings.len())),
            ("unread_statements".to_owned(), reading.read_over.values().sum()),
        ]),
        notes,
        ..Outcome::default()
    }
}
