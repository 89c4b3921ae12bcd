//! A plainer form of an intent: fewer columns, fewer conditions, one row instead of several.
//!
//! Shapes add to what they are about what people may add: a second column, another condition, three rows instead of one. A wide recipe
//! wants each of its forms without those too. Limits: one SELECT or two sides of a set; subqueries stay as they are.
//! Invariant: a plainer intent still says what its shape is about: it keeps its subqueries, its groups, its order, every table that it joins, and
//! a condition where nothing else chooses its rows.

use super::sense::is_asked;
use super::world::World;
use crate::kernel::seed::Rng;
use crate::query::ir::{Body, Compare, Expr, Item, Predicate, Select};
use rand::RngExt;

/// One of the plainer forms; nothing where there is none, or nobody asks for it.
pub fn plainer(world: &World<'_>, rng: &mut Rng, body: &Body) -> Option<Body> {
    let mut out = body.clone();
    match &mut out {
        Body::Select(select) if select.distinct_on.is_empty() => {
            fewer_columns(rng, select);
            fewer_conditions(world, rng, select);
            select.order.retain(|key| !key.tie_break);
            if select.limit.is_some() {
                select.limit = Some(1);
            }
        }
        Body::SetOp { left, right, .. } if left.items.len() > 1 => {
            // Two rows that share what is shown would be one.
            let apart: Vec<usize> = (0..left.items.len()).filter(|i| tells_apart(world, left, *i)).collect();
            let only = *apart.get(rng.random_range(0..apart.len().max(1)))?;
            for side in [left, right] {
                side.items = side.items.get(only).cloned().into_iter().collect();
            }
        }
        _ => return None,
    }
    (out != *body && is_whole(&out) && is_asked(world, &out, true)).then_some(out)
}

/// Of several plain columns, or figures, one or two; of groups chosen by a figure mostly what tells them apart.
fn fewer_columns(rng: &mut Rng, select: &mut Select) {
    let column = |item: &Item| matches!(item.expr, Expr::Column(_));
    let figure = |item: &Item| matches!(item.expr, Expr::Aggregate { .. });
    if select.is_grouped() {
        let chosen = select.limit.is_some() || !select.having.is_empty();
        if chosen && rng.random_bool(0.7) && select.items.iter().any(column) {
            select.items.retain(|item| !figure(item));
        }
    } else if select.items.iter().all(column) || select.items.iter().all(figure) {
        let kept = rng.random_range(1..=2);
        while select.items.len() > kept {
            select.items.remove(rng.random_range(0..select.items.len()));
        }
    }
}

/// Without some of the conditions on values.
fn fewer_conditions(world: &World<'_>, rng: &mut Rng, select: &mut Select) {
    let nested = |p: &Predicate| {
        matches!(
            p,
            Predicate::CompareQuery { .. } | Predicate::InQuery { .. } | Predicate::Exists { .. }
        )
    };
    // What holds outside holds inside too: "the greatest among these".
    let repeated = |p: &Predicate| matches!(p, Predicate::CompareQuery { query, .. } if !query.filter.is_empty());
    if select.filter.iter().any(repeated)
        || select
            .joins
            .iter()
            .any(|join| is_optional(world, select, join.left, &join.key.columns))
    {
        return;
    }
    let computed = select.items.iter().any(|item| !matches!(item.expr, Expr::Column(_)));
    let chosen = computed || select.is_grouped() || select.is_ordered() || select.filter.iter().any(nested);
    let least = usize::from(!chosen);
    while rng.random_bool(0.6)
        && values(&select.filter) > least
        && let Some(at) = pick(rng, &select.filter)
    {
        select.filter.remove(at);
    }
}

fn is_value(predicate: &Predicate) -> bool {
    matches!(
        predicate,
        Predicate::Compare { .. } | Predicate::Between { .. } | Predicate::In { .. }
    )
}

