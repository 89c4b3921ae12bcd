//! Groups looked at together: above average, their mean, how many pass a bound.

use super::grouped::{at_least, children, of_stage};
use super::{Frame, subject};
use crate::ir::Value;
use crate::nlgen::items::{aggregate, aggregate_adjective};
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::Voice;
use crate::query::ir::{Aggregate, Body, Compare, Expr, Predicate, QueryIr};
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
    let figure = aggregate(&speaker, &stage.items[m].expr, np)?;
    let relative = speaker.relative(key.entity?);
    let (_, edge) = speaker.join_of(key.entity?)?;
    let things = children(&speaker, edge, false)?;
    match (outer.items.first().map(|i| &i.expr), outer.filter.first()) {
        (Some(Expr::Column(_)), Some(Predicate::CompareQuery { op, .. })) => {
            let shown = outer.items.len() - 1;
            let many = (0..shown).fold(key.many.clone(), |p, i| p.says(format!("item.{i}")));
            let more = *op == Compare::Gt;
            let what = Phrase::from(if counted { "how many" } else { "what is that figure for each" }).says(format!("item.{shown}"));
            let scope = words!["among", key.many.clone(), relative, "have any"];
            let verb = if counted {
                words![&edge.has_child, if more { "more" } else { "fewer" }, things, "than the average"]
            } else {
                words![
                    "have",
                    figure_with_article(figure),
                    if more { "above" } else { "below" },
                    "the average"
                ]
            };
            let verb = words![verb, scope].says("filter.0");
            Some(words!["which", many, verb, ", and", what, "?"])
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
            let any = if matches!(op, Compare::Lt | Compare::LtEq) {
                Phrase::from("(but at least one)")
            } else {
                Phrase::default()
            };
            Some(words![Phrase::from("how many").says("item.0"), key.many, bound, any, "?"])
        }
        (Some(Expr::Aggregate { func, .. }), None) => {
            let adjective = aggregate_adjective(*func, Role::Measure);
            let asked = words![adjective, figure.with_first_word("the", "").trimmed()].says("item.0");
            Some(words![
                "what is the",
                asked,
                Phrase::from("per").says("item.0"),
                key.one,
                ", counting only",
                key.many,
                relative,
                "have any?"
            ])
        }
        _ => None,
    }
}

/// "the total price of books" -> "a total price of books".
fn figure_with_article(figure: Phrase) -> Phrase {
    let article = crate::nlgen::literal::article(figure.text().trim_start_matches("the "));
    figure.with_first_word("the", article)
}
