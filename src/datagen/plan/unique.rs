//! Unique groups of one table: which hold by themselves, which by arithmetic, and which must be searched.
//!
//! Arithmetic ([`TupleKey`]) needs every part to be countable and gives distinct tuples at any size; the search keeps the declared distributions but
//! remembers tuples while it runs, so it is taken where there is room in plenty. A key without room lowers the rows, or fails when they were asked for.

use super::super::block::Domain;
use super::super::cell::{Cell, Physical};
use super::super::distribution::Pattern;
use super::super::error::DataGenError;
use super::super::key::{Choice, ForeignKeyPlan};
use super::super::permute::Permutation;
use super::super::tuple::{Part, TupleKey, capacity};
use super::compile::{self, Scope, domain};
use super::{link, preference};
use crate::ir::generation::{ColumnPlan as ColumnIr, Distribution};
use std::collections::BTreeMap;

/// Most rows whose tuples a search remembers (16 bytes each).
const SEARCH_ROWS_MAX: u64 = 5_000_000;
/// A search needs this many times more tuples than rows: then a draw rarely meets a taken one.
const SEARCH_ROOM: u64 = 8;

/// Most values of a unique column that are tried against its CHECKs one by one.
const COUNTED_MAX: u64 = 100_000;

/// Keys of a table, arranged.
pub(super) struct Arranged {
    pub foreign_keys: Vec<ForeignKeyPlan>,
    pub tuple_keys: Vec<TupleKey>,
    /// By column: tuple key, part, and what the part's numbers mean.
    pub parts: BTreeMap<usize, (usize, usize, Domain)>,
    /// All unique groups.
    pub groups: Vec<Vec<usize>>,
    /// Those to search.
    pub search: Vec<Vec<usize>>,
    /// Rows that fit.
    pub rows: u64,
}

/// One part of a unique group.
enum Atom {
    ForeignKey(usize),
    Column(usize, Domain),
}

pub(super) fn arrange(scope: &mut Scope<'_>, foreign_keys: Vec<ForeignKeyPlan>, notes: &mut Vec<String>) -> Result<Arranged, DataGenError> {
    let table = scope.table;
    let positions = |names: &Vec<String>| {
        let mut columns: Vec<usize> = names.iter().map(|n| scope.column(n)).collect();
        columns.dedup();
        columns
    };
    let spec = scope.ir.constraints.composite_keys.iter().filter(|k| k.table == scope.id);
    let mut groups: Vec<Vec<usize>> = std::iter::once(&table.primary_key)
        .chain(&table.unique)
        .chain(spec.map(|k| &k.columns))
        .filter(|g| !g.is_empty())
        .map(positions)
        .collect();
    // A group that contains another holds when that one does.
    let all = groups.clone();
    let mut seen: Vec<Vec<usize>> = Vec::new();
    groups.retain(|g| {
        let mut sorted = g.clone();
        sorted.sort_unstable();
        let wider = all.iter().any(|other| other.len() < g.len() && other.iter().all(|c| g.contains(c)));
        !wider && !seen.contains(&sorted) && {
            seen.push(sorted);
            true
        }
    });
    let rows = scope.rows.get(scope.index).copied().unwrap_or(0);
    let mut out = Arranged {
        foreign_keys,
        tuple_keys: Vec::new(),
        parts: BTreeMap::new(),
        groups: groups.clone(),
        search: Vec::new(),
        rows,
    };
    for group in &groups {
        // A parent and the number among its children.
        if numbered(scope, &out.foreign_keys, group) {
            continue;
        }
        // Columns counted off or searched by an earlier group keep their place: an overlapping group is searched.
        let taken = group
            .iter()
            .any(|c| out.parts.contains_key(c) || out.search.iter().flatten().any(|s| s == c) || part_of_tuple(&out.foreign_keys, *c));
        if let [column] = group.as_slice()
            && !out.foreign_keys.iter().any(|f| f.pairs.iter().any(|(c, _)| c == column))
        {
            lower_single(scope, *column, &mut out, notes)?;
            continue;
        }
        if let Some(index) = whole_key(&out.foreign_keys, group).filter(|_| !taken) {
            one_to_one(scope, index, &mut out, notes)?;
            continue;
        }
        match atoms(scope, &out, group).filter(|_| !taken) {
            Some(atoms) => arithmetic(scope, group, atoms, &mut out, notes)?,
            None => {
                possible(scope, &out, group)?;
                out.search.push(group.clone());
            }
        }
    }
    Ok(out)
}

