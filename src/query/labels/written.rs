//! Tables and columns as a query writes them, for SQL whose schema nobody knows.
//!
//! Aliases are replaced by their tables, CTEs and names of output columns are left out; a bare column gets its table only where there is one table
//! alone. Limits: nothing is checked, and a name that two scopes give to different tables stays as written.

use super::{complexity, functions, skeleton};
use crate::ir::record::Labels;
use crate::query::hardness;
use crate::query::walk::{self, Look};
use sqlparser::ast::{Expr, Ident, Query, Select, SelectItem, SelectItemQualifiedWildcardKind, TableFactor, TableWithJoins};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// Labels of a query without a schema; join edges are unknown.
pub fn of(query: &Query) -> Labels {
    let mut names = Names::default();
    let _ = walk::look(query, &mut names);
    let (tables, columns) = names.resolved();
    Labels {
        spider_hardness: hardness::of(query).map_or_else(|_| String::new(), |level| level.to_string()),
        complexity: complexity::of(query),
        tables,
        columns,
        functions: functions::of(query),
        skeleton: skeleton::of(query),
        ..Labels::default()
    }
}

#[derive(Default)]
struct Names {
    ctes: BTreeSet<String>,
    tables: BTreeSet<String>,
    /// Table by alias or own name, lower case; `None` where it means several things or no table.
    qualifiers: BTreeMap<String, Option<String>>,
    outputs: BTreeSet<String>,
    columns: Vec<Vec<String>>,
    derived: bool,
}

impl Names {
    fn joined(&mut self, from: &TableWithJoins) {
        for factor in std::iter::once(&from.relation).chain(from.joins.iter().map(|join| &join.relation)) {
            match factor {
                TableFactor::Table {
                    name, alias, args: None, ..
                } => {
                    let parts: Vec<&str> = name.0.iter().filter_map(|p| p.as_ident()).map(|i| i.value.as_str()).collect();
                    let table = parts.join(".");
                    let known = alias.as_ref().map(|a| a.name.value.as_str()).or(parts.last().copied());
                    self.qualify(known.unwrap_or_default(), Some(&table));
                    self.tables.insert(table);
                }
                TableFactor::NestedJoin { table_with_joins, .. } => self.joined(table_with_joins),
                TableFactor::Derived { alias, .. } | TableFactor::Function { alias, .. } | TableFactor::UNNEST { alias, .. } => {
                    self.derived = true;
                    if let Some(alias) = alias {
                        self.qualify(&alias.name.value, None);
                    }
                }
                _ => self.derived = true,
            }
        }
    }

    fn qualify(&mut self, name: &str, table: Option<&str>) {
        let table = table.map(str::to_owned);
        let slot = self.qualifiers.entry(name.to_lowercase()).or_insert_with(|| table.clone());
        if *slot != table {
            *slot = None;
        }
    }

    fn column(&mut self, parts: &[Ident]) {
        self.columns.push(parts.iter().map(|part| part.value.clone()).collect());
    }

    fn resolved(self) -> (Vec<String>, Vec<String>) {
        let is_cte = |table: &String| self.ctes.contains(&table.to_lowercase());
        let tables: Vec<String> = self.tables.iter().filter(|t| !is_cte(t)).cloned().collect();
        let alone = match &tables[..] {
            [only] if !self.derived && self.ctes.is_empty() => Some(only),
            _ => None,
        };
        let mut columns = BTreeSet::new();
        for parts in &self.columns {
            match &parts[..] {
                [name] if self.outputs.contains(&name.to_lowercase()) => {}
                [name] => drop(columns.insert(alone.map_or_else(|| name.clone(), |table| format!("{table}.{name}")))),
                [qualifier, name] => match self.qualifiers.get(&qualifier.to_lowercase()) {
                    Some(Some(table)) if is_cte(table) => {}
                    Some(Some(table)) => drop(columns.insert(format!("{table}.{name}"))),
                    _ => drop(columns.insert(parts.join("."))),
                },
                _ => drop(columns.insert(parts.join("."))),
            }
        }
        (tables, columns.into_iter().collect())
    }
}

impl Look for Names {
    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let ctes = query.with.iter().flat_map(|with| &with.cte_tables);
        self.ctes.extend(ctes.map(|cte| cte.alias.name.value.to_lowercase()));
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        for from in &select.from {
            self.joined(from);
        }
        for item in &select.projection {
            match item {
                SelectItem::ExprWithAlias { alias, .. } => drop(self.outputs.insert(alias.value.to_lowercase())),
                SelectItem::Wildcard(_) => self.columns.push(vec!["*".to_owned()]),
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                    let mut parts: Vec<String> = name.0.iter().filter_map(|p| p.as_ident()).map(|i| i.value.clone()).collect();
                    parts.push("*".to_owned());
                    self.columns.push(parts);
                }
                _ => {}
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::Identifier(ident) => self.column(std::slice::from_ref(ident)),
            Expr::CompoundIdentifier(parts) => self.column(parts),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use crate::query::parse::{ParseError, query};

    #[test]
    fn names_stay_as_written_but_for_aliases() -> Result<(), ParseError> {
        let read = |sql: &str| {
            query(sql)
                .map(|q| super::of(&q))
                .map(|l| format!("{} | {}", l.tables.join(" "), l.columns.join(" ")))
        };
        assert_eq!(
            read("SELECT Name, count(*) AS n FROM Singer GROUP BY Name ORDER BY n")?,
            "Singer | Singer.Name"
        );
        assert_eq!(
            read("SELECT a.x, y FROM s.t AS a JOIN u ON a.i = u.j")?,
            "s.t u | s.t.i s.t.x u.j y"
        );
        assert_eq!(read("WITH c AS (SELECT k FROM t) SELECT c.k FROM c")?, "t | k");
        assert_eq!(read("SELECT * FROM t")?, "t | t.*");
        Ok(())
    }
}
