//! Draft to LogicalIr: types, keys and references get their final names.
//!
//! Invariant of the result: every column of a key exists, every foreign key refers to a table and columns that exist, pairwise. What
//! would break it is left out and reported.

use super::super::Parsed;
use super::super::reference;
use super::clash;
use super::cursor::Name;
use super::draft::{ColumnDraft, Draft, ForeignKeyDraft, Key, TableDraft, Target};
use super::types::{Base, TypeRef};
use crate::ir::issue::Severity;
use crate::ir::{Check, ForeignKey, LogicalIr, SqlType, Table};
use crate::kernel::limits::{SQL_BYTES_MAX, SQL_NESTING_MAX};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Domains over domains followed.
const DOMAIN_DEPTH_MAX: usize = 16;
/// Partitions of partitions followed.
const PARTITION_DEPTH_MAX: usize = 32;
/// Columns and checks that pieces and domains may add, in all.
const COPIES_MAX: usize = 1_000_000;

pub(super) fn finish(mut draft: Draft) -> Parsed {
    complete_partitions(&mut draft);
    resolve_types(&mut draft);
    let mut lines = clash::tell_alike(&mut draft);
    let columns: Vec<Names> = draft.tables.iter().map(|t| t.as_ref().map(Names::of).unwrap_or_default()).collect();
    for at in 0..draft.tables.len() {
        finish_keys(&mut draft, at, &columns);
    }
    let foreign_keys: Vec<Vec<ForeignKey>> = (0..draft.tables.len())
        .map(|at| resolve_foreign_keys(&mut draft, at, &columns))
        .collect();
    let ids: Vec<Option<String>> = draft.tables.iter().map(|t| t.as_ref().map(TableDraft::id)).collect();
    let mut tables = Vec::new();
    let whole: HashSet<usize> = draft.tables.iter().flatten().filter_map(|t| t.partition_of).collect();
    for (at, (slot, foreign_keys)) in std::mem::take(&mut draft.tables).into_iter().zip(foreign_keys).enumerate() {
        let Some(table) = slot else { continue };
        lines.keep(at, table.check_lines);
        tables.push(Table {
            partition_of: table.partition_of.and_then(|at| ids.get(at).cloned().flatten()),
            // A table that is said to have pieces and has none holds its rows itself.
            partition_by: table.partition_by.filter(|_| whole.contains(&at)),
            partition_bound: table.partition_bound.filter(|_| table.partition_of.is_some()),
            schema: table.schema,
            name: table.name,
            spelling: table.spelling,
            comment: table.comment,
            row_count: None,
            columns: table.columns.into_iter().map(|c| c.column).collect(),
            primary_key: table.primary_key.map(|k| k.columns).unwrap_or_default(),
            unique: table.unique.into_iter().map(|k| k.columns).collect(),
            foreign_keys,
            checks: table.checks,
        });
    }
    draft.enums.retain(|e| !e.values.is_empty());
    lines.tell_contradictions(&mut draft, &tables);
    draft.close_issues();
    let mut logical = LogicalIr {
        name: String::new(),
        comment: draft.comment.take(),
        enums: std::mem::take(&mut draft.enums),
        tables,
    };
    lift_foreign_keys(&mut logical);
    reference::settle("ddl", &mut logical, &mut draft.issues);
    Parsed {
        logical,
        issues: draft.issues,
        skipped: draft.skipped,
    }
}

/// The columns of one table by name, and by name in lower case where that is the name of one only.
#[derive(Default)]
struct Names {
    exact: HashSet<String>,
    folded: HashMap<String, Option<String>>,
}

impl Names {
    fn of(table: &TableDraft) -> Self {
        let mut names = Names::default();
        for ColumnDraft { column, .. } in &table.columns {
            names.exact.insert(column.name.clone());
            names
                .folded
                .entry(column.name.to_lowercase())
                .and_modify(|n| *n = None)
                .or_insert_with(|| Some(column.name.clone()));
        }
        names
    }
    /// The columns meant; `Err` has the first that does not exist. Engines that ignore case write keys in another case than columns.
    fn resolve(&self, wanted: &[String]) -> Result<Vec<String>, String> {
        let find = |name: &String| match self.exact.get(name) {
            Some(found) => Ok(found.clone()),
            None => self.folded.get(&name.to_lowercase()).cloned().flatten().ok_or_else(|| name.clone()),
        };
        wanted.iter().map(find).collect()
    }
}

