//! Every source becomes the schema that a database would make of it, and what cannot be read costs only itself.

use sqlmint::database::source::{Loaded, load};
use sqlmint::ir::{LogicalIr, SqlType, Table};
use sqlmint::schema::render;
use sqlmint::schema::source::Parsed;
use sqlmint::schema::source::ddl::{self, Source};
use std::path::{Path, PathBuf};

fn data(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(file)
}

fn loaded(files: &str) -> Loaded {
    let specs: Vec<String> = files.split(' ').map(|f| data(f).display().to_string()).collect();
    load(&specs).unwrap_or_else(|error| panic!("{files}: {error}"))
}

fn refused(spec: &str) -> String {
    load(&[spec.to_owned()]).err().map(|e| e.to_string()).unwrap_or_default()
}

fn parse(text: &str) -> Parsed {
    ddl::parse(&[Source {
        file: "test.sql".into(),
        text: text.into(),
    }])
}

fn table<'a>(schema: &'a LogicalIr, id: &str) -> &'a Table {
    schema
        .table(id)
        .unwrap_or_else(|| panic!("no table {id} in {:?}", schema.tables.iter().map(Table::id).collect::<Vec<_>>()))
}

fn column_names(table: &Table) -> Vec<&str> {
    table.columns.iter().map(|c| c.name.as_str()).collect()
}

/// Units of the catalogue: name, files, numbers by column name.
fn catalogue() -> Vec<(String, String, Vec<(String, usize)>)> {
    let text = std::fs::read_to_string(data("catalog.csv")).unwrap_or_default();
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap_or_default().split(',').skip(2).collect();
    let unit = |line: &str| {
        let mut cells = line.split(',').map(str::to_owned);
        let (name, files) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
        let numbers = head
            .iter()
            .zip(cells)
            .map(|(h, n)| ((*h).to_owned(), n.parse().unwrap_or(usize::MAX)))
            .collect();
        (name, files, numbers)
    };
    lines.map(unit).collect()
}

fn measure(schema: &LogicalIr, what: &str) -> usize {
    let counts = render::counts(schema);
    let tables = schema.tables.iter();
    let columns = schema.tables.iter().flat_map(|t| &t.columns);
    // Foreign keys are counted as the catalogue counts them: see `render::Counts`.
    let foreign_keys = schema.tables.iter().flat_map(|t| t.foreign_keys.iter().map(move |f| (t, f)));
    match what {
        "tables" => counts.tables,
        "partitions" => tables.filter(|t| t.partition_of.is_some()).count(),
        "columns" => counts.columns,
        "primary_keys" => counts.primary_keys,
        "foreign_keys" => counts.foreign_keys,
        "composite_fks" => foreign_keys.filter(|(_, f)| f.columns.len() > 1).count(),
        "self_fks" => foreign_keys.filter(|(t, f)| t.is(&f.ref_table)).count(),
        "unique_groups" => tables.map(|t| t.unique.len()).sum(),
        "checks" => tables.map(|t| t.checks.len()).sum(),
        "enums" => counts.enums,
        "enum_columns" => columns.filter(|c| matches!(c.sql_type, SqlType::Enum(_))).count(),
        "array_columns" => columns.filter(|c| matches!(c.sql_type, SqlType::Array(_))).count(),
        "json_columns" => columns.filter(|c| c.sql_type == SqlType::Json).count(),
        other => panic!("catalog.csv has a column {other:?} that this test does not measure"),
    }
}

#[test]
fn every_unit_of_the_catalogue_loads_as_postgresql_loads_it() {
    let units = catalogue();
    assert!(units.len() >= 13);
    for (unit, files, numbers) in units {
        let loaded = loaded(&files);
        assert_eq!(loaded.issues, [], "{unit}");
        for (what, expected) in numbers {
            assert_eq!(measure(&loaded.logical, &what), expected, "{unit}: {what}");
        }
    }
}

