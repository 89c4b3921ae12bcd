//! Does the SQL ask for what the question names, where nobody tells which words say what?
//!
//! Three contradictions, each a refusal, since each teaches a wrong answer: a value of a column that the question names while the SQL takes another one that
//! it does not; a table that the question is about while the SQL reads others alone; and a year ([`super::years`]). Limits: words are compared as written (a
//! plural is a word's own form), so a synonym contradicts nothing; under a negation, and in front of EXCEPT, the values left out are not looked at. Invariant:
//! what the question does not name, by the schema's or the column's own words, refuses nothing.

use super::said;
use crate::ir::{LogicalIr, SqlType, Table};
use crate::query::scope::{ColumnUse, Scope};
use crate::query::walk::{self, Look};
use crate::schema::{morphology, naming, rule};
use sqlparser::ast::{BinaryOperator, Expr, Query, UnaryOperator, Value};
use std::ops::ControlFlow;

/// How many words of a question may stand before what it is about: "How many of all the ...".
const WORDS_BEFORE: usize = 5;
/// Words of questions that say what rows are not.
const DENIES: &[&str] = &[
    "not",
    "no",
    "never",
    "neither",
    "nor",
    "without",
    "except",
    "excluding",
    "other",
    "than",
    "but",
    "isn",
    "aren",
    "don",
    "doesn",
    "non",
    "none",
];
/// Shorter words are codes and abbreviations.
const LETTERS_MIN: usize = 3;

/// A pair whose texts are held against the schema.
pub struct Asked<'a> {
    /// As written, whose names are resolved.
    pub query: &'a Query,
    /// What its names mean.
    pub scope: &'a Scope,
    /// The schema.
    pub schema: &'a LogicalIr,
    /// The question.
    pub question: &'a str,
    /// Knowledge beside it.
    pub evidence: &'a str,
}

/// A value that the SQL takes in another one's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instead {
    /// The SQL's.
    pub literal: String,
    /// The question's.
    pub named: String,
    /// `table.column`.
    pub column: String,
}

/// The values that the SQL takes although the question names another one of the same column. `stored` gives a column's values in the data.
pub fn values(asked: &Asked<'_>, stored: &dyn Fn(&Table, &str) -> Vec<String>) -> Vec<Instead> {
    let mut taken = Taken {
        scope: asked.scope,
        at: 0,
        equal: Vec::new(),
        negated: asked.query.to_string().contains(" EXCEPT "),
    };
    let _ = walk::look(asked.query, &mut taken);
    // "Tickets that are not open" are those of every other state.
    let denied = words(asked.question).iter().any(|word| DENIES.contains(&word.as_str()));
    if taken.negated || denied {
        return Vec::new();
    }
    let text = format!("{} {}", asked.question, asked.evidence);
    let literals: Vec<String> = taken.equal.iter().map(|(_, literal)| words(literal).join(" ")).collect();
    let mut found = Vec::new();
    for (column, literal) in &taken.equal {
        if said::says(&text, literal) {
            continue;
        }
        let Some(table) = asked.schema.tables.get(column.table) else {
            continue;
        };
        let Some(name) = table.columns.get(column.column) else { continue };
        let mut known = match &name.sql_type {
            SqlType::Enum(id) => asked.schema.enum_values(id).unwrap_or_default().to_vec(),
            _ => Vec::new(),
        };
        known.extend(rule::allowed(table, &name.name).values.unwrap_or_default());
        if known.is_empty() {
            known = stored(table, &name.name);
        }
        let named = known.into_iter().find(|value| {
            let spoken = words(value).join(" ");
            let other = spoken != words(literal).join(" ") && !literals.iter().any(|l| has(l, &spoken));
            let long = spoken.chars().filter(|c| c.is_alphabetic()).count() >= LETTERS_MIN;
            other && long && has(&words(asked.question).join(" "), &spoken) && !is_name(asked.schema, &spoken)
        });
        if let Some(named) = named {
            let column = format!("{}.{}", table.id(), name.name);
            let literal = literal.clone();
            found.push(Instead { literal, named, column });
        }
    }
    found
}

