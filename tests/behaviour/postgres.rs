//! PostgreSQL: what it reads, what it never writes, and that both engines give one answer.
//!
//! Needs the server's programs; without them each test says that it is skipped, and fails when SQLMINT_REQUIRE_POSTGRES=1.

use super::project::{Project, ROWS};
use sqlmint::corpus::lines;
use sqlmint::corpus::verdict::{EngineVerdict, Finding};
use sqlmint::database::agreement::{Agreement, compare};
use sqlmint::database::postgres::cluster::{Cluster, Programs};
use sqlmint::database::postgres::{Address, Postgres, load};
use sqlmint::database::{Backend, DbError, Duck, source};
use sqlmint::ir::{LogicalIr, Record};
use sqlmint::schema::render;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

type Result = std::result::Result<(), Box<dyn std::error::Error>>;

/// The programs, or nothing where they may be missing.
fn programs() -> Option<Programs> {
    match Programs::find() {
        Ok(found) => Some(found),
        Err(error) => {
            let required = std::env::var("SQLMINT_REQUIRE_POSTGRES").is_ok_and(|value| value == "1");
            assert!(!required, "SQLMINT_REQUIRE_POSTGRES=1, but: {error}");
            eprintln!("skipped: no PostgreSQL server binaries");
            None
        }
    }
}

