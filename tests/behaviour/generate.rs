//! `sqlmint generate`: parts are the whole, files that are finished stay, a table that fails stops only what leads to it, Parquet says what CSV says.

use crate::project::{Done, Project};
use duckdb::Connection;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Keys of every kind, NULLs, a CHECK that redraws, an attribute of a parent, every physical type.
const SHOP: &str = "
CREATE TABLE customer (id int PRIMARY KEY, full_name text NOT NULL, email varchar(80) NOT NULL UNIQUE, born date, vip boolean NOT NULL);
CREATE TABLE product (code char(6) PRIMARY KEY, label varchar(40), price numeric(8,2) NOT NULL CHECK (price > 5), weight double precision);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int NOT NULL REFERENCES customer, placed_at timestamp NOT NULL, opens time, sent date, arrived date,
    CHECK (arrived > sent));
CREATE TABLE line (order_id bigint REFERENCES orders, line_no int, product_code char(6) NOT NULL REFERENCES product, quantity int NOT NULL CHECK (quantity BETWEEN 1 AND 9),
    total numeric(24,4), PRIMARY KEY (order_id, line_no));";

const TABLES: [&str; 4] = ["customer", "product", "orders", "line"];

fn shop() -> Result<Project> {
    let project = Project::new()?;
    project.write("shop.sql", SHOP)?;
    Ok(project)
}

fn generate(project: &Project, more: &[&str]) -> Result<Done> {
    let mut args = vec!["generate", "shop.sql"];
    args.extend(more);
    Ok(project.sqlmint(&args)?)
}

#[test]
fn parts_after_each_other_are_the_whole() -> Result<()> {
    let project = shop()?;
    generate(&project, &["whole", "--rows", "20000", "--threads", "2"])?.says(0, &[]);
    for part in ["1/3", "3/3", "2/3"] {
        generate(&project, &["parts", "--rows", "20000", "--part", part, "--threads", "1"])?.says(0, &[]);
    }
    for table in TABLES {
        let whole = project.read(&format!("whole/{table}.csv"))?;
        let parts = (1..=3).map(|i| Ok(project.read(&format!("parts/{table}.part-000{i}-of-0003.csv"))?));
        assert!(parts.collect::<Result<String>>()? == whole, "{table}");
    }
    generate(&project, &["parts", "--part", "4/3"])?.says(2, &["expected I/N"]);
    Ok(())
}

#[test]
fn a_pipe_gets_what_the_file_has() -> Result<()> {
    let project = shop()?;
    generate(&project, &["whole", "--rows", "9000"])?.says(0, &[]);
    let piped = generate(&project, &["--rows", "9000", "--stdout", "line", "--threads", "2"])?;
    assert!(piped.stdout == project.read("whole/line.csv")?);
    generate(&project, &["--stdout", "lime"])?.says(2, &["no table \"lime\"", "did you mean \"line\""]);
    generate(&project, &[])?.says(2, &["OUT_DIR"]);
    generate(&project, &["some", "--table", "product", "--rows", "10"])?.says(0, &[]);
    assert!(project.path("some/product.csv").exists());
    assert!(!project.path("some/line.csv").exists());
    Ok(())
}

#[test]
fn finished_files_stay_and_missing_ones_are_made() -> Result<()> {
    let project = shop()?;
    generate(&project, &["out", "--rows", "3000"])?.says(0, &[]);
    let before: Vec<String> = TABLES
        .iter()
        .map(|t| Ok(project.read(&format!("out/{t}.csv"))?))
        .collect::<Result<_>>()?;
    // As a kill leaves it: one file half-made, one missing.
    fs::remove_file(project.path("out/line.csv"))?;
    fs::write(project.path("out/line.csv.inprogress"), "order_id,line")?;
    let again = generate(&project, &["out", "--rows", "3000"])?;
    again.says(0, &[]);
    assert_eq!(again.stdout.matches("(there already)").count(), 3, "{}", again.stdout);
    for (table, before) in TABLES.iter().zip(&before) {
        assert!(project.read(&format!("out/{table}.csv"))? == *before, "{table}");
    }
    assert!(!project.path("out/line.csv.inprogress").exists());
    // As a kill between the file's final name and its note's leaves it.
    let note = project.read("out/.finished/product.csv.json")?;
    fs::rename(
        project.path("out/.finished/product.csv.json"),
        project.path("out/.finished/product.csv.next.json"),
    )?;
    let again = generate(&project, &["out", "--rows", "3000"])?;
    assert_eq!(again.stdout.matches("(there already)").count(), 4, "{}", again.stdout);
    assert_eq!(project.read("out/.finished/product.csv.json")?, note);
    // What another plan made is made anew.
    let other = generate(&project, &["out", "--rows", "3000", "--seed", "7"])?;
    assert_eq!(other.stdout.matches("(there already)").count(), 0);
    let fresh = generate(&project, &["out", "--rows", "3000", "--fresh"])?;
    assert_eq!(fresh.stdout.matches("(there already)").count(), 0);
    Ok(())
}

