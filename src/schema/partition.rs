//! What the pieces of a partitioned table take between them, as a condition on its rows.
//!
//! RANGE and LIST are read, with pieces that are partitioned themselves; ranges that meet are one range. Limits: `DEPTH_MAX` levels; a key that is
//! an expression stands in the condition as it is. Invariant: a row that satisfies the condition has a piece; where that cannot be said in SQL, or
//! one piece takes all the rest, there is no condition. Rows that are [`drawn`] satisfy the condition too, and leave no piece of a RANGE without any.

mod open;

use super::day;
use crate::ir::{LogicalIr, Table};
use open::Range;
use std::collections::BTreeMap;

/// Pieces of pieces followed.
const DEPTH_MAX: usize = 8;

/// How a table is partitioned, read from `partition_by`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strategy<'a> {
    /// "RANGE", "LIST", "HASH".
    pub kind: &'a str,
    /// Columns or expressions, as SQL.
    pub keys: Vec<&'a str>,
}

/// Reads "RANGE (day)".
pub fn strategy(table: &Table) -> Option<Strategy<'_>> {
    let (kind, keys) = table.partition_by.as_deref()?.split_once('(')?;
    Some(Strategy {
        kind: kind.trim(),
        keys: parts(keys.trim_end().strip_suffix(')')?),
    })
}

/// The condition that a row of the table has a piece to be in.
pub fn condition(logical: &LogicalIr, table: &Table) -> Option<String> {
    whole(logical, table, Ends::Open)
}

/// The condition of rows that every piece gets some of when they are spread evenly: open pieces end where their neighbours say how wide a piece is.
pub fn drawn(logical: &LogicalIr, table: &Table) -> Option<String> {
    whole(logical, table, Ends::Closed)
}

/// Whether pieces without an end are read as they are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ends {
    Open,
    Closed,
}

fn whole(logical: &LogicalIr, table: &Table, ends: Ends) -> Option<String> {
    table.partition_by.as_ref()?;
    let mut pieces: BTreeMap<&str, Vec<&Table>> = BTreeMap::new();
    for piece in &logical.tables {
        if let Some(whole) = piece.partition_of.as_deref() {
            pieces.entry(whole).or_default().push(piece);
        }
    }
    of(&pieces, table, ends, 0)
}

fn of(pieces: &BTreeMap<&str, Vec<&Table>>, table: &Table, ends: Ends, depth: usize) -> Option<String> {
    let Strategy { kind, keys } = strategy(table).filter(|_| depth < DEPTH_MAX)?;
    let id = table.id();
    let pieces_of = pieces.get(id.as_str())?;
    let mut lists: Vec<&str> = Vec::new();
    // With the condition of a piece that is partitioned itself.
    let mut ranges: Vec<(Range, Option<String>)> = Vec::new();
    let mut others: Vec<String> = Vec::new();
    let (mut null, mut rest) = (false, false);
    for piece in pieces_of {
        let bound = piece.partition_bound.as_deref()?;
        let further = of(pieces, piece, ends, depth + 1);
        if (kind, ends, bound) == ("RANGE", Ends::Closed, "DEFAULT") && further.is_none() {
            rest = true;
            continue;
        }
        let own = match kind {
            "LIST" => {
                let values = parts(bound.strip_prefix("IN (")?.strip_suffix(')')?);
                let (nulls, values): (Vec<&str>, Vec<&str>) = values.into_iter().partition(|v| v.eq_ignore_ascii_case("null"));
                null |= !nulls.is_empty();
                if further.is_none() {
                    lists.extend(values);
                    continue;
                }
                format!("{} IN ({})", keys.first()?, values.join(", "))
            }
            "RANGE" => {
                let (from, to) = bound.strip_prefix("FROM (")?.strip_suffix(')')?.split_once(") TO (")?;
                let owned = |list| parts(list).into_iter().map(str::to_owned).collect();
                ranges.push(((owned(from), owned(to)), further));
                continue;
            }
            _ => return None,
        };
        others.extend(further.map(|f| format!("({own}) AND ({f})")));
    }
    if ends == Ends::Closed {
        let mut all: Vec<Range> = ranges.iter().map(|(range, _)| range.clone()).collect();
        let added = open::close(&mut all, rest);
        ranges.iter_mut().zip(all).for_each(|((range, _), closed)| *range = closed);
        ranges.extend(added.map(|range| (range, None)));
    }
    let (deep, ranges): (Vec<_>, Vec<_>) = ranges.into_iter().partition(|(_, further)| further.is_some());
    let ranges = ranges.into_iter().map(|(range, _)| range).collect();
    others.extend(
        deep.iter()
            .map(|(range, further)| format!("({}) AND ({})", within(&keys, range), further.as_deref().unwrap_or("true"))),
    );
    let key = keys.first()?;
    let mut out: Vec<String> = Vec::new();
    if !lists.is_empty() {
        out.push(format!("{key} IN ({})", lists.join(", ")));
    }
    out.extend(joined(ranges).iter().map(|r| within(&keys, r)));
    out.extend(others);
    let any = match out.as_slice() {
        [] => return None,
        [one] => one.clone(),
        several => several.iter().map(|c| format!("({c})")).collect::<Vec<_>>().join(" OR "),
    };
    // NULL is in no range, and in a list only where it is listed.
    let optional = keys
        .iter()
        .filter(|k| column(table, k).is_some_and(|c| c.nullable && !table.primary_key.contains(&c.name)));
    let optional: Vec<String> = optional.map(|k| format!(" AND {k} IS NOT NULL")).collect();
    Some(match (null, optional.is_empty()) {
        (true, _) => format!("{key} IS NULL OR {any}"),
        (false, true) => any,
        (false, false) => format!("({any}){}", optional.concat()),
    })
}

