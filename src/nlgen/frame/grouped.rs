//! Figures for each value of a column, each period, or each row of another table.

use super::group_key::{Key, key, names, rows_by_way, told, told_many};
use super::{Frame, narrowed, subject, tie_breaks, without_any};
use crate::ir::Value;
use crate::nlgen::attach::{RELATIVES, says, with_modifiers};
use crate::nlgen::condition;
use crate::nlgen::items::{aggregate, extreme};
use crate::nlgen::literal::{count, spoken};
use crate::nlgen::modifier::{conditions, is_over, verb_for, without_echo};
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::{Speaker, Voice};
use crate::query::ir::{Aggregate, Body, Compare, Expr, Predicate, QueryIr, Select};
use crate::schema::lexicon::EdgeWords;
use crate::schema::morphology::PREPOSITIONS;
use crate::words;

/// The registry entry.
pub(super) const FRAME: Frame = Frame { name: "grouped", say };

fn say(voice: &Voice<'_>, query: &QueryIr) -> Option<Phrase> {
    let Body::Select(select) = &query.body else { return None };
    let speaker = voice.about(select, "");
    sentence(&speaker)
}

fn sentence(speaker: &Speaker<'_>) -> Option<Phrase> {
    let select = speaker.select;
    if !select.is_grouped()
        || select.items.iter().any(|i| {
            !matches!(
                i.expr,
                Expr::Column(_) | Expr::Part { .. } | Expr::Trunc { .. } | Expr::Aggregate { .. }
            )
        })
    {
        return None;
    }
    let mut key = key(speaker)?;
    let measures: Vec<usize> = (0..select.items.len())
        .filter(|i| matches!(select.items[*i].expr, Expr::Aggregate { .. }))
        .collect();
    let np = match rows_by_way(speaker, &mut key) {
        Some(rows) => with_modifiers(Phrase::from(rows), conditions(speaker, 0, &key.implied)?, speaker.relative(0)),
        None => subject(speaker, &key.implied)?,
    };
    let voice = speaker.voice;
    let having = having(speaker, &key, &np)?;
    let ranked = select.order.first().zip(select.limit);
    let Some(&m) = measures.first() else {
        if let Some((order, n)) = ranked {
            let counted = is_count(&order.expr);
            let figure = aggregate(speaker, &order.expr, np.clone())?;
            return top(speaker, key, order.descending, n, counted, &np, figure);
        }
        // Only the groups themselves, chosen by their size.
        let (_, verb) = having?;
        if let Some(source) = key.entity
            && let Some(rows) = by_columns(speaker, key.many.clone(), true, "of the")
        {
            return Some(asking(speaker, words![rows, speaker.relative(source), verb]));
        }
        return Some(words!["which", told_many(speaker, &key), verb, "?"]);
    };
    let measure_id = speaker.id(&format!("item.{m}"));
    let figure = aggregate(speaker, &select.items[m].expr, np.clone())?.says(&measure_id);
    let counted = is_count(&select.items[m].expr);
    if let Some((after, verb)) = having {
        if counted {
            // "Which cities have at least 40 members, and how many?"
            let how_many = Phrase::from("how many").says(&measure_id);
            return Some(words!["which", told_many(speaker, &key), verb, ", and", how_many, "?"]);
        }
        let rows = match key.entity {
            Some(source) => speaker.join_of(source)?.1.children.as_str(),
            None => speaker.noun(0, true)?,
        };
        let figure = aggregate(speaker, &select.items[m].expr, words!["these", rows])?.says(&measure_id);
        let one = words!["each", key.one, after];
        return Some(words!["for", one, ", what is", figure, "?"]);
    }
    if let Some((order, n)) = ranked {
        return top(speaker, key, order.descending, n, counted, &np, figure);
    }
    if let Some(order) = select.order.first() {
        let by_key = select.group.contains(&order.expr);
        let is_period = matches!(order.expr, Expr::Part { .. } | Expr::Trunc { .. });
        let words = if by_key {
            if is_period {
                Phrase::from("in chronological order")
            } else {
                words!["in order of", key.one.clone()]
            }
        } else {
            // "sorted from highest to lowest" may be of the groups.
            match (counted, &select.items[m].expr) {
                (true, _) => Phrase::from(if order.descending {
                    "highest number first"
                } else {
                    "lowest number first"
                }),
                (_, Expr::Aggregate { arg: Some(arg), .. }) if speaker.words_of(arg).is_some() => {
                    words![extreme(speaker.words_of(arg)?, order.descending), "first"]
                }
                _ => Phrase::from(if order.descending { "highest first" } else { "lowest first" }),
            }
        };
        let tail = words![",", words.says(speaker.id("order.0")), tie_breaks(speaker, &select.order)?];
        if trails(speaker, &np) && key.entity.is_none() && !key.owned {
            let show = voice.any(&["show", "list", "give"]);
            return Some(words!["for each", told(speaker, key), ",", show, figure, tail, "."]);
        }
        let per = per(speaker, &key, &["for each", "per", "by"]);
        let any = match key.entity.filter(|_| counted) {
            Some(source) => words![speaker.relative(source), any_of(speaker.join_of(source)?.1, "")],
            None => Phrase::default(),
        };
        return Some(words![voice.any(&["Show", "List", "Give me"]), figure, per, any, tail, "."]);
    }
    // A row that nothing refers to is in no group.
    let without = match key.entity {
        Some(source) => {
            let any = without_any(select, speaker.join_of(source)?.1, Some(source));
            words!["Leave out", key.rows(), any, "."]
        }
        None => Phrase::default(),
    };
    if let (Some(source), true) = (key.entity, counted) {
        let (_, edge) = speaker.join_of(source)?;
        let children = with_modifiers(
            Phrase::from(if edge.children.ends_with("them") {
                // "web sales for each billing customer", whose role says which way they belong to them.
                speaker.noun(0, true)?
            } else {
                &edge.children
            }),
            conditions(speaker, 0, &key.implied)?,
            speaker.relative(0),
        );
        let chosen = |p: &Predicate| condition::source_of(p) == Some(source);
        let plain = !says(&key.one, RELATIVES) && !select.filter.iter().any(chosen);
        if plain && !edge.children.ends_with("them") && voice.below(2) == 0 {
            return of_each_with_any(speaker, &key, edge, children, &measure_id);
        }
        // "Show the name and theme of each concert and its number of singers."
        if plain && let Some(rows) = by_columns(speaker, key.one.clone(), false, "of each") {
            let own = if speaker.table(source)?.person { "their" } else { "its" };
            let number = words![own, "number of", children.clone()].says(&measure_id);
            return Some(match voice.below(3) {
                0 => words!["what are", rows, "and", number, "?", without],
                _ => words![voice.any(&["Show", "List", "Find"]), rows, "and", number, ".", without],
            });
        }
        let number = || words!["the number of", children.clone()].says(&measure_id);
        return Some(match voice.below(5) {
            2 => {
                words![
                    "for each",
                    key.one,
                    ",",
                    voice.any(&["count", "find", "show", "return"]),
                    number(),
                    ".",
                    without
                ]
            }
            0 => words!["count the", children.says(&measure_id), "for each", key.one, ".", without],
            1 => {
                words![
                    voice.any(&["Show", "Find", "Return", "Count"]),
                    number(),
                    "for each",
                    key.one,
                    ".",
                    without
                ]
            }
            // "how many departments does each office have", "how many loans has each member taken out"
            _ => {
                let verb = verb_for(edge, &children);
                let asked = words![Phrase::from("how many").says(&measure_id), children];
                let asked = match verb.split_once(' ') {
                    Some(("have", done)) => words![asked, "has each", key.one, done],
                    _ if is_over(&verb) => words![asked, "are there for each", key.one],
                    _ => words![asked, "does each", key.one, verb],
                };
                words![asked, "?", without]
            }
        });
    }
    if key.owned {
        return Some(match voice.below(2) {
            0 => words!["what is", figure, per(speaker, &key, &[]), "?"],
            _ => words![voice.any(&["Show", "List", "Give me"]), figure, per(speaker, &key, &[]), "."],
        });
    }
    // "the 75th percentile of the renewals of loans per member" might be one figure of many totals.
    let percentile = matches!(&select.items[m].expr, Expr::Aggregate { func: Aggregate::Percentile(p), .. } if *p != 50);
    let asked = match voice.below(if percentile || trails(speaker, &np) { 1 } else { 4 }) {
        0 => {
            // "For each job, what is the lowest salary among its employees?"
            let whose = match key.entity.filter(|source| speaker.is_only_way(*source)) {
                Some(source) if speaker.table(source)?.person => "their",
                Some(_) => "its",
                None => "",
            };
            let figure = aggregate(speaker, &select.items[m].expr, words![whose, np])?.says(&measure_id);
            words!["for", voice.any(&["each", "every"]), told(speaker, key), ", what is", figure, "?"]
        }
        1 if counted => words![
            Phrase::from("how many").says(&measure_id),
            np,
            "are there",
            per(speaker, &key, &["for each", "per"]),
            "?"
        ],
        2 => words![
            voice.any(if counted {
                &["Show", "List", "Give me", "Find", "Return", "Count"]
            } else {
                &["Show", "List", "Give me", "Find", "Return"]
            }),
            figure,
            per(speaker, &key, &["for each", "per"]),
            "."
        ],
        _ => words!["what is", figure, per(speaker, &key, &["for each", "per"]), "?"],
    };
    Some(words![asked, without])
}

