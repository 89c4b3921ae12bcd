//! Compilation: table order, row counts, and one table after the other.

use super::super::attribute::{Attributes, Reach};
use super::super::block::Domain;
use super::super::cell::Physical;
use super::super::distribution::{self, Request, Sampler};
use super::super::error::DataGenError;
use super::super::family::Family;
use super::super::key::{Choice, ForeignKeyPlan};
use super::{ColumnPlan, Plan, RowCounts, Source, TablePlan, depend, determine, link, noise, rule, search, unique};
use crate::ir::generation::{ColumnPlan as ColumnIr, Distribution};
use crate::ir::{DatasetIr, Table};
use crate::kernel::seed::Seed;
use crate::kernel::{limits, suggest};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

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
    /// The IR itself says how many rows.
    pub asked: bool,
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
    check_rules(ir)?;
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
        if count == 0 && table.partition_of.is_none() {
            return Err(DataGenError::Schema {
                place: id,
                message: "0 rows: no query says anything about an empty table; give it at least 1 row, or take it out of the schema".to_owned(),
            });
        }
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
    let by_column: Plans<'_> = ir
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
        let node = seed.child("table").child(&id);
        let bound = binding.get(index).copied().unwrap_or(false);
        // Where a foreign key counts children, the rows follow from it.
        if let Some((column, count)) = link::counted_rows(&scope(ir, (index, table), &by_column, &rows, node, bound))? {
            let asked = counts.rows.get(&id).copied().filter(|n| *n != count);
            if let Some(asked) = asked {
                let name = table.columns.get(column).map_or("", |c| c.name.as_str());
                plan.notes.push(format!(
                    "{id}: {count} rows instead of {asked}, since the children of {name} are counted; change the parent's rows or the children"
                ));
            }
            if let Some(slot) = rows.get_mut(index) {
                *slot = count;
            }
        }
        let mut scope = scope(ir, (index, table), &by_column, &rows, node, bound);
        let keys = link::link(&scope, &plan)?;
        let unique = unique::arrange(&mut scope, keys, &mut plan.notes)?;
        let lowered = unique.rows;
        let (mut made, groups) = build(&scope, unique, &referred, &mut plan.notes)?;
        rule::add_rules(&scope, &mut made, &mut plan.notes)?;
        noise::add_noise(&scope, &mut made, &mut plan.notes)?;
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

type Plans<'a> = BTreeMap<(&'a str, &'a str), (usize, &'a ColumnIr)>;

fn scope<'a>(
    ir: &'a DatasetIr,
    (index, table): (usize, &'a Table),
    plans: &Plans<'a>,
    rows: &'a [u64],
    seed: Seed,
    binding: bool,
) -> Scope<'a> {
    let id = table.id();
    Scope {
        ir,
        table,
        index,
        seed,
        names: table.columns.iter().map(|c| c.name.as_str()).collect(),
        plans: table
            .columns
            .iter()
            .map(|c| plans.get(&(id.as_str(), c.name.as_str())).copied())
            .collect(),
        asked: table.row_count.is_some() || ir.generation.rows.contains_key(&id),
        id,
        rows,
        binding,
    }
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

/// Every table and column that a rule, a correlation or a duplication names exists.
fn check_rules(ir: &DatasetIr) -> Result<(), DataGenError> {
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
        places.push((named("composite_keys", i), &rule.table, rule.columns.iter().map(String::as_str).collect()));
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
    let mut determined = determine::determined(scope, &unique.groups)?;
    let attributes = reach(scope, &unique.foreign_keys);
    let families = |name: Option<&str>| family_of(scope, &unique.foreign_keys, name);
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
                attributes: &attributes,
                generated: column.generated.is_some(),
                lists: &scope.ir.generation.lists,
                families: &families,
            };
            let sampler = distribution::build(&request).map_err(|message| scope.plan_error(position, message))?;
            let sampler = correlate(scope, position, sampler)?;
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
            dirty: None,
            determined: determined.get_mut(position).and_then(Option::take),
        });
    }
    let written = columns.len();
    for (foreign_key, column) in attributes.used() {
        columns.push(borrowed(scope, &unique.foreign_keys, foreign_key, column));
    }
    drop(attributes);
    let made = TablePlan {
        id: scope.id.clone(),
        rows: unique.rows,
        written,
        whole: (0..written).map(|_| OnceLock::new()).collect(),
        columns,
        foreign_keys: unique.foreign_keys,
        tuple_keys: unique.tuple_keys,
        checks: Vec::new(),
        duplicates: Vec::new(),
        attempts: HashMap::new(),
    };
    Ok((made, groups))
}

