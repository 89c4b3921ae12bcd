//! Rows sorted into bands of a measure, with bounds that a person would choose: CASE.

use super::Shape;
use crate::ir::Value;
use crate::query::ir::{Aggregate, Body, Expr, Item, Predicate, Window};
use crate::querygen::builder::{Builder, aggregate_alias, from, slug};
use crate::querygen::literals;
use crate::querygen::world::Field;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "bands",
    about: "rows in bands of a measure (cheap, medium, expensive) counted, averaged, as a share of all, or each with its band",
    often: 1.0,
    build,
};

/// How low, middle and high values of a noun are called; the last entry is for all others.
const CALLED: &[(&[&str], [&str; 3])] = &[
    (&["price", "fare", "fee"], ["cheap", "mid-priced", "expensive"]),
    (&["duration", "length", "pages", "minutes", "words"], ["short", "medium", "long"]),
    (&["weight"], ["light", "medium", "heavy"]),
    (&["size", "area", "capacity", "seats", "population"], ["small", "medium", "large"]),
    (&[], ["low", "medium", "high"]),
];

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let fits = |f: &Field<'_>| f.is_measure() && f.profile.distinct > 8;
    let subject = b.subject(|_, e| !e.such(fits).is_empty())?;
    let entity = b.entity(subject);
    let field = b.field(entity, fits)?;
    let bounds = [b.number(5, 8), b.number(12, 16)].map(|at| literals::bound(field, at));
    let [Some(low), Some(high)] = bounds else { return None };
    let least = field.profile.quantiles.first()?.as_f64()?;
    if low.as_f64()? >= high.as_f64()? || low.as_f64()? <= least {
        return None;
    }
    let column = Expr::column(0, &field.column.name);
    let band = Expr::Band {
        of: Box::new(column.clone()),
        labels: labels(b, field, &low, &high),
        bounds: vec![low, high],
    };
    let alias = format!("{}_band", slug(&field.words.noun));
    if entity.field(&alias).is_some() {
        return None;
    }
    let mut select = from(entity);
    // A row without a value has no band, and may be meant all the same.
    let listed = b.chance(0.2) && !field.has_nulls();
    select.filter = if listed {
        let n = b.number(1, 2);
        b.conditions(entity, 0, n, std::slice::from_ref(&field.column.name))
    } else {
        let n = b.number(0, 1);
        b.conditions(entity, 0, n, std::slice::from_ref(&field.column.name))
    };
    if field.has_nulls() {
        select.filter.push(Predicate::IsNull {
            expr: column,
            negated: true,
        });
    }
    if listed {
        select.items = b.naming(entity).iter().map(|f| Item::column(0, &f.column.name)).collect();
        select.items.push(Item::named(band, &alias));
        return Some(Body::Select(select));
    }
    select.group = vec![band.clone()];
    select.items = vec![Item::named(band, &alias)];
    let count = || Expr::aggregate(Aggregate::Count, None);
    let counted = format!("{}_count", slug(&entity.words.singular));
    let other = b.field(entity, |f| f.is_measure() && f.key != field.key);
    match (b.number(0, 9), other) {
        (0..=2, _) => {
            let whole = Expr::Window {
                func: Window::Sum,
                arg: Some(Box::new(count())),
                partition: Vec::new(),
                order: Vec::new(),
            };
            let share = Expr::Percent {
                part: Box::new(count()),
                whole: Box::new(whole),
            };
            select.items.push(Item::named(share, "percentage"));
        }
        (3..=4, Some(other)) => {
            let func = Aggregate::Avg;
            let figure = Expr::aggregate(func, Some(Expr::column(0, &other.column.name)));
            select.items.push(Item::named(figure, &aggregate_alias(func, &other.words.noun)));
        }
        _ => select.items.push(Item::named(count(), &counted)),
    }
    Some(Body::Select(select))
}

/// Words for low, middle and high, or the bounds themselves.
fn labels(b: &mut Builder<'_, '_>, field: &Field<'_>, low: &Value, high: &Value) -> Vec<String> {
    if b.chance(0.4) {
        return vec![format!("under {low}"), format!("{low} to under {high}"), format!("{high} or more")];
    }
    let heard = |words: &[&str]| words.is_empty() || field.words.noun.split(' ').any(|w| words.contains(&w));
    let called = CALLED.iter().find(|(words, _)| heard(words));
    called.map(|(_, labels)| labels.map(str::to_owned).to_vec()).unwrap_or_default()
}
