//! Candidates: an intent of a shape, its SQL and its question; and the record, once it is certified.
//!
//! Invariant: a candidate is a function of its seed, the schema, the words and the state before its round; a refusal says why.

use super::goal::Goal;
use super::plainness::length;
use super::state::State;
use super::witness;
use crate::check::duplicates::Fingerprint;
use crate::check::{self, Case, Refusal};
use crate::database::Backend;
use crate::database::duck::Duck;
use crate::ir::record::{Answer, Answerability, Mutants, Origin, Record, Reject, Verdict};
use crate::kernel::limits::ANSWER_ROWS_SHOWN;
use crate::kernel::seed::Seed;
use crate::nlgen::Question;
use crate::query::ir::{Body, QueryIr};
use crate::query::{labels, render};
use crate::querygen::builder::Builder;
use crate::querygen::{Shape, World, plainer, revalued};
use rand::RngExt;
use sqlparser::ast::Query;
use std::collections::{BTreeMap, HashSet};

/// A worded query, not executed yet.
pub(super) struct Draft {
    intent: QueryIr,
    query: Query,
    sql: String,
    print: Fingerprint,
    asked: Question,
    seed: Seed,
}

impl Draft {
    fn refused(&self, reason: &str, detail: String) -> Box<Reject> {
        Box::new(Reject {
            reason: reason.to_owned(),
            detail,
            question: self.asked.text.clone(),
            sql: self.sql.clone(),
            shape: self.intent.shape.clone(),
            seed: self.seed.0,
        })
    }
}

/// Of drafts with the same SQL all but the first are refused: what is asked twice in a round is executed once.
pub(super) fn without_repeats(drafts: impl Iterator<Item = Result<Draft, Box<Reject>>>) -> Vec<Result<Draft, Box<Reject>>> {
    let mut seen = HashSet::new();
    let mut first = |draft: Draft| {
        if seen.insert(draft.sql.clone()) {
            Ok(draft)
        } else {
            Err(draft.refused("duplicate_sql", "the same SQL stands already".to_owned()))
        }
    };
    drafts.map(|draft| draft.and_then(&mut first)).collect()
}

/// Makes candidates.
pub(super) struct Maker<'m> {
    pub(super) phase: &'m str,
    pub(super) timeout_ms: u64,
    pub(super) world: &'m World<'m>,
    pub(super) db_hash: &'m str,
    pub(super) goal: Option<&'m Goal>,
    /// See [`Builder::wide`].
    pub(super) wide: bool,
    /// See [`super::LARGE`].
    pub(super) large: bool,
}

/// A wide recipe takes the plainest of so many queries for each candidate.
const DRAWN: u64 = 16;
/// One of [`super::LARGE`] pairs comes to the less plain anyway.
const DRAWN_LARGE: u64 = 8;
/// It says a query so many times anew where its question is another's.
const REWORDED: u64 = 12;

/// Such a part of its candidates are plain queries that stand already, with other values.
const AGAIN: f64 = 0.3;
/// Values tried for one of them.
const REVALUED: u64 = 4;

