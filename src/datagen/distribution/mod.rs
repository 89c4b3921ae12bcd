//! Distributions: from a plan's parameters to a sampler, one file a kind.
//!
//! A sampler is a pure function of the row number (and of other columns of the same row). To add a kind: a variant of
//! [`Distribution`], a file here, a line in [`KINDS`].

mod after_column;
mod categorical;
mod constant;
mod copula;
mod datetime;
mod derived;
mod exponential;
mod line_no;
mod listed;
mod lognormal;
mod mixture;
mod normal;
mod pattern;
mod poisson;
mod provider;
mod seasonal;
mod sequence;
mod uniform;
mod written;
mod zipf;

use super::attribute::Attributes;
use super::cell::{Cell, Physical, Values, cell};
use super::draw::Rows;
use super::expression::Expression;
use super::family::Family;
use crate::ir::generation::{Distribution, WordList};
use crate::ir::{EnumType, SqlType};
use crate::kernel::seed::Seed;
use arrow::array::ArrayRef;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) use categorical::cells as listed_cells;
pub(super) use copula::{COLUMNS_MAX as CORRELATED_MAX, Correlated, cholesky};
pub use pattern::Pattern;
pub(super) use written::held;
pub(super) use zipf::{Ranks, ranks as zipf_ranks};

/// Makes one column's values.
pub trait Sampler: Send + Sync {
    /// One value a row.
    fn sample(&self, rows: &Rows<'_>, row: &RowValues<'_>) -> Result<Values, String>;
    /// Positions of the columns of the same row that it reads.
    fn reads(&self) -> &[usize] {
        &[]
    }
    /// Whether what it reads alone decides its values.
    fn computes(&self) -> bool {
        false
    }
    /// The values at these places of its cumulative distribution, for kinds that have a quantile; correlated groups need it.
    fn quantiles(&self, _units: &[f64]) -> Option<Values> {
        None
    }
    /// Whether no two rows have the same value, by construction.
    fn unique(&self) -> bool {
        false
    }
    /// Whether its rows share so few values that a file does well to write each once.
    fn few(&self) -> bool {
        false
    }
}

/// Columns of the same rows that are already made.
pub struct RowValues<'a>(pub &'a [Option<ArrayRef>]);

impl RowValues<'_> {
    /// A whole column.
    pub fn array(&self, column: usize) -> Option<&ArrayRef> {
        self.0.get(column).and_then(Option::as_ref)
    }

    /// One value.
    pub fn cell(&self, column: usize, row: usize) -> Cell {
        self.0
            .get(column)
            .and_then(Option::as_ref)
            .map_or(Cell::Null, |array| cell(array, row))
    }
}

/// What a sampler is built from.
pub struct Request<'a> {
    /// The plan's parameters.
    pub distribution: &'a Distribution,
    /// The column's type.
    pub sql_type: &'a SqlType,
    /// The schema's enums.
    pub enums: &'a [EnumType],
    /// The column's physical type.
    pub physical: Physical,
    /// Rows of the table.
    pub rows: u64,
    /// The column alone must be unique; a sampler that cannot promise it is searched instead.
    pub unique: bool,
    /// It must be unique and is searched: the sampler is not to promise it.
    pub searched: bool,
    /// Every row has its own person or place, one of so many: a column that tells of it is unique.
    pub each: Option<u64>,
    /// The column may be NULL.
    pub nullable: bool,
    /// The column's node of the seed tree.
    pub seed: Seed,
    /// The table's node, for values that several columns share.
    pub table_seed: Seed,
    /// Names of the table's columns.
    pub names: &'a [&'a str],
    /// Conditions that read this column alone: values that break one are none that it can have.
    pub alone: &'a [Expression],
    /// Names that derived columns see.
    pub attributes: &'a Attributes<'a>,
    /// The schema says GENERATED ALWAYS: an expression is the database's SQL.
    pub generated: bool,
    /// The user's own word lists.
    pub lists: &'a BTreeMap<String, WordList>,
    /// The children that a line number counts within, by a column of their foreign key.
    pub families: &'a dyn Fn(Option<&str>) -> Result<Arc<Family>, String>,
}

