//! Calendar days as texts and numbers, for bounds that a schema writes down: days since 1970-01-01, proleptic Gregorian calendar.
//!
//! The algorithms are Howard Hinnant's (<https://howardhinnant.github.io/date_algorithms.html>). Limit: the years 0 to 9999, as ISO writes them.

/// The number of the day that an ISO text begins with.
pub fn number(text: &str) -> Option<i64> {
    let part = |range: std::ops::Range<usize>| {
        text.get(range)
            .filter(|p| p.bytes().all(|b| b.is_ascii_digit()))?
            .parse::<i64>()
            .ok()
    };
    let (year, month, day) = (part(0..4)?, part(5..7)?, part(8..10)?);
    let dashes = text.get(4..5)? == "-" && text.get(7..8)? == "-";
    let y = year - i64::from(month <= 2);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days =
        y.div_euclid(400) * 146_097 + y.rem_euclid(400) * 365 + y.rem_euclid(400) / 4 - y.rem_euclid(400) / 100 + day_of_year - 719_468;
    // A day that no month has reads back as another.
    (dashes && text.get(..10) == Some(&iso(days)?)).then_some(days)
}

/// The ISO text of a day number.
pub fn iso(number: i64) -> Option<String> {
    let z = number + 719_468;
    let of_era = z.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + z.div_euclid(146_097) * 400 + i64::from(month <= 2);
    (0..=9999).contains(&year).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_numbered_and_read_back() {
        assert_eq!(
            (number("1970-01-01"), number("2024-02-29 08:00"), number("2025-12-31")),
            (Some(0), Some(19_782), Some(20_453))
        );
        for n in (-700_000..2_900_000).step_by(997) {
            assert_eq!(iso(n).as_deref().and_then(number), Some(n), "{n}");
        }
        for text in ["2023-02-29", "2024-13-01", "2024-00-10", "2024/01/01", "24-01-01", "+024-01-01", ""] {
            assert_eq!(number(text), None, "{text}");
        }
        assert_eq!(iso(3_000_000), None);
    }
}
