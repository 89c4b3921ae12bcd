//! ALTER TABLE: one action after another. What says nothing about columns and keys is passed over; what is not understood is reported.

use super::column;
use super::cursor::{Cursor, Name};
use super::draft::{Draft, TableDraft, Target};
use super::partition;
use super::table::{self, Constraint};
use super::types;

/// Actions that say nothing the IR holds, by first word.
#[rustfmt::skip]
const IRRELEVANT: [&str; 29] = [
    "OWNER", "ENABLE", "DISABLE", "CLUSTER", "SET", "RESET", "VALIDATE", "REPLICA", "FORCE", "NO", "NOT", "OF", "AUTO_INCREMENT",
    "ENGINE", "DEFAULT", "CHARACTER", "CONVERT", "ORDER", "COMMENT", "ALGORITHM", "LOCK", "CHECK", "WITH", "NOCHECK", "DETACH", "DEPENDS",
    "ROW_FORMAT", "COLLATE", "WITHOUT",
];

/// `ALTER TABLE ...`, the cursor standing after TABLE.
pub(super) fn alter(draft: &mut Draft, mut cursor: Cursor<'_>) {
    let line = cursor.line();
    let if_exists = cursor.eat_if_exists();
    cursor.eat(&["ONLY"]);
    let Some(name) = cursor.name() else {
        // ALTER TABLE ALL IN TABLESPACE and the like.
        draft.skip("ALTER TABLE", 1);
        return;
    };
    cursor.eat_symbol('*');
    let Some(at) = draft.find_table(&name) else {
        if !(if_exists || only_irrelevant(&cursor)) {
            let hint = draft.table_hint(&name);
            draft.warn(
                "unknown_table",
                line,
                format!("ALTER TABLE {name}: there is no such table{hint}; the change is left out"),
            );
        }
        return;
    };
    for part in cursor.parts() {
        action(draft, at, part);
    }
}

/// Changes of sequences, views and indexes are written as ALTER TABLE too.
fn only_irrelevant(cursor: &Cursor<'_>) -> bool {
    cursor.is_any(&IRRELEVANT) || cursor.is_any(&["RENAME"]) || cursor.is(&["ALTER", "COLUMN"])
}

fn action(draft: &mut Draft, at: usize, mut cursor: Cursor<'_>) {
    let line = cursor.line();
    let whole = cursor;
    if cursor.eat(&["ADD"]) {
        add(draft, at, cursor);
    } else if cursor.is(&["DROP"]) || cursor.is(&["ALTER"]) || cursor.is(&["MODIFY"]) || cursor.is(&["CHANGE"]) {
        if !change(draft, at, cursor) {
            complain(draft, at, &whole);
        }
    } else if cursor.eat(&["RENAME"]) {
        rename(draft, at, cursor);
    } else if cursor.eat(&["SET", "SCHEMA"]) {
        if let (Some(schema), Some(table)) = (cursor.identifier(), draft.table(at)) {
            let name = table.name.clone();
            draft.rename_table(
                at,
                Name {
                    schema: Some(schema),
                    name,
                },
            );
        }
    } else if cursor.eat(&["ATTACH", "PARTITION"]) {
        let piece = cursor.name().and_then(|name| draft.find_table(&name)).filter(|piece| *piece != at);
        match piece.and_then(|piece| draft.table_mut(piece)) {
            Some(piece) => {
                piece.partition_of = Some(at);
                piece.partition_bound = partition::bound(&mut cursor);
            }
            None => draft.warn("unknown_table", line, format!("{:?}: there is no such table", whole.excerpt())),
        }
    } else if cursor.eat(&["DETACH", "PARTITION"]) {
        let piece = cursor.name().and_then(|name| draft.find_table(&name));
        if let Some(piece) = piece.and_then(|piece| draft.table_mut(piece)) {
            piece.partition_of = None;
            piece.partition_bound = None;
        }
    } else if cursor.eat(&["INHERIT"]) {
        // The columns are there already: PostgreSQL insists on it.
    } else if !cursor.is_any(&IRRELEVANT) {
        complain(draft, at, &whole);
    }
}

fn complain(draft: &mut Draft, at: usize, cursor: &Cursor<'_>) {
    let name = draft.table(at).map(TableDraft::id).unwrap_or_default();
    draft.warn(
        "unreadable_action",
        cursor.line(),
        format!("ALTER TABLE {name}: {:?} is not understood; it is left out", cursor.excerpt()),
    );
}

