//! Number and possession of nouns.

use super::head;

/// Singular and plural of nouns that follow no rule below.
#[rustfmt::skip]
const IRREGULAR: &[(&str, &str)] = &[
    ("person", "people"), ("salesperson", "salespeople"), ("child", "children"), ("grandchild", "grandchildren"), ("man", "men"),
    ("woman", "women"), ("foot", "feet"), ("tooth", "teeth"), ("goose", "geese"), ("mouse", "mice"), ("ox", "oxen"), ("datum", "data"),
    ("medium", "media"), ("curriculum", "curricula"), ("bacterium", "bacteria"), ("stratum", "strata"), ("memorandum", "memoranda"),
    ("criterion", "criteria"), ("phenomenon", "phenomena"), ("analysis", "analyses"), ("basis", "bases"), ("crisis", "crises"),
    ("thesis", "theses"), ("hypothesis", "hypotheses"), ("diagnosis", "diagnoses"), ("axis", "axes"), ("index", "indexes"),
    ("matrix", "matrices"), ("vertex", "vertices"), ("appendix", "appendices"), ("alumnus", "alumni"), ("stimulus", "stimuli"),
    ("radius", "radii"), ("quiz", "quizzes"), ("wife", "wives"), ("life", "lives"), ("knife", "knives"), ("leaf", "leaves"),
    ("half", "halves"), ("shelf", "shelves"), ("bookshelf", "bookshelves"), ("wolf", "wolves"), ("loaf", "loaves"), ("thief", "thieves"),
    ("calf", "calves"), ("hero", "heroes"), ("potato", "potatoes"), ("tomato", "tomatoes"), ("echo", "echoes"), ("embargo", "embargoes"),
    ("veto", "vetoes"), ("cargo", "cargoes"), ("bus", "buses"), ("gas", "gases"), ("lens", "lenses"), ("movie", "movies"),
    ("cookie", "cookies"), ("zombie", "zombies"), ("calorie", "calories"), ("tie", "ties"), ("pie", "pies"), ("cache", "caches"),
    ("niche", "niches"), ("headache", "headaches"), ("axe", "axes"), ("shoe", "shoes"), ("toe", "toes"), ("canoe", "canoes"),
    ("menu", "menus"), ("passer-by", "passers-by"), ("tech", "techs"), ("stomach", "stomachs"), ("monarch", "monarchs"), ("epoch", "epochs"),
    ("taxon", "taxa"), ("genus", "genera"), ("phylum", "phyla"),
];

/// Nouns with one form for both numbers.
#[rustfmt::skip]
const UNCHANGING: &[&str] = &[
    "series", "species", "aircraft", "spacecraft", "sheep", "deer", "fish", "goldfish", "salmon", "moose", "offspring", "headquarters", "means",
    "news", "crossroads", "barracks", "gallows", "works", "premises", "ph",
];

/// Nouns that are not counted: no plural, no "a".
#[rustfmt::skip]
const MASS: &[&str] = &[
    "information", "equipment", "furniture", "luggage", "baggage", "software", "hardware", "money", "cash", "music", "weather", "traffic",
    "staff", "personnel", "inventory", "stock", "feedback", "attendance", "parking", "seating", "wifi", "wi-fi", "insurance",
    "research", "advice", "evidence", "knowledge", "homework", "housework", "merchandise", "freight", "mail", "e-mail", "rain", "snow",
    "water", "electricity", "power", "fuel", "oil", "gold", "horsepower", "torque", "revenue", "income", "health", "education",
    "experience", "air conditioning", "breakfast", "access", "storage", "memory", "heating", "internet", "room service", "support",
    "training",
];

/// Nouns that look plural and are singular.
#[rustfmt::skip]
const SINGULAR_IN_S: &[&str] = &[
    "has", "was", "its", "status", "address", "bus", "gas", "lens", "bonus", "campus", "census", "virus", "corpus", "focus", "genus", "class", "boss",
    "process", "business", "access", "progress", "success", "mass", "loss", "pass", "glass", "gross", "cross", "dress", "press",
    "mattress", "waitress", "actress", "hostess", "stewardess", "princess", "illness", "fitness", "wellness", "witness", "analysis",
    "basis", "crisis", "thesis", "hypothesis", "diagnosis", "axis", "synopsis", "tennis", "physics", "mathematics", "economics",
    "politics", "athletics", "gymnastics", "mechanics", "electronics", "logistics", "atlas", "canvas", "christmas", "bias", "iris",
    "chaos", "cosmos", "plus", "minus", "surplus", "chorus", "circus", "syllabus", "octopus", "platypus", "terminus", "abacus",
    "consensus", "apparatus", "nexus", "radius", "stimulus", "alumnus", "gps", "gis", "dns", "sms", "pos", "previous", "various",
    "always", "less", "business class",
];

