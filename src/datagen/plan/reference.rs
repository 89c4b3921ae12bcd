//! References: every table and column that a DatasetIr names is there, before anything is compiled.
//!
//! Limits: names and shares; whether a distribution fits its column is its builder's to say. Invariant: an error names the entry by its place in the IR.

use super::super::error::DataGenError;
use super::RowCounts;
use crate::ir::{DatasetIr, Table};
use crate::kernel::suggest;
use std::collections::BTreeSet;

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
    let mut seen = BTreeSet::new();
    for (i, plan) in ir.generation.columns.iter().enumerate() {
        let place = format!("generation.columns[{i}]");
        let table = ir
            .logical
            .table(&plan.table)
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
            return bad("null_fraction is a share: from 0 to 1");
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
        places.push((format!("generation.correlations[{i}]"), &group.table, columns.collect()));
    }
    for (i, rule) in ir.generation.duplicates.iter().enumerate() {
        let place = format!("generation.duplicates[{i}]");
        if !(0.0..1.0).contains(&rule.rate) {
            return Err(DataGenError::Schema {
                place,
                message: format!("rate is {}; it is a share, from 0 to below 1", rule.rate),
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
