//! PostgreSQL's text of a value to the canonical text of [`crate::database::canonical`].
//!
//! Holds under the session's settings: ISO dates, UTC, ISO 8601 intervals, hex bytes, shortest floats that read back. `char(n)` loses its
//! padding, which PostgreSQL itself calls insignificant. Values that the other engine has no word for (infinite dates, BC) stay as they are.

use super::super::canonical;
use tokio_postgres::types::{Kind, Type};

/// The canonical text of one value that is not NULL.
pub(super) fn canonical(text: &str, kind: &Type) -> String {
    if let Kind::Array(element) = kind.kind() {
        return array(text, element);
    }
    if let Kind::Domain(base) = kind.kind() {
        return canonical(text, base);
    }
    match *kind {
        Type::BOOL => if text == "t" { "true" } else { "false" }.to_owned(),
        // Through the narrow type first: its shortest text names a value that the wide one writes in another way.
        Type::FLOAT4 => text
            .parse::<f32>()
            .map_or_else(|_| other_float(text), |x| canonical::float_text(f64::from(x))),
        Type::FLOAT8 => text.parse::<f64>().map_or_else(|_| other_float(text), canonical::float_text),
        Type::TIMESTAMP | Type::TIMESTAMPTZ => instant(text.strip_suffix("+00").unwrap_or(text)),
        Type::INTERVAL => interval(text).unwrap_or_else(|| text.to_owned()),
        Type::BPCHAR => text.trim_end_matches(' ').to_owned(),
        Type::BYTEA => text.strip_prefix("\\x").unwrap_or(text).to_owned(),
        _ => text.to_owned(),
    }
}

/// "Infinity" and "NaN" parse as floats; anything else is not known here.
fn other_float(text: &str) -> String {
    text.to_lowercase()
}

/// A fraction of a second has six digits or is not there.
fn instant(text: &str) -> String {
    match text.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|b| b.is_ascii_digit()) => format!("{whole}.{fraction:0<6}"),
        _ => text.to_owned(),
    }
}

/// `P1Y2M3DT4H5M6.5S`, each number with its own sign.
fn interval(text: &str) -> Option<String> {
    let (mut months, mut days, mut micros) = (0_i64, 0_i64, 0_i64);
    let mut number = String::new();
    let mut in_time = false;
    for c in text.strip_prefix('P')?.chars() {
        match c {
            'T' => in_time = true,
            '0'..='9' | '-' | '.' => number.push(c),
            _ => {
                let whole = || number.parse::<i64>().ok();
                match (c, in_time) {
                    ('Y', _) => months += whole()?.checked_mul(12)?,
                    ('M', false) => months += whole()?,
                    ('D', _) => days += whole()?,
                    ('H', _) => micros += whole()?.checked_mul(3_600_000_000)?,
                    ('M', true) => micros += whole()?.checked_mul(60_000_000)?,
                    ('S', _) => {
                        let (seconds, fraction) = number.split_once('.').unwrap_or((&number, ""));
                        let part: i64 = format!("{fraction:0<6}").parse().ok()?;
                        micros += seconds.parse::<i64>().ok()?.checked_mul(1_000_000)?;
                        micros += if seconds.starts_with('-') { -part } else { part };
                    }
                    _ => return None,
                }
                number.clear();
            }
        }
    }
    Some(canonical::interval_text(months, days, micros))
}

/// `{a,"b c",NULL}` to `[a, b c, \0]`, as lists are written. Nested ones keep their braces.
fn array(text: &str, element: &Type) -> String {
    let Some(inner) = text.strip_prefix('{').and_then(|t| t.strip_suffix('}')) else {
        return text.to_owned();
    };
    let mut out = Vec::new();
    let (mut cell, mut quoted, mut inside, mut depth) = (String::new(), false, false, 0_u32);
    let mut chars = inner.chars();
    let mut end = |cell: &mut String, quoted: &mut bool| {
        let text = std::mem::take(cell);
        out.push(if !std::mem::take(quoted) && text == "NULL" {
            "\0".to_owned()
        } else {
            canonical(&text, element)
        });
    };
    while let Some(c) = chars.next() {
        match c {
            '\\' => cell.extend(chars.next()),
            '"' => {
                inside = !inside;
                quoted = true;
            }
            ',' if !inside && depth == 0 => end(&mut cell, &mut quoted),
            '{' if !inside => {
                depth += 1;
                cell.push(c);
            }
            '}' if !inside => {
                depth = depth.saturating_sub(1);
                cell.push(c);
            }
            c => cell.push(c),
        }
    }
    if !inner.is_empty() {
        end(&mut cell, &mut quoted);
    }
    format!("[{}]", out.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_the_text_that_the_embedded_engine_gives() {
        for (text, kind, expected) in [
            ("t", Type::BOOL, "true"),
            ("12.3", Type::FLOAT4, "1.230000019e+01"),
            ("12.3", Type::FLOAT8, "1.230000000e+01"),
            ("-Infinity", Type::FLOAT8, "-inf"),
            ("12.30", Type::NUMERIC, "12.30"),
            ("2024-02-29 23:59:59.5+00", Type::TIMESTAMPTZ, "2024-02-29 23:59:59.500000"),
            ("2024-02-29 23:59:59", Type::TIMESTAMP, "2024-02-29 23:59:59"),
            ("P1Y2M3DT4H5M6.5S", Type::INTERVAL, "14 months 3 days 14706500000 us"),
            ("PT-0.25S", Type::INTERVAL, "0 months 0 days -250000 us"),
            ("ab  ", Type::BPCHAR, "ab"),
            ("\\xdead", Type::BYTEA, "dead"),
            ("{a,\"b \\\"c\",NULL,\"NULL\"}", Type::TEXT_ARRAY, "[a, b \"c, \0, NULL]"),
            ("{}", Type::INT4_ARRAY, "[]"),
        ] {
            assert_eq!(canonical(text, &kind), expected, "{text}");
        }
    }
}
