//! The names of each group's rows in one text.

use super::{Frame, group_key, subject};
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::Voice;
use crate::query::ir::{Body, Expr, QueryIr};
use crate::words;

/// The registry entry.
pub(super) const FRAME: Frame = Frame { name: "joined", say };

fn say(voice: &Voice<'_>, query: &QueryIr) -> Option<Phrase> {
    let Body::Select(select) = &query.body else { return None };
    let at = select.items.iter().position(|i| matches!(i.expr, Expr::Joined { .. }))?;
    let Expr::Joined { of, distinct } = &select.items.get(at)?.expr else {
        return None;
    };
    let speaker = voice.about(select, "");
    let key = group_key::key(&speaker)?;
    let np = subject(&speaker, &key.implied)?;
    let different = match (distinct, voice.below(2)) {
        (false, _) => "",
        (true, 0) => "different",
        (true, _) => "distinct",
    };
    let line = voice.any(&[
        "as one comma-separated alphabetical list",
        "as one comma-separated list in alphabetical order",
    ]);
    let its = match key.entity {
        Some(source) if speaker.table(source)?.person => "their",
        // "each class with the different countries of its web sites"
        _ => "its",
    };
    let listed = words!["the", different, &speaker.words_of(of)?.plural, "of", its, np, ",", line];
    let listed = listed.says_with(format!("item.{at}"), vec![", ".into()]);
    Some(match voice.below(2) {
        0 => words!["for each", key.one, ",", voice.any(&["list", "show", "give"]), listed, "."],
        _ => words![voice.any(&["Show", "List", "Give me"]), "each", key.one, "with", listed, "."],
    })
}
