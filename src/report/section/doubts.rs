//! Questions without one answer: some of each class, with reason, reply and readings.

use super::Section;
use crate::report::Material;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Shown of each class.
const SHOWN: usize = 4;

/// The section.
pub(super) struct Doubts;

impl Section for Doubts {
    fn id(&self) -> &'static str {
        "doubts"
    }
    fn title(&self) -> &'static str {
        "Questions without one answer"
    }
    fn template(&self) -> &'static str {
        include_str!("doubts.html")
    }
    fn values(&self, m: &Material) -> Option<Value> {
        let mut classes: BTreeMap<&str, Vec<&crate::ir::Doubt>> = BTreeMap::new();
        for doubt in &m.doubts {
            classes.entry(&doubt.class).or_default().push(doubt);
        }
        let line = |d: &&crate::ir::Doubt| {
            let reading = |r: &crate::ir::doubt::Reading| json!({"meaning": r.meaning, "question": r.question, "sql": r.sql, "rows": r.answer.row_count});
            json!({
                "question": d.question,
                "reason": d.reason,
                "reply": d.reply,
                "readings": d.readings.iter().map(reading).collect::<Vec<_>>(),
                "probes": d.probes.len(),
            })
        };
        let classes: Vec<Value> = classes
            .iter()
            .map(|(name, all)| {
                let lines: Vec<Value> = all.iter().take(SHOWN).map(line).collect();
                json!({"name": name.replace('_', " "), "n": all.len(), "lines": lines})
            })
            .collect();
        (!classes.is_empty()).then(|| json!({"classes": classes}))
    }
}
