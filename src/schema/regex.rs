//! Regular expressions of CHECKs (`~`, `~*`, `SIMILAR TO`), as PostgreSQL reads them: compiled once, matched in time linear in the text.
//!
//! Knows literals, `.`, `[...]` with ranges, `\d` and `[:alpha:]`, `\d \w \s` and their opposites, groups, `|`, `^`, `$`, `* + ?` and `{n,m}`, lazy or
//! not. Limits: `STEPS_MAX` steps, `DEPTH_MAX` groups in groups; back references, look-around and word boundaries are refused. Invariant: what is
//! compiled matches what PostgreSQL and RE2 match.

/// Most steps of a compiled expression: `{n}` counts its part n times.
const STEPS_MAX: usize = 5_000;
/// Groups in groups.
const DEPTH_MAX: usize = 50;
/// Greatest number between braces, as in PostgreSQL.
const TIMES_MAX: usize = 255;

/// What makes capitals and small letters the same, at the start.
const FOLDED: &str = "(?i)";

/// A compiled expression.
#[derive(Debug, Clone)]
pub struct Regex {
    steps: Vec<Step>,
    fold: bool,
}

#[derive(Debug, Clone)]
enum Step {
    One(Set),
    /// Goes on at both.
    Split(usize, usize),
    Jump(usize),
    Start,
    End,
    Match,
}

/// Characters, as ranges.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Set {
    ranges: Vec<(char, char)>,
    negated: bool,
}

impl Set {
    /// Whether the character is one of them.
    pub fn holds(&self, c: char) -> bool {
        self.ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != self.negated
    }
}

/// A part of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// One character.
    One(Set),
    /// `^`
    Start,
    /// `$`
    End,
    /// Alternatives of sequences.
    Group(Vec<Vec<Part>>),
    /// So many times, least and most.
    Times(Box<Part>, usize, Option<usize>),
}

/// Reads a pattern: alternatives of sequences. The error says what is not read.
pub fn parse(pattern: &str) -> Result<Vec<Vec<Part>>, String> {
    let mut reader = Reader {
        chars: pattern.strip_prefix(FOLDED).unwrap_or(pattern).chars().collect(),
        at: 0,
    };
    let branches = reader.branches(0)?;
    if reader.at < reader.chars.len() {
        return Err("a ) without its (".into());
    }
    Ok(branches)
}

impl Regex {
    /// Compiles a pattern; `fold` takes capitals and small letters for the same. The error says what is not read.
    pub fn new(pattern: &str, fold: bool) -> Result<Self, String> {
        let branches = parse(pattern)?;
        let fold = fold || pattern.starts_with(FOLDED);
        let mut regex = Regex { steps: Vec::new(), fold };
        regex.alternatives(&branches)?;
        regex.push(Step::Match)?;
        Ok(regex)
    }

    /// Whether the pattern is found in the text.
    pub fn is_found(&self, text: &str) -> bool {
        let mut now = Vec::new();
        let mut seen = vec![usize::MAX; self.steps.len()];
        let mut rest = text.chars();
        let mut position = 0;
        loop {
            let next = rest.next();
            // A match may begin anywhere.
            self.follow(0, (position == 0, next.is_none()), position, &mut seen, &mut now);
            if now.iter().any(|at| matches!(self.steps.get(*at), Some(Step::Match))) {
                return true;
            }
            let Some(c) = next else { return false };
            position += 1;
            let last = rest.as_str().is_empty();
            for at in std::mem::take(&mut now) {
                if let Some(Step::One(set)) = self.steps.get(at)
                    && self.holds(set, c)
                {
                    self.follow(at + 1, (false, last), position, &mut seen, &mut now);
                }
            }
        }
    }

    fn holds(&self, set: &Set, c: char) -> bool {
        if !self.fold {
            return set.holds(c);
        }
        let among = |c: char| set.ranges.iter().any(|(low, high)| (*low..=*high).contains(&c));
        (among(c) || c.to_lowercase().chain(c.to_uppercase()).any(among)) != set.negated
    }

    /// Adds the steps that are reached without a character.
    fn follow(&self, from: usize, (start, end): (bool, bool), position: usize, seen: &mut [usize], now: &mut Vec<usize>) {
        let mut todo = vec![from];
        while let Some(at) = todo.pop() {
            match seen.get_mut(at) {
                Some(mark) if *mark != position => *mark = position,
                _ => continue,
            }
            match self.steps.get(at) {
                Some(Step::Split(a, b)) => todo.extend([*b, *a]),
                Some(Step::Jump(to)) => todo.push(*to),
                Some(Step::Start) => todo.extend(start.then_some(at + 1)),
                Some(Step::End) => todo.extend(end.then_some(at + 1)),
                Some(Step::One(_) | Step::Match) => now.push(at),
                None => {}
            }
        }
    }

