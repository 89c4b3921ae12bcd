//! Figures over all rows that satisfy the conditions.

use super::{Frame, subject, subject_and_verb};
use crate::nlgen::attach::{RELATIVES, says, with_modifiers};
use crate::nlgen::condition::{self, to_singular};
use crate::nlgen::items::{aggregate, aggregate_adjective, computed, otherwise};
use crate::nlgen::modifier::{conditions, named, verb_for};
use crate::nlgen::phrase::Phrase;
use crate::nlgen::place::is_place;
use crate::nlgen::speaker::{Speaker, Voice};
use crate::query::ir::{Aggregate, Body, Expr, Item, QueryIr};
use crate::schema::role::Role;
use crate::words;

/// The registry entry.
pub(super) const FRAME: Frame = Frame { name: "aggregate", say };

fn say(voice: &Voice<'_>, query: &QueryIr) -> Option<Phrase> {
    let Body::Select(select) = &query.body else { return None };
    if select.is_grouped() || select.is_ordered() || !select.items.iter().all(|i| is_figure(&i.expr)) {
        return None;
    }
    let speaker = voice.about(select, "");
    if let [item] = &select.items[..] {
        let id = speaker.id("item.0");
        if speaker.table(0)?.bridge
            && matches!(
                &item.expr,
                Expr::Aggregate {
                    func: Aggregate::Count,
                    distinct: true,
                    filter: None,
                    ..
                }
            )
        {
            return connected(&speaker, &id);
        }
        if speaker.table(0)?.bridge
            && matches!(
                &item.expr,
                Expr::Aggregate {
                    arg: None,
                    filter: None,
                    ..
                }
            )
        {
            return pairs(&speaker, &id);
        }
        return match &item.expr {
            Expr::Percent { part, .. } => percentage(&speaker, part).map(|p| p.says_with(id, vec!["100.0".into(), "2".into()])),
            Expr::Aggregate {
                func: Aggregate::Count,
                arg: None,
                ..
            } => Some(how_many(&speaker, &id)?),
            expr => Some(one_figure(&speaker, expr, &id)?),
        };
    }
    several(&speaker)
}

fn is_figure(expr: &Expr) -> bool {
    match expr {
        Expr::Aggregate { .. } => true,
        Expr::Percent { part, whole } => is_figure(part) && is_figure(whole),
        _ => false,
    }
}

/// More words than this are a long phrase.
const LONG: usize = 9;

fn how_many(speaker: &Speaker<'_>, id: &str) -> Option<Phrase> {
    let voice = speaker.voice;
    let np = subject(speaker, &[])?;
    // "How many customers who registered in 2016 are there?" asks the same with more words.
    let clause = says(&np, RELATIVES);
    let said = subject_and_verb(speaker, &[]).filter(|(_, verb)| !verb.text().contains(" that "));
    let plain = said
        .as_ref()
        .is_some_and(|(_, verb)| finite(verb) && !verb.text().contains(" and "));
    if let (true, Some((noun, verb))) = (voice.below(5) < if clause || plain { 3 } else { 2 }, said) {
        return Some(words![Phrase::from("how many").says(id), noun, verb, "?"]);
    }
    // After a long phrase, or a clause, "are there" comes too late to be heard.
    let long = clause || np.text().split(' ').count() > LONG;
    let all = speaker.select.filter.is_empty() && speaker.select.joins.is_empty();
    let number = |total: &str| words!["the", words![total, "number of"].says(id)];
    Some(match voice.below(if long { 4 } else { 8 }) {
        0 => words![Phrase::from("Count").says(id), "the", np, "."],
        4 if all && voice.below(2) == 0 => words![Phrase::from("how many").says(id), np, "do we have?"],
        1 => words![voice.any(&["count", "find", "return"]), number(""), np, "."],
        2 if !is_column(speaker) => words!["what is", number("total"), np, "?"],
        3 => words!["what is", number(""), np, "?"],
        _ => words![Phrase::from("how many").says(id), np, "are there?"],
    })
}

/// Whether rows are counted in a column too: "the total number of pages of books" would be its sum.
fn is_column(speaker: &Speaker<'_>) -> bool {
    let rows = speaker.noun(0, true);
    let mut columns = speaker.voice.lexicon.columns.values();
    columns.any(|words| words.noun.strip_prefix("number of ").is_some_and(|things| Some(things) == rows))
}

/// "How many orders were placed in 2022?", but "how many employees are there in departments that ...?"
fn finite(verb: &Phrase) -> bool {
    ["were ", "joined ", "left ", "died ", "have been "]
        .iter()
        .any(|v| verb.text().starts_with(v))
}

