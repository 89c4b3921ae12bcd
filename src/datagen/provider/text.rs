//! Prose: sentences and short phrases.

use super::words::{ADJECTIVES, NOUNS, SENTENCE_ENDINGS, SENTENCE_OBJECTS, SENTENCE_SUBJECTS, SENTENCE_VERBS, capital, count, nth};
use super::{Provider, number};

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
            "reason",
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
