//! What the entry of a foreign key says: which of the parents its rows refer to.
//!
//! A reference has the values of its parents' key, whatever its entry is, so a distribution of values is read as one of parents where that is what it says.
//! On a composite key the entry of its first column counts. Whoever makes data and whoever judges them read it here. Invariant: no entry says two things.

use super::generation::{Children, Distribution};
use serde_json::Value;

/// The entry of a foreign key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reference<'a> {
    /// Which parents rows have.
    pub preference: Preference<'a>,
    /// Every parent has a child.
    pub coverage: bool,
}

/// Which parents rows have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Preference<'a> {
    /// Any, each as likely: nothing is said, or uniform numbers.
    Even {
        /// Least and greatest of uniform numbers, which need not be keys.
        bounds: Option<(f64, f64)>,
    },
    /// Some more often than others, by Zipf's law.
    Skewed {
        /// Its exponent; one of 0 is even.
        exponent: f64,
        /// Ranks that the entry counts, which need not be as many as there are parents.
        ranks: Option<u64>,
    },
    /// Runs of parents by their weights.
    Weighted {
        /// In row order.
        weights: &'a [f64],
        /// A skew beside the weights: a contradiction unless it is 0.
        skew: f64,
    },
    /// Each parent as many rows as are drawn for it.
    Counted(Children),
    /// Those whose keys are listed.
    Listed {
        /// Keys.
        values: &'a [Value],
        /// Their shares; none where they are even.
        probs: &'a [f64],
    },
    /// Numbers in order: what a key has that is its parent's key.
    InOrder,
    /// A distribution that says nothing of parents.
    Unread,
}

impl<'a> Reference<'a> {
    /// Reads an entry; what has none refers to any parent.
    pub fn of(entry: Option<&'a Distribution>) -> Self {
        let mut covers = false;
        let preference = match entry {
            None => Preference::Even { bounds: None },
            Some(Distribution::Uniform { low, high, .. }) => Preference::Even {
                bounds: Some((*low, *high)),
            },
            Some(Distribution::Zipf { s, n }) => Preference::Skewed { exponent: *s, ranks: *n },
            Some(Distribution::Categorical { values, probs }) => Preference::Listed { values, probs },
            Some(Distribution::Constant { value }) => Preference::Listed {
                values: std::slice::from_ref(value),
                probs: &[],
            },
            Some(Distribution::Sequence { .. }) => Preference::InOrder,
            Some(Distribution::ForeignKey {
                skew,
                weights,
                coverage,
                children,
            }) => {
                covers = *coverage;
                match children {
                    Some(children) => Preference::Counted(*children),
                    None if !weights.is_empty() => Preference::Weighted { weights, skew: *skew },
                    None if *skew == 0.0 => Preference::Even { bounds: None },
                    None => Preference::Skewed {
                        exponent: *skew,
                        ranks: None,
                    },
                }
            }
            Some(_) => Preference::Unread,
        };
        Reference {
            preference,
            coverage: covers,
        }
    }

    /// The rows of each parent, where they are declared, with those that coverage gives.
    pub fn children(&self) -> Option<Children> {
        let Preference::Counted(mut children) = self.preference else {
            return None;
        };
        if let Children::Poisson { low, .. } | Children::Uniform { low, .. } | Children::Geometric { low, .. } = &mut children
            && self.coverage
        {
            *low = (*low).max(1);
        }
        Some(children)
    }

    /// Whether no parent is before another, and none must have a child.
    pub fn is_plain(&self) -> bool {
        matches!(self.preference, Preference::Even { .. }) && !self.coverage
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_entry_of_values_says_which_parents() -> Result<(), serde_json::Error> {
        let read = |entry: Value, wanted: &dyn Fn(Reference<'_>) -> bool| -> Result<(), serde_json::Error> {
            let distribution: Distribution = serde_json::from_value(entry.clone())?;
            let said = Reference::of(Some(&distribution));
            assert!(wanted(said), "{entry}: {said:?}");
            Ok(())
        };
        assert!(Reference::of(None).is_plain());
        read(json!({"kind": "foreign_key"}), &|r| r.is_plain())?;
        read(json!({"kind": "foreign_key", "coverage": true}), &|r| r.coverage && !r.is_plain())?;
        read(json!({"kind": "uniform", "low": 1, "high": 9}), &|r| {
            r.is_plain() && r.preference == Preference::Even { bounds: Some((1.0, 9.0)) }
        })?;
        read(json!({"kind": "foreign_key", "skew": 1.2}), &|r| {
            r.preference
                == Preference::Skewed {
                    exponent: 1.2,
                    ranks: None,
                }
        })?;
        read(json!({"kind": "zipf", "s": 1.2, "n": 50}), &|r| {
            r.preference
                == Preference::Skewed {
                    exponent: 1.2,
                    ranks: Some(50),
                }
        })?;
        read(json!({"kind": "foreign_key", "weights": [4, 1]}), &|r| {
            r.preference
                == Preference::Weighted {
                    weights: &[4.0, 1.0],
                    skew: 0.0,
                }
        })?;
        read(
            json!({"kind": "constant", "value": 7}),
            &|r| matches!(r.preference, Preference::Listed { values: [v], probs: [] } if v == 7),
        )?;
        read(
            json!({"kind": "foreign_key", "coverage": true, "children": {"kind": "uniform", "low": 0, "high": 3}}),
            &|r| r.children() == Some(Children::Uniform { low: 1, high: 3 }),
        )?;
        read(json!({"kind": "sequence"}), &|r| r.preference == Preference::InOrder)?;
        read(json!({"kind": "pattern", "pattern": "##"}), &|r| r.preference == Preference::Unread)
    }
}
