//! Everything beside tables that their meaning depends on: types, domains, schemas, comments, unique indexes, DROPs, the search path.

use super::column;
use super::cursor::{Cursor, Name};
use super::draft::{Domain, Draft, Key, TableDraft};
use super::token::Kind;
use super::types;
use crate::ir::reading::NOT_ENFORCED;

/// Schemas of a search path that are searched.
const SEARCH_PATH_MAX: usize = 16;

/// `CREATE TYPE name AS ...`; only enums and composites matter.
pub(super) fn create_type(draft: &mut Draft, mut cursor: Cursor<'_>) {
    let line = cursor.line();
    cursor.eat_if_exists();
    let Some(name) = cursor.name().map(|n| draft.new_name(n)) else {
        draft.warn("unreadable_statement", line, "CREATE TYPE names no type");
        return;
    };
    if cursor.eat(&["AS", "ENUM"]) {
        let parts = cursor.group().map(|g| g.parts()).unwrap_or_default();
        let values: Vec<String> = parts.into_iter().filter_map(|mut part| part.string()).collect();
        if values.is_empty() {
            draft.warn(
                "empty_enum",
                line,
                format!("enum {name} has no values; columns of this type are taken as TEXT"),
            );
        }
        draft.add_enum(name.to_string(), values);
    } else if cursor.eat(&["AS"]) && cursor.is_symbol(0, '(') {
        let mut composite = TableDraft {
            name: name.to_string(),
            ..TableDraft::default()
        };
        for part in cursor.group().map(|g| g.parts()).unwrap_or_default() {
            column::define(draft, &mut composite, part);
        }
        draft.composites.insert(name, composite.columns);
    } else {
        draft.skip("CREATE TYPE", 1);
    }
}

/// `ALTER TYPE name ADD VALUE | RENAME VALUE | RENAME TO`.
pub(super) fn alter_type(draft: &mut Draft, mut cursor: Cursor<'_>) {
    let line = cursor.line();
    let at = cursor.name().and_then(|name| draft.find_enum(&name));
    if cursor.eat(&["ADD", "VALUE"]) {
        cursor.eat_if_exists();
        let value = cursor.string();
        let after = cursor.eat(&["AFTER"]);
        let anchor = if after || cursor.eat(&["BEFORE"]) { cursor.string() } else { None };
        let (Some(value), Some(found)) = (value, at.and_then(|at| draft.enums.get_mut(at))) else {
            draft.warn(
                "unknown_type",
                line,
                "ALTER TYPE ... ADD VALUE: there is no such enum; the change is left out",
            );
            return;
        };
        if !found.values.contains(&value) {
            let place = anchor
                .and_then(|a| found.values.iter().position(|v| *v == a))
                .map(|n| n + usize::from(after));
            found.values.insert(place.unwrap_or(found.values.len()), value);
        }
    } else if cursor.eat(&["RENAME", "VALUE"]) {
        let (old, _, new) = (cursor.string(), cursor.eat(&["TO"]), cursor.string());
        if let (Some(old), Some(new), Some(found)) = (old, new, at.and_then(|at| draft.enums.get_mut(at))) {
            found.values.iter_mut().filter(|v| **v == old).for_each(|v| v.clone_from(&new));
        }
    } else if cursor.eat(&["RENAME", "TO"]) {
        // The old name still finds it: columns that were read before use that one.
        if let (Some(new), Some(at)) = (cursor.name().map(|n| draft.new_name(n).to_string()), at)
            && let Some(found) = draft.enums.get_mut(at)
        {
            found.name.clone_from(&new);
            draft.enum_index.insert(new, at);
        }
    } else {
        draft.skip("ALTER TYPE", 1);
    }
}

/// `CREATE DOMAIN name [AS] type [DEFAULT e] [NOT NULL] [CHECK (e)] ...`.
pub(super) fn create_domain(draft: &mut Draft, mut cursor: Cursor<'_>) {
    let line = cursor.line();
    let name = cursor.name().map(|n| draft.new_name(n));
    cursor.eat(&["AS"]);
    let (Some(name), Some(written)) = (name, types::parse(&mut cursor)) else {
        draft.warn(
            "unreadable_statement",
            line,
            "CREATE DOMAIN needs a name and a type; it is left out",
        );
        return;
    };
    let mut domain = Domain {
        written,
        not_null: false,
        default: None,
        checks: Vec::new(),
    };
    domain_clauses(&mut domain, cursor);
    draft.domains.insert(name, domain);
}