fn keep_case(original: &str, inflected: String) -> String {
    let capital = original.chars().next().is_some_and(char::is_uppercase) && !is_acronym(original);
    if !capital {
        return inflected;
    }
    let mut chars = inflected.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

fn is_acronym(word: &str) -> bool {
    word.len() >= 2 && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

/// Whether a noun phrase has a head that is not counted: "stock", "free parking".
pub fn is_mass(phrase: &str) -> bool {
    let (_, noun, _) = head(phrase);
    MASS.contains(&phrase) || MASS.contains(&noun)
}

/// Whether a noun phrase stands in the plural.
pub fn is_plural(phrase: &str) -> bool {
    let (_, noun, _) = head(phrase);
    let noun = noun.to_lowercase();
    if MASS.contains(&noun.as_str()) || SINGULAR_IN_S.contains(&noun.as_str()) {
        return false;
    }
    UNCHANGING.contains(&noun.as_str()) || singular_word(&noun) != noun
}

/// Plural of a noun phrase; a phrase in the plural stays as it is: "dates of birth", "people", "book copies".
pub fn plural(phrase: &str) -> String {
    let (before, noun, after) = head(phrase);
    // "the names and number of seats of the restaurants": each has one.
    if noun.is_empty() || is_mass(phrase) || is_plural(phrase) || phrase.starts_with("number of ") {
        return phrase.to_owned();
    }
    if is_acronym(noun) {
        return format!("{before}{noun}s{after}");
    }
    format!("{before}{}{after}", keep_case(noun, plural_word(&noun.to_lowercase())))
}

/// Singular of a noun phrase; one in the singular stays as it is.
pub fn singular(phrase: &str) -> String {
    let (before, noun, after) = head(phrase);
    if noun.is_empty() || is_mass(phrase) {
        return phrase.to_owned();
    }
    if let Some(bare) = noun.strip_suffix('s').filter(|bare| is_acronym(bare)) {
        return format!("{before}{bare}{after}");
    }
    if is_acronym(noun) {
        return phrase.to_owned();
    }
    format!("{before}{}{after}", keep_case(noun, singular_word(&noun.to_lowercase())))
}

/// "the author's", "the authors'", "James's".
pub fn possessive(phrase: &str) -> String {
    if phrase.ends_with('s') && is_plural(phrase) {
        format!("{phrase}'")
    } else {
        format!("{phrase}'s")
    }
}

/// The irregular noun that `word` is, or ends with as a compound of letters ("grandchild").
fn listed(word: &str, by_plural: bool) -> Option<&'static str> {
    IRREGULAR
        .iter()
        .find(|(one, many)| word == if by_plural { *many } else { *one })
        .map(|(one, many)| if by_plural { *one } else { *many })
}

fn plural_word(word: &str) -> String {
    // A letter is no word: a "grade a" is one of several.
    if UNCHANGING.contains(&word) || word.len() == 1 {
        return word.to_owned();
    }
    if let Some(many) = listed(word, false) {
        return many.to_owned();
    }
    if let Some(stem) = word
        .strip_suffix("man")
        .filter(|s| s.len() >= 3 && !["hu", "ger", "ro", "otto", "sha"].contains(s))
    {
        return format!("{stem}men");
    }
    if let Some(stem) = word.strip_suffix("is").filter(|s| s.ends_with("ys") || s.ends_with("es")) {
        return format!("{stem}es");
    }
    if let Some(stem) = word.strip_suffix('y').filter(|s| !s.ends_with(['a', 'e', 'o', 'u'])) {
        return format!("{stem}ies");
    }
    if ["s", "x", "z", "ch", "sh"].iter().any(|end| word.ends_with(end)) {
        return format!("{word}es");
    }
    format!("{word}s")
}

fn singular_word(word: &str) -> String {
    if UNCHANGING.contains(&word) || SINGULAR_IN_S.contains(&word) || MASS.contains(&word) {
        return word.to_owned();
    }
    if let Some(one) = listed(word, true) {
        return one.to_owned();
    }
    if listed(word, false).is_some() {
        return word.to_owned();
    }
    if let Some(stem) = word
        .strip_suffix("men")
        .filter(|s| s.len() >= 3 && !["speci", "regi", "acu", "abdo"].contains(s))
    {
        return format!("{stem}man");
    }
    if let Some(stem) = word.strip_suffix("ies").filter(|s| s.len() >= 2) {
        return format!("{stem}y");
    }
    for (end, keep) in [("sses", 2), ("shes", 2), ("ches", 2), ("xes", 1), ("zzes", 2), ("uses", 1)] {
        if let Some(stem) = word.strip_suffix(end).filter(|s| s.len() >= 2) {
            let one = format!("{stem}{}", &end[..keep]);
            // "uses": statuses and buses, but houses, causes, warehouses, purposes keep their e.
            return if end == "uses" {
                if SINGULAR_IN_S.contains(&format!("{stem}us").as_str()) {
                    format!("{stem}us")
                } else {
                    format!("{stem}use")
                }
            } else {
                one
            };
        }
    }
    if word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") || word.len() < 3 {
        return word.to_owned();
    }
    word.strip_suffix('s').unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn irregular_nouns_go_both_ways() {
        for (one, many) in IRREGULAR.iter().filter(|(one, _)| *one != "axe") {
            assert_eq!(&plural(one), many);
            assert_eq!(&singular(many), one);
        }
        for word in SINGULAR_IN_S.iter().filter(|w| w.len() > 4 && !w.contains(' ')) {
            assert_eq!(&singular(word), word, "a singular stays");
        }
    }

    #[test]
    fn regular_nouns_go_both_ways() {
        for (one, many) in [
            ("category", "categories"),
            ("address", "addresses"),
            ("status", "statuses"),
            ("box", "boxes"),
            ("branch", "branches"),
            ("dish", "dishes"),
            ("day", "days"),
            ("survey", "surveys"),
            ("fireman", "firemen"),
            ("human", "humans"),
            ("house", "houses"),
            ("warehouse", "warehouses"),
            ("course", "courses"),
            ("purchase", "purchases"),
            ("price", "prices"),
            ("invoice", "invoices"),
            ("language", "languages"),
            ("bus", "buses"),
            ("store", "stores"),
            ("photo", "photos"),
            ("country", "countries"),
            ("employee", "employees"),
            ("class", "classes"),
            ("bonus", "bonuses"),
            ("series", "series"),
            ("order detail", "order details"),
            ("book copy", "book copies"),
            ("date of birth", "dates of birth"),
            ("ISBN", "ISBNs"),
            ("expense", "expenses"),
            ("response", "responses"),
            ("license", "licenses"),
            ("wage", "wages"),
            ("tax", "taxes"),
            ("cuisine", "cuisines"),
        ] {
            assert_eq!(plural(one), many);
            assert_eq!(singular(many), one);
            assert_eq!(plural(many), many, "a plural stays");
            assert_eq!(singular(one), one, "a singular stays");
        }
        assert_eq!(singular("documents mailed"), "document mailed");
        assert_eq!(plural("document mailed"), "documents mailed");
        assert_eq!(plural("tickets sold"), "tickets sold");
        assert_eq!(plural("weighed in date"), "weighed in dates");
        assert_eq!(plural("valid until date"), "valid until dates");
        assert_eq!(plural("required by date"), "required by dates");
        assert_eq!(plural("year built"), "years built");
        assert_eq!(singular("valid from dates"), "valid from date");
        assert_eq!(plural("stock"), "stock");
        assert_eq!(plural("hours per week"), "hours per week");
    }

    #[test]
    fn possessives() {
        assert_eq!(possessive("author"), "author's");
        assert_eq!(possessive("authors"), "authors'");
        assert_eq!(possessive("children"), "children's");
        assert_eq!(possessive("boss"), "boss's");
    }
}