impl Maker<'_> {
    /// A query and its question, refused when it cannot be said or stands already; nothing where the shape found no place.
    pub(super) fn draft(&self, seed: Seed, shape: &Shape, state: &State) -> Option<Result<Draft, Box<Reject>>> {
        let again = self.wide && seed.child("again").rng().random_bool(AGAIN);
        let revalued = again.then(|| self.revalued(seed.child("again values"), shape, state)).flatten();
        let (intent, query, sql) = if revalued.is_some() {
            revalued
        } else if self.wide {
            self.plainest(seed.child("intent"), shape, state)
        } else {
            let body = self.body(seed.child("intent"), shape, state);
            body.map(|body| self.written(shape, body))
        }?;
        if let Some(goal) = self.goal
            && !labels::of(&query, self.world.schema).is_ok_and(|labels| goal.wants(state, &labels))
        {
            return None;
        }
        let ask = |seed: Seed| self.ask(&intent, seed);
        let print = Fingerprint::of(&sql);
        let conflict = |asked: &Question| state.seen.conflict(&asked.text, &print);
        let taken = |asked: &Question| conflict(asked).is_some_and(|(reason, _)| reason == "question_conflict");
        let words = seed.child("words");
        let mut worded = ask(words);
        for i in 0..REWORDED {
            if !self.wide || !worded.as_ref().is_ok_and(taken) {
                break;
            }
            // The same words stand with another SQL: a few others are tried.
            worded = ask(words.index(i));
        }
        let (asked, unsaid) = match worded {
            Ok(asked) => (asked, None),
            Err(detail) => (Question::default(), Some(detail)),
        };
        // Asked before anything is executed: a fifth of the candidates end here.
        let conflict = conflict(&asked);
        let draft = Draft {
            intent,
            query,
            sql,
            print,
            asked,
            seed,
        };
        Some(match (unsaid, conflict) {
            (Some(detail), _) => Err(draft.refused("worded", detail)),
            (None, Some((reason, detail))) => Err(draft.refused(reason, detail)),
            (None, None) => Ok(draft),
        })
    }

    /// Of several queries the plainest. What is short is asked most: each form once, the short ones first, then their other comparisons and literals.
    fn plainest(&self, seed: Seed, shape: &Shape, state: &State) -> Option<(QueryIr, Query, String)> {
        let mut best = None;
        for i in 0..if self.large { DRAWN_LARGE } else { DRAWN } {
            for form in self.forms(seed.index(i), shape, state) {
                let length = length(&form.2);
                // No form is plainer than it is short.
                if best.as_ref().is_some_and(|(least, _)| length >= *least) {
                    continue;
                }
                let print = Fingerprint::of(&form.2);
                let plainness = length * (1 + u64::from(state.seen.tried_alike(&print))).pow(2);
                if !state.seen.is_settled(&print) && best.as_ref().is_none_or(|(least, _)| plainness < *least) {
                    best = Some((plainness, form));
                }
            }
        }
        best.map(|(_, form)| form)
    }

    /// A query as its shape made it, and in a plainer form.
    fn forms(&self, seed: Seed, shape: &Shape, state: &State) -> impl Iterator<Item = (QueryIr, Query, String)> {
        let made = self.body(seed, shape, state);
        let plain = made
            .as_ref()
            .and_then(|body| plainer(self.world, &mut seed.child("plainer").rng(), body));
        made.into_iter().chain(plain).map(|body| self.written(shape, body))
    }

    /// A plain query of this shape that stands already, with other values.
    fn revalued(&self, seed: Seed, shape: &Shape, state: &State) -> Option<(QueryIr, Query, String)> {
        let mut rng = seed.rng();
        let plain = state.plain_one(shape.name, &mut rng)?;
        (0..REVALUED)
            .filter_map(|_| revalued(self.world, &mut rng, &plain.body))
            .map(|body| self.written(shape, body))
            .find(|(_, _, sql)| !state.seen.is_settled(&Fingerprint::of(sql)))
    }

    fn body(&self, seed: Seed, shape: &Shape, state: &State) -> Option<Body> {
        shape.intent(&mut Builder {
            world: self.world,
            usage: &state.usage,
            wide: self.wide,
            covering: self.goal.is_some(),
            rng: &mut seed.rng(),
        })
    }

    fn written(&self, shape: &Shape, body: Body) -> (QueryIr, Query, String) {
        let intent = QueryIr {
            shape: shape.name.to_owned(),
            body,
        };
        let query = render::query(&intent, self.world.schema);
        let sql = query.to_string();
        (intent, query, sql)
    }

    fn ask(&self, intent: &QueryIr, seed: Seed) -> Result<Question, String> {
        crate::nlgen::ask(intent, self.world.schema, self.world.words, seed.rng())
    }

    /// The record of a draft; of a wide recipe's that finds nothing, with values that some row has.
    pub(super) fn certify(&self, duck: &Duck, draft: &Draft) -> Result<(Record, Fingerprint), Box<Reject>> {
        let made = self.executed(duck, draft).map(|record| (record, draft.print));
        if self.wide
            && made.as_ref().is_err_and(|reject| reject.reason == "non_empty")
            && let Some(other) = self.witnessed(duck, draft)
        {
            return self.executed(duck, &other).map(|record| (record, other.print));
        }
        made
    }

    /// A draft with values that some row has.
    fn witnessed(&self, duck: &Duck, draft: &Draft) -> Option<Draft> {
        let rng = &mut draft.seed.child("witness").rng();
        let intent = witness::witnessed(&draft.intent, self.world.schema, duck, self.timeout_ms, rng)?;
        let query = render::query(&intent, self.world.schema);
        let sql = query.to_string();
        Some(Draft {
            asked: self.ask(&intent, draft.seed.child("words")).ok()?,
            print: Fingerprint::of(&sql),
            sql,
            query,
            intent,
            seed: draft.seed,
        })
    }

    fn executed(&self, duck: &Duck, draft: &Draft) -> Result<Record, Box<Reject>> {
        let Draft {
            intent,
            query,
            sql,
            asked,
            seed,
            ..
        } = draft;
        let case = |ordered| Case {
            sql,
            query,
            question: &asked.text,
            evidence: "",
            alignment: &asked.alignment,
            ordered,
            backend: duck,
            timeout_ms: self.timeout_ms,
        };
        let mut ordered = intent.is_ordered();
        let mut certified = check::certify(&case(ordered));
        let tied = |refusal: &Refusal| refusal.reason == check::ties::NAME && query.limit_clause.is_none();
        if self.wide && ordered && certified.as_ref().is_err_and(tied) {
            // People list employees by age without a word on those of one age: the same rows, and their order is not compared.
            ordered = false;
            certified = check::certify(&case(ordered));
        }
        let (rows, checks) = certified.map_err(|refusal| draft.refused(refusal.reason, refusal.detail))?;
        if intent.looks_back() && !check::result::without_gaps(&rows) {
            return Err(draft.refused(
                "gap",
                "a period is missing before another, and \"previous\" is said of it".to_owned(),
            ));
        }
        if intent.spans() && check::result::runs_backwards(&rows) {
            return Err(draft.refused("backwards", "the time between two dates is below zero".to_owned()));
        }
        let mut labels = labels::of(query, self.world.schema).map_err(|e| draft.refused("labels", e.to_string()))?;
        labels.phase = self.phase.to_owned();
        labels.shape.clone_from(&intent.shape);
        labels.intent = serde_json::to_string(intent).unwrap_or_default();
        let rationale = crate::nlgen::rationale::derive(intent, self.world.schema, self.world.words, asked, sql);
        let answer = Answer {
            columns: rows.columns.clone(),
            rows: rows.shown(ordered, ANSWER_ROWS_SHOWN),
            row_count: rows.row_count(),
            ordered,
            hash: rows.hash(ordered),
        };
        let mut record = Record {
            id: String::new(),
            db_id: self.world.schema.name.clone(),
            answerability: Answerability::Answerable,
            question: asked.text.clone(),
            turns: Vec::new(),
            dialect: "postgresql".to_owned(),
            evidence: String::new(),
            rationale,
            style: asked.style.to_owned(),
            answer,
            labels,
            alignment: asked.alignment.clone(),
            origin: Origin {
                generator: "grammar".to_owned(),
                seed: seed.0,
                ..Origin::default()
            },
            verdict: Verdict {
                engine: duck.engine().to_owned(),
                db_hash: self.db_hash.to_owned(),
                checks,
                mutants: Mutants::default(),
                scores: BTreeMap::new(),
            },
            negatives: Vec::new(),
            split: String::new(),
            sql: sql.clone(),
        };
        record.id = record.computed_id();
        Ok(record)
    }
}
