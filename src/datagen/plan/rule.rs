//! Rules of one table, compiled: CHECKs of the schema, checks and implications of the ConstraintSpec.
//!
//! A CHECK draws again what it reads. An implication moves its conclusion only, so that the premise's columns keep their distribution, and where the
//! conclusion names a value it is assigned: one that the column's distribution can give, since what none can give is refused as of a CHECK, by draws
//! that find nothing. A column that is made from others is not assigned: those are drawn again. Limit: of mixtures, correlated columns and bounds by
//! another column that is not asked. A CHECK that cannot be evaluated on a row is left to the database, with a note; an implication is an error.

use super::super::cell::{Cell, Physical, cell};
use super::super::distribution::held;
use super::super::enforce::{Assignment, Wanted, beside};
use super::super::error::DataGenError;
use super::super::expression::Expression;
use super::compile::Scope;
use super::depend::{dependants, movable, resampled};
use super::{CheckPlan, ColumnPlan, Source, TablePlan};
use crate::ir::constraint::{Condition, Implication, Operand};
use crate::ir::generation::Distribution;
use crate::kernel::{limits, suggest};

/// Most columns of one rule that are emptied: their sets are tried one by one.
const EMPTIED_MAX: usize = 8;
/// Chance past which a distribution gives nothing.
const TAIL: f64 = 1e-12;

/// Compiles all rules of a table.
pub(super) fn add_rules(scope: &Scope<'_>, table: &mut TablePlan, notes: &mut Vec<String>) -> Result<(), DataGenError> {
    let constraints = &scope.ir.constraints;
    let written = scope.table.checks.iter().map(|c| (None, c.sql.as_str()));
    let added = constraints.checks.iter().enumerate().filter(|(_, c)| c.table == scope.id);
    for (index, sql) in written.chain(added.map(|(i, c)| (Some(i), c.sql.as_str()))) {
        match Expression::compile(sql, &scope.names) {
            Ok(condition) => {
                let emptied = emptied(sql, scope, table, &condition);
                table.checks.push(CheckPlan {
                    label: format!("CHECK ({})", sql.chars().take(300).collect::<String>()),
                    resampled: resampled(table, &condition.columns),
                    condition,
                    assign: Vec::new(),
                    assign_at_once: false,
                    dependants: dependants(table, &emptied),
                    emptied,
                });
            }
            Err(error) => match index {
                // The user wrote it into the IR for this engine: it is enforced or refused.
                Some(index) => {
                    return Err(DataGenError::Schema {
                        place: format!("constraints.checks[{index}] ({})", scope.id),
                        message: error.to_string(),
                    });
                }
                None => notes.push(format!("{}: CHECK ({sql}) is not enforced while generating: {error}", scope.id)),
            },
        }
    }
    for (index, rule) in constraints.implications.iter().enumerate().filter(|(_, r)| r.table == scope.id) {
        let plan = implication(scope, table, index, rule)?;
        table.checks.push(plan);
    }
    Ok(())
}

/// Columns that may be NULL and of which a CHECK asks nothing else: `(status = 'paid') = (paid_on IS NOT NULL)`.
fn emptied(sql: &str, scope: &Scope<'_>, table: &TablePlan, condition: &Expression) -> Vec<usize> {
    let words = words(sql);
    let asks_no_value = |column: &usize| {
        let name = scope.names.get(*column).copied().unwrap_or_default();
        let mut at = words.iter().enumerate().filter(|(_, w)| w.eq_ignore_ascii_case(name)).peekable();
        at.peek().is_some()
            && at.all(|(i, _)| {
                let mut after = words.iter().skip(i + 1).skip_while(|w| *w == ")").map(|w| w.to_ascii_lowercase());
                let mut next = || after.next().unwrap_or_default();
                next() == "is" && matches!((next().as_str(), next().as_str()), ("null", _) | ("not", "null"))
            })
    };
    let optional = |column: &usize| {
        let borrowed = |key: usize| {
            table
                .columns
                .iter()
                .any(|c| matches!(c.source, super::Source::Borrowed { foreign_key, .. } if foreign_key == key))
        };
        table.columns.get(*column).is_some_and(|c| {
            let apart = match c.source {
                super::Source::Sampler(_) => true,
                super::Source::Parent { foreign_key } => !borrowed(foreign_key),
                _ => false,
            };
            apart && !c.required && !c.fixed && c.determined.is_none()
        })
    };
    let read_by_required = |column: &usize| {
        dependants(table, &[*column])
            .iter()
            .any(|d| table.columns.get(*d).is_some_and(|c| c.required))
    };
    let columns = condition.columns.iter().copied();
    columns
        .filter(|c| optional(c) && asks_no_value(c) && !read_by_required(c))
        .take(EMPTIED_MAX)
        .collect()
}

