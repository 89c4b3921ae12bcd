//! Dirt, duplicates, word lists, locales.

use super::{column, dataset, make, plan};
use crate::datagen::cell::Cell;
use crate::ir::DatasetIr;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn people(extra: Value, dirty: &[(&str, Value)]) -> DatasetIr {
    let mut columns = vec![
        column("p.id", json!({"kind": "sequence"})),
        column("p.name", json!({"kind": "provider", "name": "person.full_name"})),
        column("p.email", json!({"kind": "provider", "name": "person.email"})),
        column("p.weight", json!({"kind": "uniform", "low": 40, "high": 90})),
        column("p.double", json!({"kind": "derived", "expression": "weight * 2"})),
        column("p.born", json!({"kind": "datetime", "start": "1960-01-01", "end": "2000-01-01"})),
    ];
    for (name, noise) in dirty {
        columns.iter_mut().find(|c| c["column"] == *name).unwrap()["dirty"] = noise.clone();
    }
    let mut generation = json!({"columns": columns});
    if !extra.is_null() {
        generation["duplicates"] = extra;
    }
    dataset(
        &[(
            "p",
            8000,
            &[
                "id INT32*",
                "name TEXT",
                "email TEXT!",
                "weight INT32!",
                "double INT32!",
                "born DATE",
            ],
            &[],
        )],
        generation,
        json!({}),
    )
}

#[test]
fn noise_comes_at_its_rates_and_spares_what_must_hold() {
    let clean = make(&people(Value::Null, &[])).unwrap().remove("p").unwrap();
    let noise = [
        ("name", json!({"typos": 0.1, "case": 0.05, "whitespace": 0.05, "nulls": 0.02})),
        ("weight", json!({"units": 0.03, "outliers": 0.01})),
        ("born", json!({"outliers": 0.05})),
    ];
    let dirty = make(&people(Value::Null, &noise)).unwrap().remove("p").unwrap();
    let changed = |name: &str, test: &dyn Fn(&Cell, &Cell) -> bool| {
        clean[name].iter().zip(&dirty[name]).filter(|(c, d)| test(c, d)).count() as f64 / 8000.0
    };
    for (got, want) in [
        (changed("name", &|_, d| *d == Cell::Null), 0.02),
        (
            changed("name", &|c, d| {
                *d != Cell::Null && c.text() != d.text() && c.text().to_lowercase() == d.text().to_lowercase()
            }),
            0.05,
        ),
        (
            changed("name", &|c, d| {
                *d != Cell::Null && c.text() != d.text() && c.text() == d.text().trim().replace("  ", " ")
            }),
            0.05,
        ),
        (changed("name", &|c, d| c != d), 0.22),
        (changed("weight", &|c, d| d.number() == c.number().map(|x| x * 1000.0)), 0.03),
        (changed("weight", &|c, d| d.number() == c.number().map(|x| x * 100.0)), 0.01),
        (changed("born", &|c, d| c != d), 0.05),
    ] {
        assert!((got - want).abs() < 0.012, "{got} instead of {want}");
    }
    // What is computed from a dirty column was computed from its clean values.
    assert_eq!(clean["double"], dirty["double"]);
    assert_eq!(clean["email"], dirty["email"]);
    let plan = plan(&people(Value::Null, &[("id", json!({"outliers": 0.5}))])).unwrap();
    assert!(
        plan.notes
            .iter()
            .any(|n| n.contains("p.id: it stays clean, since it is part of a key")),
        "{:?}",
        plan.notes
    );
    for (column, noise, said) in [
        ("name", json!({"typos": 1.5}), "dirty.typos is 1.5"),
        ("name", json!({"typos": 0.6, "case": 0.6}), "sum to 1.2"),
        ("name", json!({"units": 0.1}), "is for numbers"),
        ("email", json!({"nulls": 0.1}), "NOT NULL"),
    ] {
        let error = make(&people(Value::Null, &[(column, noise)])).unwrap_err();
        assert!(error.contains(said) && error.contains("generation.columns["), "{error}");
    }
}

#[test]
fn duplicated_rows_repeat_an_entity_and_keep_their_own_key() {
    let made = make(&people(json!([{"table": "p", "rate": 0.1}]), &[]))
        .unwrap()
        .remove("p")
        .unwrap();
    assert_eq!(made["id"].iter().map(Cell::text).collect::<BTreeSet<_>>().len(), 8000);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut repeats = 0;
    for i in 0..8000 {
        let key = ["name", "email", "weight", "born"].map(|c| made[c][i].text()).join("|");
        let twice = seen.insert(key, i).is_some();
        repeats += usize::from(twice);
        assert_eq!(made["double"][i].number().unwrap(), made["weight"][i].number().unwrap() * 2.0);
    }
    assert!((repeats as f64 / 8000.0 - 0.1).abs() < 0.012, "{repeats}");
    let error = make(&people(json!([{"table": "p", "rate": 1.5}]), &[])).unwrap_err();
    assert!(error.contains("generation.duplicates[0]"), "{error}");
}

