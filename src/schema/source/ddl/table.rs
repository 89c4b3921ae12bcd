//! CREATE TABLE and table constraints.
//!
//! A bad item costs itself, never the table. A partition, INHERITS and LIKE take over columns as PostgreSQL does.

use super::column;
use super::cursor::{Cursor, Name};
use super::draft::{Draft, ForeignKeyDraft, Key, TableDraft};
use super::partition;
use super::token::{Kind, Token};
use crate::ir::issue::Severity;
use crate::ir::reading::NOT_ENFORCED;
use crate::ir::{Check, Column};
use std::collections::HashSet;

/// Longest comment taken from the end of a line, characters.
const LINE_COMMENT_MAX: usize = 300;

/// What `LIKE ... INCLUDING` can name, of what the IR holds.
const LIKE_OPTIONS: [&str; 6] = ["DEFAULTS", "IDENTITY", "GENERATED", "COMMENTS", "CONSTRAINTS", "INDEXES"];

/// A table constraint.
pub(super) enum Constraint {
    PrimaryKey(Key),
    Unique(Key),
    Foreign(ForeignKeyDraft),
    Check(Check, u32),
    NotNull(String),
    /// `UNIQUE USING INDEX name`; true for PRIMARY KEY.
    UsingIndex(String, bool, Option<String>),
    /// A rule that the IR cannot hold, as written, with its line: EXCLUDE.
    Unenforced(String, u32),
    /// Says nothing about what a table may hold: MySQL's plain KEY.
    Nothing,
    Unreadable,
}

/// `CREATE TABLE ...`, the cursor standing after TABLE.
pub(super) fn create(draft: &mut Draft, mut cursor: Cursor<'_>, comments: &[Token]) {
    let line = cursor.line();
    let if_not_exists = cursor.eat_if_exists();
    let start = cursor;
    let Some(written) = cursor.name() else {
        draft.warn(
            "unreadable_statement",
            line,
            format!("CREATE TABLE names no table: {:?}", cursor.excerpt()),
        );
        return;
    };
    let name = draft.new_name(written.clone());
    if draft.index.contains_key(&name) {
        if !if_not_exists {
            draft.warn(
                "duplicate_table",
                line,
                format!("table {name} exists already; this second definition is left out"),
            );
        }
        return;
    }
    let mut table = TableDraft {
        schema: name.schema,
        name: name.name,
        spelling: start.spelling(&cursor),
        place: draft.place(line),
        ..TableDraft::default()
    };
    let mut body_seen = false;
    if cursor.eat(&["PARTITION", "OF"]) {
        body_seen = true;
        partition_of(draft, &mut table, &mut cursor, line);
    } else if cursor.is(&["OF"]) {
        cursor.skip(1);
        body_seen = true;
        of_type(draft, &mut table, &mut cursor, line);
    }
    if let Some(body) = cursor.group() {
        body_seen = true;
        items(draft, &mut table, body, comments);
    }
    while !cursor.is_empty() {
        if cursor.eat(&["INHERITS"]) {
            for mut parent in cursor.group().map(|g| g.parts()).unwrap_or_default() {
                if let Some(parent) = parent.name() {
                    inherit(draft, &mut table, &parent, line);
                }
            }
        } else if cursor.eat(&["PARTITION", "BY"]) {
            table.partition_by = partition::strategy(&mut cursor);
        } else if cursor.eat(&["COMMENT"]) {
            cursor.eat_symbol('=');
            table.comment = cursor.string().filter(|c| !c.is_empty());
        } else if cursor.is_any(&["AS", "SELECT"]) {
            if table.columns.is_empty() {
                draft.warn(
                    "table_from_query",
                    line,
                    format!(
                        "table {} is made by a query; its columns cannot be read, it is left out",
                        table.name
                    ),
                );
                return;
            }
            break;
        } else if cursor.group().is_none() {
            cursor.skip(1);
        }
    }
    if !body_seen {
        draft.warn(
            "no_columns",
            line,
            format!("table {:?} has no list of columns; it is left out", table.name),
        );
        return;
    }
    drop_duplicate_columns(draft, &mut table);
    draft.add_table(table, line);
}

