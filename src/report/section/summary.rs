//! Summary: the numbers a reviewer asks for first.

use super::Section;
use crate::report::Material;
use crate::report::page::count;
use serde_json::{Value, json};

/// The section.
pub(super) struct Summary;

impl Section for Summary {
    fn id(&self) -> &'static str {
        "summary"
    }
    fn title(&self) -> &'static str {
        "At a glance"
    }
    fn template(&self) -> &'static str {
        include_str!("summary.html")
    }
    fn values(&self, m: &Material) -> Option<Value> {
        let (c, q) = (&m.coverage, &m.quality);
        let refused: u64 = q.rejected.values().sum();
        let tile = |value: String, label: &str, note: String| json!({"value": value, "share": null, "label": label, "note": note});
        let rate = |share: Option<f64>, label: &str, note: String| json!({"value": "", "share": share, "label": label, "note": note});
        Some(json!({
            "tiles": [
                tile(count(q.certified), "certified pairs", format!("{} candidates refused", count(refused))),
                rate(q.mutants.kill_rate, "near misses told apart", format!("{} of {} executed", count(q.mutants.counts.killed), count(q.mutants.counts.total))),
                rate(c.columns.share, "columns asked about", format!("{} of {}", c.columns.covered, c.columns.total)),
                rate(c.join_edges.share, "join edges walked", format!("{} of {} foreign keys", c.join_edges.covered, c.join_edges.total)),
                tile(count(q.distinct.skeletons), "SQL skeletons", "none in two splits".to_owned()),
                tile(count(q.mutants.negatives), "proven negatives", format!("on {} pairs", count(q.mutants.pairs_with_negatives))),
            ],
            "splits": q.splits,
        }))
    }
}
