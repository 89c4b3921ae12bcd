//! QueryIr: the intent of one query, before it is SQL or English.
//!
//! It says what is asked: subject tables joined along foreign keys, conditions with values from the data, what is shown, grouping, order, limit,
//! nesting. `render` turns it into a SQL AST, the question engine into English; neither reads the other's text.
//! Invariant: [`QueryIr::clauses`] lists every decision that changes the answer, so a question can be checked to say each of them.

use crate::ir::{ForeignKey, Value};
use serde::{Deserialize, Serialize};

/// One question's intent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QueryIr {
    /// Registry name of the SQL shape that made it.
    pub shape: String,
    /// What is asked.
    pub body: Body,
}

/// The outermost form of a query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// One SELECT.
    Select(Select),
    /// Two SELECTs of the same columns, combined.
    SetOp {
        /// How.
        op: SetOp,
        /// First operand.
        left: Select,
        /// Second operand.
        right: Select,
        /// The sets are of what is shown, which two of their rows may share; else of the rows, which it tells apart.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        of_values: bool,
    },
    /// `WITH stage AS (...)` and a SELECT whose source 0 is that stage.
    Staged {
        /// Name of the stage in the SQL.
        name: String,
        /// The stage.
        stage: Select,
        /// The SELECT over it.
        outer: Select,
    },
    /// `WITH RECURSIVE chain AS (start UNION ALL step)` and a SELECT whose source 0 is the chain.
    Chain {
        /// Name of the chain in the SQL.
        name: String,
        /// Where it starts: rows of one table.
        start: Select,
        /// What comes next: source 0 is the table again, source 1 the chain so far.
        step: Select,
        /// The SELECT over the whole chain.
        outer: Select,
    },
    /// `WITH first AS (...), second AS (... FROM first)` and a SELECT whose source 0 is the second. In the second, source 0 is the first.
    Steps {
        /// Names of the two in the SQL.
        names: [String; 2],
        /// What is computed first.
        first: Select,
        /// What is made of it.
        second: Select,
        /// The SELECT over that.
        outer: Select,
    },
    /// `FROM parent CROSS JOIN LATERAL (...)`: the first rows of each row of another table.
    Each {
        /// Name of the rows in the SQL.
        name: String,
        /// The foreign key of `each`'s table to source 0 of `outer`.
        key: ForeignKey,
        /// The rows of one parent; sorted and cut.
        each: Select,
        /// Source 0 is the parent, source 1 stands for `each`.
        outer: Select,
    },
}

/// Set operations; all of them remove duplicates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetOp {
    /// In either.
    Union,
    /// In both.
    Intersect,
    /// In the first only.
    Except,
}

/// One SELECT.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Select {
    /// Tables; source 0 is what the question is about.
    pub sources: Vec<Source>,
    /// Joins, in order; the right side of join i is source i + 1.
    pub joins: Vec<Join>,
    /// Output columns.
    pub items: Vec<Item>,
    /// Each output row once.
    pub distinct: bool,
    /// Of the rows that are alike in these only the first in `order`, whose first keys they are: `DISTINCT ON`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub distinct_on: Vec<Expr>,
    /// Conditions on rows, all of which hold.
    pub filter: Vec<Predicate>,
    /// Group keys.
    pub group: Vec<Expr>,
    /// Which combinations of the group keys make groups.
    #[serde(default, skip_serializing_if = "Grouping::is_plain")]
    pub grouping: Grouping,
    /// Conditions on groups, all of which hold.
    pub having: Vec<Predicate>,
    /// Sort keys; empty when the order is not part of the answer.
    pub order: Vec<OrderKey>,
    /// At most so many rows.
    pub limit: Option<u64>,
}

/// Which combinations of the group keys make groups.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    /// All keys together.
    #[default]
    Plain,
    /// `ROLLUP`: all keys, then without the last, and so on to the whole.
    Rollup,
    /// `GROUPING SETS ((a), (b), ())`: each key alone, and the whole.
    Alone,
}

impl Grouping {
    /// Nothing but all keys together.
    pub fn is_plain(&self) -> bool {
        *self == Grouping::Plain
    }
}

/// Where rows come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A table, by id.
    Table(String),
    /// The stage of [`Body::Staged`], the step before of [`Body::Steps`], the chain of [`Body::Chain`], the rows of [`Body::Each`].
    Stage,
}

/// A join along a foreign key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Join {
    /// The source already there.
    pub left: usize,
    /// The key it follows.
    pub key: ForeignKey,
    /// The new source is the table referred to (true) or the one that refers (false).
    pub to_parent: bool,
    /// Keep rows without a match.
    pub outer: bool,
}

