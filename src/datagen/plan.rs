//! The plan: a DatasetIr compiled into tables whose every cell is a function of its row number.
//!
//! Tables are compiled parents first, so that a child knows how many parents there are; a circle of tables is cut at the foreign key that closes it.
//! Invariant: a compiled plan has no circle of columns, every foreign key's parent is in it, and keys have room for their rows.

mod apart;
mod bijection;
mod compile;
mod depend;
mod determine;
mod entity;
mod link;
mod noise;
mod preference;
mod reference;
mod rule;
mod search;
mod starved;
mod unique;

use super::block::Domain;
use super::cell::Physical;
use super::determined::Determined;
use super::dirty::{DirtyPlan, DuplicatePlan};
use super::distribution::Sampler;
use super::enforce::Assignment;
use super::error::DataGenError;
use super::expression::Expression;
use super::key::ForeignKeyPlan;
use super::tuple::TupleKey;
use crate::ir::DatasetIr;
use crate::ir::SqlType;
use crate::kernel::seed::Seed;
use arrow::array::ArrayRef;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

/// All tables, in schema order; pieces of partitioned tables have none.
pub struct Plan {
    tables: Vec<Option<TablePlan>>,
    /// Things that were done otherwise than asked, one sentence each.
    pub notes: Vec<String>,
    /// Positions of the tables that hold data, parents first.
    pub order: Vec<usize>,
    /// The plan of the data set that this one adds rows to: what it made stays as it is.
    pub base: Option<Arc<Plan>>,
    /// Tables that could not be compiled, and why; their children are not here unless they fail themselves.
    pub failures: Vec<(usize, DataGenError)>,
}

/// One table.
pub struct TablePlan {
    /// Table id.
    pub id: String,
    /// Rows that will be made.
    pub rows: u64,
    /// In schema order, then the borrowed ones.
    pub columns: Vec<ColumnPlan>,
    /// How many of them are written: those of the schema.
    pub written: usize,
    /// Columns that rows read of earlier rows of this table and that are themselves made from such ones.
    pub inherited: BTreeSet<usize>,
    /// Columns computed once all rules hold: no rule and no other column reads them, and a row that breaks a rule may have no value that fits them.
    pub computed: BTreeSet<usize>,
    /// Whole columns of this table, made when children that borrow them first ask.
    pub whole: Vec<OnceLock<ArrayRef>>,
    /// Those that choose a parent; foreign keys that hold because others do are left out.
    pub foreign_keys: Vec<ForeignKeyPlan>,
    /// Composite keys made by arithmetic.
    pub tuple_keys: Vec<TupleKey>,
    /// Conditions enforced on rows.
    pub checks: Vec<CheckPlan>,
    /// Rows that repeat earlier ones.
    pub duplicates: Vec<DuplicatePlan>,
    /// Attempt numbers of rows whose first draw was already taken.
    pub attempts: HashMap<u64, u32>,
}

/// One column.
pub struct ColumnPlan {
    /// Name.
    pub name: String,
    /// Physical type.
    pub physical: Physical,
    /// Part of a key, or referred to: CHECKs do not draw it again.
    pub fixed: bool,
    /// Goes with a key of the same person or place: CHECKs do not draw it again either.
    pub tied: bool,
    /// Keeps its first draw where uniqueness draws its row again: it is unique by construction, or goes with what is.
    pub still: bool,
    /// Number of the person, place or company that it tells of, among the table's.
    pub entity: Option<usize>,
    /// Type as declared.
    pub sql_type: SqlType,
    /// NOT NULL.
    pub required: bool,
    /// Share of NULLs beside those that the source makes.
    pub null_fraction: f64,
    /// Node of the seed tree for NULLs.
    pub null_seed: Seed,
    /// Where values come from.
    pub source: Source,
    /// Noise on purpose.
    pub dirty: Option<DirtyPlan>,
    /// What determines the values, where a functional dependency does.
    pub determined: Option<Determined>,
}

/// Where a column's values come from.
pub enum Source {
    /// A distribution.
    Sampler(Box<dyn Sampler>),
    /// The parent that a foreign key chooses.
    Parent {
        /// Position among the table's foreign keys.
        foreign_key: usize,
    },
    /// A column of the parent that a foreign key chooses; derived columns read it.
    Borrowed {
        /// Position among the table's foreign keys.
        foreign_key: usize,
        /// Position of the parent's column.
        column: usize,
    },
    /// A part of a tuple key.
    Part {
        /// Position among the table's tuple keys.
        key: usize,
        /// Position in the key.
        part: usize,
        /// What its numbers mean.
        at: Domain,
    },
}

