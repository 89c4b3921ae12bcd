//! The first rows of each row that they refer to.

use super::{Frame, Topped, tie_breaks, topped, who_or_which};
use crate::nlgen::attach::{has_clause, is_closed, with_modifiers};
use crate::nlgen::condition::to_singular;
use crate::nlgen::items::{merge, without_echo};
use crate::nlgen::literal::count;
use crate::nlgen::modifier::conditions;
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::Voice;
use crate::query::ir::{Body, QueryIr};
use crate::schema::morphology::possessive;
use crate::words;

/// The registry entry.
pub(super) const FRAME: Frame = Frame {
    name: "first_of_each",
    say,
};

fn say(voice: &Voice<'_>, query: &QueryIr) -> Option<Phrase> {
    let Body::Each { key, each, outer, .. } = &query.body else {
        return None;
    };
    let (rows, parents) = (voice.about(each, "each."), voice.about(outer, ""));
    let edge = rows.edge(each.table(0)?, key)?;
    let by = each.order.first()?;
    let measure = rows.words_of(&by.expr)?;
    let limit = each.limit?;
    let mut of_parent = Vec::new();
    let mut of_row = Vec::new();
    for (i, item) in outer.items.iter().enumerate() {
        let column = item.expr.base_column()?;
        if column.source == 0 {
            let noun = without_echo(&parents.column(column)?.noun, parents.noun(0, false)?);
            of_parent.push(Phrase::from(noun).says(format!("item.{i}")));
        } else {
            let words = voice.lexicon.column(each.table(0)?, &column.column)?;
            let noun = without_echo(&words.noun, rows.noun(0, false)?);
            of_row.push(Phrase::from(noun).says(format!("item.{i}")));
        }
    }
    let of_role = to_singular(conditions(&parents, 0, &[])?);
    let role = with_modifiers(Phrase::from(&edge.role), of_role, parents.relative(0));
    let one = limit == 1;
    let (number, be, noun) = if one {
        (String::new(), "is", rows.noun(0, false)?)
    } else {
        (count(limit), "are", rows.noun(0, true)?)
    };
    let told = conditions(&rows, 0, &[])?;
    let told = if one { to_singular(told) } else { told };
    let id = vec![limit.to_string()];
    let ranked = match topped(measure, by.descending, !one) {
        Topped::Adjective(most) => {
            let most = Phrase::from(most).says("each.order.0");
            let most = words![number, most].says_with("each.limit", id);
            words![most, with_modifiers(Phrase::from(noun), told, rows.relative(0))]
        }
        Topped::Value(most) => {
            let np = with_modifiers(Phrase::from(noun), told, rows.relative(0));
            let with = match (has_clause(&np), is_closed(&np), one) {
                (true, _, true) => "and has",
                (true, _, false) => "and have",
                (false, false, _) => "with",
                (false, true, true) => "that has",
                (false, true, false) => "that have",
            };
            let most = words![with, most].says("each.order.0");
            words![words![number, np].says_with("each.limit", id), most]
        }
    };
    let owner = possessive(parents.noun(0, false)?);
    let own = possessive(rows.noun(0, false)?);
    // "the date", not "the date's date".
    let of_parent = merge(of_parent);
    let of_parent = if of_parent.text() == parents.noun(0, false)? {
        of_parent
    } else {
        words![owner, of_parent]
    };
    let ties = tie_breaks(&rows, &each.order)?;
    let show = words!["Show the", of_parent, "and the", own, merge(of_row), "."];
    Some(match voice.below(2) {
        0 => words!["for each", role, ",", who_or_which(&rows)?, be, "the", ranked, ties, "?", show],
        _ => words!["find the", ranked, "for each", role, ties, ".", show],
    })
}
