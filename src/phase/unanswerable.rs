//! Kind `unanswerable`: questions that no SQL answers, or that several do, each with its reason and a reply.
//!
//! What a question claims is executed: a value that is missing must not be found in its column or near it, and each reading of an ambiguous question is a
//! certified pair with an answer of its own. Its lines stand in `<name>/unanswerable.jsonl`, never among records.
//! Limit: accepted lines are held in memory, and a killed phase begins anew; it takes seconds. Invariant: the same bytes at any thread count.

use super::crew::Crew;
use super::pairs;
use super::{Kind, Plan};
use crate::check::{self, Case};
use crate::config::{ConfigError, Recipe};
use crate::corpus::{CorpusError, lines};
use crate::database::Backend;
use crate::database::duck::{Access, Duck};
use crate::ir::doubt::{Probe, Reading};
use crate::ir::record::{Answer, Answerability, Origin, Reject};
use crate::ir::{DatasetIr, Doubt as Line, SqlType, Value};
use crate::kernel::files;
use crate::kernel::limits::ANSWER_ROWS_SHOWN;
use crate::kernel::seed::Seed;
use crate::nlgen::doubt as words;
use crate::query::doubt::Doubt;
use crate::query::ir::{Body, Expr, Item, Predicate, QueryIr, Select, TextMatch};
use crate::query::render;
use crate::querygen::builder::Builder;
use crate::querygen::doubt::{DOUBTS, DoubtClass, Grounds};
use crate::querygen::{Usage, World, world};
use crate::runner::{Context, Outcome, Phase, PhaseError};
use crate::schema::profile::Profile;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Candidates a round.
const ROUND: u64 = 64;
/// Rounds without a single new question after which the phase stops short of its number.
const BARREN_ROUNDS_MAX: u32 = 4;

/// The registry entry.
pub(super) const KIND: Kind = Kind {
    name: "unanswerable",
    about: "questions that no SQL answers, or that several do, each with its reason, a reply and certified readings",
    build,
};

/// Parameters of a recipe.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Classes, by registry name; all when empty.
    #[serde(default)]
    classes: Vec<String>,
    /// Questions wanted.
    #[serde(default = "questions")]
    questions: u64,
    /// How long one statement may run, milliseconds.
    #[serde(default = "super::timeout_ms")]
    timeout_ms: u64,
}

fn questions() -> u64 {
    250
}

struct Unanswerable {
    name: String,
    params: Params,
    classes: Vec<&'static DoubtClass>,
}

fn build(recipe: &Recipe, _: &Plan<'_>) -> Result<Box<dyn Phase>, ConfigError> {
    let params: Params = recipe.params()?;
    recipe.at_least_one(&[("questions", params.questions), ("timeout_ms", params.timeout_ms)])?;
    let classes: Vec<&'static DoubtClass> = if params.classes.is_empty() {
        DOUBTS.iter().collect()
    } else {
        recipe.named("class", &params.classes, DOUBTS, |class| class.name)?
    };
    Ok(Box::new(Unanswerable {
        name: recipe.name.clone(),
        params,
        classes,
    }))
}

const READS: [&str; 4] = [
    "schema/dataset_ir.json",
    "schema/lexicon.yaml",
    "data/profile.json",
    "data/database.duckdb",
];
/// The file of a phase of this kind, and its refusals.
pub(super) const FILES: [&str; 2] = ["unanswerable.jsonl", "rejects.jsonl"];

impl Phase for Unanswerable {
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
        FILES.iter().map(|f| PathBuf::from(&self.name).join(f)).collect()
    }
    fn settings(&self) -> Result<String, PhaseError> {
        Ok(format!("{:?} version {}", self.params, env!("CARGO_PKG_VERSION")))
    }

    fn run(&self, context: &Context<'_>) -> Result<Outcome, PhaseError> {
        let dataset: DatasetIr = files::read_json(&context.dir.join(READS[0]))?;
        let lexicon = pairs::lexicon(context, &dataset)?;
        let profile: Profile = files::read_json(&context.dir.join(READS[2]))?;
        let world = World::new(&dataset.logical, &lexicon, &profile);
        let maker = Maker {
            phase: &self.name,
            timeout_ms: self.params.timeout_ms,
            grounds: Grounds::of(&world),
            world: &world,
            db_hash: &profile.db_hash,
        };
        let duck = Duck::open(&context.dir.join(READS[3]), Access::ReadOnly)?;
        let mut crew = Crew::new(duck.workers(context.threads)?)?;
        let mut state = State::default();
        context.progress.start(&self.name, Some(self.params.questions), "questions");
        let (mut round, mut barren) = (0, 0);
        while (state.lines.len() as u64) < self.params.questions && barren < BARREN_ROUNDS_MAX {
            context.check_stop()?;
            let first = round * ROUND;
            let plan: Vec<(Seed, &DoubtClass)> = (first..first + ROUND)
                .map(|i| context.seed.index(i))
                .map(|seed| (seed, self.class(seed, &state)))
                .collect();
            let made = crew.on_all(context, &plan, |duck, (seed, class)| maker.line(duck, *seed, class, &state.usage))?;
            let before = state.lines.len();
            for outcome in made.into_iter().flatten() {
                if (state.lines.len() as u64) < self.params.questions {
                    state.take(outcome);
                }
            }
            barren = if state.lines.len() == before { barren + 1 } else { 0 };
            round += 1;
            context.progress.advance((state.lines.len() - before) as u64);
        }
        context.progress.finish();
        let failed = |e: CorpusError| PhaseError::Failed(e.to_string());
        let home = context.dir.join(&self.name);
        lines::write(&home.join(FILES[0]), &state.lines).map_err(failed)?;
        lines::write(&home.join(FILES[1]), &state.rejects).map_err(failed)?;
        Ok(self.outcome(&state))
    }
}

