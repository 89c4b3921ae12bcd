//! How much a count or sum changed from the period before: LAG.

use super::{Shape, running_total};
use crate::query::ir::{Body, Expr, Window};
use crate::querygen::builder::Builder;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "change_over_time",
    about: "count or sum per month or year with its change from the period before",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    running_total::over_time(b, Window::Lag, "change", true, |measure, before| Expr::Minus {
        left: Box::new(measure),
        right: Box::new(before),
    })
}