/// Works on a table outside the draft, so that both can be changed.
fn with_table(draft: &mut Draft, at: usize, work: impl FnOnce(&mut Draft, &mut TableDraft)) {
    let Some(mut table) = draft.table_mut(at).map(std::mem::take) else {
        return;
    };
    work(draft, &mut table);
    if let Some(slot) = draft.table_mut(at) {
        *slot = table;
    }
}

/// ADD [COLUMN] definition | ADD constraint | ADD (definition, ...).
fn add(draft: &mut Draft, at: usize, mut cursor: Cursor<'_>) {
    let column_said = cursor.eat(&["COLUMN"]);
    let if_not_exists = cursor.eat_if_exists();
    if cursor.is_symbol(0, '(') {
        for part in cursor.group().map(|g| g.parts()).unwrap_or_default() {
            add(draft, at, part);
        }
        return;
    }
    if cursor.is(&["PARTITION"]) {
        return;
    }
    let line = cursor.line();
    let found = if column_said { None } else { table::constraint(draft, &mut cursor) };
    with_table(draft, at, |draft, table| match found {
        Some(Constraint::Unreadable) => {
            draft.warn(
                "unreadable_constraint",
                line,
                format!("a constraint added to table {:?} cannot be read; it is left out", table.name),
            );
        }
        Some(found) => table::apply(draft, table, found),
        None => {
            let name = cursor.clone().identifier().unwrap_or_default();
            if !table.has_column(&name) {
                column::define(draft, table, cursor);
            } else if !if_not_exists {
                draft.warn(
                    "duplicate_column",
                    line,
                    format!("table {:?} has a column {name:?} already; this one is left out", table.name),
                );
            }
        }
    });
}

/// DROP ..., ALTER [COLUMN] ..., MODIFY ..., CHANGE ...; false when not understood.
fn change(draft: &mut Draft, at: usize, mut cursor: Cursor<'_>) -> bool {
    let line = cursor.line();
    if cursor.eat(&["DROP"]) {
        return drop(draft, at, cursor);
    }
    if cursor.eat(&["ALTER", "CONSTRAINT"]) || cursor.eat(&["ALTER", "INDEX"]) {
        return true;
    }
    let redefines = !cursor.is(&["ALTER"]);
    let renames = cursor.is(&["CHANGE"]);
    cursor.skip(1);
    cursor.eat(&["COLUMN"]);
    let old = if renames {
        cursor.identifier()
    } else {
        cursor.clone().identifier()
    };
    let Some(old) = old else { return false };
    let mut understood = true;
    with_table(draft, at, |draft, table| {
        let Some(position) = table.columns.iter().position(|c| c.column.name == old) else {
            let hint = crate::kernel::suggest::hint(&old, table.columns.iter().map(|c| c.column.name.as_str()));
            draft.warn(
                "unknown_column",
                line,
                format!("table {:?} has no column {old:?}{hint}; the change is left out", table.name),
            );
            return;
        };
        if redefines {
            // MySQL writes the whole definition anew.
            let before = table.columns.len();
            column::define(draft, table, cursor);
            if table.columns.len() > before {
                let new = table.columns.remove(before);
                rename_column(table, &old, &new.column.name);
                table.columns[position] = new;
            }
        } else {
            cursor.skip(1);
            understood = alter_column(&mut table.columns[position], cursor);
        }
    });
    understood
}

fn alter_column(target: &mut super::draft::ColumnDraft, mut cursor: Cursor<'_>) -> bool {
    let column = &mut target.column;
    if cursor.eat(&["TYPE"]) || cursor.eat(&["SET", "DATA", "TYPE"]) {
        match types::parse(&mut cursor) {
            Some(written) => target.written = written,
            None => return false,
        }
    } else if cursor.eat(&["SET", "DEFAULT"]) {
        column::set_default(column, column::expression(&mut cursor));
    } else if cursor.eat(&["DROP", "DEFAULT"]) {
        (column.default, column.identity) = (None, false);
    } else if cursor.eat(&["SET", "NOT", "NULL"]) {
        column.nullable = false;
    } else if cursor.eat(&["DROP", "NOT", "NULL"]) {
        column.nullable = true;
    } else if cursor.eat(&["ADD", "GENERATED"]) {
        (column.identity, column.nullable) = (true, false);
    } else if cursor.eat(&["DROP", "IDENTITY"]) {
        column.identity = false;
    } else if cursor.eat(&["DROP", "EXPRESSION"]) {
        column.generated = None;
    } else {
        return cursor.is_any(&["SET", "RESET", "RESTART", "OPTIONS"]);
    }
    true
}

