//! Roles: what a column is for. They decide which questions make sense: nobody averages an identifier or sums years.

use serde::{Deserialize, Serialize};

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Key or foreign key: counted and joined on, never computed with or shown by default.
    Identifier,
    /// Names its row for people: name, title, first and last name.
    Name,
    /// A quantity that sums and averages (price, salary, stock).
    Measure,
    /// A number that averages but does not sum (rating, age, percentage, rate, latitude).
    Ratio,
    /// A number that is only ordered or compared (year, floor, edition, line number).
    Ordinal,
    /// Few values shared by many rows: type, status, city, language.
    Category,
    /// True or false, also as 0/1, Y/N.
    Flag,
    /// A day or an instant.
    Time,
    /// A value that belongs to one row and is looked up, not grouped: e-mail, phone, ISBN, URL, postcode, address line.
    Code,
    /// Prose: description, notes.
    FreeText,
    /// Nothing a question is asked about: JSON, bytes, arrays, search vectors, technical timestamps (last_update).
    Opaque,
}
