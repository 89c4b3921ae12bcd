//! The world a query is asked in: schema, words, measured values, and what earlier queries already used.
//!
//! Every random choice of a table, column or foreign key goes through [`World::pick`], which prefers what has been used least: that is how
//! generation steers toward uncovered parts of the schema. Invariant: choices depend only on the world and the generator handed in.

use crate::ir::{Column, ForeignKey, LogicalIr, SqlType, Table};
use crate::kernel::seed::Rng;
use crate::schema::lexicon::{ColumnWords, EdgeWords, Lexicon, TableWords, edge_key};
use crate::schema::profile::{ColumnProfile, Profile};
use crate::schema::role::Role;
use rand::RngExt;
use std::collections::BTreeMap;

/// How often each table, column and foreign key was used, by its name in coverage.
#[derive(Debug, Clone)]
pub struct Usage {
    times: BTreeMap<String, u32>,
    /// How strongly what was used often is passed over.
    pull: i32,
}

impl Default for Usage {
    fn default() -> Self {
        Usage {
            times: BTreeMap::new(),
            pull: 3,
        }
    }
}

impl Usage {
    /// Passes over what was used often gently: of thousands of pairs few can have all that few use.
    pub fn gentle() -> Self {
        Usage {
            pull: 1,
            ..Usage::default()
        }
    }
    /// Counts one more use.
    pub fn add(&mut self, key: &str) {
        *self.times.entry(key.to_owned()).or_default() += 1;
    }
    /// Uses so far.
    pub fn of(&self, key: &str) -> u32 {
        self.times.get(key).copied().unwrap_or(0)
    }
}

/// A column with all that is known about it.
pub struct Field<'a> {
    /// The column.
    pub column: &'a Column,
    /// Its words and role.
    pub words: &'a ColumnWords,
    /// Its values.
    pub profile: &'a ColumnProfile,
    /// Rows of its table.
    pub rows: u64,
    /// `table.column`, as coverage names it.
    pub key: String,
    /// Part of the primary key or of a foreign key.
    pub in_key: bool,
    /// A running number of a calendar (a week's sequence number, a Julian day): it is joined and shown, never compared.
    pub counts_calendar: bool,
}

/// A table with all that is known about it.
pub struct Entity<'a> {
    /// Table id.
    pub id: String,
    /// The table.
    pub table: &'a Table,
    /// Its words.
    pub words: &'a TableWords,
    /// Rows.
    pub rows: u64,
    /// Its columns.
    pub fields: Vec<Field<'a>>,
    /// A row is a day or a time of day.
    pub calendar: bool,
    /// Questions go through it, none is about it.
    pub closed: bool,
}

/// A foreign key between two populated tables.
pub struct Edge<'a> {
    /// Index of the referring entity.
    pub child: usize,
    /// Index of the entity referred to.
    pub parent: usize,
    /// The key.
    pub key: &'a ForeignKey,
    /// Its words.
    pub words: &'a EdgeWords,
    /// Its name in coverage.
    pub name: String,
}

/// Everything a shape looks at.
pub struct World<'a> {
    /// The schema.
    pub schema: &'a LogicalIr,
    /// The words.
    pub words: &'a Lexicon,
    /// Populated tables.
    pub entities: Vec<Entity<'a>>,
    /// Foreign keys between them.
    pub edges: Vec<Edge<'a>>,
}

impl<'a> World<'a> {
    /// Brings schema, words and values together. Tables without rows or words are left out.
    pub fn new(schema: &'a LogicalIr, words: &'a Lexicon, profile: &'a Profile) -> Self {
        let mut entities: Vec<Entity<'a>> = schema.data_tables().filter_map(|table| entity(table, words, profile)).collect();
        let index = |id: &str| entities.iter().position(|e| e.id == id);
        let mut edges = Vec::new();
        for (child, entity) in entities.iter().enumerate() {
            for key in &entity.table.foreign_keys {
                let name = edge_key(&entity.id, &key.columns, &key.ref_table);
                if let (Some(parent), Some(words)) = (index(&key.ref_table), words.edges.get(&name)) {
                    edges.push(Edge {
                        child,
                        parent,
                        key,
                        words,
                        name,
                    });
                }
            }
        }
        for (at, entity) in entities.iter_mut().enumerate() {
            entity.calendar = edges.iter().any(|e| e.parent == at) && !edges.iter().any(|e| e.child == at) && entity.is_calendar();
            entity.closed = entity.calendar;
            if entity.calendar {
                for field in &mut entity.fields {
                    field.counts_calendar = field.is_running_number();
                }
            }
        }
        World {
            schema,
            words,
            entities,
            edges,
        }
    }

