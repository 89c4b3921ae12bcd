//! Kind `paraphrase`: more wordings of certified pairs, by rules, each from the pair's own intent.
//!
//! A wording is not made from the question's text: the intent is asked again, in another style and with other choices of words, so it says the
//! same clauses, and its literals are checked as the pair's were. It is kept when it is `distance_min` away from its pair's question and from
//! every other wording of it, and nobody asked it before. Of a corpus whose size is given there are so many wordings, most of the plainest SQL.
//! Invariant: a paraphrase has its pair's SQL, answer and labels; `origin.parent` names the pair, and
//! `verdict.scores.distance` how far its words are from the pair's question (word edits over words).

use super::crew::Crew;
use super::pairs::{self, line};
use super::{Kind, Plan, glossary};
use crate::check::duplicates::{Fingerprint, Seen, has_values};
use crate::check::{Case, spoken};
use crate::config::{ConfigError, Recipe};
use crate::corpus::lines;
use crate::database::duck::{Access, Duck};
use crate::ir::DatasetIr;
use crate::ir::record::Record;
use crate::kernel::files;
use crate::kernel::journal::Journal;
use crate::kernel::seed::Seed;
use crate::nlgen::style::{STYLES, Style};
use crate::query::ir::QueryIr;
use crate::query::parse;
use crate::querygen::SHAPES;
use crate::runner::{Context, Outcome, Phase, PhaseError};
use crate::schema::glossary::Glossary;
use crate::schema::lexicon::Lexicon;
use serde::Deserialize;
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

/// Pairs a round.
const ROUND: usize = 512;
/// Wordings tried for each that is wanted.
const TRIES: usize = 6;
/// A form comes so many times until its next pair has waited for forms of twice its length.
const AGAIN: u32 = 1;

/// The registry entry.
pub(super) const KIND: Kind = Kind {
    name: "paraphrase",
    about: "more wordings of certified pairs, by rules, each from the pair's intent; their distance is measured",
    build,
};

/// Parameters of a recipe.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Wordings wanted a pair.
    #[serde(default = "per_pair")]
    per_pair: usize,
    /// Its part of a corpus whose size is given (`run.pairs`), beside the shares of the other recipes: the plainest pairs of each shape get it.
    #[serde(default)]
    share: Option<u64>,
    /// Least share of words that must change, 0 to 1.
    #[serde(default = "distance_min")]
    distance_min: f64,
    /// Styles, by registry name; when empty all, those that take terms of the glossary only in a run that makes one.
    #[serde(default)]
    styles: Vec<String>,
}

fn per_pair() -> usize {
    5
}
fn distance_min() -> f64 {
    0.15
}

/// A recipe's share of a corpus whose size is given.
pub(super) fn share(recipe: &Recipe) -> Result<Option<u64>, ConfigError> {
    Ok(recipe.params::<Params>()?.share)
}

struct Paraphrase {
    name: String,
    params: Params,
    /// Most wordings of all pairs together.
    wordings_max: u64,
    styles: Vec<&'static Style>,
    pairs: Vec<String>,
    /// Phases of this kind that run before.
    before: Vec<String>,
    /// The run makes a glossary.
    has_glossary: bool,
}

fn build(recipe: &Recipe, plan: &Plan<'_>) -> Result<Box<dyn Phase>, ConfigError> {
    let params: Params = recipe.params()?;
    let wrong = |message: String| recipe.wrong(message);
    if !(0.0..=1.0).contains(&params.distance_min) {
        return Err(wrong(format!("distance_min is {}; it is a share, 0 to 1", params.distance_min)));
    }
    let has_glossary = !plan.of_kind(glossary::KIND.name).is_empty();
    let styles: Vec<&'static Style> = if params.styles.is_empty() {
        STYLES.iter().filter(|s| has_glossary || s.figurative().is_none()).collect()
    } else {
        recipe.named("style", &params.styles, STYLES, |style| style.name)?
    };
    if let Some(style) = styles.iter().find(|s| !has_glossary && s.figurative().is_some()) {
        return Err(wrong(format!(
            "style \"{}\" takes its terms from a glossary; list the phase \"{}\" before this one",
            style.name,
            glossary::KIND.name
        )));
    }
    Ok(Box::new(Paraphrase {
        name: recipe.name.clone(),
        wordings_max: plan.dealt(recipe)?.unwrap_or(u64::MAX),
        params,
        styles,
        pairs: plan.of_kind(pairs::KIND.name),
        before: plan
            .of_kind(KIND.name)
            .into_iter()
            .take_while(|name| *name != recipe.name)
            .collect(),
        has_glossary,
    }))
}

/// What wordings are made of.
struct Words<'w> {
    /// The run's, and the same with other verbs.
    lexicons: [&'w Lexicon; 2],
    glossary: &'w Glossary,
}

const READS: [&str; 3] = ["schema/dataset_ir.json", "schema/lexicon.yaml", "data/database.duckdb"];