/// Whether a group holds the columns of a foreign key with counted children and a line number under it.
fn numbered(scope: &Scope<'_>, keys: &[ForeignKeyPlan], group: &[usize]) -> bool {
    let line = group
        .iter()
        .any(|c| matches!(scope.plan(*c).map(|p| &p.distribution), Some(Distribution::LineNo { .. })));
    line && keys
        .iter()
        .any(|k| matches!(k.choice, Choice::Family(_)) && k.pairs.iter().all(|(c, _)| group.contains(c)))
}

fn part_of_tuple(keys: &[ForeignKeyPlan], column: usize) -> bool {
    keys.iter()
        .any(|k| matches!(k.choice, Choice::Part { .. } | Choice::OneToOne { .. }) && k.pairs.iter().any(|(c, _)| *c == column))
}

/// The foreign key whose columns are exactly the group.
fn whole_key(keys: &[ForeignKeyPlan], group: &[usize]) -> Option<usize> {
    keys.iter().position(|k| {
        k.pairs.len() == group.len()
            && k.pairs.iter().all(|(c, _)| group.contains(c))
            && matches!(k.choice, Choice::Drawn { .. } | Choice::Earlier { .. })
    })
}

/// A single unique column whose values can be counted: rows beyond them do not fit.
fn lower_single(scope: &Scope<'_>, column: usize, out: &mut Arranged, notes: &mut Vec<String>) -> Result<(), DataGenError> {
    let Some(plan) = scope.plan(column) else { return Ok(()) };
    let physical = scope
        .table
        .columns
        .get(column)
        .map_or(Physical::Bool, |c| Physical::of(&c.sql_type));
    let room = match &plan.distribution {
        Distribution::Pattern { pattern } => Some(Pattern::new(pattern).size),
        Distribution::Uniform { step: Some(_), .. } => None,
        Distribution::Uniform { low, high, .. } if matches!(physical, Physical::Decimal(..)) => {
            let Physical::Decimal(_, scale) = physical else { return Ok(()) };
            Some(((high - low) * 10_f64.powi(i32::from(scale))) as u64)
        }
        _ => domain(plan, physical).map(|(_, room)| room),
    };
    let allowed = within_checks(scope, column, out.rows);
    let room = match (room, allowed) {
        (Some(room), Some(allowed)) => Some(room.min(allowed)),
        (room, allowed) => room.or(allowed),
    };
    let name = scope.names.get(column).copied().unwrap_or_default();
    match room {
        Some(room) => lower(scope, room, &format!("the unique column {name}"), out, notes),
        None => Ok(()),
    }
}

