//! Titles and names of things, in the sound of their kind.

use super::words::{
    ADJECTIVES, CITIES, COURSE_LEVELS, DISH_STYLES, DISHES, EVENTS, NOUNS, PRODUCT_ADJECTIVES, PRODUCT_NOUNS, PROJECT_TARGETS, PROJECTS,
    SITES, SUBJECTS, TEAM_NAMES, TOWN_ENDS, TOWN_STARTS, VEHICLES, VERBS, Words, capital, count, nth,
};
use super::{Choice, Provider, number};

const BOOK: &[&str] = &[
    "The",
    "Beyond the",
    "Return to the",
    "Secrets of the",
    "Under the",
    "Children of the",
];
const FILM: &[&str] = &[
    "The",
    "Escape from the",
    "Night of the",
    "Chasing the",
    "Last Train to the",
    "Rise of the",
];
const ALBUM: &[&str] = &["", "Songs for a", "Live at the", "Echoes of a"];
const ARTICLE: &[&str] = &[
    "Notes on the",
    "What We Learned from the",
    "A Short History of the",
    "Rethinking the",
    "In Praise of the",
];
const SONG: &[&str] = &["with the", "for a", "to the", "like a", "under the", "without a"];

macro_rules! thing {
    ($name:literal, $patterns:expr, $width:literal, $entities:expr, $write:expr) => {
        Provider {
            name: $name,
            entity: "",
            patterns: &$patterns,
            shared: false,
            width: $width,
            entities: $entities,
            distinct: $entities,
            write: $write,
        }
    };
}

