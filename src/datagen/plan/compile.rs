//! Compilation: table order, row counts, and one table after the other.

use super::super::block::Domain;
use super::super::cell::Physical;
use super::super::distribution::{self, Request};
use super::super::error::DataGenError;
use super::{ColumnPlan, Plan, RowCounts, Source, TablePlan, depend, link, search, unique};
use crate::ir::generation::{ColumnPlan as ColumnIr, Distribution};
use crate::ir::{DatasetIr, Table};
use crate::kernel::seed::Seed;
use crate::kernel::{limits, suggest};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What the compilation of one table sees.
pub(super) struct Scope<'a> {
    pub ir: &'a DatasetIr,
    pub table: &'a Table,
    pub id: String,
    /// Position of the table.
    pub index: usize,
    /// The table's node of the seed tree.
    pub seed: Seed,
    /// Column names.
    pub names: Vec<&'a str>,
    /// Column plans with their position in the IR's list.
    pub plans: Vec<Option<(usize, &'a ColumnIr)>>,
    /// Rows of every table, as known so far.
    pub rows: &'a [u64],
    /// The row count was asked for, so it is not lowered in silence.
    pub binding: bool,
}

impl Scope<'_> {
    /// The position of a column; keys were checked to name existing ones.
    pub(super) fn column(&self, name: &str) -> usize {
        self.table.column_index(name).unwrap_or(usize::MAX)
    }

    pub(super) fn plan(&self, column: usize) -> Option<&ColumnIr> {
        self.plans.get(column).copied().flatten().map(|(_, p)| p)
    }

    pub(super) fn plan_error(&self, column: usize, message: String) -> DataGenError {
        let name = self.names.get(column).copied().unwrap_or_default().to_owned();
        match self.plans.get(column).copied().flatten() {
            Some((index, plan)) => DataGenError::Plan {
                index: index.to_string(),
                table: self.id.clone(),
                column: name,
                kind: plan.distribution.kind(),
                message,
            },
            None => DataGenError::NoPlan {
                table: self.id.clone(),
                column: name,
            },
        }
    }
}

pub(super) fn compile(ir: &DatasetIr, counts: &RowCounts, seed: Seed) -> Result<Plan, DataGenError> {
    check_references(ir, counts)?;
    let tables = &ir.logical.tables;
    let mut plan = Plan {
        tables: tables.iter().map(|_| None).collect(),
        notes: Vec::new(),
    };
    let mut rows: Vec<u64> = Vec::new();
    let mut binding: Vec<bool> = Vec::new();
    for table in tables {
        let id = table.id();
        let asked = counts.rows.get(&id).or_else(|| ir.generation.rows.get(&id)).copied();
        let count = asked
            .or(table.row_count)
            .unwrap_or(counts.default_rows)
            .min(counts.rows_max.unwrap_or(u64::MAX));
        if count > limits::TABLE_ROWS_MAX {
            return Err(DataGenError::Limit {
                place: id,
                what: format!("{count} rows"),
                limit: limits::TABLE_ROWS_MAX,
            });
        }
        rows.push(if table.partition_of.is_some() { 0 } else { count });
        binding.push(counts.rows.contains_key(&id));
    }
    let referred = referred_columns(ir);
    let by_column: BTreeMap<(&str, &str), (usize, &ColumnIr)> = ir
        .generation
        .columns
        .iter()
        .enumerate()
        .map(|(i, p)| ((p.table.as_str(), p.column.as_str()), (i, p)))
        .collect();
    for index in order(ir) {
        let Some(table) = tables.get(index).filter(|t| t.partition_of.is_none()) else {
            continue;
        };
        let id = table.id();
        let mut scope = Scope {
            ir,
            table,
            index,
            seed: seed.child("table").child(&id),
            names: table.columns.iter().map(|c| c.name.as_str()).collect(),
            plans: table
                .columns
                .iter()
                .map(|c| by_column.get(&(id.as_str(), c.name.as_str())).copied())
                .collect(),
            id,
            rows: &rows,
            binding: binding.get(index).copied().unwrap_or(false),
        };
        let keys = link::link(&scope, &plan)?;
        let unique = unique::arrange(&mut scope, keys, &mut plan.notes)?;
        let lowered = unique.rows;
        let (mut made, groups) = build(&scope, unique, &referred, &mut plan.notes)?;
        depend::add_checks(&scope, &mut made, &mut plan.notes);
        if let Some(slot) = plan.tables.get_mut(index) {
            *slot = Some(made);
        }
        depend::no_circle(&plan, index)?;
        let room = search::search(&mut plan, index, &groups)?;
        if let Some(slot) = rows.get_mut(index) {
            *slot = lowered.min(room);
        }
    }
    Ok(plan)
}

