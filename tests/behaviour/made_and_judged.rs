//! Data that was made and then judged, through the binary: what generate accepts passes, what is broken in it afterwards does not, and what would be
//! garbage is refused with its place.

use crate::project::{Done, Project};
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Table `t` with these columns after `id`: name, type ("?" at its end: may be NULL), distribution.
fn table(rows: u64, columns: &[(&str, &str, Value)]) -> Value {
    let mut all = vec![json!({"name": "id", "type": "INT64", "nullable": false})];
    let mut plans = vec![json!({"table": "t", "column": "id", "distribution": {"kind": "sequence"}})];
    for (name, kind, distribution) in columns {
        all.push(json!({"name": name, "type": kind.trim_end_matches('?'), "nullable": kind.ends_with('?')}));
        plans.push(json!({"table": "t", "column": name, "distribution": distribution}));
    }
    json!({
        "version": 1,
        "logical": {"name": "x", "tables": [{"name": "t", "row_count": rows, "columns": all, "primary_key": ["id"]}]},
        "generation": {"columns": plans},
    })
}

fn one(kind: &str, distribution: Value) -> Value {
    table(1_000, &[("v", kind, distribution)])
}

fn derived(kind: &str, expression: &str) -> Value {
    one(kind, json!({"kind": "derived", "expression": expression}))
}

/// `p` (500 rows) and its children `c` with this foreign key.
fn family(rows: u64, key: Value) -> Value {
    let column = |name: &str, kind: &str| json!({"name": name, "type": kind, "nullable": false});
    json!({
        "version": 1,
        "logical": {"name": "x", "tables": [
            {"name": "p", "row_count": 500, "columns": [column("id", "INT32"), column("lp", "DECIMAL(8,2)")], "primary_key": ["id"]},
            {"name": "c", "row_count": rows, "columns": [column("id", "INT32"), column("pid", "INT32"), column("qty", "INT32")], "primary_key": ["id"],
             "foreign_keys": [{"columns": ["pid"], "ref_table": "p", "ref_columns": ["id"]}]}]},
        "generation": {"columns": [
            {"table": "p", "column": "id", "distribution": {"kind": "sequence"}},
            {"table": "p", "column": "lp", "distribution": {"kind": "uniform", "low": 1, "high": 50}},
            {"table": "c", "column": "id", "distribution": {"kind": "sequence"}},
            {"table": "c", "column": "pid", "distribution": key},
            {"table": "c", "column": "qty", "distribution": {"kind": "uniform", "low": 1, "high": 9}}]},
    })
}

fn with(mut ir: Value, place: &str, value: Value) -> Value {
    let (parent, key) = place.rsplit_once('/').unwrap_or(("", place));
    if let Some(Value::Object(at)) = ir.pointer_mut(parent) {
        at.insert(key.to_owned(), value);
    }
    ir
}

fn made(project: &Project, ir: &Value) -> Result<Done> {
    project.write("a.ir.json", &ir.to_string())?;
    Ok(project.sqlmint(&["generate", "a.ir.json", "out", "--fresh"])?)
}

fn judged(project: &Project) -> Result<Done> {
    Ok(project.sqlmint(&["evaluate-data", "a.ir.json", "out", "report.json"])?)
}

