//! Names: identifiers to words, and what kind of thing a table holds.

use crate::ir::{Column, SqlType, Table};

/// Words of an identifier, lower case: `BillingAddress2`, `billing_address_2` -> "billing address 2".
pub(super) fn words(name: &str) -> String {
    let mut out = String::new();
    let chars: Vec<char> = name.chars().collect();
    for (i, c) in chars.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|b| chars.get(b));
        let after = chars.get(i + 1);
        let starts = c.is_uppercase()
            && before
                .is_some_and(|b| b.is_lowercase() || b.is_ascii_digit() || (b.is_uppercase() && after.is_some_and(|a| a.is_lowercase())));
        if starts || (!c.is_alphanumeric()) {
            out.push(' ');
        }
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        }
    }
    let said: Vec<String> = out.split_whitespace().map(str::to_owned).collect();
    crate::schema::naming::translated(said).join(" ")
}

/// Words of every column, without the prefix that the table gives its columns (`ca_` in customer_address, `customer_` in customers).
pub(super) fn column_words(table: &Table) -> Vec<String> {
    let all: Vec<String> = table.columns.iter().map(spoken).collect();
    let first = |w: &str| w.split(' ').next().unwrap_or("").to_owned();
    let short = all.first().map(|w| first(w)).unwrap_or_default();
    let prefixed = short.len() <= 4 && all.len() >= 3 && all.iter().filter(|w| first(w) == short).count() * 5 >= all.len() * 4;
    let noun = singular(&words(table.written()));
    let mut all: Vec<String> = all
        .into_iter()
        .map(|w| {
            let rest = |prefix: &str| w.strip_prefix(prefix).and_then(|r| r.strip_prefix(' ')).map(str::to_owned);
            let cut = if prefixed {
                rest(&short).unwrap_or_else(|| w.clone())
            } else {
                w.clone()
            };
            cut.strip_prefix(&noun)
                .and_then(|r| r.strip_prefix(' '))
                .map_or(cut.clone(), str::to_owned)
        })
        .collect();
    // Beside a first name, "name" and "nom" are the last name; beside a last name of somebody, "nombre" is the first.
    let has = |all: &[String], wanted: &[&str]| all.iter().any(|w| wanted.contains(&w.as_str()));
    let (first, last) = (has(&all, &["first name"]), has(&all, &["last name", "last names"]));
    let other = match (first, last) {
        (true, false) => "last name",
        (false, true) => "first name",
        _ => return all,
    };
    all.iter_mut().filter(|w| *w == "name").for_each(|w| *w = other.to_owned());
    all
}

/// Words of a column; a country of two or three letters is its code.
fn spoken(column: &Column) -> String {
    let said = words(column.written());
    let short = matches!(column.sql_type, SqlType::Char(2 | 3) | SqlType::Varchar(2 | 3));
    let country = ["country", "land", "pais", "nation", "nationality"].contains(&said.rsplit(' ').next().unwrap_or_default());
    if short && country {
        let before = said.rsplit_once(' ').map(|(head, _)| format!("{head} ")).unwrap_or_default();
        return format!("{before}country code");
    }
    said
}

/// What only people have: the words of a column that tell a table of people whose name does not.
const OF_PEOPLE: &[&str] = &["hire date", "hired on", "hired at", "date hired", "mentor id", "orcid"];

/// A noun phrase in the singular, by the regular endings and the commonest others.
pub(super) fn singular(phrase: &str) -> String {
    let (head, last) = phrase.rsplit_once(' ').map_or(("", phrase), |(h, l)| (h, l));
    let one = match last {
        "people" => "person".to_owned(),
        "children" => "child".to_owned(),
        "staff" | "series" | "species" | "address" | "status" | "news" | "bus" | "class" | "business" => last.to_owned(),
        w if w.ends_with("ies") && w.len() > 4 => format!("{}y", w.trim_end_matches("ies")),
        w if ["sses", "xes", "ches", "shes"].iter().any(|e| w.ends_with(e)) => w.strip_suffix("es").unwrap_or(w).to_owned(),
        w if w.ends_with('s') && !w.ends_with("ss") && w.len() > 3 => w.strip_suffix('s').unwrap_or(w).to_owned(),
        w => w.to_owned(),
    };
    if head.is_empty() { one } else { format!("{head} {one}") }
}

