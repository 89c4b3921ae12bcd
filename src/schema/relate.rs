//! Foreign keys that a schema does not declare, read from names and types.
//!
//! | column | of table | refers to |
//! |---|---|---|
//! | `customer_id`, `billing_customer_id` | orders | `customers`, whose key is `customer_id`, or `id` |
//! | `StuID` | has_pet | the one table whose key is `StuID` |
//! | `airline`, a whole number, its key or not | flights | `airlines`, whose key is a whole number |
//! | `parent_id`, `reports_to` | categories, employees | the table itself |
//!
//! Rather none than a wrong one: a name that speaks of two tables speaks of none, and a type that differs speaks against. Limits: keys of
//! one column alone; a table without primary key is never referred to. Invariant: a guess never touches a column of a declared key.

use super::{morphology, naming};
use crate::ir::{Column, ForeignKey, LogicalIr, SqlType, Table};
use std::collections::{BTreeSet, HashMap};

/// Last words of columns that tell rows apart.
const KEY_WORDS: &[&str] = &["id", "key", "code", "number", "uuid", "guid", "ssn"];

/// Columns that refer to a row of their own table.
const OWN: &[&[&str]] = &[&["parent", "id"], &["reports", "to"]];

/// A foreign key that is not declared.
#[derive(Debug, Clone, PartialEq)]
pub struct Guess {
    /// Position of the referring table.
    pub table: usize,
    /// The key.
    pub key: ForeignKey,
}

impl Guess {
    /// "orders(customer_id) -> customers(id)".
    pub fn told(&self, schema: &LogicalIr) -> String {
        let (child, key) = (schema.tables.get(self.table).map(Table::id), &self.key);
        let list = |columns: &[String]| columns.join(", ");
        format!(
            "{}({}) -> {}({})",
            child.unwrap_or_default(),
            list(&key.columns),
            key.ref_table,
            list(&key.ref_columns)
        )
    }
}

/// Every reference that a name and a type speak for and that is not declared, in schema order.
pub fn guesses(schema: &LogicalIr) -> Vec<Guess> {
    let targets = Targets::new(schema.data_tables().filter_map(Target::of).collect());
    let mut found = Vec::new();
    for (at, table) in schema.tables.iter().enumerate().filter(|(_, t)| t.partition_of.is_none()) {
        for column in &table.columns {
            let free = table.foreign_keys_of(&column.name).next().is_none();
            let meant = free.then(|| meant(table, &column.name, &column.sql_type, &targets)).flatten();
            found.extend(meant.map(|target| Guess {
                table: at,
                key: target.key_from(&column.name),
            }));
        }
    }
    found
}

/// The guesses without which a table is joined to none: those that lead to or from a table that no declared key leads to or from.
pub fn of_isolated(schema: &LogicalIr) -> Vec<Guess> {
    let referring = schema.tables.iter().filter(|t| !t.foreign_keys.is_empty()).map(Table::id);
    let referred = schema.tables.iter().flat_map(|t| &t.foreign_keys).map(|fk| fk.ref_table.clone());
    let joined: BTreeSet<String> = referring.chain(referred).collect();
    let mut found = guesses(schema);
    found.retain(|g| !(joined.contains(&schema.tables[g.table].id()) && joined.contains(&g.key.ref_table)));
    found
}

/// Takes guesses as foreign keys.
pub fn adopt(schema: &mut LogicalIr, guesses: Vec<Guess>) {
    for Guess { table, key } in guesses {
        if let Some(table) = schema.tables.get_mut(table) {
            table.foreign_keys.push(key);
        }
    }
}

/// A table that can be referred to.
struct Target<'s> {
    table: &'s Table,
    /// What a row is called: "car maker".
    noun: Vec<String>,
    key: &'s str,
    key_words: Vec<String>,
    key_type: &'s SqlType,
}

