//! The longest and the shortest texts: "What are the five longest titles of books from Norway, and how many characters does each have?"

use super::{Frame, implied, says_all, subject};
use crate::nlgen::literal::count;
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::Voice;
use crate::query::ir::{Body, Expr, QueryIr};
use crate::words;

/// The registry entry.
pub(super) const FRAME: Frame = Frame { name: "text_length", say };

fn say(voice: &Voice<'_>, query: &QueryIr) -> Option<Phrase> {
    let Body::Select(select) = &query.body else { return None };
    let (first, limit) = (select.order.first()?, select.limit?);
    let Expr::Length(of) = &first.expr else { return None };
    let [text, rest @ ..] = &select.items[..] else { return None };
    if text.expr != **of || rest.iter().any(|item| item.expr != first.expr) || rest.len() > 1 {
        return None;
    }
    let speaker = voice.about(select, "");
    let nouns = speaker.words_of(of)?;
    let skip = implied(&speaker, &[of]);
    let one = limit == 1;
    let noun = Phrase::from(if one { &nouns.noun } else { &nouns.plural }).says("item.0");
    let noun = says_all(noun, &speaker, &skip);
    let longest = Phrase::from(if first.descending { "longest" } else { "shortest" }).says("order.0");
    let counted = if one { String::new() } else { count(limit) };
    let limited = vec![limit.to_string()];
    let texts = if select.filter.len() == skip.len() {
        words!["the", counted, longest, speaker.noun(0, false)?, noun].says_with("limit", limited)
    } else {
        let of = if one {
            words!["of any", super::list::singular_subject(&speaker, &skip)?]
        } else {
            words!["of", subject(&speaker, &skip)?]
        };
        words![words!["the", counted, longest, noun].says_with("limit", limited), of]
    };
    let length = match (rest.len(), one) {
        (0, _) => Phrase::default(),
        (_, true) => words![", and", Phrase::from("how many characters long is it").says("item.1")],
        (_, false) => words![", and", Phrase::from("how many characters long is each").says("item.1")],
    };
    let ties = match &select.order[1..] {
        [] => Phrase::default(),
        [key] if key.expr == **of && !key.descending => {
            words![
                Phrase::from(voice.any(&["Settle ties alphabetically", "Break ties alphabetically"])).says("order.1"),
                "."
            ]
        }
        _ => return None,
    };
    if length.is_empty() && voice.below(2) == 0 {
        return Some(words![voice.any(&["Show", "Find", "Give me"]), texts, ".", ties]);
    }
    let be = if one { "what is" } else { "what are" };
    Some(words![be, texts, length, "?", ties])
}
