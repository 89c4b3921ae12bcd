//! Children of parents: counted, numbered, covered, weighted.

use super::{column, dataset, make, plan};
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

/// References of 5,000 rows to 200 parents, whose keys are 10, 20, ..., with this entry, and what is told.
fn referring(entry: Value) -> Result<(Vec<i64>, Vec<String>), String> {
    let ir = dataset(
        &[
            ("p", 200, &["id INT32*"], &[]),
            ("c", 5000, &["id INT32*", "p_id INT32!"], &[("p_id", "p.id")]),
        ],
        json!({"columns": [
            column("p.id", json!({"kind": "sequence", "start": 10, "step": 10})),
            column("c.id", json!({"kind": "sequence"})),
            column("c.p_id", entry),
        ]}),
        json!({}),
    );
    let number = |c: &Cell| if let Cell::Int(x) = c { *x } else { -1 };
    let told = plan(&ir)?.notes;
    Ok((make(&ir)?["c"]["p_id"].iter().map(number).collect(), told))
}

#[test]
fn an_entry_of_values_is_one_of_parents_or_is_told() {
    let parents = |values: &[i64]| values.iter().copied().collect::<BTreeSet<_>>().len();
    let (values, told) = referring(json!({"kind": "uniform", "low": 10, "high": 2000})).unwrap();
    assert_eq!((parents(&values), told), (200, Vec::new()));
    let (values, told) = referring(json!({"kind": "uniform", "low": 1, "high": 200})).unwrap();
    assert_eq!(parents(&values), 200);
    assert!(
        told.len() == 1 && told[0].contains("c.p_id") && told[0].contains("by its p.id, which are from 10 to 2000"),
        "{told:?}"
    );
    for (n, notes) in [(json!(200), 0), (json!(null), 0), (json!(50), 1)] {
        let (values, told) = referring(json!({"kind": "zipf", "s": 1.2, "n": n})).unwrap();
        let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
        values.iter().for_each(|v| *counts.entry(*v).or_default() += 1);
        assert!(counts.values().max() > Some(&500), "{counts:?}");
        assert!(
            told.len() == notes && told.iter().all(|t| t.contains("n is 50, and rows refer to any of the 200")),
            "{told:?}"
        );
    }
    let (values, told) = referring(json!({"kind": "categorical", "values": [10, 2000, 30], "probs": [0.5, 0.3, 0.2]})).unwrap();
    for (value, share) in [(10, 0.5), (2000, 0.3), (30, 0.2)] {
        let got = values.iter().filter(|v| **v == value).count() as f64 / 5000.0;
        assert!((got - share).abs() < 0.03, "{value}: {got}");
    }
    assert_eq!((parents(&values), told.len()), (3, 0));
    let (values, _) = referring(json!({"kind": "constant", "value": 70})).unwrap();
    assert!(values.iter().all(|v| *v == 70));
    for (entry, said) in [
        (
            json!({"kind": "categorical", "values": [10, 15]}),
            "takes its values from p.id, and none of the 200 there is 15",
        ),
        (json!({"kind": "categorical", "values": [10, null]}), "write null_fraction"),
        (
            json!({"kind": "categorical", "values": [10, 20], "probs": [0.2, 0.3]}),
            "sum to 0.5",
        ),
        (json!({"kind": "constant", "value": 7}), "none of the 200 there is 7"),
        (json!({"kind": "normal", "mean": 100, "std": 10}), "with \"skew\" or \"weights\""),
        (
            json!({"kind": "derived", "expression": "id % 200 + 1"}),
            "derived says nothing of them",
        ),
        (json!({"kind": "pattern", "pattern": "1##"}), "takes its values from p.id"),
        (json!({"kind": "sequence"}), "numbers that go on are no choice"),
    ] {
        let error = referring(entry.clone()).unwrap_err();
        assert!(error.contains("c.p_id") && error.contains(said), "{entry}: {error}");
    }
}

