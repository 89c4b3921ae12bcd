//! What in a query may leave its result undetermined: cuts without a total order, functions whose value depends on the order of rows that tie.
//!
//! A look at the text alone. A cause says where to look, not that the result does depend on it: whether keys tie is the data's, and execution over
//! the same rows stored in another order tells. Limits: floating-point sums are not among them, since their types are not seen here.

use super::functions::{self, function_name};
use super::scope;
use super::walk::{self, Flow, Look, ON};
use crate::ir::{LogicalIr, SqlType};
use sqlparser::ast::{
    BinaryOperator, Distinct, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause, FunctionArguments, GroupByExpr,
    OrderByExpr, OrderByKind, Query, Select, Value, WindowFrameUnits, WindowSpec, WindowType,
};

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The word of the SQL that it is about.
    pub word: String,
    /// What is left open, and the way out.
    pub detail: String,
    /// Whatever the data: nothing in the SQL orders the rows.
    pub unordered: bool,
}

/// Window functions that tell rows apart which tie in their order.
const BY_ROW: &[&str] = &["ROW_NUMBER", "NTILE", "LAG", "LEAD", "FIRST_VALUE", "LAST_VALUE", "NTH_VALUE"];
/// Aggregates that take one of several rows.
const ANY: &[&str] = &["ANY_VALUE", "ARBITRARY", "FIRST", "LAST"];
/// Aggregates that take the row of an extreme, or the most frequent value: any of those that tie.
const TIED: &[&str] = &["ARG_MAX", "ARG_MIN", "MAX_BY", "MIN_BY", "MODE"];
/// Aggregates that keep the order in which rows come.
const IN_ORDER: &[&str] = &[
    "ARRAY_AGG",
    "GROUP_CONCAT",
    "JSONB_AGG",
    "JSONB_OBJECT_AGG",
    "JSON_AGG",
    "JSON_GROUP_ARRAY",
    "JSON_GROUP_OBJECT",
    "JSON_OBJECT_AGG",
    "LIST",
    "STRING_AGG",
];

/// The causes in a query; those that no data can settle first.
pub fn causes(query: &Query) -> Vec<Cause> {
    let mut finder = Finder {
        causes: Vec::new(),
        depth: 0,
        groups: Vec::new(),
    };
    let _ = walk::look(query, &mut finder);
    let mut causes = finder.causes;
    causes.sort_by_key(|cause| !cause.unordered);
    causes
}

struct Finder {
    causes: Vec<Cause>,
    depth: usize,
    /// What each SELECT around groups by; nothing for a query outside its SELECT.
    groups: Vec<Vec<Expr>>,
}

impl Finder {
    fn found(&mut self, word: &str, unordered: bool, detail: String) {
        let word = word.to_owned();
        self.causes.push(Cause { word, detail, unordered });
    }

    fn function(&mut self, function: &Function) {
        let name = function_name(function);
        let window = match &function.over {
            Some(WindowType::WindowSpec(spec)) => Some(spec),
            _ => None,
        };
        // Groups that no two rows share cannot tie.
        let total = window.is_some_and(|spec| self.groups.last().is_some_and(|keys| tells_apart(spec, keys)));
        let window = window.filter(|_| !total);
        if function.over.is_some() && !total && BY_ROW.contains(&name.as_str()) {
            match window.filter(|spec| spec.window_name.is_none() && spec.order_by.is_empty()) {
                Some(_) => self.found(
                    &name,
                    true,
                    format!("{name} over a window without ORDER BY takes rows as they come; order it"),
                ),
                None => self.found(&name, false, tied(&name, "the ORDER BY of its window")),
            }
        } else if window.is_some_and(counts_rows) {
            self.found(&name, false, tied(&name, "the ORDER BY of its ROWS window"));
        }
        let order = order_of(function);
        if ANY.contains(&name.as_str()) && function.over.is_none() {
            if order.is_empty() {
                self.found(
                    &name,
                    true,
                    format!("{name} takes any of several rows; use MIN or MAX, or group by its argument"),
                );
            } else {
                self.found(&name, false, tied(&name, "its ORDER BY"));
            }
        }
        if TIED.contains(&name.as_str()) {
            self.found(&name, false, format!("{name} takes any of the values that tie"));
        }
        if IN_ORDER.contains(&name.as_str()) && function.over.is_none() && function.within_group.is_empty() {
            if order.is_empty() {
                self.found(
                    &name,
                    true,
                    format!("{name} without ORDER BY keeps rows as they come; write {name}(... ORDER BY ...)"),
                );
            } else if !first_argument(function).is_some_and(|first| order.iter().any(|key| &key.expr == first)) {
                self.found(&name, false, tied(&name, "its ORDER BY"));
            }
        }
    }
}

