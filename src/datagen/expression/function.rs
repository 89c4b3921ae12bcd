//! The functions that row expressions know: one entry each. NULL in, NULL out, unless the function is about NULL.

use super::evaluate::order;
use crate::datagen::calendar::{self, DAY_MICROS};
use crate::datagen::cell::{Cell, whole_day};

/// One function.
#[derive(Debug)]
pub(super) struct Function {
    /// Name, lower case.
    pub name: &'static str,
    /// Fewest and most arguments.
    pub arguments: (usize, usize),
    /// The value, or None for NULL.
    pub apply: fn(&[Cell]) -> Option<Cell>,
}

const fn f(name: &'static str, least: usize, most: usize, apply: fn(&[Cell]) -> Option<Cell>) -> Function {
    Function {
        name,
        arguments: (least, most),
        apply,
    }
}

/// Every function.
pub(super) static FUNCTIONS: &[Function] = &[
    f("abs", 1, 1, |a| whole_or(a, i64::abs, f64::abs)),
    f("ceil", 1, 1, |a| whole_or(a, |x| x, f64::ceil)),
    f("ceiling", 1, 1, |a| whole_or(a, |x| x, f64::ceil)),
    f("floor", 1, 1, |a| whole_or(a, |x| x, f64::floor)),
    f("round", 1, 2, round),
    f("trunc", 1, 1, |a| whole_or(a, |x| x, f64::trunc)),
    f("sign", 1, 1, |a| {
        whole_or(a, i64::signum, |x| if x == 0.0 { 0.0 } else { x.signum() })
    }),
    f("sqrt", 1, 1, |a| real(a, f64::sqrt)),
    f("ln", 1, 1, |a| real(a, f64::ln)),
    f("exp", 1, 1, |a| real(a, f64::exp)),
    f("power", 2, 2, |a| {
        Some(a.first()?.number()?.powf(a.get(1)?.number()?))
            .filter(|x| x.is_finite())
            .map(Cell::Num)
    }),
    f("mod", 2, 2, |a| match (a.first()?, a.get(1)?) {
        (Cell::Int(x), Cell::Int(y)) => x.checked_rem(*y).map(Cell::Int),
        (x, y) => Some(Cell::Num(x.number()? % y.number()?)),
    }),
    f("greatest", 1, 99, |a| {
        a.iter()
            .filter(|c| **c != Cell::Null)
            .reduce(|x, y| if order(x, y).is_some_and(|o| o.is_lt()) { y } else { x })
            .cloned()
    }),
    f("least", 1, 99, |a| {
        a.iter()
            .filter(|c| **c != Cell::Null)
            .reduce(|x, y| if order(x, y).is_some_and(|o| o.is_gt()) { y } else { x })
            .cloned()
    }),
    f("coalesce", 1, 99, |a| a.iter().find(|c| **c != Cell::Null).cloned()),
    f("nullif", 2, 2, |a| {
        if order(a.first()?, a.get(1)?).is_some_and(|o| o.is_eq()) {
            None
        } else {
            a.first().cloned()
        }
    }),
    f("num_nonnulls", 1, 99, |a| {
        Some(Cell::Int(a.iter().filter(|c| **c != Cell::Null).count() as i64))
    }),
    f("num_nulls", 1, 99, |a| {
        Some(Cell::Int(a.iter().filter(|c| **c == Cell::Null).count() as i64))
    }),
    f("lower", 1, 1, |a| Some(Cell::Text(text(a, 0)?.chars().map(lower).collect()))),
    f("upper", 1, 1, |a| Some(Cell::Text(text(a, 0)?.chars().map(upper).collect()))),
    f("initcap", 1, 1, |a| Some(Cell::Text(initcap(&text(a, 0)?)))),
    f("length", 1, 1, |a| Some(Cell::Int(text(a, 0)?.chars().count() as i64))),
    f("char_length", 1, 1, |a| Some(Cell::Int(text(a, 0)?.chars().count() as i64))),
    f("character_length", 1, 1, |a| Some(Cell::Int(text(a, 0)?.chars().count() as i64))),
    // Of all elements of an array, and of those of its first dimension.
    f("cardinality", 1, 1, |a| Some(Cell::Int(elements(&text(a, 0)?)?))),
    f("array_length", 2, 2, |a| match (int(a, 1)?, elements(&text(a, 0)?)?) {
        (1, n) if n > 0 && !text(a, 0)?.contains("{{") => Some(Cell::Int(n)),
        _ => None,
    }),
    f("octet_length", 1, 1, |a| Some(Cell::Int(text(a, 0)?.len() as i64))),
    // Blanks alone, as SQL does.
    f("trim", 1, 1, |a| Some(Cell::Text(text(a, 0)?.trim_matches(' ').to_owned()))),
    f("btrim", 1, 1, |a| Some(Cell::Text(text(a, 0)?.trim_matches(' ').to_owned()))),
    f("ltrim", 1, 1, |a| Some(Cell::Text(text(a, 0)?.trim_start_matches(' ').to_owned()))),
    f("rtrim", 1, 1, |a| Some(Cell::Text(text(a, 0)?.trim_end_matches(' ').to_owned()))),
    f("reverse", 1, 1, |a| Some(Cell::Text(text(a, 0)?.chars().rev().collect()))),
    f("starts_with", 2, 2, |a| Some(Cell::Bool(text(a, 0)?.starts_with(&text(a, 1)?)))),
    // The place of the second text in the first, in characters from 1; 0 where it is not there.
    f("strpos", 2, 2, |a| {
        let (value, part) = (text(a, 0)?, text(a, 1)?);
        let before = value.find(&part).and_then(|at| value.get(..at));
        Some(Cell::Int(before.map_or(0, |b| b.chars().count() as i64 + 1)))
    }),
    f("substr", 2, 3, substr),
    f("substring", 2, 3, substr),
    f("left", 2, 2, |a| {
        Some(Cell::Text(text(a, 0)?.chars().take(int(a, 1)?.max(0) as usize).collect()))
    }),
    f("right", 2, 2, |a| {
        let chars: Vec<char> = text(a, 0)?.chars().collect();
        let from = chars.len().saturating_sub(int(a, 1)?.max(0) as usize);
        Some(Cell::Text(chars.get(from..)?.iter().collect()))
    }),
    f("replace", 3, 3, |a| {
        Some(Cell::Text(text(a, 0)?.replace(&text(a, 1)?, &text(a, 2)?)))
    }),
    f("lpad", 2, 3, |a| {
        let (value, width) = (text(a, 0)?, int(a, 1)?.clamp(0, 10_000) as usize);
        let fill = a.get(2).map_or(' ', |c| c.text().chars().next().unwrap_or(' '));
        let missing = width.saturating_sub(value.chars().count());
        Some(Cell::Text(
            std::iter::repeat_n(fill, missing).chain(value.chars()).take(width).collect(),
        ))
    }),
    f("concat", 1, 99, |a| Some(Cell::Text(a.iter().map(Cell::text).collect()))),
    f("concat_ws", 2, 99, |a| {
        let parts: Vec<String> = a.iter().skip(1).filter(|c| **c != Cell::Null).map(Cell::text).collect();
        Some(Cell::Text(parts.join(&text(a, 0)?)))
    }),
    f("clip", 3, 3, |a| {
        let (x, low, high) = (a.first()?, a.get(1)?, a.get(2)?);
        let above = if order(x, low).is_some_and(|o| o.is_lt()) { low } else { x };
        Some(
            if order(above, high).is_some_and(|o| o.is_gt()) {
                high
            } else {
                above
            }
            .clone(),
        )
    }),
    f("int", 1, 1, |a| match a.first()? {
        Cell::Text(t) => t.trim().parse().ok().map(Cell::Int),
        other => other.number().filter(|x| x.abs() < 9.2e18).map(|x| Cell::Int(x.trunc() as i64)),
    }),
    f("float", 1, 1, |a| match a.first()? {
        Cell::Text(t) => t.trim().parse().ok().filter(|x: &f64| x.is_finite()).map(Cell::Num),
        other => other.number().map(Cell::Num),
    }),
    f("str", 1, 1, |a| Some(Cell::Text(text(a, 0)?))),
    f("year", 1, 1, |a| part(a, "year")),
    f("month", 1, 1, |a| part(a, "month")),
    f("day_of_month", 1, 1, |a| part(a, "day")),
    f("day_of_week", 1, 1, |a| match part(a, "isodow")? {
        Cell::Int(monday_is_one) => Some(Cell::Int(monday_is_one - 1)),
        _ => None,
    }),
    f("day_of_year", 1, 1, |a| part(a, "doy")),
    f("quarter", 1, 1, |a| part(a, "quarter")),
    f("week", 1, 1, |a| part(a, "week")),
    f("hour", 1, 1, |a| part(a, "hour")),
    f("minute", 1, 1, |a| part(a, "minute")),
    f("second", 1, 1, |a| part(a, "second")),
    f("span", 2, 3, span),
    f("date_part", 2, 2, date_part),
    f("date_trunc", 2, 2, date_trunc),
    f("to_char", 2, 2, to_char),
    f("date", 1, 1, |a| Some(Cell::Date(whole_day(instant(a.first()?)?)))),
    f("make_date", 3, 3, |a| {
        calendar::parse_date(&format!("{:04}-{:02}-{:02}", int(a, 0)?, int(a, 1)?, int(a, 2)?)).map(Cell::Date)
    }),
];