#[test]
fn rendered_ddl_reads_back_to_an_equal_schema() {
    let mut schemas: Vec<LogicalIr> = catalogue().into_iter().map(|(_, files, _)| loaded(&files).logical).collect();
    schemas.push(parse(EVERYTHING).logical);
    schemas.extend(
        [
            "wild/mysql.sql",
            "wild/sqlite.sql",
            "wild/broken.sql",
            "../../schemas/library_mgm.ddl",
        ]
        .map(|f| loaded(f).logical),
    );
    schemas.push(loaded("../../schemas/retail.ir.json").logical);
    for mut schema in schemas {
        let mut again = parse(&render::postgres_ddl(&schema)).logical;
        // DDL has no word for these two.
        again.name.clone_from(&schema.name);
        schema.tables.iter_mut().for_each(|t| t.row_count = None);
        let changes: Vec<String> = render::diff(&schema, &again).iter().map(ToString::to_string).collect();
        assert_eq!(changes, Vec::<String>::new(), "{}", schema.name);
        assert_eq!(schema, again);
    }
}

/// One of everything that DDL can say about tables.
const EVERYTHING: &str = r#"
\restrict abc
/* nested /* comments */ ; */
CREATE SCHEMA hr;
COMMENT ON DATABASE d IS 'people';
CREATE TYPE mood AS ENUM ('sad', 'it''s ok', E'new\nline');
ALTER TYPE mood ADD VALUE 'glad' AFTER 'sad';
CREATE DOMAIN positive AS numeric(8,2) DEFAULT 1 NOT NULL CONSTRAINT p CHECK (VALUE > 0 AND value < 1e6);
CREATE DOMAIN public.very AS positive CHECK (VALUE <> 13);
CREATE TYPE hr.level AS ENUM ('a', 'b');
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $_$ BEGIN CREATE TABLE no (x int); RETURN $$a;b$$; END $_$;
DO $do$ BEGIN PERFORM 1; END $do$;
CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END;
CREATE TABLE "Mixed Case" (
    "Id" bigserial PRIMARY KEY,           -- the number of it
    Folded_Name varchar(40) DEFAULT 'a;b -- no comment' NOT NULL UNIQUE,
    "quo""te" text COLLATE "C" CHECK ("quo""te" <> ')'),
    U&"\0061bc" int[] DEFAULT '{1,2}'::int[],
    m mood DEFAULT 'sad'::mood,
    price very,
    total numeric(10,2) GENERATED ALWAYS AS (price * 2) STORED,
    "order" integer GENERATED BY DEFAULT AS IDENTITY (START WITH 5),
    CONSTRAINT "Odd Name" CHECK (((price > 0) AND (total IS NOT NULL))),
    EXCLUDE USING gist (price WITH =)
);
COMMENT ON COLUMN public."Mixed Case".m IS 'how it feels' ' today';
CREATE TABLE hr.employee (id int, level hr.level, boss int REFERENCES hr.employee, PRIMARY KEY (id));
SET search_path = hr, public;
CREATE TABLE badge (employee int UNIQUE REFERENCES employee ON DELETE SET NULL (employee) DEFERRABLE, code char(3), PRIMARY KEY (employee, code));
SET search_path TO public;
CREATE TABLE pair (a int, b int, c int DEFAULT CASE WHEN 1 IS NOT NULL THEN 2 END NOT NULL, UNIQUE NULLS NOT DISTINCT (b, a), PRIMARY KEY (a, b));
CREATE TABLE triple (LIKE pair INCLUDING ALL EXCLUDING INDEXES, x int, y int, FOREIGN KEY (x, y) REFERENCES pair MATCH FULL);
CREATE TABLE child (extra text) INHERITS (pair);
CREATE TABLE log (at timestamptz NOT NULL, pair_a int, k bigint DEFAULT nextval('public.log_seq'::regclass), PRIMARY KEY (at)) PARTITION BY RANGE (at);
CREATE TABLE log_1 PARTITION OF log (k DEFAULT 7) FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE log_2 (at timestamptz NOT NULL, pair_a int, k bigint);
ALTER TABLE ONLY public.log ATTACH PARTITION public.log_2 DEFAULT;
ALTER TABLE IF EXISTS pair ADD COLUMN IF NOT EXISTS d date, ADD CONSTRAINT d_key UNIQUE (d), ALTER COLUMN c TYPE bigint USING c::bigint, OWNER TO me;
CREATE UNIQUE INDEX part ON pair (c) WHERE c > 0;
CREATE UNIQUE INDEX expr ON pair (lower(c::text));
CREATE UNIQUE INDEX plain ON public.pair USING btree (c DESC NULLS LAST, d text_ops);
CREATE VIEW v AS SELECT 1;
CREATE TEMP TABLE scratch (x int);
INSERT INTO pair VALUES (1, 2, 3);
GRANT ALL ON pair TO me;
"#;

