//! Modifiers: conditions in the three forms a sentence needs.
//!
//! `active` before a noun, `with more than 300 pages` after it, `have more than 300 pages` as a verb. [`conditions`] turns every condition of
//! a SELECT on one of its sources, and on what that source refers to, into modifiers.

use super::attach::with_modifiers;
use super::condition;
use super::phrase::Phrase;
use super::place::place;
use super::speaker::{Speaker, Voice};
use crate::query::ir::{Compare, Expr, Predicate};
use crate::schema::lexicon::EdgeWords;
use crate::schema::morphology::{article, is_adjective, is_participle, is_plural, simple_past, singular, with_article};
use crate::schema::role::Role;
use crate::words;

/// What a condition's words end in, and so where they may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// The row's own values.
    Own,
    /// Rows of another table.
    Other,
    /// One of several conditions.
    Either,
    /// The greatest or least of the rows that the other conditions leave.
    Extreme,
}

/// One condition, worded.
#[derive(Debug, Clone)]
pub struct Modifier {
    /// As an adjective before the noun, when it can be one.
    pub before: Option<Phrase>,
    /// After the noun.
    pub after: Phrase,
    /// As what the noun's plural does: begins with a verb.
    pub verb: Phrase,
    /// After one row's noun, and as what its plural would do, where that differs by more than the verb: "of a book", not "of books".
    pub one: Option<(Phrase, Phrase)>,
    /// What it is about.
    pub reach: Reach,
}

impl Modifier {
    /// After the noun, and as a verb phrase.
    pub fn new(after: Phrase, verb: Phrase) -> Self {
        Modifier {
            before: None,
            after,
            verb,
            one: None,
            reach: Reach::Own,
        }
    }

    /// The same, about other rows than its noun's alone.
    #[must_use]
    pub fn about(self, reach: Reach) -> Self {
        Modifier { reach, ..self }
    }

    /// The same with every form tagged.
    #[must_use]
    pub fn says(self, clause: &str, literals: &[String]) -> Self {
        let tag = |p: Phrase| p.says_with(clause, literals.to_vec());
        Modifier {
            before: self.before.map(tag),
            after: tag(self.after),
            verb: tag(self.verb),
            one: self.one.map(|(after, verb)| (tag(after), tag(verb))),
            reach: self.reach,
        }
    }
}

/// All conditions of a SELECT on a source and what it refers to, worded; `skip` holds indexes of conditions said elsewhere.
pub fn conditions(speaker: &Speaker<'_>, source: usize, skip: &[usize]) -> Option<Vec<Modifier>> {
    let mut out = Vec::new();
    let apart = super::left_out::indexes(speaker);
    for (i, predicate) in speaker.select.filter.iter().enumerate() {
        if !skip.contains(&i) && !apart.contains(&i) && condition::source_of(predicate) == Some(source) {
            out.push(condition::say(speaker, predicate, source, &speaker.id(&format!("filter.{i}")))?);
        }
    }
    for (index, join) in speaker.select.joins.iter().enumerate() {
        let joined = index + 1;
        if join.left != source {
            continue;
        }
        let (_, edge) = speaker.join_of(joined)?;
        if join.outer && join.to_parent {
            // What is shown of it says ", if any".
            continue;
        }
        if join.outer {
            out.push(no_children(speaker, joined, skip)?);
            continue;
        }
        // A bridge is said as if it were not there: its other side are the children.
        let far = (!join.to_parent && speaker.table(joined)?.bridge)
            .then(|| {
                speaker
                    .select
                    .joins
                    .iter()
                    .position(|j| j.left == joined && j.to_parent)
                    .map(|at| at + 1)
            })
            .flatten()
            .unwrap_or(joined);
        let (days, said) = super::calendar::on_day(speaker, joined, skip)?;
        out.extend(days);
        let inner = conditions(speaker, far, &[skip, &said].concat())?;
        if inner.is_empty() {
            continue;
        }
        let joined = far;
        if !join.to_parent {
            let inner = without_echo(inner, &edge.has_child)?;
            let children = with_modifiers(Phrase::from(&edge.children), inner, speaker.relative(joined));
            let verb = words![verb_for(edge, &children), children];
            out.push(Modifier::new(words![speaker.relative(source), verb.clone()], verb).about(Reach::Other));
            continue;
        }
        out.push(parent_modifier(speaker, joined, inner, edge)?.about(Reach::Other));
    }
    // "delivered orders already delivered" says one thing twice.
    let last_word = |m: &Modifier| m.after.text().rsplit(' ').next().unwrap_or("").to_owned();
    let twice = |adjective: &Phrase| out.iter().any(|m| m.before.is_none() && last_word(m) == adjective.text());
    (!out.iter().filter_map(|m| m.before.as_ref()).any(twice)).then_some(out)
}

