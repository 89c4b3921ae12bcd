//! Every mutation at work, on one schema.

use super::*;
use crate::query::parse;
use crate::schema::source::ddl;

const DDL: &str = "CREATE TABLE author (id int PRIMARY KEY, name text NOT NULL, country text, born date);
CREATE TABLE book (id int PRIMARY KEY, author_id int NOT NULL REFERENCES author, editor_id int REFERENCES author, title text, genre text,
  pages int, price numeric(8,2), published date);";

const QUERIES: &[&str] = &[
    "SELECT title FROM book WHERE pages > 300 AND genre = 'crime' ORDER BY price DESC LIMIT 5",
    "SELECT a.country, AVG(b.price) AS mean FROM book AS b JOIN author AS a ON b.author_id = a.id WHERE b.published >= '2020-01-31' GROUP BY a.country HAVING COUNT(*) > 3 ORDER BY mean",
    "SELECT a.name FROM author AS a LEFT JOIN book AS b ON b.author_id = a.id WHERE b.id IS NULL",
    "SELECT DISTINCT genre FROM book WHERE title LIKE '%sea%' OR pages BETWEEN 100 AND 200",
    "SELECT COUNT(*) FROM book WHERE genre IN ('crime', 'poetry') AND price < (SELECT AVG(price) FROM book)",
    "SELECT name FROM author WHERE id NOT IN (SELECT author_id FROM book WHERE price > 20) UNION SELECT title FROM book",
    "SELECT title, RANK() OVER (PARTITION BY genre ORDER BY price DESC) AS place FROM book",
    "SELECT genre, country, COUNT(DISTINCT title) FROM book, author WHERE author_id = author.id GROUP BY genre, country",
    "SELECT a.name FROM author a WHERE EXISTS (SELECT 1 FROM book b WHERE b.author_id = a.id AND b.pages > 500)",
];

fn schema() -> LogicalIr {
    ddl::parse(&[ddl::Source {
        file: "books.ddl".into(),
        text: DDL.into(),
    }])
    .logical
}

fn all(sql: &str) -> Vec<Mutant> {
    let (query, schema) = (parse::query(sql).expect("the query parses"), schema());
    let ground = Ground::new(&query, &schema, None).expect("its names exist");
    mutants(&ground, Seed(1)).collect()
}

fn changed(sql: &str, class: &str) -> Vec<String> {
    all(sql)
        .into_iter()
        .filter(|mutant| mutant.error_class == class)
        .map(|mutant| mutant.sql)
        .collect()
}

#[test]
fn every_mutant_parses_differs_and_names_only_what_exists() {
    let schema = schema();
    let mut classes = BTreeSet::new();
    for sql in QUERIES {
        for mutant in all(sql) {
            let query = parse::query(&mutant.sql).unwrap_or_else(|e| panic!("{}: {e}", mutant.sql));
            assert_eq!(query.to_string(), mutant.sql, "{}", mutant.change);
            assert_ne!(mutant.sql, *sql);
            assert!(scope::resolve(&query, &schema).is_ok(), "{}: {}", mutant.change, mutant.sql);
            assert!(!mutant.change.is_empty());
            classes.insert(mutant.error_class);
        }
    }
    let registered: BTreeSet<_> = MUTATIONS.iter().map(|mutation| mutation.name).collect();
    assert_eq!(classes, registered, "every mutation finds something in these queries");
}

#[test]
fn few_mutants_are_of_many_classes_and_the_seed_decides() {
    let (query, schema) = (parse::query(QUERIES[1]).expect("parses"), schema());
    let ground = Ground::new(&query, &schema, None).expect("resolves");
    let six = |seed: u64| mutants(&ground, Seed(seed)).take(6).collect::<Vec<_>>();
    assert_eq!(six(1).iter().map(|mutant| mutant.error_class).collect::<BTreeSet<_>>().len(), 6);
    assert_eq!(six(1), six(1));
    assert_ne!(six(1), six(2));
}

