//! Questions: from an intent to English that says every clause, and remembers where.
//!
//! [`ask`] tries the frames of [`frame::FRAMES`] in order; the first that fits words the intent. Frames share [`modifier`]s (conditions in the
//! forms a sentence needs), [`items`] (what is shown) and [`speaker`] (which words stand for what).
//! Invariant: the question is made from the intent and the lexicon alone, never from SQL text; every clause has its span or there is no question.

mod against;
pub mod attach;
pub mod calendar;
mod comparison;
pub mod condition;
pub mod dialogue;
pub mod doubt;
pub mod frame;
pub mod gloss;
pub mod items;
mod kind;
mod left_out;
pub mod literal;
pub mod modifier;
mod nested;
pub mod phrase;
mod place;
pub mod rationale;
pub mod speaker;
pub mod style;
mod values;
mod when;

use crate::ir::LogicalIr;
use crate::ir::record::{Span, Turn};
use crate::kernel::seed::Rng;
use crate::query::ir::QueryIr;
use crate::schema::glossary::Glossary;
use crate::schema::lexicon::Lexicon;
use crate::schema::morphology::with_article;
use crate::words;
use gloss::Gloss;
use phrase::Phrase;
use speaker::Voice;
use std::cell::RefCell;
use style::Style;

/// A worded intent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Question {
    /// The question.
    pub text: String,
    /// What its terms mean; empty when it speaks plainly.
    pub evidence: String,
    /// The turns of a dialogue; empty for a single question.
    pub turns: Vec<Turn>,
    /// Which words say which clause.
    pub alignment: Vec<Span>,
    /// "interrogative", "imperative", "concise", or the style that was asked for.
    pub style: &'static str,
}

/// Words an intent, or says why not: "no_frame", or the clause that no words say.
pub fn ask(query: &QueryIr, schema: &LogicalIr, lexicon: &Lexicon, rng: Rng) -> Result<Question, String> {
    worded(query, schema, lexicon, rng, None)
}

/// The same in a style; an error where the style has no wording for it.
pub fn ask_in(
    style: &Style,
    query: &QueryIr,
    schema: &LogicalIr,
    (lexicon, glossary): (&Lexicon, &Glossary),
    rng: Rng,
) -> Result<Question, String> {
    worded(query, schema, lexicon, rng, Some((style, glossary)))
}

/// "employees of employees in Oslo": a shop's hirings are called after whom they hire, and what is said of the employee would be said twice.
fn of_themselves(lexicon: &Lexicon, text: &str) -> Option<String> {
    let people = lexicon.tables.values().filter(|table| table.person);
    people
        .flat_map(|table| {
            let (many, one) = (&table.plural, &table.singular);
            [
                format!("{many} of {many}"),
                format!("{many} of the {one} "),
                format!("{many} of {} ", with_article(one)),
            ]
        })
        .find(|said| text.contains(said.as_str()))
}

fn worded(
    query: &QueryIr,
    schema: &LogicalIr,
    lexicon: &Lexicon,
    rng: Rng,
    wanted: Option<(&Style, &Glossary)>,
) -> Result<Question, String> {
    let gloss = wanted.and_then(|(style, glossary)| Some(Gloss::new(glossary, style.figurative()?)));
    let voice = Voice {
        schema,
        lexicon,
        gloss,
        rng: RefCell::new(rng),
    };
    let none = |style: &Style| format!("no {} wording", style.name);
    let mut turns = Vec::new();
    let said = match wanted {
        Some((style, _)) if style.is_dialogue() => {
            let dialogue = dialogue::say(&voice, query).ok_or_else(|| none(style))?;
            turns = dialogue.turns;
            dialogue.text
        }
        _ => {
            let asked = frame::FRAMES.iter().find_map(|frame| (frame.say)(&voice, query));
            let asked = asked.ok_or("no frame words this intent")?;
            match left_out::sentence(&voice, query) {
                Some(missing) => words![asked, missing],
                None => asked,
            }
        }
    };
    let said = match wanted {
        Some((style, _)) => style.say(said, &voice).ok_or_else(|| none(style))?,
        None => said,
    };
    let (text, mut alignment) = said.into_sentence();
    if let Some(said) = of_themselves(lexicon, &text) {
        return Err(format!("people are said to be of themselves, \"{said}\": {text}"));
    }
    if let Some(clause) = query
        .clauses()
        .into_iter()
        .find(|c| !alignment.iter().any(|s| &s.clause == c && s.end > s.start))
    {
        return Err(format!("no words say clause {clause}: {text}"));
    }
    let mut evidence = String::new();
    if let (Some(gloss), Some((style, _))) = (&voice.gloss, wanted) {
        let meant = gloss.evidence(|id| alignment.iter().any(|s| s.clause == id && s.literals.is_empty()));
        if meant.is_empty() {
            return Err(none(style));
        }
        let spans;
        (evidence, spans) = meant.into_parts();
        alignment.extend(spans.into_iter().map(|s| Span { evidence: true, ..s }));
    }
    let style = if let Some((style, _)) = wanted.filter(|(style, _)| !style.is_plain()) {
        style.name
    } else if text.contains('?') {
        "interrogative"
    } else if frame::OPENERS.iter().any(|o| text.to_lowercase().starts_with(o)) {
        "imperative"
    } else {
        "concise"
    };
    Ok(Question {
        text,
        evidence,
        turns,
        alignment,
        style,
    })
}
