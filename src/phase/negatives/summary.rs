//! `summary.json` of the negatives: what was tried, by class, and what survived.

use super::{Fate, Trial, Tried};
use crate::corpus::merge::PairNegatives;
use crate::ir::record::Mutants;
use crate::kernel::journal::Journal;
use crate::query::mutation::{self, MUTATIONS};
use crate::runner::{Outcome, PhaseError};
use serde::Serialize;
use std::collections::BTreeMap;

/// Survivors the summary lists; the rest are in `mutants.jsonl`.
const SURVIVORS_SHOWN: usize = 200;

/// `summary.json`.
#[derive(Debug, Default, Serialize)]
pub(super) struct Summary {
    pairs: u64,
    /// Pairs for which no negative was found.
    pairs_without: u64,
    negatives: u64,
    mutants: Mutants,
    by_class: BTreeMap<String, Class>,
    /// Killed mutants that the database itself does not tell from the right SQL.
    killed_elsewhere: u64,
    /// The first few mutants that no instance tells from the right SQL.
    survivors: Vec<Survivor>,
}

#[derive(Debug, Default, Serialize)]
struct Class {
    about: &'static str,
    tried: u64,
    /// Told apart: on the database or elsewhere.
    killed: u64,
    /// Those of them that the database itself does not tell apart.
    killed_elsewhere: u64,
    survived: u64,
    failed: u64,
}

#[derive(Debug, Serialize)]
struct Survivor {
    id: String,
    error_class: String,
    change: String,
}

/// Counts over everything in the journal, so that a resumed run counts all of it.
pub(super) fn summarise(journal: &Journal) -> Result<Summary, PhaseError> {
    let broken = |e: serde_json::Error| PhaseError::Failed(format!("an earlier round cannot be read back ({e}); run with --fresh"));
    let class = |mutation: &&mutation::Mutation| {
        (
            mutation.name.to_owned(),
            Class {
                about: mutation.about,
                ..Class::default()
            },
        )
    };
    let mut summary = Summary {
        by_class: MUTATIONS.iter().map(class).collect(),
        ..Summary::default()
    };
    for text in journal.lines(0)? {
        let found: PairNegatives = serde_json::from_str(&text).map_err(broken)?;
        summary.pairs += 1;
        summary.negatives += found.negatives.len() as u64;
        summary.pairs_without += u64::from(found.negatives.is_empty());
        summary.mutants.total += found.mutants.total;
        summary.mutants.killed += found.mutants.killed;
    }
    for text in journal.lines(1)? {
        let trial: Trial = serde_json::from_str(&text).map_err(broken)?;
        for Tried {
            error_class, change, fate, ..
        } in trial.mutants
        {
            let class = summary.by_class.entry(error_class.clone()).or_default();
            class.tried += 1;
            class.killed += u64::from(matches!(fate, Fate::Killed | Fate::KilledElsewhere));
            class.killed_elsewhere += u64::from(fate == Fate::KilledElsewhere);
            class.survived += u64::from(fate == Fate::Survived);
            class.failed += u64::from(fate == Fate::Failed);
            summary.killed_elsewhere += u64::from(fate == Fate::KilledElsewhere);
            if fate == Fate::Survived && summary.survivors.len() < SURVIVORS_SHOWN {
                summary.survivors.push(Survivor {
                    id: trial.id.clone(),
                    error_class,
                    change,
                });
            }
        }
    }
    Ok(summary)
}

impl Summary {
    pub(super) fn outcome(&self, name: &str) -> Outcome {
        let mut outcome = Outcome::default();
        let counts = [
            ("pairs", self.pairs),
            ("pairs_without", self.pairs_without),
            ("negatives", self.negatives),
            ("mutants", u64::from(self.mutants.total)),
            ("killed", u64::from(self.mutants.killed)),
            ("killed_elsewhere", self.killed_elsewhere),
        ];
        outcome.counts.extend(counts.map(|(key, n)| (key.to_owned(), n)));
        if self.pairs_without > 0 {
            outcome.notes.push(format!(
                "{name}: {} of {} pairs have no negative: {name}/mutants.jsonl says what was tried",
                self.pairs_without, self.pairs
            ));
        }
        outcome
    }
}
