//! Rows with one value of a category beside those with another: filtered counts.

use super::Shape;
use crate::ir::Value;
use crate::query::ir::{Aggregate, Body, Compare, Expr, Item, Predicate};
use crate::querygen::builder::{Builder, slug};
use crate::querygen::literals;
use crate::querygen::world::Field;
use crate::schema::role::Role;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "two_values",
    about: "for each group, how many rows have one value of a category or flag and how many another",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    // "Not marked as ..." leaves open whether rows that say neither are meant.
    let of_kind = |f: &Field<'_>| f.role() == Role::Category || (f.role() == Role::Flag && !f.has_nulls());
    let fits = |f: &Field<'_>| of_kind(f) && !f.in_key && (2..=12).contains(&f.profile.distinct);
    let (mut select, entity, avoid) = b.grouped(|e| !e.such(fits).is_empty())?;
    let field = b.field(entity, |f| fits(f) && !avoid.contains(&f.column.name))?;
    let usable: Vec<&Value> = field
        .profile
        .top
        .iter()
        .map(|(v, _)| v)
        .filter(|v| literals::sayable(v))
        .take(6)
        .collect();
    let first = (*b.one_of(&usable)?).clone();
    let second = (*b.one_of(&usable)?).clone();
    if first == second {
        return None;
    }
    for value in [first, second] {
        let alias = match &value {
            Value::Bool(true) => slug(&field.words.noun),
            Value::Bool(false) => format!("not_{}", slug(&field.words.noun)),
            other => slug(&other.to_string()),
        };
        let figure = Expr::Aggregate {
            func: Aggregate::Count,
            distinct: false,
            arg: None,
            filter: Some(Box::new(Predicate::Compare {
                left: Expr::column(0, &field.column.name),
                op: Compare::Eq,
                value,
            })),
        };
        select.items.push(Item::named(figure, &format!("{alias}_count")));
    }
    // For rows referred to, "with any" would have to be said of the filtered rows.
    if select.joins.is_empty() && b.chance(0.25) {
        let mut avoid = avoid;
        avoid.push(field.column.name.clone());
        select.filter = b.conditions(entity, 0, 1, &avoid);
    }
    Some(Body::Select(select))
}
