//! Groups of columns that determine each other.

use super::{Made, column, dataset, make};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn rule(lhs: &[&str], rhs: &[&str]) -> Value {
    json!({"table": "o", "lhs": lhs, "rhs": rhs})
}

fn made(columns: &[Value], rules: Vec<Value>, checks: Value) -> Result<BTreeMap<String, Made>, String> {
    let mut all = vec![
        column(
            "o.a",
            json!({"kind": "categorical", "values": ["p", "q", "r"], "probs": [0.6, 0.3, 0.1]}),
        ),
        column("o.b", json!({"kind": "categorical", "values": ["w", "x", "y", "z"]})),
    ];
    all.extend(columns.iter().cloned());
    let names = ["a TEXT!", "b TEXT!", "c INT32!", "d TEXT!"];
    let ir = dataset(
        &[("o", 3000, &names, &[])],
        json!({"columns": all}),
        json!({"functional_dependencies": rules, "checks": checks}),
    );
    make(&ir)
}

fn columns(most: u32) -> Vec<Value> {
    vec![
        column("o.c", json!({"kind": "uniform", "low": 1, "high": most})),
        column("o.d", json!({"kind": "categorical", "values": ["k", "l", "m"]})),
    ]
}

/// How many pairs of tuples there are; each has one partner.
fn pairs(o: &Made, left: &[&str], right: &[&str]) -> usize {
    let tuple = |columns: &[&str], i: usize| columns.iter().map(|c| o[*c][i].text()).collect::<Vec<_>>();
    let (mut forth, mut back) = (BTreeMap::new(), BTreeMap::new());
    for i in 0..o[left[0]].len() {
        let (x, y) = (tuple(left, i), tuple(right, i));
        assert_eq!(forth.entry(x.clone()).or_insert(y.clone()), &y, "{x:?}");
        assert_eq!(back.entry(y.clone()).or_insert(x.clone()), &x, "{y:?}");
    }
    forth.len()
}

#[test]
fn tuples_that_determine_each_other_are_pairs() {
    let both = || vec![rule(&["a", "b"], &["c", "d"]), rule(&["c", "d"], &["a", "b"])];
    // Just room enough: 3 x 4 leading tuples, 4 x 3 following ones; and room in plenty.
    for most in [4, 90] {
        let made = made(&columns(most), both(), json!([])).unwrap();
        let o = &made["o"];
        assert_eq!(pairs(o, &["a", "b"], &["c", "d"]), 12);
        let p = o["a"].iter().filter(|c| c.text() == "p").count() as f64 / 3000.0;
        assert!((p - 0.6).abs() < 0.03, "the leader keeps its distribution: {p}");
        let alone: BTreeSet<_> = o["d"].iter().map(|c| c.text()).collect();
        assert!(alone.len() < 12, "only the whole tuple has to differ");
    }
    // A column that both sides have.
    let shared = vec![rule(&["a", "b"], &["c"]), rule(&["a", "c"], &["b"])];
    let made_shared = made(&columns(5), shared, json!([])).unwrap();
    let o = &made_shared["o"];
    assert_eq!(pairs(o, &["a", "b"], &["a", "c"]), 12);
    assert!(o["c"].iter().map(|c| c.text()).collect::<BTreeSet<_>>().len() <= 5);
    // A lookup, and a condition that draws the leader again.
    let mut listed = both();
    listed[0]["mode"] = json!("lookup");
    listed[0]["lookup"] = json!([["p", "w", 2, "m"], ["q", "x", 2, "k"]]);
    let ruled = made(&columns(6), listed, json!([{"table": "o", "sql": "a <> 'r' OR b = 'w'"}])).unwrap();
    let o = &ruled["o"];
    assert_eq!(pairs(o, &["a", "b"], &["c", "d"]), 9);
    let at = (0..3000).find(|i| o["a"][*i].text() == "p" && o["b"][*i].text() == "w").unwrap();
    assert_eq!((o["c"][at].text(), o["d"][at].text()), ("2".to_owned(), "m".to_owned()));
    // The side with fewer values leads; no room: 10 following tuples for 12.
    assert_eq!(
        pairs(&made(&columns(2), both(), json!([])).unwrap()["o"], &["a", "b"], &["c", "d"]),
        6
    );
    let narrow = [
        column("o.c", json!({"kind": "constant", "value": 1})),
        column("o.d", json!({"kind": "pattern", "pattern": "#"})),
    ];
    let error = made(&narrow, both(), json!([])).err().unwrap_or_default();
    assert!(
        error.contains("a, b <-> c, d") && error.contains("widen the distribution of c, d"),
        "{error}"
    );
}
