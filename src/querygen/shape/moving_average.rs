//! A count or sum per period with its average over the last three periods.

use super::{Shape, running_total};
use crate::query::ir::{Body, Window};
use crate::querygen::builder::Builder;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "moving_average",
    about: "count or sum per month or year with its moving average over three periods",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    running_total::over_time(b, Window::MovingAvg(2), "moving_average", false, |_, window| window)
}
