//! Populate: constraints hold in the database, the same seed gives the same bytes at any thread count, and what cannot be made says why.

use duckdb::Connection;
use sqlmint::database::{load, profile};
use sqlmint::dataeval::integrity::{DataReport, integrity};
use sqlmint::datagen::{self, Options, RowCounts};
use sqlmint::design;
use sqlmint::ir::generation::Distribution;
use sqlmint::ir::issue::Severity;
use sqlmint::ir::{DatasetIr, LogicalIr};
use sqlmint::kernel::progress::Silent;
use sqlmint::kernel::seed::Seed;
use sqlmint::schema::source::ddl;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn schema(sql: &str) -> Result<LogicalIr> {
    let parsed = ddl::parse(&[ddl::Source {
        file: "test.sql".into(),
        text: sql.into(),
    }]);
    assert!(parsed.issues.iter().all(|i| i.severity != Severity::Error), "{:?}", parsed.issues);
    Ok(parsed.logical)
}

fn options(rows: u64, threads: usize) -> Options {
    Options {
        seed: Seed(7),
        threads,
        counts: RowCounts {
            default_rows: rows,
            ..RowCounts::default()
        },
    }
}

struct Made {
    dir: tempfile::TempDir,
    ir: DatasetIr,
    notes: Vec<String>,
}

fn make(ir: DatasetIr, rows: u64) -> Result<Made> {
    let dir = tempfile::tempdir()?;
    let summary = datagen::generate(&ir, &options(rows, 2), dir.path(), &Silent)?;
    load::build(&ir.logical, dir.path(), &dir.path().join("database.duckdb"), &Silent)?;
    Ok(Made {
        dir,
        ir,
        notes: summary.notes,
    })
}

impl Made {
    fn connection(&self) -> Result<Connection> {
        Ok(Connection::open(self.dir.path().join("database.duckdb"))?)
    }
    fn report(&self) -> Result<DataReport> {
        Ok(integrity(&self.connection()?, &self.ir.logical, "h")?)
    }
    fn number(&self, sql: &str) -> Result<i64> {
        Ok(self
            .connection()?
            .query_row(&format!("SELECT CAST(({sql}) AS BIGINT)"), [], |r| r.get(0))?)
    }
}

fn populated(sql: &str, rows: u64) -> Result<Made> {
    let made = make(design::engineer(&schema(sql)?, &datagen::abilities()), rows)?;
    let report = made.report()?;
    assert_eq!(report.violations(), Vec::<String>::new(), "{:#?}", made.notes);
    let unproven: Vec<_> = report
        .tables
        .iter()
        .flat_map(|t| &t.constraints)
        .filter(|c| c.violations.is_none())
        .collect();
    assert!(unproven.is_empty(), "{unproven:?}");
    Ok(made)
}

const TENANTS: &str = "
CREATE TABLE tenant (tenant_id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE member (tenant_id int NOT NULL REFERENCES tenant, member_id int NOT NULL, email varchar(80) NOT NULL,
    boss_id int, PRIMARY KEY (tenant_id, member_id), UNIQUE (tenant_id, email), FOREIGN KEY (tenant_id, boss_id) REFERENCES member (tenant_id, member_id));
CREATE TABLE project (tenant_id int NOT NULL REFERENCES tenant, project_id int NOT NULL, starts date NOT NULL, ends date, PRIMARY KEY (tenant_id, project_id),
    CHECK (ends >= starts));
CREATE TABLE assignment (tenant_id int NOT NULL, project_id int NOT NULL, member_id int NOT NULL, share numeric(4,2) NOT NULL CHECK (share > 0 AND share <= 1),
    PRIMARY KEY (tenant_id, project_id, member_id),
    FOREIGN KEY (tenant_id, project_id) REFERENCES project (tenant_id, project_id),
    FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, member_id),
    FOREIGN KEY (tenant_id) REFERENCES tenant (tenant_id));";

#[test]
fn foreign_keys_that_share_columns_hold_together() -> Result<()> {
    let made = populated(TENANTS, 500)?;
    assert!(made.number("SELECT count(*) FROM assignment")? >= 100, "{:?}", made.notes);
    assert!(made.number("SELECT count(*) FROM member WHERE boss_id IS NOT NULL")? > 20);
    Ok(())
}

#[test]
fn self_and_cyclic_foreign_keys_hold() -> Result<()> {
    let made = populated(
        "CREATE TABLE department (id int PRIMARY KEY, name varchar(40) NOT NULL, head_id int);
         CREATE TABLE employee (id int PRIMARY KEY, full_name text NOT NULL, department_id int NOT NULL REFERENCES department (id),
             manager_id int REFERENCES employee (id), mentor_id int NOT NULL REFERENCES employee (id), CHECK (manager_id <> id));
         ALTER TABLE department ADD CONSTRAINT head FOREIGN KEY (head_id) REFERENCES employee (id);",
        300,
    )?;
    // A forest: following managers upwards ends, always.
    let loops = made.number(
        "WITH RECURSIVE up(id, above, depth) AS (SELECT id, manager_id, 1 FROM employee UNION ALL
         SELECT up.id, e.manager_id, depth + 1 FROM up JOIN employee e ON e.id = up.above WHERE depth < 400) SELECT coalesce(max(depth), 0) FROM up",
    )?;
    assert!((2..400).contains(&loops), "{loops}");
    assert!(
        made.number("SELECT count(*) FROM employee WHERE mentor_id = id")? >= 1,
        "roots refer to themselves"
    );
    assert!(made.number("SELECT count(DISTINCT manager_id) FROM employee")? > 30);
    Ok(())
}

#[test]
fn rows_lie_in_the_pieces_of_their_table_whatever_zone_the_bounds_were_written_in() -> Result<()> {
    let made = populated(
        "CREATE TABLE payment (id int NOT NULL, paid_at timestamptz NOT NULL, PRIMARY KEY (paid_at, id)) PARTITION BY RANGE (paid_at);
         CREATE TABLE march PARTITION OF payment FOR VALUES FROM ('2022-03-01 00:00:00+00') TO ('2022-04-01 01:00:00+01');
         CREATE TABLE april PARTITION OF payment FOR VALUES FROM ('2022-04-01 01:00:00+01') TO ('2022-05-01 01:00:00+01');",
        200,
    )?;
    assert_eq!(made.number("SELECT count(*) FROM payment")?, 200);
    let outside = "SELECT count(*) FROM payment WHERE paid_at < TIMESTAMPTZ '2022-03-01 00:00:00+00' OR paid_at >= TIMESTAMPTZ '2022-05-01 00:00:00+00'";
    assert_eq!(made.number(outside)?, 0);
    Ok(())
}

