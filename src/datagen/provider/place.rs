//! Places: one entity is one city, so that city, region, country, postcode and coordinates of a row agree.
//!
//! `words/cities.txt`: city|region|region code|country|country code|postcode pattern|latitude|longitude.
//! `words/countries.txt`: ISO 3166 code of two letters|of three|continent|the United Nations' region within it|capital.

use super::words::{CITIES, COUNTRIES, STREETS, TOWN_ENDS, TOWN_STARTS, count, nth};
use super::{Choice, Provider, number};
use crate::datagen::distribution::Pattern;
use crate::datagen::draw::below;
use std::sync::LazyLock;

macro_rules! place {
    ($name:literal, $patterns:expr, $width:literal, $write:expr) => {
        Provider {
            name: $name,
            entity: "place",
            patterns: &$patterns,
            shared: true,
            width: $width,
            entities: || count(&CITIES),
            distinct: || 1,
            write: $write,
        }
    };
}

pub(super) static PROVIDERS: &[Provider] = &[
    Provider {
        name: "place.city",
        entity: "place",
        patterns: &[
            "city",
            "town",
            "municipality",
            "hometown",
            "birthplace",
            "city/name",
            "ship city",
            "billing city",
            "location",
            "venue city",
            "capital",
            "capital city",
            "city name",
        ],
        shared: true,
        width: 14,
        entities: || count(&CITIES),
        distinct: || count(&CITIES),
        write: city,
    },
    place!(
        "place.region",
        [
            "region",
            "state",
            "province",
            "county",
            "state province",
            "district",
            "area",
            "state name",
            "region name",
            "province name",
            "county name"
        ],
        26,
        |c, out| {
            out.push_str(field(c.entity, 1));
            number(c.cycle, out);
        }
    ),
    place!(
        "place.region_code",
        [
            "state code",
            "state",
            "province",
            "region",
            "state abbr",
            "state abbreviation",
            "region code",
            "province code"
        ],
        3,
        |c, out| {
            out.push_str(field(c.entity, 2));
            number(c.cycle, out);
        }
    ),
    Provider {
        name: "place.country",
        entity: "place",
        patterns: &[
            "country",
            "nation",
            "country/name",
            "nation/name",
            "country of origin",
            "birth country",
            "home country",
            "country name",
        ],
        shared: true,
        width: 20,
        entities: || count(&CITIES),
        distinct: || count(&COUNTRIES),
        write: |c, out| {
            out.push_str(field(c.entity, 3));
            number(c.cycle, out);
        },
    },
    Provider {
        name: "place.country_code",
        entity: "place",
        patterns: &["country/code", "country/code2", "country code", "iso code", "country iso", "iso2"],
        shared: true,
        width: 2,
        entities: || count(&CITIES),
        distinct: || count(&COUNTRIES),
        write: |c, out| {
            out.push_str(field(c.entity, 4));
            number(c.cycle, out);
        },
    },
    Provider {
        name: "place.country_code3",
        entity: "place",
        patterns: &["country code", "country iso", "country code3", "iso3", "country iso3"],
        shared: true,
        width: 3,
        entities: || count(&CITIES),
        distinct: || count(&COUNTRIES),
        write: |c, out| of_country(c, 1, out),
    },
    place!("place.continent", ["country/continent", "nation/continent"], 13, |c, out| {
        of_country(c, 2, out)
    }),
    place!(
        "place.world_region",
        [
            "country/region",
            "nation/region",
            "country/subregion",
            "subregion",
            "sub region",
            "world region"
        ],
        25,
        |c, out| of_country(c, 3, out)
    ),
    place!(
        "place.capital",
        ["country/capital", "nation/capital", "country/capital city", "nation/capital city"],
        13,
        |c, out| of_country(c, 4, out)
    ),
    place!(
        "place.postcode",
        ["postcode", "postal code", "zip", "zip code", "zipcode", "post code", "postal"],
        10,
        |c, out| {
            let pattern = Pattern::new(field(c.entity, 5));
            pattern.write(below(c.row.index(1), pattern.size), out);
            number(c.cycle, out);
        }
    ),
    place!("place.latitude", ["latitude", "lat"], 8, |c, out| coordinate(c, 6, out)),
    place!("place.longitude", ["longitude", "lng", "lon"], 8, |c, out| coordinate(c, 7, out)),
    Provider {
        name: "place.street_address",
        entity: "",
        patterns: &[
            "address",
            "street address",
            "address line",
            "address1",
            "street",
            "addr",
            "billing address",
            "ship address",
            "home address",
            "address 1",
        ],
        shared: false,
        width: 25,
        entities: || count(&STREETS) * 4 * 960,
        distinct: || count(&STREETS) * 4 * 960,
        write: |c, out| {
            let (street, rest) = (c.entity % count(&STREETS), c.entity / count(&STREETS));
            let kind = ["Street", "Avenue", "Road", "Lane"]
                .get((rest % 4) as usize)
                .copied()
                .unwrap_or("Street");
            out.push_str(&format!("{} {} {kind}", rest / 4 + 1, nth(&STREETS, street)));
            number(c.cycle, out);
        },
    },
    Provider {
        name: "place.street_number",
        entity: "",
        patterns: &["street number", "house number", "building number", "street no"],
        shared: true,
        width: 3,
        entities: || 999,
        distinct: || 999,
        write: |c, out| {
            out.push_str(&(c.entity + 1).to_string());
            number(c.cycle, out);
        },
    },
    Provider {
        name: "place.suite",
        entity: "",
        patterns: &[
            "suite number",
            "suite",
            "apartment",
            "unit number",
            "apartment number",
            "apt",
            "address2",
            "address line 2",
            "address 2",
        ],
        shared: true,
        width: 9,
        entities: || 120,
        distinct: || 120,
        write: |c, out| {
            out.push_str(&format!("Suite {}", (c.entity + 1) * 5));
            number(c.cycle, out);
        },
    },
    Provider {
        name: "place.street_name",
        entity: "",
        patterns: &["street name"],
        shared: true,
        width: 12,
        entities: || count(&STREETS),
        distinct: || count(&STREETS),
        write: |c, out| {
            out.push_str(nth(&STREETS, c.entity));
            number(c.cycle, out);
        },
    },
];