/// The items between the parentheses.
fn items(draft: &mut Draft, table: &mut TableDraft, body: Cursor<'_>, comments: &[Token]) {
    let parts = body.parts();
    for (n, part) in parts.iter().enumerate() {
        let before = table.columns.len();
        item(draft, table, *part);
        if let Some(last) = table.columns.get_mut(before)
            && last.column.comment.is_none()
        {
            let following = parts.get(n + 1).map(Cursor::line);
            last.column.comment = line_comment(part, following, comments);
        }
    }
}

fn item(draft: &mut Draft, table: &mut TableDraft, mut cursor: Cursor<'_>) {
    if cursor.eat(&["LIKE"]) {
        like(draft, table, &mut cursor);
        return;
    }
    if cursor.eat(&["PERIOD", "FOR"]) {
        return;
    }
    match constraint(draft, &mut cursor) {
        Some(found) => apply(draft, table, found),
        None => column::define(draft, table, cursor),
    }
}

/// A `-- comment` on the line where a column ends, when the next column begins below.
fn line_comment(part: &Cursor<'_>, following: Option<u32>, comments: &[Token]) -> Option<String> {
    let last = part.tokens.last()?;
    if following.is_some_and(|line| line <= last.line) {
        return None;
    }
    // Comments are in order of place: the first one after the column's last token.
    let at = comments.partition_point(|c| c.start < last.end);
    let comment = comments.get(at).filter(|c| c.line == last.line)?;
    let text = comment.raw(part.text).trim().trim_start_matches(['-', '*', '!']).trim();
    let code = text.ends_with([',', ';', '(', ')']) && !text.ends_with(").") && !text.contains(' ');
    (text.chars().any(char::is_alphabetic) && !code && text.chars().count() <= LINE_COMMENT_MAX).then(|| text.to_owned())
}

/// Reads a table constraint; `None` when the item is none.
pub(super) fn constraint(draft: &Draft, cursor: &mut Cursor<'_>) -> Option<Constraint> {
    let line = cursor.line();
    let named = cursor.eat(&["CONSTRAINT"]);
    // MySQL lets the name out.
    let unnamed = !named || cursor.is_any(&["PRIMARY", "UNIQUE", "FOREIGN", "CHECK"]);
    let mut name = if unnamed { None } else { cursor.identifier() };
    let key = |columns: Vec<String>, name: Option<String>| Key { name, columns, line };
    let found = if cursor.is(&["PRIMARY", "KEY"]) {
        cursor.skip(2);
        let _ = cursor.eat(&["CLUSTERED"]) || cursor.eat(&["NONCLUSTERED"]);
        if cursor.eat(&["USING", "INDEX"]) {
            Constraint::UsingIndex(cursor.identifier()?, true, name)
        } else {
            using(cursor);
            cursor
                .columns()
                .map_or(Constraint::Unreadable, |c| Constraint::PrimaryKey(key(c, name)))
        }
    } else if cursor.is(&["UNIQUE"]) {
        cursor.skip(1);
        column::eat_nulls_distinct(cursor);
        let _ = cursor.eat(&["KEY"]) || cursor.eat(&["INDEX"]) || cursor.eat(&["CLUSTERED"]) || cursor.eat(&["NONCLUSTERED"]);
        if cursor.eat(&["USING", "INDEX"]) {
            return Some(Constraint::UsingIndex(cursor.identifier()?, false, name));
        }
        if !cursor.is_symbol(0, '(') && !cursor.is(&["USING"]) {
            name = cursor.identifier();
        }
        using(cursor);
        cursor
            .columns()
            .map_or(Constraint::Unreadable, |c| Constraint::Unique(key(c, name)))
    } else if cursor.is(&["FOREIGN", "KEY"]) {
        cursor.skip(2);
        if !cursor.is_symbol(0, '(') {
            cursor.eat_if_exists();
            cursor.identifier();
        }
        let columns = cursor.columns();
        match columns.filter(|_| cursor.eat(&["REFERENCES"])) {
            Some(columns) => column::references(draft, cursor, name, columns, line).map_or(Constraint::Unreadable, Constraint::Foreign),
            None => Constraint::Unreadable,
        }
    } else if cursor.is(&["CHECK"]) && cursor.is_symbol(1, '(') {
        cursor.skip(1);
        let sql = cursor.group()?.bare().sql();
        Constraint::Check(Check { name, sql }, line)
    } else if cursor.is(&["EXCLUDE"]) && (named || cursor.is_symbol(1, '(') || cursor.raw(1).eq_ignore_ascii_case("USING")) {
        Constraint::Unenforced(cursor.excerpt(), line)
    } else if named && cursor.eat(&["NOT", "NULL"]) {
        cursor.identifier().map_or(Constraint::Unreadable, Constraint::NotNull)
    } else if named {
        Constraint::Unreadable
    } else if is_plain_key(cursor) {
        Constraint::Nothing
    } else {
        return None;
    };
    Some(found)
}

