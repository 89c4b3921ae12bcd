//! The words of the shipped schemas: complete, grammatical where they go, and corrected by the files beside them.

use sqlmint::ir::{DatasetIr, LogicalIr};
use sqlmint::schema::lexicon::{Lexicon, edge_key};
use sqlmint::schema::role::Role;
use sqlmint::schema::source::ddl;
use std::collections::BTreeSet;
use std::path::Path;

fn schemas() -> Vec<(String, LogicalIr, Lexicon)> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let read = |name: &str| std::fs::read_to_string(dir.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let of_ddl = |name: &str| {
        ddl::parse(&[ddl::Source {
            file: name.to_owned(),
            text: read(name),
        }])
        .logical
    };
    let retail: DatasetIr = serde_json::from_str(&read("retail.ir.json")).expect("retail.ir.json is a DatasetIr");
    let files = [
        ("library_mgm", of_ddl("library_mgm.ddl")),
        ("restaurants", of_ddl("restaurants.ddl")),
        ("company_employee", of_ddl("company_employee.ddl")),
        ("tpcds", of_ddl("tpcds.sql")),
        ("retail", retail.logical),
    ];
    let worded = |(name, ir): (&str, LogicalIr)| {
        let mut lexicon = Lexicon::infer(&ir);
        lexicon
            .overrides(&read(&format!("{name}.lexicon.yaml")), &ir)
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        (name.to_owned(), ir, lexicon)
    };
    files.into_iter().map(worded).collect()
}

/// What no phrase that stands inside a sentence may look like.
fn fits_a_sentence(phrase: &str) -> bool {
    let first = phrase.split(' ').next().unwrap_or_default();
    !phrase.is_empty()
        && phrase == phrase.trim()
        && !phrase.contains(['_', '"', '.', ';'])
        && !phrase.contains("  ")
        && !["a", "an", "the"].contains(&first)
}

#[test]
fn every_table_column_and_key_has_words_that_fit_a_sentence() {
    for (name, ir, lexicon) in schemas() {
        for table in &ir.tables {
            let id = table.id();
            let words = &lexicon.tables[&id];
            assert!(
                fits_a_sentence(&words.singular) && fits_a_sentence(&words.plural),
                "{name}.{id}: {words:?}"
            );
            assert_ne!(words.singular, words.plural, "{name}.{id}");
            let mut nouns = BTreeSet::new();
            for column in &table.columns {
                let words = lexicon.column(&id, &column.name).expect("it has words");
                let phrases = [
                    Some(&words.noun),
                    Some(&words.plural),
                    words.unit.as_ref(),
                    words.when_null.as_ref(),
                    words.when_set.as_ref(),
                ];
                let said = phrases.into_iter().flatten().chain(words.values.values());
                assert!(
                    said.into_iter().all(|phrase| fits_a_sentence(phrase)),
                    "{name}.{id}.{}: {words:?}",
                    column.name
                );
                assert!(
                    nouns.insert(words.noun.clone()),
                    "{name}.{id}: two columns are called {:?}",
                    words.noun
                );
            }
            for key in &table.foreign_keys {
                let words = &lexicon.edges[&edge_key(&id, &key.columns, &key.ref_table)];
                let phrases = [
                    &words.role,
                    &words.role_plural,
                    &words.of_parent,
                    &words.has_child,
                    &words.child,
                    &words.children,
                ];
                assert!(phrases.into_iter().all(|phrase| fits_a_sentence(phrase)), "{name}.{id}: {words:?}");
                // "how many loans does each member <has_child>": never a form of "be", never a third person.
                let verb = words.has_child.split(' ').next().unwrap_or_default();
                assert!(!["are", "is", "were", "has", "was"].contains(&verb), "{name}.{id}: {words:?}");
            }
        }
        let entries: usize = ir.tables.iter().map(|t| t.columns.len()).sum();
        assert_eq!((lexicon.tables.len(), lexicon.columns.len()), (ir.tables.len(), entries), "{name}");
    }
}

