//! Conditions that nobody would put together, or would put so.
//!
//! Limits: a rule sees what a condition is about and how many rows it keeps, not why somebody might want them.

use super::{Scene, Topic, told, topic};
use crate::ir::Value;
use crate::query::ir::{ColumnRef, Compare, Expr, Item, Predicate, Select};
use crate::querygen::world::{Field, World};

/// More than three columns, or two names of one place.
pub(super) fn crowds_conditions(scene: &Scene<'_, '_>) -> bool {
    let said = said(scene);
    let same_place = said.iter().any(|(a, t, _)| {
        let there = |(b, u, _): &&(ColumnRef, Topic, bool)| *t == Topic::Place && *u == Topic::Place && a.source == b.source;
        said.iter().filter(there).count() > 1
    });
    said.len() > 3 || same_place
}

/// People join a state or a place with one figure or one time; two figures, two times, or what rows are not beside what they are, come from
/// a generator.
pub(super) fn mixes_conditions(scene: &Scene<'_, '_>) -> bool {
    let said = said(scene);
    let averaged = scene.select.filter.iter().any(|p| matches!(p, Predicate::CompareQuery { .. }));
    let of = |topic: Topic| said.iter().filter(|(_, t, _)| *t == topic).count();
    let measured = of(Topic::Life) + of(Topic::Time) + of(Topic::Number);
    (said.len() > 1 && said.iter().any(|(.., plain)| !plain)) || measured > 1 || (averaged && of(Topic::Number) > 0)
}

/// The columns that conditions are about, each once, with the first condition's topic.
fn said(scene: &Scene<'_, '_>) -> Vec<(ColumnRef, Topic, bool)> {
    let mut said: Vec<(ColumnRef, Topic, bool)> = Vec::new();
    for found in scene.conditions().filter_map(|p| topic(scene, p)) {
        if !said.iter().any(|(column, ..)| *column == found.0) {
            said.push(found);
        }
    }
    said
}

/// A list of nothing but what its own conditions say.
pub(super) fn shows_nothing_new(scene: &Scene<'_, '_>) -> bool {
    let fixed: Vec<&Expr> = scene
        .select
        .filter
        .iter()
        .filter_map(|p| match p {
            Predicate::Compare { left, op: Compare::Eq, .. } | Predicate::CompareQuery { left, op: Compare::Eq, .. } => Some(left),
            _ => None,
        })
        .collect();
    let items = &scene.select.items;
    scene.select.group.is_empty() && !items.is_empty() && items.iter().all(|item| fixed.contains(&&item.expr))
}

/// "Orders without lines of less than 10 dollars" denies twice; "without lines of exactly 3 pieces" denies next to nothing.
pub(super) fn denies_a_small_amount(scene: &Scene<'_, '_>) -> bool {
    let small = |p: &Predicate| {
        let low = matches!(
            p,
            Predicate::Compare {
                op: Compare::Lt | Compare::LtEq | Compare::NotEq,
                ..
            } | Predicate::In { negated: true, .. }
        );
        let exact = matches!(p, Predicate::Compare { op: Compare::Eq, .. } | Predicate::Between { .. });
        topic(scene, p).is_some_and(|(_, topic, _)| match topic {
            Topic::Number => low || exact,
            Topic::State | Topic::Place => low,
            // "have not had any loans already returned"
            Topic::Life | Topic::Time => matches!(p, Predicate::IsNull { .. }),
        }) || matches!(p, Predicate::IsNull { expr, negated: true } if expr.base_column().is_some_and(|c| scene.is_day(c)))
    };
    if scene.denied && scene.select.filter.iter().any(small) {
        return true;
    }
    scene.select.filter.iter().any(|p| match p {
        Predicate::InQuery { query, negated: true, .. } | Predicate::Exists { query, negated: true, .. } => denies_a_small_amount(&Scene {
            world: scene.world,
            select: query,
            denied: true,
        }),
        _ => false,
    })
}

/// An active project has not ended: where a status and a time that not every row has come together, one of them says it all.
pub(super) fn fixes_a_stage_twice(scene: &Scene<'_, '_>) -> bool {
    let stage = |f: &Field<'_>| has_word(f, STAGES);
    let told: Vec<&Field<'_>> = scene
        .conditions()
        .filter_map(|p| topic(scene, p))
        .filter_map(|(column, ..)| scene.field(&column))
        .collect();
    let listed = scene.select.items.iter().filter_map(|item| match &item.expr {
        Expr::Column(column) => scene.field(column),
        Expr::Aggregate { distinct: true, arg, .. } => scene.field(arg.as_ref()?.base_column()?),
        _ => None,
    });
    // "each next to the average of all with the same status"
    let within = scene.select.items.iter().filter_map(|item| match &item.expr {
        Expr::Window { partition, .. } => scene.field(partition.first()?.base_column()?),
        _ => None,
    });
    let listed = listed.chain(within);
    let sorted = scene.select.order.first().and_then(|key| scene.field(key.expr.base_column()?));
    let stages = told.iter().copied().chain(listed).any(stage);
    stages && told.iter().copied().chain(sorted).any(|f| f.is_time() && f.has_nulls())
}

