//! The first n rows of each group, with ties.

use super::{Frame, extreme_word, implied, says_all, subject};
use crate::nlgen::attach::is_closed;
use crate::nlgen::items::merge;
use crate::nlgen::literal::count;
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::Voice;
use crate::query::ir::{Body, Expr, Predicate, QueryIr};
use crate::words;

/// The registry entry.
pub(super) const FRAME: Frame = Frame { name: "ranked", say };

fn say(voice: &Voice<'_>, query: &QueryIr) -> Option<Phrase> {
    let Body::Staged { stage, outer, .. } = &query.body else {
        return None;
    };
    let speaker = voice.about(stage, "stage.");
    let Expr::Window { partition, order, .. } = &stage.items.last()?.expr else {
        return None;
    };
    let Predicate::Compare { value, .. } = outer.filter.first()? else {
        return None;
    };
    let n: u64 = value.to_string().parse().ok()?;
    let key = speaker.words_of(partition.first()?)?;
    let by = order.first()?;
    let measure = speaker.words_of(&by.expr)?;
    let skip = implied(&speaker, &[&by.expr, partition.first()?]);
    let np = subject(&speaker, &skip)?;
    let extreme = extreme_word(measure, by.descending);
    let mut shown = Vec::new();
    for (i, item) in outer.items.iter().enumerate() {
        let column = &item.expr.base_column()?.column;
        let inner = stage
            .items
            .iter()
            .find_map(|s| s.expr.base_column().filter(|c| &c.column == column))?;
        shown.push(Phrase::from(&speaker.column(inner)?.noun).says(format!("item.{i}")));
    }
    let closed = is_closed(&np);
    let (counted, noun) = if n == 1 {
        (String::new(), &measure.noun)
    } else {
        (count(n), &measure.plural)
    };
    let with = if closed { "have the" } else { "with the" };
    let ranked = words![counted, np, with, extreme, noun].says_with("filter.0", vec![value.to_string()]);
    let ranked = says_all(ranked, &speaker, &skip);
    let ties = voice.any(&["including ties", "ties included"]);
    let show = words!["Show the", merge(shown)];
    Some(match voice.below(2) {
        _ if closed => words!["for each", &key.noun, ", which", ranked, format!(", {ties}?"), show, "."],
        0 => words!["for each", &key.noun, ", which are the", ranked, format!(", {ties}?"), show, "."],
        _ => words!["find the", ranked, "for each", &key.noun, format!(", {ties}."), show, "."],
    })
}