/// "written by authors from France", or "whose author is from France".
fn parent_modifier(
    speaker: &Speaker<'_>,
    joined: usize,
    inner: Vec<Modifier>,
    edge: &crate::schema::lexicon::EdgeWords,
) -> Option<Modifier> {
    if let Some(travelled) = travelled(speaker, joined, &inner, edge) {
        return Some(travelled);
    }
    let named = named(speaker, joined);
    let alone = inner.len() == 1;
    let optional_of = edge.of_parent == "of" || edge.of_parent.is_empty();
    // "copies of a book by an author from Norway", not "whose book's author is".
    let near = !speaker.select.joins.iter().any(|j| j.left == joined);
    // "copies of a history book", not "whose book is history books".
    let nouns = speaker.noun(joined, true)?;
    let plural = speaker.table(joined).map_or(nouns, |table| table.plural.as_str());
    let kinds = |m: &Modifier| m.before.is_some() && [nouns, plural].iter().any(|noun| m.verb.text().ends_with(noun));
    let near = near && !inner.iter().any(kinds);
    // "loans of a copy of a book published in 2020", not "of a copy whose book was published in 2020".
    let first_hand = speaker.join_of(joined).is_some_and(|(join, _)| join.left == 0);
    if near && first_hand && named.is_none() && optional_of && alone {
        let only = inner.into_iter().next()?;
        if only.after.text().starts_with("whose ") {
            // "whose guarantor's city is not Oslo" rather than "whose guarantor has a city that is not Oslo".
            let owner = crate::schema::morphology::possessive(&edge.role);
            let finite = words!["have", article(&edge.role), &edge.role, only.after.clone()];
            return Some(Modifier::new(
                only.after.with_first_word("whose", &format!("whose {owner}")),
                finite,
            ));
        }
        let verb = singular_verb(only.verb);
        let after = words!["whose", &edge.role, verb.clone()];
        let finite = words!["have", article(&edge.role), &edge.role, speaker.relative(joined), verb];
        return Some(Modifier::new(after, finite));
    }
    let (one, many) = match named {
        Some(phrase) => {
            let parent = words!["the", &edge.role, phrase];
            (parent.clone(), parent)
        }
        None => {
            let plain = plain_role(speaker, joined, edge);
            let role = plain.unwrap_or(&edge.role);
            let one = with_modifiers(Phrase::from(role), condition::to_singular(inner.clone()), speaker.relative(joined));
            if speaker.is_one_row(joined) {
                let parent = words!["the", one];
                (parent.clone(), parent)
            } else {
                let roles = if plain.is_some() { plural } else { &edge.role_plural };
                let many = with_modifiers(Phrase::from(roles), inner, speaker.relative(joined));
                (words![article(one.text()), one], many)
            }
        }
    };
    let forms = |parent: Phrase| referring(edge, parent);
    let (after, verb) = forms(many);
    Some(Modifier {
        one: Some(forms(one)),
        ..Modifier::new(after, verb)
    })
}

/// "flights departing from Glasgow", of airports that are there; mostly.
fn travelled(speaker: &Speaker<'_>, joined: usize, inner: &[Modifier], edge: &EdgeWords) -> Option<Modifier> {
    let ways = ["departing from", "leaving from", "arriving in", "landing in", "going to"];
    let way = ways.into_iter().find(|way| {
        let (verb, _) = way.split_once(' ').unwrap_or_default();
        edge.of_parent.starts_with(verb)
    })?;
    let ([only], 1..) = (inner, speaker.voice.below(4)) else {
        return None;
    };
    let mut on_it = speaker.select.filter.iter().filter(|p| condition::source_of(p) == Some(joined));
    let is_there = |p: &Predicate| {
        let of = p.subject().and_then(|expr| place(speaker, expr));
        of.is_some_and(|place| place.link == "in")
    };
    let there = on_it.any(|p| match p {
        Predicate::Any(parts) => parts.iter().all(is_there),
        other => is_there(other),
    });
    let place = only.after.clone().with_first_word("in", "").trimmed();
    if !there || !only.is_place() {
        return None;
    }
    let (verb, rest) = way.split_once(' ')?;
    Some(Modifier::new(words![way, place.clone()], words![finite_of(verb)?, rest, place]))
}