/// Kinds of things and the nouns that mean them. Providers say `kind/name`.
static KINDS: &[(&str, &[&str])] = &[
    (
        "person",
        &[
            "person",
            "employee",
            "customer",
            "member",
            "student",
            "teacher",
            "author",
            "user",
            "patient",
            "doctor",
            "staff",
            "actor",
            "artist",
            "player",
            "driver",
            "guest",
            "client",
            "contact",
            "instructor",
            "manager",
            "owner",
            "singer",
            "reviewer",
            "agent",
            "passenger",
            "coach",
            "director",
            "borrower",
            "salesperson",
            "musician",
            "physician",
            "nurse",
            "professor",
            "candidate",
            "applicant",
            "resident",
            "donor",
            "volunteer",
            "trainer",
            "judge",
            "faculty",
            "athlete",
            "swimmer",
            "rider",
            "pilot",
            "scientist",
            "editor",
            "writer",
            "journalist",
            "lawyer",
            "buyer",
            "seller",
            "subscriber",
            "adult",
            "child",
            "parent",
            "advisor",
            "visitor",
            "supervisor",
            "worker",
            "performer",
            "participant",
            "conductor",
            "dependent",
            "dependant",
            "chef",
            "host",
            "waiter",
            "user account",
            "account holder",
            "entrepreneur",
            "politician",
            "wrestler",
            "gymnast",
            "climber",
            "tuner",
            "technician",
            "mechanic",
            "operario",
            "ouvrier",
            "trabajador",
        ],
    ),
    ("book", &["book", "novel", "publication", "title"]),
    ("film", &["film", "movie", "episode", "show", "tv series", "series", "cartoon"]),
    ("song", &["song", "track"]),
    ("album", &["album", "playlist", "record"]),
    (
        "article",
        &["article", "post", "paper", "document", "blog", "news", "thread", "page"],
    ),
    (
        "company",
        &[
            "company",
            "supplier",
            "vendor",
            "manufacturer",
            "shipper",
            "airline",
            "agency",
            "bank",
            "organization",
            "organisation",
            "sponsor",
            "carrier",
            "enterprise",
            "maker",
            "firm",
            "dealer",
            "insurer",
            "business",
            "haulier",
            "hauler",
        ],
    ),
    ("publisher", &["publisher", "press"]),
    ("restaurant", &["restaurant", "cafe", "eatery"]),
    (
        "site",
        &[
            "store",
            "branch",
            "warehouse",
            "hotel",
            "museum",
            "station",
            "airport",
            "stadium",
            "theatre",
            "theater",
            "cinema",
            "school",
            "library",
            "office",
            "clinic",
            "hospital",
            "gym",
            "shop",
            "campus",
            "building",
            "venue",
            "center",
            "centre",
            "call center",
            "location",
            "site",
            "plant",
            "factory",
            "park",
            "university",
            "college",
            "depot",
            "facility",
            "property",
            "apartment building",
            "web site",
            "farm",
            "mall",
            "church",
            "hall",
        ],
    ),
    ("course", &["course", "lecture", "seminar"]),
    ("class", &["class", "section"]),
    ("subject", &["subject"]),
    (
        "event",
        &[
            "event",
            "conference",
            "competition",
            "concert",
            "festival",
            "tournament",
            "exhibition",
            "race",
            "match",
            "workshop",
            "campaign",
            "promotion",
        ],
    ),
    ("project", &["project", "initiative", "task"]),
    ("team", &["team", "club", "squad", "band"]),
    (
        "product",
        &[
            "product",
            "item",
            "part",
            "good",
            "article of sale",
            "device",
            "equipment",
            "furniture",
            "component",
            "asset",
            "tool",
        ],
    ),
    ("dish", &["dish", "menu item", "meal", "recipe", "menu", "food"]),
    (
        "vehicle",
        &[
            "vehicle", "vehiculo", "vehicule", "car", "truck", "bus", "model", "aircraft", "train",
        ],
    ),
    ("genre", &["genre"]),
    ("category", &["category", "product category", "type", "kind"]),
    ("department", &["department", "division", "dept"]),
    ("country", &["country", "nation"]),
    ("city", &["city", "town", "municipality"]),
    ("region", &["region", "territory", "zone", "area", "district"]),
    ("language", &["language"]),
    ("cuisine", &["cuisine"]),
    ("job", &["job", "position", "profession", "occupation", "job title"]),
    ("skill", &["skill"]),
    ("tag", &["tag", "keyword", "topic", "interest"]),
    ("industry", &["industry", "sector"]),
    ("breed", &["breed"]),
    ("animal", &["animal", "pet", "dog", "cat", "horse", "cow"]),
    ("drug", &["drug", "medication", "medicine"]),
    ("crop", &["crop"]),
    ("brand", &["brand"]),
    ("material", &["material"]),
    ("media type", &["media type", "format"]),
];

