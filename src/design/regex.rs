//! Texts that satisfy a simple LIKE or regular expression: a pattern where one says it, else a list of texts.
//!
//! Knows literals, `%`, `_`, `.`, classes as `[A-Za-z0-9_]`, `\d` and `\w`, groups, `|`, and the repetitions `{n}`, `{n,m}`, `+`, `*`, `?`. What it does
//! not know (back references, negated classes, look-around) it leaves. Invariant: every text that is made satisfies the condition.

/// Texts listed where there is no pattern.
const LISTED: usize = 24;
/// Repetitions of an open `+` or `*`.
const OPEN: usize = 4;
/// Longest repetition.
const TIMES_MAX: usize = 64;
/// Deepest group.
const DEPTH_MAX: usize = 8;

/// What satisfies a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Texts {
    /// A pattern of the data engine: `#` a digit, `?` a capital letter.
    Pattern(String),
    /// Texts, no two alike.
    Listed(Vec<String>),
}

/// Texts that satisfy a condition: a LIKE pattern, or a regular expression after `~`.
pub(super) fn texts(condition: &str) -> Option<Texts> {
    let Some(regex) = condition.strip_prefix('~') else {
        return Some(Texts::Pattern(condition.replace('%', "??###").replace('_', "?")));
    };
    let anchored = regex.strip_prefix('^').unwrap_or(regex);
    let anchored = anchored.strip_suffix('$').filter(|r| !r.ends_with('\\')).unwrap_or(anchored);
    let chars: Vec<char> = anchored.chars().collect();
    let mut at = 0;
    let branches = branches(&chars, &mut at, 0)?;
    if at < chars.len() {
        return None;
    }
    if let [one] = branches.as_slice()
        && let Some(pattern) = pattern(one)
    {
        return Some(Texts::Pattern(pattern));
    }
    let mut out: Vec<String> = Vec::new();
    for n in 0..LISTED * 4 {
        let text = written(&branches, &mut (n as u64));
        if out.len() < LISTED && !text.is_empty() && !out.contains(&text) {
            out.push(text);
        }
    }
    (!out.is_empty()).then_some(Texts::Listed(out))
}

/// One part of a sequence and how often it stands there.
struct Piece {
    part: Part,
    times: usize,
}

enum Part {
    /// One of these.
    Class(Vec<char>),
    Group(Vec<Vec<Piece>>),
}

fn branches(chars: &[char], at: &mut usize, depth: usize) -> Option<Vec<Vec<Piece>>> {
    if depth > DEPTH_MAX {
        return None;
    }
    let mut out = vec![Vec::new()];
    while let Some(c) = chars.get(*at) {
        if *c == ')' {
            break;
        }
        *at += 1;
        let part = match c {
            '|' => {
                out.push(Vec::new());
                continue;
            }
            '(' => {
                if chars.get(*at) == Some(&'?') {
                    // `(?:` only groups.
                    *at += if chars.get(*at + 1) == Some(&':') { 2 } else { return None };
                }
                let inner = branches(chars, at, depth + 1)?;
                (chars.get(*at) == Some(&')')).then_some(())?;
                *at += 1;
                Part::Group(inner)
            }
            '[' => Part::Class(class(chars, at)?),
            '\\' => {
                let escaped = chars.get(*at)?;
                *at += 1;
                Part::Class(match escaped {
                    'd' => ('0'..='9').collect(),
                    'w' => ('a'..='z').collect(),
                    c if !c.is_alphanumeric() => vec![*c],
                    _ => return None,
                })
            }
            '.' => Part::Class(('a'..='z').collect()),
            '^' | '$' | '*' | '+' | '?' | '{' | ']' | '}' => return None,
            c => Part::Class(vec![*c]),
        };
        let times = times(chars, at)?;
        out.last_mut()?.push(Piece { part, times });
    }
    Some(out)
}

