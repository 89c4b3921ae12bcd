//! Prose: sentences and short phrases.

use super::words::{ADJECTIVES, NOUNS, SENTENCE_ENDINGS, SENTENCE_OBJECTS, SENTENCE_SUBJECTS, SENTENCE_VERBS, capital, count, nth};
use super::{Provider, number};
use crate::kernel::seed::Seed;
use std::sync::LazyLock;

pub(super) static PROVIDERS: &[Provider] = &[
    Provider {
        name: "text.sentence",
        entity: "",
        patterns: &[
            "description",
            "notes",
            "note",
            "comment",
            "comments",
            "remarks",
            "summary",
            "message",
            "details",
            "review text",
            "review",
            "text",
            "body",
            "content",
            "bio",
            "feedback",
            "remark",
            "abstract",
            "synopsis",
            "instructions",
            "special requests",
            "desc",
            "descr",
        ],
        shared: false,
        width: 100,
        entities: sentences,
        distinct: sentences,
        write: |c, out| {
            sentence(c.entity, out);
            if c.cycle > 0 {
                out.pop();
                number(c.cycle, out);
                out.push('.');
            }
        },
    },
    Provider {
        name: "text.paragraph",
        entity: "",
        patterns: &["paragraph", "article text", "biography", "full text", "plot"],
        shared: false,
        width: 300,
        entities: sentences,
        distinct: sentences,
        write: |c, out| {
            sentence(c.entity, out);
            for more in 0..1 + c.row.index(0).0 % 2 {
                out.push(' ');
                sentence(c.row.index(1 + more).0 % sentences(), out);
            }
            if c.cycle > 0 {
                number(c.cycle, out);
            }
        },
    },
    Provider {
        name: "text.phrase",
        entity: "",
        patterns: &["phrase", "slogan", "motto", "caption", "keyword", "keywords", "alias"],
        shared: false,
        width: 24,
        entities: || count(&ADJECTIVES) * count(&NOUNS),
        distinct: || count(&ADJECTIVES) * count(&NOUNS),
        write: |c, out| {
            capital(nth(&ADJECTIVES, c.entity), out);
            out.push(' ');
            out.push_str(nth(&NOUNS, c.entity / count(&ADJECTIVES)));
            number(c.cycle, out);
        },
    },
    Provider {
        name: "text.excerpt",
        entity: "",
        patterns: &["excerpt", "snippet"],
        shared: false,
        width: 43,
        entities: || (PROSE_BYTES - EXCERPT_MAX) as u64,
        distinct: || 1,
        write: |c, out| {
            // Ten to forty-three characters of a long text, from anywhere (blanks at the ends aside): TPC-H makes its comments so.
            let prose = PROSE.as_str();
            let start = c.entity as usize % (PROSE_BYTES - EXCERPT_MAX);
            let length = EXCERPT_MIN + (((c.row.0 >> 32) * (EXCERPT_MAX - EXCERPT_MIN + 1) as u64) >> 32) as usize;
            out.push_str(prose.get(start..start + length).map_or("excerpt", str::trim));
            number(c.cycle, out);
        },
    },
    Provider {
        name: "text.word",
        entity: "",
        patterns: &["word"],
        shared: true,
        width: 12,
        entities: || count(&NOUNS),
        distinct: || count(&NOUNS),
        write: |c, out| {
            out.push_str(nth(&NOUNS, c.entity));
            number(c.cycle, out);
        },
    },
];

/// Length of [`PROSE`]: small enough for a cache, long enough that excerpts repeat seldom.
const PROSE_BYTES: usize = 1 << 18;
const EXCERPT_MIN: usize = 10;
const EXCERPT_MAX: usize = 43;

/// Sentences, one after the other, in ASCII without commas and quotes, so that excerpts need none around them.
static PROSE: LazyLock<String> = LazyLock::new(|| {
    let mut prose = String::with_capacity(PROSE_BYTES + 200);
    let mut n = 0;
    while prose.len() < PROSE_BYTES {
        sentence(Seed(0).index(n).0 % sentences(), &mut prose);
        prose.push(' ');
        n += 1;
    }
    prose.retain(|c| c.is_ascii() && c != ',' && c != '"');
    prose
});

fn sentences() -> u64 {
    count(&SENTENCE_SUBJECTS) * count(&SENTENCE_VERBS) * count(&SENTENCE_OBJECTS) * count(&SENTENCE_ENDINGS)
}

fn sentence(n: u64, out: &mut String) {
    let mut rest = n;
    for (i, list) in [&SENTENCE_SUBJECTS, &SENTENCE_VERBS, &SENTENCE_OBJECTS, &SENTENCE_ENDINGS]
        .into_iter()
        .enumerate()
    {
        if i > 0 {
            out.push(' ');
        }
        out.push_str(nth(list, rest));
        rest /= count(list).max(1);
    }
    out.push('.');
}
