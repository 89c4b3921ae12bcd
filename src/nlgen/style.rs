//! Styles: how a question sounds, one entry each in [`STYLES`].
//!
//! A frame says what is asked; most styles turn its opening into a request, an order, a note. Only the words before the first thing that is
//! asked for change, so such a style can neither add nor lose a clause. Limits: a sentence that opens otherwise, or that has a second sentence where
//! the first would lose its question mark, has no wording in that style. The others take terms of the glossary for conditions ([`super::gloss`]), or
//! ask in several turns ([`super::dialogue`]).

use super::phrase::Phrase;
use super::speaker::Voice;

/// One style.
pub struct Style {
    /// Registry name; the record's `style`.
    pub name: &'static str,
    /// What it is, one sentence.
    pub about: &'static str,
    how: How,
}

/// How a style does it.
enum How {
    /// By how sentences begin and end.
    Openings(&'static [Opening]),
    /// By terms of the glossary: vague ones, or figures of speech.
    Terms {
        /// Figures of speech.
        figurative: bool,
    },
    /// By several turns.
    Turns,
    /// As the frame says it.
    Plainly,
}

/// How sentences that begin with `from` (lower case) begin in this style, and how they end.
struct Opening {
    from: &'static [&'static str],
    to: &'static [&'static str],
    end: char,
}

/// "What is the average price of ..." and its kin: a noun phrase follows.
const NOUN: &[&str] = &[
    "what is the",
    "what are the",
    "show me the",
    "show the",
    "list the",
    "give me the",
    "give the",
    "find the",
    "return the",
    "tell me the",
];
/// "How many members joined ...": a clause follows.
const HOW_MANY: &[&str] = &["how many"];
const WHICH: &[&str] = &["which"];
/// "Who are the five highest-paid employees?"
const WHO: &[&str] = &["who is", "who are"];
/// "Count the loans ...".
const COUNT: &[&str] = &["count"];
/// "Rank books by price ...".
const RANK: &[&str] = &["rank"];
/// "What percentage of books are ...".
const SHARE: &[&str] = &["what percentage of"];
/// "For each branch, what is ...".
const FOR_EACH: &[&str] = &["for each", "for every"];

const fn opening(from: &'static [&'static str], to: &'static [&'static str], end: char) -> Opening {
    Opening { from, to, end }
}

