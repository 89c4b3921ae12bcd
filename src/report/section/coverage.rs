//! Coverage: shares with their denominators, what is missing, and which column is asked about in which shape.
//!
//! Limit: past [`ROWS_MAX`] columns the map shows tables instead.

use super::Section;
use crate::ir::coverage::Measure;
use crate::report::{Material, chart};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Most rows of the map.
const ROWS_MAX: usize = 140;

/// The section.
pub(super) struct Coverage;

impl Section for Coverage {
    fn id(&self) -> &'static str {
        "coverage"
    }
    fn title(&self) -> &'static str {
        "Coverage"
    }
    fn template(&self) -> &'static str {
        include_str!("coverage.html")
    }
    fn values(&self, m: &Material) -> Option<Value> {
        let c = &m.coverage;
        let measures = [
            ("tables", &c.tables),
            ("columns", &c.columns),
            ("join edges", &c.join_edges),
            ("SQL shapes", &c.shapes),
            ("functions", &c.functions),
        ];
        let columns_fit = c.columns.total as usize <= ROWS_MAX;
        let rows = if columns_fit { &c.columns } else { &c.tables };
        Some(json!({
            "measures": measures.map(|(name, measure)| row(name, measure)),
            "excluded": c.excluded,
            "map": map(m, rows, columns_fit),
            "map_of": if columns_fit { "column" } else { "table" },
        }))
    }
}

fn row(name: &str, measure: &Measure) -> Value {
    let mut counts: Vec<(&String, &u64)> = measure.counts.iter().filter(|(_, n)| **n > 0).collect();
    counts.sort_by_key(|(name, n)| (std::cmp::Reverse(**n), *name));
    json!({
        "name": name,
        "covered": measure.covered,
        "total": measure.total,
        "share": measure.share,
        "bar": chart::bar(&[("good", measure.share.unwrap_or(0.0)), ("track", 1.0)]),
        "missing": measure.missing,
        "counts": counts,
        "beyond": measure.beyond.keys().collect::<Vec<_>>(),
    })
}

/// Rows by name, SQL shapes across; shapes never used are left out.
fn map(m: &Material, rows: &Measure, of_columns: bool) -> String {
    let shapes: Vec<String> = m
        .coverage
        .shapes
        .counts
        .iter()
        .chain(&m.coverage.shapes.beyond)
        .filter(|(_, n)| **n > 0)
        .map(|(s, _)| s.clone())
        .collect();
    let names: Vec<String> = rows.counts.keys().cloned().collect();
    let index = |all: &[String]| {
        all.iter()
            .enumerate()
            .map(|(at, name)| (name.clone(), at))
            .collect::<BTreeMap<_, _>>()
    };
    let (row_of, shape_of) = (index(&names), index(&shapes));
    let mut cells = vec![vec![0; shapes.len()]; names.len()];
    for record in &m.records {
        let used = if of_columns {
            &record.labels.columns
        } else {
            &record.labels.tables
        };
        for at in used.iter().filter_map(|name| row_of.get(name)) {
            if let Some(cell) = shape_of
                .get(&record.labels.shape)
                .and_then(|shape| cells.get_mut(*at)?.get_mut(*shape))
            {
                *cell += 1;
            }
        }
    }
    chart::heat(&names, &shapes, &cells)
}
