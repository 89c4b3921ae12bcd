//! Builders for the SQL AST: the few node shapes that rendering needs, without the fields that no common dialect uses.
//!
//! Invariant: what these build prints as SQL that PostgreSQL and DuckDB read alike.

use crate::ir::Value;
use sqlparser::ast::helpers::attached_token::AttachedToken;
use sqlparser::ast::{
    self, BinaryOperator, CastKind, Cte, DataType, DateTimeField, DuplicateTreatment, Expr, ExtractSyntax, Function, FunctionArg,
    FunctionArgExpr, FunctionArgumentList, FunctionArguments, GroupByExpr, Ident, LimitClause, ObjectName, OrderBy, OrderByExpr,
    OrderByKind, OrderByOptions, OrderBySort, Query, SelectFlavor, SetExpr, TableAlias, TableFactor, TypedString, UnaryOperator,
    WindowSpec, WindowType,
};

/// Words that PostgreSQL reserves: as names they need quotes.
#[rustfmt::skip]
const RESERVED: &[&str] = &[
    "all", "analyse", "analyze", "and", "anti", "any", "array", "as", "asc", "asof",
    "asymmetric", "at", "authorization", "between", "binary", "both", "by", "case", "cast", "check",
    "collate", "collation", "column", "concurrently", "constraint", "create", "cross", "current_catalog", "current_date", "current_role",
    "current_schema", "current_time", "current_timestamp", "current_user", "default", "deferrable", "desc", "describe", "distinct", "do",
    "else", "end", "except", "false", "fetch", "filter", "for", "foreign", "freeze", "from",
    "full", "glob", "grant", "group", "having", "ilike", "in", "initially", "inner", "intersect",
    "into", "is", "isnull", "join", "lambda", "lateral", "leading", "left", "like", "limit",
    "localtime", "localtimestamp", "natural", "not", "notnull", "null", "offset", "on", "only", "or",
    "order", "outer", "over", "overlaps", "partition", "pivot", "pivot_longer", "pivot_wider", "placing", "positional",
    "primary", "qualify", "references", "returning", "right", "select", "semi", "session_user", "show", "similar",
    "some", "summarize", "symmetric", "system_user", "table", "tablesample", "then", "to", "trailing", "true",
    "union", "unique", "unpivot", "user", "using", "values", "variadic", "verbose", "when", "where",
    "window", "with",
];

/// Whether `word` is a reserved word.
pub fn is_reserved(word: &str) -> bool {
    RESERVED.binary_search(&word).is_ok()
}

/// A name, quoted only where it must be.
pub fn ident(name: &str) -> Ident {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !is_reserved(name);
    if plain { Ident::new(name) } else { Ident::with_quote('"', name) }
}

/// A table's name from its id (`schema.name` or `name`); `schema` is given when the id has one.
pub fn table_name(schema: Option<&str>, name: &str) -> ObjectName {
    ObjectName::from(schema.into_iter().chain([name]).map(ident).collect::<Vec<_>>())
}

/// `qualifier.name` or `name`.
pub fn column(qualifier: Option<&str>, name: &str) -> Expr {
    match qualifier {
        Some(q) => Expr::CompoundIdentifier(vec![ident(q), ident(name)]),
        None => Expr::Identifier(ident(name)),
    }
}

fn string(text: &str) -> ast::ValueWithSpan {
    ast::Value::SingleQuotedString(text.to_owned()).into()
}

/// A number.
pub fn number(text: &str) -> Expr {
    Expr::Value(ast::Value::Number(text.to_owned(), false).into())
}

/// A quoted string.
pub fn text(value: &str) -> Expr {
    Expr::Value(string(value))
}

/// A literal of any kind.
pub fn literal(value: &Value) -> Expr {
    match value {
        Value::Bool(b) => Expr::Value(ast::Value::Boolean(*b).into()),
        Value::Int(n) => number(&n.to_string()),
        Value::Number(t) => number(t),
        Value::Text(t) => text(t),
        Value::Date(t) => Expr::TypedString(TypedString {
            data_type: DataType::Date,
            value: string(t),
            uses_odbc_syntax: false,
        }),
        Value::Timestamp(t) => {
            let data_type = DataType::Timestamp(None, ast::TimezoneInfo::None);
            Expr::TypedString(TypedString {
                data_type,
                value: string(t),
                uses_odbc_syntax: false,
            })
        }
    }
}

