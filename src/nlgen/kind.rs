//! Values as what rows are: "active", "with parking", "science books", "dogs".
//!
//! A flag and a value that the lexicon knows have its words; another value of a type may name a kind of its rows by itself.

use super::modifier::Modifier;
use crate::schema::lexicon::ColumnWords;
use crate::schema::morphology::{is_adjective, is_participle};
use crate::words;

/// A flag: an adjective, a phrase, or plainly marked.
pub(super) fn flag(words: &ColumnWords, value: bool) -> Modifier {
    match words.values.get(if value { "true" } else { "false" }) {
        Some(phrase) => meaning(phrase),
        None if value => Modifier::new(words!["marked as", &words.noun], words!["are marked as", &words.noun]),
        None => Modifier::new(words!["not marked as", &words.noun], words!["are not marked as", &words.noun]),
    }
}

/// Whether a value's word describes its row ("worn"); other words name its kind ("science").
pub(super) fn is_description(phrase: &str) -> bool {
    meaning(phrase).before.is_some() && phrase.split([' ', '-']).any(|w| is_adjective(w) || is_participle(w))
}

/// Whether a value of a type, or a sex, is a name for its rows: "dog", "female", but "other pets" are not pets of the type "other".
pub(super) fn is_kind(words: &ColumnWords, value: &str) -> bool {
    const NO_KIND: &[&str] = &[
        "other", "none", "any", "all", "both", "some", "same", "unknown", "misc", "null", "new", "old", "first", "last", "next",
    ];
    let plain = value
        .split([' ', '-'])
        .all(|word| word.chars().count() > 2 && word.chars().all(char::is_alphabetic));
    if ["sex", "gender"].contains(&words.noun.as_str()) {
        return ["male", "female"].contains(&value);
    }
    // "Double bookings" are not bookings of a double room: the type is the row's own.
    words.noun == "type" && plain && value.split(' ').count() <= 2 && !NO_KIND.contains(&value.to_lowercase().as_str())
}

/// What rows do themselves: nobody does it to them.
const WENT: &[&str] = &[
    "departed",
    "arrived",
    "landed",
    "expired",
    "ended",
    "started",
    "failed",
    "lapsed",
    "elapsed",
    "crashed",
    "succeeded",
];

/// The lexicon's word for a stored value: "active", "with parking", "not yet returned".
pub(super) fn meaning(phrase: &str) -> Modifier {
    match phrase.split(' ').next().unwrap_or("") {
        "with" => Modifier::new(phrase.into(), words!["have", phrase.trim_start_matches("with ")]),
        "without" => {
            let bare = phrase
                .trim_start_matches("without ")
                .trim_start_matches("any ")
                .trim_start_matches("an ")
                .trim_start_matches("a ");
            Modifier::new(phrase.into(), words!["have no", bare])
        }
        "who" | "that" => Modifier::new(phrase.into(), phrase.split_once(' ').map_or(phrase, |(_, rest)| rest).into()),
        "not" | "still" | "already" | "no" | "on" | "in" | "at" | "from" | "for" | "under" => {
            Modifier::new(phrase.into(), words!["are", phrase])
        }
        // "flights that have departed", not "that are departed"
        _ if WENT.contains(&phrase) => Modifier {
            before: Some(phrase.into()),
            ..Modifier::new(words!["that have", phrase], words!["have", phrase])
        },
        _ if phrase.split(' ').count() <= 2 => Modifier {
            before: Some(phrase.into()),
            ..Modifier::new(words!["that are", phrase], words!["are", phrase])
        },
        _ => Modifier::new(phrase.into(), words!["are", phrase]),
    }
}
