//! A total that grows month by month, or year by year.

use super::Shape;
use crate::query::ir::{Body, DatePart, Expr, Item, OrderKey, Window};
use crate::querygen::builder::{Builder, Timed};
use crate::querygen::world::Field;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "running_total",
    about: "count or sum per month or year with its running total",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    over_time(b, Window::RunningSum, "running_total", false, |_, window| window)
}

/// Rows below which no month is looked at alone.
const MONTHLY_ROWS_MIN: u64 = 60;

/// A count or sum per period with what is computed of it and a window function over the periods; `exact` where that is rounded, or a difference, whose
/// last digits are all that is left of two floating-point sums.
pub(super) fn over_time(
    b: &mut Builder<'_, '_>,
    func: Window,
    alias: &str,
    exact: bool,
    computed: impl Fn(Expr, Expr) -> Expr,
) -> Option<Body> {
    let Timed {
        mut select,
        entity,
        time,
        at,
    } = b.timed(Field::is_event)?;
    // Few rows leave most months empty.
    // Nor do things that are there to stay, as branches are, come and go by the month.
    let stays = !entity.words.person && !entity.display().is_empty();
    let monthly = b.chance(0.5) && entity.rows >= MONTHLY_ROWS_MIN && (b.wide || !stays);
    let of = Box::new(at.clone());
    // One year is kept of the months, so their numbers tell them apart.
    let (part, name) = if monthly {
        (DatePart::Month, "month")
    } else {
        (DatePart::Year, "year")
    };
    let period = Expr::Part { part, of };
    let mut aggregate = b.aggregate(entity, 0, 0.6);
    while matches!(
        aggregate.0,
        Expr::Aggregate {
            func: crate::query::ir::Aggregate::Avg | crate::query::ir::Aggregate::Min | crate::query::ir::Aggregate::Max,
            ..
        }
    ) {
        aggregate = b.aggregate(entity, 0, 0.6);
    }
    let (measure, measure_name) = aggregate;
    let measured = measure.base_column().and_then(|c| entity.field(&c.column));
    if exact && measured.is_some_and(|f| !super::two_periods::is_exact(&f.column.sql_type)) {
        return None;
    }
    let order = vec![OrderKey {
        expr: period.clone(),
        descending: false,
        tie_break: false,
    }];
    let window = Expr::Window {
        func,
        arg: Some(Box::new(measure.clone())),
        partition: Vec::new(),
        order: order.clone(),
    };
    let shown = computed(measure.clone(), window);
    select.group = vec![period.clone()];
    select.items = vec![
        Item::named(period.clone(), name),
        Item::named(measure, &measure_name),
        Item::named(shown, alias),
    ];
    select.order = order;
    let year = time
        .field
        .profile
        .quantiles
        .get(b.number(2, 18))
        .and_then(|v| crate::querygen::literals::year_month(&v.to_string()));
    if monthly {
        let (year, _) = year?;
        select.filter = vec![crate::query::ir::Predicate::During {
            expr: at,
            year,
            month: None,
        }];
    } else if time.may_miss() {
        select.filter = vec![crate::query::ir::Predicate::IsNull { expr: at, negated: true }];
    }
    if select.filter.is_empty() || b.chance(0.3) {
        let measured = select.items[1].expr.base_column().map(|c| c.column.clone());
        // Loans due in May by month of return ask for two calendars at once.
        let times = entity.such(|f| f.is_time()).into_iter().map(|f| f.column.name.clone());
        let avoid: Vec<String> = measured.into_iter().chain(times).collect();
        select.filter.extend(b.conditions(entity, 0, 1, &avoid));
    }
    Some(Body::Select(select))
}
