//! Children of parents: counted, numbered, covered, weighted.

use super::{column, dataset, make};
use crate::datagen::cell::Cell;
use crate::ir::DatasetIr;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

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
