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
                assert!(question.contains("no recorded weight"), "{question}\n{sql}");
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

const PARCELS: &str = "
CREATE TABLE parcel (id integer PRIMARY KEY, label text NOT NULL, payment_terms_days integer NOT NULL CHECK (payment_terms_days BETWEEN 5 AND 90),
    weight_kg numeric(6,2) NOT NULL, return_of_id integer REFERENCES parcel);
CREATE TABLE clerk (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE donation (id integer PRIMARY KEY, made_on date NOT NULL, amount numeric(8,2) NOT NULL, cashier_id integer NOT NULL REFERENCES clerk,
    auditor_clerk_id integer NOT NULL REFERENCES clerk);
";

#[test]
fn questions_of_parcels_say_its_and_are_and_whose_clerk() -> Result<(), Box<dyn std::error::Error>> {
    let project = Project::new()?;
    project.write("parcels.sql", PARCELS)?;
    let shapes = "kind: pairs\nshapes: [self_join, filtered_count, projection, without_children, of_parent]\npairs: 120\n";
    project.write("phases/joins.yaml", shapes)?;
    let done = project.run(&[
        "--fresh",
        "--set",
        "source.ddl=parcels.sql",
        "--set",
        "phases=[schema, populate, joins]",
        "--set",
        "populate.rows=60",
    ])?;
    done.says(0, &[]);
    let (mut own, mut several, mut asked) = (0, 0, std::collections::BTreeMap::new());
    for line in project.read("generated_datasets/parcels/joins/dataset.jsonl")?.lines() {
        let pair: Value = serde_json::from_str(line)?;
        let [question, sql] = ["question", "sql"].map(|name| pair[name].as_str().unwrap_or_default().to_owned());
        assert!(
            !question.contains("each parcel") || !question.contains("their original"),
            "{question}"
        );
        assert!(
            !question.contains("a payment terms") && !question.contains("payment terms is "),
            "{question}"
        );
        own += usize::from(question.contains("than its original parcel"));
        several += usize::from(question.contains("with payment terms") || question.contains("payment terms are "));
        let key = |sql: &str| ["cashier_id", "auditor_clerk_id"].map(|key| sql.contains(key));
        let before = asked.insert(question.clone(), key(&sql));
        assert!(before.is_none_or(|before| before == key(&sql)), "{question}\n{sql}");
    }
    assert!(own > 0 && several > 0, "{own} {several}");
    Ok(())
}

const DONORS: &str = "
CREATE TYPE unit_state AS ENUM ('quarantine', 'available', 'transfused');
CREATE TABLE nurse (nurse_id integer PRIMARY KEY, name text NOT NULL, hired_on date NOT NULL);
CREATE TABLE donor (donor_id integer PRIMARY KEY, name text NOT NULL, weight_kg numeric(5,1) NOT NULL, consent boolean NOT NULL, smoker boolean);
CREATE TABLE donation (donation_id integer PRIMARY KEY, donor_id integer NOT NULL REFERENCES donor, phlebotomist_id integer NOT NULL REFERENCES nurse,
    screening_nurse_id integer NOT NULL REFERENCES nurse, donated_at timestamp NOT NULL, state unit_state NOT NULL, volume_ml integer NOT NULL);
";

#[test]
fn questions_of_donors_say_when_what_happened_and_whose_rows() -> Result<(), Box<dyn std::error::Error>> {
    let project = Project::new()?;
    project.write("donors.sql", DONORS)?;
    let shapes =
        "kind: pairs\nshapes: [extreme_rows, top_n, aggregate, two_values, percentage_by_group, filtered_count, per_one]\npairs: 250\n";
    project.write("phases/joins.yaml", shapes)?;
    let done = project.run(&[
        "--fresh",
        "--set",
        "source.ddl=donors.sql",
        "--set",
        "phases=[schema, populate, joins]",
        "--set",
        "populate.rows=80",
    ])?;
    done.says(0, &[]);
    let (mut when, mut consenting, mut status, mut without) = (0, 0, 0, 0);
    for line in project.read("generated_datasets/donors/joins/dataset.jsonl")?.lines() {
        let pair: Value = serde_json::from_str(line)?;
        let [question, sql] = ["question", "sql"].map(|name| pair[name].as_str().unwrap_or_default().to_owned());
        assert!(!question.contains("have the latest hire date"), "{question}");
        // Nobody weighs people together, and who says neither is no non-smoker.
        assert!(!sql.contains("SUM(weight_kg)") && !sql.contains("NOT smoker"), "{question}\n{sql}");
        // Their role was said.
        assert!(!question.contains("nurses without any donations (as"), "{question}");
        assert!(
            !question.contains("marked as consent") && !question.contains(" in quarantine"),
            "{question}"
        );
        when += usize::from(question.contains("most recently"));
        consenting += usize::from(question.contains("with consent"));
        status += usize::from(question.contains("status"));
        without += usize::from(question.contains("nurses without any donations"));
    }
    let found = [when, consenting, status, without];
    assert!(found.iter().all(|n| *n > 0), "{found:?}");
    Ok(())
}

const HIRES: &str = "
CREATE TABLE crew (crew_id integer PRIMARY KEY, first_name text NOT NULL, last_name text NOT NULL, day_rate numeric(6,2) NOT NULL,
    spouse_id integer REFERENCES crew, referred_by_crew_id integer REFERENCES crew);
CREATE TABLE hire (hire_id integer PRIMARY KEY, show_name varchar(80), status text NOT NULL CHECK (status IN ('Quote', 'Returned', 'Cancelled')),
    collected_by integer NOT NULL REFERENCES crew, returned_at timestamp, fee numeric(8,2) NOT NULL, fee_currency char(3) NOT NULL,
    price_kg numeric(6,2) NOT NULL);
CREATE TABLE hire_line (hire_id integer NOT NULL REFERENCES hire, line_no integer NOT NULL, lamp_hours integer NOT NULL, PRIMARY KEY (hire_id, line_no));
";

#[test]
fn questions_of_hires_name_rows_by_what_all_have() -> Result<(), Box<dyn std::error::Error>> {
    let project = Project::new()?;
    project.write("hires.sql", HIRES)?;
    let shapes = "kind: pairs\nshapes: [chain, filtered_count, per_parent, per_parent_category, share_of_total, share_of_sum, of_parent, percentage_by_group]\n";
    project.write("phases/joins.yaml", &format!("{shapes}pairs: 300\n"))?;
    let phases = "phases=[schema, populate, joins]";
    let rows = "populate.rows=80";
    let done = project.run(&["--fresh", "--set", "source.ddl=hires.sql", "--set", phases, "--set", rows])?;
    done.says(0, &[]);
    let (mut referred, mut collected, mut priced, mut lamps) = (0, 0, 0, 0);
    for line in project.read("generated_datasets/hires/joins/dataset.jsonl")?.lines() {
        let pair: Value = serde_json::from_str(line)?;
        let [question, sql] = ["question", "sql"].map(|name| pair[name].as_str().unwrap_or_default().to_owned());
        // Some shows have no name, and spouses are nobody's above or below.
        assert!(
            !sql.contains("GROUP BY h.show_name") && !question.contains("spouses"),
            "{question}\n{sql}"
        );
        // "Returned" is a state of its own.
        assert!(
            !question.contains("yet returned") && !question.contains("already returned"),
            "{question}"
        );
        // No percentage of a total over currencies.
        let share = sql.contains("100.0") && sql.contains("SUM(fee)");
        assert!(!share || sql.contains("fee_currency = "), "{question}\n{sql}");
        assert!(!question.contains("collecter") && !question.contains("crews"), "{question}");
        referred += usize::from(sql.contains("RECURSIVE") && (question.contains("referred") || question.contains("referrer")));
        collected += usize::from(question.contains("collected"));
        priced += usize::from(question.contains("price per kg"));
        lamps += usize::from(question.contains("lamp hours"));
    }
    let found = [referred, collected, priced, lamps];
    assert!(found.iter().all(|n| *n > 0), "{found:?}");
    Ok(())
}

const TOURS: &str = "
CREATE TABLE venue (id integer PRIMARY KEY, name text NOT NULL, country text NOT NULL);
CREATE TABLE tour (id integer PRIMARY KEY, title text NOT NULL UNIQUE, starts_on date NOT NULL, budget_cents bigint NOT NULL,
    budget_currency char(3) NOT NULL CHECK (budget_currency IN ('EUR', 'CHF', 'SEK')), venue_id integer NOT NULL REFERENCES venue);
";

#[test]
fn questions_of_tours_keep_currencies_apart_and_say_whose_country() -> Result<(), Box<dyn std::error::Error>> {
    let project = Project::new()?;
    project.write("tours.sql", TOURS)?;
    let shapes = "kind: pairs\nshapes: [projection, aggregate, group_by_category, per_parent_category, above_average, subtotals, share_of_sum]\npairs: 160\n";
    project.write("phases/grouping.yaml", shapes)?;
    let done = project.run(&[
        "--fresh",
        "--set",
        "source.ddl=tours.sql",
        "--set",
        "phases=[schema, populate, grouping]",
        "--set",
        "populate.rows=80",
    ])?;
    done.says(0, &[]);
    let (mut amounts, mut countries) = (0, 0);
    for line in project.read("generated_datasets/tours/grouping/records.jsonl")?.lines() {
        let record: Value = serde_json::from_str(line)?;
        let text = |name: &str| record[name].as_str().unwrap_or_default().to_owned();
        let (question, sql) = (text("question"), text("sql"));
        let computed = ["SUM(", "AVG(", "MIN(", "MAX("]
            .iter()
            .any(|f| sql.contains(&format!("{f}budget")) || sql.contains(&format!("{f}t.budget")));
        if computed || sql.contains("budget_cents >") || sql.contains("budget_cents <") {
            let one = sql.contains("budget_currency = '");
            let each = sql.contains("GROUP BY") && sql.contains("budget_currency") && !sql.contains("ROLLUP");
            assert!(one || each, "{question}\n{sql}");
            amounts += 1;
        }
        if sql.contains("GROUP BY v.country") {
            assert!(question.contains("venue"), "{question}\n{sql}");
            countries += 1;
        }
    }
    assert!(amounts > 3 && countries > 3, "{amounts} amounts, {countries} countries");
    Ok(())
}
