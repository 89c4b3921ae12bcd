//! Name resolution: which table and column of the schema each name of a query means.
//!
//! Follows aliases, CTEs (recursive too), derived tables, correlation, stars, USING and NATURAL, unqualified names and case folding. A column of
//! a CTE or derived table keeps its origin where it is a plain column, so joins through it are still recognised.
//! Limits: table functions are opaque (their columns are not checked); a double-quoted word that names no column is taken for text, as SQLite does.
//! Invariant: [`Scope::uses`] has one entry for each expression, in the numbering of [`super::sites`].

use super::relation::{Builder, Found};
use super::sites::{Clause, Site, Tracker};
use super::walk::{self, Look};
use crate::ir::LogicalIr;
use crate::kernel::suggest;
use sqlparser::ast::{BinaryOperator, Expr, Ident, Query, Select, SelectItem, SelectItemQualifiedWildcardKind};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// A name that the schema does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// No such table or CTE.
    #[error("the SQL names table \"{name}\", which does not exist{hint}")]
    UnknownTable {
        /// As written.
        name: String,
        /// The nearest known name, or nothing.
        hint: String,
    },
    /// No such column in any table around it.
    #[error("the SQL names column \"{name}\", which does not exist{hint}")]
    UnknownColumn {
        /// As written.
        name: String,
        /// The nearest known name, or nothing.
        hint: String,
    },
}

/// A use of a schema column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ColumnUse {
    /// The relation it is read from: equal for uses through the same alias.
    pub relation: usize,
    /// Position of the table in [`LogicalIr::tables`].
    pub table: usize,
    /// Position of the column in its table.
    pub column: usize,
    /// Read from the table itself, not through a CTE or derived table.
    pub direct: bool,
}

/// What the names of a query mean.
#[derive(Debug, Default)]
pub struct Scope {
    /// Place of each expression.
    pub sites: Vec<Site>,
    /// What each expression names, if it is a plain column name.
    pub uses: Vec<Option<ColumnUse>>,
    /// Tables read, by position.
    pub tables: BTreeSet<usize>,
    /// Columns named, by table and column position.
    pub columns: BTreeSet<(usize, usize)>,
    /// Expressions that are double-quoted words without a column: taken for text, as SQLite does.
    pub texts: BTreeSet<usize>,
    /// Foreign keys joined along: table position and position in [`crate::ir::Table::foreign_keys`].
    pub edges: BTreeSet<(usize, usize)>,
}

/// Resolves every name of `query`.
pub fn resolve(query: &Query, schema: &LogicalIr) -> Result<Scope, ScopeError> {
    let mut reader = Reader {
        builder: Builder::new(schema),
        tracker: Tracker::default(),
        scope: Scope::default(),
        sides: Vec::new(),
        exists: Vec::new(),
        error: None,
    };
    let _ = walk::look(query, &mut reader);
    if let Some(error) = reader.error {
        return Err(error);
    }
    let Reader {
        builder, mut scope, sides, ..
    } = reader;
    let equal = sides
        .iter()
        .filter_map(|(left, right)| Some(((*scope.uses.get(*left)?)?, (*scope.uses.get(*right)?)?)));
    let equal: Vec<_> = equal.chain(builder.equal.iter().copied()).collect();
    scope.tables = builder.tables;
    scope
        .columns
        .extend(equal.iter().flat_map(|(a, b)| [(a.table, a.column), (b.table, b.column)]));
    scope.edges = edges(schema, &equal);
    Ok(scope)
}

/// Foreign keys all of whose column pairs are equated between the same two relations.
fn edges(schema: &LogicalIr, equal: &[(ColumnUse, ColumnUse)]) -> BTreeSet<(usize, usize)> {
    type Instance = (usize, usize);
    let mut pairs: BTreeMap<(Instance, Instance), BTreeSet<(usize, usize)>> = BTreeMap::new();
    for (a, b) in equal {
        for (child, parent) in [(a, b), (b, a)] {
            pairs
                .entry(((child.relation, child.table), (parent.relation, parent.table)))
                .or_default()
                .insert((child.column, parent.column));
        }
    }
    let mut found = BTreeSet::new();
    for (((_, child), (_, parent)), columns) in &pairs {
        let (Some(child_table), Some(parent_table)) = (schema.tables.get(*child), schema.tables.get(*parent)) else {
            continue;
        };
        for (index, key) in child_table
            .foreign_keys
            .iter()
            .enumerate()
            .filter(|(_, key)| parent_table.is(&key.ref_table))
        {
            let equated = |(from, to): (&String, &String)| match (child_table.column_index(from), parent_table.column_index(to)) {
                (Some(from), Some(to)) => columns.contains(&(from, to)),
                _ => false,
            };
            if key.columns.iter().zip(&key.ref_columns).all(equated) {
                found.insert((*child, index));
            }
        }
    }
    found
}