#[test]
fn telling_phrases_read_as_a_person_would_say_them() {
    let all = schemas();
    let lexicon = |name: &str| &all.iter().find(|(n, _, _)| n == name).expect("it is shipped").2;
    let library = lexicon("library_mgm");
    let edge = |of: &Lexicon, key: &str| {
        of.edges
            .get(key)
            .map(|e| (e.of_parent.clone(), e.has_child.clone(), e.children.clone()))
            .expect("it is a key")
    };
    let said = |of: &str, has: &str, children: &str| (of.to_owned(), has.to_owned(), children.to_owned());
    assert_eq!(
        edge(library, "book_author(author_id)->author"),
        said("written by", "have written", "books")
    );
    assert_eq!(
        edge(library, "loan(member_id)->member"),
        said("taken out by", "have taken out", "loans")
    );
    assert_eq!(
        edge(library, "loan(book_id, copy_number)->book_copy"),
        said("of", "have had", "loans")
    );
    assert!(library.tables["book_author"].bridge && !library.tables["loan"].bridge);
    assert!(library.tables["member"].person && !library.tables["book"].person);
    assert_eq!(library.tables["member"].display, ["first_name", "last_name"]);
    let returned = library.column("loan", "returned_on").expect("it is there");
    assert_eq!(
        (returned.when_null.as_deref(), returned.when_set.as_deref()),
        (Some("still out"), Some("already returned"))
    );

    let company = lexicon("company_employee");
    assert_eq!(
        edge(company, "employee(manager_id)->employee"),
        said("reporting to", "have", "direct reports")
    );
    assert_eq!(edge(company, "department(head_id)->employee"), said("with", "lead", "departments"));
    assert_eq!(
        company
            .column("employee", "salary")
            .and_then(|c| c.degree.as_ref())
            .map(|d| d.most.as_str()),
        Some("highest-paid")
    );
    assert_eq!(
        company
            .column("employee", "birth_date")
            .and_then(|c| c.degree.as_ref())
            .map(|d| d.least.as_str()),
        Some("oldest")
    );

    let restaurants = lexicon("restaurants");
    assert_eq!(restaurants.tables["customer_order"].singular, "order");
    assert_eq!(
        edge(restaurants, "customer_order(customer_id)->customer"),
        said("placed by", "have placed", "orders")
    );
    assert_eq!(
        restaurants.column("restaurant", "seats").map(|c| c.noun.as_str()),
        Some("number of seats")
    );
    assert_eq!(
        restaurants
            .column("restaurant", "accepts_cards")
            .and_then(|c| c.values.get("false"))
            .map(String::as_str),
        Some("that do not accept cards")
    );

    let tpcds = lexicon("tpcds");
    assert_eq!(
        tpcds.column("store_sales", "ss_sales_price").map(|c| (c.noun.as_str(), c.role)),
        Some(("sales price", Role::Measure))
    );
    assert_eq!(
        tpcds.column("date_dim", "d_year").map(|c| (c.noun.as_str(), c.role)),
        Some(("year", Role::Ordinal))
    );
    assert_eq!(tpcds.tables["customer"].display, ["c_first_name", "c_last_name"]);
    assert_eq!(tpcds.edges["web_sales(ws_bill_customer_sk)->customer"].role, "billing customer");
}

#[test]
fn keys_that_say_what_became_of_a_row_are_worded_so() {
    let text = "
        CREATE TABLE line (ord int, no int, replaces_ord int, replaces_no int, PRIMARY KEY (ord, no),
            FOREIGN KEY (replaces_ord, replaces_no) REFERENCES line (ord, no));
        CREATE TABLE airport (country text, code text, PRIMARY KEY (country, code));
        CREATE TABLE flight (no int PRIMARY KEY, rebooked_as int REFERENCES flight, dest_country text, dest_code text,
            FOREIGN KEY (dest_country, dest_code) REFERENCES airport);
        CREATE TABLE doctor (id int PRIMARY KEY, name text);
        CREATE TABLE visit (id int PRIMARY KEY, doctor_id int REFERENCES doctor);";
    let source = ddl::Source {
        file: "keys.ddl".into(),
        text: text.into(),
    };
    let lexicon = Lexicon::infer(&ddl::parse(&[source]).logical);
    let said = |key: &str| {
        let words = &lexicon.edges[key];
        [&words.role, &words.of_parent, &words.has_child, &words.children].map(String::as_str)
    };
    let line = said("line(replaces_ord, replaces_no)->line");
    assert_eq!(line, ["replaced line", "of", "have", "lines (as replaced line)"]);
    assert_eq!(
        said("flight(rebooked_as)->flight"),
        ["new flight", "rebooked as", "have", "flights rebooked as them"]
    );
    let to = said("flight(dest_country, dest_code)->airport");
    assert_eq!(to, ["destination", "arriving at", "have", "arriving flights"]);
    assert_eq!(said("visit(doctor_id)->doctor"), ["doctor", "with", "have had", "visits"]);
}

#[test]
fn capitals_that_the_database_folds_away_still_say_where_words_begin() {
    let text = "CREATE TABLE NextOfKin (NextOfKinID int PRIMARY KEY, RelationToPatient text NOT NULL, PHONE text, \"keptAsIs\" int);
        CREATE TABLE WardStay (WardStayID int PRIMARY KEY, BedsideNote text);
        ALTER TABLE WardStay RENAME TO stays;";
    let file = "clinic.sql".to_owned();
    let ir = ddl::parse(&[ddl::Source {
        file,
        text: text.to_owned(),
    }])
    .logical;
    let names: Vec<&str> = ir.tables.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(names, ["nextofkin", "stays"]);
    let lexicon = Lexicon::infer(&ir);
    let noun = |column: &str| lexicon.columns[column].noun.as_str();
    assert_eq!(lexicon.tables["nextofkin"].singular, "next of kin");
    assert_eq!(noun("nextofkin.relationtopatient"), "relation to patient");
    assert_eq!(noun("nextofkin.phone"), "phone number");
    assert_eq!(noun("stays.bedsidenote"), "bedside note");
    assert_eq!(ir.tables[1].spelling, None, "a new name has a spelling of its own");
}