#[test]
fn one_of_everything_is_read_as_meant() {
    let parsed = parse(EVERYTHING);
    // An EXCLUDE, an index on some rows and one on an expression are rules that the IR cannot hold.
    let told: Vec<(&str, &str)> = parsed.issues.iter().map(|i| (i.code.as_str(), i.location.as_str())).collect();
    assert_eq!(
        told,
        ["test.sql:24", "test.sql:39", "test.sql:40"].map(|place| ("not_enforced", place))
    );
    let schema = &parsed.logical;
    assert_eq!(schema.problems(), []);
    assert_eq!(schema.comment.as_deref(), Some("people"));
    assert_eq!(
        schema.enum_values("mood").map(<[String]>::concat),
        Some("sadgladit's oknew\nline".into())
    );
    let ids: Vec<String> = schema.tables.iter().map(Table::id).collect();
    assert_eq!(
        ids,
        [
            "Mixed Case",
            "hr.employee",
            "hr.badge",
            "pair",
            "triple",
            "child",
            "log",
            "log_1",
            "log_2"
        ]
    );

    let mixed = table(schema, "Mixed Case");
    assert_eq!(
        column_names(mixed),
        ["Id", "folded_name", "quo\"te", "abc", "m", "price", "total", "order"]
    );
    let column = |name: &str| mixed.column(name).unwrap_or_else(|| panic!("no column {name}"));
    assert!(column("Id").identity && column("order").identity && !column("Id").nullable);
    assert_eq!(column("Id").comment.as_deref(), Some("the number of it"));
    assert_eq!(column("m").comment.as_deref(), Some("how it feels today"));
    assert_eq!(column("m").sql_type, SqlType::Enum("mood".into()));
    assert_eq!(column("folded_name").default.as_deref(), Some("'a;b -- no comment'"));
    assert_eq!(
        (&column("price").sql_type, column("price").nullable),
        (&SqlType::Decimal(8, 2), false)
    );
    assert_eq!(
        (column("price").default.as_deref(), column("total").generated.as_deref()),
        (Some("1"), Some("price * 2"))
    );
    let checks: Vec<&str> = mixed.checks.iter().map(|c| c.sql.as_str()).collect();
    assert_eq!(
        checks,
        [
            "\"quo\"\"te\" <> ')'",
            "(price > 0) AND (total IS NOT NULL)",
            "price <> 13",
            "price > 0 AND price < 1e6"
        ]
    );

    let badge = table(schema, "hr.badge");
    assert_eq!(
        (
            badge.foreign_keys[0].ref_table.as_str(),
            badge.foreign_keys[0].ref_columns.join(",")
        ),
        ("hr.employee", "id".into())
    );
    assert_eq!(table(schema, "hr.employee").foreign_keys[0].ref_table, "hr.employee");
    assert_eq!(table(schema, "hr.employee").columns[1].sql_type, SqlType::Enum("hr.level".into()));

    let pair = table(schema, "pair");
    assert_eq!(column_names(pair), ["a", "b", "c", "d"]);
    assert_eq!(
        pair.unique,
        [vec!["d".to_owned()], vec!["c".into(), "d".into()]],
        "(b, a) says what the key says"
    );
    assert_eq!(
        (&pair.columns[2].sql_type, pair.columns[2].default.as_deref()),
        (&SqlType::Int64, Some("CASE WHEN 1 IS NOT NULL THEN 2 END"))
    );
    assert_eq!(table(schema, "triple").foreign_keys[0].ref_columns, ["a", "b"]);
    assert!(table(schema, "triple").primary_key.is_empty());
    assert_eq!(column_names(table(schema, "child")), ["a", "b", "c", "extra"]);

    let piece = table(schema, "log_1");
    assert_eq!(
        (piece.partition_of.as_deref(), column_names(piece)),
        (Some("log"), vec!["at", "pair_a", "k"])
    );
    assert_eq!(table(schema, "log_2").partition_of.as_deref(), Some("log"));
    for (kind, n) in [
        ("INSERT", 1),
        ("CREATE FUNCTION", 2),
        ("DO", 1),
        ("CREATE VIEW", 1),
        ("CREATE TEMPORARY TABLE", 1),
        ("psql command", 1),
    ] {
        assert_eq!(parsed.skipped.get(kind), Some(&n), "{kind}");
    }
}