#[test]
fn what_would_be_garbage_is_refused_with_its_place() -> Result<()> {
    let check = |ir: Value, sql: &str| with(ir, "/constraints", json!({"checks": [{"table": "t", "sql": sql}]}));
    let unique = |ir: Value| with(ir, "/logical/tables/0/unique", json!([["v"]]));
    let hours: Vec<u64> = (0..24).collect();
    let pair = json!([{"table": "t", "columns": ["v", "v"], "matrix": [[1, 0.5], [0.5, 1]]}]);
    let covered = json!({"kind": "foreign_key", "coverage": true});
    let dependency = json!({"functional_dependencies": [{"table": "t", "lhs": ["a"], "rhs": ["b"]}]});
    let number = |low: f64, high: f64| json!({"kind": "uniform", "low": low, "high": high});
    let mut cases: Vec<(&str, Value, Vec<&str>)> = vec![
        (
            "integer overflow",
            derived("INT64", "2 ** 63"),
            vec!["t.v", "past what INT64 holds"],
        ),
        (
            "integer product",
            derived("INT64?", "id * 9223372036854775807"),
            vec!["t.v", "past what INT64 holds"],
        ),
        (
            "date overflow",
            derived("DATE", "DATE '2024-01-01' + INTERVAL '1000000 years'"),
            vec!["t.v", "years 1 to 9999"],
        ),
        (
            "days overflow",
            derived("DATE", "DATE '2024-01-01' + days(id * 1000000000)"),
            vec!["t.v", "years 1 to 9999"],
        ),
        (
            "computed text",
            derived("VARCHAR(7)", "'order-' || id"),
            vec!["t.v", "longer than 7 characters"],
        ),
        (
            "listed text",
            one(
                "VARCHAR(7)",
                json!({"kind": "categorical", "values": ["electronics", "electrical"]}),
            ),
            vec!["(t.v)", "\"electronics\" is longer than 7"],
        ),
        (
            "pattern",
            one("VARCHAR(7)", json!({"kind": "pattern", "pattern": "A-######"})),
            vec!["(t.v)", "8 characters long"],
        ),
        (
            "huge uniform",
            one("FLOAT64", number(-1.7e308, 1.7e308)),
            vec!["(t.v)", "farther than floats count"],
        ),
        (
            "no whole number",
            one("INT32", number(0.2, 0.8)),
            vec!["(t.v)", "no whole number from 0.2 to 0.8"],
        ),
        (
            "hours of a date",
            one(
                "DATE",
                json!({"kind": "seasonal", "granularity": "hour", "weights": hours, "year_range": [2023, 2024]}),
            ),
            vec!["(t.v)", "has no hours"],
        ),
        (
            "sum of texts",
            derived("VARCHAR(9)?", "'a' + 'b'"),
            vec!["(t.v)", "join texts with ||"],
        ),
        ("text and number", derived("INT64?", "'1' + 1"), vec!["(t.v)", "'1' is a text"]),
        ("and of numbers", derived("INT64?", "5 & 3"), vec!["(t.v)", "5 is a number"]),
        ("no such day", derived("DATE?", "date('2024-02-30')"), vec!["(t.v)", "2024-02-30"]),
        (
            "position from the end",
            derived("VARCHAR(9)", "substr('abcdef', -2, 2)"),
            vec!["(t.v)", "positions count from 1"],
        ),
        (
            "weights",
            family(
                600,
                json!({"kind": "foreign_key", "weights": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30]}),
            ),
            vec!["(c.pid)", "30 weights cannot stand for equal runs of 500 parents"],
        ),
        (
            "children of nobody",
            family(
                600,
                json!({"kind": "foreign_key", "children": {"kind": "uniform", "low": 0, "high": 0}}),
            ),
            vec!["(c.pid)", "no children at all"],
        ),
        (
            "too small a domain",
            unique(one("INT32", number(1.0, 999.0))),
            vec!["unique column v", "999"],
        ),
        (
            "too few likely values",
            unique(one("INT32", json!({"kind": "poisson", "lambda": 500}))),
            vec!["no new value of the unique columns (v)"],
        ),
        (
            "a check without room",
            check(unique(one("INT32", number(1.0, 1_500.0))), "v % 2 = 0"),
            vec!["unique column v has room for 750", "lower the rows of t"],
        ),
        (
            "a version to come",
            with(one("INT32", number(1.0, 2.0)), "/version", json!(99)),
            vec!["version", "99"],
        ),
        (
            "correlated with itself",
            with(
                one("FLOAT64", json!({"kind": "normal", "mean": 0, "std": 1})),
                "/generation/correlations",
                pair,
            ),
            vec!["generation.correlations[0] (t)", "listed twice"],
        ),
        (
            "a line break in a name",
            table(10, &[("a\nb", "INT32", number(1.0, 5.0))]),
            vec!["logical.tables[0].columns[1]", "line break"],
        ),
        (
            "no name",
            table(10, &[("", "INT32", number(1.0, 5.0))]),
            vec!["logical.tables[0].columns[1]", "empty"],
        ),
        (
            "names that differ in case",
            table(10, &[("ID", "INT32", number(1.0, 5.0))]),
            vec!["logical.tables[0].columns[1]", "differ in case only"],
        ),
        (
            "a key to what is no key",
            with(
                family(600, json!({"kind": "foreign_key"})),
                "/logical/tables/0/primary_key",
                json!(["lp"]),
            ),
            vec!["c(pid)", "neither its primary key nor unique"],
        ),
        (
            "coverage against a check",
            with(
                family(6_000, covered),
                "/constraints",
                json!({"checks": [{"table": "c", "sql": "pid > 100"}]}),
            ),
            vec!["CHECK (pid > 100)", "coverage of c.pid"],
        ),
        (
            "a dependency on what is computed",
            with(
                table(
                    2_000,
                    &[
                        ("a", "INT32", number(1.0, 50.0)),
                        ("c", "INT32", number(1.0, 9.0)),
                        ("b", "INT32", json!({"kind": "derived", "expression": "c + 1"})),
                    ],
                ),
                "/constraints",
                dependency,
            ),
            vec!["functional_dependencies[0] (t)", "a -> b contradicts", "made from c"],
        ),
        (
            "a device as a list",
            with(
                one("TEXT", json!({"kind": "provider", "name": "list.a"})),
                "/generation/lists",
                json!({"a": {"path": "/dev/zero"}}),
            ),
            vec!["generation.lists.a", "no regular file"],
        ),
    ];
    let rule = |then: Value| {
        let ir = table(
            500,
            &[
                ("cc", "TEXT", json!({"kind": "categorical", "values": ["DE", "US"]})),
                ("num", "INT32", number(1.0, 100.0)),
                ("state", "TEXT", json!({"kind": "categorical", "values": ["new", "paid"]})),
                (
                    "day",
                    "DATE",
                    json!({"kind": "datetime", "start": "2024-01-01", "end": "2024-12-31"}),
                ),
            ],
        );
        let rule = json!({"table": "t", "if": {"op": "eq", "column": "cc", "value": "DE"}, "then": then});
        with(ir, "/constraints", json!({"implications": [rule]}))
    };
    for then in [
        json!({"op": "gt", "column": "num", "value": 500}),
        json!({"op": "gt", "column": "num", "value": 100}),
        json!({"op": "eq", "column": "num", "value": 0}),
        json!({"op": "in", "column": "num", "values": [101, 102]}),
        json!({"op": "eq", "column": "state", "value": "lost"}),
        json!({"op": "ge", "column": "day", "value": "2025-01-01"}),
    ] {
        cases.push((
            "an implication that no value satisfies",
            rule(then),
            vec!["constraints.implications[0]", "no values were found", "make the distributions of"],
        ));
    }
    cases.push((
        "days after a number",
        table(
            10,
            &[
                ("n", "INT32", number(1.0, 9.0)),
                (
                    "v",
                    "DATE?",
                    json!({"kind": "after_column", "column": "n", "min_days": 1, "max_days": 2}),
                ),
            ],
        ),
        vec!["(t.v), after_column", "column \"n\" is of type INT32", "DATE or TIMESTAMP"],
    ));
    let mut missed: Vec<String> = Vec::new();
    for (name, ir, said) in cases {
        let project = Project::new()?;
        let done = made(&project, &ir)?;
        let told = format!("{}{}", done.stdout, done.stderr);
        if !matches!(done.code, Some(1 | 2)) || said.iter().any(|part| !told.contains(part)) {
            missed.push(format!("{name}: exit {:?}, wanted {said:?}\n{told}", done.code));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    Ok(())
}

#[test]
fn what_is_made_passes_its_own_judgement() -> Result<()> {
    let check = |ir: Value, sql: &str| with(ir, "/constraints", json!({"checks": [{"table": "t", "sql": sql}]}));
    let unique = |ir: Value| with(ir, "/logical/tables/0/unique", json!([["v"]]));
    let number = |low: f64, high: f64| json!({"kind": "uniform", "low": low, "high": high});
    let amount = |expression: &str| {
        let mut ir = family(5_000, json!({"kind": "foreign_key"}));
        if let Some(columns) = ir.pointer_mut("/logical/tables/1/columns").and_then(Value::as_array_mut) {
            columns.push(json!({"name": "amt", "type": "DECIMAL(12,2)", "nullable": false}));
        }
        if let Some(plans) = ir.pointer_mut("/generation/columns").and_then(Value::as_array_mut) {
            plans.push(json!({"table": "c", "column": "amt", "distribution": {"kind": "derived", "expression": expression}}));
        }
        ir
    };
    let float = |expression: &str| {
        table(
            1_000,
            &[
                ("f", "FLOAT64", json!({"kind": "normal", "mean": 0, "std": 1})),
                ("v", "FLOAT64?", json!({"kind": "derived", "expression": expression})),
            ],
        )
    };
    let duplicates = json!([{"table": "c", "rate": 0.3}]);
    let covered = || json!({"kind": "foreign_key", "coverage": true});
    let cases: Vec<(&str, Value)> = vec![
        ("a parent by its key", amount("qty * pid.lp")),
        ("a parent by its table", amount("round(qty * p.lp * 1.15, 2)")),
        ("a parent's column", amount("qty * lp")),
        ("powers of negatives", float("f ** 0.5")),
        ("logarithms of negatives", float("log(f) + exp(1000 * f)")),
        (
            "sums of fractions",
            table(
                1_000,
                &[
                    ("a", "FLOAT64", json!({"kind": "categorical", "values": [0.1, 0.2, 0.3]})),
                    ("v", "BOOL", json!({"kind": "derived", "expression": "a + 0.2 == 0.3"})),
                ],
            ),
        ),
        ("capitals", derived("VARCHAR(20)", "upper('Straße')")),
        (
            "big numbers",
            one("INT64", number(9_007_199_254_740_990.0, 9_007_199_254_741_990.0)),
        ),
        ("small floats", one("FLOAT32", json!({"kind": "normal", "mean": 3, "std": 1}))),
        ("no spread", one("FLOAT64", json!({"kind": "normal", "mean": 5, "std": 0}))),
        (
            "a Poisson tail",
            one("INT32", json!({"kind": "poisson", "lambda": 1, "low": 10, "high": 60})),
        ),
        (
            "a normal tail",
            one("FLOAT64", json!({"kind": "normal", "mean": 0, "std": 1, "low": 9})),
        ),
        ("a narrow type", one("INT16", json!({"kind": "normal", "mean": 32000, "std": 5000}))),
        (
            "a narrow decimal",
            one("DECIMAL(5,2)", json!({"kind": "lognormal", "mean": 5, "sigma": 1.5})),
        ),
        ("a steep law", one("INT32", json!({"kind": "zipf", "s": 300, "n": 1000}))),
        ("a heavy tail", one("FLOAT64", json!({"kind": "lognormal", "mean": 1, "sigma": 2}))),
        (
            "even and unique",
            check(unique(table(500, &[("v", "INT32", number(1.0, 2_000.0))])), "v % 2 = 0"),
        ),
        (
            "all the even ones",
            check(unique(table(500, &[("v", "INT32", number(1.0, 1_000.0))])), "v % 2 = 0"),
        ),
        ("a rare check", check(table(100, &[("v", "INT32", number(1.0, 1_000.0))]), "v <= 2")),
        (
            "a rare check of two",
            check(
                table(300, &[("v", "INT32", number(1.0, 1_000.0)), ("w", "INT32", number(1.0, 1_000.0))]),
                "v + w <= 60",
            ),
        ),
        (
            "coverage and duplicates",
            with(family(600, covered()), "/generation/duplicates", duplicates.clone()),
        ),
        (
            "coverage and many duplicates",
            with(family(6_000, covered()), "/generation/duplicates", duplicates),
        ),
        (
            "counted children",
            family(
                600,
                json!({"kind": "foreign_key", "children": {"kind": "poisson", "mean": 2, "low": 1, "high": 4}}),
            ),
        ),
    ];
    let mut missed: Vec<String> = Vec::new();
    for (name, ir) in cases {
        let project = Project::new()?;
        let done = made(&project, &ir)?;
        if done.code != Some(0) {
            missed.push(format!("{name}: {}", done.stderr));
            continue;
        }
        let done = judged(&project)?;
        if done.code != Some(0) || !done.stderr.contains(" 0 failed, 0 unproven") {
            missed.push(format!("{name}: {}", done.stderr));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    Ok(())
}

/// The CSV file with one line changed, or all of them.
fn changed(text: &str, change: impl Fn(usize, &str) -> Option<String>) -> String {
    let lines = text.lines().enumerate().filter_map(|(i, line)| change(i, line));
    lines.map(|l| l + "\n").collect()
}

#[test]
fn what_is_broken_afterwards_fails_and_the_other_tables_are_measured() -> Result<()> {
    let project = Project::new()?;
    let mut ir = family(20_000, json!({"kind": "foreign_key"}));
    for (column, distribution) in [
        (
            json!({"name": "n", "type": "FLOAT64", "nullable": false}),
            json!({"kind": "normal", "mean": 10, "std": 2}),
        ),
        (
            json!({"name": "st", "type": "VARCHAR(6)", "nullable": false}),
            json!({"kind": "categorical", "values": ["new", "paid", "sent"], "probs": [0.5, 0.3, 0.2]}),
        ),
        (
            json!({"name": "sd", "type": "DATE"}),
            json!({"kind": "datetime", "start": "2024-01-01", "end": "2024-12-31"}),
        ),
        (
            json!({"name": "amt", "type": "DECIMAL(12,2)", "nullable": false}),
            json!({"kind": "derived", "expression": "qty * pid.lp"}),
        ),
    ] {
        let name = column.get("name").cloned().unwrap_or_default();
        ir.pointer_mut("/logical/tables/1/columns")
            .and_then(Value::as_array_mut)
            .ok_or("columns")?
            .push(column);
        let plan = json!({"table": "c", "column": name, "distribution": distribution});
        ir.pointer_mut("/generation/columns")
            .and_then(Value::as_array_mut)
            .ok_or("plans")?
            .push(plan);
    }
    let rule = json!({"table": "c", "if": {"op": "eq", "column": "st", "value": "new"}, "then": {"op": "is_null", "column": "sd"}});
    let ir = with(ir, "/constraints", json!({"implications": [rule]}));
    assert_eq!(made(&project, &ir)?.code, Some(0));
    judged(&project)?.says(0, &[" 0 failed, 0 unproven"]);
    let good = project.read("out/c.csv")?;
    let cell = |row: usize, at: usize, value: &'static str| {
        move |i: usize, line: &str| {
            let mut cells: Vec<&str> = line.split(',').collect();
            if i == row
                && let Some(cell) = cells.get_mut(at)
            {
                *cell = value;
            }
            Some(cells.join(","))
        }
    };
    let swapped = |i: usize, line: &str| {
        let word = |l: &str, a: &str, b: &str| l.replace(&format!(",{a},"), &format!(",{b},"));
        // Another share of the premise, with the rule kept: what was paid is new, and has no date.
        let cells: Vec<&str> = line.split(',').collect();
        match cells.as_slice() {
            [id, pid, qty, n, "paid", _, amt] if i.is_multiple_of(2) => Some(format!("{id},{pid},{qty},{n},new,,{amt}")),
            _ => Some(word(line, "none", "none")),
        }
    };
    let cases: Vec<(&str, String, &str)> = vec![
        (
            "half of the rows",
            changed(&good, |i, l| (i % 2 == 0).then(|| l.to_owned())),
            "FAILED c: row_count (as made)",
        ),
        ("an outlier", changed(&good, cell(7, 3, "1e9")), "FAILED c.n: support"),
        ("no number", changed(&good, cell(7, 3, "nan")), "FAILED c.n: support"),
        ("infinity", changed(&good, cell(7, 3, "inf")), "FAILED c: type (n FLOAT64)"),
        (
            "a fraction of a whole number",
            changed(&good, cell(7, 2, "1.5")),
            "FAILED c: type (qty): 1",
        ),
        ("too many digits", changed(&good, cell(7, 6, "1.255")), "FAILED c: type (amt): 1"),
        (
            "a wrong product",
            changed(&good, cell(7, 6, "0.01")),
            "FAILED c.amt: derived (qty * pid.lp): 1",
        ),
        (
            "too long a text",
            changed(&good, cell(7, 4, "cancelled")),
            "FAILED c: type (st VARCHAR(6)): 1",
        ),
        ("another premise", changed(&good, swapped), "FAILED c.st: chi_square"),
        ("a ragged row", good.clone() + "1,2\n", "FAILED c: file"),
        ("another header", good.replacen("qty", "quantity", 1), "FAILED c: file"),
        ("nothing", String::new(), "FAILED c: file"),
    ];
    for (name, text, said) in cases {
        project.write("report.json", "{\"passed\": true}")?;
        project.write("out/c.csv", &text)?;
        let done = judged(&project)?;
        assert!(
            done.code == Some(3) && done.stderr.contains(said),
            "{name}: exit {:?}\n{}",
            done.code,
            done.stderr
        );
        let report: Value = serde_json::from_str(&project.read("report.json")?)?;
        assert!(report.get("passed") == Some(&json!(false)), "{name}");
        assert!(
            done.stderr.contains("p: 500 rows") && done.stderr.contains("metrics, passed"),
            "{name}: {}",
            done.stderr
        );
    }
    std::fs::write(project.path("out/c.csv"), [good.as_bytes(), b"1,2,\xff\xfe,,,,\n"].concat())?;
    judged(&project)?.says(3, &["FAILED c: file"]);
    std::fs::remove_file(project.path("out/c.csv"))?;
    judged(&project)?.says(3, &["FAILED c: file", "no file"]);
    let added = changed(&good, |i, l| Some(if i == 0 { format!("{l},secret") } else { format!("{l},1") }));
    project.write("out/c.csv", &added)?;
    judged(&project)?.says(0, &[]);
    assert!(project.read("report.json")?.contains("secret"));
    Ok(())
}

#[test]
fn two_processes_do_not_write_one_directory() -> Result<()> {
    let project = Project::new()?;
    let ir = one("FLOAT64", json!({"kind": "normal", "mean": 0, "std": 1}));
    assert_eq!(made(&project, &ir)?.code, Some(0));
    let before = project.read("out/t.csv")?;
    let other = std::fs::OpenOptions::new().write(true).open(project.path("out/.finished/.lock"))?;
    other.lock()?;
    for more in [&["--fresh"][..], &["--part", "1/2"], &["--table", "t"]] {
        let args = [&["generate", "a.ir.json", "out"][..], more].concat();
        project
            .sqlmint(&args)?
            .says(1, &["out", "another process is writing it", "choose another directory"]);
    }
    assert_eq!(project.read("out/t.csv")?, before);
    drop(other);
    assert_eq!(made(&project, &ir)?.code, Some(0));
    Ok(())
}

#[test]
fn data_that_grew_passes_its_judgement() -> Result<()> {
    for key in [
        json!({"kind": "foreign_key"}),
        json!({"kind": "foreign_key", "skew": 0.8}),
        json!({"kind": "foreign_key", "weights": [4, 1]}),
        json!({"kind": "foreign_key", "coverage": true}),
        json!({"kind": "foreign_key", "children": {"kind": "uniform", "low": 1, "high": 9}}),
    ] {
        let project = Project::new()?;
        assert_eq!(made(&project, &family(4_000, key.clone()))?.code, Some(0));
        let counted = key.get("children").is_some();
        let more = |args: &[&str]| project.sqlmint(&[&["generate", "a.ir.json", "out", "--append"], args].concat());
        // More children of the same parents are spread as ever, and judged.
        if !counted {
            more(&["--rows", "c=5000"])?.says(0, &[]);
            judged(&project)?.says(0, &[]);
            assert!(!project.read("report.json")?.contains("rows were added"), "{key}");
        }
        let grown: &[&str] = if counted {
            &["--rows", "p=900"]
        } else {
            &["--rows", "p=900", "--rows", "c=9000"]
        };
        more(grown)?.says(0, &[]);
        judged(&project)?.says(0, &[]);
        // Children that are counted are counted of new parents alone.
        let told = project
            .read("report.json")?
            .contains("rows were added to p after children of it were drawn");
        assert_eq!(told, !counted, "{key}");
        // A row without its parent is one still.
        let good = project.read("out/c.csv")?;
        project.write("out/c.csv", &good.replacen("\n1,", "\n1,9999", 1))?;
        judged(&project)?.says(3, &["FAILED c: foreign_key"]);
    }
    Ok(())
}

#[test]
fn an_implication_s_values_are_those_of_the_distribution() -> Result<()> {
    let project = Project::new()?;
    let ir = table(
        2_000,
        &[
            ("cc", "TEXT", json!({"kind": "categorical", "values": ["DE", "US"]})),
            ("num", "INT32", json!({"kind": "uniform", "low": 1, "high": 100})),
        ],
    );
    for (then, wanted) in [
        (json!({"op": "ge", "column": "num", "value": 100}), "100"),
        (json!({"op": "in", "column": "num", "values": [77, 500]}), "77"),
    ] {
        let rule = json!({"table": "t", "if": {"op": "eq", "column": "cc", "value": "DE"}, "then": then});
        let ir = with(ir.clone(), "/constraints", json!({"implications": [rule]}));
        made(&project, &ir)?.says(0, &[]);
        judged(&project)?.says(0, &[]);
        let text = project.read("out/t.csv")?;
        let german: Vec<&str> = text.lines().filter_map(|l| l.split_once(",DE,")).map(|(_, num)| num).collect();
        assert!(german.len() > 800 && german.iter().all(|n| *n == wanted), "{wanted}: {german:?}");
    }
    Ok(())
}

#[test]
fn families_of_another_size_fail() -> Result<()> {
    let project = Project::new()?;
    let of = |kind: Value| {
        let mut ir = family(1, json!({"kind": "foreign_key", "children": kind}));
        ir["logical"]["tables"][1]["primary_key"] = json!(["pid", "qty"]);
        ir["generation"]["columns"][4]["distribution"] = json!({"kind": "line_no"});
        ir
    };
    let good = of(json!({"kind": "uniform", "low": 1, "high": 3}));
    made(&project, &good)?.says(0, &[]);
    judged(&project)?.says(0, &[]);
    // One row fewer of the last parent that has one only; a fourth of one that has three.
    let text = project.read("out/c.csv")?;
    let at = |line: &str, i: usize| line.split(',').nth(i).and_then(|v| v.parse::<u64>().ok()).unwrap_or(0);
    let rows: Vec<&str> = text.lines().collect();
    let alone = (1..rows.len() - 1)
        .find(|i| at(rows[*i], 2) == 1 && at(rows[i + 1], 2) == 1)
        .ok_or("no parent with one child")?;
    let fewer: Vec<&str> = rows.iter().enumerate().filter(|(i, _)| *i != alone).map(|(_, l)| *l).collect();
    project.write("out/c.csv", &format!("{}\n", fewer.join("\n")))?;
    judged(&project)?.says(3, &["FAILED c: children (pid -> p(id)): 1, at most 0", "not 1 to 3 children"]);
    let third = rows.iter().find(|l| at(l, 2) == 3).ok_or("no parent with three")?;
    project.write("out/c.csv", &format!("{text}999999,{},4\n", at(third, 1)))?;
    judged(&project)?.says(3, &["FAILED c: children (pid -> p(id)): 1, at most 0"]);
    project.write("out/c.csv", &text)?;
    // Within the bounds, and of another distribution.
    project.write(
        "a.ir.json",
        &of(json!({"kind": "geometric", "p": 0.2, "low": 1, "high": 3})).to_string(),
    )?;
    let other = judged(&project)?;
    other.says(3, &["FAILED c: degree_divergence"]);
    assert!(!other.stderr.contains("FAILED c: children"), "{}", other.stderr);
    Ok(())
}

#[test]
fn real_tables_of_other_columns_are_named() -> Result<()> {
    let project = Project::new()?;
    made(&project, &one("FLOAT64", json!({"kind": "normal", "mean": 5, "std": 1})))?.says(0, &[]);
    let against = || project.sqlmint(&["evaluate-data", "a.ir.json", "out", "report.json", "--real", "real"]);
    let fails = |words: &[&str]| -> Result<()> {
        let done = against()?;
        done.says(3, words);
        assert!(!done.stderr.contains("NaN"), "{}", done.stderr);
        Ok(())
    };
    std::fs::create_dir_all(project.path("real"))?;
    fails(&["FAILED real.t: file", "no file of this table"])?;
    project.write("real/t.csv", "a,b\n1,2\n")?;
    fails(&[
        "FAILED real.t: file",
        "there are no columns \"id\", \"v\" of table t; its columns are a, b",
    ])?;
    project.write("real/t.csv", "id,vv\n1,2\n")?;
    fails(&["there is no column \"v\" of table t; did you mean \"vv\"?"])?;
    project.write("real/t.csv", "id,v\n")?;
    fails(&["FAILED real.t: fidelity: 0, at least", "the real table has no rows"])?;
    std::fs::remove_file(project.path("out/t.csv"))?;
    judged(&project)?.says(3, &["FAILED t: file", "no file of this table"]);
    Ok(())
}

#[test]
fn what_is_not_judged_is_told() -> Result<()> {
    let project = Project::new()?;
    let listed = |name: &str| json!({"kind": "provider", "name": name});
    let long: Vec<String> = (0..6_000).map(|i| format!("w{i}")).collect();
    let ir = with(
        table(
            300,
            &[
                ("fish", "TEXT", listed("list.fish")),
                ("size", "INT32", listed("list.size")),
                ("word", "TEXT", listed("list.word")),
                ("who", "TEXT", listed("person.full_name")),
            ],
        ),
        "/generation/lists",
        json!({"fish": {"values": ["Cod, Atlantic", "O'Hering"]}, "size": {"values": ["7", "07", "12"]}, "word": {"values": long}}),
    );
    made(&project, &ir)?.says(0, &[]);
    judged(&project)?.says(0, &[]);
    let report: Value = serde_json::from_str(&project.read("report.json")?)?;
    let metric = |column: usize, name: &str| {
        let all = report["tables"][0]["columns"][column]["metrics"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        all.into_iter().find(|m| m["metric"] == name)
    };
    let told = metric(4, "unjudged").ok_or("nothing is told")?;
    assert_eq!((&told["verdict"], &told["value"]), (&json!("shown"), &json!(300.0)));
    assert!(told["note"].as_str().is_some_and(|n| n.contains("person.full_name")), "{told}");
    for column in [1, 2, 3] {
        assert!(
            metric(column, "unjudged").is_none() && metric(column, "support").is_some(),
            "{column}"
        );
    }
    let text = project.read("out/t.csv")?;
    project.write("out/t.csv", &text.replacen("O'Hering", "Shark", 1))?;
    judged(&project)?.says(3, &["FAILED t.fish: support (2 listed values): 1"]);
    Ok(())
}

/// Verdict and note of every metric of a table's column ("" for the table's own), by "metric of".
fn verdicts(project: &Project, column: &str) -> Result<std::collections::BTreeMap<String, (String, String)>> {
    let report: Value = serde_json::from_str(&project.read("report.json")?)?;
    let table = report.pointer("/tables/0").ok_or("no table")?;
    let found = match column {
        "" => Some(table),
        name => table["columns"].as_array().and_then(|c| c.iter().find(|c| c["column"] == name)),
    };
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let metrics = found.and_then(|f| f["metrics"].as_array()).ok_or("no metrics")?;
    let named = metrics.iter().map(|m| {
        let name = format!("{} {}", text(&m["metric"]), text(&m["of"]));
        (name.trim().to_owned(), (text(&m["verdict"]), text(&m["note"])))
    });
    Ok(named.collect())
}

#[test]
fn correlated_counts_and_categories_are_judged_by_rank() -> Result<()> {
    let project = Project::new()?;
    let columns = [
        ("a", "FLOAT64", json!({"kind": "normal", "mean": 0, "std": 1})),
        (
            "b",
            "TEXT",
            json!({"kind": "categorical", "values": ["low", "mid", "high"], "probs": [0.2, 0.5, 0.3]}),
        ),
        ("c", "INT32", json!({"kind": "poisson", "lambda": 1.5})),
    ];
    let correlated = |matrix: Value| {
        let group = json!([{"table": "t", "columns": ["a", "b", "c"], "matrix": matrix}]);
        with(table(8_000, &columns), "/generation/correlations", group)
    };
    made(&project, &correlated(json!([[1, 0.9, -0.6], [0.9, 1, -0.5], [-0.6, -0.5, 1]])))?.says(0, &[]);
    judged(&project)?.says(0, &[" 0 failed, 0 unproven"]);
    let pairs = ["correlation a, b", "correlation a, c", "correlation b, c"];
    let found = verdicts(&project, "")?;
    for pair in pairs {
        assert_eq!(found.get(pair).map(|f| f.0.as_str()), Some("passed"), "{pair}: {found:?}");
    }
    assert_eq!(
        verdicts(&project, "b")?.get("chi_square").map(|f| f.0.clone()),
        Some("passed".into())
    );
    assert_eq!(
        verdicts(&project, "c")?.get("kolmogorov_smirnov").map(|f| f.0.clone()),
        Some("passed".into())
    );
    // The same data, judged by another declaration.
    project.write(
        "a.ir.json",
        &correlated(json!([[1, 0.6, -0.3], [0.6, 1, -0.2], [-0.3, -0.2, 1]])).to_string(),
    )?;
    judged(&project)?;
    let found = verdicts(&project, "")?;
    for pair in pairs {
        assert_eq!(found.get(pair).map(|f| f.0.as_str()), Some("failed"), "{pair}: {found:?}");
    }
    Ok(())
}

#[test]
fn dirty_columns_are_judged_but_for_their_dirt() -> Result<()> {
    let project = Project::new()?;
    let columns = [
        ("a", "FLOAT64?", json!({"kind": "normal", "mean": 10, "std": 1})),
        (
            "b",
            "TEXT",
            json!({"kind": "categorical", "values": ["Low", "Middle", "High"], "probs": [0.2, 0.5, 0.3]}),
        ),
        ("c", "INT32", json!({"kind": "poisson", "lambda": 20})),
        ("d", "DATE", json!({"kind": "datetime", "start": "2024-01-01", "end": "2024-12-31"})),
        ("e", "TEXT", json!({"kind": "pattern", "pattern": "AB-####"})),
    ];
    let dirty = |rate: f64| {
        let mut ir = table(8_000, &columns);
        let dirt = [
            json!({"outliers": rate, "nulls": 0.05}),
            json!({"typos": rate, "case": 0.02}),
            json!({"units": rate}),
            json!({"outliers": rate}),
            json!({"typos": rate}),
        ];
        for (i, dirt) in dirt.into_iter().enumerate() {
            ir["generation"]["columns"][i + 1]["dirty"] = dirt;
        }
        ir
    };
    made(&project, &dirty(0.06))?.says(0, &[]);
    judged(&project)?.says(0, &[" 0 failed, 0 unproven"]);
    for (column, metrics) in [
        ("a", vec!["null_share", "kolmogorov_smirnov"]),
        ("b", vec!["support 3 listed values", "chi_square"]),
        ("c", vec!["kolmogorov_smirnov"]),
        ("d", vec!["kolmogorov_smirnov"]),
        ("e", vec!["pattern AB-####"]),
    ] {
        let found = verdicts(&project, column)?;
        for metric in metrics {
            assert_eq!(
                found.get(metric).map(|f| f.0.as_str()),
                Some("passed"),
                "{column} {metric}: {found:?}"
            );
        }
        if let Some((_, (verdict, _))) = found.iter().find(|(name, _)| name.starts_with("support")) {
            assert_eq!(verdict, "passed", "{column}: {found:?}");
        }
        if let Some((verdict, note)) = found.get("wasserstein") {
            assert_eq!(verdict, "shown", "{column}: {found:?}");
            assert!(note.contains("6 % of the values are changed"), "{column}: {note}");
        }
    }
    // More dirt than is declared is none that was asked for.
    project.write("a.ir.json", &dirty(0.01).to_string())?;
    judged(&project)?;
    for column in ["b", "c", "d", "e"] {
        let found = verdicts(&project, column)?;
        assert!(found.values().any(|(verdict, _)| verdict == "failed"), "{column}: {found:?}");
    }
    Ok(())
}

#[test]
fn right_data_of_these_declarations_pass_and_others_fail_the_metric_that_is_about_them() -> Result<()> {
    let month =
        json!({"kind": "seasonal", "granularity": "month", "weights": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], "year_range": [2020, 2021]});
    let number = |low: f64, high: f64| json!({"kind": "uniform", "low": low, "high": high});
    let text = |other: &str| json!({"kind": "constant", "value": other});
    // Declared, and what is there instead.
    let cases: Vec<(&str, &str, Value, Value)> = vec![
        (
            "support",
            "FLOAT64",
            json!({"kind": "lognormal", "mean": 1, "sigma": 0.7}),
            number(-900.0, -800.0),
        ),
        (
            "support",
            "FLOAT64",
            json!({"kind": "normal", "mean": 10, "std": 2}),
            number(500.0, 900.0),
        ),
        (
            "support",
            "DECIMAL(10,2)",
            json!({"kind": "uniform", "low": 100, "high": 900, "step": 50}),
            json!({"kind": "constant", "value": 917.31}),
        ),
        (
            "distinct",
            "TEXT",
            json!({"kind": "pattern", "pattern": "AB-##??"}),
            text("AB-11AA"),
        ),
        ("distinct", "DATE", month, json!({"kind": "constant", "value": "2020-03-01"})),
        (
            "provider",
            "TEXT",
            json!({"kind": "provider", "name": "code.iban"}),
            text("DE88370400440532013000"),
        ),
        (
            "provider",
            "TEXT",
            json!({"kind": "provider", "name": "person.email"}),
            text("nobody"),
        ),
    ];
    for (metric, kind, declared, other) in cases {
        let project = Project::new()?;
        made(&project, &one(kind, other))?.says(0, &[]);
        project.write("a.ir.json", &one(kind, declared.clone()).to_string())?;
        judged(&project)?.says(3, &[&format!("FAILED t.v: {metric}")]);
        made(&project, &one(kind, declared))?.says(0, &[]);
        judged(&project)?.says(0, &[" 0 failed, 0 unproven"]);
    }
    // Declared noise must be there, and a share of NULLs on what is computed.
    for (ir, place, value, failed) in [
        (
            one("FLOAT64", json!({"kind": "normal", "mean": 50, "std": 5})),
            "dirty",
            json!({"units": 0.2}),
            "t.v: dirty",
        ),
        (derived("INT64?", "id + 1"), "null_fraction", json!(0.3), "t.v: null_share"),
    ] {
        let project = Project::new()?;
        made(&project, &ir)?.says(0, &[]);
        let declared = with(ir, &format!("/generation/columns/1/{place}"), value);
        project.write("a.ir.json", &declared.to_string())?;
        judged(&project)?.says(3, &[failed]);
        made(&project, &declared)?.says(0, &[]);
        judged(&project)?.says(0, &[" 0 failed, 0 unproven"]);
    }
    Ok(())
}

#[test]
fn listed_parents_and_what_a_rule_moves_are_judged_as_they_were_made() -> Result<()> {
    let some = |probs: [f64; 3]| family(3_000, json!({"kind": "categorical", "values": [1, 2, 3], "probs": probs}));
    let project = Project::new()?;
    made(&project, &some([0.5, 0.3, 0.2]))?.says(0, &[]);
    judged(&project)?.says(0, &[" 0 failed, 0 unproven"]);
    project.write("a.ir.json", &some([0.2, 0.3, 0.5]).to_string())?;
    judged(&project)?.says(3, &["FAILED c.pid: chi_square"]);
    let other = family(3_000, json!({"kind": "categorical", "values": [1, 2]}));
    project.write("a.ir.json", &other.to_string())?;
    judged(&project)?.says(3, &["FAILED c.pid: support"]);

    // The rule's day is after another one, which is drawn anew for it.
    let days = table(
        1_000,
        &[
            ("kind", "TEXT", json!({"kind": "categorical", "values": ["x", "y"]})),
            (
                "start",
                "DATE",
                json!({"kind": "datetime", "start": "2020-01-01", "end": "2020-12-31"}),
            ),
            (
                "end",
                "DATE",
                json!({"kind": "after_column", "column": "start", "min_days": 1, "max_days": 5}),
            ),
        ],
    );
    let rule = json!({"implications": [{"table": "t", "if": {"op": "eq", "column": "kind", "value": "x"},
        "then": {"op": "eq", "column": "end", "value": "2020-06-01"}}]});
    let project = Project::new()?;
    made(&project, &with(days, "/constraints", rule))?.says(0, &[]);
    judged(&project)?.says(0, &[" 0 failed, 0 unproven"]);
    Ok(())
}

#[test]
fn repeated_rows_and_conditions_excuse_how_often_values_come_and_no_others() -> Result<()> {
    let number = |low: u32, high: u32| json!({"kind": "uniform", "low": low, "high": high});
    let person = |email: Value, age: Value| {
        let ir = table(1_000, &[("email", "TEXT", email), ("age", "INT32", age)]);
        with(ir, "/generation/duplicates", json!([{"table": "t", "rate": 0.2}]))
    };
    let email = || json!({"kind": "provider", "name": "person.email"});
    let span = |low: Value, high: Value| {
        let ir = table(1_000, &[("lo", "INT32", low), ("hi", "INT32", high)]);
        with(ir, "/constraints", json!({"checks": [{"table": "t", "sql": "lo < hi"}]}))
    };
    for (declared, other, failed) in [
        (
            person(email(), number(1, 9)),
            person(json!({"kind": "constant", "value": "nobody"}), number(1, 9)),
            "FAILED t.email: provider",
        ),
        (
            person(email(), number(1, 9)),
            person(email(), number(60, 69)),
            "FAILED t.age: support",
        ),
        (
            span(number(1, 100), number(1, 100)),
            span(number(1, 100), number(101, 200)),
            "FAILED t.hi: support",
        ),
    ] {
        let project = Project::new()?;
        made(&project, &other)?.says(0, &[]);
        project.write("a.ir.json", &declared.to_string())?;
        judged(&project)?.says(3, &[failed]);
        made(&project, &declared)?.says(0, &[]);
        judged(&project)?.says(0, &[" 0 failed, 0 unproven"]);
    }
    Ok(())
}
