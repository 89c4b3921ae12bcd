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

/// Appends `word` in lower-case ASCII letters and digits only: the inside of an e-mail address or a domain.
pub(super) fn fold(word: &str, out: &mut String) {
    for c in word.chars() {
        out.push_str(match c {
            'a'..='z' | '0'..='9' => {
                out.push(c);
                continue;
            }
            'A'..='Z' => {
                out.push(c.to_ascii_lowercase());
                continue;
            }
            'à' | 'á' | 'â' | 'ã' | 'å' => "a",
            'ä' => "ae",
            'ç' => "c",
            'è' | 'é' | 'ê' | 'ë' => "e",
            'ì' | 'í' | 'î' | 'ï' => "i",
            'ł' | 'Ł' => "l",
            'ñ' => "n",
            'ò' | 'ó' | 'ô' | 'õ' | 'ø' => "o",
            'ö' => "oe",
            'ù' | 'ú' | 'û' => "u",
            'ü' => "ue",
            _ => "",
        });
    }
}