/// "Show the name and the number of concerts of each stadium that has hosted any."
fn of_each_with_any(speaker: &Speaker<'_>, key: &Key, edge: &EdgeWords, children: Phrase, measure: &str) -> Option<Phrase> {
    let voice = speaker.voice;
    // With a condition on them, "any" alone would be of all of them.
    let such = if narrowed(speaker.select, key.entity) { "such" } else { "" };
    let any = words![speaker.relative(key.entity?), any_of(edge, such)];
    let number = words!["number of", children].says(measure);
    let shown: Vec<usize> = (0..speaker.select.items.len())
        .filter(|i| speaker.select.group.contains(&speaker.select.items[*i].expr))
        .collect();
    let columns = names(speaker, &shown, false)?;
    let by = format!(" (by {columns})");
    if shown.is_empty() || !key.one.text().contains(&by) && voice.below(2) == 0 {
        let verb = voice.any(&["Show", "Find", "Return", "Count"]);
        return Some(match voice.below(2) {
            0 => words!["what is the", number, "for each", key.one.clone(), any, "?"],
            _ => words![verb, "the", number, "for each", key.one.clone(), any, "."],
        });
    }
    let one = key.one.clone().with_words(&by, "");
    let asked = words!["the", columns, "and the", number, "of each", one, any];
    Some(match voice.below(3) {
        0 => words!["what are", asked, "?"],
        _ => words![voice.any(&["Show", "List", "Find", "Return"]), asked, "."],
    })
}

