//! Spider hardness, as Spider's own evaluator computes it (`eval_hardness` of `taoyds/spider/evaluation.py`), on our AST.
//!
//! Its oddities are part of it: HAVING is not a component; a negated condition and the words between HAVING's conditions count as aggregates;
//! ORDER BY and LIMIT after a set operation belong to its last operand; `OR` after a comparison with a column is swallowed up to the next `AND`.
//! What its grammar cannot read (CTEs, windows, CASE, functions, IS NULL, outer joins, comma joins, parenthesised conditions, lists in IN) has no
//! hardness. Naming and spelling are no part of the grammar here: output aliases, a derived table's alias, INNER and `<>` are read through.

use super::functions;
use sqlparser::ast::{
    BinaryOperator, Distinct, Expr, GroupByExpr, JoinConstraint, JoinOperator, LimitClause, OrderByKind, Query, Select, SelectItem,
    SetExpr, SetQuantifier, TableFactor, TableWithJoins, UnaryOperator, Value,
};
use std::fmt;

/// Spider's four levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hardness {
    /// At most one component.
    Easy,
    /// A few components.
    Medium,
    /// Many components, or a nested query.
    Hard,
    /// The rest.
    Extra,
}

impl fmt::Display for Hardness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Hardness::Easy => "easy",
            Hardness::Medium => "medium",
            Hardness::Hard => "hard",
            Hardness::Extra => "extra",
        })
    }
}

