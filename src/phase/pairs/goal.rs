//! What a recipe with `at_least` fills: names that too few pairs use, and classes of hardness that are too rare.
//!
//! It counts what the pairs phases before it left, takes only pairs that bring a goal nearer, and stops when all are met. What stays short
//! is said with names and numbers. Limits: a share of hardness is of all pairs of the run so far, and is looked at once the names are met.

use super::state::State;
use crate::corpus::coverage;
use crate::ir::LogicalIr;
use crate::ir::record::Labels;
use crate::schema::lexicon::Lexicon;
use crate::schema::role::Role;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Names of a kind that the summary lists.
const NAMES_SHOWN: usize = 5;

/// Pairs wanted of each name, and shares wanted of each class of hardness.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct AtLeast {
    /// Pairs a table.
    table: u32,
    /// Pairs a column.
    column: u32,
    /// Pairs a foreign key between two tables.
    join_edge: u32,
    /// Share of all pairs, 0 to 1, by Spider hardness ("easy", "medium", "hard", "extra").
    hardness: BTreeMap<Hardness, f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Hardness {
    Easy,
    Medium,
    Hard,
    Extra,
}

impl Hardness {
    fn name(self) -> &'static str {
        match self {
            Hardness::Easy => "easy",
            Hardness::Medium => "medium",
            Hardness::Hard => "hard",
            Hardness::Extra => "extra",
        }
    }
}

impl AtLeast {
    /// What is wrong with the shares.
    pub(super) fn problem(&self) -> Option<String> {
        if let Some((class, share)) = self.hardness.iter().find(|(_, share)| !(0.0..=1.0).contains(*share)) {
            return Some(format!(
                "at_least.hardness.{}: {share} is no share; write 0.4 for 40 %",
                class.name()
            ));
        }
        let whole: f64 = self.hardness.values().sum();
        (whole > 1.0).then(|| format!("at_least.hardness: the shares sum to {whole}, more than 1"))
    }
}

/// The goals of one run of the phase.
pub(super) struct Goal {
    kinds: [(&'static str, u32, BTreeSet<String>); 3],
    hardness: BTreeMap<Hardness, f64>,
}

impl Goal {
    /// The names of this schema that pairs are wanted of.
    pub(super) fn new(wanted: &AtLeast, schema: &LogicalIr, lexicon: &Lexicon) -> Self {
        let all = schema
            .data_tables()
            .flat_map(|t| t.columns.iter().map(move |c| format!("{}.{}", t.id(), c.name)));
        let columns = all.filter(|name| lexicon.columns.get(name).is_some_and(|words| words.role != Role::Opaque));
        Goal {
            kinds: [
                ("tables", wanted.table, schema.data_tables().map(|t| t.id()).collect()),
                ("columns", wanted.column, columns.collect()),
                ("join edges", wanted.join_edge, coverage::edges(schema).into_iter().collect()),
            ],
            hardness: wanted.hardness.clone(),
        }
    }

    /// Whether one more pair with these labels brings a goal nearer.
    pub(super) fn wants(&self, state: &State, labels: &Labels) -> bool {
        let lacking = |kind: usize, names: &[String]| {
            let (_, least, all) = &self.kinds[kind];
            names.iter().any(|name| state.usage.of(name) < *least && all.contains(name))
        };
        lacking(0, &labels.tables)
            || lacking(1, &labels.columns)
            || lacking(2, &labels.join_edges)
            || self.named(state) && self.rare(state).any(|class| class.name() == labels.spider_hardness)
    }

    /// Whether nothing is left to do.
    pub(super) fn met(&self, state: &State) -> bool {
        self.named(state) && self.rare(state).next().is_none()
    }

    /// What is short, one sentence a kind.
    pub(super) fn shortfall(&self, state: &State) -> Vec<String> {
        let mut notes = Vec::new();
        for (kind, least, names) in &self.kinds {
            let short: Vec<String> = names
                .iter()
                .filter(|name| state.usage.of(name) < *least)
                .map(|name| format!("{name} ({})", state.usage.of(name)))
                .collect();
            if !short.is_empty() {
                let more = if short.len() > NAMES_SHOWN { ", ..." } else { "" };
                let shown = short.iter().take(NAMES_SHOWN).cloned().collect::<Vec<_>>().join(", ");
                notes.push(format!(
                    "{} of {} {kind} have fewer than {least} pairs: {shown}{more}",
                    short.len(),
                    names.len()
                ));
            }
        }
        for class in self.rare(state) {
            let wanted = self.hardness.get(&class).copied().unwrap_or_default();
            let (have, all) = (state.hardness.get(class.name()).copied().unwrap_or(0), state.total());
            notes.push(format!(
                "{have} of {all} pairs are {}, wanted {:.0} %",
                class.name(),
                wanted * 100.0
            ));
        }
        notes
    }

    /// How much a shape is wanted that gave pairs of these classes so far: 1, or less while classes are rare that it does not give.
    pub(super) fn weight(&self, state: &State, shape: &str) -> f64 {
        if !self.named(state) {
            return 1.0;
        }
        let given = state.classes.get(shape);
        let all: u32 = given.map_or(0, |classes| classes.values().sum());
        let fit: u32 = self.rare(state).filter_map(|class| given?.get(class.name())).sum();
        // A shape that nothing is known of may give any class.
        if all == 0 { 0.5 } else { 0.02 + f64::from(fit) / f64::from(all) }
    }

    fn named(&self, state: &State) -> bool {
        let enough = |(_, least, names): &(&str, u32, BTreeSet<String>)| names.iter().all(|name| state.usage.of(name) >= *least);
        self.kinds.iter().all(enough)
    }

    fn rare(&self, state: &State) -> impl Iterator<Item = Hardness> {
        let all = state.total() as f64;
        let share = move |class: Hardness| f64::from(state.hardness.get(class.name()).copied().unwrap_or(0)) / all.max(1.0);
        let short = move |(class, wanted): (&Hardness, &f64)| (share(*class) < *wanted).then_some(*class);
        self.hardness.iter().filter_map(short)
    }
}
