//! `PARTITION BY ...` and the bounds of pieces, kept as SQL: what the IR's `partition_by` and `partition_bound` hold.
//!
//! Instants stand in UTC, whichever zone the server that wrote them was in. Limit: MySQL's and Oracle's pieces, which are no tables of their own, are passed over.

use super::cursor::Cursor;
use crate::schema::partition::in_utc;

/// What follows `PARTITION BY`: "RANGE (day)".
pub(super) fn strategy(cursor: &mut Cursor<'_>) -> Option<String> {
    let word = ["RANGE", "LIST", "HASH"].into_iter().find(|w| cursor.is(&[w]))?;
    cursor.skip(1);
    let key = cursor.group()?.sql();
    (!key.is_empty()).then(|| format!("{word} ({key})"))
}

/// `FOR VALUES ...` or `DEFAULT`, as it is written after a piece's name: "FROM ('2023-01-01') TO ('2024-01-01')", "IN ('a')", "DEFAULT".
pub(super) fn bound(cursor: &mut Cursor<'_>) -> Option<String> {
    if cursor.eat(&["DEFAULT"]) {
        return Some("DEFAULT".to_owned());
    }
    if !cursor.eat(&["FOR", "VALUES"]) {
        return None;
    }
    if cursor.eat(&["FROM"]) {
        let from = cursor.group()?.sql();
        let to = cursor.eat(&["TO"]).then(|| cursor.group())??.sql();
        return Some(in_utc(&format!("FROM ({from}) TO ({to})")));
    }
    let word = ["IN", "WITH"].into_iter().find(|w| cursor.is(&[w]))?;
    cursor.skip(1);
    Some(format!("{word} ({})", cursor.group()?.sql()))
}
