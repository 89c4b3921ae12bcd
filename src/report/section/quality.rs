//! Quality: how the pairs are spread over hardness, styles, lengths and result sizes, and what the negatives are.

use super::Section;
use crate::report::{Material, chart};
use serde_json::{Value, json};

/// The section.
pub(super) struct Quality;

impl Section for Quality {
    fn id(&self) -> &'static str {
        "quality"
    }
    fn title(&self) -> &'static str {
        "What the pairs are like"
    }
    fn template(&self) -> &'static str {
        include_str!("quality.html")
    }
    fn values(&self, m: &Material) -> Option<Value> {
        let q = &m.quality;
        let hardness = ["easy", "medium", "hard", "extra", ""].into_iter().map(|level| {
            let name = if level.is_empty() { "beyond Spider's grammar" } else { level };
            (name, m.coverage.hardness.get(level).copied().unwrap_or(0))
        });
        let named = |counts: &std::collections::BTreeMap<String, u64>| {
            let mut all: Vec<(String, u64)> = counts.iter().map(|(name, n)| (name.replace('_', " "), *n)).collect();
            all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            all
        };
        let ranges = |bars: &[crate::ir::quality::Bar]| bars.iter().map(|b| (b.name.clone(), b.n)).collect::<Vec<_>>();
        Some(json!({
            "charts": [
                chart_of("Spider hardness", hardness.map(|(name, n)| (name.to_owned(), n)).collect()),
                chart_of("Question style", named(&q.styles)),
                chart_of("Words a question", ranges(&q.question_lengths)),
                chart_of("Rows an answer", ranges(&q.result_sizes)),
                chart_of("Negatives by mutation", named(&q.mutants.by_class)),
            ],
            "distinct": q.distinct,
            "survivors": q.mutants.pairs_with_survivors,
            "certified": q.certified,
            "words": q.question_words,
        }))
    }
}

fn chart_of(title: &str, bars: Vec<(String, u64)>) -> Value {
    let most = bars.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1) as f64;
    let rows: Vec<Value> = bars
        .into_iter()
        .map(|(name, n)| json!({"name": name, "n": n, "bar": chart::bar(&[("good", n as f64 / most)])}))
        .collect();
    json!({"title": title, "rows": rows})
}
