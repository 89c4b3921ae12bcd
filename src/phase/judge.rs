//! Kind "judge": every SQL of the corpus on PostgreSQL too, and what the two engines do not agree on.
//!
//! The run's schema and data are loaded into a private throwaway server; each pair and each of its negatives is planned and executed there,
//! read-only and under a timeout, beside DuckDB. `verdicts.jsonl` has a line a statement, `summary.json` the counts and the first few differences.
//! Pairs go in rounds of [`ROUND`]; a killed phase goes on from the last one. Invariant: a statement agrees only if both engines gave the same
//! values (sums of `real` to the digits that a `real` has), and DuckDB's are those that the record names.

use super::crew::Crew;
use super::pairs::line;
use super::{Kind, Plan};
use crate::config::{ConfigError, Recipe};
use crate::corpus::lines;
use crate::corpus::merge::PairNegatives;
use crate::corpus::verdict::{EngineVerdict, Finding};
use crate::database::agreement::{self, Agreement};
use crate::database::duck::{Access, Duck};
use crate::database::postgres::cluster::{Cluster, Programs};
use crate::database::postgres::{self, Postgres};
use crate::database::{Backend, DbError, ResultSet};
use crate::ir::{DatasetIr, LogicalIr, Record, SqlType};
use crate::kernel::files;
use crate::kernel::journal::Journal;
use crate::query::{labels, parse};
use crate::runner::{Context, Outcome, Phase, PhaseError};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

/// Pairs a round.
const ROUND: usize = 256;
/// Differences that the summary lists; the rest are in `verdicts.jsonl`.
const SHOWN: usize = 50;
/// The class of answers that agree to the digits which a sum of `real` has, and no further.
const AS_REAL: &str = "float4_digits";
/// Most sessions: past this the server, which is on this machine, gains nothing.
const CONNECTIONS_MAX: usize = 32;

/// The registry entry.
pub(super) const KIND: Kind = Kind {
    name: "judge",
    about: "every SQL of the corpus on PostgreSQL too, in a private throwaway server",
    build,
};

/// Parameters of a recipe.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
struct Params {
    /// Sessions at once.
    connections: usize,
    /// How long one statement may run, milliseconds.
    timeout_ms: u64,
}

impl Default for Params {
    fn default() -> Self {
        Params {
            connections: 2,
            timeout_ms: 10_000,
        }
    }
}

struct Judge {
    name: String,
    params: Params,
    pairs: Vec<String>,
    negatives: Option<String>,
}

fn build(recipe: &Recipe, plan: &Plan<'_>) -> Result<Box<dyn Phase>, ConfigError> {
    let params: Params = recipe.params()?;
    let wrong = |message: String| recipe.wrong(message);
    if params.connections == 0 || params.connections > CONNECTIONS_MAX {
        return Err(wrong(format!(
            "connections is {}; 1 to {CONNECTIONS_MAX} can be",
            params.connections
        )));
    }
    if params.timeout_ms == 0 || params.timeout_ms > 86_400_000 {
        return Err(wrong(format!("timeout_ms is {}; 1 to 86400000 (a day) can be", params.timeout_ms)));
    }
    Ok(Box::new(Judge {
        name: recipe.name.clone(),
        params,
        pairs: plan.of_kind(super::pairs::KIND.name),
        negatives: plan.of_kind(super::negatives::KIND.name).into_iter().next(),
    }))
}

const READS: [&str; 3] = ["schema/dataset_ir.json", "data/profile.json", "data/database.duckdb"];
const FILES: [&str; 1] = ["verdicts.jsonl"];

/// A pair and its wrong SQL.
struct Case {
    record: Record,
    negatives: Vec<String>,
}

/// `summary.json`.
#[derive(Debug, Default, Serialize)]
struct Summary {
    engines: [String; 2],
    pairs: Counts,
    negatives: Counts,
    /// Statements that do not agree, by class of the reason.
    reasons: BTreeMap<String, u64>,
    /// The first few of them.
    shown: Vec<EngineVerdict>,
}

#[derive(Debug, Default, Serialize)]
struct Counts {
    agree: u64,
    /// Of those that agree, to the digits of a `real` only.
    agree_as_real: u64,
    differ: u64,
    fail: u64,
}

impl Phase for Judge {
    fn name(&self) -> &str {
        &self.name
    }
    fn kind(&self) -> &str {
        KIND.name
    }
    fn reads(&self) -> Vec<PathBuf> {
        let records = self.pairs.iter().map(|name| Path::new(name).join("records.jsonl"));
        let negatives = self.negatives.iter().map(|name| Path::new(name).join("negatives.jsonl"));
        READS.iter().map(PathBuf::from).chain(records).chain(negatives).collect()
    }
    fn writes(&self) -> Vec<PathBuf> {
        let files = FILES.iter().chain(&["summary.json"]);
        files.map(|file| Path::new(&self.name).join(file)).collect()
    }
    fn settings(&self) -> Result<String, PhaseError> {
        // Asked before anything runs: without a server the run does not begin.
        let engine = Programs::find()?.engine;
        serde_json::to_string(&(&self.params, &self.pairs, &self.negatives, engine, env!("CARGO_PKG_VERSION")))
            .map_err(|e| PhaseError::Failed(e.to_string()))
    }

