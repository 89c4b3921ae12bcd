//! What the schema's constraints make equivalent: changes that no data can tell from the right SQL, so that they are not offered.
//!
//! Every answer here follows from keys, NOT NULL and the query's own conditions, never from rows. Limits: it recognises the common cases; a
//! mutant that no rule here knows may still be equivalent, and then survives everywhere.

use super::{Ground, edit};
use crate::ir::Table;
use crate::query::sites::{self, Clause};
use sqlparser::ast::{BinaryOperator, Expr, Query, Select, SelectItem, SetExpr, UnaryOperator, Value};

/// Whether rows of a table that are equal in these columns are one row: they hold a key that is never NULL.
pub(super) fn is_key(table: &Table, columns: &[&str]) -> bool {
    let set = |name: &String| table.primary_key.contains(name) || table.column(name).is_some_and(|column| !column.nullable);
    let mut keys = std::iter::once(&table.primary_key)
        .chain(&table.unique)
        .filter(|key| !key.is_empty());
    keys.any(|key| key.iter().all(|name| columns.contains(&name.as_str()) && set(name)))
}

/// Columns of a relation that a SELECT groups by.
pub(super) fn grouped<'a>(ground: &Ground<'a>, select: usize, relation: usize) -> Vec<&'a str> {
    in_clause(ground, select, Clause::GroupBy, relation)
}

fn in_clause<'a>(ground: &Ground<'a>, select: usize, clause: Clause, relation: usize) -> Vec<&'a str> {
    let places = ground
        .scope
        .sites
        .iter()
        .enumerate()
        .filter(|(_, site)| site.select == select && site.clause == clause);
    let columns = places
        .filter_map(|(number, _)| ground.column(number))
        .filter(|(used, ..)| used.relation == relation);
    columns.map(|(_, _, column)| column.name.as_str()).collect()
}

/// Columns of a relation for which WHERE allows one value only.
pub(super) fn constant<'a>(ground: &Ground<'a>, select: &Select, number: usize, relation: usize) -> Vec<&'a str> {
    let first = ground
        .scope
        .sites
        .iter()
        .position(|site| site.select == number && site.clause == Clause::Where);
    let (Some(condition), Some(first)) = (&select.selection, first) else {
        return Vec::new();
    };
    let pinned = edit::conjuncts(condition, first)
        .into_iter()
        .filter_map(|(conjunct, at)| match conjunct {
            Expr::Identifier(_) | Expr::CompoundIdentifier(_) => ground.column(at),
            Expr::UnaryOp {
                op: UnaryOperator::Not,
                expr,
            } if matches!(**expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_)) => ground.column(at + 1),
            Expr::BinaryOp {
                op: BinaryOperator::Eq,
                right,
                ..
            } if matches!(**right, Expr::Value(_) | Expr::TypedString(_)) => ground.column(at + 1),
            _ => None,
        });
    let own = pinned.filter(|(used, ..)| used.relation == relation);
    own.map(|(_, _, column)| column.name.as_str()).collect()
}

/// Whether a SELECT of one table cannot give two equal rows: it shows a key, or its conditions and what it shows fix one.
pub(super) fn has_no_duplicates(ground: &Ground<'_>, select: &Select, number: usize) -> bool {
    let [from] = select.from.as_slice() else { return false };
    let plain = |item: &SelectItem| match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => {
            matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
        }
        _ => false,
    };
    if !from.joins.is_empty() || !select.projection.iter().all(plain) {
        return false;
    }
    let here = |(at, site): (usize, &sites::Site)| (site.select == number && site.clause == Clause::Select).then(|| ground.column(at))?;
    let Some((used, table, _)) = ground.scope.sites.iter().enumerate().find_map(here) else {
        return false;
    };
    let mut known = in_clause(ground, number, Clause::Select, used.relation);
    known.extend(constant(ground, select, number, used.relation));
    is_key(table, &known)
}

