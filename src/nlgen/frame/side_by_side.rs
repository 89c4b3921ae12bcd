//! Two filtered figures beside each other, for all rows or for each group.

use super::{Frame, group_key, subject};
use crate::nlgen::condition;
use crate::nlgen::items::figure;
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::{Speaker, Voice};
use crate::query::ir::{Aggregate, Body, Expr, Item, Predicate, QueryIr};
use crate::words;

/// The registry entry.
pub(super) const FRAME: Frame = Frame { name: "side_by_side", say };

fn say(voice: &Voice<'_>, query: &QueryIr) -> Option<Phrase> {
    let Body::Select(select) = &query.body else { return None };
    let is_part = |item: &&Item| matches!(&item.expr, Expr::Aggregate { filter: Some(_), .. });
    let first = select.items.iter().position(|item| is_part(&item))?;
    if select.items.iter().filter(is_part).count() != 2 || select.is_ordered() {
        return None;
    }
    let speaker = voice.about(select, "");
    let key = if select.is_grouped() {
        Some(group_key::key(&speaker)?)
    } else {
        None
    };
    let np = subject(&speaker, key.as_ref().map_or(&[], |k| &k.implied))?;
    let mut asked = Vec::new();
    // Both conditions in the same form: "are new" and "are worn".
    let form = voice.rng.borrow().clone();
    for at in [first, first + 1] {
        let Expr::Aggregate {
            func,
            arg,
            filter: Some(filter),
            ..
        } = &select.items.get(at)?.expr
        else {
            return None;
        };
        let id = speaker.id(&format!("item.{at}"));
        *voice.rng.borrow_mut() = form.clone();
        let condition = condition::say(&speaker, filter, 0, &format!("{id}.filter"))?;
        let beginning = at == first;
        asked.push(match (func, arg) {
            (Aggregate::Count, None) if beginning => words!["how many", np.clone(), condition.verb].says(id),
            (Aggregate::Count, None) => words!["how many", condition.verb].says(id),
            (_, Some(arg)) if beginning => {
                let of = crate::nlgen::attach::with_modifiers(np.clone(), vec![condition], speaker.relative(0));
                words!["what is the", figure(*func, speaker.words_of(arg)?), "of", of].says(id)
            }
            (_, Some(_)) => {
                let of = crate::nlgen::attach::with_modifiers("those".into(), vec![without_adjective(condition)], speaker.relative(0));
                words!["what is it for", of].says(id)
            }
            _ => return None,
        });
    }
    let change = select.items.iter().position(|item| matches!(item.expr, Expr::Percent { .. }));
    let (asked, end) = match change {
        Some(at) => match compared(&speaker, first, at, &np) {
            Some(compared) => (compared, ". Round the percentage to two decimals."),
            None => {
                let change = Phrase::from("what is the percentage change").says_with(speaker.id(&format!("item.{at}")), percent());
                let [one, other] = <[Phrase; 2]>::try_from(asked).ok()?;
                (words![one, ",", other, ", and", change], "? Round the percentage to two decimals.")
            }
        },
        None => (Phrase::list(asked, ", and"), "?"),
    };
    Some(match key {
        Some(key) => {
            // A row that nothing refers to is in no group.
            let without = match key.entity {
                Some(source) => {
                    let any = super::without_any(select, speaker.join_of(source)?.1, Some(source));
                    words!["Leave out", key.rows(), any, "."]
                }
                None => Phrase::default(),
            };
            let each = voice.any(&["for each", "for every"]);
            words![each, group_key::told(&speaker, key), ",", asked, end, without]
        }
        None => words![asked, end],
    })
}

/// The literals of a percentage.
fn percent() -> Vec<String> {
    vec!["100.0".into(), "2".into()]
}

/// "compare the total salary of employees who left in 2018 and in 2019, and show the percentage change": one time, two periods.
fn compared(speaker: &Speaker<'_>, first: usize, change: usize, np: &Phrase) -> Option<Phrase> {
    let part = |at: usize| match &speaker.select.items.get(at)?.expr {
        Expr::Aggregate {
            func,
            arg,
            filter: Some(filter),
            ..
        } => Some((*func, arg.as_deref(), filter.as_ref())),
        _ => None,
    };
    let ((func, arg, earlier), (_, _, later)) = (part(first)?, part(first + 1)?);
    let (Predicate::During { expr, .. }, Predicate::During { expr: other, .. }) = (earlier, later) else {
        return None;
    };
    if expr != other {
        return None;
    }
    let ids = [first, first + 1].map(|at| speaker.id(&format!("item.{at}")));
    let say = |filter: &Predicate, id: &str| condition::say(speaker, filter, 0, &format!("{id}.filter"));
    let (one, two) = (say(earlier, &ids[0])?, say(later, &ids[1])?);
    let when = two.after.text().rsplit_once(" in ").map(|(_, when)| format!("in {when}"))?;
    let when = two.after.retext(&when).says(&ids[1]);
    let ends = one.after.text().to_owned();
    let rows = crate::nlgen::attach::with_modifiers(np.clone(), vec![without_adjective(one)], speaker.relative(0));
    if !rows.text().ends_with(&ends) {
        return None;
    }
    let figure = match arg {
        None => words!["the number of", rows],
        Some(arg) => words!["the", figure(func, speaker.words_of(arg)?), "of", rows],
    };
    let change = Phrase::from("the percentage change").says_with(speaker.id(&format!("item.{change}")), percent());
    let both = match speaker.voice.below(2) {
        0 => words![": show both and", change],
        _ => words![", showing both figures and", change],
    };
    Some(words!["compare", figure.says(&ids[0]), "and", when, both])
}

/// A condition that stands after its noun: there is none before which an adjective could.
fn without_adjective(modifier: crate::nlgen::modifier::Modifier) -> crate::nlgen::modifier::Modifier {
    crate::nlgen::modifier::Modifier { before: None, ..modifier }
}
