//! Tables: the noun of a row, whether it is a person, whether the table is a bridge, which columns name a row.

use super::{TableWords, column, comment};
use crate::ir::{Column, LogicalIr, Table};
use crate::schema::morphology::{PREPOSITIONS, head, is_mass, plural, singular};
use crate::schema::naming;
use crate::schema::role::{self, Role};
use std::collections::{BTreeMap, BTreeSet};

/// Nouns of people.
#[rustfmt::skip]
const PEOPLE: &[&str] = &[
    "person", "employee", "member", "customer", "author", "actor", "actress", "student", "user", "patient", "teacher", "instructor",
    "professor", "artist", "director", "driver", "pilot", "doctor", "nurse", "physician", "client", "guest", "passenger", "player",
    "coach", "singer", "manager", "contact", "candidate", "applicant", "visitor", "reader", "writer", "editor", "reviewer", "agent",
    "subscriber", "tenant", "owner", "worker", "officer", "child", "parent", "friend", "voter", "judge", "composer", "musician",
    "participant", "performer", "dependent", "dependant", "highschooler", "contestant", "resident", "citizen", "lawyer", "attorney",
    "donor", "volunteer", "consultant", "scientist", "engineer", "technician", "dentist", "trainee", "host", "professional", "individual",
    "salesperson", "cashier", "swimmer", "wrestler", "gymnast", "perpetrator", "representative", "politician", "senator", "entrepreneur",
    "conductor", "mechanic", "cyclist", "rider", "runner", "athlete", "lecturer", "tutor", "advisor", "adviser", "faculty member",
    "staff member", "buyer", "seller", "bidder", "borrower", "lender", "chef", "cook", "waiter", "captain", "soldier", "journalist",
    "reporter", "photographer", "architect", "developer", "designer", "investigator", "surgeon", "therapist", "caregiver", "beneficiary",
    "shareholder", "stakeholder", "investor", "trader", "broker", "landlord", "roommate", "freshman", "high schooler", "schooler", "boy",
    "girl", "man", "woman", "king", "queen", "president", "mayor", "minister", "governor", "umpire", "referee", "jockey", "skipper",
    "speaker", "attendee", "follower", "commenter", "moderator", "administrator", "supervisor", "intern", "apprentice", "researcher",
    "holder", "account holder", "recipient", "adult", "clerk", "tuner", "tanner", "farmer", "gardener", "grower", "beekeeper", "breeder", "fisherman",
    "miner", "diver", "carpenter", "electrician", "plumber", "inspector", "translator", "interpreter", "examiner", "trainer", "dancer",
    "puppeteer", "ranger", "warden", "pupil", "inmate", "prisoner", "witness", "victim", "defendant", "plaintiff", "juror", "assistant",
    "secretary", "treasurer", "operative", "labourer", "laborer",
];

/// A countable noun for a row of a table whose name is not counted.
#[rustfmt::skip]
const ROWS_OF_MASS: &[(&str, &str)] = &[
    ("staff", "staff member"), ("personnel", "staff member"), ("inventory", "inventory item"), ("stock", "stock entry"),
    ("equipment", "piece of equipment"), ("furniture", "piece of furniture"), ("software", "piece of software"),
    ("hardware", "piece of hardware"), ("feedback", "feedback entry"), ("information", "information record"),
    ("weather", "weather record"), ("attendance", "attendance record"), ("insurance", "insurance policy"),
    ("research", "research project"), ("merchandise", "merchandise item"), ("mail", "letter"),
    ("education", "education record"), ("experience", "experience record"), ("faculty", "faculty member"), ("history", "history entry"),
    ("media", "media item"), ("news", "news item"), ("demographics", "profile"), ("data", "data record"), ("music", "piece of music"),
    ("income", "income record"), ("health", "health record"), ("training", "training session"), ("support", "support record"),
    ("statistics", "statistics record"), ("traffic", "traffic record"),
];