#[test]
fn changes_keep_the_query_valid() {
    let grouped = QUERIES[1];
    // A grouped column changes wherever it is shown and grouped by.
    assert!(
        changed(grouped, "column")
            .iter()
            .any(|sql| sql.matches("a.name").count() == 2 && !sql.contains("country"))
    );
    // A dropped group key takes its output column along.
    assert!(
        changed(QUERIES[7], "grouping")
            .contains(&"SELECT country, COUNT(DISTINCT title) FROM book, author WHERE author_id = author.id GROUP BY country".to_owned())
    );
    // The join condition stays.
    assert!(
        all(QUERIES[7])
            .iter()
            .all(|mutant| mutant.error_class == "join" || mutant.sql.contains("author_id = author.id"))
    );
    assert!(
        all(QUERIES[8])
            .iter()
            .all(|mutant| mutant.error_class == "join" || mutant.sql.contains("b.author_id = a.id"))
    );
    // book.author_id is always set, so an outer join would change nothing.
    assert!(changed(grouped, "join").iter().all(|sql| !sql.contains("LEFT JOIN")));
    assert!(changed(grouped, "join").iter().any(|sql| sql.contains("b.editor_id = a.id")));
    // 31 January has no neighbour in February but its last day.
    assert!(changed(grouped, "literal").iter().any(|sql| sql.contains("'2020-02-29'")));
    assert!(changed(QUERIES[2], "join").iter().any(|sql| sql.contains("AS a JOIN book")));
}

const LENDING: &str = "CREATE TABLE shelf (id int PRIMARY KEY, room text NOT NULL, floor int, UNIQUE (room, floor));
CREATE TABLE copy (book int NOT NULL, nr int NOT NULL, shelf_id int REFERENCES shelf, kind text NOT NULL, worn boolean NOT NULL, PRIMARY KEY (book, nr));
CREATE TABLE loan (id int PRIMARY KEY, book int NOT NULL, nr int NOT NULL, days int NOT NULL, FOREIGN KEY (book, nr) REFERENCES copy (book, nr));";

/// Changes that mutations of a class offer for a query over the lending schema.
fn offered(sql: &str, class: &str) -> Vec<String> {
    let schema = ddl::parse(&[ddl::Source {
        file: "lending.ddl".into(),
        text: LENDING.into(),
    }])
    .logical;
    let query = parse::query(sql).expect("the query parses");
    let ground = Ground::new(&query, &schema, None).expect("its names exist");
    let all: Vec<Mutant> = mutants(&ground, Seed(1)).collect();
    all.into_iter()
        .filter(|mutant| mutant.error_class == class)
        .map(|mutant| mutant.change)
        .collect()
}

#[test]
fn what_the_schema_makes_equivalent_is_not_offered() {
    let has = |sql: &str, class: &str, change: &str| offered(sql, class).iter().any(|found| found.contains(change));
    let by_copy = "FROM loan AS l JOIN copy AS c ON l.book = c.book AND l.nr = c.nr GROUP BY";
    // A whole key determines its row, half of it does not.
    assert!(!has(
        &format!("SELECT c.book, c.nr, COUNT(*) {by_copy} c.book, c.nr"),
        "grouping",
        "c.kind was added"
    ));
    assert!(has(
        &format!("SELECT c.book, COUNT(*) {by_copy} c.book"),
        "grouping",
        "c.kind was added"
    ));
    // What WHERE pins is one group; what it only bounds is not.
    assert!(!has(
        "SELECT nr, COUNT(*) FROM copy WHERE kind = 'map' GROUP BY nr",
        "grouping",
        "kind was added"
    ));
    assert!(!has(
        "SELECT nr, COUNT(*) FROM copy WHERE NOT worn GROUP BY nr",
        "grouping",
        "worn was added"
    ));
    assert!(has(
        "SELECT nr, COUNT(*) FROM copy WHERE kind <> 'map' GROUP BY nr",
        "grouping",
        "kind was added"
    ));
    // A label that nobody reads, unless the outer query shows it.
    let counts = format!("WITH n AS (SELECT c.kind, COUNT(*) AS n {by_copy} c.book, c.nr, c.kind) SELECT");
    let labelled =
        "WITH n AS (SELECT s.room, COUNT(*) AS n FROM copy AS c JOIN shelf AS s ON c.shelf_id = s.id GROUP BY s.id, s.room) SELECT";
    assert!(!has(&format!("{counts} MAX(n) FROM n"), "column", "c.kind became"));
    assert_eq!(offered(&format!("{labelled} MAX(n) FROM n"), "column").len(), 0);
    // At rank 1 both rankings agree, and at rank 2 they do not.
    let ranked = |keep: &str| {
        format!(
            "WITH r AS (SELECT book, RANK() OVER (PARTITION BY kind ORDER BY nr) AS place FROM copy) SELECT book FROM r WHERE place {keep}"
        )
    };
    assert!(!has(&ranked("= 1"), "window", "DENSE_RANK"));
    assert!(has(&ranked("<= 2"), "window", "DENSE_RANK"));
    // One row has no duplicates.
    assert!(offered("SELECT DISTINCT kind FROM copy WHERE book = 3 AND nr = 1", "distinct").is_empty());
    assert!(!offered("SELECT DISTINCT kind FROM copy WHERE book = 3", "distinct").is_empty());
    // A row without a shelf is lost again, where something is joined to the shelf.
    let shelves = "SELECT l.days FROM loan AS l JOIN copy AS c ON l.book = c.book AND l.nr = c.nr JOIN shelf AS s ON c.shelf_id = s.id";
    assert!(has(shelves, "join", "JOIN became LEFT JOIN on shelf"));
    assert!(!has(
        &format!("{shelves} JOIN shelf AS t ON s.id = t.id"),
        "join",
        "LEFT JOIN on shelf AS s"
    ));
    // A key with NULL in it is no key.
    assert!(!offered("SELECT DISTINCT room, floor FROM shelf", "distinct").is_empty());
}

