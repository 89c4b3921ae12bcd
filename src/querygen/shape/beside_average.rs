//! Every row beside the average of its category: an aggregate over a window.

use super::Shape;
use crate::query::ir::{Body, Expr, Item, Window};
use crate::querygen::builder::{Builder, from, slug};
use crate::querygen::world::Entity;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "beside_average",
    about: "rows with a measure and the average of that measure over their category",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let fits = |e: &Entity<'_>| !e.such(|f| f.is_measure()).is_empty() && !e.such(|f| f.is_groupable()).is_empty();
    let subject = if b.chance(0.7) {
        b.thing(|_, e| fits(e))
    } else {
        b.subject(|_, e| fits(e))
    }?;
    let entity = b.entity(subject);
    let measure = b.field(entity, |f| f.is_measure())?;
    // Rows without a category have no group that a person would think of.
    let key = match b.field(entity, |f| f.is_groupable() && f.key != measure.key && !f.has_nulls()) {
        Some(key) => key,
        None => b.field(entity, |f| f.is_groupable() && f.key != measure.key)?,
    };
    let mut select = from(entity);
    select.items = b.show(entity, 0, 0);
    select.items.retain(|i| {
        i.expr
            .base_column()
            .is_some_and(|c| c.column != measure.column.name && c.column != key.column.name)
    });
    if select.items.is_empty() {
        return None;
    }
    select.items.push(Item::column(0, &measure.column.name));
    let average = Expr::Window {
        func: Window::Avg,
        arg: Some(Box::new(Expr::column(0, &measure.column.name))),
        partition: vec![Expr::column(0, &key.column.name)],
        order: Vec::new(),
    };
    select
        .items
        .push(Item::named(average, &format!("avg_{}", slug(&measure.words.noun))));
    if b.chance(0.5) {
        // Rows are cut before the window looks at them: "all branches" becomes all those with the condition.
        select.filter = b.conditions(entity, 0, 1, &[measure.column.name.clone(), key.column.name.clone()]);
    }
    Some(Body::Select(select))
}
