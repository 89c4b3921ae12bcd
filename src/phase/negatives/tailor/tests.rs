use super::*;
use crate::database::load;
use crate::database::{Backend, Changed, Duck};
use crate::ir::LogicalIr;
use crate::query::parse;
use crate::schema::source::ddl;

const DDL: &str = "CREATE TYPE kind AS ENUM ('a', 'b');
CREATE TABLE room (room_id int PRIMARY KEY, name varchar(4) NOT NULL UNIQUE, opened date NOT NULL, closed date, CHECK (closed > opened));
CREATE TABLE item (item_id int PRIMARY KEY, room_id int NOT NULL REFERENCES room, other_id int REFERENCES item, kind kind NOT NULL,
  pieces smallint NOT NULL CHECK (pieces BETWEEN 1 AND 20), price numeric(6,2) NOT NULL, total numeric(8,2) GENERATED ALWAYS AS (pieces * price) STORED,
  CHECK (other_id IS NULL OR other_id <> item_id));";
const ROWS: &str = "INSERT INTO room SELECT i, 'r' || i, DATE '2020-01-01' + CAST(i AS int), DATE '2021-01-01' + CAST(i AS int) FROM range(1, 9) t(i);
INSERT INTO item SELECT i, 1 + i % 8, CASE WHEN i > 1 THEN i - 1 END, ['a', 'b'][1 + i % 2], 1 + i % 20, i, (1 + i % 20) * i FROM range(1, 41) t(i);";
const QUERIES: &[&str] = &[
    "SELECT r.name, COUNT(*) FROM item AS i JOIN room AS r ON i.room_id = r.room_id WHERE i.pieces > 18 AND r.closed < DATE '2021-01-05' GROUP BY r.name",
    "SELECT kind FROM item WHERE total >= 100 AND other_id = 3 GROUP BY kind HAVING COUNT(*) > 7",
    "SELECT a.item_id FROM item AS a JOIN item AS b ON a.other_id = b.item_id WHERE b.kind = 'a' AND a.price BETWEEN 5 AND 9",
    "SELECT name FROM room WHERE name LIKE '%r1%' OR closed IS NULL",
];
const MODES: &[Mode] = &[Mode::AsIs, Mode::Boundaries, Mode::Ties, Mode::Alike, Mode::First(7), Mode::Few(3)];

fn house() -> Result<(LogicalIr, Duck), Box<dyn std::error::Error>> {
    let schema = ddl::parse(&[ddl::Source {
        file: "house.sql".into(),
        text: DDL.into(),
    }])
    .logical;
    let duck = Duck::in_memory()?;
    duck.execute(&load::definitions(&schema))?;
    duck.execute(ROWS)?;
    Ok((schema, duck))
}

#[test]
fn every_instance_keeps_the_schema_s_constraints() -> Result<(), Box<dyn std::error::Error>> {
    let (schema, duck) = house()?;
    let changed = Changed::new(&duck)?;
    let rules = Rules::new(&schema, &duck);
    let broken = [
        "SELECT 1 FROM room WHERE room_id IS NULL OR name IS NULL OR opened IS NULL OR length(name) > 4 OR NOT coalesce(closed > opened, true)",
        "SELECT name FROM room GROUP BY name HAVING count(*) > 1",
        "SELECT item_id FROM item GROUP BY item_id HAVING count(*) > 1",
        "SELECT 1 FROM item WHERE room_id IS NULL OR kind IS NULL OR pieces NOT BETWEEN 1 AND 20 OR price IS NULL OR total <> pieces * price OR other_id = item_id",
        "SELECT 1 FROM item WHERE room_id NOT IN (SELECT room_id FROM room)",
        "SELECT 1 FROM item WHERE other_id NOT IN (SELECT item_id FROM item)",
    ];
    let mut shapes = BTreeSet::new();
    for sql in QUERIES {
        let query = parse::query(sql)?;
        let mut tailor = Tailor::new(&rules, std::iter::once(&query));
        tailor.whole = true;
        for mode in MODES {
            for n in 0..12 {
                let seed = Seed(n).child(sql);
                changed.wear(&tailor.instance(*mode, seed, changed.home()), 5_000)?;
                let ask = |sql: &str| changed.session().query(sql, 5_000);
                ask(sql)?;
                // What a query does not read may have lost the rows that refer to rows left out.
                for broken in broken
                    .into_iter()
                    .filter(|broken| !broken.contains("NOT IN") || sql.contains("item"))
                {
                    assert_eq!(ask(broken)?.row_count(), 0, "{mode:?}: {broken}");
                }
                // As text it has the same rows.
                let every = "SELECT * FROM item JOIN room USING (room_id)";
                let rows = ask(every)?.hash(false);
                let text = text(&tailor.instance(*mode, seed, "main"));
                let with = if text.is_empty() { text } else { format!("WITH {text} ") };
                assert_eq!(duck.query(&format!("{with}{every}"), 5_000)?.hash(false), rows, "{mode:?}: {with}");
                shapes.insert(rows);
            }
        }
    }
    assert!(shapes.len() > 100, "only {} different instances", shapes.len());
    Ok(())
}

