//! Implications and dependencies.

use super::{column, dataset, make};
use crate::datagen::cell::Cell;
use crate::ir::DatasetIr;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn orders(columns: &[Value], constraints: Value) -> DatasetIr {
    let mut all = vec![column("o.id", json!({"kind": "sequence"}))];
    all.extend(columns.iter().cloned());
    dataset(
        &[(
            "o",
            4000,
            &[
                "id INT32*",
                "status TEXT!",
                "paid DATE",
                "shipped DATE",
                "total INT32!",
                "band TEXT!",
                "tax INT32!",
            ],
            &[],
        )],
        json!({"columns": all}),
        constraints,
    )
}

fn order_columns() -> Vec<Value> {
    let mut paid = column("o.paid", json!({"kind": "datetime", "start": "2024-01-01", "end": "2024-06-30"}));
    paid["null_fraction"] = json!(0.3);
    let mut shipped = column("o.shipped", json!({"kind": "datetime", "start": "2024-01-01", "end": "2024-12-31"}));
    shipped["null_fraction"] = json!(0.3);
    vec![
        column(
            "o.status",
            json!({"kind": "categorical", "values": ["new", "paid", "shipped", "free"], "probs": [0.4, 0.3, 0.2, 0.1]}),
        ),
        paid,
        shipped,
        column("o.total", json!({"kind": "uniform", "low": 0, "high": 1000})),
        column("o.band", json!({"kind": "categorical", "values": ["a", "b", "c", "d"]})),
        column("o.tax", json!({"kind": "derived", "expression": "total // 5"})),
    ]
}

#[test]
fn implications_hold_and_leave_their_premises_alone() {
    let eq = |c: &str, v: Value| json!({"op": "eq", "column": c, "value": v});
    let ir = orders(
        &order_columns(),
        json!({"implications": [
            {"table": "o", "if": eq("status", json!("new")), "then": {"op": "is_null", "column": "shipped"}},
            {"table": "o", "if": {"op": "in", "column": "status", "values": ["paid", "shipped"]}, "then": {"op": "not_null", "column": "paid"}},
            {"table": "o", "name": "shipped late", "if": {"op": "and", "conditions": [eq("status", json!("shipped")), {"op": "not_null", "column": "paid"}]},
             "then": {"op": "and", "conditions": [{"op": "not_null", "column": "shipped"}, {"op": "ge", "column": "shipped", "value": {"column": "paid"}}]}},
            {"table": "o", "if": eq("status", json!("free")), "then": {"op": "eq", "column": "total", "value": 0}},
            {"table": "o", "if": {"op": "not", "condition": eq("status", json!("free"))}, "then": {"op": "or", "conditions": [
                {"op": "gt", "column": "total", "value": 999}, {"op": "lt", "column": "total", "value": 300}]}},
        ]}),
    );
    let made = make(&ir).unwrap();
    let o = &made["o"];
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for i in 0..4000 {
        let (Cell::Text(status), total) = (o["status"][i].clone(), o["total"][i].number().unwrap()) else {
            panic!()
        };
        let (paid, shipped) = (&o["paid"][i], &o["shipped"][i]);
        *counts.entry(status.clone()).or_default() += 1;
        match status.as_str() {
            "new" => assert_eq!(*shipped, Cell::Null),
            "paid" => assert_ne!(*paid, Cell::Null),
            "shipped" => {
                let (Cell::Date(p), Cell::Date(s)) = (paid, shipped) else {
                    panic!("{paid:?} {shipped:?}")
                };
                assert!(s >= p);
            }
            _ => assert_eq!(total, 0.0),
        }
        assert!(status == "free" || !(300.0..=999.0).contains(&total));
        // What is computed from an assigned value follows it.
        assert_eq!(o["tax"][i].number().unwrap(), (total / 5.0).floor());
    }
    for (status, share) in [("new", 0.4), ("paid", 0.3), ("shipped", 0.2), ("free", 0.1)] {
        let got = counts[status] as f64 / 4000.0;
        assert!((got - share).abs() < 0.025, "{status}: {got}");
    }
}

