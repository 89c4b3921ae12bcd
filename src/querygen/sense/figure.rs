//! Figures that nobody wants to know.

use super::{Scene, Topic, topic};
use crate::query::ir::{Aggregate, ColumnRef, Compare, Expr, Item, Predicate, Window};
use crate::querygen::world::Field;
use crate::schema::profile::QUANTILES;
use crate::schema::role::Role;

/// The lowest of what one row in twenty shares is known before one asks.
pub(super) fn ranks_by_a_common_value(scene: &Scene<'_, '_>) -> bool {
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
    // The first of each comes after what tells the groups apart.
    let first = match (select.distinct_on.len(), select.limit) {
        (0, None) => None,
        (keys, _) => select.order.get(keys),
    };
    let sorted = first.is_some_and(|key| matches!(key.expr, Expr::Column(_)) && common(&key.expr, key.descending));
    figures || subquery || sorted
}

/// "The highest price of books that cost less than 20": the bound is the answer.
pub(super) fn measures_what_it_bounds(scene: &Scene<'_, '_>) -> bool {
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

/// The latest birth is the youngest's, who is asked for by name.
pub(super) fn measures_births(scene: &Scene<'_, '_>) -> bool {
    scene.select.items.iter().any(|item| match &item.expr {
        Expr::Aggregate {
            func: Aggregate::Max | Aggregate::Min,
            arg: Some(arg),
            ..
        } => arg.base_column().and_then(|c| scene.field(c)).is_some_and(Field::is_life_day),
        _ => false,
    })
}

/// The earliest of one thing and the average of another are two questions.
pub(super) fn pairs_times_with_amounts(scene: &Scene<'_, '_>) -> bool {
    let measured = scene.select.items.iter().filter_map(|item| match &item.expr {
        Expr::Aggregate { arg: Some(arg), func, .. } if *func != Aggregate::Count => scene.field(arg.base_column()?),
        _ => None,
    });
    let times: Vec<bool> = measured.map(Field::is_time).collect();
    times.contains(&true) && times.contains(&false)
}

/// "How many distinct review dates have customers ...?"
pub(super) fn counts_days(scene: &Scene<'_, '_>) -> bool {
    scene.select.items.iter().any(|item| match &item.expr {
        Expr::Aggregate {
            distinct: true,
            arg: Some(arg),
            ..
        } => arg.base_column().is_some_and(|column| scene.is_day(column)),
        _ => false,
    })
}

/// "The longest stay of guests without a phone number": who lacks a number is listed and counted, not measured.
pub(super) fn measures_those_without(scene: &Scene<'_, '_>) -> bool {
    let select = scene.select;
    let measured = |item: &Item| match &item.expr {
        Expr::Aggregate { func, .. } => *func != Aggregate::Count,
        Expr::Joined { .. } | Expr::Window { .. } | Expr::Percent { .. } => true,
        _ => false,
    };
    let told = select.items.iter().any(measured) || !select.group.is_empty();
    let shown = |expr: &Expr| select.items.iter().any(|item| item.expr.base_column() == expr.base_column());
    told && select.filter.iter().any(|p| match p {
        Predicate::IsNull { expr, .. } => {
            let field = expr.base_column().and_then(|c| scene.field(c));
            field.is_some_and(|f| matches!(f.role(), Role::Code | Role::Identifier | Role::FreeText)) && !shown(expr)
        }
        _ => false,
    })
}

/// "Which ten customers have the highest total fee of orders with a tip of at most 10": groups that are ranked by a figure, or share one out, are not
/// bounded by another figure as well.
pub(super) fn ranks_some_amounts(scene: &Scene<'_, '_>) -> bool {
    let select = scene.select;
    let shared = |item: &Item| matches!(&item.expr, Expr::Percent { part, .. } if part.base_column().is_some() && select.group.len() == 1);
    let ranks = select.items.iter().any(shared) || (select.limit.is_some() && !select.group.is_empty());
    let number = |p: &Predicate| topic(scene, p).is_some_and(|(_, topic, _)| topic == Topic::Number);
    ranks && select.filter.iter().any(number)
}

/// "List the IDs of all absences, sorted by end date", which is not shown; "which three have the latest dates? Show their amounts."
pub(super) fn sorts_by_what_is_unseen(scene: &Scene<'_, '_>) -> bool {
    let select = scene.select;
    let Some(Expr::Column(by)) = select.order.first().map(|key| &key.expr) else {
        return false;
    };
    let named = |column: &ColumnRef| {
        scene.entity(column.source).is_some_and(|e| {
            let key = e.table.primary_key.contains(&column.column) && select.limit.is_some();
            key || e.words.display.contains(&column.column)
        })
    };
    let tells = |item: &Item| match &item.expr {
        Expr::Column(column) => column == by || named(column),
        _ => true,
    };
    // The first of each comes after what tells the groups apart.
    let plain = select.group.is_empty() && select.distinct_on.is_empty();
    plain && !select.items.is_empty() && !select.items.iter().any(tells)
}

/// "Rank authors not from Brazil by date of death", "rank loans with a fine between 5 and 10 by return date": a calendar is ranked of all rows, or
/// of those of one kind.
pub(super) fn ranks_times_of_some(scene: &Scene<'_, '_>) -> bool {
    let by_time = |item: &Item| match &item.expr {
        Expr::Window {
            func: Window::Rank | Window::DenseRank,
            order,
            ..
        } => order
            .first()
            .and_then(|key| scene.field(key.expr.base_column()?))
            .is_some_and(Field::is_time),
        _ => false,
    };
    let odd = |p: &Predicate| topic(scene, p).is_some_and(|(_, topic, plain)| !plain || matches!(topic, Topic::Number | Topic::Life));
    scene.select.items.iter().any(by_time) && scene.select.filter.iter().any(odd)
}

/// "How many ship modes are there, and how many of them have the contract SM-037?": one row's own text is looked up, not counted.
pub(super) fn counts_one_code(scene: &Scene<'_, '_>) -> bool {
    let own = |p: &Predicate| match p {
        Predicate::Compare { left: expr, .. } | Predicate::In { expr, .. } => {
            let field = expr.base_column().and_then(|c| scene.field(c));
            field.is_some_and(|f| matches!(f.role(), Role::Code | Role::Identifier | Role::Name | Role::FreeText))
        }
        _ => false,
    };
    scene
        .select
        .items
        .iter()
        .filter_map(|item| super::figure_filter(&item.expr))
        .any(own)
}

/// "How many distinct airports do flights from OSL depart from?", "the number of languages named Danish of each country": it is one.
pub(super) fn counts_what_is_one(scene: &Scene<'_, '_>) -> bool {
    let select = scene.select;
    let fixed = |column: &ColumnRef| {
        let is = |p: &Predicate| matches!(p, Predicate::Compare { left: Expr::Column(c), op: Compare::Eq, .. } if c == column);
        select.filter.iter().any(is)
    };
    let counted = select.items.iter().any(|item| match &item.expr {
        Expr::Aggregate {
            func: Aggregate::Count,
            distinct: true,
            arg: Some(arg),
            ..
        } => arg.base_column().is_some_and(fixed),
        _ => false,
    });
    // The rows of a parent, whose own part of the key is fixed.
    let Some(rows) = scene.entity(0) else { return false };
    let groups = |column: &ColumnRef| select.group.iter().any(|key| matches!(key, Expr::Column(c) if c == column));
    let own = |name: &String| ColumnRef {
        source: 0,
        column: name.clone(),
    };
    let of_group = |name: &String| {
        let by_parent = select.joins.iter().zip(1..).any(|(join, source)| {
            let key = |column: &String| ColumnRef {
                source,
                column: column.clone(),
            };
            join.left == 0 && join.to_parent && join.key.columns.contains(name) && join.key.ref_columns.iter().all(|c| groups(&key(c)))
        });
        by_parent || groups(&own(name))
    };
    let key = &rows.table.primary_key;
    let single = key.iter().any(|c| fixed(&own(c))) && key.iter().all(|c| fixed(&own(c)) || of_group(c));
    counted || single && select.is_grouped()
}

/// "The total weight of donors": nobody weighs people together.
pub(super) fn weighs_people_together(scene: &Scene<'_, '_>) -> bool {
    let body = |c: &ColumnRef| {
        let person = scene.entity(c.source).is_some_and(|e| e.words.person);
        person && scene.field(c).is_some_and(|f| f.words.noun.split(' ').any(|w| w == "weight"))
    };
    scene.select.items.iter().any(|item| match &item.expr {
        Expr::Aggregate {
            func: Aggregate::Sum,
            arg: Some(arg),
            ..
        } => arg.base_column().is_some_and(body),
        _ => false,
    })
}