/// Every style.
pub static STYLES: &[Style] = &[
    Style {
        name: "plain",
        about: "as pairs are asked, in other words; the record says \"interrogative\", \"imperative\" or \"concise\"",
        how: How::Plainly,
    },
    Style {
        name: "formal",
        about: "as in a letter to a colleague",
        how: How::Openings(&[
            opening(
                NOUN,
                &[
                    "Please provide the",
                    "Please report the",
                    "Kindly provide the",
                    "It would be helpful to have the",
                ],
                '.',
            ),
            opening(
                HOW_MANY,
                &["Please determine how many", "Please report how many", "Please state how many"],
                '.',
            ),
            opening(WHICH, &["Please identify which", "Please report which", "Please state which"], '.'),
            opening(WHO, &["Please name", "Please identify"], '.'),
            opening(COUNT, &["Please count", "Please provide a count of"], '.'),
            opening(RANK, &["Please rank", "Kindly rank"], '.'),
        ]),
    },
    Style {
        name: "colloquial",
        about: "as said across a desk",
        how: How::Openings(&[
            opening(
                NOUN,
                &["Get me the", "Pull up the", "Let me see the", "I could use the", "Grab me the"],
                '.',
            ),
            opening(HOW_MANY, &["Any idea how many", "Do you know how many"], '?'),
            opening(WHICH, &["Do you know which", "Any idea which"], '?'),
            opening(&["who is"], &["So who is", "Remind me, who is"], '?'),
            opening(&["who are"], &["So who are", "Remind me, who are"], '?'),
            opening(COUNT, &["Just count", "Count up"], '.'),
            opening(SHARE, &["Any idea what percentage of", "Do you know what percentage of"], '?'),
            opening(FOR_EACH, &["So for each", "Okay, for each"], '?'),
        ]),
    },
    Style {
        name: "imperative",
        about: "an order",
        how: How::Openings(&[
            opening(
                NOUN,
                &["Find the", "Return the", "Look up the", "Retrieve the", "Get the", "Fetch the"],
                '.',
            ),
            opening(HOW_MANY, &["Find out how many", "Tell me how many", "Determine how many"], '.'),
            opening(WHICH, &["Find out which", "Tell me which"], '.'),
            opening(WHO, &["Name", "Find", "Identify"], '.'),
            opening(COUNT, &["Determine the number of", "Give me a count of"], '.'),
        ]),
    },
    Style {
        name: "interrogative",
        about: "a polite question",
        how: How::Openings(&[
            opening(
                NOUN,
                &[
                    "Can you tell me the",
                    "Could you give me the",
                    "Could you look up the",
                    "May I see the",
                    "Would you show me the",
                ],
                '?',
            ),
            opening(HOW_MANY, &["Can you tell me how many", "Could you find out how many"], '?'),
            opening(WHICH, &["Can you tell me which", "Could you find out which"], '?'),
            opening(WHO, &["Could you name", "Can you name"], '?'),
            opening(COUNT, &["Could you count", "Can you count"], '?'),
            opening(RANK, &["Could you rank", "Can you rank"], '?'),
            opening(
                SHARE,
                &["Can you tell me what percentage of", "Could you work out what percentage of"],
                '?',
            ),
        ]),
    },
    Style {
        name: "descriptive",
        about: "says what the speaker needs",
        how: How::Openings(&[
            opening(
                NOUN,
                &[
                    "I need the",
                    "I would like to know the",
                    "I am looking for the",
                    "I am interested in the",
                ],
                '.',
            ),
            opening(HOW_MANY, &["I would like to know how many", "I need to know how many"], '.'),
            opening(WHICH, &["I would like to know which", "I want to find out which"], '.'),
            opening(WHO, &["I am looking for", "I would like to know the names of"], '.'),
            opening(COUNT, &["I need a count of", "I would like to know the number of"], '.'),
            opening(RANK, &["I would like you to rank", "I need you to rank"], '.'),
        ]),
    },
    Style {
        name: "concise",
        about: "as typed into a search box",
        how: How::Openings(&[opening(NOUN, &[""], ' ')]),
    },
    Style {
        name: "vague",
        about: "by words without sharp edges, with evidence that says what they mean",
        how: How::Terms { figurative: false },
    },
    Style {
        name: "metaphorical",
        about: "by figures of speech, with evidence that says what they mean",
        how: How::Terms { figurative: true },
    },
    Style {
        name: "dialogue",
        about: "in two or three turns: a broad question, then what narrows it",
        how: How::Turns,
    },
];

/// The style of a name.
pub fn by_name(name: &str) -> Option<&'static Style> {
    STYLES.iter().find(|s| s.name == name)
}

impl Style {
    /// Whether it says conditions by terms of the glossary, and whether these are figures of speech.
    pub fn figurative(&self) -> Option<bool> {
        match self.how {
            How::Terms { figurative } => Some(figurative),
            _ => None,
        }
    }

    /// Whether it leaves a frame's sentence as it is.
    pub fn is_plain(&self) -> bool {
        matches!(self.how, How::Plainly)
    }

    /// Whether it asks in several turns.
    pub fn is_dialogue(&self) -> bool {
        matches!(self.how, How::Turns)
    }

    /// A frame's sentence in this style, if it has such a wording.
    pub fn say(&self, said: Phrase, voice: &Voice<'_>) -> Option<Phrase> {
        let How::Openings(openings) = &self.how else { return Some(said) };
        let mut said = said;
        // "Count the number of books" asks for a number, not for a count of it.
        if said.text().to_lowercase().starts_with("count the number of ") {
            let count = said.text().split(' ').next().unwrap_or_default().to_owned();
            said = said.with_first_word(&count, "show");
        }
        let lower = said.text().to_lowercase();
        // "How many copies does each branch hold?" asks in an order of words that only a direct question has.
        let inverted = ["does each", "has each", "have each", "are there", "do we have"]
            .iter()
            .any(|w| lower.contains(w));
        let first_end = first_of_several(said.text());
        for opening in *openings {
            let Some(from) = opening.from.iter().find(|from| lower.starts_with(&format!("{from} "))) else {
                continue;
            };
            let asks_itself = from.starts_with("what") && !SHARE.contains(from);
            if !asks_itself && inverted && from != &"which" && !NOUN.contains(from) {
                continue;
            }
            if first_end.is_some_and(|end| end != opening.end) {
                return None;
            }
            let first = said.text().get(..from.len())?.to_owned();
            let to = voice.any(opening.to);
            let opened = said.with_first_word(&first, to).trimmed();
            return Some(match opening.end {
                _ if first_end.is_some() => opened,
                ' ' => opened.with_end(""),
                '?' => opened.with_end("?"),
                _ => opened.with_end("."),
            });
        }
        None
    }
}

