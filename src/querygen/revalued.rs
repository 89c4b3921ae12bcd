//! The same intent with other values: flights to Oslo, flights to Lima.
//!
//! What is plain is asked of every city, and of many bounds. Limits: comparisons with a value, in one SELECT or on both sides of a set;
//! subqueries stay as they are. Invariant: only values change, so the form of the SQL stays.

use super::literals::{another, are_opposite, bound};
use super::sense::is_asked;
use super::world::World;
use crate::kernel::seed::Rng;
use crate::query::ir::{Body, Compare, Predicate, Select};
use crate::schema::profile::QUANTILES;
use rand::RngExt;

/// The intent with other values; nothing where it has none that could be others, or nobody asks for them.
pub fn revalued(world: &World<'_>, rng: &mut Rng, body: &Body) -> Option<Body> {
    let mut out = body.clone();
    match &mut out {
        Body::Select(select) => change(world, rng, select),
        Body::SetOp { left, right, .. } => {
            let around_one = are_opposite(&left.filter, &right.filter);
            change(world, rng, left);
            change(world, rng, right);
            // "before 2003 and after 2003" stays around one value.
            if let (true, [Predicate::Compare { value, .. }], [Predicate::Compare { value: other, .. }]) =
                (around_one, &left.filter[..], &mut right.filter[..])
            {
                other.clone_from(value);
            }
        }
        _ => return None,
    }
    let same_sides = matches!(&out, Body::SetOp { left, right, .. } if left == right);
    (out != *body && !same_sides && is_asked(world, &out, true)).then_some(out)
}

fn change(world: &World<'_>, rng: &mut Rng, select: &mut Select) {
    let mut filter = std::mem::take(&mut select.filter);
    for predicate in &mut filter {
        match predicate {
            // Two values of one condition stay two.
            Predicate::Any(parts) => {
                let changed: Vec<Predicate> = parts.iter().map(|part| other(world, rng, select, part)).collect();
                if changed
                    .iter()
                    .enumerate()
                    .all(|(i, part)| !changed.iter().take(i).any(|before| before == part))
                {
                    *parts = changed;
                }
            }
            alone => *alone = other(world, rng, select, alone),
        }
    }
    select.filter = filter;
}

/// A comparison with another value of its column, or as it is.
fn other(world: &World<'_>, rng: &mut Rng, select: &Select, predicate: &Predicate) -> Predicate {
    let changed = |rng: &mut Rng| {
        let Predicate::Compare { left, op, .. } = predicate else {
            return None;
        };
        let column = left.base_column()?;
        let entity = world.entities.iter().find(|e| Some(e.id.as_str()) == select.table(column.source))?;
        if matches!(op, Compare::Eq | Compare::NotEq) {
            return another(rng, entity, predicate);
        }
        let value = bound(entity.field(&column.column)?, rng.random_range(1..QUANTILES))?;
        Some(Predicate::Compare {
            left: left.clone(),
            op: *op,
            value,
        })
    };
    changed(rng).unwrap_or_else(|| predicate.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{Column, LogicalIr, SqlType, Table, Value};
    use crate::kernel::seed::Seed;
    use crate::query::ir::{Expr, Item, SetOp};
    use crate::schema::lexicon::Lexicon;
    use crate::schema::profile::{ColumnProfile, Profile, TableProfile};

    fn compare(column: &str, op: Compare, value: Value) -> Predicate {
        Predicate::Compare {
            left: Expr::column(0, column),
            op,
            value,
        }
    }

    /// Every form that fifty seeds give.
    fn all_of(body: &Body) -> Vec<Body> {
        let schema = LogicalIr {
            tables: vec![Table {
                name: "car".into(),
                columns: vec![
                    Column::new("car_id", SqlType::Int32),
                    Column::new("color", SqlType::Text),
                    Column::new("weight", SqlType::Int32),
                ],
                primary_key: vec!["car_id".into()],
                ..Table::default()
            }],
            ..LogicalIr::default()
        };
        let colors = ["red", "green", "blue"].map(|c| (Value::Text(c.into()), 30));
        let measured = |name: &str, top: &[(Value, u64)]| ColumnProfile {
            column: name.into(),
            nulls: 0,
            distinct: if top.is_empty() { 90 } else { 3 },
            top: top.to_vec(),
            quantiles: (0..=QUANTILES).map(|i| Value::Int(i as i64 * 100)).collect(),
        };
        let profile = Profile {
            tables: vec![TableProfile {
                table: "car".into(),
                rows: 90,
                columns: vec![measured("car_id", &[]), measured("color", &colors), measured("weight", &[])],
            }],
            ..Profile::default()
        };
        let words = Lexicon::infer(&schema);
        let world = World::new(&schema, &words, &profile);
        let mut out: Vec<Body> = Vec::new();
        for i in 0..50 {
            if let Some(other) = revalued(&world, &mut Seed(1).index(i).rng(), body)
                && !out.contains(&other)
            {
                out.push(other);
            }
        }
        out
    }

    #[test]
    fn values_change_and_nothing_else_does() {
        let mut select = Select::from_table("car");
        select.items = vec![Item::column(0, "car_id")];
        assert!(
            all_of(&Body::Select(select.clone())).is_empty(),
            "without a value there is no other"
        );
        select.filter = vec![
            compare("color", Compare::Eq, Value::Text("red".into())),
            compare("weight", Compare::Gt, Value::Int(500)),
        ];
        let others = all_of(&Body::Select(select.clone()));
        assert!(others.len() > 5, "{others:?}");
        for other in others {
            let Body::Select(other) = other else { panic!("another body") };
            let [Predicate::Compare { left, op, value }, Predicate::Compare { op: above, .. }] = &other.filter[..] else {
                panic!("{:?}", other.filter)
            };
            assert!(*left == Expr::column(0, "color") && *op == Compare::Eq && *above == Compare::Gt);
            assert!(*value != Value::Text("red".into()));
            assert_eq!(
                Select {
                    filter: select.filter.clone(),
                    ..other
                },
                select
            );
        }
    }

    #[test]
    fn two_sets_stay_two() {
        let side = |color: &str| {
            let mut select = Select::from_table("car");
            select.items = vec![Item::column(0, "weight")];
            select.filter = vec![compare("color", Compare::Eq, Value::Text(color.into()))];
            select
        };
        let others = all_of(&Body::SetOp {
            op: SetOp::Intersect,
            left: side("red"),
            right: side("green"),
            of_values: true,
        });
        assert!(!others.is_empty());
        for other in others {
            assert!(
                matches!(&other, Body::SetOp { left, right, .. } if left.filter != right.filter),
                "{other:?}"
            );
        }
    }
}
