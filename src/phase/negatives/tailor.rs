//! Tailored instances: the rows of a database changed so that a query's literals are met exactly, just missed, tied and NULL.
//!
//! An instance is SQL: the rows of every table that it changes. They are made once and stand in a session before the tables themselves
//! (`database::changed`) while the right query and its mutants run; as common table expressions in front of a statement
//! (`WITH loan AS (...) SELECT ...`) anyone can run it again. Planning that SQL is most of what an instance costs, so it has no column that neither
//! the queries nor a rule on a changed column reads, and draws a value from a list rather than by a CASE with a branch for each.
//! Invariant: every instance satisfies NOT NULL, keys, foreign keys, lengths and CHECKs of the schema; a changed row that would break one of
//! them stays as it was. Rules that are the data engineer's alone (functional dependencies) are not kept. Limits: a table outside the default
//! schema stays as it is, and so do columns under a CHECK that DuckDB does not understand.

mod rules;

use crate::database::load::{literal, quoted, table_name, type_name};
use crate::ir::{Column, ForeignKey, SqlType, Table};
use crate::kernel::seed::Seed;
use crate::query::scope::{self, Scope};
use crate::query::sites;
pub(super) use rules::Rules;
use rules::mentions;
use sqlparser::ast::{BinaryOperator, Expr, Query, UnaryOperator, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Most literals of one column that an instance is made for.
const LITERALS_MAX: usize = 6;

/// More rows than any table of an instance has.
const ROWS_MAX: u64 = 1_000_000;

/// How rows are changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Not at all.
    AsIs,
    /// Every row takes values at, just below and just above the literals.
    Boundaries,
    /// And its other values from a neighbour: rows alike but for their keys, few parents with many children.
    Ties,
    /// All rows alike but for their keys; some columns constant at a literal.
    Alike,
    /// The same, and only so many rows where rows may be left out.
    First(u64),
    /// As boundaries, and only so many rows where rows may be left out.
    Few(u64),
}

/// A literal that a column is compared with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Bound {
    sql: String,
    pattern: bool,
}

/// How a column is changed.
#[derive(Clone, Copy)]
struct How<'h> {
    mode: Mode,
    /// The schema that has the tables themselves.
    home: &'h str,
    /// Says which column of a key stays.
    keeper: u64,
    seed: Seed,
    /// Rows are left out.
    cut: bool,
}

/// Makes instances for one query and its mutants.
pub(super) struct Tailor<'r> {
    rules: &'r Rules<'r>,
    tables: BTreeSet<usize>,
    /// The columns of a query are not known: instances have all of them.
    whole: bool,
    /// Columns used, with what they are compared with.
    columns: BTreeMap<(usize, usize), Vec<Bound>>,
    /// Numbers that counts are compared with.
    pub(super) counts: Vec<u64>,
}

