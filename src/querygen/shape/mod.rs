//! SQL shapes: one file each, and one line in [`SHAPES`].
//!
//! A shape looks at the world, makes its choices and returns an intent, or `None` when this world has no place for it. It never fails.
//! Invariant: a shape's name is its file's name; recipes and records use it.

use super::builder::Builder;
use super::sense::is_asked;
use super::world::World;
use crate::ir::{LogicalIr, SqlType};
use crate::query::ir::{Body, Compare, Expr, Item, Predicate, Select};

mod about_parent;
mod above_average;
mod above_own_average;
mod aggregate;
mod array_counts;
mod array_element;
mod array_length;
mod bands;
mod beside_average;
mod beyond_row;
mod chain;
mod chained_groups;
mod change_over_time;
mod count;
mod count_distinct;
mod distinct_values;
mod duration;
mod either_condition;
mod exists_child;
mod extreme_rows;
mod filtered_count;
mod first_of_each;
mod group_by_category;
mod group_by_two;
mod growth;
mod having;
mod in_children;
mod in_period;
mod joined_names;
mod json_entry;
mod lookup;
mod moving_average;
mod of_parent;
mod one_of_each;
mod per_one;
mod per_parent;
mod per_parent_category;
mod per_period;
mod percentage_by_group;
mod projection;
mod quantile;
mod ranking;
mod referred_rows;
mod running_total;
mod self_join;
mod set_of_rows;
mod set_of_values;
mod share_of_sum;
mod share_of_total;
mod sorted;
mod staged_groups;
mod subtotals;
mod text_length;
mod text_search;
mod through_bridge;
mod top_n;
mod top_per_group;
mod two_hops;
mod two_periods;
mod two_values;
mod unreferred_figure;
mod with_parent;
mod without_children;

/// A kind of query.
pub struct Shape {
    /// Registry name.
    pub name: &'static str,
    /// What it asks, for help and reports.
    pub about: &'static str,
    /// How often people ask it beside the other shapes of its recipe, 1 for most: a wide recipe follows them.
    pub often: f64,
    /// Makes one intent.
    build: fn(&mut Builder<'_, '_>) -> Option<Body>,
}

impl Shape {
    /// One intent, or nothing where this world has no place for it or nobody asks for it. A plain column that a condition fixes to one value is not shown:
    /// nobody asks for the city of the members in Seoul.
    pub fn intent(&self, builder: &mut Builder<'_, '_>) -> Option<Body> {
        let mut body = (self.build)(builder)?;
        if let Body::Select(select) = &mut body
            && select.group.is_empty()
            && !select.distinct
        {
            let fixed: Vec<Expr> = select.filter.iter().filter_map(fixed).cloned().collect();
            if select.items.iter().any(|item| !fixed.contains(&item.expr)) {
                select.items.retain(|item| !fixed.contains(&item.expr));
            }
        }
        if let Body::Select(select) = &mut body {
            without_repeats(select);
            let mut seen: Vec<Expr> = Vec::new();
            select.order.retain(|key| {
                let new = !seen.contains(&key.expr);
                seen.push(key.expr.clone());
                new
            });
        }
        match &mut body {
            Body::Select(select) | Body::Staged { stage: select, .. } | Body::Steps { first: select, .. } => {
                leave_out_missing(builder.world, select, select.distinct)
            }
            Body::SetOp { left, right, .. } => {
                leave_out_missing(builder.world, left, true);
                leave_out_missing(builder.world, right, true);
            }
            Body::Chain { .. } | Body::Each { .. } => {}
        }
        is_asked(builder.world, &body, builder.wide).then_some(body)
    }
}

/// A key that the rows show already is not shown once more of what they refer to: "the order ID and the order's ID".
fn without_repeats(select: &mut Select) {
    let items = select.items.clone();
    let repeats = |item: &Item| {
        let Expr::Column(column) = &item.expr else { return false };
        let Some(join) = column.source.checked_sub(1).and_then(|at| select.joins.get(at)) else {
            return false;
        };
        let at = join.key.ref_columns.iter().position(|c| *c == column.column);
        let own = at.and_then(|at| join.key.columns.get(at));
        join.to_parent && own.is_some_and(|own| items.iter().any(|other| other.expr == Expr::column(join.left, own)))
    };
    if select.group.is_empty() && !items.iter().all(&repeats) {
        let kept: Vec<Item> = items.iter().filter(|item| !repeats(item)).cloned().collect();
        select.items = kept;
    }
}

