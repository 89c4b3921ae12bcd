//! Money in several currencies: what is computed, compared, sorted by or shared out is of one currency, or of each apart.
//!
//! Limit: conditions inside the subquery of an IN or EXISTS are not looked at. Invariant: an amount without a currency beside it is never refused.

use super::Scene;
use crate::query::ir::{Aggregate, ColumnRef, Compare, Expr, Item, Predicate};
use crate::querygen::world::Field;

/// "The total amount of payments", or the highest, some of them in euros and some in dollars.
pub(super) fn mixes_currencies(scene: &Scene<'_, '_>) -> bool {
    let select = scene.select;
    let fixed = |currency: &ColumnRef| fixes(&select.filter, |own| own == currency);
    let mixes = |amount: &Expr, apart: &[Expr]| {
        currency(scene, amount).is_some_and(|currency| {
            let is = |expr: &Expr| expr.base_column() == Some(&currency);
            // Subtotals are of all currencies.
            let grouped = select.grouping.is_plain() && select.group.iter().chain(&select.distinct_on).any(is);
            !grouped && !apart.iter().any(is) && !fixed(&currency)
        })
    };
    // The whole of a percentage is of all groups.
    let mixes_whole = |amount: &Expr| currency(scene, amount).is_some_and(|currency| !fixed(&currency));
    let figures = select.items.iter().any(|item: &Item| match &item.expr {
        Expr::Percent { part, .. } => {
            matches!(part.as_ref(), Expr::Aggregate { arg: Some(arg), func, .. } if *func != Aggregate::Count && mixes_whole(arg))
        }
        Expr::Aggregate { arg: Some(arg), func, .. } => *func != Aggregate::Count && mixes(arg, &[]),
        Expr::Window { arg, partition, order, .. } => {
            let keys = order.iter().map(|key| &key.expr);
            arg.as_deref().into_iter().chain(keys).any(|expr| mixes(expr, partition))
        }
        _ => false,
    });
    // The first of some, "more than 500", and what is above an average.
    let first = (select.limit.is_some() || !select.distinct_on.is_empty()) && select.order.iter().any(|key| mixes(&key.expr, &[]));
    let compared = select.filter.iter().any(|p| match p {
        Predicate::CompareQuery { left, query, .. } => {
            currency(scene, left).is_some_and(|currency| !fixes(&query.filter, |own| own.column == currency.column))
        }
        Predicate::Compare { left: expr, .. } | Predicate::Between { expr, .. } => mixes(expr, &[]),
        _ => false,
    });
    figures || first || compared
}

/// The column of the currency that an amount is in, where its table has one.
fn currency(scene: &Scene<'_, '_>, amount: &Expr) -> Option<ColumnRef> {
    let column = amount.base_column()?;
    let entity = scene.entity(column.source)?;
    entity.field(&column.column).filter(|f| Field::is_amount(f))?;
    Some(ColumnRef {
        source: column.source,
        column: entity.currency()?.column.name.clone(),
    })
}

/// Whether all rows have one value of a column.
fn fixes(filter: &[Predicate], is: impl Fn(&ColumnRef) -> bool) -> bool {
    filter
        .iter()
        .any(|p| matches!(p, Predicate::Compare { left, op: Compare::Eq, .. } if left.base_column().is_some_and(&is)))
}