impl<'r> Tailor<'r> {
    /// Reads what the queries use and compare.
    pub(super) fn new<'q>(rules: &'r Rules<'r>, queries: impl Iterator<Item = &'q Query>) -> Self {
        let mut tailor = Tailor {
            rules,
            tables: BTreeSet::new(),
            whole: false,
            columns: BTreeMap::new(),
            counts: Vec::new(),
        };
        for query in queries {
            let Ok(scope) = scope::resolve(query, rules.schema) else {
                tailor.whole = true;
                continue;
            };
            tailor.tables.extend(scope.tables.iter().copied());
            for used in &scope.columns {
                tailor.columns.entry(*used).or_default();
            }
            sites::for_each(query, |expr, number, _| tailor.compared(&scope, expr, number));
        }
        tailor.move_along();
        tailor
    }

    /// Columns that a CHECK ties to a compared one move along with it, or the rule would keep it where it is.
    fn move_along(&mut self) {
        let mut more = Vec::new();
        for index in &self.tables {
            let (Some(table), Some(checks)) = (self.rules.schema.tables.get(*index), self.rules.checks.get(*index)) else {
                continue;
            };
            let generated = self.rules.generated.get(*index).into_iter().flatten();
            let generated = generated.map(|(column, sql)| format!("{} = {sql}", column.name));
            for rule in checks.iter().map(|check| (*check).to_owned()).chain(generated) {
                let named: Vec<(usize, &Column)> = table
                    .columns
                    .iter()
                    .enumerate()
                    .filter(|(_, column)| mentions(&rule, &column.name))
                    .collect();
                for (at, column) in &named {
                    let others = named
                        .iter()
                        .filter(|(other, kin)| other != at && are_alike(&kin.sql_type, &column.sql_type));
                    let bounds: Vec<Bound> = others
                        .filter_map(|(other, _)| self.columns.get(&(*index, *other)))
                        .flatten()
                        .cloned()
                        .collect();
                    let own = self.columns.get(&(*index, *at)).is_some_and(|own| !own.is_empty());
                    if !bounds.is_empty() && !own {
                        more.push(((*index, *at), bounds));
                    }
                }
            }
        }
        self.columns.extend(more);
    }

    fn compared(&mut self, scope: &Scope, expr: &Expr, number: usize) {
        use BinaryOperator as B;
        let (operands, pattern): (Vec<&Expr>, bool) = match expr {
            Expr::BinaryOp {
                op: B::Eq | B::NotEq | B::Lt | B::LtEq | B::Gt | B::GtEq,
                right,
                ..
            } => (vec![right], false),
            Expr::Between { low, high, .. } => (vec![low, high], false),
            Expr::InList { list, .. } => (list.iter().collect(), false),
            Expr::Like { pattern, .. } | Expr::ILike { pattern, .. } => (vec![pattern], true),
            _ => return,
        };
        let column = scope.uses.get(number + 1).copied().flatten();
        for operand in operands.into_iter().filter(|operand| is_literal(operand)) {
            let sql = operand.to_string();
            if let Some(used) = column {
                let bounds = self.columns.entry((used.table, used.column)).or_default();
                let bound = Bound { sql, pattern };
                if bounds.len() < LITERALS_MAX && !bounds.contains(&bound) {
                    bounds.push(bound);
                }
            } else if let Ok(count) = sql.parse::<u64>()
                && count > 1
                && !self.counts.contains(&count)
            {
                self.counts.push(count);
            }
        }
    }

    /// The tables of the queries that an instance can change, by quoted name.
    pub(super) fn tables(&self) -> Vec<String> {
        self.changeable().map(|(_, table)| quoted(&table.name)).collect()
    }

    /// An instance: the tables that it changes, by quoted name, and the SQL of their rows. `home`: the schema that has the tables themselves.
    pub(super) fn instance(&self, mode: Mode, seed: Seed, home: &str) -> Vec<(String, String)> {
        let shadow = |(index, table): (usize, &Table)| Some((quoted(&table.name), self.shadow(index, table, mode, seed, home)?));
        self.changeable().filter_map(shadow).collect()
    }

    fn changeable(&self) -> impl Iterator<Item = (usize, &Table)> {
        let tables = self
            .tables
            .iter()
            .filter_map(|index| Some((*index, self.rules.schema.tables.get(*index)?)));
        tables.filter(|(_, table)| table.schema.is_none())
    }

    /// One table's changed rows; `None` where all of them stay as they are.
    fn shadow(&self, index: usize, table: &Table, mode: Mode, seed: Seed, home: &str) -> Option<String> {
        let name = format!("{home}.{}", quoted(&table.name));
        let shown = self.shown(index, table);
        let columns = names(shown.iter().copied());
        let own_parent = table.foreign_keys.iter().any(|key| table.is(&key.ref_table));
        let few = match mode {
            Mode::First(rows) | Mode::Few(rows) if self.is_leaf(table) => Some(rows),
            Mode::Ties | Mode::Alike if !own_parent && self.is_leaf(table) => Some(ROWS_MAX),
            _ => None,
        };
        let seed = seed.child(&table.id());
        let how = |column: &Column| How {
            mode,
            home,
            keeper: seed.0,
            seed: seed.child(&column.name),
            cut: few.is_some(),
        };
        let mut changed = BTreeSet::new();
        let mut changes = BTreeMap::new();
        let mut draws = Vec::new();
        for (at, column) in table.columns.iter().enumerate() {
            if !self.rules.fixed.contains(&(index, at))
                && let Some(change) = self.change((index, at), table, column, how(column))
            {
                draws.extend(change.draw.map(|draw| format!(", {draw} AS {}", drawn(column))));
                changes.insert(column.name.as_str(), change.value);
                changed.insert(column.name.as_str());
            }
        }
        if changes.is_empty() {
            let rows = few.filter(|rows| *rows < ROWS_MAX)?;
            return Some(format!("SELECT {columns} FROM {name} WHERE rowid < {rows}"));
        }
        let generated = self.rules.generated.get(index).map_or(&[][..], Vec::as_slice);
        let anew = |name: &str| changed.contains(name) || generated.iter().any(|(column, _)| column.name == name);
        // Rows that break a rule stay as they are; of rows that would take one key, the first has it, unless an unchanged row may have it.
        let checks = self.rules.checks.get(index).into_iter().flatten();
        let concerns = |check: &&&str| {
            let mut columns = table.columns.iter();
            columns.any(|column| anew(&column.name) && mentions(check, &column.name))
        };
        let checks: Vec<&str> = checks.filter(concerns).copied().collect();
        let mut sound: Vec<String> = checks.iter().map(|check| format!("coalesce(({check}), true)")).collect();
        for column in table.columns.iter().filter(|column| changed.contains(column.name.as_str())) {
            if !column.nullable || table.primary_key.contains(&column.name) {
                sound.push(format!("{} IS NOT NULL", quoted(&column.name)));
            }
            if let SqlType::Varchar(most) | SqlType::Char(most) = &column.sql_type {
                sound.push(format!("coalesce(length({}) <= {most}, true)", quoted(&column.name)));
            }
        }
        let keys: Vec<&Vec<String>> = uniques(table)
            .filter(|key| key.iter().any(|name| changed.contains(name.as_str())))
            .collect();
        let needed = |column: &&Column| {
            let mut rules = checks.iter().copied().chain(generated.iter().map(|(_, sql)| *sql));
            shown.iter().any(|other| other.name == column.name)
                || anew(&column.name)
                || keys.iter().any(|key| key.contains(&column.name))
                || rules.any(|rule| mentions(rule, &column.name))
        };
        let needed: Vec<&Column> = table.columns.iter().filter(needed).collect();
        let (mut firsts, mut taken) = (Vec::new(), vec!["ok__".to_owned()]);
        for (nth, key) in keys.iter().enumerate() {
            let names: Vec<String> = key.iter().map(|name| quoted(name)).collect();
            firsts.push(format!(
                ", row_number() OVER (PARTITION BY ok__, {} ORDER BY r__) AS u{nth}__",
                names.join(", ")
            ));
            let same: Vec<String> = names.iter().map(|name| format!("o.{name} = g__.{name}")).collect();
            taken.push(format!(
                "u{nth}__ = 1 AND NOT EXISTS (SELECT 1 FROM {name} o WHERE {} AND o.rowid <> g__.r__)",
                same.join(" AND ")
            ));
        }
        if sound.is_empty() {
            sound.push("true".to_owned());
        }
        // Each changed column's old value stands beside the new one, so that one pass over the rows is enough: no join, nothing set aside.
        let was = |name: &str| quoted(&format!("{name} o__"));
        let mut before: Vec<String> = changed.iter().map(|name| format!("{} AS {}", quoted(name), was(name))).collect();
        let mut rows = String::new();
        for (column, sql) in generated {
            let shown = quoted(&column.name);
            before.push(format!("{shown} AS {}", was(&column.name)));
            changed.insert(column.name.as_str());
            rows.extend([
                if rows.is_empty() { "" } else { ", " },
                &format!("TRY_CAST(({sql}) AS {}) AS {shown}", type_name(&column.sql_type)),
            ]);
        }
        let after = needed.iter().map(|column| {
            let shown = quoted(&column.name);
            match changes.get(column.name.as_str()) {
                Some(value) => format!("{value} AS {shown}"),
                None => shown,
            }
        });
        let anew = format!(
            "SELECT r__, {}, {} FROM (SELECT rowid AS r__, {}{} FROM {name}) a__",
            before.join(", "),
            after.collect::<Vec<_>>().join(", "),
            names(needed.iter().copied()),
            draws.concat()
        );
        let anew = if rows.is_empty() {
            anew
        } else {
            format!("SELECT * REPLACE ({rows}) FROM ({anew}) b__")
        };
        let mut anew = format!("SELECT *, ({}) AS ok__ FROM ({anew}) c__", sound.join(" AND "));
        if !firsts.is_empty() {
            anew = format!("SELECT *{} FROM ({anew}) f__", firsts.concat());
        }
        let taken = taken.join(" AND ");
        // Where rows may be left out, those that break a rule are.
        if let Some(rows) = few {
            return Some(format!(
                "SELECT {columns} FROM (SELECT * FROM ({anew}) g__ WHERE {taken} ORDER BY r__ LIMIT {rows})"
            ));
        }
        let settled = shown.iter().map(|column| {
            let name = quoted(&column.name);
            if changed.contains(column.name.as_str()) {
                format!("CASE WHEN t__ THEN {name} ELSE {} END AS {name}", was(&column.name))
            } else {
                name
            }
        });
        let settled = settled.collect::<Vec<_>>().join(", ");
        Some(format!("SELECT {settled} FROM (SELECT *, ({taken}) AS t__ FROM ({anew}) g__)"))
    }

    /// The columns that an instance has of a table: those that the queries read, and one at least.
    fn shown<'t>(&self, index: usize, table: &'t Table) -> Vec<&'t Column> {
        let read = |(at, _): &(usize, &Column)| self.whole || self.columns.contains_key(&(index, *at));
        let read: Vec<&Column> = table.columns.iter().enumerate().filter(read).map(|(_, column)| column).collect();
        if read.is_empty() {
            table.columns.iter().take(1).collect()
        } else {
            read
        }
    }

    /// Whether no other table of the query refers to this one, so that rows may be left out (and with them those of tables that the query does
    /// not read). Its references to itself must be such as can be set to NULL.
    fn is_leaf(&self, table: &Table) -> bool {
        let mut tables = self.tables.iter().filter_map(|index| self.rules.schema.tables.get(*index));
        !tables.any(|child| {
            let refers = |key: &&ForeignKey| table.is(&key.ref_table);
            child
                .foreign_keys
                .iter()
                .filter(refers)
                .any(|key| child.id() != table.id() || !can_be_cut(child, key))
        })
    }

    /// A column's new value.
    fn change(&self, place: (usize, usize), table: &Table, column: &Column, how: How<'_>) -> Option<Change> {
        let How {
            mode,
            home,
            keeper,
            seed,
            cut,
        } = how;
        if cut && table.foreign_keys_of(&column.name).any(|key| table.is(&key.ref_table)) {
            return Some(Change::to(format!("CAST(NULL AS {})", type_name(&column.sql_type))));
        }
        let bounds = self.columns.get(&place)?;
        let name = quoted(&column.name);
        // One column of every key stays as it is, so that rows stay apart.
        let kept = |key: &&Vec<String>| key.get(usize::try_from(keeper % key.len().max(1) as u64).unwrap_or(0)) == Some(&column.name);
        let unique = uniques(table).any(|key| kept(&key));
        let key = table.foreign_keys_of(&column.name).next();
        let alike = matches!(mode, Mode::Alike | Mode::First(_));
        let base = match (mode, key) {
            (Mode::AsIs, _) => return None,
            (Mode::Boundaries | Mode::Few(_), _) => None,
            _ if unique => None,
            (_, Some(key)) => {
                let parents = if matches!(mode, Mode::First(_)) { 1 } else { 1 + seed.0 % 3 };
                let nth = if mode == Mode::Ties {
                    format!("hash(r__, {})", seed.0 % 9973)
                } else {
                    "r__".to_owned()
                };
                let (parent, to) = (self.rules.schema.table(&key.ref_table)?, quoted(key.ref_columns.first()?));
                Some(format!(
                    "(SELECT list({to} ORDER BY {to}) FROM {})[CAST(1 + {nth} % {parents} AS BIGINT)]",
                    if parent.schema.is_some() {
                        table_name(parent)
                    } else {
                        format!("{home}.{}", quoted(&parent.name))
                    }
                ))
            }
            // Some columns go their own way, or what follows a group key would never differ within its group.
            (Mode::Ties, None) if seed.0 & 12 == 0 => None,
            (Mode::Ties, None) => Some(format!("first_value({name}) OVER (PARTITION BY r__ // 3 ORDER BY r__)")),
            (_, None) => Some(format!("first_value({name}) OVER (ORDER BY r__)")),
        };
        let values = values(column, bounds);
        if values.is_empty() {
            return base.map(Change::to);
        }
        let otherwise = base.unwrap_or(name);
        let options = values.len() as u64 + 1;
        // A constant, or drawn anew for every row (of a group of neighbours, so that what ties goes on to tie).
        if matches!(mode, Mode::First(_)) || alike && seed.0 & 1 == 0 {
            let picked = (seed.0 >> 1) % options;
            let picked = usize::try_from(picked).ok().and_then(|at| values.get(at).cloned());
            return Some(Change::to(picked.unwrap_or(otherwise)));
        }
        let group = if mode == Mode::Ties && seed.0 & 2 == 0 {
            "rowid // 3"
        } else {
            "rowid"
        };
        Some(Change {
            draw: Some(format!("CAST(hash({group}, {}) % {options} AS INT)", seed.0 % 9973)),
            value: chosen(column, bounds, &values, &otherwise),
        })
    }
}