impl Phase for Paraphrase {
    fn name(&self) -> &str {
        &self.name
    }
    fn kind(&self) -> &str {
        KIND.name
    }
    fn reads(&self) -> Vec<PathBuf> {
        let records = self
            .pairs
            .iter()
            .chain(&self.before)
            .map(|name| Path::new(name).join("records.jsonl"));
        let glossary = self.has_glossary.then(|| PathBuf::from(glossary::GLOSSARY));
        READS.iter().map(PathBuf::from).chain(glossary).chain(records).collect()
    }
    fn writes(&self) -> Vec<PathBuf> {
        vec![PathBuf::from(&self.name).join("records.jsonl")]
    }
    fn settings(&self) -> Result<String, PhaseError> {
        Ok(format!("{:?} {}", self.params, self.wordings_max))
    }

    fn run(&self, context: &Context<'_>) -> Result<Outcome, PhaseError> {
        let dataset: DatasetIr = files::read_json(&context.dir.join(READS[0]))?;
        let lexicon = pairs::lexicon(context, &dataset)?;
        let glossary = if self.has_glossary {
            glossary::read(context, &dataset)?
        } else {
            Glossary::default()
        };
        let otherwise = lexicon.otherwise(&dataset.logical);
        let words = Words {
            lexicons: [&lexicon, &otherwise],
            glossary: &glossary,
        };
        let duck = Duck::open(&context.dir.join(READS[2]), Access::ReadOnly)?;
        let mut crew = Crew::new(duck.workers(context.threads)?)?;
        let mut records: Vec<Record> = Vec::new();
        for name in &self.pairs {
            lines::read(&context.dir.join(name).join("records.jsonl"), |_, record: Record| {
                records.push(record);
                Ok(())
            })
            .map_err(|e| PhaseError::Failed(e.to_string()))?;
        }
        // Of what several recipes made the corpus keeps the first.
        let mut made = HashSet::new();
        records.retain(|r| made.insert(r.sql.clone()));
        let mut asked = Seen::new();
        records.iter().for_each(|r| asked.insert(&r.question, &Fingerprint::of(&r.sql)));
        for name in &self.before {
            lines::read(&context.dir.join(name).join("records.jsonl"), |_, record: Record| {
                asked.insert(&record.question, &Fingerprint::of(&record.sql));
                Ok(())
            })
            .map_err(|e| PhaseError::Failed(e.to_string()))?;
        }
        let shared = self.wordings_max < u64::MAX;
        if shared {
            records = plainest_first(records);
        }
        let mut journal = Journal::open(&context.dir.join(&self.name), &["records.jsonl"], &context.key)?;
        let done = journal.done(ROUND, records.len());
        context.progress.start(&self.name, Some(records.len() as u64), "pairs");
        context.progress.advance(done as u64);
        let mut wordings = 0;
        for text in journal.lines(0)? {
            let record: Record = serde_json::from_str(&text).map_err(|e| PhaseError::Failed(e.to_string()))?;
            asked.insert(&record.question, &Fingerprint::of(&record.sql));
            wordings += 1;
        }
        let mut at = done;
        for round in records[done..].chunks(ROUND) {
            if wordings >= self.wordings_max {
                break;
            }
            context.check_stop()?;
            let mut chunk = vec![Vec::new()];
            let wanted: Vec<(&Record, usize)> = round
                .iter()
                .zip(at..)
                .map(|(pair, at)| {
                    // What has no value to vary has other words alone, and in a part of a corpus more of them.
                    let times = if shared && !has_values(&pair.sql) { 2 } else { 1 };
                    (pair, self.wanted(at, records.len()) * times)
                })
                .collect();
            at += round.len();
            let found = crew.on_all(context, &wanted, |duck, (pair, wanted)| {
                self.wordings(pair, *wanted, &dataset, &words, duck, context.seed)
            })?;
            for record in found.iter().flatten() {
                // Two SQL never share a question, nor does one stand twice.
                if wordings < self.wordings_max && !asked.is_asked(&record.question) {
                    asked.insert(&record.question, &Fingerprint::of(&record.sql));
                    line(&mut chunk[0], record)?;
                    wordings += 1;
                }
            }
            journal.append(&chunk)?;
            context.progress.advance(round.len() as u64);
        }
        journal.finish()?;
        context.progress.finish();
        let mut outcome = Outcome::default();
        outcome.counts.insert("pairs".to_owned(), records.len() as u64);
        outcome.counts.insert("wordings".to_owned(), wordings);
        let wanted = self.wordings_max.min((records.len() * self.params.per_pair) as u64);
        if wordings < wanted {
            outcome.notes.push(format!(
                "{}: {wordings} of {wanted} wordings, since some intents have fewer than {} that are {} apart",
                self.name, self.params.per_pair, self.params.distance_min
            ));
        }
        Ok(outcome)
    }
}

impl Paraphrase {
    /// Wordings of the pair at a place among so many: where less than half can have theirs, the first has most and each after it no more.
    fn wanted(&self, at: usize, pairs: usize) -> usize {
        let full = self.params.per_pair as f64;
        if 2.0 * self.wordings_max as f64 >= full * pairs as f64 {
            return self.params.per_pair;
        }
        let last = 2.0 * self.wordings_max as f64 / full;
        let left = full * (1.0 - at as f64 / last);
        (left.ceil().max(1.0) as usize).min(self.params.per_pair)
    }

