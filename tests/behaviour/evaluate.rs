//! Evaluation of data: what was made as declared passes, and whatever is broken in it fails the metric that is about it.
//!
//! The laboratory's data is made here, in SQL, by inverse distributions over a hash of the row number: the engine that is measured elsewhere has no part in it.

use super::project::Project;
use sqlmint::config::Settings;
use sqlmint::database::attach::attach;
use sqlmint::database::{Duck, source};
use sqlmint::dataeval::metric::METRICS;
use sqlmint::dataeval::{Evaluation, Thresholds, evaluate};
use sqlmint::datagen::{self, Options, RowCounts};
use sqlmint::design;
use sqlmint::ir::DatasetIr;
use sqlmint::ir::evaluation::{EvaluationReport, Verdict};
use sqlmint::kernel::progress::Silent;
use sqlmint::kernel::seed::Seed;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn report(ir: &DatasetIr, data: &Duck, threads: usize) -> Result<EvaluationReport> {
    report_of(ir, data, threads, BTreeMap::new())
}

fn report_of(ir: &DatasetIr, data: &Duck, threads: usize, made: BTreeMap<String, Vec<u64>>) -> Result<EvaluationReport> {
    let evaluation = Evaluation {
        ir,
        data,
        abilities: &datagen::abilities(),
        thresholds: &Thresholds::default(),
        gold: None,
        real: None,
        real_tables: Vec::new(),
        real_files: BTreeMap::new(),
        made,
        files: BTreeMap::new(),
        threads,
        timed: false,
    };
    Ok(evaluate(&evaluation, &Silent)?)
}

fn shipped(path: &str) -> Result<DatasetIr> {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("schemas")
        .join(path)
        .display()
        .to_string();
    let loaded = source::load(&[spec])?;
    let mut dataset = loaded.dataset.unwrap_or_else(|| DatasetIr {
        version: 1,
        logical: loaded.logical,
        ..DatasetIr::default()
    });
    design::complete(&mut dataset, &datagen::abilities());
    Ok(dataset)
}

#[test]
fn freshly_generated_data_passes_and_the_report_is_the_same_at_any_thread_count() -> Result<()> {
    let few: BTreeMap<String, u64> = [("fact_sales", 40_000), ("dim_customer", 4_000)]
        .map(|(t, n)| (t.to_owned(), n))
        .into();
    for (file, rows) in [
        ("library_mgm.ddl", BTreeMap::new()),
        ("company_employee.ddl", BTreeMap::new()),
        ("restaurants.ddl", BTreeMap::new()),
        ("retail.ir.json", few),
    ] {
        let ir = shipped(file)?;
        let dir = tempfile::tempdir()?;
        let options = Options {
            seed: Seed(11),
            threads: 2,
            counts: RowCounts {
                default_rows: 1_500,
                rows,
                rows_max: None,
            },
        };
        let summary = datagen::generate(&ir, &options, dir.path(), &Silent)?;
        let made: BTreeMap<String, Vec<u64>> = summary.tables.iter().map(|t| (t.table.clone(), vec![t.rows])).collect();
        let attached = attach(&ir.logical, dir.path(), &dir.path().join("look.duckdb"), 2, &Silent)?;
        let found = report_of(&ir, &attached.duck, 2, made.clone())?;
        assert!(found.passed && found.counts["passed"] > 50, "{file}: {:#?}", found.failures);
        let alone = report_of(&ir, &attached.duck, 1, made)?;
        assert_eq!(serde_json::to_string(&found)?, serde_json::to_string(&alone)?, "{file}");
    }
    Ok(())
}

