//! Single values that an IR writes (constants, categories, words of a list): each is held by its column as it is written, or refused.
//!
//! A draw is rounded to what its column holds, since nobody wrote it; a written value never is. Limits: a FLOAT32 has the nearest float of a number,
//! texts of intervals, bytes, arrays and geometries are the database's to read. Invariant: what is returned casts to the column without a change.

use crate::datagen::calendar::DAY_MICROS;
use crate::datagen::cell::{Cell, DAYS, Physical};
use crate::ir::{EnumType, SqlType};
use serde_json::Value;

/// The value in the column's physical form; the error names the value, the type, and the way out.
pub(in crate::datagen) fn held(value: &Value, sql_type: &SqlType, enums: &[EnumType]) -> Result<Cell, String> {
    let written = Cell::from_json(value)?;
    let shown: String = value.to_string().chars().take(60).collect();
    let refuse = |why: &str| Err(format!("{shown} is no value of {sql_type}: {why}"));
    let physical = Physical::of(sql_type);
    if written == Cell::Null {
        return Ok(Cell::Null);
    }
    let cell = match written.cast(physical) {
        Ok(cell) => cell,
        Err(_) if matches!(physical, Physical::Date | Physical::Timestamp) => {
            return refuse("it is no day of the calendar; write one as \"2024-03-01\"");
        }
        Err(_) if matches!(physical, Physical::Time) => return refuse("it is no time of day; write one as \"13:45:00\""),
        Err(_) if matches!(physical, Physical::Int(_)) && !matches!(written, Cell::Text(_)) => {
            return refuse("it is past what the type holds; widen the column, or change the value");
        }
        Err(message) if message.contains("column's type") => return refuse("write a value of that type, or change the type"),
        Err(message) => return Err(message),
    };
    match (&written, &cell, physical) {
        (Cell::Num(x), _, Physical::Int(_)) if x.fract() != 0.0 => {
            return refuse("it has a fraction; write a whole number, or make the column DECIMAL or FLOAT64");
        }
        (_, Cell::Int(x), Physical::Int(bits @ ..64)) if !(-(1_i64 << (bits - 1))..1_i64 << (bits - 1)).contains(x) => {
            return refuse("it is past what the type holds; widen the column, or change the value");
        }
        (_, _, Physical::Decimal(p, s)) => {
            if let Err(why) = decimal(&written, &cell, p, s) {
                return refuse(&why);
            }
        }
        (_, Cell::Num(x), Physical::Float) if !x.is_finite() || *sql_type == SqlType::Float32 && x.abs() > f64::from(f32::MAX) => {
            return refuse("it is past what the type holds; write a smaller number, or change the type");
        }
        (Cell::Int(x), Cell::Num(y), Physical::Float) if *y as i128 != i128::from(*x) => {
            return refuse("floats have no such whole number; make the column INT64 or DECIMAL");
        }
        (Cell::Int(x), _, Physical::Bool) if !(0..=1).contains(x) => return refuse("write true or false"),
        (Cell::Text(text), Cell::Date(day), _) if Cell::Text(text.clone()).cast(Physical::Timestamp) != Ok(midnight(*day)) => {
            return refuse("a day has no time; write the day alone, or make the column DATETIME");
        }
        _ => {}
    }
    let day = match cell {
        Cell::Date(day) => Some(i64::from(day)),
        Cell::Timestamp(micros) => Some(micros.div_euclid(DAY_MICROS)),
        _ => None,
    };
    if day.is_some_and(|d| !i32::try_from(d).is_ok_and(|d| DAYS.contains(&d))) {
        return refuse("it is outside the years 1 to 9999; write a day inside them");
    }
    match (sql_type, &cell) {
        (SqlType::Uuid, Cell::Text(text)) if crate::output::uuid::parse(text).is_none() => {
            refuse("write 32 hexadecimal digits as \"123e4567-e89b-12d3-a456-426614174000\"")
        }
        (SqlType::Json, Cell::Text(text)) if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() => {
            refuse("it is no JSON document; write one as a text, with its quotes escaped")
        }
        (SqlType::Enum(name), Cell::Text(text)) => match enums.iter().find(|e| e.name == *name) {
            Some(known) if !known.values.contains(text) => Err(format!(
                "{shown} is no value of {sql_type}; it has {}{}",
                known.values.iter().take(12).map(String::as_str).collect::<Vec<_>>().join(", "),
                crate::kernel::suggest::hint(text, known.values.iter().map(String::as_str))
            )),
            _ => Ok(cell),
        },
        _ => Ok(cell),
    }
}

fn midnight(day: i32) -> Cell {
    Cell::Timestamp(i64::from(day) * DAY_MICROS)
}

