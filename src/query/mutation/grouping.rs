//! `grouping`: a group key too few or too many, or the groups without their subtotals.

use super::{Candidate, Ground, Mutation, edit, equivalent, error};
use crate::ir::SqlType;
use crate::query::sites::{self, Clause};
use sqlparser::ast::{Expr, GroupByExpr, OrderByKind, Query, Select, SelectItem};

pub(super) const MUTATION: Mutation = Mutation {
    name: "grouping",
    about: "a group key is dropped together with its output column, another column added, or subtotals dropped",
    error: error::ATTRIBUTE_REDUNDANCY,
    find,
};

fn find(ground: &Ground<'_>, found: &mut Vec<Candidate>) {
    let order = sort_keys(ground.query);
    edit::each_select(ground.query, |select, number| {
        let Some(keys) = keys(select) else { return };
        for (index, key) in keys.iter().enumerate() {
            let shown = shown_as(select, key);
            if let Expr::Rollup(sets) | Expr::Cube(sets) | Expr::GroupingSets(sets) = key {
                let plain: Vec<Expr> = sets.concat();
                found.push(Candidate::new("the subtotals were dropped", move |query| {
                    edit::select(query, number, |select| {
                        select.group_by = GroupByExpr::Expressions(plain.clone(), Vec::new());
                    });
                }));
                continue;
            }
            let rest = select.projection.len() - shown.len();
            // Something must be left to show, and nothing may still name what is gone.
            let named = |expr: &Expr| expr == key || shown.iter().any(|item| alias(select, *item).is_some_and(|a| expr.to_string() == a));
            let used = select
                .having
                .as_ref()
                .is_some_and(|having| having.to_string().contains(&key.to_string()));
            if rest == 0 || !ground.is_outermost(select) || order.iter().any(named) || used || follows(ground, number, keys, index) {
                continue;
            }
            found.push(
                Candidate::new(format!("the group key {key} was dropped"), move |query| {
                    edit::select(query, number, |select| {
                        let mut item = 0;
                        select.projection.retain(|_| {
                            item += 1;
                            !shown.contains(&(item - 1))
                        });
                        if let GroupByExpr::Expressions(keys, _) = &mut select.group_by {
                            keys.remove(index.min(keys.len() - 1));
                        }
                    });
                })
                .of(error::ATTRIBUTE_MISSING),
            );
        }
        for column in more_keys(ground, select, number, keys) {
            found.push(Candidate::new(format!("the group key {column} was added"), move |query| {
                edit::select(query, number, |select| {
                    if let GroupByExpr::Expressions(keys, _) = &mut select.group_by {
                        keys.push(column.clone());
                    }
                });
            }));
        }
    });
}

/// Whether other keys determine the `index`-th one, or it determines nothing they do not: dropping it would change no group.
fn follows(ground: &Ground<'_>, select: usize, keys: &[Expr], index: usize) -> bool {
    let numbers: Vec<usize> = numbers(ground, select);
    let Some((used, table, column)) = numbers.get(index).and_then(|number| ground.column(*number)) else {
        return false;
    };
    let others = numbers.iter().enumerate().filter(|(other, _)| *other != index);
    let of_its_row: Vec<_> = others
        .filter_map(|(_, number)| ground.column(*number))
        .filter(|(o, ..)| o.relation == used.relation)
        .collect();
    let unique = |name: &String| table.is_unique(std::slice::from_ref(name));
    let determined = of_its_row.iter().any(|(_, _, other)| unique(&other.name));
    // The key of the row beside its name: without it only rows of equal name fall together, so names must repeat.
    let useless = unique(&column.name)
        && numbers
            .iter()
            .enumerate()
            .any(|(other, number)| other != index && !ground.repeats(*number));
    keys.len() == numbers.len() && (determined || useless)
}

/// Numbers of the group keys of a SELECT, when each is a plain column.
fn numbers(ground: &Ground<'_>, select: usize) -> Vec<usize> {
    let sites = ground.scope.sites.iter().enumerate();
    sites
        .filter(|(_, site)| site.select == select && site.clause == Clause::GroupBy)
        .map(|(number, _)| number)
        .collect()
}

fn keys(select: &Select) -> Option<&[Expr]> {
    match &select.group_by {
        GroupByExpr::Expressions(keys, modifiers) if !keys.is_empty() && modifiers.is_empty() => Some(keys),
        _ => None,
    }
}

fn sort_keys(query: &Query) -> Vec<Expr> {
    match query.order_by.as_ref().map(|order| &order.kind) {
        Some(OrderByKind::Expressions(keys)) => keys.iter().map(|key| key.expr.clone()).collect(),
        _ => Vec::new(),
    }
}

/// Output columns that show a group key.
fn shown_as(select: &Select, key: &Expr) -> Vec<usize> {
    let shows = |item: &SelectItem| match item {
        SelectItem::UnnamedExpr(expr) => expr == key,
        SelectItem::ExprWithAlias { expr, alias } => expr == key || alias.to_string() == key.to_string(),
        _ => false,
    };
    select
        .projection
        .iter()
        .enumerate()
        .filter(|(_, item)| shows(item))
        .map(|(index, _)| index)
        .collect()
}

fn alias(select: &Select, item: usize) -> Option<String> {
    match select.projection.get(item)? {
        SelectItem::ExprWithAlias { alias, .. } => Some(alias.to_string()),
        _ => None,
    }
}

/// Other columns of the grouped tables with few values: what one might wrongly group by too.
fn more_keys(ground: &Ground<'_>, body: &Select, select: usize, keys: &[Expr]) -> Vec<Expr> {
    let mut more = Vec::new();
    sites::for_each(ground.query, |expr, number, site| {
        if site.select != select || site.clause != Clause::GroupBy || !keys.contains(expr) {
            return;
        }
        let Some((used, table, _)) = ground.column(number) else { return };
        // Within one row's group every column of that row is the same.
        let grouped = equivalent::grouped(ground, select, used.relation);
        if equivalent::is_key(table, &grouped) {
            return;
        }
        let constant = equivalent::constant(ground, body, select, used.relation);
        let few = |name: &str| {
            let profile = ground.profile.and_then(|p| p.table(&table.id())?.column(name));
            profile.is_none_or(|p| (2..=50).contains(&p.distinct))
        };
        let fit = table.columns.iter().enumerate().filter(|(index, column)| {
            *index != used.column
                && !constant.contains(&column.name.as_str())
                && (column.sql_type.is_text() || matches!(column.sql_type, SqlType::Enum(_) | SqlType::Bool))
                && few(&column.name)
        });
        for (_, column) in fit.take(2) {
            let mut key = expr.clone();
            edit::rename_column(&mut key, &column.name);
            if !keys.contains(&key) {
                more.push(key);
            }
        }
    });
    more
}
