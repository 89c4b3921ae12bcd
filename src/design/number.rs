//! Numbers: a shape by name, cut to what CHECKs and types allow.

use super::shape::{Shape, find, of_kind};
use super::span::quoted;
use super::{Choice, Subject};
use crate::ir::generation::{Component, Distribution};
use crate::ir::{Column, SqlType, Table};
use Shape::{Bell, Even, Skewed};

/// An amount of money in cents: prices end in a round tenth.
fn hundredfold(shape: Shape) -> Shape {
    let step = |s: f64| (s * 100.0).max(10.0);
    match shape {
        Even(low, high, s) => Even(low * 100.0, high * 100.0, step(s)),
        Skewed(median, sigma, low, high, s) => Skewed(median * 100.0, sigma, low * 100.0, high * 100.0, step(s)),
        Bell(mean, std, low, high, s) => Bell(mean * 100.0, std * 100.0, low * 100.0, high * 100.0, step(s)),
    }
}

/// Fewer steps than this between the bounds are too few to tell rows apart by.
const STEPS_MIN: f64 = 4.0;
/// Steps there are then, about.
const STEPS: f64 = 10.0;

/// What small numbers hold the year of.
const YEARS: &[&str] = &[
    "built",
    "ceased",
    "closed",
    "commissioned",
    "decommissioned",
    "dissolved",
    "established",
    "opened",
    "renovated",
    "retired",
];

/// Words of the currency of an amount.
const CURRENCY: &[&str] = &["currency", "devise", "moneda", "waehrung", "währung", "divisa"];

/// Whether a column says the currency of an amount of its row: no amount is without one.
pub(super) fn has_currency(subject: &Subject<'_>) -> bool {
    let words = subject.words.strip_suffix(" code").unwrap_or(&subject.words);
    let named = words.split(' ').next_back().is_some_and(|w| CURRENCY.contains(&w));
    let keyed = |name: &str| super::state::in_key(subject.table, name);
    let amount = |c: &Column| !keyed(&c.name) && (c.sql_type.is_numeric() && !c.sql_type.is_integer());
    let cents = |words: &str| words.ends_with(" cents") || words.ends_with(" pence");
    let mut beside = subject.table.columns.iter().zip(subject.siblings);
    named && subject.column.sql_type.is_text() && !keyed(&subject.column.name) && beside.any(|(c, w)| amount(c) || cents(w))
}

/// Whether a column holds years.
fn is_year(column: &Column, words: &str) -> bool {
    let whole = column.sql_type.is_integer() || matches!(column.sql_type, SqlType::Decimal(_, 0));
    let small = column.sql_type == SqlType::Int16 && YEARS.contains(&words);
    let named = || find(words).is_some_and(|(name, _)| name == "founded" || name.split(' ').any(|w| w == "year"));
    whole && (small || named())
}

/// The year of a day of the same row and word: `harvest_year` beside `harvested_on`; a season's is the one in which it starts.
fn year_of(subject: &Subject<'_>) -> Option<String> {
    let column = subject.column;
    let about = subject
        .words
        .strip_suffix(" year")
        .or_else(|| subject.words.strip_prefix("year "))?;
    if !is_year(column, &subject.words) || super::state::in_key(subject.table, &column.name) {
        return None;
    }
    let same = |words: &str| {
        let said: Vec<&str> = words.split(' ').filter(|w| !super::span::FILLERS.contains(w)).collect();
        match (about, said.as_slice()) {
            ("season", [one]) => ["starts", "start", "started", "begins"].contains(one),
            (_, [_]) => super::path::is_form(&said, about),
            _ => false,
        }
    };
    let days = subject.table.columns.iter().zip(subject.siblings);
    let mut days = days.filter(|(c, w)| matches!(c.sql_type, SqlType::Date | SqlType::Timestamp | SqlType::TimestampTz) && same(w));
    let (day, _) = days.find(|(c, _)| column.nullable || !c.nullable)?;
    let expression = format!("EXTRACT(YEAR FROM {})", quoted(&day.name));
    (subject.abilities.expression)(&expression).ok()?;
    Some(expression)
}

