//! Telling a mutant apart elsewhere: on the witnesses, and on instances tailored to the pair (`tailor`).
//!
//! The right query and the mutant run on the same instance. A difference counts only if both results are determined there: however ties fall,
//! and with the same rows stored the other way round. So what is told apart is another query under the schema's constraints, not another plan.
//! Limits: what only types tell apart (the average of one whole number) is the same.

use super::tailor::{self, Mode, Rules, Tailor};
use super::{Asked, Fate, Tried};
use crate::database::duck::Duck;
use crate::database::{Backend, DbError, ResultSet, Stored};
use crate::kernel::seed::Seed;
use crate::query::mutation::Mutant;
use sqlparser::ast::Query;
use std::cell::RefCell;

/// A database that is seen through an instance.
pub(super) struct Dressed {
    duck: Duck,
    instance: RefCell<String>,
}

impl Dressed {
    /// A database as it is.
    pub(super) fn plain(duck: Duck) -> Self {
        Dressed {
            duck,
            instance: RefCell::default(),
        }
    }
}

impl Backend for Dressed {
    fn engine(&self) -> &str {
        self.duck.engine()
    }
    fn plan(&self, sql: &str) -> Result<(), DbError> {
        self.duck.plan(&tailor::over(&self.instance.borrow(), sql))
    }
    fn query(&self, sql: &str, timeout_ms: u64) -> Result<ResultSet, DbError> {
        self.duck.query(&tailor::over(&self.instance.borrow(), sql), timeout_ms)
    }
    fn query_stored(&self, sql: &str, timeout_ms: u64, order: Stored) -> Option<Result<ResultSet, DbError>> {
        // An instance names rows by where they are stored, and has its own reversed one.
        let plain = self.instance.borrow().is_empty();
        if plain {
            self.duck.query_stored(sql, timeout_ms, order)
        } else {
            None
        }
    }
}

/// The databases of one worker.
pub(super) struct Worker {
    /// The run's own.
    pub(super) main: Dressed,
    /// The witnesses, in order.
    pub(super) witnesses: Vec<Dressed>,
}

/// Where to look, in order: the database (0 is the run's own, then the witnesses), how its rows are changed, what that is called.
/// Ten more of them told one mutant in a hundred apart and took half of the phase's time.
const PLACES: [(usize, Mode, &str); 8] = [
    (1, Mode::AsIs, "witness_1"),
    (2, Mode::AsIs, "witness_2"),
    (1, Mode::Boundaries, "witness_1, boundaries"),
    (1, Mode::Ties, "witness_1, ties"),
    (1, Mode::Few(3), "witness_1, three rows"),
    (1, Mode::Alike, "witness_1, alike"),
    (2, Mode::Boundaries, "witness_2, boundaries"),
    (1, Mode::Alike, "witness_1, alike again"),
];
/// Most counts for which the first rows of the run's database are tried.
const COUNTS_MAX: usize = 2;

/// A mutant with the right result so far, and where it stands among those tried.
pub(super) struct Survivor {
    pub(super) at: usize,
    pub(super) mutant: Mutant,
}

/// Runs survivors elsewhere; notes in `tried` which were told apart, and where.
pub(super) fn tell_apart(
    worker: &Worker,
    rules: &Rules<'_>,
    seed: Seed,
    right: &Asked<'_>,
    query: &Query,
    mut survivors: Vec<Survivor>,
    tried: &mut [Tried],
) {
    if survivors.is_empty() {
        return;
    }
    let tailor = Tailor::new(
        rules,
        std::iter::once(query).chain(survivors.iter().map(|survivor| &survivor.mutant.query)),
    );
    // Changed rows may refer to each other in a circle, which a recursive query never leaves.
    let endless = query.with.as_ref().is_some_and(|with| with.recursive);
    let counted = tailor
        .counts
        .iter()
        .take(COUNTS_MAX)
        .map(|rows| (0, Mode::First(*rows), format!("database, first {rows} rows alike")));
    let places = PLACES
        .iter()
        .map(|(base, mode, name)| (*base, *mode, (*name).to_owned()))
        .chain(counted)
        .filter(|(_, mode, _)| !endless || matches!(mode, Mode::AsIs));
    for (base, mode, name) in places {
        let database = match base.checked_sub(1) {
            None => &worker.main,
            Some(nth) => match worker.witnesses.get(nth) {
                Some(witness) => witness,
                None => continue,
            },
        };
        let seed = seed.child(&name);
        let (instance, reversed) = (tailor.instance(mode, seed, false), tailor.instance(mode, seed, true));
        let on = |instance: &str, asked: &Asked<'_>| {
            database.instance.replace(instance.to_owned());
            asked.determined(database)
        };
        if let Some(expected) = on(&instance, right) {
            let mut sure = None;
            survivors.retain(|survivor| {
                let wrong = Asked {
                    sql: &survivor.mutant.sql,
                    query: &survivor.mutant.query,
                    ..*right
                };
                let differs = on(&instance, &wrong).filter(|rows| right.differ(survivor.mutant.error_class, &expected, rows));
                let Some(rows) = differs else { return true };
                let same = |one: &ResultSet, other: Option<ResultSet>| {
                    other.is_some_and(|other| one.hash(right.ordered) == other.hash(right.ordered))
                };
                let told = *sure.get_or_insert_with(|| same(&expected, on(&reversed, right))) && same(&rows, on(&reversed, &wrong));
                if let (true, Some(tried)) = (told, tried.get_mut(survivor.at)) {
                    tried.fate = Fate::KilledElsewhere;
                    tried.on.clone_from(&name);
                    tried.instance.clone_from(&instance);
                }
                !told
            });
        }
        database.instance.replace(String::new());
        if survivors.is_empty() {
            return;
        }
    }
}
