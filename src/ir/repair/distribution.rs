//! Slips of the distribution of one column: its kind, its parameters, and what single kinds are often given.
//!
//! Limits: slips with one plausible meaning, by the kind and the column's type alone. Invariant: a distribution whose kind is unknown stays as it is.

use super::form::{Report, number, parse, rename};
use super::kind::{Form, KINDS, Kind};
use super::season;
use crate::ir::sql_type::SqlType;
use serde_json::{Map, Value, json};

pub(super) fn distribution(value: &mut Value, place: &str, column: Option<&SqlType>, report: &mut Report) {
    if let Value::String(name) = value {
        report.say("bare_kind", place, format!("{name:?} alone was read as {{\"kind\": {name:?}}}"));
        *value = json!({"kind": name.clone()});
    }
    let Some(map) = value.as_object_mut() else { return };
    if !map.contains_key("kind") {
        rename(map, "kind", &["type", "distribution", "dist"], place, report);
    }
    // Parameters under a key of their own.
    for key in ["params", "parameters", "args", "kwargs"] {
        if let Some(Value::Object(_)) = map.get(key)
            && let Some(Value::Object(inner)) = map.shift_remove(key)
        {
            report.say(
                "nested_parameters",
                place,
                format!("the parameters under {key:?} were moved up beside \"kind\""),
            );
            for (name, value) in inner {
                map.entry(name).or_insert(value);
            }
        }
    }
    let Some(written) = map.get("kind").and_then(Value::as_str).map(str::to_owned) else {
        return;
    };
    let plain = written.trim().to_lowercase().replace([' ', '-'], "_");
    let spelled = |(name, other, _): &&Kind| *name == plain || other.iter().any(|o| o.replace('-', "_") == plain);
    let Some((mut name, mut parameters)) = KINDS.iter().find(spelled).map(|(name, _, parameters)| (*name, *parameters)) else {
        return;
    };
    // Dates in a range of numbers.
    let is_date = |v: Option<&Value>| v.and_then(Value::as_str).is_some_and(looks_like_date);
    if name == "uniform" && ["low", "high", "min", "max", "start", "end"].iter().any(|k| is_date(map.get(*k))) {
        let datetime = KINDS.iter().find(|(k, ..)| *k == "datetime");
        if let Some((kind, _, theirs)) = datetime {
            report.say(
                "dates_in_uniform",
                place,
                "dates in uniform: it became datetime with start and end".to_owned(),
            );
            (name, parameters) = (kind, theirs);
            map.insert("kind".into(), json!(name));
            for (own, old) in [("start", ["low", "min"]), ("end", ["high", "max"])] {
                for old in old {
                    if let Some(v) = map.shift_remove(old) {
                        map.entry(own).or_insert(v);
                    }
                }
            }
            map.shift_remove("step");
        }
    } else if written != name {
        report.say(
            "kind_spelling",
            &format!("{place}.kind"),
            format!("{written:?} was read as {name:?}"),
        );
        map.insert("kind".into(), json!(name));
    }
    // What the other spellings of exponential call scale or mean is 1 / rate.
    if name == "exponential" && !map.contains_key("rate") {
        for key in ["scale", "mean", "beta"] {
            number(map, key, Form::Float, place, report);
            if let Some(mean) = map.get(key).and_then(Value::as_f64).filter(|m| *m != 0.0) {
                map.shift_remove(key);
                map.insert("rate".into(), json!(1.0 / mean));
                report.say(
                    "parameter_spelling",
                    &format!("{place}.{key}"),
                    format!("{key} {mean} was read as rate {}", 1.0 / mean),
                );
                break;
            }
        }
    }
    match name {
        "categorical" => categories(map, place, report),
        "lognormal" => of_values(map, place, report),
        _ => {}
    }
    for (parameter, form, other, default) in parameters {
        // Another parameter's own name is never a spelling of this one.
        let other: Vec<&str> = other.iter().copied().filter(|o| !parameters.iter().any(|(p, ..)| p == o)).collect();
        rename(map, parameter, &other, place, report);
        number(map, parameter, *form, place, report);
        if let (false, Some(default)) = (map.contains_key(*parameter), default) {
            let value = default();
            report.say(
                "missing_parameter",
                place,
                format!("{name} has no {parameter:?}; {value} was taken"),
            );
            map.insert((*parameter).to_owned(), value);
        }
    }
    match name {
        "categorical" => categorical(map, place, column, report),
        "seasonal" => season::seasonal(map, place, report),
        "datetime" => days(map, &["start", "end"], place, report),
        "after_column" => days(map, &["until"], place, report),
        "mixture" => {
            for (i, part) in map
                .get_mut("components")
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten()
                .enumerate()
            {
                let place = format!("{place}.components[{i}]");
                if let Some(part) = part.as_object_mut() {
                    rename(part, "weight", &["prob", "probability", "p", "share"], &place, report);
                    number(part, "weight", Form::Float, &place, report);
                    wrap(part, &place, report);
                    if let Some(inner) = part.get_mut("distribution") {
                        distribution(inner, &format!("{place}.distribution"), column, report);
                    }
                }
            }
        }
        _ => {}
    }
}

