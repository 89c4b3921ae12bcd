//! Kind "pairs": question/SQL pairs from the grammar, each certified on the database.
//!
//! Work goes in rounds of [`ROUND`] candidates. A candidate is a pure function of its seed and of what earlier rounds left, so a round's
//! candidates are made and executed on all threads; then they are taken in order. After each round its lines are durable, and a killed phase
//! goes on from them. Invariant: the same bytes at any thread count and after any number of kills.

mod goal;
mod maker;
mod plainness;
mod state;
mod witness;

use super::crew::Crew;
use super::{Kind, Plan};
use crate::check::duplicates::Fingerprint;
use crate::config::{ConfigError, Recipe};
use crate::corpus::lines;
use crate::database::duck::{Access, Duck};
use crate::ir::DatasetIr;
use crate::ir::record::Record;
use crate::kernel::files;
use crate::kernel::journal::Journal;
use crate::kernel::seed::Seed;
use crate::kernel::suggest;
use crate::querygen::{SHAPES, Shape, Usage, World, world};
use crate::runner::{Context, Outcome, Phase, PhaseError};
use crate::schema::lexicon::Lexicon;
use crate::schema::profile::Profile;
use goal::{AtLeast, Goal};
use maker::{Maker, without_repeats};
pub(super) use plainness::length;
use state::State;
use std::path::{Path, PathBuf};

/// Candidates a round. Small enough that steering sees fresh counts, large enough to keep every thread busy.
pub(super) const ROUND: u64 = 128;
/// The same in a recipe of [`LARGE`] pairs, where counts change slowly and threads wait for each other often.
const LARGE_ROUND: u64 = 512;
const LARGE: u64 = 5_000;
/// A recipe of so many pairs, or of a corpus of ten times as many, goes on from whole answers to what people ask in passing, and to a form of SQL
/// before its repetition.
const WIDE: u64 = 500;
/// Rounds in a row without a new pair (in a wide recipe: with hardly one) after which the phase stops short of its number.
const BARREN_ROUNDS_MAX: u32 = 6;

/// The registry entry.
pub(super) const KIND: Kind = Kind {
    name: "pairs",
    about: "question/SQL pairs from the grammar, each certified on the database",
    build,
};

/// Parameters of a recipe.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// SQL shapes, by registry name.
    shapes: Vec<String>,
    /// Certified pairs wanted; at most so many when `at_least` is given.
    #[serde(default = "pairs")]
    pairs: u64,
    /// Its part of a corpus whose size is given (`run.pairs`), beside the shares of the other recipes; `pairs` when left out.
    #[serde(default)]
    share: Option<u64>,
    /// Only pairs that these goals lack, counted over all pairs phases up to this one, until they are met.
    #[serde(default)]
    at_least: Option<AtLeast>,
    /// How long one statement may run, milliseconds.
    #[serde(default = "super::timeout_ms")]
    timeout_ms: u64,
    /// Only these tables (by id) are asked about; all when empty.
    #[serde(default)]
    tables: Vec<String>,
    /// Only these columns (`table.column`) of the tables they belong to are used; all when empty.
    #[serde(default)]
    columns: Vec<String>,
}

fn pairs() -> u64 {
    400
}

struct Pairs {
    name: String,
    place: String,
    params: Params,
    shapes: Vec<&'static Shape>,
    /// Pairs phases that run before, where `at_least` counts them, or where what they ask is not to be asked again: in a wide recipe.
    before: Vec<String>,
    wide: bool,
}

fn build(recipe: &Recipe, plan: &Plan<'_>) -> Result<Box<dyn Phase>, ConfigError> {
    let mut params: Params = recipe.params()?;
    recipe.at_least_one(&[("pairs", params.pairs), ("timeout_ms", params.timeout_ms)])?;
    let shapes = recipe.named("shape", &params.shapes, SHAPES, |shape| shape.name)?;
    if shapes.is_empty() {
        return Err(recipe.wrong("shapes is empty; name at least one".to_owned()));
    }
    if let Some(message) = params.at_least.as_ref().and_then(AtLeast::problem) {
        return Err(recipe.wrong(message));
    }
    let counted = params.at_least.is_some();
    if let Some(dealt) = plan.dealt(recipe)? {
        params.pairs = dealt;
    }
    let wide = !counted && (params.pairs >= WIDE || plan.settings.pairs.is_some_and(|pairs| pairs >= 10 * WIDE));
    let before = plan
        .of_kind(KIND.name)
        .into_iter()
        .take_while(|name| (counted || wide) && *name != recipe.name);
    Ok(Box::new(Pairs {
        name: recipe.name.clone(),
        place: recipe.place.clone(),
        shapes,
        before: before.collect(),
        wide,
        params,
    }))
}

/// A recipe's share of a corpus whose size is given; none of one that fills what others lack.
pub(super) fn share(recipe: &Recipe) -> Result<Option<u64>, ConfigError> {
    let params: Params = recipe.params()?;
    Ok(params.at_least.is_none().then(|| params.share.unwrap_or(params.pairs)))
}

