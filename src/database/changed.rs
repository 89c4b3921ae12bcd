//! Other rows in place of a database's tables.
//!
//! A session of its own, where temporary tables stand before those of the database: a statement that says no schema reads them. They are made once and
//! read by as many statements as wanted; nothing of the database is written. Limits: a table outside the default schema, and one that a statement
//! names with its schema, stays as it is. Invariant: only the tables of the last [`Changed::wear`] stand before the database's.

use super::load::quoted;
use super::{Backend, DbError, Duck};
use std::cell::RefCell;

const TABLE: &str = "TABLE";
const VIEW: &str = "VIEW";

/// A session on a database that sees other rows.
pub struct Changed {
    session: Duck,
    home: String,
    /// What stands before the database's tables: TABLE or VIEW, and the quoted name.
    worn: RefCell<Vec<(&'static str, String)>>,
}

impl Changed {
    /// A session on the same database, which sees it as it is so far.
    pub fn new(duck: &Duck) -> Result<Self, DbError> {
        let session = duck.try_clone()?;
        let name = session
            .connection()
            .query_row("SELECT current_database()", [], |row| row.get::<_, String>(0));
        let name = name.map_err(|e| DbError::Run(e.to_string()))?;
        Ok(Changed {
            session,
            home: format!("{}.main", quoted(&name)),
            worn: RefCell::default(),
        })
    }

    /// The schema of the database's own tables, by a name that no temporary table takes.
    pub fn home(&self) -> &str {
        &self.home
    }

    /// Where statements see the other rows.
    pub fn session(&self) -> &dyn Backend {
        &self.session
    }

    /// Puts these in place of what was there before: tables by quoted name, and the SQL of their rows, which names tables in [`Changed::home`].
    pub fn wear(&self, tables: &[(String, String)], timeout_ms: u64) -> Result<(), DbError> {
        let made = |(name, rows): &(String, String)| format!("CREATE OR REPLACE TEMP TABLE {name} AS {rows};");
        let before = self.worn.replace(tables.iter().map(|(name, _)| (TABLE, name.clone())).collect());
        let stays = |kind: &str, name: &String| kind == TABLE && tables.iter().any(|(other, _)| other == name);
        let gone = before.iter().filter(|(kind, name)| !stays(kind, name));
        let gone = gone.map(|(kind, name)| format!("DROP {kind} IF EXISTS temp.{name};"));
        self.session
            .execute_within(&gone.chain(tables.iter().map(made)).collect::<String>(), timeout_ms)
    }

    /// Turns these tables round, by quoted name: the same rows as they are seen now, the last one first.
    pub fn reverse(&self, tables: &[String], timeout_ms: u64) -> Result<(), DbError> {
        let (mut sql, mut worn) = (String::new(), self.worn.borrow_mut());
        for name in tables {
            let (kind, home) = if worn.contains(&(TABLE, name.clone())) {
                (TABLE, "temp")
            } else {
                // Any number of rows, which are as the database has them: not copied.
                worn.push((VIEW, name.clone()));
                (VIEW, self.home.as_str())
            };
            sql.push_str(&format!(
                "CREATE OR REPLACE TEMP {kind} {name} AS SELECT * FROM {home}.{name} ORDER BY rowid DESC;"
            ));
        }
        self.session.execute_within(&sql, timeout_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_see_the_rows_worn_last_and_those_turned_round() -> Result<(), DbError> {
        let duck = Duck::in_memory()?;
        duck.execute("CREATE TABLE t AS SELECT range AS x FROM range(3); CREATE TABLE \"o d\" AS SELECT range AS y FROM range(2)")?;
        let changed = Changed::new(&duck)?;
        let seen = |sql: &str| -> Result<String, DbError> {
            let rows = changed.session().query(sql, 5_000)?;
            Ok(rows.rows().flatten().flatten().collect())
        };
        let rows = |name: &str, sql: &str| (name.to_owned(), format!("SELECT {sql} FROM {}.{name}", changed.home()));
        let (t, od) = (("\"t\"", "x + 4 AS x"), ("\"o d\"", "y + 8 AS y"));
        changed.wear(&[rows(t.0, t.1), rows(od.0, od.1)], 5_000)?;
        assert_eq!(
            (seen("SELECT x FROM t")?, seen("SELECT y FROM \"o d\"")?),
            ("456".into(), "89".into())
        );
        changed.wear(&[rows(t.0, "x + 1 AS x")], 5_000)?;
        assert_eq!(
            (seen("SELECT x FROM t")?, seen("SELECT y FROM \"o d\"")?),
            ("123".into(), "01".into())
        );
        changed.reverse(&[t.0.to_owned(), od.0.to_owned()], 5_000)?;
        assert_eq!(
            (seen("SELECT x FROM t")?, seen("SELECT y FROM \"o d\"")?),
            ("321".into(), "10".into())
        );
        changed.wear(&[rows(od.0, od.1)], 5_000)?;
        assert_eq!(
            (seen("SELECT x FROM t")?, seen("SELECT y FROM \"o d\"")?),
            ("012".into(), "89".into())
        );
        changed.wear(&[], 5_000)?;
        assert_eq!(
            (seen("SELECT x FROM t")?, seen("SELECT y FROM \"o d\"")?),
            ("012".into(), "01".into())
        );
        // A CTE of the table's name stands before it, and the database is as it was.
        changed.wear(&[rows(t.0, t.1)], 5_000)?;
        assert_eq!(seen("WITH t AS (SELECT x * 2 AS x FROM t) SELECT x FROM t")?, "81012");
        assert_eq!(duck.query("SELECT sum(x) FROM t", 5_000)?.shown(true, 1), [[Some("3".to_owned())]]);
        Ok(())
    }

    #[test]
    fn rows_that_take_too_long_are_not_waited_for() -> Result<(), DbError> {
        let changed = Changed::new(&Duck::in_memory()?)?;
        let slow = "SELECT count(*) AS n FROM range(100000000) a, range(100000) b WHERE (a.range * b.range) % 7 = 3";
        assert!(matches!(
            changed.wear(&[("t".to_owned(), slow.to_owned())], 50),
            Err(DbError::Timeout(200))
        ));
        assert!(changed.wear(&[], 1_000).is_ok());
        Ok(())
    }
}
