//! Groups of too few rows, and groups that are no groups of these rows.

use super::{Scene, Topic, topic};
use crate::ir::Value;
use crate::query::ir::{ColumnRef, Compare, DatePart, Expr, Predicate};
use crate::querygen::literals;
use crate::querygen::world::Field;

/// Fewer rows than this make no figure for each group and no development over time.
const GROUPED_ROWS_MIN: f64 = 12.0;

/// Fewer than this in each combination of categories, on average, are next to nothing.
const ROWS_A_GROUP_MIN: f64 = 2.0;

/// As few as this in a period, on average, show no development.
const ROWS_A_PERIOD_MIN: f64 = 5.0;

/// Groups and developments over time of a handful of rows.
pub(super) fn groups_next_to_nothing(scene: &Scene<'_, '_>) -> bool {
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

/// What lies in one city lies in one country: neither is a part of the other's rows, and "which branch city has the most members in Lagos?"
/// names two cities.
pub(super) fn splits_one_place(scene: &Scene<'_, '_>) -> bool {
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

/// Rows of one period, split or ranked by another of their times.
pub(super) fn puts_one_time_into_another(scene: &Scene<'_, '_>) -> bool {
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
    let measured = select.items.iter().filter_map(|item| match &item.expr {
        Expr::Aggregate { arg: Some(arg), .. } => Some(arg.as_ref()),
        _ => None,
    });
    let times: Vec<&ColumnRef> = keys
        .chain(windows)
        .chain(measured)
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

/// "Which five roles have the most assignments?", where there are five.
pub(super) fn takes_all_groups(scene: &Scene<'_, '_>) -> bool {
    let (Some(limit), [Expr::Column(key)]) = (scene.select.limit, &scene.select.group[..]) else {
        return false;
    };
    limit > 1 && scene.field(key).is_some_and(|f| limit.saturating_mul(2) > f.profile.distinct)
}

/// "Cities with fewer than 45 members born in 1964": births are counted, groups are not chosen by them.
pub(super) fn counts_few_births(scene: &Scene<'_, '_>) -> bool {
    let life = |p: &Predicate| topic(scene, p).is_some_and(|(_, topic, _)| topic == Topic::Life);
    !scene.select.having.is_empty() && scene.select.filter.iter().any(life)
}

/// "Above the average for sites with the same closing date": a day is no kind of row.
pub(super) fn compares_within_a_day(scene: &Scene<'_, '_>) -> bool {
    let correlated = scene.select.filter.iter().filter_map(|p| match p {
        Predicate::CompareQuery { query, .. } => query.filter.iter().find_map(|inner| match inner {
            Predicate::CompareExpr {
                right: Expr::OuterColumn(column),
                ..
            } => Some(column),
            _ => None,
        }),
        _ => None,
    });
    correlated.into_iter().any(|column| scene.is_day(column))
}