/// How a column is changed: what is drawn for each row, and the new value as SQL over the row and what was drawn.
struct Change {
    draw: Option<String>,
    value: String,
}

impl Change {
    /// Nothing is drawn.
    fn to(value: String) -> Self {
        Change { draw: None, value }
    }
}

/// The name of what is drawn for a column.
fn drawn(column: &Column) -> String {
    quoted(&format!("{} d__", column.name))
}

/// The value whose number was drawn, or, past the last of them, `otherwise`.
fn chosen(column: &Column, bounds: &[Bound], values: &[String], otherwise: &str) -> String {
    let drawn = drawn(column);
    let Some(listed) = listed(column, bounds, &drawn) else {
        let cases = values.iter().enumerate().map(|(nth, value)| format!("WHEN {nth} THEN {value} "));
        return format!("CASE {drawn} {}ELSE {otherwise} END", cases.collect::<String>());
    };
    // NULL, where it is a value, is the last one, and what a list has past its end.
    format!("CASE WHEN {drawn} < {} THEN {listed} ELSE {otherwise} END", values.len())
}

/// What [`values`] gives, NULL aside, as one element of a list of literals; `None` where they are not of one type.
fn listed(column: &Column, bounds: &[Bound], drawn: &str) -> Option<String> {
    let first = form(&bounds.first()?.sql)?;
    if column.sql_type == SqlType::Bool || bounds.iter().any(|bound| form(&bound.sql) != Some(first)) {
        return None;
    }
    let kind = type_name(&column.sql_type);
    let literals = bounds.iter().map(|bound| bound.sql.as_str()).collect::<Vec<_>>().join(", ");
    // Three of each literal: itself, one less, one more.
    let literal = format!("([{literals}])[1 + {drawn} // 3]");
    let less = format!("(({drawn} + 1) % 3 - 1)");
    Some(match &column.sql_type {
        SqlType::Date => format!("TRY_CAST({literal} AS {kind}) - {less}"),
        SqlType::Timestamp | SqlType::TimestampTz => format!("TRY_CAST({literal} AS {kind}) - {less} * INTERVAL 1 HOUR"),
        number if number.is_numeric() => format!("TRY_CAST({literal} - {less} * {} AS {kind})", step(number)),
        _ if bounds.iter().all(|bound| !bound.pattern) => format!("TRY_CAST(([{literals}])[1 + {drawn}] AS {kind})"),
        _ => return None,
    })
}