/// Plurals that stay before another noun: "sales order".
#[rustfmt::skip]
const KEPT_PLURAL: &[&str] = &[
    "sales", "sports", "goods", "savings", "customs", "arms", "news", "series", "media",
];

/// Whether a row with this noun is a person.
pub(crate) fn is_person(noun: &str) -> bool {
    PEOPLE.contains(&noun) || head(noun).1.rsplit('-').next().is_some_and(|last| PEOPLE.contains(&last))
}

/// Words of all tables, by id.
pub(super) fn infer(ir: &LogicalIr) -> BTreeMap<String, TableWords> {
    let mut out: BTreeMap<String, TableWords> = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for table in &ir.tables {
        let mut one = noun(ir, table);
        // Two tables never share a noun: the second keeps every word of its name.
        if !taken.insert(one.clone()) {
            one = singular(&naming::words(table.written()).join(" "));
            taken.insert(one.clone());
        }
        let bridge = is_bridge(ir, table);
        let words = TableWords {
            plural: plural(&one),
            person: is_person(&one) && !bridge,
            bridge,
            display: display(ir, table, &one),
            singular: one,
        };
        out.insert(table.id(), words);
    }
    out
}

fn noun(ir: &LogicalIr, table: &Table) -> String {
    let mut words = naming::table_words(table);
    words.dedup();
    // "cars_data" holds cars, where no other table does; "sensor_data" holds no sensors.
    if let [.., of, "data" | "info" | "information"] = &words.iter().map(String::as_str).collect::<Vec<_>>()[..]
        && !KEPT_PLURAL.contains(of)
        && !is_mass(of)
        && singular(of) != *of
        && !ir.tables.iter().filter(|t| t.id() != table.id()).any(|t| {
            let other = naming::table_words(t);
            let of_other = other.iter().rfind(|word| !["data", "info", "information"].contains(&word.as_str()));
            of_other.is_some_and(|last| singular(last) == singular(of))
        })
    {
        words.pop();
    }
    // A row of "model_list" with the key "model_id" is a model.
    if let [.., of, list] = &words[..]
        && list == "list"
        && table
            .primary_key
            .iter()
            .any(|key| naming::column_words(table, key) == [of.as_str(), "ID"])
    {
        words.pop();
    }
    let lone = words.len() == 1;
    if let Some((_, front)) = words.split_last_mut() {
        front
            .iter_mut()
            .filter(|w| !KEPT_PLURAL.contains(&w.as_str()))
            .for_each(|w| *w = singular(w));
    }
    // "member_of", "enrolled_in": what connects, not what is.
    if !lone && words.last().is_some_and(|w| PREPOSITIONS.contains(&w.as_str())) {
        words.pop();
        words.push("record".to_owned());
    }
    let phrase = comment::table_noun(table, &words).unwrap_or_else(|| words.join(" "));
    let (before, last, after) = head(&phrase);
    // A row of "crew" with a last name is one of them.
    let named = || {
        table
            .columns
            .iter()
            .any(|c| naming::column_words(table, &c.name).join(" ") == "last name")
    };
    if ["crew", "team", "workforce", "board", "committee"].contains(&singular(last).as_str()) && named() {
        return format!("{before}{} member{after}", singular(last));
    }
    if let Some((_, row)) = ROWS_OF_MASS.iter().find(|(mass, _)| *mass == last) {
        return format!("{before}{row}{after}");
    }
    if is_mass(&phrase) {
        format!("{phrase} record")
    } else if keeps_its_s(table, last) {
        phrase
    } else {
        singular(&phrase)
    }
}

/// "cours" of a table with the key "id_cours": one row is called so too, where what is left without the "s" is no word that anybody knows.
fn keeps_its_s(table: &Table, last: &str) -> bool {
    let own_key = |column: &String| matches!(naming::column_words(table, column).as_slice(), [word, id] if word == last && id == "ID");
    last.ends_with('s') && table.primary_key.iter().any(own_key) && !naming::english::listed(&singular(last))
}

