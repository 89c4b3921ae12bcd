//! How many rows have each element of an array.

use super::{Frame, subject};
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::Voice;
use crate::query::ir::{Body, Expr, QueryIr};
use crate::schema::morphology::singular;
use crate::words;

/// The registry entry.
pub(super) const FRAME: Frame = Frame { name: "array_counts", say };

fn say(voice: &Voice<'_>, query: &QueryIr) -> Option<Phrase> {
    let Body::Staged { stage, .. } = &query.body else { return None };
    let array = stage.items.iter().find_map(|item| match &item.expr {
        Expr::Unnested(of) => Some(of),
        _ => None,
    })?;
    let rows = voice.about(stage, "stage.");
    let one = singular(&rows.words_of(array)?.plural);
    let np = subject(&rows, &[])?;
    let each = words!["each", &one].says("group.0").says("item.0");
    // "the events whose price is below 20 with each topic" is hard to read.
    Some(match voice.below(2) {
        way if way == 0 || !stage.filter.is_empty() => words!["for", each, ", how many", np.says("item.1"), "have it?"],
        _ => words!["count the", np.says("item.1"), "with", each, "."],
    })
}