/// Identifiers, keywords and parentheses of a condition; texts are left out.
fn words(sql: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut rest = sql.chars().peekable();
    while let Some(c) = rest.next() {
        if c == '\'' || c == '"' {
            let text: String = rest.by_ref().take_while(|d| *d != c).collect();
            out.push(if c == '"' { text } else { "''".to_owned() });
        } else if c.is_alphanumeric() || c == '_' {
            let mut word = String::from(c);
            while let Some(d) = rest.next_if(|d| d.is_alphanumeric() || *d == '_') {
                word.push(d);
            }
            out.push(word);
        } else if !c.is_whitespace() {
            out.push(c.to_string());
        }
    }
    out
}

fn implication(scope: &Scope<'_>, table: &TablePlan, index: usize, rule: &Implication) -> Result<CheckPlan, DataGenError> {
    let place = format!("constraints.implications[{index}]");
    let fail = |message: String| DataGenError::Schema {
        place: format!("{place} ({})", scope.id),
        message,
    };
    for condition in [&rule.premise, &rule.conclusion] {
        depth(condition, 0).map_err(fail)?;
        if let Some(name) = condition.columns().into_iter().find(|c| !scope.names.contains(c)) {
            return Err(fail(format!(
                "there is no column {name:?}{}",
                suggest::hint(name, scope.names.iter().copied())
            )));
        }
        values(condition, scope).map_err(fail)?;
    }
    let sql = rule.sql();
    let condition = Expression::compile(&sql, &scope.names).map_err(|e| fail(e.to_string()))?;
    let conclusion: Vec<usize> = rule.conclusion.columns().into_iter().map(|c| scope.column(c)).collect();
    let moving: Vec<usize> = conclusion.iter().copied().filter(|c| movable(table, *c)).collect();
    // A conclusion that nothing may change leaves the premise.
    let moved = if moving.is_empty() { &condition.columns } else { &moving };
    let mut at_once = true;
    let assign = assignments(&rule.conclusion, scope, table, &mut at_once).unwrap_or_default();
    let assigned: Vec<usize> = assign.iter().map(|a| a.column).collect();
    let name = rule.name.as_deref().map_or(String::new(), |n| format!(" ({n})"));
    Ok(CheckPlan {
        label: format!("{place}{name}: if {} then {}", rule.premise.sql(), rule.conclusion.sql())
            .chars()
            .take(400)
            .collect(),
        resampled: resampled(table, moved),
        emptied: Vec::new(),
        dependants: dependants(table, &assigned),
        condition,
        assign,
        assign_at_once: at_once,
    })
}

/// Trees are not deep and have branches.
fn depth(condition: &Condition, level: usize) -> Result<(), String> {
    if level > limits::SQL_NESTING_MAX / 2 {
        return Err(format!(
            "the condition nests deeper than {} levels; flatten it",
            limits::SQL_NESTING_MAX / 2
        ));
    }
    match condition {
        Condition::And { conditions } | Condition::Or { conditions } if conditions.is_empty() => {
            Err("and and or need at least one condition".to_owned())
        }
        Condition::And { conditions } | Condition::Or { conditions } => conditions.iter().try_for_each(|c| depth(c, level + 1)),
        Condition::Not { condition } => depth(condition, level + 1),
        Condition::In { column, values } if values.is_empty() => Err(format!("in lists no values for {column:?}; give at least one")),
        _ => Ok(()),
    }
}

/// Every value that a condition names is one of its column's type.
fn values(condition: &Condition, scope: &Scope<'_>) -> Result<(), String> {
    let check = |column: &str, value: &serde_json::Value| {
        let Some(physical) = physical(scope, column) else { return Ok(()) };
        Cell::from_json(value)
            .and_then(|c| c.cast(physical))
            .map(drop)
            .map_err(|message| format!("{column}: {message}"))
    };
    // Nothing equals a value that the column would round.
    let same = |column: &str, value: &serde_json::Value| {
        let Some(found) = scope.table.column(column) else { return Ok(()) };
        held(value, &found.sql_type, &scope.ir.logical.enums)
            .map(drop)
            .map_err(|message| format!("{column}: {message}"))
    };
    match condition {
        Condition::And { conditions } | Condition::Or { conditions } => conditions.iter().try_for_each(|c| values(c, scope)),
        Condition::Not { condition } => values(condition, scope),
        Condition::In { column, values } => values.iter().try_for_each(|v| same(column, v)),
        Condition::Eq {
            column,
            value: Operand::Value(value),
        } => same(column, value),
        Condition::Eq { column, value }
        | Condition::Ne { column, value }
        | Condition::Lt { column, value }
        | Condition::Le { column, value }
        | Condition::Gt { column, value }
        | Condition::Ge { column, value } => match value {
            Operand::Value(value) => check(column, value),
            Operand::Column { .. } => Ok(()),
        },
        Condition::IsNull { .. } | Condition::NotNull { .. } => Ok(()),
    }
}

fn physical(scope: &Scope<'_>, column: &str) -> Option<Physical> {
    scope.table.column(column).map(|c| Physical::of(&c.sql_type))
}

