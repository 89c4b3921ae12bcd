//! Rows listed: plain, each value once, sorted, or the first n.

use super::group_key::OF_WHAT;
use super::{Frame, direction, extreme, implied, says_all, subject, subject_and_verb, tie_breaks};
use crate::nlgen::attach;
use crate::nlgen::items::{Shown, computed, how_late, merge, shown};
use crate::nlgen::literal::{count, takes_article};
use crate::nlgen::modifier::{named, referring};
use crate::nlgen::phrase::Phrase;
use crate::nlgen::place::is_place;
use crate::nlgen::speaker::{Speaker, Voice};
use crate::query::ir::{Body, Compare, Expr, OrderKey, Predicate, QueryIr};
use crate::schema::lexicon::ColumnWords;
use crate::schema::role::Role;
use crate::words;
use std::collections::BTreeSet;

/// The registry entry.
pub(super) const FRAME: Frame = Frame { name: "list", say };

fn say(voice: &Voice<'_>, query: &QueryIr) -> Option<Phrase> {
    let Body::Select(select) = &query.body else { return None };
    if select.is_grouped() || !select.having.is_empty() {
        return None;
    }
    let speaker = voice.about(select, "");
    if speaker.table(0)?.bridge && !select.joins.is_empty() {
        return through_bridge(&speaker);
    }
    if select.distinct {
        return values(&speaker);
    }
    let shown = shown(&speaker)?;
    match (select.order.first(), select.limit) {
        (Some(key), Some(n)) => top(&speaker, &shown, key, n),
        (Some(key), None) => {
            // Rows without a value to sort by are left out, and that is said.
            let tail = words![", sorted", order_words(&speaker, key)?, then_by(&speaker, &select.order)?];
            plain(&speaker, &shown, &[], tail)
        }
        (None, None) => plain(&speaker, &shown, &[], once_for_each(&speaker)?),
        (None, Some(_)) => None,
    }
}

/// ", once for each such book": rows that come again with each row that refers to them; nothing where none does.
fn once_for_each(speaker: &Speaker<'_>) -> Option<Phrase> {
    let joins = speaker.select.joins.iter().enumerate();
    let mut again = joins.filter(|(_, j)| !j.to_parent && !j.outer);
    let Some((at, _)) = again.next() else {
        return Some(Phrase::default());
    };
    let said = words![", once for each such", speaker.noun(at + 1, false)?];
    again.next().is_none().then_some(said)
}

/// The nouns shown, in the plural: "titles and prices".
fn plural_items(shown: &Shown) -> Phrase {
    merge(shown.own.iter().map(|(_, plural)| plural.clone()).collect())
}

fn singular_items(shown: &Shown) -> Phrase {
    merge(shown.own.iter().map(|(singular, _)| singular.clone()).collect())
}

fn along_with(speaker: &Speaker<'_>, shown: &Shown) -> Phrase {
    if shown.others.is_empty() {
        return Phrase::default();
    }
    words![
        speaker.voice.any(&["along with", "together with"]),
        Phrase::list(shown.others.clone(), "and")
    ]
}