/// `ALTER DOMAIN name ADD constraint | SET NOT NULL | ...`.
pub(super) fn alter_domain(draft: &mut Draft, mut cursor: Cursor<'_>) {
    let name = cursor
        .name()
        .map(|n| draft.candidates(&n))
        .unwrap_or_default()
        .into_iter()
        .find(|n| draft.domains.contains_key(n));
    let Some(domain) = name.and_then(|n| draft.domains.get_mut(&n)) else {
        return;
    };
    if cursor.eat(&["ADD"]) || cursor.is(&["SET", "NOT"]) || cursor.is(&["SET", "DEFAULT"]) {
        cursor.eat(&["SET"]);
        domain_clauses(domain, cursor);
    } else if cursor.eat(&["DROP", "NOT", "NULL"]) {
        domain.not_null = false;
    }
}

fn domain_clauses(domain: &mut Domain, mut cursor: Cursor<'_>) {
    while !cursor.is_empty() {
        if cursor.eat(&["NOT", "NULL"]) {
            domain.not_null = true;
        } else if cursor.eat(&["DEFAULT"]) {
            domain.default = Some(column::expression(&mut cursor).sql());
        } else if cursor.eat(&["CHECK"]) {
            if let Some(group) = cursor.group() {
                domain.checks.push(cut_at_value(&group.bare()));
            }
        } else {
            cursor.skip(1);
        }
    }
}

/// A check's text, cut where VALUE stands.
fn cut_at_value(check: &Cursor<'_>) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut last_end = None;
    for token in check.tokens {
        let gap = last_end.is_some_and(|end| end != token.start);
        last_end = Some(token.end);
        if let Some(piece) = pieces.last_mut() {
            if gap {
                piece.push(' ');
            }
            if !(token.kind == Kind::Word && token.is_word(check.text, "VALUE")) {
                piece.push_str(token.raw(check.text));
                continue;
            }
        }
        pieces.push(String::new());
    }
    pieces
}

/// `COMMENT ON kind name IS 'text'`.
pub(super) fn comment(draft: &mut Draft, mut cursor: Cursor<'_>) {
    let line = cursor.line();
    let kind = cursor.raw(0).to_ascii_uppercase();
    cursor.skip(1);
    if !matches!(kind.as_str(), "TABLE" | "COLUMN" | "DATABASE" | "SCHEMA") {
        draft.skip("COMMENT", 1);
        return;
    }
    let mut parts = Vec::new();
    while let Some(part) = cursor.identifier() {
        parts.push(part);
        if !cursor.eat_symbol('.') {
            break;
        }
    }
    if !cursor.eat(&["IS"]) {
        draft.warn(
            "unreadable_statement",
            line,
            format!("COMMENT ON {kind}: {:?} is not understood", cursor.excerpt()),
        );
        return;
    }
    let text = cursor.string().filter(|t| !t.is_empty());
    if kind == "DATABASE" || kind == "SCHEMA" {
        // The comment that every PostgreSQL database is born with says nothing.
        let said = text.filter(|t| t != "standard public schema" && (kind == "DATABASE" || parts == ["public"]));
        draft.comment = said.or(draft.comment.take());
        return;
    }
    let column = if kind == "COLUMN" { parts.pop() } else { None };
    let Some(name) = parts.pop().map(|name| Name { schema: parts.pop(), name }) else {
        return;
    };
    // Comments on views and on their columns find no table; they are of no use here.
    let Some(table) = draft.find_table(&name).and_then(|at| draft.table_mut(at)) else {
        draft.skip("COMMENT", 1);
        return;
    };
    match column {
        None => table.comment = text,
        Some(column) => match table.column_mut(&column) {
            Some(found) => found.column.comment = text,
            None => draft.warn(
                "unknown_column",
                line,
                format!("COMMENT ON COLUMN: table {name} has no column {column:?}"),
            ),
        },
    }
}