/// What literals of one type have in common: nothing for text, the word before it, or a number.
fn form(sql: &str) -> Option<&str> {
    match sql.split_once('\'') {
        Some((word, _)) => Some(word),
        None => sql.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit()).then_some("0"),
    }
}

/// Types whose literals serve each other.
fn are_alike(a: &SqlType, b: &SqlType) -> bool {
    let fraction = |kind: &SqlType| kind.is_numeric() && !kind.is_integer();
    a == b || fraction(a) && fraction(b) || a.is_temporal() && b.is_temporal()
}

/// Whether a table's reference to itself can be set to NULL.
fn can_be_cut(table: &Table, key: &ForeignKey) -> bool {
    let nullable = |name: &String| table.column(name).is_some_and(|column| column.nullable);
    let free = |name: &String| !table.primary_key.contains(name) && table.foreign_keys_of(name).count() == 1;
    key.columns.len() == 1 && key.columns.iter().all(|name| nullable(name) && free(name))
}

/// The instance as common table expressions, which anyone can put before a statement.
pub(super) fn text(tables: &[(String, String)]) -> String {
    let each = tables.iter().map(|(name, rows)| format!("{name} AS ({rows})"));
    each.collect::<Vec<_>>().join(", ")
}

fn uniques(table: &Table) -> impl Iterator<Item = &Vec<String>> {
    std::iter::once(&table.primary_key)
        .chain(&table.unique)
        .filter(|key| !key.is_empty())
}

