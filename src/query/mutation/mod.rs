//! Mutations: single, typed changes that turn a right SQL into a near miss.
//!
//! Each is one file that finds [`Candidate`]s on the AST; an error class of the negatives is the name of one. They are what a person or a model gets
//! wrong, so a change that the schema's constraints show to be equivalent (an inner join made outer along a key that is always set) is not
//! offered (`equivalent`).
//! To add one: a file here and a line in [`MUTATIONS`]. Limits: whether the answer differs only execution tells.
//! Invariant: mutants are a function of the query, schema, profile and seed; each parses again and differs from the query in text.

mod aggregate;
mod column;
mod connective;
mod distinct;
pub mod edit;
mod equivalent;
pub mod error;
mod grouping;
mod join;
mod limit;
mod literal;
mod missing_predicate;
mod operator;
mod order;
mod set_operation;
mod window;

use error::ErrorType;

use super::scope::{self, ColumnUse, Scope, ScopeError};
use crate::ir::{Column, LogicalIr, Table};
use crate::kernel::seed::Seed;
use crate::schema::profile::{ColumnProfile, Profile};
use rand::seq::SliceRandom;
use sqlparser::ast::{Expr, Query, Select, SetExpr};
use std::collections::BTreeSet;

/// A kind of change.
pub struct Mutation {
    /// Error class of the negatives it makes.
    pub name: &'static str,
    /// What it does, one sentence.
    pub about: &'static str,
    /// What its changes are in the field's taxonomies, unless a candidate says otherwise.
    pub error: ErrorType,
    /// All places of a query where it applies.
    pub find: fn(&Ground<'_>, &mut Vec<Candidate>),
}

/// All mutations.
pub const MUTATIONS: &[&Mutation] = &[
    &aggregate::MUTATION,
    &column::MUTATION,
    &connective::MUTATION,
    &distinct::MUTATION,
    &grouping::MUTATION,
    &join::MUTATION,
    &limit::MUTATION,
    &literal::MUTATION,
    &missing_predicate::MUTATION,
    &operator::MUTATION,
    &order::MUTATION,
    &set_operation::MUTATION,
    &window::MUTATION,
];

/// A change that could be made.
pub struct Candidate {
    /// In words: "> became >=".
    pub change: String,
    /// Makes it.
    pub edit: Box<dyn Fn(&mut Query)>,
    /// What it is in the field's taxonomies, where that is not what its mutation says.
    pub error: Option<ErrorType>,
}

impl Candidate {
    fn new(change: impl Into<String>, edit: impl Fn(&mut Query) + 'static) -> Self {
        Candidate {
            change: change.into(),
            edit: Box::new(edit),
            error: None,
        }
    }

    fn of(mut self, error: ErrorType) -> Self {
        self.error = Some(error);
        self
    }
}

/// A wrong SQL, not yet proven so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutant {
    /// The changed SQL.
    pub sql: String,
    /// The same as an AST.
    pub query: Query,
    /// Name of the mutation.
    pub error_class: &'static str,
    /// The same in the field's taxonomies.
    pub error: ErrorType,
    /// What was changed, in words.
    pub change: String,
}

/// What mutations may look at.
pub struct Ground<'a> {
    /// The right query.
    pub query: &'a Query,
    /// The schema it is over.
    pub schema: &'a LogicalIr,
    /// What its names mean.
    pub scope: Scope,
    /// What values columns hold, if known.
    pub profile: Option<&'a Profile>,
}

impl<'a> Ground<'a> {
    /// Resolves the query's names.
    pub fn new(query: &'a Query, schema: &'a LogicalIr, profile: Option<&'a Profile>) -> Result<Self, ScopeError> {
        Ok(Ground {
            query,
            schema,
            scope: scope::resolve(query, schema)?,
            profile,
        })
    }

    /// The column that expression `number` names, read straight from its table.
    fn column(&self, number: usize) -> Option<(ColumnUse, &'a Table, &'a Column)> {
        let found = (*self.scope.uses.get(number)?)?;
        let table = self.schema.tables.get(found.table)?;
        found.direct.then_some((found, table, table.columns.get(found.column)?))
    }

    /// The values of the column that expression `number` names.
    fn values(&self, number: usize) -> Option<&'a ColumnProfile> {
        let (_, table, column) = self.column(number)?;
        self.profile?.table(&table.id())?.column(&column.name)
    }

    /// Whether the query follows rows that refer to each other: WITH RECURSIVE, whose form is fixed but for ALL.
    fn is_recursive(&self) -> bool {
        self.query.with.as_ref().is_some_and(|with| with.recursive)
    }

    /// Whether a SELECT is the whole query but for ORDER BY and LIMIT, so that its output columns are nobody else's input.
    fn is_outermost(&self, select: &Select) -> bool {
        matches!(&*self.query.body, SetExpr::Select(outer) if std::ptr::eq(&raw const **outer, select))
    }

    /// Whether the column that expression `number` names holds its values several times over, as far as that is known.
    fn repeats(&self, number: usize) -> bool {
        let Some((_, table, column)) = self.column(number) else {
            return false;
        };
        let rows = self.profile.and_then(|profile| profile.table(&table.id())).map(|table| table.rows);
        match (self.values(number), rows) {
            (Some(values), Some(rows)) => values.distinct.saturating_mul(2) <= rows,
            _ => !table.is_unique(std::slice::from_ref(&column.name)),
        }
    }

    /// Whether an equality's sides, `number + 1` and `number + 2`, are columns: then it joins, and dropping it explodes.
    fn joins(&self, expr: &Expr, number: usize) -> bool {
        use sqlparser::ast::BinaryOperator::Eq;
        let named = |n: usize| self.scope.uses.get(n).is_some_and(Option::is_some);
        matches!(expr, Expr::BinaryOp { op: Eq, .. }) && named(number + 1) && named(number + 2)
    }
}

/// All mutants, made as they are asked for: one of every error class, then the next of each.
pub fn mutants<'g>(ground: &'g Ground<'g>, seed: Seed) -> impl Iterator<Item = Mutant> + 'g {
    let mut classes: Vec<(&'static Mutation, Vec<Candidate>)> = Vec::new();
    for mutation in MUTATIONS.iter().copied() {
        let mut found = Vec::new();
        (mutation.find)(ground, &mut found);
        found.shuffle(&mut seed.child(mutation.name).rng());
        classes.push((mutation, found));
    }
    classes.shuffle(&mut seed.rng());
    let longest = classes.iter().map(|(_, found)| found.len()).max().unwrap_or(0);
    let mut taken: Vec<_> = classes.into_iter().map(|(mutation, found)| (mutation, found.into_iter())).collect();
    let places = (0..longest).flat_map(move |_| 0..MUTATIONS.len());
    let candidates = places.filter_map(move |class| {
        let (mutation, rest) = taken.get_mut(class)?;
        Some((*mutation, rest.next()?))
    });
    let mut seen = BTreeSet::from([ground.query.to_string()]);
    candidates.filter_map(move |(mutation, candidate)| {
        let mut query = ground.query.clone();
        (candidate.edit)(&mut query);
        let sql = query.to_string();
        seen.insert(sql.clone()).then_some(Mutant {
            sql,
            query,
            error_class: mutation.name,
            error: candidate.error.unwrap_or(mutation.error),
            change: candidate.change,
        })
    })
}

#[cfg(test)]
mod tests;
