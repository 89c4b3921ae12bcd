//! The path that rows take through their states: a declared list, from what rows begin with to what they come to (`states.txt`).
//!
//! What happens at a state of the path (`confirmed_at`, `Confirmed`) has not happened in states before it and has from it on; on a way out (cancelled,
//! refused) rows do not come to the end of the path, and after a detour nothing is known. Limit: a list in which something stands before what rows begin
//! with is no path. Invariant: what is known of a state already is never changed.

use std::sync::LazyLock;

/// A line of `states.txt`.
struct Line {
    name: &'static str,
    words: Vec<&'static str>,
}

static LINES: LazyLock<Vec<Line>> = LazyLock::new(|| {
    let lines = include_str!("states.txt").lines().filter(|l| !l.is_empty() && !l.starts_with('#'));
    lines
        .filter_map(|line| {
            let (name, words) = line.split_once(':')?;
            let words = words.split(',').map(str::trim).collect();
            Some(Line { name, words })
        })
        .collect()
});

fn in_line(name: &str, word: &str) -> bool {
    LINES.iter().any(|l| l.name == name && l.words.contains(&word))
}

/// Whether a column's words say that it holds states: "loan status", "sts cd".
pub(super) fn is_status(words: &str) -> bool {
    let mut back = words.split(' ').rev();
    let last = back.next().unwrap_or_default();
    let code = ["cd", "code"].contains(&last);
    in_line("columns", if code { back.next().unwrap_or_default() } else { last })
}

/// Whether a flag about this holds until an end.
pub(super) fn holds(about: &[&str]) -> bool {
    matches!(about, [one] if in_line("flags", one))
}

/// Whether a time about this is the end of the row's thing, not of another.
pub(super) fn ends(about: &[&str]) -> bool {
    about.iter().any(|w| in_line("ends", w)) && about.iter().all(|w| in_line("ends", w) || in_line("of the row", w))
}

/// Endings that leave a word the same: invoice and invoiced, approval and approved.
const ENDINGS: &[&str] = &[
    "", "e", "d", "ed", "s", "ing", "ion", "al", "y", "ment", "led", "ped", "ted", "ling", "ping", "ting", "ation", "ated", "ate",
];
/// Shortest beginning that two forms of a word share.
const STEM: usize = 4;

/// Whether the words of a time say a state, in one form or another.
pub(super) fn is_form(said: &[&str], state: &str) -> bool {
    let same = |a: &str, b: &str| {
        let shared: usize = a
            .chars()
            .zip(b.chars())
            .take_while(|(x, y)| x == y)
            .map(|(x, _)| x.len_utf8())
            .sum();
        let rest = |w: &str| w.get(shared..).is_some_and(|r| ENDINGS.contains(&r));
        a == b || shared >= STEM && rest(a) && rest(b)
    };
    let states: Vec<&str> = state.split(' ').collect();
    said.windows(states.len()).any(|w| w.iter().zip(&states).all(|(a, b)| same(a, b)))
}

/// Whether it has happened, state by state, where only the order of the states says so. `own` are the states in which it happens.
pub(super) fn complete(states: &[String], own: impl Fn(&str) -> bool, done: &mut [Option<bool>]) {
    let begins = |s: &String| in_line("beginnings", s);
    let aside = |s: &String| in_line("ways out", s);
    let on_path = |s: &&String| !aside(s) && !in_line("detours", s);
    let first = states.iter().take_while(|s| begins(s)).count();
    let Some(at) = states.iter().position(|s| own(s)).filter(|at| *at > 0) else {
        return;
    };
    let Some(state) = states.get(at) else { return };
    // What is known already must agree with the order.
    let wrong = |(i, d): (usize, &Option<bool>)| *d == Some(i < at) && states.get(i).is_some_and(|s| on_path(&s));
    if states.iter().skip(first).any(begins) || done.iter().enumerate().any(wrong) {
        return;
    }
    let last = states.iter().rposition(|s| on_path(&s));
    for (i, (other, slot)) in states
        .iter()
        .zip(done.iter_mut())
        .enumerate()
        .filter(|(_, (_, slot))| slot.is_none())
    {
        *slot = match () {
            () if i == at => Some(true),
            // What leaves the path happens there alone.
            () if aside(state) => Some(false),
            () if in_line("refusals", other) => Some(false),
            () if aside(other) => (last == Some(at)).then_some(false),
            () if i < at => Some(false),
            () if !on_path(&other) || !on_path(&state) => None,
            () => Some(true),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(said: &str, states: &[&str]) -> String {
        let states: Vec<String> = states.iter().map(|s| (*s).to_owned()).collect();
        let mut done = vec![None; states.len()];
        let said: Vec<&str> = said.split(' ').collect();
        complete(&states, |s| is_form(&said, s), &mut done);
        done.iter().map(|d| d.map_or('?', |d| if d { '+' } else { '-' })).collect()
    }

    #[test]
    fn what_happens_at_a_state_has_happened_from_it_on() {
        let hire = ["quote", "confirmed", "out", "returned", "cancelled"];
        assert_eq!((of("confirmed", &hire), of("returned", &hire)), ("-+++?".into(), "---+-".into()));
        assert_eq!(of("cancelled", &hire), "----+");
        let sale = ["draft", "invoiced", "paid", "void"];
        assert_eq!((of("invoiced", &sale), of("invoice", &sale)), ("-++?".into(), "-++?".into()));
        assert_eq!(of("subastado", &["pendiente", "subastado", "retirado", "decomisado"]), "-+--");
        assert_eq!(of("suspended", &["pending", "running", "suspended", "closed"]), "--+?");
        assert_eq!(of("approval", &["requested", "approved", "on display", "refused"]), "-++-");
    }

    #[test]
    fn a_list_that_is_no_path_says_nothing() {
        assert_eq!(of("closed", &["active", "closed", "pending"]), "???");
        assert_eq!(of("confirmed", &["confirmed", "shipped"]), "??");
        assert_eq!(of("noted", &["open", "closed"]), "??");
        let known = [None, None, Some(true)];
        let mut done = known;
        complete(&["open", "seen", "done"].map(str::to_owned), |s| s == "seen", &mut done);
        assert_eq!(done, [Some(false), Some(true), Some(true)]);
        done = [Some(true), None, None];
        complete(&["open", "seen", "done"].map(str::to_owned), |s| s == "seen", &mut done);
        assert_eq!(done, [Some(true), None, None]);
    }

    #[test]
    fn words_of_states_flags_and_ends_are_known() {
        assert!(is_status("loan status") && is_status("sts cd") && is_status("estado") && !is_status("country code"));
        assert!(holds(&["current"]) && !holds(&["paid"]));
        assert!(ends(&["valid", "to"]) && ends(&["end"]) && !ends(&["trial", "end"]) && !ends(&["valid"]));
    }
}
