//! Kind `export`: the records of all pairs phases become a corpus with splits, formats, a card, and its measures.
//!
//! Reads every pairs phase's `records.jsonl` and `rejects.jsonl`, and the negatives phase's `negatives.jsonl` and the judge phase's
//! `verdicts.jsonl` when the run has them.
//! Invariant: what it writes depends on these, the schema and its recipe alone.

use super::{Kind, Plan};
use crate::config::{ConfigError, Recipe};
use crate::corpus::card::{self, Facts};
use crate::corpus::coverage::{self, Expected};
use crate::corpus::format::{self, Format};
use crate::corpus::merge::{self, Merged};
use crate::corpus::split::{self, Shares};
use crate::corpus::{Corpus, CorpusError, doubts, lines, quality, verdict};
use crate::ir::quality::Quality;
use crate::ir::record::Reject;
use crate::ir::{DatasetIr, LogicalIr, SqlType};
use crate::kernel::files::{self, At};
use crate::query::render;
use crate::querygen::shape;
use crate::runner::{Context, Outcome, Phase, PhaseError};
use crate::schema::lexicon::Lexicon;
use crate::schema::role::Role;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Registry entry.
pub(super) const KIND: Kind = Kind {
    name: "export",
    about: "pairs of all phases -> corpus with splits, formats, card; coverage.json, quality.json",
    build,
};

/// What a recipe of this kind may say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Params {
    /// Formats beside `lean`.
    formats: Vec<String>,
    /// Shares of the three splits.
    split: Shares,
    /// The corpus's licence, as the Hugging Face Hub spells it.
    license: String,
}

impl Default for Params {
    fn default() -> Self {
        Params {
            formats: vec!["lean".into()],
            split: Shares::default(),
            license: "unknown".into(),
        }
    }
}

struct Export {
    name: String,
    params: Params,
    formats: Vec<&'static dyn Format>,
    /// Phases of kind "pairs".
    pairs: Vec<String>,
    /// Phases that word their pairs anew.
    paraphrases: Vec<String>,
    /// Phases that ask what cannot be answered.
    doubts: Vec<String>,
    negatives: Option<String>,
    judge: Option<String>,
    seed: u64,
}

fn build(recipe: &Recipe, plan: &Plan<'_>) -> Result<Box<dyn Phase>, ConfigError> {
    let params: Params = recipe.params()?;
    let wrong = |e: CorpusError| recipe.wrong(e.to_string());
    let formats = format::chosen(&params.formats).map_err(wrong)?;
    params.split.checked().map_err(wrong)?;
    let negatives = plan.of_kind("negatives").into_iter().next();
    Ok(Box::new(Export {
        name: recipe.name.clone(),
        params,
        formats,
        pairs: plan.of_kind("pairs"),
        paraphrases: plan.of_kind("paraphrase"),
        doubts: plan.of_kind(super::unanswerable::KIND.name),
        negatives,
        judge: plan.of_kind(super::judge::KIND.name).into_iter().next(),
        seed: plan.settings.seed,
    }))
}

impl Phase for Export {
    fn name(&self) -> &str {
        &self.name
    }
    fn kind(&self) -> &str {
        KIND.name
    }
    fn reads(&self) -> Vec<PathBuf> {
        let of_pairs = self
            .pairs
            .iter()
            .flat_map(|p| [format!("{p}/records.jsonl"), format!("{p}/rejects.jsonl")]);
        let negatives = self.negatives.iter().map(|name| format!("{name}/negatives.jsonl"));
        let verdicts = self.judge.iter().map(|name| format!("{name}/verdicts.jsonl"));
        let of_pairs = of_pairs.chain(self.paraphrases.iter().map(|p| format!("{p}/records.jsonl")));
        let of_pairs = of_pairs.chain(self.doubt_files().map(|f| f.to_string_lossy().into_owned()));
        let schema = ["schema/dataset_ir.json", "schema/lexicon.yaml", "schema/schema.sql"].map(str::to_owned);
        schema
            .into_iter()
            .chain(of_pairs)
            .chain(negatives)
            .chain(verdicts)
            .map(PathBuf::from)
            .collect()
    }
    fn writes(&self) -> Vec<PathBuf> {
        let fixed = [
            "corpus/records.jsonl",
            "corpus/rejects.jsonl",
            "corpus/README.md",
            "coverage.json",
            "quality.json",
        ];
        let formats = self
            .formats
            .iter()
            .flat_map(|f| format::files(*f))
            .map(|file| Path::new("corpus").join(file));
        let doubts = (!self.doubts.is_empty()).then(|| Path::new("corpus").join(doubts::FILE));
        fixed.into_iter().map(PathBuf::from).chain(formats).chain(doubts).collect()
    }
    fn settings(&self) -> Result<String, PhaseError> {
        let version = env!("CARGO_PKG_VERSION");
        let phases = (&self.pairs, &self.paraphrases, &self.doubts);
        let of = (&self.params, phases, &self.negatives, &self.judge, version);
        serde_json::to_string(&of).map_err(|e| PhaseError::Failed(e.to_string()))
    }
    fn run(&self, context: &Context<'_>) -> Result<Outcome, PhaseError> {
        context.progress.start("corpus", None, "pairs");
        let outcome = self.export(context);
        context.progress.finish();
        outcome
    }
}