#[test]
fn coverage_holds_in_composite_keys() {
    // A parent and a number under it, with few rows more than parents.
    for rows in [100, 130, 300] {
        let ir = dataset(
            &[
                ("p", 100, &["id INT32*"], &[]),
                ("c", rows, &["p_id INT32*", "no INT32*"], &[("p_id", "p.id")]),
            ],
            json!({"columns": [
                column("p.id", json!({"kind": "sequence"})),
                column("c.p_id", json!({"kind": "foreign_key", "coverage": true})),
                column("c.no", json!({"kind": "uniform", "low": 1, "high": 1000})),
            ]}),
            json!({}),
        );
        let made = make(&ir).unwrap();
        let parents: BTreeSet<String> = made["c"]["p_id"].iter().map(Cell::text).collect();
        assert_eq!(parents.len(), 100, "{rows}");
    }
    // Two parents: nearly full, roomy, and no more rows than the larger side has.
    for (a, b, rows, skew) in [
        (30, 50, 200, 0.0),
        (30, 50, 1490, 0.0),
        (200, 300, 1000, 0.9),
        (200, 300, 300, 0.0),
        (300, 200, 5000, 0.0),
    ] {
        let ir = dataset(
            &[
                ("a", a, &["id INT32*"], &[]),
                ("b", b, &["id INT32*"], &[]),
                ("j", rows, &["a INT32*", "b INT32*"], &[("a", "a.id"), ("b", "b.id")]),
            ],
            json!({"columns": [
                column("a.id", json!({"kind": "sequence"})),
                column("b.id", json!({"kind": "sequence"})),
                column("j.a", json!({"kind": "foreign_key", "coverage": true, "skew": skew})),
                column("j.b", json!({"kind": "foreign_key", "coverage": true})),
            ]}),
            json!({}),
        );
        let j = &make(&ir).unwrap()["j"];
        let different = |column: &str| j[column].iter().map(Cell::text).collect::<BTreeSet<_>>().len() as u64;
        assert_eq!((different("a"), different("b")), (a, b), "{rows} rows");
        let pairs: BTreeSet<(String, String)> = j["a"].iter().zip(&j["b"]).map(|(x, y)| (x.text(), y.text())).collect();
        assert_eq!(pairs.len() as u64, rows);
    }
}

#[test]
fn a_key_that_is_counted_off_tells_its_skew_and_one_without_room_its_size() {
    let junction = |rows: u64, skew: f64| {
        dataset(
            &[
                ("a", 30, &["id INT32*"], &[]),
                ("b", 50, &["id INT32*"], &[]),
                ("j", rows, &["a INT32*", "b INT32*"], &[("a", "a.id"), ("b", "b.id")]),
            ],
            json!({"columns": [
                column("a.id", json!({"kind": "sequence"})),
                column("b.id", json!({"kind": "sequence"})),
                column("j.a", json!({"kind": "foreign_key", "skew": skew})),
                column("j.b", json!({"kind": "foreign_key"})),
            ]}),
            json!({}),
        )
    };
    let told = plan(&junction(1000, 1.2)).unwrap().notes;
    assert!(
        matches!(told.as_slice(), [one] if one.contains("j.a: foreign_key is not followed") && one.contains("the key (a, b)")),
        "{told:?}"
    );
    // Nothing to tell: no skew, or room to draw by it.
    for (rows, skew) in [(1000, 0.0), (100, 1.2)] {
        assert_eq!(plan(&junction(rows, skew)).unwrap().notes, Vec::<String>::new());
    }
    let pairs = |rows: u64, kind: &str, entry: Value| {
        let ir = dataset(
            &[("t", rows, &["yes BOOL*", kind], &[])],
            json!({"columns": [column("t.yes", json!({"kind": "categorical", "values": [true, false]})), column("t.n", entry)]}),
            json!({}),
        );
        make(&ir).map(|made| made["t"]["n"].len())
    };
    let error = pairs(1_000_000_000, "n INT16*", json!({"kind": "normal", "mean": 0, "std": 9000})).unwrap_err();
    assert!(error.contains("the key (yes, n) has room for 131072"), "{error}");
    let zipf = || json!({"kind": "zipf", "s": 0.1, "n": 50});
    let error = pairs(101, "n INT32*", zipf()).unwrap_err();
    assert!(error.contains("has room for 100"), "{error}");
    assert_eq!(pairs(90, "n INT32*", zipf()), Ok(90));
}
