//! The clauses of a query's outermost SELECTs, each as the text that it has in the whole.
//!
//! Invariant: fragments are rendered under the same names as the query itself, so each is found in its SQL letter for letter.

use super::super::ir::{Body, QueryIr, Select};
use super::{Names, Renderer};
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
    /// One a key of DISTINCT ON.
    pub distinct_on: Vec<String>,
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
        Body::Steps {
            names: [one, two],
            first,
            second,
            outer,
        } => {
            let first = renderer.fragments(first);
            renderer.stage.clone_from(one);
            let second = renderer.fragments(second);
            renderer.stage.clone_from(two);
            vec![first, second, renderer.fragments(outer)]
        }
        Body::Chain { name, start, step, outer } => {
            let first = renderer.fragments(start);
            renderer.stage.clone_from(name);
            vec![first, renderer.fragments(step), renderer.fragments(outer)]
        }
        Body::Each { name, key, each, outer } => {
            renderer.stage.clone_from(name);
            let (names, aliases) = renderer.name_sources(outer, false);
            let inner = renderer.correlated(key, 0, each);
            let mut own = renderer.fragments_in(&inner, Some(&names));
            // What ties the rows to their parent joins; it is no condition of the intent.
            own.on = own.filter.drain(..key.columns.len().min(own.filter.len())).collect();
            let mut parts = vec![own];
            parts.push(renderer.parts(outer, None, &names, &aliases));
            renderer.taken.clear();
            parts
        }
    }
}

impl Renderer<'_> {
    /// In the order in which [`Renderer::query`] renders, so that subqueries get the same aliases.
    fn fragments(&mut self, select: &Select) -> Fragments {
        self.fragments_in(select, None)
    }

    fn fragments_in(&mut self, select: &Select, outer: Option<&Names>) -> Fragments {
        let before = self.taken.len();
        let (names, aliases) = self.name_sources(select, outer.is_some());
        let out = self.parts(select, outer, &names, &aliases);
        self.taken.truncate(before);
        out
    }

    fn parts(&mut self, select: &Select, outer: Option<&Names>, names: &Names, aliases: &[Option<String>]) -> Fragments {
        let items = select.items.iter().map(|item| self.item(item, names, outer).to_string()).collect();
        let from = self.from(select, names, aliases);
        let joined = from.joins.iter().map(|join| &join.relation);
        let tables = std::iter::once(&from.relation).chain(joined).map(ToString::to_string).collect();
        let on = from.joins.iter().map(|join| {
            let constraint = crate::query::relation::constraint(&join.join_operator);
            match constraint {
                Some(sqlparser::ast::JoinConstraint::On(on)) => on.to_string(),
                _ => String::new(),
            }
        });
        let keys = self.exprs(&select.distinct_on, names, outer);
        Fragments {
            distinct_on: keys.iter().map(ToString::to_string).collect(),
            tables,
            on: on.collect(),
            filter: select.filter.iter().map(|p| self.predicate(p, names, outer).to_string()).collect(),
            items,
            group: self.group(select, names, outer).iter().map(ToString::to_string).collect(),
            having: select.having.iter().map(|p| self.predicate(p, names, outer).to_string()).collect(),
            order: self
                .order(&select.order, select, names, outer)
                .iter()
                .map(ToString::to_string)
                .collect(),
        }
    }
}
