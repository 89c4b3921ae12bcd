//! Texts that satisfy a LIKE or a regular expression: a pattern where one says it, else a list of texts.
//!
//! What is open (`*`, `+`, `.`, an opposite) is taken short and in small letters. Invariant: every text that is made satisfies the condition; where
//! none is found, and where the expression is not read, there is no answer.

use crate::schema::regex::{self, Part, Regex, Set};
use std::collections::BTreeSet;

/// Texts listed where there is no pattern.
pub(super) const LISTED: usize = 24;
/// And of a column whose values differ.
pub(super) const LISTED_UNIQUE: usize = 2_000;
/// Repetitions of an open `+` or `*`.
const OPEN: usize = 4;
/// Repetitions where there may be many.
const SEVERAL: usize = 12;
/// Characters of the longest text.
const LENGTH_MAX: usize = 200;
/// What follows a text that is always the same and may go on.
const ENDING: &str = "??###";

/// A condition on a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A LIKE pattern.
    Like(String),
    /// A regular expression, and whether capitals and small letters are the same to it.
    Regex(String, bool),
}

/// What satisfies a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Texts {
    /// A pattern of the data engine: `#` a digit, `?` a capital letter.
    Pattern(String),
    /// Texts, no two alike.
    Listed(Vec<String>),
}

impl Wanted {
    /// The condition as a regular expression; None where it is not read.
    pub(super) fn regex(&self) -> Option<Regex> {
        match self {
            Wanted::Like(pattern) => Regex::new(&regex::like(pattern), false),
            Wanted::Regex(pattern, fold) => Regex::new(pattern, *fold),
        }
        .ok()
    }
}

/// Texts of at most `width` characters that satisfy a condition; so many where they are listed.
pub(super) fn texts(wanted: &Wanted, width: usize, count: usize) -> Option<Texts> {
    let written = match wanted {
        Wanted::Like(pattern) if !pattern.contains(['#', '?', '\\']) => {
            let made = pattern.replace('%', ENDING).replace('_', "?");
            if made.chars().count() <= width {
                return Some(Texts::Pattern(made));
            }
            regex::like(pattern)
        }
        Wanted::Like(pattern) => regex::like(pattern),
        Wanted::Regex(pattern, _) => pattern.clone(),
    };
    let (branches, regex) = (regex::parse(&written).ok()?, wanted.regex()?);
    let holds = |text: &str| text.chars().count() <= width && regex.is_found(text);
    if let [one] = branches.as_slice()
        && let Some(pattern) = pattern(one)
    {
        let like = |digit: &str, letter: &str| pattern.replace('#', digit).replace('?', letter);
        // A text that is always the same goes on where it may.
        let longer = format!("{pattern}{ENDING}");
        if !pattern.contains(['#', '?']) && holds(&longer.replace('#', "4").replace('?', "K")) {
            return Some(Texts::Pattern(longer));
        }
        if holds(&like("0", "A")) && holds(&like("9", "Z")) {
            return Some(Texts::Pattern(pattern));
        }
    }
    let mut seen = BTreeSet::new();
    let mut out: Vec<String> = Vec::new();
    for n in 0..count * 4 {
        let text = text(&branches, &mut (n as u64));
        if out.len() < count && !text.is_empty() && holds(&text) && seen.insert(text.clone()) {
            out.push(text);
        }
    }
    (!out.is_empty()).then_some(Texts::Listed(out))
}

/// How often a part stands there that may stand there from `least` to `most` times.
fn times(least: usize, most: Option<usize>) -> usize {
    match most {
        None if least <= 1 => OPEN,
        None => least,
        Some(most) => most.min(least.max(SEVERAL)),
    }
}

/// The characters of a set that texts are made of: letters and digits that it names, else small letters, else signs.
fn characters(set: &Set) -> Vec<char> {
    let among = |range: std::ops::RangeInclusive<char>| range.filter(|c| set.holds(*c)).collect::<Vec<char>>();
    // An opposite, or a point, holds nearly everything.
    if set.holds('é') {
        let small = among('a'..='z');
        return if small.is_empty() { among(' '..='~') } else { small };
    }
    among('!'..='~').into_iter().chain(Some(' ').filter(|c| set.holds(*c))).collect()
}

