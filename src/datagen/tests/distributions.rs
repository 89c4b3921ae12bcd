//! Moments, shares, correlations.

use super::{Made, column, correlation, dataset, make, mean_std, numbers};
use crate::datagen::cell::Cell;
use serde_json::{Value, json};

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