/// Years of a row in the order in which such things happen: founded before it ceased.
fn ordered_years(table: &Table, words: &[String], order: &[(String, String)]) -> Vec<String> {
    let keyed = |c: &Column| super::state::in_key(table, &c.name);
    let years = table.columns.iter().zip(words).filter(|(c, w)| !keyed(c) && is_year(c, w));
    let ranked = years.filter_map(|(c, w)| Some((c.name.as_str(), named_rank(w)?)));
    let mut ranked: Vec<(&str, u8)> = ranked.collect();
    ranked.sort_by_key(|(_, rank)| *rank);
    let pairs = ranked.windows(2).filter_map(|pair| match pair {
        [(a, before), (b, after)] if before < after => Some((*a, *b)),
        _ => None,
    });
    let known = |a: &str, b: &str| order.iter().any(|(x, y)| (x == a && y == b) || (x == b && y == a));
    pairs
        .filter(|(a, b)| !known(a, b))
        .map(|(a, b)| format!("{} <= {}", quoted(a), quoted(b)))
        .collect()
}

/// The rank of the stage that a year's words name, where they name one.
fn named_rank(words: &str) -> Option<u8> {
    let stage = super::stage::named(words)?;
    (stage.rank < super::stage::KEPT).then_some(stage.rank)
}