/// How the first sentence ends, when another follows.
fn first_of_several(text: &str) -> Option<char> {
    let next = |at: usize| text.get(at + 1..).unwrap_or_default().strip_prefix(' ');
    text.char_indices()
        .find(|(at, c)| ['?', '.'].contains(c) && next(*at).is_some_and(|rest| rest.starts_with(char::is_uppercase)))
        .map(|(_, end)| end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::LogicalIr;
    use crate::kernel::seed::Seed;
    use crate::schema::lexicon::Lexicon;
    use crate::words;
    use std::cell::RefCell;

    fn in_style(name: &str, text: Phrase) -> Option<String> {
        let voice = Voice {
            schema: &LogicalIr::default(),
            lexicon: &Lexicon::default(),
            gloss: None,
            rng: RefCell::new(Seed(1).rng()),
        };
        let (text, spans) = by_name(name)?.say(text, &voice)?.into_sentence();
        for span in spans {
            assert!(text.get(span.start..span.end) == Some("2020"), "{text}: {span:?}");
        }
        Some(text)
    }

    #[test]
    fn only_the_opening_changes_and_spans_follow() {
        let year = || Phrase::from("2020").says("filter.0");
        let noun = || words!["what is the", "average price of books of", year(), "?"];
        assert_eq!(in_style("concise", noun()).as_deref(), Some("Average price of books of 2020"));
        for style in STYLES.iter().filter(|s| matches!(s.how, How::Openings(_))) {
            let said = in_style(style.name, noun()).unwrap_or_default();
            assert!(said.contains("verage price of books of 2020"), "{}: {said}", style.name);
        }
        let which = in_style("formal", words!["which books are of", year(), "?"]).unwrap_or_default();
        assert!(
            which.starts_with("Please ") && which.ends_with("which books are of 2020."),
            "{which}"
        );
    }

    #[test]
    fn a_number_is_not_counted() {
        let number = || {
            words![
                "Count the",
                Phrase::from("number of").says("item.0"),
                "books of",
                Phrase::from("2020").says("filter.0"),
                "."
            ]
        };
        let voiced = |name: &str| {
            let voice = Voice {
                schema: &LogicalIr::default(),
                lexicon: &Lexicon::default(),
                gloss: None,
                rng: RefCell::new(Seed(1).rng()),
            };
            by_name(name)
                .and_then(|style| style.say(number(), &voice))
                .map(|said| said.into_sentence().0)
        };
        for style in STYLES.iter().filter(|s| matches!(s.how, How::Openings(_))) {
            let said = voiced(style.name).unwrap_or_default().to_lowercase();
            assert_eq!(said.matches("number of books of 2020").count(), 1, "{}: {said}", style.name);
            assert!(!said.contains("count"), "{}: {said}", style.name);
        }
    }

    #[test]
    fn an_opening_keeps_its_number_and_its_words() {
        let who = |n: &str| {
            words!["who", n, Phrase::from("the oldest members").says("order.0"), "?"]
                .into_sentence()
                .0
        };
        let said = in_style("colloquial", who("are").as_str().into()).unwrap_or_default();
        assert!(said.contains("who are the oldest members"), "{said}");
        let named = in_style("imperative", who("is").as_str().into()).unwrap_or_default();
        assert!(named.ends_with(" the oldest members."), "{named}");
        assert_eq!(
            in_style(
                "interrogative",
                "what percentage of all loans does each year account for? Round to two decimals.".into()
            ),
            None
        );
    }

    #[test]
    fn what_only_a_direct_question_can_say_is_left_alone() {
        assert_eq!(in_style("formal", "how many copies does each branch hold?".into()), None);
        let two = || Phrase::from("which books have the highest price? Show their titles.");
        assert_eq!(in_style("formal", two()), None);
        let asked = in_style("interrogative", two()).unwrap_or_default();
        assert!(asked.ends_with("which books have the highest price? Show their titles."), "{asked}");
    }
}
