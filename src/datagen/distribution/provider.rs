//! A named value provider: row -> entity -> text.
//!
//! Columns of one table whose providers belong to the same entity (and `group`) agree, because they share the choice of entity:
//! an e-mail has the name beside it, a postcode lies in its city. Options: `group` (text: a second entity of the same kind in one table),
//! `distinct` (how many entities are in use) and `skew` (Zipf exponent over them), both for shared entities, `each` (every row its own entity, as
//! the city beside a unique city name needs) and `unique` (no value twice).

use super::{Request, RowValues, Sampler, mismatch, zipf};
use crate::datagen::cell::{Physical, Values};
use crate::datagen::draw::{Rows, below};
use crate::datagen::permute::Permutation;
use crate::datagen::provider::{self, Provider};
use crate::ir::generation::Distribution;
use crate::kernel::seed::Seed;
use crate::kernel::suggest;
use arrow::array::StringBuilder;
use rand_distr::Distribution as _;

const OPTIONS: [&str; 5] = ["group", "distinct", "skew", "each", "unique"];

struct Provided {
    provider: &'static Provider,
    pick: Pick,
    seed: Seed,
    width: Option<usize>,
    unique: bool,
}

enum Pick {
    /// Every row its own entity, numbered over again past `size`.
    Each { permutation: Permutation, size: u64 },
    /// Rows share `distinct` entities, the first ranks most.
    Shared {
        permutation: Permutation,
        ranks: rand_distr::Zipf<f64>,
    },
}

pub(super) fn build(request: &Request<'_>) -> Result<Box<dyn Sampler>, String> {
    let Distribution::Provider { name, options } = request.distribution else {
        return Err(mismatch());
    };
    if name.starts_with("list.") {
        return super::listed::build(request);
    }
    let provider = provider::find(name).ok_or_else(|| {
        format!(
            "there is no provider {name:?}{}",
            suggest::hint(name, provider::PROVIDERS.iter().flat_map(|f| f.iter()).map(|p| p.name))
        )
    })?;
    if let Some(key) = options.keys().find(|k| !OPTIONS.contains(&k.as_str())) {
        return Err(format!("provider {name:?} has no option {key:?}{}", suggest::hint(key, OPTIONS)));
    }
    let number = |key: &str| match options.get(key) {
        None => Ok(None),
        Some(value) => value
            .as_f64()
            .filter(|x| *x >= 0.0)
            .map(Some)
            .ok_or(format!("option {key} is {value}; give a number not below 0")),
    };
    let group = options.get("group").and_then(|g| g.as_str()).unwrap_or_default();
    let seed = match provider.entity {
        "" => request.seed,
        entity => request.table_seed.child("entity").child(entity).child(group),
    };
    let width = match request.physical {
        Physical::Text(width) => width.map(|w| w as usize),
        _ => None,
    };
    let set = |key: &str| options.get(key).and_then(serde_json::Value::as_bool).unwrap_or(false);
    let unique = request.unique || set("unique");
    let shared = provider.shared && !unique && !set("each");
    let pick = if shared {
        let distinct = number("distinct")?.map_or((provider.entities)(), |d| (d as u64).clamp(1, (provider.entities)()));
        Pick::Shared {
            permutation: Permutation::new((provider.entities)(), seed),
            ranks: zipf::ranks(distinct, number("skew")?.unwrap_or(0.5))?,
        }
    } else {
        // A value that must be unique runs through the provider's different values; else through whole entities.
        let alone = unique && (provider.distinct)() < (provider.entities)();
        let (size, seed) = if alone {
            ((provider.distinct)(), request.seed)
        } else {
            ((provider.entities)(), seed)
        };
        let size = size.max(1);
        Pick::Each {
            permutation: Permutation::new(request.rows.div_ceil(size).max(1).saturating_mul(size), seed),
            size,
        }
    };
    Ok(Box::new(Provided {
        provider,
        pick,
        seed,
        width,
        unique,
    }))
}

impl Sampler for Provided {
    fn sample(&self, rows: &Rows<'_>, _: &RowValues<'_>) -> Result<Values, String> {
        let mut out = StringBuilder::with_capacity(rows.len(), rows.len() * 16);
        let mut text = String::new();
        for (i, row) in rows.index.iter().enumerate() {
            let attempt = rows.attempts.and_then(|a| a.get(i)).copied().unwrap_or(0);
            let at = if attempt == 0 {
                self.seed.index(*row)
            } else {
                self.seed.index(*row).index(u64::from(attempt))
            };
            let (entity, cycle) = match &self.pick {
                Pick::Shared { permutation, ranks } => (permutation.apply(ranks.sample(&mut at.rng()) as u64 - 1), 0),
                Pick::Each { size, .. } if attempt > 0 => (below(at, *size), 0),
                Pick::Each { permutation, size } => {
                    let place = permutation.apply(*row);
                    // Numbers after a value are for those that must differ; people of one name are no trouble elsewhere.
                    (place % size, if self.unique { place / size } else { 0 })
                }
            };
            text.clear();
            (self.provider.write)(provider::Choice { entity, cycle, row: at }, &mut text);
            if let Some(width) = self.width.filter(|w| text.len() > *w) {
                self.cut(&mut text, width, *row);
            }
            out.append_value(&text);
        }
        Ok(Values::Texts(out.finish()))
    }
    fn unique(&self) -> bool {
        self.unique
    }
}

impl Provided {
    /// Shortens to `width` characters; a unique text keeps apart from its neighbours by its row number.
    fn cut(&self, text: &mut String, width: usize, row: u64) {
        let keep = |text: &str, n: usize| text.chars().take(n).collect::<String>().trim_end().to_owned();
        if text.chars().count() <= width {
            return;
        }
        *text = if self.unique {
            let tag = format!("~{row}");
            keep(text, width.saturating_sub(tag.len())) + &tag
        } else {
            keep(text, width)
        };
    }
}
