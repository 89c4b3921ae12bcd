//! Groups looked at together: above average, their mean, how many pass a bound.

use super::grouped::{at_least, children, of_stage};
use super::{Frame, subject};
use crate::ir::Value;
use crate::nlgen::items::{aggregate, aggregate_adjective, figure as figure_of};
use crate::nlgen::modifier::singular_verb;
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::{Speaker, Voice};
use crate::query::ir::{Aggregate, Body, Compare, Expr, Predicate, QueryIr, Select};
use crate::schema::lexicon::EdgeWords;
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
            // "Which branches hold an above-average number of copies, and how many? ..."
            let asked = match counted {
                true => words![&edge.has_child, "an above-average number of", things.clone()],
                false => words!["have an above-average", total(&speaker, stage, m, "their", things.clone())?],
            };
            let last = Phrase::from(if counted { "how many" } else { "what is it for each" }).says(format!("item.{shown}"));
            let without = words!["Leave out", key.many.text(), without_any(stage, edge), "when averaging."];
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
                let its = if speaker.table(key.entity?)?.person { "their" } else { "its" };
                let total = total(&speaker, stage, m, its, things.clone())?;
                if most {
                    // "What is the highest total fine that any one member has over their loans due in 2021?"
                    let (head, over) = split(total)?;
                    let asked = words!["what is the highest", head, "that any one", one, "has", over];
                    return Some(words![asked.says("item.0"), "?"]);
                }
                // "What is the average member's total fine over their loans due in 2021?"
                let asked = words!["what is the average", possessive(one.text()), total];
                let asked = one_tags(asked, &speaker, stage).says("item.0");
                return Some(words![asked, "? Leave out", key.many, without_any(stage, edge), "."]);
            }
            if most {
                // "What is the highest number of copies that any one branch holds?"
                let verb = singular_verb(Phrase::from(&edge.has_child));
                let asked = words!["what is the highest number of", things, "that any one", one, verb];
                return Some(words![asked.says("item.0"), "?"]);
            }
            // Leaving out rows with nothing changes a mean.
            let scope = words![", leaving out", key.many, without_any(stage, edge)];
            let asked = words!["what is the", adjective, figure.with_first_word("the", "").trimmed(), "per", one];
            Some(words![asked.says("item.0"), scope, "?"])
        }
        _ => None,
    }
}

/// "total fine over their loans due in 2021"
fn total(speaker: &Speaker<'_>, stage: &Select, figure: usize, their: &str, things: Phrase) -> Option<Phrase> {
    let Expr::Aggregate { arg: Some(arg), .. } = &stage.items.get(figure)?.expr else {
        return None;
    };
    Some(words![figure_of(Aggregate::Sum, speaker.words_of(arg)?), "over", their, things])
}

/// "total fine", "over their loans due in 2021".
fn split(total: Phrase) -> Option<(String, Phrase)> {
    let (head, _) = total.text().split_once(" over ")?;
    let head = head.to_owned();
    let over = total.with_first_word(&head, "").trimmed();
    Some((head, over))
}

/// "without any loans", "without any such loans": rows that nothing refers to are in no group.
fn without_any(stage: &Select, edge: &EdgeWords) -> Phrase {
    words!["without any", if stage.filter.is_empty() { "" } else { "such" }, &edge.children]
}

/// Says the groups of a stage.
fn one_tags(said: Phrase, speaker: &Speaker<'_>, stage: &Select) -> Phrase {
    (0..stage.group.len()).fold(said, |p, i| p.says(speaker.id(&format!("group.{i}"))))
}