/// Rows that refer to others by a key, after their noun and as a verb: "written by authors", "were written by authors".
pub fn referring(edge: &EdgeWords, parent: Phrase) -> (Phrase, Phrase) {
    if edge.of_parent == "of" || edge.of_parent.is_empty() {
        return (words!["of", parent.clone()], words!["belong to", parent]);
    }
    let after = words![&edge.of_parent, parent.clone()];
    let first = edge.of_parent.split(' ').next().unwrap_or("");
    // Books were written by those who have written them; dishes are offered by those who offer them.
    let done = is_participle(first) && edge.has_child.starts_with("have ");
    let be = if done { "were" } else { "are" };
    let verb = if first == "with" {
        words!["have", parent]
    } else if let Some(hold) = finite_of(first) {
        words![hold, after.clone().with_first_word(first, "").trimmed()]
    } else if first.ends_with("ing") {
        words!["are", after.clone()]
    } else {
        words![be, after.clone()]
    };
    (after, verb)
}

/// What rows do all the time: employees "hold" jobs and "report" to managers, they are not holding them.
pub fn finite_of(ing: &str) -> Option<&'static str> {
    let verbs = [
        "hold", "report", "work", "play", "appear", "contain", "belong", "live", "study", "teach", "own", "depart", "arrive", "leave",
        "land", "go", "take",
    ];
    let stem = ing.strip_suffix("ing")?;
    verbs.into_iter().find(|verb| *verb == stem || verb.strip_suffix('e') == Some(stem))
}

/// The parent's own noun, where the verb before it says its role: "shipped to a customer", not "shipped to a shipping customer".
fn plain_role<'s>(speaker: &Speaker<'s>, joined: usize, edge: &crate::schema::lexicon::EdgeWords) -> Option<&'s str> {
    let (verb, _) = edge.of_parent.split_once(' ')?;
    let own = speaker.table(joined)?.singular.as_str();
    let last = |noun: &str| noun.rsplit(' ').next().map(str::to_owned);
    let (join, _) = speaker.join_of(joined)?;
    let child = speaker.select.table(join.left)?;
    // "guaranteed by members in Oslo", not "guaranteed by guarantors in Oslo".
    let itself = child == join.key.ref_table;
    if !is_participle(verb) || (last(own) != last(&edge.role) && !itself) {
        return None;
    }
    // No other key between the two tables may be said by the same verb.
    let same = |key: &&crate::ir::ForeignKey| {
        key.ref_table == join.key.ref_table && speaker.edge(child, key).is_some_and(|e| e.of_parent == edge.of_parent)
    };
    let keys = &speaker.voice.schema.table(child)?.foreign_keys;
    (keys.iter().filter(same).count() == 1).then_some(own)
}

/// The name of a source's rows, when the one condition on them is that their one display column equals it.
pub(super) fn named(speaker: &Speaker<'_>, source: usize) -> Option<Phrase> {
    let on_source: Vec<(usize, &Predicate)> = speaker
        .select
        .filter
        .iter()
        .enumerate()
        .filter(|(_, p)| condition::source_of(p) == Some(source))
        .collect();
    let deeper = speaker.select.joins.iter().any(|j| j.left == source);
    let [
        (
            i,
            Predicate::Compare {
                left: Expr::Column(c),
                op: Compare::Eq,
                value,
            },
        ),
    ] = on_source[..]
    else {
        return None;
    };
    let display = &speaker.table(source)?.display;
    let is_name = display.len() == 1 && display.first() == Some(&c.column) && speaker.column(c)?.role == Role::Name && !deeper;
    is_name
        .then(|| Phrase::from(super::literal::spoken(value, false)).says_with(speaker.id(&format!("filter.{i}")), vec![value.to_string()]))
}

