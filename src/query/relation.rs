//! Relations: what stands in FROM, and the columns each brings into scope.
//!
//! [`Builder`] keeps a stack of frames, one a query or SELECT: CTEs, relations, output names. [`super::scope`] drives it while it reads.
//! Invariant: the first name that could not be found is kept; everything after it is best effort.

use super::scope::{ColumnUse, ScopeError};
use crate::ir::LogicalIr;
use crate::kernel::suggest;
use sqlparser::ast::{
    Expr, Ident, Join, JoinConstraint, JoinOperator, ObjectName, Query, Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr,
    TableAlias, TableFactor, TableWithJoins, With,
};
use std::collections::BTreeSet;

/// Most output columns that are followed; no honest query has more.
const OUTPUTS_MAX: usize = 10_000;
/// Most queries whose columns are worked out: a recursive CTE asks twice, so nested ones double at every level.
const LOOKS_MAX: usize = 50_000;

/// A column of a CTE, derived table or output list.
#[derive(Debug, Clone)]
pub(super) struct Output {
    /// Its name.
    pub(super) name: String,
    /// The schema column it shows unchanged, if it does.
    pub(super) origin: Option<ColumnUse>,
    /// The name is its own, not that of a column it shows: other clauses may use it.
    own_name: bool,
}

#[derive(Debug, Clone)]
enum Source {
    Table(usize),
    Derived(Vec<Output>),
    /// A table function or the like: its columns are not known.
    Opaque,
}

#[derive(Debug, Clone)]
struct Relation {
    id: usize,
    name: String,
    source: Source,
}

#[derive(Debug, Default)]
struct Frame {
    ctes: Vec<(String, Vec<Output>)>,
    relations: Vec<Relation>,
    outputs: Vec<Output>,
}

/// What a name turned out to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Found {
    /// A column of a table.
    Column(ColumnUse),
    /// A column of a derived table, or an output name.
    Derived(Option<ColumnUse>),
    /// Something whose columns are not known, or a whole row.
    Opaque,
    /// No such name.
    Nothing,
}

/// The names in scope.
pub(super) struct Builder<'a> {
    schema: &'a LogicalIr,
    frames: Vec<Frame>,
    relations: usize,
    /// Queries whose columns were asked for.
    looks: usize,
    error: Option<ScopeError>,
    /// Tables read so far.
    pub(super) tables: BTreeSet<usize>,
    /// Columns equated by USING, NATURAL and IN.
    pub(super) equal: Vec<(ColumnUse, ColumnUse)>,
}

impl<'a> Builder<'a> {
    /// Nothing in scope yet.
    pub(super) fn new(schema: &'a LogicalIr) -> Self {
        Builder {
            schema,
            frames: Vec::new(),
            relations: 0,
            looks: 0,
            error: None,
            tables: BTreeSet::new(),
            equal: Vec::new(),
        }
    }

    /// The first table that was not found.
    pub(super) fn error(&self) -> Result<(), ScopeError> {
        self.error.clone().map_or(Ok(()), Err)
    }

    /// Brings a query's CTEs, and what its ORDER BY may name, into scope.
    pub(super) fn enter_query(&mut self, query: &Query) {
        self.frames.push(Frame::default());
        if let Some(with) = &query.with {
            self.add_ctes(with);
        }
        if let (Some(_), Some(select)) = (&query.order_by, leftmost(&query.body)) {
            self.fill(select);
        }
    }

    /// Brings a SELECT's relations and output names into scope.
    pub(super) fn enter_select(&mut self, select: &Select) {
        self.frames.push(Frame::default());
        self.fill(select);
    }

    /// Undoes the last `enter_*`.
    pub(super) fn leave(&mut self) {
        self.frames.pop();
    }

    /// A number no relation has yet.
    pub(super) fn next_relation(&mut self) -> usize {
        self.relations += 1;
        self.relations
    }

    /// The output columns of a query, seen from here.
    pub(super) fn outputs(&mut self, query: &Query) -> Vec<Output> {
        self.looks += 1;
        if self.looks > LOOKS_MAX {
            return Vec::new();
        }
        self.frames.push(Frame::default());
        if let Some(with) = &query.with {
            self.add_ctes(with);
        }
        let outputs = self.body_outputs(&query.body);
        self.frames.pop();
        outputs
    }

    /// Table columns that `*`, or `only.*`, names in the innermost SELECT.
    pub(super) fn star(&self, only: Option<&Ident>) -> Vec<(usize, usize)> {
        let relations = self.frames.last().map(|frame| frame.relations.as_slice()).unwrap_or_default();
        let wanted = relations
            .iter()
            .filter(|relation| only.is_none_or(|name| same(&relation.name, name)));
        wanted
            .flat_map(|relation| self.columns(relation))
            .filter_map(|o| o.origin)
            .filter(|o| o.direct)
            .map(|o| (o.table, o.column))
            .collect()
    }

