//! Locales: the names, cities and numbers of one country, by the provider option `locale` ("de_DE", "fr", ...).
//!
//! `words/names_*.txt` have three lines each: women's names, men's names, last names. Places are those of `words/cities.txt` in the country.

use std::sync::LazyLock;

/// A locale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locale {
    /// Position in [`LOCALES`].
    number: usize,
}

/// Names of a locale.
pub(super) struct Names {
    /// Women's first names.
    pub women: Vec<&'static str>,
    /// Men's first names.
    pub men: Vec<&'static str>,
    /// Last names.
    pub last: Vec<&'static str>,
}

/// One locale: its name, its country's code and calling code, its names if it has its own.
struct Entry {
    name: &'static str,
    country: &'static str,
    calling: &'static str,
    names: Option<fn() -> &'static Names>,
}

macro_rules! names {
    ($file:literal) => {
        Some(|| {
            static NAMES: LazyLock<Names> = LazyLock::new(|| {
                let mut lines = include_str!(concat!("words/", $file, ".txt")).lines();
                let mut list = || lines.next().unwrap_or("").split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>();
                Names {
                    women: list(),
                    men: list(),
                    last: list(),
                }
            });
            &NAMES
        })
    };
}

const fn entry(name: &'static str, country: &'static str, calling: &'static str, names: Option<fn() -> &'static Names>) -> Entry {
    Entry {
        name,
        country,
        calling,
        names,
    }
}

/// Every locale. English ones share the general names.
static LOCALES: [Entry; 10] = [
    entry("en_US", "US", "+1", None),
    entry("en_GB", "GB", "+44", None),
    entry("en_CA", "CA", "+1", None),
    entry("en_AU", "AU", "+61", None),
    entry("de_DE", "DE", "+49", names!("names_de")),
    entry("de_AT", "AT", "+43", names!("names_de")),
    entry("de_CH", "CH", "+41", names!("names_de")),
    entry("fr_FR", "FR", "+33", names!("names_fr")),
    entry("es_ES", "ES", "+34", names!("names_es")),
    entry("it_IT", "IT", "+39", names!("names_it")),
];

impl Locale {
    /// The locale of this name: "de_DE", "de-DE", or the language alone.
    pub fn find(name: &str) -> Option<Locale> {
        let plain = name.replace('-', "_");
        let exact = LOCALES.iter().position(|e| e.name.eq_ignore_ascii_case(&plain));
        let language = || {
            LOCALES
                .iter()
                .position(|e| e.name.split('_').next().is_some_and(|l| l.eq_ignore_ascii_case(&plain)))
        };
        exact.or_else(language).map(|number| Locale { number })
    }

    /// The names of all locales.
    pub fn all() -> impl Iterator<Item = &'static str> {
        LOCALES.iter().map(|e| e.name)
    }

    /// The country's code.
    pub(super) fn country(self) -> &'static str {
        LOCALES.get(self.number).map_or("", |e| e.country)
    }

    /// The country's calling code.
    pub(super) fn calling(self) -> &'static str {
        LOCALES.get(self.number).map_or("", |e| e.calling)
    }

    /// Its own names.
    pub(super) fn names(self) -> Option<&'static Names> {
        LOCALES.get(self.number).and_then(|e| e.names).map(|names| names())
    }
}

impl Names {
    /// First names.
    pub(super) fn firsts(&self) -> u64 {
        (self.women.len() + self.men.len()) as u64
    }
    /// Pairs of names.
    pub(super) fn people(&self) -> u64 {
        self.firsts() * self.last.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::fold;
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn lists_keep_people_apart() {
        for name in Locale::all() {
            let Some(names) = Locale::find(name).and_then(Locale::names) else {
                continue;
            };
            for list in [
                names.women.iter().chain(&names.men).collect::<Vec<_>>(),
                names.last.iter().collect(),
            ] {
                let mut seen = HashSet::new();
                for word in list {
                    let mut out = String::new();
                    fold(word, &mut out);
                    assert!(seen.insert(out), "{name}: {word} twice");
                }
            }
            let (mut a, mut b) = (names.firsts() + 1, names.last.len() as u64);
            while b > 0 {
                (a, b) = (b, a % b);
            }
            assert_eq!(a, 1, "{name}: first names + 1 and last names have a common divisor");
        }
        assert_eq!(Locale::find("de").map(Locale::country), Some("DE"));
        assert_eq!(Locale::find("fr-FR").map(Locale::calling), Some("+33"));
        assert!(Locale::find("xx").is_none());
    }
}
