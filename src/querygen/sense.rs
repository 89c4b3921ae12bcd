//! What nobody asks: intents whose parts are sound one by one and make no sense together.
//!
//! [`is_asked`] looks at each SELECT of an intent through `RULES`; a shape need not know them. A rule knows roles, words and measured
//! values, never the names of a schema. Limits: correlated and scalar subqueries are looked at as SELECTs of their own; what a condition
//! inside one means for the rows outside is not weighed.

mod condition;
mod currency;
mod figure;
mod group;

use super::world::{Edge, Entity, Field, World};
use crate::query::ir::{Body, ColumnRef, Compare, Expr, Predicate, Select, SetOp};
use crate::schema::role::Role;

/// A reason why nobody asks for a SELECT.
type Rule = fn(&Scene<'_, '_>) -> bool;

/// Every rule of sense: true is a reason to leave the intent alone.
const RULES: &[Rule] = &[
    condition::crowds_conditions,
    figure::ranks_by_a_common_value,
    group::groups_next_to_nothing,
    condition::shows_nothing_new,
    group::splits_one_place,
    figure::measures_births,
    group::puts_one_time_into_another,
    condition::fixes_a_stage_twice,
    condition::picks_amounts,
    group::takes_all_groups,
    condition::searches_without_names,
    group::counts_few_births,
    figure::pairs_times_with_amounts,
    figure::counts_days,
    figure::measures_those_without,
    figure::ranks_times_of_some,
    currency::mixes_currencies,
    figure::counts_one_code,
    figure::counts_what_is_one,
    figure::weighs_people_together,
    condition::skips_one_amount,
    group::compares_within_a_day,
    condition::picks_states,
    condition::awaits_what_happened,
    condition::fixes_what_relates,
];

/// Rules of taste: what few people ask, which a recipe of many pairs does not leave out.
const OF_TASTE: &[Rule] = &[
    condition::mixes_conditions,
    condition::denies_a_small_amount,
    figure::measures_what_it_bounds,
    figure::ranks_some_amounts,
    figure::sorts_by_what_is_unseen,
];

/// Whether somebody could ask this; in a wide recipe also what few people ask.
pub fn is_asked(world: &World<'_>, body: &Body, wide: bool) -> bool {
    let selects = match body {
        Body::Select(one) => vec![(one, false)],
        Body::SetOp { left, right, .. } if !wide && condition::sets_amounts_apart(world, left, right) => return false,
        Body::SetOp { op, left, right, .. } => vec![(left, false), (right, *op == SetOp::Except)],
        Body::Staged { stage, outer, .. } => vec![(stage, false), (outer, false)],
        Body::Steps { first, second, outer, .. } => vec![(first, false), (second, false), (outer, false)],
        Body::Chain { start, outer, .. } => vec![(start, false), (outer, false)],
        Body::Each { each, outer, .. } => vec![(each, false), (outer, false)],
    };
    selects.into_iter().all(|(select, denied)| {
        let scene = Scene { world, select, denied };
        let taste = OF_TASTE.iter().filter(|_| !wide);
        !RULES.iter().chain(taste).any(|rule| rule(&scene))
    })
}

/// A SELECT in its world.
struct Scene<'s, 'a> {
    world: &'s World<'a>,
    select: &'s Select,
    /// Its rows are those that the answer is without.
    denied: bool,
}

impl<'s, 'a> Scene<'s, 'a> {
    fn entity(&self, source: usize) -> Option<&'s Entity<'a>> {
        let id = self.select.table(source)?;
        self.world.entities.iter().find(|e| e.id == id)
    }

    fn field(&self, column: &ColumnRef) -> Option<&'s Field<'a>> {
        self.entity(column.source)?.field(&column.column)
    }

    /// Whether a column holds a day, or refers to one of a calendar.
    fn is_day(&self, column: &ColumnRef) -> bool {
        let own = self.field(column).is_some_and(Field::is_time);
        let entities = &self.world.entities;
        let refers = |e: &&Edge<'a>| {
            self.select.table(column.source) == Some(entities[e.child].id.as_str()) && e.key.columns.contains(&column.column)
        };
        own || self.world.edges.iter().filter(refers).any(|e| entities[e.parent].calendar)
    }

    /// The conditions of WHERE and of figures.
    fn conditions(&self) -> impl Iterator<Item = &'s Predicate> {
        let of_figures = self.select.items.iter().filter_map(|item| figure_filter(&item.expr));
        self.select.filter.iter().chain(of_figures)
    }
}

fn figure_filter(expr: &Expr) -> Option<&Predicate> {
    match expr {
        Expr::Aggregate { filter, .. } => filter.as_deref(),
        Expr::Percent { part, .. } => figure_filter(part),
        _ => None,
    }
}

/// What a condition is about.
#[derive(Clone, Copy, PartialEq)]
enum Topic {
    /// A birth or a death.
    Life,
    /// Another day or instant.
    Time,
    /// A figure.
    Number,
    /// Where a row is.
    Place,
    /// What a row is.
    State,
}

/// A condition on a column: which, and whether it says what rows have.
fn told(predicate: &Predicate) -> Option<(&ColumnRef, bool)> {
    let (expr, plain) = match predicate {
        Predicate::Compare { left, op, .. } => (left, *op != Compare::NotEq),
        Predicate::Between { expr, .. } | Predicate::During { expr, .. } | Predicate::Like { expr, .. } | Predicate::Holds { expr, .. } => {
            (expr, true)
        }
        Predicate::In { expr, negated, .. } => (expr, !negated),
        // Left out because a ranking or a sort takes a value for granted.
        Predicate::IsNull { negated: true, .. } => return None,
        Predicate::IsNull { expr, .. } => (expr, false),
        Predicate::Any(parts) => return told(parts.first()?),
        Predicate::CompareExpr { .. } | Predicate::CompareQuery { .. } | Predicate::InQuery { .. } | Predicate::Exists { .. } => {
            return None;
        }
    };
    Some((expr.base_column()?, plain))
}

/// A condition as [`told`], and what it is about.
fn topic(scene: &Scene<'_, '_>, predicate: &Predicate) -> Option<(ColumnRef, Topic, bool)> {
    let (column, plain) = told(predicate)?;
    // "that hold no copies": a relation, not a value that is missing.
    let joined = column.source.checked_sub(1).and_then(|at| scene.select.joins.get(at));
    if joined.is_some_and(|join| join.outer && !join.to_parent) {
        return None;
    }
    let field = scene.field(column)?;
    let topic = match field.role() {
        Role::Time if field.is_life_day() => Topic::Life,
        Role::Time => Topic::Time,
        _ if field.is_place() => Topic::Place,
        Role::Measure | Role::Ratio | Role::Ordinal if field.column.sql_type.is_numeric() => Topic::Number,
        _ => Topic::State,
    };
    Some((column.clone(), topic, plain))
}

#[cfg(test)]
mod tests;