/// Why Spider's grammar does not read a query, in words after "Spider's grammar has no".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Spider's grammar has no {0}")]
pub struct Unread(pub &'static str);

type Read<T> = Result<T, Unread>;

/// The hardness of a query, or what in it Spider's grammar does not read.
pub fn of(query: &Query) -> Result<Hardness, Unread> {
    let sql = read(query)?;
    let (components, nested, others) = (sql.components(), sql.nested(), sql.others());
    Ok(match (components, nested, others) {
        (..=1, 0, 0) => Hardness::Easy,
        (..=1, 0, ..=2) | (..=2, 0, ..=1) => Hardness::Medium,
        (..=2, 0, 3..) | (3, 0, ..=2) | (..=1, ..=1, 0) => Hardness::Hard,
        _ => Hardness::Extra,
    })
}

/// One SELECT as Spider's parser leaves it.
#[derive(Default)]
struct Sql {
    items: usize,
    tables: usize,
    group_keys: usize,
    ordered: bool,
    limited: bool,
    combined: bool,
    /// Aggregates in SELECT and ORDER BY.
    aggregates: usize,
    on: Conditions,
    filter: Conditions,
    having: Conditions,
}

#[derive(Default)]
struct Conditions {
    list: Vec<Condition>,
    ands: usize,
    ors: usize,
}

#[derive(Clone, Copy)]
struct Condition {
    negated: bool,
    like: bool,
    nested: usize,
    /// Its last operand is a column, after which OR is swallowed.
    ends_in_column: bool,
    between: bool,
}

impl Sql {
    fn conditions(&self) -> impl Iterator<Item = &Condition> {
        [&self.on, &self.filter, &self.having]
            .into_iter()
            .flat_map(|conditions| &conditions.list)
    }

    fn components(&self) -> usize {
        let clauses = [!self.filter.list.is_empty(), self.group_keys > 0, self.ordered, self.limited];
        let ors = self.on.ors + self.filter.ors + self.having.ors;
        clauses.into_iter().filter(|there| *there).count() + self.tables - 1 + ors + self.conditions().filter(|c| c.like).count()
    }

    fn nested(&self) -> usize {
        self.conditions().map(|c| c.nested).sum::<usize>() + usize::from(self.combined)
    }

    fn others(&self) -> usize {
        let negated = |conditions: &Conditions| conditions.list.iter().filter(|c| c.negated).count();
        let words = self.having.ands + self.having.ors;
        let aggregates = self.aggregates + negated(&self.filter) + negated(&self.having) + words;
        [aggregates > 1, self.items > 1, self.filter.list.len() > 1, self.group_keys > 1]
            .into_iter()
            .filter(|more| *more)
            .count()
    }
}

/// Reads a query, nested ones included.
fn read(query: &Query) -> Read<Sql> {
    if query.with.is_some() {
        return Err(Unread("WITH"));
    }
    if query.fetch.is_some() || !query.locks.is_empty() {
        return Err(Unread("FETCH and no FOR UPDATE"));
    }
    let mut sql = read_body(&query.body)?;
    let mut aggregates = 0;
    if let Some(order) = &query.order_by {
        let OrderByKind::Expressions(keys) = &order.kind else {
            return Err(Unread("ORDER BY ALL"));
        };
        for key in keys.iter() {
            if key.options.nulls_first.is_some() {
                return Err(Unread("NULLS FIRST or NULLS LAST"));
            }
            aggregates += match &key.expr {
                Expr::Identifier(name) => alias_aggregates(&query.body, &name.value),
                expr => value_unit(expr)?,
            };
        }
    }
    let limited = match &query.limit_clause {
        None => false,
        Some(LimitClause::LimitOffset { limit, .. }) => limit.is_some(),
        Some(LimitClause::OffsetCommaLimit { .. }) => true,
    };
    // Behind a set operation they belong to the last operand, which is not counted.
    if !matches!(*query.body, SetExpr::SetOperation { .. }) {
        sql.ordered |= query.order_by.is_some();
        sql.limited |= limited;
        sql.aggregates += aggregates;
    }
    Ok(sql)
}

fn read_body(body: &SetExpr) -> Read<Sql> {
    match body {
        SetExpr::Select(select) => read_select(select),
        SetExpr::Query(query) => read(query),
        SetExpr::SetOperation {
            left,
            right,
            set_quantifier: SetQuantifier::None | SetQuantifier::Distinct,
            ..
        } => {
            read_body(right)?;
            let mut sql = read_body(left)?;
            sql.combined = true;
            Ok(sql)
        }
        SetExpr::SetOperation { .. } => Err(Unread("UNION ALL")),
        _ => Err(Unread("VALUES")),
    }
}

fn read_select(select: &Select) -> Read<Sql> {
    let [from] = select.from.as_slice() else {
        return Err(Unread(if select.from.is_empty() {
            "SELECT without FROM"
        } else {
            "list of tables in FROM, only JOIN"
        }));
    };
    if select.qualify.is_some() || matches!(select.distinct, Some(Distinct::On(_))) {
        return Err(Unread("QUALIFY and no DISTINCT ON"));
    }
    let mut sql = Sql {
        items: select.projection.len(),
        ..Sql::default()
    };
    for item in &select.projection {
        sql.aggregates += match item {
            SelectItem::Wildcard(_) => 0,
            SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => usize::from(select_item(expr)?),
            _ => return Err(Unread("qualified star")),
        };
    }
    read_joined(from, &mut sql)?;
    if let Some(selection) = &select.selection {
        read_conditions(selection, &mut sql.filter)?;
    }
    let GroupByExpr::Expressions(keys, modifiers) = &select.group_by else {
        return Err(Unread("GROUP BY ALL"));
    };
    if !modifiers.is_empty() || !keys.iter().all(is_column) {
        return Err(Unread("GROUP BY of anything but columns"));
    }
    sql.group_keys = keys.len();
    if let Some(having) = &select.having {
        read_conditions(having, &mut sql.having)?;
    }
    Ok(sql)
}

/// Counts tables and reads join conditions. A chain with its conditions at the end (`a JOIN b JOIN c ON ... AND ...`) is nested to our parser.
fn read_joined(from: &TableWithJoins, sql: &mut Sql) -> Read<()> {
    read_table(&from.relation, sql)?;
    for join in &from.joins {
        read_table(&join.relation, sql)?;
        match &join.join_operator {
            JoinOperator::Join(JoinConstraint::On(on)) | JoinOperator::Inner(JoinConstraint::On(on)) => read_conditions(on, &mut sql.on)?,
            JoinOperator::Join(JoinConstraint::None) | JoinOperator::Inner(JoinConstraint::None) => {}
            JoinOperator::Join(_) | JoinOperator::Inner(_) => return Err(Unread("USING and no NATURAL JOIN")),
            _ => return Err(Unread("outer or cross join")),
        }
    }
    Ok(())
}

fn read_table(factor: &TableFactor, sql: &mut Sql) -> Read<()> {
    match factor {
        TableFactor::NestedJoin {
            table_with_joins,
            alias: None,
        } => return read_joined(table_with_joins, sql),
        TableFactor::Table { args: None, .. } => {}
        TableFactor::Derived {
            lateral: false, subquery, ..
        } => {
            read(subquery)?;
        }
        _ => return Err(Unread("LATERAL, no table function, nothing but tables and subqueries in FROM")),
    }
    sql.tables += 1;
    Ok(())
}

/// Whether an output column is an aggregate of a value.
fn select_item(expr: &Expr) -> Read<bool> {
    match expr {
        Expr::Function(function) if is_spider_aggregate(expr) => {
            if !functions::has_star(function) {
                value_unit(functions::only_argument(function).ok_or(Unread("aggregate of several arguments"))?)?;
            }
            Ok(true)
        }
        _ => value_unit(expr).map(|_| false),
    }
}

/// A column, an aggregate of a column, or two of them with an operator between; how many aggregates.
fn value_unit(expr: &Expr) -> Read<usize> {
    match expr {
        Expr::Nested(inner) => value_unit(inner),
        Expr::BinaryOp { left, op, right } if is_arithmetic(op) => Ok(column_unit(left)? + column_unit(right)?),
        _ => column_unit(expr),
    }
}

fn column_unit(expr: &Expr) -> Read<usize> {
    match expr {
        Expr::Function(function) if is_spider_aggregate(expr) => {
            let plain = functions::has_star(function) || functions::only_argument(function).is_some_and(is_column);
            plain.then_some(1).ok_or(Unread("aggregate of an expression outside SELECT"))
        }
        _ if is_column(expr) => Ok(0),
        _ => Err(Unread(name(expr))),
    }
}

/// What an expression is, for the reason.
fn name(expr: &Expr) -> &'static str {
    match expr {
        Expr::Function(function) if function.over.is_some() => "window functions",
        Expr::Function(_) => "functions but MAX, MIN, COUNT, SUM, AVG",
        Expr::Cast { .. } | Expr::Extract { .. } | Expr::Substring { .. } | Expr::Trim { .. } | Expr::Position { .. } => {
            "functions but MAX, MIN, COUNT, SUM, AVG"
        }
        Expr::Ceil { .. } | Expr::Floor { .. } | Expr::Overlay { .. } | Expr::Convert { .. } => "functions but MAX, MIN, COUNT, SUM, AVG",
        Expr::Case { .. } => "CASE",
        Expr::Value(_) | Expr::TypedString(_) | Expr::UnaryOp { .. } => "literal where a column is expected",
        Expr::Subquery(_) => "subquery where a column is expected",
        Expr::BinaryOp { op, .. } if is_arithmetic(op) => "arithmetic on more than two columns",
        Expr::BinaryOp {
            op: BinaryOperator::And | BinaryOperator::Or,
            ..
        }
        | Expr::Nested(_) => "conditions in parentheses",
        Expr::IsNull(_) | Expr::IsNotNull(_) => "IS NULL",
        Expr::Exists { .. } => "EXISTS",
        Expr::ILike { .. } => "ILIKE",
        _ => "expression of this kind",
    }
}

