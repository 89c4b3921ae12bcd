//! Columns that tell of one person or place agree, and unique ones stay so, whatever a rule or a key draws again.

use super::{Made, column, dataset, make};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn provider(place: &str, name: &str) -> Value {
    column(place, json!({"kind": "provider", "name": name}))
}

/// A table `t` of so many rows.
fn made(rows: u64, columns: &[&str], plans: &[Value], unique: &[&[&str]], checks: &[&str]) -> Made {
    let mut ir = dataset(
        &[("t", rows, columns, &[])],
        json!({"columns": plans}),
        json!({"checks": checks.iter().map(|sql| json!({"table": "t", "sql": sql})).collect::<Vec<_>>()}),
    );
    ir.logical.tables[0].unique = unique.iter().map(|g| g.iter().map(|c| (*c).to_owned()).collect()).collect();
    make(&ir).unwrap().remove("t").unwrap()
}

fn texts(made: &Made, column: &str) -> Vec<String> {
    made[column].iter().map(|c| c.text()).collect()
}

fn differ(values: &[String]) {
    let all: BTreeSet<&String> = values.iter().collect();
    assert_eq!(all.len(), values.len(), "a value twice");
}

fn account(first: &str, last: &str) -> String {
    format!("{first}.{last}").to_lowercase()
}

/// First, last, e-mail of every row.
fn agree(made: &Made) {
    let (first, last, email) = (texts(made, "first"), texts(made, "last"), texts(made, "email"));
    for i in 0..first.len() {
        let own = email[i].split('@').next().unwrap().trim_end_matches(char::is_numeric);
        let name: String = account(&first[i], &last[i]).chars().filter(char::is_ascii).collect();
        // Folding changes letters beyond ASCII.
        if account(&first[i], &last[i]).is_ascii() {
            assert_eq!(own, name.replace([' ', '\'', '-'], ""), "row {i}");
        }
    }
}

fn people() -> [Value; 3] {
    [
        provider("t.first", "person.first_name"),
        provider("t.last", "person.last_name"),
        provider("t.email", "person.email"),
    ]
}

const PERSON: [&str; 3] = ["first TEXT!", "last TEXT!", "email TEXT!"];

#[test]
fn a_unique_name_stays_where_the_code_beside_it_is_drawn_again() {
    let plans = [
        column("t.code", json!({"kind": "pattern", "pattern": "??"})),
        provider("t.name", "place.country"),
    ];
    let t = made(
        59,
        &["code TEXT*", "name TEXT!"],
        &plans,
        &[&["name"]],
        &["code < 'M' AND length(code) = 2"],
    );
    assert_eq!(t["name"].len(), 59);
    differ(&texts(&t, "name"));
    differ(&texts(&t, "code"));
    assert!(texts(&t, "code").iter().all(|c| c.as_str() < "M"));
}

#[test]
fn code_and_name_of_one_country_are_drawn_again_together() {
    let plans = [provider("t.code", "place.country_code"), provider("t.name", "place.country")];
    let columns = ["code TEXT*", "name TEXT!"];
    let free = made(59, &columns, &plans, &[&["name"]], &[]);
    let pairs: BTreeSet<(String, String)> = texts(&free, "code").into_iter().zip(texts(&free, "name")).collect();
    assert!(pairs.contains(&("FR".into(), "France".into())));
    let checked = made(30, &columns, &plans, &[&["name"]], &["code <> 'FR' AND name < 'S'"]);
    differ(&texts(&checked, "code"));
    for pair in texts(&checked, "code").into_iter().zip(texts(&checked, "name")) {
        assert!(pairs.contains(&pair) && pair.1.as_str() < "S", "{pair:?}");
    }
}

#[test]
fn a_name_with_a_check_agrees_with_its_unique_email() {
    let t = made(1500, &PERSON, &people(), &[&["email"]], &["length(first) >= 6", "first <> last"]);
    assert!(texts(&t, "first").iter().all(|f| f.chars().count() >= 6));
    differ(&texts(&t, "email"));
    agree(&t);
}

#[test]
fn a_check_on_one_column_of_a_person_moves_the_others() {
    let t = made(1500, &PERSON, &people(), &[], &["email LIKE '%.com'"]);
    assert!(texts(&t, "email").iter().all(|e| e.ends_with(".com")));
    agree(&t);
}

#[test]
fn an_email_stays_unique_where_another_key_is_searched() {
    let mut plans = people().to_vec();
    plans.push(column("t.a", json!({"kind": "zipf", "s": 1.0, "n": 2000})));
    plans.push(column("t.b", json!({"kind": "normal", "mean": 0, "std": 400})));
    let columns = ["first TEXT!", "last TEXT!", "email TEXT!", "a INT32!", "b INT32!"];
    let t = made(20_000, &columns, &plans, &[&["email"], &["a", "b"]], &[]);
    let pairs: Vec<String> = texts(&t, "a").iter().zip(texts(&t, "b")).map(|(a, b)| format!("{a}/{b}")).collect();
    differ(&pairs);
    differ(&texts(&t, "email"));
    agree(&t);
}

#[test]
fn names_are_a_key_together_and_the_email_beside_them_agrees() {
    let t = made(
        3000,
        &PERSON,
        &people(),
        &[&["first", "last"], &["email"]],
        &["email NOT LIKE '%.org'"],
    );
    let pairs: Vec<String> = texts(&t, "first")
        .iter()
        .zip(texts(&t, "last"))
        .map(|(a, b)| format!("{a}/{b}"))
        .collect();
    differ(&pairs);
    differ(&texts(&t, "email"));
    agree(&t);
}

#[test]
fn nulls_keep_their_share_where_values_break_a_check_that_keys_decide() {
    let mut plans = vec![provider("t.city", "place.city"), provider("t.postcode", "place.postcode")];
    plans[1]["null_fraction"] = json!(0.2);
    let t = made(
        2000,
        &["city TEXT!", "postcode TEXT"],
        &plans,
        &[&["city"]],
        &["postcode LIKE '%5%'"],
    );
    let nulls = texts(&t, "postcode")
        .iter()
        .zip(&t["postcode"])
        .filter(|(_, c)| c.number().is_none() && c.text().is_empty())
        .count();
    let share = nulls as f64 / 2000.0;
    assert!((share - 0.2).abs() < 0.03, "{share}");
}
