//! Slips of seasonal distributions: granularities by other words, weights by month or weekday, years as dates.
//!
//! Limit: weights that do not name every slot once stay as they are. Invariant: weights come out in the order of the calendar.

use super::form::{Report, number};
use super::kind::Form;
use serde_json::{Map, Value, json};

pub(super) fn seasonal(map: &mut Map<String, Value>, place: &str, report: &mut Report) {
    if let Some(written) = map.get("granularity").and_then(Value::as_str).map(str::to_owned) {
        let plain = written.to_lowercase();
        let name = match plain.as_str() {
            "monthly" | "months" | "month_of_year" => "month",
            "weekly" | "weeks" | "week_of_year" => "week",
            "day_of_week" | "dayofweek" | "weekdays" | "daily" | "day" => "weekday",
            "hourly" | "hours" | "hour_of_day" => "hour",
            other => other,
        };
        if name != written {
            map.insert("granularity".into(), json!(name));
            report.say(
                "granularity_spelling",
                &format!("{place}.granularity"),
                format!("{written:?} was read as {name:?}"),
            );
        }
    }
    let slots = match map.get("granularity").and_then(Value::as_str) {
        Some("month") => 12,
        Some("week") => 52,
        Some("weekday") => 7,
        Some("hour") => 24,
        _ => return,
    };
    if !map.contains_key("weights") {
        map.insert("weights".into(), json!(vec![1; slots]));
        report.say(
            "missing_parameter",
            place,
            format!("seasonal has no \"weights\"; {slots} equal ones were taken"),
        );
    }
    slotted(map, slots, place, report);
    if let Some(years) = map.get("year_range") {
        let bound = |v: Option<&Value>| v.and_then(|v| v.as_i64().or_else(|| v.as_str()?.get(..4)?.parse().ok()));
        let range = match years {
            Value::Array(list) if list.len() >= 2 => (bound(list.first()), bound(list.last())),
            Value::Object(range) => (
                bound(range.get("start").or(range.get("from"))),
                bound(range.get("end").or(range.get("to"))),
            ),
            one => (bound(Some(one)), bound(Some(one))),
        };
        if let (Some(first), Some(last)) = range
            && *years != json!([first, last])
        {
            let message = format!("{years} was read as [{first}, {last}]");
            map.insert("year_range".into(), json!([first, last]));
            report.say("year_range", &format!("{place}.year_range"), message);
        }
    }
}

/// Weights by the number or the name of their month, week, weekday or hour, all of which are there: in order.
fn slotted(map: &mut Map<String, Value>, slots: usize, place: &str, report: &mut Report) {
    const MONTHS: &str = "jan feb mar apr may jun jul aug sep oct nov dec";
    const WEEKDAYS: &str = "mon tue wed thu fri sat sun";
    let Some(Value::Object(weights)) = map.get("weights") else { return };
    let names = match slots {
        12 => MONTHS,
        7 => WEEKDAYS,
        _ => "",
    };
    // Hours count from 0, as weekdays may; all else from 1.
    let first = usize::from(slots != 24 && !weights.contains_key("0"));
    let slot = |key: &str| {
        let plain = key.trim().to_lowercase();
        let named = || names.split_whitespace().position(|n| plain.starts_with(n));
        let number = plain.parse::<usize>().ok().and_then(|n| n.checked_sub(first));
        number.or_else(named).filter(|s| *s < slots)
    };
    let mut ordered = vec![None; slots];
    for (key, weight) in weights {
        match slot(key).and_then(|s| ordered.get_mut(s)) {
            Some(free @ None) => *free = Some(weight.clone()),
            _ => return,
        }
    }
    let Some(ordered) = ordered.into_iter().collect::<Option<Vec<Value>>>() else {
        return;
    };
    report.say(
        "slot_weights",
        &format!("{place}.weights"),
        format!("{slots} weights by name became a list in the order of the calendar"),
    );
    map.insert("weights".into(), Value::Array(ordered));
    number(map, "weights", Form::Floats, place, report);
}
