//! A schema against a gold schema: precision, recall and F1 of tables, columns, primary and foreign keys, and the graph edit distance.
//!
//! Names are compared without case, underscores and a plural s, as a person would. Limit: a table under another name is another table to the F1s; the edit
//! distance finds that it was renamed.

use super::edit_distance::{Graph, distance};
use super::thresholds::Thresholds;
use crate::ir::evaluation::{Bound, MetricResult, SchemaReport};
use crate::ir::{LogicalIr, Table};
use std::collections::BTreeSet;

/// Tables of the larger schema that the search for the edit distance takes: its depth.
const TABLES_MAX: usize = 500;
/// Names listed on either side.
const SHOWN_MAX: usize = 50;

/// Compares `found` with `gold`.
pub(super) fn measure(found: &LogicalIr, gold: &LogicalIr, t: &Thresholds) -> SchemaReport {
    let mut report = SchemaReport::default();
    for (metric, what) in [
        ("table_f1", tables as Items),
        ("column_f1", columns),
        ("primary_key_f1", primary_keys),
        ("foreign_key_f1", foreign_keys),
    ] {
        let (mine, wanted) = (what(found), what(gold));
        if mine.is_empty() && wanted.is_empty() {
            continue;
        }
        let shared = mine.intersection(&wanted).count() as f64;
        let share = |of: &BTreeSet<String>| if of.is_empty() { 0.0 } else { shared / of.len() as f64 };
        let (precision, recall) = (share(&mine), share(&wanted));
        let f1 = if shared > 0.0 {
            2.0 * precision * recall / (precision + recall)
        } else {
            0.0
        };
        let result = MetricResult::judged(metric, "", f1, Bound::AtLeast, t.schema_f1_min);
        report.metrics.push(result.with("precision", precision).with("recall", recall));
        report.missing.extend(wanted.difference(&mine).cloned());
        report.extra.extend(mine.difference(&wanted).cloned());
    }
    report.missing.truncate(SHOWN_MAX);
    report.extra.truncate(SHOWN_MAX);
    let (a, b) = (graph(found), graph(gold));
    let tables = a.names.len().max(b.names.len());
    if tables > TABLES_MAX {
        let note = format!("{tables} tables are more than the {TABLES_MAX} that the search takes");
        report.metrics.push(MetricResult::unmeasured("graph_edit_distance", "", note));
        return report;
    }
    let size = a.size().max(b.size()).max(1.0);
    let edits = distance(&a, &b, t.edit_steps_max);
    // As many edits as a tenth of the larger graph are what an F1 of nine tenths leaves.
    let result = MetricResult::judged("graph_edit_distance", "", edits.cost / size, Bound::AtMost, 1.0 - t.schema_f1_min)
        .with("edits", edits.cost)
        .with("steps", edits.steps as f64);
    report.metrics.push(if edits.exact {
        result
    } else {
        result.noted("an upper bound: the search reached edit_steps_max")
    });
    report
}

type Items = fn(&LogicalIr) -> BTreeSet<String>;

/// A name as a person compares it.
fn plain(name: &str) -> String {
    let lower: String = name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    match lower.strip_suffix('s') {
        Some(one) if one.len() > 2 && !one.ends_with('s') => one.to_owned(),
        _ => lower,
    }
}

fn name(table: &Table) -> String {
    plain(&table.name)
}

fn list(names: &[String]) -> String {
    let mut plain: Vec<String> = names.iter().map(|n| self::plain(n)).collect();
    plain.sort();
    plain.join(",")
}

fn tables(schema: &LogicalIr) -> BTreeSet<String> {
    schema.data_tables().map(|t| format!("table {}", name(t))).collect()
}

fn columns(schema: &LogicalIr) -> BTreeSet<String> {
    let of = |t: &Table| {
        t.columns
            .iter()
            .map(|c| format!("column {}.{}", name(t), plain(&c.name)))
            .collect::<Vec<_>>()
    };
    schema.data_tables().flat_map(of).collect()
}

fn primary_keys(schema: &LogicalIr) -> BTreeSet<String> {
    let keyed = schema.data_tables().filter(|t| !t.primary_key.is_empty());
    keyed
        .map(|t| format!("primary key {}({})", name(t), list(&t.primary_key)))
        .collect()
}