#[test]
fn what_no_run_brings_back_is_not_lost() -> Result<()> {
    let project = shop()?;
    project.write("out/line.csv", "mine\n")?;
    let ways = ["move it away", "another directory", "--fresh"];
    let refused = |args: &[&str], words: &[&str]| -> Result<()> {
        let done = generate(&project, args)?;
        done.says(2, words);
        done.says(2, &ways);
        Ok(())
    };
    refused(&["out", "--rows", "300"], &["out/line.csv"])?;
    refused(&["out", "--rows", "300", "--table", "line"], &["out/line.csv"])?;
    assert_eq!(project.read("out/line.csv")?, "mine\n");
    assert!(
        !project.path("out/customer.csv").exists(),
        "what is refused is refused before anything is made"
    );
    project.write("other/report.json", "{}")?;
    refused(&["other", "--rows", "300"], &["other/report.json"])?;
    generate(&project, &["out", "--rows", "300", "--fresh"])?.says(0, &[]);

    // Changed by hand, at the same length too: neither replaced nor added to.
    let made = project.read("out/product.csv")?;
    for changed in [format!("{made}x"), made.replacen('\n', "\r", 1), made[..9].to_owned()] {
        project.write("out/product.csv", &changed)?;
        refused(&["out", "--rows", "300"], &["out/product.csv"])?;
        refused(&["out", "--rows", "300", "--seed", "7"], &["out/product.csv"])?;
        generate(&project, &["out", "--append", "--rows", "orders=500"])?.says(2, &["out/product.csv", "move it away"]);
        assert_eq!(project.read("out/product.csv")?, changed);
        assert_eq!(project.read("out/orders.csv")?.lines().count(), 301);
    }
    fs::remove_file(project.path("out/product.csv"))?;
    generate(&project, &["out", "--append", "--rows", "orders=500"])?.says(0, &[]);
    assert_eq!(project.read("out/product.csv")?, made);

    // Rows that were added: only with --append does the data set go on.
    for seed in ["42", "7"] {
        let plain = generate(&project, &["out", "--rows", "300", "--seed", seed])?;
        plain.says(2, &["orders.csv", "rows were added", "--append", "--fresh"]);
    }
    assert_eq!(project.read("out/orders.csv")?.lines().count(), 501);
    let again = generate(&project, &["out", "--append", "--rows", "orders=500"])?;
    assert_eq!(again.stdout.matches("(there already)").count(), 4, "{}", again.stdout);
    generate(&project, &["out", "--rows", "300", "--fresh"])?.says(0, &[]);
    assert_eq!(project.read("out/orders.csv")?.lines().count(), 301);
    Ok(())
}

#[cfg(target_os = "linux")]
#[test]
fn past_the_limit_of_a_file_s_size_the_file_is_named() -> Result<()> {
    let project = shop()?;
    let binary = env!("CARGO_BIN_EXE_sqlmint");
    let limited = |blocks: u32, args: &str| {
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &format!("ulimit -f {blocks}; exec {binary} {args}")]);
        shell.current_dir(project.path(""));
        shell.output().map(Done::from)
    };
    limited(20, "generate shop.sql out --rows 3000")?.says(1, &["out/customer.csv", "File too large"]);
    assert!(!project.path("out/customer.csv").exists());
    generate(&project, &["out", "--rows", "3000"])?.says(0, &[]);
    limited(2, "evaluate-data shop.sql out report.json")?.says(1, &["File too large"]);
    limited(0, "init new")?.says(1, &["new", "File too large"]);
    Ok(())
}