/// Values of a column that its CHECKs leave, where they can be counted off; None where all rows fit, or none does and the rules tell why.
fn within_checks(scope: &Scope<'_>, column: usize, rows: u64) -> Option<u64> {
    let conditions = compile::alone_conditions(scope, column);
    let plan = scope.plan(column).filter(|_| !conditions.is_empty())?;
    let physical = Physical::of(&scope.table.columns.get(column)?.sql_type);
    let holds = |cell: &Cell| conditions.iter().all(|c| c.holds(&|_| cell.clone()));
    if let Distribution::Sequence { start, step } = &plan.distribution {
        let fits = |row: u64| {
            let value = i128::from(*start) + i128::from(*step) * i128::from(row);
            i64::try_from(value).is_ok_and(|v| Cell::Int(v).cast(physical).is_ok_and(|c| holds(&c)))
        };
        if rows == 0 || !fits(0) {
            return None;
        }
        if let Some(first) = (0..rows.min(COUNTED_MAX)).find(|row| !fits(*row)) {
            return Some(first);
        }
        // Past what is counted, a bound is the only thing that a CHECK of numbers is likely to be.
        let (mut there, mut past) = (rows.min(COUNTED_MAX) - 1, rows - 1);
        if fits(past) {
            return None;
        }
        while past - there > 1 {
            let middle = there + (past - there) / 2;
            *(if fits(middle) { &mut there } else { &mut past }) = middle;
        }
        return Some(past);
    }
    let (domain, count) = domain(plan, physical).filter(|(_, count)| *count <= COUNTED_MAX)?;
    let cell = |n: u64| match &domain {
        Domain::Numbers(low) => Cell::Int(low.saturating_add(n as i64)).cast(physical).ok(),
        Domain::Days(first) => Some(Cell::Date(first.saturating_add(n as i32))),
        Domain::Listed(cells) => cells.get(n as usize).cloned(),
    };
    let left = (0..count).filter(|n| cell(*n).is_some_and(|c| holds(&c))).count() as u64;
    (left > 0).then_some(left)
}

fn one_to_one(scope: &Scope<'_>, index: usize, out: &mut Arranged, notes: &mut Vec<String>) -> Result<(), DataGenError> {
    let Some(key) = out.foreign_keys.get_mut(index) else {
        return Ok(());
    };
    let nullable = key.pairs.iter().any(|(c, _)| link::nullable(scope.table, *c));
    let parents = scope.rows.get(key.parent).copied().unwrap_or(0);
    let own = key.parent == scope.index;
    // Rows that are added go to parents that are added.
    let (before, parents_before) = (scope.kept(scope.index), scope.kept(key.parent));
    let (added, parents_added) = (out.rows.saturating_sub(before), parents.saturating_sub(parents_before));
    let order = Permutation::new(
        if nullable { parents_added.max(added) } else { parents_added },
        key.seed.child("order"),
    );
    key.choice = Choice::OneToOne {
        parents: if own { out.rows } else { parents },
        order,
    };
    if nullable || own {
        return Ok(());
    }
    let names: Vec<&str> = key.pairs.iter().filter_map(|(c, _)| scope.names.get(*c).copied()).collect();
    lower(
        scope,
        before + parents_added,
        &format!("the one-to-one foreign key ({})", names.join(", ")),
        out,
        notes,
    )
}

/// The parts of a group, when each is a whole foreign key that draws freely, or a column whose values can be counted off.
fn atoms(scope: &Scope<'_>, out: &Arranged, group: &[usize]) -> Option<Vec<Atom>> {
    let mut atoms: Vec<Atom> = Vec::new();
    for column in group {
        match out.foreign_keys.iter().position(|k| k.pairs.iter().any(|(c, _)| c == column)) {
            Some(key) => {
                let plan = out.foreign_keys.get(key)?;
                let free = matches!(plan.choice, Choice::Drawn { .. }) && plan.null_fraction == 0.0;
                if !free || !plan.pairs.iter().all(|(c, _)| group.contains(c)) {
                    return None;
                }
                if !atoms.iter().any(|a| matches!(a, Atom::ForeignKey(k) if *k == key)) {
                    atoms.push(Atom::ForeignKey(key));
                }
            }
            None => {
                let physical = Physical::of(&scope.table.columns.get(*column)?.sql_type);
                let plan = scope.plan(*column).filter(|p| p.null_fraction == 0.0)?;
                atoms.push(Atom::Column(*column, domain(plan, physical)?.0));
            }
        }
    }
    Some(atoms)
}

/// Numbers that run inside a group, by their name: line numbers and their like.
fn runs(name: &str) -> bool {
    let name = name.to_lowercase();
    [
        "line", "seq", "pos", "ordinal", "index", "idx", "step", "copy", "version", "revision", "rank", "item_no", "part_no", "sort", "nr",
        "no",
    ]
    .iter()
    .any(|word| {
        name.split(|c: char| !c.is_alphanumeric())
            .any(|w| w == *word || (word.len() > 3 && w.starts_with(word)))
    })
}

