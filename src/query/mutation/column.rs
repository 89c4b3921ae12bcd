//! `column`: another column of the same table and kind of type.
//!
//! Keys are neither replaced nor put in. In a grouped or DISTINCT SELECT a column is replaced wherever it is shown, grouped or sorted by, so
//! that the mutant is still valid.

use super::{Candidate, Ground, Mutation, edit};
use crate::ir::{Column, SqlType, Table};
use crate::query::sites::{self, Clause};
use sqlparser::ast::Expr;
use std::collections::BTreeMap;

pub(super) const MUTATION: Mutation = Mutation {
    name: "column",
    about: "a column becomes another of its table and kind of type",
    find,
};

/// Where replaced together: SELECT number, clause (`None` for the shown, grouped and sorted), text of the name.
type Group = (usize, Option<(Clause, usize)>, String);

fn find(ground: &Ground<'_>, found: &mut Vec<Candidate>) {
    let mut groups: BTreeMap<Group, Vec<usize>> = BTreeMap::new();
    let mut inside_join = 0;
    sites::for_each(ground.query, |expr, number, site| {
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
    for ((_, _, text), numbers) in groups {
        let Some((used, table, column)) = numbers.first().and_then(|number| ground.column(*number)) else {
            continue;
        };
        let same_place = numbers.iter().all(|n| {
            ground
                .column(*n)
                .is_some_and(|(other, ..)| (other.table, other.column) == (used.table, used.column))
        });
        if is_key(table, column) || !same_place {
            continue;
        }
        let others = table
            .columns
            .iter()
            .filter(|other| other.name != column.name && !is_key(table, other) && alike(&other.sql_type, &column.sql_type));
        for other in others {
            let (numbers, name) = (numbers.clone(), other.name.clone());
            found.push(Candidate::new(format!("column {text} became {name}"), move |query| {
                for number in &numbers {
                    edit::expr(query, *number, |expr| edit::rename_column(expr, &name));
                }
            }));
        }
    }
}

fn is_key(table: &Table, column: &Column) -> bool {
    table.primary_key.contains(&column.name) || table.foreign_keys_of(&column.name).next().is_some()
}

/// Types that stand in the same places of a query.
fn alike(a: &SqlType, b: &SqlType) -> bool {
    let text = |t: &SqlType| t.is_text() || matches!(t, SqlType::Enum(_));
    a == b || (a.is_numeric() && b.is_numeric()) || (a.is_temporal() && b.is_temporal()) || (text(a) && text(b))
}