#[test]
fn boundaries_meet_literals_and_the_first_rows_are_one_group() -> Result<(), Box<dyn std::error::Error>> {
    let (schema, duck) = house()?;
    let rules = Rules::new(&schema, &duck);
    let query = parse::query(QUERIES[1])?;
    let mut tailor = Tailor::new(&rules, std::iter::once(&query));
    tailor.whole = true;
    assert_eq!(tailor.counts, [7]);
    let changed = Changed::new(&duck)?;
    let counted = |mode, n: u64, sql: &str| -> Result<u64, Box<dyn std::error::Error>> {
        changed.wear(&tailor.instance(mode, Seed(n), changed.home()), 5_000)?;
        Ok(changed.session().query(sql, 5_000)?.row_count())
    };
    let met = (0..12).filter(|n| counted(Mode::Boundaries, *n, "SELECT 1 FROM item WHERE total = 100").is_ok_and(|rows| rows > 0));
    assert!(met.count() > 2, "total is met through price, which moves along");
    assert_eq!(
        counted(Mode::First(7), 1, "SELECT kind FROM item GROUP BY kind HAVING count(*) = 7")?,
        1
    );
    assert_eq!(counted(Mode::Few(3), 1, "SELECT item_id FROM item")?, 3);
    assert_eq!(counted(Mode::AsIs, 1, "SELECT item_id FROM item")?, 40);
    Ok(())
}

#[test]
fn an_instance_without_the_columns_that_a_query_does_not_read_answers_it_alike() -> Result<(), Box<dyn std::error::Error>> {
    let (schema, duck) = house()?;
    let changed = Changed::new(&duck)?;
    let rules = Rules::new(&schema, &duck);
    for sql in QUERIES {
        let query = parse::query(sql)?;
        let narrow = Tailor::new(&rules, std::iter::once(&query));
        let mut whole = Tailor::new(&rules, std::iter::once(&query));
        whole.whole = true;
        for (mode, n) in MODES.iter().flat_map(|mode| (0..6).map(move |n| (*mode, n))) {
            let answer = |tailor: &Tailor<'_>| -> Result<String, crate::database::DbError> {
                changed.wear(&tailor.instance(mode, Seed(n), changed.home()), 5_000)?;
                Ok(changed.session().query(sql, 5_000)?.hash(false))
            };
            assert_eq!(answer(&narrow)?, answer(&whole)?, "{mode:?} {n}: {sql}");
        }
        changed.wear(&narrow.instance(Mode::Boundaries, Seed(1), changed.home()), 5_000)?;
        assert!(
            changed
                .session()
                .query("SELECT opened, price FROM item JOIN room USING (room_id)", 5_000)
                .is_err(),
            "{sql}"
        );
    }
    Ok(())
}
