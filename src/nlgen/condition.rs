//! One condition as a modifier of its noun.

use super::against;
use super::attach::{of_kind, with_modifiers};
use super::comparison::{compare, few, has, whose};
use super::kind::{is_description, meaning};
use super::literal::{article_of, be, count, month, quoted};
use super::modifier::{self, Modifier, Reach, conditions, negated_verb, verb_for, without_echo};
use super::nested;
use super::phrase::Phrase;
use super::place::place;
use super::speaker::Speaker;
use super::values::{amount, called, kinds, next_to, value_noun};
use super::when::{at_time, in_months, in_year};
use crate::ir::{ForeignKey, SqlType, Value};
use crate::query::ir::{Compare, Expr, Predicate, Select, TextMatch};
use crate::schema::morphology::with_article;
use crate::schema::role::Role;
use crate::words;

/// The source whose rows a condition is about.
pub fn source_of(predicate: &Predicate) -> Option<usize> {
    match predicate {
        Predicate::Exists { of, .. } => Some(*of),
        Predicate::Any(parts) => parts.first().and_then(source_of),
        other => other.subject()?.base_column().map(|c| c.source),
    }
}

/// Words a condition on source `source`; `id` is its clause id.
pub fn say(speaker: &Speaker<'_>, predicate: &Predicate, source: usize, id: &str) -> Option<Modifier> {
    let literals = literals(predicate);
    let modifier = match predicate {
        Predicate::Compare { left, op, value } => match left {
            Expr::Elements(of) => nested::elements(speaker.words_of(of)?, *op, value)?,
            Expr::Entry { of, key } => nested::entry(speaker.words_of(of)?, key, value),
            _ => compare(speaker, left, *op, value)?,
        },
        Predicate::Holds { expr, value } => nested::holds(speaker.words_of(expr)?, value),
        Predicate::Between { expr, low, high } => {
            let words = speaker.words_of(expr)?;
            let said = format!("between {} and {}", amount(words, low, false), amount(words, high, true));
            match (in_year(speaker, expr, &said), next_to(speaker, expr, low, high)) {
                (Some(event), _) => event,
                // "one or two renewals", not "between 1 and 2 renewals".
                (None, Some(both)) => few(words, &both.each_ref()),
                (None, None) => has(words, Phrase::from(said)),
            }
        }
        Predicate::During { expr, year, month: m } => {
            let when = m.map_or_else(|| format!("in {year}"), |m| format!("in {} {year}", month(m)));
            at_time(speaker, expr, &when)?
        }
        Predicate::In { expr, values, negated } => one_of(speaker, expr, source, &values.iter().collect::<Vec<_>>(), *negated)?,
        Predicate::Like { expr, place: end, text } => {
            let verb = match end {
                TextMatch::Prefix => "starts with",
                TextMatch::Suffix => "ends in",
                TextMatch::Contains => "contains",
            };
            let words = speaker.words_of(expr)?;
            let said = words![verb, quoted(text)];
            match place(speaker, expr).filter(|at| at.link == "in") {
                // "offices in a city that starts with F"
                Some(at) => {
                    let there = words![at.link, with_article(&words.noun), "that", said];
                    Modifier::new(there.clone(), words![at.be, there])
                }
                None => whose(words, said),
            }
        }
        Predicate::IsNull { expr, negated } => missing(speaker, expr, *negated)?,
        Predicate::CompareExpr { left, op, right } => than_other(speaker, left, *op, right)?,
        Predicate::Any(parts) => return either(speaker, parts, source, id),
        Predicate::CompareQuery { left, op, query } => against::say(speaker, left, *op, query, id)?,
        Predicate::InQuery { query, negated, .. } => {
            if query.table(0) == speaker.select.table(source) {
                let relation = modifier::relation(&speaker.voice.about(query, &format!("{id}/")))?;
                let said = if *negated {
                    relation.not_done(speaker.voice)
                } else {
                    relation.done()
                };
                return Some(
                    Modifier::new(words![speaker.relative(source), said.clone()], said)
                        .about(Reach::Other)
                        .says(id, &literals),
                );
            }
            let key = key_of(speaker, source, query)?;
            by_children(speaker, source, &key, query, *negated, id)?.about(Reach::Other)
        }
        Predicate::Exists { key, query, negated, .. } => by_children(speaker, source, key, query, *negated, id)?.about(Reach::Other),
    };
    let gloss = speaker.voice.gloss.as_ref();
    if let Some(called) = gloss.and_then(|g| g.modifier(speaker, predicate, id, &modifier, &literals, meaning)) {
        return Some(called);
    }
    Some(modifier.says(id, &literals))
}

