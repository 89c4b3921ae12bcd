//! Compilation: table order, row counts, and one table after the other.

use super::super::attribute::{Attributes, Reach};
use super::super::block::Domain;
use super::super::cell::Physical;
use super::super::distribution::{self, Request, Sampler};
use super::super::error::DataGenError;
use super::super::expression::Expression;
use super::super::family::Family;
use super::super::key::{Choice, ForeignKeyPlan};
use super::super::provider;
use super::{
    ColumnPlan, Plan, RowCounts, Source, TablePlan, apart, bijection, depend, determine, entity, link, noise, reference, rule, search,
    starved, unique,
};
use crate::ir::generation::{ColumnPlan as ColumnIr, Distribution};
use crate::ir::reference::Reference;
use crate::ir::{DatasetIr, SqlType, Table};
use crate::kernel::limits;
use crate::kernel::seed::Seed;
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
    /// Rows of every table that an earlier plan made; empty when there is none.
    pub kept: &'a [u64],
    /// That plan.
    pub base: Option<&'a Plan>,
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

    /// Rows of a table that an earlier plan made.
    pub(super) fn kept(&self, table: usize) -> u64 {
        self.kept.get(table).copied().unwrap_or(0)
    }

    pub(super) fn plan(&self, column: usize) -> Option<&ColumnIr> {
        self.plans.get(column).copied().flatten().map(|(_, p)| p)
    }

    /// What the entry of a foreign key says that this column is the first of.
    pub(super) fn reference(&self, column: usize) -> Reference<'_> {
        Reference::of(self.plan(column).map(|p| &p.distribution))
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

