//! Kind "negatives": near misses of every certified SQL, executed; those with another result are kept as proven wrong.
//!
//! Pairs go in rounds of [`ROUND`]; a killed phase goes on from the last one. What a pair gets is a function of its SQL, its seed and the database.
//! A mutant that fails is nothing; one with the right result is a survivor and runs on the witnesses too (`apart`): another result there kills it as
//! well, but a negative is only what the database itself tells apart.
//! Invariant: each negative's result differs from its pair's by hash (as a bag unless the pair's answer is ordered), and running it again gives
//! the same hash: a mutant whose ties could fall otherwise, or whose result the order of stored rows decides, is not kept.

mod apart;
mod reordered;
mod summary;
mod tailor;

use super::crew::Crew;
use super::pairs::line;
use super::populate::witness::WITNESSES;
use super::{Kind, Plan};
use crate::check::{Case, stored, ties};
use crate::config::{ConfigError, Recipe};
use crate::corpus::merge::PairNegatives;
use crate::database::duck::{Access, Duck};
use crate::database::{Backend, DbError, ResultSet};
use crate::ir::record::{Answer, Mutants, Negative, Proof};
use crate::ir::{DatasetIr, LogicalIr};
use crate::kernel::files::{self, At};
use crate::kernel::journal::Journal;
use crate::kernel::seed::Seed;
use crate::query::mutation::{self, Ground, Mutant};
use crate::query::{parse, portable};
use crate::runner::{Context, Outcome, Phase, PhaseError};
use crate::schema::profile::Profile;
use serde::{Deserialize, Serialize};
use sqlparser::ast::Query;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use apart::{Base, Survivor, Worker};
use summary::summarise;
use tailor::Rules;

/// Pairs a round.
pub(super) const ROUND: usize = 256;

/// The registry entry.
pub(super) const KIND: Kind = Kind {
    name: "negatives",
    about: "near misses of every certified SQL, kept where execution proves them wrong",
    build,
};

/// Parameters of a recipe.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Negatives kept a pair.
    #[serde(default = "per_pair")]
    per_pair: usize,
    /// Most mutants executed a pair; up to twice as many while none of them is told apart. Fewer once `per_pair` good ones are found.
    #[serde(default = "mutants_max")]
    mutants_max: usize,
    /// How long one statement may run, milliseconds.
    #[serde(default = "super::timeout_ms")]
    timeout_ms: u64,
}

fn per_pair() -> usize {
    3
}
fn mutants_max() -> usize {
    6
}

struct Negatives {
    name: String,
    params: Params,
    pairs: Vec<String>,
}

fn build(recipe: &Recipe, plan: &Plan<'_>) -> Result<Box<dyn Phase>, ConfigError> {
    let params: Params = recipe.params()?;
    let counts = [params.per_pair, params.mutants_max].map(|n| u64::try_from(n).unwrap_or(u64::MAX));
    recipe.at_least_one(&[
        ("per_pair", counts[0]),
        ("mutants_max", counts[1]),
        ("timeout_ms", params.timeout_ms),
    ])?;
    Ok(Box::new(Negatives {
        name: recipe.name.clone(),
        params,
        pairs: plan.of_kind(super::pairs::KIND.name),
    }))
}

const READS: [&str; 3] = ["schema/dataset_ir.json", "data/profile.json", "data/database.duckdb"];
const FILES: [&str; 2] = ["negatives.jsonl", "mutants.jsonl"];

/// What is read of a record.
#[derive(Deserialize)]
struct Pair {
    id: String,
    sql: String,
    answer: Answer,
}

/// A line of `mutants.jsonl`: what became of every mutant of one pair.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Trial {
    /// The pair.
    id: String,
    /// In the order they ran.
    mutants: Vec<Tried>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Tried {
    sql: String,
    error_class: String,
    change: String,
    fate: Fate,
    /// Where it was told apart, when elsewhere: the witness, and how its rows were changed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    on: String,
    /// Common table expressions that, before both statements, change the rows so.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    instance: String,
}

/// What became of a mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Fate {
    /// Another result.
    Killed,
    /// Another result, but one that depends on how ties fall, or rows in another order where rows tie in the right one: no proof.
    Tied,
    /// The right result on the database, another one elsewhere.
    KilledElsewhere,
    /// The right result everywhere.
    Survived,
    /// No result in time, or an error.
    Failed,
}