fn plain(speaker: &Speaker<'_>, shown: &Shown, skip: &[usize], tail: Phrase) -> Option<Phrase> {
    let voice = speaker.voice;
    let mark = |p: Phrase| Phrase::of([p, tail.clone()]);
    // "either have ... or were ..." has no singular here, and several rows may share an extreme.
    let singular = !speaker
        .select
        .filter
        .iter()
        .any(|p| matches!(p, Predicate::Any(_) | Predicate::CompareQuery { op: Compare::Eq, .. }));
    if singular && tail.is_empty() && shown.others.is_empty() && speaker.is_one_row(0) {
        return Some(of_one(speaker, shown, words!["the", singular_subject(speaker, skip)?]));
    }
    // "the abbreviation of the airline Atlas Air": whoever says a name means one.
    if tail.is_empty()
        && skip.is_empty()
        && shown.others.is_empty()
        && let Some(name) = named(speaker, 0)
        && voice.below(4) > 0
    {
        let noun = speaker.noun(0, false)?;
        // "the population of Norway"
        let one = match voice.below(2) {
            0 if noun == "country" && takes_article(name.text()) => words!["the", name],
            0 if is_place(noun) => name,
            0 => words!["the", noun, "named", name],
            _ => words!["the", noun, name],
        };
        return Some(of_one(speaker, shown, one));
    }
    if shown.own.is_empty() && !singular {
        return None;
    }
    if let Some((noun, verb)) = extreme(speaker, skip)
        && !shown.only_names
        && (attach::is_closed(&noun) || (shown.names && voice.below(2) == 0))
    {
        if !shown.names {
            // "Which dishes ...? List their prices." leaves open whether their names are wanted.
            return None;
        }
        let show = words![
            voice.any(&["Show", "Give", "List"]),
            "their",
            plural_items(shown),
            along_with(speaker, shown)
        ];
        return Some(words!["which", noun, verb, "?", mark(show), "."]);
    }
    if shown.own.is_empty() {
        let np = singular_subject(speaker, skip)?;
        return Some(words![
            voice.any(&["For each", "For every"]),
            np,
            ", what is",
            Phrase::list(shown.others.clone(), "and"),
            tail,
            "?"
        ]);
    }
    if let (true, Some((noun, verb))) = (
        shown.only_names && tail.is_empty() && voice.below(2) == 0,
        subject_and_verb(speaker, skip),
    ) {
        let asked = tag_items(noun, shown);
        return Some(words![mark(words!["which", asked, verb]), "?"]);
    }
    let np = subject(speaker, skip)?;
    if tail.is_empty()
        && !shown.others.is_empty()
        && speaker.select.filter.is_empty()
        && voice.below(3) == 0
        && let Some(both) = with_those_who(speaker, shown)
    {
        return Some(match voice.below(2) {
            0 => words!["what are", both, "?"],
            _ => words![voice.any(&["Show", "List", "Give me", "Find", "Return"]), both, "."],
        });
    }
    // "copies held at branches with parking, together with the branch's name"
    let others = match speaker.select.filter.is_empty() {
        true => along_with(speaker, shown),
        false => others_after(speaker, shown),
    };
    if singular && (!shown.others.is_empty() && shown.own.len() == 1 || voice.below(4) == 0) {
        let one = singular_subject(speaker, skip)?;
        let verb = voice.any(&["Show", "List", "Give me", "Find"]);
        return Some(words![
            mark(words![
                verb,
                "the",
                singular_items(shown),
                "of each",
                one,
                others_after(speaker, shown)
            ]),
            "."
        ]);
    }
    if voice.below(2) == 0 {
        return Some(words![
            mark(words![
                "what are the",
                plural_items(shown),
                "of",
                voice.any(&["", "all", "the"]),
                np,
                others
            ]),
            "?"
        ]);
    }
    let verb = voice.any(&["Show", "List", "Give me", "Find", "Show me", "Return"]);
    Some(words![
        mark(words![
            verb,
            "the",
            plural_items(shown),
            "of",
            voice.any(&["", "all", "the"]),
            np,
            others
        ]),
        "."
    ])
}

/// "the names of the orchestras and the names of the conductors who have conducted them"
fn with_those_who(speaker: &Speaker<'_>, shown: &Shown) -> Option<Phrase> {
    let [_] = &speaker.select.joins[..] else { return None };
    let (join, edge) = speaker.join_of(1)?;
    // "have" alone may be said of anything, and "them" of more than one thing.
    let own = edge.children == speaker.table(0)?.plural;
    if !join.to_parent || join.outer || edge.has_child == "have" || !own {
        return None;
    }
    let mut theirs = Vec::new();
    for (i, item) in speaker.select.items.iter().enumerate() {
        let column = item.expr.base_column()?;
        if column.source == 1 {
            theirs.push(Phrase::from(&speaker.column(column)?.plural).says(speaker.id(&format!("item.{i}"))));
        }
    }
    let who = words!["of the", speaker.noun(1, true)?, speaker.relative(1), &edge.has_child, "them"];
    let rows = words!["the", plural_items(shown), "of the", &speaker.table(0)?.plural];
    Some(words![rows, "and the", merge(theirs), who])
}

/// "What is the price of the book Emma?"
fn of_one(speaker: &Speaker<'_>, shown: &Shown, one: Phrase) -> Phrase {
    let items = singular_items(shown);
    let verb = speaker.voice.any(&["Show", "Give me", "Find", "Tell me"]);
    match speaker.voice.below(2) {
        0 => words!["what", be(shown), "the", items, "of", one, "?"],
        _ => words![verb, "the", items, "of", one, "."],
    }
}

fn others_after(speaker: &Speaker<'_>, shown: &Shown) -> Phrase {
    let phrase = along_with(speaker, shown);
    if phrase.is_empty() { phrase } else { words![",", phrase] }
}