fn is_column(expr: &Expr) -> bool {
    matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
}

fn is_arithmetic(op: &BinaryOperator) -> bool {
    matches!(
        op,
        BinaryOperator::Plus | BinaryOperator::Minus | BinaryOperator::Multiply | BinaryOperator::Divide
    )
}

fn is_spider_aggregate(expr: &Expr) -> bool {
    let known = |name: &str| ["MAX", "MIN", "COUNT", "SUM", "AVG"].contains(&name);
    matches!(expr, Expr::Function(f) if f.over.is_none() && f.filter.is_none() && known(&functions::function_name(f)))
}

/// Aggregates in the output column that ORDER BY names by its alias.
fn alias_aggregates(body: &SetExpr, name: &str) -> usize {
    let items = super::relation::leftmost(body)
        .map(|select| select.projection.as_slice())
        .unwrap_or_default();
    let named = |item: &SelectItem| matches!(item, SelectItem::ExprWithAlias { expr, alias } if alias.value.eq_ignore_ascii_case(name) && is_spider_aggregate(expr));
    usize::from(items.iter().any(named))
}

/// Appends the conditions of one clause in reading order, with the words between them.
fn read_conditions(expr: &Expr, into: &mut Conditions) -> Read<()> {
    let mut flat = Vec::new();
    flatten(expr, false, &mut flat)?;
    into.ands += usize::from(!into.list.is_empty());
    let mut swallowing = false;
    for (index, (condition, after_or)) in flat.into_iter().enumerate() {
        swallowing = swallowing && after_or;
        if swallowing {
            if condition.between || condition.nested > 0 {
                return Err(Unread("BETWEEN and no subquery behind an OR that follows a column"));
            }
            continue;
        }
        if index > 0 {
            into.ors += usize::from(after_or);
            into.ands += usize::from(!after_or);
        }
        into.list.push(condition);
        swallowing = condition.ends_in_column;
    }
    Ok(())
}