impl Phase for Negatives {
    fn name(&self) -> &str {
        &self.name
    }
    fn kind(&self) -> &str {
        KIND.name
    }
    fn reads(&self) -> Vec<PathBuf> {
        let records = self.pairs.iter().map(|name| Path::new(name).join("records.jsonl"));
        let witnesses = WITNESSES.iter().map(|(file, _)| *file);
        READS.into_iter().chain(witnesses).map(PathBuf::from).chain(records).collect()
    }
    fn writes(&self) -> Vec<PathBuf> {
        FILES
            .iter()
            .chain(&["summary.json"])
            .map(|file| Path::new(&self.name).join(file))
            .collect()
    }
    fn settings(&self) -> Result<String, PhaseError> {
        Ok(format!("{:?}", self.params))
    }

    fn run(&self, context: &Context<'_>) -> Result<Outcome, PhaseError> {
        let dataset: DatasetIr = files::read_json(&context.dir.join(READS[0]))?;
        let profile: Profile = files::read_json(&context.dir.join(READS[1]))?;
        let duck = Duck::open(&context.dir.join(READS[2]), Access::ReadOnly)?;
        let witnesses = WITNESSES
            .iter()
            .map(|(file, _)| Duck::open(&context.dir.join(file), Access::ReadOnly));
        let witnesses = witnesses.collect::<Result<Vec<_>, _>>()?;
        let worker = |main| -> Result<Worker, DbError> {
            let witnesses = witnesses.iter().map(|witness| Base::new(witness.try_clone()?));
            Ok(Worker {
                main: Base::new(main)?,
                witnesses: witnesses.collect::<Result<_, DbError>>()?,
            })
        };
        let workers = duck.workers(context.threads)?.into_iter().map(worker);
        let mut crew = Crew::new(workers.collect::<Result<_, DbError>>()?)?;
        let prover = Prover {
            params: &self.params,
            schema: &dataset.logical,
            profile: &profile,
            rules: Rules::new(&dataset.logical, &duck),
            seed: context.seed,
        };
        let pairs = self.read_pairs(context.dir)?;

        let dir = context.dir.join(&self.name);
        let mut journal = Journal::open(&dir, &FILES, &context.key)?;
        let done = journal.done(ROUND, pairs.len());
        context.progress.start(&self.name, Some(pairs.len() as u64), "pairs");
        context.progress.advance(done as u64);
        for round in pairs[done..].chunks(ROUND) {
            context.check_stop()?;
            let mut chunks = vec![Vec::new(), Vec::new()];
            for (found, trial) in crew.on_all(context, round, |worker, pair| prover.prove(worker, pair))? {
                line(&mut chunks[0], &found)?;
                line(&mut chunks[1], &trial)?;
            }
            journal.append(&chunks)?;
            context.progress.advance(round.len() as u64);
        }
        let summary = summarise(&journal)?;
        files::write_json(&dir.join("summary.json"), &summary)?;
        journal.finish()?;
        context.progress.finish();
        Ok(summary.outcome(&self.name))
    }
}

impl Negatives {
    /// The pairs of all phases, each id once.
    fn read_pairs(&self, dir: &Path) -> Result<Vec<Pair>, PhaseError> {
        let mut pairs = Vec::new();
        let mut seen = BTreeSet::new();
        for name in &self.pairs {
            let path = dir.join(name).join("records.jsonl");
            let file = std::fs::File::open(&path).at("read", &path)?;
            for (index, text) in BufReader::new(file).lines().enumerate() {
                let text = text.at("read", &path)?;
                let pair: Pair = serde_json::from_str(&text).map_err(|e| {
                    PhaseError::Input(format!(
                        "{}:{}: not a record: {e}; run phase {name} again",
                        path.display(),
                        index + 1
                    ))
                })?;
                if seen.insert(pair.id.clone()) {
                    pairs.push(pair);
                }
            }
        }
        Ok(pairs)
    }
}

/// Makes mutants and executes them.
struct Prover<'p> {
    params: &'p Params,
    schema: &'p LogicalIr,
    profile: &'p Profile,
    rules: Rules<'p>,
    seed: Seed,
}

