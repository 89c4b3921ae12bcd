//! Attributes: the columns that a derived column may name. Its own table's first, then those of the rows that its foreign keys refer to.
//!
//! A parent's column that is used gets a position after the table's own columns: a borrowed column, made from the chosen parent row and never
//! written. Invariant: positions are given in the order of first use, so that a plan does not depend on anything but the IR.

use super::cell::Physical;
use super::expression::ExpressionError;
use crate::kernel::suggest;
use std::cell::RefCell;

/// What one foreign key makes reachable.
pub struct Reach<'a> {
    /// Position among the table's foreign keys.
    pub foreign_key: usize,
    /// What may stand before the point: the parent's id and name, and the foreign key's columns, without `_id` too where it refers to its own table.
    pub qualifiers: Vec<&'a str>,
    /// The parent's columns.
    pub columns: Vec<&'a str>,
    /// Their physical types.
    pub kinds: Vec<Physical>,
}

/// Names that one table's derived columns see.
pub struct Attributes<'a> {
    own: Vec<&'a str>,
    own_kinds: Vec<Physical>,
    own_id: &'a str,
    reach: Vec<Reach<'a>>,
    /// (foreign key, parent column) of every borrowed column.
    used: RefCell<Vec<(usize, usize)>>,
}

impl<'a> Attributes<'a> {
    /// The names of a table and of what its foreign keys reach.
    pub fn new(own_id: &'a str, own: Vec<&'a str>, own_kinds: Vec<Physical>, reach: Vec<Reach<'a>>) -> Self {
        Attributes {
            own,
            own_kinds,
            own_id,
            reach,
            used: RefCell::default(),
        }
    }

    /// The borrowed columns so far, in position order.
    pub fn used(&self) -> Vec<(usize, usize)> {
        self.used.borrow().clone()
    }

    /// The name and type of the column at a position.
    pub fn column(&self, position: usize) -> Option<(String, Physical)> {
        if let Some(name) = self.own.get(position) {
            return Some(((*name).to_owned(), *self.own_kinds.get(position)?));
        }
        let (foreign_key, column) = *self.used.borrow().get(position.checked_sub(self.own.len())?)?;
        let reach = self.reach.iter().find(|r| r.foreign_key == foreign_key)?;
        let table = reach.qualifiers.first().copied().unwrap_or_default();
        Some((format!("{table}.{}", reach.columns.get(column)?), *reach.kinds.get(column)?))
    }

    /// The position of a column.
    pub fn position(&self, qualifier: Option<&str>, name: &str, quoted: bool) -> Result<usize, ExpressionError> {
        match qualifier {
            None => match find(&self.own, name, quoted) {
                Some(position) => Ok(position),
                None => self.borrow(None, name, quoted),
            },
            Some(table) if same(table, self.own_id) && find(&self.own, name, quoted).is_some() => {
                find(&self.own, name, quoted).ok_or_else(|| self.unknown(name))
            }
            Some(table) => self.borrow(Some(table), name, quoted),
        }
    }

    fn borrow(&self, qualifier: Option<&str>, name: &str, quoted: bool) -> Result<usize, ExpressionError> {
        let named = |r: &&Reach<'_>| qualifier.is_none_or(|q| r.qualifiers.iter().any(|own| same(q, own)));
        let reached: Vec<&Reach<'_>> = self.reach.iter().filter(named).collect();
        if let (Some(table), true) = (qualifier, reached.is_empty()) {
            let known = self.reach.iter().flat_map(|r| r.qualifiers.iter().copied());
            return Err(ExpressionError::UnknownColumn {
                name: format!("{table}.{name}"),
                hint: match suggest::hint(table, known) {
                    hint if hint.is_empty() => "; only tables that a foreign key of this one refers to can be named".to_owned(),
                    hint => hint,
                },
            });
        }
        let found: Vec<(&Reach<'_>, usize)> = reached.iter().filter_map(|r| Some((*r, find(&r.columns, name, quoted)?))).collect();
        match found.as_slice() {
            [] => Err(self.unknown(name)),
            [(reach, column)] => {
                let mut used = self.used.borrow_mut();
                let wanted = (reach.foreign_key, *column);
                let at = used.iter().position(|u| *u == wanted).unwrap_or_else(|| {
                    used.push(wanted);
                    used.len() - 1
                });
                Ok(self.own.len() + at)
            }
            several => Err(ExpressionError::Ambiguous {
                name: name.to_owned(),
                // The last qualifier is a column of the foreign key, which tells two keys to one table apart.
                tables: several
                    .iter()
                    .map(|(r, _)| {
                        let table = r.qualifiers.first().copied().unwrap_or_default();
                        let shared = several.iter().filter(|(o, _)| o.qualifiers.first() == r.qualifiers.first()).count() > 1;
                        if shared {
                            r.qualifiers.last().copied().unwrap_or(table)
                        } else {
                            table
                        }
                        .to_owned()
                    })
                    .collect(),
            }),
        }
    }

    fn unknown(&self, name: &str) -> ExpressionError {
        let own = self.own.iter().copied();
        let reached = self.reach.iter().flat_map(|r| r.columns.iter().copied());
        ExpressionError::UnknownColumn {
            name: name.to_owned(),
            hint: suggest::hint(name, own.chain(reached)),
        }
    }
}

fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// Not quoted: the folded name first, then any case, as sources with mixed-case names spell them.
fn find(names: &[&str], name: &str, quoted: bool) -> Option<usize> {
    let exact = |wanted: &str| names.iter().position(|n| *n == wanted);
    if quoted {
        return exact(name);
    }
    exact(&name.to_lowercase()).or_else(|| names.iter().position(|n| same(n, name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_where_they_are_and_borrowed_once() {
        let reach = |foreign_key, qualifiers: &[&'static str], columns: &[&'static str]| Reach {
            foreign_key,
            qualifiers: qualifiers.to_vec(),
            columns: columns.to_vec(),
            kinds: vec![Physical::Float; columns.len()],
        };
        let names = Attributes::new(
            "sale",
            vec!["id", "price", "product_id"],
            vec![Physical::Int(32), Physical::Float, Physical::Int(32)],
            vec![
                reach(0, &["product", "product_id"], &["product_id", "list_price", "name"]),
                reach(1, &["place", "from_id"], &["id", "city", "name"]),
                reach(2, &["place", "to_id"], &["id", "city", "name"]),
            ],
        );
        assert_eq!(names.position(None, "Price", false).ok(), Some(1));
        assert_eq!(names.position(Some("sale"), "price", false).ok(), Some(1));
        assert_eq!(names.position(None, "list_price", false).ok(), Some(3));
        assert_eq!(names.position(Some("Product"), "NAME", false).ok(), Some(4));
        assert_eq!(names.position(Some("product"), "list_price", false).ok(), Some(3));
        assert_eq!(names.position(Some("to_id"), "city", false).ok(), Some(5));
        assert_eq!(names.used(), [(0, 1), (0, 2), (2, 1)]);
        let error = |q, n| names.position(q, n, false).err().map(|e| e.to_string()).unwrap_or_default();
        assert!(
            error(None, "city").contains("write one of them, as from_id.city or to_id.city"),
            "{}",
            error(None, "city")
        );
        assert!(error(None, "name").contains("product.name"), "{}", error(None, "name"));
        assert!(error(None, "list_pric").contains("did you mean \"list_price\"?"));
        assert!(error(Some("prodct"), "name").contains("did you mean \"product"));
        assert!(error(Some("zzz"), "name").contains("only tables that a foreign key"));
    }
}