struct Reader<'a> {
    builder: Builder<'a>,
    tracker: Tracker,
    scope: Scope,
    /// Expression numbers of both sides of equalities.
    sides: Vec<(usize, usize)>,
    /// SELECTs under EXISTS, whose star names nothing.
    exists: Vec<*const Select>,
    /// What stopped the walk.
    error: Option<ScopeError>,
}

impl Reader<'_> {
    /// Remembers an error and stops.
    fn flow(&mut self, result: Result<(), ScopeError>) -> ControlFlow<()> {
        match result {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.error = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    /// What a name means; `None` when it is an alias, an opaque column or quoted text.
    fn name(&mut self, parts: &[Ident]) -> Result<Option<ColumnUse>, ScopeError> {
        match self.builder.find(parts) {
            Found::Column(column) => {
                self.scope.columns.insert((column.table, column.column));
                Ok(Some(column))
            }
            Found::Derived(origin) => Ok(origin),
            Found::Opaque => Ok(None),
            Found::Nothing if matches!(parts, [only] if self.is_text(only)) => Ok(None),
            Found::Nothing => {
                let name = parts.iter().map(|part| part.value.as_str()).collect::<Vec<_>>().join(".");
                let last = parts.last().map(|part| part.value.as_str()).unwrap_or_default();
                Err(ScopeError::UnknownColumn {
                    hint: suggest::hint(last, self.builder.known_columns()),
                    name,
                })
            }
        }
    }

    /// Whether a name is a double-quoted word that names nothing.
    fn is_text(&self, ident: &Ident) -> bool {
        ident.quote_style == Some('"') && self.builder.find(std::slice::from_ref(ident)) == Found::Nothing
    }

    fn expr(&mut self, expr: &Expr, number: usize, site: Site) -> Result<(), ScopeError> {
        let column = match expr {
            Expr::Identifier(ident) => self.name(std::slice::from_ref(ident))?,
            Expr::CompoundIdentifier(parts) => self.name(parts)?,
            _ => None,
        };
        if matches!(expr, Expr::Identifier(ident) if self.is_text(ident)) {
            self.scope.texts.insert(number);
        }
        self.scope.sites.push(site);
        self.scope.uses.push(column);
        match expr {
            Expr::BinaryOp {
                left,
                op: BinaryOperator::Eq,
                right,
            } if matches!(site.clause, Clause::From | Clause::Where) && is_name(left) && is_name(right) => {
                self.sides.push((number + 1, number + 2));
            }
            Expr::InSubquery {
                expr,
                subquery,
                negated: false,
            } => self.semi_join(expr, subquery),
            Expr::Exists { subquery, .. } => self.exists.extend(subquery.body.as_select().map(std::ptr::from_ref)),
            _ => {}
        }
        Ok(())
    }

    /// `x IN (SELECT y ...)` joins x with y.
    fn semi_join(&mut self, expr: &Expr, subquery: &Query) {
        let outputs = self.builder.outputs(subquery);
        let left = match expr {
            Expr::Tuple(items) => items.as_slice(),
            single => std::slice::from_ref(single),
        };
        let relation = self.builder.next_relation();
        for (expr, output) in left.iter().zip(outputs) {
            let parts = match expr {
                Expr::Identifier(ident) => std::slice::from_ref(ident),
                Expr::CompoundIdentifier(parts) => parts,
                _ => continue,
            };
            if let (Found::Column(a) | Found::Derived(Some(a)), Some(b)) = (self.builder.find(parts), output.origin) {
                self.builder.equal.push((a, ColumnUse { relation, ..b }));
            }
        }
    }
}

fn is_name(expr: &Expr) -> bool {
    matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
}

impl Look for Reader<'_> {
    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        self.tracker.enter_query(query);
        self.builder.enter_query(query);
        let result = self.builder.error();
        self.flow(result)
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.tracker.leave();
        self.builder.leave();
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        self.tracker.enter_select(select);
        self.builder.enter_select(select);
        let under_exists = self.exists.contains(&std::ptr::from_ref(select));
        for item in select.projection.iter().filter(|_| !under_exists) {
            let only = match item {
                SelectItem::Wildcard(_) => None,
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                    name.0.last().and_then(|part| part.as_ident())
                }
                _ => continue,
            };
            self.scope.columns.extend(self.builder.star(only));
        }
        let result = self.builder.error();
        self.flow(result)
    }

    fn post_visit_select(&mut self, _: &Select) -> ControlFlow<()> {
        self.tracker.leave();
        self.builder.leave();
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        let (number, site) = self.tracker.enter_expr(expr);
        let result = self.expr(expr, number, site);
        self.flow(result)
    }

    fn post_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        self.tracker.leave_expr(expr);
        ControlFlow::Continue(())
    }
}
