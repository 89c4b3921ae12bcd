//! What a SQL is made of, in whatever order those of its parts stand that may stand in any: columns of a list, conditions, tables of a join, sides
//! of a UNION.
//!
//! What may not be exchanged is told apart: a column and what it is ordered by, the two sides of a comparison and of EXCEPT, a condition here and
//! in a subquery. Limits: read by its words, one pass; arguments of a function count as a list. Invariant: no text makes it fail.

use std::hash::{DefaultHasher, Hasher};

/// The same number for the same parts. `normal`: lower case, one blank between words.
pub(super) fn of(normal: &str) -> u64 {
    let mut open = vec![Block::default()];
    let mut rest = normal;
    while let Some(token) = next_token(&mut rest) {
        match token {
            "(" => open.push(Block::default()),
            ")" => {
                let inner = open.pop().unwrap_or_default().whole();
                // One too many closes nothing.
                if open.is_empty() {
                    open.push(Block::default());
                }
                if let Some(outer) = open.last_mut() {
                    outer.part = mix(outer.part, inner);
                }
            }
            token => {
                if let Some(block) = open.last_mut() {
                    block.read(token);
                }
            }
        }
    }
    open.into_iter().map(Block::whole).fold(0, u64::wrapping_add)
}

/// What stands between two parentheses, or in none.
#[derive(Default)]
struct Block {
    /// Sides of set operations that are read.
    sides: u64,
    /// Parts of this side that are read.
    parts: u64,
    /// The clause that is read.
    clause: Clause,
    /// The part that is read.
    part: u64,
    /// The bounds of BETWEEN are one part.
    bounded: bool,
}

/// A clause, by its first word, and how its words count.
#[derive(Default, Clone, Copy)]
struct Clause {
    key: u64,
    /// Either table of a join may be named first.
    either_way: bool,
    /// What is ordered by first is not what is ordered by then.
    in_order: bool,
}

impl Block {
    fn read(&mut self, token: &str) {
        match token {
            "," | "or" if !self.clause.in_order => self.end_part(),
            "and" => {
                if !std::mem::take(&mut self.bounded) {
                    self.end_part();
                }
            }
            "union" | "intersect" => {
                self.end_side();
                self.sides = self.sides.wrapping_add(key(token));
            }
            "except" => {
                self.end_side();
                self.sides = mix(self.sides, key(token));
            }
            "select" | "where" | "group" | "having" | "order" | "limit" | "partition" | "on" => self.start(token),
            "from" | "join" => self.start("from"),
            "by" => {}
            "distinct" => self.parts = self.parts.wrapping_add(key(token)),
            token => {
                self.bounded |= token == "between";
                let word = key(token);
                self.part = if self.clause.either_way {
                    self.part.wrapping_add(word)
                } else {
                    mix(self.part, word)
                };
            }
        }
    }

    fn start(&mut self, clause: &str) {
        self.end_part();
        self.clause = Clause {
            key: key(clause),
            either_way: clause == "on",
            in_order: clause == "order",
        };
    }

    fn end_part(&mut self) {
        if self.part != 0 {
            self.parts = self.parts.wrapping_add(mix(self.clause.key, self.part));
        }
        self.part = 0;
        self.bounded = false;
    }

    fn end_side(&mut self) {
        self.end_part();
        self.sides = self.sides.wrapping_add(mix(1, self.parts));
        self.parts = 0;
        self.clause = Clause::default();
    }

    fn whole(mut self) -> u64 {
        self.end_side();
        self.sides
    }
}

/// The next word, sign or comma; a quoted text is one.
fn next_token<'s>(rest: &mut &'s str) -> Option<&'s str> {
    let text = rest.trim_start();
    let of_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let first = text.chars().next()?;
    let end = if first == '\'' || first == '"' {
        // A doubled quote begins another text: the same two each time.
        text[1..].find(first).map(|at| at + 2)
    } else if of_word(first) {
        text.find(|c| !of_word(c))
    } else if matches!(first, '(' | ')' | ',') {
        Some(1)
    } else {
        text.find(|c: char| of_word(c) || c.is_whitespace() || matches!(c, '(' | ')' | ',' | '\'' | '"'))
    };
    let (token, left) = text.split_at(end.unwrap_or(text.len()));
    *rest = left;
    Some(token)
}