impl Unanswerable {
    /// A class; those with fewer questions so far come more often.
    fn class(&self, seed: Seed, state: &State) -> &'static DoubtClass {
        let so_far = |c: &&DoubtClass| state.per_class.get(c.name).copied().unwrap_or(0);
        let weights: Vec<f64> = self.classes.iter().map(|c| 1.0 / f64::from(so_far(c) + 4).powi(2)).collect();
        let index = world::weighted(&mut seed.child("class").rng(), &weights).unwrap_or(0);
        self.classes[index]
    }

    fn outcome(&self, state: &State) -> Outcome {
        let mut outcome = Outcome::default();
        outcome.counts.insert("questions".to_owned(), state.lines.len() as u64);
        for class in &self.classes {
            let n = state.per_class.get(class.name).copied().unwrap_or(0);
            outcome.counts.insert(class.name.to_owned(), u64::from(n));
            if n == 0 {
                outcome
                    .notes
                    .push(format!("{}: this schema and its data have no place for {}", self.name, class.name));
            }
        }
        let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
        for reject in &state.rejects {
            *reasons.entry(reject.reason.as_str()).or_default() += 1;
        }
        let counts = reasons.into_iter().map(|(reason, n)| (format!("rejected.{reason}"), n));
        outcome.counts.extend(counts);
        if (state.lines.len() as u64) < self.params.questions {
            outcome.notes.push(format!(
                "{}: {} of {} questions, since no new ones were found",
                self.name,
                state.lines.len(),
                self.params.questions
            ));
        }
        outcome
    }
}

/// What was accepted so far.
#[derive(Default)]
struct State {
    lines: Vec<Line>,
    rejects: Vec<Reject>,
    questions: BTreeSet<String>,
    per_class: BTreeMap<String, u32>,
    usage: Usage,
}

impl State {
    fn take(&mut self, outcome: Result<Made, Box<Reject>>) {
        match outcome {
            Ok(made) if self.questions.insert(made.line.question.to_lowercase()) => {
                *self.per_class.entry(made.line.class.clone()).or_default() += 1;
                made.used.iter().for_each(|key| self.usage.add(key));
                self.lines.push(made.line);
            }
            Ok(made) => self.rejects.push(Reject {
                reason: "duplicate_question".to_owned(),
                detail: "the same question stands already".to_owned(),
                question: made.line.question,
                shape: made.line.shape,
                seed: made.line.origin.seed,
                ..Reject::default()
            }),
            Err(reject) => self.rejects.push(*reject),
        }
    }
}

/// A line, and what it used.
struct Made {
    line: Line,
    used: Vec<String>,
}

/// Makes candidates.
struct Maker<'m> {
    phase: &'m str,
    timeout_ms: u64,
    grounds: Grounds,
    world: &'m World<'m>,
    db_hash: &'m str,
}

