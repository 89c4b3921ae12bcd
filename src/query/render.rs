//! QueryIr -> SQL, by way of the SQL AST; never by pasting strings.
//!
//! Tables get aliases (the initials of their names) only where a query has more than one. The SQL is the common subset of PostgreSQL and
//! DuckDB. Invariant: the text parses back to the same AST.

mod fragments;

use super::ast as build;
use super::ir::{
    Aggregate, Body, Compare, DatePart, Expr, Grouping, Item, OrderKey, Predicate, QueryIr, Select, SetOp, Source, TextMatch, Window,
};
use crate::ir::{ForeignKey, LogicalIr, Value};
use sqlparser::ast::{self, BinaryOperator as Op, DateTimeField, Expr as Sql, GroupByExpr, SetExpr};

pub use fragments::{Fragments, fragments};

/// Every function that a shape of the grammar may call, upper case, as labels name them. Coverage counts against this.
pub const FUNCTIONS: &[&str] = &[
    "ARRAY_LENGTH",
    "AVG",
    "CAST",
    "COUNT",
    "DATE_TRUNC",
    "DENSE_RANK",
    "EXTRACT",
    "LAG",
    "LENGTH",
    "MAX",
    "MIN",
    "NULLIF",
    "PERCENTILE_CONT",
    "RANK",
    "ROUND",
    "STRING_AGG",
    "SUM",
    "UNNEST",
];

/// Those of them that are called only where a schema has arrays.
pub const ARRAY_FUNCTIONS: &[&str] = &["ARRAY_LENGTH", "UNNEST"];

/// The SQL of an intent, as an AST; its `Display` is the text.
pub fn query(query: &QueryIr, schema: &LogicalIr) -> ast::Query {
    let mut renderer = Renderer {
        schema,
        stage: String::new(),
        taken: Vec::new(),
    };
    match &query.body {
        Body::Select(select) => renderer.query(select, None),
        Body::SetOp { op, left, right, .. } => {
            let (left, right) = (renderer.query(left, None), renderer.query(right, None));
            let op = match op {
                SetOp::Union => ast::SetOperator::Union,
                SetOp::Intersect => ast::SetOperator::Intersect,
                SetOp::Except => ast::SetOperator::Except,
            };
            let set = SetExpr::SetOperation {
                left: left.body,
                op,
                set_quantifier: ast::SetQuantifier::None,
                right: right.body,
            };
            build::query(set, None, None)
        }
        Body::Staged { name, stage, outer } => {
            let inner = renderer.query(stage, None);
            renderer.stage.clone_from(name);
            let outer = renderer.query(outer, None);
            build::with(name, inner, outer)
        }
        Body::Steps {
            names: [one, two],
            first,
            second,
            outer,
        } => {
            let first = renderer.query(first, None);
            renderer.stage.clone_from(one);
            let second = renderer.query(second, None);
            renderer.stage.clone_from(two);
            let outer = renderer.query(outer, None);
            build::with_steps(vec![(one, first), (two, second)], outer)
        }
        Body::Chain { name, start, step, outer } => {
            let start = renderer.query(start, None);
            renderer.stage.clone_from(name);
            let step = renderer.query(step, None);
            let both = SetExpr::SetOperation {
                left: start.body,
                op: ast::SetOperator::Union,
                set_quantifier: ast::SetQuantifier::All,
                right: step.body,
            };
            let outer = renderer.query(outer, None);
            build::with_recursive(name, build::query(both, None, None), outer)
        }
        Body::Each { name, key, each, outer } => renderer.each(name, key, each, outer),
    }
}

struct Renderer<'a> {
    schema: &'a LogicalIr,
    stage: String,
    /// Qualifiers in use in the enclosing SELECTs.
    taken: Vec<String>,
}

/// How the columns of one SELECT's sources are written.
struct Names {
    qualifiers: Vec<Option<String>>,
}

impl Names {
    fn column(&self, source: usize, column: &str) -> Sql {
        build::column(self.qualifiers.get(source).and_then(Option::as_deref), column)
    }
}

