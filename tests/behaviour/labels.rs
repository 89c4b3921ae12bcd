//! Any SQL gets its labels: Spider's hardness as Spider gives it, and every name of TPC-DS's queries found in its schema.

use sqlmint::ir::LogicalIr;
use sqlmint::query::{hardness, labels, parse};
use sqlmint::schema::source::ddl;
use std::collections::BTreeSet;

#[test]
fn spider_hardness_equals_the_official_evaluator_s() {
    let mut wrong = Vec::new();
    let lines = include_str!("../data/spider/hardness.tsv").lines();
    for (line, fields) in lines.map(|line| (line, line.splitn(3, '\t').collect::<Vec<_>>())) {
        let [expected, _, sql] = fields[..] else {
            panic!("not three fields: {line}")
        };
        let found = parse::query(sql).map(|query| hardness::of(&query).ok().map(|level| level.to_string()));
        if found != Ok(Some(expected.to_owned())) {
            wrong.push(format!("{found:?} for {line}"));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

fn tpcds() -> LogicalIr {
    let source = ddl::Source {
        file: "tpcds.sql".into(),
        text: include_str!("../../schemas/tpcds.sql").into(),
    };
    ddl::parse(&[source]).logical
}

#[test]
fn every_tpc_ds_query_is_read() {
    let schema = tpcds();
    let queries: Vec<&str> = include_str!("../data/tpcds/queries.sql").split("-- query ").skip(1).collect();
    assert_eq!(queries.len(), 99);
    let mut failed = Vec::new();
    let mut tables = BTreeSet::new();
    let mut edges = BTreeSet::new();
    for text in queries {
        let (number, sql) = text.split_once('\n').unwrap_or_default();
        match labels::of_sql(sql, &schema) {
            Ok(found) => {
                assert!(!found.tables.is_empty() && !found.columns.is_empty(), "query {number}");
                assert!(parse::query(&found.skeleton).is_ok(), "query {number}: {}", found.skeleton);
                tables.extend(found.tables);
                edges.extend(found.join_edges);
            }
            Err(error) => failed.push(format!("{number}: {error}")),
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert_eq!(tables.len(), schema.tables.len(), "the workload reads every table");
    assert!(edges.len() >= 60, "{} join edges", edges.len());
}

#[test]
fn every_tpc_h_query_is_read_and_its_columns_are_found() {
    let source = ddl::Source {
        file: "tpch.sql".into(),
        text: include_str!("../data/tpch/ddl-postgres.sql").into(),
    };
    let schema = ddl::parse(&[source]).logical;
    let queries: Vec<&str> = include_str!("../data/tpch/queries.sql").split("-- query ").skip(1).collect();
    assert_eq!(queries.len(), 22);
    let found: Vec<_> = queries
        .iter()
        .map(|text| labels::of_sql(text.split_once('\n').unwrap_or_default().1, &schema))
        .collect();
    let columns = |number: usize| match found.get(number - 1) {
        Some(Ok(labels)) => labels.columns.join(" "),
        other => format!("{other:?}"),
    };
    for (number, labels) in found.iter().enumerate() {
        assert!(
            labels.as_ref().is_ok_and(|l| !l.tables.is_empty() && !l.columns.is_empty()),
            "query {}: {labels:?}",
            number + 1
        );
    }
    // Counted by hand.
    assert_eq!(
        columns(6),
        "lineitem.l_discount lineitem.l_extendedprice lineitem.l_quantity lineitem.l_shipdate"
    );
    assert_eq!(
        columns(4),
        "lineitem.l_commitdate lineitem.l_orderkey lineitem.l_receiptdate orders.o_orderdate orders.o_orderkey orders.o_orderpriority"
    );
    assert_eq!(
        columns(13),
        "customer.c_custkey orders.o_comment orders.o_custkey orders.o_orderkey"
    );
    assert_eq!(
        columns(22),
        "customer.c_acctbal customer.c_custkey customer.c_phone orders.o_custkey"
    );
}
