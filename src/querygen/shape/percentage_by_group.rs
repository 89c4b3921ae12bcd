//! What share of each group's rows satisfies a condition: a filtered count over a count.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Compare, Expr, Item, Predicate};
use crate::querygen::builder::{Builder, columns_of};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "percentage_by_group",
    about: "what percentage of the rows of each category, or of each row referred to, satisfies a condition",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let (mut select, entity, mut avoid) = b.grouped(|_| true)?;
    let some = b.conditions(entity, 0, 1, &avoid).pop()?;
    let not_one = matches!(
        some,
        Predicate::Compare { op: Compare::NotEq, .. } | Predicate::In { negated: true, .. }
    );
    if matches!(some, Predicate::During { month: Some(_), .. }) || (not_one && !b.wide) {
        // A month of many years is next to nothing of each group, and all but one value next to everything.
        return None;
    }
    avoid.extend(columns_of(&some));
    avoid.extend(entity.such(|f| f.is_time()).into_iter().map(|f| f.column.name.clone()));
    if b.chance(0.25) {
        select.filter = b.conditions(entity, 0, 1, &avoid);
    }
    let part = Expr::Aggregate {
        func: Aggregate::Count,
        distinct: false,
        arg: None,
        filter: Some(Box::new(some)),
    };
    let share = Expr::Percent {
        part: Box::new(part),
        whole: Box::new(Expr::aggregate(Aggregate::Count, None)),
    };
    select.items.push(Item::named(share, "percentage"));
    Some(Body::Select(select))
}