impl Renderer<'_> {
    fn query(&mut self, select: &Select, outer: Option<&Names>) -> ast::Query {
        let before = self.taken.len();
        let (names, aliases) = self.name_sources(select, outer.is_some());
        let mut out = build::select();
        out.distinct = match &select.distinct_on[..] {
            [] => select.distinct.then_some(ast::Distinct::Distinct),
            keys => Some(ast::Distinct::On(self.exprs(keys, &names, outer))),
        };
        out.projection = select.items.iter().map(|item| self.item(item, &names, outer)).collect();
        out.from = vec![self.from(select, &names, &aliases)];
        out.selection = self.conditions(&select.filter, &names, outer);
        out.group_by = GroupByExpr::Expressions(self.group(select, &names, outer), Vec::new());
        out.having = build::all(select.having.iter().map(|p| self.predicate(p, &names, outer)).collect::<Vec<_>>());
        let order = self.order(&select.order, select, &names, outer);
        self.taken.truncate(before);
        build::query(SetExpr::Select(Box::new(out)), build::order_by(order), select.limit)
    }

    /// The first rows of each parent: the parent beside a LATERAL subquery.
    fn each(&mut self, name: &str, key: &ForeignKey, each: &Select, select: &Select) -> ast::Query {
        self.stage = name.to_owned();
        let (names, aliases) = self.name_sources(select, false);
        let inner = self.correlated(key, 0, each);
        let subquery = self.query(&inner, Some(&names));
        let alias = aliases.get(1).and_then(Option::as_deref).unwrap_or(name);
        let mut out = build::select();
        out.projection = select.items.iter().map(|item| self.item(item, &names, None)).collect();
        let mut from = self.from(select, &names, &aliases);
        from.joins.push(build::lateral(subquery, alias));
        out.from = vec![from];
        out.selection = self.conditions(&select.filter, &names, None);
        let order = self.order(&select.order, select, &names, None);
        self.taken.clear();
        build::query(SetExpr::Select(Box::new(out)), build::order_by(order), select.limit)
    }

    /// A SELECT over a child table, only its rows that refer to source `of` of the enclosing SELECT.
    fn correlated(&self, key: &ForeignKey, of: usize, query: &Select) -> Select {
        let pairs = key.columns.iter().zip(&key.ref_columns);
        let links = pairs.map(|(child, parent)| Predicate::CompareExpr {
            left: Expr::column(0, child),
            op: Compare::Eq,
            right: Expr::OuterColumn(super::ir::ColumnRef {
                source: of,
                column: parent.clone(),
            }),
        });
        let mut inner = query.clone();
        inner.filter = links.chain(inner.filter).collect();
        inner
    }

    /// Group keys; a band is grouped by the name that it has in the result.
    fn group(&mut self, select: &Select, names: &Names, outer: Option<&Names>) -> Vec<Sql> {
        let alias = |key: &Expr| {
            let named = |key: &Expr| select.items.iter().find(|item| &item.expr == key)?.alias.as_deref();
            if matches!(key, Expr::Band { .. }) { named(key) } else { None }
        };
        let keys: Vec<Sql> = select
            .group
            .iter()
            .map(|key| match alias(key) {
                Some(alias) => build::column(None, alias),
                None => self.expr(key, names, outer),
            })
            .collect();
        match select.grouping {
            Grouping::Plain => keys,
            Grouping::Rollup => vec![Sql::Rollup(keys.into_iter().map(|key| vec![key]).collect())],
            Grouping::Alone => vec![Sql::GroupingSets(
                keys.into_iter().map(|key| vec![key]).chain([Vec::new()]).collect(),
            )],
        }
    }

    /// Qualifiers and aliases of the sources. One table alone needs neither, unless a subquery refers to it or it stands in one.
    fn name_sources(&mut self, select: &Select, inside: bool) -> (Names, Vec<Option<String>>) {
        let alone = select.sources.len() == 1 && !inside && !select.filter.iter().chain(&select.having).any(correlates);
        let mut qualifiers = Vec::new();
        let mut aliases = Vec::new();
        for source in &select.sources {
            let name = match source {
                Source::Table(id) => self.schema.table(id).map_or(id.as_str(), |t| t.name.as_str()),
                Source::Stage => self.stage.as_str(),
            };
            if alone {
                qualifiers.push(None);
                aliases.push(None);
                continue;
            }
            let alias = self.fresh_alias(name);
            self.taken.push(alias.clone());
            qualifiers.push(Some(alias.clone()));
            aliases.push(Some(alias));
        }
        (Names { qualifiers }, aliases)
    }

    /// The initials of a name's words; with a number when taken.
    fn fresh_alias(&self, name: &str) -> String {
        let mut initials = String::new();
        let mut start = true;
        for c in name.chars() {
            if c.is_ascii_alphabetic() && (start || c.is_ascii_uppercase()) {
                initials.push(c.to_ascii_lowercase());
            }
            start = !c.is_ascii_alphanumeric();
        }
        if initials.is_empty() {
            initials.push('t');
        }
        let free = |alias: &String| !self.taken.contains(alias) && !build::is_reserved(alias);
        std::iter::once(initials.clone())
            .chain((2..).map(|n| format!("{initials}{n}")))
            .find(free)
            .unwrap_or(initials)
    }

    fn from(&self, select: &Select, names: &Names, aliases: &[Option<String>]) -> ast::TableWithJoins {
        let relation = |index: usize| {
            let alias = aliases.get(index).and_then(Option::as_deref);
            match &select.sources[index] {
                Source::Table(id) => {
                    let table = self.schema.table(id);
                    build::relation(
                        build::table_name(table.and_then(|t| t.schema.as_deref()), table.map_or(id, |t| &t.name)),
                        alias,
                    )
                }
                Source::Stage => build::relation(build::table_name(None, &self.stage), alias),
            }
        };
        let joins = select.joins.iter().enumerate().map(|(i, join)| {
            let right = i + 1;
            let (child, parent) = if join.to_parent { (join.left, right) } else { (right, join.left) };
            let pairs = join.key.columns.iter().zip(&join.key.ref_columns);
            let on = build::all(pairs.map(|(c, p)| {
                let (child, parent) = (names.column(child, c), names.column(parent, p));
                if join.to_parent {
                    build::binary(child, Op::Eq, parent)
                } else {
                    build::binary(parent, Op::Eq, child)
                }
            }));
            let constraint = on.map_or(ast::JoinConstraint::None, ast::JoinConstraint::On);
            let join_operator = if join.outer {
                ast::JoinOperator::Left(constraint)
            } else {
                ast::JoinOperator::Join(constraint)
            };
            ast::Join {
                relation: relation(right),
                global: false,
                join_operator,
            }
        });
        ast::TableWithJoins {
            relation: relation(0),
            joins: joins.collect(),
        }
    }

    fn item(&mut self, item: &Item, names: &Names, outer: Option<&Names>) -> ast::SelectItem {
        let expr = self.expr(&item.expr, names, outer);
        match &item.alias {
            Some(alias) => ast::SelectItem::ExprWithAlias {
                expr,
                alias: build::ident(alias),
            },
            None => ast::SelectItem::UnnamedExpr(expr),
        }
    }

    /// Sort keys; an output column with an alias is sorted by that alias.
    fn order(&mut self, keys: &[OrderKey], select: &Select, names: &Names, outer: Option<&Names>) -> Vec<ast::OrderByExpr> {
        keys.iter()
            .map(|key| {
                let alias = select
                    .items
                    .iter()
                    .find(|item| item.expr == key.expr)
                    .and_then(|item| item.alias.as_deref());
                let expr = alias.map_or_else(|| self.expr(&key.expr, names, outer), |a| build::column(None, a));
                build::sort(expr, key.descending)
            })
            .collect()
    }

    fn exprs(&mut self, exprs: &[Expr], names: &Names, outer: Option<&Names>) -> Vec<Sql> {
        exprs.iter().map(|e| self.expr(e, names, outer)).collect()
    }

    fn expr(&mut self, expr: &Expr, names: &Names, outer: Option<&Names>) -> Sql {
        match expr {
            Expr::Column(c) => names.column(c.source, &c.column),
            Expr::OuterColumn(c) => outer.unwrap_or(names).column(c.source, &c.column),
            Expr::Aggregate {
                func,
                distinct,
                arg,
                filter,
            } => {
                if let Aggregate::Percentile(percent) = func {
                    let values = arg.iter().map(|a| self.expr(a, names, outer)).collect();
                    return build::percentile(fraction(*percent), values);
                }
                let name = match func {
                    Aggregate::Count => "COUNT",
                    Aggregate::Sum => "SUM",
                    Aggregate::Avg => "AVG",
                    Aggregate::Min => "MIN",
                    Aggregate::Max => "MAX",
                    Aggregate::Percentile(_) => "PERCENTILE_CONT",
                };
                let args: Vec<Sql> = arg.iter().map(|a| self.expr(a, names, outer)).collect();
                let filter = filter.as_ref().map(|p| self.predicate(p, names, outer));
                build::function(
                    name,
                    args,
                    arg.is_none(),
                    build::Call {
                        distinct: *distinct,
                        filter,
                        over: None,
                    },
                )
            }
            Expr::Part { part, of } => build::extract(field(*part), self.expr(of, names, outer)),
            Expr::Trunc { part, of } => {
                let args = vec![build::text(&field(*part).to_string().to_lowercase()), self.expr(of, names, outer)];
                // DATE_TRUNC's own type differs between engines and with its argument's; a day is a day everywhere.
                build::cast(
                    build::function("DATE_TRUNC", args, false, build::Call::default()),
                    ast::DataType::Date,
                )
            }
            Expr::Length(of) => build::function("LENGTH", vec![self.expr(of, names, outer)], false, build::Call::default()),
            Expr::Upper(of) => build::function("UPPER", vec![self.expr(of, names, outer)], false, build::Call::default()),
            Expr::DaysBetween { from, to } => {
                let day = |e: Sql| build::cast(e, ast::DataType::Date);
                build::binary(day(self.expr(to, names, outer)), Op::Minus, day(self.expr(from, names, outer)))
            }
            Expr::Percent { part, whole } => {
                let ratio = self.quotient("100.0", part, whole, names, outer);
                build::function("ROUND", vec![ratio, build::number("2")], false, build::Call::default())
            }
            Expr::Ratio { part, whole } => self.quotient("1.0", part, whole, names, outer),
            Expr::Double(of) => build::cast(self.expr(of, names, outer), ast::DataType::DoublePrecision),
            Expr::Joined { of, distinct } => build::string_agg(self.expr(of, names, outer), *distinct),
            Expr::Band { of, bounds, labels } => {
                let of = self.expr(of, names, outer);
                let mut labels = labels.iter().map(|label| build::text(label));
                let arms = bounds
                    .iter()
                    .zip(labels.by_ref())
                    .map(|(bound, label)| (build::binary(of.clone(), Op::Lt, build::literal(bound)), label))
                    .collect();
                build::case(arms, labels.next())
            }
            Expr::Elements(of) => {
                let args = vec![self.expr(of, names, outer), build::number("1")];
                build::function("ARRAY_LENGTH", args, false, build::Call::default())
            }
            Expr::Unnested(of) => build::function("UNNEST", vec![self.expr(of, names, outer)], false, build::Call::default()),
            Expr::Entry { of, key } => build::binary(self.expr(of, names, outer), Op::LongArrow, build::text(key)),
            Expr::Number(n) => build::number(&n.to_string()),
            Expr::Next(of) => build::binary(self.expr(of, names, outer), Op::Plus, build::number("1")),
            Expr::Minus { left, right } => build::binary(self.expr(left, names, outer), Op::Minus, self.expr(right, names, outer)),
            Expr::Window {
                func,
                arg,
                partition,
                order,
            } => {
                let name = match func {
                    Window::Rank => "RANK",
                    Window::DenseRank => "DENSE_RANK",
                    Window::RunningSum | Window::Sum => "SUM",
                    Window::Lag => "LAG",
                    Window::Avg | Window::MovingAvg(_) => "AVG",
                };
                let frame = match func {
                    Window::MovingAvg(before) => Some(build::rows_before(*before)),
                    _ => None,
                };
                let args: Vec<Sql> = arg.iter().map(|a| self.expr(a, names, outer)).collect();
                let partition_by = self.exprs(partition, names, outer);
                let order_by = order
                    .iter()
                    .map(|k| build::sort(self.expr(&k.expr, names, outer), k.descending))
                    .collect();
                let over = ast::WindowSpec {
                    window_name: None,
                    partition_by,
                    order_by,
                    window_frame: frame,
                };
                build::function(
                    name,
                    args,
                    false,
                    build::Call {
                        over: Some(over),
                        ..build::Call::default()
                    },
                )
            }
        }
    }

    fn predicate(&mut self, predicate: &Predicate, names: &Names, outer: Option<&Names>) -> Sql {
        match predicate {
            Predicate::Compare {
                left,
                op: Compare::Eq,
                value: Value::Bool(true),
            } => self.expr(left, names, outer),
            Predicate::Compare {
                left,
                op: Compare::Eq,
                value: Value::Bool(false),
            } => build::not(self.expr(left, names, outer)),
            Predicate::Compare { left, op, value } => {
                let expr = self.expr(left, names, outer);
                // DuckDB lets ->> bind weaker than a comparison, PostgreSQL stronger.
                let expr = if matches!(left, Expr::Entry { .. }) {
                    build::nested(expr)
                } else {
                    expr
                };
                build::binary(expr, operator(*op), build::literal(value))
            }
            Predicate::Holds { expr, value } => Sql::AnyOp {
                left: Box::new(build::literal(value)),
                compare_op: Op::Eq,
                right: Box::new(self.expr(expr, names, outer)),
                is_some: false,
            },
            Predicate::Between { expr, low, high } => Sql::Between {
                expr: Box::new(self.expr(expr, names, outer)),
                negated: false,
                low: Box::new(build::literal(low)),
                high: Box::new(build::literal(high)),
            },
            Predicate::During { expr, year, month } => {
                let day = |y: i32, m: u32| build::literal(&Value::Date(format!("{y:04}-{m:02}-01")));
                let (from, to) = match month {
                    Some(12) => (day(*year, 12), day(year + 1, 1)),
                    Some(m) => (day(*year, *m), day(*year, m + 1)),
                    None => (day(*year, 1), day(year + 1, 1)),
                };
                let column = self.expr(expr, names, outer);
                let after = build::binary(column.clone(), Op::GtEq, from);
                build::binary(after, Op::And, build::binary(column, Op::Lt, to))
            }
            Predicate::In { expr, values, negated } => Sql::InList {
                expr: Box::new(self.expr(expr, names, outer)),
                list: values.iter().map(build::literal).collect(),
                negated: *negated,
            },
            Predicate::Like { expr, place, text } => {
                let pattern = match place {
                    TextMatch::Prefix => format!("{text}%"),
                    TextMatch::Suffix => format!("%{text}"),
                    TextMatch::Contains => format!("%{text}%"),
                };
                let expr = Box::new(self.expr(expr, names, outer));
                Sql::Like {
                    negated: false,
                    any: false,
                    expr,
                    pattern: Box::new(build::text(&pattern)),
                    escape_char: None,
                }
            }
            Predicate::IsNull { expr, negated } => {
                let expr = Box::new(self.expr(expr, names, outer));
                if *negated { Sql::IsNotNull(expr) } else { Sql::IsNull(expr) }
            }
            Predicate::CompareExpr { left, op, right } => {
                build::binary(self.expr(left, names, outer), operator(*op), self.expr(right, names, outer))
            }
            Predicate::Any(parts) => {
                let parts: Vec<Sql> = parts.iter().map(|p| self.predicate(p, names, outer)).collect();
                let either = parts.into_iter().reduce(|a, b| build::binary(a, Op::Or, b));
                build::nested(either.unwrap_or_else(|| build::literal(&Value::Bool(false))))
            }
            Predicate::CompareQuery { left, op, query } => {
                let left = self.expr(left, names, outer);
                build::binary(left, operator(*op), Sql::Subquery(Box::new(self.subquery(query, names))))
            }
            Predicate::InQuery { left, query, negated } => Sql::InSubquery {
                expr: Box::new(self.expr(left, names, outer)),
                subquery: Box::new(self.subquery(query, names)),
                negated: *negated,
            },
            Predicate::Exists { of, key, query, negated } => {
                let inner = self.correlated(key, *of, query);
                let mut subquery = self.query(&inner, Some(names));
                if let SetExpr::Select(select) = subquery.body.as_mut() {
                    select.projection = vec![ast::SelectItem::UnnamedExpr(build::number("1"))];
                }
                Sql::Exists {
                    subquery: Box::new(subquery),
                    negated: *negated,
                }
            }
        }
    }

    /// All of a WHERE; what stands there alone needs no parentheses.
    fn conditions(&mut self, filter: &[Predicate], names: &Names, outer: Option<&Names>) -> Option<Sql> {
        let mut parts: Vec<Sql> = filter.iter().map(|p| self.predicate(p, names, outer)).collect();
        if let [Sql::Nested(either)] = &mut parts[..] {
            return Some(*either.clone());
        }
        build::all(parts)
    }

    /// `factor * part / whole`; a whole that may be 0 gives NULL instead of an error.
    fn quotient(&mut self, factor: &str, part: &Expr, whole: &Expr, names: &Names, outer: Option<&Names>) -> Sql {
        let part = match part {
            Expr::Minus { .. } => build::nested(self.expr(part, names, outer)),
            // The sum of nothing is a share of 0.
            Expr::Aggregate {
                func: Aggregate::Sum,
                filter: Some(_),
                ..
            } => build::function(
                "COALESCE",
                vec![self.expr(part, names, outer), build::number("0")],
                false,
                build::Call::default(),
            ),
            _ => self.expr(part, names, outer),
        };
        let divisor = self.expr(whole, names, outer);
        let divisor = if may_be_zero(whole) {
            build::function("NULLIF", vec![divisor, build::number("0")], false, build::Call::default())
        } else {
            divisor
        };
        build::binary(build::binary(build::number(factor), Op::Multiply, part), Op::Divide, divisor)
    }

    /// A subquery; only one that refers outwards needs qualified names.
    fn subquery(&mut self, query: &Select, names: &Names) -> ast::Query {
        if refers_out(query) {
            self.query(query, Some(names))
        } else {
            self.query(query, None)
        }
    }
}

