//! Few values shared by many rows: enums, values that a CHECK lists, flags, and names that mean a category (`categories.txt`).

use super::{Choice, Subject, categorical, uneven};
use crate::ir::SqlType;
use crate::ir::generation::Distribution;
use serde_json::Value;
use std::sync::LazyLock;

/// Lines of `categories.txt`: names and the lists that fit them, widest first.
struct Entry {
    names: Vec<&'static str>,
    lists: Vec<Vec<&'static str>>,
}

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    include_str!("categories.txt")
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
        .filter_map(|line| {
            let (names, lists) = line.split_once(':')?;
            let lists = lists.split('/').map(|l| l.split(',').map(str::trim).collect()).collect();
            Some(Entry {
                names: names.split(',').map(str::trim).collect(),
                lists,
            })
        })
        .collect()
});

/// Enums and CHECK lists.
pub(super) fn listed(subject: &Subject<'_>) -> Option<Choice> {
    if let SqlType::Enum(name) = &subject.column.sql_type {
        let values = subject.logical.enum_values(name)?;
        return Some(Choice::new(
            categorical(values, shares(subject, values)),
            format!("the values of {name}, the first ones most, of states the one that things come to"),
        ));
    }
    let bounds = subject.bounds.of(&subject.column.name);
    if bounds.values.is_empty() || bounds.values.len() > 500 {
        return None;
    }
    // What is too wide for the column can never stand there; where nothing else is listed, the data engine says so.
    let width = super::key::width(subject);
    let narrow = |v: &String| !subject.column.sql_type.is_text() || v.chars().count() <= width;
    let some = bounds.values.iter().any(narrow);
    let fits = |v: &&String| narrow(v) || !some;
    let values: Vec<Value> = bounds
        .values
        .iter()
        .filter(fits)
        .map(|v| match &subject.column.sql_type {
            t if t.is_numeric() => v
                .parse::<i64>()
                .map(Value::from)
                .or_else(|_| v.parse::<f64>().map(Value::from))
                .unwrap_or(Value::Null),
            SqlType::Bool => Value::Bool(v == "true" || v == "t"),
            _ => Value::String(v.clone()),
        })
        .collect();
    let texts: Vec<String> = values.iter().map(|v| v.as_str().unwrap_or_default().to_owned()).collect();
    Some(Choice::new(
        Distribution::Categorical {
            probs: shares(subject, &texts),
            values,
        },
        "the values that its CHECK lists",
    ))
}

/// States that most things have come to, by how far that is.
const REACHED: &[&str] = &[
    "delivered",
    "completed",
    "complete",
    "done",
    "finished",
    "closed",
    "resolved",
    "paid",
    "returned",
    "active",
    "confirmed",
    "approved",
    "published",
    "succeeded",
    "success",
];

/// Shares of listed values: the first ones most, but of states the one that most things have come to.
fn shares(subject: &Subject<'_>, values: &[String]) -> Vec<f64> {
    let mut shares = uneven(values.len());
    let states = super::path::is_status(&subject.words);
    let reached = REACHED
        .iter()
        .find_map(|state| values.iter().position(|v| v.to_lowercase() == *state))
        .filter(|_| states);
    if let Some(most) = reached {
        shares.get_mut(..=most).into_iter().for_each(|s| s.rotate_left(1));
    }
    shares
}

/// Booleans, and one-letter columns that mean yes or no.
pub(super) fn flag(subject: &Subject<'_>) -> Option<Choice> {
    let words = &subject.words;
    let has = |list: &[&str]| words.split(' ').any(|w| list.contains(&w));
    let share = if has(&[
        "active",
        "activebool",
        "enabled",
        "available",
        "current",
        "published",
        "valid",
        "verified",
        "visible",
        "paid",
        "approved",
        "completed",
        "delivered",
        "shipped",
        "confirmed",
        "accepted",
    ]) {
        0.82
    } else if has(&[
        "deleted",
        "discontinued",
        "blocked",
        "banned",
        "archived",
        "locked",
        "fraud",
        "error",
        "cancelled",
        "canceled",
        "holiday",
    ]) {
        0.08
    } else {
        0.35
    };
    if subject.column.sql_type == SqlType::Bool {
        let values = vec![Value::Bool(true), Value::Bool(false)];
        return Some(
            Choice::new(
                Distribution::Categorical {
                    values,
                    probs: vec![share, 1.0 - share],
                },
                "a flag",
            )
            .nulls(0.03),
        );
    }
    let letter = matches!(subject.column.sql_type, SqlType::Char(1) | SqlType::Varchar(1));
    let spoken = has(&["flag", "is", "has", "yn", "active", "discontinued", "enabled"])
        || words.starts_with("channel")
        || words.starts_with("current ");
    if letter && (spoken || by_name(subject).is_none()) && !subject.unique {
        return Some(Choice::new(
            categorical(&["Y".to_owned(), "N".to_owned()], vec![share, 1.0 - share]),
            "a one-letter flag",
        ));
    }
    let number = subject.column.sql_type.is_integer() && (has(&["flag", "is", "has", "discontinued", "deleted"]) || words == "active");
    if number && !subject.unique && !words.contains("id") {
        let values = vec![Value::from(1), Value::from(0)];
        return Some(Choice::new(
            Distribution::Categorical {
                values,
                probs: vec![share, 1.0 - share],
            },
            "a flag as 0 and 1",
        ));
    }
    None
}

/// A category that the column's name means in tables of this kind: the subject of a ticket.
pub(super) fn by_table(subject: &Subject<'_>) -> Option<Choice> {
    let noun = super::name::singular(&super::name::words(&subject.table.name));
    let full = format!("{} {}", noun.split(' ').next_back().unwrap_or_default(), subject.words);
    let spoken = ["subject", "reason", "topic"].contains(&subject.words.as_str());
    let known = ENTRIES.iter().any(|e| e.names.contains(&full.as_str()));
    (spoken && known).then(|| by_name(subject)).flatten()
}

/// A text column whose name means a category.
pub(super) fn by_name(subject: &Subject<'_>) -> Option<Choice> {
    let width = super::key::width(subject);
    let noun = super::name::singular(&super::name::words(&subject.table.name));
    let full = format!("{noun} {}", subject.words);
    let score = |name: &str| {
        let ends = |text: &str| text == name || text.ends_with(&format!(" {name}"));
        if ends(&subject.words) || ends(&full) { name.len() } else { 0 }
    };
    let best = ENTRIES
        .iter()
        .map(|e| (e.names.iter().map(|n| score(n)).max().unwrap_or(0), e))
        .filter(|(s, _)| *s > 0)
        .max_by_key(|(s, _)| *s);
    let (_, entry) = best?;
    let list = entry.lists.iter().find(|l| l.iter().all(|v| v.chars().count() <= width))?;
    let values: Vec<String> = list.iter().map(|v| (*v).to_owned()).collect();
    Some(Choice::new(
        categorical(&values, uneven(values.len())),
        format!("{:?} is one of a few values", subject.words),
    ))
}
