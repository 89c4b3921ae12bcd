//! Dialogues: a broad question first, then what narrows, orders or adds to it; the last turn in its context asks for what the SQL answers.
//!
//! A refinement is a clause of the intent that is taken off and said in a turn of its own. Only clauses that can be added later without changing what was
//! asked before are taken: never a condition under a limit, a share, an average or an extreme of all rows. Invariant: every clause is said in exactly one user turn.

use super::attach::with_modifiers;
use super::frame;
use super::modifier::conditions;
use super::phrase::Phrase;
use super::speaker::{Speaker, Voice};
use crate::ir::record::Turn;
use crate::query::ir::{Body, Expr, Predicate, QueryIr, Select};
use crate::words;

/// A dialogue: its text with all spans, and its turns.
pub struct Dialogue {
    /// "User: ... Assistant: ... User: ..."
    pub text: Phrase,
    /// The same, turn by turn.
    pub turns: Vec<Turn>,
}

/// What the assistant asks, and what the user adds.
struct Refinement {
    asks: &'static str,
    adds: Phrase,
}

/// Words an intent as a dialogue, when a clause of it can wait for a later turn.
pub fn say(voice: &Voice<'_>, query: &QueryIr) -> Option<Dialogue> {
    let Body::Select(full) = &query.body else { return None };
    // "Once for each such book" is said of rows that the first turn does not know yet.
    if full.joins.iter().any(|j| !j.to_parent && !j.outer) {
        return None;
    }
    let speaker = voice.about(full, "");
    let mut broad = full.clone();
    let mut later: Vec<Refinement> = Vec::new();
    // What is taken off last is said first.
    if let Some(sorted) = sorted(&speaker).filter(|_| voice.below(3) > 0) {
        broad.order.clear();
        later.insert(0, sorted);
    }
    if let Some(narrowed) = narrowed(&speaker) {
        broad.filter.pop();
        later.insert(0, narrowed);
    }
    if let Some(added) = added(&speaker).filter(|_| later.is_empty() || (later.len() == 1 && voice.below(4) == 0)) {
        broad.items.pop();
        later.insert(0, added);
    }
    if later.is_empty() {
        return None;
    }
    let opening = QueryIr {
        shape: query.shape.clone(),
        body: Body::Select(broad),
    };
    let first = frame::FRAMES.iter().find_map(|f| (f.say)(voice, &opening))?;
    let mut said: Vec<(&'static str, Phrase)> = Vec::new();
    if later.len() == 1 && voice.below(3) == 0 {
        let rows = speaker.table(0).filter(|t| !t.bridge)?.plural.clone();
        let (open, ask) = match voice.below(3) {
            0 => (words!["I'm looking at our", rows, "."], "What about them?"),
            1 => (words!["I have a question about the", rows, "."], "Go ahead."),
            _ => (words!["Can you help me with the", rows, "?"], "Sure, what would you like to know?"),
        };
        said.push(("user", open));
        said.push(("assistant", Phrase::from(ask)));
    }
    said.push(("user", first.capitalized()));
    for refinement in later {
        said.push(("assistant", Phrase::from(refinement.asks)));
        said.push(("user", refinement.adds.capitalized()));
    }
    let turns = said
        .iter()
        .map(|(role, content)| Turn {
            role: (*role).to_owned(),
            content: content.text().to_owned(),
        })
        .collect();
    let label = |role: &str| if role == "user" { "User:" } else { "Assistant:" };
    let parts = said.into_iter().flat_map(|(role, content)| [Phrase::from(label(role)), content]);
    Some(Dialogue {
        text: Phrase::of(parts),
        turns,
    })
}

/// Whether figures are computed: then rows are "taken into account", not shown.
fn computes(select: &Select) -> bool {
    select.is_grouped() || select.items.iter().any(|i| matches!(i.expr, Expr::Aggregate { .. }))
}

/// Whether every column shown is one of a row, and nothing of it depends on which rows there are.
fn is_plain(select: &Select) -> bool {
    let simple = |e: &Expr| {
        matches!(
            e,
            Expr::Column(_) | Expr::Aggregate { filter: None, .. } | Expr::Part { .. } | Expr::Trunc { .. }
        )
    };
    select.limit.is_none() && select.grouping.is_plain() && !select.distinct && select.items.iter().all(|i| simple(&i.expr))
}

/// The last condition, in a turn of its own.
fn narrowed(speaker: &Speaker<'_>) -> Option<Refinement> {
    let (select, voice) = (speaker.select, speaker.voice);
    if !is_plain(select) || (select.is_ordered() && computes(select)) {
        return None;
    }
    // What is compared with all rows, or with those that are left, is asked at once.
    let whole = |p: &Predicate| matches!(p, Predicate::CompareQuery { .. });
    let last = select.filter.len().checked_sub(1)?;
    if select.filter.iter().any(whole) {
        return None;
    }
    if matches!(select.filter.get(last)?, Predicate::IsNull { .. }) {
        return None;
    }
    let others: Vec<usize> = (0..last).collect();
    let mut modifiers = conditions(speaker, 0, &others)?;
    if modifiers.len() != 1 {
        return None;
    }
    let relative = speaker.relative(0);
    if computes(select) {
        let rows = with_modifiers(Phrase::from(speaker.noun(0, true)?), modifiers, relative);
        let adds = match voice.below(3) {
            0 => words!["Take only the", rows, "into account."],
            1 => words!["Count in only the", rows, ", please."],
            _ => words!["Just for the", rows, ", please."],
        };
        return Some(Refinement {
            asks: voice.any(&[
                "For all of them, or only some?",
                "Should I take all of them?",
                "Does that mean all of them?",
            ]),
            adds,
        });
    }
    let only = modifiers.pop()?;
    let rows = match only.before {
        Some(adjective) => words!["the", adjective, "ones"],
        None => words!["those", only.after],
    };
    let adds = match voice.below(4) {
        0 => words!["Only", rows, ", please."],
        1 => words!["Just", rows, "."],
        2 => words!["I only need", rows, "."],
        _ => words!["Keep only", rows, "."],
    };
    Some(Refinement {
        asks: voice.any(&[
            "All of them, or only some?",
            "Would you like to narrow that down?",
            "Do you want them all?",
        ]),
        adds,
    })
}

/// The order, in a turn of its own.
fn sorted(speaker: &Speaker<'_>) -> Option<Refinement> {
    let select = speaker.select;
    if select.limit.is_some() || select.is_grouped() {
        return None;
    }
    let by = frame::sorted_by(speaker)?;
    Some(Refinement {
        asks: speaker.voice.any(&[
            "In any particular order?",
            "How would you like them sorted?",
            "Does the order matter?",
        ]),
        adds: words![
            speaker.voice.any(&["Sort them", "Yes, sort them", "Put them in order, sorted"]),
            by,
            "."
        ],
    })
}

/// The last column shown, in a turn of its own.
fn added(speaker: &Speaker<'_>) -> Option<Refinement> {
    let select = speaker.select;
    let plain = select.items.iter().all(|i| matches!(i.expr, Expr::Column(_)));
    if select.items.len() < 2 || !plain || !is_plain(select) || select.is_grouped() {
        return None;
    }
    let last = select.items.len() - 1;
    let column = select.items.get(last)?.expr.base_column()?;
    let words = speaker.column(column)?;
    let noun = if column.source == 0 {
        words!["their", &words.plural]
    } else {
        words![
            "the",
            crate::schema::morphology::possessive(speaker.noun(column.source, false)?),
            &words.noun
        ]
    };
    let noun = noun.says(speaker.id(&format!("item.{last}")));
    let adds = match speaker.voice.below(3) {
        0 => words!["Add", noun, "as well."],
        1 => words!["Yes,", noun, ", please."],
        _ => words!["Show", noun, "too."],
    };
    Some(Refinement {
        asks: speaker
            .voice
            .any(&["Is there anything else you want to see?", "Do you need any other details?"]),
        adds,
    })
}
