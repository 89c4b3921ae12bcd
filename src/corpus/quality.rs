//! Quality: what the corpus is like, in numbers that a reviewer can compare with another corpus.
//!
//! Distinct-n is the share of distinct word n-grams among all n-grams of all questions (Li et al. 2016, arXiv:1510.03055); it falls with size,
//! so it is also measured on [`SAMPLE`] questions chosen by id. Invariant: counts are exact; shares are rounded to four digits.

use super::coverage::share;
use super::split::{Split, skeleton};
use crate::ir::Record;
use crate::ir::coverage::MutantCounts;
use crate::ir::quality::{Bar, Distinct, Distribution, MutantQuality, Quality, SplitCount};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Questions in the sample on which distinct-n can be compared between corpora.
pub const SAMPLE: usize = 1_000;

/// Measures a corpus whose splits are set.
pub fn measure(records: &[Record], rejected: BTreeMap<String, u64>, dropped: BTreeMap<String, u64>) -> Quality {
    let words: Vec<Vec<String>> = records.iter().map(|r| words(&r.question)).collect();
    let n_words: Vec<u64> = words.iter().map(|w| w.len() as u64).collect();
    let rows: Vec<u64> = records.iter().map(|r| r.answer.row_count).collect();
    Quality {
        certified: records.len() as u64,
        rejected,
        dropped,
        mutants: mutants(records),
        distinct: distinct(records, &words),
        question_words: distribution(n_words.clone()),
        sql_chars: distribution(records.iter().map(|r| r.sql.chars().count() as u64).collect()),
        result_rows: distribution(rows.clone()),
        result_sizes: bars(&rows, &[0, 1, 10, 100, 1_000]),
        question_lengths: bars(&n_words, &[5, 8, 11, 14, 17, 20, 25, 30]),
        styles: tally(records.iter().map(|r| r.style.as_str())),
        generators: tally(records.iter().map(|r| r.origin.generator.as_str())),
        doubts: BTreeMap::new(),
        splits: Split::ALL.into_iter().map(|s| split_count(records, s)).collect(),
    }
}

fn mutants(records: &[Record]) -> MutantQuality {
    let mut counts = MutantCounts::default();
    records.iter().for_each(|r| counts += r.verdict.mutants);
    MutantQuality {
        counts,
        kill_rate: share(counts.killed, counts.total),
        pairs_with_survivors: records
            .iter()
            .filter(|r| r.verdict.mutants.killed < r.verdict.mutants.total)
            .count() as u64,
        pairs_with_negatives: records.iter().filter(|r| !r.negatives.is_empty()).count() as u64,
        negatives: records.iter().map(|r| r.negatives.len() as u64).sum(),
        by_class: tally(records.iter().flat_map(|r| r.negatives.iter().map(|n| n.error_class.as_str()))),
    }
}

fn distinct(records: &[Record], words: &[Vec<String>]) -> Distinct {
    let count = |names: BTreeSet<&str>| names.len() as u64;
    // Ids are hashes: the least of them are a fair sample that does not depend on order.
    let mut by_id: Vec<(&str, &Vec<String>)> = records.iter().map(|r| r.id.as_str()).zip(words).collect();
    by_id.sort_unstable_by_key(|(id, _)| *id);
    let sample: Vec<&Vec<String>> = by_id.into_iter().take(SAMPLE).map(|(_, w)| w).collect();
    let all: Vec<&Vec<String>> = words.iter().collect();
    Distinct {
        questions: count(records.iter().map(|r| r.question.as_str()).collect()),
        sql: count(records.iter().map(|r| r.sql.as_str()).collect()),
        skeletons: count(records.iter().map(skeleton).collect()),
        words: count(words.iter().flatten().map(String::as_str).collect()),
        ngrams: (1..=3).map(|n| distinct_n(&all, n)).collect(),
        ngrams_sample: (1..=3).map(|n| distinct_n(&sample, n)).collect(),
    }
}

fn distinct_n(questions: &[&Vec<String>], n: usize) -> f64 {
    let mut seen: HashSet<&[String]> = HashSet::new();
    let mut total = 0;
    for gram in questions.iter().flat_map(|words| words.windows(n)) {
        seen.insert(gram);
        total += 1;
    }
    share(seen.len() as u64, total).unwrap_or(0.0)
}

