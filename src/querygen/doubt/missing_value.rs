//! A value that people could ask for and that the column does not hold, spelled as its values are.
//!
//! Values are those of `values.txt` for the column's noun; for names, the beginning of one real name with the end of another. Limits: what a
//! count of such rows would be is clear (none), so nothing is counted; whether the value hides in another column is for the database to say.

use super::{DoubtClass, Grounds, entity_of, intent, texts_near};
use crate::ir::{SqlType, Value};
use crate::query::doubt::Doubt;
use crate::query::ir::{Body, Compare, Expr, Predicate};
use crate::querygen::builder::Builder;
use crate::querygen::world::Field;
use crate::schema::role::Role;
use std::sync::LazyLock;

/// The registry entry.
pub(super) const CLASS: DoubtClass = DoubtClass {
    name: "missing_value",
    about: "names a value that no row has",
    build,
};

const SHAPES: &[&str] = &[
    "projection",
    "lookup",
    "sorted",
    "top_n",
    "aggregate",
    "of_parent",
    "with_parent",
    "group_by_category",
];
/// Values shown of those that occur.
const PRESENT_MAX: usize = 6;

struct Entry {
    nouns: Vec<&'static str>,
    values: Vec<&'static str>,
}

static VALUES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let lines = include_str!("values.txt").lines().filter(|l| !l.is_empty() && !l.starts_with('#'));
    lines
        .filter_map(|line| {
            let (nouns, values) = line.split_once(": ")?;
            Some(Entry {
                nouns: nouns.split(", ").collect(),
                values: values.split(", ").collect(),
            })
        })
        .collect()
});

fn build(b: &mut Builder<'_, '_>, grounds: &Grounds) -> Option<Doubt> {
    let world = b.world;
    intent(b, SHAPES, |b, query, select| {
        // "How many orders are refunded?" has an answer: none.
        let counts = |e: &Expr| matches!(e, Expr::Aggregate { arg: None, .. });
        if select.items.iter().any(|i| counts(&i.expr)) {
            return None;
        }
        let named = |p: &Predicate| {
            matches!(
                p,
                Predicate::Compare {
                    left: Expr::Column(_),
                    op: Compare::Eq,
                    value: Value::Text(_)
                }
            )
        };
        let filter = select.filter.iter().position(named)?;
        let Predicate::Compare {
            left: Expr::Column(column),
            ..
        } = select.filter.get(filter)?
        else {
            return None;
        };
        let entity = entity_of(world, select, column.source)?;
        let index = world.entities.iter().position(|e| e.id == entity.id)?;
        let field = entity
            .field(&column.column)
            .filter(|f| f.column.sql_type.is_text() || matches!(f.column.sql_type, SqlType::Enum(_)))?;
        let text = value(b, field)?;
        if grounds.words.contains(&text.to_lowercase()) {
            return None;
        }
        // The commonest values, of equally common ones those that are spelled most alike.
        let mut present = field.profile.top.clone();
        let alike = |v: &Value| strsim::jaro_winkler(&v.to_string().to_lowercase(), &text.to_lowercase());
        present.sort_by(|(a, m), (b, n)| n.cmp(m).then_with(|| alike(b).total_cmp(&alike(a))));
        let value = Value::Text(text);
        let mut asked = query.clone();
        if let Body::Select(select) = &mut asked.body
            && let Some(Predicate::Compare { value: old, .. }) = select.filter.get_mut(filter)
        {
            *old = value.clone();
        }
        let mut absent = texts_near(world, index);
        let own = (entity.id.clone(), column.column.clone());
        if !absent.contains(&own) {
            absent.insert(0, own);
        }
        Some(Doubt::MissingValue {
            asked,
            filter,
            value,
            present: present.into_iter().take(PRESENT_MAX).map(|(v, _)| v).collect(),
            distinct: field.profile.distinct,
            absent,
        })
    })
}

/// A value for a column, spelled as its values are.
fn value(b: &mut Builder<'_, '_>, field: &Field<'_>) -> Option<String> {
    let real: Vec<&str> = field
        .profile
        .top
        .iter()
        .filter_map(|(v, _)| if let Value::Text(t) = v { Some(t.as_str()) } else { None })
        .collect();
    let made = match field.role() {
        Role::Category => {
            let noun = &field.words.noun;
            let ends = |n: &&&str| noun == **n || noun.ends_with(&format!(" {n}"));
            let longest = |e: &&Entry| e.nouns.iter().filter(ends).map(|n| n.len()).max();
            let entry = VALUES.iter().filter(|e| longest(e).is_some()).max_by_key(longest)?;
            let at = b.number(0, entry.values.len() - 1);
            spelled(entry.values.get(at)?, &real)?
        }
        Role::Name => mixed(b, &real)?,
        _ => return None,
    };
    (!real.iter().any(|r| r.eq_ignore_ascii_case(&made))).then_some(made)
}

/// The beginning of one name and the end of another.
fn mixed(b: &mut Builder<'_, '_>, real: &[&str]) -> Option<String> {
    let several: Vec<Vec<&str>> = real
        .iter()
        .map(|r| r.split(' ').collect())
        .filter(|w: &Vec<&str>| (2..=4).contains(&w.len()))
        .collect();
    let last = several.len().checked_sub(1)?;
    let (one, two) = (several.get(b.number(0, last))?, several.get(b.number(0, last))?);
    let plain = |w: &&str| w.len() > 2 && w.chars().all(char::is_alphabetic);
    if one.len() != two.len() || !one.iter().chain(two).all(plain) {
        return None;
    }
    let (front, end) = (one.split_last()?.1, two.last()?);
    Some(format!("{} {end}", front.join(" ")))
}

/// A value in the spelling of others: "on hold" as "on_hold", "On Hold" or "ON HOLD". Nothing where theirs is of several kinds, or codes.
fn spelled(value: &str, real: &[&str]) -> Option<String> {
    let lower = |t: &str| t.chars().all(|c| !c.is_uppercase());
    let upper = |t: &str| t.chars().all(|c| !c.is_lowercase());
    let letters = real.iter().all(|r| r.len() > 2 && r.chars().any(char::is_alphabetic));
    if real.is_empty() || !letters {
        return None;
    }
    let title = |t: &str| {
        let mut chars = t.chars();
        chars
            .next()
            .map(|c| c.to_uppercase().chain(chars).collect::<String>())
            .unwrap_or_default()
    };
    let cased = if real.iter().all(|r| upper(r)) {
        value.to_uppercase()
    } else if real.iter().all(|r| lower(r)) {
        value.to_lowercase()
    } else if real.iter().all(|r| r.starts_with(char::is_uppercase)) {
        title(value)
    } else {
        return None;
    };
    let joint = ["_", "-"]
        .into_iter()
        .find(|j| real.iter().any(|r| r.contains(j)) && !real.iter().any(|r| r.contains(' ')));
    Some(joint.map_or(cased.clone(), |j| cased.replace(' ', j)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_takes_the_spelling_of_its_family() {
        assert_eq!(spelled("study leave", &["vacation", "sick_leave"]).as_deref(), Some("study_leave"));
        assert_eq!(spelled("refunded", &["Delivered", "In transit"]).as_deref(), Some("Refunded"));
        assert_eq!(spelled("refunded", &["DELIVERED", "PLACED"]).as_deref(), Some("REFUNDED"));
        assert_eq!(spelled("refunded", &["D", "P"]), None);
        assert_eq!(spelled("refunded", &["Delivered", "placed"]), None);
    }
}
