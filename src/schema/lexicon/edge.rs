//! Foreign keys: the parent as the child sees it, the children as the parent sees them, and the verbs between.
//!
//! Invariant: no two keys from one table to another are said by the same words, in either direction: see [`tell_apart`].

use super::{EdgeWords, TableWords, verbs};
use crate::ir::{ForeignKey, LogicalIr, Table};
use crate::schema::morphology::{PREPOSITIONS, agent_of_irregular, is_participle, past_participle, plural, singular, with_article};
use crate::schema::naming;
use std::collections::BTreeMap;

/// Words of one foreign key.
pub(super) fn infer(table: &Table, key: &ForeignKey, ir: &LogicalIr, tables: &BTreeMap<String, TableWords>) -> EdgeWords {
    let fallback = TableWords::default();
    let parent = tables.get(&key.ref_table).unwrap_or(&fallback);
    let own = tables.get(&table.id()).unwrap_or(&fallback);
    let role = role(table, key, ir, tables);
    // Through a bridge, the rows on the other side are the children.
    let across = own.bridge.then(|| other_side(table, key)).flatten().and_then(|id| tables.get(id));
    let child = across.unwrap_or(own);
    let itself = across.is_none() && key.ref_table == table.id();
    let there = table.foreign_keys.iter().filter(|other| other.ref_table == key.ref_table).count();
    // Staff work in a ward, and a ward has a head nurse.
    let back = ir.table(&key.ref_table).filter(|_| !itself && role != parent.singular);
    let back = back
        .into_iter()
        .flat_map(|parent| &parent.foreign_keys)
        .filter(|k| k.ref_table == table.id());
    let ways = there + back.count();
    let (mut one, mut many) = (child.singular.clone(), child.plural.clone());
    // Several keys to one table, and the role says what was done to its row: "sales shipped to a customer".
    let towards = verbs::towards(&role).filter(|_| ways > 1 && !itself && role != parent.singular);
    // "hirings" of one employee each: shops "have hired" employees.
    let whom = whom(table, key)
        .and_then(|id| tables.get(id))
        .filter(|whom| whom.person && !parent.person);
    let taken = whom.zip(verbs::taking(&own.singular));
    let mut pair = match towards {
        _ if let Some((whom, has)) = taken => {
            (one, many) = (whom.singular.clone(), whom.plural.clone());
            ("of".to_owned(), has.to_owned())
        }
        Some(done) => {
            (one, many) = (format!("{one} {done} them"), format!("{many} {done} them"));
            (done.to_owned(), "have".to_owned())
        }
        None => passive(table, key, tables).unwrap_or_else(|| verbs::between(child, parent, &role, itself, across.is_some())),
    };
    match pair.0.split_once(' ') {
        Some((way @ ("departing" | "arriving"), _)) => (one, many) = (format!("{way} {one}"), format!("{way} {many}")),
        // "flights that have flights rebooked as them".
        Some((verb, link)) if BECOMES.contains(&link) => {
            (one, many) = (format!("{one} {verb} {link} it"), format!("{many} {verb} {link} them"))
        }
        _ => {}
    }
    // "country language" of a country: countries speak languages.
    if across.is_none()
        && there == 1
        && many == own.plural
        && let Some(short) = own.singular.strip_prefix(&format!("{} ", parent.singular))
        && !SAYS_LITTLE.contains(&short)
        && !short.split(' ').any(|w| PREPOSITIONS.contains(&w) || is_participle(w))
        && tables.values().all(|t| t.singular != short)
    {
        (one, many) = (short.to_owned(), plural(short));
    }
    let own_children = itself.then(|| verbs::own_children(&role, &child.singular)).flatten();
    // Friends of a student, where a table pairs students: what the other key calls them tells the keys apart.
    let other = across.and_then(|_| {
        table
            .foreign_keys
            .iter()
            .find(|other| *other != key && other.ref_table == key.ref_table)
    });
    if let Some(theirs) = other.map(|other| self::role(table, other, ir, tables)) {
        if let Some(done) = done_to(&theirs) {
            // "likes" of students by students: a student has liked others.
            (one, many) = (parent.singular.clone(), parent.plural.clone());
            pair.1 = format!("have {done}");
        } else if theirs != parent.singular {
            (one, many) = (theirs.clone(), plural(&theirs));
        }
        if let Some(done) = done_to(&role) {
            pair.1 = format!("have been {done} by");
        } else if role != parent.singular && (theirs == parent.singular || ANYBODY.contains(&theirs.as_str())) {
            // Who is somebody's friend need not have that friend.
            pair.1 = format!("have been named as {} by", with_article(&role));
        }
    }
    let unnamed = many == child.plural && own_children.is_none() && (if itself { role != parent.singular } else { ways > 1 });
    if let Some(named) = own_children {
        (one, many) = named;
    }
    // Several keys to one table or rows of one kind, and no verb that says which: "films (as original language)".
    if unnamed && pair.1 == "have" {
        (one, many) = (format!("{one} (as {role})"), format!("{many} (as {role})"));
    }
    EdgeWords {
        role_plural: plural(&role),
        role,
        of_parent: pair.0,
        has_child: pair.1,
        children: many,
        child: one,
    }
}

