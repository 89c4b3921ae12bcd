//! A phrase: words that remember which clause they say.
//!
//! Invariant: every span lies on the text's byte boundaries and covers the words that were tagged.

use crate::ir::record::Span;

/// Words with their spans.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Phrase {
    text: String,
    spans: Vec<Span>,
}

impl From<&str> for Phrase {
    fn from(text: &str) -> Self {
        Phrase {
            text: text.to_owned(),
            spans: Vec::new(),
        }
    }
}

impl From<String> for Phrase {
    fn from(text: String) -> Self {
        Phrase { text, spans: Vec::new() }
    }
}

impl From<&String> for Phrase {
    fn from(text: &String) -> Self {
        Phrase::from(text.as_str())
    }
}

/// Words one after another: `words!["the", noun, "of", owner]`.
#[macro_export]
macro_rules! words {
    ($($part:expr),* $(,)?) => { $crate::nlgen::phrase::Phrase::of([$($crate::nlgen::phrase::Phrase::from($part)),*]) };
}

impl Phrase {
    /// Parts one after another, a blank between them except before punctuation. Empty parts vanish.
    pub fn of(parts: impl IntoIterator<Item = Phrase>) -> Phrase {
        let mut out = Phrase::default();
        for part in parts {
            if part.text.is_empty() {
                continue;
            }
            let tight =
                part.text.starts_with([',', '.', '?', ';', ':', '!', ')']) || part.text.starts_with("'s") || out.text.ends_with('(');
            if !out.text.is_empty() && !tight {
                out.text.push(' ');
            }
            let shift = out.text.len();
            out.text.push_str(&part.text);
            out.spans.extend(part.spans.into_iter().map(|s| Span {
                start: s.start + shift,
                end: s.end + shift,
                ..s
            }));
        }
        out
    }

    /// `a`, `a and b`, `a, b and c` (or with another last word).
    pub fn list(parts: Vec<Phrase>, last: &str) -> Phrase {
        let n = parts.len();
        let mut out = Vec::new();
        for (i, part) in parts.into_iter().enumerate() {
            if i > 0 {
                out.push(Phrase::from(if i + 1 == n { last } else { "," }));
            }
            out.push(part);
        }
        Phrase::of(out)
    }

    /// These words say this clause.
    #[must_use]
    pub fn says(self, clause: impl Into<String>) -> Phrase {
        self.says_with(clause, Vec::new())
    }

    /// These words say this clause and these literals of it.
    #[must_use]
    pub fn says_with(mut self, clause: impl Into<String>, literals: Vec<String>) -> Phrase {
        let end = self.text.len();
        self.spans.push(Span {
            clause: clause.into(),
            start: 0,
            end,
            literals,
            evidence: false,
        });
        self
    }

    /// The words.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// No words.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The same phrase with its first word changed; spans keep their words.
    #[must_use]
    pub fn with_first_word(self, from: &str, to: &str) -> Phrase {
        let Some(rest) = self.text.strip_prefix(from).filter(|r| r.is_empty() || r.starts_with(' ')) else {
            return self;
        };
        let text = format!("{to}{rest}");
        let (old, new) = (from.len(), to.len());
        let move_by = |at: usize| if at >= old { at - old + new } else { at.min(new) };
        let spans = self
            .spans
            .into_iter()
            .map(|s| Span {
                start: move_by(s.start),
                end: move_by(s.end),
                ..s
            })
            .collect();
        Phrase { text, spans }
    }

    /// The same phrase with the first `from` in it changed, wherever it stands; spans keep their words.
    #[must_use]
    pub fn with_words(self, from: &str, to: &str) -> Phrase {
        let Some(at) = self.text.find(from) else { return self };
        let (end, new_end) = (at + from.len(), at + to.len());
        let move_by = |place: usize| {
            if place >= end { place - end + new_end } else { place.min(new_end) }
        };
        let spans = self.spans.into_iter().map(|s| Span {
            start: move_by(s.start),
            end: move_by(s.end),
            ..s
        });
        Phrase {
            text: self.text.replacen(from, to, 1),
            spans: spans.collect(),
        }
    }

    /// As a sentence of its own: the first letter a capital.
    #[must_use]
    pub fn capitalized(mut self) -> Phrase {
        if let Some(first) = self.text.chars().next().filter(char::is_ascii_lowercase) {
            self.text.replace_range(0..1, &first.to_ascii_uppercase().to_string());
        }
        self
    }

    /// Without leading blanks.
    pub fn trimmed(self) -> Phrase {
        self.without_prefix(|c| c == ' ')
    }

    /// With another final punctuation, or none.
    #[must_use]
    pub fn with_end(self, end: &str) -> Phrase {
        let kept = self.text.trim_end_matches(['.', '?', '!', ' ']).len();
        let clip = |at: usize| at.min(kept);
        let spans = self
            .spans
            .into_iter()
            .map(|s| Span {
                start: clip(s.start),
                end: clip(s.end),
                ..s
            })
            .collect();
        let text = format!("{}{end}", self.text.get(..kept).unwrap_or_default());
        Phrase { text, spans }
    }

    fn without_prefix(self, drop: impl Fn(char) -> bool) -> Phrase {
        let rest = self.text.trim_start_matches(drop);
        let cut = self.text.len() - rest.len();
        let mut text = rest.to_owned();
        if cut > 0 && self.text.starts_with(',') && text.is_char_boundary(1) {
            text[..1].make_ascii_uppercase();
        }
        let spans = self
            .spans
            .into_iter()
            .map(|s| Span {
                start: s.start.saturating_sub(cut),
                end: s.end.saturating_sub(cut),
                ..s
            })
            .collect();
        Phrase { text, spans }
    }

    /// Other words with this phrase's clauses, each said by all of the new words.
    pub fn retext(&self, text: &str) -> Phrase {
        let end = text.len();
        Phrase {
            text: text.to_owned(),
            spans: self
                .spans
                .iter()
                .map(|s| Span {
                    start: 0,
                    end,
                    ..s.clone()
                })
                .collect(),
        }
    }

    /// Text and spans as a sentence: first letter capital, spans in order of their place.
    pub fn into_sentence(self) -> (String, Vec<Span>) {
        self.capitalized().into_parts()
    }

    /// Text and spans as they are, spans in order of their place.
    pub fn into_parts(mut self) -> (String, Vec<Span>) {
        self.spans
            .sort_by(|a, b| (a.start, a.end, &a.clause).cmp(&(b.start, b.end, &b.clause)));
        (self.text, self.spans)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_follow_their_words() {
        let inner = Phrase::from("more than 20").says_with("filter.0", vec!["20".into()]);
        let verb = words!["have a price of", inner].with_first_word("have", "has");
        let (text, spans) = words!["which book", verb, "?"].into_sentence();
        assert_eq!(text, "Which book has a price of more than 20?");
        assert_eq!(&text[spans[0].start..spans[0].end], "more than 20");
    }

    #[test]
    fn lists_read_as_lists() {
        assert_eq!(Phrase::list(vec!["a".into(), "b".into(), "c".into()], "and").text(), "a, b and c");
    }
}