#[test]
fn a_table_that_fails_stops_only_what_leads_to_it() -> Result<()> {
    let project = shop()?;
    // Nothing satisfies both: found out while rows are made.
    project.write(
        "shop.sql",
        &SHOP.replace("CHECK (price > 5)", "CHECK (price > 5), CHECK (price < 3)"),
    )?;
    generate(&project, &["out", "--rows", "500"])?.says(2, &["product was not made", "price", "line: not made either"]);
    assert!(project.path("out/orders.csv").exists() && !project.path("out/line.csv").exists() && !project.path("out/product.csv").exists());
    let report: serde_json::Value = serde_json::from_str(&project.read("out/report.json")?)?;
    assert_eq!(report["meta"]["failures"][0]["table"], "product");
    assert_eq!(report["meta"]["failures"][0]["dependants"][0], "line");
    assert_eq!(report["meta"]["table_order"].as_array().map(Vec::len), Some(4));
    // Too few values for a key: found out while the plan is made. Its grandchildren are named too.
    generate(&project, &["out2", "--rows", "customer=9000000000"])?
        .says(2, &["customer was not made", "orders, line: not made either", "product"]);
    assert!(!project.path("out2/orders.csv").exists());
    Ok(())
}

fn rows(sql: &str) -> Result<Vec<String>> {
    let connection = Connection::open_in_memory()?;
    let mut statement = connection.prepare(sql)?;
    let found = statement.query_map([], |r| r.get::<_, String>(0))?;
    Ok(found.collect::<std::result::Result<_, _>>()?)
}

