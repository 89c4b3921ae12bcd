//! References: every table and column that a DatasetIr names is there, before anything is compiled.
//!
//! Limits: names and shares; whether a distribution fits its column is its builder's to say. Invariant: an error names the entry by its place in the IR.

use super::super::error::DataGenError;
use super::RowCounts;
use crate::ir::{DatasetIr, Table};
use crate::kernel::suggest;
use std::collections::{BTreeMap, BTreeSet};

/// Every table and column that rows and column plans name exists, and no column has two plans.
pub(super) fn columns(ir: &DatasetIr, counts: &RowCounts) -> Result<(), DataGenError> {
    if let Some(issue) = ir
        .logical
        .problems()
        .into_iter()
        .find(|i| i.severity == crate::ir::issue::Severity::Error)
    {
        return Err(DataGenError::Schema {
            place: issue.location,
            message: issue.message,
        });
    }
    names(ir)?;
    keys(ir)?;
    let ids: Vec<String> = ir.logical.tables.iter().map(Table::id).collect();
    let unknown_table = |place: String, name: &str| DataGenError::Unknown {
        place,
        what: "table",
        name: name.to_owned(),
        hint: suggest::hint(name, ids.iter().map(String::as_str)),
    };
    for (source, names) in [("generation.rows", &ir.generation.rows), ("rows", &counts.rows)] {
        if let Some(name) = names.keys().find(|n| !ids.contains(n)) {
            return Err(unknown_table(source.to_owned(), name));
        }
    }
    let by_id: BTreeMap<&str, &Table> = ids.iter().map(String::as_str).zip(&ir.logical.tables).collect();
    let mut seen = BTreeSet::new();
    for (i, plan) in ir.generation.columns.iter().enumerate() {
        let place = format!("generation.columns[{i}]");
        let table = by_id
            .get(plan.table.as_str())
            .ok_or_else(|| unknown_table(place.clone(), &plan.table))?;
        let column = table.column(&plan.column).ok_or_else(|| DataGenError::Unknown {
            place: place.clone(),
            what: "column",
            name: plan.column.clone(),
            hint: suggest::hint(&plan.column, table.columns.iter().map(|c| c.name.as_str())),
        })?;
        let bad = |message: &str| {
            let (table, column) = (plan.table.clone(), plan.column.clone());
            Err(DataGenError::Plan {
                index: i.to_string(),
                table,
                column,
                kind: plan.distribution.kind(),
                message: message.to_owned(),
            })
        };
        if !(0.0..=1.0).contains(&plan.null_fraction) {
            let message = format!("null_fraction is {}; it is a share, from 0 to 1: 0.15 for 15 %", plan.null_fraction);
            return bad(&message);
        }
        if plan.null_fraction > 0.0 && (!column.nullable || table.primary_key.contains(&plan.column)) {
            return bad("the column is NOT NULL; null_fraction must be 0");
        }
        if !seen.insert((&plan.table, &plan.column)) {
            return bad("the column has an entry above; remove one of them");
        }
    }
    Ok(())
}

/// Names are ones that files and databases can hold and tell apart.
fn names(ir: &DatasetIr) -> Result<(), DataGenError> {
    let refuse = |place: String, message: String| Err(DataGenError::Schema { place, message });
    if ir.version > VERSION {
        return refuse(
            "version".into(),
            format!(
                "it is {}, and this sqlmint reads up to {VERSION}; use a newer one, or write the IR as version {VERSION}",
                ir.version
            ),
        );
    }
    let odd = |name: &str| match name {
        "" => Some("it is empty; give it a name"),
        n if n.trim().is_empty() => Some("it is blank; give it a name"),
        n if n.chars().any(char::is_control) => {
            Some("it has a line break or another control character, which files cannot carry in a header; take it out")
        }
        _ => None,
    };
    let alike = |a: &str, b: &str| {
        format!("{a:?} and {b:?} differ in case only, which databases and file systems do not tell apart; rename one of them")
    };
    let mut tables: BTreeMap<String, String> = BTreeMap::new();
    for (i, table) in ir.logical.tables.iter().enumerate() {
        let id = table.id();
        if let Some(message) = odd(&table.name) {
            return refuse(format!("logical.tables[{i}].name {:?}", table.name), message.to_owned());
        }
        if let Some(other) = tables.insert(id.to_lowercase(), id.clone()).filter(|o| *o != id) {
            return refuse(format!("logical.tables[{i}].name"), alike(&other, &id));
        }
        let mut columns: BTreeMap<String, &str> = BTreeMap::new();
        for (j, column) in table.columns.iter().enumerate() {
            let place = || format!("logical.tables[{i}].columns[{j}].name ({id})");
            if let Some(message) = odd(&column.name) {
                return refuse(format!("{} {:?}", place(), column.name), message.to_owned());
            }
            if let Some(other) = columns
                .insert(column.name.to_lowercase(), &column.name)
                .filter(|o| *o != column.name)
            {
                return refuse(place(), alike(other, &column.name));
            }
        }
    }
    Ok(())
}