#[test]
fn bridges_hold_distinct_pairs_and_fit_their_parents() -> Result<()> {
    let made = populated(
        "CREATE TABLE student (id int PRIMARY KEY, name text NOT NULL);
         CREATE TABLE course (id varchar(8) PRIMARY KEY, title varchar(60) NOT NULL UNIQUE);
         CREATE TABLE enrolment (student_id int REFERENCES student, course_id varchar(8) REFERENCES course, grade smallint CHECK (grade BETWEEN 1 AND 6),
             PRIMARY KEY (student_id, course_id));
         CREATE TABLE friend (a int REFERENCES student, b int REFERENCES student, PRIMARY KEY (a, b), CHECK (a < b));
         CREATE TABLE orders (id int PRIMARY KEY);
         CREATE TABLE line (order_id int REFERENCES orders, line_no smallint, quantity int NOT NULL CHECK (quantity > 0), PRIMARY KEY (order_id, line_no));
         CREATE TABLE badge (student_id int PRIMARY KEY REFERENCES student, colour text);
         CREATE TABLE tiny (flag boolean PRIMARY KEY, note text);
         CREATE TABLE pair (flag boolean REFERENCES tiny, student_id int REFERENCES student, PRIMARY KEY (flag, student_id));",
        400,
    )?;
    assert_eq!(made.number("SELECT count(*) FROM tiny")?, 2);
    assert_eq!(made.number("SELECT count(*) FROM enrolment")?, 400);
    assert_eq!(made.number("SELECT count(*) FROM badge")?, 400);
    assert_eq!(
        made.number("SELECT count(*) FROM line WHERE line_no = 1")?,
        made.number("SELECT count(DISTINCT order_id) FROM line")?
    );
    assert!(
        made.number("SELECT max(n) FROM (SELECT count(*) n FROM enrolment GROUP BY student_id)")? > 3,
        "some students take many courses"
    );
    assert!(made.notes.iter().any(|n| n.contains("tiny")), "{:?}", made.notes);
    Ok(())
}

#[test]
fn checks_generated_columns_and_dates_hold() -> Result<()> {
    let made = populated(
        "CREATE TYPE mood AS ENUM ('good', 'bad', 'ugly');
         CREATE TABLE stay (
             id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
             code char(7) NOT NULL UNIQUE CHECK (code ~ '^[A-Z]{3}[0-9]{4}$'),
             arrived_on date NOT NULL, left_on date, booked_at timestamptz NOT NULL, cancelled_at timestamptz,
             nights int NOT NULL CHECK (nights BETWEEN 1 AND 30), price numeric(8,2) NOT NULL CHECK (price > 0), discount numeric(8,2) NOT NULL DEFAULT 0,
             total numeric(12,2) GENERATED ALWAYS AS (nights * price - discount) STORED,
             mood mood NOT NULL, size text CHECK (size IN ('S', 'M', 'L')), low int, high int, ref uuid UNIQUE, tags text[], doc jsonb, raw bytea,
             CHECK (left_on > arrived_on), CHECK (discount >= 0 AND discount < price * nights), CHECK (low < high),
             CHECK (mood <> 'ugly' OR size IS NULL), CHECK ((cancelled_at IS NULL) OR (cancelled_at >= booked_at)));",
        2_000,
    )?;
    assert_eq!(
        made.number("SELECT count(*) FROM stay WHERE total <> nights * price - discount")?,
        0
    );
    assert_eq!(made.number("SELECT count(DISTINCT mood) FROM stay")?, 3);
    assert!(made.number("SELECT count(DISTINCT price) FROM stay")? > 500);
    assert!(made.number("SELECT count(*) FROM stay WHERE left_on IS NULL")? > 10);
    Ok(())
}

#[test]
fn people_places_and_addresses_agree_within_a_row() -> Result<()> {
    let made = populated(
        "CREATE TABLE customer (id int PRIMARY KEY, first_name text NOT NULL, last_name text NOT NULL, email varchar(80) NOT NULL UNIQUE, city text, country text);",
        3_000,
    )?;
    let split = made.number("SELECT count(*) FROM customer WHERE lower(email) NOT LIKE '%@%' OR (first_name ~ '^[A-Za-z]+$' AND NOT starts_with(email, lower(first_name)))")?;
    assert_eq!(split, 0);
    assert_eq!(
        made.number(
            "SELECT coalesce(max(n), 1) FROM (SELECT count(DISTINCT country) n FROM customer GROUP BY city HAVING city <> 'Valencia')"
        )?,
        1
    );
    assert!(made.number("SELECT count(DISTINCT first_name || last_name) FROM customer")? > 2_950);
    Ok(())
}

#[test]
fn bytes_do_not_depend_on_threads() -> Result<()> {
    let ir = design::engineer(&schema(TENANTS)?, &datagen::abilities());
    let bytes = |threads: usize| -> Result<BTreeMap<PathBuf, Vec<u8>>> {
        let dir = tempfile::tempdir()?;
        let summary = datagen::generate(&ir, &options(20_000, threads), dir.path(), &Silent)?;
        summary
            .tables
            .iter()
            .map(|t| Ok((t.path.strip_prefix(dir.path())?.to_owned(), std::fs::read(&t.path)?)))
            .collect()
    };
    let one = bytes(1)?;
    assert_eq!(one.len(), 4);
    assert!(one == bytes(4)?);
    Ok(())
}

#[test]
fn what_cannot_be_made_names_its_place_and_the_way_out() -> Result<()> {
    let logical = schema("CREATE TABLE t (id int PRIMARY KEY, flag boolean NOT NULL UNIQUE, x int NOT NULL, day date NOT NULL);")?;
    let error = |change: &dyn Fn(&mut DatasetIr), rows: &[(&str, u64)]| -> Result<String> {
        let mut ir = design::engineer(&logical, &datagen::abilities());
        change(&mut ir);
        let dir = tempfile::tempdir()?;
        let mut options = options(1000, 1);
        options.counts.rows = rows.iter().map(|(t, n)| ((*t).to_owned(), *n)).collect();
        let error = datagen::generate(&ir, &options, dir.path(), &Silent)
            .err()
            .ok_or("it was made")?
            .to_string();
        assert_eq!(std::fs::read_dir(dir.path())?.count(), 0, "nothing is left behind");
        Ok(error)
    };
    let set = |column: &'static str, distribution: Distribution| {
        move |ir: &mut DatasetIr| {
            ir.generation
                .columns
                .iter_mut()
                .filter(|c| c.column == column)
                .for_each(|c| c.distribution = distribution.clone())
        }
    };
    let number = |low: f64, high: f64| Distribution::Uniform { low, high, step: None };
    for (message, wanted) in [
        (error(&|_| {}, &[("t", 1000)])?, "room for 2"),
        (error(&|_| {}, &[("tt", 10)])?, "there is no table \"tt\""),
        (
            error(&set("x", number(9.0, 1.0)), &[])?,
            "generation.columns[2] (t.x), uniform: low 9 is above high 1",
        ),
        (error(&set("x", number(f64::NAN, 1.0)), &[])?, "low is NaN"),
        (error(&set("day", number(0.0, 1.0)), &[])?, "a DATE column takes no numbers"),
        (
            error(
                &set(
                    "x",
                    Distribution::Derived {
                        expression: "y + 1".into(),
                    },
                ),
                &[],
            )?,
            "there is no column \"y\"",
        ),
        (
            error(
                &set(
                    "x",
                    Distribution::Derived {
                        expression: "x + 1".into(),
                    },
                ),
                &[],
            )?,
            "t.x -> t.x",
        ),
        (
            error(
                &set(
                    "x",
                    Distribution::Provider {
                        name: "person.fullname".into(),
                        options: Default::default(),
                    },
                ),
                &[],
            )?,
            "did you mean \"person.full_name\"?",
        ),
        (
            error(
                &set(
                    "x",
                    Distribution::Categorical {
                        values: vec![1.into(), 2.into()],
                        probs: vec![1.0],
                    },
                ),
                &[],
            )?,
            "2 values have 1 probabilities",
        ),
        (
            error(&|ir| ir.generation.columns.retain(|c| c.column != "x"), &[])?,
            "t.x has no entry",
        ),
    ] {
        assert!(message.contains(wanted), "{message}\n  lacks: {wanted}");
    }
    Ok(())
}