/// Every column is part of a key to or of other rows, or the database's own time stamp, and there are two tables to connect.
fn is_bridge(ir: &LogicalIr, table: &Table) -> bool {
    let keyed = |name: &String| table.primary_key.contains(name) || table.foreign_keys.iter().any(|f| f.columns.contains(name));
    let technical = |c: &Column| role::infer(ir, table, c) == Role::Opaque && c.sql_type.is_temporal();
    let referred = |id: &str| ir.tables.iter().any(|t| t.foreign_keys.iter().any(|f| f.ref_table == id));
    // What has a key of its own and refers to three others is a thing: a flight of an airline from one airport to another.
    let own = |name: &String| !table.foreign_keys.iter().any(|f| f.columns.contains(name));
    let thing = table.foreign_keys.len() > 2 && table.primary_key.iter().any(own);
    !thing && table.foreign_keys.len() >= 2 && table.columns.iter().all(|c| keyed(&c.name) || technical(c)) && !referred(&table.id())
}

/// The columns that name a row for people, in order.
fn display(ir: &LogicalIr, table: &Table, noun: &str) -> Vec<String> {
    let read: Vec<(String, Role, &str)> = table
        .columns
        .iter()
        .map(|c| {
            let said = column::without_own_noun(naming::column_words(table, &c.name), noun).join(" ");
            (said, role::infer(ir, table, c), c.name.as_str())
        })
        .collect();
    let named = |phrase: &str| {
        read.iter()
            .find(|(said, role, _)| said == phrase && *role == Role::Name)
            .map(|(_, _, column)| (*column).to_owned())
    };
    let last = head(noun).1;
    let both = ["first name", "given name", "forename"]
        .iter()
        .flat_map(|first| ["last name", "family name", "surname"].map(|last| vec![(*first).to_owned(), last.to_owned()]));
    let one = |name: String| vec![name];
    let candidates: Vec<Vec<String>> = ["name", "title", "full name", noun]
        .map(|name| one(name.to_owned()))
        .into_iter()
        .chain(both)
        .chain([
            one(format!("{last} name")),
            one(format!("{last} title")),
            one(last.to_owned()),
            one("company name".to_owned()),
            one("product name".to_owned()),
        ])
        .collect();
    let found = candidates
        .iter()
        .find_map(|phrases| phrases.iter().map(|p| named(p)).collect::<Option<Vec<String>>>());
    // Else the first column after the keys when it is a name, a unique text (the city of an office), or the day that a row of days is.
    let leading = || {
        read.iter()
            .find(|(_, role, _)| !matches!(role, Role::Identifier | Role::Code))
            .filter(|(_, role, _)| *role == Role::Name)
    };
    let unique = || {
        read.iter()
            .find(|(_, role, column)| *role == Role::Category && table.is_unique(&[(*column).to_owned()]))
    };
    let day = || read.iter().find(|(said, role, _)| *role == Role::Time && said == last);
    let found = found.unwrap_or_else(|| {
        leading()
            .or_else(unique)
            .or_else(day)
            .map(|(_, _, column)| vec![(*column).to_owned()])
            .unwrap_or_default()
    });
    // A name that rows may lack, where the schema says what they have, leaves some of them without any: those go by their key.
    let nullable = |name: &String| table.column(name).is_some_and(|c| c.nullable);
    let says = |c: &Column, role: Role| !c.nullable && !matches!(role, Role::Identifier | Role::Code);
    let strict = table.columns.iter().zip(&read).any(|(c, (_, role, _))| says(c, *role));
    // An account without a display name has its handle.
    let handle = || {
        let handles = ["handle", "username", "user name", "login", "nickname", "screen name"];
        let all = read
            .iter()
            .filter(|(said, _, column)| handles.contains(&said.as_str()) && table.is_unique(&[(*column).to_owned()]));
        all.map(|(_, _, column)| (*column).to_owned()).find(|column| !nullable(column))
    };
    if found.is_empty() || strict && !table.primary_key.is_empty() && found.iter().any(nullable) {
        return handle().into_iter().collect();
    }
    found
}