#[test]
fn migrations_end_in_the_schema_they_lead_to() {
    let first = "CREATE TABLE a (id int PRIMARY KEY, old text, gone int, CONSTRAINT u UNIQUE (old));
        CREATE TABLE b (a_id int REFERENCES a, x int, CONSTRAINT b_check CHECK (x > 0)); CREATE TABLE c (id int); CREATE INDEX i ON a (old);";
    let second =
        "ALTER TABLE a RENAME COLUMN old TO new; ALTER TABLE a RENAME TO z; ALTER TABLE z DROP COLUMN gone, ALTER new SET NOT NULL;
        ALTER TABLE b DROP CONSTRAINT b_check; ALTER TABLE b RENAME a_id TO z_id; DROP TABLE IF EXISTS c, d CASCADE;
        ALTER TABLE z RENAME COLUMN id TO z_id; ALTER TABLE b SET SCHEMA s; CREATE TABLE IF NOT EXISTS z (nothing int);";
    let sources = [first, second].map(|text| Source {
        file: "m.sql".into(),
        text: text.into(),
    });
    let parsed = ddl::parse(&sources);
    assert_eq!(parsed.issues, []);
    let schema = parsed.logical;
    assert_eq!(schema.tables.iter().map(Table::id).collect::<Vec<_>>(), ["z", "s.b"]);
    let z = table(&schema, "z");
    assert_eq!(
        (column_names(z), z.primary_key.concat(), z.unique.concat().concat()),
        (vec!["z_id", "new"], "z_id".into(), "new".into())
    );
    assert!(!z.columns[1].nullable);
    let b = table(&schema, "s.b");
    assert_eq!(
        (b.foreign_keys[0].columns.concat(), b.foreign_keys[0].ref_columns.concat()),
        ("z_id".into(), "z_id".into())
    );
    assert_eq!(b.checks, []);
}

#[test]
fn partitions_lend_their_foreign_keys_to_the_whole_table() {
    let pagila = loaded("pagila/pagila-schema.sql").logical;
    let payment = table(&pagila, "payment");
    let parents: Vec<&str> = payment.foreign_keys.iter().map(|f| f.ref_table.as_str()).collect();
    assert_eq!(parents, ["customer", "rental", "staff"]);
    assert_eq!(pagila.data_tables().count(), 15);
    assert_eq!(
        table(&pagila, "film").checks[0].sql,
        "(release_year >= 1901) AND (release_year <= 2155)"
    );
}

#[test]
fn other_engines_tables_are_not_lost() {
    let mysql = loaded("wild/mysql.sql");
    assert_eq!(mysql.issues, []);
    let customers = table(&mysql.logical, "customers");
    assert_eq!(column_names(customers), ["id", "full_name", "kind", "active", "updated"]);
    assert_eq!(customers.columns[1].comment.as_deref(), Some("the customer's name; as said"));
    assert_eq!(customers.comment.as_deref(), Some("People who buy"));
    assert_eq!(mysql.logical.enum_values("customers_kind").map(<[String]>::len), Some(2));
    assert_eq!(
        (&customers.columns[0].sql_type, &customers.columns[3].sql_type),
        (&SqlType::Int64, &SqlType::Bool)
    );
    assert!(customers.columns[0].identity && customers.is_unique(&["full_name".into()]));
    let orders = table(&mysql.logical, "orders");
    assert_eq!(
        (column_names(orders), orders.foreign_keys.len(), orders.primary_key.concat()),
        (vec!["id", "customer_id", "key"], 1, "id".into())
    );

    let sqlite = loaded("wild/sqlite.sql").logical;
    assert_eq!(
        sqlite.tables.iter().map(Table::id).collect::<Vec<_>>(),
        ["album", "track", "after_trigger"]
    );
    let fk = &table(&sqlite, "track").foreign_keys[0];
    assert_eq!((fk.ref_table.as_str(), fk.ref_columns.concat()), ("album", "AlbumId".into()));
}

