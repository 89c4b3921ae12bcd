//! How many rows there are, and how many of them satisfy a condition: `COUNT(*) FILTER (WHERE ...)`.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Expr, Item};
use crate::querygen::builder::{Builder, columns_of, from, slug};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "filtered_count",
    about: "rows, and those of them that satisfy a condition, counted together",
    often: 0.4,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let subject = b.subject(|_, _| true)?;
    let entity = b.entity(subject);
    let noun = slug(&entity.words.singular);
    let some = b.conditions(entity, 0, 1, &[]).pop()?;
    let mut select = from(entity);
    select.filter = b.conditions(entity, 0, 1, &columns_of(&some));
    let part = Expr::Aggregate {
        func: Aggregate::Count,
        distinct: false,
        arg: None,
        filter: Some(Box::new(some)),
    };
    let all = Expr::aggregate(Aggregate::Count, None);
    select.items = if b.chance(0.5) {
        vec![Item::named(all, &format!("{noun}_count")), Item::named(part, "matching_count")]
    } else {
        vec![Item::named(
            Expr::Percent {
                part: Box::new(part),
                whole: Box::new(all),
            },
            "percentage",
        )]
    };
    Some(Body::Select(select))
}