/// Whether rows without a category make one of their own is for the question to say: they are left out, of groups and of values listed once.
fn leave_out_missing(world: &World<'_>, select: &mut Select, once: bool) {
    let listed = select
        .items
        .iter()
        .map(|item| &item.expr)
        .filter(|_| once && select.items.len() == 1);
    let kinds: Vec<Expr> = select.group.iter().chain(listed).cloned().collect();
    for kind in kinds {
        let Expr::Column(column) = &kind else { continue };
        let entity = select
            .table(column.source)
            .and_then(|id| world.entities.iter().find(|e| e.id == id));
        let missing = entity
            .and_then(|e| e.field(&column.column))
            .is_some_and(|f| f.has_nulls() && f.is_groupable());
        let known = |p: &Predicate| super::builder::columns_of(p).contains(&column.column);
        if missing && !select.filter.iter().any(known) {
            select.filter.push(Predicate::IsNull { expr: kind, negated: true });
        }
    }
}

fn fixed(predicate: &Predicate) -> Option<&Expr> {
    match predicate {
        Predicate::Compare { left, op: Compare::Eq, .. } => Some(left),
        _ => None,
    }
}

/// Most rows that are each asked for one of their own: an answer is no listing.
const EACH_MAX: u64 = 1_000;

/// Every shape.
pub static SHAPES: &[Shape] = &[
    projection::SHAPE,
    lookup::SHAPE,
    distinct_values::SHAPE,
    either_condition::SHAPE,
    sorted::SHAPE,
    top_n::SHAPE,
    with_parent::SHAPE,
    of_parent::SHAPE,
    two_hops::SHAPE,
    through_bridge::SHAPE,
    self_join::SHAPE,
    without_children::SHAPE,
    about_parent::SHAPE,
    referred_rows::SHAPE,
    count::SHAPE,
    aggregate::SHAPE,
    count_distinct::SHAPE,
    filtered_count::SHAPE,
    group_by_category::SHAPE,
    group_by_two::SHAPE,
    having::SHAPE,
    per_parent::SHAPE,
    per_parent_category::SHAPE,
    above_average::SHAPE,
    above_own_average::SHAPE,
    beyond_row::SHAPE,
    extreme_rows::SHAPE,
    in_children::SHAPE,
    exists_child::SHAPE,
    unreferred_figure::SHAPE,
    set_of_rows::SHAPE,
    set_of_values::SHAPE,
    staged_groups::SHAPE,
    top_per_group::SHAPE,
    ranking::SHAPE,
    beside_average::SHAPE,
    running_total::SHAPE,
    change_over_time::SHAPE,
    share_of_total::SHAPE,
    in_period::SHAPE,
    per_period::SHAPE,
    text_search::SHAPE,
    text_length::SHAPE,
    duration::SHAPE,
    quantile::SHAPE,
    percentage_by_group::SHAPE,
    share_of_sum::SHAPE,
    per_one::SHAPE,
    two_values::SHAPE,
    two_periods::SHAPE,
    bands::SHAPE,
    joined_names::SHAPE,
    subtotals::SHAPE,
    growth::SHAPE,
    moving_average::SHAPE,
    chain::SHAPE,
    first_of_each::SHAPE,
    one_of_each::SHAPE,
    chained_groups::SHAPE,
    array_element::SHAPE,
    array_length::SHAPE,
    array_counts::SHAPE,
    json_entry::SHAPE,
];

/// The shapes that a schema's types have a place for: those of arrays and JSON only where it has such columns.
pub fn with_place(logical: &LogicalIr) -> impl Iterator<Item = &'static Shape> {
    let has = |of: fn(&SqlType) -> bool| logical.data_tables().flat_map(|t| &t.columns).any(|c| of(&c.sql_type));
    let (arrays, json) = (has(|t| matches!(t, SqlType::Array(_))), has(|t| *t == SqlType::Json));
    let of_arrays = [array_element::SHAPE.name, array_length::SHAPE.name, array_counts::SHAPE.name];
    SHAPES.iter().filter(move |shape| {
        let missing = !arrays && of_arrays.contains(&shape.name) || !json && shape.name == json_entry::SHAPE.name;
        !missing
    })
}

/// The shape of this name.
pub fn by_name(name: &str) -> Option<&'static Shape> {
    SHAPES.iter().find(|s| s.name == name)
}
