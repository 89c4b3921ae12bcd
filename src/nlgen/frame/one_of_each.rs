//! The first row of each row that they refer to.

use super::{Frame, implied, list::singular_subject, says_all, tie_breaks};
use crate::nlgen::attach::is_closed;
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
    let extreme = items::extreme(measure, by.descending);
    let (mut of_parent, mut of_row) = (Vec::new(), Vec::new());
    for (i, item) in select.items.iter().enumerate() {
        let column = item.expr.base_column()?;
        let noun = without_echo(&rows.column(column)?.noun, rows.noun(column.source, false)?);
        let said = Phrase::from(noun).says(format!("item.{i}"));
        if column.source == 0 { &mut of_row } else { &mut of_parent }.push(said);
    }
    let skip = implied(&rows, &[&by.expr]);
    let np = singular_subject(&rows, &skip)?;
    let each = (0..keys).fold(words!["each", &edge.role], |p, i| {
        p.says(format!("distinct_on.{i}")).says(format!("order.{i}"))
    });
    let sorted = format!("order.{keys}");
    let ties = tie_breaks(&rows, &select.order)?;
    let asked = if measure.role == Role::Time && !is_closed(&np) {
        // "the latest loan of each member by due date".
        let first = Phrase::from(extreme).says(sorted.clone());
        let by = says_all(words!["by", &measure.noun].says(sorted), &rows, &skip);
        let verb = voice.any(&["find", "give"]);
        words![verb, "the", first, np, "of", each, by, ties, "."]
    } else {
        let with = if is_closed(&np) { "that has the" } else { "with the" };
        let ranked = says_all(words![with, extreme, &measure.noun].says(sorted), &rows, &skip);
        words!["for", each, ", give the", np, ranked, ties, "."]
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