/// Whether a column's distribution can give a value; where nothing is known of it, it can.
fn gives(scope: &Scope<'_>, plan: &ColumnPlan, column: usize, value: &Cell) -> bool {
    let number = |cell: &Cell| match cell {
        Cell::Date(day) => Some(f64::from(*day)),
        Cell::Timestamp(t) | Cell::Time(t) => Some(*t as f64),
        other => other.number(),
    };
    let typed = |cell: Result<Cell, String>| cell.and_then(|c| c.cast(plan.physical)).ok();
    let distribution = scope.plans.get(column).copied().flatten().map(|(_, p)| &p.distribution);
    let listed: Option<Vec<Option<Cell>>> = match distribution {
        Some(Distribution::Categorical { values, .. }) => Some(values.iter().map(|v| typed(Cell::from_json(v))).collect()),
        Some(Distribution::Constant { value }) => Some(vec![typed(Cell::from_json(value))]),
        Some(Distribution::Provider { name, .. }) => name
            .strip_prefix("list.")
            .and_then(|list| scope.ir.generation.lists.get(list))
            .map(|list| list.values.iter().map(|v| typed(Ok(Cell::Text(v.clone())))).collect()),
        _ => None,
    };
    if let Some(listed) = listed {
        let same = |cell: &Cell| cell == value || number(cell).is_some_and(|x| Some(x) == number(value));
        return listed.iter().flatten().any(same);
    }
    let Source::Sampler(sampler) = &plan.source else { return true };
    let ends = sampler
        .quantiles(&[TAIL, 1.0 - TAIL])
        .and_then(|ends| ends.into_array(plan.physical, None).ok());
    let Some(ends) = ends else { return true };
    match (number(&cell(&ends, 0)), number(&cell(&ends, 1)), number(value)) {
        (Some(low), Some(high), Some(x)) => {
            let slack = 1e-9 * (high - low).abs();
            (low - slack..=high + slack).contains(&x)
        }
        _ => true,
    }
}

/// Values that make a condition true, when it names them and all its columns may be set; `at_once` turns false where draws should be tried first.
fn assignments(condition: &Condition, scope: &Scope<'_>, table: &TablePlan, at_once: &mut bool) -> Option<Vec<Assignment>> {
    let one = |column: &str, value: Wanted| {
        let column = scope.column(column);
        let plan = table.columns.get(column)?;
        let value = match value {
            Wanted::OneOf(mut values) => {
                values.retain(|v| *v == Cell::Null || gives(scope, plan, column, v));
                (!values.is_empty()).then_some(Wanted::OneOf(values))?
            }
            Wanted::Bound(bound, side) => {
                let nearest = beside(&bound, side, plan.physical);
                gives(scope, plan, column, &nearest).then_some(Wanted::Bound(bound, side))?
            }
            other => other,
        };
        // What is made from other columns would contradict them: those are drawn again instead. A NULL says nothing of them.
        let alone = match (&plan.source, &value) {
            (_, Wanted::OneOf(values)) if values.iter().all(|v| *v == Cell::Null) => true,
            (Source::Sampler(sampler), _) => sampler.reads().is_empty(),
            _ => true,
        };
        let settable = alone && movable(table, column) && plan.determined.is_none() && matches!(plan.source, Source::Sampler(_));
        let null = matches!(&value, Wanted::OneOf(v) if v.contains(&Cell::Null));
        (settable && !(null && plan.required)).then(|| vec![Assignment { column, value }])
    };
    let typed = |column: &str, value: &serde_json::Value| Cell::from_json(value).ok()?.cast(physical(scope, column)?).ok();
    let mut bound = |column: &str, value: &Operand, side: i8| {
        *at_once = false;
        match value {
            Operand::Value(value) => one(column, Wanted::Bound(typed(column, value)?, side)),
            Operand::Column { column: other } => one(column, Wanted::Column(scope.column(other), side)),
        }
    };
    match condition {
        Condition::Eq { column, value } => match value {
            Operand::Value(value) => one(column, Wanted::OneOf(vec![typed(column, value)?])),
            Operand::Column { column: other } => one(column, Wanted::Column(scope.column(other), 0)),
        },
        Condition::In { column, values } => one(column, Wanted::OneOf(values.iter().filter_map(|v| typed(column, v)).collect())),
        Condition::IsNull { column } => one(column, Wanted::OneOf(vec![Cell::Null])),
        Condition::Ge { column, value } => bound(column, value, 1),
        Condition::Le { column, value } => bound(column, value, -1),
        Condition::Gt { column, value } => bound(column, value, 2),
        Condition::Lt { column, value } => bound(column, value, -2),
        Condition::And { conditions } => {
            let mut out = Vec::new();
            for condition in conditions {
                out.extend(assignments(condition, scope, table, at_once)?);
            }
            Some(out)
        }
        // The first branch that can be set.
        Condition::Or { conditions } => conditions.iter().find_map(|c| assignments(c, scope, table, at_once)),
        // What is left: draws.
        Condition::Not { .. } | Condition::Ne { .. } | Condition::NotNull { .. } => None,
    }
}