/// `left op right`
pub fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp {
        left: Box::new(left),
        op,
        right: Box::new(right),
    }
}

/// All of the conditions, or none.
pub fn all(conditions: impl IntoIterator<Item = Expr>) -> Option<Expr> {
    conditions.into_iter().reduce(|a, b| binary(a, BinaryOperator::And, b))
}

/// `(expr)`
pub fn nested(expr: Expr) -> Expr {
    Expr::Nested(Box::new(expr))
}

/// `NOT expr`
pub fn not(expr: Expr) -> Expr {
    Expr::UnaryOp {
        op: UnaryOperator::Not,
        expr: Box::new(expr),
    }
}

/// `CAST(expr AS type)`
pub fn cast(expr: Expr, data_type: DataType) -> Expr {
    Expr::Cast {
        kind: CastKind::Cast,
        expr: Box::new(expr),
        data_type,
        format: None,
    }
}

/// `EXTRACT(field FROM expr)`
pub fn extract(field: DateTimeField, expr: Expr) -> Expr {
    Expr::Extract {
        field,
        syntax: ExtractSyntax::From,
        expr: Box::new(expr),
    }
}

/// The extras of a function call.
#[derive(Default)]
pub struct Call {
    /// `f(DISTINCT ...)`
    pub distinct: bool,
    /// `FILTER (WHERE ...)`
    pub filter: Option<Expr>,
    /// `OVER (...)`
    pub over: Option<WindowSpec>,
}

/// `NAME(args)`; no arguments and `star` is `NAME(*)`.
pub fn function(name: &str, args: Vec<Expr>, star: bool, call: Call) -> Expr {
    let mut list: Vec<FunctionArg> = args.into_iter().map(|e| FunctionArg::Unnamed(FunctionArgExpr::Expr(e))).collect();
    if star {
        list.push(FunctionArg::Unnamed(FunctionArgExpr::Wildcard));
    }
    Expr::Function(Function {
        name: ObjectName::from(Ident::new(name)),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: call.distinct.then_some(DuplicateTreatment::Distinct),
            args: list,
            clauses: Vec::new(),
        }),
        filter: call.filter.map(Box::new),
        null_treatment: None,
        over: call.over.map(WindowType::WindowSpec),
        within_group: Vec::new(),
    })
}

/// `PERCENTILE_CONT(fraction) WITHIN GROUP (ORDER BY values)`
pub fn percentile(fraction: String, values: Vec<Expr>) -> Expr {
    let mut call = function("PERCENTILE_CONT", vec![number(&fraction)], false, Call::default());
    if let Expr::Function(call) = &mut call {
        call.within_group = values.into_iter().map(|value| sort(value, false)).collect();
    }
    call
}

/// `STRING_AGG([DISTINCT] of, ', ' ORDER BY of)`
pub fn string_agg(of: Expr, distinct: bool) -> Expr {
    let call = Call {
        distinct,
        ..Call::default()
    };
    let mut call = function("STRING_AGG", vec![of.clone(), text(", ")], false, call);
    if let Expr::Function(Function {
        args: FunctionArguments::List(list),
        ..
    }) = &mut call
    {
        list.clauses.push(ast::FunctionArgumentClause::OrderBy(vec![sort(of, false)]));
    }
    call
}

/// `CASE WHEN condition THEN result ... ELSE otherwise END`
pub fn case(arms: Vec<(Expr, Expr)>, otherwise: Option<Expr>) -> Expr {
    let conditions = arms.into_iter().map(|(condition, result)| ast::CaseWhen { condition, result });
    Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: conditions.collect(),
        else_result: otherwise.map(Box::new),
    }
}

/// `ROWS BETWEEN n PRECEDING AND CURRENT ROW`
pub fn rows_before(n: u8) -> ast::WindowFrame {
    ast::WindowFrame {
        units: ast::WindowFrameUnits::Rows,
        start_bound: ast::WindowFrameBound::Preceding(Some(Box::new(number(&n.to_string())))),
        end_bound: Some(ast::WindowFrameBound::CurrentRow),
    }
}