/// A rule on rows.
pub struct CheckPlan {
    /// What messages call it: `CHECK (a < b)`, `constraints.implications[0]`.
    pub label: String,
    /// The condition, compiled.
    pub condition: Expression,
    /// Columns drawn again when it fails, in the order they are made, dependants included.
    pub resampled: Vec<usize>,
    /// Values that make it hold, where it names them.
    pub assign: Vec<Assignment>,
    /// Values are assigned at once, not only where draws find none.
    pub assign_at_once: bool,
    /// Columns of which it asks nothing but whether they are NULL: emptied where that makes it hold.
    pub emptied: Vec<usize>,
    /// Columns made again after an assignment.
    pub dependants: Vec<usize>,
}

impl CheckPlan {
    /// Whether enforcing it may change a column.
    pub fn moves(&self, column: usize) -> bool {
        self.resampled.contains(&column)
            || self.emptied.contains(&column)
            || self.dependants.contains(&column)
            || self.assign.iter().any(|a| a.column == column)
    }
}

/// How many rows tables get.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowCounts {
    /// Tables that nobody says anything about.
    pub default_rows: u64,
    /// By table id; these are binding.
    pub rows: BTreeMap<String, u64>,
    /// Most rows of any table, whatever it asks for.
    pub rows_max: Option<u64>,
}

impl TablePlan {
    /// The columns that are written.
    pub fn shown(&self) -> impl Iterator<Item = &ColumnPlan> {
        self.columns.iter().take(self.written)
    }
}

impl Plan {
    /// Compiles a dataset.
    pub fn new(ir: &DatasetIr, counts: &RowCounts, seed: Seed) -> Result<Self, DataGenError> {
        let mut plan = Plan::partial(ir, counts, seed)?;
        if plan.failures.is_empty() {
            Ok(plan)
        } else {
            Err(plan.failures.swap_remove(0).1)
        }
    }

    /// Compiles what can be compiled of a dataset; tables that refer to one that failed are left out with it.
    pub fn partial(ir: &DatasetIr, counts: &RowCounts, seed: Seed) -> Result<Self, DataGenError> {
        compile::compile(ir, counts, seed, None)
    }

    /// Compiles a plan whose first rows are those of `base`, made from the same IR and seed; tables that nothing is said about keep their rows.
    pub fn extend(ir: &DatasetIr, counts: &RowCounts, seed: Seed, base: Plan) -> Result<Self, DataGenError> {
        compile::compile(ir, counts, seed, Some(Arc::new(base)))
    }

    /// Rows that an earlier plan made.
    pub fn kept(&self, table: usize) -> u64 {
        self.base.as_ref().and_then(|b| b.table(table).ok()).map_or(0, |t| t.rows)
    }

    /// Rows of a table after each of the plans that made it.
    pub fn grown(&self, table: usize) -> Vec<u64> {
        let mut rows = self.base.as_ref().map_or_else(Vec::new, |b| b.grown(table));
        rows.push(self.table(table).map_or(0, |t| t.rows));
        rows
    }

    /// The plan that made a data set's first rows.
    pub fn first(&self) -> &Plan {
        self.base.as_ref().map_or(self, |b| b.first())
    }

    /// The sampler of a column in the plan that made the first rows, when that is another one.
    pub(super) fn first_sampler(&self, table: usize, column: usize) -> Option<&dyn Sampler> {
        self.base.as_ref()?;
        match self.first().table(table).ok()?.columns.get(column).map(|c| &c.source) {
            Some(Source::Sampler(sampler)) => Some(sampler.as_ref()),
            _ => None,
        }
    }

    /// The plan of the table at this position of the schema.
    pub fn table(&self, index: usize) -> Result<&TablePlan, DataGenError> {
        self.tables.get(index).and_then(Option::as_ref).ok_or_else(|| DataGenError::Schema {
            place: format!("table number {index}"),
            message: "its keys are needed before they can be made: tables refer to each other's keys in a circle; make one of the foreign keys nullable and not part of a key".into(),
        })
    }

    /// Positions and plans of the tables that hold data, in schema order.
    pub fn tables(&self) -> impl Iterator<Item = (usize, &TablePlan)> {
        self.tables.iter().enumerate().filter_map(|(i, t)| t.as_ref().map(|t| (i, t)))
    }
}