fn is_literal(expr: &Expr) -> bool {
    match expr {
        Expr::Value(value) => matches!(value.value, Value::Number(..) | Value::SingleQuotedString(_)),
        Expr::TypedString(_) => true,
        Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr,
        } => is_literal(expr),
        _ => false,
    }
}

/// Values of a column worth having for these literals: equal, just below, just above, either truth, NULL.
fn values(column: &Column, bounds: &[Bound]) -> Vec<String> {
    let kind = type_name(&column.sql_type);
    let cast = |sql: &str| format!("TRY_CAST({sql} AS {kind})");
    let mut out = Vec::new();
    for Bound { sql, pattern } in bounds {
        match &column.sql_type {
            SqlType::Date => out.extend([cast(sql), format!("{} - 1", cast(sql)), format!("{} + 1", cast(sql))]),
            SqlType::Timestamp | SqlType::TimestampTz => {
                out.extend(["", " - INTERVAL 1 HOUR", " + INTERVAL 1 HOUR"].map(|by| format!("{}{by}", cast(sql))));
            }
            kind if kind.is_numeric() => {
                let step = step(kind);
                out.extend([cast(sql), cast(&format!("{sql} - {step}")), cast(&format!("{sql} + {step}"))]);
            }
            _ if *pattern => {
                let core = sql.trim_matches('\'').trim_matches('%').replace("''", "'");
                out.extend([core.clone(), format!("a{core}"), format!("{core}z"), format!("a{core}z")].map(|text| cast(&literal(&text))));
            }
            _ => out.push(cast(sql)),
        }
    }
    if column.sql_type == SqlType::Bool {
        out.extend(["true".to_owned(), "false".to_owned()]);
    }
    if column.nullable {
        out.push(format!("CAST(NULL AS {kind})"));
    }
    out
}

/// The least difference of two numbers of a type.
fn step(kind: &SqlType) -> String {
    match kind {
        SqlType::Decimal(_, scale) if *scale > 0 => format!("0.{}1", "0".repeat(usize::from(*scale).saturating_sub(1))),
        _ => "1".to_owned(),
    }
}

/// Columns, quoted, one after the other.
fn names<'c>(columns: impl Iterator<Item = &'c Column>) -> String {
    columns.map(|column| quoted(&column.name)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
