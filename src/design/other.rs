//! Generated columns, and types that are neither numbers, text nor time.

use super::{Choice, Subject};
use crate::ir::SqlType;
use crate::ir::generation::Distribution;
use serde_json::{Map, Value};

/// GENERATED ALWAYS AS: the schema's own expression, where it can be evaluated.
pub(super) fn generated(subject: &Subject<'_>) -> Option<Choice> {
    let expression = subject.column.generated.clone()?;
    (subject.abilities.expression)(&expression).ok()?;
    Some(Choice::new(Distribution::Derived { expression }, "as the schema computes it").nulls(0.0))
}

/// Everything that is left.
pub(super) fn rule(subject: &Subject<'_>) -> Option<Choice> {
    let pattern = |p: &str| Distribution::Pattern { pattern: p.to_owned() };
    let provider = |name: &str| Distribution::Provider {
        name: name.to_owned(),
        options: Map::new(),
    };
    let distribution = match &subject.column.sql_type {
        SqlType::Uuid => provider("code.uuid"),
        SqlType::Json => json(),
        SqlType::Bytes => pattern("\\x########"),
        SqlType::Interval => interval(&subject.words),
        SqlType::Array(inner) => array(subject, inner),
        SqlType::Geometry(kind, _) if kind.eq_ignore_ascii_case("point") => pattern("POINT(##.#### ##.####)"),
        SqlType::Geometry(..) => pattern("POLYGON((0 0, 0 #, # #, # 0, 0 0))"),
        SqlType::Other(name) => match name.to_ascii_lowercase().as_str() {
            "inet" | "cidr" => provider("code.ip"),
            "money" => pattern("###.##"),
            "macaddr" => pattern("##:##:##:##:##:##"),
            "int4range" | "int8range" | "numrange" => listed(&["[30,60)", "[60,90)", "[10,30)", "[90,120)", "[120,180)"]),
            "daterange" | "tsrange" | "tstzrange" => listed(&[
                "[2024-01-01,2024-04-01)",
                "[2024-04-01,2024-07-01)",
                "[2024-07-01,2024-10-01)",
                "[2024-10-01,2025-01-01)",
                "[2025-01-01,2025-07-01)",
            ]),
            "xml" => pattern("<value>####</value>"),
            "hstore" => pattern("\"code\"=>\"??#\""),
            "citext" => return super::text::spoken(subject).or_else(|| Some(Choice::new(provider("text.phrase"), "text"))),
            _ => provider("text.word"),
        },
        t if t.is_text() => return None,
        SqlType::Bool | SqlType::Enum(_) => return None,
        _ => provider("text.word"),
    };
    Some(Choice::new(distribution, format!("a plain {}", subject.column.sql_type)))
}

/// Spans of time as people set them: minutes and hours of what lasts, days and months of what holds; days and hours where the name tells neither.
fn interval(words: &str) -> Distribution {
    let has = |wanted: &[&str]| words.split(' ').any(|w| wanted.contains(&w));
    let spans: &[&str] = if has(&[
        "warranty",
        "guarantee",
        "validity",
        "valid",
        "term",
        "notice",
        "period",
        "retention",
        "membership",
        "contract",
        "subscription",
        "lead",
    ]) {
        &["30 days", "14 days", "90 days", "1 year", "7 days", "2 years", "180 days"]
    } else if has(&[
        "duration", "length", "time", "wait", "delay", "runtime", "call", "slot", "visit", "session", "elapsed", "lasts", "break", "travel",
    ]) {
        &[
            "00:30:00", "00:45:00", "01:00:00", "00:15:00", "01:30:00", "00:20:00", "02:00:00", "00:10:00", "03:00:00",
        ]
    } else {
        return Distribution::Pattern {
            pattern: "# days 0#:00:00".to_owned(),
        };
    };
    Distribution::Categorical {
        values: spans.iter().map(|s| Value::String((*s).to_owned())).collect(),
        probs: super::uneven(spans.len()),
    }
}

/// Any of some texts, as often as each other.
fn listed(texts: &[&str]) -> Distribution {
    Distribution::Categorical {
        values: texts.iter().map(|t| Value::String((*t).to_owned())).collect(),
        probs: Vec::new(),
    }
}

/// Objects with the same keys, whose values differ.
fn json() -> Distribution {
    let mut values = Vec::new();
    for (source, priority, score) in [
        ("web", "low", 12),
        ("web", "high", 17),
        ("phone", "low", 11),
        ("store", "high", 15),
        ("phone", "medium", 19),
        ("web", "medium", 10),
        ("partner", "low", 14),
    ] {
        let object = format!("{{\"source\": \"{source}\", \"priority\": \"{priority}\", \"score\": {score}}}");
        values.push(Value::String(object));
    }
    Distribution::Categorical { values, probs: Vec::new() }
}

fn array(subject: &Subject<'_>, inner: &SqlType) -> Distribution {
    let lists: Vec<&str> = match inner {
        t if t.is_numeric() => vec!["{1}", "{1,2}", "{2,3}", "{1,2,3}", "{4}", "{3,5}"],
        _ if subject.words.contains("special feature") => {
            vec![
                "{Trailers}",
                "{Commentaries,Trailers}",
                "{\"Deleted Scenes\"}",
                "{\"Behind the Scenes\",Trailers}",
                "{Commentaries}",
                "{\"Deleted Scenes\",\"Behind the Scenes\"}",
            ]
        }
        t if t.is_text() && subject.words.contains("language") => {
            vec![
                "{English}",
                "{English,Spanish}",
                "{English,French}",
                "{German,English}",
                "{Arabic,English,French}",
                "{Spanish}",
            ]
        }
        t if t.is_text() && subject.words.contains("allerg") => {
            vec!["{}", "{pollen}", "{penicillin}", "{peanuts}", "{pollen,dust}", "{latex}"]
        }
        t if t.is_text() && subject.words.contains("amenit") => {
            vec![
                "{wifi}",
                "{wifi,minibar}",
                "{wifi,balcony}",
                "{wifi,minibar,balcony}",
                "{wifi,desk}",
                "{wifi,bathtub}",
            ]
        }
        t if t.is_text() && ["licence", "license"].iter().any(|w| subject.words.contains(w)) => {
            vec!["{B}", "{B,C}", "{C,CE}", "{B,BE}", "{C}", "{B,C,CE}"]
        }
        t if t.is_text() => vec![
            "{new}",
            "{sale,new}",
            "{popular}",
            "{popular,sale}",
            "{limited}",
            "{seasonal,limited}",
        ],
        SqlType::Enum(name) => {
            let values = subject.logical.enum_values(name).unwrap_or_default();
            let lists = values.iter().take(6).map(|v| Value::String(format!("{{\"{v}\"}}"))).collect();
            return Distribution::Categorical {
                values: lists,
                probs: Vec::new(),
            };
        }
        _ => vec!["{}"],
    };
    Distribution::Categorical {
        values: lists.into_iter().map(|l| Value::String(l.to_owned())).collect(),
        probs: Vec::new(),
    }
}
