//! Days and instants as numbers: days and seconds since 1970, seconds since midnight.
//!
//! Limit: ISO forms, a zone left aside. Invariant: what is no date is None, never 1970.

/// Days since 1970 of an ISO date, and seconds of the instant.
pub(super) fn instant(text: &str) -> Option<(f64, f64)> {
    let text = text.trim();
    let (day, time) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    let mut parts = day.splitn(3, '-').map(|p| p.parse::<i64>().ok());
    let (y, m, d) = (parts.next()??, parts.next()??, parts.next()??);
    // Howard Hinnant's days_from_civil.
    let y = if m <= 2 { y - 1 } else { y };
    let era = y.div_euclid(400);
    let yoe = y - era * 400;
    let doy = (153 * ((m + 9) % 12) + 2) / 5 + d - 1;
    let days = era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468;
    Some((days as f64, days as f64 * 86_400.0 + seconds(time)?))
}

/// Seconds since midnight of `hh:mm[:ss]`, a zone left aside; 0 of nothing.
pub(super) fn seconds(text: &str) -> Option<f64> {
    let text = text.trim().trim_end_matches('Z');
    if text.is_empty() {
        return Some(0.0);
    }
    let mut parts = text.split(':').map(|p| p.trim().parse::<f64>().ok());
    let hours = parts.next()??;
    let minutes = parts.next().flatten().unwrap_or(0.0);
    Some(hours * 3_600.0 + minutes * 60.0 + parts.next().flatten().unwrap_or(0.0))
}
