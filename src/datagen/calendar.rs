//! Days and instants as numbers: days and microseconds since 1970-01-01, proleptic Gregorian calendar.
//!
//! The day algorithms are Howard Hinnant's (<https://howardhinnant.github.io/date_algorithms.html>). No zones, no leap seconds.

/// Microseconds in a day.
pub const DAY_MICROS: i64 = 86_400_000_000;

/// Days since 1970-01-01 of a calendar day.
pub fn days(year: i32, month: u32, day: u32) -> i32 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let mp = (month as i32 + 9) % 12;
    let doy = (153 * mp + 2) / 5 + day as i32 - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

/// Year, month, day of a day number.
pub fn civil(days: i32) -> (i32, u32, u32) {
    let z = i64::from(days) + 719_468;
    let era = z.div_euclid(146_097) as i32;
    let doe = z.rem_euclid(146_097) as i32;
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + i32::from(month <= 2), month as u32, day as u32)
}

/// Days in a month.
pub fn month_days(year: i32, month: u32) -> u32 {
    let (next_year, next) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    (days(next_year, next, 1) - days(year, month, 1)) as u32
}

/// A day moved by whole months; the day of the month is cut to the month's length, as SQL does.
pub fn add_months(day: i32, months: i32) -> i32 {
    let (y, m, d) = civil(day);
    let total = i64::from(y) * 12 + i64::from(m) - 1 + i64::from(months);
    // Past what days count, the year is one that no column takes.
    let (year, month) = (
        total.div_euclid(12).clamp(-5_000_000, 5_000_000) as i32,
        total.rem_euclid(12) as u32 + 1,
    );
    days(year, month, d.min(month_days(year, month)))
}

/// 0 = Sunday, as SQL's `extract(dow)`.
pub fn day_of_week(day: i32) -> i32 {
    (day + 4).rem_euclid(7)
}

/// ISO week number.
pub fn iso_week(day: i32) -> i32 {
    let thursday = day - (day + 3).rem_euclid(7) + 3;
    let (year, _, _) = civil(thursday);
    (thursday - days(year, 1, 1)) / 7 + 1
}

/// "2024-03-01" to its day number.
pub fn parse_date(text: &str) -> Option<i32> {
    let mut parts = text.trim().splitn(3, '-');
    let (y, m, d) = (
        parts.next()?.parse().ok()?,
        parts.next()?.parse().ok()?,
        parts.next()?.parse().ok()?,
    );
    ((-4000..=9999).contains(&y) && (1..=12).contains(&m) && d >= 1 && d <= month_days(y, m)).then(|| days(y, m, d))
}

/// "13:45:00", "13:45" or "13:45:00.5" to microseconds of the day.
pub fn parse_time(text: &str) -> Option<i64> {
    let mut parts = text.trim().splitn(3, ':');
    let hour: i64 = parts.next()?.parse().ok()?;
    let minute: i64 = parts.next()?.parse().ok()?;
    let second: f64 = parts.next().map_or(Some(0.0), |s| s.parse().ok())?;
    let valid = (0..24).contains(&hour) && (0..60).contains(&minute) && (0.0..60.0).contains(&second);
    valid.then(|| (hour * 3600 + minute * 60) * 1_000_000 + (second * 1e6).round() as i64)
}

/// "2024-03-01", "2024-03-01 13:45:00", with `T`, with `Z` or `+00`, to microseconds.
pub fn parse_timestamp(text: &str) -> Option<i64> {
    let text = text.trim().trim_end_matches('Z').trim_end_matches("+00:00").trim_end_matches("+00");
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00"));
    Some(i64::from(parse_date(date)?) * DAY_MICROS + parse_time(time)?)
}

/// Appends "2024-03-01".
pub fn write_date(day: i32, out: &mut Vec<u8>) {
    let (y, m, d) = civil(day);
    if (0..=9999).contains(&y) {
        two(y as u32 / 100, out);
        two(y as u32 % 100, out);
    } else {
        out.extend_from_slice(y.to_string().as_bytes());
    }
    out.push(b'-');
    two(m, out);
    out.push(b'-');
    two(d, out);
}

/// Appends "13:45:00" of microseconds of a day; a fraction only when there is one.
pub fn write_time(micros: i64, out: &mut Vec<u8>) {
    let seconds = (micros / 1_000_000) as u32;
    two(seconds / 3600, out);
    out.push(b':');
    two(seconds / 60 % 60, out);
    out.push(b':');
    two(seconds % 60, out);
    let fraction = micros % 1_000_000;
    if fraction != 0 {
        out.extend_from_slice(format!(".{fraction:06}").as_bytes());
    }
}

/// Appends "2024-03-01 13:45:00".
pub fn write_timestamp(micros: i64, out: &mut Vec<u8>) {
    write_date(micros.div_euclid(DAY_MICROS) as i32, out);
    out.push(b' ');
    write_time(micros.rem_euclid(DAY_MICROS), out);
}

fn two(n: u32, out: &mut Vec<u8>) {
    out.push(b'0' + (n / 10 % 10) as u8);
    out.push(b'0' + (n % 10) as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_calendar_agree() {
        assert_eq!((days(1970, 1, 1), days(2000, 3, 1), days(2024, 2, 29)), (0, 11_017, 19_782));
        for day in (-200_000..200_000).step_by(37) {
            let (y, m, d) = civil(day);
            assert_eq!(days(y, m, d), day);
        }
        assert_eq!(day_of_week(days(2024, 3, 3)), 0);
        assert_eq!((iso_week(days(2021, 1, 3)), iso_week(days(2024, 12, 30))), (53, 1));
        assert_eq!(civil(add_months(days(2024, 1, 31), 1)), (2024, 2, 29));
    }

    #[test]
    fn text_reads_back() {
        let micros = parse_timestamp("2024-03-01T13:45:07Z");
        let mut out = Vec::new();
        write_timestamp(micros.unwrap_or_default(), &mut out);
        assert_eq!(out, b"2024-03-01 13:45:07");
        assert_eq!((parse_date("2023-02-29"), parse_date("x"), parse_time("25:00")), (None, None, None));
    }
}
