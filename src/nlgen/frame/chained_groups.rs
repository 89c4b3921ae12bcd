//! Groups above the average group: how many they are, and their mean or least figure.

use super::grouped::{children, of_stage};
use super::{Frame, subject};
use crate::nlgen::items::aggregate;
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::Voice;
use crate::query::ir::{Aggregate, Body, Expr, QueryIr};
use crate::schema::morphology::possessive;
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
    let Expr::Aggregate { func, arg: asked, .. } = &outer.items.first()?.expr else {
        return None;
    };
    if !matches!(
        figure.expr,
        Expr::Aggregate {
            func: Aggregate::Count,
            ..
        }
    ) {
        // "Compared with all members' totals, how many members have an above-average total fine of loans?"
        let np = subject(&speaker, &key.implied)?;
        let base = words!["compared with all", possessive(key.many.text()), "totals"];
        let total = aggregate(&speaker, &figure.expr, np)?.with_first_word("the", "an above-average");
        let have = words![key.many, "have", total].says("second.filter.0");
        return Some(words![base, ",", how_many, have, "?"]);
    }
    let things = children(&speaker, edge, false)?;
    if things.text().contains(" than ") {
        // "more copies with a condition other than new than the average book" is hard to read.
        return None;
    }
    let one = speaker.table(entity)?.singular.as_str();
    let such = if first.filter.is_empty() { "" } else { "such" };
    let base = words!["than the average", one, "with at least one", such, &edge.child];
    let more = words![&edge.has_child, "more", things, base].says("second.filter.0");
    if asked.is_none() {
        return Some(words![how_many, key.many, more, "?"]);
    }
    let figure = if *func == Aggregate::Avg { "average" } else { "smallest" };
    let number = words!["what is the", figure, "number of"].says("item.0");
    let such = words![such, &edge.children];
    Some(words![
        "among the",
        key.many,
        speaker.relative(entity),
        more,
        ",",
        number,
        such,
        "?"
    ])
}
