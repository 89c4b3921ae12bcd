//! Telling a mutant apart elsewhere: on the witnesses, and on instances tailored to the pair (`tailor`).
//!
//! The right query and the mutant run on the same instance. A difference counts only if both results are determined there: however ties fall,
//! and, where their order could matter, with the same rows stored the other way round. So what is told apart is another query under the schema's constraints, not another plan.
//! Limits: what only types tell apart (the average of one whole number) is the same.

use super::tailor::{self, Mode, Rules, Tailor};
use super::{Asked, Fate, Tried};
use crate::database::{Backend, Changed, DbError, Duck, ResultSet, Stored};
use crate::kernel::seed::Seed;
use crate::query::mutation::Mutant;
use crate::query::undetermined;
use sqlparser::ast::Query;
use std::cell::OnceCell;

/// A database, as it is and with other rows.
pub(super) struct Base {
    pub(super) plain: Duck,
    changed: Changed,
}

impl Base {
    /// Both on one database.
    pub(super) fn new(plain: Duck) -> Result<Self, DbError> {
        let changed = Changed::new(&plain)?;
        Ok(Base { plain, changed })
    }
}

/// The databases of one worker.
pub(super) struct Worker {
    /// The run's own.
    pub(super) main: Base,
    /// The witnesses, in order.
    pub(super) witnesses: Vec<Base>,
}

/// Where to look: the database (0 is the run's own, then the witnesses), how its rows are changed, what that is called. In the order of mutants told
/// apart for the time it takes. Ten more of them told one mutant in a hundred apart and took half of the phase's time.
const PLACES: [(usize, Mode, &str); 8] = [
    (1, Mode::AsIs, "witness_1"),
    (1, Mode::Boundaries, "witness_1, boundaries"),
    (1, Mode::Ties, "witness_1, ties"),
    (2, Mode::AsIs, "witness_2"),
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
    // An ordered answer whose statement does not order is as the rows come.
    let settled =
        |asked: &Asked<'_>| (!asked.ordered || asked.query.order_by.is_some()) && undetermined::is_settled(asked.query, rules.schema);
    let right_is_settled = OnceCell::new();
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
        let rows = tailor.instance(mode, seed, database.changed.home());
        let as_is = matches!(mode, Mode::AsIs);
        // Where nothing is changed, the database as it is has answered.
        if !as_is && (rows.is_empty() || database.changed.wear(&rows, right.timeout_ms).is_err()) {
            continue;
        }
        let here: &dyn Backend = if as_is { &database.plain } else { database.changed.session() };
        let Some(expected) = right.determined(here) else { continue };
        let asked = |survivor: &Survivor| -> Option<ResultSet> { wrong(right, survivor).determined(here) };
        let differs = |survivor: &Survivor, rows: &ResultSet| right.differ(survivor.mutant.error_class, &expected, rows);
        let differing: Vec<(usize, String)> = survivors
            .iter()
            .filter_map(|survivor| Some((survivor, asked(survivor)?)))
            .filter(|(survivor, rows)| differs(survivor, rows))
            .map(|(survivor, rows)| (survivor.at, rows.hash(right.ordered)))
            .collect();
        if differing.is_empty() {
            continue;
        }
        // Whether a result is the same with the rows turned round, which is done for the first that could be another.
        let turned = OnceCell::new();
        let same = |asked: Asked<'_>, hash: &str, is_settled: bool| {
            let turn = || -> Option<&dyn Backend> {
                if as_is {
                    let session = database.plain.stored(Stored::Reversed).ok()?;
                    return Some(session);
                }
                database.changed.reverse(&tailor.tables(), right.timeout_ms).ok()?;
                Some(database.changed.session())
            };
            let again = || asked.determined((*turned.get_or_init(turn))?);
            is_settled || again().is_some_and(|rows| rows.hash(right.ordered) == hash)
        };
        if !same(
            *right,
            &expected.hash(right.ordered),
            *right_is_settled.get_or_init(|| settled(right)),
        ) {
            continue;
        }
        survivors.retain(|survivor| {
            let hash = differing.iter().find_map(|(at, hash)| (*at == survivor.at).then_some(hash));
            let told = hash.is_some_and(|hash| {
                let asked = wrong(right, survivor);
                same(asked, hash, settled(&asked))
            });
            if let (true, Some(tried)) = (told, tried.get_mut(survivor.at)) {
                tried.fate = Fate::KilledElsewhere;
                tried.on.clone_from(&name);
                tried.instance = tailor::text(&tailor.instance(mode, seed, "main"));
            }
            !told
        });
        if survivors.is_empty() {
            return;
        }
    }
}

fn wrong<'a>(right: &Asked<'a>, survivor: &'a Survivor) -> Asked<'a> {
    Asked {
        sql: &survivor.mutant.sql,
        query: &survivor.mutant.query,
        ..*right
    }
}
