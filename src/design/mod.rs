//! The distribution engineer: from a schema to a plan of how every column's values are made, without a model.
//!
//! It reads types, names, comments, CHECKs, enums and keys, and writes its choices with a reason each, so that a person can read and change them.
//! Rules are tried in the order of `RULES`; the first that has an answer wins. Invariant: after [`complete`] every column of every data table has a
//! plan, and what was there before is untouched. Limit: it judges one table at a time.

mod bounds;
mod category;
mod dimension;
mod gap;
mod key;
mod name;
mod number;
mod other;
mod path;
mod regex;
mod shape;
mod span;
mod stage;
mod state;
mod text;
mod time;

use crate::ir::constraint::TableCheck;
use crate::ir::generation::{Abilities, ColumnPlan, Distribution};
use crate::ir::{Column, DatasetIr, LogicalIr, Table};
use crate::schema::partition;
use bounds::TableBounds;
use serde_json::Value;
use std::collections::BTreeSet;

/// A choice for one column.
pub(crate) struct Choice {
    distribution: Distribution,
    /// Share of NULLs where the column allows them; None for the usual share.
    null_fraction: Option<f64>,
    reason: String,
}

impl Choice {
    fn new(distribution: Distribution, reason: impl Into<String>) -> Self {
        Choice {
            distribution,
            null_fraction: None,
            reason: reason.into(),
        }
    }
    fn nulls(mut self, fraction: f64) -> Self {
        self.null_fraction = Some(fraction);
        self
    }
}

/// What a rule sees.
struct Subject<'a> {
    logical: &'a LogicalIr,
    table: &'a Table,
    column: &'a Column,
    /// The column's name as words, without the table's prefix: "first name".
    words: String,
    /// What kind of thing a row is: "person", "book", ...
    kind: Option<&'static str>,
    bounds: &'a TableBounds,
    /// The column alone is unique or the primary key.
    unique: bool,
    /// Words of every column of the table, in order.
    siblings: &'a [String],
    /// What the rows are, where they are days or times.
    calendar: Option<&'a dimension::Calendar>,
    /// The table's columns with a calendar or a clock.
    moments: &'a [time::Moment],
    /// The table's pairs of times, by the position of the later one.
    links: &'a [Option<span::Link>],
    /// Times that go with states of the row.
    governed: &'a [state::Governed],
    abilities: &'a Abilities,
}