impl Look for Finder {
    fn pre_visit_query(&mut self, query: &Query) -> Flow {
        self.depth += 1;
        self.groups.push(Vec::new());
        let cut = query.limit_clause.is_some() || query.fetch.is_some();
        let word = if query.fetch.is_some() { "FETCH" } else { "LIMIT" };
        // The outermost order is looked at by its rows.
        if cut && query.order_by.is_none() {
            let place = if self.depth > 1 { " in a subquery" } else { "" };
            self.found(
                word,
                true,
                format!("{word}{place} without ORDER BY keeps any of the rows; order them"),
            );
        } else if cut && self.depth > 1 {
            self.found(word, false, tied(&format!("{word} in a subquery"), "its ORDER BY"));
        }
        if let Some(Distinct::On(keys)) = query.body.as_select().and_then(|select| select.distinct.as_ref()) {
            let order = match query.order_by.as_ref().map(|order| &order.kind) {
                Some(OrderByKind::Expressions(order)) => order.as_slice(),
                _ => &[],
            };
            if order.len() > keys.len() {
                self.found("DISTINCT", false, tied("DISTINCT ON", "the ORDER BY"));
            } else {
                let detail = "DISTINCT ON keeps any of the rows of each key; order by the keys and then by what tells those rows apart";
                self.found("DISTINCT", true, detail.to_owned());
            }
        }
        ON
    }

    fn post_visit_query(&mut self, _: &Query) -> Flow {
        self.depth = self.depth.saturating_sub(1);
        self.groups.pop();
        ON
    }

    fn post_visit_select(&mut self, _: &Select) -> Flow {
        self.groups.pop();
        ON
    }

