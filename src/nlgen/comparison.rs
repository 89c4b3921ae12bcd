//! One column against values, as a modifier of its noun: "priced over 20 euros", "with two renewals", "named Ada".

use super::attach::of_kind;
use super::kind::{flag, is_description, is_kind, meaning};
use super::literal::{article_of, be, count, day, is_many, month};
use super::modifier::{self, Modifier};
use super::phrase::Phrase;
use super::place::{is_itself, place};
use super::speaker::{Speaker, is_year};
use super::values::{amount, called, kinds, value_noun};
use super::when::{at_time, in_months, in_year};
use crate::ir::{SqlType, Value};
use crate::query::ir::{Compare, Expr};
use crate::schema::lexicon::ColumnWords;
use crate::schema::morphology::{base_form, singular};
use crate::schema::role::Role;
use crate::words;

/// "one or two renewals", "a rating of 3, 4 or 5": a few whole numbers of a column.
pub(super) fn few(words: &ColumnWords, values: &[&Value]) -> Modifier {
    let counts = words.noun.starts_with("number of ");
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| a.as_f64().partial_cmp(&b.as_f64()).unwrap_or(std::cmp::Ordering::Equal));
    let last = sorted.len().saturating_sub(1);
    let said = sorted.iter().enumerate().map(|(i, v)| match v {
        Value::Int(0) if counts => Phrase::from("no"),
        Value::Int(n @ 1..=10) if counts => Phrase::from(count(n.unsigned_abs())),
        v => Phrase::from(amount(words, v, i == last)),
    });
    has(words, Phrase::list(said.collect(), "or"))
}

/// "with a price <tail>" / "have a price <tail>".
pub(super) fn has(words: &ColumnWords, tail: Phrase) -> Modifier {
    let of = if tail.text().starts_with("between") { "" } else { "of" };
    match words.noun.strip_prefix("number of ") {
        Some(things) if tail.text() == "exactly 0" => Modifier::new(words!["with no", things], words!["have no", things]),
        Some(things) if tail.text() == "one" || tail.text() == "no or one" => {
            let thing = singular(things);
            Modifier::new(words!["with", tail.clone(), &thing], words!["have", tail, &thing])
        }
        Some(things) if tail.text().ends_with(" 1") && !tail.text().starts_with("between") => {
            let (tail, thing) = (tail.text().trim_end_matches('1').to_owned() + "one", singular(things));
            Modifier::new(words!["with", &tail, &thing], words!["have", &tail, &thing])
        }
        Some(things) => Modifier::new(words!["with", tail.clone(), things], words!["have", tail, things]),
        None => Modifier::new(
            words!["with", article_of(&words.noun), &words.noun, of, tail.clone()],
            words!["have", article_of(&words.noun), &words.noun, of, tail],
        ),
    }
}

/// "whose title <verb>" / "have a title that <verb>".
pub(super) fn whose(words: &ColumnWords, verb: Phrase) -> Modifier {
    let verb = agreed(words, verb);
    let that = match verb.text().split_once(' ') {
        // "have a tax rate above the average"
        Some((is @ ("is" | "are"), rest)) if ["above", "below", "neither"].iter().any(|side| rest.starts_with(side)) => {
            verb.clone().with_first_word(is, "").trimmed()
        }
        _ => words!["that", verb.clone()],
    };
    let finite = words!["have", article_of(&words.noun), &words.noun, that];
    Modifier::new(words!["whose", &words.noun, verb], finite)
}

/// A verb of the third person after a column's noun: "is" for a price, "are" for payment terms, "contain" for notes.
fn agreed(words: &ColumnWords, verb: Phrase) -> Phrase {
    let first = verb.text().split(' ').next().unwrap_or_default().to_owned();
    match first.as_str() {
        _ if !is_many(&words.noun) => verb,
        "is" => verb.with_first_word("is", "are"),
        other => verb.with_first_word(other, &base_form(other)),
    }
}