const READS: [&str; 4] = [
    "schema/dataset_ir.json",
    "schema/lexicon.yaml",
    "data/profile.json",
    "data/database.duckdb",
];
const FILES: [&str; 3] = ["records.jsonl", "dataset.jsonl", "rejects.jsonl"];

impl Phase for Pairs {
    fn name(&self) -> &str {
        &self.name
    }
    fn kind(&self) -> &str {
        KIND.name
    }
    fn reads(&self) -> Vec<PathBuf> {
        let before = self.before.iter().map(|name| Path::new(name).join(self.of_before()));
        READS.iter().map(PathBuf::from).chain(before).collect()
    }
    fn writes(&self) -> Vec<PathBuf> {
        FILES.iter().map(|f| PathBuf::from(&self.name).join(f)).collect()
    }
    fn settings(&self) -> Result<String, PhaseError> {
        Ok(format!("{:?} {}", self.params, self.wide))
    }

    fn run(&self, context: &Context<'_>) -> Result<Outcome, PhaseError> {
        let dataset: DatasetIr = files::read_json(&context.dir.join(READS[0]))?;
        let lexicon = lexicon(context, &dataset)?;
        let mut profile: Profile = files::read_json(&context.dir.join(READS[2]))?;
        self.restrict(&dataset, &mut profile)?;
        let mut world = World::new(&dataset.logical, &lexicon, &profile);
        if self.params.at_least.is_some() || !self.params.tables.is_empty() {
            world.open_calendars();
        }
        let goal = self
            .params
            .at_least
            .as_ref()
            .map(|wanted| Goal::new(wanted, &dataset.logical, &lexicon));
        let maker = Maker {
            phase: &self.name,
            timeout_ms: self.params.timeout_ms,
            world: &world,
            db_hash: &profile.db_hash,
            goal: goal.as_ref(),
            wide: self.wide,
            large: self.params.pairs >= LARGE,
        };
        let duck = Duck::open(&context.dir.join(READS[3]), Access::ReadOnly)?;
        let mut crew = Crew::new(duck.workers(context.threads)?)?;

        let mut journal = Journal::open(&context.dir.join(&self.name), &FILES, &context.key)?;
        let mut state = State::new(&self.shapes);
        if maker.wide {
            state.usage = Usage::gentle();
        }
        for name in &self.before {
            let path = context.dir.join(name).join(self.of_before());
            let read = if self.wide {
                let print = |_, pair: Asked| Ok((Fingerprint::of(&pair.sql), pair));
                lines::read_on(context.threads, &path, print, |(print, pair)| {
                    state.seen.insert(&pair.question, &print);
                    Ok(())
                })
            } else {
                lines::read(&path, |_, record: Record| {
                    state.note(&record, &Fingerprint::of(&record.sql));
                    Ok(())
                })
            };
            read.map_err(|e| PhaseError::Input(e.to_string()))?;
        }
        state.replay(&journal)?;
        context.progress.start(&self.name, Some(self.params.pairs), "pairs");
        context.progress.advance(state.accepted);
        let patience = match (goal.is_some(), maker.wide) {
            (true, _) => BARREN_ROUNDS_MAX * 8,
            (false, true) => BARREN_ROUNDS_MAX * 3,
            (false, false) => BARREN_ROUNDS_MAX,
        };
        // In a wide recipe the last literals of the last forms are not worth the search.
        let round = if maker.large { LARGE_ROUND } else { ROUND };
        let few = if maker.wide { round / 100 } else { 0 };
        while state.accepted < self.params.pairs && journal.barren() < patience && !goal.as_ref().is_some_and(|goal| goal.met(&state)) {
            context.check_stop()?;
            let first = journal.rounds() * round;
            let plan: Vec<(Seed, &Shape)> = (first..first + round)
                .map(|i| self.plan(context.seed.index(i), &state, goal.as_ref()))
                .collect();
            let drafts = crew.on_all(context, &plan, |_, (seed, shape)| maker.draft(*seed, shape, &state))?;
            let drafts = without_repeats(drafts.into_iter().flatten());
            let made = crew.on_all(context, &drafts, |duck, draft| match draft {
                Ok(draft) => maker.certify(duck, draft).map(|(record, print)| (written(&record), print, record)),
                Err(reject) => Err(reject.clone()),
            })?;
            let before = state.accepted;
            let mut chunks = vec![Vec::new(), Vec::new(), Vec::new()];
            for outcome in made {
                if state.accepted == self.params.pairs {
                    break;
                }
                // What the round's earlier pairs brought is not wanted again.
                if let (Some(goal), Ok((_, _, record))) = (&goal, &outcome)
                    && !goal.wants(&state, &record.labels)
                {
                    continue;
                }
                match outcome.and_then(|(lines, print, record)| state.take(record, &print).map(|_| lines)) {
                    Ok(lines) => {
                        for (chunk, written) in chunks.iter_mut().zip(lines?) {
                            chunk.extend(written);
                        }
                    }
                    Err(reject) => {
                        state.rejected(&reject);
                        line(&mut chunks[2], &*reject)?;
                    }
                }
            }
            journal.note_barren(state.accepted - before <= few);
            context.progress.advance(state.accepted - before);
            journal.append(&chunks)?;
        }
        journal.finish()?;
        context.progress.finish();
        Ok(match goal {
            Some(goal) => {
                let short = goal.shortfall(&state);
                let mut outcome = state.outcome(&self.name, 0);
                outcome.notes.extend(short.into_iter().map(|text| format!("{}: {text}", self.name)));
                outcome
            }
            None => state.outcome(&self.name, self.params.pairs),
        })
    }
}

