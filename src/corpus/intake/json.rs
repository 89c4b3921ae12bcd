//! JSON: arrays of objects, an object that holds such an array, one object a line, and BIRD's predictions (`{"0": "SQL\t----- bird -----\tdb_id"}`).
//!
//! Keys are those of the public sets: the first of [`SQL`] that is a text is the SQL (Spider's own `sql` is a parse tree and is passed over).

use super::Pair;
use serde_json::{Map, Value};

/// Keys of the SQL, the surest first.
pub const SQL: [&str; 8] = ["sol_sql", "SQL", "sql", "query", "gold_sql", "sql_query", "gold", "output_seq"];
/// Keys of the question.
pub const QUESTION: [&str; 8] = [
    "question",
    "SpiderQuestion",
    "sql_prompt",
    "utterance",
    "nl",
    "natural_language",
    "instruction",
    "query",
];
/// Keys of the evidence.
pub const EVIDENCE: [&str; 2] = ["evidence", "external_knowledge"];
/// Keys of the database.
pub const DB_ID: [&str; 5] = ["db_id", "selected_database", "database", "db", "db_name"];

/// What BIRD writes between SQL and database.
const BIRD: &str = "\t----- bird -----\t";

/// Reads one document.
pub fn whole(name: &str, text: &str) -> Result<Vec<Pair>, String> {
    let value: Value = serde_json::from_str(text).map_err(|e| {
        let (line, column) = (e.line(), e.column());
        format!("line {line}, column {column}: this is no valid JSON: {e}; expected an array of objects with \"sql\", \"query\" or \"SQL\"")
    })?;
    let (prefix, items) = match value {
        Value::Array(items) => (name.to_owned(), items),
        Value::Object(map) if !map.is_empty() && map.values().all(Value::is_string) && text_of(&map, &SQL).is_none() => {
            return Ok(map.iter().map(|(key, value)| prediction(name, key, value)).collect());
        }
        Value::Object(map) => match map
            .iter()
            .find(|(_, v)| v.as_array().is_some_and(|a| a.iter().any(Value::is_object)))
        {
            Some((key, Value::Array(items))) if text_of(&map, &SQL).is_none() => (format!("{name}.{key}"), items.clone()),
            _ => return Ok(vec![pair(name.to_owned(), &Value::Object(map))]),
        },
        other => {
            return Err(format!(
                "this is {}; expected an array of objects with \"sql\", \"query\" or \"SQL\"",
                kind(&other)
            ));
        }
    };
    Ok(items
        .iter()
        .enumerate()
        .map(|(index, item)| pair(format!("{prefix}[{index}]"), item))
        .collect())
}

/// Reads one object a line; `None` when not one line is one.
pub fn lines(name: &str, text: &str) -> Option<Vec<Pair>> {
    let mut any = false;
    let numbered = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let pairs: Vec<Pair> = numbered
        .map(|(index, line)| {
            let place = format!("{name}:{}", index + 1);
            match serde_json::from_str::<Value>(line) {
                Ok(value) => {
                    any |= value.is_object();
                    pair(place, &value)
                }
                Err(e) => Pair {
                    error: Some(format!("this line is no valid JSON: {e}")),
                    place,
                    ..Pair::default()
                },
            }
        })
        .collect();
    (any || pairs.is_empty()).then_some(pairs)
}

fn prediction(name: &str, key: &str, value: &Value) -> Pair {
    let text = value.as_str().unwrap_or_default();
    let (sql, db_id) = text
        .split_once(BIRD)
        .map_or((text, None), |(sql, db)| (sql, Some(db.trim().to_owned())));
    Pair {
        place: format!("{name}[{key}]"),
        db_id,
        sql: sql.to_owned(),
        ..Pair::default()
    }
}

fn pair(place: String, value: &Value) -> Pair {
    let Value::Object(map) = value else {
        let error = Some(format!(
            "this is {}; expected an object with \"sql\", \"query\" or \"SQL\"",
            kind(value)
        ));
        return Pair {
            place,
            error,
            ..Pair::default()
        };
    };
    let found = text_of(map, &SQL);
    // A set that keeps its SQL elsewhere may call the question "query".
    let sql_key = found.as_ref().map(|(key, _)| *key).unwrap_or_default();
    let questions: Vec<&str> = QUESTION.iter().copied().filter(|key| *key != sql_key).collect();
    let text = |keys: &[&'static str]| text_of(map, keys).map(|(_, text)| text).unwrap_or_default();
    let question = questions
        .iter()
        .find_map(|key| map.get(*key)?.as_str())
        .unwrap_or_default()
        .to_owned();
    let error = found.is_none().then(|| {
        let keys: Vec<&String> = map.keys().take(6).collect();
        format!("no SQL: none of \"sql\", \"query\", \"SQL\" is a text among the keys {keys:?}")
    });
    Pair {
        place,
        db_id: Some(text(&DB_ID)).filter(|id| !id.is_empty()),
        question,
        evidence: text(&EVIDENCE),
        sql: found.map(|(_, sql)| sql).unwrap_or_default(),
        error,
    }
}

/// The first of these keys that holds a text, or a list whose first entry is one.
fn text_of(map: &Map<String, Value>, keys: &[&'static str]) -> Option<(&'static str, String)> {
    keys.iter().find_map(|key| {
        let value = map.get(*key)?;
        let text = value.as_str().or_else(|| value.as_array()?.first()?.as_str())?;
        Some((*key, text.to_owned()))
    })
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_sets_keys_are_known() -> Result<(), String> {
        let one = |text: &str| whole("f", text).map(|mut pairs| pairs.remove(0));
        let spider = one(r#"[{"db_id": "d", "query": "SELECT 1", "question": "How many?", "sql": {"select": []}}]"#)?;
        assert_eq!(
            (spider.sql.as_str(), spider.question.as_str(), spider.db_id.as_deref()),
            ("SELECT 1", "How many?", Some("d"))
        );
        let bird = one(r#"[{"db_id": "d", "SQL": "SELECT 2", "question": "Which?", "evidence": "x means y"}]"#)?;
        assert_eq!((bird.sql.as_str(), bird.evidence.as_str()), ("SELECT 2", "x means y"));
        let live = one(r#"{"data": [{"selected_database": "d", "query": "What?", "sol_sql": ["SELECT 3"]}]}"#)?;
        assert_eq!(
            (live.sql.as_str(), live.question.as_str(), live.place.as_str()),
            ("SELECT 3", "What?", "f.data[0]")
        );
        let predicted = one("{\"0\": \"SELECT 4\\t----- bird -----\\td\"}")?;
        assert_eq!((predicted.sql.as_str(), predicted.db_id.as_deref()), ("SELECT 4", Some("d")));
        assert!(one(r#"[{"question": "x"}]"#)?.error.is_some_and(|e| e.contains("no SQL")));
        assert!(one("[7]")?.error.is_some_and(|e| e.contains("a number")));
        Ok(())
    }

    #[test]
    fn a_broken_line_is_one_broken_pair() {
        let pairs = lines("f", "{\"sql\": \"SELECT 1\"}\n\n{oops\n{\"query\": \"SELECT 2\"}\n").unwrap_or_default();
        let places: Vec<&str> = pairs.iter().map(|p| p.place.as_str()).collect();
        assert_eq!(places, ["f:1", "f:3", "f:4"]);
        assert!(pairs.get(1).is_some_and(|p| p.error.is_some()) && pairs.get(2).is_some_and(|p| p.sql == "SELECT 2"));
    }
}
