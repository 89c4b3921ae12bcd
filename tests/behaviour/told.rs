//! What a source says and no question can tell of is told: by the run, its artifact and `schema check`.

use crate::project::Project;
use serde_json::Value;

type Result = std::result::Result<(), Box<dyn std::error::Error>>;

const ROOMS: &str = "CREATE TABLE room (room_id INT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE booking (
  booking_id INT PRIMARY KEY, room_id INT NOT NULL REFERENCES room, booked_for DATE NOT NULL,
  EXCLUDE USING gist (room_id WITH =, booked_for WITH =)
);
CREATE VIEW free_rooms AS SELECT * FROM room;
CREATE UNIQUE INDEX one_name ON room (lower(name));
SET search_path = public;";

const KUNDEN: &str = "CREATE TABLE kunden (kundennr INT PRIMARY KEY, firma TEXT, strasse TEXT, ort TEXT, gesperrt BOOLEAN);
CREATE TABLE auftraege (auftragsnr INT PRIMARY KEY, kundennr INT REFERENCES kunden, auftragsdatum DATE, frachtpreis INT);";

fn schema_phase(project: &Project) -> std::result::Result<crate::project::Done, Box<dyn std::error::Error>> {
    Ok(project.run(&["--set", "source.ddl=shop.sql", "--set", "run.name=shop", "--phase", "schema"])?)
}

#[test]
fn a_run_tells_what_it_read_over_and_what_it_cannot_enforce() -> Result {
    let project = Project::new()?;
    project.write("shop.sql", ROOMS)?;
    schema_phase(&project)?.says(
        0,
        &[
            "shop.sql:4: warning: table booking: EXCLUDE USING gist",
            "shop.sql:7: warning: table room: a unique index on an expression",
            "read over, since it says nothing about tables: 1 CREATE UNIQUE INDEX (partial or on an expression), 1 CREATE VIEW",
        ],
    );
    let found: Value = serde_json::from_str(&project.read("generated_datasets/shop/schema/findings.json")?)?;
    assert_eq!(found["read_over"]["CREATE VIEW"], 1);
    let codes: Vec<&str> = found["findings"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|f| f["code"].as_str())
        .collect();
    assert_eq!(codes, ["not_enforced", "not_enforced"]);
    Ok(())
}

#[test]
fn what_keeps_a_schema_from_being_used_is_told_once() -> Result {
    let project = Project::new()?;
    project.write("shop.sql", "CREATE TABLE item (id INTEGER PRIMARY KEY, label VARCHAR(0));")?;
    let checked = project.sqlmint(&["schema", "check", "shop.sql"])?;
    assert_eq!(checked.code, Some(1), "{}", checked.stdout);
    assert_eq!(checked.stdout.matches("VARCHAR(0) holds no text").count(), 1, "{}", checked.stdout);
    let run = schema_phase(&project)?;
    let told = format!("{}{}", run.stdout, run.stderr);
    assert_eq!(told.matches("VARCHAR(0) holds no text").count(), 1, "{told}");
    Ok(())
}

#[test]
fn a_run_warns_of_a_schema_that_is_not_english_until_somebody_said_it_in_english() -> Result {
    let project = Project::new()?;
    project.write("shop.sql", KUNDEN)?;
    let warning = "most words of this schema are not English: 10 of 10";
    schema_phase(&project)?.says(0, &[warning]);
    let checked = project.sqlmint(&["schema", "check", "shop.sql"])?;
    assert!(checked.stdout.contains(warning), "{}", checked.stdout);
    project.write("shop.lexicon.yaml", "tables:\n  kunden: {singular: customer}\n")?;
    let done = schema_phase(&project)?;
    assert!(
        !done.stderr.contains(warning) && !done.stdout.contains(warning),
        "a lexicon was given"
    );
    Ok(())
}
