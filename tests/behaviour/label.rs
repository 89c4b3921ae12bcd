//! `sqlmint label`: every format in, one line a statement out, names resolved, and an error that stops nothing.

use super::project::Project;
use serde_json::Value;
use std::io::Write;
use std::process::Stdio;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The lines of a run, as JSON.
fn lines(stdout: &str) -> Result<Vec<Value>> {
    Ok(stdout.lines().map(serde_json::from_str).collect::<std::result::Result<_, _>>()?)
}

fn words(value: &Value) -> String {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_format_gives_one_line_a_statement() -> Result {
    let project = Project::new()?;
    project.write(
        "a.json",
        r#"[{"db_id": "library", "question": "How many?", "query": "SELECT count(*) FROM member", "sql": {"from": []}}]"#,
    )?;
    project.write(
        "b.jsonl",
        "{\"SQL\": \"SELECT title FROM book LIMIT 1\"}\n{\"question\": \"no SQL\"}\n",
    )?;
    project.write(
        "c.csv",
        "question,sql\n\"a, b\",\"SELECT m.last_name, l.loan_id FROM member m JOIN loan l USING (member_id)\"\n",
    )?;
    project.write(
        "d.sql",
        "-- first\nSELECT * FROM branch; /* ; */\nSELECT nme FROM branch;\nDELETE FROM branch;\n\
         WITH gone AS (DELETE FROM branch RETURNING name) SELECT name FROM gone;",
    )?;
    let done = project.sqlmint(&[
        "label",
        "a.json",
        "b.jsonl",
        "c.csv",
        "d.sql",
        "--schema",
        "schemas/library_mgm.ddl",
        "--json",
    ])?;
    done.says(3, &["8 statements, 4 not read"]);
    let lines = lines(&done.stdout)?;
    let places: Vec<&str> = lines.iter().filter_map(|l| l["place"].as_str()).collect();
    assert_eq!(
        places,
        [
            "a.json[0]",
            "b.jsonl:1",
            "b.jsonl:2",
            "c.csv:2",
            "d.sql:2",
            "d.sql:3",
            "d.sql:4",
            "d.sql:5"
        ]
    );
    assert_eq!(lines[0]["spider_hardness"], "easy");
    assert_eq!(
        (lines[0]["db_id"].as_str(), lines[0]["question"].as_str()),
        (Some("library"), Some("How many?"))
    );
    assert_eq!(words(&lines[1]["columns"]), "book.title");
    assert!(lines[2]["error"].as_str().is_some_and(|e| e.contains("no SQL")), "{}", lines[2]);
    assert_eq!(words(&lines[3]["tables"]), "loan member");
    assert_eq!(
        words(&lines[3]["columns"]),
        "loan.loan_id loan.member_id member.last_name member.member_id"
    );
    assert_eq!(words(&lines[3]["join_edges"]), "loan(member_id)->member");
    assert_eq!(lines[3]["spider_hardness"], Value::Null);
    assert_eq!(
        lines[3]["spider_hardness_reason"],
        "Spider's grammar has no USING and no NATURAL JOIN"
    );
    assert!(words(&lines[4]["columns"]).starts_with("branch."), "{}", lines[4]);
    assert!(
        lines[5]["error"].as_str().is_some_and(|e| e.contains("did you mean \"name\"?")),
        "{}",
        lines[5]
    );
    assert!(lines[6]["error"].as_str().is_some_and(|e| e.contains("DELETE")), "{}", lines[6]);
    // A CTE that writes makes the whole no query.
    assert_eq!((&lines[7]["spider_hardness"], &lines[7]["tables"]), (&Value::Null, &Value::Null));
    assert!(
        lines[7]["spider_hardness_reason"]
            .as_str()
            .is_some_and(|e| e.contains("DELETE writes")),
        "{}",
        lines[7]
    );
    Ok(())
}

#[test]
fn without_a_schema_names_stay_as_written_and_stdin_is_read() -> Result {
    let project = Project::new()?;
    let mut child = project
        .command(&["label", "-", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().ok_or("no stdin")?;
    stdin.write_all(b"SELECT T1.a, upper(T2.b) FROM Foo AS T1 LEFT JOIN bar AS T2 ON T1.i = T2.i WHERE T1.c IN (SELECT c FROM baz)")?;
    drop(stdin);
    let done = child.wait_with_output()?;
    assert_eq!(done.status.code(), Some(0));
    let lines = lines(&String::from_utf8(done.stdout)?)?;
    assert_eq!(words(&lines[0]["tables"]), "Foo bar baz");
    assert_eq!(words(&lines[0]["columns"]), "Foo.a Foo.c Foo.i bar.b bar.i c");
    assert_eq!(words(&lines[0]["functions"]), "UPPER");
    assert_eq!(words(&lines[0]["features"]), "in_subquery left_join where");
    assert_eq!(lines[0]["complexity"]["depth"], 1);
    Ok(())
}

#[test]
fn a_file_of_many_schemas_is_asked_by_db_id() -> Result {
    let project = Project::new()?;
    let schema = |id: &str, table: &str| {
        format!(
            r#"{{"db_id": "{id}", "table_names": ["{table}"], "table_names_original": ["{table}"], "column_names": [[-1, "*"], [0, "x"]],
            "column_names_original": [[-1, "*"], [0, "x"]], "column_types": ["text", "number"], "foreign_keys": [], "primary_keys": [1]}}"#
        )
    };
    project.write("tables.json", &format!("[{}, {}]", schema("one", "a"), schema("two", "b")))?;
    project.write(
        "gold.sql",
        "SELECT x FROM a\tone\nSELECT x FROM b\ttwo\nSELECT x FROM b\tone\nSELECT x FROM b\ttwoo\n",
    )?;
    let done = project.sqlmint(&["label", "gold.sql", "--schema", "tables.json", "--json"])?;
    done.says(3, &["4 statements, 2 not read"]);
    let lines = lines(&done.stdout)?;
    assert_eq!(
        (words(&lines[0]["columns"]), words(&lines[1]["columns"])),
        ("a.x".to_owned(), "b.x".to_owned())
    );
    assert!(
        lines[2]["error"].as_str().is_some_and(|e| e.contains("table \"b\"")),
        "{}",
        lines[2]
    );
    assert!(
        lines[3]["error"].as_str().is_some_and(|e| e.contains("did you mean \"two\"?")),
        "{}",
        lines[3]
    );
    Ok(())
}

#[test]
fn what_is_no_list_of_statements_is_told() -> Result {
    let project = Project::new()?;
    project.write("broken.json", "[{\"sql\": }]")?;
    project.write("other.csv", "a,b\n1,2\n")?;
    project
        .sqlmint(&["label", "broken.json"])?
        .says(2, &["broken.json", "line 1, column"]);
    project
        .sqlmint(&["label", "other.csv"])?
        .says(2, &["other.csv", "\"sql\" or \"query\""]);
    project.sqlmint(&["label", "nowhere.sql"])?.says(2, &["cannot read nowhere.sql"]);
    Ok(())
}