/// A lognormal's mean and deviation of the values themselves, which nobody calls `std` of the logarithm: as those of the logarithm.
fn of_values(map: &mut Map<String, Value>, place: &str, report: &mut Report) {
    let names = ["std", "std_dev", "stddev", "sd", "stdev", "standard_deviation"];
    let Some(name) = names.into_iter().find(|n| map.contains_key(*n)) else {
        return;
    };
    if ["sigma", "mu", "log_mean"].iter().any(|k| map.contains_key(*k)) {
        return;
    }
    number(map, "mean", Form::Float, place, report);
    number(map, name, Form::Float, place, report);
    let value = |key: &str| map.get(key).and_then(Value::as_f64).filter(|x| *x > 0.0 && x.is_finite());
    let (Some(mean), Some(std)) = (value("mean"), value(name)) else {
        return;
    };
    let variance = (std / mean).powi(2).ln_1p();
    let (mu, sigma) = (mean.ln() - variance / 2.0, variance.sqrt());
    map.shift_remove(name);
    map.insert("mean".into(), json!(mu));
    map.insert("sigma".into(), json!(sigma));
    report.say(
        "lognormal_of_values",
        &format!("{place}.{name}"),
        format!("mean {mean} and {name} {std} were read as those of the values: mean {mu:.4} and sigma {sigma:.4} of their logarithm"),
    );
}

/// `2024/03/01` as ISO dates have it.
fn days(map: &mut Map<String, Value>, keys: &[&str], place: &str, report: &mut Report) {
    for key in keys {
        let Some(Value::String(text)) = map.get_mut(*key) else { continue };
        if text.matches('/').count() == 2 && looks_like_date(text) {
            let better = text.trim().replace('/', "-");
            report.say("date_form", &format!("{place}.{key}"), format!("{text:?} was read as {better:?}"));
            *text = better;
        }
    }
}

/// A part of a mixture whose distribution stands beside its weight.
fn wrap(part: &mut Map<String, Value>, place: &str, report: &mut Report) {
    if part.contains_key("distribution") || !["kind", "type"].iter().any(|k| part.contains_key(*k)) {
        return;
    }
    let weight = part.shift_remove("weight");
    let inner = std::mem::take(part);
    part.extend(weight.map(|w| ("weight".to_owned(), w)));
    part.insert("distribution".into(), Value::Object(inner));
    report.say(
        "bare_component",
        place,
        "what stands beside the weight was moved into \"distribution\"".to_owned(),
    );
}

