//! Figures for groups with those for their groups and the whole.

use super::{Frame, implied, says_all, subject};
use crate::nlgen::calendar::time_words;
use crate::nlgen::items::aggregate;
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::{Speaker, Voice};
use crate::query::ir::{Aggregate, Body, DatePart, Expr, Grouping, QueryIr};
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
    if let [Expr::Part { of, .. }, Expr::Part { of: again, .. }] = &select.group[..] {
        return (of == again).then(|| by_period(&speaker)).flatten();
    }
    let np = subject(&speaker, &[])?;
    let figure = aggregate(&speaker, &item.expr, np)?.says(format!("item.{last}"));
    let adds_up = matches!(
        item.expr,
        Expr::Aggregate {
            func: Aggregate::Count | Aggregate::Sum,
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
        (false, _) => words!["the overall average"],
    };
    let show = voice.any(&["Show", "Give me", "Report"]);
    Some(match (select.grouping, &keys[..]) {
        (Grouping::Rollup, [only]) => {
            let with = words!["plus", whole].says("grouping");
            words![show, figure, voice.any(&["for each", "per"]), only.clone(), ",", with, "."]
        }
        (Grouping::Rollup, [first, second]) => {
            let what = if adds_up { "a subtotal" } else { "the average" };
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
            let per = voice.any(&["for each", "per"]);
            let apart = words!["separately", per, first.clone(), "and", per, second.clone(), ", and", whole];
            words![show, figure, apart.says("grouping"), "."]
        }
        _ => return None,
    })
}

/// "Show the number of loans for each return year and quarter, with a subtotal for each year and a grand total."
fn by_period(speaker: &Speaker<'_>) -> Option<Phrase> {
    let select = speaker.select;
    let [year, part] = &select.group[..] else { return None };
    let skip = implied(speaker, &[year]);
    let (last, item) = select.items.iter().enumerate().next_back()?;
    let figure = aggregate(speaker, &item.expr, subject(speaker, &skip)?)?.says(format!("item.{last}"));
    let unit = if matches!(part, Expr::Part { part: DatePart::Month, .. }) {
        "month"
    } else {
        "quarter"
    };
    let noun = time_words(speaker, year)?.noun;
    let keys = match noun.strip_suffix(" date").or_else(|| noun.strip_suffix(" time")) {
        Some(event) => words![event, "year and", unit],
        None => words!["year and", unit, "of the", noun.as_str()],
    };
    let keys = ["group.0", "group.1", "item.0", "item.1"].into_iter().fold(keys, Phrase::says);
    let adds_up = matches!(
        item.expr,
        Expr::Aggregate {
            func: Aggregate::Count | Aggregate::Sum,
            ..
        }
    );
    let with = match adds_up {
        true => words![
            "a subtotal for each year and",
            speaker.voice.any(&["a grand total", "the overall total"])
        ],
        false => words!["the average for each year and the overall average"],
    };
    let show = speaker.voice.any(&["Show", "Give me", "Report"]);
    let each = speaker.voice.any(&["for each", "by"]);
    let keys = says_all(keys, speaker, &skip);
    Some(words![show, figure, each, keys, ",", words!["with", with].says("grouping"), "."])
}
