//! Coverage: what of the schema and of the grammar the corpus uses, over everything it could use.
//!
//! Denominators: all data tables; all their columns but opaque ones that no pair uses (JSON, bytes, technical timestamps: listed under `excluded`); all foreign
//! keys between data tables; the shapes and functions that the run's generators know. A name used beyond its denominator is counted apart.
//! Invariant: that of [`Measure`].

use super::CorpusError;
use super::lines;
use crate::ir::coverage::{Coverage, Excluded, Measure, PhaseCounts};
use crate::ir::record::Reject;
use crate::ir::{LogicalIr, Record};
use crate::schema::lexicon::edge_key;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The denominators that the schema does not give.
#[derive(Debug, Clone, Default)]
pub struct Expected {
    /// Columns (`table.column`) that no question is about, with the reason.
    pub opaque: BTreeMap<String, String>,
    /// Registry names of the shapes the run may use.
    pub shapes: Vec<String>,
    /// Functions those shapes may use, upper case.
    pub functions: Vec<String>,
}

/// Counts `used` (one set of names a pair) against `wanted`.
fn over<'a>(wanted: impl IntoIterator<Item = String>, used: impl IntoIterator<Item = &'a str>) -> Measure {
    let mut counts: BTreeMap<String, u64> = wanted.into_iter().map(|name| (name, 0)).collect();
    let mut beyond = BTreeMap::new();
    for name in used {
        match counts.get_mut(name) {
            Some(count) => *count += 1,
            None => *beyond.entry(name.to_owned()).or_default() += 1,
        }
    }
    let missing: Vec<String> = counts.iter().filter(|(_, n)| **n == 0).map(|(name, _)| name.clone()).collect();
    let total = counts.len() as u64;
    let covered = total - missing.len() as u64;
    Measure {
        covered,
        total,
        share: share(covered, total),
        missing,
        counts,
        beyond,
    }
}

/// `part / whole` to four digits; none of nothing.
pub fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| (part as f64 / whole as f64 * 10_000.0).round() / 10_000.0)
}

/// Measures a corpus. `phases` holds the refused candidates of every pairs phase, by reason.
pub fn measure(logical: &LogicalIr, expected: &Expected, records: &[Record], phases: BTreeMap<String, BTreeMap<String, u64>>) -> Coverage {
    let mut excluded: Vec<Excluded> = logical
        .tables
        .iter()
        .filter_map(|t| {
            t.partition_of.as_ref().map(|whole| Excluded {
                name: t.id(),
                reason: format!("a partition of {whole}"),
            })
        })
        .collect();
    let asked: BTreeSet<&str> = used(records, |r| &r.labels.columns).collect();
    let mut columns = Vec::new();
    for (table, column) in logical.data_tables().flat_map(|t| t.columns.iter().map(move |c| (t.id(), c))) {
        let name = format!("{table}.{}", column.name);
        // A column that questions do use is one, whatever was expected of it.
        match expected.opaque.get(&name).filter(|_| !asked.contains(name.as_str())) {
            Some(reason) => excluded.push(Excluded {
                name,
                reason: reason.clone(),
            }),
            None => columns.push(name),
        }
    }
    let mut out = Coverage {
        tables: over(logical.data_tables().map(|t| t.id()), used(records, |r| &r.labels.tables)),
        columns: over(columns, used(records, |r| &r.labels.columns)),
        join_edges: over(edges(logical), used(records, |r| &r.labels.join_edges)),
        shapes: over(expected.shapes.iter().cloned(), records.iter().map(|r| r.labels.shape.as_str())),
        functions: over(expected.functions.iter().cloned(), used(records, |r| &r.labels.functions)),
        phases: phases
            .into_iter()
            .map(|(phase, rejected)| (phase, PhaseCounts { certified: 0, rejected }))
            .collect(),
        excluded,
        ..Coverage::default()
    };
    for record in records {
        out.phases.entry(record.labels.phase.clone()).or_default().certified += 1;
        *out.hardness.entry(record.labels.spider_hardness.clone()).or_default() += 1;
        out.mutants += record.verdict.mutants;
    }
    out
}

