//! `at_least`: pairs are added until what was asked for is there, and what cannot be met is said.

use super::project::Project;
use serde_json::Value;
use std::collections::BTreeMap;

const PHASES: &str = "phases=[schema, populate, single_table, coverage]";

fn records(project: &Project, phase: &str) -> Result<Vec<Value>, Box<dyn std::error::Error>> {
    let text = project.read(&format!("generated_datasets/library/{phase}/records.jsonl"))?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

#[test]
fn every_name_and_class_gets_the_pairs_that_were_asked_for() -> Result<(), Box<dyn std::error::Error>> {
    let project = Project::new()?;
    let single = project.read("phases/single_table.yaml")?;
    project.write("phases/single_table.yaml", &single.replace("pairs: 24", "pairs: 20"))?;
    let recipe = |wanted: &str| {
        format!(
            "kind: pairs\nshapes: [projection, with_parent, of_parent, self_join, in_children, set_of_rows]\nat_least: {wanted}\npairs: 600\n"
        )
    };
    project.write(
        "phases/coverage.yaml",
        &recipe("{table: 3, column: 2, join_edge: 4, hardness: {extra: 0.25}}"),
    )?;
    let done = project.run(&["--set", PHASES])?;
    done.says(0, &[]);
    assert!(!done.stderr.contains("have fewer than"), "{}", done.stderr);
    let filled = records(&project, "coverage")?;
    let all: Vec<Value> = records(&project, "single_table")?.into_iter().chain(filled.clone()).collect();
    let mut used: BTreeMap<String, u32> = BTreeMap::new();
    for record in &all {
        for list in ["tables", "columns", "join_edges"] {
            for name in record["labels"][list].as_array().into_iter().flatten() {
                *used.entry(format!("{list} {}", name.as_str().unwrap_or_default())).or_default() += 1;
            }
        }
    }
    let least = |list: &str| {
        used.iter()
            .filter(|(name, _)| name.starts_with(list))
            .map(|(_, n)| *n)
            .collect::<Vec<u32>>()
    };
    for (list, names, wanted) in [("tables", 7, 3), ("columns", 49, 2), ("join_edges", 8, 4)] {
        assert_eq!(least(list).len(), names, "{list}");
        assert!(least(list).iter().all(|n| *n >= wanted), "{list}: {used:?}");
    }
    let extra = all.iter().filter(|r| r["labels"]["spider_hardness"] == "extra").count();
    assert!(extra * 4 >= all.len(), "{extra} of {}", all.len());
    assert!(filled.len() < 600);

    // The same again adds nothing; what no shape can give is named.
    project.write(
        "phases/coverage.yaml",
        "kind: pairs\nshapes: [projection]\nat_least: {join_edge: 1}\npairs: 50\n",
    )?;
    project.run(&["--set", PHASES])?.says(
        0,
        &["8 of 8 join edges have fewer than 1 pairs: book_author(author_id)->author (0)"],
    );
    assert!(records(&project, "coverage")?.is_empty());
    Ok(())
}

#[test]
fn a_wish_that_makes_no_sense_is_refused() -> Result<(), Box<dyn std::error::Error>> {
    let project = Project::new()?;
    for (wanted, problem) in [
        ("{hardness: {hard: 40}}", "40 is no share; write 0.4 for 40 %"),
        ("{hardness: {hard: 0.7, easy: 0.4}}", "more than 1"),
        ("{hardness: {tough: 0.4}}", "tough"),
        ("{joins: 4}", "joins"),
    ] {
        project.write(
            "phases/coverage.yaml",
            &format!("kind: pairs\nshapes: [projection]\nat_least: {wanted}\n"),
        )?;
        project.run(&["--set", PHASES])?.says(2, &["phases/coverage.yaml", problem]);
    }
    Ok(())
}

#[test]
fn a_recipe_of_many_pairs_asks_plainly_and_lists_rows_that_tie() -> Result<(), Box<dyn std::error::Error>> {
    let project = Project::new()?;
    project.write("phases/many.yaml", "kind: pairs\nshapes: [sorted, top_n]\npairs: 500\n")?;
    let mut bytes = Vec::new();
    for (threads, phases) in [
        ("1", "phases=[schema, populate, many]"),
        ("3", "phases=[schema, populate, many, negatives]"),
    ] {
        project.run(&["--fresh", "--threads", threads, "--set", phases])?.says(0, &[]);
        bytes.push(project.read("generated_datasets/library/many/records.jsonl")?);
    }
    assert_eq!(bytes.first(), bytes.last());
    let records = records(&project, "many")?;
    let of = |record: &Value, at: &str| record.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
    // What is asked most: one column of the first row by another.
    let plain = |sql: &str| sql.ends_with(" LIMIT 1") && !sql.contains("WHERE") && !sql.contains(", ");
    assert!(records.iter().filter(|r| plain(&of(r, "/sql"))).count() >= 40);
    // Rows that tie are listed whole, never cut, and compared as a bag.
    let (tied, ordered): (Vec<&Value>, Vec<&Value>) = records.iter().partition(|r| r["answer"]["ordered"] == false);
    assert!(tied.len() >= 10 && ordered.len() >= 100, "{} {}", tied.len(), ordered.len());
    let lists: BTreeMap<String, String> = tied.into_iter().map(|r| (of(r, "/id"), of(r, "/sql"))).collect();
    assert!(lists.values().all(|sql| sql.contains(" ORDER BY ") && !sql.contains(" LIMIT ")));
    // Another order is wrong there too, and no proof: bags do not tell it. Other rows are proven wrong as ever.
    let rows = |sql: &str| sql.split(" ORDER BY ").next().map(str::to_owned);
    let mut fates: BTreeMap<(bool, String), u32> = BTreeMap::new();
    for line in project.read("generated_datasets/library/negatives/mutants.jsonl")?.lines() {
        let trial: Value = serde_json::from_str(line)?;
        let Some(right) = lists.get(&of(&trial, "/id")) else { continue };
        for mutant in trial["mutants"].as_array().into_iter().flatten() {
            let reordered = rows(right) == rows(&of(mutant, "/sql"));
            *fates.entry((reordered, of(mutant, "/fate"))).or_default() += 1;
        }
    }
    assert!(fates.keys().all(|(reordered, fate)| !reordered || fate == "tied"), "{fates:?}");
    assert!(fates.get(&(false, "killed".to_owned())).is_some_and(|n| *n >= 10), "{fates:?}");
    Ok(())
}

#[test]
fn a_corpus_of_a_given_size_is_dealt_by_shares() -> Result<(), Box<dyn std::error::Error>> {
    let project = Project::new()?;
    project.write("phases/one.yaml", "kind: pairs\nshapes: [projection, top_n]\npairs: 7\nshare: 3\n")?;
    // Its share is its pairs; what fills the shortfall of others takes no part.
    project.write("phases/two.yaml", "kind: pairs\nshapes: [count, aggregate]\npairs: 1\n")?;
    project.write(
        "phases/rest.yaml",
        "kind: pairs\nshapes: [projection]\nat_least: {table: 1}\npairs: 50\n",
    )?;
    let phases = "phases=[schema, populate, one, two, rest]";
    for (pairs, wanted) in [("run.pairs=82", [61, 21]), ("run.pairs=null", [7, 1])] {
        project.run(&["--set", phases, "--set", pairs])?.says(0, &[]);
        assert_eq!(
            [records(&project, "one")?.len(), records(&project, "two")?.len()],
            wanted,
            "{pairs}"
        );
    }
    for (pairs, said) in [
        ("run.pairs=0", "run.pairs"),
        ("run.pairs=1", "phases/one.yaml: its share 3 of all 4 is nothing of run.pairs 1"),
    ] {
        project.run(&["--set", phases, "--set", pairs])?.says(2, &[said]);
    }
    Ok(())
}

#[test]
fn what_people_ask_in_passing_is_said_as_it_is() -> Result<(), Box<dyn std::error::Error>> {
    let project = Project::new()?;
    project.write(
        "phases/many.yaml",
        "kind: pairs\nshapes: [count, of_parent, per_parent, beyond_row, set_of_rows, through_bridge]\npairs: 1400\n",
    )?;
    project.run(&["--set", "phases=[schema, populate, many]"])?.says(0, &[]);
    let records = records(&project, "many")?;
    let of = |record: &Value, at: &str| record.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
    // Questions of the SQL that has all of these parts, and what some of them must say.
    let told: [(&[&str], &[&str]); 6] = [
        (
            &["SELECT a.last_name FROM book_author AS ba JOIN"],
            &["last names of authors who have written ", ", once for each such book."],
        ),
        (&["COUNT(*)", "FROM book_author AS ba JOIN"], &["airs "]),
        (&["INTERSECT"], &[" are found both among ", " and among "]),
        (
            &["FROM member AS m JOIN branch AS b", "ORDER BY b.floor_area_m2", "LIMIT 1"],
            &[" home branch with the ", " floor area"],
        ),
        (
            &["list_price > (SELECT list_price FROM book ORDER BY page_count DESC LIMIT 1)"],
            &[" above that of the longest book"],
        ),
        (
            &["home_branch_id = (SELECT branch_id FROM branch ORDER BY"],
            &[" the home branch with the "],
        ),
    ];
    for (parts, words) in told {
        let asked = records.iter().filter(|r| parts.iter().all(|part| of(r, "/sql").contains(part)));
        let questions: Vec<String> = asked.map(|r| of(r, "/question")).collect();
        let said = |q: &String| words.iter().all(|word| q.contains(word));
        assert!(questions.iter().any(said), "{parts:?} {words:?}: {questions:#?}");
    }
    // Rows chosen among those that groups are made of stand with them: "home branches in Oslo", not "members of branches in Oslo".
    let parts = ["FROM member AS m JOIN branch AS b", " WHERE b.", " GROUP BY b."];
    let grouped = records.iter().filter(|r| parts.iter().all(|part| of(r, "/sql").contains(part)));
    let questions: Vec<String> = grouped.map(|r| of(r, "/question")).collect();
    assert!(!questions.is_empty());
    assert!(questions.iter().all(|q| !q.contains("registered at")), "{questions:#?}");
    Ok(())
}

#[test]
fn no_floating_point_number_is_rounded_to_digits() -> Result<(), Box<dyn std::error::Error>> {
    let project = Project::new()?;
    // ROUND(double precision, integer) does not exist on PostgreSQL.
    project.write(
        "library.ddl",
        "CREATE TABLE parcel (parcel_id integer PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('letter', 'box', 'tube')), \
         weight double precision NOT NULL, volume real NOT NULL, postage numeric(8, 2) NOT NULL, sent_on date NOT NULL);",
    )?;
    let shapes = "[share_of_total, share_of_sum, percentage_by_group, bands, growth, two_periods]";
    project.write("phases/shares.yaml", &format!("kind: pairs\nshapes: {shapes}\npairs: 150\n"))?;
    let phases = "phases=[schema, populate, shares]";
    project
        .run(&["--set", "source.ddl=library.ddl", "--set", "run.name=library", "--set", phases])?
        .says(0, &[]);
    let records = records(&project, "shares")?;
    let rounded: Vec<&str> = records
        .iter()
        .filter_map(|r| r["sql"].as_str())
        .filter(|sql| sql.contains("ROUND("))
        .collect();
    assert!(rounded.iter().any(|sql| sql.contains("SUM(postage)")), "{rounded:#?}");
    assert!(
        rounded
            .iter()
            .all(|sql| !sql.contains("SUM(weight)") && !sql.contains("SUM(volume)")),
        "{rounded:#?}"
    );
    Ok(())
}

#[test]
fn plain_columns_are_said_as_people_say_them() -> Result<(), Box<dyn std::error::Error>> {
    let project = Project::new()?;
    project.write(
        "library.ddl",
        "CREATE TABLE pet (pet_id integer PRIMARY KEY, pet_type text NOT NULL CHECK (pet_type IN ('dog', 'cat', 'other')), \
         age integer NOT NULL, weight numeric(6, 1) NOT NULL);
         CREATE TABLE stadium (stadium_id integer PRIMARY KEY, name text NOT NULL UNIQUE);
         CREATE TABLE concert (concert_id integer PRIMARY KEY, theme text NOT NULL, year integer NOT NULL, \
         stadium_id integer NOT NULL REFERENCES stadium (stadium_id));
         CREATE TABLE tour (tour_id integer PRIMARY KEY, year text NOT NULL CHECK (year IN ('freshman', 'junior', 'senior')), \
         bus_type text NOT NULL CHECK (bus_type IN ('minibus', 'coach')));",
    )?;
    let shapes = "[count, count_distinct, projection, per_parent, per_one]";
    project.write("phases/many.yaml", &format!("kind: pairs\nshapes: {shapes}\npairs: 900\n"))?;
    let phases = "phases=[schema, populate, many]";
    project
        .run(&["--set", "source.ddl=library.ddl", "--set", "run.name=library", "--set", phases])?
        .says(0, &[]);
    let records = records(&project, "many")?;
    let questions: Vec<&str> = records.iter().filter_map(|r| r["question"].as_str()).collect();
    let said = |words: &str| questions.iter().any(|q| q.contains(words));
    for words in [
        "dogs",
        "older than",
        "heavier than",
        "concerts in 20",
        "concerts held in 20",
        "concerts after 20",
        "ount the number of ",
        "number of different ",
        "the name of each stadium and its number of concerts",
        "For each stadium, ",
    ] {
        assert!(said(words), "nobody says \"{words}\"");
    }
    // Pets of the type "other" are not other pets, a year is when a concert was, a year of study is not, and a tour is no coach.
    for words in [
        "other pets",
        "dog pets",
        "with a year of 20",
        "from freshman",
        "from senior",
        "open tours",
        "closed tours",
    ] {
        assert!(!said(words), "somebody says \"{words}\"");
    }
    Ok(())
}

#[test]
fn journeys_are_said_by_where_they_go() -> Result<(), Box<dyn std::error::Error>> {
    let project = Project::new()?;
    project.write(
        "library.ddl",
        "CREATE TABLE airport (airport_code text PRIMARY KEY, airport_name text NOT NULL, city text NOT NULL);
         CREATE TABLE airline (airline_id integer PRIMARY KEY, airline_name text NOT NULL, country text NOT NULL);
         CREATE TABLE flight (flight_id integer PRIMARY KEY, airline_id integer NOT NULL REFERENCES airline (airline_id), \
         source_airport text NOT NULL REFERENCES airport (airport_code), \
         destination_airport text NOT NULL REFERENCES airport (airport_code));",
    )?;
    let shapes = "[count, of_parent, referred_rows, per_parent_category, lookup, projection]";
    project.write("phases/many.yaml", &format!("kind: pairs\nshapes: {shapes}\npairs: 1500\n"))?;
    project.write(
        "phases/more.yaml",
        "kind: paraphrase\nstyles: [plain]\nper_pair: 2\ndistance_min: 0.1\n",
    )?;
    let phases = "phases=[schema, populate, many, more]";
    project
        .run(&["--set", "source.ddl=library.ddl", "--set", "run.name=library", "--set", phases])?
        .says(0, &[]);
    let airports = std::fs::read_to_string(project.path("generated_datasets/library/data/airport.csv"))?;
    let coded = |line: &str| {
        let code = line.split(',').next().unwrap_or_default();
        code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase())
    };
    assert!(airports.lines().skip(1).all(coded), "{airports}");
    let pairs = records(&project, "many")?;
    let questions: Vec<&str> = pairs.iter().filter_map(|r| r["question"].as_str()).collect();
    let said = |words: &str| questions.iter().any(|q| q.contains(words));
    for words in ["flights depart from ", "arriving in ", "departing flights", "of the airline "] {
        assert!(said(words), "nobody says \"{words}\"");
    }
    assert!(!said("arriving in destination airport"), "an airport is no place to arrive in");
    // Of plain queries several values are asked.
    let of_city = |r: &&serde_json::Value| {
        let sql = r["sql"].as_str().unwrap_or_default();
        sql.starts_with("SELECT COUNT(*) AS airline_count FROM airline WHERE country = '") && !sql.contains(" AND ")
    };
    assert!(pairs.iter().filter(of_city).count() >= 5);
    let more = records(&project, "more")?;
    let operate = more
        .iter()
        .any(|r| r["question"].as_str().is_some_and(|q| q.contains("airlines that have ")));
    assert!(operate, "airlines have flights too");
    Ok(())
}

