//! Column definitions: `name type [constraint ...]`, PostgreSQL's and the commonest of MySQL's, SQLite's and DuckDB's.

use super::cursor::Cursor;
use super::draft::{ColumnDraft, Draft, ForeignKeyDraft, Key, TableDraft, Target};
use super::token::Kind;
use super::types::{self, Base, TypeRef};
use crate::ir::{Check, Column, SqlType};
use crate::kernel::limits::COLUMNS_MAX;

/// Words that end a DEFAULT expression when they stand outside parentheses.
#[rustfmt::skip]
const AFTER_DEFAULT: [&str; 21] = [
    "CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "REFERENCES", "GENERATED", "COLLATE", "COMMENT", "AUTO_INCREMENT", "AUTOINCREMENT", "ON",
    "DEFERRABLE", "INITIALLY", "STORAGE", "COMPRESSION", "IDENTITY", "KEY", "ENCODE", "INVISIBLE", "VISIBLE", "OPTIONS",
];

/// Reads one column definition into `table` (more where commas were forgotten). What cannot be read is reported and passed over; the
/// column stays.
pub(super) fn define(draft: &mut Draft, table: &mut TableDraft, cursor: Cursor<'_>) {
    let mut next = Some(cursor);
    while let Some(mut cursor) = next {
        next = define_one(draft, table, &mut cursor);
    }
}

fn define_one<'t>(draft: &mut Draft, table: &mut TableDraft, cursor: &mut Cursor<'t>) -> Option<Cursor<'t>> {
    let line = cursor.line();
    let start = *cursor;
    let Some(name) = cursor.identifier() else {
        draft.warn(
            "unreadable_item",
            line,
            format!(
                "table {:?}: {:?} is no column and no constraint; it is left out",
                table.name,
                cursor.excerpt()
            ),
        );
        return None;
    };
    if table.columns.len() >= COLUMNS_MAX {
        draft.warn(
            "too_many_columns",
            line,
            format!(
                "table {:?}: column {name:?} is left out: {COLUMNS_MAX} columns is the limit",
                table.name
            ),
        );
        return None;
    }
    let spelling = start.spelling(cursor);
    let typeless = cursor.is_empty() || starts_constraint(cursor);
    let written = if typeless { None } else { types::parse(cursor) };
    let written = written.unwrap_or_else(|| {
        draft.warn(
            "no_type",
            line,
            format!(
                "column {:?} of table {:?} has no type that can be read; it is taken as TEXT",
                name, table.name
            ),
        );
        TypeRef {
            base: Base::Known(SqlType::Text),
            array: false,
            serial: false,
        }
    });
    let serial = written.serial;
    let column = Column {
        spelling,
        nullable: !serial,
        identity: serial,
        ..Column::new(name, SqlType::Text)
    };
    let mut column = ColumnDraft { column, written, line };
    let rest = constraints(draft, table, &mut column, cursor);
    table.columns.push(column);
    rest
}

/// Adds constraints to a column that is there: `name [WITH OPTIONS] constraint ...`.
pub(super) fn refine(draft: &mut Draft, table: &mut TableDraft, mut cursor: Cursor<'_>) {
    let Some(name) = cursor.identifier() else { return };
    cursor.eat(&["WITH", "OPTIONS"]);
    let Some(at) = table.columns.iter().position(|c| c.column.name == name) else {
        return;
    };
    let mut column = table.columns[at].clone();
    let _ = constraints(draft, table, &mut column, &mut cursor);
    table.columns[at] = column;
}

fn starts_constraint(cursor: &Cursor<'_>) -> bool {
    #[rustfmt::skip]
    const FIRST: [&str; 9] = [
        "CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "REFERENCES", "DEFAULT", "GENERATED", "NULL", "COLLATE",
    ];
    cursor.is_any(&FIRST) || cursor.is(&["NOT", "NULL"])
}

