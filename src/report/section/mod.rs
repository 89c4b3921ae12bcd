//! The parts of the report. To add one: a `.rs` and a `.html` file here and one line in [`SECTIONS`].

mod coverage;
mod data;
mod doubts;
mod funnel;
mod pairs;
mod provenance;
mod quality;
mod schema;
mod summary;

use super::Material;
use serde_json::Value;

/// A part of the report.
pub trait Section: Sync {
    /// Its anchor on the page.
    fn id(&self) -> &'static str;
    /// Its heading.
    fn title(&self) -> &'static str;
    /// Its template.
    fn template(&self) -> &'static str;
    /// What the template is given; none when there is nothing to say.
    fn values(&self, material: &Material) -> Option<Value>;
}

/// All parts, in page order.
pub static SECTIONS: &[&dyn Section] = &[
    &summary::Summary,
    &pairs::Pairs,
    &doubts::Doubts,
    &funnel::Funnel,
    &coverage::Coverage,
    &quality::Quality,
    &schema::Schema,
    &data::Data,
    &provenance::Provenance,
];

#[cfg(test)]
mod tests {
    use super::SECTIONS;
    use std::collections::BTreeSet;

    #[test]
    fn ids_are_anchors_and_differ() {
        let ids: BTreeSet<&str> = SECTIONS.iter().map(|s| s.id()).collect();
        assert_eq!(ids.len(), SECTIONS.len());
        assert!(ids.iter().all(|id| id.chars().all(|c| c.is_ascii_lowercase())));
    }
}
