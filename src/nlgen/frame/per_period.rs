//! A figure for each period in which something happened: "How many loans were returned in each month of 2024?"

use super::{Frame, says_all};
use crate::nlgen::attach::{RELATIVES, says, with_modifiers};
use crate::nlgen::calendar::happened;
use crate::nlgen::items::aggregate;
use crate::nlgen::modifier::conditions;
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::{Speaker, Voice};
use crate::query::ir::{Aggregate, Body, DatePart, Expr, QueryIr};
use crate::words;

/// The registry entry.
pub(super) const FRAME: Frame = Frame { name: "per_period", say };

fn say(voice: &Voice<'_>, query: &QueryIr) -> Option<Phrase> {
    let Body::Select(select) = &query.body else { return None };
    let ([key @ (Expr::Part { .. } | Expr::Trunc { .. })], [when, item]) = (&select.group[..], &select.items[..]) else {
        return None;
    };
    let by_key = select.order.iter().all(|order| order.expr == *key && !order.descending);
    if when.expr != *key || !select.having.is_empty() || select.limit.is_some() || !by_key {
        return None;
    }
    let speaker = voice.about(select, "");
    let (figure, asks) = figure(&speaker, key, &item.expr, "item.1")?;
    let Some(order) = select.order.first() else {
        return Some(match (asks, voice.below(2)) {
            (true, 0) => words![voice.any(&["Show", "Tell me"]), figure, "."],
            (true, _) => words![figure, "?"],
            (false, 0) => words![voice.any(&["Show", "Give me"]), figure, "."],
            (false, _) => words!["what is", figure, "?"],
        });
    };
    let sorted = Phrase::from(in_order(&speaker, &order.expr)).says("order.0");
    let show = voice.any(&["Show", "List", if asks { "Tell me" } else { "Give me" }]);
    Some(words![show, figure, ",", sorted, "."])
}

/// "how many loans were returned in each month" (true) or "the total fine of loans returned in each month" (false); says the figure's item.
pub(super) fn figure(speaker: &Speaker<'_>, key: &Expr, expr: &Expr, item: &str) -> Option<(Phrase, bool)> {
    let Some(happened) = happened(speaker, key) else {
        return Some((by_period(speaker, key, expr, item)?, false));
    };
    let modifiers = conditions(speaker, 0, &happened.said)?;
    let noun = Phrase::from(speaker.noun(0, true)?);
    let counts = matches!(
        expr,
        Expr::Aggregate {
            func: Aggregate::Count,
            arg: None,
            filter: None,
            ..
        }
    );
    if counts {
        // "newly placed orders were placed"
        let done = happened.modifier.verb.text().split(' ').nth(1).unwrap_or_default().to_owned();
        if modifiers.iter().filter_map(|m| m.before.as_ref()).any(|word| says(word, &[&done])) {
            return None;
        }
        let rows = with_modifiers(noun, modifiers, speaker.relative(0));
        return Some((words![Phrase::from("how many").says(item), rows, happened.modifier.verb], true));
    }
    // Neither "with one renewal due in each year" nor "due in each year with one renewal" says which of them is due, or has one.
    if modifiers.iter().any(|m| m.before.is_none()) {
        return Some((by_period(speaker, key, expr, item)?, false));
    }
    let rows = words![with_modifiers(noun, modifiers, speaker.relative(0)), happened.modifier.after];
    Some((aggregate(speaker, expr, rows)?.says(item), false))
}

/// How periods follow each other.
pub(super) fn in_order(speaker: &Speaker<'_>, key: &Expr) -> &'static str {
    let voice = speaker.voice;
    match key {
        Expr::Part { part: DatePart::Month, of } if crate::nlgen::calendar::year_of(speaker, of).is_none() => "from January to December",
        Expr::Part {
            part: DatePart::Quarter,
            of,
        } if crate::nlgen::calendar::year_of(speaker, of).is_none() => "from the first to the fourth",
        Expr::Part {
            part: DatePart::Weekday, ..
        } => "from Monday to Sunday",
        _ => voice.any(&["in chronological order", "earliest first"]),
    }
}

/// The figure and its periods as a noun phrase, where the time has no event: "the number of loans by return month".
fn by_period(speaker: &Speaker<'_>, key: &Expr, expr: &Expr, item: &str) -> Option<Phrase> {
    let implied = super::implied(speaker, &[key]);
    let period = crate::nlgen::items::period(speaker, key)?.says("item.0").says("group.0");
    let rows = super::subject(speaker, &implied)?;
    // After a clause "by order month" would be heard as part of it.
    let by = if says(&rows, RELATIVES) { "for each" } else { "by" };
    let figure = aggregate(speaker, expr, rows)?.says(item);
    Some(words![figure, by, says_all(period, speaker, &implied)])
}