impl Request<'_> {
    /// Whether a value satisfies the conditions that read this column alone.
    fn allows(&self, value: &Cell) -> bool {
        self.alone.iter().all(|condition| condition.holds(&|_| value.clone()))
    }

    /// The position of another column of the table.
    fn column(&self, name: &str) -> Result<usize, String> {
        let found = self.names.iter().position(|n| *n == name);
        found.ok_or_else(|| {
            format!(
                "there is no column {name:?}{}",
                crate::kernel::suggest::hint(name, self.names.iter().copied())
            )
        })
    }

    /// Smallest distance between two values of the column.
    fn grain(&self, step: Option<f64>) -> f64 {
        step.unwrap_or(match self.physical {
            Physical::Int(_) => 1.0,
            Physical::Decimal(_, scale) => 10_f64.powi(-i32::from(scale)),
            _ => 0.0,
        })
    }
}

/// A kind of distribution.
pub struct Kind {
    /// Its name in files.
    pub name: &'static str,
    build: fn(&Request<'_>) -> Result<Box<dyn Sampler>, String>,
}

/// Every kind that makes values by itself (`foreign_key` is made from the parent, in `datagen::key`).
pub static KINDS: &[Kind] = &[
    Kind {
        name: "uniform",
        build: uniform::build,
    },
    Kind {
        name: "normal",
        build: normal::build,
    },
    Kind {
        name: "lognormal",
        build: lognormal::build,
    },
    Kind {
        name: "exponential",
        build: exponential::build,
    },
    Kind {
        name: "poisson",
        build: poisson::build,
    },
    Kind {
        name: "mixture",
        build: mixture::build,
    },
    Kind {
        name: "zipf",
        build: zipf::build,
    },
    Kind {
        name: "categorical",
        build: categorical::build,
    },
    Kind {
        name: "seasonal",
        build: seasonal::build,
    },
    Kind {
        name: "datetime",
        build: datetime::build,
    },
    Kind {
        name: "after_column",
        build: after_column::build,
    },
    Kind {
        name: "sequence",
        build: sequence::build,
    },
    Kind {
        name: "constant",
        build: constant::build,
    },
    Kind {
        name: "pattern",
        build: pattern::build,
    },
    Kind {
        name: "provider",
        build: provider::build,
    },
    Kind {
        name: "line_no",
        build: line_no::build,
    },
    Kind {
        name: "derived",
        build: derived::build,
    },
];

/// The sampler of a plan.
pub fn build(request: &Request<'_>) -> Result<Box<dyn Sampler>, String> {
    let name = request.distribution.kind();
    writable(request.distribution)?;
    match KINDS.iter().find(|k| k.name == name) {
        Some(kind) => (kind.build)(request),
        None => Err(format!(
            "distribution {name:?} belongs on a foreign key column, and this one is not"
        )),
    }
}

fn mismatch() -> String {
    "the registry sent a plan to another kind's builder".to_owned()
}

/// Refuses numbers that no distribution has.
fn finite(parameters: &[(&str, f64)]) -> Result<(), String> {
    match parameters.iter().find(|(_, x)| !x.is_finite()) {
        Some((name, x)) => Err(format!("{name} is {x}; give a finite number")),
        None => Ok(()),
    }
}

/// Refuses a range that is empty, and number distributions on columns that hold no numbers.
fn range(request: &Request<'_>, low: Option<f64>, high: Option<f64>) -> Result<(), String> {
    if !matches!(
        request.physical,
        Physical::Int(_) | Physical::Float | Physical::Decimal(..) | Physical::Text(_)
    ) {
        return Err(format!(
            "a {} column takes no numbers; use datetime, categorical or derived",
            request.sql_type
        ));
    }
    match (low, high) {
        (Some(low), Some(high)) if low > high => Err(format!("low {low} is above high {high}; swap them")),
        _ => Ok(()),
    }
}

/// Declared bounds, and where there are none those of the column's type: what the type does not hold is cut off, not piled up at its end.
fn within(request: &Request<'_>, low: Option<f64>, high: Option<f64>) -> Result<(f64, f64), String> {
    let most = match request.physical {
        Physical::Int(_) => request.physical.max().min(9e15),
        Physical::Decimal(..) => request.physical.max(),
        _ if *request.sql_type == SqlType::Float32 => f64::from(f32::MAX),
        _ => f64::MAX,
    };
    let (from, to) = (low.unwrap_or(-most).max(-most), high.unwrap_or(most).min(most));
    if from > to {
        let (low, high) = (low.unwrap_or(from), high.unwrap_or(to));
        return Err(format!(
            "from {low} to {high} is past what {} holds; widen the column, or move the bounds",
            request.sql_type
        ));
    }
    Ok((from, to))
}

/// Most standard deviations from its mean at which a distribution is cut: past them the numbers of a processor tell no tails apart.
const TAIL_MAX: f64 = 37.0;

/// Refuses parameters whose own tails floats do not count: `tail` is the distance from `middle` that [`TAIL_MAX`] deviations are.
fn counted(what: &str, middle: f64, tail: f64) -> Result<(), String> {
    if (middle.abs() + tail).is_finite() {
        return Ok(());
    }
    Err(format!(
        "{what} reach past what FLOAT64 counts, {:e}; bring them nearer to 0",
        f64::MAX
    ))
}

/// Refuses a range that a distribution has nothing in; `z` are its ends in standard deviations from the mean.
fn reachable(request: &Request<'_>, (low, high): (f64, f64), z: (f64, f64)) -> Result<(), String> {
    if z.0 <= TAIL_MAX && z.1 >= -TAIL_MAX {
        return Ok(());
    }
    Err(format!(
        "none of it lies from {low:e} to {high:e}, the range of the bounds and of {}; move the mean into the range, or widen the column",
        request.sql_type
    ))
}

/// Refuses texts that no database holds.
fn writable(distribution: &Distribution) -> Result<(), String> {
    fn find(value: &serde_json::Value, path: &str) -> Option<String> {
        match value {
            serde_json::Value::String(text) => text.contains('\0').then(|| path.to_owned()),
            serde_json::Value::Array(items) => items.iter().enumerate().find_map(|(i, v)| find(v, &format!("{path}[{i}]"))),
            serde_json::Value::Object(map) => map.iter().find_map(|(k, v)| {
                let dot = if path.is_empty() { "" } else { "." };
                find(v, &format!("{path}{dot}{k}"))
            }),
            _ => None,
        }
    }
    let value = serde_json::to_value(distribution).map_err(|e| e.to_string())?;
    match find(&value, "") {
        Some(path) => Err(format!("{path} holds a NUL character, which no database text can; take it out")),
        None => Ok(()),
    }
}

/// The multiples of a step that a column's numbers are rounded to.
#[derive(Debug, Clone, Copy)]
struct Grid {
    low: f64,
    high: f64,
    form: GridForm,
}

#[derive(Debug, Clone, Copy)]
enum GridForm {
    /// Numbers as they are.
    None,
    /// Whole numbers.
    Ints,
    /// Decimals of the column's own scale.
    Decimals(f64, u8),
    /// Multiples of 1 / this: dividing by a whole number gives the shortest decimal, multiplying by 0.01 does not.
    Fractions(f64),
    /// Multiples of this.
    Multiples(f64),
}

impl Grid {
    fn new(request: &Request<'_>, step: Option<f64>, low: f64, high: f64) -> Self {
        let grain = request.grain(step);
        let form = match request.physical {
            Physical::Int(_) if grain == 1.0 => GridForm::Ints,
            Physical::Decimal(p, scale) if p <= 15 && (grain * 10_f64.powi(i32::from(scale)) - 1.0).abs() < 1e-9 => {
                GridForm::Decimals(10_f64.powi(i32::from(scale)), scale)
            }
            _ if grain <= 0.0 => GridForm::None,
            _ if grain < 1.0 => GridForm::Fractions((1.0 / grain).round()),
            _ => GridForm::Multiples(grain),
        };
        let limit = match form {
            GridForm::Ints | GridForm::Decimals(..) => request.physical.max().min(9e15),
            _ => f64::MAX,
        };
        Grid {
            low: low.max(-limit),
            high: high.min(limit),
            form,
        }
    }