/// Keys of all foreign keys between data tables.
pub fn edges(logical: &LogicalIr) -> Vec<String> {
    let tables: BTreeSet<String> = logical.data_tables().map(|t| t.id()).collect();
    let all = logical
        .data_tables()
        .flat_map(|t| t.foreign_keys.iter().map(move |fk| (t.id(), fk)));
    all.filter(|(_, fk)| tables.contains(&fk.ref_table))
        .map(|(child, fk)| edge_key(&child, &fk.columns, &fk.ref_table))
        .collect()
}

/// How many lines of a `rejects.jsonl` there are, by reason. A missing file is a phase that refused nothing.
pub fn rejects_by_reason(path: &Path) -> Result<BTreeMap<String, u64>, CorpusError> {
    let mut counts = BTreeMap::new();
    if path.exists() {
        lines::read(path, |_, reject: Reject| {
            *counts.entry(reject.reason).or_default() += 1;
            Ok(())
        })?;
    }
    Ok(counts)
}

/// Every name of every pair, each once a pair.
fn used(records: &[Record], names: impl Fn(&Record) -> &Vec<String>) -> impl Iterator<Item = &str> {
    records
        .iter()
        .flat_map(move |r| names(r).iter().map(String::as_str).collect::<BTreeSet<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::fixture;
    use crate::ir::record::Mutants;

    #[test]
    fn every_share_has_its_denominator_and_names_what_is_missing() {
        let mut joined = fixture::record("joins", "Which authors wrote Dune?", "SELECT 1");
        joined.labels.tables = vec!["author".into(), "book".into()];
        joined.labels.columns = vec!["author.name".into(), "book.author_id".into(), "book.author_id".into()];
        joined.labels.join_edges = vec!["book(author_id)->author".into()];
        joined.labels.functions = vec!["MEDIAN".into()];
        joined.verdict.mutants = Mutants { total: 4, killed: 3 };
        let plain = fixture::record("single_table", "Which titles are there?", "SELECT 2");
        let expected = Expected {
            opaque: BTreeMap::from([("book.cover".into(), "opaque: BYTES".into())]),
            shapes: vec!["list".into(), "rank".into()],
            functions: vec!["COUNT".into()],
        };
        let rejected = BTreeMap::from([("joins".into(), BTreeMap::from([("empty_result".into(), 5)]))]);
        let coverage = measure(&fixture::library(), &expected, &[joined, plain], rejected);

        assert_eq!((coverage.tables.share, coverage.tables.counts["book"]), (Some(1.0), 2));
        assert_eq!(
            (coverage.columns.covered, coverage.columns.total, coverage.columns.share),
            (3, 4, Some(0.75))
        );
        assert_eq!(coverage.columns.missing, ["author.author_id"]);
        assert_eq!(coverage.columns.counts["book.author_id"], 1);
        assert_eq!(coverage.join_edges.share, Some(1.0));
        assert_eq!(coverage.shapes.missing, ["rank"]);
        assert_eq!((coverage.functions.share, coverage.functions.beyond["MEDIAN"]), (Some(0.0), 1));
        assert_eq!(
            coverage.excluded,
            [Excluded {
                name: "book.cover".into(),
                reason: "opaque: BYTES".into()
            }]
        );
        assert_eq!(
            (
                coverage.phases["joins"].certified,
                coverage.phases["joins"].rejected["empty_result"]
            ),
            (1, 5)
        );
        assert_eq!((coverage.mutants.total, coverage.mutants.killed), (4, 3));
    }

    #[test]
    fn an_opaque_column_that_questions_use_counts() {
        let mut pair = fixture::record("joins", "How many covers are there?", "SELECT 1");
        pair.labels.columns = vec!["book.cover".into()];
        let expected = Expected {
            opaque: BTreeMap::from([("book.cover".into(), "opaque: TEXT[]".into())]),
            ..Expected::default()
        };
        let coverage = measure(&fixture::library(), &expected, &[pair], BTreeMap::new());
        assert_eq!(
            (
                coverage.columns.counts["book.cover"],
                coverage.columns.total,
                coverage.excluded.len()
            ),
            (1, 5, 0)
        );
    }

    #[test]
    fn nothing_to_cover_is_null_not_full() {
        let mut alone = fixture::library();
        alone.tables.truncate(1);
        let coverage = measure(&alone, &Expected::default(), &[], BTreeMap::new());
        assert_eq!((coverage.join_edges.total, coverage.join_edges.share), (0, None));
        assert_eq!(coverage.tables.share, Some(0.0));
    }
}