#[test]
fn every_error_has_its_place_in_the_field_s_taxonomies() {
    let mutants: Vec<Mutant> = QUERIES.iter().flat_map(|sql| all(sql)).collect();
    for mutant in &mutants {
        assert!(
            mutant.error.error_type.ends_with(" Errors") && ["E1", "E2"].contains(&mutant.error.level),
            "{mutant:?}"
        );
    }
    let of = |change: &str| {
        mutants
            .iter()
            .find(|mutant| mutant.change.contains(change))
            .map(|mutant| mutant.error.sub_error_type)
    };
    assert_eq!(of("LEFT JOIN became JOIN"), Some("Join Type Mismatch"));
    assert_eq!(of("> became >="), Some("Comparison Operator"));
    assert_eq!(of("the condition pages > 300 was dropped"), Some("Explicit Condition Missing"));
    assert_eq!(of("NOT IN became IN"), Some("Logical Operator"));
    assert_eq!(of("was dropped under LIMIT"), Some("Clause Missing"));
}

#[test]
fn distinct_is_never_added_to_rows() {
    assert!(changed("SELECT genre FROM book ORDER BY genre LIMIT 3", "distinct").is_empty());
    assert!(!changed("SELECT DISTINCT genre FROM book", "distinct").is_empty());
    assert!(!changed("SELECT COUNT(genre) FROM book", "distinct").is_empty());
}

#[test]
fn a_real_is_compared_with_what_a_real_holds() {
    let schema = ddl::parse(&[ddl::Source {
        file: "t.ddl".into(),
        text: "CREATE TABLE t (id int PRIMARY KEY, price real);".into(),
    }])
    .logical;
    let quantiles = ["0.1", "0.5", "0.75", "0.9"].map(|text| crate::ir::Value::Number(text.into()));
    let profile = Profile {
        tables: vec![crate::schema::profile::TableProfile {
            table: "t".into(),
            rows: 10,
            columns: vec![ColumnProfile {
                column: "price".into(),
                distinct: 10,
                quantiles: quantiles.into(),
                ..ColumnProfile::default()
            }],
        }],
        ..Profile::default()
    };
    let literals = |sql: &str| {
        let query = parse::query(sql).expect("parses");
        let ground = Ground::new(&query, &schema, Some(&profile)).expect("resolves");
        let found = mutants(&ground, Seed(1)).filter(|mutant| mutant.error_class == "literal");
        found.map(|mutant| mutant.change).collect::<Vec<_>>()
    };
    assert_eq!(literals("SELECT id FROM t WHERE price > 0.75"), ["0.75 became 0.5"]);
    assert!(literals("SELECT id FROM t WHERE price > 0.25").contains(&"0.25 became 0.5".to_owned()));
}
