//! The choices that shapes share: a subject, what to show of it, conditions, measures, keys, tie-breakers.

use super::literals;
use super::world::{self, Edge, Entity, Field, Usage, World};
use crate::kernel::seed::Rng;
use crate::query::ir::{Aggregate, Compare, Expr, Item, OrderKey, Predicate, Select, SetOp};
use crate::schema::role::Role;
use rand::RngExt;

/// What a shape builds with.
pub struct Builder<'b, 'a> {
    /// The world.
    pub world: &'b World<'a>,
    /// What earlier queries used.
    pub usage: &'b Usage,
    /// The recipe asks for so many pairs that they may go on from whole answers to what people ask in passing: a column without the row's
    /// name, a thing that only others refer to.
    pub wide: bool,
    /// The recipe fills what others left short: a key that nothing shows yet is shown.
    pub covering: bool,
    /// This candidate's generator.
    pub rng: &'b mut Rng,
}

/// A time of a row.
#[derive(Clone, Copy)]
pub struct Time<'b, 'a> {
    /// The key to the calendar that has it; none for a column of the row's own.
    pub edge: Option<&'b Edge<'a>>,
    /// The column.
    pub field: &'b Field<'a>,
}

impl<'b> Time<'b, '_> {
    /// What usage counts.
    pub fn key(self) -> &'b str {
        self.edge.map_or(self.field.key.as_str(), |edge| edge.name.as_str())
    }
    /// What the time is called.
    pub fn noun(self) -> &'b str {
        self.edge.map_or(self.field.words.noun.as_str(), |edge| edge.words.role.as_str())
    }
    /// Rows without it are in the SELECT.
    pub fn may_miss(self) -> bool {
        self.field.has_nulls()
    }
    /// The time's column in a SELECT from its row's table, with its calendar joined.
    pub fn join(self, select: &mut Select, world: &World<'_>) -> Expr {
        let source = match self.edge {
            Some(edge) => select.join(0, edge.key, &world.entities[edge.parent].id, true, false),
            None => 0,
        };
        Expr::column(source, &self.field.column.name)
    }
}

/// Rows with one of their times.
pub struct Timed<'b, 'a> {
    /// The SELECT, without items.
    pub select: Select,
    /// The rows.
    pub entity: &'b Entity<'a>,
    /// The time.
    pub time: Time<'b, 'a>,
    /// Its column in the SELECT.
    pub at: Expr,
}

impl<'b, 'a> Builder<'b, 'a> {
    /// True with this probability.
    pub fn chance(&mut self, p: f64) -> bool {
        self.rng.random_bool(p)
    }

    /// The first probability; the second in a wide recipe.
    pub fn chance_or(&mut self, usual: f64, wide: f64) -> bool {
        let p = if self.wide { wide } else { usual };
        self.chance(p)
    }

    /// How many conditions: up to so many alike, mostly one in a wide recipe.
    pub fn how_many(&mut self, most: usize) -> usize {
        if self.wide {
            self.one_of(&[0, 0, 0, 1, 1, 1, 1, 1, 1, 2]).unwrap_or(1).min(most)
        } else {
            self.number(0, most)
        }
    }

    /// A number in `low..=high`.
    pub fn number(&mut self, low: usize, high: usize) -> usize {
        self.rng.random_range(low..=high)
    }

    /// One of a few.
    pub fn one_of<T: Copy>(&mut self, options: &[T]) -> Option<T> {
        (!options.is_empty()).then(|| options[self.rng.random_range(0..options.len())])
    }

    /// An entity by index.
    pub fn entity(&self, index: usize) -> &'b Entity<'a> {
        &self.world.entities[index]
    }