#[test]
fn word_lists_of_the_user_are_providers() {
    let listed = |options: Value, name: &str, unique: bool, rows: u64| {
        let columns: &[&str] = if unique { &["id TEXT*"] } else { &["id TEXT!"] };
        let ir = dataset(
            &[("t", rows, columns, &[])],
            json!({
                "columns": [column("t.id", json!({"kind": "provider", "name": name, "options": options}))],
                "lists": {"fish": {"values": ["cod", "eel", "ray"]}},
            }),
            json!({}),
        );
        Ok::<_, String>(make(&ir)?["t"]["id"].iter().map(Cell::text).collect::<Vec<_>>())
    };
    let even = listed(json!({}), "list.fish", false, 3000).unwrap();
    let share = |values: &[String], word: &str| values.iter().filter(|v| *v == word).count() as f64 / values.len() as f64;
    assert!(["cod", "eel", "ray"].iter().all(|w| (share(&even, w) - 1.0 / 3.0).abs() < 0.03));
    assert!(share(&listed(json!({"skew": 2}), "list.fish", false, 3000).unwrap(), "cod") > 0.65);
    assert_eq!(
        listed(json!({}), "list.fish", true, 3)
            .unwrap()
            .into_iter()
            .collect::<BTreeSet<_>>()
            .len(),
        3
    );
    for (name, unique, said) in [
        ("list.fsh", false, "did you mean \"fish\"?"),
        ("list.fish", true, "too few for 4 unique rows"),
    ] {
        let error = listed(json!({}), name, unique, 4).unwrap_err();
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn a_locale_has_its_own_people_and_places() {
    let options = json!({"locale": "de_DE"});
    let provider = |place: &str, name: &str| column(place, json!({"kind": "provider", "name": name, "options": options}));
    let ir = dataset(
        &[(
            "p",
            2000,
            &[
                "id INT32*",
                "first TEXT!",
                "last TEXT!",
                "mail TEXT!",
                "phone TEXT!",
                "city TEXT!",
                "country TEXT!",
                "postcode TEXT!",
                "lat TEXT!",
            ],
            &[],
        )],
        json!({"columns": [
            column("p.id", json!({"kind": "sequence"})),
            provider("p.first", "person.first_name"),
            provider("p.last", "person.last_name"),
            provider("p.mail", "person.email"),
            provider("p.phone", "code.phone"),
            provider("p.city", "lookup.city"),
            provider("p.country", "lookup.country"),
            provider("p.postcode", "place.postcode"),
            provider("p.lat", "place.latitude"),
        ]}),
        json!({}),
    );
    let p = make(&ir).unwrap().remove("p").unwrap();
    let texts = |name: &str| p[name].iter().map(Cell::text).collect::<Vec<_>>();
    assert!(texts("country").iter().all(|c| c == "Germany"));
    assert!(texts("phone").iter().all(|c| c.starts_with("+49 ")));
    assert!(texts("last").contains(&"Müller".to_owned()));
    let (first, mail) = (texts("first"), texts("mail"));
    assert!((0..2000).all(|i| mail[i].starts_with(&first[i].chars().next().unwrap().to_lowercase().to_string()) || !first[i].is_ascii()));
    let cities: BTreeSet<String> = texts("city").into_iter().collect();
    assert!(cities.len() >= 5 && cities.contains("Berlin"), "{cities:?}");
    // Rows of one city have postcodes and coordinates of their own, near each other.
    let berlin: Vec<usize> = (0..2000).filter(|i| p["city"][*i].text() == "Berlin").collect();
    let lat: Vec<f64> = berlin.iter().map(|i| p["lat"][*i].text().parse().unwrap()).collect();
    assert!(lat.iter().all(|x| (x - 52.52).abs() < 0.06));
    assert!(berlin.iter().map(|i| p["postcode"][*i].text()).collect::<BTreeSet<_>>().len() > 20);
    let one = |name: &str, locale: &str| {
        let ir = dataset(
            &[("t", 5, &["id TEXT!"], &[])],
            json!({"columns": [column("t.id", json!({"kind": "provider", "name": name, "options": {"locale": locale}}))]}),
            json!({}),
        );
        make(&ir).err().unwrap_or_default()
    };
    assert!(
        one("person.email", "xx").contains("the locales are en_US"),
        "{}",
        one("person.email", "xx")
    );
    assert!(one("code.ean13", "de").contains("the same in every locale"));
}
