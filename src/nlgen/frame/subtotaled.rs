//! Figures for groups with those for their groups and the whole.

use super::{Frame, subject};
use crate::nlgen::items::aggregate;
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::Voice;
use crate::query::ir::{Body, Expr, Grouping, QueryIr};
use crate::words;

/// The registry entry.
pub(super) const FRAME: Frame = Frame { name: "subtotaled", say };

fn say(voice: &Voice<'_>, query: &QueryIr) -> Option<Phrase> {
    let Body::Select(select) = &query.body else { return None };
    if select.grouping.is_plain() {
        return None;
    }
    let speaker = voice.about(select, "");
    let (last, item) = select.items.iter().enumerate().next_back()?;
    let np = subject(&speaker, &[])?;
    let plural = speaker.noun(0, true)?;
    let figure = aggregate(&speaker, &item.expr, np)?.says(format!("item.{last}"));
    let adds_up = matches!(
        item.expr,
        Expr::Aggregate {
            func: crate::query::ir::Aggregate::Count | crate::query::ir::Aggregate::Sum,
            ..
        }
    );
    let mut keys = Vec::new();
    for (i, key) in select.group.iter().enumerate() {
        let noun = &speaker.words_of(key)?.noun;
        keys.push(Phrase::from(noun).says(format!("group.{i}")).says(format!("item.{i}")));
    }
    let whole = match (adds_up, voice.below(2)) {
        (true, 0) => Phrase::from("a grand total"),
        (true, _) => words!["the overall total"],
        (false, _) if select.filter.is_empty() => words!["the figure for all", plural, "together"],
        (false, _) => words!["the figure for all such", plural, "together"],
    };
    let show = voice.any(&["Show", "Give me", "Report"]);
    Some(match (select.grouping, &keys[..]) {
        (Grouping::Rollup, [only]) => {
            let with = words!["plus", whole].says("grouping");
            words![show, figure, voice.any(&["for each", "per"]), only.clone(), ",", with, "."]
        }
        (Grouping::Rollup, [first, second]) => {
            let what = if adds_up { "a subtotal" } else { "the figure" };
            let again = Phrase::from(first.text());
            let with = words!["with", what, "for each", again, "and", whole].says("grouping");
            words![
                show,
                figure,
                "for each combination of",
                first.clone(),
                "and",
                second.clone(),
                ",",
                with,
                "."
            ]
        }
        (Grouping::Alone, [first, second]) => {
            let whole = voice.any(&["overall", "for all together"]);
            let apart = match voice.below(2) {
                0 => words!["once for each", first.clone(), ", once for each", second.clone(), "and once", whole],
                _ => words!["separately for each", first.clone(), "and for each", second.clone(), ", and", whole],
            };
            words![show, figure, apart.says("grouping"), "."]
        }
        _ => return None,
    })
}