/// Whether a denominator can be 0: all but the number of rows that are there.
fn may_be_zero(whole: &Expr) -> bool {
    match whole {
        Expr::Aggregate {
            func: Aggregate::Count,
            distinct,
            filter,
            ..
        } => *distinct || filter.is_some(),
        Expr::Window { func, .. } => matches!(func, Window::Lag),
        _ => true,
    }
}

/// 50 -> "0.5", 25 -> "0.25".
fn fraction(percent: u8) -> String {
    let text = format!("{:.2}", f64::from(percent) / 100.0);
    text.trim_end_matches('0').to_owned()
}

/// Whether this condition holds a subquery that refers to the enclosing SELECT.
fn correlates(predicate: &Predicate) -> bool {
    match predicate {
        Predicate::Exists { .. } => true,
        Predicate::CompareQuery { query, .. } | Predicate::InQuery { query, .. } => refers_out(query),
        Predicate::Any(parts) => parts.iter().any(correlates),
        _ => false,
    }
}

fn refers_out(query: &Select) -> bool {
    query.filter.iter().any(|p| {
        matches!(
            p,
            Predicate::CompareExpr {
                right: Expr::OuterColumn(_),
                ..
            }
        )
    })
}

fn operator(op: Compare) -> Op {
    match op {
        Compare::Eq => Op::Eq,
        Compare::NotEq => Op::NotEq,
        Compare::Lt => Op::Lt,
        Compare::LtEq => Op::LtEq,
        Compare::Gt => Op::Gt,
        Compare::GtEq => Op::GtEq,
    }
}

fn field(part: DatePart) -> DateTimeField {
    match part {
        DatePart::Year => DateTimeField::Year,
        DatePart::Quarter => DateTimeField::Quarter,
        DatePart::Month => DateTimeField::Month,
        DatePart::Weekday => DateTimeField::Isodow,
    }
}

#[cfg(test)]
mod tests;