#[test]
fn what_cannot_be_read_costs_only_itself() {
    let broken = loaded("wild/broken.sql");
    let schema = &broken.logical;
    let ids: Vec<String> = schema.tables.iter().map(Table::id).collect();
    assert_eq!(
        ids,
        [
            "first",
            "holes",
            "forgotten_commas",
            "no_semicolon",
            "stray",
            "after_stray",
            "after_function",
            "last"
        ]
    );
    assert_eq!(column_names(table(schema, "forgotten_commas")), ["a", "b", "c"]);
    assert_eq!(column_names(table(schema, "no_semicolon")), ["x", "y"]);
    assert_eq!(column_names(table(schema, "holes"))[0], "id");
    assert_eq!(
        table(schema, "after_stray").foreign_keys.len(),
        1,
        "the reference to a table that is not there is left out"
    );
    assert_eq!(table(schema, "first").comment.as_deref(), Some("first things"));
    assert_eq!(broken.skipped.get("COPY row"), Some(&2));
    let place = |line: u32| format!("broken.sql:{line}");
    for (line, code) in [
        (4, "unreadable_item"),
        (13, "unfinished"),
        (15, "unreadable_statement"),
        (16, "unfinished"),
        (19, "unresolved_foreign_key"),
        (25, "unfinished"),
        (27, "unfinished"),
    ] {
        let found = broken.issues.iter().any(|i| i.code == code && i.location.ends_with(&place(line)));
        assert!(
            found,
            "{code} at line {line} in {:#?}",
            broken.issues.iter().map(ToString::to_string).collect::<Vec<_>>()
        );
    }
    assert_eq!(schema.problems(), []);
}

#[test]
fn parentheses_that_stay_open_are_told_with_their_line() {
    let parsed = parse("CREATE TABLE a (id int);\nCREATE TABLE c (id int, name varchar(10;\nCREATE TABLE d (id int);");
    assert_eq!(parsed.logical.tables.len(), 3);
    let [issue] = &parsed.issues[..] else {
        panic!("{:?}", parsed.issues)
    };
    assert!(issue.code == "unfinished" && issue.location.ends_with(":2"), "{issue}");
    assert!(issue.to_string().contains("2 parentheses"), "{issue}");
}

#[test]
fn unknown_types_are_kept_with_a_warning() {
    let parsed = parse("CREATE EXTENSION postgis; CREATE TABLE place (id uuid DEFAULT uuidv7() PRIMARY KEY, at public.geometry(Point,4326), v public.vector(3),
        w vector(4), hours numeric(4,2) GENERATED ALWAYS AS (round(1 / 60.0, 2)) VIRTUAL);");
    let types: Vec<String> = table(&parsed.logical, "place")
        .columns
        .iter()
        .map(|c| c.sql_type.to_string())
        .collect();
    assert_eq!(
        types,
        [
            "UUID",
            "GEOMETRY(POINT,4326)",
            "OTHER(public.vector(3))",
            "OTHER(vector(4))",
            "DECIMAL(4,2)"
        ]
    );
    assert!(
        parsed.issues.iter().all(|i| i.code == "unknown_type") && parsed.issues.len() == 2,
        "{:?}",
        parsed.issues
    );
}