/// A line of `dataset.jsonl`.
#[derive(serde::Deserialize)]
struct Asked {
    question: String,
    sql: String,
}

impl Pairs {
    /// The file of an earlier pairs phase that this one reads: goals count labels, and a wide recipe need only know what was asked.
    fn of_before(&self) -> &'static str {
        if self.wide { FILES[1] } else { FILES[0] }
    }

    /// Shape and seed of a candidate: shapes that have fewer pairs so far come more often, those that have little more to give seldom.
    fn plan(&self, seed: Seed, state: &State, goal: Option<&Goal>) -> (Seed, &'static Shape) {
        // A shape that finds no place says nothing of it: in a wide recipe none is tried for long on account of having few pairs.
        let shapes = self.shapes.len().max(1) as u64;
        let wide = self.wide;
        let least = if wide { state.accepted as f64 / (2 * shapes) as f64 } else { 0.0 };
        let weights: Vec<f64> = self
            .shapes
            .iter()
            .map(|s| {
                let wanted = goal.map_or(1.0, |goal| goal.weight(state, s.name));
                let often = if wide { s.often } else { 1.0 };
                let pairs = f64::from(state.per_shape.get(s.name).copied().unwrap_or(0)).max(least) / often;
                let yields = state.yields(s.name, wide).powi(if wide { 2 } else { 1 });
                wanted * often * yields / (pairs + 4.0)
            })
            .collect();
        let index = world::weighted(&mut seed.child("shape").rng(), &weights).unwrap_or(0);
        (seed, self.shapes[index])
    }

    /// Takes out what the recipe does not want asked about; a name that does not exist is an error.
    fn restrict(&self, dataset: &DatasetIr, profile: &mut Profile) -> Result<(), PhaseError> {
        let unknown = |what: &str, name: &str, hint: String| PhaseError::Input(format!("{}: unknown {what} \"{name}\"{hint}", self.place));
        let ids: Vec<String> = dataset.logical.tables.iter().map(crate::ir::Table::id).collect();
        for table in &self.params.tables {
            if !ids.contains(table) {
                return Err(unknown("table", table, suggest::hint(table, ids.iter().map(String::as_str))));
            }
        }
        let columns: Vec<String> = dataset
            .logical
            .tables
            .iter()
            .flat_map(|t| t.columns.iter().map(move |c| format!("{}.{}", t.id(), c.name)))
            .collect();
        for column in &self.params.columns {
            if !columns.contains(column) {
                return Err(unknown("column", column, suggest::hint(column, columns.iter().map(String::as_str))));
            }
        }
        if !self.params.tables.is_empty() {
            profile.tables.retain(|t| self.params.tables.contains(&t.table));
        }
        for table in &mut profile.tables {
            let prefix = format!("{}.", table.table);
            if self.params.columns.iter().any(|c| c.starts_with(&prefix)) {
                table
                    .columns
                    .retain(|c| self.params.columns.contains(&format!("{prefix}{}", c.column)));
            }
        }
        Ok(())
    }
}

/// The words as the run directory has them: the inferred ones, overridden by what the user wrote into the file.
pub(super) fn lexicon(context: &Context<'_>, dataset: &DatasetIr) -> Result<Lexicon, PhaseError> {
    let path = context.dir.join(READS[1]);
    let text = std::fs::read_to_string(&path).map_err(|e| files::FileError::new("read", &path, e))?;
    let mut words = Lexicon::infer(&dataset.logical);
    words
        .overrides(&text, &dataset.logical)
        .map_err(|e| PhaseError::Input(format!("{}: {e}", path.display())))?;
    Ok(words)
}

/// What a pair is in `records.jsonl` and in `dataset.jsonl`. The threads encode it: who takes the pairs in order keeps them waiting.
fn written(record: &Record) -> Result<[Vec<u8>; 2], PhaseError> {
    let mut lines = [Vec::new(), Vec::new()];
    line(&mut lines[0], record)?;
    line(&mut lines[1], &serde_json::json!({"question": record.question, "sql": record.sql}))?;
    Ok(lines)
}

pub(super) fn line<T: serde::Serialize>(chunk: &mut Vec<u8>, value: &T) -> Result<(), PhaseError> {
    serde_json::to_writer(&mut *chunk, value).map_err(|e| PhaseError::Failed(format!("a record does not encode: {e}")))?;
    chunk.push(b'\n');
    Ok(())
}