/// Whether a grouped CTE shows a column that its group keys determine and nobody reads: which column that is changes nothing.
pub(super) fn is_unread_label(ground: &Ground<'_>, select: usize, numbers: &[usize], text: &str) -> bool {
    let Some(first) = numbers.first() else { return false };
    let Some((used, table, column)) = ground.column(*first) else {
        return false;
    };
    let clauses = numbers
        .iter()
        .filter_map(|number| ground.scope.sites.get(*number))
        .map(|site| site.clause);
    let mut keys = grouped(ground, select, used.relation);
    keys.retain(|name| *name != column.name);
    if !clauses.clone().all(|clause| matches!(clause, Clause::Select | Clause::GroupBy)) || !is_key(table, &keys) {
        return false;
    }
    let mut found = None;
    edit::each_select(ground.query, |body, number| {
        if number == select && is_plain_cte(ground.query, body) && body.distinct.is_none() {
            found = output_name(body, |expr| expr.to_string() == text);
        }
    });
    found.is_some_and(|name| !has_star(ground.query) && readings(ground.query, select, &name, |_| false).0 == 0)
}

/// Whether a ranking serves only to keep rank 1, where RANK and DENSE_RANK agree.
pub(super) fn keeps_only_first(ground: &Ground<'_>, select: usize, ranking: &Expr) -> bool {
    let mut found = None;
    edit::each_select(ground.query, |body, number| {
        if number == select && is_plain_cte(ground.query, body) {
            found = output_name(body, |expr| expr == ranking);
        }
    });
    let first = |expr: &Expr| match expr {
        Expr::BinaryOp { op, right, .. } => {
            let one = matches!(&**right, Expr::Value(value) if matches!(&value.value, Value::Number(n, _) if n == "1"));
            one && matches!(op, BinaryOperator::Eq | BinaryOperator::LtEq)
        }
        _ => false,
    };
    found.is_some_and(|name| {
        let (all, fitting) = readings(ground.query, select, &name, first);
        !has_star(ground.query) && all > 0 && all == fitting
    })
}

/// Whether a SELECT is the whole body of a CTE whose columns go by the names that it gives them.
fn is_plain_cte(query: &Query, select: &Select) -> bool {
    let mut ctes = query.with.iter().flat_map(|with| &with.cte_tables);
    ctes.any(|cte| {
        let body = matches!(&*cte.query.body, SetExpr::Select(body) if std::ptr::eq(&raw const **body, select));
        body && cte.alias.columns.is_empty() && cte.query.order_by.is_none() && cte.query.limit_clause.is_none()
    })
}

/// The name of the one output column that shows an expression.
fn output_name(select: &Select, shows: impl Fn(&Expr) -> bool) -> Option<String> {
    let mut names = select.projection.iter().filter_map(|item| match item {
        SelectItem::UnnamedExpr(expr @ Expr::Identifier(name)) if shows(expr) => Some(name.value.clone()),
        SelectItem::UnnamedExpr(expr @ Expr::CompoundIdentifier(parts)) if shows(expr) => parts.last().map(|name| name.value.clone()),
        SelectItem::ExprWithAlias { expr, alias } if shows(expr) => Some(alias.value.clone()),
        _ => None,
    });
    let name = names.next()?;
    names.next().is_none().then_some(name)
}

fn has_star(query: &Query) -> bool {
    let mut found = false;
    edit::each_select(query, |select, _| {
        let star = |item: &SelectItem| matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..));
        found |= select.projection.iter().any(star);
    });
    found
}

/// How often other SELECTs name a column, and how often as the left side of an expression that `fits`.
fn readings(query: &Query, select: usize, name: &str, fits: impl Fn(&Expr) -> bool) -> (usize, usize) {
    let is_named = |expr: &Expr| match expr {
        Expr::Identifier(ident) => ident.value.eq_ignore_ascii_case(name),
        Expr::CompoundIdentifier(parts) => parts.last().is_some_and(|ident| ident.value.eq_ignore_ascii_case(name)),
        _ => false,
    };
    let (mut all, mut fitting) = (0, 0);
    sites::for_each(query, |expr, _, site| {
        if site.select == select {
            return;
        }
        all += usize::from(is_named(expr));
        if let Expr::BinaryOp { left, .. } = expr {
            fitting += usize::from(is_named(left) && fits(expr));
        }
    });
    (all, fitting)
}
