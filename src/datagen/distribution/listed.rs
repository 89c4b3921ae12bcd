//! Values of the user's own word list (`list.<name>`): even, Zipf-skewed by the list's order, or each at most once where the column is unique.

use super::{Request, RowValues, Sampler, held, mismatch, zipf};
use crate::datagen::cell::{Cell, Physical, Values};
use crate::datagen::draw::{Rows, below};
use crate::datagen::permute::Permutation;
use crate::ir::generation::Distribution;
use crate::kernel::seed::Seed;
use crate::kernel::suggest;
use arrow::array::StringBuilder;

struct Listed {
    texts: Vec<String>,
    /// The same as values of the column, where it holds no texts.
    cells: Option<Vec<Cell>>,
    ranks: Option<zipf::Ranks>,
    permutation: Option<Permutation>,
    seed: Seed,
}

pub(super) fn build(request: &Request<'_>) -> Result<Box<dyn Sampler>, String> {
    let Distribution::Provider { name, options } = request.distribution else {
        return Err(mismatch());
    };
    let key = name.strip_prefix("list.").unwrap_or(name);
    let list = request.lists.get(key).ok_or_else(|| {
        let known = request.lists.keys().map(String::as_str);
        format!("there is no list {key:?} under generation.lists{}", suggest::hint(key, known))
    })?;
    if let Some(option) = options.keys().find(|k| !["skew", "unique"].contains(&k.as_str())) {
        return Err(format!(
            "a list has no option {option:?}{}",
            suggest::hint(option, ["skew", "unique"])
        ));
    }
    if list.values.is_empty() {
        return Err(format!(
            "generation.lists.{key} has no values; give some, or the path of a file beside an IR that is loaded from one"
        ));
    }
    let skew = match options.get("skew") {
        None => 0.0,
        Some(value) => value.as_f64().ok_or(format!("option skew is {value}; give a number not below 0"))?,
    };
    let unique = request.unique || options.get("unique").and_then(serde_json::Value::as_bool).unwrap_or(false);
    let size = list.values.len() as u64;
    if unique && size < request.rows {
        return Err(format!(
            "the {size} values of list {key:?} are too few for {} unique rows; list more or lower the rows",
            request.rows
        ));
    }
    if let Physical::Text(Some(width)) = request.physical
        && let Some(long) = list.values.iter().find(|v| v.chars().count() > width as usize)
    {
        return Err(format!(
            "list {key:?} has {long:?}, which is longer than {width} characters; shorten it, or widen the column"
        ));
    }
    let cells = match request.physical {
        Physical::Text(_) => None,
        _ => Some(
            list.values
                .iter()
                .map(|v| held(&v.as_str().into(), request.sql_type, request.enums))
                .collect::<Result<Vec<_>, _>>()
                .map_err(|e| format!("list {key:?}: {e}"))?,
        ),
    };
    Ok(Box::new(Listed {
        texts: list.values.clone(),
        cells,
        ranks: if skew == 0.0 { None } else { Some(zipf::ranks(size, skew, None)?) },
        permutation: unique.then(|| Permutation::new(size, request.seed)),
        seed: request.seed,
    }))
}

impl Sampler for Listed {
    fn sample(&self, rows: &Rows<'_>, _: &RowValues<'_>) -> Result<Values, String> {
        let size = self.texts.len() as u64;
        let picks: Vec<u64> = match (&self.permutation, &self.ranks) {
            (Some(p), _) => rows.index.iter().map(|r| p.apply(*r)).collect(),
            (None, Some(ranks)) => rows.draw(self.seed, |s| ranks.pick(s)),
            (None, None) => rows.draw(self.seed, |s| below(s, size)),
        };
        if let Some(cells) = &self.cells {
            let value = |p: &u64| cells.get(*p as usize).cloned().unwrap_or(Cell::Null);
            return Ok(Values::Cells(picks.iter().map(value).collect()));
        }
        let mut out = StringBuilder::with_capacity(rows.len(), rows.len() * 12);
        for pick in picks {
            out.append_value(self.texts.get(pick as usize).map_or("", String::as_str));
        }
        Ok(Values::Texts(out.finish()))
    }
    fn unique(&self) -> bool {
        self.permutation.is_some()
    }
}