/// How many different rows a bridge leads to: "How many different books in Danish have authors from Norway written?"
fn connected(speaker: &Speaker<'_>, id: &str) -> Option<Phrase> {
    let [left, right] = &speaker.select.joins[..] else { return None };
    if left.left != 0 || right.left != 0 {
        return None;
    }
    let np = |source: usize| -> Option<Phrase> {
        let modifiers = conditions(speaker, source, &[])?;
        Some(with_modifiers(
            Phrase::from(speaker.noun(source, true)?),
            modifiers,
            speaker.relative(source),
        ))
    };
    let (_, edge) = speaker.join_of(1)?;
    let how_many = speaker.voice.any(&["how many different", "how many distinct"]);
    let asked = words![Phrase::from(how_many).says(id), np(2)?];
    Some(match edge.has_child.strip_prefix("have ") {
        Some(done) => words![asked, "have", np(1)?, done, "?"],
        None => words![asked, "do", np(1)?, &edge.has_child, "?"],
    })
}

/// How many rows a bridge has: "How many friends does the student Ada Lund have?", "How many dogs do female students own, counting a dog once for
/// each such student?", "Count the pairs of students in Oslo and the pets that they own."
fn pairs(speaker: &Speaker<'_>, id: &str) -> Option<Phrase> {
    let np = |source: usize, plural: bool| -> Option<Phrase> {
        let modifiers = conditions(speaker, source, &[])?;
        let modifiers = if plural { modifiers } else { to_singular(modifiers) };
        Some(with_modifiers(
            Phrase::from(speaker.noun(source, plural)?),
            modifiers,
            speaker.relative(source),
        ))
    };
    let (first, edge) = speaker.join_of(1)?;
    let second = speaker.select.joins.get(1);
    if first.left != 0 || second.is_some_and(|join| join.left != 0) || speaker.select.joins.len() > 2 {
        return None;
    }
    // Whoever says a name means one.
    if second.is_none() && (speaker.is_one_row(1) || named(speaker, 1).is_some()) {
        let asked = words![Phrase::from("how many").says(id), &edge.children];
        let one = words!["the", np(1, false)?];
        return Some(match edge.has_child.strip_prefix("have ") {
            Some(done) => words![asked, "has", one, done, "?"],
            None => words![asked, "does", one, &edge.has_child, "?"],
        });
    }
    let others = match second {
        Some(_) => np(2, true)?,
        None => Phrase::from(&edge.children),
    };
    let (one, single) = (speaker.noun(1, false)?, edge.child.as_str());
    if speaker.voice.below(3) > 0 && one != single {
        let asked = words![Phrase::from("how many").says(id), others];
        let asked = match edge.has_child.strip_prefix("have ") {
            Some(done) => words![asked, "have", np(1, true)?, done],
            None => words![asked, "do", np(1, true)?, &edge.has_child],
        };
        let again = words![
            ", counting",
            crate::schema::morphology::with_article(single),
            "once for each such",
            one
        ];
        return Some(words![asked, again, "?"]);
    }
    let count = speaker.voice.any(&["count the pairs of", "how many pairs are there of"]);
    let asked = words![
        Phrase::from(count).says(id),
        np(1, true)?,
        "and the",
        others,
        "that they",
        &edge.has_child
    ];
    Some(words![asked, if count.starts_with("how") { "?" } else { "." }])
}

fn one_figure(speaker: &Speaker<'_>, expr: &Expr, id: &str) -> Option<Phrase> {
    let voice = speaker.voice;
    let np = subject(speaker, &[])?;
    if let Expr::Aggregate {
        func: Aggregate::Count,
        distinct: true,
        arg: Some(arg),
        ..
    } = expr
    {
        let column = arg.base_column()?;
        let how_many = voice.any(&["how many different", "how many distinct"]);
        if let Some(edge) = speaker.edge_of_column(column).filter(|_| column.source == 0) {
            // "How many different branches hold copies acquired in 2023?"; "customers have web sales billed to them", not "billing customers".
            let owners = match speaker.table_of_column(column) {
                Some(table) if edge.children.ends_with("them") => &table.plural,
                _ => &edge.role_plural,
            };
            let asked = words![how_many, owners].says(id);
            let children = super::grouped::children(speaker, edge, false, &[])?;
            return Some(words![asked, verb_for(edge, &children), children, "?"]);
        }
        let plural = &speaker.column(column)?.plural;
        let asked = words![how_many, plural].says(id);
        if column.source == 0 && voice.below(2) == 0 {
            let kind = how_many.trim_start_matches("how many ");
            let figure = words!["the number of", kind, plural].says(id);
            return Some(match voice.below(3) {
                0 => words!["what is", figure, "of", np, "?"],
                _ => words![voice.any(&["count", "find", "return"]), figure, "of", np, "."],
            });
        }
        if is_place(&speaker.column(column)?.noun) && column.source == 0 {
            return Some(words!["in", asked, "are there", np, "?"]);
        }
        return Some(words![asked, "are there among", np, "?"]);
    }
    // "the highest tip of all orders", not "of orders"
    let np = if speaker.select.filter.is_empty() { words!["all", np] } else { np };
    let figure = aggregate(speaker, expr, np)?.says(id);
    Some(match voice.below(3) {
        0 => words![voice.any(&["Find", "Give me", "Tell me", "Return"]), figure, "."],
        _ => words!["what is", figure, "?"],
    })
}