pub(super) static PROVIDERS: &[Provider] = &[
    thing!(
        "title.book",
        ["book/title", "book/name", "book title", "novel"],
        40,
        || openings(BOOK),
        |c, out| opened(BOOK, c, out)
    ),
    thing!(
        "title.film",
        ["film/title", "film/name", "movie title", "film title", "episode title"],
        44,
        || openings(FILM),
        |c, out| opened(FILM, c, out)
    ),
    thing!(
        "title.album",
        ["album/title", "album/name", "album", "playlist/name", "album title"],
        40,
        || openings(ALBUM),
        |c, out| opened(ALBUM, c, out)
    ),
    thing!(
        "title.article",
        ["article/title", "title", "headline", "subject", "article title", "paper title"],
        60,
        || openings(ARTICLE),
        |c, out| {
            opened(ARTICLE, c, out);
        }
    ),
    thing!(
        "title.song",
        ["song/title", "song/name", "song", "song title", "track title"],
        40,
        || pairs(&VERBS, &NOUNS) * SONG.len() as u64,
        |c, out| {
            let (verb, rest) = (c.entity % count(&VERBS), c.entity / count(&VERBS));
            capital(nth(&VERBS, verb), out);
            for word in SONG
                .get((rest / count(&NOUNS)) as usize % SONG.len())
                .copied()
                .unwrap_or("")
                .split(' ')
            {
                out.push(' ');
                capital(word, out);
            }
            out.push(' ');
            capital(nth(&NOUNS, rest), out);
            number(c.cycle, out);
        }
    ),
    thing!(
        "title.course",
        [
            "course/title",
            "course/name",
            "course",
            "course title",
            "class/name",
            "school subject",
            "subject/name"
        ],
        40,
        || pairs(&COURSE_LEVELS, &SUBJECTS),
        |c, out| {
            pair(&COURSE_LEVELS, &SUBJECTS, c, out);
        }
    ),
    thing!(
        "title.event",
        [
            "event/name",
            "event/title",
            "event",
            "event name",
            "competition/name",
            "concert/name"
        ],
        50,
        || pairs(&TOWN_STARTS, &EVENTS) * count(&TOWN_ENDS),
        |c, out| {
            out.push_str(nth(&TOWN_STARTS, c.entity / count(&EVENTS)));
            out.push_str(nth(&TOWN_ENDS, c.entity / count(&EVENTS) / count(&TOWN_STARTS)));
            out.push(' ');
            out.push_str(nth(&EVENTS, c.entity));
            number(c.cycle, out);
        }
    ),
    thing!(
        "title.project",
        ["project/name", "project/title", "project", "project name", "initiative"],
        40,
        || pairs(&PROJECT_TARGETS, &PROJECTS),
        |c, out| {
            pair(&PROJECT_TARGETS, &PROJECTS, c, out);
        }
    ),
    thing!(
        "place.site",
        [
            "site/name",
            "store name",
            "branch name",
            "site/title",
            "building",
            "venue",
            "warehouse name"
        ],
        32,
        || pairs(&TOWN_STARTS, &TOWN_ENDS) * count(&SITES),
        |c, out| {
            out.push_str(nth(&TOWN_STARTS, c.entity));
            out.push_str(nth(&TOWN_ENDS, c.entity / count(&TOWN_STARTS)));
            out.push(' ');
            out.push_str(nth(&SITES, c.entity / count(&TOWN_STARTS) / count(&TOWN_ENDS)));
            number(c.cycle, out);
        }
    ),
    thing!(
        "title.team",
        ["team/name", "team", "team name", "club/name", "club"],
        30,
        || pairs(&CITIES, &TEAM_NAMES),
        |c, out| {
            out.push_str(nth(&CITIES, c.entity / count(&TEAM_NAMES)).split('|').next().unwrap_or(""));
            out.push(' ');
            out.push_str(nth(&TEAM_NAMES, c.entity));
            number(c.cycle, out);
        }
    ),
    thing!(
        "product.name",
        [
            "product/name",
            "product",
            "product name",
            "item/name",
            "item name",
            "item",
            "part/name",
            "product/title"
        ],
        30,
        || pairs(&PRODUCT_ADJECTIVES, &PRODUCT_NOUNS),
        |c, out| {
            pair(&PRODUCT_ADJECTIVES, &PRODUCT_NOUNS, c, out);
        }
    ),
    thing!(
        "product.vehicle",
        ["vehicle/model", "vehicle/name", "car model", "car/name"],
        25,
        || pairs(&VEHICLES, &ADJECTIVES),
        |c, out| {
            out.push_str(nth(&VEHICLES, c.entity));
            out.push(' ');
            capital(nth(&ADJECTIVES, c.entity / count(&VEHICLES)), out);
            number(c.cycle, out);
        }
    ),
    thing!(
        "food.dish",
        ["dish/name", "dish", "menu item", "dish name", "recipe/name", "meal/name"],
        33,
        || pairs(&DISH_STYLES, &DISHES),
        |c, out| {
            pair(&DISH_STYLES, &DISHES, c, out);
        }
    ),
    thing!("thing.name", ["name", "label"], 24, || pairs(&ADJECTIVES, &NOUNS), |c, out| {
        capital(nth(&ADJECTIVES, c.entity), out);
        out.push(' ');
        capital(nth(&NOUNS, c.entity / count(&ADJECTIVES)), out);
        number(c.cycle, out);
    }),
];

fn pairs(a: &Words, b: &Words) -> u64 {
    count(a) * count(b)
}

fn pair(a: &Words, b: &Words, c: Choice, out: &mut String) {
    out.push_str(nth(a, c.entity));
    out.push(' ');
    out.push_str(nth(b, c.entity / count(a)));
    number(c.cycle, out);
}

fn openings(list: &[&str]) -> u64 {
    pairs(&ADJECTIVES, &NOUNS) * list.len() as u64
}

/// "Beyond the Silent River".
fn opened(list: &[&str], c: Choice, out: &mut String) {
    let (adjective, rest) = (c.entity % count(&ADJECTIVES), c.entity / count(&ADJECTIVES));
    let opening = list.get((rest / count(&NOUNS)) as usize % list.len()).copied().unwrap_or("");
    out.push_str(opening);
    if !opening.is_empty() {
        out.push(' ');
    }
    capital(nth(&ADJECTIVES, adjective), out);
    out.push(' ');
    capital(nth(&NOUNS, rest), out);
    number(c.cycle, out);
}