/// A piece has exactly its parent's columns, those of its own definition as defined there.
fn complete_partitions(draft: &mut Draft) {
    let depth_of = |draft: &Draft, mut at: usize| {
        let mut depth = 0;
        while let Some(parent) = draft.table(at).and_then(|t| t.partition_of) {
            (at, depth) = (parent, depth + 1);
            if depth > PARTITION_DEPTH_MAX {
                break;
            }
        }
        depth
    };
    let mut pieces: Vec<(usize, usize)> = (0..draft.tables.len())
        .map(|at| (depth_of(draft, at), at))
        .filter(|(depth, _)| *depth > 0)
        .collect();
    pieces.sort_unstable();
    let mut copies = 0;
    for (depth, at) in pieces {
        let Some(mut piece) = draft.table_mut(at).map(std::mem::take) else {
            continue;
        };
        let parent = piece
            .partition_of
            .filter(|_| depth <= PARTITION_DEPTH_MAX)
            .and_then(|parent| draft.table(parent));
        match parent {
            Some(parent) => {
                let own: HashSet<String> = piece.columns.iter().map(|c| c.column.name.clone()).collect();
                let missing: Vec<ColumnDraft> = parent.columns.iter().filter(|c| !own.contains(&c.column.name)).cloned().collect();
                copies += missing.len();
                if copies <= COPIES_MAX {
                    piece.columns.extend(missing);
                }
            }
            None => (piece.partition_of, piece.partition_bound) = (None, None),
        }
        if let Some(slot) = draft.table_mut(at) {
            *slot = piece;
        }
    }
}

/// What a written type turned out to be.
struct Resolved {
    sql_type: SqlType,
    not_null: bool,
    default: Option<String>,
    /// Pieces around VALUE.
    checks: Vec<Vec<String>>,
}

fn resolve_types(draft: &mut Draft) {
    let mut unknown = BTreeSet::new();
    let mut copies = 0;
    for at in 0..draft.tables.len() {
        let Some(mut table) = draft.table_mut(at).map(std::mem::take) else {
            continue;
        };
        let mut columns = std::mem::take(&mut table.columns);
        for ColumnDraft { column, written, line } in &mut columns {
            let resolved = match &written.base {
                Base::InlineEnum(values) => {
                    let name = inline_enum(draft, &format!("{}_{}", table.name, column.name), values);
                    Resolved {
                        sql_type: SqlType::Enum(name),
                        not_null: false,
                        default: None,
                        checks: Vec::new(),
                    }
                }
                _ => resolve(draft, written, table.schema.as_deref(), *line, &mut unknown),
            };
            column.sql_type = if written.array && !matches!(resolved.sql_type, SqlType::Array(_)) {
                SqlType::Array(Box::new(resolved.sql_type))
            } else {
                resolved.sql_type
            };
            column.nullable &= !resolved.not_null;
            if column.default.is_none() && column.generated.is_none() && !column.identity {
                column.default = resolved.default;
            }
            copies += resolved
                .checks
                .iter()
                .map(|c| 1 + c.iter().map(String::len).sum::<usize>() / 64)
                .sum::<usize>();
            if !written.array && copies <= COPIES_MAX {
                let quoted = quoted(&column.name);
                table.checks.extend(resolved.checks.iter().map(|pieces| Check {
                    name: None,
                    sql: pieces.join(&quoted),
                }));
            }
            column.default.take_if(|sql| too_large(sql));
            column.generated.take_if(|sql| too_large(sql));
        }
        table.columns = columns;
        let before = table.checks.len();
        table.checks.retain(|c| !too_large(&c.sql));
        if table.checks.len() < before {
            let message = format!(
                "table {:?}: {} checks are left out: they are too long or too deep",
                table.name,
                before - table.checks.len()
            );
            draft.report(Severity::Warning, "check_too_large", table.place.clone(), message);
        }
        if table.columns.is_empty() {
            draft.report(
                Severity::Warning,
                "no_columns",
                table.place.clone(),
                format!("table {:?} has no columns; it is left out", table.name),
            );
            draft.tables[at] = None;
        } else {
            draft.tables[at] = Some(table);
        }
    }
}