/// The table that the question is about while the SQL reads others alone, none of which it names: that table, and those that are read.
pub fn subject(asked: &Asked<'_>) -> Option<(String, String)> {
    let spoken = words(asked.question);
    let read: Vec<&Table> = asked.scope.tables.iter().filter_map(|at| asked.schema.tables.get(*at)).collect();
    if read.is_empty() || spoken.is_empty() {
        return None;
    }
    // Anything of the question that the SQL says too speaks for it: names of tables, of the columns it uses, its texts and aliases.
    let sql = words(&asked.query.to_string().replace('_', " "));
    let used = asked.scope.columns.iter().filter_map(|(table, column)| {
        let table = asked.schema.tables.get(*table)?;
        Some(naming::column_words(table, &table.columns.get(*column)?.name))
    });
    let mut says: Vec<String> = read.iter().flat_map(|t| naming::table_words(t)).chain(used.flatten()).collect();
    says.extend(sql);
    let names_read = read
        .iter()
        .flat_map(|t| naming::table_words(t))
        .any(|word| spoken.iter().any(|s| alike(s, &word)));
    if names_read {
        return None;
    }
    let about = asked.schema.data_tables().find(|table| {
        let name = naming::table_words(table);
        let long = name.iter().all(|word| word.chars().count() >= LETTERS_MIN);
        let unread = !read
            .iter()
            .any(|t| t.id() == table.id() || t.partition_of.as_deref() == Some(&table.id()));
        unread && long && is_about(&spoken, &name) && !name.iter().any(|word| says.iter().any(|s| alike(s, word)))
    })?;
    let others: Vec<String> = read.iter().map(|t| t.id()).collect();
    Some((about.id(), others.join(", ")))
}

/// Whether a table's words, its last one in either number, stand near the question's start.
fn is_about(spoken: &[String], name: &[String]) -> bool {
    spoken.windows(name.len()).take(WORDS_BEFORE + 1).any(|said| {
        said.iter()
            .zip(name)
            .all(|(s, n)| s == n || *s == morphology::plural(n).to_lowercase() || *s == morphology::singular(n).to_lowercase())
    })
}

/// Beginning with the same letters: "enrolled" and "enrolment".
fn alike(one: &str, other: &str) -> bool {
    let shared = one
        .to_lowercase()
        .chars()
        .zip(other.to_lowercase().chars())
        .take_while(|(a, b)| a == b)
        .count();
    shared >= 4 || one.eq_ignore_ascii_case(other)
}

fn is_name(schema: &LogicalIr, spoken: &str) -> bool {
    let of = |words: Vec<String>| words.iter().any(|w| alike(w, spoken) && w.len().abs_diff(spoken.len()) <= 3);
    schema
        .tables
        .iter()
        .any(|t| of(naming::table_words(t)) || t.columns.iter().any(|c| of(naming::column_words(t, &c.name))))
}

fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    parts.map(str::to_lowercase).collect()
}

/// Whole words in a row.
fn has(text: &str, phrase: &str) -> bool {
    !phrase.is_empty() && format!(" {text} ").contains(&format!(" {phrase} "))
}

/// Columns and the texts they are equated with.
struct Taken<'a> {
    scope: &'a Scope,
    at: usize,
    equal: Vec<(ColumnUse, String)>,
    negated: bool,
}

impl Taken<'_> {
    fn column(&self, at: usize) -> Option<ColumnUse> {
        self.scope.uses.get(at).copied().flatten()
    }

    /// A text, in the quotes of either kind.
    fn text(&self, at: usize, expr: &Expr) -> Option<String> {
        match expr {
            Expr::Value(value) => match &value.value {
                Value::SingleQuotedString(text) => Some(text.clone()),
                _ => None,
            },
            Expr::Identifier(name) if self.scope.texts.contains(&at) => Some(name.value.clone()),
            _ => None,
        }
    }
}

