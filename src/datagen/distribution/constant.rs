//! One value in every row.

use super::{Request, RowValues, Sampler, held, mismatch};
use crate::datagen::cell::{Cell, Values};
use crate::datagen::draw::Rows;
use crate::datagen::pool::Pool;
use crate::ir::generation::Distribution;

struct Constant(Cell);

pub(super) fn build(request: &Request<'_>) -> Result<Box<dyn Sampler>, String> {
    let Distribution::Constant { value } = request.distribution else {
        return Err(mismatch());
    };
    if request.unique && request.rows > 1 {
        return Err(format!("a constant cannot fill {} unique rows", request.rows));
    }
    let cell = held(value, request.sql_type, request.enums).map_err(|why| format!("value: {why}"))?;
    Ok(Box::new(Constant(cell)))
}

impl Sampler for Constant {
    fn sample(&self, rows: &Rows<'_>, _: &RowValues<'_>) -> Result<Values, String> {
        Ok(match &self.0 {
            Cell::Text(text) => Values::Texts(Pool::new(vec![text.clone()]).gather(&vec![0; rows.len()])?),
            Cell::Int(x) => Values::Ints(vec![*x; rows.len()]),
            Cell::Num(x) => Values::Floats(vec![*x; rows.len()]),
            other => Values::Cells(vec![other.clone(); rows.len()]),
        })
    }
}
