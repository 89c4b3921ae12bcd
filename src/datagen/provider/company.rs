//! Companies and other houses of business: one entity is one company.

use super::words::{
    AIRLINE_FORMS, AIRLINE_WORDS, CAR_MAKER_FORMS, COMPANY_FIELDS, COMPANY_FORMS, COMPANY_WORDS, RESTAURANT_PLACES, RESTAURANT_WORDS,
    Words, count, fold, nth,
};
use super::{Choice, Provider, number};

pub(super) static PROVIDERS: &[Provider] = &[
    Provider {
        name: "company.name",
        entity: "company",
        patterns: &[
            "company/name",
            "company/full name",
            "company/maker",
            "company",
            "company name",
            "supplier",
            "vendor",
            "manufacturer",
            "employer",
            "ship name",
            "publisher",
            "organization",
            "organisation",
            "carrier",
            "studio",
            "label",
            "manufact",
            "sponsor",
            "client",
            "business name",
        ],
        shared: false,
        width: 40,
        entities: companies,
        distinct: companies,
        write: |c, out| {
            out.push_str(nth(&COMPANY_WORDS, c.entity));
            out.push(' ');
            out.push_str(nth(&COMPANY_FIELDS, c.entity / count(&COMPANY_WORDS)));
            out.push(' ');
            out.push_str(nth(&COMPANY_FORMS, c.entity));
            number(c.cycle, out);
        },
    },
    Provider {
        name: "company.short_name",
        entity: "company_short",
        patterns: &[
            "carrier",
            "company",
            "company name",
            "supplier",
            "vendor",
            "manufacturer",
            "manufact",
            "ship name",
            "company/name",
        ],
        shared: false,
        width: 17,
        entities: || count(&COMPANY_WORDS) * count(&COMPANY_FORMS),
        distinct: || count(&COMPANY_WORDS) * count(&COMPANY_FORMS),
        write: |c, out| two_words(c, &COMPANY_WORDS, &COMPANY_FORMS, out),
    },
    Provider {
        name: "company.publisher",
        entity: "company",
        patterns: &["publisher/name", "publishing house"],
        shared: false,
        width: 34,
        entities: companies,
        distinct: companies,
        write: |c, out| {
            out.push_str(nth(&COMPANY_WORDS, c.entity));
            let field = c.entity / count(&COMPANY_WORDS);
            match field {
                0 => out.push_str(" Press"),
                1 => out.push_str(" Books"),
                2 => out.push_str(" House"),
                3 => out.push_str(" Editions"),
                _ => {
                    out.push(' ');
                    out.push_str(nth(&COMPANY_FIELDS, field));
                    out.push_str(" Press");
                }
            }
            number(c.cycle, out);
        },
    },
    Provider {
        name: "company.domain",
        entity: "company",
        patterns: &["domain", "domain name", "host", "hostname"],
        shared: false,
        width: 45,
        entities: companies,
        distinct: companies,
        write: domain,
    },
    Provider {
        name: "company.url",
        entity: "company",
        patterns: &["url", "website", "web site", "homepage", "home page", "web page", "link"],
        shared: false,
        width: 60,
        entities: companies,
        distinct: companies,
        write: |c, out| {
            out.push_str("https://www.");
            domain(c, out);
        },
    },
    Provider {
        name: "company.airline",
        entity: "airline",
        patterns: &["airline/name", "airline", "airline name"],
        shared: false,
        width: 32,
        entities: || count(&AIRLINE_WORDS) * count(&AIRLINE_FORMS),
        distinct: || count(&AIRLINE_WORDS) * count(&AIRLINE_FORMS),
        write: |c, out| two_words(c, &AIRLINE_WORDS, &AIRLINE_FORMS, out),
    },
    Provider {
        name: "company.car_maker",
        entity: "car_maker",
        patterns: &[
            "car maker/name",
            "car maker/full name",
            "car maker/maker",
            "carmaker/name",
            "automaker/name",
            "car manufacturer/name",
        ],
        shared: false,
        width: 32,
        entities: || count(&COMPANY_WORDS) * count(&CAR_MAKER_FORMS),
        distinct: || count(&COMPANY_WORDS) * count(&CAR_MAKER_FORMS),
        write: |c, out| two_words(c, &COMPANY_WORDS, &CAR_MAKER_FORMS, out),
    },
    Provider {
        name: "company.restaurant",
        entity: "restaurant",
        patterns: &["restaurant/name", "restaurant", "restaurant name", "cafe name"],
        shared: false,
        width: 25,
        entities: || count(&RESTAURANT_WORDS) * count(&RESTAURANT_PLACES),
        distinct: || count(&RESTAURANT_WORDS) * count(&RESTAURANT_PLACES),
        write: |c, out| {
            out.push_str("The ");
            out.push_str(nth(&RESTAURANT_WORDS, c.entity));
            out.push(' ');
            out.push_str(nth(&RESTAURANT_PLACES, c.entity / count(&RESTAURANT_WORDS)));
            number(c.cycle, out);
        },
    },
];

fn companies() -> u64 {
    count(&COMPANY_WORDS) * count(&COMPANY_FIELDS)
}

/// "Adriatic Airways": a word and what follows it.
fn two_words(c: Choice, words: &Words, forms: &Words, out: &mut String) {
    out.push_str(nth(words, c.entity));
    out.push(' ');
    out.push_str(nth(forms, c.entity / count(words)));
    number(c.cycle, out);
}

fn domain(c: Choice, out: &mut String) {
    fold(nth(&COMPANY_WORDS, c.entity), out);
    out.push('-');
    fold(nth(&COMPANY_FIELDS, c.entity / count(&COMPANY_WORDS)), out);
    if c.cycle > 0 {
        out.push_str(&(c.cycle + 1).to_string());
    }
    out.push_str(".example");
}