    /// Lets questions be about the rows of calendars too: where they were asked for, or nothing else is left to ask.
    pub fn open_calendars(&mut self) {
        for entity in &mut self.entities {
            entity.closed = false;
        }
    }

    /// One of `candidates`, by preference for what `usage` counts least.
    pub fn pick<T: Copy>(rng: &mut Rng, usage: &Usage, candidates: &[T], key: impl Fn(T) -> &'a str) -> Option<T> {
        let weights: Vec<f64> = candidates.iter().map(|c| Self::want(usage, key(*c))).collect();
        weighted(rng, &weights).map(|i| candidates[i])
    }

    /// How much another use of this name is wanted: 1 at first, less with each.
    pub fn want(usage: &Usage, key: &str) -> f64 {
        1.0 / f64::from(usage.of(key) + 1).powi(usage.pull)
    }

    /// Foreign keys out of an entity.
    pub fn parents(&self, child: usize) -> Vec<&Edge<'a>> {
        self.edges.iter().filter(|e| e.child == child).collect()
    }

    /// Whether many of the rows that a key may refer to are referred to: where one in ten leads a department, nearly everybody leads none.
    pub fn refers_often(&self, edge: &Edge<'a>) -> bool {
        const SHARE_MIN: f64 = 0.25;
        self.referred_share(edge).is_none_or(|share| share >= SHARE_MIN)
    }

    /// Whether next to all rows that a key may refer to are referred to.
    pub fn refers_nearly_always(&self, edge: &Edge<'a>) -> bool {
        const SHARE_MIN: f64 = 0.9;
        self.referred_share(edge).is_some_and(|share| share >= SHARE_MIN)
    }

    fn referred_share(&self, edge: &Edge<'a>) -> Option<f64> {
        let column = edge
            .key
            .columns
            .first()
            .and_then(|column| self.entities[edge.child].field(column))?;
        Some(column.profile.distinct as f64 / self.entities[edge.parent].rows.max(1) as f64)
    }

    /// Foreign keys into an entity.
    pub fn children(&self, parent: usize) -> Vec<&Edge<'a>> {
        self.edges.iter().filter(|e| e.parent == parent).collect()
    }
}

/// An index, with these weights; `None` when they are all zero.
pub fn weighted(rng: &mut Rng, weights: &[f64]) -> Option<usize> {
    let total: f64 = weights.iter().sum();
    if total <= 0.0 {
        return None;
    }
    let mut at = rng.random::<f64>() * total;
    for (index, weight) in weights.iter().enumerate() {
        at -= weight;
        if at < 0.0 {
            return Some(index);
        }
    }
    weights.iter().rposition(|w| *w > 0.0)
}

fn entity<'a>(table: &'a Table, words: &'a Lexicon, profile: &'a Profile) -> Option<Entity<'a>> {
    let id = table.id();
    let measured = profile.table(&id).filter(|p| p.rows > 0)?;
    let fields = table.columns.iter().filter_map(|column| {
        let key = format!("{id}.{}", column.name);
        let words = words.columns.get(&key)?;
        // The language of a country's languages tells its rows apart together with the country, and is a word that people use.
        let tells_with_others =
            table.primary_key.len() > 1 && column.sql_type.is_text() && matches!(words.role, Role::Category | Role::Name);
        let own_key = table.primary_key.contains(&column.name) && !tells_with_others;
        let in_key = own_key || table.foreign_keys_of(&column.name).next().is_some();
        Some(Field {
            column,
            words,
            profile: measured.column(&column.name)?,
            rows: measured.rows,
            key,
            in_key,
            counts_calendar: false,
        })
    });
    let fields = fields.collect();
    Some(Entity {
        words: words.tables.get(&id)?,
        table,
        rows: measured.rows,
        fields,
        calendar: false,
        closed: false,
        id,
    })
}