pub(super) fn compare(speaker: &Speaker<'_>, left: &Expr, op: Compare, value: &Value) -> Option<Modifier> {
    let words = speaker.words_of(left)?;
    match value {
        Value::Bool(b) => Some(flag(words, *b)),
        Value::Date(iso) | Value::Timestamp(iso) => {
            let first = iso.ends_with("-01") && iso.len() == 10;
            let january = first && iso.get(5..7) == Some("01");
            let period = if january {
                iso.get(0..4)?.to_owned()
            } else {
                format!("{} {}", month(iso.get(5..7)?.parse().ok()?), iso.get(0..4)?)
            };
            let when = match op {
                Compare::GtEq if first => format!("in {period} or later"),
                Compare::Lt if first => format!("before {period}"),
                Compare::GtEq => format!("on or after {}", day(iso)),
                Compare::Gt => format!("after {}", day(iso)),
                Compare::Lt => format!("before {}", day(iso)),
                Compare::LtEq => format!("on or before {}", day(iso)),
                Compare::Eq => format!("on {}", day(iso)),
                Compare::NotEq => return None,
            };
            at_time(speaker, left, &when)
        }
        Value::Int(_) | Value::Number(_) if !matches!(op, Compare::Eq | Compare::NotEq) => Some(bound(speaker, left, words, op, value)),
        _ => equality(speaker, left, words, op, value),
    }
}

/// A number compared with a bound.
fn bound(speaker: &Speaker<'_>, left: &Expr, words: &ColumnWords, op: Compare, value: &Value) -> Modifier {
    let said = amount(words, value, true);
    // "higher-paid than 70,000 dollars" compares a person with money; a number alone is heard as years of age, and as what things weigh.
    let degree = words.degree.as_ref().filter(|d| !d.more.contains('-'));
    let heard = words.unit.is_some() || ["age", "weight", "height"].contains(&words.noun.as_str());
    let of_age = words.noun == "age" && words.unit.is_none();
    // "older than 3" is how an age is compared; of weights and prices it is one way.
    let (said_so, of) = if of_age { (3, 4) } else { (1, 2) };
    if let (Some(degree), Compare::Gt | Compare::Lt, true) = (degree, op, heard && speaker.voice.below(of) < said_so) {
        let adjective = if op == Compare::Gt { &degree.more } else { &degree.less };
        let phrase = words![adjective, "than", &said];
        return Modifier::new(phrase.clone(), words!["are", phrase]);
    }
    let year = match op {
        Compare::Gt => format!("after {said}"),
        Compare::GtEq => format!("in {said} or later"),
        Compare::Lt => format!("before {said}"),
        _ => format!("in {said} or earlier"),
    };
    if let Some(event) = in_year(speaker, left, &year) {
        return event;
    }
    if is_year(words) {
        let when = match op {
            Compare::Gt => format!("after {said}"),
            Compare::GtEq => format!("of {said} or later"),
            Compare::Lt => format!("before {said}"),
            _ => format!("of {said} or earlier"),
        };
        let article = article_of(&words.noun);
        return Modifier::new(
            words!["with", article, &words.noun, &when],
            words!["have", article, &words.noun, &when],
        );
    }
    let counts = words.noun.starts_with("number of ");
    let above = if counts {
        "more than"
    } else {
        speaker.voice.any(&["more than", "over"])
    };
    let below = if counts {
        "fewer than"
    } else {
        speaker.voice.any(&["less than", "under"])
    };
    let tail = match op {
        Compare::Gt => format!("{above} {said}"),
        Compare::GtEq => format!("at least {said}"),
        Compare::Lt => format!("{below} {said}"),
        _ => format!("at most {said}"),
    };
    let tail = Phrase::from(tail);
    if let (false, Compare::Gt | Compare::Lt, 0) = (counts, op, speaker.voice.below(4)) {
        let than = if op == Compare::Gt { "greater than" } else { "lower than" };
        let what = words![article_of(&words.noun), &words.noun, than, &said];
        return Modifier::new(words!["with", what.clone()], words!["have", what]);
    }
    if !counts && speaker.voice.below(3) == 0 {
        let verb = match op {
            Compare::Gt => words!["is", speaker.voice.any(&["above", "over", "greater than"]), &said],
            Compare::GtEq => words!["is at least", &said],
            Compare::Lt => words!["is", speaker.voice.any(&["below", "under", "less than"]), &said],
            _ => words!["is at most", &said],
        };
        return Modifier::new(words!["whose", &words.noun, agreed(words, verb)], has(words, tail).verb);
    }
    has(words, tail)
}

