use super::*;
use crate::ir::{Column, LogicalIr, SqlType, Table, Value};
use crate::query::ir::{Aggregate, DatePart, Item, OrderKey, Window};
use crate::schema::lexicon::Lexicon;
use crate::schema::profile::QUANTILES;
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
    ("birth_date", "DATE"),
];

/// Of another table, whose amounts are in twenty currencies.
const PAYMENT: &[(&str, &str)] = &[
    ("payment_id", "INT32"),
    ("amount", "DECIMAL(8,2)"),
    ("currency", "TEXT"),
    ("pieces", "INT32"),
];

fn schema() -> LogicalIr {
    let column = |(name, ty): &(&str, &str)| Column {
        nullable: false,
        ..Column::new(*name, ty.parse().unwrap_or(SqlType::Text))
    };
    LogicalIr {
        tables: [("loan", COLUMNS), ("payment", PAYMENT)]
            .map(|(name, columns)| Table {
                name: name.into(),
                columns: columns.iter().map(column).collect(),
                primary_key: vec![format!("{name}_id")],
                ..Table::default()
            })
            .into(),
        ..LogicalIr::default()
    }
}

/// A thousand loans of twenty-one years; one in ten has the least fine, and four countries have as many each.
fn profile() -> Profile {
    let quantile = |name: &str, i: usize| match name {
        "fine" => Value::Int(i64::try_from(i.saturating_sub(1)).unwrap_or(0)),
        "loaned_on" => Value::Date(format!("{}-01-01", 2000 + i)),
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
        tables: [("loan", COLUMNS), ("payment", PAYMENT)]
            .map(|(table, columns)| TableProfile {
                table: table.into(),
                rows: 1000,
                columns: columns.iter().map(column).collect(),
            })
            .into(),
        ..Profile::default()
    }
}

fn asked(make: impl FnOnce(&mut Select)) -> bool {
    asked_of("loan", make)
}

fn asked_of(table: &str, make: impl FnOnce(&mut Select)) -> bool {
    asked_in(false, table, make)
}