/// The sampler as a column of its correlated group, if it is in one.
fn correlate(scope: &Scope<'_>, column: usize, sampler: Box<dyn Sampler>) -> Result<Box<dyn Sampler>, DataGenError> {
    let name = scope.names.get(column).copied().unwrap_or_default();
    let groups = scope.ir.generation.correlations.iter().enumerate();
    let mut found = groups.filter_map(|(i, g)| Some((i, g, g.columns.iter().position(|c| g.table == scope.id && c == name)?)));
    let Some((index, group, at)) = found.next() else { return Ok(sampler) };
    let fail = |message: String| DataGenError::Schema {
        place: format!("generation.correlations[{index}] ({}.{name})", scope.id),
        message,
    };
    if let Some((other, ..)) = found.next() {
        return Err(fail(format!("generation.correlations[{other}] has this column too; make one group of them")));
    }
    if group.columns.len() > distribution::CORRELATED_MAX || group.matrix.len() != group.columns.len() {
        return Err(fail(format!(
            "{} columns (at most {}) need a matrix of as many rows and columns; here are {} rows",
            group.columns.len(),
            distribution::CORRELATED_MAX,
            group.matrix.len()
        )));
    }
    let lower = distribution::cholesky(&group.matrix).map_err(fail)?;
    let row = lower.get(at).and_then(|r| r.get(..=at)).unwrap_or_default();
    let seed = scope.seed.child("correlation").child(&group.columns.join(","));
    let correlated = distribution::Correlated::new(sampler, row, seed).map_err(fail)?;
    Ok(Box::new(correlated))
}

/// What derived columns of a table may name.
fn reach<'a>(scope: &'a Scope<'_>, keys: &[ForeignKeyPlan]) -> Attributes<'a> {
    let of = |(foreign_key, key): (usize, &ForeignKeyPlan)| {
        let parent = scope.ir.logical.tables.get(key.parent)?;
        let written = scope.table.foreign_keys.iter().find(|f| {
            f.ref_table == parent.id() && key.pairs.iter().all(|(c, _)| f.columns.iter().any(|n| scope.names.get(*c) == Some(&n.as_str())))
        });
        let mut qualifiers: Vec<&str> = written.map(|f| f.ref_table.as_str()).into_iter().collect();
        qualifiers.push(&parent.name);
        qualifiers.extend(key.pairs.iter().filter_map(|(c, _)| scope.names.get(*c).copied()));
        Some(Reach {
            foreign_key,
            qualifiers,
            columns: parent.columns.iter().map(|c| c.name.as_str()).collect(),
        })
    };
    Attributes::new(&scope.id, scope.names.clone(), keys.iter().enumerate().filter_map(of).collect())
}

fn borrowed(scope: &Scope<'_>, keys: &[ForeignKeyPlan], foreign_key: usize, column: usize) -> ColumnPlan {
    let parent = keys.get(foreign_key).and_then(|k| scope.ir.logical.tables.get(k.parent));
    let theirs = parent.and_then(|t| t.columns.get(column));
    ColumnPlan {
        name: match (parent, theirs) {
            (Some(table), Some(column)) => format!("{}.{}", table.name, column.name),
            _ => String::new(),
        },
        physical: theirs.map_or(Physical::Text(None), |c| Physical::of(&c.sql_type)),
        fixed: false,
        required: false,
        null_fraction: 0.0,
        null_seed: scope.seed,
        source: Source::Borrowed { foreign_key, column },
        dirty: None,
        determined: None,
    }
}

/// The family that a line number counts in: that of the foreign key with this column, or of the only one with counted children.
fn family_of(scope: &Scope<'_>, keys: &[ForeignKeyPlan], name: Option<&str>) -> Result<Arc<Family>, String> {
    let counted: Vec<(&ForeignKeyPlan, &Arc<Family>)> = keys
        .iter()
        .filter_map(|k| if let Choice::Family(family) = &k.choice { Some((k, family)) } else { None })
        .collect();
    let has = |k: &ForeignKeyPlan, name: &str| k.pairs.iter().any(|(c, _)| scope.names.get(*c) == Some(&name));
    let found = counted.iter().find(|(k, _)| name.is_none_or(|n| has(k, n)));
    found.map(|(_, family)| Arc::clone(family)).ok_or_else(|| match name {
        Some(name) => format!("parent {name:?} is no column of a foreign key with \"children\"; give its foreign_key entry children"),
        None => "no foreign key of this table has \"children\", so there is nothing to number within; give one of them children".to_owned(),
    })
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
