//! Numbers: a shape by name, cut to what CHECKs and types allow.

use super::{Choice, Subject};
use crate::ir::generation::{Component, Distribution};
use crate::ir::{SqlType, Table};

/// A shape in the column's unit.
#[derive(Clone, Copy)]
enum Shape {
    /// low, high, step (0: the type's own)
    Even(f64, f64, f64),
    /// median, sigma, low, high, step
    Skewed(f64, f64, f64, f64, f64),
    /// mean, std, low, high, step
    Bell(f64, f64, f64, f64, f64),
}
use Shape::{Bell, Even, Skewed};

/// Names and shapes; the longest matching name wins. A name matches at the end of the column's words, or anywhere as whole words.
static SHAPES: &[(&[&str], Shape)] = &[
    (
        &["salary", "annual salary", "wage", "income", "compensation", "base salary"],
        Bell(62_000.0, 18_000.0, 24_000.0, 220_000.0, 100.0),
    ),
    (
        &["min salary", "minimum salary"],
        Bell(38_000.0, 8_000.0, 22_000.0, 70_000.0, 500.0),
    ),
    (
        &["max salary", "maximum salary"],
        Bell(95_000.0, 20_000.0, 71_000.0, 220_000.0, 500.0),
    ),
    (&["hourly rate", "hourly wage", "pay rate"], Bell(28.0, 9.0, 12.0, 90.0, 0.25)),
    (
        &[
            "price",
            "list price",
            "unit price",
            "sales price",
            "retail price",
            "cost",
            "wholesale cost",
            "unit cost",
            "ticket price",
            "supply cost",
            "msrp",
            "product price",
        ],
        Skewed(28.0, 0.8, 0.5, 2_000.0, 0.0),
    ),
    (
        &[
            "amount",
            "total",
            "subtotal",
            "net paid",
            "ext list price",
            "ext sales price",
            "payment",
            "gross",
            "net",
            "paid",
            "refunded cash",
            "store credit",
            "reversed charge",
            "revenue",
            "amt",
            "sum",
            "ext wholesale cost",
            "net loss",
            "net profit",
            "ext discount amt",
            "coupon amt",
            "return amt",
            "price paid",
        ],
        Skewed(120.0, 0.9, 1.0, 20_000.0, 0.0),
    ),
    (
        &[
            "tax",
            "fee",
            "fine",
            "tip",
            "freight",
            "shipping cost",
            "ext tax",
            "ship cost",
            "return tax",
            "charge",
            "surcharge",
            "late fee",
            "ext ship cost",
            "return ship cost",
        ],
        Skewed(8.0, 0.8, 0.0, 500.0, 0.0),
    ),
    (
        &[
            "budget",
            "capital",
            "sales",
            "box office",
            "turnover",
            "market value",
            "assets",
            "profits",
            "funding",
            "valuation",
            "gdp",
        ],
        Skewed(400_000.0, 1.1, 5_000.0, 50_000_000.0, 1_000.0),
    ),
    (
        &["balance", "acctbal", "account balance", "credit"],
        Bell(2_400.0, 1_800.0, -900.0, 12_000.0, 0.0),
    ),
    (&["credit limit", "limit"], Even(500.0, 20_000.0, 500.0)),
    (&["bonus", "commission", "deposit"], Skewed(900.0, 0.7, 50.0, 12_000.0, 10.0)),
    (&["tax percentage", "tax rate", "vat rate"], Even(0.0, 0.12, 0.01)),
    (&["discount", "discount rate"], Even(0.0, 0.4, 0.05)),
    (
        &[
            "discount percent",
            "discount pct",
            "percent",
            "percentage",
            "pct",
            "share",
            "completion",
            "progress",
            "utilization",
        ],
        Even(0.0, 100.0, 0.5),
    ),
    (
        &["rate", "interest rate", "commission rate", "commission pct", "ratio", "probability"],
        Even(0.01, 0.35, 0.005),
    ),
    (&["rental rate", "daily rate"], Even(0.99, 6.99, 1.0)),
    (&["replacement cost"], Even(9.99, 29.99, 1.0)),
    (
        &["rating", "stars", "review score", "avg rating", "average rating"],
        Bell(3.7, 0.9, 1.0, 5.0, 0.5),
    ),
    (&["score", "points", "grade", "mark", "marks"], Bell(68.0, 15.0, 0.0, 100.0, 1.0)),
    (&["gpa"], Bell(3.0, 0.5, 1.0, 4.0, 0.01)),
    (&["age"], Bell(41.0, 14.0, 16.0, 92.0, 1.0)),
    (
        &[
            "year",
            "release year",
            "publication year",
            "opening year",
            "founded",
            "fy year",
            "founded year",
            "year opened",
            "built year",
            "year built",
            "open year",
        ],
        Even(1985.0, 2025.0, 1.0),
    ),
    (&["birth year"], Even(1940.0, 2005.0, 1.0)),
    (&["month", "moy", "birth month", "expiry month"], Even(1.0, 12.0, 1.0)),
    (&["day", "dom", "birth day", "day of month"], Even(1.0, 28.0, 1.0)),
    (&["quarter", "qoy"], Even(1.0, 4.0, 1.0)),
    (
        &["cylinders", "doors", "gears", "wheels", "bedrooms", "bathrooms", "lanes"],
        Skewed(4.0, 0.4, 1.0, 12.0, 1.0),
    ),
    (&["week", "week of year", "week number"], Even(1.0, 52.0, 1.0)),
    (&["weekday", "dow", "day of week"], Even(0.0, 6.0, 1.0)),
    (&["hour"], Even(0.0, 23.0, 1.0)),
    (&["minute", "second"], Even(0.0, 59.0, 1.0)),
    (
        &[
            "quantity",
            "qty",
            "ordered",
            "quantity ordered",
            "return quantity",
            "copies",
            "seats booked",
            "units sold",
        ],
        Skewed(6.0, 0.8, 1.0, 100.0, 1.0),
    ),
    (
        &[
            "stock",
            "in stock",
            "units in stock",
            "quantity on hand",
            "on hand",
            "inventory",
            "available quantity",
            "units on order",
            "stock quantity",
            "availqty",
        ],
        Skewed(60.0, 0.9, 0.0, 1_000.0, 1.0),
    ),
    (
        &["reorder level", "reorder point", "minimum stock", "safety stock"],
        Even(0.0, 50.0, 5.0),
    ),
    (
        &[
            "count",
            "dep count",
            "number of children",
            "children",
            "dependents",
            "dep employed count",
            "dep college count",
            "vehicle count",
        ],
        Skewed(2.0, 0.7, 0.0, 9.0, 1.0),
    ),
    (
        &["capacity", "seats", "max participants", "attendance", "seating capacity"],
        Skewed(120.0, 0.8, 10.0, 5_000.0, 5.0),
    ),
    (
        &[
            "employees",
            "number employees",
            "headcount",
            "staff count",
            "num employees",
            "number of employees",
        ],
        Skewed(180.0, 0.7, 5.0, 5_000.0, 1.0),
    ),
    (&["population"], Skewed(180_000.0, 1.2, 2_000.0, 20_000_000.0, 1.0)),
    (&["height", "height cm"], Bell(172.0, 10.0, 145.0, 210.0, 1.0)),
    (
        &["calories", "kcal", "calorie count", "energy kcal"],
        Bell(420.0, 190.0, 20.0, 2_400.0, 5.0),
    ),
    (&["mrr", "monthly recurring revenue"], Skewed(180.0, 1.0, 10.0, 9_000.0, 1.0)),
    (&["arr", "annual recurring revenue"], Skewed(2_400.0, 1.0, 120.0, 110_000.0, 10.0)),
    (&["weight", "weight kg"], Bell(72.0, 14.0, 40.0, 140.0, 0.5)),
    (
        &[
            "duration",
            "length",
            "duration minutes",
            "running time",
            "runtime",
            "minutes",
            "length minutes",
        ],
        Bell(105.0, 28.0, 30.0, 240.0, 1.0),
    ),
    (&["milliseconds"], Bell(260_000.0, 70_000.0, 60_000.0, 900_000.0, 1.0)),
    (
        &["bytes", "file size", "size bytes"],
        Skewed(6_000_000.0, 0.6, 100_000.0, 90_000_000.0, 1.0),
    ),
    (&["rental duration", "duration days", "days", "nights"], Even(1.0, 14.0, 1.0)),
    (&["page count", "pages", "number of pages"], Bell(310.0, 120.0, 24.0, 1_200.0, 1.0)),
    (
        &["distance", "mileage", "km", "miles", "kilometers"],
        Skewed(240.0, 1.0, 1.0, 9_000.0, 1.0),
    ),
    (
        &[
            "area",
            "floor space",
            "square feet",
            "sq ft",
            "warehouse sq ft",
            "floor area",
            "size sqm",
            "sq meters",
            "floor area m2",
        ],
        Skewed(1_400.0, 0.8, 60.0, 90_000.0, 10.0),
    ),
    (&["latitude", "lat"], Even(25.0, 60.0, 0.0001)),
    (&["longitude", "lng", "lon"], Even(-120.0, 25.0, 0.0001)),
    (&["gmt offset", "timezone offset"], Even(-8.0, -5.0, 1.0)),
    (&["temperature"], Bell(16.0, 9.0, -20.0, 42.0, 0.1)),
    (&["floor", "level"], Even(1.0, 12.0, 1.0)),
    (&["version", "revision", "edition"], Even(1.0, 6.0, 1.0)),
    (&["credits", "credit hours"], Even(1.0, 6.0, 1.0)),
    (&["party size", "guests", "number of guests"], Skewed(3.0, 0.5, 1.0, 12.0, 1.0)),
    (
        &[
            "votes",
            "likes",
            "views",
            "downloads",
            "followers",
            "hits",
            "sales count",
            "play count",
        ],
        Skewed(800.0, 1.3, 0.0, 500_000.0, 1.0),
    ),
    (
        &["renewals", "attempts", "retries", "goals", "wins", "losses"],
        Skewed(1.5, 0.7, 0.0, 20.0, 1.0),
    ),
    (&["rank", "ranking"], Even(1.0, 100.0, 1.0)),
    (&["sort order", "display order", "position", "sequence"], Even(1.0, 30.0, 1.0)),
    (
        &["char count", "link count", "image count", "max ad count"],
        Skewed(40.0, 0.9, 1.0, 5_000.0, 1.0),
    ),
    (&["purchase estimate"], Even(500.0, 10_000.0, 500.0)),
    (&["response target", "response targe"], Even(1.0, 5.0, 1.0)),
    (&["lower bound"], Even(0.0, 100_000.0, 10_000.0)),
    (&["upper bound"], Even(100_001.0, 200_000.0, 10_000.0)),
];