/// `CROSS JOIN LATERAL (query) AS alias`
pub fn lateral(query: Query, alias: &str) -> ast::Join {
    ast::Join {
        relation: TableFactor::Derived {
            lateral: true,
            subquery: Box::new(query),
            alias: Some(table_alias(alias, true)),
            sample: None,
        },
        global: false,
        join_operator: ast::JoinOperator::CrossJoin(ast::JoinConstraint::None),
    }
}

/// `expr [DESC]`
pub fn sort(expr: Expr, descending: bool) -> OrderByExpr {
    let sort = descending.then_some(OrderBySort::Desc);
    OrderByExpr {
        expr,
        options: OrderByOptions { sort, nulls_first: None },
        with_fill: None,
    }
}

/// `ORDER BY ...`, unless there is nothing to sort by.
pub fn order_by(keys: Vec<OrderByExpr>) -> Option<OrderBy> {
    (!keys.is_empty()).then_some(OrderBy {
        kind: OrderByKind::Expressions(keys),
        interpolate: None,
    })
}

/// A table or stage, with an alias.
pub fn relation(name: ObjectName, alias: Option<&str>) -> TableFactor {
    TableFactor::Table {
        name,
        alias: alias.map(|a| table_alias(a, true)),
        args: None,
        with_hints: Vec::new(),
        version: None,
        with_ordinality: false,
        partitions: Vec::new(),
        json_path: None,
        sample: None,
        index_hints: Vec::new(),
    }
}

fn table_alias(name: &str, explicit: bool) -> TableAlias {
    TableAlias {
        explicit,
        name: ident(name),
        columns: Vec::new(),
        at: None,
    }
}

/// An empty SELECT to fill in.
pub fn select() -> ast::Select {
    ast::Select {
        select_token: AttachedToken::empty(),
        optimizer_hints: Vec::new(),
        distinct: None,
        select_modifiers: None,
        top: None,
        top_before_distinct: false,
        projection: Vec::new(),
        exclude: None,
        into: None,
        from: Vec::new(),
        lateral_views: Vec::new(),
        prewhere: None,
        selection: None,
        connect_by: Vec::new(),
        group_by: GroupByExpr::Expressions(Vec::new(), Vec::new()),
        cluster_by: Vec::new(),
        distribute_by: Vec::new(),
        sort_by: Vec::new(),
        having: None,
        named_window: Vec::new(),
        qualify: None,
        window_before_qualify: false,
        value_table_mode: None,
        flavor: SelectFlavor::Standard,
    }
}

/// A query around a body.
pub fn query(body: SetExpr, order: Option<OrderBy>, limit: Option<u64>) -> Query {
    let limit_clause = limit.map(|n| LimitClause::LimitOffset {
        limit: Some(number(&n.to_string())),
        offset: None,
        limit_by: Vec::new(),
    });
    Query {
        with: None,
        body: Box::new(body),
        order_by: order,
        limit_clause,
        fetch: None,
        locks: Vec::new(),
        for_clause: None,
        settings: None,
        format_clause: None,
        pipe_operators: Vec::new(),
    }
}

/// `WITH name AS (inner)` before `outer`.
pub fn with(name: &str, inner: Query, outer: Query) -> Query {
    with_steps(vec![(name, inner)], outer)
}

/// `WITH a AS (...), b AS (...) outer`: each may read those before it.
pub fn with_steps(steps: Vec<(&str, Query)>, mut outer: Query) -> Query {
    let cte = |(name, inner): (&str, Query)| Cte {
        alias: table_alias(name, false),
        query: Box::new(inner),
        from: None,
        materialized: None,
        closing_paren_token: AttachedToken::empty(),
    };
    outer.with = Some(ast::With {
        with_token: AttachedToken::empty(),
        recursive: false,
        cte_tables: steps.into_iter().map(cte).collect(),
    });
    outer
}

/// `WITH RECURSIVE name AS (inner)` before `outer`.
pub fn with_recursive(name: &str, inner: Query, outer: Query) -> Query {
    let mut out = with(name, inner, outer);
    if let Some(with) = &mut out.with {
        with.recursive = true;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_only_where_they_must_be() {
        for (name, sql) in [
            ("loan", "loan"),
            ("order", "\"order\""),
            ("MediaType", "\"MediaType\""),
            ("2nd", "\"2nd\""),
            ("a\"b", "\"a\"\"b\""),
        ] {
            assert_eq!(ident(name).to_string(), sql);
        }
        assert!(RESERVED.is_sorted());
    }
}
