//! What a metric sees: the loaded database, the declaration, the thresholds; and the few kinds of questions that it asks in SQL.
//!
//! Distributions are measured on at most `sample_rows` rows, chosen by a multiplicative hash of the row number: the same rows every time, no order of the
//! file's rows is favoured, and memory is bounded. Everything else is counted over all rows, inside the database.

use super::Evaluation;
use super::thresholds::Thresholds;
use super::together::{self, Together};
use crate::database::DbError;
use crate::database::load::table_name;
use crate::ir::evaluation::MetricResult;
use crate::ir::generation::{Abilities, ColumnPlan};
use crate::ir::reference::{Preference, Reference};
use crate::ir::{Column, DatasetIr, ForeignKey, SqlType, Table};
use duckdb::Connection;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// Knuth-like multiplier: 2^32 hash values of neighbours are spread evenly.
const MULTIPLIER: u64 = 1_103_515_245;

/// What metrics see.
pub(super) struct Scope<'a> {
    pub connection: &'a Connection,
    pub ir: &'a DatasetIr,
    pub abilities: &'a Abilities,
    pub thresholds: &'a Thresholds,
    /// Rows of each table as whoever made the data recorded them.
    pub made: &'a BTreeMap<String, Vec<u64>>,
    /// Tables whose files could not be read.
    pub unread: BTreeSet<String>,
    /// Cells that were left out since they are no values of their type, by table and column.
    pub mistyped: HashMap<(&'a str, &'a str), u64>,
    rows: BTreeMap<String, u64>,
    plans: HashMap<(&'a str, &'a str), &'a ColumnPlan>,
    /// Recomputed columns of the table that is measured.
    recomputed: RefCell<Option<(String, Recomputed)>>,
    /// What was asked of the table that is measured.
    pub together: RefCell<Together>,
    /// Columns that some foreign key refers to, by table.
    referred: HashMap<&'a str, BTreeSet<&'a str>>,
    /// Share of declared rows that a condition rejects, by table and condition: each of its columns asks for it.
    pub bites: RefCell<HashMap<String, Option<f64>>>,
    /// Texts of listed values, by the statement that makes them.
    listed: RefCell<HashMap<String, Rc<Vec<String>>>>,
    /// Quantiles of declared distributions, by their words: many columns share one, and they take as long as a statement.
    quantiles: RefCell<HashMap<String, Rc<Vec<f64>>>>,
}

/// Results by column.
type Recomputed = Rc<BTreeMap<String, MetricResult>>;

/// A column, and what is declared of it.
pub(super) struct Subject<'a> {
    pub table: &'a Table,
    pub column: &'a Column,
    pub plan: &'a ColumnPlan,
}

pub(super) fn failed(error: duckdb::Error) -> DbError {
    DbError::Run(error.to_string())
}

impl<'a> Scope<'a> {
    /// Counts the rows of every table.
    pub(super) fn new(evaluation: &'a Evaluation<'a>) -> Result<Self, DbError> {
        let ir = evaluation.ir;
        let plans = ir
            .generation
            .columns
            .iter()
            .rev()
            .map(|p| ((p.table.as_str(), p.column.as_str()), p));
        let mut scope = Scope {
            connection: evaluation.data.connection(),
            ir,
            abilities: evaluation.abilities,
            thresholds: evaluation.thresholds,
            made: &evaluation.made,
            unread: BTreeSet::new(),
            mistyped: HashMap::new(),
            rows: BTreeMap::new(),
            plans: plans.collect(),
            recomputed: RefCell::new(None),
            together: together::nothing(),
            referred: HashMap::new(),
            bites: RefCell::default(),
            listed: RefCell::default(),
            quantiles: RefCell::default(),
        };
        for key in ir.logical.tables.iter().flat_map(|t| &t.foreign_keys) {
            let columns = key.ref_columns.iter().map(String::as_str);
            scope.referred.entry(key.ref_table.as_str()).or_default().extend(columns);
        }
        for table in ir.logical.data_tables() {
            let rows = scope.count(&format!("SELECT count(*) FROM {}", table_name(table)))?;
            scope.rows.insert(table.id(), rows);
        }
        Ok(scope)
    }

