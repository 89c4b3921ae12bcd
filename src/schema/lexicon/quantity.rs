//! Numbers: counts are "number of ...", and a unit at the name's end goes where units go.
//!
//! Invariant: what is left of a name without its unit still says what is measured.

use super::column::spoken;
use super::{ColumnWords, unit};
use crate::ir::{Column, SqlType, Table};
use crate::schema::morphology::{head, is_adjective, is_participle, is_plural, plural, singular};
use crate::schema::role::Role;
use crate::schema::rule;

/// Plural nouns of money and such that are not counted: "sales", not "number of sales".
#[rustfmt::skip]
const PLURAL_AMOUNTS: &[&str] = &[
    "sales", "earnings", "savings", "wages", "proceeds", "assets", "profits", "losses", "costs", "expenses", "taxes", "fees", "dues",
    "funds",
];

/// The words of a measure.
pub(super) fn quantity(words: &[String], role: Role, column: &Column, table: &Table) -> ColumnWords {
    let (mut words, unit) = split_unit(words, column, table);
    if let Some(unit) = &unit {
        words = measured(&words, unit);
    }
    // What has decimals is not counted, whatever its name's number: "fees".
    let whole = !matches!(column.sql_type, SqlType::Decimal(_, scale) if scale > 0);
    let noun = if role == Role::Measure && unit.is_none() && whole {
        counted(&words)
    } else {
        None
    };
    // "net worth in millions"
    let scaled = match words.as_slice() {
        [front @ .., between, last] if ["thousands", "millions", "billions"].contains(&last.as_str()) && between != "in" => {
            let front: Vec<&str> = front.iter().chain([between]).map(String::as_str).collect();
            Some(format!("{} in {last}", front.join(" ")))
        }
        _ => None,
    };
    let mut noun = scaled.or(noun).unwrap_or_else(|| spoken(&words));
    // "first response minutes" measure its time, where "delay minutes" measure the delay.
    let timed = unit
        .as_deref()
        .is_some_and(|unit| ["seconds", "minutes", "hours", "days", "milliseconds"].contains(&unit));
    let last = head(&noun).1;
    let takes_time = RUNS.contains(&last) || is_participle(last) || last.len() > 5 && last.ends_with("ing");
    if timed && takes_time {
        noun.push_str(" time");
    }
    let mut said = ColumnWords::plain(role, &noun);
    said.unit = unit;
    said
}

fn split_unit(words: &[String], column: &Column, table: &Table) -> (Vec<String>, Option<String>) {
    let phrase = words.join(" ");
    for (alone, unit) in [
        ("milliseconds", "milliseconds"),
        ("seconds", "seconds"),
        ("bytes", "bytes"),
        ("square feet", "square feet"),
    ] {
        if phrase == alone {
            return (words.to_vec(), Some(unit.to_owned()));
        }
    }
    // "kg" alone is a weight in kg, and a "price per t" one per tonne.
    match words {
        [only] => {
            if let Some((what, unit)) = unit::word(only).and_then(|unit| Some((unit::dimension(unit)?, unit))) {
                return (vec![what.to_owned()], Some(unit.to_owned()));
            }
        }
        [front @ .., per, short] if per == "per" && !front.is_empty() => {
            let short = unit::under(short).map_or_else(|| short.clone(), str::to_owned);
            return (front.iter().cloned().chain([per.clone(), short]).collect(), None);
        }
        _ => {}
    }
    let Some((last, front)) = words
        .split_last()
        .filter(|(_, front)| !front.is_empty() && !front.iter().any(|w| w == "per" || w == "of"))
    else {
        return (words.to_vec(), None);
    };
    let found = unit::at_end(words).filter(|(kept, _)| *kept > 0);
    let front = found.as_ref().and_then(|(kept, _)| words.get(..*kept)).unwrap_or(front);
    // A price in kg is the price of one.
    if let (Some((_, unit)), Some("price" | "cost" | "tariff" | "fare")) = (&found, front.last().map(String::as_str))
        && !unit.contains("per ")
        && unit != "percent"
        && !unit::MONEY.contains(&unit.as_str())
    {
        let each = ["per".to_owned(), singular(unit)];
        return (front.iter().cloned().chain(each).collect(), None);
    }
    // "share in percent", but a "cut in" is what it is.
    let front = match front.split_last() {
        Some((word, rest)) if word == "in" && !rest.is_empty() && !IN.contains(&rest.last().map_or("", String::as_str)) => rest,
        _ => front,
    };
    if last == "percentage" {
        // Stored as a fraction, a percentage is said as a rate.
        let allowed = rule::allowed(table, &column.name);
        let fraction = allowed.high.is_some_and(|high| high <= 1.0) || matches!(column.sql_type, SqlType::Decimal(p, s) if p <= s + 1);
        let rate = fraction
            || front
                .last()
                .is_some_and(|w| ["tax", "interest", "growth", "success"].contains(&w.as_str()));
        let noun: Vec<String> = front.iter().cloned().chain(rate.then(|| "rate".to_owned())).collect();
        return (noun, (!fraction).then(|| "percent".to_owned()));
    }
    if last == "feet" && front.last().is_some_and(|w| w == "square") {
        let rest: Vec<String> = front.get(..front.len() - 1).unwrap_or_default().to_vec();
        let area = rest
            .iter()
            .cloned()
            .chain((!rest.iter().any(|w| w == "area")).then(|| "floor area".to_owned()))
            .collect();
        return (area, Some("square feet".to_owned()));
    }
    // "maximum hours" are counted, where a "draft maximum m" is a draft in metres.
    let timed = found.as_ref().is_some_and(|(_, unit)| TIMES.contains(&unit.as_str()));
    let limit = |w: &str| ["maximum", "minimum", "average"].contains(&w) && (timed || front.len() == 1);
    let counted = |w: &str| timed && COUNTED_IN_HOURS.contains(&w);
    let alone = front
        .last()
        .is_some_and(|w| ["number", "total"].contains(&w.as_str()) || limit(w) || counted(w));
    match found {
        Some((_, unit)) if !alone => (front.to_vec(), Some(unit)),
        _ => (words.to_vec(), None),
    }
}