impl<'a> Subject<'a> {
    /// The same for another column of the table.
    fn of(&self, (column, words): (&'a Column, &String), governed: &'a [state::Governed]) -> Self {
        Subject {
            column,
            words: words.clone(),
            unique: self.table.is_unique(std::slice::from_ref(&column.name)),
            governed,
            ..*self
        }
    }
}

type Rule = fn(&Subject<'_>) -> Option<Choice>;

/// Rules by name, first answer wins.
static RULES: &[(&str, Rule)] = &[
    ("generated", other::generated),
    ("computed", gap::computed),
    ("measured", span::measured),
    ("dimension", dimension::rule),
    ("foreign_key", key::foreign),
    ("key", key::own),
    ("listed", category::listed),
    ("flag", category::flag),
    ("time", time::rule),
    ("number", number::rule),
    ("text", text::rule),
    ("other", other::rule),
];

/// A dataset of this schema with every column planned.
pub fn engineer(logical: &LogicalIr, abilities: &Abilities) -> DatasetIr {
    let mut ir = DatasetIr {
        version: 1,
        logical: logical.clone(),
        ..DatasetIr::default()
    };
    complete(&mut ir, abilities);
    ir
}

/// Adds a plan for every column that has none.
pub fn complete(ir: &mut DatasetIr, abilities: &Abilities) {
    let logical = ir.logical.clone();
    let planned: BTreeSet<(String, String)> = ir.generation.columns.iter().map(|p| (p.table.clone(), p.column.clone())).collect();
    for table in logical.data_tables() {
        let id = table.id();
        let known = |sql: &String| (abilities.expression)(sql).is_ok();
        let pieces = partition::condition(&logical, table).filter(known);
        let drawn = partition::drawn(&logical, table).filter(known);
        let bounds = TableBounds::read(table, drawn.as_deref(), drawn != pieces);
        let siblings = name::column_words(table);
        let kind = name::kind(table);
        // What is the same for all columns is found out once: tables may have thousands.
        let calendar = dimension::calendar(table, &siblings);
        let moments = time::moments(table, &siblings);
        let links = span::links(table, &siblings, &bounds);
        let usual = usual_nulls(&logical, table);
        let start = ir.generation.columns.len();
        let unplanned = |column: &Column| !planned.contains(&(id.clone(), column.name.clone()));
        let Some(first) = table.columns.first() else { continue };
        let shared = Subject {
            logical: &logical,
            table,
            column: first,
            words: String::new(),
            kind,
            bounds: &bounds,
            unique: false,
            siblings: &siblings,
            calendar: calendar.as_ref(),
            moments: &moments,
            links: &links,
            governed: &[],
            abilities,
        };
        let governed = match moments.as_slice() {
            [] => Vec::new(),
            _ => {
                let own = table.columns.iter().zip(&siblings).enumerate().filter(|(_, (c, _))| unplanned(c));
                let states = own.filter_map(|(column, named)| states(column, &shared.of(named, &[])));
                state::governed(table, &siblings, &states.collect::<Vec<_>>())
            }
        };
        for (column, words) in table.columns.iter().zip(&siblings).filter(|(c, _)| unplanned(c)) {
            let subject = shared.of((column, words), &governed);
            let (rule, choice) = chosen(&subject).unwrap_or_else(|| {
                (
                    "fallback",
                    Choice::new(Distribution::Constant { value: Value::Null }, "nothing is known about this type"),
                )
            });
            let nullable = column.nullable && !table.primary_key.contains(&column.name) && !number::has_currency(&subject);
            ir.generation.columns.push(ColumnPlan {
                table: id.clone(),
                column: column.name.clone(),
                null_fraction: if nullable { choice.null_fraction.unwrap_or(usual) } else { 0.0 },
                distribution: choice.distribution,
                dirty: None,
                reason: Some(format!("{rule}: {}", choice.reason)),
            });
        }
        let own = ir.generation.columns.get(start..).unwrap_or_default();
        let early = time::ordered(table, &siblings, &moments, own);
        let implied = state::implications(table, &governed, own);
        ir.constraints.implications.extend(implied);
        if let Some(rows) = dimension::rows(calendar.as_ref())
            .or_else(|| text::lookup_rows(table, ir.generation.columns.get(start..).unwrap_or_default(), abilities))
            && table.row_count.is_none()
        {
            ir.generation.rows.entry(id.clone()).or_insert(rows);
        }
        for sql in number::ordered_pairs(table, &siblings, &bounds.order)
            .into_iter()
            .chain(span::different(table, &siblings))
            .chain(early)
            .chain(pieces)
        {
            let check = TableCheck { table: id.clone(), sql };
            if !ir.constraints.checks.contains(&check) {
                ir.constraints.checks.push(check);
            }
        }
    }
}

/// What the first rule that has an answer says.
fn chosen(subject: &Subject<'_>) -> Option<(&'static str, Choice)> {
    RULES.iter().find_map(|(name, rule)| rule(subject).map(|c| (*name, c)))
}

/// The states that a column holds, where it holds any.
fn states(column: usize, subject: &Subject<'_>) -> Option<state::States> {
    let (rule, choice) = state::may_be(subject).then(|| chosen(subject)).flatten()?;
    match choice.distribution {
        Distribution::Categorical { values, .. } => Some(state::States {
            column,
            values,
            declared: rule == "listed",
        }),
        _ => None,
    }
}

/// A tenth of NULLs; less where nearly every column may be NULL, since then the schema says nothing by it.
fn usual_nulls(logical: &LogicalIr, table: &Table) -> f64 {
    // A schema that never says NOT NULL says nothing about what may be missing.
    let free = |t: &Table| t.columns.iter().all(|c| c.nullable || t.primary_key.contains(&c.name));
    if logical.tables.len() > 1 && logical.tables.iter().all(free) {
        return 0.0;
    }
    let others: Vec<&Column> = table.columns.iter().filter(|c| !table.primary_key.contains(&c.name)).collect();
    let nullable = others.iter().filter(|c| c.nullable).count();
    if nullable * 5 >= others.len() * 4 && nullable > 3 {
        0.03
    } else {
        0.1
    }
}

/// Uneven probabilities for `n` values in order of frequency, summing to exactly 1 at three decimals.
fn uneven(n: usize) -> Vec<f64> {
    let weights: Vec<f64> = (1..=n).map(|i| (i as f64).powf(-0.7)).collect();
    let sum: f64 = weights.iter().sum();
    let mut thousandths: Vec<u32> = weights.iter().map(|w| ((w / sum * 1000.0).round() as u32).max(1)).collect();
    let excess = thousandths.iter().sum::<u32>() as i64 - 1000;
    if let Some(first) = thousandths.first_mut() {
        *first = (i64::from(*first) - excess).max(1) as u32;
    }
    thousandths.into_iter().map(|t| f64::from(t) / 1000.0).collect()
}

/// Texts with uneven probabilities.
fn categorical(values: &[String], probs: Vec<f64>) -> Distribution {
    Distribution::Categorical {
        values: values.iter().map(|v| Value::String(v.clone())).collect(),
        probs,
    }
}

#[cfg(test)]
mod tests {
    use super::uneven;

    #[test]
    fn probabilities_sum_to_one() {
        for n in 1..60 {
            let probs = uneven(n);
            assert_eq!(probs.len(), n);
            assert!((probs.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{n}");
            assert!(probs.iter().all(|p| *p > 0.0));
        }
    }
}