fn be(shown: &Shown) -> &'static str {
    if shown.own.len() > 1 { "are" } else { "is" }
}

/// The noun stands for its name columns: it says those items.
fn tag_items(noun: Phrase, shown: &Shown) -> Phrase {
    (0..shown.own.len()).fold(noun, |p, i| p.says(format!("item.{i}")))
}

/// "active member who joined in 2020": the subject in the singular.
pub(super) fn singular_subject(speaker: &Speaker<'_>, skip: &[usize]) -> Option<Phrase> {
    let modifiers = crate::nlgen::condition::to_singular(crate::nlgen::modifier::conditions(speaker, 0, skip)?);
    Some(crate::nlgen::attach::with_modifiers(
        Phrase::from(speaker.noun(0, false)?),
        modifiers,
        speaker.relative(0),
    ))
}

/// "by price from highest to lowest and then by title".
pub(super) fn sorted_by(speaker: &Speaker<'_>, key: &OrderKey) -> Option<Phrase> {
    Some(words![order_words(speaker, key)?, then_by(speaker, &speaker.select.order)?])
}

/// "by price from highest to lowest".
fn order_words(speaker: &Speaker<'_>, key: &OrderKey) -> Option<Phrase> {
    let (noun, direction) = match speaker.words_of(&key.expr) {
        Some(words) if matches!(key.expr, Expr::Column(_)) => (Phrase::from(&words.noun), direction(words, key.descending)),
        _ => {
            let ends = if key.descending {
                "from highest to lowest"
            } else {
                "from lowest to highest"
            };
            (computed(speaker, &key.expr)?, ends.to_owned())
        }
    };
    Some(words!["by", noun, direction].says(speaker.id("order.0")))
}

fn then_by(speaker: &Speaker<'_>, order: &[OrderKey]) -> Option<Phrase> {
    let mut nouns = Vec::new();
    for (i, key) in order.iter().enumerate().filter(|(_, k)| k.tie_break) {
        nouns.push(Phrase::from(&speaker.words_of(&key.expr)?.noun).says(speaker.id(&format!("order.{i}"))));
    }
    Some(if nouns.is_empty() {
        Phrase::default()
    } else {
        words![speaker.voice.any(&["and then by", "then by"]), merge(nouns)]
    })
}

