//! The kinds of distribution as people and language models spell them: names, parameters, other spellings, usual values.
//!
//! To add a kind: a line here beside its variant in `ir::generation`. Limits: spellings with one plausible meaning. Invariant: no spelling belongs to two kinds.

use serde_json::{Value, json};

/// What a parameter holds.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Form {
    Float,
    Whole,
    Text,
    Floats,
    Any,
}

/// A parameter: name, form, other spellings, value when it is left out.
pub(super) type Parameter = (&'static str, Form, &'static [&'static str], Option<fn() -> Value>);

/// A kind: name, other spellings, parameters.
pub(super) type Kind = (&'static str, &'static [&'static str], &'static [Parameter]);

const LOW: Parameter = (
    "low",
    Form::Float,
    &["min", "minimum", "lower", "lower_bound", "min_value", "a", "from"],
    None,
);
const HIGH: Parameter = (
    "high",
    Form::Float,
    &["max", "maximum", "upper", "upper_bound", "max_value", "b", "to"],
    None,
);
const STEP: Parameter = ("step", Form::Float, &["increment", "granularity", "precision"], None);

pub(super) const KINDS: &[Kind] = &[
    (
        "uniform",
        &[
            "uniform_int",
            "uniform_float",
            "randint",
            "random_int",
            "range",
            "int_range",
            "uniform_integer",
        ],
        &[
            ("low", Form::Float, LOW.2, Some(|| json!(0))),
            ("high", Form::Float, HIGH.2, Some(|| json!(100))),
            STEP,
        ],
    ),
    (
        "normal",
        &["gaussian", "gauss", "norm", "truncated_normal", "truncnorm", "normal_distribution"],
        &[
            ("mean", Form::Float, &["mu", "loc", "average", "avg"], Some(|| json!(0))),
            (
                "std",
                Form::Float,
                &["sigma", "std_dev", "stddev", "sd", "scale", "stdev", "standard_deviation"],
                Some(|| json!(1)),
            ),
            LOW,
            HIGH,
            STEP,
        ],
    ),
    (
        "lognormal",
        &["log_normal", "log-normal", "lognorm"],
        &[
            ("mean", Form::Float, &["mu", "loc", "log_mean"], Some(|| json!(0))),
            (
                "sigma",
                Form::Float,
                &["std", "std_dev", "stddev", "sd", "s", "log_std", "scale"],
                Some(|| json!(1)),
            ),
            LOW,
            HIGH,
            STEP,
        ],
    ),
    (
        "exponential",
        &["expon", "exp"],
        &[
            ("rate", Form::Float, &["lambda", "lam", "lambd"], Some(|| json!(1))),
            LOW,
            HIGH,
            STEP,
        ],
    ),
    (
        "poisson",
        &["poiss"],
        &[
            ("lambda", Form::Float, &["lam", "mean", "mu", "rate", "lambd"], Some(|| json!(1))),
            LOW,
            HIGH,
        ],
    ),
    (
        "zipf",
        &["zipfian", "power_law", "powerlaw", "zeta"],
        &[
            ("s", Form::Float, &["exponent", "alpha", "a", "skew", "theta"], Some(|| json!(1.1))),
            ("n", Form::Whole, &["num", "size", "ranks", "n_values", "num_elements"], None),
        ],
    ),
    (
        "categorical",
        &[
            "choice",
            "choices",
            "category",
            "enum",
            "discrete",
            "weighted_choice",
            "multinomial",
        ],
        &[
            ("values", Form::Any, &["categories", "options", "choices", "items", "labels"], None),
            (
                "probs",
                Form::Floats,
                &["probabilities", "weights", "p", "probability", "prob", "frequencies"],
                None,
            ),
        ],
    ),
    (
        "seasonal",
        &["seasonality", "seasonal_datetime", "seasonal_date"],
        &[
            ("granularity", Form::Text, &["period", "unit", "level"], Some(|| json!("month"))),
            ("weights", Form::Floats, &["probs", "values", "pattern", "probabilities"], None),
            ("year_range", Form::Any, &["years", "range"], Some(|| json!([2020, 2024]))),
        ],
    ),
    (
        "datetime",
        &[
            "date",
            "timestamp",
            "date_range",
            "datetime_range",
            "date_uniform",
            "uniform_date",
            "random_date",
        ],
        &[
            (
                "start",
                Form::Text,
                &["low", "min", "from", "start_date", "begin", "start_time"],
                Some(|| json!("2020-01-01")),
            ),
            (
                "end",
                Form::Text,
                &["high", "max", "to", "end_date", "stop", "end_time"],
                Some(|| json!("2024-12-31")),
            ),
        ],
    ),
    (
        "after_column",
        &["after", "date_after", "offset"],
        &[
            ("column", Form::Text, &["base", "base_column", "after", "source"], None),
            ("min_days", Form::Whole, &["min", "low"], Some(|| json!(0))),
            ("max_days", Form::Whole, &["max", "high"], Some(|| json!(30))),
            ("min_minutes", Form::Whole, &[], None),
            ("max_minutes", Form::Whole, &[], None),
            ("step_minutes", Form::Whole, &[], None),
            ("until", Form::Text, &[], None),
        ],
    ),
    (
        "sequence",
        &[
            "serial",
            "autoincrement",
            "auto_increment",
            "increment",
            "identity",
            "row_number",
            "seq",
        ],
        &[
            ("start", Form::Whole, &["start_at", "begin", "from"], None),
            ("step", Form::Whole, &["increment", "by"], None),
        ],
    ),
    (
        "constant",
        &["const", "fixed", "literal", "static"],
        &[("value", Form::Any, &["val", "constant"], None)],
    ),
    (
        "pattern",
        &["text_pattern", "template", "format", "regex", "mask"],
        &[("pattern", Form::Text, &["format", "template", "mask"], None)],
    ),
    (
        "provider",
        &["faker", "fake"],
        &[
            ("name", Form::Text, &["provider", "method", "faker"], None),
            ("options", Form::Any, &["config", "args", "kwargs"], None),
        ],
    ),
    (
        "foreign_key",
        &["fk", "reference", "ref", "foreignkey", "references"],
        &[
            ("skew", Form::Float, &["s", "zipf", "alpha", "exponent"], None),
            ("weights", Form::Floats, &["probs"], None),
            ("coverage", Form::Any, &["cover", "at_least_one"], None),
            ("children", Form::Any, &["children_per_parent", "fanout"], None),
        ],
    ),
    (
        "line_no",
        &["line_number", "lineno", "ordinal"],
        &[
            ("parent", Form::Text, &["foreign_key", "per", "within"], None),
            ("start", Form::Whole, &[], None),
        ],
    ),
    (
        "mixture",
        &["mixed", "mix"],
        &[("components", Form::Any, &["parts", "distributions"], None)],
    ),
    (
        "derived",
        &["expression", "computed", "formula", "calculated", "derive"],
        &[("expression", Form::Text, &["expr", "formula", "sql"], None)],
    ),
];

/// The names of all kinds, in the order of the documentation.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(name, ..)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_spelling_means_one_kind() {
        let mut seen = BTreeSet::new();
        for (name, spellings, _) in KINDS {
            for spelling in std::iter::once(name).chain(spellings.iter().filter(|s| *s != name)) {
                assert!(seen.insert(spelling), "{spelling} stands twice");
            }
        }
    }
}
