//! 1, 2, 3, ... among the rows of one parent, where a foreign key counts its children.

use super::{Request, RowValues, Sampler, mismatch};
use crate::datagen::cell::Values;
use crate::datagen::draw::Rows;
use crate::datagen::family::Family;
use crate::ir::generation::Distribution;
use std::sync::Arc;

struct LineNo {
    family: Arc<Family>,
    start: i64,
}

pub(super) fn build(request: &Request<'_>) -> Result<Box<dyn Sampler>, String> {
    let Distribution::LineNo { parent, start } = request.distribution else {
        return Err(mismatch());
    };
    if request.unique {
        return Err("line numbers start again under every parent, and the column is unique alone; make the key (parent, line number)".into());
    }
    Ok(Box::new(LineNo {
        family: (request.families)(parent.as_deref())?,
        start: *start,
    }))
}

impl Sampler for LineNo {
    fn sample(&self, rows: &Rows<'_>, _: &RowValues<'_>) -> Result<Values, String> {
        let places = self.family.places(rows.index);
        Ok(Values::Ints(places.into_iter().map(|(_, k)| self.start.saturating_add(k as i64)).collect()))
    }
}
