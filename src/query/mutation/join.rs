//! `join`: rows without a match kept or lost, or the wrong key joined on.
//!
//! An inner join becomes outer only where that can matter: not towards a parent whose key is always set.

use super::{Candidate, Ground, Mutation, edit, error};
use crate::ir::Table;
use crate::query::relation::constraint;
use crate::query::sites::{self, Clause};
use sqlparser::ast::{BinaryOperator, Expr, Join, JoinConstraint, JoinOperator, TableFactor};

pub(super) const MUTATION: Mutation = Mutation {
    name: "join",
    about: "LEFT and INNER JOIN for each other, or another key between the same tables",
    error: error::JOIN_CONDITION_MISMATCH,
    find,
};

fn find(ground: &Ground<'_>, found: &mut Vec<Candidate>) {
    kinds(ground, found);
    sites::for_each(ground.query, |expr, number, site| {
        if !matches!(site.clause, Clause::From | Clause::Where) || !ground.joins(expr, number) {
            return;
        }
        for (side, other) in [(number + 1, number + 2), (number + 2, number + 1)] {
            let (Some((_, child, column)), Some((_, parent, parent_column))) = (ground.column(side), ground.column(other)) else {
                continue;
            };
            for name in wrong_keys(child, &column.name, parent, &parent_column.name) {
                let change = format!(
                    "{}.{} = {}.{} became {}.{name} = ...",
                    child.name, column.name, parent.name, parent_column.name, child.name
                );
                found.push(Candidate::new(change, move |query| {
                    edit::expr(query, side, |expr| edit::rename_column(expr, &name))
                }));
            }
        }
    });
}

/// Columns one might join on instead of `column`, where `column` refers to the parent: another reference to it, or the child's own key.
fn wrong_keys(child: &Table, column: &str, parent: &Table, parent_column: &str) -> Vec<String> {
    let refers = |name: &str| {
        child.foreign_keys.iter().any(|key| {
            matches!((key.columns.as_slice(), key.ref_columns.as_slice()),
        ([from], [to]) if from == name && to == parent_column && parent.is(&key.ref_table))
        })
    };
    if !refers(column) {
        return Vec::new();
    }
    let mut wrong: Vec<String> = child
        .columns
        .iter()
        .map(|c| c.name.clone())
        .filter(|name| name != column && refers(name))
        .collect();
    if let [own] = child.primary_key.as_slice()
        && own != column
        && child.column(own).map(|c| &c.sql_type) == child.column(column).map(|c| &c.sql_type)
    {
        wrong.push(own.clone());
    }
    wrong
}

fn kinds(ground: &Ground<'_>, found: &mut Vec<Candidate>) {
    if ground.is_recursive() {
        // An outer join to itself never ends.
        return;
    }
    edit::each_select(ground.query, |select, number| {
        for (f, from) in select.from.iter().enumerate() {
            for (j, join) in from.joins.iter().enumerate() {
                let outer = matches!(join.join_operator, JoinOperator::Left(_) | JoinOperator::LeftOuter(_));
                let inner = matches!(join.join_operator, JoinOperator::Join(_) | JoinOperator::Inner(_));
                if !(outer
                    || inner && can_lose_rows(ground, join, number) && !is_joined_again(join, from.joins.get(j + 1..).unwrap_or_default()))
                {
                    continue;
                }
                let change = if outer {
                    "LEFT JOIN became JOIN on "
                } else {
                    "JOIN became LEFT JOIN on "
                };
                found.push(
                    Candidate::new(format!("{change}{}", join.relation), move |query| {
                        edit::select(query, number, |select| {
                            let Some(join) = select.from.get_mut(f).and_then(|from| from.joins.get_mut(j)) else {
                                return;
                            };
                            let Some(constraint) = constraint(&join.join_operator).cloned() else {
                                return;
                            };
                            join.join_operator = if outer {
                                JoinOperator::Join(constraint)
                            } else {
                                JoinOperator::Left(constraint)
                            };
                        });
                    })
                    .of(error::JOIN_TYPE_MISMATCH),
                );
            }
        }
    });
}

/// Whether the inner join drops rows of its left side that an outer one would keep to the end: it does not follow a key that is always set
/// to its parent, and no condition on the joined table drops the kept rows again.
fn can_lose_rows(ground: &Ground<'_>, join: &Join, select: usize) -> bool {
    let Some(JoinConstraint::On(on)) = constraint(&join.join_operator) else {
        return true;
    };
    let TableFactor::Table { name, alias, .. } = &join.relation else {
        return true;
    };
    let joined = alias.as_ref().map_or_else(|| name.to_string(), |alias| alias.name.to_string());
    let mut filtered = false;
    sites::for_each(ground.query, |expr, _, site| {
        filtered |=
            site.select == select && site.clause == Clause::Where && qualified(expr).is_some_and(|(qualifier, _)| qualifier == joined);
    });
    // Column pairs equated with the joined table, its own second.
    let pairs: Vec<(String, String)> = edit::conjuncts(on, 0)
        .into_iter()
        .filter_map(|(conjunct, _)| match conjunct {
            Expr::BinaryOp {
                left,
                op: BinaryOperator::Eq,
                right,
            } => {
                let (a, b) = (qualified(left)?, qualified(right)?);
                Some(if a.0 == joined { (b.1, a.1) } else { (a.1, b.1) })
            }
            _ => None,
        })
        .collect();
    let tables = ground.scope.tables.iter().filter_map(|index| ground.schema.tables.get(*index));
    let always = tables
        .flat_map(|table| table.foreign_keys.iter().map(move |key| (table, key)))
        .any(|(table, key)| {
            let set = |name: &String| table.column(name).is_some_and(|column| !column.nullable);
            let followed = |(from, to): (&String, &String)| pairs.iter().any(|pair| (&pair.0, &pair.1) == (from, to));
            key.columns.iter().all(set) && key.columns.iter().zip(&key.ref_columns).all(followed)
        });
    !filtered && !always
}

/// Whether a later inner join compares a column of the joined table: rows that an outer join would keep are lost there.
fn is_joined_again(join: &Join, later: &[Join]) -> bool {
    let TableFactor::Table { name, alias, .. } = &join.relation else {
        return false;
    };
    let joined = alias.as_ref().map_or_else(|| name.to_string(), |alias| alias.name.to_string());
    let own = |expr: &Expr| qualified(expr).is_some_and(|(qualifier, _)| qualifier == joined);
    let compares = |on: &Expr| {
        let mut conditions = edit::conjuncts(on, 0).into_iter();
        conditions
            .any(|(condition, _)| matches!(condition, Expr::BinaryOp { left, op: BinaryOperator::Eq, right } if own(left) || own(right)))
    };
    later.iter().any(|join| {
        let inner = matches!(join.join_operator, JoinOperator::Join(_) | JoinOperator::Inner(_));
        inner && matches!(constraint(&join.join_operator), Some(JoinConstraint::On(on)) if compares(on))
    })
}

/// Qualifier and column of a dotted name.
fn qualified(expr: &Expr) -> Option<(String, String)> {
    let Expr::CompoundIdentifier(parts) = expr else { return None };
    let (column, rest) = parts.split_last()?;
    let rest: Vec<String> = rest.iter().map(ToString::to_string).collect();
    Some((rest.join("."), column.value.clone()))
}
