//! Value providers: believable texts by name, one file a family.
//!
//! A provider numbers its values: `write(n)` is a pure function, so uniqueness is a permutation of numbers and never a set of texts.
//! Word lists are plain text files beside this one. To add a provider: an entry in its family's slice; to add a family: a file and a line in
//! [`PROVIDERS`]. Invariant (tested for every entry): the first `distinct` entities, and the cycles after them, give different texts.

mod code;
mod company;
pub mod form;
mod list;
mod locale;
mod person;
mod place;
mod text;
mod title;
mod words;

pub use locale::Locale;

use crate::ir::generation::ProviderInfo;
use crate::kernel::seed::Seed;

/// Which value a row takes.
#[derive(Debug, Clone, Copy)]
pub struct Choice {
    /// Number of the entity, below [`Provider::entities`].
    pub entity: u64,
    /// How often all entities were used up before this row; unique providers must let it show.
    pub cycle: u64,
    /// The row's node of the seed tree, for details that nobody shares.
    pub row: Seed,
    /// The locale, where one was asked for.
    pub locale: Option<Locale>,
}

/// What a provider has in a locale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extent {
    /// Entities.
    pub entities: u64,
    /// Different texts among them.
    pub distinct: u64,
    /// The entities' numbers, where they are not the first ones.
    pub among: Option<Vec<u64>>,
}

/// Different values of a provider, in a locale or in all.
pub(super) fn distinct(name: &str, locale: Option<&str>) -> Option<u64> {
    let found = find(name)?;
    let extent = found.extent(locale.and_then(Locale::find));
    Some(extent.map_or_else(|| (found.distinct)(), |e| e.distinct))
}

impl Provider {
    /// What this provider has in a locale (or in all); None where the locale makes no difference to it.
    pub fn extent(&self, locale: Option<Locale>) -> Option<Extent> {
        let all = Extent {
            entities: (self.entities)(),
            distinct: (self.distinct)(),
            among: None,
        };
        match (locale, self.entity) {
            (None, _) => Some(all),
            (Some(locale), "person") => Some(person::extent(self.name, locale).unwrap_or(all)),
            (Some(locale), "place") => {
                let among = place::in_country(locale.country());
                Some(Extent {
                    entities: among.len() as u64,
                    distinct: if self.name == "place.city" { among.len() as u64 } else { 1 },
                    among: Some(among),
                })
            }
            (Some(_), _) if self.name == "code.phone" => Some(all),
            (Some(_), _) => None,
        }
    }
}

/// A provider.
pub struct Provider {
    /// Name in files: "family.thing".
    pub name: &'static str,
    /// Columns of one table with the same entity agree; empty: the column stands alone.
    pub entity: &'static str,
    /// Column names it fits; see [`ProviderInfo::patterns`].
    pub patterns: &'static [&'static str],
    /// Rows share values.
    pub shared: bool,
    /// Longest usual value, characters.
    pub width: usize,
    /// Entities.
    pub entities: fn() -> u64,
    /// Different texts among the first entities: all of the first `distinct` differ.
    pub distinct: fn() -> u64,
    /// Appends the value.
    pub write: fn(Choice, &mut String),
}

/// Every family of providers.
pub static PROVIDERS: &[&[Provider]] = &[
    person::PROVIDERS,
    place::PROVIDERS,
    company::PROVIDERS,
    title::PROVIDERS,
    list::PROVIDERS,
    code::PROVIDERS,
    text::PROVIDERS,
];

/// Other names of providers, as IRs written for other generators have them.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("lookup.city", "place.city"),
    ("lookup.country", "place.country"),
    ("lookup.region", "place.region"),
    ("lookup.state", "place.region"),
    ("lookup.postcode", "place.postcode"),
    ("faker.name", "person.full_name"),
    ("faker.first_name", "person.first_name"),
    ("faker.last_name", "person.last_name"),
    ("faker.email", "person.email"),
    ("faker.phone_number", "code.phone"),
    ("faker.city", "place.city"),
    ("faker.country", "place.country"),
    ("faker.address", "place.street_address"),
    ("faker.street_address", "place.street_address"),
    ("faker.postcode", "place.postcode"),
    ("faker.company", "company.name"),
    ("faker.job", "job.title"),
    ("faker.uuid4", "code.uuid"),
    ("faker.iban", "code.iban"),
    ("faker.ean13", "code.ean13"),
    ("faker.ipv4", "code.ip"),
];

/// The provider with this name.
pub fn find(name: &str) -> Option<&'static Provider> {
    let name = OTHER_NAMES.iter().find(|(other, _)| *other == name).map_or(name, |(_, own)| *own);
    PROVIDERS.iter().flat_map(|family| family.iter()).find(|p| p.name == name)
}

/// All providers, for the distribution engineer.
pub fn catalogue() -> Vec<ProviderInfo> {
    let info = |p: &Provider| ProviderInfo {
        name: p.name,
        patterns: p.patterns,
        distinct: (p.distinct)(),
        shared: p.shared,
        width: p.width,
    };
    PROVIDERS.iter().flat_map(|family| family.iter()).map(info).collect()
}

/// Some texts of the provider with this name, evenly over its entities.
pub fn samples(name: &str) -> Vec<String> {
    const COUNT: u64 = 200;
    let Some(provider) = find(name) else { return Vec::new() };
    let entities = (provider.entities)();
    let text = |n: u64| {
        let choice = Choice {
            entity: n * (entities / COUNT).max(1) % entities.max(1),
            cycle: 0,
            row: Seed(n),
            locale: None,
        };
        let mut out = String::new();
        (provider.write)(choice, &mut out);
        out
    };
    (0..COUNT).map(text).collect()
}

/// Appends " 2", " 3", ... from the second cycle on.
fn number(cycle: u64, out: &mut String) {
    if cycle > 0 {
        out.push_str(&format!(" {}", cycle + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn other_names_lead_to_providers() {
        for (other, own) in OTHER_NAMES {
            assert_eq!(find(other).map(|p| p.name), Some(*own));
        }
    }

    #[test]
    fn names_are_unique_and_texts_differ_as_promised() {
        let mut names = HashSet::new();
        for provider in PROVIDERS.iter().flat_map(|f| f.iter()) {
            assert!(names.insert(provider.name), "{} twice", provider.name);
            let distinct = (provider.distinct)();
            assert!(
                distinct >= 1 && distinct <= (provider.entities)().max(distinct),
                "{}",
                provider.name
            );
            let mut seen = HashSet::new();
            for cycle in 0..2 {
                for entity in (0..distinct.min(5_000))
                    .chain(distinct.saturating_sub(5_000)..distinct)
                    .collect::<std::collections::BTreeSet<_>>()
                {
                    let mut text = String::new();
                    (provider.write)(
                        Choice {
                            entity,
                            cycle,
                            row: Seed(5),
                            locale: None,
                        },
                        &mut text,
                    );
                    assert!(!text.is_empty(), "{} {entity}", provider.name);
                    assert!(
                        cycle > 0 || text.chars().count() <= provider.width,
                        "{}: {text:?} is wider than {}",
                        provider.name,
                        provider.width
                    );
                    assert!(
                        seen.insert(text.clone()),
                        "{}: {text:?} twice (entity {entity}, cycle {cycle})",
                        provider.name
                    );
                }
            }
        }
    }
}
