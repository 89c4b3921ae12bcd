//! A named value provider: row -> entity -> text.
//!
//! Columns of one table whose providers belong to the same entity (and `group`) agree, because they share the choice of entity:
//! an e-mail has the name beside it, a postcode lies in its city. Options: `group` (text: a second entity of the same kind in one table),
//! `distinct` (how many entities are in use) and `skew` (Zipf exponent over them), both for shared entities, `each` (every row its own entity, as
//! the city beside a unique city name needs), `unique` (no value twice) and `locale` ("de_DE": names, places and phone numbers of that country).

use super::{Request, RowValues, Sampler, mismatch, zipf};
use crate::datagen::alias::Alias;
use crate::datagen::cell::{Physical, Values};
use crate::datagen::draw::{Rows, below};
use crate::datagen::permute::{GrowingOrder, Permutation};
use crate::datagen::pool::{Pool, texts};
use crate::datagen::provider::{self, Locale, Provider};
use crate::ir::generation::Distribution;
use crate::kernel::seed::Seed;
use crate::kernel::suggest;

/// Most entities whose texts are kept ready.
const READY_MAX: u64 = 4_096;

/// Draws of a unique value among as many as there are, before there are more.
const FRESH: u32 = 100;

const OPTIONS: [&str; 6] = ["group", "distinct", "skew", "each", "unique", "locale"];

struct Provided {
    provider: &'static Provider,
    pick: Pick,
    seed: Seed,
    width: Option<usize>,
    unique: bool,
    /// Unique, but not by construction.
    searched: bool,
    locale: Option<Locale>,
    /// Numbers of the entities, where they are not the first ones.
    among: Option<Vec<u64>>,
}

enum Pick {
    /// Every row its own entity, numbered over again past `size`: a permutation for every `size` rows, so that it does not matter how many there are.
    Each { seed: Seed, size: u64 },
    /// Rows share `distinct` entities, the first ranks most.
    Shared(zipf::Ranks),
    /// The same, of so few entities that their texts are ready.
    Ready(Alias, Pool),
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
    let locale = match options.get("locale") {
        None => None,
        Some(value) => {
            let name = value.as_str().unwrap_or_default();
            Some(Locale::find(name).ok_or_else(|| {
                let known: Vec<&str> = Locale::all().collect();
                format!("option locale is {value}; the locales are {}", known.join(", "))
            })?)
        }
    };
    let extent = provider
        .extent(locale)
        .ok_or_else(|| format!("provider {name:?} is the same in every locale; leave the option out"))?;
    if extent.entities == 0 {
        return Err(format!("provider {name:?} has nothing in this locale; choose another"));
    }
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
    let unique = request.unique || request.searched || set("unique");
    let own = request.each.filter(|_| !options.contains_key("distinct"));
    let shared = (provider.shared || options.contains_key("distinct")) && !unique && own.is_none() && !set("each");
    let pick = if shared {
        let distinct = number("distinct")?.map_or(extent.entities, |d| (d as u64).clamp(1, extent.entities));
        let order = Permutation::new(extent.entities, seed);
        let skew = number("skew")?.unwrap_or(0.5);
        let ranks = zipf::ranks(distinct, skew, Some(GrowingOrder::new(&[extent.entities], seed)))?;
        if distinct <= READY_MAX && !varies(provider) {
            let weights: Vec<f64> = (1..=distinct).map(|k| (k as f64).powf(-skew)).collect();
            Pick::Ready(
                Alias::new(&weights, |i| i),
                ready(provider, order, distinct, width, locale, extent.among.as_deref()),
            )
        } else {
            Pick::Shared(ranks)
        }
    } else {
        // A value that must be unique runs through the provider's different values, and so do those that agree with it; else through whole entities.
        let alone = own.is_none() && unique && extent.distinct < extent.entities;
        let (size, seed) = match own {
            Some(size) => (size.min(extent.entities), seed),
            None if alone => (extent.distinct, request.seed),
            None => (extent.entities, seed),
        };
        let size = size.max(1);
        Pick::Each { seed, size }
    };
    Ok(Box::new(Provided {
        provider,
        pick,
        seed,
        width,
        unique,
        searched: request.searched,
        locale,
        among: extent.among,
    }))
}

