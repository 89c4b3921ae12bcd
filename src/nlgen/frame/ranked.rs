//! The first n rows of each group, with ties.

use super::group_key::OF_WHAT;
use super::{Frame, Topped, implied, says_all, topped, who_or_which};
use crate::nlgen::attach::{is_closed, with_modifiers};
use crate::nlgen::condition::to_singular;
use crate::nlgen::items::merge;
use crate::nlgen::literal::count;
use crate::nlgen::modifier::conditions;
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::Voice;
use crate::query::ir::{Body, Expr, Predicate, QueryIr};
use crate::words;

/// The registry entry.
pub(super) const FRAME: Frame = Frame { name: "ranked", say };

fn say(voice: &Voice<'_>, query: &QueryIr) -> Option<Phrase> {
    let Body::Staged { stage, outer, .. } = &query.body else {
        return None;
    };
    let speaker = voice.about(stage, "stage.");
    let Expr::Window { partition, order, .. } = &stage.items.last()?.expr else {
        return None;
    };
    let Predicate::Compare { value, .. } = outer.filter.first()? else {
        return None;
    };
    let n: u64 = value.to_string().parse().ok()?;
    let key = speaker.words_of(partition.first()?)?;
    let by = order.first()?;
    let measure = speaker.words_of(&by.expr)?;
    let skip = implied(&speaker, &[&by.expr]);
    let mut shown = Vec::new();
    for (i, item) in outer.items.iter().enumerate() {
        let column = &item.expr.base_column()?.column;
        let inner = stage
            .items
            .iter()
            .find_map(|s| s.expr.base_column().filter(|c| &c.column == column))?;
        shown.push(Phrase::from(&speaker.column(inner)?.noun).says(format!("item.{i}")));
    }
    let many = if n == 1 { String::new() } else { count(n) };
    let limit = vec![value.to_string()];
    // "The largest branch in each city, ties included".
    let one = n == 1;
    let rows = conditions(&speaker, 0, &skip)?;
    let rows = if one { to_singular(rows) } else { rows };
    let noun = speaker.noun(0, !one)?;
    let ties = voice.any(&["including ties", "ties included"]);
    let show = words!["Show the", merge(shown)];
    // "For each absence type": said before the rows are named.
    let row = if OF_WHAT.contains(&key.noun.as_str()) {
        speaker.noun(0, false)?
    } else {
        ""
    };
    let each = words!["for each", row, &key.noun];
    let ranked = match topped(measure, by.descending, n > 1) {
        Topped::Adjective(most) => words![
            Phrase::from(format!("{many} {most}").trim()).says_with("filter.0", limit),
            with_modifiers(Phrase::from(noun), rows, speaker.relative(0))
        ],
        Topped::Value(most) => {
            let np = with_modifiers(Phrase::from(noun), rows, speaker.relative(0));
            if is_closed(&np) {
                // "For each cuisine, of the restaurants that accept cards, which two have the most seats, ties included?"
                let np = if one {
                    with_modifiers(
                        Phrase::from(speaker.noun(0, true)?),
                        conditions(&speaker, 0, &skip)?,
                        speaker.relative(0),
                    )
                } else {
                    np
                };
                let have = if one { "has" } else { "have" };
                let most = says_all(words!["which", many, have, most].says_with("filter.0", limit), &speaker, &skip);
                return Some(words![each, ", of the", np, ",", most, format!(", {ties}?"), show, "."]);
            }
            words![many, np, "with", most].says_with("filter.0", limit)
        }
    };
    let ranked = says_all(ranked, &speaker, &skip);
    Some(match voice.below(2) {
        0 => words![
            each,
            ",",
            who_or_which(&speaker)?,
            if one { "is the" } else { "are the" },
            ranked,
            format!(", {ties}?"),
            show,
            "."
        ],
        _ => words!["find the", ranked, each, format!(", {ties}."), show, "."],
    })
}