/// A type through its domains down to what the IR knows.
fn resolve(draft: &mut Draft, written: &TypeRef, schema: Option<&str>, line: u32, unknown: &mut BTreeSet<String>) -> Resolved {
    let mut out = Resolved {
        sql_type: SqlType::Text,
        not_null: false,
        default: None,
        checks: Vec::new(),
    };
    let mut current = written.clone();
    for _ in 0..DOMAIN_DEPTH_MAX {
        let (name, arguments) = match current.base {
            Base::Known(known) => {
                out.sql_type = known;
                break;
            }
            // A domain over an enum without a name is no SQL.
            Base::InlineEnum(_) => break,
            Base::Named(name, arguments) => (name, arguments),
        };
        let mut candidates = draft.candidates(&name);
        if name.schema.is_none() {
            candidates.insert(
                0,
                Draft::qualified(Name {
                    schema: schema.map(str::to_owned),
                    name: name.name.clone(),
                }),
            );
        }
        if let Some(domain) = candidates.iter().find_map(|n| draft.domains.get(n)) {
            out.not_null |= domain.not_null;
            out.default = out.default.take().or_else(|| domain.default.clone());
            out.checks.extend(domain.checks.iter().cloned());
            current = domain.written.clone();
            if current.array {
                let element = TypeRef { array: false, ..current };
                out.sql_type = SqlType::Array(Box::new(resolve_element(draft, element)));
                break;
            }
            continue;
        }
        if let Some(found) = candidates
            .iter()
            .find_map(|n| draft.find_enum(n))
            .and_then(|at| draft.enums.get(at))
        {
            out.sql_type = if found.values.is_empty() {
                SqlType::Text
            } else {
                SqlType::Enum(found.name.clone())
            };
            break;
        }
        let spelt = if arguments.is_empty() {
            name.to_string()
        } else {
            format!("{name}({arguments})")
        };
        let composite = candidates.iter().any(|n| draft.composites.contains_key(n));
        out.sql_type = match name.name.as_str() {
            "year" => SqlType::Int16,
            "geometry" | "geography" => geometry(&arguments),
            _ => {
                if !composite && unknown.insert(name.to_string()) {
                    draft.warn(
                        "unknown_type",
                        line,
                        format!("type {name} is defined nowhere here; its columns are kept as OTHER({spelt})"),
                    );
                }
                SqlType::Other(spelt)
            }
        };
        break;
    }
    out
}

/// The element type of a domain over an array: built in, an enum, or kept by name.
fn resolve_element(draft: &Draft, element: TypeRef) -> SqlType {
    match element.base {
        Base::Known(known) => known,
        Base::InlineEnum(_) => SqlType::Text,
        Base::Named(name, _) => match draft.find_enum(&name).and_then(|at| draft.enums.get(at)) {
            Some(found) => SqlType::Enum(found.name.clone()),
            None => SqlType::Other(name.to_string()),
        },
    }
}

/// `Point,4326` of a geometry type that was written with its schema.
fn geometry(arguments: &str) -> SqlType {
    let (kind, srid) = arguments.split_once(',').unwrap_or((arguments, "0"));
    let kind = if kind.trim().is_empty() { "GEOMETRY" } else { kind.trim() };
    SqlType::Geometry(kind.to_ascii_uppercase(), srid.trim().parse().unwrap_or(0))
}

/// The enum with these values under this name, or under the name with a number when it is taken by another.
fn inline_enum(draft: &mut Draft, name: &str, values: &[String]) -> String {
    for n in 1..1000 {
        let name = if n == 1 { name.to_owned() } else { format!("{name}_{n}") };
        match draft.enum_index.get(&name).and_then(|at| draft.enums.get(*at)) {
            Some(found) if found.values != values => {}
            Some(_) => return name,
            None => {
                draft.add_enum(name.clone(), values.to_vec());
                return name;
            }
        }
    }
    name.to_owned()
}