/// What says the role after it: "port calls with the inbound pilot", "persons of a mother".
const SAY_THE_ROLE: [&str; 2] = ["with", "of"];

/// Says the role of keys to one table that would be said alike: not "donations made by" both a donor's nurse and a screening nurse. The key that is called
/// as the table it refers to keeps its verb, where it is the only one.
pub(super) fn tell_apart(table: &Table, edges: &mut [(&ForeignKey, EdgeWords)], tables: &BTreeMap<String, TableWords>) {
    let alike = |edges: &[(&ForeignKey, EdgeWords)], i: usize, same: fn(&EdgeWords, &EdgeWords) -> bool| {
        let Some((key, own)) = edges.get(i) else { return false };
        let rival = |(other, words): &(&ForeignKey, EdgeWords)| {
            other.ref_table == key.ref_table && other.columns != key.columns && same(own, words)
        };
        edges.iter().any(rival)
    };
    // Two keys that are called alike are called by their columns.
    let nameless: Vec<usize> = (0..edges.len()).filter(|i| alike(edges, *i, |a, b| a.role == b.role)).collect();
    for i in nameless {
        if let Some((key, words)) = edges.get_mut(i) {
            let columns: Vec<String> = key.columns.iter().map(|c| naming::every_column_word(table, c).join(" ")).collect();
            words.role = columns.join(" and ");
            words.role_plural = plural(&words.role);
        }
    }
    // First those in a role of their own, then whoever is left.
    for all in [false, true] {
        let unclear: Vec<usize> = (0..edges.len()).filter(|i| alike(edges, *i, said_alike)).collect();
        for i in unclear {
            if let Some((key, words)) = edges.get_mut(i)
                && (all || tables.get(&key.ref_table).is_none_or(|parent| parent.singular != words.role))
            {
                words.say_the_role();
            }
        }
    }
}

/// Whether two keys to one table cannot be told apart, from the child or from the parent.
fn said_alike(a: &EdgeWords, b: &EdgeWords) -> bool {
    let of = a.of_parent == b.of_parent && !(SAY_THE_ROLE.contains(&a.of_parent.as_str()) && a.role != b.role);
    of || (a.has_child == b.has_child && a.children == b.children)
}

impl EdgeWords {
    /// "donations with the screening nurse", nurses who "have" "donations (as screening nurse)".
    fn say_the_role(&mut self) {
        "with".clone_into(&mut self.of_parent);
        "have".clone_into(&mut self.has_child);
        for noun in [&mut self.child, &mut self.children] {
            if !noun.contains("(as ") {
                *noun = format!("{noun} (as {})", self.role);
            }
        }
    }
}