/// One of several values of a column: "in Oslo or Bergen", "that are new or worn", "with two or three renewals".
fn one_of(speaker: &Speaker<'_>, expr: &Expr, source: usize, values: &[&Value], negated: bool) -> Option<Modifier> {
    let words = speaker.words_of(expr)?;
    // Figures are listed in their order.
    let mut values = values.to_vec();
    if values.iter().all(|v| v.as_f64().is_some()) {
        values.sort_by(|a, b| a.as_f64().unwrap_or(0.0).total_cmp(&b.as_f64().unwrap_or(0.0)));
    }
    // Either all are said by the lexicon or all are quoted.
    let known = |v: &&Value| words.values.contains_key(&v.to_string());
    let mixed = values.iter().any(known) && !values.iter().all(known);
    let noun = |v: &&Value| if mixed { quoted(&v.to_string()) } else { value_noun(words, v) };
    let said: Vec<Phrase> = values.iter().map(|v| Phrase::from(noun(v))).collect();
    let two = said.len() == 2;
    let describes = |v: &&Value| words.values.get(&v.to_string()).is_some_and(|p| is_description(p));
    if !negated && values.iter().all(describes) {
        let list = Phrase::list(said, "or");
        let verb = words!["are", list.clone()];
        return Some(Modifier {
            before: Some(list),
            ..Modifier::new(words![speaker.relative(source), verb.clone()], verb)
        });
    }
    if !negated && let Some(listed) = listed(speaker, expr, &values) {
        return Some(listed);
    }
    if let (true, Some(place)) = (negated, place(speaker, expr)) {
        let elsewhere = words![place.elsewhere, called(words, &values, Phrase::list(said, "and"))];
        return Some(Modifier::new(elsewhere.clone(), words![place.be, elsewhere]));
    }
    if negated
        && two
        && let Some(kinds) = kinds(speaker, expr, &values, "nor")
    {
        let neither = words!["are neither", kinds];
        return Some(Modifier::new(words![speaker.relative(source), neither.clone()], neither));
    }
    Some(match (negated, two) {
        (false, _) if !speaker.sql_type(expr.base_column()?).is_none_or(SqlType::is_numeric) => {
            // "have the division name Operations or Facilities"
            let list = Phrase::list(said, "or");
            let finite = words!["have the", &words.noun, list.clone()];
            Modifier::new(words!["whose", &words.noun, be(&words.noun), list], finite)
        }
        (false, _) => whose(words, words!["is", Phrase::list(said, "or")]),
        (true, _) if expr.base_column().is_some_and(|column| speaker.may_lack(column)) => {
            let other = words![article_of(&words.noun), &words.noun, "other than", Phrase::list(said, "and")];
            Modifier::new(words!["with", other.clone()], words!["have", other])
        }
        (true, true) => whose(words, words!["is neither", Phrase::list(said, "nor")]),
        (true, false) => whose(words, words!["is none of", Phrase::list(said, "and")]),
    })
}

/// One condition or another: values of one column as one list, else "are either cheaper than 5 dollars or more expensive than 40".
fn either(speaker: &Speaker<'_>, parts: &[Predicate], source: usize, id: &str) -> Option<Modifier> {
    let equal = |p: &Predicate| match p {
        Predicate::Compare {
            left,
            op: Compare::Eq,
            value,
        } => Some((left.clone(), value.clone())),
        _ => None,
    };
    let values: Option<Vec<(Expr, Value)>> = parts.iter().map(equal).collect();
    if let Some((first, _)) = values.as_ref().and_then(|v| v.first())
        && let Some(values) = values.as_ref().filter(|v| v.iter().all(|(left, _)| left == first))
    {
        let listed = one_of(speaker, first, source, &values.iter().map(|(_, v)| v).collect::<Vec<_>>(), false)?;
        let tagged = values
            .iter()
            .enumerate()
            .fold(listed, |m, (k, (_, value))| m.says(&format!("{id}.{k}"), &[value.to_string()]));
        return Some(tagged.says(id, &[]));
    }
    let verbs: Option<Vec<Phrase>> = parts
        .iter()
        .enumerate()
        .map(|(k, p)| say(speaker, p, source, &format!("{id}.{k}")).map(|m| m.verb))
        .collect();
    let verbs = verbs?;
    // What all of them begin with is said once.
    let heads: Vec<Vec<&str>> = verbs.iter().map(|v| v.text().split(' ').collect()).collect();
    let first = heads.first()?;
    let alike = |at: usize| heads.iter().all(|h| h.len() > at + 1 && h.get(at) == first.get(at));
    let common: Vec<&str> = (0..first.len())
        .take_while(|at| alike(*at))
        .filter_map(|at| first.get(at).copied())
        .collect();
    // "have a price of" is whole, "have a net" is half of a noun.
    let article = common.iter().rposition(|word| ["a", "an", "the"].contains(word));
    let common = match article.filter(|at| !common.iter().skip(*at).any(|word| *word == "of")) {
        Some(at) => common.get(..at).unwrap_or_default(),
        None => &common,
    };
    let head = common.join(" ");
    let rest = verbs.iter().map(|v| match head.is_empty() {
        true => v.clone(),
        false => v.clone().with_first_word(&head, "").trimmed(),
    });
    let verb = words![head.as_str(), "either", Phrase::list(rest.collect(), "or")];
    if head.starts_with("have ") {
        // Both ends of one figure: "with a price of either less than 5 dollars or more than 40 dollars".
        return Some(Modifier::new(verb.clone().with_first_word("have", "with"), verb).says(id, &[]));
    }
    let said = Modifier::new(words![speaker.relative(source), verb.clone()], verb).about(Reach::Either);
    Some(said.says(id, &[]))
}

