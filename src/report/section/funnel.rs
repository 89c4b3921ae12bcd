//! Funnel: how many candidates each phase made, how many became pairs, and what the others were refused for.

use super::Section;
use crate::report::{Material, chart};
use serde_json::{Value, json};

/// The section.
pub(super) struct Funnel;

impl Section for Funnel {
    fn id(&self) -> &'static str {
        "funnel"
    }
    fn title(&self) -> &'static str {
        "From candidates to pairs"
    }
    fn template(&self) -> &'static str {
        include_str!("funnel.html")
    }
    fn values(&self, m: &Material) -> Option<Value> {
        let most = m
            .coverage
            .phases
            .values()
            .map(|p| p.certified + p.rejected.values().sum::<u64>())
            .max()?
            .max(1) as f64;
        let phases: Vec<Value> = m
            .coverage
            .phases
            .iter()
            .map(|(name, p)| {
                let refused: u64 = p.rejected.values().sum();
                let bar = chart::bar(&[("good", p.certified as f64 / most), ("bad", refused as f64 / most)]);
                json!({"name": name, "certified": p.certified, "refused": refused, "bar": bar, "reasons": by_count(&p.rejected)})
            })
            .collect();
        let examples: Vec<Value> = m
            .dropped
            .iter()
            .take(5)
            .map(|d| json!({"reason": d.reason, "question": d.question, "detail": d.detail}))
            .collect();
        Some(json!({
            "phases": phases,
            "reasons": reasons(&m.quality.rejected),
            "dropped": by_count(&m.quality.dropped),
            "n_dropped": m.quality.dropped.values().sum::<u64>(),
            "examples": examples,
        }))
    }
}

/// Reasons with their bars, the commonest first.
fn reasons(counts: &std::collections::BTreeMap<String, u64>) -> Vec<Value> {
    let all = by_count(counts);
    let most = all.first().map_or(1, |(_, n)| *n).max(1) as f64;
    all.into_iter()
        .map(|(reason, n)| json!({"reason": words(reason), "n": n, "bar": chart::bar(&[("bad", n as f64 / most)])}))
        .collect()
}

fn by_count(counts: &std::collections::BTreeMap<String, u64>) -> Vec<(&String, u64)> {
    let mut all: Vec<(&String, u64)> = counts.iter().map(|(reason, n)| (reason, *n)).collect();
    all.sort_by_key(|(reason, n)| (std::cmp::Reverse(*n), *reason));
    all
}

fn words(reason: &str) -> String {
    reason.replace('_', " ")
}