/// The rows of a table that pairs them, without a word on what they are to each other.
const ANYBODY: [&str; 8] = ["student", "user", "person", "member", "customer", "employee", "player", "account"];

/// What is done to the rows of a role: "liked" to a "liked high schooler".
fn done_to(role: &str) -> Option<&str> {
    let (first, _) = role.split_once(' ')?;
    let is_state = [
        "related",
        "linked",
        "connected",
        "associated",
        "paired",
        "matched",
        "married",
        "required",
    ]
    .contains(&first);
    (is_participle(first) && !is_state).then_some(first)
}

/// What rows are no better called than by what they belong to too.
const SAYS_LITTLE: [&str; 10] = [
    "detail",
    "history",
    "status",
    "type",
    "info",
    "information",
    "name",
    "data",
    "record",
    "map",
];

/// What follows a participle where a row has become another.
const BECOMES: [&str; 2] = ["as", "into"];

/// "recorded_by_staff_id", "mailed_to_address_id": the key says the verb itself.
fn passive(table: &Table, key: &ForeignKey, tables: &BTreeMap<String, TableWords>) -> Option<(String, String)> {
    let words = key_words(table, key)?;
    let by = words
        .iter()
        .position(|w| PREPOSITIONS.contains(&w.as_str()) || BECOMES.contains(&w.as_str()))?;
    let (verb, link) = (words.get(by.checked_sub(1)?)?, words.get(by)?);
    let own_verb = verbs::agent_of(verb).is_none_or(|agent| verbs::by_role(agent).is_none());
    let known = tables.contains_key(&key.ref_table) && own_verb;
    if by != 1 || !is_participle(verb) || !known {
        return None;
    }
    Some((
        format!("{verb} {link}"),
        if link == "by" { format!("have {verb}") } else { "have".to_owned() },
    ))
}

/// The words of a key's one column, without "ID"; what every column of a composite key says before the name of what it refers to:
/// "replaces" of `replaces_ord, replaces_no`.
fn key_words(table: &Table, key: &ForeignKey) -> Option<Vec<String>> {
    // What has the name that it has in the other table says nothing of this key: "customer_id" beside "shipping_address_no".
    let apart: Vec<(&String, &String)> = key
        .columns
        .iter()
        .zip(&key.ref_columns)
        .filter(|(own, theirs)| own != theirs)
        .collect();
    let column = match (key.columns.as_slice(), apart.as_slice()) {
        ([only], _) => only,
        (_, []) => return None,
        (_, [(only, _)]) => only,
        (_, several) => {
            let mut fronts = several.iter().map(|(column, referred)| {
                let front = column.strip_suffix(referred.as_str())?;
                (!front.trim_matches('_').is_empty()).then(|| naming::column_words(table, front))
            });
            let first = fronts.next()?;
            if first.is_some() && fronts.all(|front| front == first) {
                return first;
            }
            let words: Vec<Vec<String>> = several.iter().map(|(column, _)| naming::column_words(table, column)).collect();
            let shared = words.first()?.first()?;
            let theirs = |word: &String| key.ref_columns.iter().any(|c| naming::name_words(c).contains(word));
            let all = words.iter().all(|own| own.len() > 1 && own.first() == Some(shared));
            return (all && !theirs(shared)).then(|| vec![shared.clone()]);
        }
    };
    let mut words = naming::column_words(table, column);
    let technical = |w: &String| ["ID", "id", "key", "code", "number", "uuid", "ref", "reference", "name"].contains(&w.as_str());
    while words.len() > 1 && words.last().is_some_and(technical) {
        words.pop();
    }
    // The "dam tag" that refers to an ear tag is a dam, the "country iso2" a country.
    let mut referred = key.ref_columns.first().map(|column| naming::name_words(column)).unwrap_or_default();
    while referred.len() > 1 && referred.last().is_some_and(technical) {
        referred.pop();
    }
    let parent = naming::name_words(&key.ref_table);
    // A "destruction date" stays one, whatever the calendar calls its days.
    let names_parent =
        |word: &String| ["date", "day", "time"].contains(&word.as_str()) || parent.iter().any(|w| singular(w).ends_with(word.as_str()));
    if words.len() > 1 && words != referred && words.last() == referred.last() && !words.last().is_some_and(names_parent) {
        words.pop();
    }
    Some(words)
}

