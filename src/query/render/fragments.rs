//! The clauses of a query's outermost SELECTs, each as the text that it has in the whole.
//!
//! Invariant: fragments are rendered under the same names as the query itself, so each is found in its SQL letter for letter.

use super::super::ir::{Body, QueryIr, Select};
use super::Renderer;
use crate::ir::LogicalIr;

/// The clauses of one SELECT.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fragments {
    /// Tables with their aliases: `book AS b`.
    pub tables: Vec<String>,
    /// Conditions of the joins, in order.
    pub on: Vec<String>,
    /// One a condition on rows.
    pub filter: Vec<String>,
    /// One a condition on groups.
    pub having: Vec<String>,
    /// One an output column, with its alias.
    pub items: Vec<String>,
    /// One a group key.
    pub group: Vec<String>,
    /// One a sort key.
    pub order: Vec<String>,
}

/// Fragments of the SELECTs that [`QueryIr::selects`] lists, in that order.
pub fn fragments(query: &QueryIr, schema: &LogicalIr) -> Vec<Fragments> {
    let mut renderer = Renderer {
        schema,
        stage: String::new(),
        taken: Vec::new(),
    };
    match &query.body {
        Body::Select(select) => vec![renderer.fragments(select)],
        Body::SetOp { left, right, .. } => vec![renderer.fragments(left), renderer.fragments(right)],
        Body::Staged { name, stage, outer } => {
            let inner = renderer.fragments(stage);
            renderer.stage.clone_from(name);
            vec![inner, renderer.fragments(outer)]
        }
    }
}

impl Renderer<'_> {
    /// In the order in which [`Renderer::query`] renders, so that subqueries get the same aliases.
    fn fragments(&mut self, select: &Select) -> Fragments {
        let before = self.taken.len();
        let (names, aliases) = self.name_sources(select, false);
        let items = select.items.iter().map(|item| self.item(item, &names, None).to_string()).collect();
        let from = self.from(select, &names, &aliases);
        let joined = from.joins.iter().map(|join| &join.relation);
        let tables = std::iter::once(&from.relation).chain(joined).map(ToString::to_string).collect();
        let on = from.joins.iter().map(|join| {
            let constraint = crate::query::relation::constraint(&join.join_operator);
            match constraint {
                Some(sqlparser::ast::JoinConstraint::On(on)) => on.to_string(),
                _ => String::new(),
            }
        });
        let out = Fragments {
            tables,
            on: on.collect(),
            filter: select.filter.iter().map(|p| self.predicate(p, &names, None).to_string()).collect(),
            items,
            group: select.group.iter().map(|e| self.expr(e, &names, None).to_string()).collect(),
            having: select.having.iter().map(|p| self.predicate(p, &names, None).to_string()).collect(),
            order: self
                .order(&select.order, select, &names, None)
                .iter()
                .map(ToString::to_string)
                .collect(),
        };
        self.taken.truncate(before);
        out
    }
}
