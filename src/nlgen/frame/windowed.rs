//! Rows beside a figure about their group: rank, average, share.

use super::{Frame, direction, subject};
use crate::nlgen::items::merge;
use crate::nlgen::phrase::Phrase;
use crate::nlgen::place::{is_place, is_shelf};
use crate::nlgen::speaker::{Speaker, Voice};
use crate::query::ir::{Aggregate, Body, Expr, QueryIr, Window};
use crate::schema::lexicon::ColumnWords;
use crate::words;

/// The registry entry.
pub(super) const FRAME: Frame = Frame { name: "windowed", say };

fn say(voice: &Voice<'_>, query: &QueryIr) -> Option<Phrase> {
    let Body::Select(select) = &query.body else { return None };
    let speaker = voice.about(select, "");
    let last = select.items.len().checked_sub(1)?;
    match &select.items[last].expr {
        Expr::Percent { part, whole } if matches!(whole.as_ref(), Expr::Window { .. }) => share(&speaker, part, last),
        Expr::Window {
            func: func @ (Window::Rank | Window::DenseRank),
            partition,
            order,
            ..
        } => {
            let key = order.first()?;
            let measure = speaker.words_of(&key.expr)?;
            let within = match partition.first() {
                Some(expr) => words!["within each", &speaker.words_of(expr)?.noun],
                None => Phrase::default(),
            };
            let rank = words!["by", &measure.noun, direction(measure, key.descending), within].says(format!("item.{last}"));
            let mut shown = column_nouns(&speaker, last)?;
            shown.push(Phrase::from("rank"));
            let shown = merge(shown);
            let ties = if *func == Window::DenseRank {
                voice.any(&[
                    "ties share a rank and leave no gap after them",
                    "equal values share a rank, without gaps",
                ])
            } else {
                voice.any(&[
                    "equal values share a rank, leaving gaps",
                    "ties share a rank and leave a gap after them",
                ])
            };
            Some(words![
                "Rank",
                subject(&speaker, &[])?,
                rank,
                format!("({ties})"),
                "and show the",
                shown,
                "."
            ])
        }
        Expr::Window {
            func: Window::Avg,
            partition,
            arg: Some(arg),
            ..
        } => {
            let group = speaker.words_of(partition.first()?)?;
            let measure = speaker.words_of(arg)?;
            let plural = speaker.noun(0, true)?;
            // Rows are cut before the window looks at them.
            let all = if select.filter.is_empty() { "of all" } else { "of all such" };
            let average = words!["the average", &measure.noun, all, plural, same(group)].says(format!("item.{last}"));
            let verb = voice.any(&["Show", "List", "Give me"]);
            Some(words![
                verb,
                "the",
                columns(&speaker, last)?,
                "of",
                subject(&speaker, &[])?,
                ", each next to",
                average,
                "."
            ])
        }
        _ => None,
    }
}

/// The plain columns before the last item.
fn columns(speaker: &Speaker<'_>, last: usize) -> Option<Phrase> {
    column_nouns(speaker, last).map(merge)
}

fn column_nouns(speaker: &Speaker<'_>, last: usize) -> Option<Vec<Phrase>> {
    let mut nouns = Vec::new();
    for (i, item) in speaker.select.items.iter().take(last).enumerate() {
        let Expr::Column(c) = &item.expr else { return None };
        nouns.push(Phrase::from(&speaker.column(c)?.noun).says(speaker.id(&format!("item.{i}"))));
    }
    Some(nouns)
}

/// "What percentage of all books does each genre account for?"
fn share(speaker: &Speaker<'_>, part: &Expr, last: usize) -> Option<Phrase> {
    let key = super::group_key::key(speaker)?;
    let np = subject(speaker, &key.implied)?;
    let whole = match part {
        Expr::Aggregate {
            func: Aggregate::Sum,
            arg: Some(arg),
            ..
        } => words![
            "the total",
            &speaker.words_of(arg)?.noun,
            "of",
            if speaker.select.filter.is_empty() { "all" } else { "" },
            np
        ],
        _ => words!["all", np],
    };
    let id = format!("item.{last}");
    let asked = words!["what percentage of", whole].says_with(&id, vec!["100.0".into(), "2".into()]);
    Some(words![asked, "does each", key.one, "account for? Round to two decimals."])
}

/// "in the same city", "with the same genre".
fn same(group: &ColumnWords) -> Phrase {
    let within = is_place(&group.noun) || is_shelf(&group.noun);
    let link = if within { "in the same" } else { "with the same" };
    words![link, &group.noun]
}