/// Every schema that comes with the product: constraints hold, and columns tell rows apart.
#[test]
fn the_schemas_at_hand_are_populated() -> Result<()> {
    for file in ["library_mgm.ddl", "restaurants.ddl", "company_employee.ddl", "tpcds.sql"] {
        let sql = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(file))?;
        let made = populated(&sql, 1000).map_err(|e| format!("{file}: {e}"))?;
        let measured = profile::measure(&made.connection()?, &made.ir.logical, "h")?;
        for table in measured.tables.iter().filter(|t| t.rows >= 100) {
            for column in &table.columns {
                assert!(
                    column.distinct > 1,
                    "{file}: {}.{} has {} values",
                    table.table,
                    column.column,
                    column.distinct
                );
            }
        }
    }
    Ok(())
}

#[test]
fn a_check_with_a_regular_expression_is_enforced_and_counted() -> Result<()> {
    let sql = r"CREATE TABLE part (id int PRIMARY KEY, code text NOT NULL CHECK (code ~ '^[A-Z]{2}-\d+$'), series text CHECK (series ~ '[0-9]{3}'),
        email text NOT NULL CHECK (email ~ '@'), work_email text CHECK (work_email ~* '^[^@\s]+@[^@\s]+\.[a-z]{2,}$'), label text CHECK (label !~ '^\s*$'),
        colour text CHECK (colour SIMILAR TO '(red|green|blue)'), batch varchar(8) NOT NULL UNIQUE CHECK (batch ~ '^[a-f0-9]{8}$'));";
    let made = populated(sql, 300)?;
    assert_eq!(made.notes, Vec::<String>::new());
    assert_eq!(made.number("SELECT count(DISTINCT colour) FROM part")?, 3);
    // Its name says more of an e-mail than its CHECK.
    assert_eq!(made.number("SELECT count(*) FROM part WHERE email NOT LIKE '%_._%@%_._%'")?, 0);
    // A value that the generator did not make is counted; one that only holds the pattern is none.
    made.connection()?
        .execute_batch("UPDATE part SET code = 'x' || code WHERE id = 1; UPDATE part SET series = 'no. 123a' WHERE id = 2")?;
    let violations = made.report()?.violations();
    assert_eq!(violations.len(), 1, "{violations:?}");
    assert!(
        violations[0].contains("code ~") && violations[0].ends_with(": 1 rows"),
        "{violations:?}"
    );
    Ok(())
}

#[test]
fn a_drawn_value_that_breaks_a_regular_expression_is_drawn_again() -> Result<()> {
    let mut ir = design::engineer(
        &schema("CREATE TABLE t (id int PRIMARY KEY, code text NOT NULL CHECK (code ~ '^[A-M]'))")?,
        &datagen::abilities(),
    );
    for plan in ir.generation.columns.iter_mut().filter(|p| p.column == "code") {
        plan.distribution = Distribution::Pattern { pattern: "??##".into() };
    }
    let made = make(ir, 400)?;
    assert_eq!(made.report()?.violations(), Vec::<String>::new());
    assert!(made.number("SELECT count(DISTINCT left(code, 1)) FROM t")? == 13);
    Ok(())
}

#[test]
fn every_piece_of_a_partitioned_table_gets_rows() -> Result<()> {
    let sql = "CREATE TABLE day (id bigint, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
        CREATE TABLE day1 PARTITION OF day FOR VALUES FROM ('2030-01-01') TO ('2031-01-01');
        CREATE TABLE day2 PARTITION OF day FOR VALUES FROM ('2031-01-01') TO (MAXVALUE);
        CREATE TABLE rest (day date NOT NULL) PARTITION BY RANGE (day);
        CREATE TABLE rest1 PARTITION OF rest FOR VALUES FROM ('2030-01-01') TO ('2031-01-01');
        CREATE TABLE rest2 PARTITION OF rest DEFAULT;
        CREATE TABLE key (id int PRIMARY KEY) PARTITION BY RANGE (id);
        CREATE TABLE key1 PARTITION OF key FOR VALUES FROM (1) TO (1000);
        CREATE TABLE key2 PARTITION OF key FOR VALUES FROM (1000) TO (MAXVALUE);
        CREATE TABLE closed (id int PRIMARY KEY) PARTITION BY RANGE (id);
        CREATE TABLE closed1 PARTITION OF closed FOR VALUES FROM (1) TO (1000);
        CREATE TABLE closed2 PARTITION OF closed FOR VALUES FROM (1000) TO (2000);
        CREATE TABLE amount (amount numeric(10, 2) NOT NULL) PARTITION BY RANGE (amount);
        CREATE TABLE amount1 PARTITION OF amount FOR VALUES FROM (MINVALUE) TO (1000);
        CREATE TABLE amount2 PARTITION OF amount FOR VALUES FROM (1000) TO (3000);
        CREATE TABLE apart (n int NOT NULL) PARTITION BY RANGE (n);
        CREATE TABLE apart1 PARTITION OF apart FOR VALUES FROM (0) TO (10);
        CREATE TABLE apart2 PARTITION OF apart FOR VALUES FROM (5000) TO (MAXVALUE);
        CREATE TABLE month (year int NOT NULL, month int NOT NULL) PARTITION BY RANGE (year, month);
        CREATE TABLE month1 PARTITION OF month FOR VALUES FROM (2020, 1) TO (2022, 6);
        CREATE TABLE month2 PARTITION OF month FOR VALUES FROM (2022, 6) TO (MAXVALUE, MAXVALUE);";
    let made = populated(sql, 200)?;
    for (table, first) in [
        ("day", "day < '2031-01-01'"),
        ("rest", "day >= '2030-01-01' AND day < '2031-01-01'"),
        ("key", "id < 1000"),
        ("closed", "id < 1000"),
        ("amount", "amount < 1000"),
        ("apart", "n < 10"),
        ("month", "year < 2022 OR year = 2022 AND month < 6"),
    ] {
        let inside = made.number(&format!("SELECT count(*) FROM {table} WHERE {first}"))?;
        assert!((15..=185).contains(&inside), "{table}: {inside} of 200 rows where {first}");
    }
    // A key without an end has room for any number of rows.
    assert_eq!(
        populated(
            &sql[sql.find("CREATE TABLE key ").unwrap_or(0)..sql.find("CREATE TABLE closed ").unwrap_or(0)],
            5_000
        )?
        .number("SELECT count(*) FROM key")?,
        5_000
    );
    Ok(())
}