/// The kind that a noun phrase means: its last two words, else its last.
pub(super) fn kind_of(phrase: &str) -> Option<&'static str> {
    let phrase = singular(phrase);
    let parts: Vec<&str> = phrase.split(' ').collect();
    let tails = [parts.get(parts.len().saturating_sub(2)..)?.join(" "), parts.last()?.to_string()];
    tails.iter().find_map(|tail| {
        KINDS
            .iter()
            .find(|(_, nouns)| nouns.contains(&tail.as_str()))
            .map(|(kind, _)| *kind)
    })
}

/// What kind of thing a table's rows are.
pub(super) fn kind(table: &Table) -> Option<&'static str> {
    let name = words(table.written());
    // "cars data" are cars.
    let ends = [" dim", " data", " info", " information"];
    let bare = name
        .strip_prefix("dim ")
        .or_else(|| ends.iter().find_map(|end| name.strip_suffix(end)));
    let name = bare.unwrap_or(&name);
    kind_of(name).or_else(|| {
        let people = column_words(table)
            .iter()
            .any(|w| OF_PEOPLE.iter().any(|p| w == p || w.starts_with(&format!("{p} "))));
        (people || crate::schema::lexicon::is_person(&singular(name))).then_some("person")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_become_words() {
        assert_eq!(words("BillingAddress2"), "billing address2");
        assert_eq!(words("ca_street_name"), "ca street name");
        assert_eq!(words("HTTPStatus"), "http status");
        assert_eq!(
            (singular("order details"), singular("companies"), singular("boxes")),
            ("order detail".into(), "company".into(), "box".into())
        );
    }

    #[test]
    fn prefixes_of_the_table_are_dropped() {
        let column = |n: &str| Column::new(n, SqlType::Text);
        let of = |table: &str, names: &[&str]| {
            column_words(&Table {
                name: table.into(),
                columns: names.iter().map(|n| column(n)).collect(),
                ..Table::default()
            })
        };
        assert_eq!(
            of("customer_address", &["ca_address_sk", "ca_city", "ca_state", "ca_zip"]),
            ["address sk", "city", "state", "zip"]
        );
        assert_eq!(of("customers", &["id", "customer_name", "city"]), ["id", "name", "city"]);
    }

    #[test]
    fn tables_have_kinds() {
        assert_eq!(
            (kind_of("book authors"), kind_of("dim product"), kind_of("widgets")),
            (Some("person"), Some("product"), None)
        );
    }
}