/// One output column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// What is shown.
    pub expr: Expr,
    /// Its name in the result, when it is not a plain column.
    pub alias: Option<String>,
}

/// Sort key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderKey {
    /// What is sorted by.
    pub expr: Expr,
    /// Greatest first.
    pub descending: bool,
    /// Only there to settle ties.
    pub tie_break: bool,
}

/// A value computed from a row or a group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expr {
    /// A column of a source.
    Column(ColumnRef),
    /// A column of the enclosing SELECT's source, inside a correlated subquery.
    OuterColumn(ColumnRef),
    /// An aggregate over the group.
    Aggregate {
        /// Which.
        func: Aggregate,
        /// Over distinct values.
        distinct: bool,
        /// Of what; rows when `None` (COUNT only).
        arg: Option<Box<Expr>>,
        /// Only over rows where this holds (`FILTER`).
        filter: Option<Box<Predicate>>,
    },
    /// A part of a date: `EXTRACT(part FROM of)`.
    Part {
        /// Which part.
        part: DatePart,
        /// Of what.
        of: Box<Expr>,
    },
    /// A date cut to its period: `DATE_TRUNC`.
    Trunc {
        /// Period.
        part: DatePart,
        /// Of what.
        of: Box<Expr>,
    },
    /// Characters in a text.
    Length(Box<Expr>),
    /// A text in capitals.
    Upper(Box<Expr>),
    /// Days from one day to a later one.
    DaysBetween {
        /// The earlier.
        from: Box<Expr>,
        /// The later.
        to: Box<Expr>,
    },
    /// A number in double precision.
    Double(Box<Expr>),
    /// The texts of a group in one, in alphabetical order: `STRING_AGG(of, ', ' ORDER BY of)`.
    Joined {
        /// Which texts.
        of: Box<Expr>,
        /// Each text once.
        distinct: bool,
    },
    /// The name of the band that a number lies in: `CASE WHEN of < bound THEN label ... ELSE last label END`.
    Band {
        /// Which number.
        of: Box<Expr>,
        /// Where each band but the last ends, rising; the bound itself lies in the next band.
        bounds: Vec<Value>,
        /// One more than bounds.
        labels: Vec<String>,
    },
    /// How many elements an array has: `ARRAY_LENGTH(of, 1)`.
    Elements(Box<Expr>),
    /// A row for each element of an array: `UNNEST(of)`.
    Unnested(Box<Expr>),
    /// The text of an entry of a JSON object: `of ->> 'key'`.
    Entry {
        /// The object.
        of: Box<Expr>,
        /// The entry's key.
        key: String,
    },
    /// A whole number.
    Number(i64),
    /// One more than this.
    Next(Box<Expr>),
    /// `1.0 * part / whole`. Not rounded: halves of cents are rounded otherwise where numbers are exact.
    Ratio {
        /// Numerator.
        part: Box<Expr>,
        /// Denominator.
        whole: Box<Expr>,
    },
    /// `ROUND(100.0 * part / whole, 2)`; NULL where the whole is 0.
    Percent {
        /// Numerator.
        part: Box<Expr>,
        /// Denominator.
        whole: Box<Expr>,
    },
    /// Difference of two numbers.
    Minus {
        /// From.
        left: Box<Expr>,
        /// What is taken away.
        right: Box<Expr>,
    },
    /// A window function.
    Window {
        /// Which.
        func: Window,
        /// Of what; ranks take none.
        arg: Option<Box<Expr>>,
        /// Restarted for each of these.
        partition: Vec<Expr>,
        /// In this order.
        order: Vec<OrderKey>,
    },
}

/// A column of a source.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ColumnRef {
    /// Index into [`Select::sources`].
    pub source: usize,
    /// Column name (or the stage's output name).
    pub column: String,
}

/// Aggregate functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregate {
    /// How many.
    Count,
    /// Total.
    Sum,
    /// Mean.
    Avg,
    /// Least.
    Min,
    /// Greatest.
    Max,
    /// `PERCENTILE_CONT(p / 100)`: 50 is the median.
    Percentile(u8),
}

/// Window functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// 1 for the first; ties share a rank.
    Rank,
    /// 1 for the first; ties share a rank, and the next rank follows without a gap.
    DenseRank,
    /// Total up to this row.
    RunningSum,
    /// The value one row earlier.
    Lag,
    /// Total of the partition.
    Sum,
    /// Mean of the partition.
    Avg,
    /// Mean of this row and so many rows before it.
    MovingAvg(u8),
}

/// Parts of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatePart {
    /// Calendar year.
    Year,
    /// Quarter, 1 to 4.
    Quarter,
    /// Month, 1 to 12.
    Month,
    /// ISO weekday, 1 = Monday.
    Weekday,
}

