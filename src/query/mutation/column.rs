//! `column`: another column of the same table and kind of type.
//!
//! Keys are neither replaced nor put in. In a grouped or DISTINCT SELECT a column is replaced wherever it is shown, grouped or sorted by, so
//! that the mutant is still valid; in a CTE or derived table its output keeps the old name.

use super::{Candidate, Ground, Mutation, edit, equivalent, error};
use crate::ir::{Column, SqlType, Table};
use crate::query::functions;
use crate::query::sites::{self, Clause};
use sqlparser::ast::{Expr, Ident, Query, SelectItem};
use std::collections::BTreeMap;

pub(super) const MUTATION: Mutation = Mutation {
    name: "column",
    about: "a column becomes another of its table and kind of type",
    error: error::ATTRIBUTE_MISMATCH,
    find,
};

/// Where replaced together: SELECT number, clause (`None` for the shown, grouped and sorted), text of the name.
type Group = (usize, Option<(Clause, usize)>, String);

fn find(ground: &Ground<'_>, found: &mut Vec<Candidate>) {
    let mut groups: BTreeMap<Group, Vec<usize>> = BTreeMap::new();
    let mut outermost = None;
    edit::each_select(ground.query, |select, number| {
        outermost = outermost.or(ground.is_outermost(select).then_some(number))
    });
    let mut inside_join = 0;
    let mut percentile = false;
    sites::for_each(ground.query, |expr, number, site| {
        percentile |= functions::name(expr).is_some_and(|name| name.starts_with("PERCENTILE"));
        if ground.joins(expr, number) {
            inside_join = number + 2;
        }
        let name = matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_));
        if !name || site.clause == Clause::From || ground.column(number).is_none() || (number <= inside_join && inside_join > 0) {
            return;
        }
        let alone = site.in_aggregate || site.clause == Clause::Where;
        groups
            .entry((site.select, alone.then_some((site.clause, number)), expr.to_string()))
            .or_default()
            .push(number);
    });
    let named = |select: usize, use_: (usize, usize)| {
        let mut uses = ground.scope.sites.iter().zip(&ground.scope.uses);
        uses.any(|(site, used)| site.select == select && used.is_some_and(|used| (used.table, used.column) == use_))
    };
    for ((select, place, text), numbers) in groups {
        let Some((used, table, column)) = numbers.first().and_then(|number| ground.column(*number)) else {
            continue;
        };
        let same_place = numbers.iter().all(|n| {
            ground
                .column(*n)
                .is_some_and(|(other, ..)| (other.table, other.column) == (used.table, used.column))
        });
        if is_key(table, column) || !same_place || equivalent::is_unread_label(ground, select, &numbers, &text) {
            continue;
        }
        // Both sides of a recursive CTE have the very same types. A percentile of decimals is cut to their scale by DuckDB and not by PostgreSQL.
        let cut = |new: &SqlType, old: &SqlType| percentile && matches!(new, SqlType::Decimal(..)) && new != old;
        let fits = |new: &SqlType, old: &SqlType| {
            if ground.is_recursive() {
                new == old
            } else {
                alike(new, old) && !cut(new, old)
            }
        };
        let others = table.columns.iter().enumerate().filter(|(index, other)| {
            // Which rows are meant is told as well by another column that no two of them share.
            let names_too = place.is_none() && table.is_unique(std::slice::from_ref(&other.name));
            !is_key(table, other) && !names_too && fits(&other.sql_type, &column.sql_type) && !named(select, (used.table, *index))
        });
        for (_, other) in others {
            let (numbers, name, text) = (numbers.clone(), other.name.clone(), text.clone());
            found.push(Candidate::new(format!("column {text} became {name}"), move |query| {
                if outermost != Some(select) {
                    keep_output_name(query, select, &text);
                }
                for number in &numbers {
                    edit::expr(query, *number, |expr| edit::rename_column(expr, &name));
                }
            }));
        }
    }
}

/// Gives the output column that shows `text`, a column name, that name for good.
fn keep_output_name(query: &mut Query, select: usize, text: &str) {
    edit::select(query, select, |select| {
        for item in &mut select.projection {
            if let SelectItem::UnnamedExpr(expr) = item
                && expr.to_string() == text
                && let Some(alias) = last_name(expr)
            {
                *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias };
            }
        }
    });
}

fn last_name(expr: &Expr) -> Option<Ident> {
    match expr {
        Expr::Identifier(ident) => Some(ident.clone()),
        Expr::CompoundIdentifier(parts) => parts.last().cloned(),
        _ => None,
    }
}

fn is_key(table: &Table, column: &Column) -> bool {
    table.primary_key.contains(&column.name) || table.foreign_keys_of(&column.name).next().is_some()
}

/// Types that stand in the same places of a query, on PostgreSQL too: an enum is no text there (it has no LENGTH and no LIKE, and holds no value but its
/// own), and what is rounded to digits is no floating-point number.
fn alike(a: &SqlType, b: &SqlType) -> bool {
    let floating = |t: &SqlType| matches!(t, SqlType::Float32 | SqlType::Float64);
    let numbers = a.is_numeric() && b.is_numeric() && floating(a) == floating(b);
    a == b || numbers || (a.is_temporal() && b.is_temporal()) || (a.is_text() && b.is_text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_that_postgresql_keeps_apart_are_not_swapped() {
        let mood = SqlType::Enum("mood".into());
        assert!(!alike(&mood, &SqlType::Text) && !alike(&SqlType::Varchar(9), &mood) && alike(&mood, &mood.clone()));
        assert!(!alike(&mood, &SqlType::Enum("genre".into())));
        assert!(!alike(&SqlType::Float32, &SqlType::Int32) && alike(&SqlType::Decimal(8, 2), &SqlType::Int32));
        assert!(alike(&SqlType::Varchar(9), &SqlType::Text) && alike(&SqlType::Date, &SqlType::Timestamp));
    }
}