/// Why a decimal column does not hold a number as it is written.
fn decimal(written: &Cell, cell: &Cell, p: u8, s: u8) -> Result<(), String> {
    let text = match written {
        Cell::Num(x) => format!("{x:e}"),
        other => other.text(),
    };
    let scaled = scaled(&text, s)?.filter(|x| x.unsigned_abs() < 10_u128.pow(u32::from(p)));
    let Some(scaled) = scaled else {
        return Err("it is past what the type holds; widen the column, or change the value".to_owned());
    };
    let made = match cell {
        Cell::Int(x) => i128::from(*x).checked_mul(10_i128.pow(u32::from(s))),
        // As the column is made of cells.
        other => other.number().map(|x| (x * 10_f64.powi(i32::from(s))).round() as i128),
    };
    if made == Some(scaled) {
        Ok(())
    } else {
        Err("it has more than 15 digits, which values are not kept with; write fewer, or make the column TEXT".to_owned())
    }
}

/// A decimal number as a whole number of 10^-scale; none past 38 digits.
fn scaled(text: &str, scale: u8) -> Result<Option<i128>, String> {
    const NONE: &str = "write a number";
    let text = text.trim().to_ascii_lowercase();
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().map_err(|_| NONE.to_owned())?;
    let unsigned = mantissa.trim_start_matches(['-', '+']);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NONE.to_owned());
    }
    let kept = digits.trim_end_matches('0');
    if kept.is_empty() {
        return Ok(Some(0));
    }
    // The number is `kept` times ten to this, after scaling.
    let shift = exponent.saturating_add(i32::from(scale)) - fraction.len() as i32 + (digits.len() - kept.len()) as i32;
    if shift < 0 {
        return Err(format!(
            "it has more than {scale} digits after the point; write {scale} at most, or widen the column's scale"
        ));
    }
    let power = u32::try_from(shift).ok().and_then(|n| 10_i128.checked_pow(n));
    let scaled = kept.parse::<i128>().ok().zip(power).and_then(|(x, power)| x.checked_mul(power));
    Ok(scaled.map(|x| if mantissa.starts_with('-') { -x } else { x }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_is_held_as_it_is_written_or_refused() -> Result<(), Box<dyn std::error::Error>> {
        for (kind, value, said) in [
            ("INT64", json!(3.0), None),
            ("INT64", json!(2.5), Some("fraction")),
            ("INT16", json!("40000"), Some("past")),
            ("DECIMAL(5,2)", json!(1.23), None),
            ("DECIMAL(5,2)", json!("1.2300"), None),
            ("DECIMAL(5,2)", json!(-999.99), None),
            ("DECIMAL(5,2)", json!(1.239), Some("more than 2 digits after the point")),
            ("DECIMAL(5,2)", json!(1000), Some("past")),
            ("DECIMAL(5,2)", json!("NaN"), Some("write a number")),
            ("DECIMAL(9,4)", json!(1e-4), None),
            ("DECIMAL(9,4)", json!(1e-5), Some("after the point")),
            ("DECIMAL(38,2)", json!("123456789012345678901.25"), Some("more than 15 digits")),
            ("FLOAT64", json!("inf"), Some("past")),
            ("FLOAT64", json!(9_007_199_254_740_993_i64), Some("no such whole number")),
            ("FLOAT32", json!(0.1), None),
            ("FLOAT32", json!(1e300), Some("past")),
            ("BOOL", json!(2), Some("true or false")),
            ("DATE", json!("2024-02-29 00:00:00"), None),
            ("DATE", json!("2024-02-29 10:00:00"), Some("no time")),
            ("DATE", json!("2024-13-01"), Some("no day of the calendar")),
            ("DATE", json!("0000-01-01"), Some("years 1 to 9999")),
            ("DATETIME", json!("2024-01-01T10:00:00Z"), None),
            ("TIME", json!("25:00"), Some("time of day")),
            ("UUID", json!("123E4567-e89b-12d3-a456-426614174000"), None),
            ("UUID", json!("abc"), Some("hexadecimal")),
            ("JSON", json!("{\"a\": 1}"), None),
            ("JSON", json!("{a"), Some("no JSON")),
            ("INT32", Value::Null, None),
        ] {
            let found = held(&value, &kind.parse()?, &[]);
            match said {
                None => assert!(found.is_ok(), "{kind} {value}: {found:?}"),
                Some(said) => assert!(
                    found.as_ref().is_err_and(|e| e.contains(said) && e.contains(kind)),
                    "{kind} {value}: {found:?}"
                ),
            }
        }
        Ok(())
    }
}
