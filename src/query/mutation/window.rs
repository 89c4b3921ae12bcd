//! `window`: the wrong window.
//!
//! ROW_NUMBER is never put in: among ties its numbers are arbitrary, so no proof with it can be repeated.

use super::{Candidate, Ground, Mutation, edit, equivalent, error};
use crate::query::{functions, sites};
use sqlparser::ast::{Expr, Function, Ident, ObjectName, OrderBySort, WindowSpec, WindowType};

pub(super) const MUTATION: Mutation = Mutation {
    name: "window",
    about: "PARTITION BY or the frame is dropped, a window's order reversed, RANK and DENSE_RANK, LAG and LEAD exchanged",
    error: error::WINDOW_FUNCTIONS,
    find,
};

fn find(ground: &Ground<'_>, found: &mut Vec<Candidate>) {
    sites::for_each(ground.query, |expr, number, site| {
        let Expr::Function(function) = expr else { return };
        let Some(WindowType::WindowSpec(spec)) = &function.over else {
            return;
        };
        if !spec.partition_by.is_empty() {
            found.push(Candidate::new(
                "PARTITION BY was dropped",
                on_spec(number, |spec| spec.partition_by.clear()),
            ));
        }
        if spec.window_frame.is_some() {
            found.push(Candidate::new(
                "the window's frame was dropped",
                on_spec(number, |spec| spec.window_frame = None),
            ));
        }
        if !spec.order_by.is_empty() {
            found.push(Candidate::new(
                "the window's order was reversed",
                on_spec(number, |spec| {
                    for key in &mut spec.order_by {
                        key.options.sort = (key.options.sort != Some(OrderBySort::Desc)).then_some(OrderBySort::Desc);
                    }
                }),
            ));
        }
        let name = functions::function_name(function);
        if matches!(name.as_str(), "RANK" | "DENSE_RANK") && equivalent::keeps_only_first(ground, site.select, expr) {
            return;
        }
        for new in replacements(&name) {
            let edit = move |function: &mut Function| function.name = ObjectName::from(Ident::new(*new));
            found.push(Candidate::new(format!("{name} became {new}"), on_function(number, edit)));
        }
    });
}

fn replacements(name: &str) -> &'static [&'static str] {
    match name {
        "RANK" | "ROW_NUMBER" => &["DENSE_RANK"],
        "DENSE_RANK" => &["RANK"],
        "LAG" => &["LEAD"],
        "LEAD" => &["LAG"],
        "FIRST_VALUE" => &["LAST_VALUE"],
        "LAST_VALUE" => &["FIRST_VALUE"],
        "SUM" => &["AVG"],
        "AVG" => &["SUM"],
        "MAX" => &["MIN"],
        "MIN" => &["MAX"],
        _ => &[],
    }
}

fn on_function(number: usize, change: impl Fn(&mut Function) + 'static) -> impl Fn(&mut sqlparser::ast::Query) {
    move |query| {
        edit::expr(query, number, |expr| {
            if let Expr::Function(function) = expr {
                change(function);
            }
        });
    }
}

fn on_spec(number: usize, change: impl Fn(&mut WindowSpec) + 'static) -> impl Fn(&mut sqlparser::ast::Query) {
    on_function(number, move |function| {
        if let Some(WindowType::WindowSpec(spec)) = &mut function.over {
            change(spec);
        }
    })
}