/// The function with this name.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|f| f.name == name)
}

fn text(args: &[Cell], index: usize) -> Option<String> {
    args.get(index).filter(|c| **c != Cell::Null).map(Cell::text)
}

/// Elements of an array's text, `{a,"b,c",{d,e}}`; None for what is no array.
fn elements(array: &str) -> Option<i64> {
    let inner = array.trim().strip_prefix('{')?.strip_suffix('}')?;
    let (mut commas, mut quoted, mut escaped) = (0, false, false);
    for c in inner.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => commas += 1,
            _ => {}
        }
    }
    Some(if inner.trim().is_empty() { 0 } else { commas + 1 })
}

fn int(args: &[Cell], index: usize) -> Option<i64> {
    args.get(index)?.number().map(|x| x as i64)
}

fn real(args: &[Cell], apply: fn(f64) -> f64) -> Option<Cell> {
    Some(apply(args.first()?.number()?)).filter(|x| x.is_finite()).map(Cell::Num)
}

fn whole_or(args: &[Cell], int: fn(i64) -> i64, num: fn(f64) -> f64) -> Option<Cell> {
    match args.first()? {
        Cell::Int(x) => Some(Cell::Int(int(*x))),
        other => Some(Cell::Num(num(other.number()?))),
    }
}

fn round(args: &[Cell]) -> Option<Cell> {
    let factor = 10_f64.powi(int(args, 1).unwrap_or(0) as i32);
    match args.first()? {
        Cell::Int(x) if args.len() == 1 => Some(Cell::Int(*x)),
        // A decimal's nearest float may lie just under a half; the nudge is far below any decimal that a column holds.
        other => other.number().map(|x| Cell::Num((x * factor + x.signum() * 1e-9).round() / factor)),
    }
}