#[test]
fn spider_schemas_load_by_id() {
    let file = data("wild/spider.json").display().to_string();
    let farm = load(&[format!("{file}#farm")]).unwrap_or_else(|e| panic!("{e}")).logical;
    assert_eq!((farm.name.as_str(), farm.tables.len()), ("farm", 2));
    let city = table(&farm, "city");
    assert_eq!(city.primary_key, ["city_id"]);
    assert_eq!(
        city.column("census_rank").and_then(|c| c.spelling.as_deref()),
        Some("census_ranking")
    );
    assert_eq!(city.column("official_name").and_then(|c| c.spelling.as_deref()), None);
    let competition = table(&farm, "farm_competition");
    assert_eq!(
        (competition.foreign_keys[0].ref_table.as_str(), &competition.columns[0].sql_type),
        ("city", &SqlType::Int64)
    );
    assert_eq!(competition.columns[3].sql_type, SqlType::Timestamp);
    assert!(refused(&file).contains("FILE#db_id: farm, lonely"), "{}", refused(&file));
    assert!(refused(&format!("{file}#frm")).contains("did you mean \"farm\"?"));
}

#[test]
fn what_is_no_schema_is_refused_with_the_way_out() {
    let dir = tempfile::tempdir().unwrap_or_else(|e| panic!("{e}"));
    let file = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap_or_else(|e| panic!("{e}"));
        path.display().to_string()
    };
    for (name, bytes, expected) in [
        ("empty.sql", b"  \n".as_slice(), "is empty"),
        ("custom.sql", b"PGDMP\x01\x0e\0", "pg_restore --schema-only"),
        ("zip.ddl", b"PK\x03\x04abc", "unpack"),
        ("binary.sql", b"\x7fELF\x01\0\0", "binary file"),
        ("rows.sql", b"INSERT INTO t VALUES (1);", "1 x INSERT"),
        ("letter.txt", b"We sell books.", "LLM key"),
        ("typo.json", b"{\"name\": \"a\", \"tabels\": []}", "did you mean \"tables\"?"),
        ("none.json", b"{\"name\": \"a\", \"tables\": []}", "no table was found"),
        ("not.duckdb", b"hello, I am no database at all", "cannot open database"),
    ] {
        assert!(
            refused(&file(name, bytes)).contains(expected),
            "{name}: {}",
            refused(&file(name, bytes))
        );
    }
    assert!(refused(&dir.path().display().to_string()).contains("directory"));
    assert!(refused(&dir.path().join("emtpy.sql").display().to_string()).contains("did you mean \"empty.sql\"?"));
    let bom = file("bom.sql", b"\xEF\xBB\xBFCREATE TABLE caf\xE9 (id int);");
    let loaded = load(&[bom]).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((loaded.logical.tables.len(), loaded.issues[0].code.as_str()), (1, "invalid_utf8"));
}

