//! Everything below or above a row along a key that refers to its own table: a recursive CTE.

use super::Shape;
use crate::ir::Value;
use crate::query::ir::{Aggregate, Body, Compare, Expr, Item, Join, OrderKey, Predicate, Select, Source};
use crate::querygen::builder::{Builder, columns_of, from, slug};
use crate::querygen::literals;
use crate::querygen::world::{Edge, Entity, Field};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "chain",
    about: "rows below or above a row along a self-reference, listed with their level or counted, and rows per level",
    often: 1.0,
    build,
};

/// Roles that two rows have for each other, and of whom nobody says that they stand above or below.
const MUTUAL: [&str; 19] = [
    "rival",
    "neighbor",
    "neighbour",
    "mother",
    "father",
    "colleague",
    "competitor",
    "spouse",
    "partner",
    "husband",
    "wife",
    "sibling",
    "brother",
    "sister",
    "twin",
    "friend",
    "opponent",
    "counterpart",
    "pair",
];

/// The column that counts steps.
const LEVEL: &str = "level";

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let world = b.world;
    // Where every row refers to one, some way up goes round in a circle; spouses are nobody's above or below.
    let ends = |e: &Edge<'_>| {
        if MUTUAL.contains(&e.words.role.rsplit(' ').next().unwrap_or_default()) {
            return false;
        }
        let referring = e.key.columns.first().and_then(|c| world.entities[e.child].field(c));
        referring.is_some_and(Field::has_nulls)
    };
    let edge = b.edge(|e| e.child == e.parent && e.key.columns.len() == 1 && world.entities[e.child].is_subject() && ends(e))?;
    let entity = b.entity(edge.child);
    let (refers, key) = (edge.key.columns.first()?, edge.key.ref_columns.first()?);
    if entity.field(LEVEL).is_some() {
        return None;
    }
    let form = b.number(0, 9);
    let down = form < 6 || form == 9;
    let whole = form == 9;
    let mut start = from(entity);
    start.filter = vec![if whole {
        Predicate::IsNull {
            expr: Expr::column(0, refers),
            negated: false,
        }
    } else {
        origin(b, entity, refers, key, down)?
    }];
    let counted = whole || form <= 1;
    let shown: Vec<String> = if counted {
        Vec::new()
    } else {
        b.naming(entity).iter().map(|f| f.column.name.clone()).collect()
    };
    // What the next step needs: the key downwards, the reference upwards.
    let mut carried = vec![if down { key.clone() } else { refers.clone() }];
    carried.extend(shown.iter().filter(|c| !carried.contains(c)).cloned().collect::<Vec<_>>());
    let columns = || carried.iter().map(|c| Item::column(0, c));
    start.items = columns().collect();
    start.items.push(Item::named(Expr::Number(i64::from(whole)), LEVEL));
    let mut step = from(entity);
    step.sources.push(Source::Stage);
    step.joins.push(Join {
        left: 0,
        key: edge.key.clone(),
        to_parent: down,
        outer: false,
    });
    step.items = columns().collect();
    step.items.push(Item {
        expr: Expr::Next(Box::new(Expr::column(1, LEVEL))),
        alias: None,
    });
    let mut outer = Select {
        sources: vec![Source::Stage],
        ..Select::default()
    };
    let level = Expr::column(0, LEVEL);
    if !whole {
        outer.filter = vec![Predicate::Compare {
            left: level.clone(),
            op: Compare::Gt,
            value: Value::Int(0),
        }];
    }
    let count = Item::named(
        Expr::aggregate(Aggregate::Count, None),
        &format!("{}_count", slug(&entity.words.singular)),
    );
    if whole {
        outer.items = vec![Item::column(0, LEVEL), count];
        outer.group = vec![level.clone()];
    } else if counted {
        outer.items = vec![count];
    } else {
        outer.items = shown.iter().map(|c| Item::column(0, c)).collect();
        outer.items.push(Item::column(0, LEVEL));
        if !down {
            // One above the other: there is only one order.
            outer.order = vec![OrderKey {
                expr: level,
                descending: false,
                tie_break: false,
            }];
        }
    }
    Some(Body::Chain {
        name: if down { "below" } else { "above" }.to_owned(),
        start,
        step,
        outer,
    })
}

/// A row to start from: downwards one that others refer to.
fn origin(b: &mut Builder<'_, '_>, entity: &Entity<'_>, refers: &str, key: &str, down: bool) -> Option<Predicate> {
    if !down || b.chance(0.3) {
        // From two rows of one name two trees would be mixed.
        let found = literals::lookup(b.rng, b.usage, entity, 0)?;
        let own = columns_of(&found)
            .iter()
            .filter_map(|c| entity.field(c))
            .all(|f| f.stays_unique(entity.table));
        return own.then_some(found);
    }
    let used: Vec<&Value> = entity.field(refers)?.profile.top.iter().map(|(value, _)| value).collect();
    Some(Predicate::Compare {
        left: Expr::column(0, key),
        op: Compare::Eq,
        value: (*b.one_of(&used)?).clone(),
    })
}