impl<'a> Entity<'a> {
    /// The field of a column.
    pub fn field(&self, name: &str) -> Option<&Field<'a>> {
        self.fields.iter().find(|f| f.column.name == name)
    }

    /// Fields that satisfy a condition.
    pub fn such(&self, condition: impl Fn(&Field<'a>) -> bool) -> Vec<&Field<'a>> {
        self.fields.iter().filter(|f| condition(f)).collect()
    }

    /// Whether a column is a text that refers to another row, and so a code that people know it by: "flights to APG".
    pub fn is_known_code(&self, field: &Field<'_>) -> bool {
        let key = self.table.foreign_keys_of(&field.column.name).next();
        field.column.sql_type.is_text() && key.is_some_and(|k| k.columns.len() == 1) && !self.table.primary_key.contains(&field.column.name)
    }

    /// Whether a column is shown for what it says, not for the row that it stands for.
    pub fn says_something(&self, field: &Field<'_>) -> bool {
        field.is_showable() && field.role() != Role::Flag && (!field.in_key || self.is_known_code(field))
    }

    /// The columns that name a row, if any do.
    pub fn display(&self) -> Vec<&Field<'a>> {
        self.words.display.iter().filter_map(|name| self.field(name)).collect()
    }

    /// Times that something happened to a row at.
    pub fn events(&self) -> Vec<&Field<'a>> {
        self.such(Field::is_event)
    }

    /// Its rows are things that people ask about by what refers to them: they have a name that is not a day, or belong to other rows.
    /// A calendar's days and the profiles that only a key tells apart are none.
    pub fn is_asked_about(&self) -> bool {
        let named = self.display().iter().any(|f| f.role() != Role::Time);
        let kinds = self.words.display.is_empty() && (self.table.foreign_keys.len() >= 2 || !self.events().is_empty());
        self.is_subject() && (named || kinds)
    }

    /// A question can be about this table's rows.
    pub fn is_subject(&self) -> bool {
        !self.words.bridge && !self.closed
    }

    /// The day that a row of a calendar of days is.
    pub fn day(&self) -> Option<&Field<'a>> {
        let [only] = &self.words.display[..] else { return None };
        self.field(only).filter(|f| self.calendar && f.is_time())
    }

    /// What its amounts are in, where its rows differ in that.
    pub fn currency(&self) -> Option<&Field<'a>> {
        self.fields
            .iter()
            .find(|f| f.column.sql_type.is_text() && f.profile.distinct > 1 && f.has_word(&["currency"]))
    }

    /// Whether keys apart all columns are parts of a calendar.
    fn is_calendar(&self) -> bool {
        let said = |f: &Field<'a>| !f.in_key && !matches!(f.role(), Role::Identifier | Role::Opaque | Role::Flag);
        let parts = self.such(said);
        parts.len() >= CALENDAR_PARTS_MIN && parts.iter().all(|f| f.has_word(CALENDAR))
    }
}

/// Fewer columns make no calendar: a season has a year, a start and an end.
const CALENDAR_PARTS_MIN: usize = 5;

/// Words for the parts of a calendar or a day.
#[rustfmt::skip]
const CALENDAR: &[&str] = &[
    "year", "quarter", "month", "week", "day", "weekday", "weekend", "date", "time", "hour", "minute", "second", "holiday", "shift",
    "fiscal", "dow", "moy", "qoy", "dom",
];

/// Words of what comes round again: no row has the lowest month.
const WITHIN: &[&str] = &["quarter", "month", "week", "day", "weekday", "hour", "minute", "second"];

/// Words of what is true of one piece or one bound, and so adds up to nothing.
#[rustfmt::skip]
const OF_ONE: &[&str] = &[
    "price", "rate", "minimum", "maximum", "average", "unit", "score", "level", "page", "pages", "list", "lowest", "highest", "limit",
    "age", "calories", "height", "altitude", "elevation", "depth", "min", "max", "diastolic", "systolic", "pulse", "haemoglobin",
    "hemoglobin", "beam", "draft", "draught", "thickness", "diameter", "radius", "size",
    "term", "terms",
];

/// Phrases of what is measured again and again: yesterday's stock and today's are not two stocks.
const OF_ONE_TIME: &[&str] = &["on hand", "in stock", "balance", "inventory"];

/// Numbers above are no years.
const YEARS_END: f64 = 3000.0;

/// Words of what is a sum already, of whatever.
const OF_ALL: &[&str] = &["total", "extended", "overall", "combined"];

