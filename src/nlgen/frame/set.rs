//! Two sets: what is in both, in either, in the first only.

use super::{Frame, subject};
use crate::nlgen::attach::verbs;
use crate::nlgen::modifier::conditions;
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::{Speaker, Voice};
use crate::query::ir::{Body, QueryIr, SetOp};
use crate::words;

/// The registry entry.
pub(super) const FRAME: Frame = Frame { name: "set", say };

fn say(voice: &Voice<'_>, query: &QueryIr) -> Option<Phrase> {
    let Body::SetOp { op, left, right } = &query.body else {
        return None;
    };
    let (l, r) = (voice.about(left, "left."), voice.about(right, "right."));
    let tag_items = |p: Phrase| (0..left.items.len()).fold(p, |p, i| p.says(format!("left.item.{i}")));
    if left.joins.is_empty() {
        let words = l.words_of(&left.items.first()?.expr)?;
        let plural = tag_items(Phrase::from(&words.plural));
        let (a, b) = (subject(&l, &[])?, subject(&r, &[])?);
        let (joint, b) = match op {
            SetOp::Intersect => ("both among", words!["and among", b]),
            SetOp::Except => ("among", words!["but not among", b]),
            SetOp::Union => ("among", words!["or among", b, "(or both)"]),
        };
        return Some(words!["which", plural, "are found", words![joint, a, b].says("set"), "?"]);
    }
    let noun = tag_items(Phrase::from(l.noun(0, true)?));
    let (a, b) = (verb(&l)?, verb(&r)?);
    let joined = match op {
        SetOp::Intersect => words![a, voice.any(&["and also", "and at the same time"]), b],
        SetOp::Except => words![a, ", leaving out those", l.relative(0), b],
        SetOp::Union => words![a, "or", b, ", or both"],
    };
    Some(words!["which", noun, joined.says("set"), "?"])
}

fn verb(speaker: &Speaker<'_>) -> Option<Phrase> {
    Some(verbs(conditions(speaker, 0, &[])?))
}
