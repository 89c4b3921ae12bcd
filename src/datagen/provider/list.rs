//! Plain lists: values that many rows share.

use super::words::{
    AREAS, BOOK_GENRES, BRANDS, COLORS, CROPS, CUISINES, CURRENCIES, DEPARTMENTS, DRUGS, FILM_GENRES, INDUSTRIES, LANGUAGES, MATERIALS,
    MEDIA_TYPES, MUSIC_GENRES, NATIONALITIES, PET_NAMES, PRODUCT_CATEGORIES, PROFESSIONS, SKILLS, SPECIES, SUBJECTS, count, nth,
};
use super::{Provider, number};

macro_rules! list {
    ($name:literal, $words:ident, $width:literal, $patterns:expr) => {
        Provider {
            name: $name,
            entity: "",
            patterns: &$patterns,
            shared: true,
            width: $width,
            entities: || count(&$words),
            distinct: || count(&$words),
            write: |c, out| {
                out.push_str(nth(&$words, c.entity));
                number(c.cycle, out);
            },
        }
    };
}

pub(super) static PROVIDERS: &[Provider] = &[
    list!(
        "job.title",
        PROFESSIONS,
        25,
        [
            "job title",
            "person/title",
            "position",
            "occupation",
            "profession",
            "job",
            "contact title",
            "job/title",
            "job/name",
            "designation"
        ]
    ),
    list!(
        "company.department",
        DEPARTMENTS,
        24,
        ["department/name", "department", "dept", "dept name", "division", "division/name"]
    ),
    list!(
        "company.industry",
        INDUSTRIES,
        18,
        ["industry", "sector", "industry/name", "branch of trade"]
    ),
    list!(
        "genre.book",
        BOOK_GENRES,
        15,
        ["genre/name", "genre", "book/genre", "book/category", "genre name"]
    ),
    list!(
        "genre.film",
        FILM_GENRES,
        11,
        ["film genre/name", "film/genre", "film/category", "film genre"]
    ),
    list!(
        "genre.music",
        MUSIC_GENRES,
        15,
        [
            "music genre/name",
            "song/genre",
            "album/genre",
            "music genre",
            "music style",
            "artist/genre"
        ]
    ),
    list!(
        "food.cuisine",
        CUISINES,
        13,
        ["cuisine", "cuisine/name", "food type", "restaurant/category", "cuisine type"]
    ),
    list!(
        "product.category",
        PRODUCT_CATEGORIES,
        15,
        [
            "category/name",
            "category",
            "product category",
            "category name",
            "product line",
            "product type",
            "department/category"
        ]
    ),
    list!("product.brand", BRANDS, 10, ["brand", "brand/name", "make", "brand name"]),
    list!("product.color", COLORS, 9, ["color", "colour", "eye color", "hair color"]),
    list!("product.material", MATERIALS, 9, ["material", "fabric", "material/name"]),
    list!(
        "product.media_type",
        MEDIA_TYPES,
        27,
        ["media type/name", "media type", "mediatype", "media format"]
    ),
    list!(
        "language.name",
        LANGUAGES,
        10,
        ["language", "language/name", "language name", "original language", "spoken language"]
    ),
    list!(
        "place.area",
        AREAS,
        12,
        [
            "region/name",
            "territory/name",
            "zone/name",
            "region description",
            "territory description",
            "region/description"
        ]
    ),
    list!("nationality", NATIONALITIES, 13, ["nationality", "citizenship", "ethnicity"]),
    list!(
        "school.subject",
        SUBJECTS,
        28,
        ["major", "discipline", "field of study", "minor", "topic", "field"]
    ),
    list!(
        "job.skill",
        SKILLS,
        19,
        [
            "skill",
            "skill/name",
            "expertise",
            "specialty",
            "speciality",
            "specialization",
            "specialisation",
            "tag/name",
            "tag"
        ]
    ),
    list!(
        "money.currency",
        CURRENCIES,
        3,
        ["currency", "currency code", "devise", "moneda", "divisa", "waehrung"]
    ),
    list!("animal.breed", SPECIES, 18, ["breed", "species", "breed/name"]),
    list!("animal.name", PET_NAMES, 8, ["animal/name", "animal name", "pet name"]),
    list!(
        "health.drug",
        DRUGS,
        14,
        [
            "drug/name",
            "drug",
            "drug name",
            "medication",
            "medication name",
            "medicine",
            "medicine name",
            "active ingredient"
        ]
    ),
    list!("farm.crop", CROPS, 12, ["crop/name", "crop", "crop name"]),
];