/// `{"a": 0.7, "b": 0.3}` and `[{"value": "a", "prob": 0.7}, ...]` as values and probs.
fn categories(map: &mut Map<String, Value>, place: &str, report: &mut Report) {
    rename(
        map,
        "values",
        &["categories", "options", "choices", "items", "labels"],
        place,
        report,
    );
    let Some(values) = map.get("values") else { return };
    let mut pairs: Vec<(Value, Value)> = Vec::new();
    match values {
        Value::Object(weights) => pairs.extend(weights.iter().map(|(k, v)| (json!(k), v.clone()))),
        Value::Array(list) if !list.is_empty() => {
            for item in list {
                let value = item.get("value").or(item.get("name"));
                let share = ["prob", "probability", "weight", "p"].iter().find_map(|k| item.get(*k));
                match (value, share) {
                    (Some(value), Some(share)) => pairs.push((value.clone(), share.clone())),
                    _ => return,
                }
            }
        }
        _ => return,
    }
    report.say(
        "paired_values",
        &format!("{place}.values"),
        "values with their shares were split into values and probs".to_owned(),
    );
    let (values, probs): (Vec<Value>, Vec<Value>) = pairs.into_iter().unzip();
    map.insert("values".into(), Value::Array(values));
    map.insert("probs".into(), Value::Array(probs));
}

fn categorical(map: &mut Map<String, Value>, place: &str, column: Option<&SqlType>, report: &mut Report) {
    let numeric = matches!(
        column,
        Some(SqlType::Int16 | SqlType::Int32 | SqlType::Int64 | SqlType::Float32 | SqlType::Float64 | SqlType::Decimal(..))
    );
    let mut changed = 0;
    for value in map.get_mut("values").and_then(Value::as_array_mut).into_iter().flatten() {
        let better = match (&*value, column) {
            (Value::Bool(b), _) if numeric => Some(json!(i32::from(*b))),
            (Value::String(s), Some(SqlType::Bool)) => match s.to_lowercase().as_str() {
                "true" | "yes" | "y" | "t" | "1" => Some(json!(true)),
                "false" | "no" | "n" | "f" | "0" => Some(json!(false)),
                _ => None,
            },
            (Value::Number(n), Some(SqlType::Bool)) if n.as_f64() == Some(0.0) || n.as_f64() == Some(1.0) => {
                Some(json!(n.as_f64() == Some(1.0)))
            }
            // A number of more digits than floats have stays the text that it is.
            (Value::String(s), _) if numeric => parse(s)
                .filter(|n| n.is_i64() || s.bytes().filter(u8::is_ascii_digit).count() <= 15)
                .map(Value::Number),
            _ => None,
        };
        if let Some(better) = better {
            *value = better;
            changed += 1;
        }
    }
    if changed > 0 {
        let shown = column.map_or(String::new(), ToString::to_string);
        report.say(
            "value_type",
            &format!("{place}.values"),
            format!("{changed} values were read as values of a {shown} column"),
        );
    }
    shares(map, "probs", place, report);
}

/// Probabilities that sum to 1 but for rounding, or to 100.
fn shares(map: &mut Map<String, Value>, key: &str, place: &str, report: &mut Report) {
    let Some(list) = map.get(key).and_then(Value::as_array) else {
        return;
    };
    let numbers: Vec<f64> = list.iter().filter_map(Value::as_f64).collect();
    let sum: f64 = numbers.iter().sum();
    let usable = numbers.len() == list.len() && numbers.iter().all(|p| *p >= 0.0) && sum.is_finite();
    let near = |target: f64| (sum / target - 1.0).abs() <= 0.05;
    if usable && (sum - 1.0).abs() > 1e-9 && (near(1.0) || near(100.0)) {
        map.insert(key.into(), numbers.iter().map(|p| json!(p / sum)).collect());
        report.say(
            "probability_sum",
            &format!("{place}.{key}"),
            format!("they sum to {sum:.6} and were divided by it"),
        );
    }
}

