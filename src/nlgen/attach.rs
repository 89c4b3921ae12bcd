//! Modifiers around their noun, in an order in which none of them can be read as another noun's.
//!
//! Adjectives, the noun, then what is short and plain, then relative clauses, then what names rows of another table, which a later phrase
//! would attach itself to. Invariant: nothing plain follows a phrase that ends in another table's noun, and an either/or comes last.

use super::modifier::{Modifier, Reach};
use super::phrase::Phrase;
use crate::schema::morphology::{is_adjective, is_participle, plural};
use crate::words;

/// Adjectives that may stand before one noun.
const ADJECTIVES_MAX: usize = 2;

/// Longer names of places stand in clauses of their own.
const WORDS_OF_PLACE: usize = 4;

/// Kinds of pets and other animals that are nouns by themselves.
#[rustfmt::skip]
const ANIMALS: &[&str] = &[
    "dog", "cat", "rabbit", "hamster", "bird", "fish", "goldfish", "parrot", "turtle", "snake", "lizard", "horse", "pony", "cow", "pig",
    "sheep", "goat", "chicken", "duck", "mouse", "rat", "ferret",
];

/// Rows by their kind: "science books", and "cats or dogs", not "cat or dog pets".
pub fn of_kind(kind: Phrase, noun: Phrase) -> Phrase {
    let first = noun.text().split(' ').next().unwrap_or_default().to_owned();
    let kinds: Vec<&str> = kind.text().split(' ').collect();
    let bare = |word: &&str| word.trim_end_matches(',').to_owned();
    let animals = kinds
        .iter()
        .filter(|word| !["or", "nor"].contains(word))
        .all(|word| ANIMALS.contains(&bare(word).as_str()));
    let said = match first.as_str() {
        "pet" | "animal" if animals => kind,
        "pets" | "animals" if animals => {
            let many = |word: &&str| match bare(word) {
                joint if ["or", "nor"].contains(&joint.as_str()) => joint,
                one => word.replace(&one, &plural(&one)),
            };
            kind.retext(&kinds.iter().map(many).collect::<Vec<_>>().join(" "))
        }
        _ => return words![kind, noun],
    };
    words![said, noun.with_first_word(&first, "").trimmed()]
}

/// What a phrase after the noun is, in the order in which such phrases follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    /// "in Oslo"
    Place,
    /// "opened in 2020"
    Participle,
    /// "with more than 100 seats"
    With,
    /// "already closed", "not in good condition": "that are already closed" beside anything else
    State,
    /// "whose name starts with A"
    Whose,
    /// "who joined in 2020"
    Relative,
    /// "taken out by an active member"
    Of,
    /// "whose author is from Norway"
    WhoseOther,
    /// "that have received reviews in 2020"
    RelativeOther,
    /// "that are either new or worn"
    Either,
    /// "with the lowest price"
    Extreme,
}

fn class(modifier: &Modifier) -> Class {
    let first = modifier.after.text().split(' ').next().unwrap_or("");
    match (modifier.reach, first) {
        (Reach::Extreme, _) => Class::Extreme,
        (Reach::Either, _) => Class::Either,
        (Reach::Other, "who" | "that") => Class::RelativeOther,
        (Reach::Other, "whose") => Class::WhoseOther,
        (Reach::Other, _) => Class::Of,
        (Reach::Own, "who" | "that") => Class::Relative,
        (Reach::Own, "whose") => Class::Whose,
        (Reach::Own, "with" | "without") => Class::With,
        (Reach::Own, "not" | "still" | "already") => Class::State,
        (Reach::Own, "in" | "at" | "from" | "on" | "outside" | "after" | "before") => Class::Place,
        (Reach::Own, _) => Class::Participle,
    }
}

