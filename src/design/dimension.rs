//! Calendars: tables whose rows are days (TPC-DS `date_dim`) or times of a day (`time_dim`). Every part of a date follows from the date.

use super::{Choice, Subject};
use crate::ir::generation::Distribution;
use crate::ir::{SqlType, Table};

/// Five years of days: 2021-01-01 to 2025-12-31.
const DAYS: u64 = 1826;
/// The Julian day number of 2021-01-01, which TPC-DS numbers its days by.
const FIRST_JULIAN: i64 = 2_459_216;
/// Seconds between two rows of a time table: coprime to 60, so that all seconds and minutes come up.
const SECONDS: i64 = 47;
/// Rows of a time table: a day.
const TIMES: u64 = 1838;

/// What a calendar table's rows are.
#[derive(PartialEq)]
pub(super) enum Calendar {
    /// Days.
    Days {
        /// The column of the date.
        date: String,
        /// The column that numbers the days.
        key: Option<String>,
    },
    /// Times of a day.
    Times {
        /// The column that numbers them.
        key: String,
    },
}

/// A table name that means days or times.
pub(super) fn is_calendar_name(table: &str) -> bool {
    let words = super::name::words(table);
    ["date dim", "dim date", "time dim", "dim time", "calendar", "dates"]
        .iter()
        .any(|n| words.ends_with(n) || words == *n)
}

/// What a table is a calendar of, by its columns' words.
pub(super) fn calendar(table: &Table, words: &[String]) -> Option<Calendar> {
    let has = |list: &[&str]| words.iter().filter(|w| list.contains(&w.as_str())).count();
    let key = match table.primary_key.as_slice() {
        [one] => table
            .column(one)
            .filter(|c| c.sql_type.is_integer() && table.foreign_keys_of(one).next().is_none())
            .map(|c| c.name.clone()),
        _ => None,
    };
    let key = key.or_else(|| {
        // Schemas without keys: the surrogate key is an integer column that says so.
        let named = table
            .columns
            .iter()
            .zip(words)
            .find(|(c, w)| c.sql_type.is_integer() && (w.ends_with(" sk") || w.ends_with(" key") || *w == "sk"));
        named.filter(|_| table.primary_key.is_empty()).map(|(c, _)| c.name.clone())
    });
    let dates: Vec<_> = table
        .columns
        .iter()
        .filter(|c| c.sql_type == SqlType::Date && table.foreign_keys_of(&c.name).next().is_none())
        .collect();
    if has(&[
        "year",
        "month",
        "moy",
        "dom",
        "day",
        "quarter",
        "qoy",
        "dow",
        "day name",
        "month name",
        "week",
        "day of week",
        "weekday",
    ]) >= 3
        && let [date] = dates.as_slice()
    {
        return Some(Calendar::Days {
            date: date.name.clone(),
            key,
        });
    }
    if has(&["hour", "minute", "second", "am pm", "shift", "meal time"]) >= 3 && dates.is_empty() && is_calendar_name(&table.name) {
        return key.map(|key| Calendar::Times { key });
    }
    None
}

