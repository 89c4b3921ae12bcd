//! Rows in bands of a measure: counted, as a share, averaged, or each with the name of its band.

use super::{Frame, implied, says_all, subject};
use crate::ir::Value;
use crate::nlgen::items::{figure, merge};
use crate::nlgen::literal::spoken;
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::{Speaker, Voice};
use crate::query::ir::{Aggregate, Body, Expr, QueryIr};
use crate::words;

/// The registry entry.
pub(super) const FRAME: Frame = Frame { name: "banded", say };

fn say(voice: &Voice<'_>, query: &QueryIr) -> Option<Phrase> {
    let Body::Select(select) = &query.body else { return None };
    let at = select.items.iter().position(|i| matches!(i.expr, Expr::Band { .. }))?;
    let band = &select.items.get(at)?.expr;
    let Expr::Band { of, bounds, labels } = band else { return None };
    let speaker = voice.about(select, "");
    let skip = implied(&speaker, &[band]);
    let np = subject(&speaker, &skip)?;
    let words = speaker.words_of(of)?;
    // Labels that are their own ranges are numbers of something.
    let bare = labels.first().is_some_and(|label| label.starts_with("under "));
    let measure = match words
        .unit
        .as_deref()
        .filter(|unit| bare && !labels.iter().any(|label| label.contains(unit)))
    {
        Some(unit) => format!("{} in {unit}", words.noun),
        None => words.noun.clone(),
    };
    let bands = bands(&speaker, of, bounds, labels)?;
    let tag = |p: Phrase| {
        let literals = labels.iter().cloned().chain(bounds.iter().map(ToString::to_string)).collect();
        says_all(p.says_with(format!("item.{at}"), literals), &speaker, &skip)
    };
    if select.group.is_empty() {
        let mut nouns = Vec::new();
        for (i, item) in select.items.iter().enumerate().filter(|(i, _)| *i != at) {
            nouns.push(Phrase::from(&speaker.words_of(&item.expr)?.plural).says(format!("item.{i}")));
        }
        let with = tag(words![", each with a label for the", measure.as_str(), ":", bands.clone()]);
        return Some(words![
            voice.any(&["Show", "List", "Give me"]),
            "the",
            merge(nouns),
            "of",
            np,
            with,
            "."
        ]);
    }
    let (last, item) = select.items.iter().enumerate().next_back()?;
    let id = format!("item.{last}");
    let divided = tag(words![
        voice.any(&["by", "according to"]),
        "their",
        measure.as_str(),
        "into",
        bands.clone()
    ])
    .says("group.0");
    let split = voice.any(&["Divide", "Sort", "Group"]);
    match &item.expr {
        Expr::Percent { .. } => {
            let asked = words!["percentage of them", voice.any(&["falls into each", "does each"])];
            let asked = words![asked, "band"];
            let asked = if asked.text().contains("does each") {
                words![asked, "make up"]
            } else {
                asked
            };
            let asked = asked.says_with(id, vec!["100.0".into(), "2".into()]);
            Some(words![split, np, divided, ". What", asked, "? Round to two decimals."])
        }
        Expr::Aggregate {
            func: Aggregate::Count,
            arg: None,
            ..
        } => {
            if voice.below(2) == 0 {
                return Some(words![split, np, divided, ", and", Phrase::from("count them").says(id), "."]);
            }
            let how_many = Phrase::from("how many").says(id);
            let into = tag(words!["fall into each of these bands by", measure.as_str(), ":", bands.clone()]).says("group.0");
            Some(words![how_many, np, into, "?"])
        }
        Expr::Aggregate { func, arg: Some(arg), .. } => {
            let figure = words!["the", figure(*func, speaker.words_of(arg)?), "in each"].says(id);
            Some(words![split, np, divided, ". What is", figure, "?"])
        }
        _ => None,
    }
}

/// `"cheap" (under 10 dollars), "medium" (10 to under 20 dollars) and "expensive" (20 dollars or more)`.
fn bands(speaker: &Speaker<'_>, of: &Expr, bounds: &[Value], labels: &[String]) -> Option<Phrase> {
    let words = speaker.words_of(of)?;
    let unit = words.unit.as_deref().map(|unit| format!(" {unit}")).unwrap_or_default();
    let number = |value: &Value| spoken(value, false);
    let mut out = Vec::new();
    for (i, label) in labels.iter().enumerate() {
        let low = i.checked_sub(1).and_then(|at| bounds.get(at));
        let range = match (low, bounds.get(i)) {
            (None, Some(high)) => format!("under {}{unit}", number(high)),
            (Some(low), Some(high)) => format!("{} to under {}{unit}", number(low), number(high)),
            (Some(low), None) => format!("{}{unit} or more", number(low)),
            (None, None) => return None,
        };
        // A label that is its own range needs no other; what it is a range of is said by the measure.
        let plain = label.starts_with("under ") || label.ends_with(" or more") || label.contains(" to under ");
        out.push(Phrase::from(if plain {
            format!("\"{label}\"")
        } else {
            format!("\"{label}\" ({range})")
        }));
    }
    Some(Phrase::list(out, "and"))
}