#[test]
fn rules_that_contradict_are_both_named() {
    let rule = |value: i64| json!({"table": "o", "if": {"op": "eq", "column": "status", "value": "new"}, "then": {"op": "eq", "column": "total", "value": value}});
    let error = make(&orders(&order_columns(), json!({"implications": [rule(1), rule(2)]}))).unwrap_err();
    assert!(
        error.contains("constraints.implications[0]") && error.contains("constraints.implications[1]") && error.contains("together"),
        "{error}"
    );
    let error = make(&orders(&order_columns(), json!({"checks": [{"table": "o", "sql": "total < 0"}]}))).unwrap_err();
    assert!(
        error.contains("CHECK (total < 0)") && error.contains("distributions of total"),
        "{error}"
    );
    let bad = json!({"implications": [{"table": "o", "if": {"op": "eq", "column": "statu", "value": 1}, "then": {"op": "is_null", "column": "paid"}}]});
    let error = make(&orders(&order_columns(), bad)).unwrap_err();
    assert!(
        error.contains("implications[0] (o)") && error.contains("did you mean \"status\"?"),
        "{error}"
    );
}

#[test]
fn dependencies_hold_by_grouping() {
    let ir = orders(
        &order_columns(),
        json!({"functional_dependencies": [
            {"table": "o", "lhs": ["status", "band"], "rhs": ["paid"]},
            {"table": "o", "lhs": ["band"], "rhs": ["total"], "mode": "lookup", "lookup": [["a", 7], ["b", 8]]},
        ]}),
    );
    let made = make(&ir).unwrap();
    let o = &made["o"];
    let mut groups: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut totals: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for i in 0..4000 {
        let key = format!("{} {}", o["status"][i].text(), o["band"][i].text());
        groups.entry(key).or_default().insert(o["paid"][i].text());
        totals.entry(o["band"][i].text()).or_default().insert(o["total"][i].text());
        assert_eq!(o["tax"][i].number().unwrap(), (o["total"][i].number().unwrap() / 5.0).floor());
    }
    assert_eq!(groups.len(), 16);
    assert!(groups.values().all(|v| v.len() == 1), "{groups:?}");
    let different: BTreeSet<_> = groups.values().collect();
    assert!(different.len() > 8, "{groups:?}");
    assert_eq!(totals["a"], BTreeSet::from(["7".to_owned()]));
    assert_eq!(totals["b"], BTreeSet::from(["8".to_owned()]));
    assert!(totals.values().all(|v| v.len() == 1));
    for (constraints, said) in [
        (
            json!([{"table": "o", "lhs": ["band"], "rhs": ["id"]}]),
            "contradicts the unique columns (id)",
        ),
        (
            json!([{"table": "o", "lhs": ["band"], "rhs": ["total"]}, {"table": "o", "lhs": ["status"], "rhs": ["total"]}]),
            "both determine total",
        ),
        (json!([{"table": "o", "lhs": ["bnd"], "rhs": ["total"]}]), "did you mean \"band\"?"),
        (
            json!([{"table": "o", "lhs": ["band"], "rhs": ["total"], "mode": "lookup", "lookup": [["a"]]}]),
            "lookup[0] has 1 values",
        ),
        (
            json!([{"table": "o", "lhs": ["band"], "rhs": ["total"], "mode": "lookup", "lookup": [["a", 1], ["a", 2]]}]),
            "remove one",
        ),
    ] {
        let error = make(&orders(&order_columns(), json!({"functional_dependencies": constraints}))).unwrap_err();
        assert!(error.contains(said), "{error}");
    }
}

/// Checks that two columns determine each other; returns how many pairs there are.
fn pairs(o: &BTreeMap<String, Vec<Cell>>, a: &[&str], b: &str) -> usize {
    let (mut forth, mut back) = (BTreeMap::new(), BTreeMap::new());
    for i in 0..o[b].len() {
        let (x, y) = (a.iter().map(|c| o[*c][i].text()).collect::<Vec<_>>(), o[b][i].text());
        assert_eq!(forth.entry(x.clone()).or_insert(y.clone()), &y, "{a:?} {x:?}");
        assert_eq!(back.entry(y).or_insert(x.clone()), &x, "{b}");
    }
    forth.len()
}

