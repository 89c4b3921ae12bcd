//! The forms that shapes build, as SQL.

use super::query;
use crate::ir::{ForeignKey, LogicalIr, Value};
use crate::query::ir::{
    Aggregate, Body, ColumnRef, Compare, Expr, Grouping, Item, Join, OrderKey, Predicate, QueryIr, Select, Source, Window,
};
use crate::query::{labels, parse};
use crate::schema::source::ddl;

const DDL: &str = "CREATE TABLE staff (id int PRIMARY KEY, name text NOT NULL, boss_id int REFERENCES staff, city text, pay int);";

fn schema() -> LogicalIr {
    ddl::parse(&[ddl::Source {
        file: "staff.ddl".into(),
        text: DDL.into(),
    }])
    .logical
}

/// The SQL, which must parse back to itself and name what the schema has.
fn sql(body: Body) -> Result<String, Box<dyn std::error::Error>> {
    let schema = schema();
    let made = query(
        &QueryIr {
            shape: String::new(),
            body,
        },
        &schema,
    );
    let text = made.to_string();
    assert_eq!(parse::query(&text)?.to_string(), text);
    labels::of(&made, &schema)?;
    Ok(text)
}

fn grouped(key: Expr, figure: Expr) -> Select {
    let mut select = Select::from_table("staff");
    select.items = vec![Item::named(key.clone(), "k"), Item::named(figure, "n")];
    select.group = vec![key];
    select
}

fn count(filter: Option<Predicate>) -> Expr {
    Expr::Aggregate {
        func: Aggregate::Count,
        distinct: false,
        arg: None,
        filter: filter.map(Box::new),
    }
}

fn boss() -> ForeignKey {
    let key = schema().tables.first().and_then(|t| t.foreign_keys.first()).cloned();
    key.expect("staff refers to itself")
}

#[test]
fn bands_are_grouped_by_their_name() -> Result<(), Box<dyn std::error::Error>> {
    let band = Expr::Band {
        of: Box::new(Expr::column(0, "pay")),
        bounds: vec![Value::Int(10), Value::Int(20)],
        labels: vec!["low".into(), "medium".into(), "high".into()],
    };
    assert_eq!(
        sql(Body::Select(grouped(band, count(None))))?,
        "SELECT CASE WHEN pay < 10 THEN 'low' WHEN pay < 20 THEN 'medium' ELSE 'high' END AS k, COUNT(*) AS n FROM staff GROUP BY k"
    );
    Ok(())
}

#[test]
fn figures_have_their_own_syntax() -> Result<(), Box<dyn std::error::Error>> {
    let column = |name: &str| Box::new(Expr::column(0, name));
    let share = |part: Expr, whole: Expr| Expr::Percent {
        part: Box::new(part),
        whole: Box::new(whole),
    };
    let missing = || Predicate::IsNull {
        expr: Expr::column(0, "boss_id"),
        negated: false,
    };
    let moving = Expr::Window {
        func: Window::MovingAvg(2),
        arg: Some(Box::new(count(None))),
        partition: Vec::new(),
        order: vec![OrderKey {
            expr: Expr::column(0, "city"),
            descending: false,
            tie_break: false,
        }],
    };
    for (figure, expected) in [
        (
            Expr::aggregate(Aggregate::Percentile(50), Some(Expr::Double(column("pay")))),
            "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY CAST(pay AS DOUBLE PRECISION))",
        ),
        (
            Expr::aggregate(Aggregate::Percentile(75), Some(Expr::column(0, "pay"))),
            "PERCENTILE_CONT(0.75) WITHIN GROUP (ORDER BY pay)",
        ),
        (
            Expr::Joined {
                of: column("name"),
                distinct: true,
            },
            "STRING_AGG(DISTINCT name, ', ' ORDER BY name)",
        ),
        (
            share(count(Some(missing())), count(None)),
            "ROUND(100.0 * COUNT(*) FILTER (WHERE boss_id IS NULL) / COUNT(*), 2)",
        ),
        (
            share(count(None), count(Some(missing()))),
            "ROUND(100.0 * COUNT(*) / NULLIF(COUNT(*) FILTER (WHERE boss_id IS NULL), 0), 2)",
        ),
        (
            moving,
            "AVG(COUNT(*)) OVER (ORDER BY city ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)",
        ),
    ] {
        assert_eq!(
            sql(Body::Select(grouped(Expr::column(0, "city"), figure)))?,
            format!("SELECT city AS k, {expected} AS n FROM staff GROUP BY city")
        );
    }
    Ok(())
}