/// Whether "for each course" after these rows would be heard as part of their conditions.
fn trails(speaker: &Speaker<'_>, rows: &Phrase) -> bool {
    speaker.noun(0, true).is_some_and(|noun| !rows.text().ends_with(noun))
}

/// "per genre", "by the employee's pay grade": a figure's groups after it.
fn per(speaker: &Speaker<'_>, key: &Key, ways: &[&str]) -> Phrase {
    // After a condition "by city" and "per city" would be heard as part of it.
    let way = match (key.owned, speaker.select.filter.is_empty()) {
        (true, _) => "by the",
        (false, true) => speaker.voice.any(ways),
        (false, false) => "for each",
    };
    words![way, key.one.clone()]
}

fn is_count(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Aggregate {
            func: Aggregate::Count,
            distinct: false,
            ..
        }
    )
}

/// "the names of the authors", "the name of each author": rows by what is shown of them, half the time where that is what names them.
fn by_columns(speaker: &Speaker<'_>, rows: Phrase, plural: bool, of: &str) -> Option<Phrase> {
    let select = speaker.select;
    let shown: Vec<usize> = (0..select.items.len())
        .filter(|i| select.group.contains(&select.items[*i].expr))
        .collect();
    let by = format!(" (by {})", names(speaker, &shown, false)?);
    if shown.is_empty() || !rows.text().contains(&by) && speaker.voice.below(2) == 0 {
        return None;
    }
    let columns = names(speaker, &shown, plural)?;
    Some(words!["the", columns, of, rows.with_words(&by, "")])
}