/// A LEFT JOIN whose child must be missing.
fn no_children(speaker: &Speaker<'_>, joined: usize, skip: &[usize]) -> Option<Modifier> {
    let (join, edge) = speaker.join_of(joined)?;
    let at = speaker
        .select
        .filter
        .iter()
        .position(|p| condition::source_of(p) == Some(joined) && matches!(p, Predicate::IsNull { .. }))?;
    if skip.contains(&at) {
        return None;
    }
    let verb = negated_verb(speaker.voice, &edge.has_child, Phrase::from(&edge.children));
    let after = words![speaker.relative(join.left), verb.clone()];
    Some(Modifier::new(after, verb).says(&speaker.id(&format!("filter.{at}")), &[]))
}

/// What rows do with others.
pub struct Relation<'a> {
    edge: &'a EdgeWords,
    object: Phrase,
}

impl Relation<'_> {
    /// "have made loans", "took out loans in 2023"
    pub fn done(self) -> Phrase {
        words![verb_for(self.edge, &self.object), self.object]
    }
    /// "have made", "took out"
    pub fn verb(&self) -> String {
        verb_for(self.edge, &self.object)
    }
    /// Whether nothing is said of the rows: "loans".
    pub fn is_all(&self) -> bool {
        self.object.text() == self.edge.children
    }
    /// "loans in 2023"
    pub fn object(self) -> Phrase {
        self.object
    }
    /// "have not made any loans"
    pub fn not_done(self, voice: &Voice<'_>) -> Phrase {
        negated_verb(voice, &self.edge.has_child, self.object)
    }
}

/// The verb for what is said after it: a time that is over takes the simple past, "wrote reviews in 2021", not "have written".
pub fn verb_for(edge: &EdgeWords, object: &Phrase) -> String {
    let said = object.text();
    let rest = [&edge.children, &edge.child]
        .into_iter()
        .find_map(|noun| Some(said.split_once(noun.as_str())?.1));
    let mut next = rest.unwrap_or_default().split_whitespace();
    let link = ["in", "on", "before", "after", "between", "since"].contains(&next.next().unwrap_or_default());
    let dated = link && next.take(3).any(|word| word.len() == 4 && word.chars().all(|c| c.is_ascii_digit()));
    let mut words = edge.has_child.split(' ');
    match (dated, words.next(), words.next().filter(|done| is_participle(done))) {
        (true, Some("have"), Some(done)) if done != "been" => std::iter::once(simple_past(done)).chain(words).collect::<Vec<_>>().join(" "),
        _ => edge.has_child.clone(),
    }
}

/// What the rows of source 0 do with what is joined first: "own", "pets with a weight of more than 10".
pub fn relation<'a>(speaker: &Speaker<'a>) -> Option<Relation<'a>> {
    let (join, edge) = speaker.join_of(1).filter(|(j, _)| j.left == 0 && !j.to_parent && !j.outer)?;
    let across = speaker
        .table(1)?
        .bridge
        .then(|| speaker.select.joins.iter().position(|j| j.left == 1 && j.to_parent));
    let far = across.flatten().map_or(1, |at| at + 1);
    let inner = without_echo(conditions(speaker, far, &[])?, &edge.has_child)?;
    // Every other join hangs below this one.
    let one = speaker.select.joins.iter().filter(|j| j.left == join.left).count() == 1;
    one.then(|| Relation {
        edge,
        object: with_modifiers(Phrase::from(&edge.children), inner, speaker.relative(far)),
    })
}

impl Modifier {
    /// It says where rows are: "in Oslo".
    pub fn is_place(&self) -> bool {
        self.before.is_none() && self.verb.text().strip_prefix("are ") == Some(self.after.text()) && self.after.text().starts_with("in ")
    }
}

/// Without the verb that the sentence has just said: "have taken out loans in June", not "have taken out loans taken out in June".
/// Nothing where the verb takes an adjective for granted: nobody has "approved approved absences".
pub fn without_echo(modifiers: Vec<Modifier>, verb: &str) -> Option<Vec<Modifier>> {
    let Some((_, done)) = verb.split_once(' ') else {
        // "have invoices that are paid", not "have paid invoices", who have paid them.
        let heard = |mut m: Modifier| {
            let acts = m
                .before
                .as_ref()
                .is_some_and(|word| word.text().split(' ').next().is_some_and(is_participle));
            m.before = m.before.filter(|_| !(acts && verb == "have"));
            m
        };
        return Some(modifiers.into_iter().map(heard).collect());
    };
    // Nor "placed any newly placed orders".
    let again = |adjective: &Phrase| adjective.text() == done || adjective.text().split(' ').any(|word| word == done);
    if modifiers.iter().filter_map(|m| m.before.as_ref()).any(again) {
        return None;
    }
    let unsaid = |p: Phrase| p.with_first_word(done, "").trimmed();
    let heard = |m: Modifier| Modifier {
        after: unsaid(m.after),
        one: m.one.map(|(after, verb)| (unsaid(after), verb)),
        ..m
    };
    Some(modifiers.into_iter().map(heard).collect())
}