    /// Other wordings of one pair. A pair without an intent has none.
    fn wordings(&self, pair: &Record, wanted: usize, dataset: &DatasetIr, words: &Words<'_>, duck: &Duck, seed: Seed) -> Vec<Record> {
        let (Ok(intent), Ok(query)) = (serde_json::from_str::<QueryIr>(&pair.labels.intent), parse::query(&pair.sql)) else {
            return Vec::new();
        };
        let mut found: Vec<Record> = Vec::new();
        let seed = seed.child(&pair.id);
        for (attempt, style) in self.styles.iter().cycle().take(wanted * TRIES).enumerate() {
            if found.len() >= wanted {
                break;
            }
            let own = seed.index(attempt as u64);
            let lexicon = words.lexicons[if style.is_plain() { attempt % 2 } else { 0 }];
            let Ok(asked) = crate::nlgen::ask_in(style, &intent, &dataset.logical, (lexicon, words.glossary), own.rng()) else {
                continue;
            };
            let others = found.iter().map(|r| r.question.as_str());
            let least = std::iter::once(pair.question.as_str())
                .chain(others)
                .map(|other| distance(other, &asked.text))
                .fold(1.0, f64::min);
            let case = Case {
                sql: &pair.sql,
                query: &query,
                question: &asked.text,
                evidence: &asked.evidence,
                alignment: &asked.alignment,
                ordered: pair.answer.ordered,
                backend: duck,
                timeout_ms: 0,
            };
            // Half of the tries are for sentences that begin otherwise.
            let first = |text: &str| words_of(text).into_iter().next();
            let begins = |r: &Record| first(&r.question) == first(&asked.text);
            let alike = attempt < wanted * TRIES / 2 && (begins(pair) || found.iter().any(begins));
            if alike || least < self.params.distance_min || spoken::check(&case).is_err() {
                continue;
            }
            let mut record = pair.clone();
            record
                .verdict
                .scores
                .insert("distance".to_owned(), distance(&pair.question, &asked.text));
            // It quotes the question's words, so another wording has its own.
            record.rationale = crate::nlgen::rationale::derive(&intent, &dataset.logical, lexicon, &asked, &pair.sql);
            record.question = asked.text;
            record.evidence = asked.evidence;
            record.turns = asked.turns;
            record.alignment = asked.alignment;
            record.style = asked.style.to_owned();
            record.labels.phase.clone_from(&self.name);
            record.origin.generator = "grammar.paraphrase".to_owned();
            record.origin.seed = own.0;
            record.origin.parent.clone_from(&pair.id);
            record.id = record.computed_id();
            found.push(record);
        }
        found
    }
}

/// Words inserted, deleted or replaced, over the words of the longer question: 0 for the same words, 1 for no word in its place.
fn distance(a: &str, b: &str) -> f64 {
    let (a, b) = (words_of(a), words_of(b));
    let longer = a.len().max(b.len()).max(1);
    let rounded = strsim::generic_levenshtein(&a, &b) as f64 / longer as f64;
    (rounded * 1000.0).round() / 1000.0
}

fn words_of(text: &str) -> Vec<String> {
    let plain = text.to_lowercase();
    plain
        .split(|c: char| c.is_whitespace() || ",.?!;:".contains(c))
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Orders pairs so that any part from the first on holds of each shape what is asked most: its plainest SQL, and of that more than one value.
fn plainest_first(pairs: Vec<Record>) -> Vec<Record> {
    let mut of_shape: BTreeMap<&str, Vec<(u64, usize)>> = BTreeMap::new();
    let mut seen = Seen::new();
    for (at, pair) in pairs.iter().enumerate() {
        let print = Fingerprint::of(&pair.sql);
        let again = seen.tried(&print);
        seen.insert(&pair.question, &print);
        of_shape
            .entry(&pair.labels.shape)
            .or_default()
            .push((pairs::length(&pair.sql) * u64::from(AGAIN + again), at));
    }
    let mut place = vec![0.0; pairs.len()];
    for (shape, of_one) in &mut of_shape {
        let often = SHAPES.iter().find(|s| s.name == *shape).map_or(1.0, |s| s.often);
        of_one.sort_unstable();
        for (rank, (_, at)) in of_one.iter().enumerate() {
            place[*at] = rank as f64 / (of_one.len() as f64 * often);
        }
    }
    let mut placed: Vec<(f64, Record)> = place.into_iter().zip(pairs).collect();
    placed.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    placed.into_iter().map(|(_, pair)| pair).collect()
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn distance_counts_words() {
        assert_eq!(distance("Show the books.", "show the books"), 0.0);
        assert_eq!(distance("Show the books", "List the books"), 0.333);
        assert_eq!(distance("Show the books", "Which books are there"), 1.0);
    }
}
