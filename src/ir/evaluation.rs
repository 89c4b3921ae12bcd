//! Evaluation of data: `data_evaluation.json`. Measured by `dataeval`, said by the command line.
//!
//! A metric's `value` is an effect size or a count, never a p-value: with enough rows every p-value is 0, also of a right generator. The p-value
//! stands beside it, under `details`. Times are kept only where a person asked for a measurement (the command); an artifact of a run has none.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What became of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Measured, and on the right side of its threshold.
    Passed,
    /// Measured, and on the wrong side.
    Failed,
    /// Measured, and told without being judged; the note says why.
    Shown,
    /// Could not be measured; the note says why.
    Unmeasured,
    /// A rule (a key, a condition, a derived column) that could not be checked: the data may break it, so the report does not pass.
    Unproven,
}

/// Which side of a threshold is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// The value is at most the threshold.
    AtMost,
    /// The value is at least the threshold.
    AtLeast,
}

/// One metric of one thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetricResult {
    /// Name in the registry of metrics.
    pub metric: String,
    /// What it was measured of: columns, a key, a condition.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub of: String,
    /// What became of it.
    pub verdict: Verdict,
    /// Effect size, score, or count of violations; null when not measured.
    pub value: Option<f64>,
    /// What it is compared with, widened by the sampling error that this many rows allow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// Which side is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Bound>,
    /// Statistic, p-value, degrees of freedom, rows.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, f64>,
    /// Why it was not judged or measured, or what a failure means.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// One column.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ColumnReport {
    /// Column name.
    pub column: String,
    /// Kind of the declared distribution; empty when none is declared.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub declared: String,
    /// What was measured.
    pub metrics: Vec<MetricResult>,
}

/// One table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TableReport {
    /// Table id.
    pub table: String,
    /// Rows.
    pub rows: u64,
    /// Every metric holds.
    pub passed: bool,
    /// Of the table: keys, conditions, dependencies.
    pub metrics: Vec<MetricResult>,
    /// Of its columns.
    pub columns: Vec<ColumnReport>,
}

/// One query of the workload.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct WorkloadReport {
    /// "group_by", "join", "filter".
    pub kind: String,
    /// The query.
    pub sql: String,
    /// Rows it returned; null when it did not run.
    pub rows: Option<u64>,
    /// Gini coefficient of the last numeric column: 0 all groups alike, towards 1 one group has all.
    pub gini: Option<f64>,
    /// Share of the largest group in the sum of that column.
    pub top1_share: Option<f64>,
    /// How long it took; only where times are asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elapsed_ms: Option<f64>,
    /// What was judged.
    pub metrics: Vec<MetricResult>,
}

/// A schema against a gold schema.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SchemaReport {
    /// F1 of tables, columns, keys, and the edit distance.
    pub metrics: Vec<MetricResult>,
    /// In the gold schema and not in this one.
    pub missing: Vec<String>,
    /// In this one and not in the gold schema.
    pub extra: Vec<String>,
}

/// `data_evaluation.json`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EvaluationReport {
    /// No metric failed.
    pub passed: bool,
    /// Engine that measured: "duckdb 1.5.6".
    pub engine: String,
    /// Metrics by verdict: "passed", "failed", "shown", "unmeasured", "unproven".
    pub counts: BTreeMap<String, u64>,
    /// Every failed metric, as "place: metric (of): value, threshold".
    pub failures: Vec<String>,
    /// Tables in schema order.
    pub tables: Vec<TableReport>,
    /// Queries in the order of the WorkloadIr.
    pub workload: Vec<WorkloadReport>,
    /// Against a gold schema, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gold: Option<SchemaReport>,
    /// Against real tables, when there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub real: Vec<TableReport>,
}