/// The n rows with the highest or lowest value.
fn top(speaker: &Speaker<'_>, shown: &Shown, key: &OrderKey, n: u64) -> Option<Phrase> {
    let voice = speaker.voice;
    let skip = implied(speaker, &[&key.expr]);
    let one = n == 1;
    let said = Phrase::from(count(n)).says_with(speaker.id("limit"), vec![n.to_string()]);
    let modifiers = crate::nlgen::modifier::conditions(speaker, 0, &skip)?;
    let noun = speaker.noun(0, !one)?;
    let ties = tie_breaks(speaker, &speaker.select.order)?;
    let tag = |p: Phrase| says_all(p.says(speaker.id("order.0")), speaker, &skip);
    // "the concert held at the stadium with the highest capacity"
    let far = key.expr.base_column().and_then(|column| speaker.join_of(column.source));
    let far = far
        .filter(|(join, _)| join.left == 0 && join.to_parent && one)
        .map(|(_, edge)| edge);
    let (most, role) = match speaker.words_of(&key.expr) {
        Some(words) if matches!(key.expr, Expr::Column(_)) => match &words.degree {
            // Nobody asks for the person with the latest date of birth.
            Some(degree) if far.is_none() && (words.role == Role::Time || voice.below(3) > 0) => (
                Ok(tag(Phrase::from(if key.descending { &degree.most } else { &degree.least }))),
                words.role,
            ),
            // "the three most recently opened branches"
            None if key.descending
                && far.is_none()
                && voice.below(2) == 0
                && let Some(done) = done_at(words) =>
            {
                (Ok(tag(words!["most recently", done])), words.role)
            }
            // "the three branches with the latest opening dates"
            _ => (Err(Phrase::from(if one { &words.noun } else { &words.plural })), words.role),
        },
        _ => (Err(computed(speaker, &key.expr)?), Role::Measure),
    };
    let extreme = match speaker
        .words_of(&key.expr)
        .filter(|_| role != Role::Measure || matches!(key.expr, Expr::Column(_)))
    {
        Some(words) => crate::nlgen::items::extreme(words, key.descending),
        None if key.descending => "highest",
        None => "lowest",
    };
    let modifiers = if one {
        crate::nlgen::condition::to_singular(modifiers)
    } else {
        modifiers
    };
    let counted = if one { Phrase::default() } else { said.clone() };
    let np = match most {
        // "the ten oldest standard members who ...": adjectives stand within.
        Ok(superlative) => words![
            "the",
            counted,
            superlative,
            attach::with_modifiers(Phrase::from(noun), modifiers, speaker.relative(0))
        ],
        Err(by) => {
            let rows = crate::nlgen::attach::with_modifiers(Phrase::from(noun), modifiers, speaker.relative(0));
            if far.is_none() && attach::is_closed(&rows) {
                // "Which three members without a phone number have the latest joining date?"
                let limit = if one { vec!["1".to_owned()] } else { Vec::new() };
                let most = tag(words![if one { "has" } else { "have" }, "the", extreme, by]);
                let most = if one { most.says_with(speaker.id("limit"), limit) } else { most };
                let which = words!["which", counted, rows];
                if shown.own.is_empty() {
                    let show = words!["Show", Phrase::list(shown.others.clone(), "and")];
                    return Some(words![which, most, ties, "?", show, "."]);
                }
                if shown.only_names {
                    return Some(words![tag_items(which, shown), most, ties, "?"]);
                }
                if !shown.names {
                    return None;
                }
                let items = if one { singular_items(shown) } else { plural_items(shown) };
                let owner = if one && !speaker.table(0)?.person { "its" } else { "their" };
                let show = words![voice.any(&["Show", "Give", "List"]), owner, items, along_with(speaker, shown)];
                return Some(words![which, most, ties, "?", show, "."]);
            }
            let most = words!["with the", extreme, by];
            let most = match far {
                Some(edge) => referring(edge, words!["the", &edge.role, most]).0,
                None => most,
            };
            words!["the", counted, rows, tag(most)]
        }
    };
    let np = if one {
        np.says_with(speaker.id("limit"), vec!["1".to_owned()])
    } else {
        np
    };
    if shown.own.is_empty() {
        let items = Phrase::list(shown.others.clone(), "and");
        return Some(words!["what is", items, "for", np, ties, "?"]);
    }
    let others = others_after(speaker, shown);
    if shown.only_names && voice.below(2) == 0 {
        let asked = tag_items(np, shown);
        let who = if speaker.table(0)?.person { "who" } else { "what" };
        return Some(words![who, if one { "is" } else { "are" }, asked, ties, "?"]);
    }
    let items = if one { singular_items(shown) } else { plural_items(shown) };
    let be = if one && shown.own.len() == 1 { "is" } else { "are" };
    if voice.below(2) == 0 {
        return Some(words!["what", be, "the", items, "of", np, others, ties, "?"]);
    }
    Some(words![
        voice.any(&["Show", "List", "Give me", "Find", "Return"]),
        "the",
        items,
        "of",
        np,
        others,
        ties,
        "."
    ])
}

/// "opened", of what was done at a time and stands before a noun in one word.
fn done_at(words: &ColumnWords) -> Option<&str> {
    let event = words.event.as_ref().filter(|e| e.passive && !e.verb.contains(' '))?;
    how_late(words, true).is_some().then_some(event.verb.as_str())
}

/// Each value once.
fn values(speaker: &Speaker<'_>) -> Option<Phrase> {
    if speaker.select.items.len() > 1 || !speaker.select.joins.is_empty() {
        let shown = shown(speaker)?;
        if !shown.others.is_empty() {
            return None;
        }
        if let (true, Some((noun, verb))) = (shown.only_names && speaker.voice.below(2) == 0, subject_and_verb(speaker, &[])) {
            return Some(words!["which", tag_items(noun, &shown), verb, "?"]);
        }
        let np = subject(speaker, &[])?;
        // Rows that what is shown tells apart are each meant once.
        let different = if tells_apart(speaker) {
            ""
        } else {
            speaker.voice.any(&["different", "distinct"])
        };
        return Some(match speaker.voice.below(2) {
            0 => words!["what are the", different, plural_items(&shown), "of", np, "?"],
            _ => words![
                speaker.voice.any(&["Find", "List", "Show"]),
                "the",
                different,
                plural_items(&shown),
                "of",
                np,
                "."
            ],
        });
    }
    let item = speaker.select.items.first()?;
    let words = speaker.words_of(&item.expr)?;
    let plural = Phrase::from(&words.plural).says(speaker.id("item.0"));
    let np = subject(speaker, &[])?;
    let voice = speaker.voice;
    let different = voice.any(&["different", "distinct"]);
    if is_place(&words.noun) && voice.below(2) == 0 {
        // "In which cities are there branches opened in 2020?"
        return Some(words!["in which", plural, "are there", np, "?"]);
    }
    // "What different absence types are there among ...?"
    let row = if OF_WHAT.contains(&words.noun.as_str()) {
        speaker.noun(0, false)?
    } else {
        ""
    };
    let plural = words![row, plural];
    Some(match voice.below(4) {
        0 => words![voice.any(&["List", "Show", "Find"]), "the", different, plural, "of", np, "."],
        1 => words!["what are the", different, plural, "of", np, "?"],
        _ => words!["what", different, plural, "are there among", np, "?"],
    })
}

