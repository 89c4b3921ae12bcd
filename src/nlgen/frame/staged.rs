//! Groups looked at together: above average, their mean, how many pass a bound.

use super::grouped::{at_least, children, of_stage};
use super::{Frame, subject};
use crate::ir::Value;
use crate::nlgen::items::{aggregate, aggregate_adjective, figure as figure_of};
use crate::nlgen::modifier::singular_verb;
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::{Speaker, Voice};
use crate::query::ir::{Aggregate, Body, Compare, Expr, Predicate, QueryIr, Select};
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
    let things = children(&speaker, edge, false)?;
    match (outer.items.first().map(|i| &i.expr), outer.filter.first()) {
        (Some(Expr::Column(_)), Some(Predicate::CompareQuery { op, .. })) => {
            let shown = outer.items.len() - 1;
            let many = (0..shown).fold(key.many.clone(), |p, i| p.says(format!("item.{i}")));
            if *op != Compare::Gt {
                return None;
            }
            if things.text().contains(" than ") && counted {
                // "more copies with a condition other than new than average" is hard to read.
                return None;
            }
            // "Which branches hold more copies than average, and how many? ..."
            let asked = match counted {
                true => words![&edge.has_child, "more", things, "than average"],
                false => words!["have a higher", total(&speaker, stage, m, np)?, "than average"],
            };
            let last = Phrase::from(if counted { "how many" } else { "what is it for each" }).says(format!("item.{shown}"));
            let without = words!["Leave out", key.many.text(), "without any when averaging."];
            Some(words!["which", many, asked.says("filter.0"), ", and", last, "?", without])
        }
        (
            Some(Expr::Aggregate {
                func: Aggregate::Count, ..
            }),
            Some(Predicate::Compare { op, value, .. }),
        ) => {
            let things = if *value == Value::Int(1) {
                children(&speaker, edge, true)?
            } else {
                things
            };
            let bound = words![&edge.has_child, at_least(*op, value)?, things].says_with("filter.0", vec![value.to_string()]);
            if matches!(op, Compare::Lt | Compare::LtEq) {
                // Rows without any are no groups.
                return None;
            }
            Some(words![Phrase::from("how many").says("item.0"), key.many, bound, "?"])
        }
        (Some(Expr::Aggregate { func, .. }), None) => {
            let adjective = aggregate_adjective(*func, Role::Measure);
            // The figures themselves are not shown, so neither is what tells the rows apart.
            let one = Phrase::from(speaker.noun(key.entity?, false)?);
            let one = one_tags(one, &speaker, stage);
            let most = *func == Aggregate::Max;
            if matches!(stage.items[m].expr, Expr::Aggregate { arg: Some(_), .. }) {
                let total = total(&speaker, stage, m, np)?;
                if most {
                    return Some(words![words!["what is the highest", total, "for any one", one].says("item.0"), "?"]);
                }
                // "What is the average member's total fine of loans due in 2021?"
                let asked = words!["what is the average", possessive(one.text()), total];
                let asked = one_tags(asked, &speaker, stage).says("item.0");
                return Some(words![asked, "? Leave out", key.many, "without any."]);
            }
            if most {
                // "What is the highest number of copies that any one branch holds?"
                let verb = singular_verb(Phrase::from(&edge.has_child));
                let asked = words!["what is the highest number of", things, "that any one", one, verb];
                return Some(words![asked.says("item.0"), "?"]);
            }
            // Leaving out rows with nothing changes a mean.
            let scope = words![", leaving out", key.many, "without any"];
            let asked = words!["what is the", adjective, figure.with_first_word("the", "").trimmed(), "per", one];
            Some(words![asked.says("item.0"), scope, "?"])
        }
        _ => None,
    }
}

/// "total fine of loans due in 2021"
fn total(speaker: &Speaker<'_>, stage: &Select, figure: usize, np: Phrase) -> Option<Phrase> {
    let Expr::Aggregate { arg: Some(arg), .. } = &stage.items.get(figure)?.expr else {
        return None;
    };
    Some(words![figure_of(Aggregate::Sum, speaker.words_of(arg)?), "of", np])
}

/// Says the groups of a stage.
fn one_tags(said: Phrase, speaker: &Speaker<'_>, stage: &Select) -> Phrase {
    (0..stage.group.len()).fold(said, |p, i| p.says(speaker.id(&format!("group.{i}"))))
}
