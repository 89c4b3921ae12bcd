//! What the engine honours, measured on generated values.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails at the place")]
#![allow(clippy::needless_range_loop, reason = "a row number reads several columns")]

mod tuples;

use super::block::Block;
use super::cell::{Cell, cell};
use super::{Plan, RowCounts};
use crate::ir::DatasetIr;
use crate::kernel::seed::Seed;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A made table: column name to cells.
pub(super) type Made = BTreeMap<String, Vec<Cell>>;

/// A dataset from short forms: tables as `(name, rows, columns as "name TYPE" with "!" for NOT NULL and "*" for the key, foreign keys)`.
pub(super) fn dataset(tables: &[(&str, u64, &[&str], &[(&str, &str)])], generation: Value, constraints: Value) -> DatasetIr {
    let tables: Vec<Value> = tables
        .iter()
        .map(|(name, rows, columns, keys)| {
            let key: Vec<&str> = columns
                .iter()
                .filter(|c| c.ends_with('*'))
                .filter_map(|c| c.split(' ').next())
                .collect();
            let columns: Vec<Value> = columns
                .iter()
                .map(|c| {
                    let (name, kind) = c.split_once(' ').unwrap();
                    json!({"name": name, "type": kind.trim_end_matches(['*', '!']), "nullable": !kind.ends_with(['*', '!'])})
                })
                .collect();
            let keys: Vec<Value> = keys
                .iter()
                .map(|(column, parent)| {
                    let (table, to) = parent.split_once('.').unwrap();
                    json!({"columns": [column], "ref_table": table, "ref_columns": [to]})
                })
                .collect();
            json!({"name": name, "row_count": rows, "columns": columns, "primary_key": key, "foreign_keys": keys})
        })
        .collect();
    serde_json::from_value(json!({
        "logical": {"name": "test", "tables": tables},
        "generation": generation,
        "constraints": constraints,
    }))
    .unwrap()
}

/// A column's entry.
pub(super) fn column(place: &str, distribution: Value) -> Value {
    let (table, column) = place.split_once('.').unwrap();
    json!({"table": table, "column": column, "distribution": distribution})
}

pub(super) fn plan(ir: &DatasetIr) -> Result<Plan, String> {
    let counts = RowCounts {
        default_rows: 100,
        ..RowCounts::default()
    };
    Plan::new(ir, &counts, Seed(11)).map_err(|e| e.to_string())
}

/// All rows of all tables.
pub(super) fn make(ir: &DatasetIr) -> Result<BTreeMap<String, Made>, String> {
    let plan = plan(ir)?;
    let mut out = BTreeMap::new();
    for (index, table) in plan.tables() {
        let mut made: Made = table.shown().map(|c| (c.name.clone(), Vec::new())).collect();
        // Blocks of an odd size: what a row holds must not depend on them.
        for start in (0..table.rows).step_by(777) {
            let rows: Vec<u64> = (start..(start + 777).min(table.rows)).collect();
            let arrays = Block::new(&plan, index, &rows).finish().map_err(|e| e.to_string())?;
            for (column, array) in table.shown().zip(&arrays) {
                made.get_mut(&column.name).unwrap().extend((0..array.len()).map(|i| cell(array, i)));
            }
        }
        out.insert(table.id.clone(), made);
    }
    Ok(out)
}

pub(super) fn numbers(cells: &[Cell]) -> Vec<f64> {
    cells.iter().map(|c| c.number().unwrap_or(f64::NAN)).collect()
}

pub(super) fn mean_std(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n).sqrt())
}

pub(super) fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let ((ma, sa), (mb, sb)) = (mean_std(a), mean_std(b));
    a.iter().zip(b).map(|(x, y)| (x - ma) * (y - mb)).sum::<f64>() / a.len() as f64 / sa / sb
}