#[test]
fn amounts_that_people_set_are_round() -> Result<()> {
    let made = populated(
        "CREATE TABLE account (id integer PRIMARY KEY, daily_limit numeric(6,2) CHECK (daily_limit BETWEEN 0 AND 500), credit_limit numeric(6,2) NOT NULL,
             atm_limit int CHECK (atm_limit BETWEEN 20 AND 300), percent_off numeric(5,2) CHECK (percent_off > 0 AND percent_off < 100),
             discount numeric(4,2) CHECK (discount > 0 AND discount <= 0.1), pct numeric(4,2));",
        400,
    )?;
    for (column, grain) in [
        ("daily_limit", "25"),
        ("credit_limit", "50"),
        ("atm_limit", "5"),
        ("percent_off", "0.5"),
        ("discount", "0.01"),
        ("pct", "0.5"),
    ] {
        assert_eq!(
            made.number(&format!("SELECT count(*) FROM account WHERE {column} % {grain} <> 0"))?,
            0,
            "{column}"
        );
        assert!(
            made.number(&format!("SELECT count(DISTINCT {column}) FROM account"))? >= 8,
            "{column}"
        );
    }
    Ok(())
}

#[test]
fn what_a_check_asks_to_be_missing_is_missing_and_shares_stay() -> Result<()> {
    let made = populated(
        "CREATE TABLE customer (id int PRIMARY KEY, kind char(1) NOT NULL CHECK (kind IN ('P', 'B')), first_name text, last_name text, company_name text, note text,
             CHECK ((kind = 'P' AND first_name IS NOT NULL AND last_name IS NOT NULL AND company_name IS NULL)
                 OR (kind = 'B' AND company_name IS NOT NULL AND first_name IS NULL AND last_name IS NULL)));
         CREATE TABLE visit (id int PRIMARY KEY, status text NOT NULL CHECK (status IN ('planned', 'done', 'missed', 'cancelled')), cancelled_at timestamp,
             customer_id int REFERENCES customer, walk_in_id int REFERENCES customer,
             CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)), CHECK ((customer_id IS NULL) <> (walk_in_id IS NULL)));",
        1000,
    )?;
    let people = made.number("SELECT count(*) FROM customer WHERE kind = 'P'")?;
    assert!((450..750).contains(&people), "{people} people");
    let cancelled = made.number("SELECT count(*) FROM visit WHERE status = 'cancelled'")?;
    assert!((50..350).contains(&cancelled), "{cancelled} cancelled");
    let walked = made.number("SELECT count(walk_in_id) FROM visit")?;
    assert!((300..700).contains(&walked), "{walked} of either kind");
    Ok(())
}

#[test]
fn checks_that_compute_or_order_are_designed_for() -> Result<()> {
    let made = populated(
        "CREATE TABLE room (building char(1) CHECK (building BETWEEN 'A' AND 'E'), number smallint CHECK (number BETWEEN 1 AND 40), PRIMARY KEY (building, number));
         CREATE TABLE board (slug varchar(40) PRIMARY KEY CHECK (slug = lower(slug)), parent varchar(40) REFERENCES board (slug), position smallint NOT NULL,
             UNIQUE (parent, position));
         CREATE TABLE invoice (id int PRIMARY KEY, net numeric(8,2) NOT NULL, tax numeric(8,2) NOT NULL, total numeric(9,2) NOT NULL CHECK (total = net + tax),
             issued_on date NOT NULL, due_on date NOT NULL CHECK (due_on = issued_on + 14), closed_on date, balance numeric(8,2) NOT NULL,
             CHECK (closed_on IS NULL OR (closed_on > issued_on AND balance = 0)));
         CREATE TABLE term (year smallint, season text CHECK (season IN ('spring', 'autumn')), starts_on date NOT NULL UNIQUE, ends_on date NOT NULL UNIQUE,
             PRIMARY KEY (year, season), CHECK (EXTRACT(YEAR FROM starts_on) = year), CHECK (ends_on - starts_on BETWEEN 60 AND 150));
         CREATE TABLE section (code char(3) NOT NULL, year smallint NOT NULL, season text NOT NULL, section_no smallint, PRIMARY KEY (code, year, season, section_no),
             FOREIGN KEY (year, season) REFERENCES term);
         CREATE TABLE enrolment (student int, code char(3), year smallint, season text, section_no smallint, PRIMARY KEY (student, code, year, season),
             FOREIGN KEY (code, year, season, section_no) REFERENCES section);
         CREATE TABLE call (id int PRIMARY KEY, started_at timestamp NOT NULL, ended_at timestamp,
             CHECK (ended_at >= started_at AND ended_at < started_at + interval '4 hours'));",
        300,
    )?;
    assert!(
        made.number("SELECT count(DISTINCT balance) FROM invoice")? > 100,
        "a balance is not always 0"
    );
    assert!(made.number("SELECT count(ended_at) FROM call")? > 200, "{:?}", made.notes);
    assert!(made.number("SELECT count(*) FROM term")? >= 10, "{:?}", made.notes);
    assert!(made.number("SELECT count(*) FROM enrolment")? >= 100, "{:?}", made.notes);
    Ok(())
}

#[test]
fn few_rows_have_two_different_parents() -> Result<()> {
    for rows in [1, 2, 3, 7] {
        let made = populated(
            "CREATE TABLE member (id int PRIMARY KEY);
             CREATE TABLE follow (follower int NOT NULL REFERENCES member, followed int NOT NULL REFERENCES member, PRIMARY KEY (follower, followed),
                 CHECK (follower <> followed));
             CREATE TABLE transfer (id int PRIMARY KEY, sender int NOT NULL REFERENCES member, receiver int NOT NULL REFERENCES member, CHECK (sender <> receiver));",
            rows,
        )?;
        assert!(made.number("SELECT count(*) FROM follow")? > 0, "{rows} rows: {:?}", made.notes);
    }
    Ok(())
}

