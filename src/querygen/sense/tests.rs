use super::*;
use crate::ir::{Column, LogicalIr, SqlType, Table, Value};
use crate::query::ir::{Item, OrderKey};
use crate::schema::lexicon::Lexicon;
use crate::schema::profile::{ColumnProfile, Profile, TableProfile};

const COLUMNS: &[(&str, &str)] = &[
    ("loan_id", "INT32"),
    ("fine", "DECIMAL(8,2)"),
    ("weight", "DECIMAL(8,2)"),
    ("loaned_on", "DATE"),
    ("returned_on", "DATE"),
    ("status", "TEXT"),
    ("city", "TEXT"),
    ("country", "TEXT"),
];

fn schema() -> LogicalIr {
    let column = |(name, ty): &(&str, &str)| Column {
        name: (*name).to_owned(),
        sql_type: ty.parse().unwrap_or(SqlType::Text),
        nullable: false,
        default: None,
        generated: None,
        identity: false,
        comment: None,
    };
    LogicalIr {
        tables: vec![Table {
            name: "loan".into(),
            columns: COLUMNS.iter().map(column).collect(),
            primary_key: vec!["loan_id".into()],
            ..Table::default()
        }],
        ..LogicalIr::default()
    }
}

/// A thousand loans; one in ten has the least fine, and four countries have as many each.
fn profile() -> Profile {
    let quantile = |name: &str, i: usize| match name {
        "fine" => Value::Int(i64::try_from(i.saturating_sub(1)).unwrap_or(0)),
        _ => Value::Int(i64::try_from(i).unwrap_or(0)),
    };
    let top = |name: &str| match name {
        "country" => vec![(Value::Text("Chile".into()), 250)],
        "city" => vec![(Value::Text("Oslo".into()), 2)],
        _ => Vec::new(),
    };
    let column = |(name, _): &(&str, &str)| ColumnProfile {
        column: (*name).to_owned(),
        nulls: 0,
        distinct: 20,
        top: top(name),
        quantiles: (0..=QUANTILES).map(|i| quantile(name, i)).collect(),
    };
    Profile {
        tables: vec![TableProfile {
            table: "loan".into(),
            rows: 1000,
            columns: COLUMNS.iter().map(column).collect(),
        }],
        ..Profile::default()
    }
}

fn asked(make: impl FnOnce(&mut Select)) -> bool {
    let (schema, profile) = (schema(), profile());
    let words = Lexicon::infer(&schema);
    let mut select = Select::from_table("loan");
    make(&mut select);
    is_asked(&World::new(&schema, &words, &profile), &Body::Select(select))
}

fn column(name: &str) -> Expr {
    Expr::column(0, name)
}

fn is(name: &str, op: Compare, value: Value) -> Predicate {
    Predicate::Compare {
        left: column(name),
        op,
        value,
    }
}

fn in_2020(name: &str) -> Predicate {
    Predicate::During {
        expr: column(name),
        year: 2020,
        month: None,
    }
}

fn open() -> Predicate {
    is("status", Compare::Eq, Value::Text("open".into()))
}

fn oslo() -> Predicate {
    is("city", Compare::Eq, Value::Text("Oslo".into()))
}

fn chile() -> Predicate {
    is("country", Compare::Eq, Value::Text("Chile".into()))
}

#[test]
fn conditions_are_of_different_kinds_and_say_what_rows_have() {
    let fine = || is("fine", Compare::Gt, Value::Int(5));
    assert!(asked(|s| s.filter = vec![fine(), open()]));
    assert!(asked(|s| s.filter = vec![in_2020("loaned_on"), oslo(), open()]));
    assert!(!asked(|s| s.filter = vec![fine(), is("weight", Compare::Lt, Value::Int(9))]));
    assert!(!asked(|s| s.filter = vec![in_2020("loaned_on"), in_2020("returned_on")]));
    assert!(!asked(|s| s.filter = vec![in_2020("loaned_on"), fine()]));
    assert!(!asked(|s| s.filter = vec![oslo(), chile()]));
    let not_open = || is("status", Compare::NotEq, Value::Text("open".into()));
    assert!(asked(|s| s.filter = vec![not_open()]));
    assert!(!asked(|s| s.filter = vec![not_open(), fine()]));
}

#[test]
fn an_end_that_many_rows_share_is_not_asked_for() {
    let least = |name: &str, func| Item::named(Expr::aggregate(func, Some(column(name))), "least");
    assert!(!asked(|s| s.items = vec![least("fine", Aggregate::Min)]));
    assert!(asked(|s| s.items = vec![least("fine", Aggregate::Max)]));
    assert!(asked(|s| s.items = vec![least("weight", Aggregate::Min)]));
    let first = |descending| {
        asked(|s| {
            s.order = vec![OrderKey {
                expr: column("fine"),
                descending,
                tie_break: false,
            }];
            s.limit = Some(3);
        })
    };
    assert!(first(true) && !first(false));
}

#[test]
fn a_bound_is_not_measured() {
    let highest = || vec![Item::named(Expr::aggregate(Aggregate::Max, Some(column("weight"))), "highest")];
    let light = || vec![is("weight", Compare::Lt, Value::Int(9))];
    assert!(!asked(|s| (s.items, s.filter) = (highest(), light())));
    assert!(asked(
        |s| (s.items, s.filter) = (vec![Item::named(Expr::aggregate(Aggregate::Count, None), "n")], light())
    ));
}

#[test]
fn groups_need_rows() {
    let by_status = |condition: Predicate| {
        asked(|s| {
            s.items = vec![Item::column(0, "status"), Item::named(Expr::aggregate(Aggregate::Count, None), "n")];
            s.group = vec![column("status")];
            s.filter = vec![condition];
        })
    };
    assert!(by_status(chile()));
    assert!(!by_status(oslo()), "two loans are no groups");
}

#[test]
fn a_denial_is_of_much_and_a_list_says_more_than_its_conditions() {
    let within = |filter: Predicate| {
        asked(|s| {
            let inner = Select {
                filter: vec![filter.clone()],
                items: vec![Item::column(0, "loan_id")],
                ..Select::from_table("loan")
            };
            s.filter = vec![Predicate::InQuery {
                left: column("loan_id"),
                query: Box::new(inner),
                negated: true,
            }];
        })
    };
    assert!(within(is("weight", Compare::Gt, Value::Int(9))) && within(in_2020("loaned_on")));
    assert!(!within(is("weight", Compare::Lt, Value::Int(9))));
    let open_ones = |shown: &str| asked(|s| (s.items, s.filter) = (vec![Item::column(0, shown)], vec![open()]));
    assert!(open_ones("weight") && !open_ones("status"));
}

#[test]
fn one_place_or_time_is_no_part_of_another() {
    let by = |key: Expr, condition: Predicate| {
        asked(|s| {
            s.items = vec![Item::named(Expr::aggregate(Aggregate::Count, None), "n")];
            s.group = vec![key];
            s.filter = vec![condition];
        })
    };
    assert!(by(column("status"), chile()) && !by(column("city"), chile()));
    let year = |name: &str| Expr::Part {
        part: crate::query::ir::DatePart::Year,
        of: Box::new(column(name)),
    };
    let after = |name: &str| is(name, Compare::GtEq, Value::Date("0000-01-01".into()));
    assert!(by(year("loaned_on"), after("loaned_on")) && !by(year("loaned_on"), after("returned_on")));
}
