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
        SqlType::Other(name) => foreign(&name.to_ascii_lowercase()),
        t if t.is_text() => return None,
        SqlType::Bool | SqlType::Enum(_) => return None,
        _ => provider("text.word"),
    };
    Some(Choice::new(distribution, format!("a plain {}", subject.column.sql_type)))
}

/// Values of a type that is known by its name only, as PostgreSQL reads them; words where it is no type of PostgreSQL's.
fn foreign(name: &str) -> Distribution {
    let (base, argument) = name
        .split_once('(')
        .map_or((name, ""), |(base, rest)| (base, rest.trim_end_matches(')')));
    let pattern = match base.trim() {
        "bit" | "varbit" => return bits(argument.trim().parse().unwrap_or(1)),
        "int4range" | "int8range" | "numrange" => return listed(&["[30,60)", "[60,90)", "[10,30)", "[90,120)", "[120,180)"]),
        "int4multirange" => return listed(&["{[30,60)}", "{[10,30),[60,90)}", "{[90,120)}"]),
        "daterange" | "tsrange" | "tstzrange" => {
            return listed(&[
                "[2024-01-01,2024-04-01)",
                "[2024-04-01,2024-07-01)",
                "[2024-07-01,2024-10-01)",
                "[2024-10-01,2025-01-01)",
                "[2025-01-01,2025-07-01)",
            ]);
        }
        "regclass" => return listed(&["pg_class", "pg_type"]),
        "regproc" => return listed(&["now", "version"]),
        "inet" | "cidr" => {
            return Distribution::Provider {
                name: "code.ip".to_owned(),
                options: Map::new(),
            };
        }
        "macaddr" => "##:##:##:##:##:##",
        "macaddr8" => "##:##:##:##:##:##:##:##",
        "point" => "(##.####,##.####)",
        "line" => "{#,1,##}",
        "lseg" => "[(0,0),(##,##)]",
        "box" => "(##,##),(0,0)",
        "path" => "[(0,0),(#,##),(##,#)]",
        "polygon" => "((0,0),(#,0),(#,##))",
        "circle" => "<(##,##),1#>",
        // A server compares it with no number, so that nothing is asked about it.
        "money" => "1##.##",
        "oid" => "1####",
        "pg_lsn" => "0/#######",
        "jsonpath" => "$.code",
        "xml" => "<value>####</value>",
        "hstore" => "\"code\"=>\"??#\"",
        _ => {
            return Distribution::Provider {
                name: "text.word".to_owned(),
                options: Map::new(),
            };
        }
    };
    Distribution::Pattern {
        pattern: pattern.to_owned(),
    }
}

/// Bit strings of one length.
fn bits(length: usize) -> Distribution {
    const LISTED: usize = 16;
    let length = length.clamp(1, 200);
    let different = 1_usize.checked_shl(length as u32).unwrap_or(LISTED).min(LISTED);
    let texts: Vec<String> = (0..different).map(|i| format!("{i:0length$b}")).collect();
    listed(&texts.iter().map(String::as_str).collect::<Vec<_>>())
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
