//! Roles: what a column is for. They decide which questions make sense: nobody averages an identifier or sums years.
//!
//! Inferred from keys, types, names, enums and CHECKs, in that order of trust. Limits: names are read as English. Invariant: every column
//! gets a role, a key column never one that is computed with.

mod words;

use super::{morphology, naming, rule};
use crate::ir::{Column, LogicalIr, SqlType, Table};
use serde::{Deserialize, Serialize};
use words::{
    CATEGORIES, CODES, FLAG_ENDS, FLAG_STARTS, FLAG_WORDS, MEASURES, NAMES, NUMBERED_IN_ORDER, ORDINALS, PROSE, RATIOS, TECHNICAL,
    TECHNICAL_TIMES,
};

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

/// Words that end like an identifier and are none.
#[rustfmt::skip]
const NOT_IDS: &[&str] = &[
    "acid", "aid", "android", "arid", "asteroid", "avoid", "bid", "covid", "equid", "fluid", "grid", "humid", "hybrid", "kid", "liquid", "madrid",
    "maid", "mid", "overpaid", "paid", "period", "prepaid", "rapid", "rid", "said", "solid", "steroid", "thyroid", "underpaid", "unpaid", "valid",
    "invalid", "void", "vivid",
];

/// What `column` of `table` is for.
pub fn infer(_ir: &LogicalIr, table: &Table, column: &Column) -> Role {
    let name = Name::read(table, column);
    let ty = &column.sql_type;
    if matches!(
        ty,
        SqlType::Json | SqlType::Bytes | SqlType::Array(_) | SqlType::Geometry(..) | SqlType::Other(_) | SqlType::Interval | SqlType::Time
    ) {
        return Role::Opaque;
    }
    if *ty == SqlType::Uuid || table.foreign_keys_of(&column.name).next().is_some() {
        return Role::Identifier;
    }
    if table.primary_key.contains(&column.name)
        && let Some(role) = own_key(table, column, &name)
    {
        return role;
    }
    if name.is_id() {
        return Role::Identifier;
    }
    if *ty == SqlType::Bool {
        return Role::Flag;
    }
    if name.is_technical(ty) {
        return Role::Opaque;
    }
    if ty.is_temporal() {
        return Role::Time;
    }
    let allowed = rule::allowed(table, &column.name);
    if name.is_flag(ty, &allowed) {
        return Role::Flag;
    }
    if matches!(ty, SqlType::Enum(_)) {
        return Role::Category;
    }
    if ty.is_numeric() {
        number(ty, &name, &allowed)
    } else {
        text(table, column, &name, &allowed)
    }
}

/// A primary key column that refers to nothing: a surrogate, or a natural key that says something.
fn own_key(table: &Table, column: &Column, name: &Name) -> Option<Role> {
    let numbered = name.last() == "number" && name.before_last().is_some_and(|w| NUMBERED_IN_ORDER.contains(&w));
    if table.primary_key.len() > 1
        && (numbered || column.sql_type.is_temporal() || (column.sql_type.is_numeric() && ORDINALS.contains(&name.head())))
    {
        return None;
    }
    if column.sql_type.is_text() && !name.is_id() && table.primary_key.len() == 1 {
        let says = NAMES.contains(&name.head()) || name.is_own_noun;
        return Some(if says {
            Role::Name
        } else if name.last() == "code" {
            Role::Code
        } else {
            Role::Identifier
        });
    }
    let says_something =
        matches!(column.sql_type, SqlType::Enum(_)) || column.sql_type.is_temporal() || (column.sql_type.is_text() && !name.is_id());
    (!says_something).then_some(Role::Identifier)
}

/// A column's name, read once.
struct Name {
    words: Vec<String>,
    /// The column is called as its table is: `city.city`.
    is_own_noun: bool,
    table_is_person: bool,
}

