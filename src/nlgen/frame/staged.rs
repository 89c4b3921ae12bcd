//! Groups looked at together: above average, their mean, how many pass a bound.

use super::grouped::{Key, any_of, at_least, children, of_stage};
use super::{Frame, subject};
use crate::ir::Value;
use crate::nlgen::items::{aggregate, aggregate_adjective};
use crate::nlgen::modifier::singular_verb;
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::{Speaker, Voice};
use crate::query::ir::{Aggregate, Body, Compare, Expr, Predicate, QueryIr, Select};
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
            // "Count the copies for each branch that holds any. Which branches are above the average, and how many ...?"
            let (ask, each) = match counted {
                true => (
                    words!["count the", things, "for each", with_any(&speaker, &key)?],
                    "how many do they have",
                ),
                false => (added_up(&speaker, stage, m, np, &key)?, "what is each one's total"),
            };
            let above = if counted {
                "are above the average"
            } else {
                "are above the average of these totals"
            };
            let which = words!["Which", many, Phrase::from(above).says("filter.0")];
            Some(words![
                ask,
                ".",
                which,
                ", and",
                Phrase::from(each).says(format!("item.{shown}")),
                "?"
            ])
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
            let one = (0..stage.group.len()).fold(one, |p, i| p.says(speaker.id(&format!("group.{i}"))));
            let most = *func == Aggregate::Max;
            if let Expr::Aggregate { arg: Some(arg), .. } = &stage.items[m].expr {
                if !most {
                    let what = Phrase::from("What is the average of these totals").says("item.0");
                    return Some(words![added_up(&speaker, stage, m, np, &key)?, ".", what, "?"]);
                }
                let total = words!["total", &speaker.words_of(arg)?.noun, "of", np];
                return Some(words![
                    words!["what is the", adjective, total, "for any one", one].says("item.0"),
                    "?"
                ]);
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

/// "add up the fine of loans due in 2021 for each member who has taken out any"
fn added_up(speaker: &Speaker<'_>, stage: &Select, figure: usize, np: Phrase, key: &Key) -> Option<Phrase> {
    let Expr::Aggregate { arg: Some(arg), .. } = &stage.items.get(figure)?.expr else {
        return None;
    };
    let each = with_any(speaker, key)?;
    Some(words!["add up the", &speaker.words_of(arg)?.noun, "of", np, "for each", each])
}

/// "member who has taken out any": a row that nothing refers to is in no group.
fn with_any(speaker: &Speaker<'_>, key: &Key) -> Option<Phrase> {
    let source = key.entity?;
    let (_, edge) = speaker.join_of(source)?;
    let one = match speaker.is_only_way(source) {
        true => speaker.table(source)?.singular.as_str(),
        false => speaker.noun(source, false)?,
    };
    Some(words![one, speaker.relative(source), any_of(&edge.has_child)])
}