#[test]
fn times_of_a_row_lie_as_far_apart_as_such_things_last() -> Result<()> {
    let made = populated(
        "CREATE TABLE airport (iata char(3) PRIMARY KEY, city varchar(60));
         CREATE TABLE flight (id int PRIMARY KEY, origin char(3) NOT NULL REFERENCES airport, destination char(3) NOT NULL REFERENCES airport,
             scheduled_departure timestamp NOT NULL, actual_departure timestamp, scheduled_arrival timestamp NOT NULL, actual_arrival timestamp,
             delay_minutes int);
         CREATE TABLE appointment (id int PRIMARY KEY, starts_at timestamp NOT NULL, ends_at timestamp NOT NULL, reason text, CHECK (ends_at > starts_at));
         CREATE TABLE ticket (id int PRIMARY KEY, subject text NOT NULL, opened_at timestamptz NOT NULL, solved_at timestamptz);
         CREATE TABLE invoice (id int PRIMARY KEY, issued_on date NOT NULL, due_on date NOT NULL, paid_on date, amount_cents int NOT NULL);
         CREATE TABLE stay (id int PRIMARY KEY, check_in date NOT NULL, check_out date NOT NULL, nights int NOT NULL);
         CREATE TABLE contract (id int PRIMARY KEY, valid_from date NOT NULL, valid_until date);
         CREATE TABLE doctor (id int PRIMARY KEY, full_name varchar(60) NOT NULL, birth_date date NOT NULL, hired_on date NOT NULL);
         CREATE TABLE animal (id int PRIMARY KEY, name varchar(30) NOT NULL, birth_date date NOT NULL, weight numeric(6,2) NOT NULL,
             sire_id int REFERENCES animal, dam_id int REFERENCES animal);",
        400,
    )?;
    for (broken, table) in [
        (
            "scheduled_arrival - scheduled_departure NOT BETWEEN INTERVAL 1 HOUR AND INTERVAL 13 HOUR",
            "flight",
        ),
        (
            "scheduled_arrival < actual_departure OR actual_arrival <= actual_departure",
            "flight",
        ),
        (
            "delay_minutes * 60 <> epoch(actual_departure) - epoch(scheduled_departure)",
            "flight",
        ),
        ("(delay_minutes IS NULL) <> (actual_departure IS NULL)", "flight"),
        ("origin = destination", "flight"),
        (
            "ends_at - starts_at NOT BETWEEN INTERVAL 15 MINUTE AND INTERVAL 90 MINUTE",
            "appointment",
        ),
        ("epoch(ends_at - starts_at) % 300 <> 0", "appointment"),
        ("solved_at <= opened_at OR solved_at > opened_at + INTERVAL 14 DAY", "ticket"),
        (
            "due_on - issued_on NOT BETWEEN 14 AND 30 OR paid_on <= issued_on OR paid_on > issued_on + 45",
            "invoice",
        ),
        ("amount_cents < 100", "invoice"),
        ("check_out - check_in NOT BETWEEN 1 AND 10", "stay"),
        ("valid_until - valid_from NOT BETWEEN 180 AND 1460", "contract"),
        ("birth_date + INTERVAL 18 YEAR > hired_on", "doctor"),
        ("birth_date < DATE '2006-01-01' OR birth_date > DATE '2025-12-31'", "animal"),
        ("sire_id = dam_id OR weight NOT BETWEEN 1 AND 60", "animal"),
    ] {
        assert_eq!(
            made.number(&format!("SELECT count(*) FROM {table} WHERE {broken}"))?,
            0,
            "{table}: {broken}"
        );
    }
    // Some are late and some are early, and what has happened mostly has a time.
    assert!(made.number("SELECT count(*) FROM flight WHERE delay_minutes > 0")? > 200);
    assert!(made.number("SELECT count(*) FROM flight WHERE delay_minutes < 0")? > 5);
    assert!(made.number("SELECT count(actual_arrival) FROM flight")? > 300);
    assert!(made.number("SELECT count(solved_at) FROM ticket")? > 150);
    assert!(made.number("SELECT count(*) FROM invoice WHERE paid_on > due_on")? > 40);
    // Few reasons and few subjects, that many rows share.
    assert!((5..=12).contains(&made.number("SELECT count(DISTINCT reason) FROM appointment")?));
    assert!((8..=12).contains(&made.number("SELECT count(DISTINCT subject) FROM ticket")?));
    Ok(())
}

