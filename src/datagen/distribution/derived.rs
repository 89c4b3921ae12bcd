//! Computed from other columns of the same row and of the rows it refers to. What the schema generates is SQL; the rest is the expression language.

use super::{Request, RowValues, Sampler, mismatch};
use crate::datagen::cell::Values;
use crate::datagen::draw::Rows;
use crate::datagen::expression::Expression;
use crate::ir::generation::Distribution;

struct Derived(Expression);

pub(super) fn build(request: &Request<'_>) -> Result<Box<dyn Sampler>, String> {
    let Distribution::Derived { expression } = request.distribution else {
        return Err(mismatch());
    };
    let compiled = if request.generated {
        Expression::compile(expression, request.names)
    } else {
        Expression::derived(expression, &mut |table, name, quoted| {
            request.attributes.position(table, name, quoted)
        })
        .and_then(|e| {
            e.typed(&|position| request.attributes.column(position))?;
            Ok(e)
        })
    };
    compiled
        .map(|e| Box::new(Derived(e)) as Box<dyn Sampler>)
        .map_err(|e| e.to_string())
}

impl Sampler for Derived {
    fn sample(&self, rows: &Rows<'_>, row: &RowValues<'_>) -> Result<Values, String> {
        self.0.values(row, rows.len())
    }
    fn reads(&self) -> &[usize] {
        &self.0.columns
    }
    fn computes(&self) -> bool {
        true
    }
}