/// Numeric columns.
pub(super) fn rule(subject: &Subject<'_>) -> Option<Choice> {
    let column = subject.column;
    if !column.sql_type.is_numeric() {
        return None;
    }
    let bounds = subject.bounds.of(&column.name);
    if subject.bounds.years.iter().any(|(_, year)| *year == column.name) && !subject.unique {
        let (low, high) = bounds.low.zip(bounds.high).unwrap_or(super::gap::YEARS);
        return Some(Choice::new(
            Distribution::Uniform { low, high, step: None },
            "the year of a day beside it",
        ));
    }
    if bounds == super::bounds::Bounds::default()
        && let Some(expression) = year_of(subject)
    {
        return Some(Choice::new(Distribution::Derived { expression }, "the year of a day beside it").nulls(0.0));
    }
    let whole = column.sql_type.is_integer() || matches!(column.sql_type, SqlType::Decimal(_, 0));
    let grain = match &column.sql_type {
        SqlType::Decimal(_, s) => 10_f64.powi(-i32::from(*s)),
        _ if whole => 1.0,
        _ => 0.01,
    };
    let top = match &column.sql_type {
        SqlType::Int16 => 32_767.0,
        SqlType::Decimal(p, s) => (10_f64.powi(i32::from(*p)) - 1.0) * 10_f64.powi(-i32::from(*s)),
        _ => 2_000_000_000.0,
    };
    // Money in cents is a hundred times as much.
    let cents = ["cents", "cent", "pence"].iter().find_map(|unit| {
        let money = subject.words.strip_suffix(unit)?;
        (whole && (money.is_empty() || money.ends_with(' '))).then(|| money.trim_end())
    });
    let year = column.sql_type == SqlType::Int16 && YEARS.contains(&subject.words.as_str());
    let found = find(if year { "year" } else { cents.unwrap_or(&subject.words) });
    let own = found.and_then(|(name, _)| of_kind(name, subject));
    let (shape, reason) = match found {
        _ if own.is_some() => own.map(|(shape, reason)| (shape, reason.to_owned()))?,
        // A grade in whole numbers is a year at school, as long as no CHECK says more.
        Some(("grade", _)) if whole => (Even(1.0, 12.0, 1.0), "the years of a school".to_owned()),
        // In money with cents and room for hundreds, a rate is the price of a night or an hour.
        Some(("rate", _)) if top >= 999.0 && matches!(column.sql_type, SqlType::Decimal(_, 2)) && bounds.high.is_none() => {
            (Skewed(95.0, 0.5, 15.0, 900.0, 0.0), "the price of a night or a day".to_owned())
        }
        Some((name, shape)) => (shape, format!("the usual shape of {name:?}")),
        None if cents.is_some() => (Skewed(49.0, 0.9, 5.0, 2_500.0, 1.0), "an amount in cents".to_owned()),
        None if whole
            && ["id", "sk", "key", "code", "no", "number", "nr", "num"]
                .iter()
                .any(|w| subject.words.split(' ').next_back() == Some(w)) =>
        {
            (
                Even(1.0, 60.0, 1.0),
                "a number that names something, without a foreign key".to_owned(),
            )
        }
        None if whole => (
            Skewed(40.0, 0.9, 1.0, 5_000.0, 1.0),
            "a count: many small values, few large ones".to_owned(),
        ),
        None => (
            Skewed(60.0, 0.9, 1.0, 5_000.0, 0.0),
            "an amount: many small values, few large ones".to_owned(),
        ),
    };
    let shape = if cents.is_some() { hundredfold(shape) } else { shape };
    // A rate named in percent is up to 100 there, a share is below 1 where the type has no room for more.
    let shape = match shape {
        Even(l, h, s) if h <= 1.0 && whole => Even(l * 100.0, h * 100.0, (s * 100.0).max(1.0)),
        Even(l, h, s) if top < h && top > 0.9 * h => Even(l, (top / s).floor() * s, s),
        Even(l, h, s) if top < h => {
            let step = plain(s / h * top, grain).max(grain);
            let whole = |x: f64| (x / step).floor() * step;
            Even(whole(l / h * top * 0.9), whole(top * 0.9).max(grain), step)
        }
        other => other,
    };
    let low = bounds.low.map(|x| if bounds.low_open { x + grain } else { x });
    let high = bounds
        .high
        .map(|x| if bounds.high_open { x - grain } else { x })
        .unwrap_or(f64::MAX)
        .min(top);
    if let (true, Some(low), Some(_)) = (subject.unique, low, bounds.high) {
        // Each value once: there are no frequent ones among them.
        return Some(Choice::new(
            Distribution::Uniform { low, high, step: None },
            "unique, within its CHECK",
        ));
    }
    let placing = subject.bounds.placing.contains(&column.name);
    if placing && !subject.unique && !bounds.apart.is_empty() {
        // From one piece after the other; a range ends before its upper bound.
        let component = |(low, high): &(f64, f64)| Component {
            weight: 1.0,
            distribution: Box::new(Distribution::Uniform {
                low: *low,
                high: high - grain,
                step: None,
            }),
        };
        let components = bounds.apart.iter().map(component).collect();
        return Some(Choice::new(
            Distribution::Mixture { components },
            "every piece of the table gets rows",
        ));
    }
    if let (true, Some(low), Some(_)) = (placing, low, bounds.high) {
        return Some(Choice::new(
            Distribution::Uniform { low, high, step: None },
            "even, so that every piece of the table gets rows",
        ));
    }
    let distribution = fit(shape, low, high, bounds.high.is_some(), grain);
    Some(Choice::new(distribution, reason))
}

/// The greatest of 1, 2.5 and 5 times a power of ten that is not above `x` and a multiple of the grain: the steps that people count in.
fn plain(x: f64, grain: f64) -> f64 {
    let power = 10_f64.powi(x.max(1e-12).log10().floor() as i32);
    // Of 1e-3 the float is no exact thousandth; the shortest text is.
    let exact = |x: f64| format!("{x:.9}").parse().unwrap_or(x);
    let whole = |n: &f64| (n * power / grain - (n * power / grain).round()).abs() < 1e-6;
    exact(
        [5.0, 2.5]
            .into_iter()
            .filter(whole)
            .find(|n| n * power <= x * (1.0 + 1e-9))
            .unwrap_or(1.0)
            * power,
    )
}

