//! Groups looked at together: above average, their mean, how many pass a bound.

use super::grouped::{at_least, children, of_stage};
use super::{Frame, subject, without_any};
use crate::ir::Value;
use crate::nlgen::items::{aggregate, aggregate_adjective, figure as figure_of};
use crate::nlgen::modifier::{singular_verb, verb_for};
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::{Speaker, Voice};
use crate::query::ir::{Aggregate, Body, Compare, Expr, Predicate, QueryIr, Select};
use crate::schema::morphology::article;
use crate::schema::morphology::possessive;
use crate::schema::role::Role;
use crate::words;

/// The registry entry.
pub(super) const FRAME: Frame = Frame { name: "staged", say };

fn say(voice: &Voice<'_>, query: &QueryIr) -> Option<Phrase> {
    let Body::Staged { stage, outer, .. } = &query.body else {
        return None;
    };
    if !stage.is_grouped() {
        return None;
    }
    let (speaker, key) = of_stage(voice, stage)?;
    let m = stage.items.iter().position(|i| matches!(i.expr, Expr::Aggregate { .. }))?;
    let counted = matches!(
        &stage.items[m].expr,
        Expr::Aggregate {
            func: Aggregate::Count,
            ..
        }
    );
    let np = subject(&speaker, &key.implied)?;
    let figure = aggregate(&speaker, &stage.items[m].expr, np.clone())?;
    let (_, edge) = speaker.join_of(key.entity?)?;
    let things = children(&speaker, edge, false, &key.implied)?;
    match (outer.items.first().map(|i| &i.expr), outer.filter.first()) {
        (Some(Expr::Column(_)), Some(Predicate::CompareQuery { op, .. })) => {
            let shown = outer.items.len() - 1;
            let many = (0..shown).fold(key.many.clone(), |p, i| p.says(format!("item.{i}")));
            if *op != Compare::Gt {
                return None;
            }
            let last = Phrase::from(if counted { "how many" } else { "what is it for each" }).says(format!("item.{shown}"));
            let without = words!["Leave out", key.rows(), without_any(stage, edge, None), "when averaging."];
            let asked = match counted {
                // "Which branches hold an above-average number of copies, and how many? ..."
                true => words![
                    "which",
                    many,
                    words![verb_for(edge, &things), "an above-average number of", things].says("filter.0")
                ],
                // "For which members is the total fine of their loans above average, and what is it for each? ..."
                false => above_average(&speaker, &stage.items[m].expr, things, key.entity?, ("which", many), "filter.0")?,
            };
            Some(words![asked, ", and", last, "?", without])
        }
        (
            Some(Expr::Aggregate {
                func: Aggregate::Count, ..
            }),
            Some(Predicate::Compare { op, value, .. }),
        ) => {
            let things = if *value == Value::Int(1) {
                children(&speaker, edge, true, &key.implied)?
            } else {
                things
            };
            let bound = words![verb_for(edge, &things), at_least(*op, value)?, things].says_with("filter.0", vec![value.to_string()]);
            if matches!(op, Compare::Lt | Compare::LtEq) {
                // Rows without any are no groups.
                return None;
            }
            Some(words![
                Phrase::from("how many").says("item.0"),
                key.many.retext(key.rows()),
                bound,
                "?"
            ])
        }
        (Some(Expr::Aggregate { func, .. }), None) => {
            let adjective = aggregate_adjective(*func, Role::Measure);
            // The figures themselves are not shown, so neither is what tells the rows apart.
            let one = Phrase::from(speaker.noun(key.entity?, false)?);
            let one = one_tags(one, &speaker, stage);
            let most = *func == Aggregate::Max;
            if matches!(stage.items[m].expr, Expr::Aggregate { arg: Some(_), .. }) {
                let total = total(&speaker, &stage.items[m].expr)?;
                let owner = one.text().to_owned();
                let whose = one_tags(words![possessive(&owner), things], &speaker, stage);
                if most {
                    // "the highest total fine of any one member's loans" has to be read twice.
                    return None;
                }
                // "On average, what is the total fine of a member's loans due in 2021? Leave out members without any such loans."
                let asked = words!["on average, what is the", total, "of", article(&owner), whose].says("item.0");
                return Some(words![
                    asked,
                    "? Leave out",
                    key.many.retext(key.rows()),
                    without_any(stage, edge, None),
                    "."
                ]);
            }
            if most {
                // "What is the highest number of copies that any one branch holds?"
                let verb = singular_verb(Phrase::from(verb_for(edge, &things)));
                let asked = match stage.filter.is_empty() {
                    true => words!["what is the highest number of", things, "that any one", one, verb],
                    false => words!["counting only", things, ", what is the highest number that any one", one, verb],
                };
                return Some(words![asked.says("item.0"), "?"]);
            }
            // Leaving out rows with nothing changes a mean.
            let scope = words![", leaving out", key.many.retext(key.rows()), without_any(stage, edge, None)];
            let asked = words!["what is the", adjective, figure.with_first_word("the", "").trimmed(), "per", one];
            Some(words![asked.says("item.0"), scope, "?"])
        }
        _ => None,
    }
}

/// "for which members is the total fine of their loans above average", of the groups that are rows of a source
pub(super) fn above_average(
    speaker: &Speaker<'_>,
    sum: &Expr,
    things: Phrase,
    source: usize,
    (which, owners): (&str, Phrase),
    clause: &str,
) -> Option<Phrase> {
    if !speaker.select.filter.is_empty() {
        // "of their loans with a fine of at least 10 above average"
        return None;
    }
    let (_, edge) = speaker.join_of(source)?;
    // "of the departments that they lead", not of those that they work in.
    let of = match speaker.is_only_way(source) {
        true => words!["of their", things],
        false => words!["of the", things.clone(), "that they", verb_for(edge, &things)],
    };
    let is = words!["is the", total(speaker, sum)?, of, "above average"];
    Some(words!["for", which, owners, is.says(clause)])
}

/// "total fine"
fn total(speaker: &Speaker<'_>, sum: &Expr) -> Option<String> {
    let Expr::Aggregate { arg: Some(arg), .. } = sum else {
        return None;
    };
    Some(figure_of(Aggregate::Sum, speaker.words_of(arg)?))
}

/// Says the groups of a stage.
fn one_tags(said: Phrase, speaker: &Speaker<'_>, stage: &Select) -> Phrase {
    (0..stage.group.len()).fold(said, |p, i| p.says(speaker.id(&format!("group.{i}"))))
}
