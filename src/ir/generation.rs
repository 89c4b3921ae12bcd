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
    /// Groups of columns whose values move together.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub correlations: Vec<Correlation>,
    /// The user's own word lists: `list.<name>` is a provider.
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub lists: std::collections::BTreeMap<String, WordList>,
    /// Tables some of whose rows repeat an earlier row's entity, as data that was merged carelessly does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub duplicates: Vec<DuplicateEntities>,
}

/// A correlated group: a Gaussian copula over the columns' own distributions.
///
/// `matrix` holds the correlations of the normal scores. Columns that are normal have them as Pearson correlations; for any
/// continuous column Spearman's is `6/pi * asin(r/2)`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correlation {
    /// Table id.
    pub table: String,
    /// Columns, each with a distribution that has a quantile (uniform, normal, lognormal, exponential, poisson, categorical, datetime).
    pub columns: Vec<String>,
    /// Symmetric, ones on the diagonal, positive semi-definite; one row a column.
    pub matrix: Vec<Vec<f64>>,
}

/// A list of texts, written here or read from a file when the IR is loaded.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WordList {
    /// A .txt (one value a line), .csv (header and rows) or .yaml (a list) file, relative to the IR file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The column of a .csv file that holds the values; its first one when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// Rows that stand for the same thing as an earlier row of their table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DuplicateEntities {
    /// Table id.
    pub table: String,
    /// Share of rows that repeat an earlier one, 0 to 1.
    pub rate: f64,
    /// Columns that are repeated; all that are in no key when left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
}

/// Noise on purpose, as shares of a column's values. Never on columns of keys, nor on those a CHECK or constraint reads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Dirty {
    /// Values missing beside `null_fraction`; only where the column may be NULL.
    #[serde(skip_serializing_if = "is_zero")]
    pub nulls: f64,
    /// Texts with one typing mistake: two letters swapped, one lost, doubled or replaced.
    #[serde(skip_serializing_if = "is_zero")]
    pub typos: f64,
    /// Texts in capitals or in small letters.
    #[serde(skip_serializing_if = "is_zero")]
    pub case: f64,
    /// Texts with blanks before, after or doubled inside.
    #[serde(skip_serializing_if = "is_zero")]
    pub whitespace: f64,
    /// Numbers a hundred times too far from zero, dates a hundred years off.
    #[serde(skip_serializing_if = "is_zero")]
    pub outliers: f64,
    /// Numbers in another unit.
    #[serde(skip_serializing_if = "is_zero")]
    pub units: f64,
    /// What a number in the other unit is multiplied by; 1000 (grams for kilograms) when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_factor: Option<f64>,
}

