//! What expressions mean, how mistakes are told, and their limits.

use super::super::{Expression, ExpressionError};
use crate::datagen::cell::Cell;
use crate::kernel::suggest;

fn eval(text: &str) -> String {
    let names = ["a", "b", "name", "day", "at", "Mixed", "later"];
    let row = [
        Cell::Int(7),
        Cell::Null,
        Cell::Text("Ann Lee".into()),
        Cell::Date(19_782),
        Cell::Timestamp(1_709_212_500_000_000),
        Cell::Num(2.5),
        Cell::Timestamp(1_709_218_800_000_000),
    ];
    let mut resolve = |_: Option<&str>, name: &str, _: bool| {
        names.iter().position(|n| *n == name).ok_or_else(|| ExpressionError::UnknownColumn {
            name: name.to_owned(),
            hint: suggest::hint(name, names),
        })
    };
    match Expression::derived(text, &mut resolve) {
        Ok(e) => match e.value(&|i| row[i].clone()) {
            Cell::Null => "NULL".into(),
            other => other.text(),
        },
        Err(e) => e.to_string(),
    }
}

#[test]
fn both_spellings_mean_the_same() {
    for (text, want) in [
        ("a / 2", "3.5"),
        ("a // 2", "3"),
        ("-7 // 2", "-4"),
        ("-7 % 3", "2"),
        ("2 ** 3 ** 2", "512"),
        ("-2 ** 2", "-4"),
        ("2 ** -1", "0.5"),
        ("1 + 2 * 3 - 4", "3"),
        ("(1 + 2) * 3", "9"),
        ("10 - 2 - 3", "5"),
        ("0 < a < 10", "true"),
        ("0 < a < 5", "false"),
        ("1 < 2 < 3 < 2", "false"),
        ("a == 7 and not b is null", "false"),
        ("a != 7 or b IS NULL", "true"),
        ("(a > 1) & (a < 9)", "true"),
        ("'x' if a > 10 else 'y' if a > 5 else 'z'", "y"),
        ("where(a > 5, 'high', 'low')", "high"),
        ("CASE WHEN a > 5 THEN 'high' ELSE 'low' END", "high"),
        ("case a when 7 then 1 end", "1"),
        ("abs(-3) + sqrt(16) + floor(2.7) + ceil(2.1)", "12"),
        ("round(log(exp(2)), 3)", "2"),
        ("clip(a, 0, 5)", "5"),
        ("min(a, 3) + max(a, 3)", "10"),
        ("coalesce(b, a)", "7"),
        ("concat(upper(name), '-', length(name))", "ANN LEE-7"),
        ("lower(substr(name, 1, 3)) || \"!\"", "ann!"),
        ("substring(name from 5 for 3)", "Lee"),
        ("hour(at) * 100 + day_of_month(at)", "1329"),
        ("day_of_week(day)", "3"),
        ("month(day) + year(day)", "2026"),
        ("date(at) + 1", "2024-03-01"),
        ("at + minutes(90)", "2024-02-29 14:45:00"),
        ("at + INTERVAL '1 hour 30 minutes'", "2024-02-29 14:45:00"),
        ("at + INTERVAL 90 MINUTES", "2024-02-29 14:45:00"),
        ("at + interval '90' minute", "2024-02-29 14:45:00"),
        ("minutes(later - at)", "105"),
        ("hours(later - at) > 1.7", "true"),
        ("days(DATE '2024-03-10' - day)", "10"),
        ("day + days(a - 2)", "2024-03-05 00:00:00"),
        ("a in (1, 7) and a not in [2, 3]", "true"),
        ("a between 1 and 6", "false"),
        ("name like 'Ann%' and name not like '_x%'", "true"),
        ("cast(a as double precision) / 2", "3.5"),
        ("'12'::int + 1", "13"),
        ("2.345::numeric(6, 2)", "2.35"),
        ("cast(2.5 as decimal(6))", "3"),
        ("cast(2.5 as numeric)", "2.5"),
        ("upper('Straße') || upper('ﬁn')", "STRAẞEﬁN"),
        ("exp(1000)", "NULL"),
        ("pow(-1, 0.5)", "NULL"),
        ("10 ** 400", "NULL"),
        ("EXTRACT(YEAR FROM day)", "2024"),
        ("cardinality('{a,\"b,c\",d}')", "3"),
        ("cardinality('{}') + cardinality('{{1,2},{3,4}}')", "4"),
        ("array_length('{a,b}', 1)", "2"),
        ("array_length('{}', 1)", "NULL"),
        ("None", "NULL"),
        ("True and a", "NULL"),
        ("\"Mixed\" * 2", "5"),
        ("a / 0", "NULL"),
        ("a // 0", "NULL"),
    ] {
        assert_eq!(eval(text), want, "{text}");
    }
}

#[test]
fn mistakes_are_told_with_their_place() {
    for (text, want) in [
        ("nam + 1", "did you mean \"name\"?"),
        ("a +", "character 4 of \"a +\": expected a value, found the end"),
        ("a b", "character 3"),
        ("(a + 1", "expected \")\""),
        ("sqr(a)", "there is no function sqr(); did you mean \"sqrt\"?"),
        ("abs(a, 1, 2)", "abs() with 3 arguments instead of 1"),
        ("where(a, 1)", "with 2 arguments instead of 3"),
        ("'open", "the ' is not closed"),
        ("a ? b", "'?' means nothing here"),
        ("a if b", "expected ELSE"),
        ("interval 'soon'", "'soon' is no interval"),
        ("1e999", "past every number"),
    ] {
        assert!(eval(text).contains(want), "{text}: {}", eval(text));
    }
}

#[test]
fn size_is_limited_in_every_direction() {
    for text in [
        "(".repeat(100_000),
        "not ".repeat(5_000),
        "- ".repeat(2_000) + "1",
        "1 + ".repeat(3_000) + "1",
        "2 ** ".repeat(1_000) + "1",
        "1 if a else ".repeat(500) + "2",
        "a < ".repeat(900) + "a",
        "abs(".repeat(300) + "1" + &")".repeat(300),
        "x".repeat(1 << 20),
    ] {
        assert!(eval(&text).contains("longer than"), "{}...: {}", &text[..20], eval(&text));
    }
    assert_eq!(eval(&("1 + ".repeat(300) + "1")), "301");
}