fn substr(args: &[Cell]) -> Option<Cell> {
    let (value, from) = (text(args, 0)?, int(args, 1)?);
    let length = if args.len() > 2 { int(args, 2)? } else { i64::MAX / 2 };
    let start = from.max(1);
    let end = from.saturating_add(length).max(start);
    Some(Cell::Text(
        value.chars().skip(start as usize - 1).take((end - start) as usize).collect(),
    ))
}

/// A letter's capital, one letter for one, as databases do: the sharp s has a capital of its own, and a ligature has none.
fn upper(c: char) -> char {
    let mut all = c.to_uppercase();
    match (c, all.next(), all.next()) {
        ('ß', ..) => 'ẞ',
        (_, Some(one), None) => one,
        _ => c,
    }
}

/// A capital's small letter, one for one.
fn lower(c: char) -> char {
    let mut all = c.to_lowercase();
    match (c, all.next(), all.next()) {
        ('İ', ..) => 'i',
        (_, Some(one), None) => one,
        _ => c,
    }
}

fn initcap(value: &str) -> String {
    let mut start = true;
    value
        .chars()
        .map(|c| {
            let out = if start { upper(c) } else { lower(c) };
            start = !c.is_alphanumeric();
            out
        })
        .collect()
}

fn instant(cell: &Cell) -> Option<i64> {
    match cell {
        Cell::Date(d) => Some(i64::from(*d) * DAY_MICROS),
        Cell::Timestamp(t) => Some(*t),
        Cell::Text(t) => calendar::parse_timestamp(t),
        _ => None,
    }
}

