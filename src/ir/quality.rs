//! Quality of a corpus: `quality.json`. Measured by `corpus::quality`, shown by the report.

use super::coverage::MutantCounts;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `quality.json`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Pairs in the corpus.
    pub certified: u64,
    /// Candidates refused in all phases, by reason.
    pub rejected: BTreeMap<String, u64>,
    /// Pairs dropped when phases were merged, by reason.
    pub dropped: BTreeMap<String, u64>,
    /// Near misses, and how many of them the database tells from the right SQL.
    pub mutants: MutantQuality,
    /// How much is different.
    pub distinct: Distinct,
    /// Words a question.
    pub question_words: Distribution,
    /// Characters a SQL.
    pub sql_chars: Distribution,
    /// Rows a result.
    pub result_rows: Distribution,
    /// Pairs by result size, in named ranges.
    pub result_sizes: Vec<Bar>,
    /// Questions by number of words, in named ranges.
    pub question_lengths: Vec<Bar>,
    /// Pairs by question style.
    pub styles: BTreeMap<String, u64>,
    /// Pairs by generator ("grammar", "llm").
    pub generators: BTreeMap<String, u64>,
    /// Questions without one answer, beside the corpus, by class.
    #[serde(default)]
    pub doubts: BTreeMap<String, u64>,
    /// Pairs by split, with the skeletons in each.
    pub splits: Vec<SplitCount>,
}

/// How well wrong queries are told from right ones: by the database, its witnesses, and instances tailored to a pair.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MutantQuality {
    /// Executed and told apart.
    #[serde(flatten)]
    pub counts: MutantCounts,
    /// `killed / total`; null when none was executed.
    pub kill_rate: Option<f64>,
    /// Pairs with at least one near miss that gives the same result.
    pub pairs_with_survivors: u64,
    /// Pairs that carry at least one negative.
    pub pairs_with_negatives: u64,
    /// Negatives kept.
    pub negatives: u64,
    /// Negatives by error class.
    pub by_class: BTreeMap<String, u64>,
}

/// How much is different.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Distinct {
    /// Questions.
    pub questions: u64,
    /// SQL statements.
    pub sql: u64,
    /// SQL with names and literals masked.
    pub skeletons: u64,
    /// Distinct words in the questions.
    pub words: u64,
    /// Distinct-1, -2, -3 of all questions.
    pub ngrams: Vec<f64>,
    /// The same of a sample of 1,000 questions (all, when there are fewer).
    pub ngrams_sample: Vec<f64>,
}

/// A distribution in short.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    /// Least.
    pub min: u64,
    /// A tenth is at or below.
    pub p10: u64,
    /// Half is at or below.
    pub median: u64,
    /// Nine tenths are at or below.
    pub p90: u64,
    /// Greatest.
    pub max: u64,
    /// Mean, to two digits.
    pub mean: f64,
}

/// One bar of a histogram.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bar {
    /// The range ("11-100").
    pub name: String,
    /// How many.
    pub n: u64,
}

/// One split.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SplitCount {
    /// Its name.
    pub split: String,
    /// Pairs.
    pub pairs: u64,
    /// Share of all pairs.
    pub share: Option<f64>,
    /// SQL skeletons, none of which is in another split.
    pub skeletons: u64,
}