/// "One or three renewals" skips two: amounts are asked for as ranges, or as neighbours.
pub(super) fn picks_amounts(scene: &Scene<'_, '_>) -> bool {
    let apart = |p: &Predicate| {
        let values: Vec<&Value> = match p {
            Predicate::In { values, .. } => values.iter().collect(),
            Predicate::Any(parts) => parts.iter().filter_map(amount).collect(),
            _ => return false,
        };
        let mut numbers: Vec<f64> = values.into_iter().filter_map(Value::as_f64).collect();
        numbers.sort_by(f64::total_cmp);
        let skips = numbers.windows(2).any(|two| matches!(two, [a, b] if b - a > 1.0));
        skips && is_amount(scene, p)
    };
    scene.conditions().any(apart)
}

/// Whether a condition is on a figure that more or less of makes sense of.
fn is_amount(scene: &Scene<'_, '_>, predicate: &Predicate) -> bool {
    let found = topic(scene, predicate).filter(|(_, topic, _)| *topic == Topic::Number);
    found.is_some_and(|(column, ..)| scene.field(&column).is_some_and(|f| f.is_measure() || f.is_year()))
}

/// The number that a column is to equal.
fn amount(predicate: &Predicate) -> Option<&Value> {
    match predicate {
        Predicate::Compare {
            op: Compare::Eq, value, ..
        } => value.as_f64().map(|_| value),
        _ => None,
    }
}

/// Rows of one exact amount and rows of another, or those born in one year and those born in the next, are not set against each other.
pub(super) fn sets_amounts_apart(world: &World<'_>, left: &Select, right: &Select) -> bool {
    let odd = |select: &Select| {
        let scene = Scene {
            world,
            select,
            denied: false,
        };
        select.filter.iter().any(|p| {
            let life = topic(&scene, p).is_some_and(|(_, topic, _)| topic == Topic::Life);
            life || (amount(p).is_some() && is_amount(&scene, p))
        })
    };
    odd(left) && odd(right)
}

/// Who looks for a piece of a name wants to see the names.
pub(super) fn searches_without_names(scene: &Scene<'_, '_>) -> bool {
    let select = scene.select;
    let searched = select.filter.iter().any(|p| matches!(p, Predicate::Like { .. }));
    let tells = |item: &Item| match &item.expr {
        Expr::Column(column) => scene
            .entity(column.source)
            .zip(scene.field(column))
            .is_some_and(|(e, f)| f.in_key || e.words.display.contains(&column.column)),
        _ => true,
    };
    searched && !select.items.iter().any(tells)
}

/// "A workload other than 14 hours" is every workload but a few.
pub(super) fn skips_one_amount(scene: &Scene<'_, '_>) -> bool {
    let skips = |p: &Predicate| {
        let not = matches!(
            p,
            Predicate::Compare { op: Compare::NotEq, .. } | Predicate::In { negated: true, .. }
        );
        not && topic(scene, p).is_some_and(|(_, topic, _)| topic == Topic::Number)
    };
    scene.conditions().any(skips)
}

/// "Patients with visits whose patient is number 7", "the code is one of the codes of rows whose code is HX": the column that relates two
/// rows tells them apart already.
pub(super) fn fixes_what_relates(scene: &Scene<'_, '_>) -> bool {
    let fixes = |select: &Select, source: usize, related: &dyn Fn(&str) -> bool| {
        select
            .filter
            .iter()
            .filter(|p| !matches!(p, Predicate::IsNull { .. }))
            .any(|p| told(p).is_some_and(|(column, _)| column.source == source && related(&column.column)))
    };
    let joined = scene.select.joins.iter().enumerate().any(|(at, join)| {
        let of_key = |column: &str| join.key.columns.iter().any(|c| c == column);
        !join.to_parent && fixes(scene.select, at + 1, &of_key)
    });
    joined
        || scene.select.filter.iter().any(|p| match p {
            Predicate::Exists { key, query, .. } => fixes(query, 0, &|column| key.columns.iter().any(|c| c == column)),
            Predicate::InQuery { query, .. } => {
                let shown = query.items.first().and_then(|item| item.expr.base_column());
                shown.is_some_and(|shown| fixes(query, shown.source, &|column| shown.column == column))
            }
            _ => false,
        })
}

/// Words of columns that say how far a row has come.
const STAGES: &[&str] = &["status", "stage", "phase"];

/// Values of rows that have not come far.
const AHEAD: &[&str] = &["planned", "scheduled", "pending", "draft", "upcoming", "proposed", "future"];

fn has_word(field: &Field<'_>, words: &[&str]) -> bool {
    field.words.noun.split(' ').any(|word| words.contains(&word))
}

/// "New or worn copies": one state or another, taken at random, is nobody's question.
pub(super) fn picks_states(scene: &Scene<'_, '_>) -> bool {
    let several = |p: &&Predicate| matches!(p, Predicate::In { .. } | Predicate::Any(_));
    let state = |p: &Predicate| {
        let field = topic(scene, p).and_then(|(column, ..)| scene.field(&column));
        field.is_some_and(|f| has_word(f, STAGES) || has_word(f, &["condition"]))
    };
    scene.conditions().filter(several).any(state)
}

/// Planned projects have not started, whatever day is set for it.
pub(super) fn awaits_what_happened(scene: &Scene<'_, '_>) -> bool {
    let ahead =
        |p: &Predicate| matches!(p, Predicate::Compare { op: Compare::Eq, value, .. } if AHEAD.contains(&value.to_string().as_str()));
    let keys = scene.select.group.iter().filter_map(Expr::base_column);
    let timed = scene.conditions().filter_map(|p| topic(scene, p)).any(|(_, t, _)| t == Topic::Time)
        || keys.filter_map(|c| scene.field(c)).any(Field::is_time);
    timed && scene.conditions().any(ahead)
}