/// Conditions from left to right, each with whether OR stands before it.
fn flatten(expr: &Expr, after_or: bool, into: &mut Vec<(Condition, bool)>) -> Read<()> {
    match expr {
        Expr::BinaryOp {
            left,
            op: op @ (BinaryOperator::And | BinaryOperator::Or),
            right,
        } => {
            flatten(left, after_or, into)?;
            flatten(right, *op == BinaryOperator::Or, into)
        }
        _ => {
            into.push((condition(expr)?, after_or));
            Ok(())
        }
    }
}

fn condition(expr: &Expr) -> Read<Condition> {
    use BinaryOperator as B;
    let (left, negated, like, between, operands) = match expr {
        Expr::BinaryOp {
            left,
            op: B::Eq | B::NotEq | B::Lt | B::LtEq | B::Gt | B::GtEq,
            right,
        } => (left, false, false, false, vec![operand(right)?]),
        Expr::Like {
            negated,
            any: false,
            expr,
            pattern,
            escape_char: None,
        } => (expr, *negated, true, false, vec![operand(pattern)?]),
        Expr::Between { expr, negated, low, high } => (expr, *negated, false, true, vec![operand(low)?, operand(high)?]),
        Expr::InSubquery { expr, subquery, negated } => {
            read(subquery)?;
            (expr, *negated, false, false, vec![Operand::Nested])
        }
        Expr::InList { expr, list, negated } => {
            let [only] = list.as_slice() else {
                return Err(Unread("list of several values in IN"));
            };
            (expr, *negated, false, false, vec![operand(only)?])
        }
        _ => return Err(Unread(name(expr))),
    };
    value_unit(left)?;
    let nested = operands.iter().filter(|o| **o == Operand::Nested).count();
    Ok(Condition {
        negated,
        like,
        nested,
        ends_in_column: operands.last() == Some(&Operand::Column),
        between,
    })
}

#[derive(Clone, Copy, PartialEq)]
enum Operand {
    Literal,
    Column,
    Nested,
}