fn equality(speaker: &Speaker<'_>, left: &Expr, words: &ColumnWords, op: Compare, value: &Value) -> Option<Modifier> {
    let column = left.base_column()?;
    let stored = value.to_string();
    let place = place(speaker, left);
    if op == Compare::NotEq {
        let said = value_noun(words, value);
        if let Some(place) = place {
            let elsewhere = words![place.elsewhere, called(words, &[value], Phrase::from(&said))];
            return Some(Modifier::new(elsewhere.clone(), words![place.be, elsewhere]));
        }
        // "that are not dogs", but "whose type is not basic": no kind is a noun without its rows.
        if let Some(kind) = kinds(speaker, left, &[value], "or") {
            let not = words!["are not", kind];
            return Some(Modifier::new(words![speaker.relative(column.source), not.clone()], not));
        }
        // "not in good condition"
        if let Some(("in" | "on", _)) = words.values.get(&stored).and_then(|phrase| phrase.split_once(' ')) {
            let not = words!["not", words.values.get(&stored).map_or("", String::as_str)];
            return Some(Modifier::new(not.clone(), words!["are", not]));
        }
        let other = words![article_of(&words.noun), &words.noun, "other than", &said];
        // "with a reason other than spam" has one; "whose reason is not spam" need not.
        let after = match speaker.voice.below(2) {
            0 if !speaker.may_lack(column) => words!["whose", &words.noun, be(&words.noun), "not", &said],
            _ => words!["with", other.clone()],
        };
        return Some(Modifier::new(after, words!["have", other]));
    }
    if let Some(phrase) = words.values.get(&stored) {
        let mut said = meaning(phrase);
        if said.before.is_some() && !is_description(phrase) {
            // "are science books": the word names a kind, it does not describe.
            said.verb = words![
                "are",
                of_kind(Phrase::from(phrase), Phrase::from(speaker.noun(column.source, true)?))
            ];
        }
        return Some(said);
    }
    let said = amount(words, value, true);
    if let Some(place) = place {
        return Some(place.at(called(words, &[value], Phrase::from(&said))));
    }
    let text = speaker.sql_type(column).is_some_and(SqlType::is_text);
    if let Some(edge) = speaker
        .edge_of_column(column)
        .filter(|edge| text && edge.of_parent.contains(' ') && speaker.voice.below(2) == 0)
    {
        // "flights departing from source airport APG", or from APG alone, which is heard as a code.
        let code = (2..=4).contains(&stored.len()) && stored.bytes().all(|b| b.is_ascii_uppercase());
        let role = if code && speaker.voice.below(2) == 0 { "" } else { &edge.role };
        let (after, verb) = modifier::referring(edge, words![role, &said]);
        return Some(Modifier::new(after, verb));
    }
    if is_kind(words, &stored) && speaker.voice.below(4) > 0 {
        // "dogs", "Live final performances"
        return Some(Modifier {
            before: Some(Phrase::from(&stored)),
            ..Modifier::new(
                words!["of type", &said],
                words![
                    "are",
                    of_kind(Phrase::from(&stored), Phrase::from(speaker.noun(column.source, true)?))
                ],
            )
        });
    }
    if let Some(month) = in_months(speaker, left, &[value]) {
        return Some(month);
    }
    if let Some(year) = in_year(speaker, left, &format!("in {said}")) {
        return Some(year);
    }
    let display = &speaker.table(column.source)?.display;
    if words.noun == "age" && words.unit.is_none() && speaker.voice.below(4) > 0 {
        let years = words![&said, if said == "1" { "year" } else { "years" }, "old"];
        let after = match speaker.voice.below(2) {
            0 => words!["aged", &said],
            _ => words![speaker.relative(column.source), "are", years.clone()],
        };
        return Some(Modifier::new(after, words!["are", years]));
    }
    let names = words.role == Role::Name || is_itself(speaker, column);
    if names && display.len() == 1 && display.first() == Some(&column.column) {
        let verb = if words.noun == "title" { "titled" } else { "named" };
        return Some(Modifier::new(words![verb, &said], words!["are", verb, &said]));
    }
    if is_year(words) {
        return Some(has(words, Phrase::from(&said)));
    }
    Some(match words.role {
        Role::Measure | Role::Ratio if words.noun.starts_with("number of ") => has(words, words!["exactly", &said]),
        Role::Measure | Role::Ratio => has(words, Phrase::from(&said)),
        Role::Identifier | Role::Code | Role::Ordinal => {
            Modifier::new(words!["with", &words.noun, &said], words!["have", &words.noun, &said])
        }
        _ if speaker.voice.below(2) == 0 => Modifier::new(words!["with the", &words.noun, &said], words!["have the", &words.noun, &said]),
        _ => Modifier::new(
            words!["whose", &words.noun, be(&words.noun), &said],
            words!["have the", &words.noun, &said],
        ),
    })
}