    fn push(&mut self, step: Step) -> Result<usize, String> {
        if self.steps.len() >= STEPS_MAX {
            return Err(format!("more than {STEPS_MAX} steps"));
        }
        self.steps.push(step);
        Ok(self.steps.len() - 1)
    }

    fn set(&mut self, at: usize, step: Step) {
        if let Some(slot) = self.steps.get_mut(at) {
            *slot = step;
        }
    }

    fn alternatives(&mut self, branches: &[Vec<Part>]) -> Result<(), String> {
        let mut ends = Vec::new();
        for (i, branch) in branches.iter().enumerate() {
            let last = i + 1 == branches.len();
            let split = (!last).then(|| self.push(Step::Match)).transpose()?;
            branch.iter().try_for_each(|p| self.part(p))?;
            if let Some(split) = split {
                ends.push(self.push(Step::Match)?);
                self.set(split, Step::Split(split + 1, self.steps.len()));
            }
        }
        for end in ends {
            self.set(end, Step::Jump(self.steps.len()));
        }
        Ok(())
    }

    fn part(&mut self, part: &Part) -> Result<(), String> {
        match part {
            Part::One(set) => self.push(Step::One(set.clone())).map(drop),
            Part::Start => self.push(Step::Start).map(drop),
            Part::End => self.push(Step::End).map(drop),
            Part::Group(branches) => self.alternatives(branches),
            Part::Times(part, least, most) => {
                (0..*least).try_for_each(|_| self.part(part))?;
                match most {
                    Some(most) => {
                        let mut splits = Vec::new();
                        for _ in *least..*most {
                            splits.push(self.push(Step::Match)?);
                            self.part(part)?;
                        }
                        for split in splits {
                            self.set(split, Step::Split(split + 1, self.steps.len()));
                        }
                    }
                    None => {
                        let split = self.push(Step::Match)?;
                        self.part(part)?;
                        self.push(Step::Jump(split))?;
                        self.set(split, Step::Split(split + 1, self.steps.len()));
                    }
                }
                Ok(())
            }
        }
    }
}

/// The regular expression that a pattern of SIMILAR TO stands for.
pub fn similar(pattern: &str) -> String {
    let mut out = String::from("^(?:");
    let (mut chars, mut inside) = (pattern.chars(), false);
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                let literal = chars.next();
                out.extend(literal.filter(|c| !c.is_alphanumeric()).map(|_| '\\'));
                out.extend(literal);
                continue;
            }
            '[' => inside = true,
            ']' => inside = false,
            _ => {}
        }
        match c {
            '%' if !inside => out.push_str(".*"),
            '_' if !inside => out.push('.'),
            '.' | '^' | '$' if !inside => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out + ")$"
}

/// The regular expression that a pattern of LIKE stands for.
pub fn like(pattern: &str) -> String {
    let mut out = String::from("^");
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        let literal = match c {
            '%' => {
                out.push_str(".*");
                continue;
            }
            '_' => {
                out.push('.');
                continue;
            }
            '\\' => chars.next(),
            c => Some(c),
        };
        out.extend(literal.filter(|c| !c.is_alphanumeric()).map(|_| '\\'));
        out.extend(literal);
    }
    out + "$"
}