pub(super) fn compile(ir: &DatasetIr, counts: &RowCounts, seed: Seed, base: Option<Arc<Plan>>) -> Result<Plan, DataGenError> {
    reference::columns(ir, counts)?;
    reference::rules(ir)?;
    let tables = &ir.logical.tables;
    let mut plan = Plan {
        tables: tables.iter().map(|_| None).collect(),
        notes: Vec::new(),
        order: Vec::new(),
        failures: Vec::new(),
        base,
    };
    let base = plan.base.clone();
    let kept: Vec<u64> = (0..tables.len()).map(|i| plan.kept(i)).collect();
    let mut rows: Vec<u64> = Vec::new();
    let mut binding: Vec<bool> = Vec::new();
    for table in tables {
        let id = table.id();
        let asked = match rows.len() {
            index if base.is_some() => counts.rows.get(&id).copied().or(kept.get(index).copied()),
            _ => counts.rows.get(&id).or_else(|| ir.generation.rows.get(&id)).copied(),
        };
        let count = asked
            .or(table.row_count)
            .unwrap_or(counts.default_rows)
            .min(counts.rows_max.unwrap_or(u64::MAX));
        if count == 0 && table.partition_of.is_none() {
            return Err(DataGenError::Schema {
                place: id,
                message: "0 rows: no query says anything about an empty table; give it at least 1 row, or take it out of the schema"
                    .to_owned(),
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
    if base.is_none() {
        apart::raise(ir, counts, &mut rows, &mut plan.notes);
    }
    let referred = referred_columns(ir);
    let by_column: Plans<'_> = ir
        .generation
        .columns
        .iter()
        .enumerate()
        .map(|(i, p)| ((p.table.as_str(), p.column.as_str()), (i, p)))
        .collect();
    // Tables that are left out, because they failed or what they refer to did.
    let mut missing: BTreeSet<String> = BTreeSet::new();
    for index in order(ir) {
        let Some(table) = tables.get(index).filter(|t| t.partition_of.is_none()) else {
            continue;
        };
        let id = table.id();
        plan.order.push(index);
        if table.foreign_keys.iter().any(|k| missing.contains(&k.ref_table)) {
            missing.insert(id);
            continue;
        }
        let bound = binding.get(index).copied().unwrap_or(false);
        let inputs = Inputs {
            ir,
            counts,
            referred: &referred,
            by_column: &by_column,
            kept: &kept,
            base: base.as_deref(),
            seed: seed.child("table").child(&id),
        };
        if let Err(error) = one(&mut plan, &mut rows, (index, table), bound, &inputs) {
            if let Some(slot) = plan.tables.get_mut(index) {
                *slot = None;
            }
            plan.failures.push((index, error));
            missing.insert(id);
        }
    }
    Ok(plan)
}

/// What the compilation of every table reads.
struct Inputs<'a> {
    ir: &'a DatasetIr,
    counts: &'a RowCounts,
    referred: &'a BTreeSet<(String, String)>,
    by_column: &'a Plans<'a>,
    /// Rows of every table that an earlier plan made.
    kept: &'a [u64],
    base: Option<&'a Plan>,
    seed: Seed,
}

/// Compiles one table into the plan, and says how many rows it gets.
fn one(plan: &mut Plan, rows: &mut [u64], (index, table): (usize, &Table), bound: bool, inputs: &Inputs<'_>) -> Result<(), DataGenError> {
    let Inputs {
        ir,
        counts,
        referred,
        by_column,
        kept,
        base,
        seed: node,
    } = *inputs;
    let id = table.id();
    // Where a foreign key counts children, the rows follow from it.
    if let Some((column, count)) = link::counted_rows(&scope(ir, (index, table), by_column, rows, node, bound))? {
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
    let mut scope = scope(ir, (index, table), by_column, rows, node, bound);
    (scope.kept, scope.base) = (kept, base);
    let mut told = Vec::new();
    let keys = link::link(&scope, plan, &mut told)?;
    plan.notes.append(&mut told);
    let strict = scope.binding || scope.asked;
    let unique = unique::arrange(&mut scope, keys, &mut plan.notes)?;
    let lowered = unique.rows;
    let all_groups = unique.groups.clone();
    let bijections = bijection::bijections(&scope, &all_groups);
    let (mut made, groups) = build(&scope, unique, &bijections, referred, &mut plan.notes)?;
    determine::consistent(&scope, &made, &all_groups, &bijections)?;
    rule::add_rules(&scope, &mut made, &mut plan.notes)?;
    noise::add_noise(&scope, &mut made, &mut plan.notes)?;
    made.inherited = depend::inherited(&made, index);
    made.computed = depend::computed(&made);
    if let Some(slot) = plan.tables.get_mut(index) {
        *slot = Some(made);
    }
    depend::no_circle(plan, index)?;
    let room = search::search(plan, index, &groups, strict)?;
    bijection::assign(&scope, plan, &bijections)?;
    let starved = starved::starved(&scope, plan);
    plan.notes.extend(starved);
    let got = lowered.min(room);
    let there = kept.get(index).copied().unwrap_or(0);
    if got < there {
        return Err(DataGenError::Fewer {
            table: id,
            rows: got,
            there,
        });
    }
    if let Some(slot) = rows.get_mut(index) {
        *slot = got;
    }
    Ok(())
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
        kept: &[],
        base: None,
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
    bijections: &[bijection::Bijection],
    referred: &BTreeSet<(String, String)>,
    notes: &mut Vec<String>,
) -> Result<(TablePlan, Vec<Vec<usize>>), DataGenError> {
    let mut groups = unique.search;
    let mut determined = determine::determined(scope, &unique.groups, bijections)?;
    let entities = entity::entities(scope, &unique.groups, &groups, &determined);
    let compared = entity::compared(scope, &unique.groups, &entities);
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
        let number = entities.iter().position(|e| e.columns.contains(&position));
        let entity = number.and_then(|n| entities.get(n));
        let mut counted = false;
        let foreign_key = unique.foreign_keys.iter().position(|f| f.pairs.iter().any(|(c, _)| *c == position));
        let source = if let Some(foreign_key) = foreign_key {
            Source::Parent { foreign_key }
        } else if let Some((key, part, at)) = unique.parts.get(&position) {
            if let Some(Distribution::Categorical { values, .. }) = plan.map(|p| &p.distribution) {
                distribution::listed_cells(values, &column.sql_type, &scope.ir.logical.enums)
                    .map_err(|message| scope.plan_error(position, message))?;
            }
            Source::Part {
                key: *key,
                part: *part,
                at: at.clone(),
            }
        } else {
            let plan = plan.ok_or_else(|| scope.plan_error(position, String::new()))?;
            let conditions = alone_conditions(scope, position);
            // These count their values off, so that a CHECK could not choose among them; the search can.
            let searched = entity.map_or(
                !conditions.is_empty() && matches!(plan.distribution, Distribution::Pattern { .. } | Distribution::Provider { .. })
                    || compared.contains(&position) && matches!(plan.distribution, Distribution::Datetime { .. }),
                |e| e.searched,
            );
            let request = Request {
                distribution: &plan.distribution,
                sql_type: &column.sql_type,
                enums: &scope.ir.logical.enums,
                physical,
                rows: unique.rows,
                unique: alone && !searched,
                searched: alone && searched,
                each: entity.and_then(|e| e.each),
                alone: &conditions,
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
            counted = alone && sampler.unique();
            if alone && !counted {
                groups.push(vec![position]);
            }
            if let (Distribution::Provider { name, .. }, Physical::Text(Some(width))) = (&plan.distribution, physical)
                && let Some(usual) = provider::find(name).map(|p| p.width).filter(|w| *w > width as usize)
            {
                notes.push(format!(
                    "{}.{}: texts of {name} are up to {usual} characters long and are cut to {width}; widen the column to keep them whole",
                    scope.id, column.name
                ));
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
            tied: entity.is_some_and(|e| e.keyed),
            still: entity.map_or(counted, |e| e.each.is_some() && !e.searched),
            entity: number,
            sql_type: column.sql_type.clone(),
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
        inherited: BTreeSet::new(),
        computed: BTreeSet::new(),
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

/// Conditions of the schema and the ConstraintSpec that read one column alone. What does not compile is told elsewhere.
pub(super) fn alone_conditions(scope: &Scope<'_>, column: usize) -> Vec<Expression> {
    let written = scope.table.checks.iter().map(|c| c.sql.as_str());
    let added = scope
        .ir
        .constraints
        .checks
        .iter()
        .filter(|c| c.table == scope.id)
        .map(|c| c.sql.as_str());
    let name = scope.names.get(column).copied().unwrap_or_default();
    written
        .chain(added)
        .filter(|sql| sql.to_lowercase().contains(&name.to_lowercase()))
        .filter_map(|sql| Expression::compile(sql, &scope.names).ok())
        .filter(|condition| condition.columns == [column])
        .collect()
}

/// The sampler as a column of its correlated group, if it is in one.
fn correlate(scope: &Scope<'_>, column: usize, sampler: Box<dyn Sampler>) -> Result<Box<dyn Sampler>, DataGenError> {
    let name = scope.names.get(column).copied().unwrap_or_default();
    let groups = scope.ir.generation.correlations.iter().enumerate();
    let mut found = groups.filter_map(|(i, g)| Some((i, g, g.columns.iter().position(|c| g.table == scope.id && c == name)?)));
    let Some((index, group, at)) = found.next() else {
        return Ok(sampler);
    };
    let fail = |message: String| DataGenError::Schema {
        place: format!("generation.correlations[{index}] ({}.{name})", scope.id),
        message,
    };
    if let Some((other, ..)) = found.next() {
        return Err(fail(format!(
            "generation.correlations[{other}] has this column too; make one group of them"
        )));
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
            f.ref_table == parent.id()
                && key
                    .pairs
                    .iter()
                    .all(|(c, _)| f.columns.iter().any(|n| scope.names.get(*c) == Some(&n.as_str())))
        });
        let mut qualifiers: Vec<&str> = written.map(|f| f.ref_table.as_str()).into_iter().collect();
        qualifiers.push(&parent.name);
        let names = || key.pairs.iter().filter_map(|(c, _)| scope.names.get(*c).copied());
        qualifiers.extend(names());
        // The table's own name is the row itself, so its parent is called what the foreign key calls it: `parent_id` or `parent`.
        if key.parent == scope.index {
            qualifiers.extend(names().filter_map(|n| n.strip_suffix("_id")));
        }
        Some(Reach {
            foreign_key,
            qualifiers,
            columns: parent.columns.iter().map(|c| c.name.as_str()).collect(),
            kinds: parent.columns.iter().map(|c| Physical::of(&c.sql_type)).collect(),
        })
    };
    let own_kinds = scope.table.columns.iter().map(|c| Physical::of(&c.sql_type)).collect();
    Attributes::new(
        &scope.id,
        scope.names.clone(),
        own_kinds,
        keys.iter().enumerate().filter_map(of).collect(),
    )
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
        tied: false,
        still: false,
        entity: None,
        sql_type: theirs.map_or(SqlType::Text, |c| c.sql_type.clone()),
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
        .filter_map(|k| {
            if let Choice::Family(family) = &k.choice {
                Some((k, family))
            } else {
                None
            }
        })
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
