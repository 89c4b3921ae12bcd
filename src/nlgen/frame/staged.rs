//! Groups looked at together: above average, their mean, how many pass a bound.

use super::grouped::{at_least, children, of_stage};
use super::{Frame, subject};
use crate::ir::Value;
use crate::nlgen::items::{aggregate, aggregate_adjective};
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::Voice;
use crate::query::ir::{Aggregate, Body, Compare, Expr, Predicate, QueryIr};
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
            if !counted {
                // "Compared with all warehouses' totals, which warehouses have an above-average total net profit of web sales ...?"
                let base = words!["compared with all", possessive(key.many.text()), "totals"];
                let total = words!["have", figure.with_first_word("the", "an above-average")];
                let what = Phrase::from("what is it for each").says(format!("item.{shown}"));
                return Some(words![base, ", which", words![many, total].says("filter.0"), ", and", what, "?"]);
            }
            if things.text().contains(" than ") {
                // "more copies with a condition other than new than the average book" is hard to read.
                return None;
            }
            let one = speaker.table(key.entity?)?.singular.as_str();
            let such = if stage.filter.is_empty() { "" } else { "such" };
            let base = words!["than the average", one, "with at least one", such, &edge.child];
            let verb = words![&edge.has_child, "more", things, base];
            let how_many = Phrase::from("how many").says(format!("item.{shown}"));
            Some(words!["which", many, verb.says("filter.0"), ", and", how_many, "?"])
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
            // Leaving out rows with nothing changes a mean and a least figure, never the greatest.
            let scope = if *func == Aggregate::Max {
                Phrase::default()
            } else {
                words![", leaving out", key.many, "without any"]
            };
            if let Expr::Aggregate { arg: Some(arg), .. } = &stage.items[m].expr {
                let total = words!["total", &speaker.words_of(arg)?.noun, "of", np];
                let each = if *func == Aggregate::Max { "for any one" } else { "per" };
                let asked = words!["what is the", adjective, total, each, one];
                return Some(words![asked.says("item.0"), scope, "?"]);
            }
            let asked = words!["what is the", adjective, figure.with_first_word("the", "").trimmed(), "per", one];
            Some(words![asked.says("item.0"), scope, "?"])
        }
        _ => None,
    }
}
