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
    let Body::SetOp {
        op,
        left,
        right,
        of_values,
    } = &query.body
    else {
        return None;
    };
    let (l, r) = (voice.about(left, "left."), voice.about(right, "right."));
    let tag_items = |p: Phrase| (0..left.items.len()).fold(p, |p, i| p.says(format!("left.item.{i}")));
    if left.joins.is_empty() && right.joins.is_empty() && left.sources == right.sources {
        return values(&l, &r, *op);
    }
    if *of_values {
        return found_among(&l, &r, *op);
    }
    let noun = Phrase::from(l.noun(0, true)?);
    let who = l.relative(0);
    // "Which members ...?", or "the member IDs of the members who ...".
    let rows = says_rows(&l)? && voice.below(2) == 0;
    let asked = if rows {
        tag_items(noun.clone())
    } else {
        let plurals = items::shown(&l)?.own.into_iter().map(|(_, plural)| plural).collect();
        words!["the", tag_items(items::merge(plurals)), "of"]
    };
    let joined = if left.joins.is_empty() && left.sources.first() == right.sources.first() && *op == SetOp::Except {
        relation(&r)?.not_done(r.voice)
    } else if left.joins.is_empty() && *op == SetOp::Except {
        unreferred(&r)?
    } else {
        if voice.below(3) > 0
            && let Some(alike) = alike(&l, &r, *op)
        {
            return finish(voice, asked, (rows, words![noun, who]), alike.says("set"));
        }
        // Both in the same form.
        let form = voice.rng.borrow().clone();
        let a = does(&l)?;
        voice.rng.replace(form);
        let b = does(&r)?;
        // "who have had absences that ended in May but who lead no departments": the absences do not.
        let clause = |p: &Phrase| p.text().split(' ').any(|word| matches!(word, "who" | "that" | "whose"));
        let who = if !rows && clause(&a) { who } else { "" };
        match op {
            SetOp::Intersect => words![a, "and", who, also(b)],
            SetOp::Except => words![a, "but", who, relation(&r)?.not_done(r.voice)],
            // "have standard members or student members"
            SetOp::Union => match (who, relation(&l).zip(relation(&r))) {
                ("", Some((one, other))) if one.verb() == other.verb() => words![one.done(), "or", other.object()],
                _ => words![a, "or", who, b],
            },
        }
    };
    finish(voice, asked, (rows, words![noun, who]), joined.says("set"))
}

/// "Which members ...?", or "What are the IDs of the members who ...?"
fn finish(voice: &Voice<'_>, asked: Phrase, (rows, noun): (bool, Phrase), joined: Phrase) -> Option<Phrase> {
    if rows {
        return Some(words!["which", asked, joined, "?"]);
    }
    Some(ask(voice, words![asked, "the", noun, joined]))
}

/// What the rows of both sides do with rows of one table, said once: "own both cats and dogs", "hosted concerts in both 2014 and 2015", "operate
/// flights departing from Oslo but not from Lima".
fn alike(l: &Speaker<'_>, r: &Speaker<'_>, op: SetOp) -> Option<Phrase> {
    // Both in the same form.
    let form = l.voice.rng.borrow().clone();
    let one = relation(l)?;
    *l.voice.rng.borrow_mut() = form;
    let other = relation(r)?;
    let verb = one.verb();
    if verb != other.verb() || one.is_all() || other.is_all() {
        return None;
    }
    let (a, b) = (one.object(), other.object());
    let sides: [Vec<&str>; 2] = [&a, &b].map(|side| side.text().split(' ').collect());
    let same = sides[0].iter().zip(&sides[1]).take_while(|(x, y)| x == y).count();
    // "concerts in" + "2014" and "2015".
    let at = sides[0].iter().take(same).rposition(|word| ["in", "from", "at"].contains(word));
    let short = |at: &usize| sides.iter().all(|side| (at + 2..=at + 5).contains(&side.len()));
    // "with the start from Juniper" is no place.
    let plain = !sides[0].iter().take(same).any(|word| ["with", "whose"].contains(word));
    let parted = at.filter(short).filter(|_| plain).and_then(|at| {
        let head = sides[0].get(..=at)?.join(" ");
        let rest = |side: &Phrase| side.clone().with_first_word(&head, "").trimmed();
        Some((head.clone(), *sides[0].get(at)?, rest(&a), rest(&b)))
    });
    Some(match (op, parted) {
        (SetOp::Intersect, Some((head, _, x, y))) => words![verb, head, "both", x, "and", y],
        (SetOp::Intersect, None) => words![verb, "both", a, "and", b],
        (SetOp::Except, Some((head, link, x, y))) => words![verb, head, x, "but not", link, y],
        _ => return None,
    })
}

fn ask(voice: &Voice<'_>, chosen: Phrase) -> Phrase {
    match voice.below(2) {
        0 => words!["what are", chosen, "?"],
        _ => words![voice.any(&["Show", "List", "Find", "Give me", "Return"]), chosen, "."],
    }
}

/// "Which cities have both senior members and members born in 1973?"
fn values(l: &Speaker<'_>, r: &Speaker<'_>, op: SetOp) -> Option<Phrase> {
    let column = &l.select.items.first()?.expr;
    let plural = Phrase::from(&l.words_of(column)?.plural).says("left.item.0");
    // Both in the same form: "gray items but no yellow items".
    let form = l.voice.rng.borrow().clone();
    let a = subject(l, &[])?;
    *l.voice.rng.borrow_mut() = form;
    let b = subject(r, &[])?;
    let joint = match op {
        SetOp::Intersect => words!["have both", a, "and", b],
        SetOp::Except => words!["have", a, "but no", b],
        SetOp::Union => words!["have", a, "or", b],
    };
    Some(words!["which", plural, joint.says("set"), "?"])
}

/// "Which first names are found both among the students who own cats and among the students who own dogs?"
fn found_among(l: &Speaker<'_>, r: &Speaker<'_>, op: SetOp) -> Option<Phrase> {
    let plural = Phrase::from(&l.words_of(&l.select.items.first()?.expr)?.plural).says("left.item.0");
    let (a, b) = (subject(l, &[])?, subject(r, &[])?);
    let found = match op {
        SetOp::Intersect => words!["are found both among", a, "and among", b],
        SetOp::Except => words!["are found among", a, "but not among", b],
        SetOp::Union => words!["are found among", a, "or among", b],
    };
    Some(words!["which", plural, found.says("set"), "?"])
}

/// What the rows of one side are or do: "are active", "have taken out loans in 2020"; "have written reviews" where nothing more is said of them.
fn does(side: &Speaker<'_>) -> Option<Phrase> {
    let said = conditions(side, 0, &[])?;
    if !said.is_empty() {
        return Some(verbs(said));
    }
    Some(relation(side)?.done())
}

/// "have taken out loans" -> "have also taken out loans"; "own pets" -> "also own pets".
fn also(verb: Phrase) -> Phrase {
    let done = verb.text().split(' ').nth(1).is_some_and(crate::schema::morphology::is_participle);
    if done && verb.text().starts_with("have ") {
        verb.with_first_word("have", "have also")
    } else {
        words!["also", verb]
    }
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
    Some(negated_verb(right.voice, &edge.has_child, children))
}