const LABORATORY: &str = r#"{
  "logical": {"name": "laboratory", "enums": [{"name": "size", "values": ["S", "M", "L"]}], "tables": [
    {"name": "customer", "columns": [
      {"name": "customer_id", "type": "INT32", "nullable": false}, {"name": "code", "type": "VARCHAR(8)", "nullable": false},
      {"name": "city", "type": "TEXT", "nullable": false}, {"name": "country", "type": "TEXT", "nullable": false},
      {"name": "size", "type": "ENUM(size)", "nullable": false}],
     "primary_key": ["customer_id"], "unique": [["code"]]},
    {"name": "store", "columns": [{"name": "store_id", "type": "INT32", "nullable": false}, {"name": "tax", "type": "DECIMAL(4,2)", "nullable": false}], "primary_key": ["store_id"]},
    {"name": "sale", "columns": [
      {"name": "sale_id", "type": "INT64", "nullable": false}, {"name": "customer_id", "type": "INT32", "nullable": false},
      {"name": "store_id", "type": "INT32", "nullable": false}, {"name": "amount", "type": "FLOAT64", "nullable": false},
      {"name": "wait", "type": "FLOAT64", "nullable": false}, {"name": "clicks", "type": "INT32", "nullable": false},
      {"name": "rank", "type": "INT32", "nullable": false}, {"name": "height", "type": "INT32", "nullable": false},
      {"name": "price", "type": "DECIMAL(6,2)", "nullable": false}, {"name": "mixed", "type": "FLOAT64", "nullable": false},
      {"name": "day", "type": "DATE", "nullable": false}, {"name": "sold_at", "type": "DATETIME", "nullable": false},
      {"name": "shipped_on", "type": "DATE"}, {"name": "kind", "type": "TEXT", "nullable": false}, {"name": "note", "type": "TEXT"},
      {"name": "taxed", "type": "DECIMAL(8,2)", "nullable": false}, {"name": "half", "type": "INT32", "nullable": false}],
     "primary_key": ["sale_id"],
     "foreign_keys": [{"columns": ["customer_id"], "ref_table": "customer", "ref_columns": ["customer_id"]}, {"columns": ["store_id"], "ref_table": "store", "ref_columns": ["store_id"]}],
     "checks": [{"sql": "price >= 1"}]},
    {"name": "visit", "columns": [{"name": "visit_id", "type": "INT32", "nullable": false}, {"name": "customer_id", "type": "INT32", "nullable": false}], "primary_key": ["visit_id"],
     "foreign_keys": [{"columns": ["customer_id"], "ref_table": "customer", "ref_columns": ["customer_id"]}]},
    {"name": "line", "columns": [{"name": "line_id", "type": "INT32", "nullable": false}, {"name": "sale_id", "type": "INT64", "nullable": false}, {"name": "line_no", "type": "INT32", "nullable": false}],
     "primary_key": ["line_id"], "foreign_keys": [{"columns": ["sale_id"], "ref_table": "sale", "ref_columns": ["sale_id"]}]},
    {"name": "person", "columns": [{"name": "person_id", "type": "INT32", "nullable": false}, {"name": "email", "type": "TEXT", "nullable": false},
      {"name": "ip", "type": "TEXT", "nullable": false}, {"name": "score", "type": "FLOAT64", "nullable": false}], "primary_key": ["person_id"]}]},
  "constraints": {
    "functional_dependencies": [{"table": "customer", "lhs": ["city"], "rhs": ["country"], "mode": "lookup", "lookup": [["Rome", "Italy"], ["Paris", "France"], ["Lyon", "France"]]}],
    "implications": [{"table": "sale", "if": {"op": "eq", "column": "kind", "value": "gift"}, "then": {"op": "le", "column": "clicks", "value": 9}}],
    "checks": [{"table": "sale", "sql": "rank <= 500"}]},
  "generation": {"columns": [
    {"table": "customer", "column": "customer_id", "distribution": {"kind": "sequence"}},
    {"table": "customer", "column": "code", "distribution": {"kind": "pattern", "pattern": "C-####"}},
    {"table": "customer", "column": "city", "distribution": {"kind": "categorical", "values": ["Rome", "Paris", "Lyon"], "probs": [0.5, 0.3, 0.2]}},
    {"table": "sale", "column": "sale_id", "distribution": {"kind": "sequence"}},
    {"table": "sale", "column": "customer_id", "distribution": {"kind": "zipf", "s": 1.3}},
    {"table": "sale", "column": "store_id", "distribution": {"kind": "foreign_key", "weights": [4, 1]}},
    {"table": "sale", "column": "amount", "distribution": {"kind": "lognormal", "mean": 3.0, "sigma": 0.5}},
    {"table": "sale", "column": "wait", "distribution": {"kind": "exponential", "rate": 0.25, "low": 2.0}},
    {"table": "sale", "column": "clicks", "distribution": {"kind": "poisson", "lambda": 3.5}},
    {"table": "sale", "column": "rank", "distribution": {"kind": "zipf", "s": 1.1, "n": 500}},
    {"table": "sale", "column": "height", "distribution": {"kind": "normal", "mean": 170.0, "std": 9.0}},
    {"table": "sale", "column": "price", "distribution": {"kind": "uniform", "low": 1.0, "high": 50.0}},
    {"table": "sale", "column": "mixed", "distribution": {"kind": "mixture", "components": [{"weight": 1, "distribution": {"kind": "uniform", "low": 0.0, "high": 1.0}}, {"weight": 3, "distribution": {"kind": "uniform", "low": 10.0, "high": 12.0}}]}},
    {"table": "sale", "column": "day", "distribution": {"kind": "seasonal", "granularity": "month", "weights": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4], "year_range": [2021, 2022]}},
    {"table": "sale", "column": "sold_at", "distribution": {"kind": "datetime", "start": "2021-01-01", "end": "2021-12-31"}},
    {"table": "sale", "column": "shipped_on", "distribution": {"kind": "after_column", "column": "day", "min_days": 1, "max_days": 9}},
    {"table": "sale", "column": "kind", "distribution": {"kind": "categorical", "values": ["own", "gift", "trial"], "probs": [0.7, 0.2, 0.1]}},
    {"table": "sale", "column": "note", "distribution": {"kind": "provider", "name": "text.sentence"}, "null_fraction": 0.25},
    {"table": "sale", "column": "taxed", "distribution": {"kind": "derived", "expression": "price * (1 + tax)"}},
    {"table": "sale", "column": "half", "distribution": {"kind": "derived", "expression": "0 if kind == 'trial' else clicks // 2"}},
    {"table": "visit", "column": "visit_id", "distribution": {"kind": "sequence"}},
    {"table": "visit", "column": "customer_id", "distribution": {"kind": "foreign_key", "coverage": true}},
    {"table": "line", "column": "line_id", "distribution": {"kind": "sequence"}},
    {"table": "line", "column": "sale_id", "distribution": {"kind": "foreign_key", "children": {"kind": "geometric", "p": 0.5, "low": 1, "high": 6}}},
    {"table": "line", "column": "line_no", "distribution": {"kind": "line_no"}},
    {"table": "person", "column": "person_id", "distribution": {"kind": "sequence"}},
    {"table": "person", "column": "email", "distribution": {"kind": "provider", "name": "person.email"}},
    {"table": "person", "column": "ip", "distribution": {"kind": "provider", "name": "code.ip"}},
    {"table": "person", "column": "score", "distribution": {"kind": "normal", "mean": 10.0, "std": 2.0}, "dirty": {"outliers": 0.1}}],
   "duplicates": [{"table": "person", "rate": 0.2, "columns": ["email"]}],
   "correlations": [{"table": "sale", "columns": ["amount", "wait"], "matrix": [[1.0, 0.6], [0.6, 1.0]]}]},
  "workload": {"targets": [
    {"type": "group_by", "sql": "SELECT kind, count(*) FROM sale GROUP BY kind", "expected_top1_share": 0.7},
    {"type": "join", "sql": "SELECT c.country, sum(s.price) FROM sale AS s JOIN customer AS c ON c.customer_id = s.customer_id GROUP BY c.country"},
    {"type": "filter", "sql": "SELECT count(*) FROM sale WHERE kind = 'gift'"}]}
}"#;