/// What takes time, and is not what is measured.
const RUNS: &[&str] = &[
    "response",
    "resolution",
    "reply",
    "session",
    "setup",
    "lead",
    "travel",
    "flight",
    "run",
    "turnaround",
    "finish",
    "gun",
    "chip",
    "split",
    "lap",
    "reaction",
    "checkout",
    "reverb",
    "dwell",
];

/// What is counted in hours and days, and is neither long nor short itself: "lamp hours".
const COUNTED_IN_HOURS: &[&str] = &[
    "lamp",
    "engine",
    "machine",
    "operating",
    "working",
    "credit",
    "contact",
    "overtime",
    "billable",
    "opening",
    "sick",
    "vacation",
];

/// Units of time that are counted too: "hours per week".
const TIMES: &[&str] = &[
    "seconds",
    "minutes",
    "hours",
    "days",
    "weeks",
    "months",
    "years",
    "nights",
    "milliseconds",
];
/// What is said after "in" for one thing: "cut in", "check in".
const IN: &[&str] = &[
    "cut", "check", "log", "sign", "buy", "phase", "lock", "trade", "plug", "drop", "break", "burn", "clock", "fade",
];

/// The noun of a quantity without its unit: "maximum draft" for "draft maximum", "rated power" for what is "rated" in kW.
fn measured(words: &[String], unit: &str) -> Vec<String> {
    let mut words = words.to_vec();
    if words.len() > 1 && words.last().is_some_and(|w| ["maximum", "minimum"].contains(&w.as_str())) {
        words.rotate_right(1);
    }
    let Some(what) = unit::dimension(unit) else { return words };
    if let [verb, way] = words.as_slice()
        && ["in", "out"].contains(&way.as_str())
    {
        return vec![format!("{verb}-{way}"), what.to_owned()];
    }
    let says_how = |w: &str| ["net", "gross", "tare", "wind", "travel"].contains(&w) || is_participle(w) || is_adjective(w);
    if let [only] = words.as_slice()
        && says_how(only)
        && (only != "wind" || what == "speed")
    {
        words.push(what.to_owned());
    }
    words
}

/// "page count", "number employees", "seats" -> "number of ...".
fn counted(words: &[String]) -> Option<String> {
    let (limit, rest) = match words.split_first() {
        Some((first, rest)) if ["maximum", "minimum", "average", "total"].contains(&first.as_str()) && !rest.is_empty() => {
            (format!("{first} "), rest.join(" "))
        }
        _ => (String::new(), words.join(" ")),
    };
    let things = rest
        .strip_prefix("number of ")
        .or_else(|| rest.strip_prefix("number "))
        .or_else(|| rest.strip_suffix(" count"));
    if let Some(things) = things.filter(|t| !is_participle(head(t).1)) {
        return Some(format!("{limit}number of {}", plural(things)));
    }
    let counted = is_plural(&rest) && !PLURAL_AMOUNTS.contains(&head(&rest).1) && unit_alone(head(&rest).1);
    counted.then(|| format!("{limit}number of {rest}"))
}

fn unit_alone(head: &str) -> bool {
    !["milliseconds", "seconds", "bytes"].contains(&head)
}