fn asked_in(wide: bool, table: &str, make: impl FnOnce(&mut Select)) -> bool {
    let (schema, profile) = (schema(), profile());
    let words = Lexicon::infer(&schema);
    let mut select = Select::from_table(table);
    make(&mut select);
    is_asked(&World::new(&schema, &words, &profile), &Body::Select(select), wide)
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
fn what_few_people_ask_is_for_recipes_of_many_pairs_and_nonsense_for_none() {
    let two_figures = |s: &mut Select| s.filter = vec![is("fine", Compare::Gt, Value::Int(5)), is("weight", Compare::Lt, Value::Int(9))];
    let unseen = |s: &mut Select| {
        s.items = vec![Item::named(column("city"), "city")];
        s.order = vec![OrderKey {
            expr: column("fine"),
            descending: true,
            tie_break: false,
        }];
        s.limit = Some(1);
    };
    let two_places = |s: &mut Select| s.filter = vec![oslo(), chile()];
    assert!(!asked(two_figures) && asked_in(true, "loan", two_figures));
    assert!(!asked(unseen) && asked_in(true, "loan", unseen));
    assert!(!asked_in(true, "loan", two_places));
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
fn what_is_one_is_not_counted() {
    let distinct = |name: &str| {
        let of = Expr::Aggregate {
            func: Aggregate::Count,
            distinct: true,
            arg: Some(Box::new(column(name))),
            filter: None,
        };
        vec![Item::named(of, "n")]
    };
    assert!(asked(|s| (s.items, s.filter) = (distinct("status"), vec![chile()])));
    assert!(!asked(|s| (s.items, s.filter) = (distinct("country"), vec![chile()])));
    let of_one_loan = |condition: Predicate| {
        asked_in(true, "loan", |s| {
            s.items = vec![Item::column(0, "status"), Item::named(Expr::aggregate(Aggregate::Count, None), "n")];
            s.group = vec![column("status")];
            s.filter = vec![condition];
        })
    };
    assert!(of_one_loan(chile()) && !of_one_loan(is("loan_id", Compare::Eq, Value::Int(7))));
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

#[test]
fn development_needs_rows_in_every_period() {
    let by_year = |s: &mut Select| {
        s.group = vec![Expr::Part {
            part: DatePart::Year,
            of: Box::new(column("loaned_on")),
        }];
    };
    assert!(asked(by_year));
    assert!(asked(|s| {
        by_year(s);
        s.filter = vec![chile()];
    }));
    // About twenty-five of a thousand rows, over twenty-one years.
    assert!(!asked(|s| {
        by_year(s);
        s.filter = vec![chile(), is("fine", Compare::Gt, Value::Int(17))];
    }));
}

#[test]
fn amounts_are_asked_for_as_ranges_or_neighbours() {
    let one_of = |name: &str, values: &[i64]| Predicate::In {
        expr: column(name),
        values: values.iter().copied().map(Value::Int).collect(),
        negated: false,
    };
    assert!(asked(|s| s.filter = vec![one_of("fine", &[2, 1])]));
    assert!(!asked(|s| s.filter = vec![one_of("fine", &[3, 1])]));
    let either = |values: [i64; 2]| Predicate::Any(values.map(|v| is("fine", Compare::Eq, Value::Int(v))).to_vec());
    assert!(asked(|s| s.filter = vec![either([1, 2])]));
    assert!(!asked(|s| s.filter = vec![either([1, 5])]));
}

#[test]
fn exact_amounts_and_births_are_not_set_against_each_other() {
    let (schema, profile) = (schema(), profile());
    let words = Lexicon::infer(&schema);
    let world = World::new(&schema, &words, &profile);
    let side = |p: Predicate| {
        let mut select = Select::from_table("loan");
        select.items = vec![Item::column(0, "city")];
        select.filter = vec![p];
        select
    };
    let both_in = |wide, left, right| {
        is_asked(
            &world,
            &Body::SetOp {
                op: SetOp::Intersect,
                left: side(left),
                right: side(right),
                of_values: false,
            },
            wide,
        )
    };
    let both = |left, right| both_in(false, left, right);
    assert!(both(in_2020("loaned_on"), open()));
    assert!(!both(in_2020("birth_date"), in_2020("birth_date")));
    let fine = |n| is("fine", Compare::Eq, Value::Int(n));
    assert!(!both(fine(1), fine(2)) && both_in(true, fine(1), fine(2)));
}

#[test]
fn groups_are_chosen_among_more_and_names_are_shown_where_they_are_searched() {
    let first = |n: u64| {
        move |s: &mut Select| {
            s.group = vec![column("country")];
            s.limit = Some(n);
        }
    };
    assert!(asked(first(5)) && asked(first(1)));
    assert!(!asked(first(15)));
    let searched = |shown: &'static str| {
        move |s: &mut Select| {
            s.filter = vec![Predicate::Like {
                expr: column("status"),
                place: crate::query::ir::TextMatch::Contains,
                text: "pen".into(),
            }];
            s.items = vec![Item::column(0, shown)];
        }
    };
    assert!(asked(searched("loan_id")));
    assert!(!asked(searched("fine")));
    let few = |filter: Predicate| {
        move |s: &mut Select| {
            s.group = vec![column("country")];
            s.having = vec![Predicate::Compare {
                left: Expr::aggregate(Aggregate::Count, None),
                op: Compare::Lt,
                value: Value::Int(5),
            }];
            s.filter = vec![filter];
        }
    };
    assert!(asked(few(in_2020("loaned_on"))));
    assert!(!asked(few(in_2020("birth_date"))));
}

#[test]
fn states_are_not_picked_at_random_and_what_is_planned_has_not_happened() {
    let text = |name: &str, value: &str| is(name, Compare::Eq, Value::Text(value.into()));
    let either = |name: &'static str| Predicate::Any(vec![text(name, "open"), text(name, "lost")]);
    assert!(asked(|s| s.filter = vec![either("country")]));
    assert!(!asked(|s| s.filter = vec![either("status")]));
    assert!(asked(|s| s.filter = vec![text("status", "planned")]));
    assert!(asked(|s| s.filter = vec![text("status", "lost"), in_2020("loaned_on")]));
    assert!(!asked(|s| s.filter = vec![text("status", "planned"), in_2020("loaned_on")]));
}

#[test]
fn days_are_neither_counted_as_kinds_nor_compared_within() {
    let counted = |name: &'static str| {
        move |s: &mut Select| {
            s.items = vec![Item {
                expr: Expr::Aggregate {
                    func: Aggregate::Count,
                    distinct: true,
                    arg: Some(Box::new(column(name))),
                    filter: None,
                },
                alias: None,
            }];
        }
    };
    assert!(asked(counted("country")));
    assert!(!asked(counted("loaned_on")));
    let above_the_same = |name: &'static str| {
        move |s: &mut Select| {
            let mut average = Select::from_table("loan");
            average.items = vec![Item {
                expr: Expr::aggregate(Aggregate::Avg, Some(column("weight"))),
                alias: None,
            }];
            average.filter = vec![Predicate::CompareExpr {
                left: column(name),
                op: Compare::Eq,
                right: Expr::OuterColumn(ColumnRef {
                    source: 0,
                    column: name.into(),
                }),
            }];
            s.filter = vec![Predicate::CompareQuery {
                left: column("weight"),
                op: Compare::Gt,
                query: Box::new(average),
            }];
        }
    };
    assert!(asked(above_the_same("country")));
    assert!(!asked(above_the_same("returned_on")));
}