    /// Rows of a table.
    pub(super) fn rows(&self, table: &Table) -> u64 {
        self.rows.get(&table.id()).copied().unwrap_or(0)
    }

    /// The plan of a column.
    pub(super) fn plan(&self, table: &str, column: &str) -> Option<&'a ColumnPlan> {
        self.plans.get(&(table, column)).copied()
    }

    /// What `compute` finds of all columns of a table, computed when the first of them asks.
    pub(super) fn once_per_table(&self, table: &str, compute: impl FnOnce() -> BTreeMap<String, MetricResult>) -> Recomputed {
        if let Some((_, found)) = self.recomputed.borrow().as_ref().filter(|(of, _)| of == table) {
            return Rc::clone(found);
        }
        let found = Rc::new(compute());
        *self.recomputed.borrow_mut() = Some((table.to_owned(), Rc::clone(&found)));
        found
    }

    /// One number.
    pub(super) fn count(&self, sql: &str) -> Result<u64, DbError> {
        let count: i64 = self
            .connection
            .query_row(&format!("SELECT CAST(({sql}) AS BIGINT)"), [], |row| row.get(0))
            .map_err(failed)?;
        Ok(count.max(0) as u64)
    }

    /// Values and counts, in the order of the query's rows.
    pub(super) fn histogram(&self, sql: &str) -> Result<Vec<(f64, u64)>, DbError> {
        let mut statement = self.connection.prepare(sql).map_err(failed)?;
        let rows = statement
            .query_map([], |row| Ok((row.get::<_, f64>(0)?, row.get::<_, i64>(1)?.max(0) as u64)))
            .map_err(failed)?;
        rows.collect::<Result<_, _>>().map_err(failed)
    }

    /// Pairs of numbers, in the order of the query's rows.
    pub(super) fn pairs(&self, sql: &str) -> Result<Vec<(f64, f64)>, DbError> {
        let mut statement = self.connection.prepare(sql).map_err(failed)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).map_err(failed)?;
        rows.collect::<Result<_, _>>().map_err(failed)
    }

    /// Texts and counts.
    pub(super) fn text_counts(&self, sql: &str) -> Result<BTreeMap<String, u64>, DbError> {
        let mut statement = self.connection.prepare(sql).map_err(failed)?;
        let rows = statement
            .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?.max(0) as u64)))
            .map_err(failed)?;
        rows.collect::<Result<_, _>>().map_err(failed)
    }

    /// "FROM t", or the rows of it that distributions are measured on.
    pub(super) fn sample(&self, table: &Table) -> String {
        sample(table, self.rows(table), self.thresholds.sample_rows)
    }

    /// Whether a foreign key refers to a column.
    pub(super) fn is_referred(&self, table: &str, column: &str) -> bool {
        self.referred.get(table).is_some_and(|columns| columns.contains(column))
    }

    /// The quantiles of a declared distribution, computed once.
    pub(super) fn quantiles(&self, declared: String, compute: impl FnOnce() -> Vec<f64>) -> Rc<Vec<f64>> {
        if let Some(found) = self.quantiles.borrow().get(&declared) {
            return Rc::clone(found);
        }
        let found = Rc::new(compute());
        self.quantiles.borrow_mut().insert(declared, Rc::clone(&found));
        found
    }

    /// The texts that a statement gives, one a row, run once.
    pub(super) fn texts(&self, sql: &str) -> Result<Rc<Vec<String>>, DbError> {
        if let Some(found) = self.listed.borrow().get(sql) {
            return Ok(Rc::clone(found));
        }
        let mut statement = self.connection.prepare(sql).map_err(failed)?;
        let rows = statement.query_map([], |row| row.get(0)).map_err(failed)?;
        let texts = Rc::new(rows.collect::<Result<Vec<String>, _>>().map_err(failed)?);
        self.listed.borrow_mut().insert(sql.to_owned(), Rc::clone(&texts));
        Ok(texts)
    }

    /// Whether a foreign key draws a column's values, whatever its entry says of values: it does, but where the entry lists the parents.
    pub(super) fn draws_parents(&self, table: &Table, column: &str) -> bool {
        table.foreign_keys_of(column).any(|key| !self.lists_parents(table, key))
    }

    /// Whether a reference's entry lists the parents that rows have, so that its values are judged as any listed ones.
    pub(super) fn lists_parents(&self, table: &Table, key: &ForeignKey) -> bool {
        key.columns.len() == 1 && matches!(self.reference(table, key).preference, Preference::Listed { .. })
    }

    /// What the entry of a foreign key says.
    pub(super) fn reference(&self, table: &Table, key: &ForeignKey) -> Reference<'a> {
        let first = key.columns.first().and_then(|c| self.plan(&table.id(), c));
        Reference::of(first.map(|p| &p.distribution))
    }

    /// Unique groups of a table: primary key, unique constraints, composite keys of the ConstraintSpec.
    pub(super) fn unique_groups(&self, table: &'a Table) -> Vec<&'a Vec<String>> {
        let id = table.id();
        std::iter::once(&table.primary_key)
            .chain(&table.unique)
            .chain(
                self.ir
                    .constraints
                    .composite_keys
                    .iter()
                    .filter(|k| k.table == id)
                    .map(|k| &k.columns),
            )
            .filter(|g| !g.is_empty())
            .collect()
    }
}

