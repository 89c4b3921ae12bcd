//! How much is asked at once: what most people ask costs little.
//!
//! A word costs one. What people ask seldom costs more (at least, not, one of several, one more column), and what SQL needs many words for
//! though people ask it often costs less: the join that brings what is asked for, the key that groups are told apart by, the most and the
//! fewest. The weights were found on what people asked of eight databases: their queries come early among all of one shape.
//! Limits: SQL as [`crate::query::render`] writes it. Invariant: the values in it, and which way it is ordered, change nothing.

/// What a SQL costs, in words.
pub(in crate::phase) fn length(sql: &str) -> u64 {
    let mut words = Words(sql).peekable();
    let mut cost = 0;
    while let Some(word) = words.next() {
        cost += match word {
            "DESC" => 0,
            // The name of a column or table in this query only.
            "AS" => {
                // The last of a list goes on with its comma.
                let name = words.next().unwrap_or_default();
                if name.ends_with(',') { COLUMN } else { 0 }
            }
            "LEFT" => 5,
            "JOIN" => {
                skip(&mut words, &["WHERE", "GROUP", "ORDER", "LIMIT", "JOIN", "LEFT"]);
                3
            }
            "GROUP" => {
                skip(&mut words, &["HAVING", "ORDER", "LIMIT"]);
                1
            }
            // "The author of most books": one word for six.
            "ORDER"
                if words
                    .clone()
                    .filter(|word| *word != "DESC")
                    .take(4)
                    .eq(["BY", "COUNT(*)", "LIMIT", "1"]) =>
            {
                while words.next_if(|word| *word != "1").is_some() {}
                0
            }
            ">" | "<" => 2,
            ">=" | "<=" | "BETWEEN" => 5,
            "<>" => 2,
            "IN" if !words.peek().is_some_and(|next| next.starts_with("(SELECT")) => {
                while words.next().is_some_and(|value| !value.ends_with(')')) {}
                9
            }
            word if word.ends_with(',') => 1 + COLUMN,
            _ => 1,
        };
    }
    cost
}

/// One more column.
const COLUMN: u64 = 3;

/// Goes on to the next of these words, to the next set, or to the end of what stands in parentheses.
fn skip<'s>(words: &mut std::iter::Peekable<Words<'s>>, until: &[&str]) {
    let goes_on = |word: &&str| !until.contains(word) && !["EXCEPT", "INTERSECT", "UNION"].contains(word);
    while words.next_if(goes_on).is_some_and(|word| !word.ends_with(')')) {}
}

/// Words of a SQL; a literal text is one.
#[derive(Clone)]
struct Words<'s>(&'s str);

impl<'s> Iterator for Words<'s> {
    type Item = &'s str;

    fn next(&mut self) -> Option<&'s str> {
        let text = self.0.trim_start();
        let mut quoted = false;
        let end = text.find(|c: char| {
            quoted ^= c == '\'';
            c.is_whitespace() && !quoted
        });
        let (word, rest) = text.split_at(end.unwrap_or(text.len()));
        self.0 = rest;
        (!word.is_empty()).then_some(word)
    }
}

#[cfg(test)]
mod tests {
    use super::length;

    #[test]
    fn values_and_directions_cost_nothing() {
        let of = |value: &str| {
            length(&format!(
                "SELECT title FROM book WHERE author = '{value}' ORDER BY price DESC LIMIT 1"
            ))
        };
        assert_eq!(of("Ada Lund"), of("It''s X"));
        assert_eq!(
            of("Ada Lund"),
            length("SELECT title FROM book WHERE author = 'x' ORDER BY price LIMIT 1")
        );
    }

    #[test]
    fn what_people_ask_most_comes_first() {
        let plainer = |a: &str, b: &str| assert!(length(a) < length(b), "{a} ({}) | {b} ({})", length(a), length(b));
        plainer("SELECT title FROM book", "SELECT title, price FROM book");
        plainer("SELECT title FROM book WHERE shelf = 'A'", "SELECT title FROM book WHERE price > 5");
        plainer("SELECT title FROM book WHERE price > 5", "SELECT title FROM book WHERE price >= 5");
        plainer(
            "SELECT title FROM book WHERE price < 5",
            "SELECT title FROM book WHERE shelf IN ('A', 'B')",
        );
        // The author of most books, and which are those of one author on one shelf.
        plainer(
            "SELECT a.name FROM book AS b JOIN author AS a ON b.author_id = a.author_id GROUP BY a.author_id, a.name ORDER BY COUNT(*) DESC LIMIT 1",
            "SELECT b.title FROM book AS b JOIN author AS a ON b.author_id = a.author_id WHERE a.name = 'Ada Lund' AND b.shelf = 'A'",
        );
    }
}
