//! Degrees: the adjectives that a high or a low value gives a row. Only where the adjective can mean this one column.

use super::{Degree, TableWords};
use crate::schema::morphology::{comparative, head, superlative};

/// Rows that are acts or lines of a bill: their prices and ratings are of something else.
#[rustfmt::skip]
const NOT_PRICED: &[&str] = &[
    "sale", "line", "detail", "return", "order", "invoice", "transaction", "entry", "review", "rating", "vote", "comment", "purchase",
    "payment",
];

/// Nouns, the adjective of a high value, the adjective of a low one.
#[rustfmt::skip]
const ADJECTIVES: &[(&[&str], &str, &str)] = &[
    (&["price", "unit price", "list price", "current price", "retail price", "sale price", "selling price", "cost", "rental rate", "ticket price", "room rate",
        "daily rate", "room price", "price per night", "base price"], "expensive", "cheap"),
    (&["length", "duration", "running time", "runtime", "length of track", "playing time", "flight time"], "long", "short"),
    (&["weight", "body weight", "gross weight", "net weight"], "heavy", "light"),
    (&["height", "body height", "tallness"], "tall", "short"),
    (&["width"], "wide", "narrow"),
    (&["depth"], "deep", "shallow"),
    (&["size", "area", "floor area", "surface area", "floor space", "floor size", "square footage", "land area"], "large", "small"),
    (&["population", "total population"], "populous", "populous"),
    (&["age"], "old", "young"),
    (&["speed", "maximum speed", "top speed"], "fast", "slow"),
    (&["elevation", "altitude"], "high", "low"),
    (&["publication year", "release year", "model year", "year of publication", "year built", "construction year", "opening year", "founding year", "year founded", "founded year",
        "year opened", "opened year"], "new", "old"),
];

/// The adjectives that a column with this noun gives the rows of a table.
pub(super) fn of(noun: &str, row: &TableWords) -> Option<Degree> {
    let said = |more: &str, less: &str, most: &str, least: &str| {
        Some(Degree {
            more: more.into(),
            less: less.into(),
            most: most.into(),
            least: least.into(),
        })
    };
    let (person, act) = (
        row.person,
        NOT_PRICED.contains(&head(&row.singular).1) || row.singular.ends_with("order item") || row.singular == "line item",
    );
    match noun {
        "salary" | "annual salary" | "monthly salary" | "wage" | "hourly wage" if person => {
            return said("higher-paid", "lower-paid", "highest-paid", "lowest-paid");
        }
        // A later birth makes a younger person.
        "birth date" | "date of birth" | "birthday" | "birth year" | "year of birth" if person => {
            return said("younger", "older", "youngest", "oldest");
        }
        "population" | "total population" => return said("more populous", "less populous", "most populous", "least populous"),
        "rating" | "average rating" if !act => return said("higher-rated", "lower-rated", "highest-rated", "lowest-rated"),
        _ => {}
    }
    let (_, high, low) = ADJECTIVES.iter().find(|(nouns, _, _)| nouns.contains(&noun))?;
    // Nobody calls a person expensive, large or new, or a sale cheap for the price of its goods.
    if act && *high == "expensive" || person && !["heavy", "tall", "old", "fast"].contains(high) {
        return None;
    }
    said(&comparative(high), &comparative(low), &superlative(high), &superlative(low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adjectives_fit_their_rows() {
        let row = |person| TableWords {
            singular: if person { "employee" } else { "book" }.into(),
            person,
            ..TableWords::default()
        };
        let most = |noun, person| of(noun, &row(person)).map(|d| format!("{}/{}", d.most, d.least));
        assert_eq!(most("price", false).as_deref(), Some("most expensive/cheapest"));
        assert_eq!(most("birth date", true).as_deref(), Some("youngest/oldest"));
        assert_eq!(most("weight", true).as_deref(), Some("heaviest/lightest"));
        assert_eq!(most("salary", true).as_deref(), Some("highest-paid/lowest-paid"));
        assert_eq!(most("salary", false), None);
        assert_eq!(most("hire date", true), None);
        let sale = TableWords {
            singular: "web sale".into(),
            ..TableWords::default()
        };
        assert_eq!(of("unit price", &sale), None);
    }
}