/// "How many books are there, and what are their average and highest price?"
fn several(speaker: &Speaker<'_>) -> Option<Phrase> {
    let np = subject(speaker, &[])?;
    let of = if speaker.select.filter.is_empty() {
        words!["all", np.clone()]
    } else {
        np.clone()
    };
    let counts = speaker.select.items.iter().position(|i| {
        matches!(
            &i.expr,
            Expr::Aggregate {
                func: Aggregate::Count,
                arg: None,
                filter: None,
                ..
            }
        )
    });
    let part = speaker
        .select
        .items
        .iter()
        .position(|i| matches!(&i.expr, Expr::Aggregate { filter: Some(_), .. }));
    let mut figures = Vec::new();
    // The greatest and the least are called alike: "the maximum and minimum price".
    let form = speaker.voice.rng.borrow().clone();
    let (mut full, mut mixed) = (Vec::new(), false);
    let (mut noun, mut nouns) = (None, None);
    for (i, item) in speaker.select.items.iter().enumerate() {
        if Some(i) == counts || Some(i) == part {
            continue;
        }
        let Expr::Aggregate { func, arg: Some(arg), .. } = &item.expr else {
            return None;
        };
        let (said, role) = match computed(speaker, arg) {
            Some(noun) => (noun, Role::Measure),
            None => {
                let words = speaker.words_of(arg)?;
                nouns = Some(Phrase::from(&words.plural));
                (Phrase::from(&words.noun), words.role)
            }
        };
        let id = speaker.id(&format!("item.{i}"));
        *speaker.voice.rng.borrow_mut() = form.clone();
        let adjective = otherwise(speaker, aggregate_adjective(*func, role));
        full.push(words![adjective.clone(), said.clone()].says(&id));
        figures.push(adjective.says(id));
        mixed |= noun.as_ref().is_some_and(|n: &Phrase| n.text() != said.text());
        noun = Some(said);
    }
    // "the earliest and latest due dates", but "the highest and total floor space"
    let sum = |item: &Item| matches!(&item.expr, Expr::Aggregate { func: Aggregate::Sum, .. });
    let many = !mixed && figures.len() > 1 && !speaker.select.items.iter().any(sum);
    let noun = nouns.filter(|_| many).or(noun);
    let asked = counts.map(|i| {
        let how_many = Phrase::from("how many").says(speaker.id(&format!("item.{i}")));
        // "How many offices were opened in 2025" rather than "how many offices opened in 2025 are there".
        let clause = says(&np, RELATIVES);
        match subject_and_verb(speaker, &[]).filter(|(_, verb)| (clause || finite(verb)) && !verb.text().contains(" that ")) {
            Some((noun, verb)) => words![how_many, noun, verb],
            None => words![how_many, np.clone(), "are there"],
        }
    });
    match (asked, part, noun) {
        (Some(asked), Some(i), None) => {
            let Expr::Aggregate { filter: Some(filter), .. } = &speaker.select.items[i].expr else {
                return None;
            };
            let id = speaker.id(&format!("item.{i}"));
            let condition = condition::say(speaker, filter, 0, &format!("{id}.filter"))?;
            Some(words![asked, ", and", words!["how many of them", condition.verb].says(id), "?"])
        }
        // "What are the total population and the average surface area of countries?"
        (None, None, Some(_)) if mixed => Some(words!["what are the", Phrase::list(full, "and the"), "of", of, "?"]),
        (_, _, Some(_)) if mixed => None,
        (Some(asked), None, Some(noun)) => {
            let be = if figures.len() > 1 { "are" } else { "is" };
            // "their total price", but "the lowest price among them": rows have a total together, the lowest is one row's.
            let ends = |item: &Item| {
                !matches!(
                    &item.expr,
                    Expr::Aggregate {
                        func: Aggregate::Sum | Aggregate::Avg,
                        ..
                    }
                )
            };
            Some(if speaker.select.items.iter().all(ends) {
                words![asked, ", and what", be, "the", Phrase::list(figures, "and"), noun, "among them?"]
            } else {
                words![asked, ", and what", be, "their", Phrase::list(figures, "and"), noun, "?"]
            })
        }
        (None, None, Some(noun)) => Some(words!["what are the", Phrase::list(figures, "and"), noun, "of", of, "?"]),
        _ => None,
    }
}

fn percentage(speaker: &Speaker<'_>, part: &Expr) -> Option<Phrase> {
    let Expr::Aggregate { filter: Some(filter), .. } = part else {
        return None;
    };
    let condition = condition::say(speaker, filter, 0, &speaker.id("item.0.filter"))?;
    let np = subject(speaker, &[])?;
    Some(words!["what percentage of", np, condition.verb, "? Round to two decimals."])
}