/// A noun with its modifiers: "active members in Oslo with a fine who joined in 2020 and have taken out loans in May".
pub fn with_modifiers(noun: Phrase, modifiers: Vec<Modifier>, relative: &str) -> Phrase {
    if let (Some((rows, link)), false) = (apart(noun.text()), modifiers.is_empty()) {
        // "large web returns refunded to them that have a net loss of over 100"
        let (near, rest): (Vec<_>, Vec<_>) = modifiers.into_iter().partition(|m| m.before.is_some());
        let rows = words![with_modifiers(rows.into(), near, relative), link];
        return match rest.is_empty() {
            true => rows,
            false => words![rows, relative, verbs(rest)],
        };
    }
    let modifiers = journey(modifiers);
    let mut before = Vec::new();
    let mut after: Vec<(Class, Modifier)> = Vec::new();
    // "remote employees who are full-time or part-time", not "full-time or part-time remote employees".
    let stacked = modifiers.iter().filter(|m| m.before.is_some()).count() > 1;
    let one_of = |adjective: &Phrase| adjective.text().contains(" or ");
    for modifier in modifiers {
        match modifier.before {
            Some(adjective) if before.len() < ADJECTIVES_MAX && !(stacked && one_of(&adjective)) => before.push(adjective),
            _ => after.push((class(&modifier), modifier)),
        }
    }
    after.sort_by_key(|(class, _)| *class);
    // What describes comes before what names a kind: "approved parental absences".
    before.sort_by_key(|adjective| !adjective.text().split([' ', '-']).any(|w| is_adjective(w) || is_participle(w)));
    // Beside a relative clause, and "of a book" beside anything, the other table's row is said by a verb: "that are new and belong to a book".
    let several = after.len() > 1;
    let clauses = after
        .iter()
        .any(|(c, _)| matches!(c, Class::Relative | Class::RelativeOther | Class::Either) || (several && *c == Class::State));
    let plain = after.iter().any(|(c, _)| *c < Class::Relative);
    let as_verb = |class: Class, m: &Modifier| match class {
        Class::Relative | Class::RelativeOther | Class::Either => true,
        Class::State => several,
        // "customers without a phone number who registered most recently", and no number does.
        Class::Extreme => several && !m.verb.text().starts_with("have "),
        Class::Of => clauses || (plain && m.after.text().starts_with("of ")),
        _ => false,
    };
    let mut out = match before.pop() {
        Some(kind) => Phrase::of(before.into_iter().chain([of_kind(kind, noun)])),
        None => noun,
    };
    let mut verbs: Vec<Phrase> = Vec::new();
    let mut trailing: Vec<(Class, Phrase)> = Vec::new();
    let mut last: Option<Class> = None;
    for (class, modifier) in after {
        if as_verb(class, &modifier) {
            verbs.push(modifier.verb);
        } else if class > Class::Of {
            trailing.push((class, modifier.after));
        } else {
            let joint = match last {
                Some(before) if before == class => "and",
                _ => "",
            };
            // "reviews written before 2022 by a customer", each verb once.
            let first = modifier.after.text().split(' ').next().unwrap_or_default().to_owned();
            let heard = is_participle(&first) && says(&out, &[&first]);
            let said = if joint == "and" && class == Class::With {
                modifier.after.with_first_word("with", "").trimmed()
            } else if heard {
                modifier.after.with_first_word(&first, "").trimmed()
            } else {
                modifier.after
            };
            out = words![out, joint, said];
            last = Some(class);
        }
    }
    if !verbs.is_empty() {
        let joint = if last >= Some(Class::Whose) { "and" } else { "" };
        out = words![out, joint, relative, Phrase::list(verbs, "and")];
        last = Some(Class::RelativeOther);
    }
    for (class, said) in trailing {
        let joint = if last >= Some(Class::Whose) { "and" } else { "" };
        out = words![out, joint, said];
        last = Some(class);
    }
    out
}

/// What rows do, one verb after another: plain ones first, an either/or last.
pub fn verbs(modifiers: Vec<Modifier>) -> Phrase {
    let mut modifiers = journey(modifiers);
    modifiers.sort_by_key(|m| m.reach);
    Phrase::list(modifiers.into_iter().map(|m| m.verb).collect(), "and")
}

/// Whether "with the lowest price" after this could be read as another's: it already ends in a clause or in "with ...".
pub fn is_closed(noun: &Phrase) -> bool {
    says(noun, &["with", "without", "whose", "who", "that", "by", "of"])
}

/// Whether it has a relative clause, which a further verb can go on: "restaurants that accept cards and have ...".
pub fn has_clause(noun: &Phrase) -> bool {
    says(noun, &["who", "that"])
}