/// The literals of a condition as the SQL writes them; nested queries tag their own.
pub(super) fn literals(predicate: &Predicate) -> Vec<String> {
    match predicate {
        Predicate::Compare { value: Value::Bool(_), .. } => Vec::new(),
        Predicate::Compare {
            left: Expr::Entry { key, .. },
            value,
            ..
        } => vec![key.clone(), value.to_string()],
        Predicate::Compare { value, .. } | Predicate::Holds { value, .. } => vec![value.to_string()],
        Predicate::Between { low, high, .. } => vec![low.to_string(), high.to_string()],
        Predicate::During { year, month, .. } => {
            let day = |y: i32, m: u32| format!("{y:04}-{m:02}-01");
            match month {
                Some(12) => vec![day(*year, 12), day(year + 1, 1)],
                Some(m) => vec![day(*year, *m), day(*year, m + 1)],
                None => vec![day(*year, 1), day(year + 1, 1)],
            }
        }
        Predicate::In { values, .. } => values.iter().map(ToString::to_string).collect(),
        Predicate::Like { place, text, .. } => vec![match place {
            TextMatch::Prefix => format!("{text}%"),
            TextMatch::Suffix => format!("%{text}"),
            TextMatch::Contains => format!("%{text}%"),
        }],
        _ => Vec::new(),
    }
}

/// Values as a person lists them: "in Oslo or Bergen", "born in May or June", "with one or two renewals".
fn listed(speaker: &Speaker<'_>, expr: &Expr, values: &[&Value]) -> Option<Modifier> {
    let words = speaker.words_of(expr)?;
    if let Some(months) = in_months(speaker, expr, values) {
        return Some(months);
    }
    if let Some(place) = place(speaker, expr) {
        let said = values.iter().map(|v| Phrase::from(value_noun(words, v))).collect();
        return Some(place.at(called(words, values, Phrase::list(said, "or"))));
    }
    if let Some(kinds) = kinds(speaker, expr, values, "or").filter(|_| speaker.voice.below(4) > 0) {
        let rows = Phrase::list(values.iter().map(|v| Phrase::from(v.to_string())).collect(), "or");
        return Some(Modifier {
            before: Some(rows),
            ..Modifier::new(
                words![speaker.relative(expr.base_column()?.source), "are", kinds.clone()],
                words!["are", kinds],
            )
        });
    }
    // "crime or poetry books"
    let kind = |v: &&Value| words.values.get(&v.to_string()).filter(|phrase| meaning(phrase).before.is_some());
    if let Some(kinds) = values.iter().map(kind).collect::<Option<Vec<&String>>>() {
        let kinds = Phrase::list(kinds.into_iter().map(Phrase::from).collect(), "or");
        let nouns = of_kind(kinds.clone(), Phrase::from(speaker.noun(expr.base_column()?.source, true)?));
        return Some(Modifier {
            before: Some(kinds),
            ..Modifier::new(words!["that are", nouns.clone()], words!["are", nouns])
        });
    }
    matches!(words.role, Role::Measure | Role::Ratio).then(|| few(words, values))
}

/// Rows without a value, or with one.
pub(super) fn missing(speaker: &Speaker<'_>, expr: &Expr, negated: bool) -> Option<Modifier> {
    let words = speaker.words_of(expr)?;
    let phrase = if negated { &words.when_set } else { &words.when_null };
    Some(match phrase {
        Some(phrase) => match phrase.split(' ').next().unwrap_or("") {
            "with" | "without" | "who" | "that" => meaning(phrase),
            _ => Modifier::new(phrase.into(), words!["are", phrase]),
        },
        None if negated => Modifier::new(
            words!["with", article_of(&words.noun), &words.noun],
            words!["have", article_of(&words.noun), &words.noun],
        ),
        None => Modifier::new(
            words!["without", article_of(&words.noun), &words.noun],
            words!["have no", &words.noun],
        ),
    })
}