fn shop() -> Vec<(&'static str, u64, &'static [&'static str], &'static [(&'static str, &'static str)])> {
    vec![
        ("product", 50, &["id INT32*", "list_price DECIMAL(8,2)!", "name TEXT!"], &[]),
        (
            "sale",
            3000,
            &[
                "id INT32*",
                "product_id INT32",
                "quantity INT32!",
                "amount DECIMAL(12,2)",
                "label TEXT",
                "share FLOAT64",
            ],
            &[("product_id", "product.id")],
        ),
    ]
}

#[test]
fn a_derived_column_reads_the_row_it_refers_to() {
    let mut fk = column("sale.product_id", json!({"kind": "foreign_key", "skew": 0.8}));
    fk["null_fraction"] = json!(0.1);
    let ir = dataset(
        &shop(),
        json!({"columns": [
            column("product.id", json!({"kind": "sequence", "start": 100})),
            column("product.list_price", json!({"kind": "uniform", "low": 1, "high": 90})),
            column("product.name", json!({"kind": "pattern", "pattern": "P-####"})),
            column("sale.id", json!({"kind": "sequence"})),
            fk,
            column("sale.quantity", json!({"kind": "uniform", "low": 1, "high": 9})),
            column("sale.amount", json!({"kind": "derived", "expression": "list_price * quantity"})),
            column("sale.label", json!({"kind": "derived", "expression": "upper(product.name) if amount > 50 else \"small\""})),
            column("sale.share", json!({"kind": "derived", "expression": "round(amount / product_id.list_price, 3)"})),
        ]}),
        // A rule on the parent moves its prices; children must see the moved ones.
        json!({"checks": [{"table": "product", "sql": "list_price >= 45"}]}),
    );
    let made = make(&ir).unwrap();
    let (product, sale) = (&made["product"], &made["sale"]);
    let mut none = 0;
    for i in 0..3000 {
        let Cell::Int(id) = sale["product_id"][i] else {
            none += 1;
            assert_eq!(sale["amount"][i], Cell::Null);
            assert_eq!(sale["label"][i], Cell::Text("small".into()));
            continue;
        };
        let row = (id - 100) as usize;
        let (price, quantity) = (product["list_price"][row].number().unwrap(), sale["quantity"][i].number().unwrap());
        assert!(price >= 45.0);
        let amount = sale["amount"][i].number().unwrap();
        assert!((amount - price * quantity).abs() < 0.006, "{amount} {price} {quantity}");
        assert!((sale["share"][i].number().unwrap() - quantity).abs() < 0.002);
        let label = if amount > 50.0 {
            product["name"][row].clone()
        } else {
            Cell::Text("small".into())
        };
        assert_eq!(sale["label"][i], label);
    }
    assert!((200..400).contains(&none), "{none}");
}

#[test]
fn circles_and_unknown_names_are_told() {
    let with = |a: &str, b: &str| {
        let ir = dataset(
            &[("t", 10, &["id INT32*", "a FLOAT64", "b FLOAT64"], &[])],
            json!({"columns": [
                column("t.id", json!({"kind": "sequence"})),
                column("t.a", json!({"kind": "derived", "expression": a})),
                column("t.b", json!({"kind": "derived", "expression": b})),
            ]}),
            json!({}),
        );
        make(&ir).err().unwrap_or_default()
    };
    assert!(with("b + 1", "a * 2").contains("t.a -> t.b -> t.a"), "{}", with("b + 1", "a * 2"));
    assert!(with("id", "idd + 1").contains("generation.columns[2] (t.b), derived: there is no column \"idd\"; did you mean \"id\"?"));
    assert_eq!(with("id", "a ** 2"), "");
}

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

/// A tree whose rows are made from their parents'.
fn tree(nullable: bool, columns: &[Value], constraints: Value) -> DatasetIr {
    let parent = if nullable { "parent_id INT32" } else { "parent_id INT32!" };
    let mut all = vec![
        column("n.id", json!({"kind": "sequence"})),
        column("n.parent_id", json!({"kind": "foreign_key"})),
    ];
    all.extend(columns.iter().cloned());
    let names = ["id INT32*", parent, "level INT32!", "born DATE!", "step INT32!", "path TEXT!"];
    dataset(
        &[("n", 3000, &names, &[("parent_id", "n.id")])],
        json!({"columns": all}),
        constraints,
    )
}

fn tree_columns() -> Vec<Value> {
    let derived = |name: &str, expression: &str| column(name, json!({"kind": "derived", "expression": expression}));
    vec![
        derived("n.level", "coalesce(parent_id.level + 1, 0)"),
        derived("n.born", "coalesce(parent.born + days(step), DATE '1900-01-01')"),
        column("n.step", json!({"kind": "uniform", "low": 1, "high": 30})),
        derived("n.path", "coalesce(parent_id.path || '/', '') || step"),
    ]
}

#[test]
fn rows_are_made_from_their_parents_in_a_tree() {
    let mut columns = tree_columns();
    let rules = [
        json!({}),
        json!({"checks": [{"table": "n", "sql": "step > 3 AND level < 9"}, {"table": "n", "sql": "step <> level + 5"}]}),
    ];
    for (ruled, constraints) in rules.into_iter().enumerate() {
        let made = make(&tree(true, &columns, constraints)).unwrap();
        let n = &made["n"];
        let (mut roots, mut deepest) = (0, 0.0_f64);
        for i in 0..3000 {
            let (level, step) = (n["level"][i].number().unwrap(), n["step"][i].number().unwrap());
            let (Cell::Date(born), path) = (&n["born"][i], n["path"][i].text()) else {
                panic!()
            };
            match &n["parent_id"][i] {
                Cell::Null => {
                    roots += 1;
                    assert_eq!((level, path), (0.0, step.to_string()));
                }
                parent => {
                    let at = n["id"].iter().position(|id| id == parent).unwrap();
                    assert!(at < i);
                    assert_eq!(level, n["level"][at].number().unwrap() + 1.0, "row {i}");
                    assert_eq!(path, format!("{}/{step}", n["path"][at].text()));
                    let Cell::Date(theirs) = &n["born"][at] else { panic!() };
                    assert_eq!(*born, theirs + step as i32);
                }
            }
            assert!(ruled == 0 || (step > 3.0 && level < 9.0 && step != level + 5.0));
            deepest = deepest.max(level);
        }
        assert!(roots >= 1 && deepest > 5.0, "{roots} {deepest}");
    }
    // A root that refers to itself has no level that is one more than its own.
    let error = make(&tree(false, &columns, json!({}))).err().unwrap_or_default();
    assert!(error.contains("n.level") && error.contains("make parent_id nullable"), "{error}");
    // A circle in the row itself stays one.
    columns[0] = column(
        "n.level",
        json!({"kind": "derived", "expression": "coalesce(parent_id.level + 1, level)"}),
    );
    let error = make(&tree(true, &columns, json!({}))).err().unwrap_or_default();
    assert!(error.contains("n.level -> n.level"), "{error}");
}

fn lines(fk: Value, rows: u64) -> DatasetIr {
    dataset(
        &[
            ("head", 300, &["id INT32*"], &[]),
            (
                "line",
                rows,
                &["head_id INT32*", "line_no INT32*", "x INT32!"],
                &[("head_id", "head.id")],
            ),
            ("note", 50, &["id INT32*", "head_id INT32!"], &[("head_id", "head.id")]),
        ],
        json!({"columns": [
            column("head.id", json!({"kind": "sequence"})),
            column("line.head_id", fk),
            column("line.line_no", json!({"kind": "line_no", "parent": "head_id"})),
            column("line.x", json!({"kind": "uniform", "low": 0, "high": 9})),
            column("note.id", json!({"kind": "sequence"})),
            column("note.head_id", json!({"kind": "foreign_key"})),
        ]}),
        json!({}),
    )
}

#[test]
fn children_are_counted_and_numbered() {
    for (children, coverage, mean) in [
        (json!({"kind": "poisson", "mean": 4.0}), false, 4.0),
        (json!({"kind": "uniform", "low": 0, "high": 6}), true, 3.5),
        (json!({"kind": "geometric", "p": 0.25, "low": 1}), false, 4.0),
    ] {
        let made = make(&lines(
            json!({"kind": "foreign_key", "children": children, "coverage": coverage}),
            7,
        ))
        .unwrap();
        let line = &made["line"];
        let mut counts: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        for (head, no) in line["head_id"].iter().zip(&line["line_no"]) {
            let (Cell::Int(head), Cell::Int(no)) = (head, no) else { panic!() };
            counts.entry(*head).or_default().push(*no);
        }
        assert!(counts.values().all(|n| n.iter().copied().eq(1..=n.len() as i64)));
        let got = line["head_id"].len() as f64 / 300.0;
        assert!((got - mean).abs() < 0.6, "{got}");
        assert!(!coverage || counts.len() == 300);
    }
    let error = make(&lines(json!({"kind": "foreign_key"}), 7)).unwrap_err();
    assert!(
        error.contains("(line.line_no), line_no") && error.contains("\"children\""),
        "{error}"
    );
}

fn notes(fk: Value, rows: u64) -> Result<Vec<i64>, String> {
    let ir = dataset(
        &[
            ("head", 300, &["id INT32*"], &[]),
            ("note", rows, &["id INT32*", "head_id INT32!"], &[("head_id", "head.id")]),
        ],
        json!({"columns": [
            column("head.id", json!({"kind": "sequence"})),
            column("note.id", json!({"kind": "sequence"})),
            column("note.head_id", fk),
        ]}),
        json!({}),
    );
    Ok(make(&ir)?["note"]["head_id"]
        .iter()
        .filter_map(|c| if let Cell::Int(x) = c { Some(*x) } else { None })
        .collect())
}

#[test]
fn parents_are_covered_and_weighted_as_asked() {
    let covered = notes(json!({"kind": "foreign_key", "skew": 1.3, "coverage": true}), 400).unwrap();
    assert_eq!(covered.iter().collect::<BTreeSet<_>>().len(), 300);
    assert!(
        notes(json!({"kind": "foreign_key", "skew": 1.3}), 400)
            .unwrap()
            .iter()
            .collect::<BTreeSet<_>>()
            .len()
            < 200
    );
    let error = notes(json!({"kind": "foreign_key", "coverage": true}), 299).unwrap_err();
    assert!(error.contains("raise the rows of note to 300"), "{error}");
    let weighted = notes(json!({"kind": "foreign_key", "weights": [6, 3, 1]}), 6000).unwrap();
    for (run, share) in [(0, 0.6), (1, 0.3), (2, 0.1)] {
        let got = weighted.iter().filter(|x| (**x - 1) / 100 == run).count() as f64 / 6000.0;
        assert!((got - share).abs() < 0.02, "{run}: {got}");
    }
    let error = notes(json!({"kind": "foreign_key", "weights": [0, 0]}), 60).unwrap_err();
    assert!(error.contains("weights"), "{error}");
}

fn one(kind: &str, distribution: Value, rows: u64) -> Result<Vec<f64>, String> {
    let ir = dataset(
        &[("t", rows, &["id INT32*", &format!("x {kind}!")], &[])],
        json!({"columns": [column("t.id", json!({"kind": "sequence"})), column("t.x", distribution)]}),
        json!({}),
    );
    Ok(numbers(&make(&ir)?["t"]["x"]))
}

#[test]
fn exponential_and_poisson_have_their_moments() {
    let (mean, std) = mean_std(&one("FLOAT64", json!({"kind": "exponential", "rate": 0.25}), 40_000).unwrap());
    assert!((mean - 4.0).abs() < 0.1 && (std - 4.0).abs() < 0.15, "{mean} {std}");
    let cut = one("INT32", json!({"kind": "exponential", "rate": 0.25, "low": 2, "high": 20}), 4000).unwrap();
    assert!(cut.iter().all(|x| (2.0..=20.0).contains(x)) && mean_std(&cut).0 > 5.0);
    for lambda in [0.5, 12.0, 90.0] {
        let (mean, std) = mean_std(&one("INT32", json!({"kind": "poisson", "lambda": lambda}), 40_000).unwrap());
        assert!(
            (mean / lambda - 1.0).abs() < 0.02 && (std * std / lambda - 1.0).abs() < 0.05,
            "{lambda}: {mean} {std}"
        );
    }
    for bad in [
        json!({"kind": "exponential", "rate": 0.0}),
        json!({"kind": "exponential", "rate": -1.0}),
        json!({"kind": "poisson", "lambda": -1.0}),
        json!({"kind": "poisson", "lambda": 3.0, "low": 5, "high": 2}),
    ] {
        assert!(
            one("INT32", bad.clone(), 10).unwrap_err().contains("generation.columns[1] (t.x)"),
            "{bad}"
        );
    }
}

#[test]
fn a_mixture_takes_its_shares() {
    let mixture = json!({"kind": "mixture", "components": [
        {"weight": 3, "distribution": {"kind": "normal", "mean": 10, "std": 1, "low": 0, "high": 20}},
        {"weight": 1, "distribution": {"kind": "constant", "value": 100}},
    ]});
    let values = one("DECIMAL(8,2)", mixture, 20_000).unwrap();
    let constant = values.iter().filter(|x| **x == 100.0).count() as f64 / 20_000.0;
    assert!((constant - 0.25).abs() < 0.01, "{constant}");
    let rest: Vec<f64> = values.into_iter().filter(|x| *x < 100.0).collect();
    assert!((mean_std(&rest).0 - 10.0).abs() < 0.05);
    let bad = json!({"kind": "mixture", "components": [{"weight": 1, "distribution": {"kind": "uniform", "low": 3, "high": 1}}]});
    assert!(one("INT32", bad, 10).unwrap_err().contains("components[0], uniform"));
    assert!(
        one("INT32", json!({"kind": "mixture", "components": []}), 10)
            .unwrap_err()
            .contains("0 components")
    );
}

fn correlated(matrix: Value) -> Result<Made, String> {
    let ir = dataset(
        &[(
            "t",
            20_000,
            &["id INT32*", "a FLOAT64!", "b FLOAT64!", "c FLOAT64!", "d TEXT!"],
            &[],
        )],
        json!({
            "columns": [
                column("t.id", json!({"kind": "sequence"})),
                column("t.a", json!({"kind": "normal", "mean": 50, "std": 5})),
                column("t.b", json!({"kind": "normal", "mean": -1, "std": 0.1})),
                column("t.c", json!({"kind": "uniform", "low": 0, "high": 1})),
                column("t.d", json!({"kind": "categorical", "values": ["low", "high"], "probs": [0.7, 0.3]})),
            ],
            "correlations": [{"table": "t", "columns": ["a", "b", "c", "d"], "matrix": matrix}],
        }),
        json!({}),
    );
    Ok(make(&ir)?.remove("t").unwrap())
}

#[test]
fn a_copula_gives_the_asked_correlations_and_keeps_the_marginals() {
    let matrix = json!([[1, 0.8, -0.5, 0.6], [0.8, 1, -0.3, 0.2], [-0.5, -0.3, 1, 0], [0.6, 0.2, 0, 1]]);
    let made = correlated(matrix).unwrap();
    let (a, b, c) = (numbers(&made["a"]), numbers(&made["b"]), numbers(&made["c"]));
    assert!((correlation(&a, &b) - 0.8).abs() < 0.03, "{}", correlation(&a, &b));
    // A uniform has Spearman's correlation as Pearson's; with a normal it is the normal scores' times sqrt(3 / pi).
    let wanted = -0.5 * (3.0 / std::f64::consts::PI).sqrt();
    assert!((correlation(&a, &c) - wanted).abs() < 0.03, "{}", correlation(&a, &c));
    let (mean, std) = mean_std(&a);
    assert!((mean - 50.0).abs() < 0.15 && (std - 5.0).abs() < 0.1, "{mean} {std}");
    assert!((mean_std(&c).0 - 0.5).abs() < 0.01 && (mean_std(&c).1 - 12_f64.powf(-0.5)).abs() < 0.01);
    let high = |i: usize| made["d"][i] == Cell::Text("high".into());
    let share = (0..20_000).filter(|i| high(*i)).count() as f64 / 20_000.0;
    assert!((share - 0.3).abs() < 0.02, "{share}");
    let of_high: Vec<f64> = (0..20_000).filter(|i| high(*i)).map(|i| a[i]).collect();
    assert!(mean_std(&of_high).0 > 52.0);
    for (matrix, said) in [
        (json!([[1, 2, 0, 0], [2, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]), "from -1 to 1"),
        (json!([[1, 0.5], [0.5, 1]]), "a matrix of as many rows"),
        (
            json!([[1, 0.9, -0.9, 0], [0.9, 1, 0.9, 0], [-0.9, 0.9, 1, 0], [0, 0, 0, 1]]),
            "positive semi-definite",
        ),
        (
            json!([[1, 0.9, 0, 0], [0.8, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]),
            "make them equal",
        ),
    ] {
        let error = correlated(matrix).unwrap_err();
        assert!(error.contains("generation.correlations[0]") && error.contains(said), "{error}");
    }
}

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