impl Prover<'_> {
    fn prove(&self, worker: &Worker, pair: &Pair) -> (PairNegatives, Trial) {
        let mut found = PairNegatives {
            id: pair.id.clone(),
            mutants: Mutants::default(),
            negatives: Vec::new(),
        };
        let mut trial = Trial {
            id: pair.id.clone(),
            mutants: Vec::new(),
        };
        let wrong = self.execute(worker, pair, &mut trial).unwrap_or_default();
        let order = preference(&wrong);
        let mut wrong: Vec<Option<Wrong>> = wrong.into_iter().map(Some).collect();
        let count = |fate: Fate| u32::try_from(trial.mutants.iter().filter(|tried| tried.fate == fate).count()).unwrap_or(u32::MAX);
        found.mutants.killed = count(Fate::Killed).saturating_add(count(Fate::KilledElsewhere));
        found.mutants.total = found.mutants.killed.saturating_add(count(Fate::Survived));
        let wanted = order.into_iter().take(self.params.per_pair);
        let taken = wanted.filter_map(|index| wrong.get_mut(index).and_then(Option::take));
        found.negatives = taken.map(|wrong| negative(pair, wrong)).collect();
        (found, trial)
    }

    /// Runs mutants; those with another result come back. `None` for a SQL that has no AST or names nothing: no pairs phase leaves such.
    fn execute(&self, worker: &Worker, pair: &Pair, trial: &mut Trial) -> Option<Vec<Wrong>> {
        let query = parse::query(&pair.sql).ok()?;
        let ground = Ground::new(&query, self.schema, Some(self.profile)).ok()?;
        let seed = self.seed.child(&pair.id);
        let as_parsed = query.to_string();
        let right = Asked {
            sql: &as_parsed,
            query: &query,
            ordered: pair.answer.ordered,
            timeout_ms: self.params.timeout_ms,
        };
        let mut wrong: Vec<Wrong> = Vec::new();
        let mut survivors = Vec::new();
        let mut classes = BTreeSet::new();
        let rows = OnceCell::new();
        for mutant in mutation::mutants(&ground, seed).take(self.params.mutants_max.saturating_mul(2)) {
            if classes.len() >= self.params.per_pair || trial.mutants.len() >= self.params.mutants_max && !wrong.is_empty() {
                break;
            }
            let mut tried = Tried {
                sql: mutant.sql.clone(),
                error_class: mutant.error_class.to_owned(),
                change: mutant.change.clone(),
                fate: Fate::Failed,
                on: String::new(),
                instance: String::new(),
            };
            if !pair.answer.ordered && reordered::only_order_differs(&query, &mutant.query) {
                let listed = reordered::first_of_each(&query).is_none();
                tried.fate = if listed { Fate::Tied } else { Fate::Survived };
                trial.mutants.push(tried);
                continue;
            }
            let asked = Asked {
                sql: &mutant.sql,
                query: &mutant.query,
                ..right
            };
            let (ran, settled) = asked.run(&worker.main.plain);
            tried.fate = match ran {
                Err(_) => Fate::Failed,
                Ok(None) => Fate::Tied,
                Ok(Some(result)) => {
                    let hash = result.hash(pair.answer.ordered);
                    if hash == pair.answer.hash || only_types_differ(worker, pair, &right, &rows, &mutant, &result) {
                        survivors.push(Survivor {
                            at: trial.mutants.len(),
                            mutant,
                        });
                        Fate::Survived
                    } else if !settled && !asked.repeatable(&worker.main.plain, &result) || !asked.stays(&worker.main.plain, &result) {
                        Fate::Tied
                    } else if portable::may_divide_by_zero(&mutant.query) && result.rows().any(|row| row.contains(&None)) {
                        // On PostgreSQL it would give no rows but an error.
                        Fate::Failed
                    } else {
                        if result.row_count() > 0 {
                            classes.insert(mutant.error_class);
                        }
                        wrong.push(Wrong {
                            mutant,
                            hash,
                            rows: result.row_count(),
                        });
                        Fate::Killed
                    }
                }
            };
            trial.mutants.push(tried);
        }
        apart::tell_apart(worker, &self.rules, seed, &right, &query, survivors, &mut trial.mutants);
        Some(wrong)
    }
}