    /// What `parts`, a dotted name, means here.
    pub(super) fn find(&self, parts: &[Ident]) -> Found {
        let [.., name] = parts else { return Found::Nothing };
        match parts {
            [_] => self.find_bare(name),
            [first, second, ..] => {
                // schema.table.column, table.column, then table.column.field.
                let qualifier = parts.get(parts.len() - 2).unwrap_or(first);
                match self.find_qualified(qualifier, name) {
                    Found::Nothing if parts.len() > 2 => self.find_qualified(first, second),
                    found => found,
                }
            }
            [] => Found::Nothing,
        }
    }

    /// Names of the columns in scope, for messages.
    pub(super) fn known_columns(&self) -> impl Iterator<Item = &str> {
        let tables = self
            .frames
            .iter()
            .flat_map(|frame| &frame.relations)
            .filter_map(|relation| match relation.source {
                Source::Table(index) => self.schema.tables.get(index),
                _ => None,
            });
        tables.flat_map(|table| table.columns.iter().map(|column| column.name.as_str()))
    }

    fn find_bare(&self, name: &Ident) -> Found {
        for frame in self.frames.iter().rev() {
            let found = frame.relations.iter().find_map(|relation| self.column(relation, name));
            if let Some(found) = found {
                return found;
            }
            if let Some(output) = frame.outputs.iter().find(|output| output.own_name && same(&output.name, name)) {
                return Found::Derived(output.origin);
            }
            let opaque = |relation: &Relation| matches!(relation.source, Source::Opaque) || same(&relation.name, name);
            if frame.relations.iter().any(opaque) {
                return Found::Opaque;
            }
        }
        Found::Nothing
    }

    fn find_qualified(&self, qualifier: &Ident, name: &Ident) -> Found {
        for frame in self.frames.iter().rev() {
            if let Some(relation) = frame.relations.iter().find(|relation| same(&relation.name, qualifier)) {
                return match relation.source {
                    Source::Opaque => Found::Opaque,
                    _ => self.column(relation, name).unwrap_or(Found::Nothing),
                };
            }
        }
        Found::Nothing
    }

    fn column(&self, relation: &Relation, name: &Ident) -> Option<Found> {
        match &relation.source {
            Source::Table(index) => {
                let columns = &self.schema.tables.get(*index)?.columns;
                let exact = columns.iter().position(|column| column.name == name.value);
                let column = exact.or_else(|| columns.iter().position(|column| same(&column.name, name)))?;
                Some(Found::Column(ColumnUse {
                    relation: relation.id,
                    table: *index,
                    column,
                    direct: true,
                }))
            }
            Source::Derived(outputs) => {
                let output = outputs.iter().find(|output| same(&output.name, name))?;
                Some(Found::Derived(output.origin.map(|origin| ColumnUse {
                    relation: relation.id,
                    direct: false,
                    ..origin
                })))
            }
            Source::Opaque => None,
        }
    }

    /// All columns of a relation.
    fn columns(&self, relation: &Relation) -> Vec<Output> {
        match &relation.source {
            Source::Table(index) => {
                let columns = self
                    .schema
                    .tables
                    .get(*index)
                    .map(|table| table.columns.as_slice())
                    .unwrap_or_default();
                let output = |(column, c): (usize, &crate::ir::Column)| Output {
                    name: c.name.clone(),
                    origin: Some(ColumnUse {
                        relation: relation.id,
                        table: *index,
                        column,
                        direct: true,
                    }),
                    own_name: false,
                };
                columns.iter().enumerate().map(output).collect()
            }
            Source::Derived(outputs) => {
                let moved = |o: &Output| Output {
                    origin: o.origin.map(|c| ColumnUse {
                        relation: relation.id,
                        direct: false,
                        ..c
                    }),
                    ..o.clone()
                };
                outputs.iter().map(moved).collect()
            }
            Source::Opaque => Vec::new(),
        }
    }

    fn add_ctes(&mut self, with: &With) {
        for cte in &with.cte_tables {
            let name = cte.alias.name.value.clone();
            if with.recursive {
                // Its own columns are those of its first branch, which does not read it.
                let first = match &*cte.query.body {
                    SetExpr::SetOperation { left, .. } => self.body_outputs(left),
                    _ => Vec::new(),
                };
                self.add_cte(name.clone(), renamed(first, &cte.alias));
            }
            let outputs = renamed(self.outputs(&cte.query), &cte.alias);
            self.add_cte(name, outputs);
        }
    }

    fn add_cte(&mut self, name: String, outputs: Vec<Output>) {
        if let Some(frame) = self.frames.last_mut() {
            frame.ctes.retain(|(known, _)| *known != name);
            frame.ctes.push((name, outputs));
        }
    }

