//! How values are said: numbers, days, names.

use crate::ir::Value;
use crate::schema::morphology::{article, singular};

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

/// A month by number, 1 to 12.
pub fn month(n: u32) -> &'static str {
    MONTHS.get(n.wrapping_sub(1) as usize).copied().unwrap_or("an unknown month")
}

/// A value as words. `year` is true for numbers that are years (no thousands mark).
pub fn spoken(value: &Value, year: bool) -> String {
    match value {
        Value::Bool(b) => b.to_string(),
        Value::Int(n) if year || n.unsigned_abs() < 10_000 => n.to_string(),
        Value::Int(n) => thousands(&n.to_string()),
        Value::Number(t) => thousands(t),
        Value::Text(t) => name(t),
        Value::Date(t) | Value::Timestamp(t) => day(t),
    }
}

/// A text value: as it is when it looks like a name, else in quotes.
pub fn name(text: &str) -> String {
    let proper = text.starts_with(|c: char| c.is_uppercase()) && text.chars().any(char::is_lowercase) && text.split(' ').count() <= 4;
    let plain = text.chars().all(|c| c.is_alphanumeric() || " -'&".contains(c));
    // A code of a few capitals is read as a name: CA, USD.
    let code = (2..=3).contains(&text.len()) && text.chars().all(|c| c.is_ascii_uppercase());
    if (proper && plain) || code { text.to_owned() } else { quoted(text) }
}

/// Whether the name of a country takes an article: the Netherlands, the United States.
pub fn takes_article(country: &str) -> bool {
    const FIRST: &[&str] = &[
        "United",
        "Netherlands",
        "Philippines",
        "Czech",
        "Dominican",
        "Bahamas",
        "Gambia",
        "Maldives",
        "Solomon",
        "Marshall",
    ];
    country.split(' ').next().is_some_and(|first| FIRST.contains(&first))
}

/// A text in quotes.
pub fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

/// "March 5, 2024" from an ISO day or instant.
pub fn day(iso: &str) -> String {
    let parts = (
        iso.get(0..4),
        iso.get(5..7).and_then(|m| m.parse().ok()),
        iso.get(8..10).and_then(|d| d.parse::<u32>().ok()),
    );
    match parts {
        (Some(year), Some(m), Some(d)) => match iso.get(11..16) {
            Some(time) => format!("{} {d}, {year} at {time}", month(m)),
            None => format!("{} {d}, {year}", month(m)),
        },
        _ => iso.to_owned(),
    }
}

/// 1234567.5 -> 1,234,567.5
fn thousands(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |d| ("-", d));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    if whole.len() <= 4 {
        return text.to_owned();
    }
    let mut out = String::new();
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    format!("{sign}{out}{}", fraction.map(|f| format!(".{f}")).unwrap_or_default())
}

/// Small counts in words, as people write them.
pub fn count(n: u64) -> String {
    const WORDS: [&str; 11] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    ];
    usize::try_from(n)
        .ok()
        .and_then(|i| WORDS.get(i))
        .map_or_else(|| n.to_string(), |w| (*w).to_owned())
}

/// The article of a column's noun; one in the plural has none: "with payment terms of 14 days".
pub fn article_of(noun: &str) -> &'static str {
    if is_many(noun) { "" } else { article(noun) }
}

/// "are" for a noun in the plural that has a singular, else "is".
pub fn be(noun: &str) -> &'static str {
    if is_many(noun) { "are" } else { "is" }
}

/// The species of a pet is one, its payment terms are several.
pub fn is_many(noun: &str) -> bool {
    singular(noun) != noun
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_said_as_people_say_them() {
        assert_eq!(spoken(&Value::Int(1_250_000), false), "1,250,000");
        assert_eq!(spoken(&Value::Int(2012), true), "2012");
        assert_eq!(spoken(&Value::Date("2024-03-05".into()), false), "March 5, 2024");
        assert_eq!(name("Jane Austen"), "Jane Austen");
        assert_eq!(name("active"), "\"active\"");
        assert_eq!(
            (article("hour"), article("unit price"), article("amount"), article("ISBN")),
            ("an", "a", "an", "an")
        );
        assert_eq!((article_of("payment terms"), be("payment terms")), ("", "are"));
        assert_eq!((article_of("species"), be("species")), ("a", "is"));
    }
}