fn words(question: &str) -> Vec<String> {
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    question.split_whitespace().map(bare).filter(|w| !w.is_empty()).collect()
}

fn distribution(mut values: Vec<u64>) -> Distribution {
    values.sort_unstable();
    let at = |percent: usize| {
        values
            .get((values.len() * percent).div_ceil(100).saturating_sub(1))
            .copied()
            .unwrap_or(0)
    };
    let mean = values.iter().sum::<u64>() as f64 / values.len().max(1) as f64;
    Distribution {
        min: at(0),
        p10: at(10),
        median: at(50),
        p90: at(90),
        max: at(100),
        mean: (mean * 100.0).round() / 100.0,
    }
}

/// Counts of values in the ranges that end at `ends` (inclusive), the first from 0, and past the last.
fn bars(values: &[u64], ends: &[u64]) -> Vec<Bar> {
    let mut out = Vec::new();
    let mut from = 0;
    for end in ends {
        let name = if from == *end { end.to_string() } else { format!("{from}-{end}") };
        out.push(Bar {
            name,
            n: values.iter().filter(|v| (from..=*end).contains(v)).count() as u64,
        });
        from = end + 1;
    }
    out.push(Bar {
        name: format!("{from}+"),
        n: values.iter().filter(|v| **v >= from).count() as u64,
    });
    out
}

fn split_count(records: &[Record], split: Split) -> SplitCount {
    let inside: Vec<&Record> = records.iter().filter(|r| r.split == split.name()).collect();
    let skeletons: BTreeSet<&str> = inside.iter().map(|r| skeleton(r)).collect();
    SplitCount {
        split: split.name().to_owned(),
        pairs: inside.len() as u64,
        share: share(inside.len() as u64, records.len() as u64),
        skeletons: skeletons.len() as u64,
    }
}

fn tally<'a>(names: impl Iterator<Item = &'a str>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    names.for_each(|name| *counts.entry(name.to_owned()).or_default() += 1);
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::fixture;
    use crate::ir::record::{Mutants, Negative};

    #[test]
    fn numbers_are_those_of_the_records() {
        let mut a = fixture::record("joins", "Which books did Le Guin write?", "SELECT 1");
        a.answer.row_count = 12;
        a.verdict.mutants = Mutants { total: 4, killed: 3 };
        a.negatives = vec![
            Negative {
                error_class: "operator".into(),
                ..Negative::default()
            };
            2
        ];
        a.split = "train".into();
        let mut b = fixture::record("joins", "Which books did Lem write?", "SELECT 2");
        b.split = "test".into();
        let quality = measure(&[a, b], BTreeMap::new(), BTreeMap::new());

        assert_eq!(
            (quality.question_words.min, quality.question_words.max, quality.question_words.mean),
            (5, 6, 5.5)
        );
        assert_eq!(quality.mutants.kill_rate, Some(0.75));
        assert_eq!(
            (
                quality.mutants.pairs_with_survivors,
                quality.mutants.pairs_with_negatives,
                quality.mutants.by_class["operator"]
            ),
            (1, 1, 2)
        );
        // which books did le guin write lem: 7 distinct of 11 words.
        assert_eq!((quality.distinct.words, quality.distinct.ngrams[0]), (7, 0.6364));
        assert_eq!(quality.distinct.ngrams, quality.distinct.ngrams_sample);
        let sizes: Vec<(&str, u64)> = quality.result_sizes.iter().map(|b| (b.name.as_str(), b.n)).collect();
        assert_eq!(
            sizes,
            [("0", 0), ("1", 1), ("2-10", 0), ("11-100", 1), ("101-1000", 0), ("1001+", 0)]
        );
        assert_eq!(
            (quality.splits[0].pairs, quality.splits[1].pairs, quality.splits[2].skeletons),
            (1, 0, 1)
        );
    }

    #[test]
    fn an_empty_corpus_has_numbers_too() {
        let quality = measure(&[], BTreeMap::new(), BTreeMap::new());
        assert_eq!(
            (quality.certified, quality.question_words.max, quality.mutants.kill_rate),
            (0, 0, None)
        );
    }
}
