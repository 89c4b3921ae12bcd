//! The first row of each row that they refer to.

use super::{Frame, Topped, list::singular_subject, tie_breaks, topped};
use crate::nlgen::attach::{has_clause, is_closed};
use crate::nlgen::items::{self, merge, without_echo};
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::Voice;
use crate::query::ir::{Body, QueryIr};
use crate::schema::morphology::possessive;
use crate::schema::role::Role;
use crate::words;

/// The registry entry.
pub(super) const FRAME: Frame = Frame { name: "one_of_each", say };

fn say(voice: &Voice<'_>, query: &QueryIr) -> Option<Phrase> {
    let Body::Select(select) = &query.body else { return None };
    let keys = select.distinct_on.len();
    if keys == 0 {
        return None;
    }
    let rows = voice.about(select, "");
    let (_, edge) = rows.join_of(1)?;
    let by = select.order.get(keys)?;
    let measure = rows.words_of(&by.expr)?;
    let (mut of_parent, mut of_row) = (Vec::new(), Vec::new());
    for (i, item) in select.items.iter().enumerate() {
        let column = item.expr.base_column()?;
        let noun = without_echo(&rows.column(column)?.noun, rows.noun(column.source, false)?);
        let said = Phrase::from(noun).says(format!("item.{i}"));
        if column.source == 0 { &mut of_row } else { &mut of_parent }.push(said);
    }
    let np = singular_subject(&rows, &[])?;
    let each = (0..keys).fold(words!["each", &edge.role], |p, i| {
        p.says(format!("distinct_on.{i}")).says(format!("order.{i}"))
    });
    let sorted = format!("order.{keys}");
    let ties = tie_breaks(&rows, &select.order)?;
    let asked = match topped(measure, by.descending, false) {
        // "the youngest employee of each job"
        Topped::Adjective(most) => {
            let most = Phrase::from(most).says(sorted);
            if np.text().ends_with(rows.noun(0, false)?) {
                words![voice.any(&["find the", "give the"]), most, np, "of", each, ties, "."]
            } else {
                words!["for", each, ", give the", most, np, ties, "."]
            }
        }
        Topped::Value(_) if measure.role == Role::Time => {
            let by_last = by.descending;
            let first = Phrase::from(items::extreme(measure, by.descending)).says(sorted.clone());
            let by = words!["by", &measure.noun].says(sorted.clone());
            if np.text().ends_with(rows.noun(0, false)?) {
                // "the latest loan of each member by due date".
                words![voice.any(&["find", "give"]), "the", first, np, "of", each, by, ties, "."]
            } else if let Some(event) = &measure.event {
                // "For each member, give the loan taken out in June 2023 that was returned last."
                let who = if has_clause(&np) { "and" } else { rows.relative(0) };
                let was = if event.passive { "was" } else { "" };
                let last = if by_last { "last" } else { "first" };
                words![
                    "for",
                    each,
                    ", give the",
                    np,
                    words![who, was, &event.verb, last].says(sorted),
                    ties,
                    "."
                ]
            } else {
                // "For each customer, give the latest review with a rating of at most 3, going by review date."
                words!["for", each, ", give the", first, np, ", going", by, ties, "."]
            }
        }
        Topped::Value(most) => {
            let with = match (has_clause(&np), is_closed(&np)) {
                (true, _) => "and has",
                (false, true) => "that has",
                (false, false) => "with",
            };
            let ranked = words![with, most].says(sorted);
            words!["for", each, ", give the", np, ranked, ties, "."]
        }
    };
    let owner = rows.noun(1, false)?;
    let of_parent = merge(of_parent);
    // "the date", not "the date's date".
    let of_parent = if of_parent.text() == owner {
        of_parent
    } else {
        words![possessive(owner), of_parent]
    };
    let own = possessive(rows.noun(0, false)?);
    Some(words![asked, "Show the", of_parent, "and the", own, merge(of_row), "."])
}