impl Export {
    fn export(&self, context: &Context<'_>) -> Result<Outcome, PhaseError> {
        let dir = context.dir;
        let logical = files::read_json::<DatasetIr>(&dir.join("schema/dataset_ir.json"))?.logical;
        let ddl_path = dir.join("schema/schema.sql");
        let ddl = std::fs::read_to_string(&ddl_path).at("read", &ddl_path)?;

        let Merged { mut records, dropped } = self.merged(context)?;
        split::assign(&mut records, self.params.split, context.seed.child("split")).map_err(failed)?;
        context.progress.advance(records.len() as u64);

        let corpus = Corpus {
            logical: &logical,
            ddl: &ddl,
            records: &records,
        };
        let file = dir.join("corpus/records.jsonl");
        // The one large file, beside all that is measured.
        std::thread::scope(|scope| {
            let written = scope.spawn(|| lines::write(&file, &records));
            let outcome = self.measured(context, &corpus, &dropped);
            let written = written.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            written.map_err(failed).and(outcome)
        })
    }

    /// Measures a corpus, and writes all but its records.
    fn measured(&self, context: &Context<'_>, corpus: &Corpus<'_>, dropped: &[Reject]) -> Result<Outcome, PhaseError> {
        let (dir, records) = (context.dir, corpus.records);
        let mut refused = BTreeMap::new();
        for phase in &self.pairs {
            refused.insert(
                phase.clone(),
                coverage::rejects_by_reason(&dir.join(phase).join("rejects.jsonl")).map_err(failed)?,
            );
        }
        let mut by_reason: BTreeMap<String, u64> = BTreeMap::new();
        for (reason, n) in refused.values().flatten() {
            *by_reason.entry(reason.clone()).or_default() += n;
        }
        let expected = expected(dir, corpus.logical)?;
        let (coverage, mut quality) = std::thread::scope(|scope| {
            let coverage = scope.spawn(|| coverage::measure(corpus.logical, &expected, records, refused));
            let quality = quality::measure(records, by_reason, merge::reasons(dropped));
            (coverage.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), quality)
        });
        let in_doubt: Vec<PathBuf> = self.doubt_files().map(|f| dir.join(f)).collect();
        let in_doubt = doubts::gather(&in_doubt, records, self.params.split, context.seed.child("doubts")).map_err(failed)?;
        quality.doubts = doubts::classes(&in_doubt);

        let home = dir.join("corpus");
        lines::write(&home.join("rejects.jsonl"), dropped).map_err(failed)?;
        if !self.doubts.is_empty() {
            lines::write(&home.join(doubts::FILE), &in_doubt).map_err(failed)?;
        }
        for format in &self.formats {
            format.write(corpus, &home).map_err(failed)?;
        }
        let facts = Facts {
            coverage: &coverage,
            quality: &quality,
            formats: &self.formats,
            license: &self.params.license,
            seed: self.seed,
        };
        files::write(&home.join("README.md"), card::render(corpus, &facts).map_err(failed)?.as_bytes())?;
        files::write_json(&dir.join("coverage.json"), &coverage)?;
        files::write_json(&dir.join("quality.json"), &quality)?;
        Ok(Outcome {
            counts: counts(&quality),
            notes: notes(&coverage, &quality),
            ..Outcome::default()
        })
    }

    fn doubt_files(&self) -> impl Iterator<Item = PathBuf> {
        let file = super::unanswerable::FILES[0];
        self.doubts.iter().map(move |phase| Path::new(phase).join(file))
    }

    fn merged(&self, context: &Context<'_>) -> Result<Merged, PhaseError> {
        let dir = context.dir;
        let phases = self.pairs.iter().chain(&self.paraphrases);
        let records: Vec<PathBuf> = phases.map(|p| dir.join(p).join("records.jsonl")).collect();
        let negatives = self.negatives.as_ref().map(|name| dir.join(name).join("negatives.jsonl"));
        let mut merged = merge::merge(context.threads, &records, negatives.as_deref()).map_err(failed)?;
        if let Some(name) = &self.judge {
            let path = dir.join(name).join("verdicts.jsonl");
            let dropped = verdict::apply(&path, &mut merged.records).map_err(failed)?;
            merged.dropped.extend(dropped);
        }
        Ok(merged)
    }
}

