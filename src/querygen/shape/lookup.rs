//! One row by a value that tells rows apart: a key, a code, a name.

use super::Shape;
use crate::query::ir::Body;
use crate::querygen::builder::{Builder, columns_of, from};
use crate::querygen::literals;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "lookup",
    about: "columns of the one row that has a given key, code or name",
    often: 1.5,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let subject = b.subject(|_, _| true)?;
    let entity = b.entity(subject);
    let mut select = from(entity);
    select.filter = vec![literals::lookup(b.rng, b.usage, entity, 0)?];
    let used = columns_of(&select.filter[0]);
    // A key that stands for nothing outside the database is looked up by programs.
    let made_up = |name: &String| entity.field(name).is_some_and(|f| f.words.noun.ends_with(" key"));
    if !b.wide && used.iter().any(made_up) {
        return None;
    }
    let wanted = b.number(1, 3);
    let extra = b.show(entity, 0, wanted);
    select.items = extra
        .into_iter()
        .filter(|i| i.expr.base_column().is_some_and(|c| !used.contains(&c.column)))
        .collect();
    (!select.items.is_empty()).then_some(Body::Select(select))
}
