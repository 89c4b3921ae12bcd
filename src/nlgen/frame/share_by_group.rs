//! What percentage of each group's rows satisfies a condition, and how many rows there are for one.

use super::{Frame, group_key, implied, says_all, subject, without_any};
use crate::nlgen::attach::with_modifiers;
use crate::nlgen::condition;
use crate::nlgen::items::figure;
use crate::nlgen::modifier::conditions;
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::{Speaker, Voice};
use crate::query::ir::{Body, Expr, QueryIr};
use crate::words;

/// The registry entry.
pub(super) const FRAME: Frame = Frame {
    name: "share_by_group",
    say,
};

fn say(voice: &Voice<'_>, query: &QueryIr) -> Option<Phrase> {
    let Body::Select(select) = &query.body else { return None };
    let speaker = voice.about(select, "");
    let last = select.items.len().checked_sub(1)?;
    match &select.items.get(last)?.expr {
        Expr::Ratio { whole, .. } => per_one(&speaker, whole),
        Expr::Percent { part, .. }
            if matches!(
                part.as_ref(),
                Expr::Aggregate {
                    filter: Some(_),
                    arg: Some(_),
                    ..
                }
            ) =>
        {
            of_sum(&speaker, part, last)
        }
        Expr::Percent { part, .. } if select.is_grouped() => by_group(&speaker, part, last),
        _ => None,
    }
}

/// "For each branch, what percentage of copies are damaged?"
fn by_group(speaker: &Speaker<'_>, part: &Expr, last: usize) -> Option<Phrase> {
    let Expr::Aggregate { filter: Some(filter), .. } = part else {
        return None;
    };
    let voice = speaker.voice;
    let key = group_key::key(speaker)?;
    let id = format!("item.{last}");
    let condition = condition::say(speaker, filter, 0, &format!("{id}.filter"))?;
    let np = match key.entity {
        Some(source) => {
            let person = speaker.table(source)?.person;
            let of = &speaker.join_of(source)?.1.of_parent;
            match (speaker.is_only_way(source), person && of.contains(' ')) {
                // "For each branch, what percentage of its copies are damaged?"
                (true, _) => words![if person { "their" } else { "its" }, subject(speaker, &key.implied)?],
                // "For each approver, what percentage of the absences submitted to them": they have absences of their own.
                (false, true) => {
                    let rows = words![speaker.noun(0, true)?, of, "them"];
                    let rows = with_modifiers(rows, conditions(speaker, 0, &key.implied)?, speaker.relative(0));
                    words!["the", rows]
                }
                (false, false) => subject(speaker, &key.implied)?,
            }
        }
        None => subject(speaker, &key.implied)?,
    };
    let asked = words![voice.any(&["what percentage of", "what share of"]), np, condition.verb];
    let asked = asked.says_with(id, vec!["100.0".into(), "0".into(), "2".into()]);
    let round = if asked.text().starts_with("what share") {
        "give percentages rounded to two decimals."
    } else {
        "round to two decimals."
    };
    let end = ended(speaker, &key, round)?;
    Some(words![
        voice.any(&["for each", "for every"]),
        group_key::told(speaker, key),
        ",",
        asked,
        end
    ])
}

/// "? Leave out branches without any, and round to two decimals.": a parent that no row refers to is in no group.
fn ended(speaker: &Speaker<'_>, key: &group_key::Key, round: &str) -> Option<Phrase> {
    Some(match key.entity {
        Some(source) => {
            let any = without_any(speaker.select, speaker.join_of(source)?.1, Some(source));
            words!["? Leave out", speaker.noun(source, true)?, any, ", and", round]
        }
        None => words!["?", capitalized(round)],
    })
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}

/// "What percentage of the total salary of employees goes to those who work remotely?"
fn of_sum(speaker: &Speaker<'_>, part: &Expr, last: usize) -> Option<Phrase> {
    let Expr::Aggregate {
        func,
        arg: Some(arg),
        filter: Some(filter),
        ..
    } = part
    else {
        return None;
    };
    let voice = speaker.voice;
    let key = if speaker.select.is_grouped() {
        Some(group_key::key(speaker)?)
    } else {
        None
    };
    let id = format!("item.{last}");
    let condition = condition::say(speaker, filter, 0, &format!("{id}.filter"))?;
    let np = subject(speaker, key.as_ref().map_or(&[], |k| &k.implied))?;
    let total = figure(*func, speaker.words_of(arg)?);
    // Other conditions are said once, of the whole.
    let plain = speaker.select.filter.len() == key.as_ref().map_or(0, |k| k.implied.len());
    // "comes from those in Oslo", but "comes from standard members"
    let part = if plain && condition.before.is_some() {
        Phrase::from(speaker.noun(0, true)?)
    } else {
        "those".into()
    };
    let before = condition.before.filter(|_| plain);
    let condition = crate::nlgen::modifier::Modifier { before, ..condition };
    let part = with_modifiers(part, vec![condition], speaker.relative(0));
    let asked = if plain && part.text().starts_with("those") {
        // "of the total salary comes from employees who work remotely"
        let part = part.with_first_word("those", speaker.noun(0, true)?);
        words!["what percentage of the", total, "comes from", part]
    } else {
        let np = if key.is_none() && plain { words!["all", np] } else { np };
        words!["what percentage of the", total, "of", np, "comes from", part]
    };
    let asked = asked.says_with(id, vec!["100.0".into(), "0".into(), "2".into()]);
    Some(match key {
        Some(key) => {
            let end = ended(speaker, &key, "round to two decimals.")?;
            words![
                voice.any(&["for each", "for every"]),
                group_key::told(speaker, key),
                ",",
                asked,
                end
            ]
        }
        None => words![asked, "? Round to two decimals."],
    })
}

/// "How many loans are there on average for each member with any?"
fn per_one(speaker: &Speaker<'_>, whole: &Expr) -> Option<Phrase> {
    let Expr::Aggregate { arg: Some(arg), .. } = whole else {
        return None;
    };
    let voice = speaker.voice;
    let edge = speaker.edge_of_column(arg.base_column()?)?;
    let skip = implied(speaker, &[arg]);
    let np = subject(speaker, &skip)?;
    let plain = speaker.select.filter.len() == skip.len();
    let some = words!["without any", if plain { "" } else { "such" }, edge.children_of_role()];
    let one = says_all(Phrase::from(&edge.role), speaker, &skip);
    let asked = match voice.below(2) {
        1 if plain => words!["what is the average number of", np, "per", one],
        // After a condition "per branch" alone would be heard as part of it.
        _ => words!["on average, how many", np, "are there per", one],
    };
    let asked = asked.says_with("item.0", vec!["1.0".into()]);
    Some(words![asked, "? Leave out", &edge.role_plural, some, "."])
}