/// What coverage is measured against, beside the schema: the shapes there are, the functions they render, and the columns nobody asks about.
fn expected(dir: &Path, logical: &LogicalIr) -> Result<Expected, PhaseError> {
    let path = dir.join("schema/lexicon.yaml");
    let text = std::fs::read_to_string(&path).at("read", &path)?;
    let mut lexicon = Lexicon::infer(logical);
    lexicon
        .overrides(&text, logical)
        .map_err(|e| PhaseError::Input(format!("{}: {e}", path.display())))?;
    let opaque = logical
        .data_tables()
        .flat_map(|t| t.columns.iter().map(move |c| (format!("{}.{}", t.id(), c.name), c)))
        .filter(|(name, _)| lexicon.columns.get(name).is_some_and(|words| words.role == Role::Opaque))
        .map(|(name, column)| (name, format!("opaque: no question is asked about this {} column", column.sql_type)))
        .collect();
    let shapes = shape::with_place(logical).map(|s| s.name.to_owned()).collect();
    let arrays = logical
        .data_tables()
        .flat_map(|t| &t.columns)
        .any(|c| matches!(c.sql_type, SqlType::Array(_)));
    let called = render::FUNCTIONS.iter().filter(|f| arrays || !render::ARRAY_FUNCTIONS.contains(*f));
    let functions = called.map(|f| (*f).to_owned()).collect();
    Ok(Expected { opaque, shapes, functions })
}

fn counts(quality: &Quality) -> BTreeMap<String, u64> {
    let mut counts: BTreeMap<String, u64> = quality.splits.iter().map(|s| (s.split.clone(), s.pairs)).collect();
    counts.insert("pairs".into(), quality.certified);
    counts.insert("negatives".into(), quality.mutants.negatives);
    if !quality.doubts.is_empty() {
        counts.insert("unanswerable".into(), quality.doubts.values().sum());
    }
    counts.extend(quality.dropped.iter().map(|(reason, n)| (format!("dropped.{reason}"), *n)));
    counts
}

fn notes(coverage: &crate::ir::coverage::Coverage, quality: &Quality) -> Vec<String> {
    let mut notes = Vec::new();
    for (what, measure) in [
        ("tables", &coverage.tables),
        ("columns", &coverage.columns),
        ("join edges", &coverage.join_edges),
    ] {
        if !measure.missing.is_empty() {
            notes.push(format!(
                "{} of {} {what} are in no pair: {}",
                measure.missing.len(),
                measure.total,
                some_of(&measure.missing)
            ));
        }
    }
    // Each recipe reached its number: without a word the corpus would be a few short of their sum.
    if !quality.dropped.is_empty() {
        let why: Vec<String> = quality.dropped.iter().map(|(reason, n)| format!("{n} {reason}")).collect();
        notes.push(format!(
            "certified, but left out of the corpus: {} (corpus/rejects.jsonl)",
            why.join(", ")
        ));
    }
    let empty: Vec<&str> = quality.splits.iter().filter(|s| s.pairs == 0).map(|s| s.split.as_str()).collect();
    if quality.certified == 0 {
        notes.push("the corpus is empty: every candidate was refused; the phases' rejects.jsonl say why".to_owned());
    } else if !empty.is_empty() {
        notes.push(format!("too few SQL skeletons to fill every split: {} empty", empty.join(" and ")));
    }
    notes
}

fn some_of(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(8).map(String::as_str).collect();
    if names.len() > shown.len() {
        format!("{} and {} more", shown.join(", "), names.len() - shown.len())
    } else {
        shown.join(", ")
    }
}

fn failed(error: CorpusError) -> PhaseError {
    match error {
        CorpusError::File(e) => e.into(),
        e @ (CorpusError::Line { .. } | CorpusError::Setting { .. }) => PhaseError::Input(e.to_string()),
        e @ CorpusError::Template { .. } => PhaseError::Failed(e.to_string()),
    }
}
