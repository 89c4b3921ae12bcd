//! Provenance: what made this corpus, and how to make it again.

use super::Section;
use crate::report::Material;
use serde_json::{Value, json};

/// The section.
pub(super) struct Provenance;

impl Section for Provenance {
    fn id(&self) -> &'static str {
        "provenance"
    }
    fn title(&self) -> &'static str {
        "Provenance"
    }
    fn template(&self) -> &'static str {
        include_str!("provenance.html")
    }
    fn values(&self, m: &Material) -> Option<Value> {
        (!m.provenance.is_empty()).then(|| json!({"facts": m.provenance}))
    }
}