/// A foreign key refers to columns that tell its parent's rows apart.
fn keys(ir: &DatasetIr) -> Result<(), DataGenError> {
    for table in &ir.logical.tables {
        for key in &table.foreign_keys {
            let Some(parent) = ir.logical.table(&key.ref_table) else { continue };
            let spec = ir
                .constraints
                .composite_keys
                .iter()
                .filter(|k| k.table == key.ref_table)
                .map(|k| &k.columns);
            let mut groups = std::iter::once(&parent.primary_key)
                .chain(&parent.unique)
                .chain(spec)
                .filter(|g| !g.is_empty());
            if !groups.any(|g| g.iter().all(|c| key.ref_columns.contains(c))) {
                let to = key.ref_columns.join(", ");
                return Err(DataGenError::Schema {
                    place: format!("{}({})", table.id(), key.columns.join(", ")),
                    message: format!(
                        "the foreign key refers to {}({to}), which is neither its primary key nor unique, so a row would have several parents; make ({to}) unique, or refer to a key",
                        key.ref_table
                    ),
                });
            }
        }
    }
    Ok(())
}

/// Version of the IR that is written and read.
const VERSION: u32 = 1;

/// Every table and column that a rule, a correlation or a duplication names exists.
pub(super) fn rules(ir: &DatasetIr) -> Result<(), DataGenError> {
    let spec = &ir.constraints;
    let named = |list: &str, i: usize| format!("constraints.{list}[{i}]");
    let mut places: Vec<(String, &str, Vec<&str>)> = Vec::new();
    for (i, rule) in spec.functional_dependencies.iter().enumerate() {
        let columns = rule.lhs.iter().chain(&rule.rhs).map(String::as_str);
        places.push((named("functional_dependencies", i), &rule.table, columns.collect()));
    }
    for (i, rule) in spec.implications.iter().enumerate() {
        places.push((named("implications", i), &rule.table, Vec::new()));
    }
    for (i, rule) in spec.composite_keys.iter().enumerate() {
        places.push((
            named("composite_keys", i),
            &rule.table,
            rule.columns.iter().map(String::as_str).collect(),
        ));
    }
    for (i, rule) in spec.checks.iter().enumerate() {
        places.push((named("checks", i), &rule.table, Vec::new()));
    }
    for (i, group) in ir.generation.correlations.iter().enumerate() {
        let columns = group.columns.iter().map(String::as_str);
        let mut seen = BTreeSet::new();
        if let Some(twice) = group.columns.iter().find(|c| !seen.insert(c.as_str())) {
            return Err(DataGenError::Schema {
                place: format!("generation.correlations[{i}] ({})", group.table),
                message: format!("column {twice:?} is listed twice; a column's correlation with itself is 1, so list it once"),
            });
        }
        places.push((format!("generation.correlations[{i}]"), &group.table, columns.collect()));
    }
    for (i, rule) in ir.generation.duplicates.iter().enumerate() {
        let place = format!("generation.duplicates[{i}]");
        if !(0.0..1.0).contains(&rule.rate) {
            return Err(DataGenError::Schema {
                place,
                message: format!("rate is {}; it is a share, from 0 to below 1: 0.1 for 10 %", rule.rate),
            });
        }
        places.push((place, &rule.table, rule.columns.iter().map(String::as_str).collect()));
    }
    for (place, id, columns) in places {
        let table = ir.logical.table(id).ok_or_else(|| {
            let ids: Vec<String> = ir.logical.tables.iter().map(Table::id).collect();
            DataGenError::Unknown {
                place: place.clone(),
                what: "table",
                name: id.to_owned(),
                hint: suggest::hint(id, ids.iter().map(String::as_str)),
            }
        })?;
        if let Some(name) = columns.into_iter().find(|c| table.column(c).is_none()) {
            return Err(DataGenError::Unknown {
                place: format!("{place} ({id})"),
                what: "column",
                name: name.to_owned(),
                hint: suggest::hint(name, table.columns.iter().map(|c| c.name.as_str())),
            });
        }
    }
    Ok(())
}
