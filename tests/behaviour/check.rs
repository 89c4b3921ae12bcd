//! `sqlmint check`: good pairs are certified, each defect has its reason and place, and hostile SQL neither escapes nor stops the run.

use super::project::Project;
use serde_json::{Value, json};
use std::fmt::Write;
use std::fs;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

const ITEMS: &str = "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL, price INTEGER);";

/// A project with a shop of four items.
fn shop() -> Result<Project> {
    let project = Project::new()?;
    project.write("shop.sql", ITEMS)?;
    project.write("data/item.csv", "id,name,price\n1,cup,5\n2,pot,20\n3,pan,20\n4,lid,8\n")?;
    Ok(project)
}

fn pairs(pairs: &[(&str, &str)]) -> String {
    let mut out = String::new();
    for (question, sql) in pairs {
        let _ = writeln!(out, "{}", json!({"question": question, "sql": sql}));
    }
    out
}

fn lines(stdout: &str) -> Result<Vec<Value>> {
    Ok(stdout.lines().map(serde_json::from_str).collect::<std::result::Result<_, _>>()?)
}

/// `check place` of each finding.
fn findings(list: &Value) -> String {
    let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |f: &Value| format!("{} {}", f["check"].as_str().unwrap_or(""), f["place"].as_str().unwrap_or(""));
    items.iter().map(text).collect::<Vec<_>>().join(", ")
}

#[test]
fn good_pairs_are_certified_and_each_defect_is_named() -> Result {
    let project = shop()?;
    let cases = [
        ("Which items cost more than 10?", "SELECT name FROM item WHERE price > 10", ""),
        ("What does the cup cost?", "SELECT `price` FROM `item` WHERE `name` = 'cup'", ""),
        ("What does the pot cost?", "SELECT price FROM item WHERE name = \"pot\"", ""),
        ("Which items cost 30?", "SELECT name FROM item WHERE price = 20", "spoken sql 1:37"),
        ("Which items cost 99?", "SELECT name FROM item WHERE price = 99", "non_empty result"),
        (
            "The dearest item?",
            "SELECT name FROM item ORDER BY price DESC LIMIT 1",
            "deterministic result",
        ),
        ("All colours?", "SELECT colour FROM item", "names sql 1:8"),
        ("All names of products?", "SELECT name FROM itm", "names sql 1:18"),
        ("Names as numbers?", "SELECT CAST(name AS INTEGER) FROM item", "run sql"),
        ("Names and prices summed?", "SELECT name, SUM(price) FROM item", "plan sql"),
        ("Nothing?", "SELECT name FROM item WHERE", "parse sql"),
        ("Remove all?", "DELETE FROM item", "read_only sql 1:1"),
        (
            "Which items cost more than 10?",
            "SELECT name FROM item WHERE price > 10",
            "duplicate file",
        ),
        ("How many items?", "SELECT COUNT(*) FROM item", "question_conflict file"),
        (
            "How many items?",
            "SELECT COUNT(*) FROM item WHERE price = 20",
            "question_conflict file",
        ),
    ];
    let text: Vec<(&str, &str)> = cases.iter().map(|(q, s, _)| (*q, *s)).collect();
    project.write("pairs.jsonl", &pairs(&text))?;
    let done = project.sqlmint(&["check", "pairs.jsonl", "--schema", "shop.sql", "--data", "data", "--json"])?;
    done.says(3, &["15 pairs: 3 certified", "12 refused"]);
    let lines = lines(&done.stdout)?;
    for ((_, sql, expected), line) in cases.iter().zip(&lines) {
        assert_eq!(findings(&line["reasons"]), *expected, "{sql}: {line}");
        assert_eq!(line["verdict"], if expected.is_empty() { "certified" } else { "refused" }, "{sql}");
    }
    assert_eq!(lines[0]["answer"]["row_count"], 2);
    assert_eq!(lines[0]["labels"]["spider_hardness"], "easy");
    assert_eq!(findings(&lines[2]["warnings"]), "quotes sql 1:38");
    // Without --json, the same for people; data in a DuckDB file or made up.
    let done = project.sqlmint(&["check", "pairs.jsonl", "--schema", "shop.sql"])?;
    done.says(3, &["the data was made up"]);
    assert!(
        done.stdout.contains("names at sql 1:8: the SQL names column \"colour\""),
        "{}",
        done.stdout
    );
    Ok(())
}

#[test]
fn a_run_certifies_its_own_corpus() -> Result {
    let project = Project::new()?;
    project
        .run(&["--phase", "schema", "--phase", "populate", "--phase", "joins"])?
        .says(0, &[]);
    let run = "generated_datasets/library";
    let records = format!("{run}/joins/records.jsonl");
    let done = project.sqlmint(&["check", &records, "--schema", "schemas/library_mgm.ddl", "--data", run, "--json"])?;
    let lines = lines(&done.stdout)?;
    assert_eq!(lines.len(), 24);
    let records = project.read(&records)?;
    for (line, record) in lines.iter().zip(records.lines()) {
        let record: Value = serde_json::from_str(record)?;
        assert_eq!(line["verdict"], "certified", "{line}");
        assert_eq!(line["answer"]["hash"], record["answer"]["hash"], "{line}");
    }
    done.says(0, &["24 pairs: 24 certified"]);
    Ok(())
}