impl Maker<'_> {
    /// A question with its proof, or why not; nothing where the class found no place.
    fn line(&self, duck: &Duck, seed: Seed, class: &DoubtClass, usage: &Usage) -> Option<Result<Made, Box<Reject>>> {
        let mut rng = seed.child("doubt").rng();
        let mut builder = Builder {
            world: self.world,
            usage,
            wide: false,
            covering: false,
            rng: &mut rng,
        };
        let doubt = class.doubt(&mut builder, &self.grounds)?;
        let refuse = |reason: &str, detail: String, question: &str| {
            Box::new(Reject {
                reason: reason.to_owned(),
                detail,
                question: question.to_owned(),
                sql: String::new(),
                shape: doubt.shape().to_owned(),
                seed: seed.0,
            })
        };
        let worded = match words::word(&doubt, self.world.schema, self.world.words, seed.child("words")) {
            Ok(worded) => worded,
            Err(detail) => return Some(Err(refuse("worded", detail, ""))),
        };
        let proven = self
            .probes(duck, &doubt)
            .and_then(|probes| Ok((probes, self.readings(duck, &doubt, &worded)?)));
        let (probes, readings) = match proven {
            Ok(proven) => proven,
            Err((reason, detail)) => return Some(Err(refuse(reason, detail, &worded.question))),
        };
        let mut columns = worded.columns.clone();
        columns.sort();
        let mut line = Line {
            id: String::new(),
            db_id: self.world.schema.name.clone(),
            answerability: if readings.is_empty() {
                Answerability::Unanswerable
            } else {
                Answerability::Ambiguous
            },
            class: doubt.class().to_owned(),
            question: worded.question,
            focus: worded.focus,
            reason: worded.reason,
            reply: worded.reply,
            columns,
            readings,
            probes,
            style: worded.style.to_owned(),
            phase: self.phase.to_owned(),
            shape: doubt.shape().to_owned(),
            dialect: "postgresql".to_owned(),
            engine: duck.engine().to_owned(),
            db_hash: self.db_hash.to_owned(),
            origin: Origin {
                generator: "grammar".to_owned(),
                seed: seed.0,
                ..Origin::default()
            },
            split: String::new(),
        };
        line.id = line.computed_id();
        Some(Ok(Made { used: used(&doubt), line }))
    }

    /// Looks for the value in doubt wherever it must not be.
    fn probes(&self, duck: &Duck, doubt: &Doubt) -> Result<Vec<Probe>, (&'static str, String)> {
        let Some(Value::Text(text)) = doubt.value() else {
            return Ok(Vec::new());
        };
        let mut probes = Vec::new();
        for (table, column) in doubt.absent() {
            let found = self.world.schema.table(table).and_then(|t| t.column(column));
            // The labels of an enum were read with the schema.
            if found.is_none_or(|c| matches!(c.sql_type, SqlType::Enum(_))) {
                continue;
            }
            let sql = holding(table, column, text, self.world.schema);
            let rows = duck
                .query(&sql, self.timeout_ms)
                .map_err(|e| ("probe", format!("{sql}: {e}")))?
                .row_count();
            if rows > 0 {
                return Err(("value_found", format!("{rows} rows of {table}.{column} hold {text:?}")));
            }
            probes.push(Probe { sql, rows });
        }
        Ok(probes)
    }

    /// Certifies every reading as a pair of its own.
    fn readings(&self, duck: &Duck, doubt: &Doubt, worded: &words::Worded) -> Result<Vec<Reading>, (&'static str, String)> {
        let mut readings: Vec<Reading> = Vec::new();
        for ((query, _), (meaning, asked)) in doubt.readings().iter().zip(&worded.readings) {
            let ast = render::query(query, self.world.schema);
            let sql = ast.to_string();
            let ordered = query.is_ordered();
            let case = Case {
                sql: &sql,
                query: &ast,
                question: &asked.text,
                evidence: "",
                alignment: &asked.alignment,
                ordered,
                backend: duck,
                timeout_ms: self.timeout_ms,
            };
            let (rows, checks) = check::certify(&case).map_err(|refusal| (refusal.reason, format!("{meaning}: {}", refusal.detail)))?;
            let answer = Answer {
                columns: rows.columns.clone(),
                rows: rows.shown(ordered, ANSWER_ROWS_SHOWN),
                row_count: rows.row_count(),
                ordered,
                hash: rows.hash(ordered),
            };
            if let Some(other) = readings.iter().find(|r| r.answer.hash == answer.hash) {
                return Err((
                    "readings_agree",
                    format!("{meaning} and {} have the same answer: nothing is ambiguous", other.meaning),
                ));
            }
            readings.push(Reading {
                meaning: meaning.clone(),
                question: asked.text.clone(),
                sql,
                answer,
                alignment: asked.alignment.clone(),
                checks,
            });
        }
        Ok(readings)
    }
}

/// `SELECT column FROM table WHERE UPPER(column) LIKE '%TEXT%'`
fn holding(table: &str, column: &str, text: &str, schema: &crate::ir::LogicalIr) -> String {
    let mut select = Select::from_table(table);
    select.items = vec![Item::column(0, column)];
    select.filter = vec![Predicate::Like {
        expr: Expr::Upper(Box::new(Expr::column(0, column))),
        place: TextMatch::Contains,
        text: text.to_uppercase(),
    }];
    let query = QueryIr {
        shape: String::new(),
        body: Body::Select(select),
    };
    render::query(&query, schema).to_string()
}

/// What a doubt used, for steering: its table, and an attribute of a table.
fn used(doubt: &Doubt) -> Vec<String> {
    let table = |query: &QueryIr| query.plain().and_then(|s| s.table(0)).unwrap_or_default().to_owned();
    match doubt {
        Doubt::MissingColumn { asked, noun, .. } => vec![table(asked), format!("{}: {noun}", table(asked))],
        Doubt::MissingValue { asked, .. } => vec![table(asked)],
        Doubt::OutOfScope { rows, .. } => vec![rows.table(0).unwrap_or_default().to_owned()],
        Doubt::AmbiguousColumn { readings, .. } | Doubt::AmbiguousValue { readings, .. } => {
            readings.first().map(|(query, _)| table(query)).into_iter().collect()
        }
    }
}
