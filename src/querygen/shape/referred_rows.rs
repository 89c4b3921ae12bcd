//! Rows chosen by conditions on rows that refer to them, by a join: through a bridge or over up to three keys. Each row once (DISTINCT), or
//! once for each row that refers to it, as the question says.

use super::Shape;
use crate::query::ir::{Body, Expr, Item, Predicate};
use crate::querygen::builder::Builder;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "referred_rows",
    about: "rows joined to rows that refer to them, directly, through a bridge or over several keys, with conditions there",
    often: 1.5,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let world = b.world;
    let edge = b.relation(|e| e.child != e.parent && world.entities[e.parent].is_subject())?;
    let parent = b.entity(edge.parent);
    let n = b.one_of(&[1, 1, 1, 2])?;
    let mut select = b.referred(edge, n)?;
    select.distinct = b.chance_or(0.99, 0.9);
    select.items = if !select.distinct {
        // A row that comes again and again is told by its name.
        let named = b.naming(parent);
        let only = if b.wide { b.one_of(&named)? } else { *named.first()? };
        let shown = if b.wide && b.chance(0.5) { vec![only] } else { named };
        shown.iter().map(|f| Item::column(0, &f.column.name)).collect()
    } else if b.chance_or(0.1, 0.4) {
        // Kinds and places are asked for by themselves; days and amounts only in passing.
        let wide = b.wide;
        let field = b.field(parent, |f| parent.says_something(f) && (wide || f.is_groupable() || f.is_place()))?;
        if field.has_nulls() {
            select.filter.push(Predicate::IsNull {
                expr: Expr::column(0, &field.column.name),
                negated: true,
            });
        }
        vec![Item::column(0, &field.column.name)]
    } else {
        let extra = b.one_of(&[0, 0, 1])?;
        let named = extra == 0 && matches!(&parent.display()[..], [name] if name.stays_unique(parent.table));
        // Each name once is not each row once where rows share a name.
        let keyed = if named || b.wide { Vec::new() } else { b.identifying(parent) };
        if keyed.is_empty() { b.show(parent, 0, extra) } else { keyed }
    };
    if b.chance(0.12) {
        select.filter.extend(b.conditions(parent, 0, 1, &[]));
    }
    // Once for each of several rows is said of one table's rows alone.
    let once = select.distinct || select.joins.iter().filter(|j| !j.to_parent).count() == 1;
    (once && !select.items.is_empty() && !select.filter.is_empty()).then_some(Body::Select(select))
}
