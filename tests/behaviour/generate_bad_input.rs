//! Bad IRs through the binary: every one is refused with its place and the way out, never a panic, and no file gets its final name.

use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

type Result = std::result::Result<(), Box<dyn std::error::Error>>;

fn generate(dir: &Path, ir: &str, more: &[&str]) -> std::io::Result<Output> {
    let path = dir.join("bad.ir.json");
    fs::write(&path, ir)?;
    Command::new(env!("CARGO_BIN_EXE_sqlmint"))
        .arg("generate")
        .arg(&path)
        .arg(dir.join("out"))
        .args(more)
        .output()
}

/// Table `t` (id, x) refers to nothing; `c` (id, t_id) refers to `t`.
fn base() -> Value {
    let column = |name: &str, kind: &str| json!({"name": name, "type": kind, "nullable": false});
    json!({
        "logical": {"name": "bad", "tables": [
            {"name": "t", "row_count": 20, "columns": [column("id", "INT32"), column("x", "FLOAT64"), column("w", "TEXT"), column("flag", "BOOL")], "primary_key": ["id"]},
            {"name": "c", "row_count": 20, "columns": [column("id", "INT32"), column("t_id", "INT32")], "primary_key": ["id"],
             "foreign_keys": [{"columns": ["t_id"], "ref_table": "t", "ref_columns": ["id"]}]},
        ]},
        "constraints": {},
        "generation": {"columns": []},
    })
}

fn with(path: &str, value: Value) -> Value {
    let mut ir = base();
    if let Some(slot) = ir.pointer_mut(path) {
        *slot = value;
    }
    ir
}

/// `x` of table `t` with this distribution.
fn x(distribution: Value) -> Value {
    with(
        "/generation/columns",
        json!([{"table": "t", "column": "x", "distribution": distribution}]),
    )
}

/// The same with another type.
fn typed(kind: &str, distribution: Value) -> Value {
    let mut ir = x(distribution);
    ir["logical"]["tables"][0]["columns"][1]["type"] = json!(kind);
    ir
}

fn w(distribution: Value) -> Value {
    with(
        "/generation/columns",
        json!([{"table": "t", "column": "w", "distribution": distribution}]),
    )
}

fn constraint(kind: &str, rule: Value) -> Value {
    with("/constraints", json!({kind: [rule]}))
}