fn date_part(args: &[Cell]) -> Option<Cell> {
    let field = text(args, 0)?;
    let (day, time) = match args.get(1)? {
        Cell::Time(t) => (0, *t),
        Cell::Interval(months, micros) => {
            let part = match field.as_str() {
                "year" => i64::from(months / 12),
                "month" => i64::from(months % 12),
                "day" => micros / DAY_MICROS,
                "epoch" => micros / 1_000_000 + i64::from(*months) * 30 * 86_400,
                "hour" => micros % DAY_MICROS / 3_600_000_000,
                _ => return None,
            };
            return Some(Cell::Int(part));
        }
        other => {
            let t = instant(other)?;
            (whole_day(t), t.rem_euclid(DAY_MICROS))
        }
    };
    let (y, m, d) = calendar::civil(day);
    let seconds = time / 1_000_000;
    Some(Cell::Int(match field.as_str() {
        "year" => i64::from(y),
        "month" => i64::from(m),
        "day" => i64::from(d),
        "quarter" => i64::from(m.div_ceil(3)),
        "dow" | "dayofweek" => i64::from(calendar::day_of_week(day)),
        "isodow" => i64::from((calendar::day_of_week(day) + 6) % 7 + 1),
        "doy" | "dayofyear" => i64::from(day - calendar::days(y, 1, 1) + 1),
        "week" => i64::from(calendar::iso_week(day)),
        "decade" => i64::from(y.div_euclid(10)),
        "century" => i64::from((y + 99).div_euclid(100)),
        "hour" => seconds / 3600,
        "minute" => seconds / 60 % 60,
        "second" => seconds % 60,
        "epoch" => i64::from(day) * 86_400 + seconds,
        _ => return None,
    }))
}

fn part(args: &[Cell], field: &str) -> Option<Cell> {
    let value = match args.first()? {
        Cell::Text(t) => Cell::Timestamp(calendar::parse_timestamp(t)?),
        other => other.clone(),
    };
    date_part(&[Cell::Text(field.to_owned()), value])
}

