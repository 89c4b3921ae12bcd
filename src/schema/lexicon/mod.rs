//! The lexicon: how tables, columns and foreign keys are said in English.
//!
//! Inferred from names, comments, types and keys; a user's YAML file overrides any field of any entry. Phrases are lower case (acronyms
//! apart), without articles, ready to stand inside a sentence. Invariant: every table, column and foreign key of the schema has an entry.
//!
//! | module | words for |
//! |---|---|
//! | `table` | tables: nouns, people, bridges, the columns that name a row |
//! | `column` | columns: noun, unit, and the parts below put together |
//! | `quantity` | numbers: what is counted, and the unit at a name's end |
//! | `event` | what happened at a date: "hired", "returned", "born" |
//! | `degree` | "cheaper", "oldest" |
//! | `meaning` | stored values and NULLs: "inactive", "not yet returned" |
//! | `edge`, `verbs` | foreign keys, in both directions |
//! | `comment`, `unit` | what comments and suffixes add |
//! | `yaml` | the lexicon as a file, and corrections from one |

mod column;
mod comment;
mod degree;
mod edge;
mod event;
mod meaning;
mod quantity;
mod table;
mod unit;
mod verbs;
mod yaml;

pub(crate) use event::HELD;
pub(crate) use table::is_person;
pub(crate) use unit::{at_end as unit_at_end, is_intensive};
pub use yaml::LexiconError;

use super::morphology::plural;
use super::role::Role;
use crate::ir::LogicalIr;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The words of one schema.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lexicon {
    /// By table id.
    pub tables: BTreeMap<String, TableWords>,
    /// By `table.column`.
    pub columns: BTreeMap<String, ColumnWords>,
    /// By [`edge_key`].
    pub edges: BTreeMap<String, EdgeWords>,
}

/// How a row of a table is said.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TableWords {
    /// "book copy"
    pub singular: String,
    /// "book copies"
    pub plural: String,
    /// A row is a person: "who" rather than "that".
    pub person: bool,
    /// The table only connects others (a bridge): questions are not about its rows.
    pub bridge: bool,
    /// Columns that name a row for people, in order (["first_name", "last_name"]); empty when nothing does.
    pub display: Vec<String>,
}

/// How a column is said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnWords {
    /// What the column is for.
    pub role: Role,
    /// "hire date"
    pub noun: String,
    /// "hire dates"
    pub plural: String,
    /// Unit said after a number: "kg", "minutes", "dollars", "percent". A column that counts has none: its noun is "number of seats".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Adjectives a row takes from a high or low value: longer/shorter, longest/shortest; later/earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub degree: Option<Degree>,
    /// Past participle of what happened at a time column: "hired", "returned", "published" (said: "members who joined" is `verb`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<Event>,
    /// How a row with NULL here is said, as a phrase after the noun: "not yet returned", "without an e-mail address".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when_null: Option<String>,
    /// The opposite: "already returned", "with an e-mail address".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when_set: Option<String>,
    /// How stored values are said as adjectives before or after the noun, by stored value: {"true": "active", "D": "cancelled"}.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
}

/// What happened at a time, for phrases after a noun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// "hired": after a form of "be" when `passive`, else "joined".
    pub verb: String,
    /// "were hired" (true) or "joined" (false).
    pub passive: bool,
}

/// Comparative and superlative adjectives of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Degree {
    /// "longer", "more expensive"
    pub more: String,
    /// "shorter", "cheaper"
    pub less: String,
    /// "longest", "most expensive"
    pub most: String,
    /// "shortest", "cheapest"
    pub least: String,
}

/// How a foreign key is said, in both directions.
///
/// The keys of a bridge table are said as if it were not there: `book_author(author_id)->author` has books "written by" authors, who
/// "have written" books.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EdgeWords {
    /// The parent as the child sees it: "author", "manager", "home branch". The parent's own noun when nothing better is known.
    pub role: String,
    /// Plural of `role`.
    pub role_plural: String,
    /// Phrase between the child noun and the parent: books "written by" an author, employees "in" a department, loans "of" a member.
    pub of_parent: String,
    /// Verb phrase from the parent (plural subject) to its children: members "have made" loans, departments "have" employees.
    pub has_child: String,
    /// The children as the parent sees them, plural: "loans", for a manager "direct reports".
    pub children: String,
    /// Singular of `children`.
    pub child: String,
}