/// The table whose rows are as many as this table's for each row that the key refers to, when there is but one other key.
fn whom<'a>(table: &'a Table, key: &ForeignKey) -> Option<&'a str> {
    let [one, other] = &table.foreign_keys[..] else { return None };
    let whose = if one == key { other } else { one };
    let own = &table.primary_key;
    let apart = own.iter().all(|c| whose.columns.contains(c) || key.columns.contains(c)) && whose.columns.iter().all(|c| own.contains(c));
    apart.then_some(whose.ref_table.as_str())
}

/// The table that a bridge connects with this key's parent, when there is just one.
fn other_side<'a>(table: &'a Table, key: &ForeignKey) -> Option<&'a str> {
    let mut others = table.foreign_keys.iter().filter(|k| *k != key);
    let other = others.next()?;
    others.next().is_none().then_some(other.ref_table.as_str())
}

/// The parent as the child sees it: "manager", "home branch"; the parent's own noun when the key says no more.
pub(super) fn role(table: &Table, key: &ForeignKey, _ir: &LogicalIr, tables: &BTreeMap<String, TableWords>) -> String {
    let parent = tables
        .get(&key.ref_table)
        .map_or_else(|| singular(&naming::name_words(&key.ref_table).join(" ")), |t| t.singular.clone());
    let Some(words) = key_words(table, key) else { return parent };
    if words.last().is_some_and(|w| ["ID", "id", "key", "code"].contains(&w.as_str())) {
        return parent;
    }
    let phrase = words.join(" ");
    // "tail_number" of a flight is the aircraft that has this tail number.
    let alone = table.foreign_keys.iter().filter(|other| other.ref_table == key.ref_table).count() == 1;
    if key.columns == key.ref_columns && alone {
        return parent;
    }
    if let Some(known) = verbs::role_of_phrase(&phrase) {
        return known.to_owned();
    }
    let own: Vec<&str> = parent.split(' ').collect();
    // "account_id_1" beside "account_id_2": the first account.
    if let [front @ .., nth] = words.as_slice()
        && !front.is_empty()
        && let Some(nth) = ["1", "2", "3", "4"]
            .iter()
            .position(|n| n == nth)
            .or_else(|| ["a", "b"].iter().position(|n| n == nth).filter(|_| !alone))
    {
        let said: Vec<&str> = front
            .iter()
            .map(String::as_str)
            .filter(|w| !["ID", "id", "key", "code"].contains(w))
            .collect();
        let of = if said.iter().all(|w| own.contains(w)) {
            parent.clone()
        } else {
            said.join(" ")
        };
        return format!("{} {of}", ["first", "second", "third", "fourth"][nth]);
    }
    let names_parent = |word: &str| {
        singular(word) == *own.last().unwrap_or(&"") || naming::abbreviates(word, &table_name(key)) || naming::abbreviates(word, &own)
    };
    // "customer", "cdemo", "order detail" for the parent itself.
    let says_no_more = words
        .iter()
        .all(|w| own.contains(&singular(w).as_str()) || own.contains(&w.as_str()) || (words.len() == 1 && names_parent(w)));
    if says_no_more {
        return parent;
    }
    // "jid", "dormid": an id under a short name.
    if let [only] = words.as_slice()
        && (naming::is_cryptic(only)
            || only
                .strip_suffix("id")
                .is_some_and(|short| short.is_empty() || naming::abbreviates(short, &own)))
    {
        return parent;
    }
    let Some((last, front)) = words.split_last() else { return parent };
    let itself = key.ref_table == table.id();
    // "redeemed_by_staff" beside "issued_by": the redeemer, where another key leads to the same table.
    if let [verb, by, ..] = words.as_slice()
        && (itself || !alone)
        && by == "by"
        && is_participle(verb)
    {
        return agent(verb);
    }
    // "remake_of", "struck_from", "sequel_of_film" of rows of one kind: what the row was made after.
    let link = words
        .iter()
        .position(|w| ["of", "from"].contains(&w.as_str()))
        .filter(|at| *at > 0 && itself);
    let then_itself = |at: usize| words.iter().skip(at + 1).all(|w| own.contains(&w.as_str()));
    if link.is_some_and(then_itself) {
        let whole = ["part", "child", "branch", "section", "division", "subsidiary", "component"];
        let kind = if whole.contains(&words.first().map_or("", String::as_str)) {
            "parent"
        } else {
            "original"
        };
        return format!("{kind} {parent}");
    }
    if front.first().is_some_and(|w| is_participle(w))
        && front.len() == 2
        && front.last().is_some_and(|w| PREPOSITIONS.contains(&w.as_str()))
    {
        return parent;
    }
    if last == "by" && front.len() == 1 {
        return front.first().map_or(parent, |verb| agent(verb));
    }
    // "rebooked_as", "merged_into" of rows of one kind: what a row has become.
    if BECOMES.contains(&last.as_str()) && itself {
        return format!("new {parent}");
    }
    if PREPOSITIONS.contains(&last.as_str()) || BECOMES.contains(&last.as_str()) || last == "via" {
        // "reply_to" of posts: the post that was there first.
        return if itself { format!("original {parent}") } else { parent };
    }
    if front.is_empty() {
        // "liked_id": the liked student.
        let done = past(last).filter(|_| itself).or_else(|| is_participle(last).then(|| last.clone()));
        return match done {
            Some(done) => format!("{done} {parent}"),
            None => singular(&phrase),
        };
    }
    let front = front.join(" ");
    let front = verbs::qualifier(&front);
    // "current cdemo": the parent's noun under an abbreviation.
    if naming::abbreviates(last, &table_name(key)) && singular(last) != own.last().copied().unwrap_or("") && last.len() < parent.len() {
        return format!("{front} {parent}");
    }
    format!("{front} {}", singular(last))
}

