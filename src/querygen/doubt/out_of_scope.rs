//! A question about these rows that no query answers: what will be, why it is so, what one should do, what others have, an order to write.
//!
//! Here only what it is about is chosen; `nlgen::doubt` has the sentences of each kind.

use super::{DoubtClass, Grounds};
use crate::query::doubt::Doubt;
use crate::query::ir::Predicate;
use crate::querygen::builder::{Builder, from};
use crate::querygen::world::Field;
use crate::schema::role::Role;

/// The registry entry.
pub(super) const CLASS: DoubtClass = DoubtClass {
    name: "out_of_scope",
    about: "asks for what no query gives: forecasts, causes, advice, the world outside, changes of the data, other tasks",
    build,
};

/// What is asked for instead of a query's answer.
pub static KINDS: &[&str] = &["forecast", "cause", "advice", "outside", "change", "task"];

fn build(b: &mut Builder<'_, '_>, _: &Grounds) -> Option<Doubt> {
    let subject = b.subject(|_, _| true)?;
    let entity = b.entity(subject);
    let kind = b.one_of(KINDS)?;
    let measure = b.field(entity, Field::is_worth_averaging).map(|f| f.column.name.clone());
    let text = b
        .field(entity, |f| f.is_showable() && matches!(f.role(), Role::Name | Role::FreeText))
        .map(|f| f.column.name.clone());
    let mut rows = from(entity);
    let avoid: Vec<String> = measure.iter().cloned().collect();
    let n = b.number(0, 1);
    let sayable = |p: &Predicate| {
        !matches!(
            p,
            Predicate::IsNull { .. }
                | Predicate::Compare {
                    op: crate::query::ir::Compare::NotEq,
                    ..
                }
        )
    };
    // What will be is not asked of rows that were.
    let lasting = |p: &Predicate| {
        kind != "forecast"
            || matches!(
                p,
                Predicate::Compare {
                    op: crate::query::ir::Compare::Eq,
                    ..
                } | Predicate::In { .. }
            )
    };
    rows.filter = b
        .conditions(entity, 0, n, &avoid)
        .into_iter()
        .filter(|p| sayable(p) && lasting(p))
        .collect();
    Some(Doubt::OutOfScope { kind, rows, measure, text })
}