#[test]
fn times_keep_to_the_path_of_a_declared_list_and_to_each_other() -> Result<()> {
    let made = populated(
        "CREATE TYPE estado_lote AS ENUM ('pendiente', 'subastado', 'retirado', 'decomisado');
         CREATE TYPE loan_status AS ENUM ('requested', 'approved', 'in_transit', 'on_display', 'returned', 'refused');
         CREATE TABLE hire (id int PRIMARY KEY, hire_start date NOT NULL, hire_end date NOT NULL, status varchar(12) NOT NULL
             CHECK (status IN ('Quote', 'Confirmed', 'Out', 'Returned', 'Cancelled')), quoted_at timestamp NOT NULL, confirmed_at timestamp,
             returned_at timestamp, CHECK (hire_end >= hire_start));
         CREATE TABLE loan (id int PRIMARY KEY, status loan_status NOT NULL, requested_on date NOT NULL, start_date date NOT NULL,
             due_back_on date NOT NULL, approved_on date, returned_at timestamp, CHECK (due_back_on > start_date));
         CREATE TABLE honey_sale (id int PRIMARY KEY, sold_at timestamp NOT NULL, invoiced_at timestamp, paid_at timestamp,
             status text NOT NULL CHECK (status IN ('draft', 'invoiced', 'paid', 'void')));
         CREATE TABLE tbl_cs (cs_id int PRIMARY KEY, filed_dt date NOT NULL, closed_dt date,
             sts_cd varchar(8) NOT NULL CHECK (sts_cd IN ('OPEN', 'STAYED', 'CLOSED', 'APPEAL')), CHECK (closed_dt >= filed_dt));
         CREATE TABLE lote (id_lote int PRIMARY KEY, estado estado_lote NOT NULL, subastado_en timestamp);
         CREATE TABLE assignment (hive_id int NOT NULL, valid_from date NOT NULL, valid_to date, is_current boolean NOT NULL,
             PRIMARY KEY (hive_id, valid_from), CHECK (valid_to > valid_from));
         CREATE TABLE fee (id int PRIMARY KEY, assd_dt date NOT NULL, pd_dt date);
         CREATE TABLE judge (id int PRIMARY KEY, appt_dt date NOT NULL, ret_dt date);
         CREATE TABLE armador (id int PRIMARY KEY, fecha_alta date NOT NULL, fecha_baja date);
         CREATE TABLE notaire (id int PRIMARY KEY, date_serment date NOT NULL, date_depart date);
         CREATE TABLE jar (id int PRIMARY KEY, washed_on date NOT NULL, labelled_on date);
         CREATE TABLE burial (id int PRIMARY KEY, geburtsdatum date NOT NULL, sterbedatum date NOT NULL, CHECK (sterbedatum >= geburtsdatum));",
        600,
    )?;
    assert!(made.notes.iter().all(|n| !n.contains("not enforced")), "{:?}", made.notes);
    for (broken, table) in [
        ("status IN ('Confirmed', 'Out', 'Returned') AND confirmed_at IS NULL", "hire"),
        ("status = 'Quote' AND confirmed_at IS NOT NULL", "hire"),
        ("(status = 'Returned') <> (returned_at IS NOT NULL)", "hire"),
        (
            "confirmed_at < quoted_at OR confirmed_at > hire_start OR returned_at < hire_end",
            "hire",
        ),
        ("(status IN ('requested', 'refused')) <> (approved_on IS NULL)", "loan"),
        ("(status = 'returned') <> (returned_at IS NOT NULL)", "loan"),
        (
            "approved_on < requested_on OR start_date < approved_on OR start_date < requested_on",
            "loan",
        ),
        ("returned_at < start_date", "loan"),
        ("status IN ('invoiced', 'paid') AND invoiced_at IS NULL", "honey_sale"),
        ("status = 'draft' AND invoiced_at IS NOT NULL", "honey_sale"),
        ("(status = 'paid') <> (paid_at IS NOT NULL)", "honey_sale"),
        ("invoiced_at < sold_at OR paid_at < invoiced_at", "honey_sale"),
        ("sts_cd <> 'APPEAL' AND (sts_cd = 'CLOSED') <> (closed_dt IS NOT NULL)", "tbl_cs"),
        ("(estado = 'subastado') <> (subastado_en IS NOT NULL)", "lote"),
        ("is_current <> (valid_to IS NULL)", "assignment"),
        ("pd_dt < assd_dt", "fee"),
        ("ret_dt < appt_dt", "judge"),
        ("fecha_baja < fecha_alta", "armador"),
        ("date_depart < date_serment", "notaire"),
        ("labelled_on < washed_on", "jar"),
        ("sterbedatum > DATE '2025-12-31'", "burial"),
    ] {
        let rows = made.number(&format!("SELECT count(*) FROM {table} WHERE {broken}"))?;
        assert_eq!(rows, 0, "{table}: {broken}");
    }
    // A quote that was cancelled may have been confirmed before, and some of what holds has ended.
    assert!(made.number("SELECT count(confirmed_at) FROM hire WHERE status = 'Cancelled'")? > 20);
    assert!(made.number("SELECT count(valid_to) FROM assignment")? > 50);
    assert!(made.number("SELECT count(labelled_on) FROM jar")? > 400);
    Ok(())
}

#[test]
fn states_and_times_of_a_row_agree_and_people_keep_their_hours() -> Result<()> {
    let made = populated(
        "CREATE TYPE order_state AS ENUM ('placed', 'paid', 'shipped', 'delivered', 'cancelled');
         CREATE TABLE restaurant (id int PRIMARY KEY, name text NOT NULL, opened_on date NOT NULL, closed_on date);
         CREATE TABLE orders (id int PRIMARY KEY, status order_state NOT NULL, created_at timestamp NOT NULL, paid_at timestamp, shipped_at timestamp,
             delivered_at timestamp, cancelled_at timestamp);
         CREATE TABLE meal_order (id int PRIMARY KEY, restaurant_id int NOT NULL REFERENCES restaurant, ordered_at timestamp NOT NULL, delivered_at timestamp);
         CREATE TABLE ticket (id int PRIMARY KEY, status varchar(20) NOT NULL CHECK (status IN ('open', 'in_progress', 'resolved', 'closed')),
             opened_at timestamp NOT NULL, resolved_at timestamp, closed_at timestamp);
         CREATE TABLE invoice (id int PRIMARY KEY, is_paid boolean NOT NULL, issued_at date NOT NULL, paid_at date);
         CREATE TABLE reading (id int PRIMARY KEY, measured_at timestamp NOT NULL, value real NOT NULL);
         CREATE TABLE student (id int PRIMARY KEY, name text NOT NULL, birth_date date NOT NULL, enrolled_on date NOT NULL, yr int NOT NULL);
         CREATE TABLE product (id int PRIMARY KEY, name text NOT NULL, weight numeric(8, 2) NOT NULL, height_cm int NOT NULL, width_cm int NOT NULL,
             tags text[] NOT NULL CHECK (cardinality(tags) = 2), size varchar(3) NOT NULL CHECK (size IN ('S', 'M', 'extra large')));
         CREATE TABLE profile (id int PRIMARY KEY, student_id int NOT NULL UNIQUE REFERENCES student);",
        600,
    )?;
    assert!(made.notes.iter().all(|n| !n.contains("not enforced")), "{:?}", made.notes);
    for (broken, table) in [
        ("(status = 'delivered') <> (delivered_at IS NOT NULL)", "orders"),
        ("(status IN ('shipped', 'delivered')) <> (shipped_at IS NOT NULL)", "orders"),
        ("(status = 'cancelled') <> (cancelled_at IS NOT NULL)", "orders"),
        ("status IN ('paid', 'shipped', 'delivered') AND paid_at IS NULL", "orders"),
        (
            "shipped_at < paid_at OR delivered_at < shipped_at OR paid_at < created_at",
            "orders",
        ),
        (
            "delivered_at - ordered_at NOT BETWEEN INTERVAL 15 MINUTE AND INTERVAL 90 MINUTE",
            "meal_order",
        ),
        (
            "status IN ('open', 'in_progress') AND (resolved_at IS NOT NULL OR closed_at IS NOT NULL)",
            "ticket",
        ),
        ("status = 'closed' AND (closed_at IS NULL OR resolved_at IS NULL)", "ticket"),
        ("closed_at < resolved_at OR resolved_at < opened_at", "ticket"),
        ("is_paid <> (paid_at IS NOT NULL)", "invoice"),
        (
            "birth_date + INTERVAL 17 YEAR > enrolled_on OR birth_date < DATE '1990-01-01'",
            "student",
        ),
        ("yr NOT BETWEEN 1985 AND 2025", "student"),
        (
            "weight > 60 OR height_cm > 220 OR width_cm > 220 OR size NOT IN ('S', 'M')",
            "product",
        ),
    ] {
        assert_eq!(
            made.number(&format!("SELECT count(*) FROM {table} WHERE {broken}"))?,
            0,
            "{table}: {broken}"
        );
    }
    assert_eq!(made.number("SELECT count(DISTINCT student_id) FROM profile")?, 600);
    // Most things have come to where they were to, and most places are open.
    assert!(made.number("SELECT count(*) FROM orders WHERE status = 'delivered'")? > 150);
    assert!(made.number("SELECT count(closed_on) FROM restaurant")? < 300);
    let by_night = |column: &str, table: &str| made.number(&format!("SELECT count(*) FROM {table} WHERE hour({column}) BETWEEN 1 AND 4"));
    for column in ["created_at", "paid_at", "delivered_at"] {
        assert!(by_night(column, "orders")? < 40, "{column}");
    }
    assert!(by_night("measured_at", "reading")? > 60);
    Ok(())
}

