//! Splits: train, validation and test, so that a model tested on one has never seen that SQL's skeleton in another.
//!
//! Groups of records with one skeleton go whole into one split. They are dealt from the largest to the smallest (ties by hash), each to the split
//! that lags most behind its share, both in the corpus and in the group's phase, so that sizes and phases are alike in all three.
//! Limit: a group larger than a split's whole share stays in train. Invariant: no skeleton is in two splits.

use super::CorpusError;
use crate::ir::Record;
use crate::kernel::seed::Seed;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Split {
    /// What a model learns from.
    Train,
    /// What its training is steered by.
    Validation,
    /// What it is measured on.
    Test,
}

impl Split {
    /// All, in order.
    pub const ALL: [Split; 3] = [Split::Train, Split::Validation, Split::Test];

    /// As files and records name it.
    pub fn name(self) -> &'static str {
        match self {
            Split::Train => "train",
            Split::Validation => "validation",
            Split::Test => "test",
        }
    }
}

/// How large each split should be. The three are scaled to sum to one; a split with share 0 stays empty.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Shares {
    /// Share of train.
    pub train: f64,
    /// Share of validation.
    pub validation: f64,
    /// Share of test.
    pub test: f64,
}

impl Default for Shares {
    fn default() -> Self {
        Shares {
            train: 0.8,
            validation: 0.1,
            test: 0.1,
        }
    }
}

impl Shares {
    /// The three as parts of one.
    pub fn checked(self) -> Result<[f64; 3], CorpusError> {
        let parts = [self.train, self.validation, self.test];
        let sum: f64 = parts.iter().sum();
        if parts.iter().any(|p| !p.is_finite() || *p < 0.0) || sum <= 0.0 || self.train <= 0.0 {
            let found =
                format!("shares {parts:?} cannot be used: none may be negative, and train must be more than 0 (default 0.8, 0.1, 0.1)");
            return Err(CorpusError::Setting { key: "split", found });
        }
        Ok(parts.map(|p| p / sum))
    }
}

/// Records of one skeleton.
struct Group<'a> {
    phase: &'a str,
    hash: u64,
    members: Vec<usize>,
}

/// Sets `split` on every record.
pub fn assign(records: &mut [Record], shares: Shares, seed: Seed) -> Result<(), CorpusError> {
    let shares = shares.checked()?;
    let groups = groups_of(records, seed);
    let splits = deal(&groups, shares, records.len());
    let chosen: Vec<(usize, Split)> = groups
        .iter()
        .zip(splits)
        .flat_map(|(group, split)| group.members.iter().map(move |at| (*at, split)))
        .collect();
    for (at, split) in chosen {
        if let Some(record) = records.get_mut(at) {
            record.split = split.name().to_owned();
        }
    }
    Ok(())
}

/// The skeleton that decides a record's split: its label, or the SQL itself where nothing could be masked.
pub fn skeleton(record: &Record) -> &str {
    if record.labels.skeleton.is_empty() {
        &record.sql
    } else {
        &record.labels.skeleton
    }
}

fn groups_of(records: &[Record], seed: Seed) -> Vec<Group<'_>> {
    let mut by_skeleton: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, record) in records.iter().enumerate() {
        by_skeleton.entry(skeleton(record)).or_default().push(at);
    }
    let phase_of = |members: &[usize]| {
        members
            .first()
            .and_then(|at| records.get(*at))
            .map_or("", |r| r.labels.phase.as_str())
    };
    let mut groups: Vec<Group<'_>> = by_skeleton
        .into_iter()
        .map(|(skeleton, members)| Group {
            phase: phase_of(&members),
            hash: seed.child(skeleton).0,
            members,
        })
        .collect();
    groups.sort_by_key(|g| (std::cmp::Reverse(g.members.len()), g.hash));
    groups
}