/// The pattern of a sequence of digits, capital letters and single characters.
fn pattern(parts: &[Part]) -> Option<String> {
    let mut out = String::new();
    for part in parts {
        let (set, times) = match part {
            Part::Start | Part::End => continue,
            Part::One(set) => (set, 1),
            Part::Times(part, least, most) => match part.as_ref() {
                Part::One(set) => (set, times(*least, *most)),
                _ => return None,
            },
            Part::Group(_) => return None,
        };
        let chars = characters(set);
        let holds = |mut range: std::ops::RangeInclusive<char>| range.all(|c| chars.contains(&c));
        let symbol = match chars.as_slice() {
            [one] => Some(*one).filter(|c| !"#?".contains(*c)),
            _ if holds('A'..='Z') => Some('?'),
            // Letters say more than digits where both are allowed and capitals are not.
            _ if holds('0'..='9') && !holds('a'..='z') => Some('#'),
            _ => None,
        };
        out.extend(std::iter::repeat_n(symbol?, times));
    }
    (out.len() <= LENGTH_MAX).then_some(out)
}

/// A text of one of the branches; `n` is used up by the choices.
fn text(branches: &[Vec<Part>], n: &mut u64) -> String {
    // The branches one after the other, so that none is left out.
    let at = *n as usize % branches.len().max(1);
    let mut out = String::new();
    for part in branches.get(at).into_iter().flatten() {
        write(part, n, &mut out);
    }
    out
}

fn write(part: &Part, n: &mut u64, out: &mut String) {
    let pick = |n: &mut u64, of: usize| {
        let mixed = n.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23);
        *n = mixed.wrapping_add(0x632B_E59B_D9B4_E019);
        (mixed >> 33) as usize % of.max(1)
    };
    if out.len() > LENGTH_MAX {
        return;
    }
    match part {
        Part::Start | Part::End => {}
        Part::One(set) => {
            let chars = characters(set);
            out.extend(chars.get(pick(n, chars.len())));
        }
        Part::Group(branches) => {
            pick(n, 1);
            out.push_str(&text(branches, n));
        }
        Part::Times(part, least, most) => (0..times(*least, *most)).for_each(|_| write(part, n, out)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(pattern: &str) -> Option<Texts> {
        let wanted = match pattern.strip_prefix('~') {
            Some(regex) => Wanted::Regex(regex.into(), false),
            None => Wanted::Like(pattern.into()),
        };
        texts(&wanted, 40, LISTED)
    }

    #[test]
    fn conditions_on_texts_become_patterns() {
        for (condition, want) in [
            ("~^[A-Z]{2}-\\d{4}$", "??-####"),
            ("~^[A-Z]{2}-\\d+$", "??-####"),
            ("%@%", "??###@??###"),
            ("~^[A-Za-z]{3,5}\\.[0-9]?$", "?????.#"),
            ("~[[:upper:]][[:digit:]]{2}", "?##"),
            // What may go on does, where it would always be the same.
            ("~@", "@??###"),
            ("~^https?://", "https://??###"),
        ] {
            assert_eq!(made(condition), Some(Texts::Pattern(want.into())), "{condition}");
        }
    }

    #[test]
    fn other_conditions_become_lists() {
        let listed = |c: &str| match made(c) {
            Some(Texts::Listed(mut all)) => {
                all.sort();
                all
            }
            _ => Vec::new(),
        };
        assert_eq!(listed("~^(a|b)$"), ["a", "b"]);
        assert_eq!(listed("~^(red|green)-x$"), ["green-x", "red-x"]);
        let words = listed("~^[a-z]{4}$");
        assert_eq!(words.len(), LISTED);
        assert!(
            words.iter().all(|w| w.len() == 4 && w.bytes().all(|b| b.is_ascii_lowercase())),
            "{words:?}"
        );
        for condition in ["~^[^a]{3}$", "~^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$", "a#%", "5\\%%", "~^\\S+ \\w{2}$"] {
            assert!(listed(condition).len() > 1, "{condition}: {:?}", made(condition));
        }
        for unknown in ["~(a", "~(?=a)b", "~\\bword", "~^.{50}$", "~^a{300}$"] {
            assert_eq!(made(unknown), None, "{unknown}");
        }
    }
}