/// Kilograms of pets and farm animals.
const ANIMAL_WEIGHT: Shape = Skewed(9.0, 1.0, 1.0, 60.0, 0.5);

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
    let found = find(cents.unwrap_or(&subject.words));
    let animal = super::name::kind(subject.table) == Some("animal");
    let (shape, reason) = match found {
        // A grade in whole numbers is a year at school, as long as no CHECK says more.
        Some(("grade", _)) if whole => (Even(1.0, 12.0, 1.0), "the years of a school".to_owned()),
        // In money with cents and room for hundreds, a rate is the price of a night or an hour.
        Some(("rate", _)) if top >= 999.0 && matches!(column.sql_type, SqlType::Decimal(_, 2)) && bounds.high.is_none() => {
            (Skewed(95.0, 0.5, 15.0, 900.0, 0.0), "the price of a night or a day".to_owned())
        }
        Some(("weight" | "weight kg", _)) if animal => (ANIMAL_WEIGHT, "few animals are heavy".to_owned()),
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

fn find(words: &str) -> Option<(&'static str, Shape)> {
    let padded = format!(" {words} ");
    let mut best: Option<(usize, &'static str, Shape)> = None;
    for (names, shape) in SHAPES {
        for name in *names {
            let ends = words == *name || words.ends_with(&format!(" {name}"));
            let inside = padded.contains(&format!(" {name} "));
            let score = if ends {
                name.len() * 2 + 1
            } else if inside {
                name.len()
            } else {
                0
            };
            if score > 0 && best.is_none_or(|(most, ..)| score > most) {
                best = Some((score, name, *shape));
            }
        }
    }
    best.map(|(_, name, shape)| (name, shape))
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

/// Conditions that names imply between numbers of a row: min before max, lower before upper.
pub(super) fn ordered_pairs(table: &Table, words: &[String]) -> Vec<String> {
    let mut out = Vec::new();
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
                let quote = |n: &str| format!("\"{}\"", n.replace('"', "\"\""));
                out.push(format!("{} <= {}", quote(&a.name), quote(&b.name)));
            }
        }
    }
    out
}
