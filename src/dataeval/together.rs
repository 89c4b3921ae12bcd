//! What is asked of all columns of a table in one statement, and of a foreign key once: a statement costs a database more than fifty rows do.
//!
//! Holds the answers of the table that is measured, and forgets them at the next one. Limits: [`COLUMNS_AT_ONCE`] columns a statement; rows are
//! fetched of tables up to [`ROWS_MAX`] rows, larger ones are grouped in the database. Invariant: an answer is what one statement for it alone gives;
//! where the common statement fails, each is asked alone, so that one column's error is its own.

use super::declared::Declared;
use super::metric::degree::Degrees;
use super::scope::{Scope, axis, failed, sample};
use crate::database::DbError;
use crate::database::load::{quoted, table_name};
use crate::ir::{Column, Table};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// DuckDB's planner slows down with thousands of expressions.
const COLUMNS_AT_ONCE: usize = 60;
/// Most rows that are fetched.
const ROWS_MAX: u64 = 5_000;

/// A column's values on the number line, ascending, with counts.
type Histogram = Rc<Vec<(f64, u64)>>;

/// Answers about one table.
#[derive(Default)]
pub(super) struct Together {
    table: String,
    nulls: Option<BTreeMap<String, u64>>,
    values: Option<BTreeMap<String, Histogram>>,
    broken: Option<BTreeMap<String, u64>>,
    degrees: BTreeMap<Vec<String>, Rc<Degrees>>,
    texts: BTreeMap<String, Rc<BTreeMap<String, u64>>>,
}

impl<'a> Scope<'a> {
    /// Looks an answer up, where the table is still the one that is measured.
    fn known<T>(&self, table: &str, look: impl FnOnce(&Together) -> Option<T>) -> Option<T> {
        let held = self.together.borrow();
        (held.table == table).then(|| look(&held)).flatten()
    }

    fn keep(&self, table: &str, put: impl FnOnce(&mut Together)) {
        let mut held = self.together.borrow_mut();
        if held.table != table {
            *held = Together {
                table: table.to_owned(),
                ..Together::default()
            };
        }
        put(&mut held);
    }

    /// NULLs of a column.
    pub(super) fn nulls(&self, table: &Table, column: &Column) -> Result<u64, DbError> {
        let id = table.id();
        let look = |held: &Together| held.nulls.as_ref().map(|n| n.get(&column.name).copied());
        if let Some(found) = self.known(&id, look) {
            return Ok(found.unwrap_or(0));
        }
        let asked = table
            .columns
            .iter()
            .map(|c| (c.name.clone(), format!("{} IS NULL", quoted(&c.name))));
        let nulls = self.rows_with(table, asked.collect())?;
        let found = nulls.get(&column.name).copied().unwrap_or(0);
        self.keep(&id, |held| held.nulls = Some(nulls));
        Ok(found)
    }

    /// Rows that satisfy the column's condition; `conditions` makes those of all columns of the table.
    pub(super) fn broken(
        &self,
        table: &Table,
        column: &Column,
        conditions: impl FnOnce() -> BTreeMap<String, String>,
    ) -> Result<u64, DbError> {
        let id = table.id();
        let look = |held: &Together| held.broken.as_ref().map(|n| n.get(&column.name).copied());
        if let Some(found) = self.known(&id, look).flatten() {
            return Ok(found);
        }
        let conditions = conditions();
        let alone = conditions.get(&column.name).cloned();
        match self.rows_with(table, conditions) {
            Ok(broken) => {
                let found = broken.get(&column.name).copied().unwrap_or(0);
                self.keep(&id, |held| held.broken = Some(broken));
                Ok(found)
            }
            Err(_) => {
                self.keep(&id, |held| held.broken = Some(BTreeMap::new()));
                let condition = alone.unwrap_or_else(|| "false".into());
                self.count(&format!("SELECT count(*) FROM {} WHERE {condition}", table_name(table)))
            }
        }
    }

    /// Rows that satisfy each condition.
    pub(super) fn rows_with(&self, table: &Table, conditions: BTreeMap<String, String>) -> Result<BTreeMap<String, u64>, DbError> {
        let mut out = BTreeMap::new();
        let conditions: Vec<(String, String)> = conditions.into_iter().collect();
        for chunk in conditions.chunks(COLUMNS_AT_ONCE) {
            let counts: Vec<String> = chunk
                .iter()
                .map(|(_, condition)| format!("CAST(count(*) FILTER (WHERE {condition}) AS BIGINT)"))
                .collect();
            let sql = format!("SELECT {} FROM {}", counts.join(", "), table_name(table));
            let found: Vec<i64> = self
                .connection
                .query_row(&sql, [], |row| (0..chunk.len()).map(|i| row.get(i)).collect())
                .map_err(failed)?;
            out.extend(chunk.iter().zip(found).map(|((name, _), n)| (name.clone(), n.max(0) as u64)));
        }
        Ok(out)
    }