fn foreign_keys(schema: &LogicalIr) -> BTreeSet<String> {
    let parent = |id: &str| schema.table(id).map_or_else(|| plain(id), name);
    let of = |t: &Table| {
        let key = |k: &crate::ir::ForeignKey| format!("foreign key {}({}) -> {}", name(t), list(&k.columns), parent(&k.ref_table));
        t.foreign_keys.iter().map(key).collect::<Vec<_>>()
    };
    schema.data_tables().flat_map(of).collect()
}

fn graph(schema: &LogicalIr) -> Graph {
    let tables: Vec<&Table> = schema.data_tables().collect();
    let mut edges = BTreeSet::new();
    for (i, table) in tables.iter().enumerate() {
        for key in &table.foreign_keys {
            if let Some(j) = tables.iter().position(|t| t.is(&key.ref_table)) {
                edges.insert((i, j));
            }
        }
    }
    Graph {
        names: tables.iter().map(|t| name(t)).collect(),
        parts: tables.iter().map(|t| t.columns.iter().map(|c| plain(&c.name)).collect()).collect(),
        edges,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::evaluation::Verdict;
    use crate::schema::source::ddl;

    fn schema(sql: &str) -> LogicalIr {
        let source = ddl::Source {
            file: "t.sql".into(),
            text: sql.into(),
        };
        ddl::parse(&[source]).logical
    }

    const GOLD: &str = "CREATE TABLE customers (customer_id int PRIMARY KEY, name text); \
        CREATE TABLE orders (order_id int PRIMARY KEY, customer_id int REFERENCES customers, total numeric);";

    fn value(report: &SchemaReport, metric: &str) -> f64 {
        report
            .metrics
            .iter()
            .find(|m| m.metric == metric)
            .and_then(|m| m.value)
            .unwrap_or(f64::NAN)
    }

    #[test]
    fn the_same_schema_in_other_words_is_the_same() {
        let found = schema(
            "CREATE TABLE Customer (CustomerId int PRIMARY KEY, Name text); CREATE TABLE \"Order\" (OrderId int PRIMARY KEY, CustomerId int REFERENCES Customer, Total numeric);",
        );
        let report = measure(&found, &schema(GOLD), &Thresholds::default());
        assert!(
            report.metrics.len() == 5 && report.metrics.iter().all(|m| m.verdict == Verdict::Passed),
            "{report:#?}"
        );
        assert!(report.missing.is_empty() && report.extra.is_empty());
    }

    #[test]
    fn each_loss_is_seen_where_it_is() {
        let gold = schema(GOLD);
        let of = |sql: &str| measure(&schema(sql), &gold, &Thresholds::default());
        let no_key = of(
            "CREATE TABLE customers (customer_id int PRIMARY KEY, name text); CREATE TABLE orders (order_id int PRIMARY KEY, customer_id int, total numeric);",
        );
        assert!(
            value(&no_key, "foreign_key_f1") == 0.0 && value(&no_key, "column_f1") == 1.0 && value(&no_key, "graph_edit_distance") > 0.3
        );
        let no_column = of(
            "CREATE TABLE customers (customer_id int PRIMARY KEY); CREATE TABLE orders (order_id int PRIMARY KEY, customer_id int REFERENCES customers, total numeric);",
        );
        // 4 of 5 columns: precision 1, recall 0.8.
        assert!((value(&no_column, "column_f1") - 8.0 / 9.0).abs() < 1e-12 && no_column.missing == ["column customer.name"]);
        let no_primary = of(
            "CREATE TABLE customers (customer_id int UNIQUE, name text); CREATE TABLE orders (order_id int PRIMARY KEY, customer_id int REFERENCES customers (customer_id), total numeric);",
        );
        assert!((value(&no_primary, "primary_key_f1") - 2.0 / 3.0).abs() < 1e-12);
        let no_table = of("CREATE TABLE customers (customer_id int PRIMARY KEY, name text);");
        assert!((value(&no_table, "table_f1") - 2.0 / 3.0).abs() < 1e-12);
    }
}