#[test]
fn hostile_sql_is_refused_and_the_run_goes_on() -> Result {
    let project = shop()?;
    let attacks = include_str!("../data/hostile/statements.txt")
        .lines()
        .filter(|line| !line.starts_with('#'));
    let n = 100_000;
    let long = [
        format!("SELECT {}1{}", "(".repeat(n), ")".repeat(n)),
        format!("SELECT {}true", "NOT ".repeat(n / 10)),
        format!("SELECT {}1", "- ".repeat(n / 10)),
        format!("SELECT {}1", "[".repeat(n / 10)),
        format!("SELECT {}1{}", "(SELECT ".repeat(5_000), ")".repeat(5_000)),
        format!("SELECT {}1{}", "CASE WHEN true THEN ".repeat(1_500), " END".repeat(1_500)),
        format!("SELECT {}name{} FROM item", "upper(".repeat(5_000), ")".repeat(5_000)),
        format!("SELECT 1 FROM item WHERE true{}", " AND true".repeat(5_000)),
        format!("SELECT 1{}", "+1".repeat(20_000)),
        format!("SELECT 1{}", "::int".repeat(10_000)),
        format!("SELECT 1 {}", "UNION SELECT 1 ".repeat(4_000)),
        format!("SELECT id FROM item WHERE id IN ({}1)", "1,".repeat(40_000)),
        format!("SELECT {} FROM item", "x".repeat(60_000)),
        "SELECT name FROM item WHERE name = '\0'".to_owned(),
        "SELECT name FROM \u{202e}item".to_owned(),
        String::new(),
    ];
    let mut text = String::new();
    for sql in attacks.map(str::to_owned).chain(long) {
        let _ = writeln!(text, "{}", json!({"question": "What?", "sql": sql}));
    }
    let good = json!({"question": "Which items cost more than 10?", "sql": "SELECT name FROM item WHERE price > 10"});
    let _ = writeln!(text, "{good}");
    project.write("attacks.jsonl", &text)?;
    let passwd = fs::metadata("/etc/passwd")?.modified()?;
    let args = [
        "check",
        "attacks.jsonl",
        "--schema",
        "shop.sql",
        "--data",
        "data",
        "--json",
        "--timeout-ms",
        "1000",
    ];
    let done = project.sqlmint(&args)?;
    done.says(3, &["1 certified"]);
    let lines = lines(&done.stdout)?;
    assert_eq!(lines.len(), text.lines().count());
    let passed: Vec<&Value> = lines
        .iter()
        .filter(|line| line["verdict"] != "refused")
        .map(|line| &line["sql"])
        .collect();
    assert_eq!(passed, [&good["sql"]], "only the last pair is harmless");
    assert!(!done.stdout.contains("root:x:"), "a file was read");
    assert!(!std::path::Path::new("/tmp/sqlmint_attack").exists() && !std::path::Path::new("/tmp/sqlmint_attack.db").exists());
    assert_eq!(fs::metadata("/etc/passwd")?.modified()?, passwd);
    assert_eq!(project.read("data/item.csv")?.lines().count(), 5);
    Ok(())
}

#[test]
fn made_up_ties_warn_and_what_nothing_orders_is_refused() -> Result {
    let project = shop()?;
    let cases = [
        (
            "Number the items by price.",
            "SELECT name, ROW_NUMBER() OVER (ORDER BY price) FROM item",
        ),
        ("Number the items.", "SELECT name, ROW_NUMBER() OVER () FROM item"),
        (
            "Which items are in a sample of half?",
            "SELECT name FROM item TABLESAMPLE BERNOULLI (50)",
        ),
    ];
    project.write("pairs.jsonl", &pairs(&cases))?;
    let found = |data: &[&str]| -> Result<Vec<(String, String)>> {
        let done = project.sqlmint(&[&["check", "pairs.jsonl", "--schema", "shop.sql", "--json"], data].concat())?;
        let lines = lines(&done.stdout)?;
        Ok(lines.iter().map(|l| (findings(&l["reasons"]), findings(&l["warnings"]))).collect())
    };
    let pair = |reason: &str, warning: &str| (reason.to_owned(), warning.to_owned());
    let (open, tied, sample) = ("stored_order sql 1:14", "stored_order sql 1:14", "deterministic sql 1:23");
    assert_eq!(found(&["--data", "data"])?, [pair(tied, ""), pair(open, ""), pair(sample, "")]);
    // Two hundred made-up rows have ties of their own making.
    assert_eq!(found(&["--rows", "200"])?, [pair("", tied), pair(open, ""), pair(sample, "")]);
    Ok(())
}