impl Dirty {
    /// Some texts are not what they were.
    pub fn spoils_texts(&self) -> bool {
        self.typos + self.case + self.whitespace > 0.0
    }
    /// Some numbers or days are not what they were.
    pub fn spoils_numbers(&self) -> bool {
        self.outliers + self.units > 0.0
    }
    /// Share of the values that are not what they were; those that noise leaves out apart.
    pub fn spoiled(&self) -> f64 {
        self.typos + self.case + self.whitespace + self.outliers + self.units
    }
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
    /// Noise on purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dirty: Option<Dirty>,
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
        /// Values are `low`, `low + step`, `low + 2 step`, ...
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
    /// Exponential with `rate` (1 / mean), cut to `[low, high]`; since it has no memory, a `low` shifts it. Waiting times.
    Exponential {
        /// Events a unit: 1 / mean.
        rate: f64,
        /// Lower bound, 0 when left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        low: Option<f64>,
        /// Upper bound.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        high: Option<f64>,
        /// Values are multiples of this.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<f64>,
    },
    /// Poisson counts, cut to `[low, high]` when given.
    Poisson {
        /// Mean.
        lambda: f64,
        /// Lower bound.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        low: Option<f64>,
        /// Upper bound.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        high: Option<f64>,
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
        /// Minutes beside the least distance's days, for what lasts no whole days (flights, appointments); then distances are whole minutes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min_minutes: Option<i64>,
        /// Minutes beside the greatest distance's days.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_minutes: Option<i64>,
        /// With minutes: distances are the least one and multiples of this more; 1 when left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step_minutes: Option<i64>,
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
    /// Values of the parent's key: uniform, Zipf-skewed when `skew` is above 0, or weighted. With `children`, each parent's number of rows is
    /// drawn instead, and the table's row count follows from it. On a composite key the entry of its first column counts.
    ForeignKey {
        /// Zipf exponent over the parents; 0 is uniform.
        #[serde(default)]
        skew: f64,
        /// Explicit skew: weights of the parents in row order; fewer weights than parents stand for equal runs of them ([4, 1]: the first
        /// half of the parents has four fifths of the rows).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        weights: Vec<f64>,
        /// Every parent has at least one child.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        coverage: bool,
        /// Rows a parent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        children: Option<Children>,
    },
    /// 1, 2, 3, ... among the rows of one parent: beside a foreign key with `children`.
    LineNo {
        /// A column of that foreign key; may be left out when the table has one only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<String>,
        /// First number.
        #[serde(default = "one")]
        start: i64,
    },
    /// One of several distributions, chosen by weight.
    Mixture {
        /// At least one, none of which reads other columns.
        components: Vec<Component>,
    },
    /// Computed from other columns of the same row, and from columns of the rows its foreign keys refer to.
    Derived {
        /// SQL, or the expression language of `datagen::expression`: `price * quantity`, `list_price if vip else price * 1.1`,
        /// `hour(sold_at)`, `dim_product.list_price`.
        expression: String,
    },
}

/// One part of a mixture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    /// Share of the rows, relative to the other components.
    pub weight: f64,
    /// Where its values come from.
    pub distribution: Box<Distribution>,
}

/// How many children a parent has.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Children {
    /// Poisson with this mean, cut to `[low, high]`.
    Poisson {
        /// Mean before the cut.
        mean: f64,
        /// Fewest.
        #[serde(default)]
        low: u64,
        /// Most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        high: Option<u64>,
    },
    /// Any number of `low..=high`, equally likely.
    Uniform {
        /// Fewest.
        low: u64,
        /// Most.
        high: u64,
    },
    /// `low` and then one more with probability `1 - p` each time, up to `high`; mean `low + (1 - p) / p`.
    Geometric {
        /// Probability that the family is complete.
        p: f64,
        /// Fewest.
        #[serde(default)]
        low: u64,
        /// Most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        high: Option<u64>,
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
    /// The parent's keys, Zipf-skewed when `skew` is above 0.
    pub fn foreign_key(skew: f64) -> Self {
        Distribution::ForeignKey {
            skew,
            weights: Vec::new(),
            coverage: false,
            children: None,
        }
    }
    /// The kind's name, as files write it and registries list it.
    pub fn kind(&self) -> &'static str {
        match self {
            Distribution::Uniform { .. } => "uniform",
            Distribution::Normal { .. } => "normal",
            Distribution::Lognormal { .. } => "lognormal",
            Distribution::Exponential { .. } => "exponential",
            Distribution::Poisson { .. } => "poisson",
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
            Distribution::LineNo { .. } => "line_no",
            Distribution::Mixture { .. } => "mixture",
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
    /// Some texts of a value provider, by its name; none where there is no such provider.
    pub samples: fn(&str) -> Vec<String>,
    /// Whether a text is one of a value provider's, by its name; None where its texts have no form.
    pub is_one: fn(&str, &str) -> Option<bool>,
    /// Different values of a value provider, by its name, in a locale or in all; None where there is no such provider.
    pub distinct: fn(&str, Option<&str>) -> Option<u64>,
}

impl GenerationIr {
    /// The plan of one column.
    pub fn plan(&self, table: &str, column: &str) -> Option<&ColumnPlan> {
        self.columns.iter().find(|p| p.table == table && p.column == column)
    }
}