#[test]
fn columns_that_determine_each_other_are_pairs() {
    let rule = |lhs: &[&str], rhs: &[&str]| json!({"table": "o", "lhs": lhs, "rhs": rhs});
    let both = |a: &str, b: &str| vec![rule(&[a], &[b]), rule(&[b], &[a])];
    let make_with = |rules: Vec<Value>| make(&orders(&order_columns(), json!({"functional_dependencies": rules})));
    // The leader keeps its distribution, the follower has as many values.
    let made = make_with(both("status", "total")).unwrap();
    assert_eq!(pairs(&made["o"], &["status"], "total"), 4);
    let new = made["o"]["status"].iter().filter(|c| c.text() == "new").count() as f64 / 4000.0;
    assert!((new - 0.4).abs() < 0.025, "{new}");
    // Three in a ring are one class; what follows from one follows from all.
    let mut ring = vec![
        rule(&["status"], &["total"]),
        rule(&["total"], &["band"]),
        rule(&["band"], &["status"]),
    ];
    ring.push(rule(&["total"], &["shipped"]));
    let made = make_with(ring).unwrap();
    assert_eq!(pairs(&made["o"], &["status"], "total"), pairs(&made["o"], &["band"], "total"));
    // A key's column and one that nothing else would keep unique; two columns on one side; a lookup in both directions.
    let mut wide = order_columns();
    wide[3] = column("o.total", json!({"kind": "uniform", "low": 0, "high": 1_000_000}));
    let made = make(&orders(&wide, json!({"functional_dependencies": both("id", "total")}))).unwrap();
    assert_eq!(pairs(&made["o"], &["id"], "total"), 4000);
    let made = make_with(vec![rule(&["status", "band"], &["total"]), rule(&["total"], &["status", "band"])]).unwrap();
    assert_eq!(pairs(&made["o"], &["status", "band"], "total"), 16);
    let listed =
        |lhs: &str, rhs: &str, entries: Value| json!({"table": "o", "lhs": [lhs], "rhs": [rhs], "mode": "lookup", "lookup": entries});
    let lists = vec![
        listed("band", "total", json!([["a", 7], ["b", 8]])),
        listed("total", "band", json!([[7, "a"], [9, "c"]])),
    ];
    let made = make_with(lists.clone()).unwrap();
    assert_eq!(pairs(&made["o"], &["band"], "total"), 4);
    let held = |band: &str| {
        (0..4000)
            .find(|i| made["o"]["band"][*i].text() == band)
            .map(|i| made["o"]["total"][i].text())
    };
    assert_eq!([held("a"), held("b"), held("c")].map(Option::unwrap_or_default), ["7", "8", "9"]);
    // Computed one to one, and with conditions that draw the leader again.
    assert_eq!(pairs(&make_with(both("band", "status")).unwrap()["o"], &["band"], "status"), 4);
    let ruled =
        json!({"functional_dependencies": both("status", "total"), "checks": [{"table": "o", "sql": "total <> 500 AND status <> 'new'"}]});
    assert_eq!(
        pairs(&make(&orders(&order_columns(), ruled)).unwrap()["o"], &["status"], "total"),
        3
    );
    let mut wrong = lists;
    wrong.push(listed("total", "band", json!([[8, "d"]])));
    for (rules, said) in [
        (wrong, vec!["lookup[0] says d <-> 8", "says b <-> 8", "remove one"]),
        (
            vec![listed("band", "total", json!([["a", 7], ["b", 7]])), rule(&["total"], &["band"])],
            vec!["lookup[1] says b <-> 7", "remove one"],
        ),
        (both("id", "status"), vec!["id has more than 4", "widen the distribution of status"]),
        (
            both("total", "tax"),
            vec!["tax is computed from total", "drop the dependency tax -> total"],
        ),
    ] {
        let error = make_with(rules).err().unwrap_or_default();
        assert!(said.iter().all(|s| error.contains(s)), "{error}");
    }
}