/// Inverse distributions over `u(row, salt)`. `wait` and `amount` come from two normals with correlation 0.6.
const MADE: &str = "
CREATE MACRO u(i, salt) AS (CAST(hash(i * 7919 + salt * 1000003) AS DOUBLE) + 1.0) / 18446744073709551618.0;
CREATE MACRO z(i, salt) AS sqrt(-2 * ln(u(i, salt))) * cos(2 * pi() * u(i, salt + 1));
CREATE MACRO phi(x) AS 1 / (1 + exp(-1.5976 * x - 0.070565992 * x * x * x));
CREATE SCHEMA made;
CREATE TABLE made.customer AS SELECT i + 1 AS customer_id, printf('C-%04d', (i * 7) % 10000) AS code, city,
    CASE city WHEN 'Rome' THEN 'Italy' ELSE 'France' END AS country, CASE WHEN u(i, 2) < 0.4 THEN 'S' WHEN u(i, 2) < 0.8 THEN 'M' ELSE 'L' END AS size
    FROM (SELECT CAST(range AS INTEGER) AS i, CASE WHEN u(range, 1) < 0.5 THEN 'Rome' WHEN u(range, 1) < 0.8 THEN 'Paris' ELSE 'Lyon' END AS city FROM range(1000));
CREATE TABLE made.store AS SELECT CAST(range AS INTEGER) + 1 AS store_id, CAST(0.05 + (range % 4) * 0.05 AS DECIMAL(4,2)) AS tax FROM range(40);
CREATE TABLE ranks AS SELECT k, coalesce(sum(p) OVER (ORDER BY k ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) / sum(p) OVER () AS lo FROM (SELECT range AS k, pow(range, -1.1) AS p FROM range(1, 501));
CREATE TABLE parents AS SELECT k, coalesce(sum(p) OVER (ORDER BY k ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) / sum(p) OVER () AS lo FROM (SELECT range AS k, pow(range, -1.3) AS p FROM range(1, 1001));
CREATE TABLE counts AS SELECT k, coalesce(sum(p) OVER (ORDER BY k ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS lo FROM (SELECT range AS k, exp(-3.5) * pow(3.5, range) / factorial(CAST(range AS INTEGER)) AS p FROM range(0, 30));
CREATE TABLE made.sale AS SELECT *, CAST(round(price * (1 + (0.05 + (CAST(store_id - 1 AS INTEGER) % 4) * 0.05)), 2) AS DECIMAL(8,2)) AS taxed,
        CASE WHEN kind = 'trial' THEN 0 ELSE CAST(floor(clicks / 2.0) AS INTEGER) END AS half FROM (
    SELECT CAST(i + 1 AS BIGINT) AS sale_id, CAST((p.k * 377) % 1000 + 1 AS INTEGER) AS customer_id,
    CAST(CASE WHEN u(i, 11) < 0.8 THEN floor(u(i, 12) * 20) ELSE 20 + floor(u(i, 12) * 20) END AS INTEGER) + 1 AS store_id,
    exp(3.0 + 0.5 * z(i, 20)) AS amount, 2.0 - ln(1 - phi(0.6 * z(i, 20) + 0.8 * z(i, 24))) / 0.25 AS wait,
    CAST(CASE WHEN kind = 'gift' THEN least(c.k, 9) ELSE c.k END AS INTEGER) AS clicks, CAST(r.k AS INTEGER) AS rank, CAST(round(170 + 9 * z(i, 30)) AS INTEGER) AS height,
    CAST(1 + floor(u(i, 33) * 4901) / 100 AS DECIMAL(6,2)) AS price,
    CASE WHEN u(i, 34) < 0.25 THEN u(i, 35) ELSE 10 + 2 * u(i, 35) END AS mixed, day,
    TIMESTAMP '2021-01-01' + to_seconds(CAST(floor(u(i, 36) * 31536000) AS BIGINT)) AS sold_at, day + CAST(1 + floor(u(i, 37) * 9) AS INTEGER) AS shipped_on,
    kind, CASE WHEN u(i, 40) >= 0.25 THEN 'word ' || i END AS note
    FROM (SELECT range AS i, u(range, 3) AS ur, u(range, 4) AS up, u(range, 5) AS uc,
            CASE WHEN u(range, 7) < 0.7 THEN 'own' WHEN u(range, 7) < 0.9 THEN 'gift' ELSE 'trial' END AS kind,
            make_date(CAST(2021 + floor(u(range, 8) * 2) AS INTEGER), CAST(CASE WHEN u(range, 9) < 10 / 16.0 THEN 1 + floor(u(range, 9) * 16) WHEN u(range, 9) < 12 / 16.0 THEN 11 ELSE 12 END AS INTEGER), CAST(1 + floor(u(range, 10) * 28) AS INTEGER)) AS day
          FROM range(20000)) AS s ASOF JOIN ranks AS r ON s.ur >= r.lo ASOF JOIN parents AS p ON s.up >= p.lo ASOF JOIN counts AS c ON s.uc >= c.lo);
CREATE TABLE made.visit AS SELECT CAST(range AS INTEGER) + 1 AS visit_id, CAST(CASE WHEN range < 1000 THEN range ELSE floor(u(range, 50) * 1000) END AS INTEGER) + 1 AS customer_id FROM range(2500);
CREATE TABLE made.line AS SELECT CAST(row_number() OVER (ORDER BY sale_id, n) AS INTEGER) AS line_id, sale_id, CAST(n AS INTEGER) AS line_no FROM
    (SELECT range + 1 AS sale_id, least(6, 1 + CAST(floor(ln(u(range, 60)) / ln(0.5)) AS INTEGER)) AS k FROM range(20000)), range(1, 7) AS t(n) WHERE n <= k;
CREATE TABLE made.person AS SELECT CAST(range AS INTEGER) + 1 AS person_id, printf('ann%d@example.com', CASE WHEN range % 5 = 4 THEN range - 1 ELSE range END) AS email,
    printf('10.0.%d.%d', range // 250, range % 250) AS ip, (10 + 2 * z(range, 70)) * CASE WHEN range % 10 = 3 THEN 100 ELSE 1 END AS score FROM range(2000);";

const TABLES: [&str; 6] = ["customer", "store", "sale", "visit", "line", "person"];

/// The laboratory after a change: verdicts of failed metrics as "place: metric".
fn failed(duck: &Duck, ir: &DatasetIr, change: &str) -> Result<BTreeSet<String>> {
    for table in TABLES {
        duck.execute(&format!("CREATE OR REPLACE TABLE {table} AS SELECT * FROM made.{table}"))?;
    }
    duck.execute(change).map_err(|e| format!("{change}: {e}"))?;
    let found = report(ir, duck, 1)?;
    let names: BTreeSet<&str> = METRICS.iter().map(|m| m.name).collect();
    for (place, metric) in found.metrics() {
        assert!(
            names.contains(metric.metric.as_str()),
            "{place}: {} is not in the registry",
            metric.metric
        );
        // What is there can be measured; what was deleted cannot.
        assert!(
            metric.verdict != Verdict::Unmeasured || change.starts_with("DELETE"),
            "{change}: {place}: {metric}"
        );
    }
    let all = found.metrics();
    Ok(all
        .iter()
        .filter(|(_, m)| m.verdict == Verdict::Failed)
        .map(|(p, m)| format!("{p}: {}", m.metric))
        .collect())
}

#[test]
fn whatever_is_broken_fails_the_metric_that_is_about_it() -> Result<()> {
    let ir: DatasetIr = serde_json::from_str(LABORATORY)?;
    assert_eq!(ir.logical.problems(), []);
    let duck = Duck::in_memory()?;
    duck.execute(MADE)?;
    assert_eq!(failed(&duck, &ir, "SELECT 1")?, BTreeSet::new());
    let mut covered: BTreeSet<String> = BTreeSet::new();
    let mut missed: Vec<String> = Vec::new();
    for (change, wanted) in [
        ("DELETE FROM line", "line: row_count"),
        (
            "INSERT INTO customer SELECT 7, 'C-9999', city, country, size FROM customer WHERE customer_id = 8",
            "customer: primary_key",
        ),
        ("UPDATE customer SET code = 'C-0007' WHERE customer_id = 8", "customer: unique"),
        ("UPDATE sale SET height = NULL WHERE sale_id = 5", "sale: not_null"),
        ("UPDATE customer SET size = 'XXL' WHERE customer_id = 8", "customer: enum"),
        ("DELETE FROM customer WHERE customer_id = 378", "sale: foreign_key"),
        ("DELETE FROM customer WHERE customer_id = 378", "sale: join_selectivity"),
        ("UPDATE sale SET price = 0.5 WHERE sale_id = 5", "sale: check"),
        ("UPDATE sale SET price = 0.5 WHERE sale_id = 5", "sale.price: support"),
        ("UPDATE sale SET rank = 501 WHERE sale_id = 5", "sale: check"),
        (
            "UPDATE customer SET country = 'Spain' WHERE customer_id = 8",
            "customer: functional_dependency",
        ),
        (
            "UPDATE customer SET country = 'Spain' WHERE city = 'Rome'",
            "customer: functional_dependency",
        ),
        (
            "UPDATE sale SET clicks = 12, half = 6 WHERE sale_id = (SELECT min(sale_id) FROM sale WHERE kind = 'gift')",
            "sale: implication",
        ),
        (
            "UPDATE sale SET wait = s.wait FROM made.sale AS s WHERE s.sale_id = (sale.sale_id + 4999) % 20000 + 1",
            "sale: correlation",
        ),
        ("UPDATE visit SET customer_id = 4 WHERE customer_id = 5", "visit: fk_coverage"),
        ("UPDATE sale SET customer_id = customer_id % 300 + 1", "sale: fk_coverage"),
        ("UPDATE sale SET customer_id = sale_id % 1000 + 1", "sale: degree_divergence"),
        ("UPDATE sale SET customer_id = sale_id % 1000 + 1", "sale: zipf_exponent"),
        ("UPDATE sale SET customer_id = sale_id % 1000 + 1", "sale: zipf_r2"),
        ("DELETE FROM line WHERE line_no > 2", "line: degree_divergence"),
        ("DELETE FROM line WHERE sale_id = 5", "line: children"),
        ("UPDATE sale SET store_id = 41 - store_id", "sale: fk_weights"),
        ("UPDATE sale SET note = 'x' WHERE sale_id % 4 = 0", "sale.note: null_share"),
        (
            "UPDATE sale SET height = 400 WHERE sale_id < 20; UPDATE sale SET mixed = 30 WHERE sale_id = 1",
            "sale.mixed: support",
        ),
        ("UPDATE sale SET amount = amount * 1.1", "sale.amount: kolmogorov_smirnov"),
        ("UPDATE sale SET wait = (wait - 2) * 1.2 + 2", "sale.wait: kolmogorov_smirnov"),
        ("UPDATE sale SET height = height + 1", "sale.height: kolmogorov_smirnov"),
        ("UPDATE sale SET price = greatest(price - 2, 1)", "sale.price: kolmogorov_smirnov"),
        (
            "UPDATE sale SET mixed = 10 + mixed WHERE mixed < 1 AND sale_id % 2 = 0",
            "sale.mixed: kolmogorov_smirnov",
        ),
        (
            "UPDATE sale SET clicks = clicks + 1 WHERE sale_id % 5 = 0 AND kind <> 'gift'",
            "sale.clicks: kolmogorov_smirnov",
        ),
        (
            "UPDATE sale SET sold_at = sold_at + INTERVAL 30 DAY WHERE month(sold_at) < 3",
            "sale.sold_at: kolmogorov_smirnov",
        ),
        (
            "UPDATE sale SET amount = amount * 30 WHERE sale_id % 100 = 0",
            "sale.amount: wasserstein",
        ),
        (
            "UPDATE sale SET rank = 1 + sale_id % 500 WHERE sale_id % 2 = 0",
            "sale.rank: zipf_law",
        ),
        (
            "UPDATE sale SET kind = CASE kind WHEN 'own' THEN 'gift' WHEN 'gift' THEN 'own' ELSE kind END, clicks = least(clicks, 6)",
            "sale.kind: chi_square",
        ),
        (
            "UPDATE customer SET city = 'Lyon' WHERE city = 'Paris'",
            "customer.city: chi_square",
        ),
        ("UPDATE sale SET kind = 'loan' WHERE sale_id = 3", "sale.kind: support"),
        ("UPDATE sale SET day = make_date(year(day), 13 - month(day), 1)", "sale.day: season"),
        (
            "UPDATE sale SET day = day + INTERVAL 1 YEAR WHERE year(day) = 2021 AND sale_id % 2 = 0",
            "sale.day: season",
        ),
        ("UPDATE sale SET day = DATE '2030-01-01' WHERE sale_id = 1", "sale.day: support"),
        ("UPDATE sale SET taxed = taxed + 0.02 WHERE sale_id = 9", "sale.taxed: derived"),
        (
            "UPDATE sale SET half = s.half FROM made.sale AS s WHERE s.sale_id = sale.sale_id % 20000 + 1",
            "sale.half: derived",
        ),
        (
            "UPDATE sale SET shipped_on = day + 10 WHERE sale_id = 9",
            "sale.shipped_on: after_column",
        ),
        (
            "UPDATE sale SET shipped_on = day WHERE sale_id = 9",
            "sale.shipped_on: after_column",
        ),
        (
            "UPDATE customer SET code = 'C-12a4' WHERE customer_id = 8",
            "customer.code: pattern",
        ),
        ("UPDATE sale SET amount = 'infinity' WHERE sale_id = 9", "sale: type"),
        ("UPDATE visit SET visit_id = 9001 WHERE visit_id = 9", "visit.visit_id: sequence"),
        ("UPDATE line SET line_no = 7 WHERE line_id = 1", "line.line_no: line_no"),
        ("UPDATE person SET ip = '10.0.0.256' WHERE person_id = 9", "person.ip: provider"),
        (
            "UPDATE person SET email = printf('ann%d@example.com', person_id)",
            "person: duplicates",
        ),
        ("UPDATE person SET score = score / 100 WHERE score > 100", "person.score: dirty"),
        (
            "UPDATE sale SET kind = 'own' WHERE kind <> 'own'",
            "workload.targets[0]: workload_top1_share",
        ),
        ("DELETE FROM sale", "workload.targets[1]: workload_rows"),
    ] {
        let found = failed(&duck, &ir, change)?;
        if !found.contains(wanted) {
            missed.push(format!("{change}: wanted {wanted}, found {found:?}"));
        }
        covered.extend(found.iter().filter_map(|f| f.rsplit(": ").next().map(str::to_owned)));
    }
    assert_eq!(missed, Vec::<String>::new());
    // Gold schemas and real tables have their own breaks beside their code; what is told only breaks nowhere.
    let elsewhere = [
        "file",
        "added_columns",
        "unjudged",
        "table_f1",
        "column_f1",
        "primary_key_f1",
        "foreign_key_f1",
        "graph_edit_distance",
        "real_kolmogorov_smirnov",
        "real_wasserstein",
    ]
    .into_iter()
    .chain([
        "real_chi_square",
        "pearson_delta",
        "spearman_delta",
        "information_delta",
        "fidelity",
    ]);
    let all: BTreeSet<String> = METRICS.iter().map(|m| m.name.to_owned()).collect();
    covered.extend(elsewhere.map(str::to_owned));
    assert_eq!(covered, all, "every metric must have been seen to fail");
    Ok(())
}

#[test]
fn a_condition_that_bends_a_distribution_lifts_its_judgement_and_no_other() -> Result<()> {
    let mut ir: DatasetIr = serde_json::from_str(LABORATORY)?;
    let duck = Duck::in_memory()?;
    duck.execute(MADE)?;
    // Rows with a low mixed have only low prices: price is not uniform any more, and the CHECK says why.
    let bent = "UPDATE sale SET price = 1 + (price - 1) / 4, taxed = NULL WHERE mixed < 1";
    let found = failed(&duck, &ir, bent)?;
    assert!(found.contains("sale.price: kolmogorov_smirnov"), "{found:?}");
    ir.constraints.checks.push(serde_json::from_value(
        serde_json::json!({"table": "sale", "sql": "mixed >= 1 OR price <= 13.25"}),
    )?);
    let found = failed(&duck, &ir, bent)?;
    assert!(
        !found.contains("sale.price: kolmogorov_smirnov") && !found.contains("sale: check"),
        "{found:?}"
    );
    // A condition that rejects nothing explains nothing.
    let also = format!("{bent}; UPDATE sale SET amount = amount * 1.1");
    ir.constraints.checks.push(serde_json::from_value(
        serde_json::json!({"table": "sale", "sql": "amount > 0 OR height > 0"}),
    )?);
    assert!(failed(&duck, &ir, &also)?.contains("sale.amount: kolmogorov_smirnov"));
    // Nor does one that only the wrong rows come near: what it rejects is counted on what was declared.
    ir.constraints.checks.push(serde_json::from_value(
        serde_json::json!({"table": "sale", "sql": "amount <= 1000 OR height <= 0"}),
    )?);
    let far = format!("{bent}; UPDATE sale SET amount = amount * 1000, height = -height WHERE hash(sale_id) % 2 = 0");
    assert!(failed(&duck, &ir, &far)?.contains("sale.amount: kolmogorov_smirnov"));
    Ok(())
}

#[test]
fn the_command_says_what_is_wrong_and_exits_3() -> Result<()> {
    let project = Project::new()?;
    project
        .sqlmint(&["generate", "schemas/library_mgm.ddl", "data", "--rows", "500", "--quiet"])?
        .says(0, &[]);
    let command = ["evaluate-data", "schemas/library_mgm.ddl", "data", "report.json"];
    let good = project.sqlmint(&[&command[..], &["--json"]].concat())?;
    good.says(0, &[]);
    let told: EvaluationReport = serde_json::from_str(&good.stdout)?;
    let written: EvaluationReport = serde_json::from_str(&project.read("report.json")?)?;
    assert!(told.passed && told == written);
    assert!(!project.path("report.json.data.inprogress").exists());

    // Against itself, all is as it should be; against other data and another schema, it is not.
    project
        .sqlmint(&[
            "generate",
            "schemas/library_mgm.ddl",
            "real",
            "--rows",
            "500",
            "--seed",
            "9",
            "--quiet",
        ])?
        .says(0, &[]);
    project
        .sqlmint(&[&command[..], &["--gold", "schemas/library_mgm.ddl", "--real", "data"]].concat())?
        .says(0, &["passed:"]);
    project
        .sqlmint(&[&command[..], &["--real", "real"]].concat())?
        .says(3, &["FAILED real.branch.city: real_chi_square"]);
    project
        .sqlmint(&[&command[..], &["--gold", "schemas/restaurants.ddl"]].concat())?
        .says(3, &["FAILED gold: table_f1"]);

    let loans = project.read("data/loan.csv")?;
    let lines: Vec<&str> = loans.lines().collect();
    project.write("data/loan.csv", &format!("{loans}{}\n", lines.last().ok_or("rows")?))?;
    project.sqlmint(&command)?.says(3, &["FAILED loan: primary_key", "not passed"]);
    std::fs::remove_file(project.path("data/loan.csv"))?;
    project.sqlmint(&command)?.says(3, &["loan: no file loan.csv", "FAILED loan: file"]);

    project
        .sqlmint(&["evaluate-data", "schemas/library_mgm.ddl", "nowhere", "r.json"])?
        .says(1, &["nowhere"]);
    project
        .sqlmint(&["evaluate-data", "schemas/library_mgm.ddl", "schemas", "r.json"])?
        .says(2, &["no table of", "expected"]);
    project
        .sqlmint(&[&command[..], &["--set", "evaluate.ks_mox=1"]].concat())?
        .says(2, &["did you mean \"ks_max\"?"]);
    project
        .sqlmint(&[&command[..], &["--set", "run.seed=1"]].concat())?
        .says(2, &["run.seed", "evaluate"]);
    project
        .sqlmint(&[&command[..], &["--set", "evaluate.alpha=2"]].concat())?
        .says(2, &["evaluate.alpha"]);
    Ok(())
}

#[test]
fn the_phase_stops_a_run_whose_data_misses_a_gate() -> Result<()> {
    let project = Project::new()?;
    let phases = ["--set", "phases=[schema, populate, evaluate]"];
    let recipe = project.read("phases/evaluate.yaml")?;
    project.run(&phases)?.says(0, &[]);
    let path = "generated_datasets/library/data/data_evaluation.json";
    let first = project.read(path)?;
    let report: EvaluationReport = serde_json::from_str(&first)?;
    assert!(report.passed && !first.contains("elapsed_ms"));
    std::fs::remove_file(project.path(path))?;
    project.run(&[&phases[..], &["--threads", "1"]].concat())?.says(0, &[]);
    assert_eq!(first, project.read(path)?, "the same bytes, whatever the threads");

    let mut ir: DatasetIr = serde_json::from_str(&project.read("generated_datasets/library/schema/dataset_ir.json")?)?;
    ir.workload.targets.push(serde_json::from_value(serde_json::json!(
        {"type": "group_by", "sql": "SELECT branch_id, count(*) FROM book_copy GROUP BY branch_id", "expected_top1_share": 0.9}
    ))?);
    project.write(
        "generated_datasets/library/schema/dataset_ir.json",
        &serde_json::to_string_pretty(&ir)?,
    )?;
    project.run(&phases)?.says(0, &["workload.targets[0]: workload_top1_share"]);
    project.write("phases/evaluate.yaml", &recipe.replace("required: false", "required: true "))?;
    project
        .run(&phases)?
        .says(3, &["workload.targets[0]: workload_top1_share", "required: false"]);
    Ok(())
}

#[test]
fn thresholds_come_from_the_configuration() -> Result<()> {
    let dir = tempfile::tempdir()?;
    std::fs::write(dir.path().join("config.yaml"), "version: 1\nevaluate: {ks_max: 0.3}\n")?;
    let flags = sqlmint::config::Flags {
        cwd: dir.path().to_owned(),
        overrides: vec![sqlmint::config::Override::parse("evaluate.fidelity_min=0.5")?],
        ..sqlmint::config::Flags::default()
    };
    let found = Settings::thresholds(&flags)?;
    assert_eq!(
        (found.ks_max, found.fidelity_min, found.wasserstein_max),
        (0.3, 0.5, Thresholds::default().wasserstein_max)
    );
    Ok(())
}

#[test]
fn spans_of_time_are_compared_as_spans() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let file = dir.path().join("spans.sql");
    std::fs::write(
        &file,
        "CREATE TABLE v (id integer PRIMARY KEY, gap interval, duration interval NOT NULL, warranty interval);",
    )?;
    let mut ir = DatasetIr {
        version: 1,
        logical: source::load(&[file.display().to_string()])?.logical,
        ..DatasetIr::default()
    };
    design::complete(&mut ir, &datagen::abilities());
    let options = Options {
        seed: Seed(3),
        threads: 1,
        counts: RowCounts {
            default_rows: 800,
            ..RowCounts::default()
        },
    };
    datagen::generate(&ir, &options, dir.path(), &Silent)?;
    let attached = attach(&ir.logical, dir.path(), &dir.path().join("look.duckdb"), 1, &Silent)?;
    let found = report(&ir, &attached.duck, 1)?;
    assert!(found.passed, "{:#?}", found.failures);
    drop(attached);
    let csv = dir.path().join("v.csv");
    let text = std::fs::read_to_string(&csv)?;
    let bent: Vec<String> = text
        .lines()
        .map(|line| match line.split(',').collect::<Vec<_>>().as_slice() {
            [id, gap, duration, warranty] if !gap.is_empty() && *id != "id" => format!("{id},3 days 09:01:00,{duration},{warranty}"),
            _ => line.to_owned(),
        })
        .collect();
    std::fs::write(&csv, bent.join("\n") + "\n")?;
    let attached = attach(&ir.logical, dir.path(), &dir.path().join("again.duckdb"), 1, &Silent)?;
    let found = report(&ir, &attached.duck, 1)?;
    assert!(found.failures.iter().any(|f| f.contains("v.gap: pattern")), "{:#?}", found.failures);
    Ok(())
}
