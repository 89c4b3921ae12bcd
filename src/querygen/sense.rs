//! What nobody asks: intents whose parts are sound one by one and make no sense together.
//!
//! [`is_asked`] looks at each SELECT of an intent through `RULES`; a shape need not know them. A rule knows roles, words and measured
//! values, never the names of a schema. Limits: correlated and scalar subqueries are looked at as SELECTs of their own; what a condition
//! inside one means for the rows outside is not weighed.

use super::literals;
use super::world::{Entity, Field, World};
use crate::ir::Value;
use crate::query::ir::{Aggregate, Body, ColumnRef, Compare, DatePart, Expr, Item, Predicate, Select, SetOp};
use crate::schema::profile::QUANTILES;
use crate::schema::role::Role;

/// Fewer rows than this make no figure for each group and no development over time.
const GROUPED_ROWS_MIN: f64 = 12.0;

/// Fewer than this in each combination of categories, on average, are next to nothing.
const ROWS_A_GROUP_MIN: f64 = 2.0;

/// As few as this in a period, on average, show no development.
const ROWS_A_PERIOD_MIN: f64 = 5.0;

/// A reason why nobody asks for a SELECT.
type Rule = fn(&Scene<'_, '_>) -> bool;

/// Every rule: true is a reason to leave the intent alone.
const RULES: &[Rule] = &[
    mixes_conditions,
    ranks_by_a_common_value,
    measures_what_it_bounds,
    groups_next_to_nothing,
    shows_nothing_new,
    denies_a_small_amount,
    splits_one_place,
    measures_births,
    puts_one_time_into_another,
    fixes_a_stage_twice,
    picks_amounts,
    takes_all_groups,
    searches_without_names,
    counts_few_births,
    pairs_times_with_amounts,
];

