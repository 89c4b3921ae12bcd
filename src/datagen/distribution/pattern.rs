//! Text patterns: `#` a digit, `?` a capital letter, the rest as it stands; unique by a permutation of all texts of the pattern.

use super::{Request, RowValues, Sampler, mismatch};
use crate::datagen::cell::Physical;
use crate::datagen::cell::Values;
use crate::datagen::draw::{Rows, below};
use crate::datagen::permute::Permutation;
use crate::ir::generation::Distribution;
use crate::kernel::seed::Seed;
use arrow::array::StringBuilder;

/// A pattern, read.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    /// How many texts it has, at most 2^62.
    pub size: u64,
}

impl Pattern {
    /// Reads a pattern.
    pub fn new(text: &str) -> Self {
        let radix = |c: char| if c == '#' { 10 } else { 26 };
        let size = text
            .chars()
            .filter(|c| matches!(c, '#' | '?'))
            .fold(1_u64, |n, c| n.saturating_mul(radix(c)).min(1 << 62));
        Pattern {
            text: text.to_owned(),
            size,
        }
    }

    /// Appends the `n`-th text; two n below [`Pattern::size`] give two texts.
    pub fn write(&self, mut n: u64, out: &mut String) {
        for c in self.text.chars() {
            out.push(match c {
                '#' => {
                    let digit = (n % 10) as u8;
                    n /= 10;
                    char::from(b'0' + digit)
                }
                '?' => {
                    let letter = (n % 26) as u8;
                    n /= 26;
                    char::from(b'A' + letter)
                }
                other => other,
            });
        }
    }
}

struct Sampled {
    pattern: Pattern,
    permutation: Option<Permutation>,
    seed: Seed,
}

pub(super) fn build(request: &Request<'_>) -> Result<Box<dyn Sampler>, String> {
    let Distribution::Pattern { pattern: text } = request.distribution else {
        return Err(mismatch());
    };
    let pattern = Pattern::new(text);
    let length = text.chars().count();
    if let Physical::Text(Some(width)) = request.physical
        && length > width as usize
    {
        return Err(format!(
            "the pattern {text:?} is {length} characters long, and the column takes {width}; shorten it, or widen the column"
        ));
    }
    if request.unique && pattern.size < request.rows {
        return Err(format!(
            "the pattern {text:?} has {} texts, too few for {} unique rows; lengthen it",
            pattern.size, request.rows
        ));
    }
    let permutation = request.unique.then(|| Permutation::new(pattern.size, request.seed));
    Ok(Box::new(Sampled {
        pattern,
        permutation,
        seed: request.seed,
    }))
}

impl Sampler for Sampled {
    fn sample(&self, rows: &Rows<'_>, _: &RowValues<'_>) -> Result<Values, String> {
        let mut out = StringBuilder::with_capacity(rows.len(), rows.len() * self.pattern.text.len());
        let mut text = String::new();
        for (row, seed) in rows.index.iter().zip(rows.seeds(self.seed)) {
            text.clear();
            self.pattern.write(
                self.permutation.map_or_else(|| below(seed, self.pattern.size), |p| p.apply(*row)),
                &mut text,
            );
            out.append_value(&text);
        }
        Ok(Values::Texts(out.finish()))
    }
    fn unique(&self) -> bool {
        self.permutation.is_some()
    }
}