#[test]
fn subtotals_are_grouping_sets() -> Result<(), Box<dyn std::error::Error>> {
    for (grouping, expected) in [
        (Grouping::Rollup, "ROLLUP (city, name)"),
        (Grouping::Alone, "GROUPING SETS ((city), (name), ())"),
    ] {
        let mut select = Select::from_table("staff");
        select.group = vec![Expr::column(0, "city"), Expr::column(0, "name")];
        select.items = vec![Item::column(0, "city"), Item::column(0, "name"), Item::named(count(None), "n")];
        select.grouping = grouping;
        assert_eq!(
            sql(Body::Select(select))?,
            format!("SELECT city, name, COUNT(*) AS n FROM staff GROUP BY {expected}")
        );
    }
    Ok(())
}

#[test]
fn a_chain_follows_a_self_reference_down_and_up() -> Result<(), Box<dyn std::error::Error>> {
    for (down, carried, on) in [(true, "id", "s.boss_id = c.id"), (false, "boss_id", "s.id = c.boss_id")] {
        let mut start = Select::from_table("staff");
        start.items = vec![Item::column(0, carried), Item::named(Expr::Number(0), "level")];
        start.filter = vec![Predicate::Compare {
            left: Expr::column(0, "id"),
            op: Compare::Eq,
            value: Value::Int(7),
        }];
        let mut step = Select::from_table("staff");
        step.sources.push(Source::Stage);
        step.joins = vec![Join {
            left: 0,
            key: boss(),
            to_parent: down,
            outer: false,
        }];
        let next = Expr::Next(Box::new(Expr::column(1, "level")));
        step.items = vec![Item::column(0, carried), Item { expr: next, alias: None }];
        let mut outer = Select {
            sources: vec![Source::Stage],
            ..Select::default()
        };
        outer.items = vec![Item::named(count(None), "n")];
        let name = "chain".to_owned();
        assert_eq!(
            sql(Body::Chain { name, start, step, outer })?,
            format!(
                "WITH RECURSIVE chain AS (SELECT {carried}, 0 AS level FROM staff WHERE id = 7 UNION ALL \
                 SELECT s.{carried}, c.level + 1 FROM staff AS s JOIN chain AS c ON {on}) SELECT COUNT(*) AS n FROM chain"
            )
        );
    }
    Ok(())
}

#[test]
fn the_first_rows_of_each_come_from_lateral() -> Result<(), Box<dyn std::error::Error>> {
    let mut each = Select::from_table("staff");
    each.items = vec![Item::column(0, "name")];
    each.order = vec![OrderKey {
        expr: Expr::column(0, "pay"),
        descending: true,
        tie_break: false,
    }];
    each.limit = Some(2);
    let mut outer = Select::from_table("staff");
    outer.sources.push(Source::Stage);
    let picked = Expr::Column(ColumnRef {
        source: 1,
        column: "name".into(),
    });
    outer.items = vec![Item::column(0, "city"), Item { expr: picked, alias: None }];
    let body = Body::Each {
        name: "picked".into(),
        key: boss(),
        each,
        outer,
    };
    assert_eq!(
        sql(body)?,
        "SELECT s.city, p.name FROM staff AS s CROSS JOIN LATERAL \
         (SELECT s2.name FROM staff AS s2 WHERE s2.boss_id = s.id ORDER BY s2.pay DESC LIMIT 2) AS p"
    );
    Ok(())
}

#[test]
fn only_an_or_beside_other_conditions_stands_in_parentheses() -> Result<(), Box<dyn std::error::Error>> {
    let is = |column: &str, value: i64| Predicate::Compare {
        left: Expr::column(0, column),
        op: Compare::Eq,
        value: Value::Int(value),
    };
    let either = Predicate::Any(vec![is("pay", 1), is("pay", 2)]);
    for (filter, expected) in [
        (vec![either.clone()], "pay = 1 OR pay = 2"),
        (vec![either, is("id", 3)], "(pay = 1 OR pay = 2) AND id = 3"),
    ] {
        let mut select = Select::from_table("staff");
        select.items = vec![Item::column(0, "name")];
        select.filter = filter;
        assert_eq!(sql(Body::Select(select))?, format!("SELECT name FROM staff WHERE {expected}"));
    }
    Ok(())
}