impl Name {
    fn read(table: &Table, column: &Column) -> Name {
        let words = naming::column_words(table, &column.name);
        let own: Vec<String> = naming::table_words(table);
        let noun = morphology::singular(&own.join(" "));
        let is_own_noun = words.join(" ") == noun || Some(words.join(" ").as_str()) == noun.split(' ').next_back();
        Name {
            is_own_noun,
            table_is_person: super::lexicon::is_person(&noun),
            words,
        }
    }
    fn last(&self) -> &str {
        self.words.last().map_or("", String::as_str)
    }
    fn before_last(&self) -> Option<&str> {
        self.words.len().checked_sub(2).and_then(|i| self.words.get(i)).map(String::as_str)
    }
    fn first(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }
    /// The word that says what it is: "date" of "date of birth", "area" of "floor area m2", "year" of "year built".
    fn head(&self) -> &str {
        if let [first, done] = self.words.as_slice()
            && first == "year"
            && morphology::is_participle(done)
        {
            return first;
        }
        let end = self
            .words
            .iter()
            .position(|w| morphology::PREPOSITIONS.contains(&w.as_str()))
            .filter(|i| *i > 0)
            .unwrap_or(self.words.len());
        let mut end = end;
        loop {
            let front = self.words.get(..end).unwrap_or_default();
            let number = front.last().is_some_and(|w| w.chars().all(|c| c.is_ascii_digit()));
            match unit_of(front) {
                Some((kept, _)) => end = kept,
                None if number && end > 1 => end -= 1,
                None => break,
            }
        }
        end.checked_sub(1).and_then(|i| self.words.get(i)).map_or("", String::as_str)
    }
    fn unit(&self) -> Option<String> {
        unit_of(&self.words).map(|(_, unit)| unit)
    }
    /// "description", or "region description" of a region.
    fn is_of_row(&self, table: &Table) -> bool {
        let own = naming::table_words(table);
        self.words.split_last().is_some_and(|(_, front)| {
            !front.is_empty() && front.iter().all(|w| own.iter().any(|o| o == w || morphology::singular(o) == *w))
        })
    }
    fn is_id(&self) -> bool {
        let last = self.last();
        // "journalid", "aid", but not "paid".
        let run_together = last.len() > 2 && last.ends_with("id") && !NOT_IDS.contains(&last);
        run_together || ["ID", "id", "key", "uuid", "guid", "ids"].contains(&last)
    }
    fn is_technical(&self, ty: &SqlType) -> bool {
        let phrase = self.words.join(" ");
        TECHNICAL_TIMES.contains(&phrase.as_str())
            || (!ty.is_numeric() && TECHNICAL.contains(&self.head()))
            || phrase == "salt"
            || phrase.contains("password")
    }
    fn is_flag(&self, ty: &SqlType, allowed: &rule::Allowed) -> bool {
        let two = allowed.values.as_ref().is_some_and(|v| {
            v.len() == 2
                && v.iter()
                    .all(|x| ["Y", "N", "T", "F", "0", "1", "yes", "no", "true", "false"].contains(&x.as_str()))
        });
        let zero_one = ty.is_integer() && allowed.low == Some(0.0) && allowed.high == Some(1.0);
        let starts = FLAG_STARTS.contains(&self.first()) && self.words.len() > 1;
        // A text column called a flag may hold any code, unless what it flags is yes or no.
        let says = self
            .before_last()
            .is_some_and(|w| FLAG_WORDS.contains(&w) || morphology::is_adjective(w));
        let ends = FLAG_ENDS.contains(&self.last()) && self.words.len() > 1 && (ty.is_integer() || says);
        let named = starts || ends;
        let narrow = ty.is_integer() || matches!(ty, SqlType::Char(1) | SqlType::Varchar(1) | SqlType::Text);
        two || zero_one
            || (named && narrow)
            || (FLAG_WORDS.contains(&self.last()) && (ty.is_integer() || matches!(ty, SqlType::Char(1) | SqlType::Varchar(1))))
    }
}

/// The unit at the end of a name that says something else too; a percentage is more than a unit.
fn unit_of(words: &[String]) -> Option<(usize, String)> {
    super::lexicon::unit_at_end(words).filter(|(kept, _)| *kept > 0 && words.last().is_none_or(|w| w != "percentage"))
}