/// One split a group, in the groups' order.
fn deal(groups: &[Group<'_>], shares: [f64; 3], n_records: usize) -> Vec<Split> {
    let caps = shares.map(|share| share * n_records as f64);
    let mut dealt = [0.0; 3];
    let mut dealt_in: BTreeMap<&str, [f64; 3]> = BTreeMap::new();
    let mut splits = Vec::with_capacity(groups.len());
    for group in groups {
        let size = group.members.len() as f64;
        let here = dealt_in.entry(group.phase).or_default();
        let lag = |at: usize| {
            let behind = |counts: &[f64; 3]| shares[at] * (counts.iter().sum::<f64>() + size) - counts[at];
            behind(&dealt) + behind(here)
        };
        let mut best = 0;
        for at in 1..3 {
            if dealt[at] + size <= caps[at] + 0.5 && lag(at) > lag(best) {
                best = at;
            }
        }
        dealt[best] += size;
        here[best] += size;
        splits.push(Split::ALL[best]);
    }
    fill_empty(&mut splits, shares);
    splits
}

/// A split that should have something and has nothing takes the smallest group of the split with most groups.
fn fill_empty(splits: &mut [Split], shares: [f64; 3]) {
    for (wanted, share) in Split::ALL.into_iter().zip(shares) {
        let count = |split: Split| splits.iter().filter(|s| **s == split).count();
        let richest = Split::ALL.into_iter().max_by_key(|s| count(*s)).unwrap_or(Split::Train);
        if share > 0.0 && count(wanted) == 0 && count(richest) > 1
            // Groups are in order of size, so the last one is the smallest.
            && let Some(given) = splits.iter_mut().rev().find(|s| **s == richest)
        {
            *given = wanted;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::fixture;
    use std::collections::BTreeSet;

    /// `sizes[k]` records with the k-th skeleton, phases in turn.
    fn corpus(sizes: &[usize]) -> Vec<Record> {
        let mut out = Vec::new();
        for (k, size) in sizes.iter().enumerate() {
            for n in 0..*size {
                let mut record = fixture::record(
                    ["joins", "grouping"][k % 2],
                    &format!("q {k} {n}"),
                    &format!("SELECT {n} FROM t{k}"),
                );
                record.labels.skeleton = format!("SELECT ? FROM t{k}");
                out.push(record);
            }
        }
        out
    }

    fn share(records: &[Record], split: Split) -> f64 {
        records.iter().filter(|r| r.split == split.name()).count() as f64 / records.len() as f64
    }

    #[test]
    fn shares_come_out_and_no_skeleton_is_in_two_splits() -> Result<(), CorpusError> {
        // A long tail, as grammars make it: a few skeletons with a hundred pairs, many with one.
        let sizes: Vec<usize> = (1..400).map(|k| 1 + 200 / k).collect();
        let mut records = corpus(&sizes);
        assign(&mut records, Shares::default(), Seed(7))?;
        for (split, wanted) in Split::ALL.into_iter().zip([0.8, 0.1, 0.1]) {
            assert!(
                (share(&records, split) - wanted).abs() < 0.01,
                "{split:?} {}",
                share(&records, split)
            );
            for phase in ["joins", "grouping"] {
                assert!(records.iter().any(|r| r.split == split.name() && r.labels.phase == phase));
            }
        }
        let pairs: BTreeSet<(&str, &str)> = records.iter().map(|r| (skeleton(r), r.split.as_str())).collect();
        assert_eq!(pairs.len(), sizes.len());
        Ok(())
    }

    #[test]
    fn the_same_seed_deals_the_same_and_order_does_not_matter() -> Result<(), CorpusError> {
        let mut a = corpus(&[5, 4, 3, 3, 2, 2, 1, 1, 1, 1]);
        let mut b = a.clone();
        b.reverse();
        assign(&mut a, Shares::default(), Seed(1))?;
        assign(&mut b, Shares::default(), Seed(1))?;
        // Phases of a group come from its first member, the same for all members here.
        b.reverse();
        assert_eq!(a, b);
        Ok(())
    }

    #[test]
    fn tiny_corpora_are_split_as_far_as_they_go() -> Result<(), CorpusError> {
        for (sizes, filled) in [(&[9][..], 1), (&[1, 1], 2), (&[1, 1, 1], 3), (&[50, 1, 1], 3)] {
            let mut records = corpus(sizes);
            assign(&mut records, Shares::default(), Seed(3))?;
            assert_eq!(
                Split::ALL.into_iter().filter(|s| share(&records, *s) > 0.0).count(),
                filled,
                "{sizes:?}"
            );
            assert!(share(&records, Split::Train) > 0.0);
        }
        let mut records = corpus(&[1; 20]);
        assign(
            &mut records,
            Shares {
                train: 1.0,
                validation: 0.0,
                test: 0.0,
            },
            Seed(3),
        )?;
        assert_eq!(share(&records, Split::Train), 1.0);
        assert!(
            assign(
                &mut records,
                Shares {
                    train: 0.0,
                    ..Shares::default()
                },
                Seed(3)
            )
            .is_err()
        );
        assign(&mut [], Shares::default(), Seed(3))
    }
}