    /// Puts a SELECT's relations and outputs into the last frame.
    fn fill(&mut self, select: &Select) {
        for from in &select.from {
            self.add_joined(from);
        }
        let outputs = self.select_outputs(select);
        if let Some(frame) = self.frames.last_mut() {
            frame.outputs = outputs;
        }
    }

    fn add_joined(&mut self, from: &TableWithJoins) {
        self.add_factor(&from.relation);
        for Join {
            relation, join_operator, ..
        } in &from.joins
        {
            let before = self.frames.last().map_or(0, |frame| frame.relations.len());
            self.add_factor(relation);
            self.add_shared_columns(before, join_operator);
        }
    }

    /// USING and NATURAL equate columns of equal name left and right of the join.
    fn add_shared_columns(&mut self, before: usize, operator: &JoinOperator) {
        let Some(frame) = self.frames.last() else { return };
        let (left, right) = frame.relations.split_at(before.min(frame.relations.len()));
        let names: Vec<Ident> = match constraint(operator) {
            Some(JoinConstraint::Using(names)) => names
                .iter()
                .filter_map(|name| name.0.last().and_then(|part| part.as_ident()).cloned())
                .collect(),
            Some(JoinConstraint::Natural) => right.iter().flat_map(|r| self.columns(r)).map(|o| Ident::new(o.name)).collect(),
            _ => return,
        };
        let find = |relations: &[Relation], name: &Ident| {
            relations.iter().find_map(|relation| match self.column(relation, name) {
                Some(Found::Column(column) | Found::Derived(Some(column))) => Some(column),
                _ => None,
            })
        };
        let equal: Vec<_> = names
            .iter()
            .filter_map(|name| Some((find(left, name)?, find(right, name)?)))
            .collect();
        self.equal.extend(equal);
    }

    fn add_factor(&mut self, factor: &TableFactor) {
        let (name, source) = match factor {
            TableFactor::Table {
                name, alias, args: None, ..
            } => {
                let source = self.table(name);
                (
                    alias_or(alias, name.0.last().and_then(|part| part.as_ident())),
                    renamed_source(self, source, alias),
                )
            }
            TableFactor::Derived { subquery, alias, .. } => {
                let outputs = self.outputs(subquery);
                let outputs = alias.as_ref().map_or(outputs.clone(), |alias| renamed(outputs, alias));
                (alias_or(alias, None), Source::Derived(outputs))
            }
            TableFactor::NestedJoin { table_with_joins, .. } => return self.add_joined(table_with_joins),
            TableFactor::Table { alias, .. } | TableFactor::TableFunction { alias, .. } | TableFactor::Function { alias, .. } => {
                (alias_or(alias, None), Source::Opaque)
            }
            TableFactor::UNNEST { alias, .. } | TableFactor::Pivot { alias, .. } | TableFactor::Unpivot { alias, .. } => {
                (alias_or(alias, None), Source::Opaque)
            }
            _ => (String::new(), Source::Opaque),
        };
        let id = self.next_relation();
        if let Some(frame) = self.frames.last_mut() {
            frame.relations.push(Relation { id, name, source });
        }
    }

    fn table(&mut self, name: &ObjectName) -> Source {
        let parts: Vec<&str> = name
            .0
            .iter()
            .filter_map(|part| part.as_ident())
            .map(|ident| ident.value.as_str())
            .collect();
        if let [only] = parts[..] {
            let cte = self
                .frames
                .iter()
                .rev()
                .flat_map(|frame| &frame.ctes)
                .find(|(name, _)| name.eq_ignore_ascii_case(only));
            if let Some((_, outputs)) = cte {
                return Source::Derived(outputs.clone());
            }
        }
        let Some(index) = table_position(self.schema, &parts) else {
            let name = parts.join(".");
            let hint = suggest::hint(&name, self.schema.tables.iter().map(|table| table.name.as_str()));
            self.error.get_or_insert(ScopeError::UnknownTable { name, hint });
            return Source::Opaque;
        };
        self.tables.insert(index);
        Source::Table(index)
    }

    fn body_outputs(&mut self, body: &SetExpr) -> Vec<Output> {
        match body {
            SetExpr::Select(select) => {
                self.enter_select(select);
                self.frames.pop().map(|frame| frame.outputs).unwrap_or_default()
            }
            SetExpr::Query(query) => self.outputs(query),
            SetExpr::SetOperation { left, .. } => self.body_outputs(left),
            _ => Vec::new(),
        }
    }

