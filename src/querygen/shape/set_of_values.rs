//! Values of a column among rows with one condition and rows with another, combined by a set operation.

use super::Shape;
use crate::query::ir::{Body, Item, SetOp};
use crate::querygen::builder::{Builder, columns_of, from};
use crate::querygen::literals;
use crate::querygen::world::Field;
use crate::schema::role::Role;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "set_of_values",
    about: "values of a category among two sets of rows, combined by a set operation",
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let groupable = |f: &Field<'_>| f.is_groupable() && f.role() != Role::Flag && f.profile.distinct >= 4;
    let subject = b.subject(|_, e| !e.such(groupable).is_empty())?;
    let entity = b.entity(subject);
    let field = b.field(entity, groupable)?;
    let avoid = [field.column.name.clone()];
    let mut left = from(entity);
    left.items = vec![Item::column(0, &field.column.name)];
    let mut right = left.clone();
    left.filter = b.conditions(entity, 0, 1, &avoid);
    // Two unrelated conditions on one column overlap, or exclude each other, whatever the data says.
    let other = [&avoid[..], &left.filter.iter().flat_map(columns_of).collect::<Vec<_>>()].concat();
    right.filter = if let (Some(first), true) = (left.filter.first(), b.chance(0.35)) {
        literals::opposite(b.rng, entity, first).into_iter().collect()
    } else {
        b.conditions(entity, 0, 1, &other)
    };
    let op = b.one_of(&[SetOp::Intersect, SetOp::Except, SetOp::Union])?;
    let fit = !left.filter.is_empty() && !right.filter.is_empty() && left.filter != right.filter;
    let everything = op == SetOp::Union && literals::are_opposite(&left.filter, &right.filter);
    (fit && !everything).then_some(Body::SetOp { op, left, right })
}