/// Comparison operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    /// `=`
    Eq,
    /// `<>`
    NotEq,
    /// `<`
    Lt,
    /// `<=`
    LtEq,
    /// `>`
    Gt,
    /// `>=`
    GtEq,
}

/// Where a searched text must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextMatch {
    /// At the start.
    Prefix,
    /// At the end.
    Suffix,
    /// Anywhere.
    Contains,
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Predicate {
    /// `left op value`
    Compare {
        /// What is compared.
        left: Expr,
        /// How.
        op: Compare,
        /// With what.
        value: Value,
    },
    /// `expr BETWEEN low AND high`, both included.
    Between {
        /// What is compared.
        expr: Expr,
        /// Least value.
        low: Value,
        /// Greatest value.
        high: Value,
    },
    /// A time inside a calendar period: `expr >= start AND expr < next`.
    During {
        /// A date or timestamp.
        expr: Expr,
        /// Year.
        year: i32,
        /// Month of the year, for a month; else the whole year.
        month: Option<u32>,
    },
    /// `expr [NOT] IN (values)`
    In {
        /// What is compared.
        expr: Expr,
        /// With what.
        values: Vec<Value>,
        /// NOT IN.
        negated: bool,
    },
    /// `expr LIKE pattern`, without wildcards in the text.
    Like {
        /// A text.
        expr: Expr,
        /// Where.
        place: TextMatch,
        /// What.
        text: String,
    },
    /// `value = ANY(expr)`: an array has this element.
    Holds {
        /// An array.
        expr: Expr,
        /// Which element.
        value: Value,
    },
    /// `expr IS [NOT] NULL`
    IsNull {
        /// What.
        expr: Expr,
        /// IS NOT NULL.
        negated: bool,
    },
    /// Two values of the same row compared.
    CompareExpr {
        /// Left.
        left: Expr,
        /// How.
        op: Compare,
        /// Right.
        right: Expr,
    },
    /// Any of these.
    Any(Vec<Predicate>),
    /// `left op (scalar subquery)`
    CompareQuery {
        /// What is compared.
        left: Expr,
        /// How.
        op: Compare,
        /// With the one value of this.
        query: Box<Select>,
    },
    /// `left [NOT] IN (subquery)`
    InQuery {
        /// What is looked for.
        left: Expr,
        /// Among these.
        query: Box<Select>,
        /// NOT IN.
        negated: bool,
    },
    /// `[NOT] EXISTS (rows of a child table that refer to this row)`
    Exists {
        /// Source of this SELECT that the child rows refer to.
        of: usize,
        /// The foreign key of the child table.
        key: ForeignKey,
        /// The child's rows: source 0; its filter is what they must satisfy.
        query: Box<Select>,
        /// NOT EXISTS.
        negated: bool,
    },
}

impl Predicate {
    /// What the condition is about; of several the first says it. Nothing where it is about the row as a whole.
    pub fn subject(&self) -> Option<&Expr> {
        match self {
            Predicate::Compare { left, .. } | Predicate::CompareQuery { left, .. } | Predicate::InQuery { left, .. } => Some(left),
            Predicate::CompareExpr { left, .. } => Some(left),
            Predicate::Between { expr, .. } | Predicate::During { expr, .. } | Predicate::In { expr, .. } => Some(expr),
            Predicate::Like { expr, .. } | Predicate::IsNull { expr, .. } | Predicate::Holds { expr, .. } => Some(expr),
            Predicate::Any(parts) => parts.first()?.subject(),
            Predicate::Exists { .. } => None,
        }
    }
}

impl Select {
    /// The table id of a source, unless it is the stage.
    pub fn table(&self, source: usize) -> Option<&str> {
        match self.sources.get(source)? {
            Source::Table(id) => Some(id),
            Source::Stage => None,
        }
    }

    /// A SELECT over one table.
    pub fn from_table(id: &str) -> Self {
        Select {
            sources: vec![Source::Table(id.to_owned())],
            ..Select::default()
        }
    }

    /// Adds a join; returns the new source's index. `table` is the other end of `key`.
    pub fn join(&mut self, left: usize, key: &ForeignKey, table: &str, to_parent: bool, outer: bool) -> usize {
        self.joins.push(Join {
            left,
            key: key.clone(),
            to_parent,
            outer,
        });
        self.sources.push(Source::Table(table.to_owned()));
        self.sources.len() - 1
    }

    /// Whether the rows are groups.
    pub fn is_grouped(&self) -> bool {
        !self.group.is_empty()
    }

    /// Whether the order of rows is part of the answer.
    pub fn is_ordered(&self) -> bool {
        // The order of DISTINCT ON says which rows are kept.
        !self.order.is_empty() && self.distinct_on.is_empty()
    }
}