impl Field<'_> {
    /// How often people ask about a column, beside others of its table.
    pub fn prominence(&self) -> f64 {
        match self.role() {
            Role::Name | Role::Category => 3.0,
            _ => 1.0,
        }
    }

    /// What the column is for.
    pub fn role(&self) -> Role {
        self.words.role
    }
    /// It says where a row is: a city lies in one country.
    pub fn is_place(&self) -> bool {
        const PLACES: &[&str] = &[
            "city",
            "country",
            "state",
            "region",
            "county",
            "town",
            "continent",
            "district",
            "province",
            "zip",
            "address",
            "street",
        ];
        self.words.noun.split(' ').any(|word| PLACES.contains(&word))
    }
    /// It is a piece of an address that says nothing alone.
    pub fn is_street(&self) -> bool {
        self.has_word(&["street", "suite", "apartment", "zip", "postcode"])
    }
    /// It can be shown in an answer.
    pub fn is_showable(&self) -> bool {
        self.words.role != Role::Opaque
            && self.profile.distinct > 0
            && !matches!(self.column.sql_type, SqlType::Bytes | SqlType::Json | SqlType::Array(_))
    }
    /// It is an array with elements that are known.
    pub fn has_elements(&self) -> bool {
        matches!(self.column.sql_type, SqlType::Array(_)) && !self.profile.top.is_empty()
    }
    /// It is JSON with entries that are known.
    pub fn has_entries(&self) -> bool {
        self.column.sql_type == SqlType::Json && !self.profile.top.is_empty()
    }
    /// It can be summed or averaged with sense.
    pub fn is_measure(&self) -> bool {
        !self.in_key
            && !self.counts_calendar
            && self.column.sql_type.is_numeric()
            && matches!(self.words.role, Role::Measure | Role::Ratio)
            && self.profile.distinct > 1
            // A mean of longitudes is nowhere.
            && !self.has_word(&["latitude", "longitude"])
    }
    /// It adds up to something over several rows: an amount, no price of one piece, no bound, and nothing that is there at one time and again
    /// at the next.
    pub fn adds_up(&self) -> bool {
        let stock = OF_ONE_TIME.iter().any(|phrase| self.words.noun.contains(phrase));
        self.is_measure() && self.words.role == Role::Measure && !stock && (self.has_word(OF_ALL) || !self.has_word(OF_ONE))
    }
    /// Its noun has one of these words.
    fn has_word(&self, words: &[&str]) -> bool {
        self.words.noun.split([' ', '-']).any(|word| words.contains(&word))
    }
    /// A measure that may be of money: with decimals, or a whole number that says so.
    pub fn is_amount(&self) -> bool {
        let said = self.has_word(&[
            "amount", "price", "fee", "cost", "total", "budget", "salary", "wage", "balance", "revenue",
        ]) || self.words.unit.as_deref() == Some("cents");
        self.is_measure() && self.words.role == Role::Measure && (said || !self.column.sql_type.is_integer())
    }
    /// Somebody wants to know its average: an amount, a quantity with a unit, a grade; no coordinate, no rate of tax, no number of a page.
    pub fn is_worth_averaging(&self) -> bool {
        let graded = self.has_word(&["rating", "score", "grade", "age", "satisfaction", "popularity"]);
        let measured = self.is_amount() || self.words.unit.is_some() || self.words.noun.starts_with("number of ");
        self.is_measure() && (graded || (measured && self.words.role == Role::Measure))
    }
    /// A time that something happened at, but for births and deaths, which nobody watches month by month.
    pub fn is_event(&self) -> bool {
        self.is_time() && !self.is_life_day()
    }
    /// The day of a birth or a death.
    pub fn is_life_day(&self) -> bool {
        let verb = self.words.event.as_ref().map_or("", |event| event.verb.as_str());
        ["born", "died"].contains(&verb) || self.has_word(&["birth", "death", "birthday"])
    }
    /// A whole number that is a year.
    pub fn is_year(&self) -> bool {
        let end = |i: usize| self.profile.quantiles.get(i).and_then(crate::ir::Value::as_f64);
        let within = |x: Option<f64>| x.is_some_and(|x| x > 1000.0 && x < YEARS_END);
        let last = self.profile.quantiles.len().saturating_sub(1);
        self.words.role == Role::Ordinal && self.column.sql_type.is_integer() && within(end(0)) && within(end(last))
    }
    /// A number that counts days, weeks or seconds from somewhere, as calendars have them: no year and no day of the month.
    fn is_running_number(&self) -> bool {
        let last = self.profile.quantiles.last().and_then(crate::ir::Value::as_f64);
        self.column.sql_type.is_numeric() && (self.has_word(&["sequence"]) || last.is_some_and(|last| last > YEARS_END))
    }
    /// Its rows can be ordered by it with sense.
    pub fn is_orderable(&self) -> bool {
        self.is_measure() || (self.profile.distinct > 1 && !self.in_key && !self.counts_calendar && self.is_ordinal_or_time())
    }
    fn is_ordinal_or_time(&self) -> bool {
        match self.words.role {
            Role::Ordinal => self.column.sql_type.is_numeric() && !self.has_word(WITHIN),
            Role::Time => self.column.sql_type.is_temporal(),
            _ => false,
        }
    }
    /// Rows can be grouped by it with sense.
    pub fn is_groupable(&self) -> bool {
        let kind = matches!(self.words.role, Role::Category | Role::Ordinal);
        kind && !self.in_key
            && !self.counts_calendar
            && (2..=60).contains(&self.profile.distinct)
            && self.profile.distinct * 2 <= self.rows.max(4)
    }
    /// So many of something, and never many: cars have three to eight cylinders.
    pub fn is_small_number(&self) -> bool {
        self.is_measure() && self.column.sql_type.is_integer() && self.profile.distinct <= 12 && self.words.noun.starts_with("number of ")
    }
    /// A day or an instant that questions are asked about.
    pub fn is_time(&self) -> bool {
        self.words.role == Role::Time && self.column.sql_type.is_temporal() && self.profile.distinct > 1
    }
    /// Some rows have no value.
    pub fn has_nulls(&self) -> bool {
        self.profile.nulls > 0
    }
    /// No two rows share a value, and all have one.
    pub fn is_unique(&self) -> bool {
        self.profile.nulls == 0 && self.profile.distinct == self.rows
    }
    /// The schema promises that its values tell rows apart; that they do now may be chance.
    pub fn stays_unique(&self, table: &Table) -> bool {
        self.is_unique() && table.is_unique(std::slice::from_ref(&self.column.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::Value;
    use crate::schema::profile::TableProfile;

    fn table(name: &str, columns: &[(&str, &str)], to: Option<&str>) -> Table {
        let column = |(name, ty): &(&str, &str)| Column::new(*name, ty.parse().unwrap_or(SqlType::Text));
        let key = to.map(|parent| ForeignKey {
            name: None,
            columns: vec![format!("{parent}_sk")],
            ref_table: parent.to_owned(),
            ref_columns: vec![format!("{parent}_sk")],
            inferred: false,
        });
        Table {
            name: name.to_owned(),
            columns: columns.iter().map(column).collect(),
            primary_key: columns.first().map(|(name, _)| (*name).to_owned()).into_iter().collect(),
            foreign_keys: key.into_iter().collect(),
            ..Table::default()
        }
    }

    fn profile(tables: &[Table]) -> Profile {
        let column = |c: &Column| ColumnProfile {
            column: c.name.clone(),
            nulls: 0,
            distinct: 40,
            top: Vec::new(),
            quantiles: vec![Value::Int(1), Value::Int(if c.name.ends_with("seq") { 90_000 } else { 12 })],
        };
        let measured = |t: &Table| TableProfile {
            table: t.id(),
            rows: 400,
            columns: t.columns.iter().map(column).collect(),
        };
        Profile {
            tables: tables.iter().map(measured).collect(),
            ..Profile::default()
        }
    }

    #[test]
    fn a_calendar_is_gone_through_and_not_asked_about() {
        let parts = [
            ("day_sk", "INT32"),
            ("full_date", "DATE"),
            ("year", "INT32"),
            ("month", "INT32"),
            ("week_seq", "INT32"),
            ("weekday", "TEXT"),
        ];
        let sale = [
            ("sale_sk", "INT32"),
            ("day_sk", "INT32"),
            ("season_sk", "INT32"),
            ("amount", "DECIMAL(8,2)"),
            ("unit_price", "DECIMAL(8,2)"),
            ("extended_list_price", "DECIMAL(8,2)"),
        ];
        let season = [
            ("season_sk", "INT32"),
            ("year", "INT32"),
            ("start_date", "DATE"),
            ("end_date", "DATE"),
        ];
        let mut schema = LogicalIr {
            tables: vec![
                table("day", &parts, None),
                table("season", &season, None),
                table("sale", &sale, Some("day")),
            ],
            ..LogicalIr::default()
        };
        let seasonal = table("sale", &sale, Some("season")).foreign_keys;
        schema.tables[2].foreign_keys.extend(seasonal);
        let (words, measured) = (Lexicon::infer(&schema), profile(&schema.tables));
        let mut world = World::new(&schema, &words, &measured);
        let subjects = |world: &World<'_>| world.entities.iter().map(Entity::is_subject).collect::<Vec<_>>();
        assert_eq!(subjects(&world), [false, true, true], "the days alone are a calendar");
        let field = |table: usize, name: &str| world.entities[table].field(name);
        let all = |table: usize, names: &[&str], test: fn(&Field<'_>) -> bool| names.iter().all(|n| field(table, n).is_some_and(test));
        assert!(all(0, &["week_seq"], |f| !f.is_orderable() && !f.is_groupable()));
        assert!(all(0, &["month"], |f| !f.counts_calendar));
        assert!(all(2, &["amount", "extended_list_price"], |f| f.adds_up()));
        assert!(all(2, &["unit_price"], |f| f.is_measure() && !f.adds_up()));
        world.open_calendars();
        assert_eq!(subjects(&world), [true; 3]);
    }

    #[test]
    fn averages_are_of_amounts_and_not_of_places_or_pages() {
        let columns = [
            ("entry_sk", "INT32"),
            ("amount", "DECIMAL(8,2)"),
            ("weight_kg", "INT32"),
            ("rating", "DECIMAL(2,1)"),
            ("longitude", "DECIMAL(8,5)"),
            ("vat_rate", "DECIMAL(4,3)"),
            ("folio", "INT32"),
        ];
        let schema = LogicalIr {
            tables: vec![table("entry", &columns, None)],
            ..LogicalIr::default()
        };
        let (words, measured) = (Lexicon::infer(&schema), profile(&schema.tables));
        let world = World::new(&schema, &words, &measured);
        let worth = |name: &&str| world.entities[0].field(name).is_some_and(Field::is_worth_averaging);
        let names = columns.map(|(name, _)| name);
        assert_eq!(
            names.iter().copied().filter(|n| worth(n)).collect::<Vec<_>>(),
            ["amount", "weight_kg", "rating"]
        );
    }

    #[test]
    fn names_that_happen_to_differ_are_not_promised_to() {
        let mut doctor = table("doctor", &[("doctor_id", "INT32"), ("name", "TEXT"), ("licence", "TEXT")], None);
        doctor.unique = vec![vec!["licence".to_owned()]];
        let schema = LogicalIr {
            tables: vec![doctor],
            ..LogicalIr::default()
        };
        let (words, mut measured) = (Lexicon::infer(&schema), profile(&schema.tables));
        measured.tables[0].rows = 40;
        let world = World::new(&schema, &words, &measured);
        let entity = &world.entities[0];
        let promised = |name: &str| entity.field(name).map(|f| (f.is_unique(), f.stays_unique(entity.table)));
        assert_eq!(promised("name"), Some((true, false)));
        assert_eq!(promised("licence"), Some((true, true)));
    }

    #[test]
    fn a_gentle_count_passes_over_what_was_used_less_strongly() {
        let (mut strict, mut gentle) = (Usage::default(), Usage::gentle());
        for usage in [&mut strict, &mut gentle] {
            usage.add("t.a");
        }
        assert_eq!(World::want(&strict, "t.a"), 0.125);
        assert_eq!(World::want(&gentle, "t.a"), 0.5);
        assert_eq!(World::want(&gentle, "t.b"), 1.0);
    }

    #[test]
    fn a_word_in_a_shared_key_is_asked_about_and_a_text_that_refers_is_known() {
        let mut spoken = table(
            "spoken",
            &[("land_sk", "TEXT"), ("language", "TEXT"), ("share", "DECIMAL(8,2)")],
            Some("land"),
        );
        spoken.primary_key.push("language".to_owned());
        spoken.foreign_keys.iter_mut().for_each(|key| key.name = None);
        let mut trip = table("trip", &[("trip_sk", "INT32"), ("land_sk", "TEXT")], Some("land"));
        trip.foreign_keys.retain(|key| key.ref_table == "land");
        let schema = LogicalIr {
            tables: vec![table("land", &[("land_sk", "TEXT"), ("size", "DECIMAL(8,2)")], None), spoken, trip],
            ..LogicalIr::default()
        };
        let (words, measured) = (Lexicon::infer(&schema), profile(&schema.tables));
        let world = World::new(&schema, &words, &measured);
        let field = |table: usize, name: &str| world.entities[table].field(name);
        assert!(field(1, "language").is_some_and(|f| !f.in_key && f.is_groupable()));
        assert!(field(1, "land_sk").is_some_and(|f| f.in_key && !world.entities[1].says_something(f)));
        assert!(field(2, "land_sk").is_some_and(|f| world.entities[2].says_something(f)));
    }
}
