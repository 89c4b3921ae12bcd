//! Frames: the sentence for each kind of intent, one file each and one line in [`FRAMES`].
//!
//! A frame returns `None` for intents that are not its own; order in the registry matters only between frames that both fit.

mod aggregate;
mod array_counts;
mod banded;
mod chained;
mod chained_groups;
mod first_of_each;
mod group_key;
mod grouped;
mod joined;
mod list;
mod one_of_each;
mod over_time;
mod per_period;
mod ranked;
mod set;
mod share_by_group;
mod side_by_side;
mod staged;
mod subtotaled;
mod text_length;
mod windowed;

use super::attach::{of_kind, verbs, with_modifiers};
use super::condition;
use super::modifier::{Modifier, Reach, conditions};
use super::phrase::Phrase;
use super::speaker::{Speaker, Voice};
use crate::ir::SqlType;
use crate::query::ir::{Expr, OrderKey, Predicate, QueryIr, Select};
use crate::schema::lexicon::{ColumnWords, EdgeWords};
use crate::schema::morphology::possessive;
use crate::schema::role::Role;
use crate::words;

/// A kind of sentence.
pub struct Frame {
    /// Registry name.
    pub name: &'static str,
    /// Words the intent, when it is of this frame's kind.
    pub say: fn(&Voice<'_>, &QueryIr) -> Option<Phrase>,
}

/// Every frame.
pub static FRAMES: &[Frame] = &[
    set::FRAME,
    array_counts::FRAME,
    staged::FRAME,
    chained_groups::FRAME,
    one_of_each::FRAME,
    chained::FRAME,
    first_of_each::FRAME,
    ranked::FRAME,
    over_time::FRAME,
    side_by_side::FRAME,
    share_by_group::FRAME,
    banded::FRAME,
    joined::FRAME,
    subtotaled::FRAME,
    windowed::FRAME,
    per_period::FRAME,
    grouped::FRAME,
    aggregate::FRAME,
    text_length::FRAME,
    list::FRAME,
];

/// How imperative questions begin, in lower case.
pub const OPENERS: &[&str] = &[
    "show",
    "list",
    "give",
    "find",
    "return",
    "count",
    "rank",
    "tell",
    "for each",
    "for every",
    "compare",
    "report",
    "divide",
    "sort",
    "add up",
];

/// "by price from highest to lowest and then by title": the order of listed rows, unless it takes for granted that there is a value.
pub fn sorted_by(speaker: &Speaker<'_>) -> Option<Phrase> {
    let key = speaker.select.order.first()?;
    implied(speaker, &[&key.expr])
        .is_empty()
        .then(|| list::sorted_by(speaker, key))
        .flatten()
}

/// Indexes of `IS NOT NULL` conditions on a column that the sentence already takes for granted (it is ranked, sorted or grouped by).
pub(super) fn implied(speaker: &Speaker<'_>, columns: &[&Expr]) -> Vec<usize> {
    let taken = |e: &Expr| columns.iter().any(|c| c.base_column() == e.base_column());
    let filter = speaker.select.filter.iter().enumerate();
    filter
        .filter(|(_, p)| matches!(p, Predicate::IsNull { expr, negated: true } if taken(expr)))
        .map(|(i, _)| i)
        .collect()
}

/// The subject in the plural with all its conditions: "active members who joined in 2020".
fn subject(speaker: &Speaker<'_>, skip: &[usize]) -> Option<Phrase> {
    Some(with_modifiers(
        Phrase::from(speaker.noun(0, true)?),
        conditions(speaker, 0, skip)?,
        speaker.relative(0),
    ))
}

/// "members" + "have made loans in 2020 and are active": for `Which ...?` and `How many ...?`; `None` without any condition.
fn subject_and_verb(speaker: &Speaker<'_>, skip: &[usize]) -> Option<(Phrase, Phrase)> {
    if let Some(said) = extreme(speaker, skip) {
        return Some(said);
    }
    let mut modifiers: Vec<Modifier> = conditions(speaker, 0, skip)?;
    if modifiers.is_empty() {
        return None;
    }
    // Adjectives may stand before the noun as long as one condition is left for the verb.
    let mut noun = Phrase::from(speaker.noun(0, true)?);
    if modifiers.len() > 1
        && let Some(i) = modifiers.iter().position(|m| m.before.is_some())
        && let Some(adjective) = modifiers.remove(i).before
    {
        noun = of_kind(adjective, noun);
    }
    // "branches in Miami were opened in May" rather than "branches were opened in May and are in Miami"
    let place = modifiers.iter().position(Modifier::is_place).filter(|_| modifiers.len() > 1);
    let noun = match place.map(|at| modifiers.remove(at)) {
        Some(place) => words![noun, place.after],
        None => noun,
    };
    Some((noun, verbs(modifiers)))
}

/// "customers in Bergen", "have the latest registration date": the rows that share an extreme, when a condition asks for them.
fn extreme(speaker: &Speaker<'_>, skip: &[usize]) -> Option<(Phrase, Phrase)> {
    let mut modifiers: Vec<Modifier> = conditions(speaker, 0, skip)?;
    let at = modifiers.iter().position(|m| m.reach == Reach::Extreme)?;
    let extreme = modifiers.remove(at);
    let noun = with_modifiers(Phrase::from(speaker.noun(0, true)?), modifiers, speaker.relative(0));
    Some((noun, extreme.verb))
}

/// "without any loans", "without any such loans": rows that nothing refers to are in no group. What is asked of the group's own rows says nothing
/// of those that refer to them.
fn without_any(rows: &Select, edge: &EdgeWords, group: Option<usize>) -> Phrase {
    let such = if narrowed(rows, group) { "such" } else { "" };
    words!["without any", such, edge.children_of_role()]
}

/// Whether a condition leaves out rows otherwise than by the group that they are in.
fn narrowed(rows: &Select, group: Option<usize>) -> bool {
    rows.filter.iter().any(|p| group.is_none() || condition::source_of(p) != group)
}

/// Tags a phrase with the clauses that it implies.
fn says_all(phrase: Phrase, speaker: &Speaker<'_>, filters: &[usize]) -> Phrase {
    filters.iter().fold(phrase, |p, i| p.says(speaker.id(&format!("filter.{i}"))))
}

/// "from highest to lowest", "from earliest to latest", "alphabetically".
fn direction(words: &ColumnWords, descending: bool) -> String {
    match (words.role, descending) {
        (Role::Name | Role::Category | Role::Code, false) => "alphabetically".to_owned(),
        (Role::Name | Role::Category | Role::Code, true) => "in reverse alphabetical order".to_owned(),
        _ => format!(
            "from {} to {}",
            super::items::extreme(words, descending),
            super::items::extreme(words, !descending)
        ),
    }
}

/// The rows at one end of a column: "the three youngest members", or "the three members" and what they have, "the fewest pages".
enum Topped {
    /// An adjective before the noun.
    Adjective(String),
    /// "the fewest pages"
    Value(String),
}

/// How the first rows of an order are told, where each is shown beside others.
fn topped(words: &ColumnWords, descending: bool, many: bool) -> Topped {
    if let Some(degree) = &words.degree {
        return Topped::Adjective(if descending { degree.most.clone() } else { degree.least.clone() });
    }
    Topped::Value(match words.noun.strip_prefix("number of ") {
        Some(things) => format!("the {} {things}", if descending { "most" } else { "fewest" }),
        None => format!(
            "the {} {}",
            super::items::extreme(words, descending),
            if many { &words.plural } else { &words.noun }
        ),
    })
}

/// "who" of people, "which" of things.
fn who_or_which(speaker: &Speaker<'_>) -> Option<&'static str> {
    Some(if speaker.table(0)?.person { "who" } else { "which" })
}

/// Whether the groups are values of columns, not rows.
fn nouns_are_plain(speaker: &Speaker<'_>) -> bool {
    let named = |e: &Expr| e.base_column().is_some_and(|c| speaker.is_display(c));
    !speaker.select.group.iter().any(named)
}

/// How ties are settled: ", breaking ties by title"; nothing without tie-breakers.
fn tie_breaks(speaker: &Speaker<'_>, order: &[OrderKey]) -> Option<Phrase> {
    // Each source's own nouns together: "the approver's first and last name".
    let mut nouns: Vec<(usize, Vec<Phrase>)> = Vec::new();
    for (i, key) in order.iter().enumerate().filter(|(_, k)| k.tie_break) {
        let words = speaker.words_of(&key.expr)?;
        let source = key.expr.base_column().map_or(0, |c| c.source);
        let noun = Phrase::from(&words.noun).says(speaker.id(&format!("order.{i}")));
        match nouns.last_mut().filter(|(s, _)| *s == source) {
            Some((_, said)) => said.push(noun),
            None => nouns.push((source, vec![noun])),
        }
    }
    let mut said = Vec::new();
    for (source, nouns) in nouns {
        let own = super::items::merge(nouns);
        // What groups was said just before.
        let grouped = order.iter().all(|k| !k.tie_break || speaker.select.group.contains(&k.expr)) && nouns_are_plain(speaker);
        let owner = if source > 0 && !grouped { speaker.noun(source, false)? } else { "" };
        // "country name" of a country needs no owner.
        let heard = owner
            .rsplit(' ')
            .next()
            .is_some_and(|last| own.text().split(' ').next() == Some(last));
        said.push(if owner.is_empty() || heard {
            own
        } else {
            words!["the", possessive(owner), own]
        });
    }
    let nouns = said;
    if nouns.is_empty() {
        return Some(Phrase::default());
    }
    if let ([key], Some(said)) = (&order.iter().filter(|k| k.tie_break).collect::<Vec<_>>()[..], nouns.first())
        && speaker.select.group.contains(&key.expr)
        && key
            .expr
            .base_column()
            .and_then(|c| speaker.sql_type(c))
            .is_some_and(SqlType::is_text)
    {
        // The groups themselves, by their names.
        let alphabetically = said.clone().retext(
            speaker
                .voice
                .any(&[", breaking ties alphabetically", ", settling ties alphabetically"]),
        );
        return Some(alphabetically);
    }
    // "with ties in order of ID" would leave open whether all that tie are meant.
    let by = speaker.voice.any(&[", breaking ties by", ", settling ties by"]);
    Some(words![by, Phrase::list(nouns, "and")])
}