#[test]
fn german_and_french_columns_hold_what_they_are_named_for() -> Result<()> {
    let made = populated(
        "CREATE TABLE fahrer (id int PRIMARY KEY, vorname text NOT NULL, nachname text NOT NULL, strasse text NOT NULL, plz varchar(10) NOT NULL,
             ort text NOT NULL, geburtsdatum date NOT NULL, baujahr int NOT NULL, telefon text NOT NULL);
         CREATE TABLE eleve (id int PRIMARY KEY, nom varchar(40) NOT NULL, prenom varchar(40) NOT NULL, date_naissance date NOT NULL,
             adresse text NOT NULL, code_postal varchar(10) NOT NULL, ville text NOT NULL);",
        200,
    )?;
    let plan = |table: &str, column: &str| match made.ir.generation.plan(table, column).map(|p| &p.distribution) {
        Some(sqlmint::ir::generation::Distribution::Provider { name, .. }) => name.clone(),
        other => format!("{other:?}"),
    };
    for (table, column, provider) in [
        ("fahrer", "vorname", "person.first_name"),
        ("fahrer", "nachname", "person.last_name"),
        ("fahrer", "strasse", "place.street_address"),
        ("fahrer", "plz", "place.postcode"),
        ("fahrer", "ort", "place.city"),
        ("fahrer", "telefon", "code.phone"),
        ("eleve", "nom", "person.last_name"),
        ("eleve", "prenom", "person.first_name"),
        ("eleve", "adresse", "place.street_address"),
        ("eleve", "code_postal", "place.postcode"),
        ("eleve", "ville", "place.city"),
    ] {
        assert_eq!(plan(table, column), provider, "{table}.{column}");
    }
    assert_eq!(
        made.number("SELECT count(*) FROM fahrer WHERE baujahr NOT BETWEEN 1985 AND 2025")?,
        0
    );
    assert_eq!(
        made.number("SELECT count(*) FROM eleve WHERE date_naissance > DATE '2010-01-01'")?,
        0
    );
    Ok(())
}

#[test]
fn numbers_are_as_large_as_what_they_are_named_for() -> Result<()> {
    let made = populated(
        "CREATE TABLE vault (id int PRIMARY KEY, temp_c numeric(4,1) NOT NULL, rh_pct numeric(4,1) NOT NULL);
         CREATE TABLE halle (id int PRIMARY KEY, soll_temperatur_c numeric(4,1) NOT NULL, rabatt_prozent numeric(4,1) NOT NULL, capacity_pct numeric(4,1) NOT NULL,
             ph numeric(4,1) NOT NULL, mise_en_service smallint NOT NULL, built smallint NOT NULL, built_units int NOT NULL, bench_height_m numeric(4,1) NOT NULL,
             pitch_hz numeric(5,2) NOT NULL, strings_count int NOT NULL, screen_count int NOT NULL, child_count int NOT NULL, ppv_mm_s numeric(6,2) NOT NULL);
         CREATE TABLE vehiculo (id int PRIMARY KEY, peso_kg numeric(7,1) NOT NULL, kilometros int NOT NULL);
         CREATE TABLE trip (id int PRIMARY KEY, kilometros int NOT NULL);
         CREATE TABLE mitarbeiter (id int PRIMARY KEY, stundenlohn numeric(5,2) NOT NULL, monthly_salary numeric(9,2) NOT NULL);",
        1_000,
    )?;
    for (table, column, low, high) in [
        ("vault", "temp_c", -25, 6),
        ("vault", "rh_pct", 0, 100),
        ("halle", "soll_temperatur_c", -20, 40),
        ("halle", "rabatt_prozent", 0, 100),
        ("halle", "capacity_pct", 0, 100),
        ("halle", "ph", 3, 11),
        ("halle", "mise_en_service", 1985, 2025),
        ("halle", "built", 1985, 2025),
        ("halle", "bench_height_m", 0, 120),
        ("halle", "pitch_hz", 425, 455),
        ("halle", "child_count", 0, 9),
        ("halle", "screen_count", 0, 9),
        ("halle", "ppv_mm_s", 0, 60),
        ("vehiculo", "peso_kg", 700, 3500),
        ("vehiculo", "kilometros", 1000, 300_000),
        ("mitarbeiter", "stundenlohn", 12, 80),
        ("mitarbeiter", "monthly_salary", 1800, 14_000),
    ] {
        let outside = format!("SELECT count(*) FROM {table} WHERE {column} NOT BETWEEN {low} AND {high}");
        assert_eq!(made.number(&outside)?, 0, "{table}.{column}");
        assert!(
            made.number(&format!("SELECT count(DISTINCT {column}) FROM {table}"))? > 5,
            "{table}.{column}"
        );
    }
    // A cinema has few screens, a number of units is no year, many strings are more than few children, and a trip is shorter than a vehicle's life.
    assert!(made.number("SELECT min(built_units) FROM halle")? < 1900);
    assert!(made.number("SELECT max(strings_count) FROM halle")? > 100);
    assert!(made.number("SELECT min(kilometros) FROM trip")? < 1000);
    Ok(())
}

