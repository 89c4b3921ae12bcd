//! How many rows have each element of an array: UNNEST in a CTE, then grouped.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Expr, Item, Select, Source};
use crate::querygen::builder::{Builder, from, slug};
use crate::schema::morphology::singular;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "array_counts",
    about: "how often each element of an array occurs",
    often: 1.0,
    build,
};

/// Name of the CTE in the SQL.
const NAME: &str = "elements";

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let subject = b.subject(|_, e| !e.such(|f| f.has_elements()).is_empty())?;
    let entity = b.entity(subject);
    let field = b.field(entity, |f| f.has_elements())?;
    let element = slug(&singular(&field.words.plural));
    if entity.field(&element).is_some() {
        return None;
    }
    let mut stage = from(entity);
    let array = Expr::column(0, &field.column.name);
    stage.items = vec![Item::named(Expr::Unnested(Box::new(array)), &element)];
    if b.chance(0.7) {
        stage.filter = b.plain_conditions(entity, 0, 1, &[]);
    }
    let outer = Select {
        sources: vec![Source::Stage],
        items: vec![
            Item::column(0, &element),
            Item::named(
                Expr::aggregate(Aggregate::Count, None),
                &format!("{}_count", slug(&entity.words.singular)),
            ),
        ],
        group: vec![Expr::column(0, &element)],
        ..Select::default()
    };
    Some(Body::Staged {
        name: NAME.to_owned(),
        stage,
        outer,
    })
}