/// Rows of a calendar.
pub(super) fn rows(calendar: Option<&Calendar>) -> Option<u64> {
    calendar.map(|c| if matches!(c, Calendar::Days { .. }) { DAYS } else { TIMES })
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Columns of a calendar.
pub(super) fn rule(subject: &Subject<'_>) -> Option<Choice> {
    let calendar = subject.calendar?;
    let name = subject.column.name.as_str();
    if subject.table.foreign_keys_of(name).next().is_some() {
        return None;
    }
    let derived = |sql: String| Some(Choice::new(Distribution::Derived { expression: sql }, "a part of the row's date or time").nulls(0.0));
    let words = subject.words.as_str();
    match calendar {
        Calendar::Days { date, key } => {
            if key.as_deref() == Some(name) {
                return Some(Choice::new(
                    Distribution::Sequence {
                        start: FIRST_JULIAN,
                        step: 1,
                    },
                    "Julian day numbers, one a day",
                ));
            }
            if date == name {
                return Some(match key {
                    Some(key) => Choice::new(
                        Distribution::Derived {
                            expression: format!("DATE '2021-01-01' + ({} - {FIRST_JULIAN})", quoted(key)),
                        },
                        "consecutive days",
                    )
                    .nulls(0.0),
                    None => Choice::new(
                        Distribution::Datetime {
                            start: "2021-01-01".into(),
                            end: "2025-12-31".into(),
                        },
                        "days of five years",
                    )
                    .nulls(0.0),
                });
            }
            let text = subject.column.sql_type.is_text();
            derived(day_part(words, &quoted(date), key.as_deref().map(quoted).as_deref(), text)?)
        }
        Calendar::Times { key } if key == name => Some(Choice::new(
            Distribution::Sequence { start: 0, step: SECONDS },
            "seconds of the day",
        )),
        Calendar::Times { key } => derived(time_part(words, &quoted(key))?),
    }
}

fn day_part(words: &str, d: &str, key: Option<&str>, text: bool) -> Option<String> {
    let part = |field: &str| format!("EXTRACT({field} FROM {d})");
    let flag = |condition: String| {
        if text {
            format!("CASE WHEN {condition} THEN 'Y' ELSE 'N' END")
        } else {
            condition
        }
    };
    let holiday = |day: &str| {
        format!("to_char({day}, 'MM-DD') IN ('01-01', '02-14', '05-01', '07-04', '10-31', '11-11', '12-24', '12-25', '12-26', '12-31')")
    };
    Some(match words {
        "year" | "fy year" | "calendar year" | "year number" | "fiscal year" => part("YEAR"),
        "moy" | "month" | "month number" | "month of year" | "month num" if !text => part("MONTH"),
        "month" | "month name" => format!("to_char({d}, 'FMMonth')"),
        "dom" | "day" | "day of month" | "day number" if !text => part("DAY"),
        "qoy" | "quarter" | "quarter number" | "quarter of year" if !text => part("QUARTER"),
        "dow" | "day of week" | "weekday" if !text => part("DOW"),
        "doy" | "day of year" => part("DOY"),
        "week" | "week of year" | "week number" if !text => part("WEEK"),
        "day name" | "weekday" | "day of week" | "weekday name" | "name of day" | "day" => format!("to_char({d}, 'FMDay')"),
        "quarter name" | "quarter" => format!("to_char({d}, 'YYYY\"Q\"Q')"),
        "month seq" => format!("({} - 1900) * 12 + {} - 1", part("YEAR"), part("MONTH")),
        "week seq" | "fy week seq" => format!("({d} - DATE '1900-01-01') // 7 + 1"),
        "quarter seq" | "fy quarter seq" => format!("({} - 1900) * 4 + {}", part("YEAR"), part("QUARTER")),
        "holiday" | "is holiday" => flag(holiday(d)),
        "following holiday" => flag(holiday(&format!("{d} - 1"))),
        "weekend" | "is weekend" | "weekend flag" => flag(format!("{} IN (0, 6)", part("DOW"))),
        "weekday flag" | "is weekday" => flag(format!("{} NOT IN (0, 6)", part("DOW"))),
        "current day" => flag(format!("{d} = CURRENT_DATE")),
        "current week" => flag(format!("date_trunc('week', {d}) = date_trunc('week', CURRENT_DATE)")),
        "current month" => flag(format!("date_trunc('month', {d}) = date_trunc('month', CURRENT_DATE)")),
        "current quarter" => flag(format!("date_trunc('quarter', {d}) = date_trunc('quarter', CURRENT_DATE)")),
        "current year" => flag(format!("{} = EXTRACT(YEAR FROM CURRENT_DATE)", part("YEAR"))),
        "first dom" => format!("{} - {} + 1", key?, part("DAY")),
        "last dom" => format!("{} + (date(date_trunc('month', {d}) + INTERVAL '1 month') - {d}) - 1", key?),
        "same day ly" => format!("{} - 365", key?),
        "same day lq" => format!("{} - 91", key?),
        _ => return None,
    })
}

fn time_part(words: &str, s: &str) -> Option<String> {
    Some(match words {
        "time" | "seconds" => s.to_owned(),
        "hour" => format!("{s} // 3600"),
        "minute" => format!("{s} // 60 % 60"),
        "second" => format!("{s} % 60"),
        "am pm" => format!("CASE WHEN {s} < 43200 THEN 'AM' ELSE 'PM' END"),
        "shift" => {
            format!("CASE WHEN {s} // 3600 BETWEEN 7 AND 14 THEN 'first' WHEN {s} // 3600 BETWEEN 15 AND 22 THEN 'second' ELSE 'third' END")
        }
        "sub shift" => {
            format!(
                "CASE WHEN {s} // 3600 BETWEEN 6 AND 11 THEN 'morning' WHEN {s} // 3600 BETWEEN 12 AND 16 THEN 'afternoon' WHEN {s} // 3600 BETWEEN 17 AND 21 THEN 'evening' ELSE 'night' END"
            )
        }
        "meal time" => {
            format!(
                "CASE WHEN {s} // 3600 BETWEEN 6 AND 8 THEN 'breakfast' WHEN {s} // 3600 BETWEEN 11 AND 13 THEN 'lunch' WHEN {s} // 3600 BETWEEN 17 AND 20 THEN 'dinner' END"
            )
        }
        _ => return None,
    })
}