    /// A column's values on the number line, ascending, with counts. Values that are no numbers (NULL, NaN) are left out.
    pub(super) fn values(&self, table: &Table, column: &Column) -> Result<Histogram, DbError> {
        let id = table.id();
        let look = |held: &Together| held.values.as_ref().map(|v| v.get(&column.name).map(Rc::clone));
        let known = self.known(&id, look);
        if let Some(found) = known.as_ref().and_then(Option::as_ref) {
            return Ok(Rc::clone(found));
        }
        if known.is_none() && self.rows(table) <= ROWS_MAX {
            // Where a column cannot be read, each is asked alone.
            let fetched = self.fetched(table).unwrap_or_default();
            let found = fetched.get(&column.name).map(Rc::clone);
            self.keep(&id, |held| held.values = Some(fetched));
            if let Some(found) = found {
                return Ok(found);
            }
        }
        let Some(axis) = axis(&column.sql_type, &quoted(&column.name)) else {
            return Ok(Rc::default());
        };
        let grouped = self.histogram(&format!(
            "SELECT x, count(*) FROM (SELECT {axis} AS x {}) WHERE x IS NOT NULL AND NOT isnan(x) GROUP BY x ORDER BY x",
            sample(table, self.rows(table), self.thresholds.sample_rows)
        ))?;
        Ok(Rc::new(grouped))
    }

    /// The values of all columns that are declared to be numbers.
    fn fetched(&self, table: &Table) -> Result<BTreeMap<String, Histogram>, DbError> {
        let id = table.id();
        let wanted = |c: &&Column| {
            let declared = self.plan(&id, &c.name).and_then(|p| Declared::of(&p.distribution, &c.sql_type));
            declared.is_some() && !self.draws_parents(table, &c.name)
        };
        let columns: Vec<(&Column, String)> = table
            .columns
            .iter()
            .filter(wanted)
            .filter_map(|c| Some((c, axis(&c.sql_type, &quoted(&c.name))?)))
            .collect();
        let mut out = BTreeMap::new();
        for chunk in columns.chunks(COLUMNS_AT_ONCE) {
            let axes: Vec<&str> = chunk.iter().map(|(_, axis)| axis.as_str()).collect();
            let sql = format!(
                "SELECT {} {}",
                axes.join(", "),
                sample(table, self.rows(table), self.thresholds.sample_rows)
            );
            let mut values: Vec<Vec<f64>> = vec![Vec::new(); chunk.len()];
            let mut statement = self.connection.prepare(&sql).map_err(failed)?;
            let mut rows = statement.query([]).map_err(failed)?;
            while let Some(row) = rows.next().map_err(failed)? {
                for (i, column) in values.iter_mut().enumerate() {
                    // Both zeros are one value.
                    column.extend(
                        row.get::<_, Option<f64>>(i)
                            .map_err(failed)?
                            .filter(|x| !x.is_nan())
                            .map(|x| x + 0.0),
                    );
                }
            }
            for ((column, _), mut values) in chunk.iter().zip(values) {
                values.sort_unstable_by(f64::total_cmp);
                let runs = values.chunk_by(|a, b| a == b);
                let histogram: Vec<(f64, u64)> = runs.filter_map(|run| Some((*run.first()?, run.len() as u64))).collect();
                out.insert(column.name.clone(), Rc::new(histogram));
            }
        }
        Ok(out)
    }

    /// A column's values as texts, with counts.
    pub(super) fn texts_of(&self, table: &Table, column: &Column) -> Result<Rc<BTreeMap<String, u64>>, DbError> {
        let id = table.id();
        if let Some(found) = self.known(&id, |held| held.texts.get(&column.name).map(Rc::clone)) {
            return Ok(found);
        }
        let name = quoted(&column.name);
        let found = Rc::new(self.text_counts(&format!(
            "SELECT CAST({name} AS VARCHAR), count(*) FROM {} WHERE {name} IS NOT NULL GROUP BY 1",
            table_name(table)
        ))?);
        self.keep(&id, |held| {
            // The next column's take their place: a list may be long.
            held.texts = BTreeMap::from([(column.name.clone(), Rc::clone(&found))]);
        });
        Ok(found)
    }

    /// The degrees of a foreign key, counted when it is first asked about.
    pub(super) fn degrees(
        &self,
        table: &Table,
        columns: &[String],
        count: impl FnOnce() -> Result<Degrees, DbError>,
    ) -> Result<Rc<Degrees>, DbError> {
        let id = table.id();
        if let Some(found) = self.known(&id, |held| held.degrees.get(columns).map(Rc::clone)) {
            return Ok(found);
        }
        let found = Rc::new(count()?);
        self.keep(&id, |held| {
            held.degrees.insert(columns.to_vec(), Rc::clone(&found));
        });
        Ok(found)
    }
}

/// Nothing asked yet.
pub(super) fn nothing() -> RefCell<Together> {
    RefCell::default()
}
