//! Conditions against what a subquery computes: an average, an extreme, the row that has one.
//!
//! Limits: a subquery over one table, whose own conditions are said only where its rows are not those asked for.

use super::attach::with_modifiers;
use super::comparison::whose;
use super::items;
use super::modifier::{Modifier, Reach, conditions, referring};
use super::phrase::Phrase;
use super::place::{is_shelf, place};
use super::speaker::Speaker;
use super::when::at_time;
use crate::query::ir::{Aggregate, Compare, Expr, Predicate, Select};
use crate::schema::lexicon::ColumnWords;
use crate::words;

/// Against the average or the extreme of all rows, or of the row's own group.
pub(super) fn say(speaker: &Speaker<'_>, left: &Expr, op: Compare, query: &Select, id: &str) -> Option<Modifier> {
    let column = left.base_column()?;
    let words = speaker.column(column)?;
    let plural = speaker.noun(column.source, true)?;
    let Expr::Aggregate { func, .. } = &query.items.first()?.expr else {
        return against_row(speaker, left, op, query, id);
    };
    let own = query.filter.iter().find_map(|p| match p {
        Predicate::CompareExpr {
            right: Expr::OuterColumn(c),
            ..
        } => Some(c),
        _ => None,
    });
    match (func, own) {
        (Aggregate::Avg, None) => Some(beyond(words, op, words!["the average for all", plural])?.about(Reach::Other)),
        (Aggregate::Avg, Some(same)) => {
            let link = match (speaker.edge_of_column(same), place(speaker, &Expr::Column(same.clone()))) {
                (Some(edge), _) if !edge.of_parent.is_empty() => edge.of_parent.as_str(),
                (None, Some(place)) => place.link,
                (None, None) if is_shelf(&speaker.column(same)?.noun) => "in",
                _ => "with",
            };
            let group = match speaker.edge_of_column(same) {
                Some(edge) => words![link, "the same", &edge.role],
                None => words![link, "the same", &speaker.column(same)?.noun],
            };
            Some(whose(words, words!["is", side(op)?, "the average for", plural, group]).about(Reach::Other))
        }
        (Aggregate::Max | Aggregate::Min, None) if op != Compare::Eq => against_extreme(speaker, left, op, query, id),
        (Aggregate::Max | Aggregate::Min, None) => {
            let most = *func == Aggregate::Max;
            // Said last, it is of the rows that the other conditions leave; else it says of which.
            let of_these = query.filter.len() + 1 == speaker.select.filter.len();
            let scope = if of_these { Phrase::default() } else { words!["of all", plural] };
            let reach = if of_these { Reach::Extreme } else { Reach::Other };
            // "authors who died most recently", not "with the latest date of death".
            if let Some(how) = items::how_late(words, most)
                && words.degree.is_none()
            {
                return Some(at_time(speaker, left, words![how, scope].text())?.about(reach));
            }
            let tail = words![the_extreme(words, most), scope];
            // "are the youngest", where the adjective says it all.
            let verb = match words.degree.as_ref().filter(|_| of_these) {
                Some(degree) => words!["are the", if most { &degree.most } else { &degree.least }],
                None => words!["have", tail.clone()],
            };
            Some(Modifier::new(words!["with", tail], verb).about(reach))
        }
        _ => None,
    }
}

/// "the highest price", "the fewest seats" rather than "the lowest number of seats": an extreme of a column.
fn the_extreme(words: &ColumnWords, most: bool) -> Phrase {
    match words.noun.strip_prefix("number of ") {
        Some(things) => words!["the", if most { "most" } else { "fewest" }, things],
        None => words!["the", items::extreme(words, most), &words.noun],
    }
}

/// The row that a subquery takes: "the car with the highest horsepower".
fn first_row(speaker: &Speaker<'_>, query: &Select, noun: &str, id: &str) -> Option<Phrase> {
    let inner = speaker.voice.about(query, &format!("{id}/"));
    let key = query.order.first()?;
    let modifiers = super::condition::to_singular(conditions(&inner, 0, &[])?);
    let words = inner.words_of(&key.expr)?;
    let row = with_modifiers(Phrase::from(noun), modifiers, inner.relative(0));
    // "the oldest member", "the loan with the highest fine"
    let first = match &words.degree {
        Some(degree) => words!["the", if key.descending { &degree.most } else { &degree.least }, row],
        None => words!["the", row, "with", the_extreme(words, key.descending)],
    };
    Some(first.says_with(inner.id("limit"), vec!["1".to_owned()]))
}

/// "whose weight is above that of the car with the highest horsepower".
fn against_row(speaker: &Speaker<'_>, left: &Expr, op: Compare, query: &Select, id: &str) -> Option<Modifier> {
    let column = left.base_column()?;
    if let (Some(edge), Compare::Eq) = (speaker.edge_of_column(column), op) {
        // "concerts in the stadium with the highest capacity"
        let (after, verb) = referring(edge, first_row(speaker, query, &edge.role, id)?);
        return Some(Modifier::new(after, verb).about(Reach::Extreme));
    }
    let words = speaker.column(column)?;
    let noun = speaker.voice.about(query, "").noun(0, false)?;
    let first = first_row(speaker, query, noun, id)?;
    let that = if is_number_of(words) { first } else { words!["that of", first] };
    Some(beyond(words, op, that)?.about(Reach::Extreme))
}

/// "whose population is above the highest population of the countries in Asia".
fn against_extreme(speaker: &Speaker<'_>, left: &Expr, op: Compare, query: &Select, id: &str) -> Option<Modifier> {
    let Expr::Aggregate { func, .. } = query.items.first()?.expr else {
        return None;
    };
    let words = speaker.words_of(left)?;
    let inner = speaker.voice.about(query, &format!("{id}/"));
    let rows = with_modifiers(Phrase::from(inner.noun(0, true)?), conditions(&inner, 0, &[])?, inner.relative(0));
    let all = if query.filter.is_empty() { "all" } else { "the" };
    let beyond_all = (op, func) == (Compare::Gt, Aggregate::Max) || (op, func) == (Compare::Lt, Aggregate::Min);
    let said = if is_number_of(words) && beyond_all {
        beyond(words, op, words!["any of", all, rows])?
    } else {
        // "below the highest number of images of", where "the most images of" would be theirs.
        let end = items::extreme(words, func == Aggregate::Max);
        let extreme = words!["the", end, &words.noun, "of", all, rows];
        whose(words, words!["is", side(op)?, extreme])
    };
    Some(said.about(Reach::Extreme))
}

/// "whose price is above ...", "with fewer renewals than ...".
fn beyond(words: &ColumnWords, op: Compare, what: Phrase) -> Option<Modifier> {
    let side = side(op)?;
    let Some(things) = words.noun.strip_prefix("number of ") else {
        return Some(whose(words, words!["is", side, what]));
    };
    let tail = words![if side == "above" { "more" } else { "fewer" }, things, "than", what];
    Some(Modifier::new(words!["with", tail.clone()], words!["have", tail]))
}

fn is_number_of(words: &ColumnWords) -> bool {
    words.noun.starts_with("number of ")
}

fn side(op: Compare) -> Option<&'static str> {
    match op {
        Compare::Gt | Compare::GtEq => Some("above"),
        Compare::Lt | Compare::LtEq => Some("below"),
        _ => None,
    }
}