/// Whether the values are the right ones in other types: the average of one whole number is that number. Only another function does that.
/// The right rows are fetched once a pair, and only when those that the record shows do not tell already.
fn only_types_differ(
    worker: &Worker,
    pair: &Pair,
    right: &Asked<'_>,
    fetched: &OnceCell<Option<ResultSet>>,
    mutant: &Mutant,
    rows: &ResultSet,
) -> bool {
    rows.row_count() == pair.answer.row_count
        && RETYPED.contains(&mutant.error_class)
        && rows.holds_by_value(&pair.answer.rows)
        && fetched
            .get_or_init(|| worker.main.plain.query(&pair.sql, right.timeout_ms).ok())
            .as_ref()
            .is_some_and(|expected| expected.equals_by_value(rows, right.ordered))
}

/// Error classes whose mutants may give the right values in other types.
const RETYPED: [&str; 2] = ["aggregate", "window"];

/// A statement to run.
#[derive(Clone, Copy)]
struct Asked<'a> {
    sql: &'a str,
    query: &'a Query,
    ordered: bool,
    timeout_ms: u64,
}

impl Asked<'_> {
    /// Its rows, `None` when they depend on how ties fall; and whether that was asked already.
    fn run(&self, backend: &dyn Backend) -> (Result<Option<ResultSet>, DbError>, bool) {
        if self.is_cut_or_ordered()
            && self.query.order_by.is_some()
            && let Some(ran) = ties::determined(self.query, backend, self.timeout_ms)
        {
            return (ran, true);
        }
        (backend.query(self.sql, self.timeout_ms).map(Some), false)
    }

    /// Whether an ordered result is the same however ties are broken.
    fn repeatable(&self, backend: &dyn Backend, rows: &ResultSet) -> bool {
        let ordered = self.query.order_by.is_some() && self.is_cut_or_ordered();
        if !ordered && !ties::cuts_each(self.query) {
            return true;
        }
        ties::check(&self.case(backend), rows).is_ok()
    }

    /// Whether its rows are the same in whatever order the database stores what they are made of.
    fn stays(&self, backend: &dyn Backend, rows: &ResultSet) -> bool {
        stored::check(&self.case(backend), rows).is_ok()
    }

    fn case<'c>(&'c self, backend: &'c dyn Backend) -> Case<'c> {
        Case {
            sql: self.sql,
            query: self.query,
            question: "",
            evidence: "",
            alignment: &[],
            ordered: self.ordered,
            backend,
            timeout_ms: self.timeout_ms,
        }
    }

    /// Its rows, if they are the same however ties fall.
    fn determined(&self, backend: &dyn Backend) -> Option<ResultSet> {
        let (ran, settled) = self.run(backend);
        let rows = ran.ok().flatten()?;
        (settled || self.repeatable(backend, &rows)).then_some(rows)
    }

    /// Whether a mutant's rows are other rows than this statement's.
    fn differ(&self, error_class: &str, right: &ResultSet, wrong: &ResultSet) -> bool {
        let retyped =
            || RETYPED.contains(&error_class) && right.row_count() == wrong.row_count() && right.equals_by_value(wrong, self.ordered);
        right.hash(self.ordered) != wrong.hash(self.ordered) && !retyped()
    }

    fn is_cut_or_ordered(&self) -> bool {
        self.ordered || self.query.limit_clause.is_some()
    }
}

/// A mutant proven wrong, and its result.
struct Wrong {
    mutant: Mutant,
    hash: String,
    rows: u64,
}

/// Wrong results in the order they are wanted: a new error class before a known one, rows before none.
fn preference(wrong: &[Wrong]) -> Vec<usize> {
    let mut classes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut ranked: Vec<(bool, usize, usize)> = Vec::new();
    for (index, Wrong { mutant, rows, .. }) in wrong.iter().enumerate() {
        let empty = *rows == 0;
        let nth = if empty {
            0
        } else {
            *classes.entry(mutant.error_class).and_modify(|n| *n += 1).or_insert(1)
        };
        ranked.push((empty, nth, index));
    }
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, _, index)| index).collect()
}

fn negative(pair: &Pair, wrong: Wrong) -> Negative {
    Negative {
        sql: wrong.mutant.sql,
        error_class: wrong.mutant.error_class.to_owned(),
        error_type: wrong.mutant.error.error_type.to_owned(),
        sub_error_type: wrong.mutant.error.sub_error_type.to_owned(),
        error_level: wrong.mutant.error.level.to_owned(),
        change: wrong.mutant.change,
        proof: Proof {
            expected_hash: pair.answer.hash.clone(),
            expected_rows: pair.answer.row_count,
            actual_hash: wrong.hash,
            actual_rows: wrong.rows,
        },
    }
}