    fn select_outputs(&self, select: &Select) -> Vec<Output> {
        let relations = self.frames.last().map(|frame| frame.relations.as_slice()).unwrap_or_default();
        let mut outputs = Vec::new();
        for item in &select.projection {
            match item {
                SelectItem::UnnamedExpr(expr) => {
                    let own_name = !matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_));
                    outputs.push(Output {
                        name: output_name(expr),
                        origin: self.origin(expr),
                        own_name,
                    });
                }
                SelectItem::ExprWithAlias { expr, alias } => {
                    outputs.push(Output {
                        name: alias.value.clone(),
                        origin: self.origin(expr),
                        own_name: true,
                    });
                }
                SelectItem::Wildcard(_) => outputs.extend(relations.iter().flat_map(|relation| self.columns(relation))),
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                    let last = name.0.last().and_then(|part| part.as_ident());
                    let wanted = relations
                        .iter()
                        .filter(|relation| last.is_some_and(|last| same(&relation.name, last)));
                    outputs.extend(wanted.flat_map(|relation| self.columns(relation)));
                }
                _ => {}
            }
        }
        // `SELECT *` over itself doubles at every level.
        outputs.truncate(OUTPUTS_MAX);
        outputs
    }

    fn origin(&self, expr: &Expr) -> Option<ColumnUse> {
        let found = match expr {
            Expr::Identifier(ident) => self.find(std::slice::from_ref(ident)),
            Expr::CompoundIdentifier(parts) => self.find(parts),
            _ => return None,
        };
        match found {
            Found::Column(column) => Some(column),
            Found::Derived(origin) => origin,
            _ => None,
        }
    }
}

/// The join's condition, whatever the join's kind.
pub(super) fn constraint(operator: &JoinOperator) -> Option<&JoinConstraint> {
    use JoinOperator as J;
    match operator {
        J::Join(c) | J::Inner(c) | J::Left(c) | J::LeftOuter(c) | J::Right(c) | J::RightOuter(c) | J::FullOuter(c) | J::CrossJoin(c) => {
            Some(c)
        }
        J::Semi(c) | J::LeftSemi(c) | J::RightSemi(c) | J::Anti(c) | J::LeftAnti(c) | J::RightAnti(c) | J::StraightJoin(c) => Some(c),
        J::AsOf { constraint, .. } => Some(constraint),
        J::CrossApply | J::OuterApply | J::ArrayJoin | J::LeftArrayJoin | J::InnerArrayJoin => None,
    }
}

/// The first SELECT of a set operation, or the only one.
pub(super) fn leftmost(body: &SetExpr) -> Option<&Select> {
    match body {
        SetExpr::Select(select) => Some(select),
        SetExpr::Query(query) => leftmost(&query.body),
        SetExpr::SetOperation { left, .. } => leftmost(left),
        _ => None,
    }
}

/// Position of the table that a dotted name means: exact case first, then any; the last part alone when its schema is the default one.
fn table_position(schema: &LogicalIr, parts: &[&str]) -> Option<usize> {
    let id = parts.join(".");
    let last = parts.last()?;
    let tables = || schema.tables.iter();
    schema
        .table_index(&id)
        .or_else(|| tables().position(|table| table.id().eq_ignore_ascii_case(&id)))
        .or_else(|| tables().position(|table| table.name == *last))
        .or_else(|| tables().position(|table| table.name.eq_ignore_ascii_case(last)))
}

fn alias_or(alias: &Option<TableAlias>, name: Option<&Ident>) -> String {
    alias
        .as_ref()
        .map(|alias| &alias.name)
        .or(name)
        .map(|ident| ident.value.clone())
        .unwrap_or_default()
}

/// `t AS a(x, y)` renames columns.
fn renamed(mut outputs: Vec<Output>, alias: &TableAlias) -> Vec<Output> {
    for (index, column) in alias.columns.iter().enumerate() {
        match outputs.get_mut(index) {
            Some(output) => output.name.clone_from(&column.name.value),
            None => outputs.push(Output {
                name: column.name.value.clone(),
                origin: None,
                own_name: true,
            }),
        }
    }
    outputs
}

fn renamed_source(builder: &Builder<'_>, source: Source, alias: &Option<TableAlias>) -> Source {
    match alias {
        Some(alias) if !alias.columns.is_empty() => {
            let columns = builder.columns(&Relation {
                id: 0,
                name: String::new(),
                source,
            });
            Source::Derived(renamed(columns, alias))
        }
        _ => source,
    }
}

/// The name PostgreSQL gives an output column without an alias.
fn output_name(expr: &Expr) -> String {
    match expr {
        Expr::Identifier(ident) => ident.value.clone(),
        Expr::CompoundIdentifier(parts) => parts.last().map(|ident| ident.value.clone()).unwrap_or_default(),
        Expr::Cast { expr, .. } | Expr::Nested(expr) => output_name(expr),
        _ => super::functions::name(expr).map(|name| name.to_lowercase()).unwrap_or_default(),
    }
}

fn same(name: &str, ident: &Ident) -> bool {
    name.eq_ignore_ascii_case(&ident.value)
}