    /// An entity that questions can be about and that satisfies a condition.
    pub fn subject(&mut self, condition: impl Fn(usize, &Entity<'a>) -> bool) -> Option<usize> {
        let world = self.world;
        let fit: Vec<usize> = (0..world.entities.len())
            .filter(|i| world.entities[*i].is_subject() && condition(*i, &world.entities[*i]))
            .collect();
        let weight = |i: &usize| {
            let entity = &world.entities[*i];
            ((1 + self.open(entity)) as f64).powi(2) / f64::from(1 + self.usage.of(&entity.id))
        };
        let weights: Vec<f64> = fit.iter().map(weight).collect();
        world::weighted(self.rng, &weights).map(|at| fit[at])
    }

    /// Columns that make a table wanted more often than one of two columns: those that were not asked about, in a wide recipe all.
    fn open(&self, entity: &Entity<'a>) -> usize {
        let asked = |f: &&Field<'a>| f.is_showable() && (self.wide || self.usage.of(&f.key) == 0);
        entity.fields.iter().filter(asked).count()
    }

    /// A foreign key that satisfies a condition.
    pub fn edge(&mut self, condition: impl Fn(&Edge<'a>) -> bool) -> Option<&'b Edge<'a>> {
        let fit: Vec<&'b Edge<'a>> = self.world.edges.iter().filter(|e| condition(e)).collect();
        if !self.wide {
            return World::pick(self.rng, self.usage, &fit, |e| e.name.as_str());
        }
        let columns = |e: &Edge<'a>| self.open(self.entity(e.child)) + self.open(self.entity(e.parent));
        let weight = |e: &&Edge<'a>| World::want(self.usage, &e.name) * (columns(e) as f64).powi(2);
        let weights: Vec<f64> = fit.iter().map(weight).collect();
        world::weighted(self.rng, &weights).map(|at| fit[at])
    }

    /// A foreign key as [`Builder::edge`], for questions about the rows referred to: one whose verb tells it from others between the same
    /// tables, into rows that people ask about, as long as the world has such.
    pub fn relation(&mut self, condition: impl Fn(&Edge<'a>) -> bool) -> Option<&'b Edge<'a>> {
        let world = self.world;
        if self.wide && self.chance(0.3) {
            return self.edge(condition);
        }
        let told = |e: &Edge<'a>| world.entities[e.parent].is_asked_about() && !e.words.children.ends_with(')');
        self.edge(|e| condition(e) && told(e)).or_else(|| self.edge(condition))
    }

    /// A foreign key as [`Builder::relation`], for questions about rows that nothing refers to: one that many are referred to by.
    pub fn lacking(&mut self, condition: impl Fn(&Edge<'a>) -> bool) -> Option<&'b Edge<'a>> {
        let world = self.world;
        let wide = self.wide;
        self.relation(|e| condition(e) && (wide || world.refers_often(e)))
            .or_else(|| self.relation(condition))
    }

    /// An entity as [`Builder::subject`], none of those that only describe others' rows as long as the world has more.
    pub fn thing(&mut self, condition: impl Fn(usize, &Entity<'a>) -> bool) -> Option<usize> {
        let world = self.world;
        if self.wide && self.chance(0.3) {
            return self.subject(condition);
        }
        let told = |i: usize, e: &Entity<'a>| e.is_asked_about() || world.children(i).is_empty();
        self.subject(|i, e| condition(i, e) && told(i, e))
            .or_else(|| self.subject(condition))
    }

    /// Up to `n` conditions as [`Builder::conditions`] that say what rows have, not what they lack or are not.
    pub fn plain_conditions(&mut self, entity: &'b Entity<'a>, source: usize, n: usize, avoid: &[String]) -> Vec<Predicate> {
        let mut conditions = self.conditions(entity, source, n, avoid);
        conditions.retain(literals::is_plain);
        conditions
    }

    /// Mostly leaves out bounds of figures: of rows that are ranked by one figure, those within bounds of another are seldom asked for.
    pub fn mostly_by_kind(&mut self, entity: &Entity<'a>, filter: &mut Vec<Predicate>) {
        // Where a table has kinds of rows to choose by.
        let kinds = entity.such(|f| matches!(f.role(), Role::Category | Role::Flag)).len();
        if !self.wide && kinds > 1 && self.chance(0.75) {
            let bounds = |p: &Predicate| columns_of(p).iter().filter_map(|c| entity.field(c)).any(Field::is_measure);
            filter.retain(|p| !bounds(p));
        }
    }

    /// Columns that tell the rows of an entity apart and name them: its names where they do, else its key and its names.
    pub fn identifying(&mut self, entity: &'b Entity<'a>) -> Vec<Item> {
        let names = entity.display();
        let keys = || entity.table.primary_key.iter().filter_map(|c| entity.field(c));
        // Names that only happen to differ would make two rows one.
        let own = |f: &&Field<'a>| f.stays_unique(entity.table) || (self.wide && f.is_unique());
        let fields: Vec<&Field<'a>> = match names.iter().find(|f| own(f)) {
            Some(_) if self.chance(0.7) => names,
            _ => keys()
                .chain(names.into_iter().filter(|f| !keys().any(|k| k.key == f.key)))
                .collect(),
        };
        let shown = !entity.table.primary_key.is_empty() && fields.iter().all(|f| f.is_showable());
        if shown {
            fields.iter().map(|f| Item::column(0, &f.column.name)).collect()
        } else {
            Vec::new()
        }
    }

    /// Rows that refer to nothing stay, by a LEFT JOIN, where only columns of what they may refer to are asked for.
    pub fn keep_without(&self, select: &mut Select, child: &Entity<'a>, source: usize) {
        let on_parent = |e: &Expr| e.base_column().is_some_and(|c| c.source == source);
        let asked = select.filter.iter().any(|p| match p {
            Predicate::CompareExpr { left, right, .. } => on_parent(left) || on_parent(right),
            Predicate::Compare { left, .. } | Predicate::CompareQuery { left, .. } | Predicate::InQuery { left, .. } => on_parent(left),
            Predicate::Between { expr, .. } | Predicate::During { expr, .. } | Predicate::In { expr, .. } => on_parent(expr),
            Predicate::Like { expr, .. } | Predicate::IsNull { expr, .. } | Predicate::Holds { expr, .. } => on_parent(expr),
            Predicate::Any(_) | Predicate::Exists { .. } => true,
        });
        if let Some(join) = source.checked_sub(1).and_then(|at| select.joins.get_mut(at)) {
            let optional = join.key.columns.iter().filter_map(|c| child.field(c)).any(Field::has_nulls);
            join.outer = optional && !asked;
        }
    }

    /// How two sets are combined: people seldom ask for unions.
    pub fn set_operation(&mut self) -> Option<SetOp> {
        use SetOp::{Except, Intersect, Union};
        self.one_of(&[Intersect, Intersect, Intersect, Except, Except, Except, Union])
    }

    /// Rows of a table joined to what they refer to in another: the SELECT, both tables, and the parent's place in FROM.
    pub fn child_and_parent(&mut self) -> Option<(Select, [&'b Entity<'a>; 2], usize)> {
        let world = self.world;
        let fits = |e: &Edge<'a>| world.entities[e.child].is_subject() && e.child != e.parent;
        let asked = |e: &Edge<'a>| fits(e) && world.entities[e.parent].is_asked_about();
        let edge = match self.chance_or(0.85, 0.0) {
            true => self.edge(asked).or_else(|| self.edge(fits)),
            false => self.edge(fits),
        }?;
        let (child, parent) = (self.entity(edge.child), self.entity(edge.parent));
        let mut select = from(child);
        let source = select.join(0, edge.key, &parent.id, true, false);
        Some((select, [child, parent], source))
    }

    /// Now and then a SELECT of one table keeps one condition of its own and gets one on what its rows refer to.
    pub fn narrow_by_parent(&mut self, select: &mut Select, subject: usize, chance: f64) {
        let parents: Vec<_> = self.world.parents(subject).into_iter().filter(|e| e.parent != subject).collect();
        if self.chance(chance)
            && let Some(edge) = World::pick(self.rng, self.usage, &parents, |e| e.name.as_str())
        {
            let parent = self.entity(edge.parent);
            let extra = self.parent_conditions(parent, 1);
            if !extra.is_empty() {
                select.join(0, edge.key, &parent.id, true, false);
                select.filter.truncate(1);
                select.filter.extend(extra);
            }
        }
    }

    /// A field of an entity that satisfies a condition.
    pub fn field(&mut self, entity: &'b Entity<'a>, condition: impl Fn(&Field<'a>) -> bool) -> Option<&'b Field<'a>> {
        let fit = entity.such(condition);
        // Of a small recipe every column gets its part; most of what people ask is about names and kinds.
        let asked = |f: &Field<'_>| if self.wide { f.prominence() } else { 1.0 };
        let weights: Vec<f64> = fit.iter().map(|f| World::want(self.usage, &f.key) * asked(f)).collect();
        world::weighted(self.rng, &weights).map(|at| fit[at])
    }

    /// The times of an entity's rows: columns that fit, and the days of a calendar that it refers to.
    pub fn times(&self, subject: usize, fits: impl Fn(&Field<'a>) -> bool) -> Vec<Time<'b, 'a>> {
        let world = self.world;
        let own = world.entities[subject]
            .such(fits)
            .into_iter()
            .map(|field| Time { edge: None, field });
        let days = world.edges.iter().filter(|e| e.child == subject).filter_map(|edge| {
            let field = world.entities[edge.parent].day()?;
            Some(Time { edge: Some(edge), field })
        });
        own.chain(days).collect()
    }

    /// A SELECT of rows with a time: of their own, or the day of a calendar that they refer to, which is joined then.
    pub fn timed(&mut self, fits: impl Fn(&Field<'a>) -> bool + Copy) -> Option<Timed<'b, 'a>> {
        let world = self.world;
        let has_day = |i: usize| world.edges.iter().any(|e| e.child == i && world.entities[e.parent].day().is_some());
        let subject = self.subject(|i, e| !e.such(fits).is_empty() || has_day(i))?;
        let times = self.times(subject, fits);
        let time = World::pick(self.rng, self.usage, &times, |t| t.key())?;
        let entity = self.entity(subject);
        let mut select = from(entity);
        let at = time.join(&mut select, self.world);
        Some(Timed { select, entity, time, at })
    }

    /// What names a row: its display columns, else its key, else its first showable columns.
    pub fn naming(&self, entity: &'b Entity<'a>) -> Vec<&'b Field<'a>> {
        let display = entity.display();
        if !display.is_empty() {
            return display;
        }
        let key: Vec<_> = entity.table.primary_key.iter().filter_map(|c| entity.field(c)).collect();
        if !key.is_empty() {
            key
        } else {
            entity.such(|f| f.is_showable()).into_iter().take(2).collect()
        }
    }

    /// Output columns of a row: its name (or key) and up to `extra` more that are used least.
    pub fn show(&mut self, entity: &'b Entity<'a>, source: usize, extra: usize) -> Vec<Item> {
        // People often ask for a row's other columns alone.
        let bare = match (entity.display().is_empty(), self.wide) {
            (true, true) => 0.6,
            (false, true) => 0.4,
            (_, false) => 0.02,
        };
        let mut fields = if extra > 0 && self.chance(bare) {
            Vec::new()
        } else {
            self.naming(entity)
        };
        if fields.len() > 1 && self.chance_or(0.0, 0.35) {
            // "The first names of the students who ...": one of several columns that name a row.
            let only = self.number(0, fields.len() - 1);
            fields = vec![fields[only]];
        }
        let extra = if fields.is_empty() && entity.display().is_empty() && self.chance_or(0.6, 0.3) {
            extra.max(2)
        } else {
            extra
        };
        // A wide table shows more at a time while much of it is unasked about.
        let unseen = entity
            .fields
            .iter()
            .filter(|f| f.is_showable() && self.usage.of(&f.key) == 0)
            .count();
        let extra = if extra > 0 { extra + unseen.div_euclid(6).min(2) } else { 0 };
        for _ in 0..extra {
            let shown: Vec<&str> = fields.iter().map(|f| f.key.as_str()).collect();
            let fresh = |f: &Field<'a>| f.is_showable() && f.role() != Role::Flag && !shown.contains(&f.key.as_str());
            let plain = self.field(entity, |f| fresh(f) && entity.says_something(f));
            // What only refers to other rows is shown once, so that it is covered.
            let (usage, wide) = (self.usage, self.wide);
            if let Some(field) = plain.or_else(|| self.field(entity, |f| fresh(f) && (wide || usage.of(&f.key) == 0))) {
                fields.push(field);
            }
        }
        let at = |f: &&Field<'a>| entity.fields.iter().position(|g| g.key == f.key);
        let named = fields.iter().filter(|f| self.naming(entity).iter().any(|n| n.key == f.key)).count();
        if let Some(rest) = fields.get_mut(named..) {
            rest.sort_by_key(at);
        }
        // "Find the id and weight of all pets ...": a key of one column is asked for now and then.
        let unseen = |key: &String| entity.field(key).is_some_and(|f| self.usage.of(&f.key) == 0);
        let wanted = if self.covering && entity.table.primary_key.first().is_some_and(unseen) {
            0.6
        } else {
            0.12
        };
        if let ([key], true) = (&entity.table.primary_key[..], extra > 0 && self.chance(wanted))
            && let Some(key) = entity
                .field(key)
                .filter(|k| k.is_showable() && !fields.iter().any(|f| f.key == k.key))
        {
            fields.insert(0, key);
        }
        fields.iter().map(|f| Item::column(source, &f.column.name)).collect()
    }

    /// Up to `n` conditions on different columns of a source, columns in `avoid` apart.
    pub fn conditions(&mut self, entity: &'b Entity<'a>, source: usize, n: usize, avoid: &[String]) -> Vec<Predicate> {
        let mut avoid = avoid.to_vec();
        let mut out = Vec::new();
        for _ in 0..n {
            if let Some(condition) = literals::condition(self.rng, self.usage, entity, source, &avoid, self.wide) {
                let condition = if self.chance_or(0.0, 0.7) {
                    literals::plainly(condition)
                } else {
                    condition
                };
                avoid.extend(columns_of(&condition));
                out.push(condition);
            }
        }
        out
    }

    /// One condition as [`Builder::conditions`] on what rows refer to; in a wide recipe now and then the very row, by its name: "How many
    /// books did Ada Lund write?"
    pub fn parent_conditions(&mut self, parent: &'b Entity<'a>, source: usize) -> Vec<Predicate> {
        let named = self
            .chance_or(0.0, 0.3)
            .then(|| literals::named(self.rng, parent, source))
            .flatten();
        match named {
            Some(row) => vec![row],
            None => self.conditions(parent, source, 1, &[]),
        }
    }

    /// The rows that have a value of a column, in its order: mostly the greatest first.
    pub fn rank_by(&mut self, select: &mut Select, by: &Field<'_>, column: Expr) {
        if by.has_nulls() {
            select.filter.push(Predicate::IsNull {
                expr: column.clone(),
                negated: true,
            });
        }
        select.order = vec![OrderKey {
            expr: column,
            descending: self.chance(0.6),
            tie_break: false,
        }];
    }

    /// Whether an order is left as people say it, without a word on ties; where rows do tie the pair is refused.
    pub fn leaves_ties(&mut self) -> bool {
        self.chance_or(0.5, 0.75)
    }

    /// A sort key that tells rows apart: the naming columns.
    pub fn tie_breakers(&self, entity: &'b Entity<'a>, source: usize) -> Vec<OrderKey> {
        let naming = self.naming(entity).into_iter();
        naming
            .map(|f| OrderKey {
                expr: Expr::column(source, &f.column.name),
                descending: false,
                tie_break: true,
            })
            .collect()
    }

    /// An aggregate over the rows of an entity, with its alias: the count of rows, or a measure summed, averaged, least, greatest.
    pub fn aggregate(&mut self, entity: &'b Entity<'a>, source: usize, count: f64) -> (Expr, String) {
        let measure = if self.chance(count) {
            None
        } else {
            self.field(entity, |f| f.is_measure())
        };
        match measure {
            None => (
                Expr::aggregate(Aggregate::Count, None),
                format!("{}_count", slug(&entity.words.singular)),
            ),
            Some(field) => {
                let func = match (field.adds_up(), self.number(0, 9)) {
                    (true, 0..=4) => Aggregate::Sum,
                    (_, 0..=6) => Aggregate::Avg,
                    (_, 7..=8) => Aggregate::Max,
                    _ => Aggregate::Min,
                };
                (
                    Expr::aggregate(func, Some(Expr::column(source, &field.column.name))),
                    aggregate_alias(func, &field.words.noun),
                )
            }
        }
    }

    /// A SELECT grouped by a category of its rows or by the rows that they refer to, keys shown; with its entity and the key's own columns.
    pub fn grouped(&mut self, fits: impl Fn(&Entity<'a>) -> bool) -> Option<(Select, &'b Entity<'a>, Vec<String>)> {
        let world = self.world;
        if self.chance(0.5) {
            let subject = self.subject(|_, e| !e.such(|f| f.is_groupable()).is_empty() && fits(e))?;
            let entity = self.entity(subject);
            let key = self.field(entity, |f| f.is_groupable())?;
            let mut select = from(entity);
            select.items = vec![Item::column(0, &key.column.name)];
            select.group = vec![Expr::column(0, &key.column.name)];
            return Some((select, entity, vec![key.column.name.clone()]));
        }
        let fit = |e: &Edge<'a>| {
            let (child, parent) = (&world.entities[e.child], &world.entities[e.parent]);
            e.child != e.parent && child.is_subject() && parent.is_subject() && fits(child)
        };
        // Groups are shown by name where any have one.
        let named = |e: &Edge<'a>| fit(e) && !world.entities[e.parent].display().is_empty();
        let edge = self.edge(named).or_else(|| self.edge(fit))?;
        let (child, parent) = (self.entity(edge.child), self.entity(edge.parent));
        let mut select = from(child);
        let source = select.join(0, edge.key, &parent.id, true, false);
        (select.group, select.items) = self.group_by_entity(parent, source);
        Some((select, child, edge.key.columns.clone()))
    }

    /// Parents joined to what refers to them: the child's rows, what lies across a bridge, or rows up to two keys further down; `n`
    /// conditions stand at the far end. Without items.
    pub fn referred(&mut self, edge: &Edge<'a>, n: usize) -> Option<Select> {
        let world = self.world;
        let (parent, child) = (self.entity(edge.parent), self.entity(edge.child));
        let mut select = from(parent);
        let mut at = select.join(0, edge.key, &child.id, false, false);
        let mut far = child;
        if child.words.bridge {
            let others: Vec<&'b Edge<'a>> = world
                .edges
                .iter()
                .filter(|e| e.child == edge.child && e.name != edge.name)
                .collect();
            let other = World::pick(self.rng, self.usage, &others, |e| e.name.as_str())?;
            far = self.entity(other.parent);
            at = select.join(at, other.key, &far.id, true, false);
        } else {
            let mut passed = vec![edge.parent, edge.child];
            while n > 0 && passed.len() < 4 && self.chance_or(0.1, 0.3) {
                let here = *passed.last()?;
                let fits = |e: &&Edge<'a>| e.parent == here && !passed.contains(&e.child) && world.entities[e.child].is_subject();
                let onward: Vec<&'b Edge<'a>> = world.edges.iter().filter(fits).collect();
                let Some(next) = World::pick(self.rng, self.usage, &onward, |e| e.name.as_str()) else {
                    break;
                };
                far = self.entity(next.child);
                at = select.join(at, next.key, &far.id, false, false);
                passed.push(next.child);
            }
            // "The makers of cars from 1970": the last rows are told by what they refer to.
            let fits = |e: &&Edge<'a>| Some(&e.child) == passed.last() && !passed.contains(&e.parent);
            let beyond: Vec<&'b Edge<'a>> = world.edges.iter().filter(fits).collect();
            if n > 0
                && self.chance_or(0.0, 0.25)
                && let Some(next) = World::pick(self.rng, self.usage, &beyond, |e| e.name.as_str())
            {
                far = self.entity(next.parent);
                at = select.join(at, next.key, &far.id, true, false);
            }
        }
        // "Patients with visits whose patient is number 7": what relates the rows is no condition on them.
        let relates = select.joins.get(at.saturating_sub(1)).filter(|join| !join.to_parent);
        let relates = relates.map_or_else(Vec::new, |join| join.key.columns.clone());
        select.filter = self.conditions(far, at, n, &relates);
        if let ([first @ Predicate::Compare { op: Compare::Eq, .. }], true) = (&select.filter[..], self.chance(0.4))
            && let Some(second) = literals::another(self.rng, far, first)
        {
            select.filter = vec![Predicate::Any(vec![first.clone(), second])];
        }
        (select.filter.len() >= n.min(1)).then_some(select)
    }

    /// The entity that a SELECT's first condition is about.
    pub fn condition_entity(&self, select: &Select) -> Option<&'b Entity<'a>> {
        let Predicate::Compare { left, .. } = select.filter.first()? else {
            return None;
        };
        let id = select.table(left.base_column()?.source)?;
        self.world.entities.iter().find(|e| e.id == id)
    }

    /// Group keys that stand for one row of an entity, and the columns that show it.
    pub fn group_by_entity(&mut self, entity: &'b Entity<'a>, source: usize) -> (Vec<Expr>, Vec<Item>) {
        let naming = self.naming(entity);
        let shown: Vec<Item> = naming.iter().map(|f| Item::column(source, &f.column.name)).collect();
        // Names that tell rows apart are all that some people group by; where they only happen to, a recipe of few pairs teaches the key.
        let chance = |f: &Field<'_>| match (f.stays_unique(entity.table), self.wide && f.is_unique()) {
            (true, _) => 0.4,
            (false, true) => 0.4,
            (false, false) => 0.0,
        };
        if let [only] = naming[..]
            && self.rng.random_bool(chance(only))
        {
            return (shown.iter().map(|i| i.expr.clone()).collect(), shown);
        }
        self.group_by_key(entity, source)
    }

    /// The key of an entity's rows as group keys, with the columns that show them.
    pub fn group_by_key(&self, entity: &'b Entity<'a>, source: usize) -> (Vec<Expr>, Vec<Item>) {
        let shown: Vec<Item> = self.naming(entity).iter().map(|f| Item::column(source, &f.column.name)).collect();
        let mut group: Vec<Expr> = entity.table.primary_key.iter().map(|c| Expr::column(source, c)).collect();
        for item in &shown {
            if !group.contains(&item.expr) {
                group.push(item.expr.clone());
            }
        }
        (group, shown)
    }
}

/// A condition "at least/more than n" on a count that few and not no groups satisfy: `n` about the mean.
pub fn count_condition(rng: &mut Rng, mean: f64) -> (Compare, i64) {
    let n = (mean * rng.random_range(0.8..1.6)).round().max(1.0) as i64;
    let round = if n > 100 {
        n / 10 * 10
    } else if n > 20 {
        n / 5 * 5
    } else {
        n
    };
    match rng.random_range(0..4) {
        0 => (Compare::Gt, round),
        1 => (Compare::Lt, round.max(2)),
        _ => (Compare::GtEq, round.max(2)),
    }
}

/// The alias of an aggregate column.
pub fn aggregate_alias(func: Aggregate, noun: &str) -> String {
    let prefix = match func {
        Aggregate::Count => return format!("{}_count", slug(noun)),
        Aggregate::Sum => "total",
        Aggregate::Avg => "avg",
        Aggregate::Min => "min",
        Aggregate::Max => "max",
        Aggregate::Percentile(50) => "median",
        Aggregate::Percentile(p) => return format!("p{p}_{}", slug(noun)),
    };
    format!("{prefix}_{}", slug(noun))
}

/// Words as one lower-case SQL name.
pub fn slug(words: &str) -> String {
    let mapped: String = words
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
        .collect();
    let joined = mapped.split('_').filter(|p| !p.is_empty()).collect::<Vec<_>>().join("_");
    if joined.starts_with(|c: char| c.is_ascii_digit()) || joined.is_empty() {
        format!("n_{joined}")
    } else {
        joined
    }
}

/// The columns that a condition on one source looks at.
pub fn columns_of(predicate: &Predicate) -> Vec<String> {
    let column = |e: &Expr| e.base_column().map(|c| c.column.clone()).into_iter().collect::<Vec<_>>();
    match predicate {
        Predicate::CompareExpr { left, right, .. } => [column(left), column(right)].concat(),
        Predicate::Any(parts) => parts.iter().flat_map(columns_of).collect(),
        other => other.subject().map(column).unwrap_or_default(),
    }
}

/// A SELECT over one entity.
pub fn from(entity: &Entity<'_>) -> Select {
    Select::from_table(&entity.id)
}