/// Whether a provider adds details of the row to what rows share: the end of a postcode, the metres of a coordinate.
fn varies(provider: &Provider) -> bool {
    let text = |entity: u64, row: u64| {
        let mut text = String::new();
        (provider.write)(
            provider::Choice {
                entity,
                cycle: 0,
                row: Seed(row),
                locale: None,
            },
            &mut text,
        );
        text
    };
    (0..16).any(|entity| (1..4).any(|row| text(entity, row) != text(entity, 0)))
}

/// The texts of the first `count` entities in rank order, for providers whose texts do not depend on the row.
fn ready(provider: &Provider, order: Permutation, count: u64, width: Option<usize>, locale: Option<Locale>, among: Option<&[u64]>) -> Pool {
    let text = |rank: u64| {
        let mut text = String::new();
        let choice = provider::Choice {
            entity: member(among, order.apply(rank)),
            cycle: 0,
            row: Seed(0),
            locale,
        };
        (provider.write)(choice, &mut text);
        match width {
            Some(width) if text.chars().count() > width => text.chars().take(width).collect::<String>().trim_end().to_owned(),
            _ => text,
        }
    };
    Pool::new((0..count).map(text).collect())
}

fn member(among: Option<&[u64]>, entity: u64) -> u64 {
    among.map_or(entity, |list| list.get(entity as usize).copied().unwrap_or(entity))
}

impl Sampler for Provided {
    fn sample(&self, rows: &Rows<'_>, _: &RowValues<'_>) -> Result<Values, String> {
        if let Pick::Ready(weights, pool) = &self.pick {
            return Ok(Values::Texts(pool.gather(&rows.draw(self.seed, |s| weights.pick(s)))?));
        }
        let mut all = String::with_capacity(rows.len() * 24);
        let mut offsets = Vec::with_capacity(rows.len() + 1);
        offsets.push(0);
        // The permutation of the rows at hand; neighbours share one.
        let mut order: Option<(u64, Permutation)> = None;
        for (i, row) in rows.index.iter().enumerate() {
            let attempt = rows.attempts.and_then(|a| a.get(i)).copied().unwrap_or(0);
            let at = if attempt == 0 {
                self.seed.index(*row)
            } else {
                self.seed.index(*row).index(u64::from(attempt))
            };
            let (entity, cycle) = match &self.pick {
                Pick::Shared(ranks) => (ranks.pick(at), 0),
                // Where draws find nothing new, the values beyond the first ones are tried.
                Pick::Each { size, .. } if attempt > 0 && self.searched => (below(at, *size), row / size + u64::from(attempt / FRESH)),
                Pick::Each { size, .. } if attempt > 0 => (below(at, *size), 0),
                // Where nothing must differ, and all was used once, repeats are no trouble.
                Pick::Each { size, .. } if *row >= *size && !self.unique && self.provider.entity.is_empty() => (below(at, *size), 0),
                Pick::Each { seed, size } => {
                    let cycle = row / size;
                    let permutation = match order {
                        Some((of, permutation)) if of == cycle => permutation,
                        _ => Permutation::new(*size, seed.index(cycle)),
                    };
                    order = Some((cycle, permutation));
                    // Numbers after a value are for those that must differ; people of one name are no trouble elsewhere.
                    (permutation.apply(row % size), if self.unique { cycle } else { 0 })
                }
                Pick::Ready(..) => (0, 0),
            };
            let start = all.len();
            (self.provider.write)(
                provider::Choice {
                    entity: member(self.among.as_deref(), entity),
                    cycle,
                    row: at,
                    locale: self.locale,
                },
                &mut all,
            );
            if let Some(width) = self.width.filter(|w| all.len() - start > *w) {
                let mut text = all.split_off(start);
                self.cut(&mut text, width, *row);
                all.push_str(&text);
            }
            offsets.push(all.len() as i32);
        }
        Ok(Values::Texts(texts(all.into_bytes(), offsets, None)?))
    }
    fn unique(&self) -> bool {
        self.unique && !self.searched
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
