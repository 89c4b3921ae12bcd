//! Phases: one file per kind; the only place that joins two engines.
//!
//! To add a kind: one file here, one line in [`KINDS`]. A recipe (`phases/<name>.yaml`) names a kind and its parameters.

mod crew;
mod evaluate;
mod export;
mod glossary;
mod judge;
mod negatives;
mod pairs;
mod paraphrase;
mod populate;
mod report;
mod schema;
mod unanswerable;

use crate::config::{ConfigError, Recipe, Settings};
use crate::kernel::suggest;
use crate::runner::Phase;

/// A kind of phase.
pub struct Kind {
    /// Name in recipes.
    pub name: &'static str,
    /// What it does, one sentence.
    pub about: &'static str,
    /// Makes the phase from its recipe.
    pub build: fn(&Recipe, &Plan<'_>) -> Result<Box<dyn Phase>, ConfigError>,
}

/// All kinds.
pub const KINDS: &[Kind] = &[
    schema::KIND,
    populate::KIND,
    glossary::KIND,
    evaluate::KIND,
    pairs::KIND,
    unanswerable::KIND,
    paraphrase::KIND,
    negatives::KIND,
    judge::KIND,
    export::KIND,
    report::KIND,
];

/// What a phase may know of the run it stands in.
pub struct Plan<'a> {
    /// What holds for the run.
    pub settings: &'a Settings,
}

impl Plan<'_> {
    /// Names of the phases of one kind, in order. Those of kind "pairs" each leave `<name>/records.jsonl`.
    pub fn of_kind(&self, kind: &str) -> Vec<String> {
        self.settings
            .recipes
            .iter()
            .filter(|r| r.kind == kind)
            .map(|r| r.name.clone())
            .collect()
    }

    /// A recipe's part of a corpus whose size is given (`run.pairs`): shares are dealt in order, so that the parts add up to the whole.
    fn dealt(&self, recipe: &Recipe) -> Result<Option<u64>, ConfigError> {
        let Some(total) = self.settings.pairs else { return Ok(None) };
        let (mut before, mut own, mut all, mut least) = (0, None, 0, u64::MAX);
        for other in &self.settings.recipes {
            let share = match &other.kind {
                kind if kind == pairs::KIND.name => pairs::share(other)?,
                kind if kind == paraphrase::KIND.name => paraphrase::share(other)?,
                _ => None,
            };
            if other.name == recipe.name {
                (before, own) = (all, share);
            }
            all += u128::from(share.unwrap_or(0));
            least = least.min(share.filter(|share| *share > 0).unwrap_or(least));
        }
        let Some(own) = own else { return Ok(None) };
        let part = |share: u128| u64::try_from(u128::from(total) * share / all.max(1)).unwrap_or(u64::MAX);
        match part(before + u128::from(own)) - part(before) {
            0 => Err(recipe.wrong(format!(
                "its share {own} of all {all} is nothing of run.pairs {total}; leave the phase out of config.yaml, or ask for {} pairs or more",
                all.div_ceil(u128::from(least))
            ))),
            pairs => Ok(Some(pairs)),
        }
    }
}

/// The phases of a run, in order.
pub fn build(settings: &Settings) -> Result<Vec<Box<dyn Phase>>, ConfigError> {
    let plan = Plan { settings };
    settings.recipes.iter().map(|recipe| (kind(recipe)?.build)(recipe, &plan)).collect()
}

/// How long one statement may run when a recipe does not say, milliseconds.
fn timeout_ms() -> u64 {
    2_000
}

fn kind(recipe: &Recipe) -> Result<&'static Kind, ConfigError> {
    KINDS
        .iter()
        .find(|kind| kind.name == recipe.kind)
        .ok_or_else(|| ConfigError::Value {
            place: recipe.place.clone(),
            message: format!(
                "unknown kind \"{}\"{}",
                recipe.kind,
                suggest::hint(&recipe.kind, KINDS.iter().map(|k| k.name))
            ),
        })
}