/// "flights from Oslo to Lima" of flights that depart from one place and arrive in another.
fn journey(mut modifiers: Vec<Modifier>) -> Vec<Modifier> {
    let goes = |m: &Modifier, ways: &[&str]| {
        let text = m.after.text();
        ways.iter().any(|way| text.starts_with(way))
            && text.split(' ').count() <= WORDS_OF_PLACE + 2
            && !says(&m.after, &["or", "and", "who", "that", "whose"])
    };
    let from = modifiers.iter().position(|m| goes(m, &["departing from ", "leaving from "]));
    let to = modifiers
        .iter()
        .position(|m| goes(m, &["arriving in ", "arriving at ", "landing in ", "landing at ", "going to "]));
    let (Some(from), Some(to)) = (from, to) else { return modifiers };
    let bare = |m: &Modifier| {
        let first = m.after.text().split(' ').next().unwrap_or_default();
        m.after.clone().with_first_word(first, "").trimmed()
    };
    let (start, end) = (bare(&modifiers[from]), bare(&modifiers[to]));
    let link = end.text().split(' ').next().unwrap_or_default().to_owned();
    let way = words![start, end.with_first_word(&link, "to")];
    modifiers[from] = Modifier::new(way.clone(), words!["go", way]);
    modifiers.remove(to);
    modifiers
}

/// "web sales", "shipped to them": what is said of the sales comes between, or would be heard of them.
fn apart(noun: &str) -> Option<(&str, &str)> {
    let link = noun.ends_with(" them").then(|| {
        let starts = noun.match_indices(' ').map(|(at, _)| at);
        starts.into_iter().find(|at| {
            noun.get(at + 1..)
                .and_then(|rest| rest.split(' ').next())
                .is_some_and(is_participle)
        })
    })??;
    Some((noun.get(..link)?, noun.get(link + 1..)?))
}

/// Whether one of these is among its words.
pub fn says(noun: &Phrase, words: &[&str]) -> bool {
    noun.text().split(' ').any(|word| words.contains(&word))
}

/// Words that begin a relative clause.
pub const RELATIVES: &[&str] = &["who", "that", "whose"];

#[cfg(test)]
mod tests {
    use super::*;

    fn said(modifiers: Vec<Modifier>) -> String {
        with_modifiers("loans".into(), modifiers, "that").text().to_owned()
    }

    fn own(after: &str, verb: &str) -> Modifier {
        Modifier::new(after.into(), verb.into())
    }

    #[test]
    fn plain_phrases_come_before_those_that_name_another_row() {
        let member = own("taken out by an active member", "were taken out by an active member").about(Reach::Other);
        let fine = own("with a fine of more than 5 euros", "have a fine of more than 5 euros");
        let due = own("due in May 2020", "were due in May 2020");
        assert_eq!(
            said(vec![member.clone(), fine.clone(), due]),
            "loans due in May 2020 with a fine of more than 5 euros taken out by an active member"
        );
        let ended = own("that ended in 2020", "ended in 2020");
        assert_eq!(
            said(vec![member, ended]),
            "loans that ended in 2020 and were taken out by an active member"
        );
        let two = vec![fine, own("with more than 2 renewals", "have more than 2 renewals")];
        assert_eq!(said(two), "loans with a fine of more than 5 euros and more than 2 renewals");
    }

    #[test]
    fn an_extreme_is_of_what_was_said_before() {
        let extreme = own("with the latest due date", "have the latest due date").about(Reach::Extreme);
        let before = own("taken out before May 2020", "were taken out before May 2020");
        assert_eq!(
            said(vec![extreme, before]),
            "loans taken out before May 2020 with the latest due date"
        );
    }

    #[test]
    fn what_happened_last_happened_to_the_rows() {
        let extreme = own("returned most recently", "were returned most recently").about(Reach::Extreme);
        assert_eq!(said(vec![extreme.clone()]), "loans returned most recently");
        let fine = own("without a fine", "have no fine");
        assert_eq!(said(vec![extreme, fine]), "loans without a fine that were returned most recently");
    }

    #[test]
    fn either_or_comes_last() {
        let either = own("that either are new or were due in 2020", "either are new or were due in 2020").about(Reach::Either);
        let started = own("that started in 2020", "started in 2020");
        assert_eq!(
            said(vec![either, started]),
            "loans that started in 2020 and either are new or were due in 2020"
        );
    }
}