#[test]
fn who_is_taken_in_is_said_and_sides_of_a_set_are_said_once() -> Result<(), Box<dyn std::error::Error>> {
    let project = Project::new()?;
    project.write(
        "library.ddl",
        "CREATE TABLE employee (employee_id integer PRIMARY KEY, name text NOT NULL UNIQUE, city text NOT NULL CHECK (city IN ('Oslo', 'Lima', 'Rome')));
         CREATE TABLE shop (shop_id integer PRIMARY KEY, name text NOT NULL UNIQUE);
         CREATE TABLE hiring (shop_id integer NOT NULL REFERENCES shop (shop_id), employee_id integer NOT NULL REFERENCES employee (employee_id), \
         start_year integer NOT NULL, PRIMARY KEY (employee_id, shop_id));
         CREATE TABLE concert (concert_id integer PRIMARY KEY, theme text NOT NULL, year integer NOT NULL, \
         shop_id integer NOT NULL REFERENCES shop (shop_id));",
    )?;
    let shapes = "[set_of_rows, per_parent, unreferred_figure, referred_rows]";
    project.write("phases/many.yaml", &format!("kind: pairs\nshapes: {shapes}\npairs: 600\n"))?;
    let phases = "phases=[schema, populate, many]";
    project
        .run(&["--set", "source.ddl=library.ddl", "--set", "run.name=library", "--set", phases])?
        .says(0, &[]);
    let records = records(&project, "many")?;
    let asked: Vec<(&str, &str)> = records
        .iter()
        .filter_map(|r| Some((r["question"].as_str()?, r["sql"].as_str()?)))
        .collect();
    let said = |words: &str, sql: &str| asked.iter().any(|(q, s)| q.contains(words) && s.contains(sql));
    for (words, sql) in [
        ("have not hired any employees", "NOT IN"),
        ("of each shop that has hired any", "GROUP BY"),
        ("in both 20", "INTERSECT"),
        ("but not in 20", "EXCEPT"),
    ] {
        assert!(said(words, sql), "nobody says \"{words}\"");
    }
    for words in ["employees of employees", "employees of an employee", "hired hirings"] {
        assert!(!said(words, ""), "somebody says \"{words}\"");
    }
    Ok(())
}
