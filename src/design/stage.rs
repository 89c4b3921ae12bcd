//! Stages of a life: what is born, founded, ordered, shipped, returned and updated comes in this order.

pub(super) struct Stage {
    pub rank: u8,
    words: &'static [&'static str],
    /// First and last day when nothing earlier is in the row.
    pub range: (&'static str, &'static str),
    /// Days after an earlier stage.
    pub days: (i64, i64),
    /// It may lie in the future (due dates), so it is never cut at today.
    pub future: bool,
    /// Share of NULLs, where NULL means "has not happened".
    pub nulls: f64,
}

/// Stages, by rank. The words are matched from their beginning.
static STAGES: &[Stage] = &[
    Stage {
        rank: 0,
        words: &["birth", "born", "dob"],
        range: ("1950-01-01", "2004-12-31"),
        days: (0, 0),
        future: false,
        nulls: 0.05,
    },
    Stage {
        rank: 1,
        words: &["found", "establish", "opened", "launch", "built"],
        range: ("1985-01-01", "2023-12-31"),
        days: (0, 0),
        future: false,
        nulls: 0.05,
    },
    Stage {
        rank: 1,
        words: &["publish", "release", "issued"],
        range: ("1995-01-01", "2025-06-30"),
        days: (30, 900),
        future: false,
        nulls: 0.05,
    },
    Stage {
        rank: 1,
        words: &[
            "hire", "join", "regist", "signup", "sign", "signed", "enrol", "member", "since", "acquir", "first",
        ],
        range: ("2015-01-01", "2025-06-30"),
        days: (0, 2000),
        future: false,
        nulls: 0.05,
    },
    Stage {
        rank: 1,
        words: &["creat", "add", "insert"],
        range: ("2020-01-01", "2025-10-31"),
        days: (0, 0),
        future: false,
        nulls: 0.02,
    },
    Stage {
        rank: 2,
        words: &[
            "start",
            "begin",
            "begun",
            "from",
            "open",
            "effective",
            "order",
            "loan",
            "rent",
            "rental",
            "book",
            "purchas",
            "sale",
            "sold",
            "invoice",
            "visit",
            "check",
            "assign",
            "depart",
            "placed",
            "sent",
            "submit",
            "applied",
            "request",
            "reserv",
        ],
        range: ("2021-01-01", "2025-12-01"),
        days: (1, 300),
        future: false,
        nulls: 0.03,
    },
    Stage {
        rank: 3,
        words: &["due", "require", "expect", "deadline", "expir", "planned", "schedul"],
        range: ("2021-02-01", "2026-01-31"),
        days: (7, 30),
        future: true,
        nulls: 0.05,
    },
    Stage {
        rank: 3,
        words: &["ship", "approv", "pay", "paid", "payment", "confirm", "accept", "process"],
        range: ("2021-01-15", "2025-12-15"),
        days: (0, 9),
        future: false,
        nulls: 0.1,
    },
    Stage {
        rank: 4,
        words: &[
            "return", "deliver", "arriv", "receiv", "clos", "resolv", "complet", "finish", "graduat",
        ],
        range: ("2021-02-01", "2025-12-31"),
        days: (1, 35),
        future: false,
        nulls: 0.08,
    },
    Stage {
        rank: 4,
        words: &[
            "end",
            "until",
            "to",
            "thru",
            "through",
            "leave",
            "left",
            "cancel",
            "terminat",
            "retire",
            "valid",
            "discontinu",
            "churn",
            "discharg",
            "solv",
            "till",
        ],
        range: ("2021-06-01", "2025-12-31"),
        days: (30, 1100),
        future: false,
        nulls: 0.35,
    },
    Stage {
        rank: 4,
        words: &["death", "died", "deceas"],
        range: ("1990-01-01", "2025-12-31"),
        days: (11_000, 34_000),
        future: false,
        nulls: 0.1,
    },
    Stage {
        rank: 5,
        words: &["updat", "modif", "chang", "last", "access", "login", "edited", "seen"],
        range: ("2024-01-01", "2025-12-31"),
        days: (0, 400),
        future: false,
        nulls: 0.03,
    },
    Stage {
        rank: 5,
        words: &["delet", "remov", "archiv"],
        range: ("2024-01-01", "2025-12-31"),
        days: (10, 700),
        future: false,
        nulls: 0.85,
    },
];

pub(super) static EVENT: Stage = Stage {
    rank: 2,
    words: &[],
    range: ("2021-01-01", "2025-12-31"),
    days: (1, 60),
    future: false,
    nulls: 0.05,
};

pub(super) fn stage(words: &str) -> &'static Stage {
    // A planned departure is a departure.
    let words = super::span::plain(words);
    let words = words.as_str();
    let part = |w: &str, p: &str| if p.len() <= 3 { w == p } else { w.starts_with(p) };
    let matches = |s: &&Stage| s.words.iter().any(|p| words.split(' ').any(|w| part(w, p)));
    // "last update" is an update, "end of rental" an end: the latest stage that is named wins, birth apart.
    let first = STAGES.iter().find(|s| s.rank == 0 && matches(s));
    first
        .or_else(|| STAGES.iter().filter(matches).max_by_key(|s| s.rank))
        .unwrap_or(&EVENT)
}