fn values(filter: &[Predicate]) -> usize {
    filter.iter().filter(|p| is_value(p)).count()
}

/// The place of one condition on a value.
fn pick(rng: &mut Rng, filter: &[Predicate]) -> Option<usize> {
    let at: Vec<usize> = (0..filter.len()).filter(|i| filter.get(*i).is_some_and(is_value)).collect();
    (!at.is_empty()).then(|| at[rng.random_range(0..at.len())])
}

/// Whether no two rows have the same of a column that is shown.
fn tells_apart(world: &World<'_>, select: &Select, item: usize) -> bool {
    let column = select.items.get(item).and_then(|item| match &item.expr {
        Expr::Column(column) => Some(column),
        _ => None,
    });
    let entity = column.and_then(|c| world.entities.iter().find(|e| Some(e.id.as_str()) == select.table(c.source)));
    entity
        .zip(column)
        .and_then(|(e, c)| e.field(&c.column))
        .is_some_and(|f| f.is_unique())
}

/// Whether rows may refer to nothing: then what is asked of the other table decides how it is joined.
fn is_optional(world: &World<'_>, select: &Select, source: usize, columns: &[String]) -> bool {
    let entity = select.table(source).and_then(|id| world.entities.iter().find(|e| e.id == id));
    let field = |column: &String| entity.and_then(|e| e.field(column));
    columns.iter().filter_map(field).any(|f| f.has_nulls())
}

