//! Meanings: how flags, labels and NULLs are said of a row.
//!
//! An adjective goes before the noun ("active"); a phrase that goes after it starts with with, without, that, who, not, still or already.

use super::Event;
use crate::schema::morphology::{
    PREPOSITIONS, article, base_form, is_adjective, is_mass, is_participle, is_plural, negated, plural, with_article,
};
use crate::schema::role::Role;
use std::collections::BTreeMap;

/// What a flag says when it holds and when it does not.
pub(super) struct Truth {
    /// The flag itself: "active", "parking".
    pub noun: String,
    /// "active", "with parking"
    pub yes: String,
    /// "inactive", "without parking"
    pub no: String,
}

/// Reads the words of a yes-or-no column.
pub(super) fn of_flag(words: &[String], person: bool) -> Truth {
    let pronoun = if person { "who" } else { "that" };
    let trimmed: Vec<&str> = match words.split_last() {
        Some((last, front)) if ["flag", "ind", "indicator", "yn", "bool", "boolean"].contains(&last.as_str()) && !front.is_empty() => {
            front.iter().map(String::as_str).collect()
        }
        _ => words.iter().map(String::as_str).collect(),
    };
    let (first, rest) = trimmed
        .split_first()
        .map_or(("", String::new()), |(first, rest)| (*first, rest.join(" ")));
    let said = trimmed.join(" ");
    match first {
        "is" | "was" if !rest.is_empty() => being(&rest, pronoun),
        "has" | "had" | "have" if !rest.is_empty() => {
            // "has been paid" and "has paid" say what happened; "has parking" says what is there.
            let done = rest.strip_prefix("been ").unwrap_or(&rest);
            if is_participle(done) || is_adjective(done) {
                return being(done, pronoun);
            }
            having(&rest)
        }
        "can" | "should" | "must" if !rest.is_empty() => {
            let no = if first == "can" {
                "cannot".to_owned()
            } else {
                format!("{first} not")
            };
            Truth {
                yes: format!("{pronoun} {first} {rest}"),
                no: format!("{pronoun} {no} {rest}"),
                noun: said,
            }
        }
        "accepts" | "allows" | "offers" | "includes" | "requires" | "supports" | "serves" | "takes" | "provides" | "needs"
            if !rest.is_empty() =>
        {
            let verb = base_form(first);
            Truth {
                yes: format!("{pronoun} {verb} {rest}"),
                no: format!("{pronoun} do not {verb} {rest}"),
                noun: said,
            }
        }
        // "visits under warranty"
        "under" | "on" | "in" | "at" if !rest.is_empty() => Truth {
            no: format!("not {said}"),
            yes: said.clone(),
            noun: said,
        },
        // "sites with the water on"
        _ if !rest.is_empty() && trimmed.last() == Some(&"on") && !is_participle(first) => {
            let what = trimmed.get(..trimmed.len() - 1).unwrap_or_default().join(" ");
            Truth {
                yes: format!("with the {what} on"),
                no: format!("with the {what} off"),
                noun: said,
            }
        }
        _ if HELD.contains(trimmed.last().unwrap_or(&"")) => having(&said),
        _ => being(&said, pronoun),
    }
}

/// What rows have, and are not, where a flag is named by the noun alone.
const HELD: [&str; 14] = [
    "consent",
    "reaction",
    "allergy",
    "allergies",
    "insurance",
    "warranty",
    "parking",
    "wifi",
    "breakfast",
    "balcony",
    "elevator",
    "pool",
    "damage",
    "discount",
];

/// "with parking", "with an allergy".
fn having(what: &str) -> Truth {
    let with = if is_plural(what) || is_mass(what) || what.ends_with("ing") || ["consent", "delivery"].iter().any(|end| what.ends_with(end))
    {
        what.to_owned()
    } else {
        with_article(what)
    };
    Truth {
        yes: format!("with {with}"),
        no: format!("without {with}"),
        noun: what.to_owned(),
    }
}

/// "active", "a manager", "on leave", "marked as x".
fn being(what: &str, pronoun: &str) -> Truth {
    let hyphened = what.replace(' ', "-");
    let last = what.rsplit(' ').next().unwrap_or(what);
    let truth = |yes: String, no: String| Truth {
        noun: what.to_owned(),
        yes,
        no,
    };
    if is_adjective(what) {
        return truth(what.to_owned(), negated(what));
    }
    if is_adjective(&hyphened) {
        return truth(hyphened.clone(), negated(&hyphened));
    }
    if what.split(' ').any(|w| PREPOSITIONS.contains(&w)) || (is_adjective(last) && what.contains(' ')) {
        return truth(format!("{pronoun} are {what}"), format!("{pronoun} are not {what}"));
    }
    let nouns = [
        "manager",
        "admin",
        "administrator",
        "member",
        "employee",
        "customer",
        "student",
        "parent",
        "bestseller",
        "supervisor",
        "lead",
        "head",
        "citizen",
        "smoker",
        "veteran",
        "volunteer",
        "subscriber",
        "capital",
        "bundle",
        "gift",
        "sequel",
        "reprint",
        "owner",
        "teacher",
        "resident",
        "guest",
        "default",
        "holiday",
        "weekend",
        "template",
        "duplicate",
    ];
    if nouns.contains(&last) {
        return truth(
            format!("{pronoun} are {}", plural(what)),
            format!("{pronoun} are not {}", plural(what)),
        );
    }
    truth(
        format!("{pronoun} are marked as {what}"),
        format!("{pronoun} are not marked as {what}"),
    )
}