fn number(ty: &SqlType, name: &Name, allowed: &rule::Allowed) -> Role {
    let head = name.head();
    if name.first() == "number" && name.words.len() > 1 || name.last() == "count" {
        return Role::Measure;
    }
    // "year built" is a year, "year count" and "year total" are none.
    if name.first() == "year" && ty.is_integer() && !MEASURES.contains(&head) {
        return Role::Ordinal;
    }
    if head == "number" {
        return match name.before_last() {
            Some(before) if NUMBERED_IN_ORDER.contains(&before) => Role::Ordinal,
            None => Role::Ordinal,
            Some(_) => Role::Code,
        };
    }
    let unit = name.unit();
    let intensive = name
        .words
        .iter()
        .any(|w| ["temperature", "karat", "purity", "humidity"].contains(&w.as_str()))
        || unit.as_deref().is_some_and(super::lexicon::is_intensive);
    if intensive
        || ["average", "percentage"].contains(&name.first())
        || RATIOS.contains(&head) && !(head == "rate" && matches!(ty, SqlType::Decimal(_, 2)) && money_rate(name))
    {
        return Role::Ratio;
    }
    // A discount without cents is a share of a price.
    if head == "discount" && matches!(ty, SqlType::Float32 | SqlType::Float64) {
        return Role::Ratio;
    }
    if MEASURES.contains(&head) || head == "rate" {
        return Role::Measure;
    }
    // A time in minutes is measured, where a time is not.
    if !ty.is_integer() || unit.is_some() {
        return Role::Measure;
    }
    if ORDINALS.contains(&head) {
        return Role::Ordinal;
    }
    if CODES.contains(&head) && head != "hours" {
        return Role::Code;
    }
    // An adviser's number, without a table of advisers.
    if CATEGORIES.contains(&head) || super::lexicon::is_person(head) {
        return Role::Category;
    }
    // A short scale (1 to 5) is ordered, not summed, unless its name counts things.
    let short = matches!((allowed.low, allowed.high), (Some(low), Some(high)) if high - low <= 10.0);
    if short && !morphology::is_plural(head) {
        Role::Ordinal
    } else {
        Role::Measure
    }
}

/// A rate that is a price: per day, per hour, for renting.
fn money_rate(name: &Name) -> bool {
    name.before_last()
        .is_some_and(|w| ["rental", "hourly", "daily", "weekly", "monthly", "room", "nightly", "pay"].contains(&w))
}

