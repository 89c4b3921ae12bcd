//! Sentences for what no query gives, one list a kind.
//!
//! Invariant: a sentence asks for something that rows and columns do not say, whatever they hold.

use super::{Worded, article_and, one_of};
use crate::nlgen::attach::with_modifiers;
use crate::nlgen::modifier::conditions;
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::Voice;
use crate::query::ir::Select;
use crate::schema::role::Role;

/// Words a question of a kind about some rows.
pub(super) fn say(voice: &Voice<'_>, kind: &str, rows: &Select, measure: Option<&str>, text: Option<&str>) -> Option<Worded> {
    let speaker = voice.about(rows, "");
    let table = rows.table(0)?;
    let row = speaker.table(0)?;
    let of = |column: Option<&str>| column.and_then(|c| voice.lexicon.column(table, c));
    let such = with_modifiers(Phrase::from(&row.plural), conditions(&speaker, 0, &[])?, speaker.relative(0));
    let (such, things, one) = (such.text(), &row.plural, &row.singular);
    let mut options: Vec<String> = Vec::new();
    // The prose of a person is nothing to translate, nor is a name.
    let translated = of(text).filter(|w| !row.person && (w.role == Role::FreeText || ["title", "name"].contains(&w.noun.as_str())));
    let measured = of(measure).map(|w| w.noun.as_str());
    let counted = measured.is_some_and(|m| m.starts_with("number of "));
    let measure = measured.filter(|_| !counted);
    let when = voice.any(&["next year", "in five years", "by the end of next year", "two years from now"]);
    match kind {
        "forecast" => {
            options.push(format!("How many {such} will there be {when}?"));
            options.push(format!(
                "How many new {things} can we expect {}?",
                voice.any(&["next year", "next quarter", "in the coming months"])
            ));
            if let Some(m) = measure {
                options.push(format!("What will the average {m} of {such} be {when}?"));
                options.push(format!("How will the {m} of {such} develop over the next few years?"));
                options.push(format!("Predict the average {m} of {things} for next year."));
            }
        }
        "cause" => {
            options.push(format!("Why are there so many {such}?"));
            options.push(format!("Why are there not more {such}?"));
            if let Some(m) = measure {
                options.push(format!("Why do some {such} have a much higher {m} than others?"));
                options.push(format!("What explains the differences in {m} among {such}?"));
                options.push(format!("What is the reason for the {m} of {such} being what it is?"));
            }
        }
        "advice" => {
            options.push(format!("Should we have more {such}?"));
            options.push(format!("Do you think we have too many {such}?"));
            options.push(format!("Which {such} should we be most worried about?"));
            options.push(format!("What is the best way to deal with {such}?"));
            if let Some(m) = measure {
                options.push(format!("What {m} should {such} ideally have?"));
                options.push(format!("What would be a fair {m} for {such}?"));
            }
        }
        "outside" => {
            options.push(format!("How does our number of {things} compare with that of our competitors?"));
            options.push(format!("Do others in our line of business have as many {such} as we do?"));
            if let Some(m) = measure {
                options.push(format!("Is the average {m} of {such} above the industry average?"));
                options.push(format!(
                    "How does the average {m} of our {things} compare with the rest of the country?"
                ));
                options.push(format!("What is the usual {m} of {things} elsewhere in the world?"));
            }
        }
        "change" => {
            options.push(format!("Delete all {such}."));
            options.push(format!("Add {} to the database.", article_and(&format!("new {one}"))));
            options.push(format!("Can you remove the {such} from the system?"));
            options.push(format!("Merge {such} that are duplicates of each other."));
            if let Some(m) = measure {
                options.push(format!("Set the {m} of all {such} to zero."));
                options.push(format!("Raise the {m} of {such} by ten percent."));
            }
        }
        _ => {
            options.push(format!("Write a short article about {such}."));
            options.push(format!(
                "Send me an e-mail whenever there is {}.",
                article_and(&format!("new {one}"))
            ));
            options.push(format!("Make a slide deck about our {things} for tomorrow's meeting."));
            options.push(format!("Print a label for each of the {such}."));
            if let Some(words) = translated {
                options.push(format!("Translate the {} of {such} into French.", words.plural));
                options.push(format!("Which of the {} of {such} sounds best?", words.plural));
            }
        }
    }
    let question = one_of(voice, &options)?.clone();
    let (reason, refusal) = match kind {
        "forecast" => (
            "It asks about the future; the database records what is and what was.",
            "I cannot foresee that from the data.",
        ),
        "cause" => (
            "It asks for a cause; the database says what is the case, not why.",
            "The data does not say why.",
        ),
        "advice" => (
            "It asks for a judgement; the database holds facts, and what to do about them is not among them.",
            "That is for you to judge; the data does not say.",
        ),
        "outside" => (
            "It needs figures from elsewhere; the database holds its own alone.",
            "I have no figures from outside this database.",
        ),
        "change" => (
            "It asks to change the data; a query only reads it.",
            "I can only read the data, not change it.",
        ),
        _ => (
            "It asks for a piece of work that is not looking something up; a query returns rows and nothing else.",
            "I can look things up, but not do that.",
        ),
    };
    let these = if question.contains(such) { such } else { things };
    let offer = match measure {
        Some(m) if voice.below(2) == 0 => format!("I can tell you the average {m} of {these} in the data."),
        _ => format!("I can tell you how many {these} there are in the data."),
    };
    Some(Worded {
        style: if question.ends_with('?') { "interrogative" } else { "imperative" },
        question,
        focus: String::new(),
        reason: reason.to_owned(),
        reply: format!("{refusal} {offer}"),
        columns: Vec::new(),
        readings: Vec::new(),
    })
}