    fn run(&self, context: &Context<'_>) -> Result<Outcome, PhaseError> {
        let logical = files::read_json::<DatasetIr>(&context.dir.join(READS[0]))?.logical;
        let cases = self.cases(context.dir)?;
        let cluster = Cluster::start(&Programs::find()?)?;
        postgres::load::load(&cluster, &logical.name, &logical, &context.dir.join("data"), context.progress)?;
        context.check_stop()?;

        let server = cluster.server(&logical.name, self.params.connections)?;
        let duck = Duck::open(&context.dir.join(READS[2]), Access::ReadOnly)?;
        let benches = (0..self.params.connections).map(|_| Ok((duck.try_clone()?, server.session()?)));
        let mut crew = Crew::new(benches.collect::<Result<Vec<(Duck, Postgres)>, DbError>>()?)?;
        let judging = Judging::new(&logical, self.params.timeout_ms);

        let dir = context.dir.join(&self.name);
        let mut journal = Journal::open(&dir, &FILES, &context.key)?;
        let done = journal.done(ROUND, cases.len());
        context.progress.start(&self.name, Some(cases.len() as u64), "pairs");
        context.progress.advance(done as u64);
        for round in cases.get(done..).unwrap_or_default().chunks(ROUND) {
            context.check_stop()?;
            let mut chunk = Vec::new();
            for verdicts in crew.on_all(context, round, |bench, case| judging.case(&bench.0, &bench.1, case))? {
                for verdict in verdicts? {
                    line(&mut chunk, &verdict)?;
                }
            }
            journal.append(&[chunk])?;
            context.progress.advance(round.len() as u64);
        }
        let summary = summarise(&journal, [duck.engine().to_owned(), cluster.engine().to_owned()])?;
        files::write_json(&dir.join("summary.json"), &summary)?;
        journal.finish()?;
        context.progress.finish();
        Ok(summary.outcome(&self.name))
    }
}

impl Judge {
    /// The pairs of all phases, each id once, with what is wrong for each.
    fn cases(&self, dir: &Path) -> Result<Vec<Case>, PhaseError> {
        let input = |e: crate::corpus::CorpusError| PhaseError::Input(e.to_string());
        let mut wrong: HashMap<String, Vec<String>> = HashMap::new();
        if let Some(name) = &self.negatives {
            lines::read(&dir.join(name).join("negatives.jsonl"), |_, found: PairNegatives| {
                wrong.insert(found.id, found.negatives.into_iter().map(|n| n.sql).collect());
                Ok(())
            })
            .map_err(input)?;
        }
        let mut seen = HashSet::new();
        let mut cases = Vec::new();
        for name in &self.pairs {
            lines::read(&dir.join(name).join("records.jsonl"), |_, record: Record| {
                if seen.insert(record.id.clone()) {
                    let negatives = wrong.remove(&record.id).unwrap_or_default();
                    cases.push(Case { record, negatives });
                }
                Ok(())
            })
            .map_err(input)?;
        }
        Ok(cases)
    }
}

/// What judging needs to know of the schema.
struct Judging<'l> {
    timeout_ms: u64,
    logical: &'l LogicalIr,
    /// `table.column` of the columns whose type the engines are known to treat differently, with the class of the reason.
    delicate: HashMap<String, &'static str>,
}

impl<'l> Judging<'l> {
    fn new(logical: &'l LogicalIr, timeout_ms: u64) -> Self {
        let mut delicate = HashMap::new();
        for table in logical.data_tables() {
            for column in &table.columns {
                let class = match column.sql_type {
                    SqlType::Float32 => "float4",
                    SqlType::Char(_) => "char_padding",
                    _ => continue,
                };
                delicate.insert(format!("{}.{}", table.id(), column.name), class);
            }
        }
        Judging {
            timeout_ms,
            logical,
            delicate,
        }
    }

    /// The verdicts on a pair and its negatives. `Err` only when a database itself is lost.
    fn case(&self, duck: &Duck, server: &Postgres, case: &Case) -> Result<Vec<EngineVerdict>, DbError> {
        let record = &case.record;
        let mut verdicts = Vec::with_capacity(1 + case.negatives.len());
        let (mut own, right) = self.statement(duck, server, record, &record.sql)?;
        if own.finding == Finding::Agrees && own.first_hash != record.answer.hash {
            own.finding = Finding::Differs;
            own.reason = "not_reproduced".into();
            own.detail = format!(
                "{} gives another result than the record names, {}",
                duck.engine(),
                record.answer.hash
            );
            own.sql.clone_from(&record.sql);
        }
        verdicts.push(own);
        for (at, sql) in case.negatives.iter().enumerate() {
            let (mut verdict, rows) = self.statement(duck, server, record, sql)?;
            verdict.negative = u32::try_from(at + 1).unwrap_or(u32::MAX);
            if let (Finding::Agrees, Some(right), Some(rows)) = (verdict.finding, &right, &rows)
                && agreement::compare(right, rows, record.answer.ordered) == Agreement::Same
            {
                verdict.finding = Finding::Differs;
                verdict.reason = "not_wrong".into();
                verdict.detail = "its values are those of the right SQL".into();
                verdict.sql.clone_from(sql);
            }
            verdicts.push(verdict);
        }
        Ok(verdicts)
    }

