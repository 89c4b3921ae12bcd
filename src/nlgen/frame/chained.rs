//! What lies below or above a row along a self-reference.

use super::{Frame, list::singular_subject};
use crate::nlgen::items::merge;
use crate::nlgen::modifier::finite_of;
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::Voice;
use crate::query::ir::{Body, Expr, QueryIr};
use crate::schema::morphology::is_participle;
use crate::words;

/// The registry entry.
pub(super) const FRAME: Frame = Frame { name: "chained", say };

/// Whether the rows of a role stand above others as a matter of course.
fn leads(role: &str) -> bool {
    role.starts_with("parent") || ["manager", "supervisor", "boss"].iter().any(|head| role.ends_with(head))
}

fn say(voice: &Voice<'_>, query: &QueryIr) -> Option<Phrase> {
    let Body::Chain { start, step, outer, .. } = &query.body else {
        return None;
    };
    let speaker = voice.about(start, "start.");
    let join = step.joins.first()?;
    let edge = speaker.edge(start.table(0)?, &join.key)?;
    let plural = speaker.noun(0, true)?;
    let down = join.to_parent;
    let (count, last) = match &outer.items[..] {
        [only] if matches!(only.expr, Expr::Aggregate { .. }) => (true, 0),
        items => (false, items.len().checked_sub(1)?),
    };
    if outer.filter.is_empty() {
        // From the rows that refer to nothing, level by level.
        let first = words![
            "counting",
            plural,
            "without",
            crate::schema::morphology::article(&edge.role),
            &edge.role,
            "as level 1"
        ];
        let first = first.says_with("start.filter.0", vec!["1".into()]);
        let each = words!["at each level of the chain of", &edge.role_plural];
        let each = each.says("group.0").says("item.0").says_with("chain", vec!["1".into()]);
        return Some(words![
            first,
            ",",
            Phrase::from("how many").says("item.1"),
            plural,
            "are there",
            each,
            "?"
        ]);
    }
    let one = words!["the", singular_subject(&speaker, &[])?];
    let through = voice.any(&["directly or through others", "directly or indirectly"]);
    let from = |p: Phrase| p.says_with("chain", vec!["0".into(), "1".into()]);
    let step = |p: &str| Phrase::from(p).says_with("filter.0", vec!["0".into()]);
    // "customers referred by the customer with ID 8, directly or through others", "all managers above the employee with ID 3".
    // "were referred by" where they have done it, "are guaranteed by" while they do, "are there reporting to".
    let first = edge.of_parent.split(' ').next().unwrap_or("");
    let be = match (is_participle(first), edge.has_child.starts_with("have ")) {
        (true, true) => "were",
        (true, false) => "are",
        (false, _) if first.ends_with("ing") => "are there",
        (false, _) => "are",
    };
    // Of a dam and a sire, the line that is followed is named.
    let ways = voice
        .schema
        .table(start.table(0)?)?
        .foreign_keys
        .iter()
        .filter(|key| key.ref_table == join.key.ref_table)
        .count();
    let found = match (down, edge.of_parent.as_str()) {
        (true, "" | "of" | "under" | "in") if ways > 1 || edge.role.starts_with("original ") || !leads(&edge.role) => words![
            from(words!["all", plural, "below"]),
            one,
            step(&format!("through their {}, at any level", edge.role_plural))
        ],
        (true, "" | "of" | "under" | "in") => words![
            from(words!["all", plural, "below"]),
            one,
            step(voice.any(&["at any depth", "at any level"]))
        ],
        (true, by) => words!["all", plural, from(Phrase::from(by)), one, step(&format!(", {through}"))],
        (false, _) => words![from(words!["all", &edge.role_plural, "above"]), one, step(", up to the top")],
    };
    if count {
        let how_many = Phrase::from("how many").says("item.0");
        let found = found.with_first_word("all", "").trimmed();
        let found = match down {
            // "How many customers were referred by ...", "how many employees are below ..."
            true => match finite_of(first) {
                // "How many employees report to ...?"
                Some(verb) => found.with_words(&format!("{plural} {first}"), &format!("{plural} {verb}")),
                None => found.with_words(plural, &format!("{plural} {be}")),
            },
            false => found.with_words(&edge.role_plural, &format!("{} are", edge.role_plural)),
        };
        return Some(words![how_many, found, "?"]);
    }
    let mut nouns = Vec::new();
    for (i, item) in outer.items.iter().take(last).enumerate() {
        let Expr::Column(column) = &item.expr else { return None };
        let words = voice.lexicon.column(start.table(0)?, &column.column)?;
        nouns.push(Phrase::from(&words.plural).says(format!("item.{i}")));
    }
    let level = words!["and how many steps away each is"];
    let level = level.says(format!("item.{last}"));
    let order = if outer.order.is_empty() {
        Phrase::default()
    } else {
        words![", starting with the nearest"].says("order.0")
    };
    let show = voice.any(&["List", "Show", "Find"]);
    Some(words![show, "the", merge(nouns), "of", found, ",", level, order, "."])
}