#[test]
fn zero_of_anything_is_refused_with_the_way_out() -> Result {
    let project = shop()?;
    project.write("pairs.jsonl", &pairs(&[("How many?", "SELECT COUNT(*) FROM item")]))?;
    for option in ["--timeout-ms", "--rows"] {
        let done = project.sqlmint(&["check", "pairs.jsonl", "--schema", "shop.sql", option, "0"])?;
        done.says(2, &[option, "0 is not in 1.."]);
    }
    Ok(())
}

#[test]
fn what_cannot_be_checked_is_told() -> Result {
    let project = shop()?;
    project.write("pairs.jsonl", &pairs(&[("How many?", "SELECT COUNT(*) FROM item")]))?;
    project
        .sqlmint(&["check", "pairs.jsonl", "--schema", "shop.sql", "--data", "nowhere"])?
        .says(2, &["--data nowhere", "no such"]);
    project.write("empty/readme", "")?;
    let done = project.sqlmint(&["check", "pairs.jsonl", "--schema", "shop.sql", "--data", "empty"])?;
    done.says(3, &["refused by data: 1"]);
    assert!(done.stdout.contains("CSV or Parquet file named after a table"), "{}", done.stdout);
    Ok(())
}

const DESK: &str = "CREATE TABLE plans (plan_id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE accounts (account_id INTEGER PRIMARY KEY, plan_id INTEGER REFERENCES plans, name TEXT, created_at DATE, country TEXT);
CREATE TABLE tickets (ticket_id INTEGER PRIMARY KEY, state TEXT CHECK (state IN ('open', 'closed')));";

#[test]
fn a_pair_that_answers_another_question_is_refused() -> Result {
    let project = Project::new()?;
    project.write("desk.sql", DESK)?;
    project.write("data/plans.csv", "plan_id,name\n1,basic\n2,pro\n")?;
    project.write(
        "data/accounts.csv",
        "account_id,plan_id,name,created_at,country\n1,1,Ann,2022-03-01,Norway\n2,2,Bob,2023-04-01,Japan\n3,2,Cid,2023-05-01,Japan\n",
    )?;
    project.write("data/tickets.csv", "ticket_id,state\n1,open\n2,closed\n")?;
    let in_year = |from, to| format!("SELECT COUNT(*) FROM accounts WHERE created_at >= '{from}-01-01' AND created_at < '{to}-01-01'");
    let cases = [
        ("How many accounts were created in 2023?", in_year(2022, 2023), "spoken question"),
        ("How many accounts were created in 2023?", in_year(2023, 2024), ""),
        (
            "How many of the accounts were created in 2023?",
            "SELECT COUNT(*) FROM accounts".into(),
            "spoken question",
        ),
        (
            "List the open tickets.",
            "SELECT ticket_id FROM tickets WHERE state = 'closed'".into(),
            "spoken sql 1:47",
        ),
        (
            "Which tickets are open?",
            "SELECT ticket_id FROM tickets WHERE state = 'open'".into(),
            "",
        ),
        (
            "List the solved tickets.",
            "SELECT ticket_id FROM tickets WHERE state = 'closed'".into(),
            "",
        ),
        (
            "Which accounts are from Norway?",
            "SELECT name FROM accounts WHERE country = 'Japan'".into(),
            "spoken sql 1:43",
        ),
        (
            "Which accounts are Japanese?",
            "SELECT name FROM accounts WHERE country = 'Japan'".into(),
            "",
        ),
        (
            "How many plans are there?",
            "SELECT COUNT(*) FROM accounts AS a".into(),
            "subject question",
        ),
        ("How many plans are there in all?", "SELECT COUNT(*) FROM plans".into(), ""),
        (
            "How many plans are in use?",
            "SELECT COUNT(DISTINCT plan_id) FROM accounts".into(),
            "",
        ),
        ("How many customers are there?", "SELECT COUNT(*) AS n FROM accounts".into(), ""),
    ];
    let listed: Vec<(&str, &str)> = cases.iter().map(|(question, sql, _)| (*question, sql.as_str())).collect();
    project.write("pairs.jsonl", &pairs(&listed))?;
    let done = project.sqlmint(&["check", "pairs.jsonl", "--schema", "desk.sql", "--data", "data", "--json"])?;
    done.says(3, &["12 pairs: 7 certified", "refused by spoken: 4", "refused by subject: 1"]);
    for (line, (question, _, wanted)) in lines(&done.stdout)?.iter().zip(&cases) {
        assert_eq!(findings(&line["reasons"]), *wanted, "{question}");
    }
    Ok(())
}

#[test]
fn an_empty_file_is_an_error_whatever_its_format() -> Result {
    let project = shop()?;
    for file in ["empty.jsonl", "empty.json", "empty.csv", "empty.sql"] {
        project.write(file, "")?;
        for args in [vec!["check", file, "--schema", "shop.sql"], vec!["label", file]] {
            project.sqlmint(&args)?.says(2, &[file, "the file is empty"]);
        }
    }
    Ok(())
}