/// Whether somebody could ask this.
pub fn is_asked(world: &World<'_>, body: &Body) -> bool {
    let selects = match body {
        Body::Select(one) => vec![(one, false)],
        Body::SetOp { left, right, .. } if sets_amounts_apart(world, left, right) => return false,
        Body::SetOp { op, left, right } => vec![(left, false), (right, *op == SetOp::Except)],
        Body::Staged { stage, outer, .. } => vec![(stage, false), (outer, false)],
        Body::Steps { first, second, outer, .. } => vec![(first, false), (second, false), (outer, false)],
        Body::Chain { start, outer, .. } => vec![(start, false), (outer, false)],
        Body::Each { each, outer, .. } => vec![(each, false), (outer, false)],
    };
    selects.into_iter().all(|(select, denied)| {
        let scene = Scene { world, select, denied };
        !RULES.iter().any(|rule| rule(&scene))
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

/// A condition on a column: which, what it is about, and whether it says what rows have.
fn topic(scene: &Scene<'_, '_>, predicate: &Predicate) -> Option<(ColumnRef, Topic, bool)> {
    let (expr, plain) = match predicate {
        Predicate::Compare { left, op, .. } => (left, *op != Compare::NotEq),
        Predicate::Between { expr, .. } | Predicate::During { expr, .. } | Predicate::Like { expr, .. } | Predicate::Holds { expr, .. } => {
            (expr, true)
        }
        Predicate::In { expr, negated, .. } => (expr, !negated),
        // Left out because a ranking or a sort takes a value for granted.
        Predicate::IsNull { negated: true, .. } => return None,
        Predicate::IsNull { expr, .. } => (expr, false),
        Predicate::Any(parts) => return topic(scene, parts.first()?),
        Predicate::CompareExpr { .. } | Predicate::CompareQuery { .. } | Predicate::InQuery { .. } | Predicate::Exists { .. } => {
            return None;
        }
    };
    let column = expr.base_column()?;
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

/// People join a state or a place with one figure or one time; two figures, two times, or what rows are not beside what they are, come from
/// a generator.
fn mixes_conditions(scene: &Scene<'_, '_>) -> bool {
    let mut said: Vec<(ColumnRef, Topic, bool)> = Vec::new();
    for found in scene.conditions().filter_map(|p| topic(scene, p)) {
        if !said.iter().any(|(column, ..)| *column == found.0) {
            said.push(found);
        }
    }
    let averaged = scene.select.filter.iter().any(|p| matches!(p, Predicate::CompareQuery { .. }));
    let of = |topic: Topic| said.iter().filter(|(_, t, _)| *t == topic).count();
    let same_place = said.iter().any(|(a, t, _)| {
        let there = |(b, u, _): &&(ColumnRef, Topic, bool)| *t == Topic::Place && *u == Topic::Place && a.source == b.source;
        said.iter().filter(there).count() > 1
    });
    let measured = of(Topic::Life) + of(Topic::Time) + of(Topic::Number);
    said.len() > 3
        || (said.len() > 1 && said.iter().any(|(.., plain)| !plain))
        || measured > 1
        || (averaged && of(Topic::Number) > 0)
        || same_place
}

/// The lowest of what one row in twenty shares is known before one asks.
fn ranks_by_a_common_value(scene: &Scene<'_, '_>) -> bool {
    let common = |expr: &Expr, greatest: bool| {
        let field = expr.base_column().and_then(|c| scene.field(c));
        field.is_some_and(|f| {
            let at = |i: usize| f.profile.quantiles.get(i);
            let (end, next) = if greatest { (QUANTILES, QUANTILES - 1) } else { (0, 1) };
            f.profile.quantiles.len() > QUANTILES && at(end) == at(next)
        })
    };
    let select = scene.select;
    let figures = select.items.iter().any(|item| match &item.expr {
        Expr::Aggregate {
            func: func @ (Aggregate::Max | Aggregate::Min),
            arg: Some(arg),
            ..
        } => common(arg, *func == Aggregate::Max),
        Expr::Window { order, .. } => order.first().is_some_and(|key| common(&key.expr, key.descending)),
        _ => false,
    });
    let subquery = select.filter.iter().any(|p| match p {
        Predicate::CompareQuery { query, .. } => ranks_by_a_common_value(&Scene {
            world: scene.world,
            select: query,
            denied: false,
        }),
        _ => false,
    });
    let first = select.order.first().filter(|_| select.limit.is_some());
    let sorted = first.is_some_and(|key| matches!(key.expr, Expr::Column(_)) && common(&key.expr, key.descending));
    figures || subquery || sorted
}

/// "The highest price of books that cost less than 20": the bound is the answer.
fn measures_what_it_bounds(scene: &Scene<'_, '_>) -> bool {
    let measured = scene.select.items.iter().filter_map(|item| match &item.expr {
        Expr::Aggregate { arg: Some(arg), func, .. } if *func != Aggregate::Count => arg.base_column(),
        _ => None,
    });
    let bounded: Vec<&ColumnRef> = scene
        .select
        .filter
        .iter()
        .filter_map(|p| match p {
            Predicate::Compare { left, .. } => left.base_column(),
            Predicate::Between { expr, .. } | Predicate::During { expr, .. } | Predicate::In { expr, .. } => expr.base_column(),
            _ => None,
        })
        .collect();
    measured.into_iter().any(|column| bounded.contains(&column))
}

/// Groups and developments over time of a handful of rows.
fn groups_next_to_nothing(scene: &Scene<'_, '_>) -> bool {
    if scene.select.group.is_empty() {
        return false;
    }
    let least = match periods(scene) {
        Some(periods) => (periods * ROWS_A_PERIOD_MIN).max(GROUPED_ROWS_MIN),
        None => (values(scene) * ROWS_A_GROUP_MIN).max(GROUPED_ROWS_MIN),
    };
    let Some(rows) = scene.entity(0).map(|e| e.rows as f64) else {
        return false;
    };
    let kept: f64 = scene
        .select
        .filter
        .iter()
        .filter_map(|p| literals::share(scene.entity(topic(scene, p)?.0.source)?, p))
        .product();
    rows >= least && rows * kept < least
}

/// How many groups the values of several categories make, at most; none of one category alone, which shows the small ones among the large.
fn values(scene: &Scene<'_, '_>) -> f64 {
    let keys = scene.select.group.iter().filter_map(|key| scene.field(key.base_column()?));
    let distinct: Vec<f64> = keys.filter(|f| f.is_groupable()).map(|f| f.profile.distinct as f64).collect();
    if distinct.len() > 1 { distinct.iter().product() } else { 0.0 }
}

/// How many periods the rows fall into, where they are grouped by one of their own times.
fn periods(scene: &Scene<'_, '_>) -> Option<f64> {
    let (part, of, cut) = scene.select.group.iter().find_map(|key| match key {
        Expr::Part { part, of } => Some((*part, of, false)),
        Expr::Trunc { part, of } => Some((*part, of, true)),
        _ => None,
    })?;
    let column = of.base_column()?;
    let fixed = scene
        .select
        .filter
        .iter()
        .any(|p| matches!(p, Predicate::During { expr, .. } if expr.base_column() == Some(column)));
    let quantiles = &scene.field(column)?.profile.quantiles;
    let year = |value: Option<&Value>| Some(literals::year_month(&value?.to_string())?.0);
    let years = match (year(quantiles.first()), year(quantiles.last())) {
        (Some(first), Some(last)) if !fixed => f64::from(last - first + 1),
        _ => 1.0,
    };
    let in_year = match part {
        DatePart::Year => 1.0,
        DatePart::Quarter => 4.0,
        DatePart::Month => 12.0,
        DatePart::Weekday => 7.0,
    };
    Some(if cut || part == DatePart::Year { in_year * years } else { in_year })
}

/// A list of nothing but what its own conditions say.
fn shows_nothing_new(scene: &Scene<'_, '_>) -> bool {
    let fixed: Vec<&Expr> = scene
        .select
        .filter
        .iter()
        .filter_map(|p| match p {
            Predicate::Compare { left, op: Compare::Eq, .. } | Predicate::CompareQuery { left, op: Compare::Eq, .. } => Some(left),
            _ => None,
        })
        .collect();
    let items = &scene.select.items;
    scene.select.group.is_empty() && !items.is_empty() && items.iter().all(|item| fixed.contains(&&item.expr))
}

/// "Orders without lines of less than 10 dollars" denies twice; "without lines of exactly 3 pieces" denies next to nothing.
fn denies_a_small_amount(scene: &Scene<'_, '_>) -> bool {
    let small = |p: &Predicate| {
        let low = matches!(
            p,
            Predicate::Compare {
                op: Compare::Lt | Compare::LtEq | Compare::NotEq,
                ..
            } | Predicate::In { negated: true, .. }
        );
        let exact = matches!(p, Predicate::Compare { op: Compare::Eq, .. } | Predicate::Between { .. });
        topic(scene, p).is_some_and(|(_, topic, _)| match topic {
            Topic::Number => low || exact,
            Topic::State | Topic::Place => low,
            Topic::Life | Topic::Time => false,
        })
    };
    if scene.denied && scene.select.filter.iter().any(small) {
        return true;
    }
    scene.select.filter.iter().any(|p| match p {
        Predicate::InQuery { query, negated: true, .. } | Predicate::Exists { query, negated: true, .. } => denies_a_small_amount(&Scene {
            world: scene.world,
            select: query,
            denied: true,
        }),
        _ => false,
    })
}

/// What lies in one city lies in one country: neither is a part of the other's rows, and "which branch city has the most members in Lagos?"
/// names two cities.
fn splits_one_place(scene: &Scene<'_, '_>) -> bool {
    let is_place = |e: &Expr| e.base_column().and_then(|c| scene.field(c)).is_some_and(Field::is_place);
    if !scene.select.group.iter().any(is_place) {
        return false;
    }
    let listed = scene
        .select
        .items
        .iter()
        .any(|item| matches!(&item.expr, Expr::Joined { of, .. } if is_place(of)));
    listed
        || scene
            .conditions()
            .filter_map(|p| topic(scene, p))
            .any(|(_, topic, _)| topic == Topic::Place)
}

/// The latest birth is the youngest's, who is asked for by name.
fn measures_births(scene: &Scene<'_, '_>) -> bool {
    scene.select.items.iter().any(|item| match &item.expr {
        Expr::Aggregate {
            func: Aggregate::Max | Aggregate::Min,
            arg: Some(arg),
            ..
        } => arg.base_column().and_then(|c| scene.field(c)).is_some_and(Field::is_life_day),
        _ => false,
    })
}

/// Rows of one period, split or ranked by another of their times.
fn puts_one_time_into_another(scene: &Scene<'_, '_>) -> bool {
    let select = scene.select;
    let keys = select
        .group
        .iter()
        .chain(select.order.first().filter(|_| select.limit.is_some()).map(|key| &key.expr));
    let windows = select.items.iter().filter_map(|item| match &item.expr {
        Expr::Window { order, .. } => order.first().map(|key| &key.expr),
        _ => None,
    });
    let extremes = select.filter.iter().filter_map(|p| match p {
        Predicate::CompareQuery { left, op: Compare::Eq, .. } => Some(left),
        _ => None,
    });
    let times: Vec<&ColumnRef> = keys
        .chain(windows)
        .chain(extremes)
        .filter_map(Expr::base_column)
        .filter(|c| scene.field(c).is_some_and(Field::is_time))
        .collect();
    let of_another = |(column, t, _): (ColumnRef, Topic, bool)| {
        let dated = matches!(t, Topic::Time | Topic::Life);
        dated && times.iter().any(|time| **time != column)
    };
    scene.conditions().filter_map(|p| topic(scene, p)).any(of_another)
}

/// An active project has not ended: where a status and a time that not every row has come together, one of them says it all.
fn fixes_a_stage_twice(scene: &Scene<'_, '_>) -> bool {
    let stage = |f: &Field<'_>| f.words.noun.split(' ').any(|word| ["status", "stage", "phase"].contains(&word));
    let told: Vec<&Field<'_>> = scene
        .conditions()
        .filter_map(|p| topic(scene, p))
        .filter_map(|(column, ..)| scene.field(&column))
        .collect();
    let listed = scene
        .select
        .items
        .iter()
        .filter(|_| scene.select.distinct || scene.select.is_grouped());
    let listed = listed.filter_map(|item| match &item.expr {
        Expr::Column(column) => scene.field(column),
        Expr::Aggregate { distinct: true, arg, .. } => scene.field(arg.as_ref()?.base_column()?),
        _ => None,
    });
    // "each next to the average of all with the same status"
    let within = scene.select.items.iter().filter_map(|item| match &item.expr {
        Expr::Window { partition, .. } => scene.field(partition.first()?.base_column()?),
        _ => None,
    });
    let listed = listed.chain(within);
    let sorted = scene.select.order.first().and_then(|key| scene.field(key.expr.base_column()?));
    let stages = told.iter().copied().chain(listed).any(stage);
    stages && told.iter().copied().chain(sorted).any(|f| f.is_time() && f.has_nulls())
}

/// "One or three renewals" skips two: amounts are asked for as ranges, or as neighbours.
fn picks_amounts(scene: &Scene<'_, '_>) -> bool {
    let apart = |p: &Predicate| {
        let values: Vec<&Value> = match p {
            Predicate::In { values, .. } => values.iter().collect(),
            Predicate::Any(parts) => parts.iter().filter_map(amount).collect(),
            _ => return false,
        };
        let mut numbers: Vec<f64> = values.into_iter().filter_map(Value::as_f64).collect();
        numbers.sort_by(f64::total_cmp);
        let skips = numbers.windows(2).any(|two| matches!(two, [a, b] if b - a > 1.0));
        skips && is_amount(scene, p)
    };
    scene.conditions().any(apart)
}

/// Whether a condition is on a figure that more or less of makes sense of.
fn is_amount(scene: &Scene<'_, '_>, predicate: &Predicate) -> bool {
    let found = topic(scene, predicate).filter(|(_, topic, _)| *topic == Topic::Number);
    found.is_some_and(|(column, ..)| scene.field(&column).is_some_and(Field::is_measure))
}

/// The number that a column is to equal.
fn amount(predicate: &Predicate) -> Option<&Value> {
    match predicate {
        Predicate::Compare {
            op: Compare::Eq, value, ..
        } => value.as_f64().map(|_| value),
        _ => None,
    }
}

/// Rows of one exact amount and rows of another, or those born in one year and those born in the next, are not set against each other.
fn sets_amounts_apart(world: &World<'_>, left: &Select, right: &Select) -> bool {
    let odd = |select: &Select| {
        let scene = Scene {
            world,
            select,
            denied: false,
        };
        select.filter.iter().any(|p| {
            let life = topic(&scene, p).is_some_and(|(_, topic, _)| topic == Topic::Life);
            life || (amount(p).is_some() && is_amount(&scene, p))
        })
    };
    odd(left) && odd(right)
}

/// "Which five roles have the most assignments?", where there are five.
fn takes_all_groups(scene: &Scene<'_, '_>) -> bool {
    let (Some(limit), [Expr::Column(key)]) = (scene.select.limit, &scene.select.group[..]) else {
        return false;
    };
    limit > 1 && scene.field(key).is_some_and(|f| limit.saturating_mul(2) > f.profile.distinct)
}

/// Who looks for a piece of a name wants to see the names.
fn searches_without_names(scene: &Scene<'_, '_>) -> bool {
    let select = scene.select;
    let searched = select.filter.iter().any(|p| matches!(p, Predicate::Like { .. }));
    let tells = |item: &Item| match &item.expr {
        Expr::Column(column) => scene
            .entity(column.source)
            .zip(scene.field(column))
            .is_some_and(|(e, f)| f.in_key || e.words.display.contains(&column.column)),
        _ => true,
    };
    searched && !select.items.iter().any(tells)
}

/// "Cities with fewer than 45 members born in 1964": births are counted, groups are not chosen by them.
fn counts_few_births(scene: &Scene<'_, '_>) -> bool {
    let life = |p: &Predicate| topic(scene, p).is_some_and(|(_, topic, _)| topic == Topic::Life);
    !scene.select.having.is_empty() && scene.select.filter.iter().any(life)
}

/// The earliest of one thing and the average of another are two questions.
fn pairs_times_with_amounts(scene: &Scene<'_, '_>) -> bool {
    let measured = scene.select.items.iter().filter_map(|item| match &item.expr {
        Expr::Aggregate { arg: Some(arg), func, .. } if *func != Aggregate::Count => scene.field(arg.base_column()?),
        _ => None,
    });
    let times: Vec<bool> = measured.map(Field::is_time).collect();
    times.contains(&true) && times.contains(&false)
}

#[cfg(test)]
mod tests;