/// Labels of a category that are adjectives: "cancelled", "full-time"; one of several words goes after the noun.
pub(super) fn of_labels(labels: &[String]) -> BTreeMap<String, String> {
    let said = |label: &String| {
        let words = label.to_lowercase().replace('_', " ");
        let hyphened = words.replace(' ', "-");
        if is_adjective(&words) {
            return Some(words);
        }
        if words.contains(' ') && is_adjective(&hyphened) {
            return Some(hyphened);
        }
        let placed = words.split(' ').next().is_some_and(|w| PREPOSITIONS.contains(&w) || w == "out") && words.contains(' ');
        placed.then(|| format!("that are {words}"))
    };
    labels.iter().filter_map(|label| Some((label.clone(), said(label)?))).collect()
}

/// A row that has or has not come to an event: "not yet returned", "who have already left".
pub(super) fn of_event(event: &Event, person: bool) -> (Option<String>, Option<String>) {
    let verb = &event.verb;
    if event.passive {
        return (Some(format!("not yet {verb}")), Some(format!("already {verb}")));
    }
    let pronoun = if person { "who" } else { "that" };
    (
        Some(format!("{pronoun} have not yet {verb}")),
        Some(format!("{pronoun} have already {verb}")),
    )
}

/// A row with and without a value; `refers` is the noun of the row that a foreign key refers to.
pub(super) fn of_null(role: Role, noun: &str, refers: Option<&str>) -> (Option<String>, Option<String>) {
    let pair = |no: String, yes: String| (Some(no), Some(yes));
    match (role, refers) {
        (_, Some(parent)) => pair(format!("with no {parent}"), format!("with {}", with_article(parent))),
        (Role::Measure | Role::Ratio | Role::Ordinal | Role::Time, None) => {
            let recorded = if is_mass(noun) {
                "recorded".to_owned()
            } else {
                "a recorded".to_owned()
            };
            pair(
                format!("with no recorded {noun}"),
                if is_plural(noun) {
                    format!("with recorded {noun}")
                } else {
                    format!("with {recorded} {noun}")
                },
            )
        }
        (Role::Flag, None) => pair(format!("not known to be {noun} or not"), format!("known to be {noun} or not")),
        (_, None) if article(noun) == "an" && noun.starts_with("e-mail") => {
            pair(format!("without {}", with_article(noun)), format!("with {}", with_article(noun)))
        }
        (_, None) => pair(format!("with no {noun}"), format!("with {}", with_article(noun))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flag(name: &str) -> String {
        let words: Vec<String> = name.split('_').map(str::to_owned).collect();
        let truth = of_flag(&words, false);
        format!("{}/{}", truth.yes, truth.no)
    }

    #[test]
    fn flags_are_said_as_adjectives_or_phrases() {
        for (name, want) in [
            ("is_active", "active/inactive"),
            ("has_parking", "with parking/without parking"),
            ("has_garden", "with a garden/without a garden"),
            ("accepts_cards", "that accept cards/that do not accept cards"),
            ("is_billable", "billable/non-billable"),
            ("approved", "approved/not approved"),
            ("is_manager", "that are managers/that are not managers"),
            ("is_full_time", "full-time/part-time"),
            ("has_outdoor_seating", "with outdoor seating/without outdoor seating"),
            ("weekend_flag", "that are weekends/that are not weekends"),
            ("zorb", "that are marked as zorb/that are not marked as zorb"),
            ("is_on_leave", "that are on leave/that are not on leave"),
            ("can_fly", "that can fly/that cannot fly"),
            ("has_been_paid", "paid/unpaid"),
            ("under_warranty", "under warranty/not under warranty"),
            ("water_on_flag", "with the water on/with the water off"),
        ] {
            assert_eq!(flag(name), want, "{name}");
        }
    }

    #[test]
    fn labels_that_are_adjectives_are_said_so() {
        let labels: Vec<String> = ["cancelled", "on_hold", "full_time", "fiction", "in_progress"]
            .map(str::to_owned)
            .to_vec();
        let said = of_labels(&labels);
        assert_eq!(said.get("cancelled").map(String::as_str), Some("cancelled"));
        assert_eq!(said.get("on_hold").map(String::as_str), Some("that are on hold"));
        assert_eq!(said.get("full_time").map(String::as_str), Some("full-time"));
        assert_eq!(said.get("fiction"), None);
    }

    #[test]
    fn nulls() {
        let (no, yes) = of_null(Role::Code, "e-mail address", None);
        assert_eq!(
            (no.as_deref(), yes.as_deref()),
            (Some("without an e-mail address"), Some("with an e-mail address"))
        );
        let (no, yes) = of_null(Role::Identifier, "x", Some("manager"));
        assert_eq!((no.as_deref(), yes.as_deref()), (Some("with no manager"), Some("with a manager")));
    }
}