/// Reads what follows the type. Gives back what looks like the next column after a comma that is missing.
fn constraints<'t>(draft: &mut Draft, table: &mut TableDraft, target: &mut ColumnDraft, cursor: &mut Cursor<'t>) -> Option<Cursor<'t>> {
    let name = target.column.name.clone();
    let mut constraint_name = None;
    let mut complained = false;
    while let Some(token) = cursor.peek() {
        let line = token.line;
        let column = &mut target.column;
        let key = |constraint: &mut Option<String>| Key {
            name: constraint.take(),
            columns: vec![name.clone()],
            line,
        };
        if cursor.eat(&["CONSTRAINT"]) {
            constraint_name = cursor.identifier();
        } else if cursor.eat(&["NOT", "NULL"]) {
            column.nullable = false;
        } else if cursor.eat(&["NOT", "DEFERRABLE"])
            || cursor.eat(&["NOT", "ENFORCED"])
            || cursor.eat(&["NOT", "VALID"])
            || cursor.eat(&["NULL"])
        {
        } else if cursor.eat(&["DEFAULT"]) {
            set_default(column, expression(cursor));
        } else if cursor.eat(&["PRIMARY", "KEY"]) {
            set_primary_key(draft, table, key(&mut constraint_name));
        } else if cursor.eat(&["UNIQUE"]) {
            cursor.eat(&["KEY"]);
            eat_nulls_distinct(cursor);
            table.unique.push(key(&mut constraint_name));
        } else if cursor.eat(&["CHECK"]) {
            let line = cursor.line();
            if let Some(group) = cursor.group() {
                let sql = group.bare().sql();
                table.check_lines.entry(sql.clone()).or_insert(line);
                table.checks.push(Check {
                    name: constraint_name.take(),
                    sql,
                });
            }
            cursor.eat(&["NO", "INHERIT"]);
        } else if cursor.eat(&["REFERENCES"]) {
            match references(draft, cursor, constraint_name.take(), vec![name.clone()], line) {
                Some(fk) => table.foreign_keys.push(fk),
                None => draft.warn("unreadable_item", line, format!("column {name:?}: REFERENCES names no table")),
            }
        } else if cursor.eat(&["GENERATED"]) {
            let _ = cursor.eat(&["ALWAYS"]) || cursor.eat(&["BY", "DEFAULT"]);
            cursor.eat(&["ON", "NULL"]);
            cursor.eat(&["AS"]);
            generated(column, cursor);
        } else if cursor.eat(&["AS"]) {
            generated(column, cursor);
        } else if cursor.is_any(&["AUTO_INCREMENT", "AUTOINCREMENT", "IDENTITY"]) {
            cursor.skip(1);
            cursor.group();
            (column.identity, column.nullable) = (true, false);
        } else if cursor.eat(&["COMMENT"]) {
            column.comment = cursor.string().filter(|c| !c.is_empty());
        } else if cursor.eat(&["COLLATE"]) {
            let _ = cursor.name().is_some() || cursor.string().is_some();
        } else if cursor.eat(&["CHARACTER", "SET"])
            || cursor.is_any(&["CHARSET", "STORAGE", "COMPRESSION", "INITIALLY", "MATCH", "ENCODE", "SRID"])
        {
            if cursor.is_any(&["CHARSET", "STORAGE", "COMPRESSION", "INITIALLY", "MATCH", "ENCODE", "SRID"]) {
                cursor.skip(1);
            }
            cursor.skip(1);
        } else if cursor.eat(&["ON", "UPDATE"]) || cursor.eat(&["ON", "CONFLICT"]) || cursor.eat(&["ON", "DELETE"]) {
            cursor.skip(1);
            cursor.group();
        } else if cursor.is_any(&[
            "KEY",
            "STORED",
            "VIRTUAL",
            "PERSISTED",
            "DEFERRABLE",
            "ENFORCED",
            "VISIBLE",
            "INVISIBLE",
            "ASC",
            "DESC",
            "BINARY",
            "ASCII",
            "UNICODE",
        ]) {
            if cursor.is(&["KEY"]) && table.primary_key.is_none() {
                set_primary_key(draft, table, key(&mut constraint_name));
            }
            cursor.skip(1);
        } else if cursor.is_any(&["OPTIONS", "WITH", "USING"]) {
            cursor.skip(1);
            if cursor.group().is_none() {
                cursor.skip(1);
                cursor.group();
            }
        } else {
            if !complained {
                draft.warn(
                    "unreadable_item",
                    line,
                    format!(
                        "column {name:?} of table {:?}: {:?} is not understood",
                        table.name,
                        cursor.excerpt()
                    ),
                );
                complained = true;
                if line > cursor.line_before() && looks_like_column(cursor) {
                    return Some(*cursor);
                }
            }
            if cursor.group().is_none() {
                cursor.skip(1);
            }
        }
    }
    None
}

/// Two words on a new line, the second a built-in type: a column after a comma that was forgotten.
fn looks_like_column(cursor: &Cursor<'_>) -> bool {
    let mut ahead = *cursor;
    ahead.identifier().is_some() && types::parse(&mut ahead).is_some_and(|t| matches!(t.base, Base::Known(_)))
}

