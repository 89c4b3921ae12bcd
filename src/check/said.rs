//! Are the literals of the SQL said, where nobody tells which words say what?
//!
//! Without an alignment the question and the evidence are searched. A number is said by its digits, with or without thousands separators, by its word
//! ("three", "twice", "dozen"), as a percentage of its fraction, or by the number next to it where a comparison is strict ("at least 5" for `> 4`). A text is said by
//! its words in any form (the first four letters count), and a wildcard needs no word. 0 and 1 and codes of one or two letters need none: "without", "the best", 'F'.
//! Limits: a synonym ("American" for 'USA') is not found; that is a warning, a number that is not there although others are is a refusal.

use super::spoken;
use sqlparser::ast::Query;

/// A literal nobody says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsaid {
    /// As the SQL writes it.
    pub literal: String,
    /// The question has other numbers, or other years, in its place: it asks for something else.
    pub contradicted: bool,
}

/// The literals of a query that neither text says.
pub fn unsaid(query: &Query, question: &str, evidence: &str) -> Vec<Unsaid> {
    let text = format!("{} {}", question.to_lowercase(), evidence.to_lowercase());
    let literals = spoken::literals(query);
    let said_numbers = numbers(&text);
    // Numbers of the question that no literal of the SQL accounts for.
    let sql_numbers: Vec<f64> = literals.iter().flat_map(|l| numbers(l)).collect();
    let open: Vec<f64> = said_numbers
        .iter()
        .copied()
        .filter(|n| !sql_numbers.iter().any(|s| near(*s, *n)))
        .collect();
    literals
        .into_iter()
        .filter(|literal| !is_said(literal, &text, &said_numbers))
        .map(|literal| {
            let contradicted = match numbers(&literal)[..] {
                [n] => open.iter().any(|o| (n >= 1000.0) == (*o >= 1000.0)),
                _ => false,
            };
            Unsaid { literal, contradicted }
        })
        .collect()
}

/// Whether a text says one literal.
pub fn says(text: &str, literal: &str) -> bool {
    let text = text.to_lowercase();
    is_said(literal, &text, &numbers(&text))
}

fn is_said(literal: &str, text: &str, said: &[f64]) -> bool {
    if let Ok(n) = literal.parse::<f64>() {
        let median = n == 0.5 && words(text).iter().any(|w| w == "median");
        return median || n.abs() <= 1.0 && n.fract() == 0.0 || said.iter().any(|s| near(n, *s));
    }
    let words: Vec<String> = words(literal);
    if words.is_empty() || literal.chars().filter(|c| c.is_alphanumeric()).count() <= 2 {
        return true;
    }
    let plain = self::words(text).join(" ");
    if plain.contains(&words.join(" ")) {
        return true;
    }
    // A day is said by its year, or the year before where it ends a period.
    if let Some(year) = literal
        .get(..4)
        .and_then(|y| y.parse::<f64>().ok())
        .filter(|_| literal.as_bytes().get(4) == Some(&b'-'))
    {
        return said.iter().any(|s| *s == year || *s == year - 1.0);
    }
    words.iter().all(|word| {
        let stem: String = word.chars().take(4).collect();
        match word.parse::<f64>() {
            Ok(n) => said.iter().any(|s| near(n, *s)),
            Err(_) => plain
                .split(' ')
                .any(|w| w.starts_with(&stem) || (w.len() >= 4 && word.starts_with(w))),
        }
    })
}

/// Equal, or next to each other, or the same share as a fraction and in percent, or in thousands and millions.
fn near(literal: f64, said: f64) -> bool {
    let same = |x: f64| (x - said).abs() <= 1e-9 * x.abs().max(1.0);
    let neighbour = literal.fract() == 0.0 && literal.abs() < 1000.0 && (same(literal + 1.0) || same(literal - 1.0));
    same(literal)
        || same(-literal)
        || neighbour
        || same(literal * 100.0)
        || same(literal / 100.0)
        || same(literal / 1e3)
        || same(literal / 1e6)
}

fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    parts.map(str::to_lowercase).collect()
}

/// Every number of a text, in figures or words.
fn numbers(text: &str) -> Vec<f64> {
    const WORDS: [(&str, f64); 33] = [
        ("zero", 0.0),
        ("once", 1.0),
        ("one", 1.0),
        ("first", 1.0),
        ("two", 2.0),
        ("twice", 2.0),
        ("second", 2.0),
        ("both", 2.0),
        ("couple", 2.0),
        ("pair", 2.0),
        ("three", 3.0),
        ("third", 3.0),
        ("four", 4.0),
        ("five", 5.0),
        ("six", 6.0),
        ("seven", 7.0),
        ("eight", 8.0),
        ("nine", 9.0),
        ("ten", 10.0),
        ("eleven", 11.0),
        ("twelve", 12.0),
        ("dozen", 12.0),
        ("fifteen", 15.0),
        ("twenty", 20.0),
        ("thirty", 30.0),
        ("forty", 40.0),
        ("fifty", 50.0),
        ("sixty", 60.0),
        ("eighty", 80.0),
        ("hundred", 100.0),
        ("thousand", 1e3),
        ("million", 1e6),
        ("half", 0.5),
    ];
    let mut found = Vec::new();
    let chars: Vec<char> = text.chars().collect();
    let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let mut at = 0;
    while at < chars.len() {
        if !digit(at) {
            at += 1;
            continue;
        }
        let mut number = String::new();
        while let Some(c) = chars.get(at) {
            match c {
                c if c.is_ascii_digit() => number.push(*c),
                // A thousands separator stands before three digits.
                ',' if digit(at + 1) && digit(at + 2) && digit(at + 3) => {}
                '.' if digit(at + 1) && !number.contains('.') => number.push('.'),
                _ => break,
            }
            at += 1;
        }
        found.extend(number.parse::<f64>().ok());
    }
    found.extend(words(text).iter().filter_map(|w| Some(WORDS.iter().find(|(name, _)| name == w)?.1)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    fn missing(sql: &str, question: &str) -> Result<String, parse::ParseError> {
        let found = unsaid(&parse::query(sql)?, question, "");
        let shown = found
            .iter()
            .map(|u| format!("{}{}", u.literal, if u.contradicted { "!" } else { "" }));
        Ok(shown.collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn numbers_and_texts_are_found_in_the_ways_people_say_them() -> Result<(), parse::ParseError> {
        assert_eq!(
            missing("SELECT a FROM t WHERE n > 1500 AND m >= 3", "more than 1,500 and at least three")?,
            ""
        );
        assert_eq!(missing("SELECT a FROM t WHERE n > 4 LIMIT 1", "the best with at least 5")?, "");
        assert_eq!(
            missing(
                "SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY a) FROM t",
                "the median first response"
            )?,
            ""
        );
        assert_eq!(missing("SELECT a FROM t WHERE share > 0.25", "more than 25 percent")?, "");
        assert_eq!(
            missing("SELECT a FROM t WHERE c = 'San Francisco' AND s = 'F'", "women in san francisco")?,
            ""
        );
        assert_eq!(missing("SELECT a FROM t WHERE c LIKE '%library%'", "names with libraries")?, "");
        assert_eq!(
            missing("SELECT a FROM t WHERE d >= '2023-01-01' AND d < '2024-01-01'", "in 2023")?,
            ""
        );
        assert_eq!(missing("SELECT a FROM t WHERE y = 2019", "which ones are of 2020?")?, "2019!");
        assert_eq!(missing("SELECT a FROM t WHERE c = 'USA'", "the American ones")?, "USA");
        Ok(())
    }
}
