//! Rows whose JSON object has an entry of this value: `->>`.

use super::{Shape, array_element::rows_or_count};
use crate::ir::Value;
use crate::query::ir::{Body, Compare, Expr, Predicate};
use crate::querygen::builder::{Builder, from};
use crate::querygen::literals;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "json_entry",
    about: "rows whose JSON object has a text under a key",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let subject = b.subject(|_, e| !e.such(|f| f.has_entries()).is_empty())?;
    let entity = b.entity(subject);
    let field = b.field(entity, |f| f.has_entries())?;
    let Value::Text(entry) = literals::inner(b.rng, field)? else {
        return None;
    };
    let object: std::collections::BTreeMap<String, String> = serde_json::from_str(&entry).ok()?;
    let (key, text) = object.into_iter().next()?;
    let value = Value::Text(text);
    // A key that is no word, and a text that cannot be quoted, have no question.
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ' ';
    if !key.chars().all(word) || !literals::sayable(&value) {
        return None;
    }
    let mut select = from(entity);
    select.filter = vec![Predicate::Compare {
        left: Expr::Entry {
            of: Box::new(Expr::column(0, &field.column.name)),
            key,
        },
        op: Compare::Eq,
        value,
    }];
    rows_or_count(b, entity, select)
}