/// `(expression)` or IDENTITY after GENERATED ... AS.
fn generated(column: &mut Column, cursor: &mut Cursor<'_>) {
    if cursor.eat(&["IDENTITY"]) {
        cursor.group();
        (column.identity, column.nullable, column.default) = (true, false, None);
    } else if let Some(group) = cursor.group() {
        column.generated = Some(group.bare().sql());
    }
}

/// The expression after DEFAULT, up to the next constraint of the column.
pub(super) fn expression<'t>(cursor: &mut Cursor<'t>) -> Cursor<'t> {
    let (mut depth, mut cases, mut end) = (0_i64, 0_u32, 0);
    for (n, token) in cursor.tokens.iter().enumerate() {
        let word = |w: &str| token.is_word(cursor.text, w);
        let next = |w: &str| cursor.tokens.get(n + 1).is_some_and(|t| t.is_word(cursor.text, w));
        if n > 0 && depth == 0 && cases == 0 && token.kind == Kind::Word {
            let negation = word("NOT") && ["NULL", "DEFERRABLE", "VALID", "ENFORCED"].iter().any(|w| next(w));
            // NULL after an operator is part of the expression: `'x' IS NULL`.
            let nullable = word("NULL")
                && !cursor
                    .tokens
                    .get(n - 1)
                    .is_some_and(|t| t.is_word(cursor.text, "IS") || t.is_word(cursor.text, "NOT"));
            if negation || nullable || AFTER_DEFAULT.iter().any(|w| word(w)) || (word("CHARACTER") && next("SET")) {
                break;
            }
        }
        match token.kind {
            Kind::Symbol('(' | '[') => depth += 1,
            Kind::Symbol(')' | ']') => depth -= 1,
            Kind::Word if word("CASE") => cases += 1,
            Kind::Word if word("END") => cases = cases.saturating_sub(1),
            _ => {}
        }
        end = n + 1;
    }
    let found = cursor.slice(0, end);
    cursor.skip(end);
    found
}

/// Sets a default; a sequence makes the column an identity instead.
pub(super) fn set_default(column: &mut Column, expression: Cursor<'_>) {
    let sql = expression.sql();
    let head = sql.trim_start_matches(|c: char| c == '(' || c.is_whitespace()).to_ascii_lowercase();
    if head.starts_with("nextval") || head.starts_with("pg_catalog.nextval") {
        (column.identity, column.default) = (true, None);
    } else {
        (column.identity, column.default) = (false, (!sql.is_empty()).then_some(sql));
    }
}

/// Sets the primary key; a second one is reported, the first stays.
pub(super) fn set_primary_key(draft: &mut Draft, table: &mut TableDraft, key: Key) {
    match &table.primary_key {
        Some(first) if first.columns != key.columns => {
            draft.warn(
                "second_primary_key",
                key.line,
                format!("table {:?} has a primary key already; this one is left out", table.name),
            );
        }
        Some(_) => {}
        None => table.primary_key = Some(key),
    }
}

pub(super) fn eat_nulls_distinct(cursor: &mut Cursor<'_>) {
    let _ = cursor.eat(&["NULLS", "NOT", "DISTINCT"]) || cursor.eat(&["NULLS", "DISTINCT"]);
}

/// What follows REFERENCES.
pub(super) fn references(
    draft: &Draft,
    cursor: &mut Cursor<'_>,
    name: Option<String>,
    columns: Vec<String>,
    line: u32,
) -> Option<ForeignKeyDraft> {
    let written = cursor.name()?;
    let ref_columns = if cursor.is_symbol(0, '(') {
        cursor.columns().unwrap_or_default()
    } else {
        Vec::new()
    };
    loop {
        if cursor.eat(&["MATCH"]) {
            cursor.skip(1);
        } else if cursor.eat(&["ON", "DELETE"]) || cursor.eat(&["ON", "UPDATE"]) {
            let _ = cursor.eat(&["NO", "ACTION"]) || cursor.eat(&["SET", "NULL"]) || cursor.eat(&["SET", "DEFAULT"]) || {
                cursor.skip(1);
                true
            };
            cursor.group();
        } else {
            break;
        }
    }
    // Only the first place of the search path is sure: the table being made may be the one meant.
    let first = draft.candidates(&written).into_iter().next();
    let target = match first.and_then(|n| draft.index.get(&n)) {
        Some(at) => Target::Found(*at),
        None => Target::Written(written),
    };
    Some(ForeignKeyDraft {
        name,
        columns,
        target,
        ref_columns,
        place: draft.place(line),
    })
}