#[test]
fn years_and_days_of_a_row_come_in_their_order() -> Result<()> {
    let made = populated(
        "CREATE TABLE maker (id int PRIMARY KEY, founded_year int, ceased_year int);
         CREATE TABLE tour (id int PRIMARY KEY, season_year smallint NOT NULL, starts_on date NOT NULL, release_year int NOT NULL, released_on date NOT NULL,
             model_year int NOT NULL);
         CREATE TABLE accession (id int PRIMARY KEY, collected_on date, received_on date NOT NULL, withdrawn_on date);
         CREATE TABLE lab_case (id int PRIMARY KEY, received_on date NOT NULL, shipped_on date);
         CREATE TABLE charge (id int PRIMARY KEY, beimpft_am date NOT NULL, entsorgt_am date, erste_ernte_am date);
         CREATE TABLE wreck (id int PRIMARY KEY, fec_entrada date NOT NULL, fec_prensado date, fec_descontaminado date);",
        1_000,
    )?;
    for (table, wrong) in [
        ("maker", "ceased_year < founded_year"),
        ("tour", "season_year <> EXTRACT(YEAR FROM starts_on)"),
        ("tour", "release_year <> EXTRACT(YEAR FROM released_on)"),
        ("accession", "collected_on > received_on OR withdrawn_on < received_on"),
        (
            "charge",
            "erste_ernte_am < beimpft_am OR entsorgt_am < coalesce(erste_ernte_am, beimpft_am)",
        ),
        (
            "wreck",
            "fec_descontaminado < fec_entrada OR fec_prensado < coalesce(fec_descontaminado, fec_entrada)",
        ),
    ] {
        assert_eq!(
            made.number(&format!("SELECT count(*) FROM {table} WHERE {wrong}"))?,
            0,
            "{table}: {wrong}"
        );
    }
    assert!(made.number("SELECT count(*) FROM accession WHERE collected_on IS NOT NULL AND withdrawn_on IS NOT NULL")? > 300);
    assert!(made.number("SELECT count(*) FROM maker WHERE founded_year IS NOT NULL AND ceased_year IS NOT NULL")? > 500);
    // What a laboratory receives it ships later, whatever parcels do.
    assert!(made.ir.constraints.checks.iter().all(|c| c.table != "lab_case"));
    // A model's year is not that of a day beside it.
    assert!(made.number("SELECT count(*) FROM tour WHERE model_year <> season_year AND model_year <> release_year")? > 500);
    Ok(())
}

#[test]
fn what_is_only_booked_or_missed_has_not_begun() -> Result<()> {
    let made = populated(
        "CREATE TABLE visit (id int PRIMARY KEY, booked_at timestamp NOT NULL, started_at timestamp, finished_at timestamp,
             status varchar(10) NOT NULL CHECK (status IN ('booked', 'done', 'cancelled', 'no-show')));
         CREATE TABLE ticket (id int PRIMARY KEY, weighed_in_at timestamp NOT NULL, weighed_out_at timestamp, gate_in timestamp NOT NULL, gate_out timestamp NOT NULL);
         CREATE TABLE bath (id int PRIMARY KEY, debut timestamp NOT NULL, fin timestamp NOT NULL);",
        1_000,
    )?;
    for (status, happened) in [("booked", false), ("cancelled", false), ("no-show", false), ("done", true)] {
        let wrong = if happened { "IS NULL" } else { "IS NOT NULL" };
        let sql = format!("SELECT count(*) FROM visit WHERE status = '{status}' AND (started_at {wrong} OR finished_at {wrong})");
        assert_eq!(made.number(&sql)?, 0, "{status}");
    }
    // A weighing takes minutes, what comes in at a gate and goes out is there for hours, and a bath is no year long.
    for (table, from, to, minutes) in [
        ("ticket", "weighed_in_at", "weighed_out_at", 90),
        ("ticket", "gate_in", "gate_out", 480),
        ("bath", "debut", "fin", 480),
    ] {
        let sql = format!("SELECT count(*) FROM {table} WHERE date_diff('minute', {from}, {to}) NOT BETWEEN 1 AND {minutes}");
        assert_eq!(made.number(&sql)?, 0, "{to}");
    }
    Ok(())
}

#[test]
fn codes_and_names_have_the_form_of_what_they_are() -> Result<()> {
    let made = populated(
        "CREATE TABLE fournisseur (id int PRIMARY KEY, c_pays char(2) NOT NULL, pais char(3) NOT NULL, country varchar(30) NOT NULL);
         CREATE TABLE vehicle (bastidor char(17) PRIMARY KEY, vin char(17) NOT NULL UNIQUE, matricula varchar(10) NOT NULL, kennzeichen varchar(10) NOT NULL);
         CREATE TABLE researcher (id int PRIMARY KEY, orcid char(19) UNIQUE NOT NULL, name varchar(60) NOT NULL);
         CREATE TABLE grant_award (id int PRIMARY KEY, amount numeric(10,2), amount_currency char(3));
         CREATE TABLE t_ouvrier (c_id int PRIMARY KEY, c_nom varchar(40) NOT NULL, c_prenom varchar(40) NOT NULL);
         CREATE TABLE operario (id int PRIMARY KEY, nombre varchar(40) NOT NULL, apellidos varchar(60) NOT NULL);
         CREATE TABLE tuner (tuner_id int PRIMARY KEY, tuner_name varchar(80) NOT NULL);
         CREATE TABLE shotfirer (id int PRIMARY KEY, name varchar(80) NOT NULL, hired_on date NOT NULL);
         CREATE TABLE vin (id int PRIMARY KEY, vin varchar(60) NOT NULL, nombre varchar(60) NOT NULL);",
        200,
    )?;
    for (table, column, form) in [
        ("fournisseur", "c_pays", "[A-Z]{2}"),
        ("fournisseur", "pais", "[A-Z]{3}"),
        ("fournisseur", "country", "[A-Z][a-z].+"),
        ("vehicle", "bastidor", "[A-HJ-NPR-Z0-9]{17}"),
        ("vehicle", "vin", "[A-HJ-NPR-Z0-9]{17}"),
        ("vehicle", "matricula", "[A-Z]{3}-[0-9]{4}"),
        ("vehicle", "kennzeichen", "[A-Z]{3}-[0-9]{4}"),
        ("researcher", "orcid", "0000-0002-[0-9]{4}-[0-9]{3}[0-9X]"),
    ] {
        let other = format!("SELECT count(*) FROM {table} WHERE NOT regexp_full_match({column}, '{form}')");
        assert_eq!(made.number(&other)?, 0, "{table}.{column}");
        assert!(
            made.number(&format!("SELECT count(DISTINCT {column}) FROM {table}"))? > 10,
            "{table}.{column}"
        );
    }
    assert!(made.number("SELECT count(*) FROM fournisseur WHERE pais IN ('IRL', 'DEU', 'ESP', 'USA', 'GBR', 'FRA', 'CHE')")? > 10);
    assert_eq!(made.number("SELECT count(*) FROM grant_award WHERE amount_currency IS NULL")?, 0);
    let provider = |table: &str, column: &str| {
        let plans = &made.ir.generation.columns;
        let plan = plans.iter().find(|p| p.table == table && p.column == column);
        match plan.map(|p| &p.distribution) {
            Some(Distribution::Provider { name, .. }) => name.clone(),
            other => format!("{other:?}"),
        }
    };
    assert_eq!(provider("t_ouvrier", "c_nom"), "person.last_name");
    assert_eq!(provider("operario", "nombre"), "person.first_name");
    assert_eq!(provider("tuner", "tuner_name"), "person.full_name");
    assert_eq!(provider("researcher", "name"), "person.full_name");
    assert_eq!(provider("shotfirer", "name"), "person.full_name");
    // A wine is no vehicle, and its name nobody's.
    assert_ne!(provider("vin", "vin"), "code.vin");
    assert_eq!(provider("vin", "nombre"), "thing.name");
    Ok(())
}