pub(super) fn sample(table: &Table, rows: u64, most: u64) -> String {
    let from = format!("FROM {}", table_name(table));
    if rows <= most {
        return from;
    }
    let share = (most as f64 / rows as f64 * 4_294_967_296.0) as u64;
    format!("{from} WHERE ((rowid % 4294967296) * {MULTIPLIER} + 12345) % 4294967296 < {share}")
}

/// A column's place on the number line, in SQL: numbers as they are, days since 1970, seconds since 1970 or midnight. Texts that read as numbers are
/// numbers, since number distributions may be declared on text columns.
pub(super) fn axis(sql_type: &SqlType, name: &str) -> Option<String> {
    Some(match sql_type {
        // A float's shortest text is the number that was written; its nearest double is another.
        SqlType::Float32 => format!("CAST(CAST({name} AS VARCHAR) AS DOUBLE)"),
        t if t.is_numeric() => format!("CAST({name} AS DOUBLE)"),
        SqlType::Date => format!("CAST(date_diff('day', DATE '1970-01-01', {name}) AS DOUBLE)"),
        SqlType::Timestamp | SqlType::TimestampTz | SqlType::Time => format!("CAST(epoch({name}) AS DOUBLE)"),
        t if t.is_text() => format!("TRY_CAST({name} AS DOUBLE)"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_of_its_size_and_spread_over_the_rows() -> Result<(), Box<dyn std::error::Error>> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch("CREATE TABLE t AS SELECT range AS x FROM range(200000)")?;
        let table = Table {
            name: "t".into(),
            ..Table::default()
        };
        let (n, mean): (i64, f64) =
            connection.query_row(&format!("SELECT count(*), avg(x) {}", sample(&table, 200_000, 20_000)), [], |r| {
                Ok((r.get(0)?, r.get(1)?))
            })?;
        assert!(
            (19_000..21_000).contains(&n) && (mean - 100_000.0).abs() < 2_000.0,
            "{n} rows, mean {mean}"
        );
        let odd: i64 = connection.query_row(
            &format!("SELECT count(*) {} AND x % 2 = 1", sample(&table, 200_000, 20_000)),
            [],
            |r| r.get(0),
        )?;
        assert!((odd as f64 / n as f64 - 0.5).abs() < 0.05, "{odd} of {n} are odd");
        Ok(())
    }
}