fn using(cursor: &mut Cursor<'_>) {
    if cursor.eat(&["USING"]) {
        cursor.skip(1);
    }
}

/// MySQL's `KEY name (columns)`, told from a column named key by what stands in the parentheses.
fn is_plain_key(cursor: &Cursor<'_>) -> bool {
    let mut ahead = *cursor;
    if ahead.is_any(&["FULLTEXT", "SPATIAL"]) {
        ahead.skip(1);
        return ahead.is_any(&["KEY", "INDEX"]) || ahead.raw(1) == "(";
    }
    if !ahead.is_any(&["KEY", "INDEX"]) {
        return false;
    }
    ahead.skip(1);
    if !ahead.is_symbol(0, '(') {
        ahead.identifier();
    }
    using(&mut ahead);
    ahead
        .group()
        .and_then(|inner| inner.peek())
        .is_some_and(|t| matches!(t.kind, Kind::Word | Kind::Quoted | Kind::Symbol('(')))
}

/// Puts a constraint into the table.
pub(super) fn apply(draft: &mut Draft, table: &mut TableDraft, found: Constraint) {
    match found {
        Constraint::PrimaryKey(key) => column::set_primary_key(draft, table, key),
        Constraint::Unique(key) => table.unique.push(key),
        Constraint::Foreign(fk) => table.foreign_keys.push(fk),
        Constraint::Check(check, line) => {
            table.check_lines.entry(check.sql.clone()).or_insert(line);
            table.checks.push(check);
        }
        Constraint::NotNull(name) => {
            if let Some(column) = table.column_mut(&name) {
                column.column.nullable = false;
            }
        }
        Constraint::UsingIndex(index, primary, name) => {
            let columns = draft.indexes.get(&index).map(|(_, columns)| columns.clone());
            match (columns, primary) {
                (Some(columns), true) => {
                    table.unique.retain(|k| k.name.as_deref() != Some(&index));
                    table.primary_key = Some(Key { name, columns, line: 0 });
                }
                (Some(_), false) => {
                    if let (Some(name), Some(key)) = (name, table.unique.iter_mut().find(|k| k.name.as_deref() == Some(&index))) {
                        key.name = Some(name);
                    }
                }
                (None, _) => {
                    let message =
                        format!("the constraint uses index {index:?}, which is no unique index on plain columns here; it is left out");
                    draft.report(Severity::Warning, "unknown_index", table.place.clone(), message);
                }
            }
        }
        Constraint::Unenforced(excerpt, line) => {
            let message = format!("table {}: {excerpt} is not enforced; the data may break it", table.id());
            draft.warn(NOT_ENFORCED, line, message);
        }
        Constraint::Nothing => {}
        Constraint::Unreadable => {
            let message = format!("a constraint of table {:?} cannot be read; it is left out", table.name);
            draft.report(Severity::Warning, "unreadable_constraint", table.place.clone(), message);
        }
    }
}

/// A parent named in INHERITS, LIKE or PARTITION OF; reported when it is not there.
fn parent<'d>(draft: &'d mut Draft, table: &TableDraft, name: &Name, line: u32) -> Option<&'d TableDraft> {
    match draft.find_table(name) {
        Some(_) if draft.is_full() => None,
        Some(at) => draft.table(at),
        None => {
            let hint = draft.table_hint(name);
            draft.warn(
                "unknown_table",
                line,
                format!(
                    "table {:?} takes its columns from table {name}, which is not there{hint}",
                    table.name
                ),
            );
            None
        }
    }
}