/// The entities in an order that puts one city of every country first, so that the first countries differ.
static ORDER: LazyLock<Vec<usize>> = LazyLock::new(|| {
    let (mut first, mut rest, mut seen) = (Vec::new(), Vec::new(), Vec::new());
    for (i, line) in CITIES.iter().enumerate() {
        let country = line.split('|').nth(3).unwrap_or("");
        if seen.contains(&country) {
            rest.push(i);
        } else {
            seen.push(country);
            first.push(i);
        }
    }
    first.append(&mut rest);
    first
});
/// Writes a field of an entity's country in `countries.txt`.
fn of_country(c: Choice, index: usize, out: &mut String) {
    let code = field(c.entity, 4);
    let line = COUNTRIES.iter().find(|line| line.split('|').next() == Some(code));
    out.push_str(line.and_then(|line| line.split('|').nth(index)).unwrap_or(""));
    number(c.cycle, out);
}

/// The entities of one country.
pub(super) fn in_country(code: &str) -> Vec<u64> {
    (0..count(&CITIES)).filter(|entity| field(*entity, 4) == code).collect()
}

fn field(entity: u64, index: usize) -> &'static str {
    let line = ORDER
        .get((entity % count(&CITIES)) as usize)
        .and_then(|i| CITIES.get(*i))
        .copied()
        .unwrap_or("");
    line.split('|').nth(index).unwrap_or("")
}

/// Real cities first; then made-up towns ("Ashford"), then numbered ones.
fn city(c: Choice, out: &mut String) {
    if c.cycle == 0 {
        return out.push_str(field(c.entity, 0));
    }
    let towns = count(&TOWN_STARTS) * count(&TOWN_ENDS);
    let n = (c.cycle - 1) * count(&CITIES) + c.entity;
    out.push_str(nth(&TOWN_STARTS, n % towns / count(&TOWN_ENDS)));
    out.push_str(nth(&TOWN_ENDS, n));
    number(n / towns, out);
}

/// The city's coordinate, moved by up to 5 km so that two addresses in one city differ.
fn coordinate(c: Choice, index: usize, out: &mut String) {
    let centre: f64 = field(c.entity, index).parse().unwrap_or(0.0);
    let off = (below(c.row.index(index as u64), 1000) as f64 - 500.0) / 10_000.0;
    out.push_str(&format!("{:.4}", centre + off));
    number(c.cycle, out);
}