    /// One number a row, on the grid and in the range.
    fn values(&self, rows: &Rows<'_>, seed: Seed, draw: impl Fn(Seed) -> f64) -> Values {
        let (low, high) = (self.low, self.high);
        let kept = |x: f64| x.clamp(low, high);
        match self.form {
            GridForm::None => Values::Floats(rows.draw(seed, |s| kept(draw(s)))),
            GridForm::Ints => {
                let (low, high) = (low.ceil() as i64, (high.floor() as i64).max(low.ceil() as i64));
                Values::Ints(rows.draw(seed, |s| nearest(kept(draw(s))).clamp(low, high)))
            }
            GridForm::Decimals(factor, scale) => {
                let (low, high) = ((low * factor).ceil() as i64, (high * factor).floor() as i64);
                Values::Scaled(
                    rows.draw(seed, |s| nearest(kept(draw(s)) * factor).clamp(low, high.max(low))),
                    scale,
                )
            }
            GridForm::Fractions(inverse) => Values::Floats(rows.draw(seed, |s| kept(fraction(draw(s), inverse)))),
            GridForm::Multiples(grain) => Values::Floats(rows.draw(seed, |s| kept((draw(s) / grain).round() * grain))),
        }
    }
}

impl Grid {
    /// The same for numbers that are drawn already.
    fn of(&self, numbers: impl Iterator<Item = f64>) -> Values {
        let kept = |x: f64| x.clamp(self.low, self.high);
        match self.form {
            GridForm::None => Values::Floats(numbers.map(kept).collect()),
            GridForm::Ints => {
                let (low, high) = (self.low.ceil() as i64, (self.high.floor() as i64).max(self.low.ceil() as i64));
                Values::Ints(numbers.map(|x| nearest(kept(x)).clamp(low, high)).collect())
            }
            GridForm::Decimals(factor, scale) => {
                let (low, high) = ((self.low * factor).ceil() as i64, (self.high * factor).floor() as i64);
                let scaled = numbers.map(|x| nearest(kept(x) * factor).clamp(low, high.max(low)));
                Values::Scaled(scaled.collect(), scale)
            }
            GridForm::Fractions(inverse) => Values::Floats(numbers.map(|x| kept(fraction(x, inverse))).collect()),
            GridForm::Multiples(grain) => Values::Floats(numbers.map(|x| kept((x / grain).round() * grain)).collect()),
        }
    }
}

/// The nearest multiple of 1 / `inverse`.
#[inline]
fn fraction(x: f64, inverse: f64) -> f64 {
    let scaled = x * inverse;
    if scaled.abs() < 4e15 { nearest(scaled) as f64 / inverse } else { x }
}

/// The nearest whole number; half goes away from zero. The processors that everyone has round by cutting, so this is several times faster than `round`.
#[inline]
fn nearest(x: f64) -> i64 {
    (x + 0.5_f64.copysign(x)) as i64
}

/// A standard normal cut to `[low, high]`, by its quantile: one unit a value, however far in the tail the cut is.
struct Cut {
    from: f64,
    to: f64,
    mirrored: bool,
}

impl Cut {
    fn new(low: f64, high: f64) -> Self {
        let (low, high) = (low.clamp(-40.0, 40.0), high.clamp(-40.0, 40.0));
        // The upper tail is read as the lower one, where probabilities near 0 keep their digits.
        let mirrored = low > 0.0;
        let (low, high) = if mirrored { (-high, -low) } else { (low, high) };
        Cut {
            from: super::draw::cumulative(low),
            to: super::draw::cumulative(high),
            mirrored,
        }
    }

    fn at(&self, unit: f64) -> f64 {
        let unit = if self.mirrored { 1.0 - unit } else { unit };
        let z = super::draw::normal((self.from + unit * (self.to - self.from)).clamp(1e-300, 1.0 - 1e-16));
        if self.mirrored { -z } else { z }
    }
}