/// An even spread whose values stay as round as the name has them: a CHECK that leaves few of them makes the step finer, and one that begins between
/// two of them begins at the next.
fn even((from, to, s): (f64, f64, f64), (least, most): (f64, f64), grain: f64) -> Distribution {
    let cut = (least, most) != (from, to);
    let few = cut && s > grain && (most - least) / s < STEPS_MIN;
    let s = if few { plain((most - least) / STEPS, grain).max(grain) } else { s };
    let next = if s >= 0.01 {
        ((least / s - 1e-9).ceil() * s * 1e6).round() / 1e6 + 0.0
    } else {
        least
    };
    let round = (from / s - (from / s).round()).abs() < 1e-9;
    Distribution::Uniform {
        low: if round && s > grain && next < most {
            next.max(least)
        } else {
            least
        },
        high: most,
        step: Some(s.max(grain)).filter(|s| (*s > grain || grain == 0.01) && *s < most - least),
    }
}

/// The shape inside the bounds; where they do not meet, an even spread over the bounds.
fn fit(shape: Shape, low: Option<f64>, high: f64, bounded: bool, grain: f64) -> Distribution {
    let (from, to) = match shape {
        Even(l, h, _) | Skewed(_, _, l, h, _) | Bell(_, _, l, h, _) => (l, h),
    };
    let (least, most) = (low.unwrap_or(from).max(from.min(high)), to.min(high));
    let (least, most) = match low {
        // A short scale (ratings from 1 to 10) is used whole; in a long range the name knows better where values lie.
        Some(low) if bounded && (low > to || high < from || (high <= 1000.0 && (most - least) < 0.6 * (high - low))) => (low, high),
        Some(low) if low > to => (low, high.min(low * 3.0 + 1000.0)),
        _ => (least, most.max(least)),
    };
    let step = |s: f64| Some(if s > grain { s } else { grain }).filter(|s| *s > grain || grain == 0.01);
    match shape {
        Even(l, h, s) => even((l, h, s), (least, most), grain),
        Skewed(median, sigma, _, _, s) => {
            let median = if median > least && median < most {
                median
            } else {
                (least.max(grain) * most.min(least.max(grain) * 1e4)).sqrt()
            };
            let mean = (median.ln() * 1000.0).round() / 1000.0;
            Distribution::Lognormal {
                mean,
                sigma,
                low: Some(least),
                high: Some(most),
                step: step(s).filter(|s| *s < (most - least) / 10.0),
            }
        }
        Bell(mean, std, _, _, s) => {
            let inside = mean > least && mean < most;
            let (mean, std) = if inside {
                (mean, std)
            } else {
                ((least + most) / 2.0, (most - least) / 5.0)
            };
            Distribution::Normal {
                mean,
                std,
                low: Some(least),
                high: Some(most),
                step: step(s).filter(|s| *s < (most - least) / 10.0),
            }
        }
    }
}

/// Conditions that names imply between numbers of a row: min before max, lower before upper, founded before ceased.
pub(super) fn ordered_pairs(table: &Table, words: &[String], order: &[(String, String)]) -> Vec<String> {
    let mut out = ordered_years(table, words, order);
    for (low, high) in [
        ("min", "max"),
        ("minimum", "maximum"),
        ("lower", "upper"),
        ("low", "high"),
        ("lowest", "highest"),
        ("least", "most"),
    ] {
        for (i, name) in words.iter().enumerate() {
            if !name.split(' ').any(|w| w == low) {
                continue;
            }
            let twin: Vec<&str> = name.split(' ').map(|w| if w == low { high } else { w }).collect();
            let twin = twin.join(" ");
            let Some(j) = words.iter().position(|w| *w == twin) else { continue };
            let (Some(a), Some(b)) = (table.columns.get(i), table.columns.get(j)) else {
                continue;
            };
            let keyed = |c: &str| table.primary_key.iter().any(|k| k == c) || table.foreign_keys_of(c).next().is_some();
            if a.sql_type.is_numeric() && b.sql_type.is_numeric() && !keyed(&a.name) && !keyed(&b.name) {
                out.push(format!("{} <= {}", quoted(&a.name), quoted(&b.name)));
            }
        }
    }
    out
}