#[test]
fn what_relates_rows_is_not_fixed_beside() {
    let among = |fixed: &'static str| {
        move |s: &mut Select| {
            let mut query = Select::from_table("loan");
            query.items = vec![Item::column(0, "country")];
            query.filter = vec![is(fixed, Compare::Eq, Value::Text("Chile".into()))];
            s.filter = vec![Predicate::InQuery {
                left: column("country"),
                query: Box::new(query),
                negated: false,
            }];
        }
    };
    assert!(asked(among("city")));
    assert!(!asked(among("country")));
    let referring = |fixed: &'static str| {
        move |s: &mut Select| {
            let key = crate::ir::ForeignKey {
                name: None,
                columns: vec!["city".into()],
                ref_table: "loan".into(),
                ref_columns: vec!["loan_id".into()],
                inferred: false,
            };
            let at = s.join(0, &key, "loan", false, false);
            s.items = vec![Item::column(0, "country")];
            s.filter = vec![Predicate::Compare {
                left: Expr::column(at, fixed),
                op: Compare::Eq,
                value: Value::Text("Oslo".into()),
            }];
        }
    };
    assert!(asked(referring("status")));
    assert!(!asked(referring("city")));
}

#[test]
fn times_and_amounts_are_measured_apart() {
    let both = |names: [&'static str; 2]| {
        move |s: &mut Select| {
            let greatest = |name: &str| Item {
                expr: Expr::aggregate(Aggregate::Max, Some(column(name))),
                alias: None,
            };
            s.items = names.map(greatest).to_vec();
        }
    };
    assert!(asked(both(["fine", "weight"])));
    assert!(!asked(both(["fine", "loaned_on"])));
}

#[test]
fn amounts_of_several_currencies_are_not_added_up() {
    let total = |name: &str| Item {
        expr: Expr::Aggregate {
            func: Aggregate::Sum,
            distinct: false,
            arg: Some(Box::new(column(name))),
            filter: None,
        },
        alias: None,
    };
    let euros = || is("currency", Compare::Eq, Value::Text("EUR".into()));
    assert!(!asked_of("payment", |s| s.items = vec![total("amount")]));
    assert!(asked_of("payment", |s| s.items = vec![total("pieces")]));
    assert!(asked_of("payment", |s| (s.items, s.group) =
        (vec![total("amount")], vec![column("currency")])));
    assert!(asked_of("payment", |s| (s.items, s.filter) = (vec![total("amount")], vec![euros()])));
    let dearest = |s: &mut Select| {
        s.order = vec![OrderKey {
            expr: column("amount"),
            descending: true,
            tie_break: false,
        }];
        s.limit = Some(3);
    };
    assert!(!asked_of("payment", dearest));
    assert!(asked_of("payment", |s| {
        s.filter = vec![euros()];
        dearest(s);
    }));
    assert!(asked(|s| s.items = vec![total("fine")]), "nothing says that they differ");
}

#[test]
fn a_calendar_is_ranked_of_all_rows_or_of_a_kind() {
    let by = |name: &str, filter: Vec<Predicate>| {
        let rank = Expr::Window {
            func: Window::Rank,
            arg: None,
            partition: Vec::new(),
            order: vec![OrderKey {
                expr: column(name),
                descending: false,
                tie_break: false,
            }],
        };
        let items = vec![Item { expr: rank, alias: None }];
        asked(|s| (s.items, s.filter) = (items, filter))
    };
    let fine = || is("fine", Compare::Gt, Value::Int(5));
    assert!(by("loaned_on", vec![open()]));
    assert!(!by("loaned_on", vec![fine()]));
    assert!(!by("loaned_on", vec![is("status", Compare::NotEq, Value::Text("open".into()))]));
    assert!(by("weight", vec![open()]));
}

#[test]
fn one_rows_own_code_is_not_counted() {
    let counted = |filter: Predicate| Item {
        expr: Expr::Aggregate {
            func: Aggregate::Count,
            distinct: false,
            arg: None,
            filter: Some(Box::new(filter)),
        },
        alias: None,
    };
    assert!(asked(|s| s.items = vec![counted(open())]));
    assert!(!asked(|s| s.items = vec![counted(is("loan_id", Compare::Eq, Value::Int(7)))]));
}