#[test]
fn a_duckdb_file_is_read_from_its_catalogue() {
    let dir = tempfile::tempdir().unwrap_or_else(|e| panic!("{e}"));
    let path = dir.path().join("Shop 1.duckdb");
    let connection = duckdb::Connection::open(&path).unwrap_or_else(|e| panic!("{e}"));
    connection
        .execute_batch(
            "CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE SCHEMA hr; CREATE SEQUENCE s;
            CREATE TABLE hr.person (id INTEGER PRIMARY KEY, \"Full Name\" VARCHAR NOT NULL, m mood, tags VARCHAR[], born TIMESTAMP WITH TIME ZONE);
            CREATE TABLE hr.badge (person INTEGER REFERENCES hr.person (id), code CHAR(3), UNIQUE (person, code), CHECK (person > 0));
            CREATE TABLE item (id BIGINT DEFAULT nextval('s') PRIMARY KEY, price DECIMAL(8,2) DEFAULT 1.5, twice DECIMAL(10,2) AS (price * 2), k ENUM('x', 'y'));
            CREATE UNIQUE INDEX u ON item (price); CREATE VIEW v AS SELECT 1 AS x;
            COMMENT ON TABLE item IS 'things'; COMMENT ON COLUMN item.price IS 'in dollars';",
        )
        .unwrap_or_else(|e| panic!("{e}"));
    drop(connection);
    let loaded = load(&[path.display().to_string()]).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(loaded.issues, []);
    let schema = &loaded.logical;
    assert_eq!(schema.name, "shop_1");
    assert_eq!(
        schema.tables.iter().map(Table::id).collect::<Vec<_>>(),
        ["hr.person", "hr.badge", "item"]
    );
    let person = table(schema, "hr.person");
    let types: Vec<String> = person.columns.iter().map(|c| c.sql_type.to_string()).collect();
    assert_eq!(types, ["INT32", "TEXT", "ENUM(mood)", "TEXT[]", "TIMESTAMPTZ"]);
    assert!(!person.columns[1].nullable && person.columns[2].nullable && person.primary_key == ["id"]);
    let badge = table(schema, "hr.badge");
    assert_eq!(
        (badge.foreign_keys[0].ref_table.as_str(), badge.foreign_keys[0].ref_columns.concat()),
        ("hr.person", "id".into())
    );
    assert_eq!((badge.unique.concat().join(","), badge.checks.len()), ("person,code".into(), 1));
    let item = table(schema, "item");
    assert!(item.columns[0].identity && item.is_unique(&["price".into()]));
    assert_eq!(
        (item.comment.as_deref(), item.columns[1].comment.as_deref()),
        (Some("things"), Some("in dollars"))
    );
    assert!(item.columns[1].default.as_deref().is_some_and(|d| d.contains("1.5")));
    assert!(item.columns[2].generated.as_deref().is_some_and(|g| g.contains("price")));
    assert_eq!(schema.enum_values("item_k").map(<[String]>::concat), Some("xy".into()));
    assert_eq!(loaded.skipped.get("VIEW"), Some(&1));
}

#[test]
fn no_cut_and_no_mutation_of_a_dump_breaks_the_reader() {
    let mut texts = vec![EVERYTHING.to_owned()];
    texts.extend(
        ["wild/mysql.sql", "wild/broken.sql", "pagila/pagila-data.sql"].map(|f| std::fs::read_to_string(data(f)).unwrap_or_default()),
    );
    let mut state = 42_u64;
    let mut random = |n: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % n.max(1)
    };
    let pieces = [
        "'",
        "\"",
        "$x$",
        "(",
        ")",
        ";",
        "/*",
        "--",
        "\\",
        ",",
        "\n",
        "CREATE TABLE t (",
        "é",
        "[",
        "`",
        "BEGIN ATOMIC",
        "COPY a FROM stdin;",
        "CASE",
    ];
    for text in &texts {
        let chars: Vec<char> = text.chars().collect();
        for _ in 0..300 {
            let cut: String = chars[..random(chars.len())].iter().collect();
            parse(&cut);
            let at = random(chars.len());
            let gone = random(8);
            let mut mutated: String = chars[..at].iter().collect();
            mutated.push_str(pieces[random(pieces.len())]);
            mutated.extend(chars.iter().skip(at + gone));
            let schema = parse(&mutated).logical;
            assert!(
                schema.problems().iter().all(|p| p.code == "empty_schema"),
                "{:?}",
                schema.problems()
            );
        }
    }
}

#[test]
fn hostile_texts_take_linear_time_and_no_stack() {
    let many = |piece: &str| piece.repeat(400_000 / piece.len());
    let mut texts: Vec<String> = [
        "(",
        "'",
        "\"",
        "$a$",
        "/*",
        "\\i x\n",
        "int[]",
        "a,",
        ";",
        "CASE ",
        "BEGIN ATOMIC;",
        "COPY a FROM stdin;\n",
        "\n",
        "GO\n",
        "E'\\",
        "[a",
    ]
    .iter()
    .flat_map(|piece| {
        [
            many(piece),
            format!("CREATE TABLE t (a {}", many(piece)),
            format!("CREATE TABLE t (a int DEFAULT {}", many(piece)),
        ]
    })
    .collect();
    texts.push((0..40_000).map(|n| format!("$t{n}$ ")).collect());
    texts.push(format!(
        "CREATE TABLE t ({});",
        (0..40_000).map(|n| format!("c{n} int\n")).collect::<String>()
    ));
    texts.push(format!(
        "CREATE TABLE p (a int, {});{}",
        many("b int,"),
        (0..20_000)
            .map(|n| format!("CREATE TABLE t{n} PARTITION OF p DEFAULT;"))
            .collect::<String>()
    ));
    texts.push(format!("CREATE DOMAIN d AS d; CREATE TABLE t (a d, b {});", many("x(")));
    texts.push(format!("COMMENT ON {}", many("'\nCREATE TABLE '\n")));
    texts.push(format!(
        "CREATE TABLE a (x int); ALTER TABLE a ATTACH PARTITION b; {}",
        many("CREATE TABLE b (y int) INHERITS (a, b);")
    ));
    let started = std::time::Instant::now();
    for text in texts {
        let parsed = parse(&text);
        assert!(parsed.issues.len() <= 400);
    }
    assert!(started.elapsed().as_secs() < 120, "{:?}", started.elapsed());
}