struct Reader {
    chars: Vec<char>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }
    fn next(&mut self) -> Option<char> {
        let c = self.peek();
        self.at += usize::from(c.is_some());
        c
    }
    fn take(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        self.at += usize::from(found);
        found
    }

    fn branches(&mut self, depth: usize) -> Result<Vec<Vec<Part>>, String> {
        if depth > DEPTH_MAX {
            return Err(format!("groups nest deeper than {DEPTH_MAX}"));
        }
        let mut out = vec![Vec::new()];
        while let Some(c) = self.peek().filter(|c| *c != ')') {
            self.at += 1;
            let part = match c {
                '|' => {
                    out.push(Vec::new());
                    continue;
                }
                '^' => Part::Start,
                '$' => Part::End,
                '.' => Part::One(Set {
                    ranges: Vec::new(),
                    negated: true,
                }),
                '[' => Part::One(self.class()?),
                '(' => {
                    if self.take('?') && !self.take(':') {
                        return Err("a group that begins with (?".into());
                    }
                    let inner = self.branches(depth + 1)?;
                    if !self.take(')') {
                        return Err("a ( without its )".into());
                    }
                    Part::Group(inner)
                }
                '\\' => Part::One(self.escaped()?),
                '*' | '+' | '?' => return Err(format!("a {c} with nothing before it")),
                c => Part::One(one(c)),
            };
            let part = self.repeated(part)?;
            if let Some(branch) = out.last_mut() {
                branch.push(part);
            }
        }
        Ok(out)
    }

    fn repeated(&mut self, part: Part) -> Result<Part, String> {
        let (least, most) = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') if self.chars.get(self.at + 1).is_some_and(char::is_ascii_digit) => self.braces()?,
            _ => return Ok(part),
        };
        self.at += 1;
        // A lazy sign changes nothing of what matches.
        self.take('?');
        if matches!(part, Part::Start | Part::End) || self.peek().is_some_and(|c| "*+?".contains(c)) {
            return Err("a repetition of nothing".into());
        }
        Ok(Part::Times(Box::new(part), least, most))
    }

    /// `{2}`, `{2,}`, `{2,5}`, up to the closing brace.
    fn braces(&mut self) -> Result<(usize, Option<usize>), String> {
        let wrong = || format!("a number between braces that is none, or is above {TIMES_MAX}");
        let length = self.chars.iter().skip(self.at).position(|c| *c == '}').ok_or_else(wrong)?;
        let range: String = self.chars.iter().skip(self.at + 1).take(length - 1).collect();
        self.at += length;
        let number = |text: &str| text.parse::<usize>().ok().filter(|n| *n <= TIMES_MAX).ok_or_else(wrong);
        let (least, most) = match range.split_once(',') {
            None => (number(&range)?, Some(number(&range)?)),
            Some((least, "")) => (number(least)?, None),
            Some((least, most)) => (number(least)?, Some(number(most)?)),
        };
        if most.is_some_and(|most| most < least) {
            return Err(wrong());
        }
        Ok((least, most))
    }

    /// What a `\` stands before.
    fn escaped(&mut self) -> Result<Set, String> {
        let c = self.next().ok_or("a \\ at the end")?;
        let named = |name: &str, negated: bool| {
            Ok(Set {
                ranges: ranges(name).unwrap_or_default(),
                negated,
            })
        };
        match c {
            'd' | 'D' => named("digit", c == 'D'),
            's' | 'S' => named("space", c == 'S'),
            'w' | 'W' => named("word", c == 'W'),
            't' => Ok(one('\t')),
            'n' => Ok(one('\n')),
            'r' => Ok(one('\r')),
            c if c.is_alphanumeric() => Err(format!("\\{c}")),
            c => Ok(one(c)),
        }
    }

    /// The characters between brackets, the opening one read.
    fn class(&mut self) -> Result<Set, String> {
        let mut set = Set {
            ranges: Vec::new(),
            negated: self.take('^'),
        };
        let mut first = true;
        loop {
            let c = self.next().ok_or("a [ without its ]")?;
            let low = match c {
                ']' if !first => return Ok(set),
                '[' if self.take(':') => {
                    let rest = self.chars.get(self.at..).unwrap_or_default();
                    let length = rest.windows(2).position(|w| w == [':', ']']).ok_or("a [: without its :]")?;
                    let name: String = rest.iter().take(length).collect();
                    self.at += length + 2;
                    set.ranges.extend(ranges(&name).ok_or_else(|| format!("[:{name}:]"))?);
                    first = false;
                    continue;
                }
                '[' if matches!(self.peek(), Some('.' | '=')) => return Err("[. or [=".into()),
                '\\' => {
                    let escaped = self.escaped()?;
                    match escaped.ranges.as_slice() {
                        [(low, high)] if low == high && !escaped.negated => *low,
                        _ if escaped.negated => return Err("an opposite between brackets".into()),
                        many => {
                            set.ranges.extend_from_slice(many);
                            first = false;
                            continue;
                        }
                    }
                }
                c => c,
            };
            first = false;
            let is_range = self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|c| *c != ']');
            if !is_range {
                set.ranges.push((low, low));
                continue;
            }
            self.at += 1;
            let high = match self.next() {
                Some('\\') => match self.escaped()?.ranges.as_slice() {
                    [(low, high)] if low == high => *low,
                    _ => return Err("a range that ends in no character".into()),
                },
                Some('[') => return Err("a range that ends in [".into()),
                Some(high) => high,
                None => return Err("a [ without its ]".into()),
            };
            if high < low {
                return Err(format!("the range {low}-{high} is empty"));
            }
            set.ranges.push((low, high));
        }
    }
}

fn one(c: char) -> Set {
    Set {
        ranges: vec![(c, c)],
        negated: false,
    }
}

