//! Walking a SQL AST, for reading ([`look`]) and for changing ([`change`]).
//!
//! sqlparser's visitors are generic over the visitor, and each instance compiles anew for some hundreds of AST types. All walks of this house
//! go through one instance each, by dynamic dispatch: that keeps the build at a minute instead of twelve.

use sqlparser::ast::{Expr, OrderByExpr, Query, Select, TableFactor, ValueWithSpan, Visit, VisitMut, Visitor, VisitorMut};
use std::ops::ControlFlow;

/// Go on, or stop the walk.
pub type Flow = ControlFlow<()>;

/// Go on.
pub const ON: Flow = ControlFlow::Continue(());

/// Something that reads an AST; what it does not implement it passes by.
pub trait Look {
    /// Before a query's parts.
    fn pre_visit_query(&mut self, _: &Query) -> Flow {
        ON
    }
    /// After a query's parts.
    fn post_visit_query(&mut self, _: &Query) -> Flow {
        ON
    }
    /// Before a SELECT's parts.
    fn pre_visit_select(&mut self, _: &Select) -> Flow {
        ON
    }
    /// After a SELECT's parts.
    fn post_visit_select(&mut self, _: &Select) -> Flow {
        ON
    }
    /// Before an expression's parts.
    fn pre_visit_expr(&mut self, _: &Expr) -> Flow {
        ON
    }
    /// After an expression's parts.
    fn post_visit_expr(&mut self, _: &Expr) -> Flow {
        ON
    }
    /// A literal.
    fn pre_visit_value(&mut self, _: &ValueWithSpan) -> Flow {
        ON
    }
}

/// Something that changes an AST.
pub trait Change {
    /// Before a query's parts.
    fn pre_visit_query(&mut self, _: &mut Query) -> Flow {
        ON
    }
    /// Before a SELECT's parts.
    fn pre_visit_select(&mut self, _: &mut Select) -> Flow {
        ON
    }
    /// Before a table's parts.
    fn pre_visit_table_factor(&mut self, _: &mut TableFactor) -> Flow {
        ON
    }
    /// Before an expression's parts.
    fn pre_visit_expr(&mut self, _: &mut Expr) -> Flow {
        ON
    }
    /// Before a sort key's parts.
    fn pre_visit_order_by_expr(&mut self, _: &mut OrderByExpr) -> Flow {
        ON
    }
}

/// Reads a piece of an AST. A walk that was stopped says so.
pub fn look<T: Visit>(part: &T, by: &mut dyn Look) -> Flow {
    part.visit(&mut Looking(by))
}

/// Changes a query in place.
pub fn change(query: &mut Query, by: &mut dyn Change) -> Flow {
    query.visit(&mut Changing(by))
}

struct Looking<'a>(&'a mut dyn Look);

impl Visitor for Looking<'_> {
    type Break = ();
    fn pre_visit_query(&mut self, query: &Query) -> Flow {
        self.0.pre_visit_query(query)
    }
    fn post_visit_query(&mut self, query: &Query) -> Flow {
        self.0.post_visit_query(query)
    }
    fn pre_visit_select(&mut self, select: &Select) -> Flow {
        self.0.pre_visit_select(select)
    }
    fn post_visit_select(&mut self, select: &Select) -> Flow {
        self.0.post_visit_select(select)
    }
    fn pre_visit_expr(&mut self, expr: &Expr) -> Flow {
        self.0.pre_visit_expr(expr)
    }
    fn post_visit_expr(&mut self, expr: &Expr) -> Flow {
        self.0.post_visit_expr(expr)
    }
    fn pre_visit_value(&mut self, value: &ValueWithSpan) -> Flow {
        self.0.pre_visit_value(value)
    }
}

struct Changing<'a>(&'a mut dyn Change);

impl VisitorMut for Changing<'_> {
    type Break = ();
    fn pre_visit_query(&mut self, query: &mut Query) -> Flow {
        self.0.pre_visit_query(query)
    }
    fn pre_visit_select(&mut self, select: &mut Select) -> Flow {
        self.0.pre_visit_select(select)
    }
    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> Flow {
        self.0.pre_visit_table_factor(factor)
    }
    fn pre_visit_expr(&mut self, expr: &mut Expr) -> Flow {
        self.0.pre_visit_expr(expr)
    }
    fn pre_visit_order_by_expr(&mut self, key: &mut OrderByExpr) -> Flow {
        self.0.pre_visit_order_by_expr(key)
    }
}