/// `2024-03-01` with anything after it, or `2024/03/01`.
fn looks_like_date(text: &str) -> bool {
    let bytes = text.trim().as_bytes();
    let digits = |from: usize, to: usize| bytes.get(from..to).is_some_and(|d| d.iter().all(u8::is_ascii_digit));
    digits(0, 4) && matches!(bytes.get(4), Some(b'-' | b'/')) && digits(5, 7)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails at the place")]
mod tests {
    use super::super::{dataset, kinds};
    use super::*;
    use crate::ir::generation::Distribution;

    fn repaired(kind: &str, written: Value) -> (Result<Distribution, String>, Vec<String>) {
        let mut ir = json!({
            "logical": {"name": "x", "tables": [{"name": "t", "columns": [{"name": "c", "type": kind}]}]},
            "generation": {"columns": [{"table": "t", "column": "c", "distribution": written}]},
        });
        let issues = dataset(&mut ir);
        let found = ir.pointer("/generation/columns/0/distribution").cloned().unwrap_or_default();
        let codes = issues.into_iter().map(|i| i.code).collect();
        (serde_json::from_value(found).map_err(|e| e.to_string()), codes)
    }

    #[test]
    fn usual_slips_are_put_right_and_told() {
        for (kind, written, wanted, codes) in [
            (
                "INT32",
                json!({"kind": "uniform", "min": "1", "max": 9}),
                json!({"kind": "uniform", "low": 1, "high": 9}),
                "parameter_spelling number_form parameter_spelling",
            ),
            (
                "DATE",
                json!({"kind": "uniform", "low": "2020-01-01", "high": "2021-01-01"}),
                json!({"kind": "datetime", "start": "2020-01-01", "end": "2021-01-01"}),
                "dates_in_uniform",
            ),
            (
                "FLOAT64",
                json!({"type": "gaussian", "params": {"mu": 1, "std_dev": 2}}),
                json!({"kind": "normal", "mean": 1, "std": 2}),
                "parameter_spelling nested_parameters kind_spelling parameter_spelling parameter_spelling",
            ),
            (
                "FLOAT64",
                json!({"kind": "log_normal", "mean": 1}),
                json!({"kind": "lognormal", "mean": 1, "sigma": 1}),
                "kind_spelling missing_parameter",
            ),
            (
                "FLOAT64",
                json!({"kind": "exponential", "scale": 4}),
                json!({"kind": "exponential", "rate": 0.25}),
                "parameter_spelling",
            ),
            (
                "INT32",
                json!({"kind": "poisson", "lam": "3"}),
                json!({"kind": "poisson", "lambda": 3}),
                "parameter_spelling number_form",
            ),
            (
                "TEXT",
                json!({"kind": "choice", "choices": {"a": 1, "b": 3}}),
                json!({"kind": "categorical", "values": ["a", "b"], "probs": [1, 3]}),
                "kind_spelling parameter_spelling paired_values",
            ),
            (
                "TEXT",
                json!({"kind": "categorical", "values": ["a", "b"], "weights": [40, 60]}),
                json!({"kind": "categorical", "values": ["a", "b"], "probs": [0.4, 0.6]}),
                "parameter_spelling probability_sum",
            ),
            (
                "INT32",
                json!({"kind": "categorical", "values": [true, false]}),
                json!({"kind": "categorical", "values": [1, 0]}),
                "value_type",
            ),
            (
                "BOOL",
                json!({"kind": "categorical", "values": ["yes", "no"]}),
                json!({"kind": "categorical", "values": [true, false]}),
                "value_type",
            ),
            (
                "DATE",
                json!({"kind": "seasonal", "granularity": "monthly", "years": ["2020", "2022"]}),
                json!({"kind": "seasonal", "granularity": "month", "weights": [1,1,1,1,1,1,1,1,1,1,1,1], "year_range": [2020, 2022]}),
                "parameter_spelling granularity_spelling missing_parameter year_range",
            ),
            (
                "DATE",
                json!({"kind": "seasonal", "granularity": "weekday", "year_range": [2020, 2022],
                    "weights": {"Sunday": 7, "Mon": "1", "Tue": 2, "Wed": 3, "Thu": 4, "Fri": 5, "saturday": 6}}),
                json!({"kind": "seasonal", "granularity": "weekday", "weights": [1, 2, 3, 4, 5, 6, 7], "year_range": [2020, 2022]}),
                "slot_weights number_form",
            ),
            (
                "DATE",
                json!({"kind": "seasonal", "granularity": "month", "year_range": [2020, 2022],
                    "weights": {"12": 9, "1": 1, "2": 1, "3": 1, "4": 1, "5": 1, "6": 2, "7": 1, "8": 1, "9": 1, "10": 1, "11": 1}}),
                json!({"kind": "seasonal", "granularity": "month", "weights": [1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 9], "year_range": [2020, 2022]}),
                "slot_weights",
            ),
            (
                "DATE",
                json!({"kind": "datetime", "start": "2020/01/01", "end": "2021-01-01"}),
                json!({"kind": "datetime", "start": "2020-01-01", "end": "2021-01-01"}),
                "date_form",
            ),
            (
                "FLOAT64",
                json!({"kind": "mixture", "components": [{"weight": 1, "kind": "gaussian", "mean": 1, "std": 2}, {"weight": 2, "distribution": {"kind": "constant", "value": 3}}]}),
                json!({"kind": "mixture", "components": [{"weight": 1, "distribution": {"kind": "normal", "mean": 1, "std": 2}}, {"weight": 2, "distribution": {"kind": "constant", "value": 3}}]}),
                "bare_component kind_spelling",
            ),
            (
                "FLOAT64",
                json!({"kind": "lognormal", "mu": 1, "std": 2}),
                json!({"kind": "lognormal", "mean": 1, "sigma": 2}),
                "parameter_spelling parameter_spelling",
            ),
            ("INT32", json!("serial"), json!({"kind": "sequence"}), "bare_kind kind_spelling"),
            (
                "INT32",
                json!({"kind": "sequence", "start": 5.0}),
                json!({"kind": "sequence", "start": 5}),
                "number_form",
            ),
        ] {
            let (found, said) = repaired(kind, written.clone());
            let wanted: Distribution = serde_json::from_value(wanted).unwrap();
            assert_eq!(found.as_ref(), Ok(&wanted), "{written}");
            assert_eq!(said.join(" "), codes, "{written}");
        }
        let (found, said) = repaired(
            "TEXT",
            json!({"kind": "categorical", "values": ["a", "b", "c"], "probs": [0.333, 0.333, 0.333]}),
        );
        assert_eq!(said, ["probability_sum"]);
        let Ok(Distribution::Categorical { probs, .. }) = found else {
            panic!("{found:?}")
        };
        assert!((probs.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_lognormal_with_std_is_told_of_its_values() {
        let (found, said) = repaired("FLOAT64", json!({"kind": "lognormal", "mean": 50, "std_dev": "10"}));
        assert_eq!(said, ["number_form", "lognormal_of_values"]);
        let Ok(Distribution::Lognormal { mean, sigma, .. }) = found else {
            panic!("{found:?}")
        };
        let expected = (mean + sigma * sigma / 2.0).exp();
        let deviation = expected * ((sigma * sigma).exp() - 1.0).sqrt();
        assert!(
            (expected - 50.0).abs() < 1e-9 && (deviation - 10.0).abs() < 1e-9,
            "{expected} {deviation}"
        );
    }

    #[test]
    fn what_has_no_one_meaning_is_left_for_the_reader() {
        for written in [
            json!({"kind": "unifrom", "low": 1, "high": 2}),
            json!({"kind": "categorical", "values": ["a", "b"], "probs": [0.2, 0.3]}),
            json!({"kind": "categorical", "values": ["a", "b"], "probs": [0.5, 0.5, 0.5]}),
            json!({"kind": "uniform", "low": "cheap", "high": 2}),
            json!({"kind": "uniform", "low": 9, "high": 2}),
            json!({"kind": "seasonal", "granularity": "month", "weights": {"12": 3}, "year_range": [2020, 2021]}),
        ] {
            let (_, said) = repaired("TEXT", written.clone());
            assert!(said.is_empty(), "{written}: {said:?}");
        }
        assert!(
            repaired("TEXT", json!({"kind": "unifrom", "low": 1, "high": 2}))
                .0
                .unwrap_err()
                .contains("unifrom")
        );
    }

    #[test]
    fn every_kind_is_known_here_and_a_clean_ir_stays_as_it_is() {
        let text = include_str!("../../../schemas/retail.ir.json");
        let before: Value = serde_json::from_str(text).unwrap();
        let mut after = before.clone();
        assert_eq!(dataset(&mut after), []);
        assert_eq!(before, after);
        assert_eq!(kinds().count(), 18);
    }
}
