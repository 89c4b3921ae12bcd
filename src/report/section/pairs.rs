//! Sample pairs: some of every phase, each with its answer, its checks and its negatives.
//!
//! The sample is the same for the same corpus: in each phase the record with the least id of each shape, then the next of each shape.

use super::Section;
use crate::ir::Record;
use crate::ir::record::Negative;
use crate::report::Material;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Pairs shown of one phase.
const PAIRS_SHOWN: usize = 6;
/// Negatives shown of one pair.
const NEGATIVES_SHOWN: usize = 4;

/// The section.
pub(super) struct Pairs;

impl Section for Pairs {
    fn id(&self) -> &'static str {
        "pairs"
    }
    fn title(&self) -> &'static str {
        "Sample pairs"
    }
    fn template(&self) -> &'static str {
        include_str!("pairs.html")
    }
    fn values(&self, m: &Material) -> Option<Value> {
        let mut phases: Vec<(&str, Vec<&Record>)> = Vec::new();
        for record in &m.records {
            match phases.iter_mut().find(|(name, _)| *name == record.labels.phase) {
                Some((_, records)) => records.push(record),
                None => phases.push((&record.labels.phase, vec![record])),
            }
        }
        let shown: Vec<Value> = phases
            .into_iter()
            .map(|(name, records)| {
                let n_pairs = records.len();
                json!({"name": name, "n": n_pairs, "pairs": sample(records).into_iter().map(pair).collect::<Vec<_>>()})
            })
            .collect();
        (!shown.is_empty()).then(|| json!({"phases": shown}))
    }
}

/// Shapes in turn, so that a common shape does not fill the sample.
fn sample(mut records: Vec<&Record>) -> Vec<&Record> {
    records.sort_unstable_by_key(|r| &r.id);
    let mut turn: BTreeMap<&str, usize> = BTreeMap::new();
    let mut ranked: Vec<(usize, &Record)> = records
        .into_iter()
        .map(|record| {
            let n = turn.entry(&record.labels.shape).or_default();
            *n += 1;
            (*n, record)
        })
        .collect();
    ranked.sort_by_key(|(turn, _)| *turn);
    ranked.into_iter().take(PAIRS_SHOWN).map(|(_, record)| record).collect()
}

fn pair(record: &Record) -> Value {
    let labels = &record.labels;
    let hardness = if labels.spider_hardness.is_empty() {
        "beyond Spider"
    } else {
        &labels.spider_hardness
    };
    let mutants = record.verdict.mutants;
    json!({
        "id": record.id,
        "question": record.question,
        "evidence": record.evidence,
        "sql": record.sql,
        "chips": [labels.shape.replace('_', " "), hardness, record.style, record.split],
        "columns": record.answer.columns,
        "rows": record.answer.rows,
        "n_rows": record.answer.row_count,
        "ordered": record.answer.ordered,
        "checks": record.verdict.checks.iter().map(|c| c.replace('_', " ")).collect::<Vec<_>>(),
        "killed": mutants.killed,
        "mutants": mutants.total,
        "n_negatives": record.negatives.len(),
        "negatives": record.negatives.iter().take(NEGATIVES_SHOWN).map(negative).collect::<Vec<_>>(),
    })
}

fn negative(negative: &Negative) -> Value {
    let proof = &negative.proof;
    let proven = if proof.expected_rows == proof.actual_rows {
        format!(
            "{} rows too, but not the same: {} instead of {}",
            proof.actual_rows,
            short(&proof.actual_hash),
            short(&proof.expected_hash)
        )
    } else {
        format!("{} rows instead of {}", proof.actual_rows, proof.expected_rows)
    };
    json!({"class": negative.error_class.replace('_', " "), "change": negative.change, "sql": negative.sql, "proof": proven})
}

fn short(hash: &str) -> String {
    hash.chars().take(8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_take_turns() {
        let record = |id: &str, shape: &str| {
            let mut r = Record {
                id: id.into(),
                ..Record::default()
            };
            r.labels.shape = shape.into();
            r
        };
        let all = [record("1", "list"), record("2", "list"), record("3", "list"), record("9", "rank")];
        let ids: Vec<&str> = sample(all.iter().rev().collect()).iter().map(|r| r.id.as_str()).collect();
        assert_eq!(ids, ["1", "9", "2", "3"]);
    }
}