/// Both in this order.
fn mix(a: u64, b: u64) -> u64 {
    (a.rotate_left(23) ^ b).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The same for the same text in every process.
pub(super) fn key(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::of;

    fn alike(a: &str, b: &str) -> bool {
        of(&a.to_lowercase()) == of(&b.to_lowercase())
    }

    #[test]
    fn what_may_stand_in_any_order_is_the_same() {
        for (a, b) in [
            ("SELECT a, b FROM t", "SELECT b, a FROM t"),
            ("SELECT DISTINCT a, b FROM t", "SELECT DISTINCT b, a FROM t"),
            ("SELECT COUNT(*) FROM t GROUP BY a, b", "SELECT COUNT(*) FROM t GROUP BY b, a"),
            ("SELECT a FROM t WHERE b = 1 AND c > 2", "SELECT a FROM t WHERE c > 2 AND b = 1"),
            (
                "SELECT a FROM t WHERE b BETWEEN 1 AND 3 AND c = 2",
                "SELECT a FROM t WHERE c = 2 AND b BETWEEN 1 AND 3",
            ),
            ("SELECT a FROM t WHERE (b = 1 OR c = 2)", "SELECT a FROM t WHERE (c = 2 OR b = 1)"),
            (
                "SELECT a FROM t WHERE b IN ('x, y', 'z')",
                "SELECT a FROM t WHERE b IN ('z', 'x, y')",
            ),
            (
                "SELECT a FROM t AS t JOIN u AS u ON t.k = u.k",
                "SELECT a FROM u AS u JOIN t AS t ON u.k = t.k",
            ),
            (
                "SELECT a FROM t WHERE b = 1 INTERSECT SELECT a FROM t WHERE b = 2",
                "SELECT a FROM t WHERE b = 2 INTERSECT SELECT a FROM t WHERE b = 1",
            ),
        ] {
            assert!(alike(a, b), "{a} | {b}");
        }
    }

    #[test]
    fn what_means_something_else_is_told_apart() {
        for (a, b) in [
            ("SELECT a FROM t ORDER BY b", "SELECT b FROM t ORDER BY a"),
            ("SELECT a FROM t ORDER BY b LIMIT 1", "SELECT b FROM t ORDER BY a LIMIT 1"),
            ("SELECT a FROM t ORDER BY b, c", "SELECT a FROM t ORDER BY c, b"),
            ("SELECT MIN(a), MAX(b) FROM t", "SELECT MAX(a), MIN(b) FROM t"),
            ("SELECT a FROM t WHERE b = 1 AND c = 2", "SELECT a FROM t WHERE b = 2 AND c = 1"),
            ("SELECT a FROM t WHERE b > c", "SELECT a FROM t WHERE c > b"),
            (
                "SELECT a FROM t WHERE b BETWEEN 1 AND 3 AND c BETWEEN 2 AND 4",
                "SELECT a FROM t WHERE b BETWEEN 1 AND 4 AND c BETWEEN 2 AND 3",
            ),
            (
                "SELECT a FROM t WHERE b = 1 EXCEPT SELECT a FROM t WHERE b = 2",
                "SELECT a FROM t WHERE b = 2 EXCEPT SELECT a FROM t WHERE b = 1",
            ),
            (
                "SELECT a FROM t WHERE b = 1 AND k IN (SELECT k FROM u)",
                "SELECT a FROM t WHERE k IN (SELECT k FROM u WHERE b = 1)",
            ),
            (
                "SELECT a FROM t WHERE b = 'x' AND c = 'y'",
                "SELECT a FROM t WHERE b = 'y' AND c = 'x'",
            ),
            ("SELECT a FROM t", "SELECT DISTINCT a FROM t"),
            ("SELECT a FROM t LIMIT 1", "SELECT a FROM t LIMIT 3"),
        ] {
            assert!(!alike(a, b), "{a} | {b}");
        }
    }

    #[test]
    fn any_text_has_parts() {
        for text in ["", ")", "((", "'it''s", "a ) ) b", "é ≤ 'ü'", "\"x"] {
            of(text);
        }
    }
}
