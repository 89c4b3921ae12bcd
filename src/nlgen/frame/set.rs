//! Two sets: what is in both, in either, in the first only.

use super::{Frame, subject};
use crate::nlgen::attach::{verbs, with_modifiers};
use crate::nlgen::items;
use crate::nlgen::modifier::{conditions, negated_verb, relation, without_echo};
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
    if left.joins.is_empty() && right.joins.is_empty() && left.sources == right.sources {
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
    if left.joins.is_empty() && left.sources.first() == right.sources.first() && *op == SetOp::Except {
        let shown = items::shown(&l)?.own.into_iter().map(|(_, plural)| plural).collect();
        let plurals = tag_items(items::merge(shown));
        let (verb, object) = relation(&r)?;
        let but = words![", except those of", l.noun(0, true)?, l.relative(0), verb, object];
        let all = words!["the", plurals, "of all", l.noun(0, true)?, but.says("set")];
        return Some(match voice.below(2) {
            0 => words!["what are", all, "?"],
            _ => words![voice.any(&["Show", "List", "Find", "Give me"]), all, "."],
        });
    }
    let noun = Phrase::from(l.noun(0, true)?);
    let (be, asked) = if says_rows(&l)? {
        (false, tag_items(noun))
    } else {
        let shown = items::shown(&l)?;
        let plurals = shown.own.into_iter().map(|(_, plural)| plural).collect();
        (true, words!["the", tag_items(items::merge(plurals)), "of the", noun])
    };
    let joined = if left.joins.is_empty() && *op == SetOp::Except {
        unreferred(&r)?
    } else {
        let (a, b) = (verb(&l)?, verb(&r)?);
        match op {
            SetOp::Intersect => words![a, voice.any(&["and also", "and at the same time"]), b],
            SetOp::Except => words![a, ", leaving out those", l.relative(0), b],
            SetOp::Union => words![a, "or", b, ", or both"],
        }
    };
    let joined = joined.says("set");
    if !be {
        return Some(words!["which", asked, joined, "?"]);
    }
    let chosen = words![asked, l.relative(0), joined];
    Some(match voice.below(2) {
        0 => words!["what are", chosen, "?"],
        _ => words![voice.any(&["Show", "List", "Find", "Give me"]), chosen, "."],
    })
}

/// Whether what is shown is what names a row.
fn says_rows(speaker: &Speaker<'_>) -> Option<bool> {
    let shown = items::shown(speaker)?;
    Some(shown.only_names && shown.others.is_empty())
}

/// "have not borrowed any books": all rows but those that something refers to.
fn unreferred(right: &Speaker<'_>) -> Option<Phrase> {
    let edge = right.edge_of_column(right.select.items.first()?.expr.base_column()?)?;
    let modifiers = without_echo(conditions(right, 0, &[])?, &edge.has_child)?;
    let children = with_modifiers(Phrase::from(&edge.children), modifiers, right.relative(0));
    Some(negated_verb(&edge.has_child, children))
}

fn verb(speaker: &Speaker<'_>) -> Option<Phrase> {
    Some(verbs(conditions(speaker, 0, &[])?))
}
