//! Entities of one table: columns whose providers tell of one person, one place, one company, so that they agree.
//!
//! What moves one of them moves all: a rule that draws one again draws the others with it. Where one of them is part of a key, the others are tied to
//! it: no rule draws them again alone, and a rule that reads nothing but such columns is decided where keys are searched. Invariant: the columns of an
//! entity always draw with the same attempt number. Limit: a column that a functional dependency determines follows that instead.

use super::super::determined::Determined;
use super::super::expression::Expression;
use super::super::provider::{self, Locale};
use super::compile::Scope;
use crate::ir::generation::Distribution;
use std::collections::{BTreeMap, BTreeSet};

/// Columns that tell of one thing.
pub(super) struct Entity {
    /// Their positions.
    pub columns: Vec<usize>,
    /// One of them is part of a key.
    pub keyed: bool,
    /// Its unique columns are searched, not counted off.
    pub searched: bool,
    /// Things that rows run through, every row its own, where one of the columns is unique alone.
    pub each: Option<u64>,
}

/// The table's entities. `groups` are its unique columns, `search` those among them that are searched anyhow.
pub(super) fn entities(scope: &Scope<'_>, groups: &[Vec<usize>], search: &[Vec<usize>], determined: &[Option<Determined>]) -> Vec<Entity> {
    let keyed: BTreeSet<usize> = groups.iter().flatten().copied().collect();
    let parents: BTreeSet<&String> = scope.table.foreign_keys.iter().flat_map(|k| &k.columns).collect();
    let mut found: BTreeMap<(&str, String), Entity> = BTreeMap::new();
    for (position, column) in scope.table.columns.iter().enumerate() {
        let follows = determined.get(position).is_some_and(Option::is_some) || parents.contains(&column.name);
        let Some(Distribution::Provider { name, options }) = scope.plan(position).map(|p| &p.distribution).filter(|_| !follows) else {
            continue;
        };
        let Some(provider) = provider::find(name).filter(|p| !p.entity.is_empty()) else {
            continue;
        };
        let text = |key: &str| options.get(key).and_then(|v| v.as_str()).unwrap_or_default();
        let entity = found
            .entry((provider.entity, format!("{}/{}", text("group"), text("locale"))))
            .or_insert(Entity {
                columns: Vec::new(),
                keyed: false,
                searched: false,
                each: None,
            });
        entity.columns.push(position);
        entity.keyed |= keyed.contains(&position);
        entity.searched |= search.iter().any(|g| g.contains(&position));
        if groups.iter().any(|g| *g == [position])
            && let Some(extent) = provider.extent(Locale::find(text("locale")))
        {
            entity.each = Some(entity.each.map_or(extent.distinct, |n| n.min(extent.distinct)).max(1));
        }
    }
    let mut out: Vec<Entity> = found.into_values().collect();
    let firm: BTreeSet<usize> = out
        .iter()
        .filter(|e| e.keyed)
        .flat_map(|e| &e.columns)
        .copied()
        .chain(keyed)
        .collect();
    let rules = read_by_rules(scope);
    for entity in out.iter_mut().filter(|e| e.keyed) {
        let decided = |rule: &BTreeSet<usize>| rule.is_subset(&firm) && rule.iter().any(|c| entity.columns.contains(c));
        entity.searched |= rules.iter().any(decided);
    }
    out
}

/// Unique columns that a rule compares with other keys alone: their values are searched, since nothing else may move.
pub(super) fn compared(scope: &Scope<'_>, groups: &[Vec<usize>], entities: &[Entity]) -> BTreeSet<usize> {
    let tied = entities.iter().filter(|e| e.keyed).flat_map(|e| e.columns.iter().copied());
    let firm: BTreeSet<usize> = groups.iter().flatten().copied().chain(tied).collect();
    let rules = read_by_rules(scope);
    let within = |rule: &&BTreeSet<usize>| rule.len() > 1 && rule.is_subset(&firm);
    rules.iter().filter(within).flatten().copied().collect()
}

/// Columns that each CHECK and implication reads; those that do not compile are told elsewhere.
pub(super) fn read_by_rules(scope: &Scope<'_>) -> Vec<BTreeSet<usize>> {
    let constraints = &scope.ir.constraints;
    let written = scope.table.checks.iter().map(|c| c.sql.clone());
    let added = constraints.checks.iter().filter(|c| c.table == scope.id).map(|c| c.sql.clone());
    let implied = constraints.implications.iter().filter(|r| r.table == scope.id).map(|r| r.sql());
    written
        .chain(added)
        .chain(implied)
        .filter_map(|sql| Expression::compile(&sql, &scope.names).ok())
        .map(|condition| condition.columns.into_iter().collect())
        .collect()
}