fn text(table: &Table, column: &Column, name: &Name, allowed: &rule::Allowed) -> Role {
    let head = name.head();
    if allowed.values.is_some() {
        return Role::Category;
    }
    if name.is_own_noun {
        return Role::Name;
    }
    if head == "name" {
        let of = name.before_last().unwrap_or_default();
        return match of {
            "street" | "file" | "host" | "domain" => Role::Code,
            "given" | "family" => Role::Name,
            _ if CATEGORIES.contains(&of) && !naming::table_words(table).iter().any(|w| w == of || morphology::singular(w) == of) => {
                Role::Category
            }
            _ => Role::Name,
        };
    }
    if head == "title" && name.table_is_person
        || name.words.join(" ") == "contact title"
        || name.words.join(" ") == "job title" && name.table_is_person
    {
        return Role::Category;
    }
    // "manager", "author": a person's name, when the column is not the person's type of something.
    if NAMES.contains(&head) {
        return Role::Name;
    }
    if head == "number" || CODES.contains(&head) && !(head == "street" && column.sql_type == SqlType::Text) {
        return Role::Code;
    }
    // The description of a lookup table's row is its name: region(region_id, region_description).
    if name.words.last().is_some_and(|w| w == "description") && table.columns.len() <= 3 && name.is_of_row(table) {
        return Role::Name;
    }
    if PROSE.contains(&head) {
        return Role::FreeText;
    }
    if CATEGORIES.contains(&head) {
        return Role::Category;
    }
    if table.unique.iter().any(|key| key.as_slice() == [column.name.clone()]) {
        return Role::Code;
    }
    // Dates kept as text cannot be asked about as dates.
    if ["date", "datetime", "timestamp"].contains(&head) {
        return Role::Code;
    }
    match column.sql_type {
        SqlType::Varchar(n) if n > 120 => Role::FreeText,
        _ => Role::Category,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{Check, ForeignKey};

    fn column(name: &str, ty: &str) -> Column {
        let sql_type = ty.parse().unwrap_or(SqlType::Text);
        Column::new(name, sql_type)
    }

    fn role_in(table: &str, name: &str, ty: &str) -> Role {
        let table = Table {
            name: table.into(),
            columns: vec![column("id", "INT32"), column(name, ty)],
            primary_key: vec!["id".into()],
            ..Table::default()
        };
        infer(&LogicalIr::default(), &table, &column(name, ty))
    }

    #[test]
    fn names_and_types_tell_the_role() {
        for (name, ty, role) in [
            ("title", "VARCHAR(80)", Role::Name),
            ("first_name", "TEXT", Role::Name),
            ("city", "TEXT", Role::Category),
            ("genre", "VARCHAR(20)", Role::Category),
            ("description", "VARCHAR(40)", Role::FreeText),
            ("publication_year", "INT16", Role::Ordinal),
            ("unit_price", "DECIMAL(8,2)", Role::Measure),
            ("rental_rate", "DECIMAL(4,2)", Role::Measure),
            ("rating", "INT32", Role::Ratio),
            ("discount_pct", "FLOAT64", Role::Ratio),
            ("phone", "TEXT", Role::Code),
            ("email", "VARCHAR(120)", Role::Code),
            ("isbn", "CHAR(13)", Role::Code),
            ("line_number", "INT16", Role::Ordinal),
            ("is_active", "BOOL", Role::Flag),
            ("is_official", "CHAR(1)", Role::Flag),
            ("discontinued", "INT32", Role::Flag),
            ("hired_on", "DATE", Role::Time),
            ("last_update", "DATETIME", Role::Opaque),
            ("picture", "BYTES", Role::Opaque),
            ("account_key", "INT64", Role::Identifier),
            ("number_of_pages", "INT32", Role::Measure),
            ("calories", "INT32", Role::Measure),
            ("order_number", "INT32", Role::Code),
            ("country_name", "TEXT", Role::Category),
            ("floor_area_m2", "INT32", Role::Measure),
            ("room", "INT32", Role::Ordinal),
            ("family_name", "TEXT", Role::Name),
            ("rooms", "INT32", Role::Measure),
            ("age", "INT32", Role::Ratio),
            ("image_count", "INT32", Role::Measure),
            ("payment_method", "TEXT", Role::Category),
            ("release_year", "INT32", Role::Ordinal),
            ("tags", "TEXT[]", Role::Opaque),
            ("running_time_minutes", "INT32", Role::Measure),
            ("wind_ms", "DECIMAL(4,1)", Role::Ratio),
            ("lat_deg", "DECIMAL(8,5)", Role::Ratio),
            ("haemoglobin_g_dl", "DECIMAL(4,1)", Role::Ratio),
            ("year_built", "INT16", Role::Ordinal),
        ] {
            assert_eq!(role_in("thing", name, ty), role, "{name} {ty}");
        }
        assert_eq!(role_in("country", "country_name", "TEXT"), Role::Name);
        assert_eq!(role_in("city", "city", "TEXT"), Role::Name);
        assert_eq!(role_in("employee", "title", "TEXT"), Role::Category);
    }

    #[test]
    fn keys_come_first() {
        let fk = ForeignKey {
            name: None,
            columns: vec!["price".into()],
            ref_table: "t".into(),
            ref_columns: vec!["id".into()],
            inferred: false,
        };
        let table = Table {
            name: "t".into(),
            columns: vec![column("id", "INT32"), column("price", "INT32")],
            foreign_keys: vec![fk],
            ..Table::default()
        };
        assert_eq!(infer(&LogicalIr::default(), &table, &column("price", "INT32")), Role::Identifier);
        let copies = Table {
            name: "book_copy".into(),
            primary_key: vec!["book_id".into(), "copy_number".into()],
            ..Table::default()
        };
        assert_eq!(
            infer(&LogicalIr::default(), &copies, &column("copy_number", "INT16")),
            Role::Ordinal
        );
        assert_eq!(infer(&LogicalIr::default(), &copies, &column("book_id", "INT32")), Role::Identifier);
    }

    #[test]
    fn checks_tell_categories_flags_and_scales() {
        let check = |sql: &str| Table {
            name: "t".into(),
            checks: vec![Check {
                name: None,
                sql: sql.into(),
            }],
            ..Table::default()
        };
        assert_eq!(
            infer(&LogicalIr::default(), &check("headline IN ('a','b')"), &column("headline", "TEXT")),
            Role::Category
        );
        assert_eq!(
            infer(&LogicalIr::default(), &check("spicy IN ('Y','N')"), &column("spicy", "TEXT")),
            Role::Flag
        );
        assert_eq!(
            infer(
                &LogicalIr::default(),
                &check("difficulty BETWEEN 1 AND 5"),
                &column("difficulty", "INT16")
            ),
            Role::Ordinal
        );
        assert_eq!(
            infer(&LogicalIr::default(), &check("seats BETWEEN 1 AND 5"), &column("seats", "INT16")),
            Role::Measure
        );
    }
}
