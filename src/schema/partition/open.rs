//! Pieces of a RANGE that are open at one end (`MINVALUE`, `MAXVALUE`, `DEFAULT`), closed for rows to be drawn from them.
//!
//! An open piece is made as wide as its closed neighbour; where all pieces are open, a year, or as wide as its bound is far from zero. One open
//! piece alone stays as it is. Limits: numbers, days and instants of the first key that tells the piece's ends apart; a bound that is a text or an
//! expression stays open. Invariant: what is closed lies inside what was open.

use crate::schema::day;

/// `from <= keys < to`, each bound one SQL text a key.
pub(super) type Range = (Vec<String>, Vec<String>);

const DAY_SECONDS: f64 = 86_400.0;
/// Width of a piece of days or instants that has no closed neighbour.
const YEAR: f64 = 365.0 * DAY_SECONDS;
/// Width of a piece of numbers that begins or ends at zero and has no closed neighbour.
const NUMBERS: f64 = 100.0;

/// Closes the open ranges; with `rest`, one more stands for the piece that takes what no other does.
pub(super) fn close(ranges: &mut [Range], rest: bool) -> Option<Range> {
    let added = rest.then(|| beyond(ranges)).flatten();
    if ranges.len() + usize::from(added.is_some()) < 2 {
        return None;
    }
    let known: Vec<Range> = ranges.to_vec();
    for range in ranges {
        close_one(range, &known);
    }
    added.map(|mut range| {
        close_one(&mut range, &known);
        range
    })
}

/// What comes after all ranges, or before them.
fn beyond(ranges: &[Range]) -> Option<Range> {
    let width = ranges.first()?.0.len();
    let all = |word: &str| vec![word.to_owned(); width];
    let follows = |bound: &Vec<String>| ranges.iter().any(|(from, _)| from == bound);
    let ends: Vec<&Vec<String>> = ranges.iter().map(|(_, to)| to).filter(|to| !follows(to)).collect();
    if ends.iter().all(|to| to.first().is_some_and(|v| !is(v, "MAXVALUE"))) {
        let last = ends.into_iter().max_by(|a, b| ordered(a, b))?;
        return Some((last.clone(), all("MAXVALUE")));
    }
    let first = ranges.iter().map(|(from, _)| from).min_by(|a, b| ordered(a, b))?;
    first
        .first()
        .is_some_and(|v| !is(v, "MINVALUE"))
        .then(|| (all("MINVALUE"), first.clone()))
}

fn ordered(a: &[String], b: &[String]) -> std::cmp::Ordering {
    let at = |bound: &[String]| bound.first().and_then(|v| Point::read(v)).map_or(f64::NEG_INFINITY, |p| p.at);
    at(a).total_cmp(&at(b))
}

fn close_one((from, to): &mut Range, known: &[Range]) {
    let shared = from.iter().zip(to.iter()).take_while(|(a, b)| a == b).count();
    let (Some(low), Some(high)) = (from.get(shared).cloned(), to.get(shared).cloned()) else {
        return;
    };
    let (open_below, open_above) = (is(&low, "MINVALUE"), is(&high, "MAXVALUE"));
    let end = match (open_below, open_above) {
        (false, true) => &low,
        (true, false) => &high,
        _ => return,
    };
    let Some(point) = Point::read(end) else { return };
    let width = neighbour(shared, point.at, known).unwrap_or(match point.unit {
        Unit::Number => {
            if point.at == 0.0 {
                NUMBERS
            } else {
                point.at.abs()
            }
        }
        Unit::Day | Unit::Instant => YEAR,
    });
    let Some(text) = point.moved(if open_above { width } else { -width }) else {
        return;
    };
    // What follows in the bound is below every value: the piece ends, or begins, exactly there.
    let bound = if open_above { to } else { from };
    bound.truncate(shared);
    bound.push(text);
    bound.resize(from_width(known), "MINVALUE".to_owned());
}

fn from_width(known: &[Range]) -> usize {
    known.first().map_or(1, |(from, _)| from.len())
}

/// Width of the closed range whose end is nearest, told apart by the same key.
fn neighbour(key: usize, at: f64, known: &[Range]) -> Option<f64> {
    let closed = known.iter().filter_map(|(from, to)| {
        let (low, high) = (Point::read(from.get(key)?)?.at, Point::read(to.get(key)?)?.at);
        (high > low && from.get(..key) == to.get(..key)).then(|| ((low - at).abs().min((high - at).abs()), high - low))
    });
    closed.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, width)| width)
}

fn is(value: &str, word: &str) -> bool {
    value.eq_ignore_ascii_case(word)
}

#[derive(Clone, Copy, PartialEq)]
enum Unit {
    Number,
    Day,
    Instant,
}

/// A bound on the number line: a number, or seconds since 1970.
struct Point<'a> {
    at: f64,
    unit: Unit,
    /// As it was written, without quotes.
    text: &'a str,
    quoted: bool,
}

impl<'a> Point<'a> {
    fn read(value: &'a str) -> Option<Self> {
        let inner = value.strip_prefix('\'').and_then(|v| v.strip_suffix('\''));
        let text = inner.unwrap_or(value);
        let (at, unit) = if let Some(at) = text.parse::<f64>().ok().filter(|x| x.is_finite()) {
            (at, Unit::Number)
        } else {
            let day = day::number(text)? as f64 * DAY_SECONDS;
            match text.get(10..)? {
                "" => (day, Unit::Day),
                clock => (day + seconds(clock)?, Unit::Instant),
            }
        };
        Some(Point {
            at,
            unit,
            text,
            quoted: inner.is_some(),
        })
    }

    /// The point so much further, written as this one is.
    fn moved(&self, by: f64) -> Option<String> {
        let at = self.at + by;
        let text = match self.unit {
            // Whole numbers stay whole.
            Unit::Number if self.at.fract() == 0.0 => format!("{:.0}", if by > 0.0 { at.ceil() } else { at.floor() }),
            Unit::Number => format!("{at}"),
            Unit::Day => day::iso((at / DAY_SECONDS).floor() as i64)?,
            Unit::Instant => {
                let (days, clock) = ((at / DAY_SECONDS).floor(), at.rem_euclid(DAY_SECONDS).floor() as i64);
                let zone = self.text.get(19..).unwrap_or_default();
                format!(
                    "{} {:02}:{:02}:{:02}{zone}",
                    day::iso(days as i64)?,
                    clock / 3600,
                    clock / 60 % 60,
                    clock % 60
                )
            }
        };
        Some(if self.quoted { format!("'{text}'") } else { text })
    }
}

/// ` 08:30:00+00` in seconds; only in UTC, or without a zone.
fn seconds(clock: &str) -> Option<f64> {
    let part = |range: std::ops::Range<usize>| clock.get(range)?.parse::<u32>().ok();
    let zone = ["", "+00"].contains(&clock.get(9..)?);
    (zone && clock.starts_with([' ', 'T'])).then_some(())?;
    Some(f64::from(part(1..3)? * 3600 + part(4..6)? * 60 + part(7..9)?))
}
