//! Kind `paraphrase`: more wordings of certified pairs, by rules, each from the pair's own intent.
//!
//! A wording is not made from the question's text: the intent is asked again, in another style and with other choices of words, so it says the
//! same clauses, and its literals are checked as the pair's were. It is kept when it is `distance_min` away from its pair's question and from
//! every other wording of it. Invariant: a paraphrase has its pair's SQL, answer and labels; `origin.parent` names the pair, and
//! `verdict.scores.distance` how far its words are from the pair's question (word edits over words).

use super::pairs::{self, line};
use super::{Kind, Plan, glossary};
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
use crate::runner::{Context, Outcome, Phase, PhaseError};
use crate::schema::glossary::Glossary;
use crate::schema::lexicon::Lexicon;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// Pairs a round.
const ROUND: usize = 512;
/// Wordings tried for each that is wanted.
const TRIES: usize = 6;

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

struct Paraphrase {
    name: String,
    params: Params,
    styles: Vec<&'static Style>,
    pairs: Vec<String>,
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
        params,
        styles,
        pairs: plan.of_kind(pairs::KIND.name),
        has_glossary,
    }))
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
        let records = self.pairs.iter().map(|name| Path::new(name).join("records.jsonl"));
        let glossary = self.has_glossary.then(|| PathBuf::from(glossary::GLOSSARY));
        READS.iter().map(PathBuf::from).chain(glossary).chain(records).collect()
    }
    fn writes(&self) -> Vec<PathBuf> {
        vec![PathBuf::from(&self.name).join("records.jsonl")]
    }
    fn settings(&self) -> Result<String, PhaseError> {
        Ok(format!("{:?}", self.params))
    }

    fn run(&self, context: &Context<'_>) -> Result<Outcome, PhaseError> {
        let dataset: DatasetIr = files::read_json(&context.dir.join(READS[0]))?;
        let lexicon = pairs::lexicon(context, &dataset)?;
        let glossary = if self.has_glossary {
            glossary::read(context, &dataset)?
        } else {
            Glossary::default()
        };
        let words = (&lexicon, &glossary);
        let duck = Duck::open(&context.dir.join(READS[2]), Access::ReadOnly)?;
        let mut workers = duck.workers(context.threads)?;
        let mut records: Vec<Record> = Vec::new();
        for name in &self.pairs {
            lines::read(&context.dir.join(name).join("records.jsonl"), |_, record: Record| {
                records.push(record);
                Ok(())
            })
            .map_err(|e| PhaseError::Failed(e.to_string()))?;
        }
        let mut journal = Journal::open(&context.dir.join(&self.name), &["records.jsonl"], &context.key)?;
        let done = journal.done(ROUND, records.len());
        context.progress.start(&self.name, Some(records.len() as u64), "pairs");
        context.progress.advance(done as u64);
        for round in records[done..].chunks(ROUND) {
            context.check_stop()?;
            let mut chunk = vec![Vec::new()];
            let found = pairs::on_all(context, &mut workers, round, |duck, record| {
                self.wordings(record, &dataset, words, duck, context.seed)
            })?;
            for record in found.iter().flatten() {
                line(&mut chunk[0], record)?;
            }
            journal.append(&chunk)?;
            context.progress.advance(round.len() as u64);
        }
        let wordings = journal.lines(0)?.len() as u64;
        journal.finish()?;
        context.progress.finish();
        let mut outcome = Outcome::default();
        outcome.counts.insert("pairs".to_owned(), records.len() as u64);
        outcome.counts.insert("wordings".to_owned(), wordings);
        let wanted = (records.len() * self.params.per_pair) as u64;
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
    /// Other wordings of one pair. A pair without an intent has none.
    fn wordings(&self, pair: &Record, dataset: &DatasetIr, words: (&Lexicon, &Glossary), duck: &Duck, seed: Seed) -> Vec<Record> {
        let (Ok(intent), Ok(query)) = (serde_json::from_str::<QueryIr>(&pair.labels.intent), parse::query(&pair.sql)) else {
            return Vec::new();
        };
        let mut found: Vec<Record> = Vec::new();
        let seed = seed.child(&pair.id);
        for (attempt, style) in self.styles.iter().cycle().take(self.params.per_pair * TRIES).enumerate() {
            if found.len() >= self.params.per_pair {
                break;
            }
            let own = seed.index(attempt as u64);
            let Ok(asked) = crate::nlgen::ask_in(style, &intent, &dataset.logical, words, own.rng()) else {
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
            if least < self.params.distance_min || spoken::check(&case).is_err() {
                continue;
            }
            let mut record = pair.clone();
            record
                .verdict
                .scores
                .insert("distance".to_owned(), distance(&pair.question, &asked.text));
            // It quotes the question's words, so another wording has its own.
            record.rationale = crate::nlgen::rationale::derive(&intent, &dataset.logical, words.0, &asked, &pair.sql);
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
    let words = |text: &str| -> Vec<String> {
        let plain = text.to_lowercase();
        plain
            .split(|c: char| c.is_whitespace() || ",.?!;:".contains(c))
            .filter(|w| !w.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (a, b) = (words(a), words(b));
    let longer = a.len().max(b.len()).max(1);
    let rounded = strsim::generic_levenshtein(&a, &b) as f64 / longer as f64;
    (rounded * 1000.0).round() / 1000.0
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