/// What stands right of an operator. Double quotes are text to Spider.
fn operand(expr: &Expr) -> Read<Operand> {
    let only = |operand: Read<Operand>, wanted: Operand| match operand {
        Ok(found) if found == wanted => Ok(found),
        Ok(_) => Err(Unread("arithmetic on literals")),
        Err(reason) => Err(reason),
    };
    match expr {
        Expr::Value(value) => match value.value {
            Value::Number(..) | Value::SingleQuotedString(_) | Value::DoubleQuotedString(_) => Ok(Operand::Literal),
            _ => Err(Unread("literals but numbers and text")),
        },
        Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr,
        } => only(operand(expr), Operand::Literal),
        Expr::Identifier(ident) if ident.quote_style == Some('"') => Ok(Operand::Literal),
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => Ok(Operand::Column),
        Expr::BinaryOp { left, op, .. } if is_arithmetic(op) => only(operand(left), Operand::Column),
        Expr::Subquery(query) => read(query).map(|_| Operand::Nested),
        Expr::Nested(inner) => operand(inner),
        _ => Err(Unread(name(expr))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse::{ParseError, query};

    fn level(sql: &str) -> Result<Option<Hardness>, ParseError> {
        query(sql).map(|query| of(&query).ok())
    }

    #[test]
    fn the_reason_names_what_is_not_read() -> Result<(), ParseError> {
        let why = |sql: &str| query(sql).map(|q| of(&q).err().map(|e| e.to_string()).unwrap_or_default());
        assert_eq!(why("WITH x AS (SELECT 1 FROM t) SELECT a FROM x")?, "Spider's grammar has no WITH");
        assert!(why("SELECT sum(a) OVER () FROM t")?.ends_with("window functions"));
        assert!(why("SELECT a FROM t LEFT JOIN u ON t.i = u.i")?.ends_with("outer or cross join"));
        assert!(why("SELECT a FROM t WHERE (b = 1 OR c = 2) AND d = 3")?.ends_with("conditions in parentheses"));
        Ok(())
    }

    #[test]
    fn the_evaluator_s_oddities_are_kept() -> Result<(), ParseError> {
        assert_eq!(level("SELECT count(*) FROM t")?, Some(Hardness::Easy));
        assert_eq!(
            level("SELECT a FROM t GROUP BY a HAVING count(*) > 1")?,
            Some(Hardness::Easy),
            "HAVING is no component"
        );
        assert_eq!(
            level("SELECT a FROM t WHERE b NOT IN (SELECT b FROM u) AND c NOT LIKE 'x'")?,
            Some(Hardness::Extra)
        );
        assert_eq!(
            level("SELECT a FROM t WHERE b = c OR d = 1 OR e = 2")?,
            Some(Hardness::Easy),
            "swallowed after a column"
        );
        assert_eq!(level("SELECT a FROM t WHERE b = 0 OR d = 1")?, Some(Hardness::Medium));
        assert_eq!(
            level("SELECT a FROM t UNION SELECT a FROM u ORDER BY a LIMIT 3")?,
            Some(Hardness::Hard)
        );
        assert_eq!(level("SELECT a FROM t WHERE b > (SELECT avg(b) FROM t)")?, Some(Hardness::Hard));
        Ok(())
    }

    #[test]
    fn what_spider_s_grammar_lacks_has_no_level() -> Result<(), ParseError> {
        for sql in [
            "WITH x AS (SELECT 1 FROM t) SELECT a FROM x",
            "SELECT rank() OVER (ORDER BY a) FROM t",
            "SELECT CASE WHEN a > 1 THEN 2 END FROM t",
            "SELECT lower(a) FROM t",
            "SELECT a FROM t WHERE b IS NULL",
            "SELECT a FROM t LEFT JOIN u ON t.i = u.i",
            "SELECT a FROM t WHERE (b = 1 OR c = 2) AND d = 3",
            "SELECT a FROM t WHERE b IN (1, 2)",
            "SELECT a FROM t UNION ALL SELECT a FROM u",
        ] {
            assert_eq!(level(sql)?, None, "{sql}");
        }
        Ok(())
    }
}
