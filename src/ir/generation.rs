//! GenerationIr: how every column's values are made.
//!
//! A column without an entry gets one from the distribution engineer. The kinds' names are a contract with users' files;
//! each has one engine file under `datagen/distribution/`, found by name in its registry.

use serde::{Deserialize, Serialize};

/// Generation plans, by table and column.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GenerationIr {
    /// Rows per table id; a table without an entry takes its `row_count`, else the configured default.
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub rows: std::collections::BTreeMap<String, u64>,
    /// One entry a column.
    pub columns: Vec<ColumnPlan>,
}

/// How one column is made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnPlan {
    /// Table id.
    pub table: String,
    /// Column name.
    pub column: String,
    /// Where the values come from.
    pub distribution: Distribution,
    /// Share of NULLs, 0 to 1. Must be 0 on columns that are not nullable.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub null_fraction: f64,
    /// Why this was chosen; for the reader of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

fn is_zero(x: &f64) -> bool {
    *x == 0.0
}

/// A source of values. Numbers are in the column's own unit; dates are ISO strings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Distribution {
    /// Every value of `[low, high]` equally likely (integers inclusive).
    Uniform {
        /// Lower bound.
        low: f64,
        /// Upper bound.
        high: f64,
        /// Values are multiples of this.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<f64>,
    },
    /// Normal, cut to `[low, high]` when given.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        std: f64,
        /// Lower bound.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        low: Option<f64>,
        /// Upper bound.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        high: Option<f64>,
        /// Values are multiples of this.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<f64>,
    },
    /// Lognormal: `exp(N(mean, sigma))`, cut to `[low, high]` when given. Money and sizes.
    Lognormal {
        /// Mean of the logarithm.
        mean: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
        /// Lower bound.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        low: Option<f64>,
        /// Upper bound.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        high: Option<f64>,
        /// Values are multiples of this.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<f64>,
    },
    /// Zipf over ranks 1..=n with exponent s. On a foreign key, n is the parent's rows and may be left out.
    Zipf {
        /// Exponent, at least 0.
        s: f64,
        /// Number of ranks.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        n: Option<u64>,
    },
    /// Listed values with probabilities (equal when left out).
    Categorical {
        /// Values, as JSON scalars.
        values: Vec<serde_json::Value>,
        /// Probabilities, one a value, summing to 1.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        probs: Vec<f64>,
    },
    /// Dates with a season: weights over months, weeks, weekdays or hours, years even.
    Seasonal {
        /// What the weights are over.
        granularity: Granularity,
        /// 12, 52, 7 or 24 weights.
        weights: Vec<f64>,
        /// First and last year, inclusive.
        year_range: [i32; 2],
    },
    /// Days or instants between two ISO dates, both inclusive.
    Datetime {
        /// First day.
        start: String,
        /// Last day.
        end: String,
    },
    /// A date or instant `min_days..=max_days` after another column of the same row; NULL where that one is NULL.
    AfterColumn {
        /// The earlier column.
        column: String,
        /// Least distance, days.
        min_days: i64,
        /// Greatest distance, days.
        max_days: i64,
        /// Last day that has happened: a later value is NULL where the column may be NULL (not returned yet), else this day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<String>,
    },
    /// start, start + step, ...: keys.
    Sequence {
        /// First value.
        #[serde(default = "one")]
        start: i64,
        /// Distance.
        #[serde(default = "one")]
        step: i64,
    },
    /// One value.
    Constant {
        /// The value.
        value: serde_json::Value,
    },
    /// Text with `#` for a digit, `?` for a capital letter, everything else as it stands.
    Pattern {
        /// The pattern.
        pattern: String,
    },
    /// A named value provider ("person.full_name", "company.name").
    Provider {
        /// Registry name.
        name: String,
        /// Provider options.
        #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
        options: serde_json::Map<String, serde_json::Value>,
    },
    /// Values of the parent's key: uniform, or Zipf-skewed when `skew` is above 0.
    ForeignKey {
        /// Zipf exponent over the parents; 0 is uniform.
        #[serde(default)]
        skew: f64,
    },
    /// Computed from other columns of the same row.
    Derived {
        /// SQL over the row's other columns.
        expression: String,
    },
}

/// What seasonal weights are over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Granularity {
    /// 12 weights, January first.
    Month,
    /// 52 weights.
    Week,
    /// 7 weights, Monday first.
    Weekday,
    /// 24 weights.
    Hour,
}

fn one() -> i64 {
    1
}

impl Distribution {
    /// The kind's name, as files write it and registries list it.
    pub fn kind(&self) -> &'static str {
        match self {
            Distribution::Uniform { .. } => "uniform",
            Distribution::Normal { .. } => "normal",
            Distribution::Lognormal { .. } => "lognormal",
            Distribution::Zipf { .. } => "zipf",
            Distribution::Categorical { .. } => "categorical",
            Distribution::Seasonal { .. } => "seasonal",
            Distribution::Datetime { .. } => "datetime",
            Distribution::AfterColumn { .. } => "after_column",
            Distribution::Sequence { .. } => "sequence",
            Distribution::Constant { .. } => "constant",
            Distribution::Pattern { .. } => "pattern",
            Distribution::Provider { .. } => "provider",
            Distribution::ForeignKey { .. } => "foreign_key",
            Distribution::Derived { .. } => "derived",
        }
    }
}

/// What a value provider is, for whoever chooses one: the data engine lists its providers in this form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderInfo {
    /// Registry name.
    pub name: &'static str,
    /// Column names it fits, as lower-case words ("first name"); `kind/name` fits only in tables about that kind of thing ("book/title").
    pub patterns: &'static [&'static str],
    /// Different values it has before it starts to number them.
    pub distinct: u64,
    /// Many rows share a value (cities, genres), or every row has its own (people, titles).
    pub shared: bool,
    /// Longest of its usual values, characters: a column that is narrower gets something else.
    pub width: usize,
}

/// What a data engine can do, handed to the distribution engineer, who stands beside it and cannot ask.
#[derive(Debug, Clone)]
pub struct Abilities {
    /// Value providers.
    pub providers: Vec<ProviderInfo>,
    /// Whether a SQL expression over one row can be evaluated; the error says what cannot.
    pub expression: fn(&str) -> Result<(), String>,
}

impl GenerationIr {
    /// The plan of one column.
    pub fn plan(&self, table: &str, column: &str) -> Option<&ColumnPlan> {
        self.columns.iter().find(|p| p.table == table && p.column == column)
    }
}