/// "What is the name of ...?", "Find the names of ..."
fn asking(speaker: &Speaker<'_>, what: Phrase) -> Phrase {
    let several = speaker.select.limit != Some(1) || speaker.select.items.len() > 1;
    match speaker.voice.below(2) {
        0 => words!["what", if several { "are" } else { "is" }, what, "?"],
        _ => words![speaker.voice.any(&["Find", "Show", "List", "Return"]), what, "."],
    }
}

/// The condition on a group's size: after the key ("with at least ten books") and as a verb ("have at least ten books").
fn having(speaker: &Speaker<'_>, key: &Key, np: &Phrase) -> Option<Option<(Phrase, Phrase)>> {
    let Some(predicate) = speaker.select.having.first() else {
        return Some(None);
    };
    let Predicate::Compare {
        left: Expr::Aggregate {
            func: Aggregate::Count,
            arg: None,
            ..
        },
        op,
        value,
    } = predicate
    else {
        return None;
    };
    let things = match key.entity {
        Some(source) => children(speaker, speaker.join_of(source)?.1, *value == Value::Int(1), &key.implied)?,
        None if *value == Value::Int(1) => super::list::singular_subject(speaker, &key.implied)?,
        None => np.clone(),
    };
    let id = speaker.id("having.0");
    let bound = at_least(*op, value)?;
    // Groups of none are not there.
    let apart = crate::nlgen::left_out::indexes(speaker).len();
    let bound = match op {
        Compare::Lt | Compare::LtEq if key.entity.is_some() || speaker.select.filter.len() > apart => format!("at least one but {bound}"),
        _ => bound,
    };
    let gloss = speaker.voice.gloss.as_ref().filter(|_| *value != Value::Int(1));
    let tail = match gloss.and_then(|g| g.count(*op, &id, &bound, &value.to_string(), things.text())) {
        Some(many) => words![many, things].says(id),
        None => words![bound, things].says_with(id, vec![value.to_string()]),
    };
    let verb = match key.entity {
        Some(source) => speaker.join_of(source)?.1.has_child.as_str(),
        None => "have",
    };
    Some(Some((words!["with", tail.clone()], words![verb, tail])))
}

/// The children counted, with their conditions: "active members", after "one" "active member".
pub(super) fn children(speaker: &Speaker<'_>, edge: &EdgeWords, one: bool, skip: &[usize]) -> Option<Phrase> {
    let modifiers = without_echo(conditions(speaker, 0, skip)?, &edge.has_child)?;
    let (noun, modifiers) = if one {
        (&edge.child, crate::nlgen::condition::to_singular(modifiers))
    } else {
        (&edge.children, modifiers)
    };
    Some(with_modifiers(Phrase::from(noun), modifiers, speaker.relative(0)))
}

/// "at least ten", "more than five", "fewer than three".
pub(super) fn at_least(op: Compare, value: &Value) -> Option<String> {
    let n = match value {
        Value::Int(n) => u64::try_from(*n).map_or_else(|_| n.to_string(), |n| if n <= 10 { count(n) } else { spoken(value, false) }),
        other => spoken(other, false),
    };
    Some(match op {
        Compare::GtEq => format!("at least {n}"),
        Compare::Gt => format!("more than {n}"),
        Compare::Lt => format!("fewer than {n}"),
        Compare::LtEq => format!("at most {n}"),
        Compare::Eq => format!("exactly {n}"),
        Compare::NotEq => return None,
    })
}