/// Takes over a parent's columns, checks and NOT NULLs; the table's own definitions of the same columns win.
pub(super) fn inherit(draft: &mut Draft, table: &mut TableDraft, name: &Name, line: u32) {
    let Some(parent) = parent(draft, table, name, line).cloned() else {
        return;
    };
    let known: HashSet<String> = table.columns.iter().map(|c| c.column.name.clone()).collect();
    let mut columns: Vec<_> = parent.columns.into_iter().filter(|c| !known.contains(&c.column.name)).collect();
    for column in &mut columns {
        // An identity is the parent's alone; a shared sequence comes out the same here.
        column.line = line;
    }
    columns.append(&mut table.columns);
    table.columns = columns;
    let own: HashSet<String> = table.checks.iter().map(|c| c.sql.clone()).collect();
    table.checks.extend(parent.checks.into_iter().filter(|c| !own.contains(&c.sql)));
}

fn like(draft: &mut Draft, table: &mut TableDraft, cursor: &mut Cursor<'_>) {
    let line = cursor.line();
    let Some(name) = cursor.name() else { return };
    let Some(source) = parent(draft, table, &name, line).cloned() else {
        return;
    };
    let mut included: HashSet<&str> = HashSet::new();
    while !cursor.is_empty() {
        let including = cursor.is(&["INCLUDING"]);
        cursor.skip(1);
        for what in LIKE_OPTIONS.iter().filter(|o| cursor.is(&["ALL"]) || cursor.is(&[o])) {
            let _ = if including { included.insert(what) } else { included.remove(what) };
        }
        cursor.skip(1);
    }
    let with = |what: &str| included.contains(what);
    for mut column in source.columns {
        let Column {
            default,
            generated,
            identity,
            comment,
            ..
        } = &mut column.column;
        // A default nextval counts as a default, an identity as an identity; the draft no longer tells them apart.
        *identity &= with("DEFAULTS") || with("IDENTITY");
        *default = default.take().filter(|_| with("DEFAULTS"));
        *generated = generated.take().filter(|_| with("GENERATED"));
        *comment = comment.take().filter(|_| with("COMMENTS"));
        table.columns.push(column);
    }
    if with("CONSTRAINTS") {
        table.checks.extend(source.checks);
    }
    if with("INDEXES") {
        table.primary_key = table.primary_key.take().or(source.primary_key.map(|k| Key { name: None, ..k }));
        table.unique.extend(source.unique.into_iter().map(|k| Key { name: None, ..k }));
    }
}

fn partition_of(draft: &mut Draft, table: &mut TableDraft, cursor: &mut Cursor<'_>, line: u32) {
    let Some(name) = cursor.name() else { return };
    if let Some(at) = draft.find_table(&name) {
        table.partition_of = Some(at);
    }
    inherit(draft, table, &name, line);
    // `(column WITH OPTIONS constraint ...)` adds to columns that are there.
    if let Some(body) = cursor.group() {
        column_options(draft, table, body);
    }
    table.partition_bound = partition::bound(cursor);
    // What follows may say how the piece is partitioned itself.
    while !cursor.is_empty() && !cursor.is(&["PARTITION", "BY"]) {
        cursor.skip(1);
    }
}

fn of_type(draft: &mut Draft, table: &mut TableDraft, cursor: &mut Cursor<'_>, line: u32) {
    let Some(name) = cursor.name() else { return };
    let columns = draft.candidates(&name).iter().find_map(|n| draft.composites.get(n)).cloned();
    match columns {
        Some(columns) => table.columns = columns,
        None => draft.warn(
            "unknown_type",
            line,
            format!("table {:?} is made of type {name}, which is not there", table.name),
        ),
    }
    if let Some(body) = cursor.group() {
        column_options(draft, table, body);
    }
}

/// Definitions without types of columns that are there: their constraints are added.
fn column_options(draft: &mut Draft, table: &mut TableDraft, body: Cursor<'_>) {
    for mut part in body.parts() {
        if let Some(found) = constraint(draft, &mut part) {
            apply(draft, table, found);
            continue;
        }
        column::refine(draft, table, part);
    }
}

/// Keeps the first of columns with one name.
fn drop_duplicate_columns(draft: &mut Draft, table: &mut TableDraft) {
    let mut seen = HashSet::new();
    let mut doubled = Vec::new();
    table.columns.retain(|c| {
        let first = seen.insert(c.column.name.clone());
        if !first {
            doubled.push((c.column.name.clone(), c.line));
        }
        first
    });
    for (name, line) in doubled {
        draft.warn(
            "duplicate_column",
            line,
            format!("table {:?} has two columns {name:?}; the second is left out", table.name),
        );
    }
}