/// "replaces" -> "replaced": what one row does to another.
fn past(verb: &str) -> Option<String> {
    let base = verb.strip_suffix('s')?;
    ["replace", "supersede", "correct", "revise", "reverse", "amend", "cite"]
        .contains(&base)
        .then(|| past_participle(base))
}

fn table_name(key: &ForeignKey) -> Vec<String> {
    naming::name_words(key.ref_table.rsplit('.').next().unwrap_or(&key.ref_table))
}

/// Who did it: "created" -> "creator", "referred" -> "referrer".
fn agent(participle: &str) -> String {
    if let Some(known) = verbs::agent_of(participle) {
        return known.to_owned();
    }
    match participle.strip_suffix("ed").filter(|_| is_participle(participle)) {
        Some(stem) if ["at", "ct", "dit"].iter().any(|end| stem.ends_with(end)) => format!("{stem}or"),
        Some(stem) => format!("{stem}er"),
        None => agent_of_irregular(participle).unwrap_or_else(|| participle.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::agent;

    #[test]
    fn who_did_it() {
        for (done, who) in [
            ("created", "creator"),
            ("redeemed", "redeemer"),
            ("paid", "payer"),
            ("driven", "driver"),
            ("won", "winner"),
            ("read", "reader"),
            ("sold", "seller"),
        ] {
            assert_eq!(agent(done), who);
        }
    }
}
