//! Groups computed first, those above average taken from them, and then a question about these: two CTEs, the second reading the first.

use super::{Shape, staged_groups};
use crate::query::ir::{Aggregate, Body, Expr, Item, Select, Source};
use crate::querygen::builder::Builder;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "chained_groups",
    about: "totals per row in a CTE, those above average in a second, then how many they are",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let groups = staged_groups::groups(b)?;
    let second = groups.above_average();
    let counted = groups.are_counted();
    let mut outer = Select {
        sources: vec![Source::Stage],
        ..Select::default()
    };
    outer.items = vec![Item::named(Expr::aggregate(Aggregate::Count, None), "group_count")];
    let first = if counted { "counts" } else { "totals" };
    Some(Body::Steps {
        names: [first.to_owned(), "above_average".to_owned()],
        first: groups.stage,
        second,
        outer,
    })
}