impl MetricResult {
    /// A judged value.
    pub fn judged(metric: &str, of: impl Into<String>, value: f64, bound: Bound, threshold: f64) -> Self {
        let holds = match bound {
            Bound::AtMost => value <= threshold,
            Bound::AtLeast => value >= threshold,
        };
        MetricResult {
            // A NaN is on no side, so it fails.
            verdict: if holds { Verdict::Passed } else { Verdict::Failed },
            threshold: Some(threshold),
            bound: Some(bound),
            ..MetricResult::shown(metric, of, value, "")
        }
    }

    /// A value that is told without being judged.
    pub fn shown(metric: &str, of: impl Into<String>, value: f64, note: impl Into<String>) -> Self {
        MetricResult {
            metric: metric.to_owned(),
            of: of.into(),
            verdict: Verdict::Shown,
            value: Some(value),
            threshold: None,
            bound: None,
            details: BTreeMap::new(),
            note: note.into(),
        }
    }

    /// A metric that could not be measured.
    pub fn unmeasured(metric: &str, of: impl Into<String>, note: impl Into<String>) -> Self {
        MetricResult {
            verdict: Verdict::Unmeasured,
            value: None,
            ..MetricResult::shown(metric, of, 0.0, note)
        }
    }

    /// A rule that could not be checked.
    pub fn unproven(metric: &str, of: impl Into<String>, note: impl std::fmt::Display) -> Self {
        MetricResult {
            verdict: Verdict::Unproven,
            ..MetricResult::unmeasured(metric, of, format!("not proven: {note}"))
        }
    }

    /// The same with a threshold that leaves so much more room, for what is declared to differ.
    #[must_use]
    pub fn with_room(mut self, room: f64) -> Self {
        if let (Some(Bound::AtMost), Some(value), Some(threshold)) = (self.bound, self.value, self.threshold)
            && room > 0.0
            && matches!(self.verdict, Verdict::Passed | Verdict::Failed)
        {
            self.verdict = if value <= threshold + room {
                Verdict::Passed
            } else {
                Verdict::Failed
            };
            self.threshold = Some(threshold + room);
        }
        self
    }

    /// Adds a detail.
    #[must_use]
    pub fn with(mut self, name: &str, value: f64) -> Self {
        self.details.insert(name.to_owned(), value);
        self
    }

    /// Says something.
    #[must_use]
    pub fn noted(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// Tells the value without judging it.
    #[must_use]
    pub fn unjudged(mut self, note: impl Into<String>) -> Self {
        if self.value.is_some() {
            self.verdict = Verdict::Shown;
        }
        self.noted(note)
    }
}

impl EvaluationReport {
    /// Every metric with its place: a table, a column, "workload 2", "gold".
    pub fn metrics(&self) -> Vec<(String, &MetricResult)> {
        let mut out = Vec::new();
        for (prefix, tables) in [("", &self.tables), ("real.", &self.real)] {
            for table in tables {
                let place = format!("{prefix}{}", table.table);
                out.extend(table.metrics.iter().map(|m| (place.clone(), m)));
                for column in &table.columns {
                    out.extend(column.metrics.iter().map(|m| (format!("{place}.{}", column.column), m)));
                }
            }
        }
        for (i, query) in self.workload.iter().enumerate() {
            out.extend(query.metrics.iter().map(|m| (format!("workload.targets[{i}]"), m)));
        }
        out.extend(self.gold.iter().flat_map(|g| &g.metrics).map(|m| ("gold".to_owned(), m)));
        out
    }

    /// Every metric, to change.
    pub fn metrics_mut(&mut self) -> impl Iterator<Item = &mut MetricResult> {
        let tables = self.tables.iter_mut().chain(&mut self.real);
        let of_tables = tables.flat_map(|t| t.metrics.iter_mut().chain(t.columns.iter_mut().flat_map(|c| &mut c.metrics)));
        let others = self.workload.iter_mut().flat_map(|w| &mut w.metrics);
        of_tables.chain(others).chain(self.gold.iter_mut().flat_map(|g| &mut g.metrics))
    }