/// "Which three authors have the most books, and how many do they have?"
fn top(speaker: &Speaker<'_>, key: Key, descending: bool, n: u64, counted: bool, np: &Phrase, figure: Phrase) -> Option<Phrase> {
    let voice = speaker.voice;
    let one = n == 1;
    let said = Phrase::from(if one { String::new() } else { count(n) });
    let noun = if one {
        told(speaker, key.clone())
    } else {
        told_many(speaker, &key)
    };
    let asked = words![said, noun].says_with(speaker.id("limit"), vec![n.to_string()]);
    let ties = tie_breaks(speaker, &speaker.select.order)?;
    let measure = speaker.select.items.iter().position(|i| matches!(i.expr, Expr::Aggregate { .. }));
    let have = if one { "has" } else { "have" };
    if counted {
        let most = match (descending, voice.below(3)) {
            (true, 0) => voice.any(&["the highest number of", "the greatest number of", "the largest number of"]),
            (true, _) => "the most",
            (false, 0) => "the lowest number of",
            (false, _) => "the fewest",
        };
        let things = match key.entity {
            Some(source) => children(speaker, speaker.join_of(source)?.1, false, &key.implied)?,
            None => np.clone(),
        };
        let verb = match key.entity {
            Some(source) => {
                let verb = Phrase::from(verb_for(speaker.join_of(source)?.1, &things));
                if one { crate::nlgen::modifier::singular_verb(verb) } else { verb }
            }
            None => Phrase::from(have),
        };
        if measure.is_none() && key.entity.is_none() && voice.below(2) == 0 {
            let rows = words!["the", asked, words!["with", most, things].says(speaker.id("order.0"))];
            return Some(asking(speaker, words![rows, ties]));
        }
        let ranked = words![verb, most, things].says(speaker.id("order.0"));
        let Some(measure) = measure else {
            if let Some(source) = key.entity.filter(|_| one)
                && let Some(rows) = by_columns(speaker, asked.clone(), false, "of the")
            {
                return Some(asking(speaker, words![rows, speaker.relative(source), ranked, ties]));
            }
            return Some(words!["which", asked, ranked, ties, "?"]);
        };
        let how_many = Phrase::from("how many").says(speaker.id(&format!("item.{measure}")));
        return Some(words!["which", asked, ranked, ", and", how_many, "?", sentence_of(ties)]);
    }
    let extreme = if descending { "highest" } else { "lowest" };
    // The highest of the lowest prices is nobody's question.
    if matches!(
        speaker.select.order.first()?.expr,
        Expr::Aggregate {
            func: Aggregate::Min | Aggregate::Max,
            ..
        }
    ) {
        return None;
    }
    let ranked = words![have, figure.with_first_word("the", &format!("the {extreme}"))].says(speaker.id("order.0"));
    let Some(measure) = measure else {
        return Some(words!["which", asked, ranked, ties, "?"]);
    };
    let called = match &speaker.select.order.first()?.expr {
        Expr::Aggregate { func: Aggregate::Sum, .. } => "what is that total",
        Expr::Aggregate { func: Aggregate::Avg, .. } => "what is that average",
        _ => "what is it",
    };
    let what = words![called, if one { "" } else { "for each" }].says(speaker.id(&format!("item.{measure}")));
    Some(words!["which", asked, ranked, ", and", what, "?", sentence_of(ties)])
}

/// ", breaking ties by title" as a sentence of its own: "Break ties by title."
fn sentence_of(ties: Phrase) -> Phrase {
    if ties.is_empty() {
        return ties;
    }
    let alone = [(", breaking", "Break"), (", settling", "Settle")];
    let said = alone.iter().fold(ties, |p, (after, word)| p.with_first_word(after, word));
    words![said, "."]
}

/// "has taken out any", "has taken out any such loans", "appears on any order lines".
fn any_of(edge: &EdgeWords, such: &str) -> Phrase {
    let verb = crate::nlgen::modifier::singular_verb(Phrase::from(&edge.has_child));
    let ends_open = edge
        .has_child
        .split(' ')
        .next_back()
        .is_some_and(|last| PREPOSITIONS.contains(&last));
    let children = if such.is_empty() && !ends_open { "" } else { &edge.children };
    words![verb, "any", such, children]
}

/// The stage of a CTE: its key, its figure's index, and its rows.
pub(super) fn of_stage<'s>(voice: &'s Voice<'s>, stage: &'s Select) -> Option<(Speaker<'s>, Key)> {
    let speaker = voice.about(stage, "stage.");
    let key = key(&speaker)?;
    Some((speaker, key))
}