    fn pre_visit_select(&mut self, select: &Select) -> Flow {
        self.groups.push(group_keys(select));
        if select.top.is_some() {
            self.found("TOP", true, "TOP keeps any of the rows; use ORDER BY and LIMIT".to_owned());
        }
        ON
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> Flow {
        if let Expr::Function(function) = expr {
            self.function(function);
        }
        ON
    }
}

/// The expressions by which a SELECT has one row each; none where it does not group, or by sets of them.
fn group_keys(select: &Select) -> Vec<Expr> {
    match &select.group_by {
        GroupByExpr::Expressions(keys, modifiers) if modifiers.is_empty() => keys.clone(),
        _ => Vec::new(),
    }
}

/// Whether a window's partitions and order have every group key, so that no two rows of the groups tie.
fn tells_apart(spec: &WindowSpec, keys: &[Expr]) -> bool {
    let has = |key: &Expr| {
        let number = matches!(key, Expr::Value(_));
        !number && (spec.partition_by.contains(key) || spec.order_by.iter().any(|sort| sort.expr == *key))
    };
    spec.window_name.is_none() && !keys.is_empty() && keys.iter().all(has)
}

fn tied(what: &str, order: &str) -> String {
    format!("rows tie in {order}, and {what} takes them as they come; add what tells them apart")
}

/// Whether a window's frame counts rows, so that its edge may fall between rows that tie.
fn counts_rows(spec: &WindowSpec) -> bool {
    spec.window_frame
        .as_ref()
        .is_some_and(|frame| frame.units == WindowFrameUnits::Rows)
}

fn order_of(function: &Function) -> &[OrderByExpr] {
    let FunctionArguments::List(list) = &function.args else {
        return &[];
    };
    let order = list.clauses.iter().find_map(|clause| match clause {
        FunctionArgumentClause::OrderBy(keys) => Some(keys.as_slice()),
        _ => None,
    });
    order.unwrap_or_default()
}

fn first_argument(function: &Function) -> Option<&Expr> {
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    match list.args.first()? {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    }
}

/// Whether the query adds up numbers, which as floating-point ones depend on the order of addition.
pub fn adds_up(query: &Query) -> bool {
    struct Sums(bool);
    impl Look for Sums {
        fn pre_visit_expr(&mut self, expr: &Expr) -> Flow {
            self.0 |= functions::name(expr).is_some_and(|name| adds(&name));
            ON
        }
    }
    let mut sums = Sums(false);
    let _ = walk::look(query, &mut sums);
    sums.0
}

/// Whether a function, by its upper-case name, adds up numbers.
fn adds(name: &str) -> bool {
    let sums = [
        "SUM", "AVG", "STDDEV", "VARIANCE", "CORR", "REGR_", "COVAR", "STDDEV_", "VAR_", "PRODUCT", "GEOMEAN",
    ];
    sums.iter().any(|sum| name.starts_with(sum))
}

/// Whether the rows of a query, as a bag, are the same in whatever order rows are stored: nothing in its text leaves them open, and what it adds up
/// is exact. Every number added is a plain column of a whole or decimal type, or the product, sum or difference of such and of literals.
pub fn is_settled(query: &Query, schema: &LogicalIr) -> bool {
    /// Numbers the expressions as [`super::sites`] does; `Err` for a sum that may not be exact.
    struct Sums {
        next: usize,
        found: Vec<(usize, Result<Expr, ()>)>,
    }
    impl Look for Sums {
        fn pre_visit_expr(&mut self, expr: &Expr) -> Flow {
            let number = self.next;
            self.next += 1;
            if let Expr::Function(function) = expr
                && adds(&function_name(function))
            {
                let exact = matches!(function_name(function).as_str(), "SUM" | "AVG");
                let argument = first_argument(function).filter(|_| exact).cloned().ok_or(());
                self.found.push((number, argument));
            }
            ON
        }
    }
    let mut sums = Sums {
        next: 0,
        found: Vec::new(),
    };
    let _ = walk::look(query, &mut sums);
    if !causes(query).is_empty() {
        return false;
    }
    if sums.found.is_empty() {
        return true;
    }
    let Ok(scope) = scope::resolve(query, schema) else { return false };
    sums.found.iter().all(|(number, argument)| {
        let mut uses = scope.uses.get(number + 1..).unwrap_or_default().iter().copied();
        argument.as_ref().is_ok_and(|argument| is_exact(argument, &mut uses, schema))
    })
}

/// Whether a number is one without rounding; `uses` goes through what its expressions name.
fn is_exact(expr: &Expr, uses: &mut dyn Iterator<Item = Option<scope::ColumnUse>>, schema: &LogicalIr) -> bool {
    let used = uses.next().flatten();
    match expr {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => used.is_some_and(|used| {
            let column = schema.tables.get(used.table).and_then(|table| table.columns.get(used.column));
            column.is_some_and(|column| column.sql_type.is_integer() || matches!(column.sql_type, SqlType::Decimal(..)))
        }),
        Expr::BinaryOp { left, op, right } => {
            use BinaryOperator as B;
            matches!(op, B::Plus | B::Minus | B::Multiply) && is_exact(left, uses, schema) && is_exact(right, uses, schema)
        }
        Expr::Nested(inner) => is_exact(inner, uses, schema),
        Expr::Value(value) => matches!(&value.value, Value::Number(digits, _) if !digits.to_string().contains(['e', 'E'])),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse::{ParseError, query};
    use crate::schema::source::ddl;

    #[test]
    fn rows_are_settled_where_nothing_is_open_and_sums_are_exact() -> Result<(), ParseError> {
        let text = "CREATE TABLE t (a int, b text, d numeric(8,2), x double precision);".to_owned();
        let file = "t.sql".into();
        let schema = ddl::parse(&[ddl::Source { file, text }]).logical;
        for (sql, settled) in [
            ("SELECT b, COUNT(*), MAX(x), AVG(d), SUM(2 * (a - d)) FROM t GROUP BY b", true),
            ("SELECT SUM(x) FROM t", false),
            ("SELECT SUM(a * x) FROM t", false),
            ("SELECT SUM(a / 3) FROM t", false),
            ("SELECT STDDEV(a) FROM t", false),
            ("SELECT SUM(a) FROM t WHERE x > (SELECT AVG(x) FROM t)", false),
            ("SELECT SUM(a) FROM t WHERE d > (SELECT AVG(d) FROM t)", true),
            ("WITH g AS (SELECT b, AVG(a) AS m FROM t GROUP BY b) SELECT AVG(m) FROM g", false),
            ("WITH g AS (SELECT b, a AS m FROM t) SELECT AVG(m) FROM g", true),
            ("SELECT b FROM t LIMIT 3", false),
            ("SELECT LAG(a) OVER (ORDER BY d) FROM t", false),
        ] {
            assert_eq!(is_settled(&query(sql)?, &schema), settled, "{sql}");
        }
        Ok(())
    }

    #[test]
    fn every_cause_has_its_word_and_what_is_settled_has_none() -> Result<(), ParseError> {
        let words = |sql: &str| {
            query(sql).map(|q| {
                let shown = |c: Cause| format!("{}{}", c.word, if c.unordered { "!" } else { "" });
                causes(&q).into_iter().map(shown).collect::<Vec<_>>().join(" ")
            })
        };
        for (sql, expected) in [
            ("SELECT a FROM t ORDER BY a LIMIT 3", ""),
            ("SELECT a, RANK() OVER (ORDER BY b), SUM(b) OVER (ORDER BY b) FROM t", ""),
            ("SELECT STRING_AGG(a, ', ' ORDER BY a) FROM t", ""),
            ("SELECT a FROM t FETCH FIRST 2 ROWS ONLY", "FETCH!"),
            ("SELECT COUNT(*) FROM (SELECT a FROM t ORDER BY b LIMIT 3) x", "LIMIT"),
            ("WITH x AS (SELECT a FROM t LIMIT 3) SELECT * FROM x", "LIMIT!"),
            ("SELECT DISTINCT ON (a) a, b FROM t", "DISTINCT!"),
            ("SELECT DISTINCT ON (a) a, b FROM t ORDER BY a", "DISTINCT!"),
            ("SELECT DISTINCT ON (a) a, b FROM t ORDER BY a, b", "DISTINCT"),
            ("SELECT ROW_NUMBER() OVER (), LAG(a) OVER (ORDER BY b) FROM t", "ROW_NUMBER! LAG"),
            (
                "SELECT SUM(a) OVER (ORDER BY b ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM t",
                "SUM",
            ),
            (
                "SELECT a, LAG(SUM(b)) OVER (ORDER BY a), AVG(SUM(b)) OVER (ORDER BY a ROWS 2 PRECEDING) FROM t GROUP BY a",
                "",
            ),
            ("SELECT LAG(SUM(b)) OVER (PARTITION BY a ORDER BY c) FROM t GROUP BY c, a", ""),
            ("SELECT LAG(SUM(b)) OVER (ORDER BY a) FROM t GROUP BY a, c", "LAG"),
            ("SELECT LAG(SUM(b)) OVER (ORDER BY 1) FROM t GROUP BY 1", "LAG"),
            (
                "SELECT a FROM (SELECT a, c FROM t ORDER BY LAG(c) OVER (ORDER BY a)) x GROUP BY a",
                "LAG",
            ),
            ("SELECT ANY_VALUE(a), MODE(b), FIRST(c ORDER BY d) FROM t", "ANY_VALUE! MODE FIRST"),
            ("SELECT ARRAY_AGG(a), STRING_AGG(a, ',' ORDER BY b) FROM t", "ARRAY_AGG! STRING_AGG"),
        ] {
            assert_eq!(words(sql)?, expected, "{sql}");
        }
        Ok(())
    }
}
