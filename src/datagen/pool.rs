//! Pools: texts that many rows share, copied into a column without looking at them twice.
//!
//! A pool keeps its short texts padded to one size, so that a row costs one copy of fixed length. Invariant: gathering picks gives exactly the
//! texts at those positions; a pick past the end is NULL.

use arrow::array::StringArray;
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};

/// Texts up to here are padded.
const PAD: usize = 32;

/// Some texts.
#[derive(Debug, Clone, Default)]
pub struct Pool {
    texts: Vec<String>,
    /// Empty when a text is longer than [`PAD`].
    padded: Vec<([u8; PAD], u8)>,
    longest: usize,
}

impl Pool {
    /// A pool of these texts.
    pub fn new(texts: Vec<String>) -> Self {
        let longest = texts.iter().map(String::len).max().unwrap_or(0);
        let pad = |text: &String| {
            let mut bytes = [0; PAD];
            bytes.iter_mut().zip(text.bytes()).for_each(|(to, from)| *to = from);
            (bytes, text.len() as u8)
        };
        Pool {
            padded: if longest <= PAD {
                texts.iter().map(pad).collect()
            } else {
                Vec::new()
            },
            texts,
            longest,
        }
    }

    /// The texts.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// A column of the texts at these positions.
    pub fn gather(&self, picks: &[u32]) -> Result<StringArray, String> {
        let mut offsets: Vec<i32> = Vec::with_capacity(picks.len() + 1);
        offsets.push(0);
        let missing = picks.iter().any(|p| *p as usize >= self.texts.len());
        let mut bytes: Vec<u8>;
        if self.padded.is_empty() {
            bytes = Vec::with_capacity(picks.len() * self.longest / 2);
            for pick in picks {
                bytes.extend_from_slice(self.texts.get(*pick as usize).map_or(&[], String::as_bytes));
                offsets.push(bytes.len() as i32);
            }
        } else {
            bytes = vec![0; picks.len() * self.longest + PAD];
            let mut at = 0;
            for pick in picks {
                let (text, length) = self.padded.get(*pick as usize).unwrap_or(&([0; PAD], 0));
                if let Some(slot) = bytes.get_mut(at..).and_then(|rest| rest.first_chunk_mut::<PAD>()) {
                    *slot = *text;
                }
                at += usize::from(*length);
                offsets.push(at as i32);
            }
            bytes.truncate(at);
        }
        let nulls = missing.then(|| picks.iter().map(|p| (*p as usize) < self.texts.len()).collect());
        texts(bytes, offsets, nulls)
    }
}

/// A column from the bytes of all its texts and where each ends.
pub fn texts(bytes: Vec<u8>, offsets: Vec<i32>, nulls: Option<Vec<bool>>) -> Result<StringArray, String> {
    if i32::try_from(bytes.len()).is_err() {
        return Err("the texts of one block are longer than 2 GB".into());
    }
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    StringArray::try_new(offsets, Buffer::from_vec(bytes), nulls.map(NullBuffer::from)).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::Array;

    #[test]
    fn picks_are_gathered_short_and_long() {
        for extra in ["", "a text that is longer than all the padding there is"] {
            let pool = Pool::new(vec!["a".into(), String::new(), "größer".into(), extra.into()]);
            let column = pool.gather(&[2, 0, 1, 9, 3, 3]).unwrap();
            let got: Vec<Option<&str>> = column.iter().collect();
            assert_eq!(got, [Some("größer"), Some("a"), Some(""), None, Some(extra), Some(extra)]);
            assert_eq!(column.null_count(), 1);
        }
    }
}