/// "have made" + loans -> "have not made any loans"; "have" -> "have no loans" or "do not have any loans"; "appear in" -> "do not appear in any".
pub fn negated_verb(voice: &Voice<'_>, verb: &str, object: Phrase) -> Phrase {
    match verb.strip_prefix("have") {
        _ if !verb.contains(' ') && voice.below(2) == 0 => words!["do not", verb, "any", object],
        Some(rest) if rest.starts_with(' ') => words!["have not", rest.trim(), "any", object],
        // "contain no order items", but "do not appear in any order items".
        _ if verb.starts_with("are ") => words!["are not", verb.trim_start_matches("are "), "any", object],
        _ if !verb.contains(' ') => words![verb, "no", object],
        _ => words!["do not", verb, "any", object],
    }
}

/// "either have ... or were ..." -> "either has ... or was ...".
fn singular_either(verb: Phrase) -> Phrase {
    let forms = [("have", "has"), ("are", "is"), ("were", "was")];
    ["either", "or"].into_iter().fold(verb, |verb, joint| {
        forms.into_iter().fold(verb, |verb, (many, one)| {
            verb.with_words(&format!("{joint} {many} "), &format!("{joint} {one} "))
        })
    })
}

/// Verbs that are the same for one and for many: past tenses without "-ed", and modals.
#[rustfmt::skip]
const PAST: &[&str] = &[
    "began", "came", "went", "left", "took", "became", "wrote", "gave", "broke", "chose", "drew", "drove", "fell", "flew", "grew", "ran",
    "rose", "sang", "saw", "spoke", "threw", "wore", "ate", "did", "had", "knew", "can", "may", "must", "will", "either", "also", "last",
    "first", "sold", "won", "paid", "held", "met", "lost", "sent", "spent", "led", "kept", "bought", "brought", "stole", "hid", "froze",
    "withdrew", "swam",
];

/// Whether a verb stands in the simple past: "wrote", "placed".
pub fn is_over(verb: &str) -> bool {
    let first = verb.split(' ').next().unwrap_or_default();
    first.ends_with("ed") || PAST.contains(&first)
}

/// "managers" -> "a manager", "not managers" -> "not a manager"; nothing where one and many are called alike.
pub fn one_of_kind(what: &str) -> Option<String> {
    if let Some((first, second)) = what.strip_prefix("neither ").and_then(|rest| rest.split_once(" nor ")) {
        return Some(format!("neither {} nor {}", one_of_kind(first)?, one_of_kind(second)?));
    }
    let (not, kind) = what.strip_prefix("not ").map_or(("", what), |kind| ("not ", kind));
    let named = !kind.contains(' ') && is_plural(kind) && !is_adjective(kind);
    named.then(|| format!("{not}{}", with_article(&singular(kind))))
}

/// "have" -> "has", "are" -> "is", "were" -> "was", "hold" -> "holds"; past tenses stay as they are.
pub fn singular_verb(verb: Phrase) -> Phrase {
    let first = verb.text().split(' ').next().unwrap_or("").to_owned();
    if first == "either" {
        return singular_either(verb);
    }
    if let ("are", Some(one)) = (first.as_str(), verb.text().strip_prefix("are ").and_then(one_of_kind)) {
        return verb.retext(&format!("is {one}"));
    }
    let past = is_over(&first) || is_participle(&first);
    let singular = match first.as_str() {
        "have" => "has".to_owned(),
        "are" => "is".to_owned(),
        "were" => "was".to_owned(),
        _ if past => first.clone(),
        _ if first.ends_with(['o', 's', 'x']) || first.ends_with("ch") || first.ends_with("sh") => format!("{first}es"),
        _ if let Some(stem) = first.strip_suffix('y').filter(|s| !s.ends_with(['a', 'e', 'o', 'u'])) => format!("{stem}ies"),
        _ => format!("{first}s"),
    };
    verb.with_first_word(&first, &singular)
}