    fn statement(&self, duck: &Duck, server: &Postgres, record: &Record, sql: &str) -> Result<(EngineVerdict, Option<ResultSet>), DbError> {
        let ordered = record.answer.ordered;
        let mut verdict = EngineVerdict {
            id: record.id.clone(),
            engine: server.engine().to_owned(),
            ..EngineVerdict::default()
        };
        let first = duck.query(sql, self.timeout_ms);
        let second = server.query(sql, self.timeout_ms);
        if let Ok(rows) = &first {
            verdict.first_hash = rows.hash(ordered);
        }
        if let Ok(rows) = &second {
            verdict.second_hash = rows.hash(ordered);
        }
        let (finding, reason, detail) = match (&first, &second) {
            (_, Err(DbError::Open { .. })) | (Err(DbError::Open { .. }), _) => return second.and(first).map(|_| (verdict, None)),
            (Err(e), Ok(_)) => (Finding::Fails, "duckdb".to_owned(), e.to_string()),
            (_, Err(e)) => (Finding::Fails, failure(e).to_owned(), e.to_string()),
            (Ok(first), Ok(second)) => match agreement::compare(first, second, ordered) {
                Agreement::Same => (Finding::Agrees, String::new(), String::new()),
                Agreement::Order => (Finding::Differs, "order".to_owned(), "the same rows in another order".to_owned()),
                Agreement::Digits(shown) => match self.class(record, sql, "digits") {
                    // PostgreSQL adds up `real` as `real`: six digits are all that its own answer has.
                    class if class == AS_REAL => (Finding::Agrees, class, shown),
                    class => (Finding::Differs, class, shown),
                },
                Agreement::Shape(shown) => (Finding::Differs, self.class(record, sql, "rows"), shown),
                Agreement::Values(shown) => (Finding::Differs, self.class(record, sql, "values"), shown),
            },
        };
        if finding != Finding::Agrees {
            sql.clone_into(&mut verdict.sql);
        }
        (verdict.finding, verdict.reason, verdict.detail) = (finding, reason, detail);
        Ok((verdict, second.ok()))
    }

    /// The class of a difference: what the types of the statement's columns explain, else what was seen.
    fn class(&self, record: &Record, sql: &str, seen: &str) -> String {
        let own = parse::query(sql).ok().and_then(|query| labels::of(&query, self.logical).ok());
        let columns = own.as_ref().map_or(&record.labels.columns, |own| &own.columns);
        let known = columns.iter().find_map(|column| self.delicate.get(column));
        known.map_or_else(|| seen.to_owned(), |class| format!("{class}_{seen}"))
    }
}

fn failure(error: &DbError) -> &'static str {
    match error {
        DbError::Plan(_) => "no_plan",
        DbError::Timeout(_) => "timeout",
        DbError::TooManyRows(_) => "too_many_rows",
        DbError::Open { .. } | DbError::Run(_) | DbError::File(_) | DbError::Crashed(_) => "run",
    }
}

fn summarise(journal: &Journal, engines: [String; 2]) -> Result<Summary, PhaseError> {
    let mut summary = Summary {
        engines,
        ..Summary::default()
    };
    for text in journal.lines(0)? {
        let verdict: EngineVerdict = serde_json::from_str(&text)
            .map_err(|e| PhaseError::Failed(format!("an earlier round cannot be read back ({e}); run with --fresh")))?;
        let counts = if verdict.negative == 0 {
            &mut summary.pairs
        } else {
            &mut summary.negatives
        };
        match verdict.finding {
            Finding::Agrees => {
                counts.agree += 1;
                counts.agree_as_real += u64::from(verdict.reason == AS_REAL);
            }
            Finding::Differs => counts.differ += 1,
            Finding::Fails => counts.fail += 1,
        }
        if verdict.finding != Finding::Agrees {
            *summary.reasons.entry(verdict.reason.clone()).or_default() += 1;
            if summary.shown.len() < SHOWN {
                summary.shown.push(verdict);
            }
        }
    }
    Ok(summary)
}

impl Summary {
    fn outcome(&self, name: &str) -> Outcome {
        let mut outcome = Outcome::default();
        for (what, counts) in [("", &self.pairs), ("negatives.", &self.negatives)] {
            for (finding, n) in [("agree", counts.agree), ("differ", counts.differ), ("fail", counts.fail)] {
                outcome.counts.insert(format!("{what}{finding}"), n);
            }
        }
        let lost = self.pairs.differ + self.pairs.fail;
        if lost > 0 {
            outcome.notes.push(format!(
                "{lost} of {} pairs do not hold on {}; export drops them, {name}/summary.json says why",
                lost + self.pairs.agree,
                self.engines[1]
            ));
        }
        outcome
    }
}