/// Named characters, of ASCII.
fn ranges(name: &str) -> Option<Vec<(char, char)>> {
    Some(match name {
        "digit" => vec![('0', '9')],
        "lower" => vec![('a', 'z')],
        "upper" => vec![('A', 'Z')],
        "alpha" => vec![('a', 'z'), ('A', 'Z')],
        "alnum" => vec![('a', 'z'), ('A', 'Z'), ('0', '9')],
        "word" => vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')],
        "xdigit" => vec![('a', 'f'), ('A', 'F'), ('0', '9')],
        "space" => vec![('\t', '\r'), (' ', ' ')],
        "blank" => vec![('\t', '\t'), (' ', ' ')],
        "punct" => vec![('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        _ => return None,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails at the place")]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_found_as_postgresql_finds_them() {
        for (pattern, yes, no) in [
            (r"^[A-Z]{2}-\d+$", &["AB-1", "ZZ-0099"][..], &["AB-", "ab-1", "xAB-1", "AB-1x"][..]),
            ("b", &["abc", "b"], &["", "acd"]),
            ("^$", &[""], &["a"]),
            ("^(red|green)?-x$", &["red-x", "-x", "green-x"], &["blue-x", "redgreen-x"]),
            (
                r"^[^@\s]+@[^@\s]+\.[a-z]{2,4}$",
                &["ann@example.com"],
                &["ann@@example.com", "ann@example", "a n@b.de"],
            ),
            ("^a{2,3}b*$", &["aa", "aaab", "aabbb"], &["a", "aaaa"]),
            ("^[[:alpha:]_][[:alnum:]_]*$", &["_x9", "Abc"], &["9x", ""]),
            (r"^\+?[0-9 ()-]{7,}$", &["+1 (555) 010-99"], &["12345", "x1234567"]),
            ("^[]a]+$", &["]a"], &["b"]),
            ("^(a|b|)c$", &["ac", "c"], &["abc"]),
            ("^x{a}$", &["x{a}"], &["x"]),
            ("^.{3}$", &["äöü", "a\nb"], &["ab"]),
            ("(?i)^abc$", &["ABC", "aBc"], &["abd"]),
            ("^(a*)*$", &["", "aaa"], &["b"]),
            ("a$|^b", &["ba", "bx", "xa"], &["ab x"]),
        ] {
            let regex = Regex::new(pattern, false).unwrap();
            for text in yes {
                assert!(regex.is_found(text), "{pattern} in {text:?}");
            }
            for text in no {
                assert!(!regex.is_found(text), "{pattern} not in {text:?}");
            }
        }
        let folded = Regex::new("^[a-c]+[^x]$", true).unwrap();
        assert!(folded.is_found("ABz") && !folded.is_found("ABX"));
    }

    #[test]
    fn similar_to_has_signs_of_its_own() {
        let found = |pattern: &str, text: &str| Regex::new(&similar(pattern), false).unwrap().is_found(text);
        assert!(found("(a|b)%", "bcd") && !found("(a|b)%", "xa") && found("a.c_", "a.cd") && !found("a.c", "abc"));
        assert!(found(r"5\%", "5%") && !found(r"5\%", "5x") && found("[0-9]{3}", "123") && !found("[0-9]{3}", "1234"));
    }

    #[test]
    fn like_has_two_signs() {
        let found = |pattern: &str, text: &str| Regex::new(&like(pattern), false).unwrap().is_found(text);
        assert!(found("%@%.%", "a@b.de") && !found("%@%.%", "a@b") && found("a_c", "abc") && !found("a_c", "abcd"));
        assert!(found(r"5\%", "5%") && !found(r"5\%", "55") && found("[x]", "[x]"));
    }

    #[test]
    fn what_is_not_read_is_refused() {
        for pattern in [
            r"(a)\1", "(?=a)b", "(?<!a)b", r"\mword", "(a", "a)", "[a", "*a", "a**", "a{3,1}", "a{999}", "[z-a]", "\\", "[[.a.]]",
        ] {
            assert!(Regex::new(pattern, false).is_err(), "{pattern}");
        }
        assert!(Regex::new(&"(".repeat(5_000), false).is_err());
        assert!(Regex::new(&format!("{}a{}", "(".repeat(8), "{9})".repeat(8)), false).is_err());
    }

    #[test]
    fn no_text_takes_long() {
        // A backtracking matcher would take 2^40 steps.
        let regex = Regex::new("^(a+)+$", false).unwrap();
        assert!(!regex.is_found(&("a".repeat(40) + "b")));
        assert!(regex.is_found(&"a".repeat(2_000)));
    }
}
