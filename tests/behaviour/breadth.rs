//! The analytic recipes: what their shapes ask is in the question, and the same shapes give the same bytes on any number of threads.

use super::project::Project;
use serde_json::Value;
use std::collections::BTreeMap;

/// How the first of several are told.
#[rustfmt::skip]
const SUPERLATIVES: &[&str] = &[
    "highest", "lowest", "latest", "earliest", "most", "fewest", "youngest", "oldest", "longest", "shortest", "largest", "smallest",
    " last", " first",
];

/// Of each shape: what all of its SQL contains, and what all of its questions contain one of.
const SAID: &[(&str, &str, &[&str])] = &[
    ("quantile", "PERCENTILE_CONT(", &["median", "percentile"]),
    (
        "percentage_by_group",
        "ROUND(100.0 * COUNT(*) FILTER",
        &["what percentage of", "what share of"],
    ),
    ("share_of_sum", "NULLIF(SUM(", &["percentage of the total"]),
    ("per_one", "1.0 * COUNT(*)", &["On average, how many", "average number"]),
    ("two_values", "COUNT(*) FILTER", &["and how many"]),
    (
        "two_periods",
        "FILTER (WHERE",
        &["and how many", "and what is it", "percentage change"],
    ),
    ("growth", "LAG(", &["percentage change from the previous"]),
    (
        "moving_average",
        "ROWS BETWEEN 2 PRECEDING AND CURRENT ROW",
        &["three-month", "three-year"],
    ),
    ("bands", "CASE WHEN", &["under "]),
    ("subtotals", "GROUP BY", &["total", "overall", "together"]),
    ("joined_names", "STRING_AGG(", &["comma"]),
    ("chain", "WITH RECURSIVE", &["directly or", "up to the top", "chain of guarantors"]),
    ("first_of_each", "CROSS JOIN LATERAL", SUPERLATIVES),
    ("one_of_each", "SELECT DISTINCT ON (", SUPERLATIVES),
    ("chained_groups", ", above_average AS (SELECT", &["above average", "above-average"]),
];

#[test]
fn questions_say_what_is_special_about_their_sql() -> Result<(), Box<dyn std::error::Error>> {
    let project = Project::new()?;
    project.write("phases/chained.yaml", "kind: pairs\nshapes: [chained_groups]\npairs: 10\n")?;
    for (phase, pairs) in [("analytics", 150), ("hierarchies", 60)] {
        let file = format!("phases/{phase}.yaml");
        let recipe = project.read(&file)?;
        let kept: Vec<&str> = recipe.lines().filter(|line| !line.starts_with("pairs:")).collect();
        project.write(&file, &format!("{}\npairs: {pairs}\n", kept.join("\n")))?;
    }
    let phases = "phases=[schema, populate, analytics, hierarchies, chained]";
    let mut bytes: Vec<String> = Vec::new();
    for threads in ["1", "3"] {
        project.run(&["--fresh", "--threads", threads, "--set", phases])?.says(0, &[]);
        let mut all = String::new();
        for phase in ["analytics", "hierarchies", "chained"] {
            all += &project.read(&format!("generated_datasets/library/{phase}/records.jsonl"))?;
        }
        bytes.push(all);
    }
    assert_eq!(bytes.first(), bytes.last());
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for line in bytes.first().map(String::as_str).unwrap_or_default().lines() {
        let record: Value = serde_json::from_str(line)?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (shape, sql, question) = (text(&record["labels"]["shape"]), text(&record["sql"]), text(&record["question"]));
        let (_, form, words) = SAID
            .iter()
            .find(|(name, ..)| *name == shape)
            .ok_or(format!("nothing is known of {shape}"))?;
        assert!(sql.contains(form), "{shape}: {sql}");
        assert!(words.iter().any(|w| question.contains(w)), "{shape}: {question}");
        *seen.entry(shape).or_default() += 1;
    }
    for (name, ..) in SAID {
        assert!(seen.get(*name).is_some_and(|n| *n >= 3), "{name}: {seen:?}");
    }
    Ok(())
}

/// A schema with arrays and JSON.
const NESTED: &str = "CREATE TYPE topic AS ENUM ('music', 'film', 'sport', 'food');
CREATE TABLE event (event_id integer PRIMARY KEY, title text NOT NULL, starts_on date NOT NULL, price numeric(8,2), topics topic[] NOT NULL,
  tags text[], details jsonb NOT NULL);";

/// Of each shape: what all of its SQL contains, and what all of its questions contain one of.
const INSIDE: &[(&str, &str, &[&str])] = &[
    (
        "array_element",
        " = ANY(",
        &["topics include", "among their topics", "tags include", "among their tags"],
    ),
    ("array_length", "ARRAY_LENGTH(", &["topic", "tag"]),
    ("array_counts", "SELECT UNNEST(", &["each topic", "each tag"]),
    ("json_entry", "(details ->> '", &["in the details"]),
];

#[test]
fn what_lies_inside_arrays_and_json_is_asked_about() -> Result<(), Box<dyn std::error::Error>> {
    let project = Project::new()?;
    project.write("events.sql", NESTED)?;
    let shapes: Vec<&str> = INSIDE.iter().map(|(name, ..)| *name).collect();
    project.write(
        "phases/inside.yaml",
        &format!("kind: pairs\nshapes: [{}]\npairs: 60\n", shapes.join(", ")),
    )?;
    let settings = [
        "--set",
        "source.ddl=events.sql",
        "--set",
        "run.name=nested",
        "--set",
        "phases=[schema, populate, inside]",
    ];
    project.run(&settings)?.says(0, &[]);
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for line in project.read("generated_datasets/nested/inside/records.jsonl")?.lines() {
        let record: Value = serde_json::from_str(line)?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (shape, sql, question) = (text(&record["labels"]["shape"]), text(&record["sql"]), text(&record["question"]));
        let (_, form, words) = INSIDE
            .iter()
            .find(|(name, ..)| *name == shape)
            .ok_or(format!("nothing is known of {shape}"))?;
        assert!(sql.contains(form), "{shape}: {sql}");
        assert!(words.iter().any(|w| question.contains(w)), "{shape}: {question}");
        *seen.entry(shape).or_default() += 1;
    }
    for (name, ..) in INSIDE {
        assert!(seen.get(*name).is_some_and(|n| *n >= 3), "{name}: {seen:?}");
    }
    Ok(())
}