/// The address of a role that may do everything, as a careless user's.
fn as_owner(cluster: &Cluster, database: &str) -> std::result::Result<Postgres, DbError> {
    Postgres::connect(&Address::parse(&cluster.url(database).replace("user=reader", "user=postgres"))?)
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_session_writes_nothing_even_for_a_superuser() -> Result {
    let Some(programs) = programs() else { return Ok(()) };
    let cluster = Cluster::start(&programs)?;
    load::define(
        &cluster,
        "mine",
        "CREATE TABLE t (x int); INSERT INTO t VALUES (1), (2); CREATE SEQUENCE s;",
    )?;
    let session = as_owner(&cluster, "mine")?;
    for hostile in [
        "INSERT INTO t VALUES (3)",
        "DELETE FROM t",
        "DROP TABLE t",
        "CREATE TABLE u (x int)",
        "WITH gone AS (DELETE FROM t RETURNING x) SELECT * FROM gone",
        "SELECT nextval('s')",
        "SELECT 1; DROP TABLE t",
        "SELECT 1; COMMIT; DROP TABLE t; SELECT 1",
        "COMMIT",
        "SET default_transaction_read_only = off",
        "SELECT set_config('transaction_read_only', 'off', false)",
        "SELECT * FROM t FOR UPDATE",
        "COPY t TO '/tmp/sqlmint-hostile'",
        "COPY t TO PROGRAM 'cat >/tmp/sqlmint-hostile'",
        "ANALYZE DELETE FROM t",
        "ANALYZE SELECT 1",
        "SELECT $1::int",
        "",
        ";",
    ] {
        assert!(session.query(hostile, 2_000).is_err(), "{hostile} ran");
    }
    // What they may do to their own session must not outlive the statement.
    for sneaky in [
        "SELECT set_config('default_transaction_read_only', 'off', false)",
        "SELECT lo_create(4711)",
        "SELECT set_config('statement_timeout', '0', false)",
    ] {
        let _ = session.query(sneaky, 2_000);
    }
    assert!(session.query("DELETE FROM t", 2_000).is_err());
    assert!(session.plan("DELETE FROM t; SELECT 1").is_err());
    assert!(!Path::new("/tmp/sqlmint-hostile").exists());
    let rows = session.query(
        "SELECT count(*), (SELECT last_value FROM s), (SELECT is_called FROM s), (SELECT count(*) FROM pg_largeobject_metadata) FROM t",
        2_000,
    )?;
    let row: Vec<_> = rows.rows().flatten().flatten().collect();
    assert_eq!(row, ["2", "1", "false", "0"]);
    Ok(())
}

#[test]
fn limits_hold_and_a_session_lives_on() -> Result {
    let Some(programs) = programs() else { return Ok(()) };
    let cluster = Cluster::start(&programs)?;
    let server = cluster.server("postgres", 2)?;
    let session = server.session()?;
    assert_eq!(session.engine(), programs.engine);
    let slow = session.query("SELECT count(*) FROM generate_series(1, 1000000000)", 200);
    assert!(matches!(slow, Err(DbError::Timeout(800))), "{slow:?}");
    let many = session.query("SELECT * FROM generate_series(1, 100001)", 10_000);
    assert!(matches!(many, Err(DbError::TooManyRows(100_000))), "{many:?}");
    assert_eq!(
        session.query("SELECT * FROM generate_series(1, 100000)", 10_000)?.row_count(),
        100_000
    );
    assert!(matches!(session.query("SELECT nope", 1_000), Err(DbError::Plan(m)) if m.contains("42703")));
    assert!(
        matches!(session.query("SELECT 1 / (x - x) FROM generate_series(1, 3) t(x)", 1_000), Err(DbError::Run(m)) if m.contains("division by zero"))
    );
    assert!(matches!(session.plan("SELECT FROM FROM"), Err(DbError::Plan(_))));
    session.plan("SELECT 1; -- one statement")?;
    assert_eq!(session.query("SELECT 1 -- and a comment", 1_000)?.row_count(), 1);
    assert!(
        session.query("SELECT pg_read_file('/etc/passwd')", 1_000).is_err(),
        "the reader is no superuser"
    );
    let other = server.session()?;
    let both = std::thread::scope(|scope| {
        let first = scope.spawn(|| session.query("SELECT pg_sleep(0.1)", 2_000).is_ok());
        let second = scope.spawn(|| other.query("SELECT pg_sleep(0.1)", 2_000).is_ok());
        first.join().is_ok_and(|ok| ok) && second.join().is_ok_and(|ok| ok)
    });
    assert!(both);
    Ok(())
}

#[test]
fn both_engines_give_one_text_of_every_type() -> Result {
    let Some(programs) = programs() else { return Ok(()) };
    let cluster = Cluster::start(&programs)?;
    let ddl = "CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE DOMAIN year AS int CHECK (VALUE > 1900);
        CREATE TABLE odd (m mood, y year, c char(5)); INSERT INTO odd VALUES ('happy', 2000, 'ab'), (NULL, NULL, NULL);";
    load::define(&cluster, "types", ddl)?;
    let server = cluster.server("types", 1)?;
    let session = server.session()?;
    let duck = Duck::in_memory()?;
    for sql in [
        "SELECT 7, CAST(-1.50 AS DECIMAL(8,2)), CAST(0.1 AS DOUBLE PRECISION) + 0.2, CAST(12.3 AS REAL), 'x', NULL, true",
        "SELECT DATE '1969-12-31', TIMESTAMP '2024-02-29 23:59:59.5', TIME '08:30:00'",
        "SELECT CAST('6f2b8c1e-0000-4000-8000-000000000001' AS UUID), INTERVAL '1 year 2 months 3 days 4 hours'",
        "SELECT TIMESTAMP '2024-03-01 12:00:00' - TIMESTAMP '2024-02-28 00:00:00'",
        "SELECT ARRAY[1, 2, NULL], ARRAY['a b', 'c']",
        "SELECT -0.0 * CAST(1 AS DOUBLE PRECISION), CAST(1e300 AS DOUBLE PRECISION), CAST(123456789012345678 AS BIGINT)",
    ] {
        let (ours, theirs) = (duck.query(sql, 1_000)?, session.query(sql, 1_000)?);
        assert_eq!(ours.shown(true, 1), theirs.shown(true, 1), "{sql}");
        assert_eq!(ours.hash(true), theirs.hash(true), "{sql}");
    }
    for sql in [
        "SELECT avg(x), sum(x) FROM (VALUES (1), (2), (4)) t(x)",
        "SELECT DATE_TRUNC('month', DATE '2024-02-29')",
    ] {
        assert_eq!(
            compare(&duck.query(sql, 1_000)?, &session.query(sql, 1_000)?, true),
            Agreement::Same,
            "{sql}"
        );
    }
    let shown = session
        .query("SELECT m, y, c, '\\xdead'::bytea, now() IS NULL FROM odd ORDER BY y", 1_000)?
        .shown(true, 2);
    let cells: Vec<&str> = shown.iter().flatten().map(|cell| cell.as_deref().unwrap_or("NULL")).collect();
    assert_eq!(
        cells,
        ["happy", "2000", "ab", "dead", "false", "NULL", "NULL", "NULL", "dead", "false"]
    );
    Ok(())
}

/// `schema/schema.sql` of a run, for the schemas that ship and for those that people know.
#[test]
fn rendered_schemas_load_as_they_stand() -> Result {
    let Some(programs) = programs() else { return Ok(()) };
    let cluster = Cluster::start(&programs)?;
    for (n, file) in [
        "schemas/library_mgm.ddl",
        "schemas/restaurants.ddl",
        "schemas/company_employee.ddl",
        "schemas/tpcds.sql",
        "schemas/retail.ir.json",
        "tests/data/chinook/chinook.sql",
        "tests/data/northwind/northwind.sql",
        "tests/data/pagila/pagila-schema.sql",
        "tests/data/wild/live.sql",
    ]
    .iter()
    .enumerate()
    {
        let logical = source::load(&[root().join(file).display().to_string()])?.logical;
        let ddl = render::postgres_ddl(&logical);
        load::define(&cluster, &format!("rendered_{n}"), &ddl).map_err(|e| format!("{file}: {e}\n{ddl}"))?;
    }
    Ok(())
}

#[test]
fn a_run_with_the_judge_certifies_on_both_engines() -> Result {
    let Some(programs) = programs() else { return Ok(()) };
    let project = Project::new()?;
    let done = project.run(&["--set", "database.engine=postgresql", "--json"])?;
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let verdicts: Vec<EngineVerdict> = lines::read_all(&project.path("generated_datasets/library/judge/verdicts.jsonl"))?;
    let records: Vec<Record> = lines::read_all(&project.path("generated_datasets/library/corpus/records.jsonl"))?;
    let pairs: Vec<&EngineVerdict> = verdicts.iter().filter(|v| v.negative == 0).collect();
    let strays: Vec<_> = pairs.iter().filter(|v| v.finding != Finding::Agrees).collect();
    assert!(
        pairs.len() >= 200 && strays.is_empty(),
        "{} of {}: {strays:?}",
        strays.len(),
        pairs.len()
    );
    let expected = format!(" and {}", programs.engine);
    assert!(
        records
            .iter()
            .all(|r| r.verdict.engine.starts_with("duckdb ") && r.verdict.engine.ends_with(&expected))
    );
    let negatives = records.iter().map(|r| r.negatives.len()).sum::<usize>();
    let agreed = verdicts.iter().filter(|v| v.negative > 0 && v.finding == Finding::Agrees).count();
    assert!(negatives > 0 && negatives <= agreed, "{negatives} of {agreed}");
    // What the engines are asked to judge is theirs to refuse: a pair that only DuckDB answers leaves the corpus.
    let wrong = verdicts.iter().filter(|v| v.finding == Finding::Fails);
    assert!(wrong.into_iter().all(|v| !v.detail.is_empty() && !v.sql.is_empty()));
    Ok(())
}

/// What a killed run leaves: nothing. The server's directory is named after the process.
#[test]
fn no_server_outlives_a_run_that_is_stopped_or_killed() -> Result {
    let Some(_) = programs() else { return Ok(()) };
    let project = Project::new()?;
    let made = project.run(&[])?;
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    for signal in ["INT", "KILL"] {
        let phases = "phases=[schema, populate, evaluate, single_table, joins, aggregation, grouping, subqueries, set_operations, cte, window, dates_and_text, negatives, judge]";
        let mut child = project.command(&["run", "--quiet", "--set", ROWS, "--set", phases]).spawn()?;
        let home = std::env::temp_dir().join(format!("sqlmint-pg-{}-0", child.id()));
        let there = |wanted: bool| (0..600).any(|_| home.join("data/postmaster.pid").exists() == wanted || pause());
        let began = there(true);
        let killed = std::process::Command::new("kill")
            .args([&format!("-{signal}"), &child.id().to_string()])
            .status()?;
        let ended = child.wait()?;
        assert!(began && killed.success(), "the server never started, or {signal} could not be sent");
        if signal == "INT" {
            assert!(ended.code().is_none_or(|code| code == 130 || code == 0), "{ended}");
        }
        assert!(
            (0..600).any(|_| !home.exists() || pause()),
            "{} is still there after {signal}",
            home.display()
        );
    }
    Ok(())
}

/// Waits a little; never true.
fn pause() -> bool {
    std::thread::sleep(std::time::Duration::from_millis(50));
    false
}

#[test]
fn a_server_that_is_not_there_ends_with_six_and_no_password() -> Result {
    let project = Project::new()?;
    let address = "postgresql://me:secret@127.0.0.1:1/shop";
    let set = format!("source.ddl={address}");
    for args in [
        &["schema", "show", address][..],
        &["run", "--set", &set],
        &["schema", "check", "host=127.0.0.1 port=1 user=me password=secret dbname=shop"],
    ] {
        let done = project.sqlmint(args)?;
        assert_eq!(done.code, Some(6), "{}", done.stderr);
        assert!(
            done.stderr.contains("127.0.0.1:1/shop") && !done.stderr.contains("secret"),
            "{}",
            done.stderr
        );
    }
    let mut bare = project.command(&["run", "--set", "database.engine=postgresql"]);
    let done = super::project::Done::from(bare.env("SQLMINT_POSTGRES_BIN", project.path("nowhere")).output()?);
    assert_eq!(done.code, Some(6), "{}", done.stderr);
    assert!(
        done.stderr.contains("no PostgreSQL server binaries") && done.stderr.contains("nowhere"),
        "{}",
        done.stderr
    );
    assert!(
        !project.path("generated_datasets/library/manifest.json").exists(),
        "nothing was made"
    );
    Ok(())
}

/// A live database is a source like any other: a run of it, and not a row changed in it.
#[test]
fn a_run_from_a_live_database_leaves_it_alone() -> Result {
    let Some(programs) = programs() else { return Ok(()) };
    let cluster = Cluster::start(&programs)?;
    let ddl = std::fs::read_to_string(root().join("schemas/library_mgm.ddl"))?;
    load::define(&cluster, "shop", &ddl)?;
    let session = as_owner(&cluster, "shop")?;
    // A transaction that writes takes the next number.
    let state = || session.query("SELECT pg_snapshot_xmax(pg_current_snapshot())::text", 1_000);
    let before = state()?;
    let project = Project::new()?;
    let url = cluster.url("shop").replace("user=reader", "user=postgres");
    let mut command = project.command(&[
        "run",
        "--set",
        ROWS,
        "--set",
        "source.ddl=$DATABASE_URL",
        "--set",
        "phases=[schema, populate, joins]",
    ]);
    let done = super::project::Done::from(command.env("DATABASE_URL", &url).output()?);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert!(project.path("generated_datasets/shop/joins/records.jsonl").exists());
    assert_eq!(before, state()?);
    let tables = session.query("SELECT count(*) FROM book", 1_000)?;
    assert_eq!(tables.shown(true, 1), [[Some("0".to_owned())]]);
    Ok(())
}

/// Schemas as their files give them, each read from a live database that was made of the file.
#[test]
fn a_live_database_gives_the_schema_of_its_ddl() -> Result {
    let Some(programs) = programs() else { return Ok(()) };
    let cluster = Cluster::start(&programs)?;
    let units = [
        "schemas/tpcds.sql",
        "tests/data/tpcds/tables.sql tests/data/tpcds/primary-keys.sql tests/data/tpcds/foreign-keys.sql",
        "tests/data/tpch/ddl-postgres.sql",
        "tests/data/chinook/chinook.sql",
        "tests/data/pagila/pagila-schema.sql",
        "tests/data/pagila/pagila-schema.sql tests/data/pagila/pagila-schema-jsonb.sql",
        "tests/data/northwind/northwind.sql",
        "tests/data/job/schema.sql",
        "tests/data/sql-eval/academic.sql",
        "tests/data/sql-eval/advising.sql",
        "tests/data/sql-eval/restaurants.sql",
        "tests/data/sql-eval/scholar.sql",
        "schemas/library_mgm.ddl",
        "schemas/restaurants.ddl",
        "schemas/company_employee.ddl",
        "tests/data/wild/live.sql",
    ];
    let mut wrong = Vec::new();
    for (n, files) in units.iter().enumerate() {
        let specs: Vec<String> = files.split(' ').map(|f| root().join(f).display().to_string()).collect();
        let text: String = specs
            .iter()
            .map(|f| std::fs::read_to_string(f).map(|t| loadable(&t)))
            .collect::<std::io::Result<_>>()?;
        let database = format!("live_{n}");
        load::define(&cluster, &database, &text).map_err(|e| format!("{files}: {e}"))?;
        let before = source::load(&specs)?;
        let after = source::load(&[cluster.url(&database)])?;
        assert_eq!(after.logical.name, database);
        let differences = render::diff(&before.logical, &after.logical);
        let checks = |schema: &LogicalIr| schema.tables.iter().map(|t| (t.id(), t.checks.len())).collect::<BTreeMap<_, _>>();
        assert_eq!(checks(&before.logical), checks(&after.logical), "{files}");
        wrong.extend(differences.iter().filter(|d| !reasoned(&d.what)).map(|d| format!("{files}: {d}")));
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

/// A file without psql's commands, without its own database, which is made already, and without rows
/// that are a line each (of Northwind's, some refer to rows that are not there).
fn loadable(text: &str) -> String {
    let others = ["\\", "CREATE DATABASE", "DROP DATABASE"];
    let row = |line: &str| line.starts_with("INSERT INTO") && line.ends_with(");");
    let own = |line: &&str| !row(line) && !others.iter().any(|word| line.starts_with(word));
    text.lines().filter(own).map(|line| format!("{line}\n")).collect()
}

/// Differences that are no loss: PostgreSQL keeps an expression as a tree, and prints `x BETWEEN 1 AND 2` as `(x >= 1) AND (x <= 2)`, `'a'` as
/// `'a'::text`. That every check is there is asserted by number.
fn reasoned(what: &str) -> bool {
    ["check removed: ", "check added: ", "default changed: ", "generated changed: "]
        .iter()
        .any(|kind| what.starts_with(kind) && !what.contains("none"))
}

/// Every type of PostgreSQL's that the IR has no word for gets values that the server reads.
#[test]
fn types_known_by_name_hold_what_a_server_reads() -> Result {
    let Some(programs) = programs() else { return Ok(()) };
    let types = [
        "tsvector",
        "tsquery",
        "inet",
        "cidr",
        "macaddr",
        "macaddr8",
        "point",
        "line",
        "lseg",
        "box",
        "path",
        "polygon",
        "circle",
        "bit(3)",
        "varbit(5)",
        "bit",
        "oid",
        "regclass",
        "regproc",
        "pg_lsn",
        "int4range",
        "int8range",
        "numrange",
        "tsrange",
        "tstzrange",
        "daterange",
        "jsonpath",
        "int4multirange",
        "money",
    ];
    let columns: String = types.iter().enumerate().map(|(i, t)| format!(", c{i} {t} NOT NULL")).collect();
    let project = Project::new()?;
    project.write("odd.sql", &format!("CREATE TABLE odd (id int PRIMARY KEY{columns});"))?;
    let made = project.sqlmint(&["generate", "odd.sql", "data", "--rows", "50"])?;
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    let logical = source::load(&[project.path("odd.sql").display().to_string()])?.logical;
    let cluster = Cluster::start(&programs)?;
    load::load(&cluster, "odd", &logical, &project.path("data"), &sqlmint::kernel::progress::Silent)?;
    let session = as_owner(&cluster, "odd")?;
    let of_columns: Vec<String> = (0..types.len()).map(|i| format!("pg_typeof(c{i})")).collect();
    let sql = format!("SELECT {} FROM odd LIMIT 1", of_columns.join(", "));
    let shown = session.query(&sql, 1_000)?.shown(true, 1);
    let stored: Vec<&str> = shown.iter().flatten().flatten().map(String::as_str).collect();
    let bare = |t: &&'static str| match t.split('(').next().unwrap_or(t) {
        "varbit" => "bit varying",
        other => other,
    };
    assert_eq!(stored, types.iter().map(bare).collect::<Vec<_>>());
    Ok(())
}

const ITEMS: &str = "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL, price INTEGER, tags TEXT[]);";

/// A project with a shop and four pairs: both engines agree on the first two, not on the third, and one reads the last.
fn judged() -> std::result::Result<Project, Box<dyn std::error::Error>> {
    let project = Project::new()?;
    project.write("shop.sql", ITEMS)?;
    project.write(
        "data/item.csv",
        "id,name,price,tags\n1,cup,5,\"{new,\"\"on sale\"\"}\"\n2,\"\",20,{}\n3,pan,20,\n",
    )?;
    project.write(
        "pairs.sql",
        "SELECT name, tags FROM item WHERE 'on sale' = ANY(tags);\nSELECT COUNT(*), AVG(price) FROM item WHERE name = '';\n\
         SELECT ROUND(CAST(2.5 AS DOUBLE PRECISION)), name FROM item;\nSELECT LEN(name) FROM item;",
    )?;
    Ok(project)
}

/// Of each line its verdict and those of both engines.
fn verdicts(stdout: &str) -> std::result::Result<Vec<String>, Box<dyn std::error::Error>> {
    let mut out = Vec::new();
    for line in stdout.lines() {
        let line: serde_json::Value = serde_json::from_str(line)?;
        let engine = |at: usize| {
            let verdict = &line["engines"][at];
            let name = verdict["engine"]
                .as_str()
                .unwrap_or_default()
                .split(' ')
                .next()
                .unwrap_or_default()
                .to_owned();
            format!("{name} {}", verdict["verdict"].as_str().unwrap_or_default())
        };
        out.push(format!(
            "{}: {}, {}",
            line["verdict"].as_str().unwrap_or_default(),
            engine(0),
            engine(1)
        ));
    }
    Ok(out)
}

#[test]
fn check_asks_a_throwaway_server_too() -> Result {
    if programs().is_none() {
        return Ok(());
    }
    let project = judged()?;
    let args = ["check", "pairs.sql", "--schema", "shop.sql", "--judge", "postgres", "--json"];
    let expected = [
        "certified: duckdb answers, postgresql agrees",
        "certified: duckdb answers, postgresql agrees",
        "refused: duckdb answers, postgresql differs",
        "refused: duckdb answers, postgresql fails",
    ];
    let done = project.sqlmint(&[&args[..], &["--data", "data"]].concat())?;
    done.says(3, &["4 pairs: 2 certified", "refused by engines: 2"]);
    assert_eq!(verdicts(&done.stdout)?, expected);
    // Made-up rows are the same on both engines too.
    assert_eq!(verdicts(&project.sqlmint(&args)?.stdout)?[2..], expected[2..]);
    Ok(())
}

#[test]
fn check_only_reads_the_database_that_the_user_names() -> Result {
    let Some(programs) = programs() else { return Ok(()) };
    let cluster = Cluster::start(&programs)?;
    let more = "INSERT INTO item VALUES (1, 'cup', 5, '{\"on sale\"}'), (2, 'pot', 7, NULL);";
    load::define(&cluster, "mine", &format!("{ITEMS} {more}"))?;
    let url = cluster.url("mine").replace("user=reader", "user=postgres");
    let project = judged()?;
    let ask = |data: &[&str]| -> std::result::Result<Vec<String>, Box<dyn std::error::Error>> {
        let args = ["check", "pairs.sql", "--schema", "shop.sql", "--judge", "postgres", "--json"];
        let done = project.command(&[&args[..], data].concat()).env("DATABASE_URL", &url).output()?;
        verdicts(&String::from_utf8(done.stdout)?)
    };
    // Its rows are its own unless --data says that they are the same; here they are not.
    assert!(ask(&[])?[0].ends_with("postgresql answers"));
    assert!(ask(&["--data", "data"])?[0].ends_with("postgresql differs"));
    let tables = "SELECT (SELECT COUNT(*) FROM item), (SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'), (SELECT COUNT(*) FROM pg_database)";
    let left = as_owner(&cluster, "mine")?.query(tables, 2_000)?.shown(true, 1);
    let cells: Vec<&str> = left.iter().flatten().filter_map(|cell| cell.as_deref()).collect();
    assert_eq!(cells, ["2", "1", "4"]);
    Ok(())
}