/// All of them, by what columns may call them: schemas may have thousands.
struct Targets<'s> {
    all: Vec<Target<'s>>,
    /// Positions by the words of the noun and of the key.
    said: HashMap<Vec<String>, Vec<usize>>,
    /// Positions by the key's name in lower case.
    keys: HashMap<String, Vec<usize>>,
    /// Positions by the noun in one word.
    nouns: HashMap<String, Vec<usize>>,
    /// Positions by table.
    tables: HashMap<*const Table, usize>,
}

impl<'s> Targets<'s> {
    fn new(all: Vec<Target<'s>>) -> Self {
        let (mut said, mut keys) = (HashMap::<Vec<String>, Vec<usize>>::new(), HashMap::<String, Vec<usize>>::new());
        let mut nouns = HashMap::<String, Vec<usize>>::new();
        for (at, target) in all.iter().enumerate() {
            for name in [Some(target.full_key()), target.short_key(), Some(target.noun.clone())]
                .into_iter()
                .flatten()
            {
                said.entry(name).or_default().push(at);
            }
            keys.entry(target.key.to_lowercase()).or_default().push(at);
            nouns.entry(target.noun.concat()).or_default().push(at);
        }
        let tables = all.iter().enumerate().map(|(at, t)| (std::ptr::from_ref(t.table), at)).collect();
        Targets {
            all,
            said,
            keys,
            nouns,
            tables,
        }
    }

    fn own(&self, table: &Table) -> Option<&Target<'s>> {
        self.all.get(*self.tables.get(&std::ptr::from_ref(table))?)
    }

    /// Those whose noun or key a column's name is, or ends in.
    fn called(&self, column: &str, words: &[String]) -> Vec<&Target<'s>> {
        let tails = (0..words.len()).filter_map(|from| self.said.get(words.get(from..)?));
        let same = self.keys.get(&column.to_lowercase());
        let places: BTreeSet<usize> = tails.chain(same).flatten().copied().collect();
        places.into_iter().filter_map(|at| self.all.get(at)).collect()
    }
}

impl<'s> Target<'s> {
    fn of(table: &'s Table) -> Option<Self> {
        let [key] = &table.primary_key[..] else { return None };
        Some(Target {
            table,
            noun: noun(table),
            key,
            key_words: words(table.column(key)?.written()),
            key_type: &table.column(key)?.sql_type,
        })
    }

    fn key_from(&self, column: &str) -> ForeignKey {
        ForeignKey {
            name: None,
            columns: vec![column.to_owned()],
            ref_table: self.table.id(),
            ref_columns: vec![self.key.to_owned()],
            inferred: true,
        }
    }

    /// The key's name with the noun before it, however the table spells it: "customer id" of `customers (id)`.
    fn full_key(&self) -> Vec<String> {
        match &self.key_words[..] {
            [only] if is_key_word(only) => self.noun.iter().cloned().chain([only.clone()]).collect(),
            _ => self.key_words.clone(),
        }
    }

    /// The noun and the key's last word: also "customer id" where the key is `customer_master_id`.
    fn short_key(&self) -> Option<Vec<String>> {
        let last = self.key_words.last().filter(|w| is_key_word(w))?;
        Some(self.noun.iter().chain([last]).cloned().collect())
    }

    /// The key is called after the table's rows.
    fn is_own_name(&self) -> bool {
        let noun = self.noun.concat();
        !noun.is_empty() && (self.full_key().starts_with(&self.noun) || self.key_words.concat().starts_with(&noun))
    }
}

fn is_key_word(word: &str) -> bool {
    KEY_WORDS.contains(&word)
}

/// Words in lower case, "invoiceid" as two.
fn words(name: &str) -> Vec<String> {
    let apart = |word: &String| {
        let word = word.to_lowercase();
        match word.strip_suffix("id") {
            Some(of) if of.len() > 1 => vec![of.to_owned(), "id".to_owned()],
            _ => vec![word],
        }
    };
    naming::words(name).iter().flat_map(apart).collect()
}

