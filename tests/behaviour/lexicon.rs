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

/// The words of a schema given as DDL.
fn words_of(text: &str) -> Lexicon {
    let source = ddl::Source {
        file: "schema.ddl".into(),
        text: text.into(),
    };
    Lexicon::infer(&ddl::parse(&[source]).logical)
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
    let lexicon = words_of(text);
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
fn rows_that_are_paired_and_rows_called_after_their_parent_are_said_as_people_say_them() {
    let text = "CREATE TABLE highschooler (id int PRIMARY KEY, name text);
        CREATE TABLE friend (student_id int REFERENCES highschooler, friend_id int REFERENCES highschooler, PRIMARY KEY (student_id, friend_id));
        CREATE TABLE likes (student_id int REFERENCES highschooler, liked_id int REFERENCES highschooler, PRIMARY KEY (student_id, liked_id));
        CREATE TABLE country (code text PRIMARY KEY, name text);
        CREATE TABLE country_language (country_code text REFERENCES country, language text, PRIMARY KEY (country_code, language));
        CREATE TABLE document (id int PRIMARY KEY, title text); CREATE TABLE section (id int PRIMARY KEY);
        CREATE TABLE document_section (id int PRIMARY KEY, document_id int REFERENCES document);
        CREATE TABLE documents_mailed (id int PRIMARY KEY, document_id int REFERENCES document);";
    let lexicon = words_of(text);
    let said = |key: &str| {
        let words = &lexicon.edges[key];
        [&words.of_parent, &words.has_child, &words.children].map(String::as_str)
    };
    assert_eq!(said("friend(student_id)->highschooler"), ["with", "have", "friends"]);
    assert_eq!(
        said("friend(friend_id)->highschooler"),
        ["with", "have been named as a friend by", "students"]
    );
    assert_eq!(said("likes(student_id)->highschooler"), ["with", "have liked", "highschoolers"]);
    assert_eq!(said("likes(liked_id)->highschooler"), ["with", "have been liked by", "students"]);
    assert_eq!(said("country_language(country_code)->country"), ["spoken in", "speak", "languages"]);
    // Another table is called so, and a participle is no noun.
    assert_eq!(said("document_section(document_id)->document")[2], "document sections");
    assert_ne!(said("documents_mailed(document_id)->document")[2], "mailed");
}

#[test]
fn a_row_of_what_is_called_data_is_one_of_the_things() {
    let text = "CREATE TABLE cars_data (id int PRIMARY KEY, weight int);
        CREATE TABLE sensor_data (id int PRIMARY KEY, value int);
        CREATE TABLE ships_info (id int PRIMARY KEY, hull text); CREATE TABLE ship (id int PRIMARY KEY);
        CREATE TABLE airports (city text, airport_code text PRIMARY KEY);
        CREATE TABLE flights (no int PRIMARY KEY, source_airport text REFERENCES airports (airport_code));";
    let file = "things.sql".to_owned();
    let ir = ddl::parse(&[ddl::Source {
        file,
        text: text.to_owned(),
    }])
    .logical;
    let lexicon = Lexicon::infer(&ir);
    let rows = ["cars_data", "sensor_data", "ships_info", "ship"].map(|table| lexicon.tables[table].singular.as_str());
    assert_eq!(rows, ["car", "sensor data record", "ship information record", "ship"]);
    // What a code refers to is told by its code.
    assert_eq!(lexicon.columns["flights.source_airport"].noun, "source airport code");
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

/// Schemas of trades as their people write them, in several styles and languages.
fn trades() -> Vec<(String, LogicalIr, Lexicon)> {
    let names = ["blood", "dental", "film", "nursery", "parish", "port", "silo", "ski", "windfarm"];
    let others = ["chinook/chinook", "northwind/northwind", "pagila/pagila-schema", "tpcds/tables"];
    let read = |name: &str| {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/{name}.sql"));
        let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{name}: {e}"));
        let ir = ddl::parse(&[ddl::Source {
            file: name.to_owned(),
            text,
        }])
        .logical;
        let lexicon = Lexicon::infer(&ir);
        (name.rsplit('/').next().unwrap_or(name).to_owned(), ir, lexicon)
    };
    let trades = names.map(|name| format!("trades/{name}"));
    trades.iter().map(String::as_str).chain(others).map(read).collect()
}

#[test]
fn no_two_keys_from_one_table_to_another_are_said_alike() {
    let mut pairs = 0;
    let inferred = schemas()
        .into_iter()
        .map(|(name, ir, _)| (format!("{name}, inferred"), Lexicon::infer(&ir), ir));
    let corrected = schemas().into_iter().chain(trades()).map(|(name, ir, lexicon)| (name, lexicon, ir));
    for (name, lexicon, ir) in inferred.chain(corrected) {
        for table in &ir.tables {
            for (i, a) in table.foreign_keys.iter().enumerate() {
                for b in table.foreign_keys[..i]
                    .iter()
                    .filter(|b| b.ref_table == a.ref_table && b.columns != a.columns)
                {
                    let [a, b] = [a, b].map(|key| &lexicon.edges[&edge_key(&table.id(), &key.columns, &key.ref_table)]);
                    // "with" and "of" say the role that follows; a verb alone does not.
                    let link = ["with", "of"].contains(&a.of_parent.as_str());
                    assert!(
                        a.of_parent != b.of_parent || (link && a.role != b.role),
                        "{name}.{}: {a:?} {b:?}",
                        table.id()
                    );
                    // A file may call days by their roles: "opening dates have call centers".
                    let days = [a, b].iter().all(|words| words.role.ends_with(" date")) && a.role != b.role;
                    assert!(
                        a.has_child != b.has_child || a.children != b.children || (days && !name.ends_with("inferred")),
                        "{name}.{}: {a:?} {b:?}",
                        table.id()
                    );
                    pairs += 1;
                }
            }
        }
    }
    assert!(pairs > 20, "{pairs}");
}

#[test]
fn words_of_trades_are_what_their_people_would_say() {
    let all = trades();
    let of = |schema: &str| &all.iter().find(|(name, _, _)| name == schema).expect("it is listed").2;
    for (schema, column, noun, plural, unit) in [
        ("blood", "donor.haemoglobin_g_dl", "haemoglobin", "haemoglobins", Some("g/dl")),
        (
            "blood",
            "component.storage_temp_c",
            "storage temperature",
            "storage temperatures",
            Some("degrees Celsius"),
        ),
        ("blood", "blood_order.required_by", "required by date", "required by dates", None),
        (
            "dental",
            "technician_skill.valid_until",
            "valid until date",
            "valid until dates",
            None,
        ),
        ("film", "Print.KdmFrom", "kdm from date", "kdm from dates", None),
        ("film", "Film.RunningTimeMin", "running time", "running times", Some("minutes")),
        ("film", "Film.SequelOfFilmId", "original film ID", "original film IDs", None),
        ("film", "BoxOfficeReturn.GrossUSD", "gross in USD", "grosses in USD", None),
        ("film", "BoxOfficeReturn.GrossLocal", "gross local", "gross locals", None),
        ("port", "vessel.draftmaxm", "maximum draft", "maximum drafts", Some("metres")),
        ("port", "vessel.loam", "LOA", "LOAs", Some("metres")),
        ("port", "berth.maxloam", "maximum LOA", "maximum LOAs", Some("metres")),
        ("port", "vessel.beamm", "beam", "beams", Some("metres")),
        ("port", "portcall.ata", "ATA", "ATAs", None),
        ("port", "vessel.yearbuilt", "year built", "years built", None),
        ("windfarm", "wo.lost_mwh", "lost energy", "lost energies", Some("MWh")),
        ("windfarm", "part.lead_time_d", "lead time", "lead times", Some("days")),
        ("windfarm", "wf_site.lat_deg", "latitude", "latitudes", Some("degrees")),
        ("windfarm", "wtg_model.rated_kw", "rated power", "rated power", Some("kW")),
        (
            "windfarm",
            "wtg_model.cut_in_ms",
            "cut-in speed",
            "cut-in speeds",
            Some("metres per second"),
        ),
        (
            "windfarm",
            "scada_10min.wind_ms",
            "wind speed",
            "wind speeds",
            Some("metres per second"),
        ),
        (
            "windfarm",
            "contractor.day_rate_ccy",
            "day rate currency",
            "day rate currencies",
            None,
        ),
        ("silo", "tbl_anlieferung.netto_kg", "net weight", "net weights", Some("kg")),
        ("silo", "tbl_umlagerung.menge_t", "quantity", "quantities", Some("tonnes")),
        ("silo", "tbl_preis.preis_eur_t", "price", "prices", Some("euros per tonne")),
        (
            "ski",
            "station.altitude_max_m",
            "maximum altitude",
            "maximum altitudes",
            Some("metres"),
        ),
        ("ski", "cours.prix_chf", "price in CHF", "prices in CHF", None),
        ("nursery", "tuner.ph", "phone number", "phone numbers", None),
        ("nursery", "tbl_bed.c_soil_ph", "soil pH", "soil pH", None),
        (
            "nursery",
            "tbl_bed.c_temp_c",
            "temperature",
            "temperatures",
            Some("degrees Celsius"),
        ),
        ("nursery", "tbl_bed.c_grid_e", "grid easting", "grid eastings", None),
        ("nursery", "lieferung.kunden_nr", "customer number", "customer numbers", None),
        ("nursery", "lieferung.preis_je_kg", "price per kg", "prices per kg", None),
        ("nursery", "lieferung.price_per_t", "price per tonne", "prices per tonne", None),
        ("nursery", "lieferung.kg", "weight", "weights", Some("kg")),
        ("nursery", "lieferung.net_t", "net weight", "net weights", Some("tonnes")),
        ("nursery", "lieferung.weighed_in_at", "weighed in date", "weighed in dates", None),
        (
            "nursery",
            "lieferung.plants_sold",
            "number of plants sold",
            "number of plants sold",
            None,
        ),
        (
            "nursery",
            "lieferung.vibration_mm_s",
            "vibration",
            "vibrations",
            Some("mm per second"),
        ),
        ("nursery", "lieferung.insp_dt", "inspection date", "inspection dates", None),
        ("nursery", "lieferung.prix_achat", "purchase price", "purchase prices", None),
    ] {
        let words = &of(schema).columns[column];
        assert_eq!(
            (words.noun.as_str(), words.plural.as_str(), words.unit.as_deref()),
            (noun, plural, unit),
            "{schema}.{column}"
        );
    }
    for (schema, table, one, many) in [
        ("windfarm", "tech", "tech", "techs"),
        ("ski", "cours", "cours", "cours"),
        ("nursery", "taxa", "taxon", "taxa"),
        ("nursery", "lieferung", "delivery", "deliveries"),
    ] {
        let words = &of(schema).tables[table];
        assert_eq!((words.singular.as_str(), words.plural.as_str()), (one, many));
    }
    let nursery = of("nursery");
    // What neither sums nor says itself: a pH, a share of land, a place on a grid, a height above the sea, a speed.
    for column in [
        "tbl_bed.c_soil_ph",
        "tbl_bed.c_pct_cultivated",
        "tbl_bed.c_grid_e",
        "taxa.elevation_m",
        "lieferung.vibration_mm_s",
    ] {
        assert_eq!(nursery.columns[column].role, Role::Ratio, "{column}");
    }
    assert_eq!(nursery.columns["tbl_bed.c_pump_on_flg"].values["Y"], "with the pump on");
    assert_eq!(nursery.columns["lieferung.under_warranty"].values["true"], "under warranty");
    assert!(nursery.tables["tuner"].person);
    let made = of("film").columns["Film.ProductionYear"].event.as_ref().map(|e| e.verb.as_str());
    assert_eq!(made, Some("produced"));
    for (schema, edge, want) in [
        ("blood", "donation(donor_id)->donor", ["donor", "made by", "have made", "donations"]),
        (
            "blood",
            "donation(screening_nurse_id)->nurse",
            ["screening nurse", "with", "have", "donations (as screening nurse)"],
        ),
        (
            "port",
            "vessel(owneragentid)->shippingagent",
            ["owner agent", "owned by", "own", "vessels"],
        ),
        (
            "port",
            "vessel(manageragentid)->shippingagent",
            ["manager agent", "managed by", "manage", "vessels"],
        ),
        (
            "film",
            "Film(SequelOfFilmId)->Film",
            ["original film", "of", "have", "films (as original film)"],
        ),
    ] {
        let words = &of(schema).edges[edge];
        let said = [&words.role, &words.of_parent, &words.has_child, &words.children].map(String::as_str);
        assert_eq!(said, want, "{schema}.{edge}");
    }
}
