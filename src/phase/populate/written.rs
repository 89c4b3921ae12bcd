//! What a schema's own words ask of its rows: pieces of partitioned tables, CHECKs that leave few values, CHECKs that leave none.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails at the place")]

use crate::datagen::block::Block;
use crate::datagen::cell::{Cell, cell};
use crate::datagen::{Plan, RowCounts, abilities};
use crate::design;
use crate::ir::DatasetIr;
use crate::kernel::seed::Seed;
use crate::schema::source::ddl::{Source, parse};
use std::collections::{BTreeMap, BTreeSet};

/// A made table: column name to cells.
type Made = BTreeMap<String, Vec<Cell>>;

fn engineered(text: &str) -> DatasetIr {
    let file = "a.sql".into();
    let logical = parse(&[Source { file, text: text.into() }]).logical;
    design::engineer(&logical, &abilities())
}

/// The rows that `ddl` gets, 60 for tables that say nothing, and the notes.
fn rows(ddl: &str) -> (BTreeMap<String, Made>, Vec<String>) {
    let ir = engineered(ddl);
    let counts = RowCounts {
        default_rows: 60,
        ..RowCounts::default()
    };
    let plan = Plan::new(&ir, &counts, Seed(1)).unwrap();
    let mut out = BTreeMap::new();
    for (index, table) in plan.tables() {
        let rows: Vec<u64> = (0..table.rows).collect();
        let arrays = Block::new(&plan, index, &rows).finish().unwrap();
        let cells = |array| (0..rows.len()).map(|i| cell(array, i)).collect();
        let made: Made = table
            .shown()
            .zip(&arrays)
            .map(|(c, array)| (c.name.clone(), cells(array)))
            .collect();
        out.insert(table.id.clone(), made);
    }
    (out, plan.notes.clone())
}

fn texts(made: &Made, column: &str) -> BTreeSet<String> {
    made[column].iter().map(|c| c.text()).collect()
}

#[test]
fn rows_lie_in_the_pieces_of_their_table() {
    let (made, _) = rows(
        "CREATE TABLE sale (id bigint, day date, created_at date NOT NULL, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
         CREATE TABLE sale_2023 PARTITION OF sale FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
         CREATE TABLE sale_2024 PARTITION OF sale FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
         CREATE TABLE ev (id int PRIMARY KEY, region text) PARTITION BY LIST (region);
         CREATE TABLE ev_eu PARTITION OF ev FOR VALUES IN ('eu', 'uk');
         CREATE TABLE ev_us PARTITION OF ev FOR VALUES IN ('us');
         CREATE TABLE num (id int PRIMARY KEY) PARTITION BY RANGE (id);
         CREATE TABLE num_a PARTITION OF num FOR VALUES FROM (10) TO (20);
         CREATE TABLE num_b PARTITION OF num FOR VALUES FROM (20) TO (41);
         CREATE TABLE gap (id int PRIMARY KEY, at timestamp NOT NULL) PARTITION BY RANGE (at);
         CREATE TABLE gap_a PARTITION OF gap FOR VALUES FROM ('2001-01-01') TO ('2003-01-01');
         CREATE TABLE gap_b PARTITION OF gap FOR VALUES FROM ('2010-06-01') TO ('2012-01-01');",
    );
    let years: BTreeSet<String> = texts(&made["sale"], "day").iter().map(|d| d[..4].to_owned()).collect();
    assert_eq!(years, BTreeSet::from(["2023".to_owned(), "2024".to_owned()]));
    assert_eq!(texts(&made["ev"], "region"), BTreeSet::from(["eu", "uk", "us"].map(str::to_owned)));
    let mut numbers: Vec<f64> = made["num"]["id"].iter().filter_map(|c| c.number()).collect();
    numbers.sort_by(f64::total_cmp);
    assert_eq!((numbers.len(), numbers[0], numbers[30]), (31, 10.0, 40.0));
    for at in texts(&made["gap"], "at") {
        assert!(
            ("2001".."2003").contains(&&at[..4]) || ("2010-06".."2012").contains(&at.as_str()),
            "{at}"
        );
    }
}

#[test]
fn tables_end_where_their_checks_leave_no_more_unique_values() {
    let (made, notes) = rows(
        "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
         CREATE TABLE a (id int PRIMARY KEY CHECK (id <= 7));
         CREATE TABLE b (id int PRIMARY KEY, rating int UNIQUE NOT NULL CHECK (rating BETWEEN 1 AND 5));
         CREATE TABLE c (m mood PRIMARY KEY);
         CREATE TABLE d (id int PRIMARY KEY CHECK (id IN (10, 20, 30)));
         CREATE TABLE e (code text PRIMARY KEY CHECK (code IN ('x', 'y')));
         CREATE TABLE f (id int PRIMARY KEY CHECK (id < 0 AND id > -9));
         CREATE TABLE g (id int PRIMARY KEY, d date NOT NULL UNIQUE CHECK (d >= '2024-01-01' AND d < '2024-01-11'));
         CREATE TABLE h (p int CHECK (p <= 3), q int CHECK (q BETWEEN 1 AND 4), PRIMARY KEY (p, q));
         CREATE TABLE i (id int PRIMARY KEY CHECK (id < -5));",
    );
    let got: Vec<usize> = made.values().map(|t| t.values().next().map_or(0, Vec::len)).collect();
    assert_eq!(got, [7, 5, 3, 3, 2, 8, 10, 12, 60]);
    for table in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        let told = |n: &&String| n.starts_with(&format!("{table}: ")) && n.contains("instead of 60");
        assert_eq!(notes.iter().filter(told).count(), 1, "{table}: {notes:?}");
    }
}

#[test]
fn what_a_check_leaves_nothing_but_null_is_told() {
    let (made, notes) = rows(
        "CREATE TABLE product (id int PRIMARY KEY,
          kind text CHECK (kind IN ('a', 'b') OR kind IS NULL OR kind LIKE 'x%'),
          code text CHECK (code ~ '^[A-Z]{2}-\\d+$'),
          colour text CHECK (colour ~ '^(red|green)-[a-z]{3}$'),
          country text CHECK (length(country) = 2),
          price numeric(8,2) CHECK (price BETWEEN 5 AND 100 OR price = 0),
          odd text CHECK (substr(odd, 1, 2) = 'Q7'));",
    );
    let product = &made["product"];
    assert_eq!(notes.iter().filter(|n| n.contains("NULL in")).count(), 1, "{notes:?}");
    let note = notes.iter().find(|n| n.contains("NULL in")).unwrap();
    for part in [
        "product.odd: ",
        "CHECK (substr(odd, 1, 2) = 'Q7')",
        "every row",
        "dataset_ir.json (generation.columns[6]",
    ] {
        assert!(note.contains(part), "{note}");
    }
    let held = |column: &str| product[column].iter().filter(|c| !c.text().is_empty()).count();
    for column in ["kind", "code", "colour", "country", "price"] {
        assert!(held(column) > 40, "{column}: {}", held(column));
    }
    assert!(texts(product, "kind").is_subset(&["", "a", "b"].map(str::to_owned).into()));
    let shaped = |c: &str| c.is_empty() || c.starts_with("red-") && c.len() == 7 || c.starts_with("green-") && c.len() == 9;
    assert!(texts(product, "colour").iter().all(|c| shaped(c)));
    assert_eq!(held("odd"), 0);
}