/// A table's words, the last one in the singular.
fn noun(table: &Table) -> Vec<String> {
    let mut words: Vec<String> = naming::table_words(table).iter().map(|w| w.to_lowercase()).collect();
    if let Some(last) = words.last_mut() {
        *last = morphology::singular(last);
    }
    words
}

/// Whether values of one can be the other's without a cast: whole numbers of any width, texts of any length, else the same type.
fn alike(a: &SqlType, b: &SqlType) -> bool {
    a == b || (a.is_integer() && b.is_integer()) || (a.is_text() && b.is_text())
}

/// The one table that a column speaks of.
fn meant<'t, 's>(table: &Table, column: &str, sql_type: &SqlType, targets: &'t Targets<'s>) -> Option<&'t Target<'s>> {
    let mut said = words(table.column(column).map_or(column, Column::written));
    // "club_id_2" is one more club.
    if said.len() > 1 && said.last().is_some_and(|w| w.chars().all(|c| c.is_ascii_digit())) {
        said.pop();
    }
    let is_key = table.primary_key.len() == 1 && table.primary_key.iter().any(|k| k == column);
    let other = |t: &&&Target<'s>| !std::ptr::eq(t.table, table) && t.table.id() != table.id();
    let own = targets.own(table).filter(|t| alike(sql_type, t.key_type));
    if !is_key && OWN.iter().any(|name| said == *name) {
        return own;
    }
    let mut fit = targets.called(column, &said);
    fit.retain(|t| alike(sql_type, t.key_type));
    let number = sql_type.is_integer();
    let by_noun: Vec<&Target<'s>> = fit.iter().filter(other).filter(|t| number && t.noun == said).copied().collect();
    if let ([only], false) = (&by_noun[..], noun(table) == said) {
        return Some(only);
    }
    // The row's own key, called after it or after nothing in particular.
    if is_key && (said.len() < 2 || own.is_some_and(Target::is_own_name)) {
        return None;
    }
    let exact: Vec<&Target<'s>> = fit
        .iter()
        .filter(other)
        .filter(|t| t.key.eq_ignore_ascii_case(column) || t.full_key() == said || t.short_key().is_some_and(|key| key == said))
        .copied()
        .collect();
    if !exact.is_empty() {
        return owner(&exact, &said, is_key).filter(|t| !speaks_of_another(t, &said, targets));
    }
    // What a table's rows are numbered by refers to nothing.
    let own_name = noun(table).into_iter().chain(said.last().cloned()).collect::<Vec<_>>();
    if table.primary_key.iter().any(|k| k == column) && said == own_name || own.is_some_and(|t| t.full_key() == said) {
        return None;
    }
    if is_key || !said.last().is_some_and(|w| is_key_word(w)) {
        return None;
    }
    // "billing customer id": the longest name that it ends in.
    let ends = |t: &&Target<'s>| {
        let full = [Some(t.full_key()), t.short_key()];
        full.into_iter()
            .flatten()
            .filter(|key| key.len() > 1 && said.ends_with(key))
            .map(|key| key.len())
            .max()
    };
    let longest = fit.iter().filter_map(ends).max()?;
    let closest: Vec<&Target<'s>> = fit.iter().filter(|t| ends(t) == Some(longest)).copied().collect();
    let tail = said.get(said.len() - longest..)?;
    // The row's own number is no reference to another row of the table.
    let found = owner(&closest, tail, false).filter(|t| !speaks_of_another(t, tail, targets))?;
    (found.table.id() != table.id() || said.len() > longest).then_some(found)
}

/// Another table is called what the name says, and has a key that it cannot refer to.
fn speaks_of_another(found: &Target<'_>, said: &[String], targets: &Targets<'_>) -> bool {
    let head = said.get(..said.len().saturating_sub(1)).unwrap_or_default().concat();
    // The one that is meant is not among those that are called so.
    !head.is_empty() && found.noun.concat() != head && targets.nouns.contains_key(&head)
}

