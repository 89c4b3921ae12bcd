//! Groups above the average group: how many they are.

use super::grouped::{children, of_stage};
use super::staged::above_average;
use super::{Frame, without_any};
use crate::nlgen::modifier::verb_for;
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
    if !matches!(
        outer.items.first()?.expr,
        Expr::Aggregate {
            func: Aggregate::Count,
            ..
        }
    ) {
        return None;
    }
    let things = children(&speaker, edge, false, &key.implied)?;
    // How the groups would be shown matters to nobody who counts them.
    let owners = key.many.retext(key.rows());
    let without = words!["Leave out", key.rows(), without_any(first, edge, None), "when averaging."];
    let above = "second.filter.0";
    let asked = match &figure.expr {
        // "How many members have taken out an above-average number of loans?"
        Expr::Aggregate {
            func: Aggregate::Count, ..
        } => words![
            "how many",
            owners,
            words![verb_for(edge, &things), "an above-average number of", things].says(above)
        ],
        // "For how many members is the total fine of their loans above average?"
        sum => above_average(&speaker, sum, things, entity, ("how many", owners), above)?,
    };
    Some(words![asked.says("item.0"), "?", without])
}