/// Whether every table that is joined to at the end of a path is asked about, and no column is shown that a condition fixes.
fn is_whole(body: &Body) -> bool {
    let Body::Select(select) = body else { return true };
    let mut used: Vec<usize> = Vec::new();
    let mut note = |expr: &Expr| used.extend(expr.base_column().map(|c| c.source));
    select.items.iter().for_each(|item| note(&item.expr));
    select.order.iter().for_each(|key| note(&key.expr));
    select.group.iter().for_each(&mut note);
    for predicate in select.filter.iter().chain(&select.having) {
        match predicate {
            Predicate::Any(parts) => parts.iter().filter_map(Predicate::subject).for_each(&mut note),
            other => other.subject().into_iter().for_each(&mut note),
        }
    }
    used.extend(select.joins.iter().map(|join| join.left));
    let shows =
        |p: &Predicate| matches!(p, Predicate::Compare { left, op: Compare::Eq, .. } if select.items.iter().any(|i| i.expr == *left));
    (1..select.sources.len()).all(|source| used.contains(&source)) && !select.filter.iter().any(shows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{Column, LogicalIr, SqlType, Table, Value};
    use crate::kernel::seed::Seed;
    use crate::query::ir::{Aggregate, OrderKey, SetOp};
    use crate::schema::lexicon::Lexicon;
    use crate::schema::profile::{ColumnProfile, Profile, QUANTILES, TableProfile};

    const NAMES: [&str; 4] = ["car_id", "weight", "horsepower", "color"];

    fn all(select: &Select) -> Vec<Select> {
        let select_of = |body| match body {
            Body::Select(select) => Some(select),
            _ => None,
        };
        all_of(&Body::Select(select.clone())).into_iter().filter_map(select_of).collect()
    }

    /// Every plainer form that a hundred seeds give.
    fn all_of(body: &Body) -> Vec<Body> {
        let column = |name: &str| Column {
            nullable: false,
            ..Column::new(name, if name == "color" { SqlType::Text } else { SqlType::Int32 })
        };
        let schema = LogicalIr {
            tables: vec![Table {
                name: "car".into(),
                columns: NAMES.map(column).into(),
                primary_key: vec!["car_id".into()],
                ..Table::default()
            }],
            ..LogicalIr::default()
        };
        let measured = |name: &str| ColumnProfile {
            column: name.into(),
            nulls: 0,
            distinct: if name == "car_id" { 1_000 } else { 20 },
            top: Vec::new(),
            quantiles: (0..=QUANTILES).map(|i| Value::Int(i as i64)).collect(),
        };
        let profile = Profile {
            tables: vec![TableProfile {
                table: "car".into(),
                rows: 1_000,
                columns: NAMES.map(measured).into(),
            }],
            ..Profile::default()
        };
        let words = Lexicon::infer(&schema);
        let world = World::new(&schema, &words, &profile);
        let mut out: Vec<Body> = Vec::new();
        for i in 0..100 {
            if let Some(plain) = plainer(&world, &mut Seed(1).index(i).rng(), body)
                && !out.contains(&plain)
            {
                out.push(plain);
            }
        }
        out
    }

    fn over(column: &str, value: i64) -> Predicate {
        Predicate::Compare {
            left: Expr::column(0, column),
            op: Compare::Gt,
            value: Value::Int(value),
        }
    }

    #[test]
    fn one_column_and_one_row_of_several_and_the_order_stays() {
        let mut select = Select::from_table("car");
        select.items = ["car_id", "color", "weight"].map(|c| Item::column(0, c)).into();
        select.filter = vec![over("weight", 5)];
        select.order = ["horsepower", "car_id"]
            .map(|c| OrderKey {
                expr: Expr::column(0, c),
                descending: true,
                tie_break: c == "car_id",
            })
            .into();
        select.limit = Some(3);
        let plain = all(&select);
        assert!(
            plain
                .iter()
                .all(|p| p.limit == Some(1) && p.order.len() == 1 && (1..=2).contains(&p.items.len()))
        );
        for column in ["car_id", "color", "weight"] {
            let alone = |p: &&Select| p.items == [Item::column(0, column)] && p.filter.is_empty();
            assert_eq!(plain.iter().filter(alone).count(), 1, "{column}");
        }
    }

    #[test]
    fn rows_that_only_a_condition_chooses_keep_one_and_figures_need_none() {
        let mut select = Select::from_table("car");
        select.items = vec![Item::column(0, "color")];
        select.filter = vec![over("weight", 5), over("horsepower", 7)];
        let plain = all(&select);
        assert!(plain.len() == 2 && plain.iter().all(|p| p.filter.len() == 1));
        let figure = |func| Item::named(Expr::aggregate(func, Some(Expr::column(0, "horsepower"))), "figure");
        select.items = vec![figure(Aggregate::Max), figure(Aggregate::Min)];
        select.filter = vec![over("weight", 5)];
        let plain = all(&select);
        for (item, n) in [(Aggregate::Max, 0), (Aggregate::Max, 1), (Aggregate::Min, 0), (Aggregate::Min, 1)] {
            assert!(
                plain.iter().any(|p| p.items == [figure(item)] && p.filter.len() == n),
                "{item:?} {n}"
            );
        }
    }

    #[test]
    fn rows_of_two_sets_are_shown_by_what_tells_them_apart() {
        let mut side = Select::from_table("car");
        side.items = ["car_id", "color"].map(|c| Item::column(0, c)).into();
        side.filter = vec![over("weight", 5)];
        let other = Select {
            filter: vec![over("horsepower", 7)],
            ..side.clone()
        };
        let sets = all_of(&Body::SetOp {
            op: SetOp::Intersect,
            left: side,
            right: other,
            of_values: false,
        });
        let shown = sets.iter().filter_map(|set| match set {
            Body::SetOp { left, right, .. } => Some([&left.items, &right.items]),
            _ => None,
        });
        let key = vec![Item::column(0, "car_id")];
        assert_eq!(shown.collect::<Vec<_>>(), [[&key, &key]]);
    }

    #[test]
    fn what_is_as_plain_as_can_be_has_no_plainer_form() {
        let mut select = Select::from_table("car");
        select.items = vec![Item::column(0, "color")];
        assert!(all(&select).is_empty());
        select.filter = vec![over("weight", 5)];
        assert!(all(&select).is_empty());
    }
}
