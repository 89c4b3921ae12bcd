//! People: names, and what is made of them. One entity is one person, so that columns of a row agree.

use super::locale::Names;
use super::words::{DOMAINS, FIRST_NAMES_FEMALE, FIRST_NAMES_MALE, LAST_NAMES, count, fold, nth};
use super::{Choice, Extent, Locale, Provider, number};

pub(super) static PROVIDERS: &[Provider] = &[
    Provider {
        name: "person.first_name",
        entity: "person",
        patterns: &["first name", "given name", "forename", "fname", "firstname", "first", "middle name"],
        shared: false,
        width: 12,
        entities: people,
        distinct: first_names,
        write: |c, out| {
            out.push_str(first(c));
            number(c.cycle, out);
        },
    },
    Provider {
        name: "person.last_name",
        entity: "person",
        patterns: &["last name", "surname", "family name", "lname", "lastname", "last", "maiden name"],
        shared: false,
        width: 14,
        entities: people,
        distinct: || count(&LAST_NAMES).min(first_names()),
        write: |c, out| {
            out.push_str(last(c));
            number(c.cycle, out);
        },
    },
    Provider {
        name: "person.full_name",
        entity: "person",
        patterns: &[
            "person/name",
            "full name",
            "head of state",
            "head of government",
            "president",
            "prime minister",
            "fullname",
            "contact name",
            "contact",
            "manager",
            "author",
            "director",
            "artist",
            "owner",
            "market manager",
            "composer",
            "coach",
            "instructor",
            "teacher",
            "person name",
            "display name",
            "cardholder name",
            "holder name",
            "account holder",
            "guest name",
            "driver",
            "actor",
        ],
        shared: false,
        width: 27,
        entities: people,
        distinct: people,
        write: |c, out| {
            out.push_str(first(c));
            out.push(' ');
            out.push_str(last(c));
            number(c.cycle, out);
        },
    },
    Provider {
        name: "person.email",
        entity: "person",
        patterns: &["email", "e mail", "email address", "mail", "contact email"],
        shared: false,
        width: 45,
        entities: people,
        distinct: people,
        write: |c, out| {
            account(c, '.', out);
            out.push('@');
            out.push_str(nth(&DOMAINS, c.entity));
        },
    },
    Provider {
        name: "person.username",
        entity: "person",
        patterns: &[
            "username",
            "user name",
            "login",
            "handle",
            "nickname",
            "account name",
            "screen name",
        ],
        shared: false,
        width: 30,
        entities: people,
        distinct: people,
        write: |c, out| account(c, '_', out),
    },
    Provider {
        name: "person.gender",
        entity: "person",
        patterns: &[],
        shared: false,
        width: 8,
        entities: people,
        distinct: || 1,
        write: |c, out| {
            out.push(if is_female(c) { 'F' } else { 'M' });
            number(c.cycle, out);
        },
    },
    Provider {
        name: "person.salutation",
        entity: "person",
        patterns: &["salutation", "title of courtesy", "honorific", "name prefix"],
        shared: false,
        width: 4,
        entities: people,
        distinct: || 1,
        write: |c, out| {
            out.push_str(if is_female(c) { "Ms." } else { "Mr." });
            number(c.cycle, out);
        },
    },
];

fn first_names() -> u64 {
    count(&FIRST_NAMES_FEMALE) + count(&FIRST_NAMES_MALE)
}

fn people() -> u64 {
    first_names() * count(&LAST_NAMES)
}

fn is_female(c: Choice) -> bool {
    match names(c) {
        Some(names) => c.entity % names.firsts() < names.women.len() as u64,
        None => c.entity % first_names() < count(&FIRST_NAMES_FEMALE),
    }
}

fn names(c: Choice) -> Option<&'static Names> {
    c.locale.and_then(Locale::names)
}

fn first(c: Choice) -> &'static str {
    if let Some(names) = names(c) {
        let n = (c.entity % names.firsts()) as usize;
        return names.women.iter().chain(&names.men).nth(n).copied().unwrap_or("");
    }
    let n = c.entity % first_names();
    if is_female(c) {
        nth(&FIRST_NAMES_FEMALE, n)
    } else {
        nth(&FIRST_NAMES_MALE, n - count(&FIRST_NAMES_FEMALE))
    }
}

/// Running along the diagonal keeps (first, last) pairs apart and makes the first names of the list meet all last names.
fn last(c: Choice) -> &'static str {
    match names(c) {
        Some(names) => {
            let n = (c.entity / names.firsts() + c.entity) % names.last.len() as u64;
            names.last.get(n as usize).copied().unwrap_or("")
        }
        None => nth(&LAST_NAMES, c.entity / first_names() + c.entity),
    }
}

/// What a provider of people has in a locale with names of its own.
pub(super) fn extent(provider: &str, locale: Locale) -> Option<Extent> {
    let names = locale.names()?;
    Some(Extent {
        entities: names.people(),
        distinct: match provider {
            "person.first_name" => names.firsts(),
            "person.last_name" => names.firsts().min(names.last.len() as u64),
            "person.full_name" | "person.email" | "person.username" => names.people(),
            _ => 1,
        },
        among: None,
    })
}

fn account(c: Choice, separator: char, out: &mut String) {
    fold(first(c), out);
    out.push(separator);
    fold(last(c), out);
    if c.cycle > 0 {
        out.push_str(&(c.cycle + 1).to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// E-mail addresses are unique only while no two names fold to one, and pairs only while list lengths are coprime as below.
    #[test]
    fn lists_keep_people_apart() {
        let folded = |name: &&&str| {
            let mut out = String::new();
            fold(name, &mut out);
            out
        };
        let firsts: Vec<String> = FIRST_NAMES_FEMALE
            .iter()
            .chain(FIRST_NAMES_MALE.iter())
            .map(|n| folded(&n))
            .collect();
        let mut seen = HashSet::new();
        let twice: Vec<_> = firsts.iter().filter(|n| !seen.insert(n.as_str())).collect();
        assert!(twice.is_empty(), "first names twice: {twice:?}");
        let lasts: Vec<String> = LAST_NAMES.iter().map(|n| folded(&n)).collect();
        let mut seen = HashSet::new();
        let twice: Vec<_> = lasts.iter().filter(|n| !seen.insert(n.as_str())).collect();
        assert!(twice.is_empty(), "last names twice: {twice:?}");
        let (mut a, mut b) = (first_names() + 1, count(&LAST_NAMES));
        while b > 0 {
            (a, b) = (b, a % b);
        }
        assert_eq!(
            a,
            1,
            "{} first names + 1 and {} last names have a common divisor: add or remove a name",
            first_names(),
            count(&LAST_NAMES)
        );
    }
}