fn arithmetic(
    scope: &Scope<'_>,
    group: &[usize],
    atoms: Vec<Atom>,
    out: &mut Arranged,
    notes: &mut Vec<String>,
) -> Result<(), DataGenError> {
    let size_of = |column: usize| {
        scope
            .plan(column)
            .and_then(|p| domain(p, Physical::of(&scope.table.columns.get(column)?.sql_type)))
            .map_or(1, |(_, n)| n)
    };
    let name_of = |column: usize| scope.names.get(column).copied().unwrap_or_default();
    let is_sequence = |column: usize| matches!(scope.plan(column).map(|p| &p.distribution), Some(Distribution::Sequence { .. }));
    // An endless number is the running one if its name says so or nothing else can group; otherwise (order_number) it groups.
    let ordinal = atoms.iter().find_map(|a| match a {
        Atom::Column(c, Domain::Numbers(_))
            if runs(name_of(*c)) || (!is_sequence(*c) && name_of(*c).to_lowercase().ends_with("number")) =>
        {
            Some(*c)
        }
        _ => None,
    });
    let endless: Vec<usize> = atoms
        .iter()
        .filter_map(|a| if let Atom::Column(c, _) = a { Some(*c) } else { None })
        .filter(|c| is_sequence(*c))
        .collect();
    let group_column = endless
        .iter()
        .copied()
        .find(|c| Some(*c) != ordinal && endless.len() + usize::from(!atoms.is_empty()) > 1 && atoms.len() > 1);
    let ordinal = ordinal.or(endless.iter().copied().find(|c| Some(*c) != group_column));
    let mut groups = 0;
    let mut group_parent = None;
    let mut parts = Vec::new();
    for atom in &atoms {
        let (size, is_group) = match atom {
            Atom::ForeignKey(k) => {
                let parents = out
                    .foreign_keys
                    .get(*k)
                    .and_then(|k| scope.rows.get(k.parent))
                    .copied()
                    .unwrap_or(0);
                (parents, group_column.is_none() && groups == 0)
            }
            Atom::Column(c, _) if Some(*c) == group_column => ((out.rows / 3).max(1), true),
            Atom::Column(c, _) if Some(*c) == ordinal => {
                parts.push(Part::Ordinal { room: size_of(*c) });
                continue;
            }
            // One more endless number: a few of each, as of items in a warehouse.
            Atom::Column(c, _) if is_sequence(*c) => (out.rows.isqrt().max(2), false),
            Atom::Column(c, _) => (size_of(*c), false),
        };
        if is_group {
            if let Atom::ForeignKey(k) = atom {
                group_parent = out.foreign_keys.get(*k).map(|k| k.parent);
            }
            groups = size.max(1);
            parts.push(Part::Group);
        } else {
            parts.push(Part::Choice { size: size.max(1) });
        }
    }
    if groups == 0 {
        // No foreign key to group by: the first choice does it.
        let first = parts.iter_mut().find(|p| matches!(p, Part::Choice { .. }));
        match first {
            Some(part) => {
                groups = if let Part::Choice { size } = part { *size } else { 1 };
                *part = Part::Group;
            }
            None => groups = 1,
        }
    }
    // Rows that are added go to groups that are added: tuples of new groups differ from all that are there.
    let before = scope.kept(scope.index);
    let wanted = out.rows - before.min(out.rows);
    if before > 0 && wanted == 0 {
        return Ok(());
    }
    let groups_before = match group_parent {
        _ if before == 0 => 0,
        // Rows that were searched may have any parent that was there.
        Some(parent) => scope.kept(parent),
        None if group_column.is_some() => {
            let there = scope.base.and_then(|b| b.table(scope.index).ok());
            let key = there.and_then(|t| t.tuple_keys.get(out.tuple_keys.len()));
            key.map_or(before, TupleKey::groups_end)
        }
        // Values that are listed are all taken.
        None => groups,
    };
    if before > 0 && group_column.is_some() {
        groups = groups_before + (wanted / 3).max(1);
    }
    if before > 0 && groups <= groups_before {
        out.search.push(group.to_vec());
        return Ok(());
    }
    let groups_added = groups - groups_before.min(groups);
    let mut room = before.saturating_add(capacity(groups_added, &parts));
    if group_column.is_some() && room < out.rows {
        // Groups that we number ourselves can be as many as it takes.
        groups = groups_before + wanted;
        room = before.saturating_add(capacity(wanted, &parts));
    }
    let groups_added = groups - groups_before.min(groups);
    let names: Vec<&str> = group.iter().map(|c| name_of(*c)).collect();
    let key_name = format!("the key ({})", names.join(", "));
    let plenty = ordinal.is_none() && group_column.is_none() && out.rows <= SEARCH_ROWS_MAX && room / SEARCH_ROOM >= out.rows;
    // A rule that reads this key alone has nothing else to move.
    let ruled = || {
        let within = |rule: &std::collections::BTreeSet<usize>| rule.len() > 1 && rule.iter().all(|c| group.contains(c));
        super::entity::read_by_rules(scope).iter().any(within)
    };
    let searchable = ordinal.is_none() && group_column.is_none() && out.rows <= SEARCH_ROWS_MAX && out.rows <= room;
    if plenty || searchable && ruled() {
        out.search.push(group.to_vec());
        return Ok(());
    }
    lower(scope, room, &key_name, out, notes)?;
    let covered = covered(scope, &atoms, out, out.rows - before.min(out.rows))?;
    let key = out.tuple_keys.len();
    for (part, atom) in atoms.into_iter().enumerate() {
        match atom {
            Atom::ForeignKey(k) => {
                if let Some(foreign_key) = out.foreign_keys.get_mut(k) {
                    if let (Choice::Drawn { ranks: Some(_), .. }, Some((first, _))) = (&foreign_key.choice, foreign_key.pairs.first()) {
                        let kind = scope.plan(*first).map_or("foreign_key", |p| p.distribution.kind());
                        let told = format!("its skew gives way to {key_name}, whose tuples are counted off so that all differ");
                        notes.push(preference::note(scope, *first, kind, &told));
                    }
                    foreign_key.choice = Choice::Part { key, part };
                }
            }
            Atom::Column(column, at) => {
                out.parts.insert(column, (key, part, at));
            }
        }
    }
    let seed = scope.seed.child("key").child(&names.join(","));
    let key = TupleKey::new(out.rows - before.min(out.rows), groups_added, parts, seed);
    out.tuple_keys.push(key.after(before, groups_before).covering(&covered));
    Ok(())
}