/// Every name in the IR exists, and every data column has a plan.
fn check_references(ir: &DatasetIr, counts: &RowCounts) -> Result<(), DataGenError> {
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

/// Columns that some foreign key refers to: (table, column).
fn referred_columns(ir: &DatasetIr) -> BTreeSet<(String, String)> {
    let keys = ir.logical.tables.iter().flat_map(|t| &t.foreign_keys);
    keys.flat_map(|f| f.ref_columns.iter().map(|c| (f.ref_table.clone(), c.clone())))
        .collect()
}

/// Positions of the tables, parents first.
fn order(ir: &DatasetIr) -> Vec<usize> {
    fn visit(ir: &DatasetIr, index: usize, state: &mut [u8], out: &mut Vec<usize>) {
        if state.get(index).is_none_or(|s| *s > 0) {
            return;
        }
        if let Some(s) = state.get_mut(index) {
            *s = 1;
        }
        if let Some(table) = ir.logical.tables.get(index) {
            // Foreign keys that may be NULL come last: a circle is cut there.
            let nullable = |f: &&crate::ir::ForeignKey| f.columns.iter().any(|c| table.column(c).is_some_and(|c| c.nullable));
            let (loose, firm): (Vec<_>, Vec<_>) = table.foreign_keys.iter().partition(nullable);
            for key in firm.into_iter().chain(loose) {
                if let Some(parent) = ir.logical.table_index(&key.ref_table) {
                    visit(ir, parent, state, out);
                }
            }
        }
        out.push(index);
    }
    let mut state = vec![0; ir.logical.tables.len()];
    let mut out = Vec::new();
    // First the order that no nullable foreign key disturbs, from tables without firm ones up.
    for index in 0..ir.logical.tables.len() {
        visit(ir, index, &mut state, &mut out);
    }
    out
}

/// The table's plan without CHECKs, and the unique groups that are left to search.
fn build(
    scope: &Scope<'_>,
    unique: unique::Arranged,
    referred: &BTreeSet<(String, String)>,
    notes: &mut Vec<String>,
) -> Result<(TablePlan, Vec<Vec<usize>>), DataGenError> {
    let mut groups = unique.search;
    let keyed: BTreeSet<usize> = unique.groups.iter().flatten().copied().collect();
    let mut columns = Vec::new();
    for (position, column) in scope.table.columns.iter().enumerate() {
        let physical = Physical::of(&column.sql_type);
        let seed = scope.seed.child("column").child(&column.name);
        let is_referred = referred.contains(&(scope.id.clone(), column.name.clone()));
        let alone = unique.groups.iter().any(|g| *g == [position]);
        let plan = scope.plan(position);
        let foreign_key = unique.foreign_keys.iter().position(|f| f.pairs.iter().any(|(c, _)| *c == position));
        let source = if let Some(foreign_key) = foreign_key {
            Source::Parent { foreign_key }
        } else if let Some((key, part, at)) = unique.parts.get(&position) {
            Source::Part {
                key: *key,
                part: *part,
                at: at.clone(),
            }
        } else {
            let plan = plan.ok_or_else(|| scope.plan_error(position, String::new()))?;
            let request = Request {
                distribution: &plan.distribution,
                sql_type: &column.sql_type,
                physical,
                rows: unique.rows,
                unique: alone,
                nullable: column.nullable && !scope.table.primary_key.contains(&column.name),
                seed,
                table_seed: scope.seed,
                names: &scope.names,
            };
            let sampler = distribution::build(&request).map_err(|message| scope.plan_error(position, message))?;
            if alone && !sampler.unique() {
                groups.push(vec![position]);
            }
            Source::Sampler(sampler)
        };
        let wanted = plan.map_or(0.0, |p| p.null_fraction);
        let null_fraction = if foreign_key.is_some() || is_referred || matches!(source, Source::Part { .. }) {
            0.0
        } else {
            wanted
        };
        if is_referred && wanted > 0.0 && foreign_key.is_none() {
            notes.push(format!(
                "{}.{}: a foreign key refers to it, so it has no NULLs",
                scope.id, column.name
            ));
        }
        columns.push(ColumnPlan {
            name: column.name.clone(),
            physical,
            fixed: is_referred || keyed.contains(&position),
            required: !column.nullable || scope.table.primary_key.contains(&column.name),
            null_fraction,
            null_seed: seed.child("null"),
            source,
        });
    }
    let made = TablePlan {
        id: scope.id.clone(),
        rows: unique.rows,
        columns,
        foreign_keys: unique.foreign_keys,
        tuple_keys: unique.tuple_keys,
        checks: Vec::new(),
        attempts: HashMap::new(),
    };
    Ok((made, groups))
}

/// What the values of a plan are, when they can be counted off: for parts of composite keys.
pub(super) fn domain(plan: &ColumnIr, physical: Physical) -> Option<(Domain, u64)> {
    match (&plan.distribution, physical) {
        (Distribution::Uniform { low, high, .. }, Physical::Int(_) | Physical::Decimal(..)) if high >= low => {
            Some((Domain::Numbers(low.ceil() as i64), (high.floor() - low.ceil()) as u64 + 1))
        }
        (Distribution::Sequence { start, .. }, Physical::Int(_) | Physical::Decimal(..)) => Some((Domain::Numbers(*start), u64::MAX)),
        (Distribution::Datetime { start, end }, Physical::Date) => {
            let (first, last) = (super::super::calendar::parse_date(start)?, super::super::calendar::parse_date(end)?);
            Some((Domain::Days(first), u64::try_from(last - first).ok()? + 1))
        }
        (Distribution::Categorical { values, .. }, _) => {
            let cells: Vec<_> = values
                .iter()
                .filter_map(|v| super::super::cell::Cell::from_json(v).ok()?.cast(physical).ok())
                .collect();
            let count = cells.len() as u64;
            (count == values.len() as u64 && count > 0).then_some((Domain::Listed(cells), count))
        }
        _ => None,
    }
}