#[test]
fn what_is_computed_waits_until_the_rules_hold() {
    let of = |checks: Value| {
        let number = |high: u64| json!({"kind": "uniform", "low": 0, "high": high});
        dataset(
            &[(
                "t",
                2000,
                &["id INT32*", "sown INT32!", "up INT32!", "share DECIMAL(5,2)!", "half FLOAT64"],
                &[],
            )],
            json!({"columns": [
                column("t.id", json!({"kind": "sequence"})),
                column("t.sown", number(40)),
                column("t.up", number(1000)),
                column("t.share", json!({"kind": "derived", "expression": "100 * up / sown"})),
                column("t.half", json!({"kind": "derived", "expression": "share / 2"})),
            ]}),
            checks,
        )
    };
    let rule = |sql: &str| json!({"table": "t", "sql": sql});
    let made = make(&of(json!({"checks": [rule("up <= sown"), rule("sown > 0")]}))).unwrap();
    let (t, number) = (&made["t"], |c: &Cell| c.number().unwrap());
    for i in 0..2000 {
        let [sown, up, share, half] = ["sown", "up", "share", "half"].map(|c| number(&t[c][i]));
        assert!(up <= sown && (share - 100.0 * up / sown).abs() < 0.006 && (half - share / 2.0).abs() < 1e-9);
    }
    // What no rule keeps small enough stays an error, and so does what a rule reads before it fits.
    for rules in [
        json!([rule("sown > 0")]),
        json!([rule("up <= sown"), rule("sown > 0"), rule("share >= 0")]),
    ] {
        let error = make(&of(json!({"checks": rules}))).err().unwrap_or_default();
        assert!(error.contains("does not fit DECIMAL(5,2)"), "{error}");
    }
}

#[test]
fn a_conclusion_does_not_contradict_what_its_column_is_made_from() {
    let ir = |conclusion: Value, dependencies: Value| {
        dataset(
            &[("t", 600, &["id INT32*", "a INT32!", "b INT32!", "d DATE!", "e DATE!"], &[])],
            json!({"columns": [
                column("t.id", json!({"kind": "sequence"})),
                column("t.a", json!({"kind": "uniform", "low": 1, "high": 10})),
                column("t.b", json!({"kind": "derived", "expression": "a + 1"})),
                column("t.d", json!({"kind": "datetime", "start": "2020-05-20", "end": "2020-06-20"})),
                column("t.e", json!({"kind": "after_column", "column": "d", "min_days": 1, "max_days": 5})),
            ]}),
            json!({
                "implications": [{"table": "t", "if": {"op": "gt", "column": "a", "value": 5}, "then": conclusion}],
                "functional_dependencies": dependencies,
            }),
        )
    };
    for conclusion in [
        json!({"op": "in", "column": "b", "values": [7, 8]}),
        json!({"op": "eq", "column": "b", "value": 9}),
        json!({"op": "ge", "column": "b", "value": 10}),
        json!({"op": "eq", "column": "e", "value": "2020-06-01"}),
    ] {
        let t = &make(&ir(conclusion.clone(), json!([]))).unwrap()["t"];
        for i in 0..600 {
            let [a, b] = ["a", "b"].map(|c| t[c][i].number().unwrap());
            assert_eq!(b, a + 1.0, "{conclusion}");
            let (Cell::Date(d), Cell::Date(e)) = (&t["d"][i], &t["e"][i]) else {
                panic!()
            };
            assert!((1..=5).contains(&(e - d)), "{conclusion}: {d} {e}");
            let holds = match conclusion["column"].as_str() {
                Some("e") => t["e"][i].text() == "2020-06-01",
                _ if conclusion["op"] == "in" => b == 7.0 || b == 8.0,
                _ if conclusion["op"] == "eq" => b == 9.0,
                _ => b >= 10.0,
            };
            assert!(a <= 5.0 || holds, "{conclusion}: {a} {b}");
        }
    }
    let rule = json!([{"table": "t", "lhs": ["a"], "rhs": ["b"], "mode": "lookup", "lookup": [[1, 100]]}]);
    let error = make(&ir(json!({"op": "ge", "column": "a", "value": 0}), rule)).unwrap_err();
    assert!(
        error.contains("functional_dependencies[0]") && error.contains("b is made from other columns (derived)"),
        "{error}"
    );
}
