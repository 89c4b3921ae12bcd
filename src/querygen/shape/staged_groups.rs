//! Groups computed first, then looked at together: a CTE.
//!
//! Three questions: which groups lie above the average group, what the average (or greatest, least) group is, how many groups pass a bound.

use super::Shape;
use crate::ir::Value;
use crate::query::ir::{Aggregate, Body, Compare, Expr, Item, Predicate, Select, Source};
use crate::querygen::builder::{Builder, aggregate_alias, columns_of, count_condition, from};
use crate::querygen::world::Field;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "staged_groups",
    about: "totals per row or category in a CTE, then those above average, their mean, or how many pass a bound",
    often: 1.0,
    build,
};

/// As many rows a group are not few.
const FEW: f64 = 1.5;

/// Groups with a figure each, to be looked at together.
pub(super) struct Groups {
    /// One row a group.
    pub(super) stage: Select,
    /// The figure.
    pub(super) measure: Expr,
    /// Its name.
    pub(super) alias: String,
    /// Names of the other columns.
    pub(super) names: Vec<String>,
    /// Mean number of rows of a group.
    pub(super) mean: f64,
}

impl Groups {
    /// Whether the figure is a count of rows.
    pub(super) fn are_counted(&self) -> bool {
        let count = Aggregate::Count;
        matches!(&self.measure, Expr::Aggregate { func, .. } if *func == count)
    }

    /// Only those above the average group, with all their columns: a SELECT over the stage.
    pub(super) fn above_average(&self) -> Select {
        let total = Expr::column(0, &self.alias);
        let stage = || Select {
            sources: vec![Source::Stage],
            ..Select::default()
        };
        let (mut above, mut average) = (stage(), stage());
        above.items = self.names.iter().map(|n| Item::column(0, n)).collect();
        above.items.push(Item::column(0, &self.alias));
        average.items = vec![Item {
            expr: Expr::aggregate(Aggregate::Avg, Some(total.clone())),
            alias: None,
        }];
        // Below it would leave open whether rows without any count.
        above.filter = vec![Predicate::CompareQuery {
            left: total,
            op: Compare::Gt,
            query: Box::new(average),
        }];
        above
    }
}

/// Totals per row that others refer to.
pub(super) fn groups(b: &mut Builder<'_, '_>) -> Option<Groups> {
    let world = b.world;
    let edge = b.relation(|e| {
        e.child != e.parent
            && !world.entities[e.child].table.is_unique(&e.key.columns)
            && world.entities[e.parent].is_subject()
            && !world.entities[e.child].words.bridge
    })?;
    let (child, parent) = (b.entity(edge.child), b.entity(edge.parent));
    let mut stage = from(child);
    let source = stage.join(0, edge.key, &parent.id, true, false);
    let (group, shown) = b.group_by_entity(parent, source);
    // Averages and extremes of groups, looked at together again, are nobody's question; so are sums of what does not add up.
    let plain = !edge.words.children.ends_with("them");
    let summed = b.field(child, |f| f.adds_up()).filter(|_| plain && b.chance(0.3));
    let (measure, alias) = match summed {
        Some(field) => (
            Expr::aggregate(Aggregate::Sum, Some(Expr::column(0, &field.column.name))),
            aggregate_alias(Aggregate::Sum, &field.words.noun),
        ),
        None => b.aggregate(child, 0, 1.0),
    };
    stage.group = group;
    stage.items = shown.clone();
    stage.items.push(Item::named(measure.clone(), &alias));
    let n = b.number(0, 1);
    let avoid: Vec<String> = measure.base_column().map(|c| c.column.clone()).into_iter().collect();
    if measure.base_column().is_none() {
        // A total of some of the rows, above the average total of those, has to be read twice.
        stage.filter = b.plain_conditions(child, 0, n, &avoid);
        let amount = |p: &Predicate| columns_of(p).iter().filter_map(|name| child.field(name)).any(Field::is_measure);
        stage.filter.retain(|p| !amount(p));
    }
    // Stage columns carry the names of the columns shown; two of one name would be ambiguous.
    let names: Vec<String> = shown
        .iter()
        .filter_map(|i| i.expr.base_column().map(|c| c.column.clone()))
        .collect();
    if names.contains(&alias) {
        return None;
    }
    let mean = child.rows as f64 / parent.rows.max(1) as f64;
    Some(Groups {
        stage,
        measure,
        alias,
        names,
        mean,
    })
}

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let groups = groups(b)?;
    let counted = groups.are_counted();
    let alias = &groups.alias;
    let total = Expr::column(0, alias);
    let mut outer = Select {
        sources: vec![Source::Stage],
        ..Select::default()
    };
    match b.number(0, 2) {
        0 => outer = groups.above_average(),
        1 => {
            let func = b.one_of(&[Aggregate::Avg, Aggregate::Avg, Aggregate::Max])?;
            outer.items = vec![Item::named(
                Expr::aggregate(func, Some(total)),
                &format!("{}_{alias}", prefix(func)),
            )];
        }
        _ => {
            if !counted {
                return None;
            }
            let (op, n) = match count_condition(b.rng, groups.mean.max(1.0)) {
                // Rows without any are in no group, and "fewer than three" would take them in.
                (Compare::Lt, n) if n <= 3 => (Compare::Eq, 1),
                (Compare::Lt, n) => (Compare::GtEq, n),
                // "More than one copy" is what nearly every branch has.
                (Compare::Gt, 1) if groups.mean > FEW => (Compare::Gt, groups.mean as i64),
                bound => bound,
            };
            outer.items = vec![Item::named(Expr::aggregate(Aggregate::Count, None), "group_count")];
            outer.filter = vec![Predicate::Compare {
                left: total,
                op,
                value: Value::Int(n),
            }];
        }
    }
    let name = if counted { "counts" } else { "totals" };
    Some(Body::Staged {
        name: name.to_owned(),
        stage: groups.stage,
        outer,
    })
}

fn prefix(func: Aggregate) -> &'static str {
    match func {
        Aggregate::Max => "max",
        Aggregate::Min => "min",
        _ => "avg",
    }
}