#[test]
fn every_bad_ir_is_refused_with_its_place_and_the_way_out() -> Result {
    let long = "1 + ".repeat(260_000) + "1";
    let derived = |expression: &str| x(json!({"kind": "derived", "expression": expression}));
    let eq = |column: &str| json!({"op": "eq", "column": column, "value": 1});
    let long_name = with("/logical/tables/0/name", json!("t".repeat(300)));
    let mut boolean = with("/logical/tables/0/primary_key", json!(["flag"]));
    boolean["logical"]["tables"][0]["row_count"] = json!(1_000_000_000_u64);
    if let Some(tables) = boolean["logical"]["tables"].as_array_mut() {
        tables.truncate(1);
    }
    boolean["generation"]["columns"] =
        json!([{"table": "t", "column": "flag", "distribution": {"kind": "categorical", "values": [true, false]}}]);
    let mut cycle = derived("id + length(w)");
    if let Some(columns) = cycle["generation"]["columns"].as_array_mut() {
        columns.push(json!({"table": "t", "column": "w", "distribution": {"kind": "derived", "expression": "x * 2"}}));
    }
    let cases: Vec<(&str, Value, Vec<&str>)> = vec![
        (
            "unknown kind",
            x(json!({"kind": "unifrom", "low": 1, "high": 2})),
            vec!["generation.columns[0].distribution", "did you mean \"uniform\"?"],
        ),
        (
            "probabilities of the wrong length",
            w(json!({"kind": "categorical", "values": ["a", "b"], "probs": [0.2, 0.3, 0.5]})),
            vec![
                "generation.columns[0] (t.w), categorical",
                "2 values have 3 probabilities",
                "give one each",
            ],
        ),
        (
            "probabilities that sum to 0.5",
            w(json!({"kind": "categorical", "values": ["a", "b"], "probs": [0.2, 0.3]})),
            vec!["(t.w)", "sum to 0.5"],
        ),
        (
            "a share past 1",
            with(
                "/generation/columns",
                json!([{"table": "t", "column": "x", "null_fraction": 1.5, "distribution": {"kind": "constant", "value": 1}}]),
            ),
            vec!["generation.columns[0] (t.x)", "null_fraction is 1.5", "from 0 to 1"],
        ),
        (
            "dirt past 1",
            with(
                "/generation/columns",
                json!([{"table": "t", "column": "x", "dirty": {"outliers": 1.5}, "distribution": {"kind": "constant", "value": 1}}]),
            ),
            vec!["generation.columns[0] (t.x)", "dirty.outliers is 1.5", "from 0 to 1"],
        ),
        (
            "an unknown type",
            typed("FLOTE64", json!({"kind": "uniform", "low": 1, "high": 2})),
            vec!["logical.tables[0].columns[1].type", "did you mean \"FLOAT64\"?"],
        ),
        (
            "a flag in a column of numbers",
            x(json!({"kind": "derived", "expression": "id > 3"})),
            vec!["t.x", "not a value of the column's type", "1 if ... else 0"],
        ),
        (
            "a constant that would be rounded",
            typed("INT32", json!({"kind": "categorical", "values": [1, 2.5]})),
            vec![
                "generation.columns[0] (t.x), categorical",
                "values[1]: 2.5 is no value of INT32",
                "write a whole number, or make the column DECIMAL",
            ],
        ),
        (
            "a part of a mixture that would be rounded",
            typed(
                "DECIMAL(5,2)",
                json!({"kind": "mixture", "components": [{"weight": 1, "distribution": {"kind": "constant", "value": 1.239}}]}),
            ),
            vec![
                "(t.x), mixture",
                "components[0]",
                "1.239 is no value of DECIMAL(5,2)",
                "more than 2 digits",
            ],
        ),
        (
            "a day that is none",
            typed("DATE", json!({"kind": "constant", "value": "2024-13-01"})),
            vec!["(t.x), constant", "\"2024-13-01\" is no value of DATE", "no day of the calendar"],
        ),
        (
            "a time on a day",
            typed("DATE", json!({"kind": "constant", "value": "2024-12-01 10:00:00"})),
            vec!["(t.x), constant", "is no value of DATE", "make the column DATETIME"],
        ),
        (
            "a word that is no number",
            {
                let mut ir = typed("INT32", json!({"kind": "provider", "name": "list.w"}));
                ir["generation"]["lists"] = json!({"w": {"values": ["1", "2.5"]}});
                ir
            },
            vec!["(t.x), provider", "list \"w\"", "\"2.5\" is no value of INT32"],
        ),
        (
            "a rule about what no value equals",
            constraint(
                "implications",
                json!({"table": "t", "if": {"op": "eq", "column": "id", "value": 2.5}, "then": eq("x")}),
            ),
            vec!["constraints.implications[0] (t)", "2.5 is no value of INT32"],
        ),
        (
            "a decimal of 99 digits",
            typed("DECIMAL(99,5)", json!({"kind": "constant", "value": 1})),
            vec!["logical.tables[0].columns[1].type", "precision \"99\" is not from 1 to 38"],
        ),
        (
            "a scale past the precision",
            typed("DECIMAL(5,9)", json!({"kind": "constant", "value": 1})),
            vec!["logical.tables[0].columns[1].type", "scale \"9\" is not from 0 to the precision, 5"],
        ),
        (
            "a negative scale",
            typed("DECIMAL(5,-2)", json!({"kind": "constant", "value": 1})),
            vec!["logical.tables[0].columns[1].type", "scale \"-2\""],
        ),
        (
            "a text of no length",
            typed("VARCHAR(0)", json!({"kind": "constant", "value": ""})),
            vec!["t.x", "VARCHAR(0) holds no text"],
        ),
        (
            "a name that no file may have",
            long_name,
            vec!["tttt...: the table's name has 300 bytes", "give it a shorter one"],
        ),
        (
            "a normal past all floats",
            x(json!({"kind": "normal", "mean": 1e308, "std": 1e308})),
            vec!["(t.x), normal", "mean 1e308 and std 1e308 reach past what FLOAT64 counts"],
        ),
        (
            "an exponential past all floats",
            x(json!({"kind": "exponential", "rate": 1e-308})),
            vec!["(t.x), exponential", "rate 1e-308", "past what FLOAT64 counts"],
        ),
        (
            "a lognormal past all floats",
            x(json!({"kind": "lognormal", "mean": 1, "sigma": 1e300})),
            vec!["(t.x), lognormal", "sigma is from 0 to 200"],
        ),
        (
            "a small float past its end",
            typed("FLOAT32", json!({"kind": "uniform", "low": 0, "high": 1e300})),
            vec!["(t.x), uniform", "past what FLOAT32 holds"],
        ),
        (
            "a normal outside small floats",
            typed("FLOAT32", json!({"kind": "normal", "mean": 1e300, "std": 1})),
            vec!["(t.x), normal", "the range of the bounds and of FLOAT32"],
        ),
        (
            "a check past the column's type",
            {
                let mut ir = typed("DECIMAL(5,4)", json!({"kind": "uniform", "low": 0, "high": 9}));
                ir["constraints"] = json!({"checks": [{"table": "t", "sql": "x > 9.9999 AND w IS NOT NULL"}]});
                ir
            },
            vec![
                "no value of x satisfies CHECK (x > 9.9999",
                "DECIMAL(5,4) goes from -9.9999 to 9.9999",
                "widen the column",
            ],
        ),
        (
            "a decimal that overflows",
            typed("DECIMAL(38,2)", json!({"kind": "derived", "expression": "id * 1e40"})),
            vec!["t.x", "10000000000000000000000000000000000000000 does not fit DECIMAL(38,2)"],
        ),
        (
            "negative probabilities",
            w(json!({"kind": "categorical", "values": ["a", "b"], "probs": [1.5, -0.5]})),
            vec!["(t.w)", "probs[0] is 1.5", "from 0 to 1"],
        ),
        (
            "no values",
            w(json!({"kind": "categorical", "values": []})),
            vec!["(t.w)", "list at least one"],
        ),
        (
            "nested values",
            w(json!({"kind": "categorical", "values": [["a"]]})),
            vec!["(t.w)", "is not a scalar"],
        ),
        (
            "zero rows",
            with("/logical/tables/0/row_count", json!(0)),
            vec!["t: 0 rows", "at least 1 row"],
        ),
        (
            "negative rows",
            with("/logical/tables/0/row_count", json!(-5)),
            vec!["logical.tables[0].row_count", "-5 is no number of rows", "a whole number"],
        ),
        (
            "too many rows",
            with("/logical/tables/0/row_count", json!(u64::MAX)),
            vec!["t: ", "past the limit"],
        ),
        (
            "a unique boolean",
            boolean,
            vec!["t: 1000000000 rows", "flag", "room for 2", "lower the rows"],
        ),
        (
            "a foreign key to nowhere",
            with("/logical/tables/1/foreign_keys/0/ref_table", json!("tt")),
            vec!["c(t_id)", "table \"tt\"", "does not exist", "did you mean \"t\"?"],
        ),
        (
            "a foreign key to no column",
            with("/logical/tables/1/foreign_keys/0/ref_columns", json!(["idd"])),
            vec!["t.idd", "did you mean \"id\"?"],
        ),
        (
            "a circle",
            cycle,
            vec!["t.x -> t.w -> t.x", "give one of them its own distribution"],
        ),
        ("a column made of itself", derived("x + 1"), vec!["t.x -> t.x"]),
        (
            "an unknown name",
            derived("idd + 1"),
            vec!["generation.columns[0] (t.x), derived", "did you mean \"id\"?"],
        ),
        (
            "no expression",
            derived("id +"),
            vec!["(t.x), derived", "character 5", "expected a value"],
        ),
        (
            "a long expression",
            derived(&long),
            vec!["(t.x), derived", "longer than 65536 bytes", "spread it"],
        ),
        (
            "a deep expression",
            derived(&"(".repeat(30_000)),
            vec!["(t.x), derived", "nests too deep"],
        ),
        (
            "a long check",
            constraint("checks", json!({"table": "t", "sql": long})),
            vec!["constraints.checks[0] (t)", "longer than 65536 bytes"],
        ),
        (
            "a chain of 10,000",
            constraint("checks", json!({"table": "t", "sql": "x > 1 AND ".repeat(5_000) + "x > 2"})),
            vec!["constraints.checks[0] (t)"],
        ),
        (
            "low above high",
            x(json!({"kind": "uniform", "low": 5, "high": 2})),
            vec!["(t.x), uniform", "low 5 is above high 2", "swap"],
        ),
        (
            "a negative deviation",
            x(json!({"kind": "normal", "mean": 0, "std": -1})),
            vec!["(t.x), normal", "std is -1"],
        ),
        (
            "a rate of 0",
            x(json!({"kind": "exponential", "rate": 0})),
            vec!["(t.x), exponential", "rate is 0"],
        ),
        (
            "a negative size",
            x(json!({"kind": "zipf", "s": 1.1, "n": -3})),
            vec!["generation.columns[0].distribution", "-3"],
        ),
        (
            "no ranks",
            x(json!({"kind": "zipf", "s": 1.1})),
            vec!["(t.x), zipf", "n is missing"],
        ),
        (
            "no month has weight",
            x(json!({"kind": "seasonal", "granularity": "month", "weights": [0], "year_range": [2020, 2021]})),
            vec!["(t.x), seasonal", "12 weights"],
        ),
        (
            "dates on a number",
            x(json!({"kind": "datetime", "start": "2020-01-01", "end": "2021-01-01"})),
            vec!["(t.x), datetime", "takes no dates"],
        ),
        (
            "an unknown provider",
            w(json!({"kind": "provider", "name": "person.ful_name"})),
            vec!["(t.w), provider", "did you mean \"person.full_name\"?"],
        ),
        (
            "an unknown list",
            w(json!({"kind": "provider", "name": "list.words"})),
            vec!["(t.w), provider", "generation.lists"],
        ),
        (
            "a list without its file",
            w(json!({"kind": "provider", "name": "file", "options": {"path": "none.txt"}})),
            vec!["generation.lists.none.txt", "cannot read"],
        ),
        (
            "an unknown table",
            with(
                "/generation/columns",
                json!([{"table": "tt", "column": "x", "distribution": {"kind": "sequence"}}]),
            ),
            vec!["generation.columns[0]", "did you mean \"t\"?"],
        ),
        (
            "an unknown key",
            x(json!({"kind": "uniform", "low": 1, "high": 2, "hgih": 3})),
            vec!["hgih", "did you mean \"high\"?"],
        ),
        (
            "nulls where none may be",
            with(
                "/generation/columns",
                json!([{"table": "t", "column": "x", "null_fraction": 0.5, "distribution": {"kind": "sequence"}}]),
            ),
            vec!["(t.x)", "NOT NULL"],
        ),
        (
            "a rule about no column",
            constraint("implications", json!({"table": "t", "if": eq("flagg"), "then": eq("x")})),
            vec!["constraints.implications[0] (t)", "did you mean \"flag\"?"],
        ),
        (
            "a rule about no table",
            constraint("composite_keys", json!({"table": "tt", "columns": ["x"]})),
            vec!["constraints.composite_keys[0]", "did you mean \"t\"?"],
        ),
        (
            "a dependency on a key",
            constraint("functional_dependencies", json!({"table": "t", "lhs": ["w"], "rhs": ["id"]})),
            vec!["constraints.functional_dependencies[0]", "contradicts the unique columns (id)"],
        ),
        (
            "a rule that nothing satisfies",
            constraint("checks", json!({"table": "t", "sql": "id < 0"})),
            vec!["CHECK (id < 0)", "distributions of id"],
        ),
        (
            "children of nothing",
            x(json!({"kind": "line_no"})),
            vec!["(t.x), line_no", "\"children\""],
        ),
        (
            "too few children to cover",
            with(
                "/generation",
                json!({"rows": {"c": 5}, "columns": [{"table": "c", "column": "t_id", "distribution": {"kind": "foreign_key", "coverage": true}}]}),
            ),
            vec!["(c.t_id), foreign_key", "raise the rows of c to 20"],
        ),
        (
            "a matrix that is none",
            with(
                "/generation",
                json!({"columns": [], "correlations": [{"table": "t", "columns": ["x", "id"], "matrix": [[1, 3], [3, 1]]}]}),
            ),
            vec!["generation.correlations[0]", "from -1 to 1"],
        ),
    ];
    for (name, ir, said) in cases {
        let dir = tempfile::tempdir()?;
        let out = generate(dir.path(), &ir.to_string(), &[])?;
        let err = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(
            matches!(out.status.code(), Some(1 | 2)),
            "{name}: exit {:?}\n{err}",
            out.status.code()
        );
        assert!(!err.contains("panicked") && !err.contains("overflow"), "{name}: {err}");
        for part in said {
            assert!(err.contains(part), "{name}: {part:?} is not in\n{err}");
        }
        let left: Vec<String> = fs::read_dir(dir.path().join("out"))
            .map(|d| d.filter_map(|f| Some(f.ok()?.file_name().to_string_lossy().into_owned())).collect())
            .unwrap_or_default();
        assert!(
            !left
                .iter()
                .any(|f| f == "t.csv" || f.ends_with(".tmp") || f.ends_with(".inprogress"))
                || err.contains("c was not made")
                || name == "too few children to cover",
            "{name}: {left:?}"
        );
    }
    Ok(())
}

