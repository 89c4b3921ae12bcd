//! Labels: what a SQL statement uses and how complex it is, measured on the AST and never asked for.
//!
//! Works on any SQL over a known schema. The caller adds phase, shape and intent, which no SQL text tells.
//! Limits: those of [`super::parse`] and [`super::scope`]. Invariant: tables, columns and join edges exist in the schema.

mod complexity;
mod component;
pub mod features;
mod functions;
pub mod skeleton;
pub mod written;

use super::{hardness, parse, scope};
use crate::ir::LogicalIr;
use crate::ir::record::Labels;
use crate::schema::lexicon::edge_key;
use sqlparser::ast::Query;
use std::collections::BTreeSet;

pub use complexity::KEYS;
pub use component::component_score;

/// Why a SQL text has no labels.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// It is not one query.
    #[error(transparent)]
    Parse(#[from] parse::ParseError),
    /// It names what the schema does not have.
    #[error(transparent)]
    Scope(#[from] scope::ScopeError),
}

/// Labels of a SQL text.
pub fn of_sql(sql: &str, schema: &LogicalIr) -> Result<Labels, LabelError> {
    of(&parse::query(sql)?, schema)
}

/// Labels of a query.
pub fn of(query: &Query, schema: &LogicalIr) -> Result<Labels, LabelError> {
    let scope = scope::resolve(query, schema)?;
    let table = |index: &usize| schema.tables.get(*index);
    let tables: BTreeSet<String> = scope.tables.iter().filter_map(table).map(|table| table.id()).collect();
    let column = |(t, c): &(usize, usize)| table(t).and_then(|table| Some(format!("{}.{}", table.id(), table.columns.get(*c)?.name)));
    let columns: BTreeSet<String> = scope.columns.iter().filter_map(column).collect();
    let edge = |(t, k): &(usize, usize)| {
        let (child, key) = table(t).and_then(|child| Some((child, child.foreign_keys.get(*k)?)))?;
        Some(edge_key(&child.id(), &key.columns, &key.ref_table))
    };
    let join_edges: BTreeSet<String> = scope.edges.iter().filter_map(edge).collect();
    Ok(Labels {
        spider_hardness: hardness::of(query).map_or_else(|_| String::new(), |level| level.to_string()),
        complexity: complexity::of(query),
        tables: tables.into_iter().collect(),
        columns: columns.into_iter().collect(),
        functions: functions::of(query),
        join_edges: join_edges.into_iter().collect(),
        skeleton: skeleton::of(query),
        ..Labels::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{Column, ForeignKey, SqlType, Table};

    fn table(name: &str, columns: &[&str], keys: &[(&[&str], &str, &[&str])]) -> Table {
        let strings = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        let column = |name: &&str| Column::new(*name, SqlType::Int32);
        let key = |(columns, parent, parents): &(&[&str], &str, &[&str])| ForeignKey {
            name: None,
            columns: strings(columns),
            ref_table: (*parent).to_owned(),
            ref_columns: strings(parents),
            inferred: false,
        };
        Table {
            name: name.to_owned(),
            columns: columns.iter().map(column).collect(),
            foreign_keys: keys.iter().map(key).collect(),
            ..Table::default()
        }
    }

    fn company() -> LogicalIr {
        let tables = vec![
            table("dept", &["id", "name"], &[]),
            table(
                "emp",
                &["id", "dept_id", "boss_id", "pay"],
                &[(&["dept_id"], "dept", &["id"]), (&["boss_id"], "emp", &["id"])],
            ),
            table("task", &["emp_id", "no", "hours"], &[(&["emp_id"], "emp", &["id"])]),
            table("log", &["e", "n"], &[(&["e", "n"], "task", &["emp_id", "no"])]),
        ];
        LogicalIr {
            name: "company".into(),
            tables,
            ..LogicalIr::default()
        }
    }

    fn edges(sql: &str) -> Result<String, LabelError> {
        of_sql(sql, &company()).map(|labels| labels.join_edges.join(" "))
    }

    #[test]
    fn joins_are_recognised_however_they_are_written() -> Result<(), LabelError> {
        assert_eq!(
            edges("SELECT d.name FROM emp e JOIN dept AS d ON d.id = e.dept_id")?,
            "emp(dept_id)->dept"
        );
        assert_eq!(edges("SELECT name FROM emp, dept WHERE dept.ID = Dept_Id")?, "emp(dept_id)->dept");
        assert_eq!(edges("SELECT 1 FROM emp a JOIN emp b ON a.boss_id = b.id")?, "emp(boss_id)->emp");
        assert_eq!(
            edges("SELECT 1 FROM log l JOIN task t ON l.e = t.emp_id AND l.n = t.no")?,
            "log(e, n)->task"
        );
        assert_eq!(
            edges("SELECT 1 FROM log l JOIN task t ON l.e = t.emp_id")?,
            "",
            "half a composite key is no edge"
        );
        assert_eq!(
            edges("SELECT name FROM dept WHERE id IN (SELECT dept_id FROM emp)")?,
            "emp(dept_id)->dept"
        );
        assert_eq!(
            edges("SELECT name FROM dept d WHERE EXISTS (SELECT * FROM emp WHERE dept_id = d.id)")?,
            "emp(dept_id)->dept"
        );
        assert_eq!(
            edges("WITH x AS (SELECT emp_id AS who, sum(hours) h FROM task GROUP BY 1) SELECT h FROM x JOIN emp ON x.who = emp.id")?,
            "task(emp_id)->emp"
        );
        assert_eq!(edges("SELECT 1 FROM emp e JOIN dept d ON e.dept_id > d.id")?, "");
        Ok(())
    }

    #[test]
    fn columns_are_those_of_the_schema_only() -> Result<(), LabelError> {
        let labels = of_sql(
            "SELECT e.pay AS amount, (SELECT count(*) FROM task WHERE emp_id = e.id) FROM emp e ORDER BY amount",
            &company(),
        )?;
        assert_eq!(labels.tables, ["emp", "task"]);
        assert_eq!(labels.columns, ["emp.id", "emp.pay", "task.emp_id"]);
        let star = of_sql("SELECT * FROM dept WHERE EXISTS (SELECT * FROM task)", &company())?;
        assert_eq!(star.columns, ["dept.id", "dept.name"]);
        let recursive = "WITH RECURSIVE up(id, n) AS (SELECT id, 1 FROM emp UNION ALL SELECT e.boss_id, up.n + 1 FROM emp e JOIN up ON e.id = up.id) SELECT max(n) FROM up";
        assert_eq!(of_sql(recursive, &company())?.columns, ["emp.boss_id", "emp.id"]);
        Ok(())
    }

    #[test]
    fn an_unknown_name_is_an_error_with_a_way_out() {
        let message = |sql: &str| of_sql(sql, &company()).err().map(|e| e.to_string());
        assert_eq!(
            message("SELECT salry FROM emp"),
            Some("the SQL names column \"salry\", which does not exist".into())
        );
        assert_eq!(
            message("SELECT nme FROM dept"),
            Some("the SQL names column \"nme\", which does not exist; did you mean \"name\"?".into())
        );
        assert!(message("SELECT 1 FROM emps").is_some_and(|m| m.ends_with("did you mean \"emp\"?")));
        assert!(message("SELECT pay FROM emp WHERE id IN (SELECT dept FROM dept d)").is_some());
    }
}