/// Of tables with a key of this name the one that is called so, or the only one.
fn owner<'t, 's>(targets: &[&'t Target<'s>], said: &[String], strict: bool) -> Option<&'t Target<'s>> {
    let named: Vec<&&Target<'s>> = targets
        .iter()
        .filter(|t| {
            let noun = t.noun.concat();
            said.len() > 1 && (said.get(..said.len() - 1).is_some_and(|head| head.concat() == noun) || said.concat() == noun)
        })
        .collect();
    match (&named[..], targets) {
        ([only], _) => Some(only),
        ([], [only]) if !strict && is_telling(said) => Some(only),
        _ => None,
    }
}

/// A name that is a key's and says whose: "stadium id", "ssn"; not "id", "code" or "year".
fn is_telling(said: &[String]) -> bool {
    match said {
        [only] => only == "ssn",
        [.., last] => is_key_word(last),
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::source::ddl::{Source, parse};

    fn read(text: &str) -> Vec<String> {
        let source = Source {
            file: "a.sql".into(),
            text: text.into(),
        };
        let schema = parse(&[source]).logical;
        guesses(&schema).iter().map(|guess| guess.told(&schema)).collect()
    }

    #[test]
    fn names_and_types_speak_for_references() {
        let found = read(
            "CREATE TABLE customers (id INT PRIMARY KEY, name TEXT);
             CREATE TABLE airline (uid INT PRIMARY KEY, country TEXT);
             CREATE TABLE student (StuID INT PRIMARY KEY);
             CREATE TABLE orders (order_id INT PRIMARY KEY, customer_id BIGINT, billing_customer_id INT, airline INT, notes TEXT);
             CREATE TABLE has_pet (StuID INT, petid INT);
             CREATE TABLE rating (airline INT PRIMARY KEY, stars INT);
             CREATE TABLE category (category_id INT PRIMARY KEY, parent_id INT, parent_category_id INT);",
        );
        let wanted = [
            "orders(customer_id) -> customers(id)",
            "orders(billing_customer_id) -> customers(id)",
            "orders(airline) -> airline(uid)",
            "has_pet(stuid) -> student(stuid)",
            "rating(airline) -> airline(uid)",
            "category(parent_id) -> category(category_id)",
            "category(parent_category_id) -> category(category_id)",
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn only_a_table_that_nothing_joins_needs_a_guess() {
        let source = Source {
            file: "a.sql".into(),
            text: "CREATE TABLE airport (code TEXT PRIMARY KEY); CREATE TABLE airline (uid INT PRIMARY KEY);
                   CREATE TABLE city (id INT PRIMARY KEY, main TEXT REFERENCES airport (code));
                   CREATE TABLE flight (no INT PRIMARY KEY, airline INT, city_id INT, source TEXT REFERENCES airport (code));"
                .into(),
        };
        let schema = parse(&[source]).logical;
        let told: Vec<String> = of_isolated(&schema).iter().map(|guess| guess.told(&schema)).collect();
        assert_eq!(
            told,
            ["flight(airline) -> airline(uid)"],
            "flight(city_id) stays as it was declared"
        );
    }

    #[test]
    fn what_is_not_certain_is_left_alone() {
        let found = read(
            "CREATE TABLE customers (customer_id TEXT PRIMARY KEY, code INT);
             CREATE TABLE area (code INT PRIMARY KEY, id INT);
             CREATE TABLE book (id INT PRIMARY KEY, customer_id INT, code INT, area TEXT, year INT);
             CREATE TABLE north (person_id INT PRIMARY KEY); CREATE TABLE south (person_id INT PRIMARY KEY);
             CREATE TABLE vote (person_id INT, vote_id INT PRIMARY KEY);
             CREATE TABLE declared (book_id INT REFERENCES book (id));",
        );
        assert_eq!(found, Vec::<String>::new());
    }
}