impl Look for Taken<'_> {
    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        let at = self.at;
        self.at += 1;
        // A plain name or text has no expressions inside, so what stands after it has the next number.
        let plain = |expr: &Expr| matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Value(_));
        match expr {
            Expr::BinaryOp {
                left,
                op: BinaryOperator::Eq,
                right,
            } if plain(left) && plain(right) => {
                let (first, second) = (at + 1, at + 2);
                let pair = match self.text(second, right) {
                    Some(text) => self.column(first).map(|column| (column, text)),
                    None => self.column(second).zip(self.text(first, left)),
                };
                self.equal.extend(pair);
            }
            Expr::InList {
                expr,
                list,
                negated: false,
            } if plain(expr) && list.iter().all(plain) => {
                let texts = list.iter().enumerate().filter_map(|(n, item)| self.text(at + 2 + n, item));
                let pairs: Vec<_> = texts.filter_map(|text| Some((self.column(at + 1)?, text))).collect();
                self.equal.extend(pairs);
            }
            Expr::UnaryOp {
                op: UnaryOperator::Not, ..
            }
            | Expr::Exists { negated: true, .. }
            | Expr::InSubquery { negated: true, .. } => self.negated = true,
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::{parse, scope};
    use crate::schema::source::ddl;

    const DESK: &str = "CREATE TABLE plans (plan_id int PRIMARY KEY, name text);
        CREATE TABLE accounts (account_id int PRIMARY KEY, plan_id int REFERENCES plans, name text, country text, created date);
        CREATE TABLE tickets (ticket_id int PRIMARY KEY, account_id int REFERENCES accounts, state text CHECK (state IN ('open','closed','on_hold')), topic text);";

    fn with<T>(question: &str, sql: &str, look: impl Fn(&Asked<'_>) -> T) -> Result<T, Box<dyn std::error::Error>> {
        let source = ddl::Source {
            file: "desk.sql".into(),
            text: DESK.into(),
        };
        let schema = ddl::parse(&[source]).logical;
        let query = parse::query(sql)?;
        let scope = scope::resolve(&query, &schema)?;
        Ok(look(&Asked {
            query: &query,
            scope: &scope,
            schema: &schema,
            question,
            evidence: "",
        }))
    }

    #[test]
    fn a_value_in_the_place_of_the_one_that_the_question_names_is_found() -> Result<(), Box<dyn std::error::Error>> {
        let topics = |_: &Table, column: &str| match column {
            "topic" => ["billing", "login"].map(str::to_owned).to_vec(),
            _ => Vec::new(),
        };
        let found = |question: &str, sql: &str| {
            with(question, sql, |asked| {
                let found = values(asked, &topics);
                found
                    .iter()
                    .map(|i| format!("{} for {} of {}", i.literal, i.named, i.column))
                    .collect::<Vec<_>>()
                    .join(", ")
            })
        };
        for (question, condition, wanted) in [
            ("List the open tickets.", "state = 'closed'", "closed for open of tickets.state"),
            (
                "List the tickets on hold.",
                "state IN ('open')",
                "open for on_hold of tickets.state",
            ),
            (
                "List the tickets about billing.",
                "'login' = topic",
                "login for billing of tickets.topic",
            ),
            (
                "List the tickets about billing.",
                "topic = \"login\"",
                "login for billing of tickets.topic",
            ),
            ("List the open tickets.", "state = 'open'", ""),
            ("List the tickets that are not open.", "state = 'closed' OR state = 'on_hold'", ""),
            ("List the open tickets.", "NOT state = 'closed'", ""),
            ("List the open tickets.", "state <> 'closed'", ""),
            ("List the finished tickets.", "state = 'closed'", ""),
            ("List open and finished tickets.", "state IN ('open', 'closed')", ""),
        ] {
            assert_eq!(
                found(question, &format!("SELECT ticket_id FROM tickets WHERE {condition}"))?,
                wanted,
                "{question} {condition}"
            );
        }
        Ok(())
    }

    #[test]
    fn a_question_about_a_table_that_is_not_read_is_found() -> Result<(), Box<dyn std::error::Error>> {
        for (question, sql, wanted) in [
            ("How many plans are there?", "SELECT COUNT(*) FROM accounts", "plans accounts"),
            ("List the tickets.", "SELECT name FROM accounts", "tickets accounts"),
            ("How many plans are used?", "SELECT COUNT(DISTINCT plan_id) FROM accounts", ""),
            ("How many accounts are there?", "SELECT COUNT(*) FROM accounts", ""),
            ("How many plans do accounts have?", "SELECT COUNT(*) FROM accounts", ""),
            ("How many customers are there?", "SELECT COUNT(*) FROM accounts", ""),
            (
                "Of which country is the one with the most tickets?",
                "SELECT country FROM accounts",
                "",
            ),
        ] {
            let found = with(question, sql, |asked| subject(asked).map(|(about, read)| format!("{about} {read}")))?;
            assert_eq!(found.unwrap_or_default(), wanted, "{question}");
        }
        Ok(())
    }
}
