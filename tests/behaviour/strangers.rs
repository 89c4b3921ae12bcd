//! A schema as a clinic has it, whose names and keys lead astray: an alias that is a word of SQL, two self references, names that may repeat, missing
//! weights, states that are participles.

use super::project::Project;
use serde_json::Value;

const CLINIC: &str = "
CREATE TABLE animal (id integer PRIMARY KEY, name text NOT NULL, weight numeric(5,2), sire_id integer REFERENCES animal, dam_id integer REFERENCES animal);
CREATE TABLE appointment (id integer PRIMARY KEY, animal_id integer NOT NULL REFERENCES animal, starts_at timestamp,
    status text NOT NULL CHECK (status IN ('booked', 'cancelled', 'held')));
CREATE TABLE treatment (code text PRIMARY KEY, price numeric(7,2));
CREATE TABLE appointment_treatment (appointment_id integer REFERENCES appointment, code text REFERENCES treatment, quantity integer NOT NULL,
    PRIMARY KEY (appointment_id, code));
";

#[test]
fn questions_of_a_clinic_say_which_rows_and_which_way() -> Result<(), Box<dyn std::error::Error>> {
    let project = Project::new()?;
    project.write("clinic.sql", CLINIC)?;
    for phase in ["joins", "analytics", "hierarchies", "set_operations"] {
        let file = format!("phases/{phase}.yaml");
        let recipe = project.read(&file)?;
        let kept: Vec<&str> = recipe.lines().filter(|line| !line.starts_with("pairs:")).collect();
        project.write(&file, &format!("{}\npairs: 80\n", kept.join("\n")))?;
    }
    let phases = "phases=[schema, populate, joins, analytics, hierarchies, set_operations]";
    let done = project.run(&[
        "--fresh",
        "--set",
        "source.ddl=clinic.sql",
        "--set",
        phases,
        "--set",
        "populate.rows=60",
    ])?;
    done.says(0, &[]);
    assert!(!done.stderr.contains("does not take the SQL"), "{}", done.stderr);
    for phase in ["joins", "analytics", "hierarchies", "set_operations"] {
        for line in project.read(&format!("generated_datasets/clinic/{phase}/records.jsonl"))?.lines() {
            let record: Value = serde_json::from_str(line)?;
            let text = |name: &str| record[name].as_str().unwrap_or_default().to_owned();
            let (question, sql) = (text("question"), text("sql"));
            if sql.contains("RECURSIVE") && sql.contains("JOIN") {
                // Which of the two parents is followed.
                let way = if sql.contains("dam_id") { "dam" } else { "sire" };
                let other = if way == "dam" { "sire" } else { "dam" };
                assert!(question.contains(way) && !question.contains(other), "{question}\n{sql}");
            }
            if sql.contains("INTERSECT") || sql.contains("EXCEPT") {
                // Two animals may have one name.
                let left = sql.split(" FROM ").next().unwrap_or_default();
                assert!(!left.contains("name") || left.contains("id"), "{question}\n{sql}");
            }
            if sql.contains("weight IS NOT NULL") && sql.contains("100.0") {
                assert!(question.contains("missing weight"), "{question}\n{sql}");
            }
            assert!(!question.contains("have cancelled appointments"), "{question}\n{sql}");
        }
    }
    let edges = ["appointment_treatment(appointment_id)", "animal(sire_id)", "animal(dam_id)"];
    let all: Vec<String> = ["joins", "hierarchies"]
        .iter()
        .filter_map(|phase| project.read(&format!("generated_datasets/clinic/{phase}/records.jsonl")).ok())
        .collect();
    assert!(edges.iter().all(|edge| all.iter().any(|records| records.contains(edge))));
    Ok(())
}
