//! Word lists: text files in the binary, a word or phrase a line.

use std::sync::LazyLock;

/// A list.
pub(super) type Words = LazyLock<Vec<&'static str>>;

macro_rules! lists {
    ($($name:ident = $file:literal;)*) => {
        $(pub(super) static $name: Words = LazyLock::new(|| include_str!(concat!("words/", $file, ".txt")).lines().filter(|l| !l.is_empty()).collect());)*
    };
}

lists! {
    COUNTRIES = "countries";
    FIRST_NAMES_FEMALE = "first_names_female";
    FIRST_NAMES_MALE = "first_names_male";
    LAST_NAMES = "last_names";
    DOMAINS = "domains";
    CITIES = "cities";
    TOWN_STARTS = "town_starts";
    TOWN_ENDS = "town_ends";
    STREETS = "streets";
    AREAS = "areas";
    SITES = "sites";
    COMPANY_WORDS = "company_words";
    COMPANY_FIELDS = "company_fields";
    COMPANY_FORMS = "company_forms";
    AIRLINE_FORMS = "airline_forms";
    AIRLINE_WORDS = "airline_words";
    CAR_MAKER_FORMS = "car_maker_forms";
    NOUNS = "nouns";
    ADJECTIVES = "adjectives";
    VERBS = "verbs";
    PROFESSIONS = "professions";
    DEPARTMENTS = "departments";
    INDUSTRIES = "industries";
    BOOK_GENRES = "book_genres";
    FILM_GENRES = "film_genres";
    MUSIC_GENRES = "music_genres";
    CUISINES = "cuisines";
    DISHES = "dishes";
    DISH_STYLES = "dish_styles";
    RESTAURANT_WORDS = "restaurant_words";
    RESTAURANT_PLACES = "restaurant_places";
    PRODUCT_ADJECTIVES = "product_adjectives";
    PRODUCT_NOUNS = "product_nouns";
    PRODUCT_CATEGORIES = "product_categories";
    MATERIALS = "materials";
    COLORS = "colors";
    LANGUAGES = "languages";
    NATIONALITIES = "nationalities";
    SUBJECTS = "subjects";
    COURSE_LEVELS = "course_levels";
    TEAM_NAMES = "team_names";
    BRANDS = "brands";
    EVENTS = "events";
    PROJECTS = "projects";
    PROJECT_TARGETS = "project_targets";
    SKILLS = "skills";
    SENTENCE_SUBJECTS = "sentence_subjects";
    SENTENCE_VERBS = "sentence_verbs";
    SENTENCE_OBJECTS = "sentence_objects";
    SENTENCE_ENDINGS = "sentence_endings";
    CURRENCIES = "currencies";
    SPECIES = "species";
    DRUGS = "drugs";
    CROPS = "crops";
    PET_NAMES = "pet_names";
    VEHICLES = "vehicles";
    MEDIA_TYPES = "media_types";
}

/// The `n`-th word of a list, round and round.
pub(super) fn nth(list: &Words, n: u64) -> &'static str {
    list.get((n % list.len().max(1) as u64) as usize).copied().unwrap_or("")
}

/// How many words.
pub(super) fn count(list: &Words) -> u64 {
    list.len() as u64
}

/// Appends `word` with a capital first letter.
pub(super) fn capital(word: &str, out: &mut String) {
    let mut chars = word.chars();
    out.extend(chars.next().into_iter().flat_map(char::to_uppercase));
    out.push_str(chars.as_str());
}

/// Appends `word` in lower-case ASCII letters and digits only: the inside of an e-mail address or a domain. Letters of the Latin alphabets keep their base
/// letters, with the umlauts as German writes them; letters of others are left out.
pub(super) fn fold(word: &str, out: &mut String) {
    for c in word.chars().flat_map(char::to_lowercase) {
        out.push_str(match c {
            'a'..='z' | '0'..='9' => {
                out.push(c);
                continue;
            }
            'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' | 'ǎ' => "a",
            'ä' | 'æ' => "ae",
            'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
            'ď' | 'đ' | 'ð' => "d",
            'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
            'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
            'ĥ' | 'ħ' => "h",
            'ì' | 'í' | 'î' | 'ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
            'ĵ' => "j",
            'ķ' => "k",
            'ĺ' | 'ļ' | 'ľ' | 'ł' => "l",
            'ñ' | 'ń' | 'ņ' | 'ň' => "n",
            'ò' | 'ó' | 'ô' | 'õ' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
            'ö' | 'œ' => "oe",
            'ŕ' | 'ŗ' | 'ř' => "r",
            'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
            'ß' => "ss",
            'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
            'þ' => "th",
            'ù' | 'ú' | 'û' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
            'ü' => "ue",
            'ŵ' => "w",
            'ý' | 'ÿ' | 'ŷ' => "y",
            'ź' | 'ż' | 'ž' => "z",
            _ => "",
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_leave_their_letters_small_and_capital() {
        for (word, folded) in [
            ("Élodie", "elodie"),
            ("Weiß", "weiss"),
            ("WEIẞ", "weiss"),
            ("Øyvind Åse", "oyvindase"),
            ("Łucja Żółć", "lucjazolc"),
            ("Ñandú", "nandu"),
            ("Müller-Ärger", "muelleraerger"),
            ("İnci Şahin", "incisahin"),
            ("O'Neill 3rd", "oneill3rd"),
        ] {
            let mut out = String::new();
            fold(word, &mut out);
            assert_eq!(out, folded, "{word}");
        }
    }
}