/// A row against the row it refers to: "who earn more than their manager".
fn than_other(speaker: &Speaker<'_>, left: &Expr, op: Compare, right: &Expr) -> Option<Modifier> {
    let (mine, theirs) = (left.base_column()?, right.base_column()?);
    let words = speaker.column(mine)?;
    let other = speaker.noun(theirs.source, false)?;
    let more = op == Compare::Gt;
    let person = speaker.table(mine.source)?.person;
    let said = |their: &str| {
        if words.role == Role::Time {
            return at_time(speaker, left, &format!("{} {their} {other}", if more { "after" } else { "before" }));
        }
        let tail = words![if more { "a higher" } else { "a lower" }, &words.noun, "than", their, other];
        Some(Modifier::new(words!["with", tail.clone()], words!["have", tail]))
    };
    // "each employee born before their manager", but "each part made before its successor".
    let one = if person { None } else { said("its") };
    Some(Modifier {
        one: one.map(|m| (m.after, m.verb)),
        ..said("their")?
    })
}

/// The foreign key that an IN subquery selects.
fn key_of(speaker: &Speaker<'_>, source: usize, query: &Select) -> Option<ForeignKey> {
    let child = speaker.voice.schema.table(query.table(0)?)?;
    let column = &query.items.first()?.expr.base_column()?.column;
    let parent = speaker.select.table(source)?;
    child
        .foreign_keys
        .iter()
        .find(|k| k.columns.len() == 1 && k.columns.first() == Some(column) && k.ref_table == parent)
        .cloned()
}

/// "who have made at least one loan in 2023" / "who have not made any loans in 2023".
fn by_children(speaker: &Speaker<'_>, source: usize, key: &ForeignKey, query: &Select, negated: bool, id: &str) -> Option<Modifier> {
    let inner = speaker.voice.about(query, &format!("{id}/"));
    let edge = inner.edge(query.table(0)?, key)?;
    // A guard against NULLs in a NOT IN list says nothing about the rows themselves.
    let guards: Vec<usize> = query
        .filter
        .iter()
        .enumerate()
        .filter(|(_, p)| matches!(p, Predicate::IsNull { expr, negated: true } if expr.base_column().is_some_and(|c| key.columns.contains(&c.column))))
        .map(|(i, _)| i)
        .collect();
    let modifiers = without_echo(conditions(&inner, 0, &guards)?, &edge.has_child)?;
    let relative = inner.relative(0);
    let verb = if negated {
        negated_verb(
            speaker.voice,
            &edge.has_child,
            with_modifiers(Phrase::from(&edge.children), modifiers, relative),
        )
    } else {
        let child = with_modifiers(Phrase::from(&edge.child), to_singular(modifiers), relative);
        words![verb_for(edge, &child), "at least", count(1), child]
    };
    Some(Modifier::new(words![speaker.relative(source), verb.clone()], verb))
}

/// The same modifiers for a singular noun.
pub fn to_singular(modifiers: Vec<Modifier>) -> Vec<Modifier> {
    let relative = |p: Phrase| match p.text().split(' ').next() {
        Some("that") => singular_relative(p, "that"),
        Some("who") => singular_relative(p, "who"),
        _ => p,
    };
    modifiers
        .into_iter()
        .map(|m| {
            let (after, verb) = m.one.unwrap_or((m.after, m.verb));
            Modifier {
                before: m.before,
                after: relative(after),
                verb: super::modifier::singular_verb(verb),
                one: None,
                reach: m.reach,
            }
        })
        .collect()
}

fn singular_relative(phrase: Phrase, word: &str) -> Phrase {
    let either = format!("{word} either ");
    if phrase.text().starts_with(&either) {
        let verb = phrase.with_first_word(word, "").trimmed();
        return words![word, super::modifier::singular_verb(verb)];
    }
    if let Some(kind) = phrase
        .text()
        .strip_prefix(&format!("{word} are "))
        .and_then(super::modifier::one_of_kind)
    {
        return phrase.retext(&format!("{word} is {kind}"));
    }
    for (plural, singular) in [("are", "is"), ("were", "was"), ("have", "has"), ("do", "does")] {
        let (from, to) = (format!("{word} {plural}"), format!("{word} {singular}"));
        if phrase.text().starts_with(&format!("{from} ")) {
            return phrase.with_first_word(&from, &to);
        }
    }
    // "that contain" -> "that contains"; "who joined" stays.
    let verb = phrase.clone().with_first_word(word, "").trimmed();
    let one = super::modifier::singular_verb(verb.clone());
    if one != verb {
        return words![word, one];
    }
    phrase
}