#[test]
fn a_thousand_tables_and_a_dump_of_five_megabytes_load_in_seconds() {
    let mut text = String::new();
    for n in 0..1000 {
        text.push_str(&format!(
            "CREATE TABLE t{n} (id int PRIMARY KEY, {} parent int);\n",
            (0..8).map(|c| format!("c{c} varchar(40) NOT NULL,")).collect::<String>()
        ));
        text.push_str(&format!(
            "COPY t{n} FROM stdin;\n{}\\.\n",
            "1\tsome words of a row; it's one\n".repeat(160)
        ));
    }
    for n in 1..1000 {
        text.push_str(&format!(
            "ALTER TABLE ONLY t{n} ADD CONSTRAINT f{n} FOREIGN KEY (parent) REFERENCES t{}(id);\n",
            n - 1
        ));
    }
    assert!(text.len() > 5_000_000);
    let started = std::time::Instant::now();
    let parsed = parse(&text);
    let counts = render::counts(&parsed.logical);
    assert_eq!((counts.tables, counts.columns, counts.foreign_keys), (1000, 10_000, 999));
    assert_eq!(parsed.skipped.get("COPY row"), Some(&160_000));
    assert_eq!(parsed.logical.problems(), []);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn two_versions_of_a_schema_are_compared() {
    let before =
        parse("CREATE TYPE m AS ENUM ('a'); CREATE TABLE t (id int PRIMARY KEY, x text, y int); CREATE TABLE gone (a int);").logical;
    let after = parse(
        "CREATE TYPE m AS ENUM ('a', 'b'); CREATE TABLE t (id bigint PRIMARY KEY, x text NOT NULL, z date); CREATE TABLE new (a int);",
    )
    .logical;
    let changes: Vec<String> = render::diff(&before, &after).iter().map(ToString::to_string).collect();
    assert_eq!(
        changes,
        [
            "enum m: values changed: a -> a, b",
            "t.id: type changed: INT32 -> INT64",
            "t.x: nullable changed: true -> false",
            "t.y: column removed",
            "t.z: column added: DATE",
            "gone: table removed",
            "new: table added, with 1 columns",
        ]
    );
    assert_eq!(render::diff(&after, &after), []);
}

#[test]
fn a_diagram_shows_entities_keys_and_how_many() {
    let schema = parse(
        "CREATE TABLE author (id int PRIMARY KEY, name text); CREATE TABLE \"Book Copy\" (id int PRIMARY KEY, author int NOT NULL REFERENCES author,
        shelf int UNIQUE REFERENCES author, price numeric(8,2));",
    );
    let diagram = render::mermaid(&schema.logical);
    for line in [
        "erDiagram",
        "    author {",
        "        int32 id PK",
        "        decimal_8_2 price",
        "    author ||--o{ \"Book Copy\" : \"author\"",
        "    author |o--o| \"Book Copy\" : \"shelf\"",
    ] {
        assert!(diagram.lines().any(|l| l == line), "{line:?} in\n{diagram}");
    }
    let overview = render::text(&schema.logical);
    assert!(
        overview.contains("2 tables, 6 columns, 2 primary keys, 2 foreign keys, 0 enums") && overview.contains("-> author"),
        "{overview}"
    );
}