fn drop(draft: &mut Draft, at: usize, mut cursor: Cursor<'_>) -> bool {
    let named = cursor.eat(&["CONSTRAINT"]) || cursor.eat(&["FOREIGN", "KEY"]) || cursor.eat(&["INDEX"]) || cursor.eat(&["KEY"]);
    let primary = cursor.eat(&["PRIMARY", "KEY"]);
    if primary {
        if let Some(table) = draft.table_mut(at) {
            table.primary_key = None;
        }
        return true;
    }
    if !named {
        cursor.eat(&["COLUMN"]);
    }
    cursor.eat_if_exists();
    let (Some(name), Some(table)) = (cursor.identifier(), draft.table_mut(at)) else {
        return false;
    };
    if named {
        drop_constraint(table, &name);
    } else {
        drop_column(table, &name);
    }
    true
}

/// Drops a constraint by its name, or by the name that PostgreSQL would have made up.
fn drop_constraint(table: &mut TableDraft, name: &str) {
    let primary = table
        .primary_key
        .as_ref()
        .map(|k| k.name.clone().unwrap_or_else(|| table.constraint_name(&[], "pkey")));
    if primary.as_deref() == Some(name) {
        table.primary_key = None;
        return;
    }
    let unique = table
        .unique
        .iter()
        .position(|k| k.name.clone().unwrap_or_else(|| table.constraint_name(&k.columns, "key")) == name);
    let foreign = table
        .foreign_keys
        .iter()
        .position(|f| f.name.clone().unwrap_or_else(|| table.constraint_name(&f.columns, "fkey")) == name);
    if let Some(n) = unique {
        table.unique.remove(n);
    } else if let Some(n) = foreign {
        table.foreign_keys.remove(n);
    } else {
        table.checks.retain(|c| c.name.as_deref() != Some(name));
    }
}

/// Drops a column with the keys it is part of.
fn drop_column(table: &mut TableDraft, name: &str) {
    let uses = |columns: &[String]| columns.iter().any(|c| c == name);
    table.columns.retain(|c| c.column.name != name);
    table.primary_key.take_if(|k| uses(&k.columns));
    table.unique.retain(|k| !uses(&k.columns));
    table.foreign_keys.retain(|f| !uses(&f.columns));
}

/// RENAME TO, RENAME COLUMN, RENAME CONSTRAINT.
fn rename(draft: &mut Draft, at: usize, mut cursor: Cursor<'_>) {
    let whole = cursor;
    if cursor.eat(&["TO"]) || cursor.eat(&["AS"]) {
        let (Some(new), Some(table)) = (cursor.name(), draft.table(at)) else {
            return;
        };
        let schema = new.schema.or_else(|| table.schema.clone());
        draft.rename_table(at, Name { schema, name: new.name });
        return;
    }
    let constraint = cursor.eat(&["CONSTRAINT"]);
    if cursor.is_any(&["INDEX", "KEY"]) {
        return;
    }
    cursor.eat(&["COLUMN"]);
    let (Some(old), true, Some(new)) = (cursor.identifier(), cursor.eat(&["TO"]), cursor.identifier()) else {
        complain(draft, at, &whole);
        return;
    };
    let Some(table) = draft.table_mut(at) else { return };
    if constraint {
        let keys = table.primary_key.iter_mut().chain(&mut table.unique).map(|k| &mut k.name);
        let named = keys
            .chain(table.foreign_keys.iter_mut().map(|f| &mut f.name))
            .chain(table.checks.iter_mut().map(|c| &mut c.name));
        named.filter(|n| n.as_deref() == Some(&old)).for_each(|n| *n = Some(new.clone()));
        return;
    }
    if let Some(column) = table.column_mut(&old) {
        column.column.name = new.clone();
        column.column.spelling = None;
        rename_column(table, &old, &new);
        for fk in draft.tables.iter_mut().flatten().flat_map(|t| &mut t.foreign_keys) {
            if matches!(fk.target, Target::Found(target) if target == at) {
                fk.ref_columns.iter_mut().filter(|c| **c == old).for_each(|c| c.clone_from(&new));
            }
        }
    }
}

/// Renames a column in the table's own keys. Checks keep their text: PostgreSQL would rewrite them, a dump has them right.
fn rename_column(table: &mut TableDraft, old: &str, new: &str) {
    let keys = table.primary_key.iter_mut().chain(&mut table.unique).map(|k| &mut k.columns);
    let columns = keys.chain(table.foreign_keys.iter_mut().map(|f| &mut f.columns)).flatten();
    columns.filter(|c| *c == old).for_each(|c| new.clone_into(c));
}