/// Which parts of a key are references each of whose parents is to have a row; refused where the rows, those that are added, are too few.
fn covered(scope: &Scope<'_>, atoms: &[Atom], out: &Arranged, rows: u64) -> Result<Vec<bool>, DataGenError> {
    let covered = |atom: &Atom| {
        let Atom::ForeignKey(key) = atom else { return Ok(false) };
        let Some(key) = out.foreign_keys.get(*key).filter(|k| k.cover.is_some()) else {
            return Ok(false);
        };
        let parents = scope.rows.get(key.parent).copied().unwrap_or(0);
        let there = scope.kept(key.parent);
        // Parents that were there have their rows; the rest are reached when all are.
        if parents > there && rows < parents && there > 0 || rows < parents - there.min(parents) {
            let message = format!(
                "coverage: {rows} rows{} of a composite key cannot give each of {parents} parents a child; raise the rows of {} by {}",
                if there > 0 { " that are added" } else { "" },
                scope.id,
                parents - rows
            );
            return Err(scope.plan_error(key.pairs.first().map_or(0, |(c, _)| *c), message));
        }
        Ok(parents > there)
    };
    atoms.iter().map(covered).collect()
}

/// Refuses rows that were asked for where a key that is searched has fewer tuples than that. What chance leaves out of them is seen when it is searched.
fn possible(scope: &Scope<'_>, out: &Arranged, group: &[usize]) -> Result<(), DataGenError> {
    if !(scope.binding || scope.asked) {
        return Ok(());
    }
    let rules = super::entity::read_by_rules(scope);
    let mut tuples = 1_u64;
    let mut counted: Vec<usize> = Vec::new();
    for column in group {
        let (Some(plan), Some(found)) = (scope.plan(*column), scope.table.columns.get(*column)) else {
            return Ok(());
        };
        let key = out.foreign_keys.iter().position(|k| k.pairs.iter().any(|(c, _)| c == column));
        // A rule may give values that are not the distribution's, and NULLs: a tuple with one in it equals no other.
        let dependencies = scope.ir.constraints.functional_dependencies.iter().filter(|d| d.table == scope.id);
        let determined = dependencies.flat_map(|d| &d.rhs).any(|c| *c == found.name);
        let ruled = determined || rules.iter().any(|rule| rule.contains(column));
        let nulls = ruled || key.is_some() || may_be_null(&plan.distribution);
        if plan.null_fraction > 0.0 || nulls && link::nullable(scope.table, *column) {
            return Ok(());
        }
        let physical = Physical::of(&found.sql_type);
        let values = match key {
            Some(key) if counted.contains(&key) => Some(1),
            Some(key) => {
                counted.push(key);
                out.foreign_keys.get(key).and_then(|k| scope.rows.get(k.parent)).copied()
            }
            None if ruled => values_of_type(physical),
            None => values_of_plan(plan, physical).into_iter().chain(values_of_type(physical)).min(),
        };
        let Some(values) = values else { return Ok(()) };
        tuples = tuples.saturating_mul(values);
    }
    if out.rows <= tuples {
        return Ok(());
    }
    let names: Vec<&str> = group.iter().filter_map(|c| scope.names.get(*c).copied()).collect();
    Err(DataGenError::NoRoom {
        table: scope.id.clone(),
        key: format!("the key ({})", names.join(", ")),
        rows: out.rows,
        room: tuples,
    })
}