#[test]
fn numbers_that_are_none_have_their_line() -> Result {
    for word in ["NaN", "Infinity", "-Infinity", "1e999"] {
        let dir = tempfile::tempdir()?;
        let ir = serde_json::to_string_pretty(&x(json!({"kind": "uniform", "low": 424_242, "high": 2})))?.replace("424242", word);
        let out = generate(dir.path(), &ir, &[])?;
        let err = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(2), "{err}");
        assert!(err.contains("bad.ir.json: line ") && err.contains("number"), "{word}: {err}");
    }
    Ok(())
}

#[test]
fn slips_are_repaired_and_told() -> Result {
    let dir = tempfile::tempdir()?;
    let mut ir = base();
    ir["generation"]["columns"] = json!([
        {"table": "t", "column": "x", "distribution": {"type": "gaussian", "mu": "10", "std_dev": 2}},
        {"table": "t", "column": "w", "distribution": {"kind": "choice", "values": ["a", "b", "c"], "probs": [0.333, 0.333, 0.333]}},
        {"table": "t", "column": "flag", "distribution": {"kind": "categorical", "values": ["yes", "no"]}},
        {"table": "c", "column": "note", "null_fraction": 15, "dirty": {"nulls": 5}, "distribution": {"kind": "constant", "value": "a"}},
    ]);
    if let Some(columns) = ir["logical"]["tables"][1]["columns"].as_array_mut() {
        columns.push(json!({"name": "note", "type": "TEXT"}));
    }
    let out = generate(dir.path(), &ir.to_string(), &[])?;
    let err = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(0), "{err}");
    for said in [
        "generation.columns[0].distribution.kind: warning: \"gaussian\" was read as \"normal\"",
        "generation.columns[0].distribution.mean: warning: \"10\" was read as 10",
        "generation.columns[1].distribution.probs: warning: they sum to 0.999",
        "generation.columns[2].distribution.values: warning: 2 values were read",
        "generation.columns[3].null_fraction: warning: 15 was read as percent: 0.15",
        "generation.columns[3].dirty.nulls: warning: 5 was read as percent: 0.05",
    ] {
        assert!(err.contains(said), "{said}\n{err}");
    }
    let table = fs::read_to_string(dir.path().join("out/t.csv"))?;
    assert_eq!(table.lines().count(), 21);
    assert!(
        table.lines().skip(1).all(|l| l.ends_with("true") || l.ends_with("false")),
        "{table}"
    );
    Ok(())
}

#[test]
fn a_list_beside_the_ir_is_found() -> Result {
    let dir = tempfile::tempdir()?;
    fs::write(dir.path().join("words.csv"), "id,word\n1,cod\n2,eel\n")?;
    let ir = w(json!({"kind": "provider", "name": "file", "options": {"path": "words.csv", "column": "word"}}));
    let out = generate(dir.path(), &ir.to_string(), &[])?;
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    let table = fs::read_to_string(dir.path().join("out/t.csv"))?;
    assert!(table.lines().skip(1).all(|l| l.contains(",cod,") || l.contains(",eel,")), "{table}");
    Ok(())
}