/// The characters between brackets, the opening one read.
fn class(chars: &[char], at: &mut usize) -> Option<Vec<char>> {
    let mut out = Vec::new();
    if chars.get(*at) == Some(&'^') {
        return None;
    }
    loop {
        let c = *chars.get(*at)?;
        *at += 1;
        match c {
            ']' if !out.is_empty() => return Some(out),
            '[' | ']' => return None,
            '\\' => {
                let escaped = *chars.get(*at)?;
                *at += 1;
                match escaped {
                    'd' => out.extend('0'..='9'),
                    'w' => out.extend('a'..='z'),
                    c if !c.is_alphanumeric() => out.push(c),
                    _ => return None,
                }
            }
            low if chars.get(*at) == Some(&'-') && chars.get(*at + 1).is_some_and(|c| *c != ']') => {
                out.extend(low..=*chars.get(*at + 1)?);
                *at += 2;
            }
            c => out.push(c),
        }
    }
}

/// How often the last part stands there.
fn times(chars: &[char], at: &mut usize) -> Option<usize> {
    let times = match chars.get(*at) {
        Some('{') => {
            let close = *at + chars.get(*at..)?.iter().position(|c| *c == '}')?;
            let range: String = chars.get(*at + 1..close)?.iter().collect();
            *at = close;
            let (least, most) = range.split_once(',').unwrap_or((&range, &range));
            let least: usize = least.trim().parse().ok()?;
            match most.trim() {
                "" => least.max(1),
                most => most.parse::<usize>().ok()?.min(least.max(12)),
            }
        }
        Some('+' | '*') => OPEN,
        Some('?') => 1,
        _ => return Some(1),
    };
    *at += 1;
    // A lazy or possessive sign changes nothing of what matches.
    if matches!(chars.get(*at), Some('?' | '+')) {
        *at += 1;
    }
    (times <= TIMES_MAX).then_some(times)
}

/// The pattern of a sequence of digits, capital letters and single characters.
fn pattern(pieces: &[Piece]) -> Option<String> {
    let mut out = String::new();
    for piece in pieces {
        let Part::Class(chars) = &piece.part else { return None };
        let holds = |mut range: std::ops::RangeInclusive<char>| range.all(|c| chars.contains(&c));
        let symbol = match chars.as_slice() {
            [one] => Some(*one).filter(|c| !"#?".contains(*c)),
            _ if holds('A'..='Z') => Some('?'),
            // Letters say more than digits where both are allowed and capitals are not.
            _ if holds('0'..='9') && !holds('a'..='z') => Some('#'),
            _ => None,
        };
        out.extend(std::iter::repeat_n(symbol?, piece.times));
    }
    Some(out)
}

/// A text of one of the branches; `n` is used up by the choices.
fn written(branches: &[Vec<Piece>], n: &mut u64) -> String {
    let pick = |n: &mut u64, of: usize| {
        let mixed = n.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23);
        *n = mixed.wrapping_add(0x632B_E59B_D9B4_E019);
        (mixed >> 33) as usize % of.max(1)
    };
    let mut out = String::new();
    // The branches one after the other, so that none is left out.
    let at = *n as usize % branches.len().max(1);
    let Some(pieces) = branches.get(at) else { return out };
    for piece in pieces {
        for _ in 0..piece.times {
            match &piece.part {
                Part::Class(chars) => out.extend(chars.get(pick(n, chars.len()))),
                Part::Group(inner) => {
                    pick(n, 1);
                    out.push_str(&written(inner, n));
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_on_texts_become_patterns() {
        let pattern = |p: &str| Some(Texts::Pattern(p.to_owned()));
        assert_eq!(texts("~^[A-Z]{2}-\\d{4}$"), pattern("??-####"));
        assert_eq!(texts("~^[A-Z]{2}-\\d+$"), pattern("??-####"));
        assert_eq!(texts("%@%"), pattern("??###@??###"));
        assert_eq!(texts("~^[A-Za-z]{3,5}\\.[0-9]?$"), pattern("?????.#"));
    }

    #[test]
    fn other_conditions_become_lists() {
        let listed = |c: &str| match texts(c) {
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
        for unknown in ["~(a", "~^[^a]$", "~(?=a)b", "~a{x}", "~\\bword"] {
            assert_eq!(texts(unknown), None, "{unknown}");
        }
    }
}
