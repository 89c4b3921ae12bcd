//! Where rows are, and what is said like a place: "in Oslo", "from Chile", "born in the Netherlands", "in Danish".

use super::modifier::Modifier;
use super::phrase::Phrase;
use super::speaker::Speaker;
use crate::query::ir::{ColumnRef, Expr};
use crate::words;

/// Nouns of columns that say where a row is.
const PLACES: [&str; 9] = [
    "city",
    "country",
    "state",
    "region",
    "county",
    "town",
    "continent",
    "district",
    "province",
];

/// Rows that come from a country, beside people.
const ROVING: [&str; 9] = [
    "airline",
    "company",
    "maker",
    "manufacturer",
    "brand",
    "band",
    "team",
    "publisher",
    "supplier",
];

/// How a value says where a row is.
pub(super) struct Place {
    /// "in", "from", "born in"
    pub(super) link: &'static str,
    /// "outside", "not from", "born outside"
    pub(super) elsewhere: &'static str,
    pub(super) be: &'static str,
}

impl Place {
    /// "in Oslo" / "are in Oslo".
    pub(super) fn at(&self, said: Phrase) -> Modifier {
        Modifier::new(words![self.link, said.clone()], words![self.be, self.link, said])
    }
}

/// The place that a column holds, or the language, which is said like one.
pub(super) fn place(speaker: &Speaker<'_>, expr: &Expr) -> Option<Place> {
    let column = expr.base_column()?;
    let noun = speaker.column(column)?.noun.as_str();
    let place = |link, elsewhere, be| Some(Place { link, elsewhere, be });
    if PLACES.contains(&noun) {
        let rows = speaker.table(column.source)?;
        let roving = rows.person || ROVING.contains(&rows.singular.rsplit(' ').next().unwrap_or_default());
        if noun == "country" && roving && speaker.voice.below(2) == 0 {
            return place("from", "not from", "are");
        }
        // "in Orange" is the city where there is one.
        let table = speaker.select.table(column.source)?;
        let nouns = |name: &String| {
            speaker
                .voice
                .lexicon
                .columns
                .get(&format!("{table}.{name}"))
                .map(|words| words.noun.as_str())
        };
        let columns = &speaker.voice.schema.table(table)?.columns;
        let plain = ["city", "state", "country"].contains(&noun) || !columns.iter().any(|c| nouns(&c.name) == Some("city"));
        return match noun {
            _ if plain => place("in", "outside", "are"),
            "county" => place("in the county of", "outside the county of", "are"),
            "district" => place("in the district of", "outside the district of", "are"),
            "province" => place("in the province of", "outside the province of", "are"),
            _ => None,
        };
    }
    let (home, birth) = (noun.strip_prefix("home "), noun.strip_suffix(" of birth"));
    match noun {
        // "country languages in Danish" are no texts.
        "language" if speaker.relative(column.source) == "that" && !is_itself(speaker, column) => place("in", "not in", "are"),
        "nationality" => None,
        _ if home.is_some_and(|p| PLACES.contains(&p)) => place("from", "not from", "are"),
        _ if birth.is_some_and(|p| PLACES.contains(&p)) => place("born in", "born outside", "were"),
        _ => None,
    }
}

/// Whether a column says which the row is: the language of a country language.
pub(super) fn is_itself(speaker: &Speaker<'_>, column: &ColumnRef) -> bool {
    let noun = speaker.column(column).map(|words| words.noun.as_str());
    let rows = speaker.table(column.source).map(|table| table.singular.as_str());
    noun.zip(rows).is_some_and(|(noun, rows)| {
        rows.strip_suffix(noun)
            .is_some_and(|front| front.is_empty() || front.ends_with(' '))
    })
}

/// Whether a noun says what a row is filed under: books are "in" a genre.
pub(super) fn is_shelf(noun: &str) -> bool {
    [
        "genre",
        "category",
        "subcategory",
        "language",
        "class",
        "department",
        "cuisine",
        "course",
        "pay grade",
        "section",
    ]
    .contains(&noun)
}

/// Whether a noun says where a row is.
pub(super) fn is_place(noun: &str) -> bool {
    PLACES.contains(&noun)
}
