//! Derived columns, circles, trees.

use super::{column, dataset, make, shop};
use crate::datagen::cell::Cell;
use crate::ir::DatasetIr;
use serde_json::{Value, json};

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