/// `CREATE UNIQUE INDEX ...`, the cursor standing after INDEX. Only plain columns over all rows make a unique group.
pub(super) fn create_unique_index(draft: &mut Draft, mut cursor: Cursor<'_>) {
    let line = cursor.line();
    cursor.eat(&["CONCURRENTLY"]);
    cursor.eat_if_exists();
    let index = if cursor.is(&["ON"]) { None } else { cursor.name() };
    cursor.eat(&["ON"]);
    cursor.eat(&["ONLY"]);
    let Some(name) = cursor.name() else {
        draft.warn("unreadable_statement", line, "CREATE UNIQUE INDEX names no table; it is left out");
        return;
    };
    if cursor.eat(&["USING"]) {
        cursor.skip(1);
    }
    let columns = cursor.columns();
    let partial = cursor.tokens.iter().any(|t| t.is_word(cursor.text, "WHERE"));
    let Some(columns) = columns.filter(|_| !partial) else {
        // On a materialised view it says nothing about a table's rows.
        if draft.find_table(&name).is_some() {
            let message =
                format!("table {name}: a unique index on an expression or on some of the rows is not enforced; the data may break it");
            draft.warn(NOT_ENFORCED, line, message);
        }
        draft.skip("CREATE UNIQUE INDEX (partial or on an expression)", 1);
        return;
    };
    // An index on a materialised view finds no table.
    let Some(at) = draft.find_table(&name) else {
        draft.skip("CREATE UNIQUE INDEX", 1);
        return;
    };
    let index = index.map(|n| n.name);
    if let Some(index) = &index {
        draft.indexes.insert(index.clone(), (at, columns.clone()));
    }
    if let Some(table) = draft.table_mut(at) {
        table.unique.push(Key {
            name: index,
            columns,
            line,
        });
    }
}

/// `DROP TABLE | TYPE | DOMAIN | INDEX | SCHEMA ...`.
pub(super) fn drop(draft: &mut Draft, kind: &str, mut cursor: Cursor<'_>) {
    cursor.eat(&["CONCURRENTLY"]);
    cursor.eat_if_exists();
    for mut part in cursor.parts() {
        let Some(name) = part.name() else { continue };
        match kind {
            "TABLE" => {
                // Only the exact table: a script's opening DROPs must not reach into another schema.
                let at = draft.candidates(&name).iter().find_map(|n| draft.index.get(n).copied());
                if let Some(at) = at {
                    draft.drop_table(at);
                }
            }
            "SCHEMA" => {
                let schema = Some(name.name).filter(|n| n != "public");
                let gone: Vec<usize> = (0..draft.tables.len())
                    .filter(|at| draft.table(*at).is_some_and(|t| t.schema == schema))
                    .collect();
                gone.into_iter().for_each(|at| draft.drop_table(at));
            }
            "INDEX" => {
                if let Some((at, _)) = draft.indexes.remove(&name.name)
                    && let Some(table) = draft.table_mut(at)
                {
                    table.unique.retain(|k| k.name.as_deref() != Some(&name.name));
                }
            }
            "DOMAIN" | "TYPE" => {
                if let Some(found) = draft.candidates(&name).into_iter().find(|n| draft.domains.contains_key(n)) {
                    draft.domains.remove(&found);
                } else if let Some(at) = draft.find_enum(&name) {
                    // The place stays, so that others keep theirs; an enum that nobody uses and that has no values is left out at the end.
                    draft.enum_index.retain(|_, n| *n != at);
                    if let Some(found) = draft.enums.get_mut(at) {
                        found.values.clear();
                    }
                }
            }
            _ => {}
        }
    }
}

/// `search_path {TO | =} a, "$user", b`, the cursor standing after search_path.
pub(super) fn set_search_path(draft: &mut Draft, mut cursor: Cursor<'_>) {
    let _ = cursor.eat(&["TO"]) || cursor.eat_symbol('=');
    let names: Vec<String> = cursor
        .parts()
        .into_iter()
        .filter_map(|mut p| p.identifier().or_else(|| p.string()))
        .collect();
    search_path(draft, names.iter().flat_map(|n| n.split(',')));
}

/// Sets the search path from names.
pub(super) fn search_path<'a>(draft: &mut Draft, names: impl Iterator<Item = &'a str>) {
    let names = names
        .map(|n| n.trim().trim_matches('"'))
        .filter(|n| !n.is_empty() && !matches!(*n, "$user" | "pg_catalog" | "default"));
    draft.search_path = names
        .take(SEARCH_PATH_MAX)
        .map(|n| {
            Draft::qualified(Name {
                schema: Some(n.to_owned()),
                name: String::new(),
            })
            .schema
        })
        .collect();
}