/// Whether the columns shown hold a key of the first source.
fn tells_apart(speaker: &Speaker<'_>) -> bool {
    let table = speaker.select.table(0).and_then(|id| speaker.voice.schema.table(id));
    let shown = |name: &String| {
        let columns = speaker.select.items.iter().filter_map(|item| item.expr.base_column());
        columns.into_iter().any(|c| c.source == 0 && c.column == *name)
    };
    table.is_some_and(|t| t.keys().any(|key| key.iter().all(shown)))
}

/// Two tables connected by a bridge.
fn through_bridge(speaker: &Speaker<'_>) -> Option<Phrase> {
    let shown = shown(speaker)?;
    if !shown.own.is_empty() || speaker.select.is_ordered() {
        return None;
    }
    let (left, right) = (1, 2);
    let np = |source: usize, plural: bool| -> Option<Phrase> {
        let modifiers = crate::nlgen::modifier::conditions(speaker, source, &[])?;
        let modifiers = if plural {
            modifiers
        } else {
            crate::nlgen::condition::to_singular(modifiers)
        };
        Some(crate::nlgen::attach::with_modifiers(
            Phrase::from(speaker.noun(source, plural)?),
            modifiers,
            speaker.relative(source),
        ))
    };
    let (_, from_left) = speaker.join_of(left)?;
    if speaker.select.distinct {
        // "Which authors have written books published in 2020?"
        let verb = from_left.has_child.as_str();
        let items = speaker.select.items.len();
        let tagged = (0..items).fold(Phrase::from(speaker.noun(left, true)?), |p, i| {
            p.says(speaker.id(&format!("item.{i}")))
        });
        return Some(words!["which", tagged, verb, np(right, true)?, "?"]);
    }
    let sources: BTreeSet<usize> = speaker
        .select
        .items
        .iter()
        .filter_map(|i| Some(i.expr.base_column()?.source))
        .collect();
    let one_sided = sources.len() == 1;
    let columns = |source: usize| -> Option<Phrase> {
        let mut nouns = Vec::new();
        for (i, item) in speaker.select.items.iter().enumerate() {
            let column = item.expr.base_column()?;
            if column.source == source {
                let words = speaker.column(column)?;
                let noun = if one_sided { &words.plural } else { &words.noun };
                nouns.push(Phrase::from(noun).says(speaker.id(&format!("item.{i}"))));
            }
        }
        Some(merge(nouns))
    };
    let (mine, theirs) = (columns(left)?, columns(right)?);
    if one_sided {
        // "the first names of students who own pets with the type dog, once for each such pet"
        let (columns, one, other) = if theirs.is_empty() {
            (mine, left, right)
        } else {
            (theirs, right, left)
        };
        let rows = np(one, true)?;
        if attach::says(&rows, attach::RELATIVES) {
            return None;
        }
        let (_, edge) = speaker.join_of(one)?;
        let doing = words![speaker.relative(one), &edge.has_child, np(other, true)?];
        let again = words![", once for each such", speaker.noun(other, false)?];
        let verb = speaker.voice.any(&["Show", "List", "Find", "Give me"]);
        return Some(words![verb, "the", columns, "of", rows, doing, again, "."]);
    }
    let head = words!["the", mine, "of each", np(left, false)?];
    let tail = words![
        "the",
        theirs,
        "of each of",
        if speaker.table(left)?.person { "their" } else { "its" },
        np(right, true)?
    ];
    Some(words![speaker.voice.any(&["Show", "List"]), head, "together with", tail, "."])
}