/// What rows do with others and may as well be said to have.
const HAVING: &[&str] = &[
    "own",
    "operate",
    "hold",
    "offer",
    "employ",
    "contain",
    "make",
    "have hosted",
    "have placed",
    "have made",
    "have received",
    "have written",
    "have taken out",
    "have released",
    "have had",
];

impl EdgeWords {
    /// [`EdgeWords::children`] beside the parent's role, which then need not be said again: "donations", not "donations (as screening nurse)".
    pub fn children_of_role(&self) -> &str {
        let named = format!(" (as {})", self.role);
        self.children.strip_suffix(&named).unwrap_or(&self.children)
    }
}

impl Lexicon {
    /// The words of a schema, from its names, comments, types and keys.
    pub fn infer(ir: &LogicalIr) -> Lexicon {
        Lexicon::on_tables(ir, table::infer(ir))
    }

    /// The same in other words: airlines simply have flights and do not operate them, and flights land at an airport instead of arriving there.
    #[must_use]
    pub fn otherwise(&self, schema: &LogicalIr) -> Lexicon {
        let mut lexicon = self.clone();
        for table in schema.data_tables() {
            for key in &table.foreign_keys {
                // Two keys to one table are told apart by their verbs.
                let alone = table.foreign_keys.iter().filter(|other| other.ref_table == key.ref_table).count() == 1;
                let Some(edge) = lexicon.edges.get_mut(&edge_key(&table.id(), &key.columns, &key.ref_table)) else {
                    continue;
                };
                if let Some(other) = verbs::instead(edge) {
                    other.clone_into(&mut edge.of_parent);
                }
                if alone && HAVING.contains(&edge.has_child.as_str()) {
                    "have".clone_into(&mut edge.has_child);
                }
            }
        }
        lexicon
    }

    /// The words of a schema whose tables have theirs.
    fn on_tables(ir: &LogicalIr, tables: BTreeMap<String, TableWords>) -> Lexicon {
        let mut lexicon = Lexicon {
            tables,
            ..Lexicon::default()
        };
        for table in &ir.tables {
            let id = table.id();
            for (name, words) in column::infer(ir, table, &lexicon.tables) {
                lexicon.columns.insert(format!("{id}.{name}"), words);
            }
            let said = |key| (key, edge::infer(table, key, ir, &lexicon.tables));
            let mut edges: Vec<_> = table.foreign_keys.iter().map(said).collect();
            edge::tell_apart(table, &mut edges, &lexicon.tables);
            for (key, words) in edges {
                lexicon.edges.insert(edge_key(&id, &key.columns, &key.ref_table), words);
            }
        }
        lexicon
    }

    /// The words of a column.
    pub fn column(&self, table: &str, column: &str) -> Option<&ColumnWords> {
        self.columns.get(&format!("{table}.{column}"))
    }
}

/// What happened at a day that the rows called `row` refer to as `noun`: "made" at the sale date of a web sale.
pub fn event_at(noun: &str, row: &str) -> Option<Event> {
    let words: Vec<String> = noun.split(' ').map(str::to_owned).collect();
    event::of(&words, row).map(|found| found.event)
}

impl ColumnWords {
    /// A column with nothing but its noun.
    pub fn plain(role: Role, noun: &str) -> ColumnWords {
        ColumnWords {
            role,
            noun: noun.to_owned(),
            plural: plural(noun),
            unit: None,
            degree: None,
            event: None,
            when_null: None,
            when_set: None,
            values: BTreeMap::new(),
        }
    }
}

/// The key of a foreign key in [`Lexicon::edges`] and in coverage: `child(col, col)->parent`.
pub fn edge_key(child_table: &str, columns: &[String], parent_table: &str) -> String {
    format!("{child_table}({})->{parent_table}", columns.join(", "))
}