    /// Counts verdicts, lists failures, and says whether all is well; more than `unproven_max` rules that could not be checked are failures too.
    #[must_use]
    pub fn concluded(mut self, unproven_max: u64) -> Self {
        let mut counts: BTreeMap<String, u64> = ["passed", "failed", "shown", "unmeasured", "unproven"]
            .map(|name| (name.to_owned(), 0))
            .into();
        let mut failures = Vec::new();
        let unproven = self.metrics().iter().filter(|(_, m)| m.verdict == Verdict::Unproven).count() as u64;
        let fails = |m: &MetricResult| m.verdict == Verdict::Failed || (m.verdict == Verdict::Unproven && unproven > unproven_max);
        for (place, metric) in self.metrics() {
            let name = match metric.verdict {
                Verdict::Passed => "passed",
                Verdict::Failed => "failed",
                Verdict::Shown => "shown",
                Verdict::Unmeasured => "unmeasured",
                Verdict::Unproven => "unproven",
            };
            *counts.entry(name.to_owned()).or_default() += 1;
            if fails(metric) {
                failures.push(format!("{place}: {metric}"));
            }
        }
        let failed = |metrics: &[MetricResult]| metrics.iter().any(fails);
        for table in self.tables.iter_mut().chain(&mut self.real) {
            table.passed = !failed(&table.metrics) && !table.columns.iter().any(|c| failed(&c.metrics));
        }
        self.passed = failures.is_empty();
        self.counts = counts;
        self.failures = failures;
        self
    }
}

impl std::fmt::Display for MetricResult {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.metric)?;
        if !self.of.is_empty() {
            write!(f, " ({})", self.of)?;
        }
        if let Some(value) = self.value {
            write!(f, ": {value}")?;
        }
        match (self.bound, self.threshold) {
            (Some(Bound::AtMost), Some(threshold)) => write!(f, ", at most {threshold}")?,
            (Some(Bound::AtLeast), Some(threshold)) => write!(f, ", at least {threshold}")?,
            _ => {}
        }
        if !self.note.is_empty() {
            write!(f, "; {}", self.note)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_anywhere_fails_the_whole_and_nan_is_a_failure() {
        let good = MetricResult::judged("primary_key", "id", 0.0, Bound::AtMost, 0.0);
        let nan = MetricResult::judged("kolmogorov_smirnov", "", f64::NAN, Bound::AtMost, 0.1);
        let shown = MetricResult::judged("chi_square", "", 9.0, Bound::AtMost, 0.1).unjudged("few rows");
        let table = |metrics: Vec<MetricResult>, column: Vec<MetricResult>| TableReport {
            table: "t".into(),
            metrics,
            columns: vec![ColumnReport {
                column: "c".into(),
                metrics: column,
                ..ColumnReport::default()
            }],
            ..TableReport::default()
        };
        let of = |tables: Vec<TableReport>| {
            EvaluationReport {
                tables,
                ..EvaluationReport::default()
            }
            .concluded(0)
        };
        let fine = of(vec![table(vec![good.clone()], vec![shown])]);
        assert!(fine.passed && fine.tables[0].passed && fine.counts["passed"] == 1 && fine.counts["shown"] == 1);
        let bad = of(vec![table(vec![good.clone()], vec![good]), table(vec![], vec![nan])]);
        assert!(!bad.passed && bad.tables[0].passed && !bad.tables[1].passed);
        assert_eq!(bad.failures, ["t.c: kolmogorov_smirnov: NaN, at most 0.1"]);
        // A rule that nobody could check is no pass, unless it is allowed to be one.
        let unproven = || vec![table(vec![], vec![MetricResult::unproven("derived", "a + b", "no such function")])];
        assert!(!of(unproven()).passed && of(unproven()).failures == ["t.c: derived (a + b); not proven: no such function"]);
        let allowed = EvaluationReport {
            tables: unproven(),
            ..EvaluationReport::default()
        };
        assert!(allowed.concluded(1).passed);
    }
}
