//! Groups above the average group: how many they are.

use super::Frame;
use super::grouped::{children, of_stage};
use super::staged::{total, without_any};
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::Voice;
use crate::query::ir::{Aggregate, Body, Expr, QueryIr};
use crate::words;

/// The registry entry.
pub(super) const FRAME: Frame = Frame {
    name: "chained_groups",
    say,
};

fn say(voice: &Voice<'_>, query: &QueryIr) -> Option<Phrase> {
    let Body::Steps { first, outer, .. } = &query.body else {
        return None;
    };
    let (speaker, key) = of_stage(voice, first)?;
    let figure = first.items.iter().find(|item| matches!(item.expr, Expr::Aggregate { .. }))?;
    let entity = key.entity?;
    let (_, edge) = speaker.join_of(entity)?;
    let how_many = Phrase::from("how many").says("item.0");
    if !matches!(
        outer.items.first()?.expr,
        Expr::Aggregate {
            func: Aggregate::Count,
            ..
        }
    ) {
        return None;
    }
    let things = children(&speaker, edge, false)?;
    let above = match &figure.expr {
        // "have taken out an above-average number of loans", "have an above-average total fine over their loans"
        Expr::Aggregate {
            func: Aggregate::Count, ..
        } => words![&edge.has_child, "an above-average number of", things],
        expr => words!["have an above-average", total(&speaker, expr, "their", things)?],
    };
    let without = words!["Leave out", key.many.text(), without_any(first, edge), "when averaging."];
    Some(words![how_many, key.many, above.says("second.filter.0"), "?", without])
}