/// The column that a key names, unless it is an expression.
pub fn column<'t>(table: &'t Table, key: &str) -> Option<&'t crate::ir::Column> {
    let quoted = key.strip_prefix('"').and_then(|k| k.strip_suffix('"'));
    let named = table.column(quoted.unwrap_or(key));
    named.or_else(|| {
        let folded = |c: &&crate::ir::Column| quoted.is_none() && c.name.eq_ignore_ascii_case(key);
        table.columns.iter().find(folded)
    })
}

/// Ranges that meet, as one.
fn joined(mut ranges: Vec<Range>) -> Vec<Range> {
    let mut at = 0;
    while at < ranges.len() {
        let Some(to) = ranges.get(at).map(|(_, to)| to.clone()) else {
            break;
        };
        match ranges.iter().position(|(from, _)| *from == to).filter(|next| *next != at) {
            Some(next) => {
                let (_, end) = ranges.remove(next);
                at -= usize::from(next < at);
                if let Some(range) = ranges.get_mut(at) {
                    range.1 = end;
                }
            }
            None => at += 1,
        }
    }
    ranges
}

/// `from <= keys < to`, compared as rows are.
fn within(keys: &[&str], (from, to): &Range) -> String {
    let lower = compared(keys, from, (">", ">="), "MINVALUE");
    let upper = compared(keys, to, ("<", "<"), "MAXVALUE");
    match (lower, upper) {
        (Some(a), Some(b)) => format!("{a} AND {b}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => "true".to_owned(),
    }
}

/// A comparison of key columns with a bound; None where it always holds.
fn compared(keys: &[&str], bound: &[String], (strict, last): (&str, &str), open: &str) -> Option<String> {
    let ((key, value), (keys, bound)) = (keys.first().zip(bound.first())?, (keys.get(1..)?, bound.get(1..)?));
    if value.eq_ignore_ascii_case(open) {
        return None;
    }
    if ["MINVALUE", "MAXVALUE"].iter().any(|w| value.eq_ignore_ascii_case(w)) {
        return Some("false".to_owned());
    }
    if keys.is_empty() {
        return Some(format!("{key} {last} {value}"));
    }
    Some(match compared(keys, bound, (strict, last), open) {
        None => format!("{key} {strict}= {value}"),
        Some(rest) if rest == "false" => format!("{key} {strict} {value}"),
        // The first key is bounded in so many words, for readers that look at one column at a time.
        Some(rest) => format!("{key} {strict}= {value} AND ({key} {strict} {value} OR {rest})"),
    })
}

/// The items of a list: what stands between commas outside parentheses and quotes.
fn parts(list: &str) -> Vec<&str> {
    let (mut depth, mut quote, mut start) = (0_i32, None, 0);
    let mut out = Vec::new();
    for (at, c) in list.char_indices() {
        match (quote, c) {
            (Some(q), c) if q == c => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth -= 1,
            (None, ',') if depth == 0 => {
                out.extend(list.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    out.extend(list.get(start..));
    out.into_iter().map(str::trim).filter(|p| !p.is_empty()).collect()
}

/// A bound with its instants in UTC, as a server in London or New York and a dump from Berlin mean one: `'2022-04-01 01:00:00+01'` is
/// `'2022-04-01 00:00:00+00'`. Other texts stay as they are.
pub fn in_utc(bound: &str) -> String {
    let shifted = bound.split('\'').map(|text| instant(text).unwrap_or_else(|| text.to_owned()));
    shifted.collect::<Vec<_>>().join("'")
}

/// `2022-04-01 01:00:00+01[:00]` in UTC.
fn instant(text: &str) -> Option<String> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i32>().ok();
    let (sign, hours) = text.get(19..)?.split_at_checked(1)?;
    let (hours, minutes) = hours.split_once(':').unwrap_or((hours, "0"));
    let offset = hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?;
    let offset = match sign {
        "+" => offset,
        "-" => -offset,
        _ => return None,
    };
    let minute = number(11..13)? * 60 + number(14..16)? - offset;
    let day = day::iso(day::number(text)? + i64::from(minute.div_euclid(24 * 60)))?;
    let minute = minute.rem_euclid(24 * 60);
    let (hour, minute) = (minute / 60, minute % 60);
    Some(format!("{day} {hour:02}:{minute:02}:{}+00", text.get(17..19)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::source::ddl::{Source, parse};

    fn said(text: &str) -> Option<String> {
        let file = "a.sql".into();
        let logical = parse(&[Source { file, text: text.into() }]).logical;
        condition(&logical, &logical.tables[0])
    }

    #[test]
    fn instants_are_compared_in_utc() {
        let bound = "FROM ('2022-04-01 01:00:00+01') TO ('2022-12-31 19:30:00-05:30')";
        assert_eq!(in_utc(bound), "FROM ('2022-04-01 00:00:00+00') TO ('2023-01-01 01:00:00+00')");
        assert_eq!(
            in_utc("FROM ('2024-03-01 00:30:00+01') TO ('x')"),
            "FROM ('2024-02-29 23:30:00+00') TO ('x')"
        );
        assert_eq!(in_utc("IN ('2022-04-01', 'no instant')"), "IN ('2022-04-01', 'no instant')");
    }

    #[test]
    fn rows_have_a_piece_to_be_in() {
        let day = "CREATE TABLE s (id int, day date NOT NULL, r text) PARTITION BY ";
        let of = |rest: &str| said(&format!("{day}{rest}")).unwrap_or_default();
        let years = "RANGE (day); CREATE TABLE b PARTITION OF s FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
            CREATE TABLE a PARTITION OF s FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');";
        assert_eq!(of(years), "day >= '2023-01-01' AND day < '2025-01-01'");
        assert_eq!(
            of(&format!(
                "{years} CREATE TABLE z PARTITION OF s FOR VALUES FROM ('2030-01-01') TO (MAXVALUE);"
            )),
            "(day >= '2023-01-01' AND day < '2025-01-01') OR (day >= '2030-01-01')"
        );
        assert_eq!(of(&format!("{years} CREATE TABLE z PARTITION OF s DEFAULT;")), "");
        assert_eq!(
            of("LIST (r); CREATE TABLE a PARTITION OF s FOR VALUES IN ('a', 'b,c'); CREATE TABLE b PARTITION OF s FOR VALUES IN ('d');"),
            "(r IN ('a', 'b,c', 'd')) AND r IS NOT NULL"
        );
        assert_eq!(
            of("LIST (r); CREATE TABLE a PARTITION OF s FOR VALUES IN ('a', NULL);"),
            "r IS NULL OR r IN ('a')"
        );
        assert_eq!(
            of(
                "RANGE (id, day); CREATE TABLE a (id int, day date NOT NULL, r text); ALTER TABLE s ATTACH PARTITION a FOR VALUES FROM (1, MINVALUE) TO (5, '2024-01-01');"
            ),
            "(id >= 1 AND id <= 5 AND (id < 5 OR day < '2024-01-01')) AND id IS NOT NULL"
        );
        assert_eq!(
            of(
                "RANGE (day); CREATE TABLE a PARTITION OF s FOR VALUES FROM ('2023-01-01') TO ('2024-01-01') PARTITION BY LIST (r);
                CREATE TABLE a1 PARTITION OF a FOR VALUES IN ('x');"
            ),
            "(day >= '2023-01-01' AND day < '2024-01-01') AND ((r IN ('x')) AND r IS NOT NULL)"
        );
        assert_eq!(
            of("HASH (id); CREATE TABLE a PARTITION OF s FOR VALUES WITH (MODULUS 1, REMAINDER 0);"),
            ""
        );
        // MySQL's pieces are no tables.
        assert_eq!(of("RANGE (year(day)) (PARTITION p0 VALUES LESS THAN (2000));"), "");
    }

    #[test]
    fn rows_are_drawn_for_open_pieces_too() {
        let of = |rest: &str| {
            let file = "a.sql".into();
            let text = format!(
                "CREATE TABLE s (id int NOT NULL, day date NOT NULL, at timestamptz NOT NULL, r text NOT NULL) PARTITION BY {rest}"
            );
            let logical = parse(&[Source { file, text }]).logical;
            drawn(&logical, &logical.tables[0]).unwrap_or_default()
        };
        let piece = |name: &str, bound: &str| format!("CREATE TABLE {name} PARTITION OF s {bound};");
        let pieces = |by: &str, bounds: &[&str]| {
            let all = bounds.iter().enumerate().map(|(i, b)| piece(&format!("p{i}"), b));
            of(&format!("{by}; {}", all.collect::<String>()))
        };
        // As wide as the closed neighbour, above and below, next to it or not.
        for (by, bounds, want) in [
            (
                "RANGE (day)",
                &[
                    "FOR VALUES FROM ('2030-01-01') TO ('2031-01-01')",
                    "FOR VALUES FROM ('2031-01-01') TO (MAXVALUE)",
                ][..],
                "day >= '2030-01-01' AND day < '2032-01-01'",
            ),
            (
                "RANGE (day)",
                &[
                    "FOR VALUES FROM (MINVALUE) TO ('2020-02-01')",
                    "FOR VALUES FROM ('2020-02-01') TO ('2020-03-01')",
                ],
                "day >= '2020-01-03' AND day < '2020-03-01'",
            ),
            (
                "RANGE (id)",
                &[
                    "FOR VALUES FROM (0) TO (1000)",
                    "FOR VALUES FROM (5000) TO (MAXVALUE)",
                    "FOR VALUES FROM (MINVALUE) TO (-10)",
                ],
                "(id >= 0 AND id < 1000) OR (id >= 5000 AND id < 6000) OR (id >= -1010 AND id < -10)",
            ),
            (
                "RANGE (at)",
                &[
                    "FOR VALUES FROM ('2024-01-01 00:00:00+00') TO ('2024-01-01 12:00:00+00')",
                    "FOR VALUES FROM ('2024-01-01 12:00:00+00') TO (MAXVALUE)",
                ],
                "at >= '2024-01-01 00:00:00+00' AND at < '2024-01-02 00:00:00+00'",
            ),
            // Several columns.
            (
                "RANGE (id, day)",
                &[
                    "FOR VALUES FROM (1, MINVALUE) TO (5, '2024-01-01')",
                    "FOR VALUES FROM (5, '2024-01-01') TO (MAXVALUE, MAXVALUE)",
                ],
                "id >= 1 AND id < 9",
            ),
            (
                "RANGE (r, id)",
                &[
                    "FOR VALUES FROM ('a', 0) TO ('a', 50)",
                    "FOR VALUES FROM ('a', 50) TO ('a', MAXVALUE)",
                ],
                "r >= 'a' AND (r > 'a' OR id >= 0) AND r <= 'a' AND (r < 'a' OR id < 100)",
            ),
            // Without a neighbour.
            (
                "RANGE (day)",
                &[
                    "FOR VALUES FROM (MINVALUE) TO ('2020-01-01')",
                    "FOR VALUES FROM ('2020-01-01') TO (MAXVALUE)",
                ],
                "day >= '2019-01-01' AND day < '2020-12-31'",
            ),
            (
                "RANGE (day)",
                &["FOR VALUES FROM ('2020-01-01') TO (MAXVALUE)"],
                "day >= '2020-01-01'",
            ),
            // What takes the rest lies after the last.
            (
                "RANGE (day)",
                &["FOR VALUES FROM ('2030-01-01') TO ('2031-01-01')", "DEFAULT"],
                "day >= '2030-01-01' AND day < '2032-01-01'",
            ),
            // A text has no width.
            (
                "RANGE (r)",
                &["FOR VALUES FROM ('a') TO ('m')", "FOR VALUES FROM ('m') TO (MAXVALUE)"],
                "r >= 'a'",
            ),
        ] {
            assert_eq!(pieces(by, bounds), want, "{by} {bounds:?}");
        }
    }
}