#[test]
fn parquet_keeps_types() -> Result<()> {
    let project = Project::new()?;
    let column = |name: &str, kind: &str| json!({"name": name, "type": kind});
    let plan = |name: &str, distribution: Value| json!({"table": "t", "column": name, "null_fraction": 0.1, "distribution": distribution});
    let ir = json!({
        "logical": {"name": "x", "tables": [{"name": "t", "row_count": 1000, "columns": [
            column("u", "UUID"), column("z", "TIMESTAMPTZ"), column("s", "DATETIME"), column("f", "FLOAT32"), column("d", "FLOAT64")]}]},
        "generation": {"columns": [
            plan("u", json!({"kind": "provider", "name": "code.uuid"})),
            plan("z", json!({"kind": "datetime", "start": "2024-01-01", "end": "2024-12-31"})),
            plan("s", json!({"kind": "datetime", "start": "2024-01-01", "end": "2024-12-31"})),
            plan("f", json!({"kind": "normal", "mean": 0, "std": 1})),
            plan("d", json!({"kind": "normal", "mean": 0, "std": 1}))]},
    });
    project.write("x.ir.json", &ir.to_string())?;
    project.sqlmint(&["generate", "x.ir.json", "csv"])?.says(0, &[]);
    project
        .sqlmint(&["generate", "x.ir.json", "pq", "--format", "parquet"])?
        .says(0, &[]);
    let file = format!("'{}'", project.path("pq/t.parquet").display());
    let types = rows(&format!(
        "SELECT column_type || '' FROM (DESCRIBE SELECT * FROM read_parquet({file}))"
    ))?;
    assert_eq!(types, ["UUID", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP", "FLOAT", "DOUBLE"]);
    let said = rows(&format!(
        "SELECT type || ' ' || coalesce(type_length, '') || ' ' || coalesce(logical_type, '') FROM parquet_schema({file}) WHERE name IN ('u', 'z', 'f')"
    ))?;
    assert!(
        said.first()
            .is_some_and(|u| u.starts_with("FIXED_LEN_BYTE_ARRAY 16") && u.contains("UUID")),
        "{said:?}"
    );
    assert!(said.get(1).is_some_and(|z| z.contains("isAdjustedToUTC=1")), "{said:?}");
    assert!(said.get(2).is_some_and(|f| f.starts_with("FLOAT")), "{said:?}");
    let csv = format!(
        "read_csv('{}', header = true, auto_detect = false, nullstr = '', columns = {{'u': 'UUID', 'z': 'TIMESTAMP', 's': 'TIMESTAMP', 'f': 'FLOAT', 'd': 'DOUBLE'}})",
        project.path("csv/t.csv").display()
    );
    let instants = "SELECT u, epoch_us(z) AS z, s, f, d FROM";
    let differ = rows(&format!(
        "SELECT count(*) || '' FROM (({instants} {csv}) EXCEPT ALL ({instants} read_parquet({file})))"
    ))?;
    assert_eq!(differ, ["0"]);
    // What is no UUID is told, and a column whose UUIDs are mistyped on purpose stays text.
    let mut names = ir.clone();
    names["generation"]["columns"][0]["distribution"] = json!({"kind": "provider", "name": "person.full_name"});
    project.write("names.ir.json", &names.to_string())?;
    project
        .sqlmint(&["generate", "names.ir.json", "names", "--format", "parquet"])?
        .says(1, &["column \"u\"", "is no UUID", "write CSV"]);
    let mut typos = ir;
    typos["generation"]["columns"][0]["dirty"] = json!({"typos": 0.5});
    project.write("typos.ir.json", &typos.to_string())?;
    project
        .sqlmint(&["generate", "typos.ir.json", "typos", "--format", "parquet"])?
        .says(0, &[]);
    Ok(())
}

#[test]
fn parquet_writes_texts_that_repeat_once() -> Result<()> {
    let project = Project::new()?;
    let column = |name: &str, kind: &str| json!({"name": name, "type": kind});
    let plan = |name: &str, distribution: Value| json!({"table": "t", "column": name, "distribution": distribution});
    let ir = json!({
        "logical": {"name": "x", "tables": [{"name": "t", "row_count": 5000, "columns": [column("few", "TEXT"), column("many", "TEXT"), column("n", "INT64")]}]},
        "generation": {"columns": [
            plan("few", json!({"kind": "categorical", "values": ["a rather long text", "another"], "probs": [0.9, 0.1]})),
            plan("many", json!({"kind": "provider", "name": "person.full_name"})),
            plan("n", json!({"kind": "categorical", "values": [1, 2], "probs": [0.5, 0.5]}))]},
    });
    project.write("x.ir.json", &ir.to_string())?;
    project
        .sqlmint(&["generate", "x.ir.json", "pq", "--format", "parquet"])?
        .says(0, &[]);
    let found = rows(&format!(
        "SELECT path_in_schema || ' ' || (encodings LIKE '%DICTIONARY%') || ' ' || (total_uncompressed_size < 5000) FROM parquet_metadata('{}') ORDER BY column_id",
        project.path("pq/t.parquet").display()
    ))?;
    assert_eq!(found, ["few true true", "many false false", "n false false"]);
    Ok(())
}

#[test]
fn parquet_says_what_csv_says() -> Result<()> {
    let project = shop()?;
    for format in ["csv", "parquet"] {
        // More rows than a row group, so that there are several.
        generate(
            &project,
            &[
                format,
                "--rows",
                "1000",
                "--rows",
                "line=300000",
                "--rows",
                "orders=120000",
                "--format",
                format,
            ],
        )?
        .says(0, &[]);
    }
    generate(
        &project,
        &[
            "one",
            "--rows",
            "1000",
            "--rows",
            "line=300000",
            "--rows",
            "orders=120000",
            "--format",
            "parquet",
            "--threads",
            "1",
        ],
    )?
    .says(0, &[]);
    for table in TABLES {
        let place = |dir: &str| project.path(&format!("{dir}/{table}.{}", if dir == "csv" { "csv" } else { "parquet" }));
        assert!(fs::read(place("parquet"))? == fs::read(place("one"))?, "{table}: threads");
        let parquet = format!("read_parquet('{}')", place("parquet").display());
        let types = rows(&format!("SELECT column_type || '' FROM (DESCRIBE SELECT * FROM {parquet})"))?;
        let names = rows(&format!("SELECT column_name || '' FROM (DESCRIBE SELECT * FROM {parquet})"))?;
        let columns: Vec<String> = names.iter().zip(&types).map(|(n, t)| format!("'{n}': '{t}'")).collect();
        let csv = format!(
            "read_csv('{}', header = true, auto_detect = false, nullstr = '', allow_quoted_nulls = false, columns = {{{}}})",
            place("csv").display(),
            columns.join(", ")
        );
        let differ =
            format!("SELECT count(*) || '' FROM ((FROM {csv} EXCEPT ALL FROM {parquet}) UNION ALL (FROM {parquet} EXCEPT ALL FROM {csv}))");
        assert_eq!(rows(&differ)?, ["0"], "{table}: {types:?}");
        let count = rows(&format!("SELECT count(*) || '' FROM {parquet}"))?;
        assert_eq!(count, rows(&format!("SELECT count(*) || '' FROM {csv}"))?, "{table}");
        if table == "orders" {
            assert_eq!(types, ["BIGINT", "INTEGER", "TIMESTAMP", "TIME", "DATE", "DATE"]);
        }
        if table == "line" {
            assert_eq!((types[4].as_str(), count[0].as_str()), ("DECIMAL(24,4)", "300000"));
        }
    }
    Ok(())
}

#[test]
fn the_report_measures_what_was_made() -> Result<()> {
    let project = shop()?;
    generate(&project, &["out", "--rows", "400", "--report"])?.says(0, &[]);
    let report: serde_json::Value = serde_json::from_str(&project.read("out/report.json")?)?;
    let meta = &report["meta"];
    assert_eq!(meta["validation"]["passed"], true, "{meta}");
    assert!(meta["validation"]["constraints_measured"].as_u64() > Some(10));
    let columns = &meta["tables"]["orders"]["columns"];
    assert_eq!(columns["id"]["distinct"], 400);
    let empty = Connection::open_in_memory()?.query_row(
        &format!(
            "SELECT count(*) - count(sent) FROM read_csv('{}')",
            project.path("out/orders.csv").display()
        ),
        [],
        |r| r.get::<_, i64>(0),
    )?;
    let share = columns["sent"]["null_share"].as_f64().unwrap_or(-1.0);
    assert!((share - empty as f64 / 400.0).abs() < 1e-9, "{share} {empty}");
    assert!(columns["placed_at"]["samples"].as_array().is_some_and(|s| !s.is_empty()));
    assert_eq!(meta["keys"]["line"]["foreign_keys"][0]["ref_table"], "orders");
    assert!(!Path::new(&project.path("out/.report.duckdb")).exists());
    generate(&project, &["out", "--rows", "400", "--report", "--format", "parquet"])?
        .says(1, &[".parquet and a CSV file hold the same table"]);
    generate(&project, &["pq", "--rows", "400", "--report", "--format", "parquet"])?.says(0, &[]);
    let parquet: Value = serde_json::from_str(&project.read("pq/report.json")?)?;
    assert_eq!(parquet["meta"]["tables"]["orders"]["columns"], meta["tables"]["orders"]["columns"]);
    generate(&project, &["out", "--report", "--table", "orders"])?.says(2, &["--report measures whole data sets"]);
    Ok(())
}

#[test]
fn a_table_without_a_key_gets_those_that_its_rows_have() -> Result<()> {
    let project = Project::new()?;
    let schema = "CREATE TABLE visit (note varchar(60) NOT NULL UNIQUE, visit_id int NOT NULL UNIQUE, badge_no int UNIQUE, size int NOT NULL CHECK (size < 9));
        CREATE TABLE room (id int PRIMARY KEY);";
    project.write("shop.sql", schema)?;
    generate(&project, &["out", "--rows", "300", "--report"])?.says(0, &[]);
    let report: serde_json::Value = serde_json::from_str(&project.read("out/report.json")?)?;
    let keys = &report["meta"]["keys"];
    let found = &keys["visit"]["inferred_primary_key"];
    assert_eq!(found["inferred"], true, "{keys}");
    assert_eq!(found["keys"][0]["columns"][0], "visit_id", "{keys}");
    assert!(!found["keys"].to_string().contains("size"), "{keys}");
    assert_eq!(keys["visit"]["primary_key"].as_array().map(Vec::len), Some(0));
    assert!(keys["room"]["inferred_primary_key"].is_null());
    Ok(())
}

#[test]
fn a_bad_declaration_has_one_exit_code() -> Result<()> {
    let project = Project::new()?;
    let schema = "CREATE TABLE pair (id int PRIMARY KEY, price int NOT NULL, CHECK (price > 5), CHECK (price < 3));";
    project.write("shop.sql", schema)?;
    project.write(
        "config.yaml",
        "version: 1\nsource: {ddl: shop.sql}\npopulate: {rows: 20}\nphases: [schema, populate]\n",
    )?;
    let alone = generate(&project, &["out", "--rows", "20"])?;
    alone.says(2, &["pair", "price"]);
    let run = project.sqlmint(&["run"])?;
    run.says(2, &["pair", "price"]);
    // A file that cannot be made is not the declaration's fault.
    project.write("file", "")?;
    generate(&project, &["file/inside"])?.says(1, &["file/inside"]);
    Ok(())
}

#[test]
fn added_rows_prefer_the_parents_that_the_old_ones_do() -> Result<()> {
    let project = Project::new()?;
    let columns = |t: &str, names: &[&str]| serde_json::json!({"name": t, "primary_key": ["id"], "columns": names.iter().map(|n| serde_json::json!({"name": n, "type": "INT32", "nullable": false})).collect::<Vec<_>>()});
    let mut c = columns("c", &["id", "pid"]);
    c["foreign_keys"] = serde_json::json!([{"columns": ["pid"], "ref_table": "p", "ref_columns": ["id"]}]);
    let ir = serde_json::json!({"version": 1, "logical": {"name": "x", "tables": [columns("p", &["id"]), c]}, "generation": {"columns": [
        {"table": "p", "column": "id", "distribution": {"kind": "sequence"}},
        {"table": "c", "column": "id", "distribution": {"kind": "sequence"}},
        {"table": "c", "column": "pid", "distribution": {"kind": "foreign_key", "skew": 1.2}}]}});
    project.write("a.ir.json", &ir.to_string())?;
    for (p, c, more) in [
        ("p=300", "c=4000", vec![]),
        ("p=450", "c=8000", vec!["--append"]),
        ("p=600", "c=12000", vec!["--append"]),
    ] {
        let mut args = vec!["generate", "a.ir.json", "out", "--rows", p, "--rows", c];
        args.extend(more);
        project.sqlmint(&args)?.says(0, &[]);
    }
    let text = project.read("out/c.csv")?;
    let parents: Vec<u64> = text.lines().skip(1).filter_map(|l| l.split(',').nth(1)?.parse().ok()).collect();
    assert_eq!(parents.len(), 12_000);
    // The five that most rows refer to, of each run's own rows.
    let favourites = |rows: &[u64]| {
        let mut counts = std::collections::BTreeMap::new();
        rows.iter().for_each(|p| *counts.entry(*p).or_insert(0_u64) += 1);
        let mut all: Vec<(u64, u64)> = counts.into_iter().map(|(p, n)| (n, p)).collect();
        all.sort_unstable_by(|a, b| b.cmp(a));
        all.iter().take(5).map(|(_, p)| *p).collect::<std::collections::BTreeSet<u64>>()
    };
    let first = favourites(&parents[..4000]);
    for later in [&parents[4000..8000], &parents[8000..]] {
        assert!(
            favourites(later).intersection(&first).count() >= 4,
            "{first:?} {:?}",
            favourites(later)
        );
        assert!(later.iter().any(|p| *p > 300), "new parents have children too");
    }
    Ok(())
}

#[test]
fn added_rows_leave_the_old_ones_and_keys_hold() -> Result<()> {
    let project = shop()?;
    // Besides the shop: one-to-one, a searched pair, a counted-off pair, a column that follows from a parent.
    let more = "
    CREATE TABLE badge (customer_id int PRIMARY KEY REFERENCES customer, colour text);
    CREATE TABLE likes (customer_id int REFERENCES customer, product_code char(6) REFERENCES product, PRIMARY KEY (customer_id, product_code));";
    project.write("shop.sql", &format!("{SHOP}{more}"))?;
    let tables = [&TABLES[..], &["badge", "likes"]].concat();
    generate(&project, &["out", "--rows", "500", "--report"])?.says(0, &[]);
    let read = |t: &str| -> Result<String> { Ok(project.read(&format!("out/{t}.csv"))?) };
    let first: Vec<String> = tables.iter().map(|t| read(t)).collect::<Result<_>>()?;
    let grown = [
        "out",
        "--append",
        "--report",
        "--rows",
        "customer=900",
        "--rows",
        "orders=1200",
        "--rows",
        "badge=800",
        "--rows",
        "likes=1500",
        "--rows",
        "line=3000",
    ];
    for _ in 0..2 {
        // The second time everything is there already.
        generate(&project, &grown)?.says(0, &[]);
        let report: serde_json::Value = serde_json::from_str(&project.read("out/report.json")?)?;
        assert_eq!(report["meta"]["validation"]["passed"], true, "{}", report["meta"]["validation"]);
        for (table, old) in tables.iter().zip(&first) {
            assert!(read(table)?.starts_with(old.as_str()), "{table}: rows that were there changed");
        }
        let lines = |t: &str| Ok::<_, Box<dyn std::error::Error>>(read(t)?.lines().count() - 1);
        assert_eq!((lines("customer")?, lines("product")?, lines("orders")?), (900, 500, 1200));
        assert_eq!((lines("badge")?, lines("likes")?, lines("line")?), (800, 1500, 3000));
    }
    let second = read("orders")?;
    generate(
        &project,
        &["out", "--append", "--report", "--threads", "1", "--rows", "orders=2000"],
    )?
    .says(0, &[]);
    assert!(read("orders")?.starts_with(&second) && read("orders")?.lines().count() == 2001);
    let report: serde_json::Value = serde_json::from_str(&project.read("out/report.json")?)?;
    assert_eq!(report["meta"]["validation"]["passed"], true, "{}", report["meta"]["validation"]);
    generate(&project, &["out", "--append", "--rows", "orders=100"])?.says(2, &["orders has 2000 rows already"]);
    generate(&project, &["out", "--append", "--rows", "orders=3000", "--seed", "1"])?.says(2, &["another seed"]);
    generate(&project, &["new", "--append"])?.says(2, &["no finished data set"]);
    Ok(())
}

#[test]
fn rows_are_added_by_an_option_not_by_an_edited_count() -> Result<()> {
    let project = Project::new()?;
    let ir = |rows: u64, low: u64| {
        json!({
            "logical": {"name": "grown", "tables": [{"name": "t", "row_count": rows, "primary_key": ["id"], "columns": [
                {"name": "id", "type": "INT64", "nullable": false}, {"name": "x", "type": "INT32", "nullable": false}]}]},
            "generation": {"columns": [
                {"table": "t", "column": "id", "distribution": {"kind": "sequence"}},
                {"table": "t", "column": "x", "distribution": {"kind": "uniform", "low": low, "high": 9}}]}})
        .to_string()
    };
    project.write("ir.json", &ir(20, 1))?;
    project.sqlmint(&["generate", "ir.json", "out"])?.says(0, &[]);
    project.write("ir.json", &ir(40, 1))?;
    let edited = project.sqlmint(&["generate", "ir.json", "out", "--append"])?;
    edited.says(2, &["row_count, generation.rows", "set them back", "--rows TABLE=N"]);
    project.write("ir.json", &ir(20, 2))?;
    project
        .sqlmint(&["generate", "ir.json", "out", "--append"])?
        .says(2, &["another IR,"]);
    project.write("ir.json", &ir(20, 1))?;
    project
        .sqlmint(&["generate", "ir.json", "out", "--append", "--rows", "t=40"])?
        .says(0, &[]);
    assert_eq!(project.read("out/t.csv")?.lines().count(), 41);
    Ok(())
}