fn too_large(sql: &str) -> bool {
    let mut depth = 0_usize;
    let deep = sql.bytes().any(|b| {
        match b {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > SQL_NESTING_MAX
    });
    deep || sql.len() > SQL_BYTES_MAX
}

/// The primary key makes its columns NOT NULL; unique groups that say nothing new go.
fn finish_keys(draft: &mut Draft, at: usize, columns: &[Names]) {
    let Some(mut table) = draft.table_mut(at).map(std::mem::take) else {
        return;
    };
    let names = &columns[at];
    let mut resolve = |key: Key, what: &str| match names.resolve(&key.columns) {
        Ok(columns) => Some(Key { columns, ..key }),
        Err(missing) => {
            draft.warn(
                "unknown_column",
                key.line,
                format!(
                    "{what} of table {:?} names column {missing:?}, which does not exist; it is left out",
                    table.name
                ),
            );
            None
        }
    };
    table.primary_key = table.primary_key.take().and_then(|key| resolve(key, "the primary key"));
    let unique: Vec<Key> = std::mem::take(&mut table.unique)
        .into_iter()
        .filter_map(|key| resolve(key, "a unique constraint"))
        .collect();
    let sorted = |columns: &[String]| columns.iter().cloned().collect::<BTreeSet<_>>();
    let mut seen: HashSet<BTreeSet<String>> = table.primary_key.iter().map(|k| sorted(&k.columns)).collect();
    table.unique = unique.into_iter().filter(|key| seen.insert(sorted(&key.columns))).collect();
    if let Some(key) = &table.primary_key {
        let members: HashSet<&str> = key.columns.iter().map(String::as_str).collect();
        for column in table.columns.iter_mut().filter(|c| members.contains(c.column.name.as_str())) {
            column.column.nullable = false;
        }
    }
    draft.tables[at] = Some(table);
}

fn resolve_foreign_keys(draft: &mut Draft, at: usize, columns: &[Names]) -> Vec<ForeignKey> {
    let (written, schema) = match draft.table_mut(at) {
        Some(table) => (std::mem::take(&mut table.foreign_keys), table.schema.clone()),
        None => return Vec::new(),
    };
    let mut seen = HashSet::new();
    let mut out = Vec::new();
    for fk in written {
        let place = fk.place.clone();
        match resolve_foreign_key(draft, at, &schema, fk, columns) {
            Ok(fk) => {
                if seen.insert((fk.columns.clone(), fk.ref_table.clone(), fk.ref_columns.clone())) {
                    out.push(fk);
                }
            }
            Err(reason) => {
                let id = draft.table(at).map(TableDraft::id).unwrap_or_default();
                draft.report(
                    Severity::Warning,
                    "unresolved_foreign_key",
                    place,
                    format!("a foreign key of table {id} {reason}; it is left out"),
                );
            }
        }
    }
    out
}

fn resolve_foreign_key(
    draft: &Draft,
    at: usize,
    schema: &Option<String>,
    fk: ForeignKeyDraft,
    columns: &[Names],
) -> Result<ForeignKey, String> {
    let target = match &fk.target {
        Target::Found(target) => Some(*target),
        Target::Written(name) => {
            let sibling = Draft::qualified(Name {
                schema: name.schema.clone().or_else(|| schema.clone()),
                name: name.name.clone(),
            });
            draft.index.get(&sibling).copied().or_else(|| draft.find_table(name))
        }
    };
    let parent = target.and_then(|t| draft.table(t).map(|table| (t, table)));
    let Some((target, parent)) = parent else {
        return Err(match fk.target {
            Target::Found(_) => "refers to a table that was dropped or left out".into(),
            Target::Written(name) => format!("refers to table {name}, which is not there{}", draft.table_hint(&name)),
        });
    };
    let missing = |name: String, id: String| format!("names column {name:?}, which table {id} does not have");
    let own = columns[at]
        .resolve(&fk.columns)
        .map_err(|name| missing(name, draft.table(at).map(TableDraft::id).unwrap_or_default()))?;
    let ref_columns = match (fk.ref_columns.is_empty(), &parent.primary_key) {
        (false, _) => columns[target]
            .resolve(&fk.ref_columns)
            .map_err(|name| missing(name, parent.id()))?,
        (true, Some(key)) => key.columns.clone(),
        (true, None) => return Err(format!("refers to the primary key of table {}, which has none", parent.id())),
    };
    if own.len() != ref_columns.len() {
        return Err(format!(
            "pairs {} columns with {} of table {}",
            own.len(),
            ref_columns.len(),
            parent.id()
        ));
    }
    Ok(ForeignKey {
        name: fk.name,
        columns: own,
        ref_table: parent.id(),
        ref_columns,
        inferred: false,
    })
}

/// Foreign keys that most pieces of a partitioned table declare hold for the whole table, which is the one that questions are asked about.
fn lift_foreign_keys(logical: &mut LogicalIr) {
    let position: HashMap<String, usize> = logical.tables.iter().enumerate().map(|(n, t)| (t.id(), n)).collect();
    let mut pieces: Vec<Vec<usize>> = vec![Vec::new(); logical.tables.len()];
    for (n, table) in logical.tables.iter().enumerate() {
        if let Some(parent) = table.partition_of.as_ref().and_then(|id| position.get(id)) {
            pieces[*parent].push(n);
        }
    }
    for (parent, pieces) in pieces.iter().enumerate().rev() {
        let mut votes: Vec<(ForeignKey, usize)> = Vec::new();
        for fk in pieces.iter().flat_map(|n| &logical.tables[*n].foreign_keys).take(100_000) {
            match votes.iter_mut().take(200).find(|(known, _)| known.same_reference(fk)) {
                Some((_, n)) => *n += 1,
                None => votes.push((ForeignKey { name: None, ..fk.clone() }, 1)),
            }
        }
        let table = &mut logical.tables[parent];
        votes.retain(|(fk, n)| n * 2 > pieces.len() && !table.foreign_keys.iter().any(|known| known.same_reference(fk)));
        table.foreign_keys.extend(votes.into_iter().map(|(fk, _)| fk));
    }
}

/// A column's name as SQL writes it.
fn quoted(name: &str) -> String {
    crate::schema::render::quote_identifier(name)
}