/// `span(unit, x)`: an interval of x units, or how many units an interval has. `span(unit, a, b)`: the units from b to a where both are instants,
/// else an interval of a - b units. `unit` is in microseconds.
fn span(args: &[Cell]) -> Option<Cell> {
    let unit = int(args, 0)?;
    let measured = |micros: i64| Cell::Num(micros as f64 / unit as f64);
    let made = |x: f64| {
        // Past what a span holds it is the longest one, which no date takes.
        Some(Cell::Interval(0, (x * unit as f64) as i64))
    };
    match (args.get(1)?, args.get(2)) {
        (Cell::Interval(months, micros), None) => Some(measured(i64::from(*months) * 30 * DAY_MICROS + micros)),
        (x, None) => made(x.number()?),
        (a @ (Cell::Date(_) | Cell::Timestamp(_)), Some(b @ (Cell::Date(_) | Cell::Timestamp(_)))) => {
            Some(measured(instant(a)? - instant(b)?))
        }
        (Cell::Time(a), Some(Cell::Time(b))) => Some(measured(a - b)),
        (a, Some(b)) => made(a.number()? - b.number()?),
    }
}

fn date_trunc(args: &[Cell]) -> Option<Cell> {
    let t = instant(args.get(1)?)?;
    let day = whole_day(t);
    let (y, m, _) = calendar::civil(day);
    let first = match text(args, 0)?.as_str() {
        "year" => calendar::days(y, 1, 1),
        "quarter" => calendar::days(y, (m - 1) / 3 * 3 + 1, 1),
        "month" => calendar::days(y, m, 1),
        "week" => day - (day + 3).rem_euclid(7),
        "day" => day,
        "hour" => return Some(Cell::Timestamp(t - t.rem_euclid(3_600_000_000))),
        _ => return None,
    };
    Some(Cell::Timestamp(i64::from(first) * DAY_MICROS))
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// The templates of `to_char` for dates and times; anything else in the format stands as it is.
fn to_char(args: &[Cell]) -> Option<Cell> {
    let t = match args.first()? {
        Cell::Time(t) => *t,
        other => instant(other)?,
    };
    let format = text(args, 1)?;
    let day = whole_day(t);
    let (y, m, d) = calendar::civil(day);
    let seconds = t.rem_euclid(DAY_MICROS) / 1_000_000;
    let (month, weekday) = (MONTHS.get(m as usize - 1)?, DAYS.get(calendar::day_of_week(day) as usize)?);
    let quarter = m.div_ceil(3);
    let (hour, half) = (seconds / 3600, if seconds < 43_200 { "AM" } else { "PM" });
    let twelve = (hour + 11) % 12 + 1;
    let templates: [(&str, String); 20] = [
        ("FMMonth", (*month).to_owned()),
        ("FMDay", (*weekday).to_owned()),
        ("YYYY", format!("{y:04}")),
        ("HH24", format!("{hour:02}")),
        ("HH12", format!("{twelve:02}")),
        ("Month", format!("{month:<9}")),
        ("DDD", format!("{:03}", day - calendar::days(y, 1, 1) + 1)),
        ("Day", format!("{weekday:<9}")),
        ("Mon", month.chars().take(3).collect()),
        ("Dy", weekday.chars().take(3).collect()),
        ("FMMM", m.to_string()),
        ("FMDD", d.to_string()),
        ("YY", format!("{:02}", y % 100)),
        ("MM", format!("{m:02}")),
        ("DD", format!("{d:02}")),
        ("MI", format!("{:02}", seconds / 60 % 60)),
        ("SS", format!("{:02}", seconds % 60)),
        ("AM", half.to_owned()),
        ("IW", format!("{:02}", calendar::iso_week(day))),
        ("Q", quarter.to_string()),
    ];
    let mut out = String::new();
    let mut rest = format.as_str();
    while let Some(c) = rest.chars().next() {
        if let Some((quoted, tail)) = rest.strip_prefix('"').and_then(|r| r.split_once('"')) {
            out.push_str(quoted);
            rest = tail;
            continue;
        }
        match templates
            .iter()
            .find_map(|(name, value)| rest.strip_prefix(name).map(|tail| (tail, value)))
        {
            Some((tail, value)) => {
                out.push_str(value);
                rest = tail;
            }
            None => {
                out.push(c);
                rest = rest.get(c.len_utf8()..)?;
            }
        }
    }
    Some(Cell::Text(out))
}