/// Whether a distribution may give NULLs of its own.
fn may_be_null(distribution: &Distribution) -> bool {
    matches!(
        distribution,
        Distribution::Derived { .. }
            | Distribution::AfterColumn { .. }
            | Distribution::Categorical { .. }
            | Distribution::Constant { .. }
            | Distribution::Mixture { .. }
    )
}

/// Values of a type, where they are few enough to count.
fn values_of_type(physical: Physical) -> Option<u64> {
    match physical {
        Physical::Bool => Some(2),
        Physical::Int(bits) if bits < 64 => Some(1_u64 << bits),
        _ => None,
    }
}

/// Values of a distribution, where they can be counted.
fn values_of_plan(plan: &ColumnIr, physical: Physical) -> Option<u64> {
    match &plan.distribution {
        Distribution::Zipf { n, .. } => *n,
        Distribution::Constant { .. } => Some(1),
        Distribution::Pattern { pattern } => Some(Pattern::new(pattern).size),
        _ => domain(plan, physical).map(|(_, values)| values),
    }
}

/// Rows become at most `room`: with a note when nobody asked for their number, else an error.
fn lower(scope: &Scope<'_>, room: u64, key: &str, out: &mut Arranged, notes: &mut Vec<String>) -> Result<(), DataGenError> {
    if out.rows <= room {
        return Ok(());
    }
    // A note is enough where the rows are nobody's wish.
    if scope.binding || scope.asked {
        return Err(DataGenError::NoRoom {
            table: scope.id.clone(),
            key: key.to_owned(),
            rows: out.rows,
            room,
        });
    }
    notes.push(format!(
        "{}: {} rows instead of {}, since {key} has room for no more",
        scope.id, room, out.rows
    ));
    out.rows = room;
    Ok(())
}