impl Expr {
    /// A column of a source.
    pub fn column(source: usize, column: &str) -> Expr {
        Expr::Column(ColumnRef {
            source,
            column: column.to_owned(),
        })
    }

    /// An aggregate without DISTINCT or FILTER.
    pub fn aggregate(func: Aggregate, arg: Option<Expr>) -> Expr {
        Expr::Aggregate {
            func,
            distinct: false,
            arg: arg.map(Box::new),
            filter: None,
        }
    }

    /// The one column this is about, if it is a column or a function of one.
    pub fn base_column(&self) -> Option<&ColumnRef> {
        match self {
            Expr::Column(c) => Some(c),
            Expr::Part { of, .. } | Expr::Trunc { of, .. } | Expr::Length(of) | Expr::Upper(of) => of.base_column(),
            Expr::Double(of) | Expr::Joined { of, .. } | Expr::Band { of, .. } => of.base_column(),
            Expr::Elements(of) | Expr::Unnested(of) | Expr::Entry { of, .. } => of.base_column(),
            Expr::Aggregate { arg, .. } => arg.as_ref().and_then(|a| a.base_column()),
            _ => None,
        }
    }
}

impl Item {
    /// A plain column.
    pub fn column(source: usize, column: &str) -> Item {
        Item {
            expr: Expr::column(source, column),
            alias: None,
        }
    }
    /// A named expression.
    pub fn named(expr: Expr, alias: &str) -> Item {
        Item {
            expr,
            alias: Some(alias.to_owned()),
        }
    }
}

impl QueryIr {
    /// Whether a figure is of the days between two dates.
    pub fn spans(&self) -> bool {
        let span = |item: &Item| match &item.expr {
            Expr::Aggregate { arg: Some(arg), .. } => matches!(arg.as_ref(), Expr::DaysBetween { .. }),
            _ => false,
        };
        matches!(&self.body, Body::Select(select) if select.items.iter().any(span))
    }

    /// A figure is compared with the one of the row before, or averaged over rows before.
    pub fn looks_back(&self) -> bool {
        fn back(expr: &Expr) -> bool {
            match expr {
                Expr::Window { func, .. } => matches!(func, Window::Lag | Window::MovingAvg(_)),
                Expr::Minus { left, right } => back(left) || back(right),
                Expr::Percent { part, whole } => back(part) || back(whole),
                _ => false,
            }
        }
        matches!(&self.body, Body::Select(select) if select.items.iter().any(|item| back(&item.expr)))
    }

    /// The outermost SELECTs, in order, with the prefix of their clause ids.
    pub fn selects(&self) -> Vec<(&'static str, &Select)> {
        match &self.body {
            Body::Select(s) => vec![("", s)],
            Body::SetOp { left, right, .. } => vec![("left.", left), ("right.", right)],
            Body::Staged { stage, outer, .. } => vec![("stage.", stage), ("", outer)],
            Body::Steps { first, second, outer, .. } => vec![("stage.", first), ("second.", second), ("", outer)],
            Body::Chain { start, step, outer, .. } => vec![("start.", start), ("step.", step), ("", outer)],
            Body::Each { each, outer, .. } => vec![("each.", each), ("", outer)],
        }
    }

    /// Whether the order of rows is part of the answer.
    pub fn is_ordered(&self) -> bool {
        match &self.body {
            Body::Select(s) => s.is_ordered(),
            Body::SetOp { .. } => false,
            Body::Staged { outer, .. } | Body::Steps { outer, .. } | Body::Chain { outer, .. } | Body::Each { outer, .. } => {
                outer.is_ordered()
            }
        }
    }

    /// The ids of every clause that a question must say.
    pub fn clauses(&self) -> Vec<String> {
        let mut out = Vec::new();
        for (prefix, select) in self.selects() {
            let mut add = |name: &str, count: usize| out.extend((0..count).map(|i| format!("{prefix}{name}.{i}")));
            add("filter", select.filter.len());
            add("having", select.having.len());
            add("group", select.group.len());
            add("order", select.order.len());
            add("distinct_on", select.distinct_on.len());
            // A set's two sides show the same columns; a stage's columns matter only through the outer SELECT.
            if ["", "left."].contains(&prefix) {
                add("item", select.items.len());
            }
            if !select.grouping.is_plain() {
                out.push(format!("{prefix}grouping"));
            }
            if select.limit.is_some() {
                out.push(format!("{prefix}limit"));
            }
        }
        if matches!(self.body, Body::SetOp { .. }) {
            out.push("set".to_owned());
        }
        if matches!(self.body, Body::Chain { .. }) {
            out.push("chain".to_owned());
        }
        out
    }
}
