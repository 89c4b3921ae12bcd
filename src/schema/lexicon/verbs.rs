//! Verbs between rows, by who refers to whom. The first line that fits is taken.
//!
//! Every phrase must stand in both of its places: "books *written by* an author", "authors who *have written* at least two books".

use super::{EdgeWords, TableWords};
use crate::schema::morphology::{PREPOSITIONS, head, past_participle};

/// Any noun.
const ANY: &[&str] = &["*"];
/// Any person.
const PERSON: &[&str] = &["@person"];
#[rustfmt::skip]
const PLACE: &[&str] = &[
    "city", "country", "state", "region", "county", "continent", "district", "town", "village", "province", "territory", "nation",
    "neighborhood", "neighbourhood", "borough", "area", "zone", "street", "building", "campus", "room", "apartment building", "stadium",
    "market",
];
#[rustfmt::skip]
const SHELF: &[&str] = &[
    "category", "subcategory", "genre", "type", "class", "group", "family", "section", "segment", "department", "language", "series",
    "division", "collection", "cuisine", "format", "kind", "level", "income band",
];
#[rustfmt::skip]
const SITE: &[&str] = &[
    "branch", "store", "shop", "office", "restaurant", "hotel", "hospital", "clinic", "school", "university", "college", "bank",
    "station", "airport", "museum", "location", "gym", "warehouse", "site", "institution", "theatre", "theater", "cinema", "call center",
    "center",
];
const ORDERLIKE: &[&str] = &["order", "invoice", "cart", "basket", "purchase", "receipt", "bill", "quote"];
const LINE: &[&str] = &["item", "line", "detail", "entry", "line item", "position"];
#[rustfmt::skip]
const WORK: &[&str] = &[
    "book", "article", "paper", "post", "poem", "novel", "chapter", "comment", "review", "document", "report", "message", "note", "story",
    "essay", "letter", "blog", "tweet",
];
#[rustfmt::skip]
const DEAL: &[&str] = &[
    "booking", "reservation", "purchase", "payment", "transaction", "donation", "bid", "claim", "deposit", "withdrawal", "visit",
    "rental", "appointment", "sale", "transfer", "investment", "return",
];
/// Who does what a deal, an order, a review or a loan is, whatever table the rows are of: the verb is theirs, and not that of a nurse who assists.
#[rustfmt::skip]
const DOERS: &[&str] = &[
    "customer", "client", "member", "user", "guest", "patient", "donor", "borrower", "renter", "lessee", "payer", "buyer", "purchaser", "shopper",
    "booker", "visitor", "bidder", "claimant", "tenant", "reader", "investor", "depositor", "orderer", "passenger", "traveller", "traveler",
    "subscriber", "account holder", "cardholder", "student", "requester", "reviewer", "commenter", "rater", "author", "writer", "poster",
];
const SONG: &[&str] = &["song", "album", "track", "single", "record", "recording"];

/// Children, parents, "books ... author", "authors who ... books".
type Line = (&'static [&'static str], &'static [&'static str], &'static str, &'static str);

#[rustfmt::skip]
const LINES: &[Line] = &[
    (&["loan"], PERSON, "taken out by", "have taken out"),
    (&["loan"], &["branch", "library", "bank"], "made at", "have made"),
    (&["loan"], ANY, "of", "have had"),
    (&["order"], &["employee", "salesperson", "staff member", "representative", "agent", "clerk"], "handled by", "have handled"),
    (&["order"], PERSON, "placed by", "have placed"),
    (&["order"], &["shipper", "carrier"], "shipped by", "have shipped"),
    (&["order"], SITE, "placed at", "have received"),
    (&["order"], &["supplier", "vendor"], "placed with", "have received"),
    (LINE, ORDERLIKE, "in", "contain"),
    (LINE, &["product", "item", "dish", "track", "book", "part", "article", "menu item", "song", "film"], "for", "appear in"),
    (&["invoice", "bill"], PERSON, "billed to", "have received"),
    (&["payment"], &["rental", "order", "invoice", "loan", "booking"], "for", "have"),
    (&["payment", "rental", "sale"], &["staff member", "employee", "clerk", "cashier"], "handled by", "have handled"),
    (&["appointment", "visit", "consultation"], &["doctor", "physician", "dentist", "nurse", "surgeon", "vet", "therapist"], "with", "have had"),
    (&["appointment"], &["patient"], "of", "have had"),
    (&["sale"], SITE, "made at", "have made"),
    (&["sale", "return"], &["product", "item", "book", "track", "part", "article"], "of", "have had"),
    (&["return"], SITE, "made at", "have received"),
    (DEAL, PERSON, "made by", "have made"),
    (&["rental", "booking", "reservation", "visit"], ANY, "of", "have had"),
    (&["review", "comment", "feedback entry"], PERSON, "written by", "have written"),
    (&["rating"], PERSON, "given by", "have given"),
    (&["like", "upvote", "reaction"], &["@person", "account", "profile"], "given by", "have given"),
    (&["review", "comment", "rating", "feedback entry", "vote"], ANY, "of", "have received"),
    (WORK, &["author", "writer", "person", "reviewer", "user", "journalist", "poet", "researcher", "scientist"], "written by", "have written"),
    (ANY, &["publisher"], "published by", "have published"),
    (&["copy", "book copy", "inventory item", "stock entry", "inventory"], SITE, "held at", "hold"),
    (&["copy", "inventory item", "edition", "version"], ANY, "of", "have"),
    (&["member", "customer", "client", "patient", "student", "guest"], &["employee", "staff member", "representative"], "looked after by", "look after"),
    (&["member", "customer", "client"], SITE, "of", "have"),
    (&["department", "branch", "store", "team", "office", "shop"], &["manager"], "managed by", "manage"),
    (&["employee", "staff member", "worker", "teacher", "professor", "instructor"], &["department", "division", "team", "section", "faculty"], "in", "have"),
    (&["employee", "staff member", "worker"], &["company", "organization", "firm", "employer"], "employed by", "employ"),
    (&["employee", "staff member", "worker"], &["job", "position", "role", "title"], "in", "have"),
    (&["employee", "staff member", "worker", "department", "team"], SITE, "based at", "have"),
    (&["doctor", "nurse", "physician"], SITE, "working at", "employ"),
    (&["absence", "leave", "vacation"], PERSON, "of", "have had"),
    (&["assignment"], &["project", "task"], "to", "have"),
    (&["project"], &["client", "customer"], "for", "have commissioned"),
    (&["student"], &["school", "university", "college"], "at", "have"),
    (&["course", "class", "lesson", "section", "subject"], &["teacher", "instructor", "professor", "lecturer", "faculty member", "tutor", "staff member"], "taught by", "teach"),
    (&["course", "class", "program", "degree"], &["department", "university", "school", "college"], "offered by", "offer"),
    (&["course", "class"], &["student"], "taken by", "take"),
    (&["student"], &["course", "class", "program", "degree"], "in", "have"),
    (&["enrollment", "enrolment", "registration"], &["course", "class", "program", "event"], "in", "have"),
    (&["prescription"], &["doctor", "physician"], "written by", "have written"),
    (&["flight"], &["airline", "carrier"], "operated by", "operate"),
    (&["album", "record"], &["label", "company"], "released by", "have released"),
    (SONG, &["artist", "band", "singer", "musician", "composer", "group"], "by", "have released"),
    (&["track", "song"], &["album", "playlist", "disc", "record"], "on", "contain"),
    (&["playlist", "album"], &["track", "song"], "containing", "appear on"),
    (&["film", "movie", "show", "episode", "play"], &["actor", "actress", "star", "cast member"], "starring", "have appeared in"),
    (&["actor", "actress", "star", "cast member"], &["film", "movie", "show", "episode", "play"], "appearing in", "star"),
    (&["dish", "menu item", "meal", "drink"], &["restaurant", "cafe", "menu", "bar"], "offered by", "offer"),
    (&["film", "movie", "show", "episode", "play"], &["director"], "directed by", "have directed"),
    (&["concert", "match", "game", "event", "race", "meeting", "exhibition", "show"], &["stadium", "venue", "theatre", "theater", "museum", "hall", "arena", "circuit"], "held at", "have hosted"),
    (&["player"], &["team", "club"], "playing for", "have"),
    (&["match", "game"], &["team", "club", "player"], "played by", "have played"),
    (&["pet", "dog", "cat", "car", "vehicle", "house", "property"], PERSON, "owned by", "own"),
    (&["car", "model", "vehicle", "phone", "product", "aircraft"], &["maker", "manufacturer", "company", "brand"], "made by", "make"),
    (&["product", "part", "item", "supply", "ingredient"], &["supplier", "vendor"], "supplied by", "supply"),
    (&["supplier", "vendor"], &["product", "part", "item", "ingredient"], "of", "come from"),
    (&["account", "card", "policy"], PERSON, "held by", "hold"),
    (&["transaction"], &["account", "card"], "on", "have"),
    (&["skill", "certificate", "language"], PERSON, "of", "have"),
    (&["language"], &["country", "nation"], "spoken in", "speak"),
    (&["employee", "person", "candidate", "developer"], &["skill", "certificate", "language"], "with", "have"),
    (&["genre", "category", "subcategory", "tag", "class", "cuisine"], ANY, "of", "belong to"),
    (ANY, &["tag", "keyword", "topic"], "tagged with", "have"),
];

/// Parents, whatever refers to them.
#[rustfmt::skip]
const PARENTS: &[(&[&str], &str, &str)] = &[
    (&["date", "day", "time", "calendar", "calendar day"], "on", "have"), (PLACE, "in", "have"), (&["language"], "in", "have"), (SHELF, "in", "contain"),
    (&["address"], "at", "have"),
];

/// Roles, whoever refers: "... the role", "the role's rows who ...".
#[rustfmt::skip]
const ROLES: &[(&[&str], &str, &str)] = &[
    (&["manager"], "managed by", "manage"), (&["supervisor"], "supervised by", "supervise"), (&["head", "chair", "boss"], "headed by", "head"), (&["leader", "lead", "captain"], "led by", "lead"), (&["coach"], "coached by", "coach"),
    (&["conductor"], "conducted by", "have conducted"),
    (&["owner"], "owned by", "own"), (&["creator"], "created by", "have created"), (&["approver"], "approved by", "have approved"), (&["reviewer"], "reviewed by", "have reviewed"), (&["editor"], "edited by", "have edited"),
    (&["seller"], "sold by", "have sold"), (&["buyer"], "bought by", "have bought"), (&["director"], "directed by", "have directed"), (&["composer"], "composed by", "have composed"), (&["producer"], "produced by", "have produced"),
    (&["organizer", "organiser"], "organized by", "have organized"), (&["assignee"], "assigned to", "have been assigned"), (&["referrer"], "referred by", "have referred"), (&["guarantor"], "guaranteed by", "guarantee"),
    (&["sponsor"], "sponsored by", "sponsor"), (&["driver"], "driven by", "drive"), (&["mentor"], "mentored by", "mentor"), (&["advisor", "adviser"], "advised by", "advise"), (&["inspector"], "inspected by", "have inspected"),
    (&["sender"], "sent by", "have sent"), (&["recipient", "receiver"], "sent to", "have received"), (&["winner"], "won by", "have won"), (&["editor"], "edited by", "have edited"), (&["maker", "manufacturer"], "made by", "make"),
    (&["publisher"], "published by", "have published"), (&["supplier", "vendor"], "supplied by", "supply"), (&["teacher", "instructor"], "taught by", "teach"), (&["broker", "agent"], "handled by", "have handled"),
    (&["author", "writer"], "written by", "have written"),
    (&["destination", "destination airport", "arrival airport", "destination station", "destination city"], "arriving at", "have"),
    (&["origin", "origin airport", "source airport", "departure airport", "origin city", "departure station"], "departing from", "have"),
];

/// What else may be said between rows and what they refer to.
pub(super) fn instead(edge: &EdgeWords) -> Option<&'static str> {
    Some(match (edge.of_parent.as_str(), head(&edge.role).1) {
        ("departing from", _) => "leaving from",
        ("arriving at", "airport") => "landing at",
        ("arriving at", _) => "going to",
        ("held at", _) => "taking place at",
        ("made by", _) if edge.has_child == "make" => "produced by",
        ("operated by", _) => "run by",
        ("spoken in", _) => "used in",
        _ => return None,
    })
}

/// What those do who take people in, by what the table of it is called: a "hiring" of an employee by a shop.
pub(super) fn taking(noun: &str) -> Option<&'static str> {
    let known = [("hiring", "have hired"), ("employment", "employ"), ("admission", "have admitted")];
    known.into_iter().find(|(name, _)| *name == noun).map(|(_, has)| has)
}

/// The verbs of a foreign key from `child` to `parent`, who is called `role` there: (of_parent, has_child).
pub(super) fn between(child: &TableWords, parent: &TableWords, role: &str, itself: bool, bridge: bool) -> (String, String) {
    let owned = |of: &str, has: &str| (of.to_owned(), has.to_owned());
    let role_head = head(role).1;
    let own_role = role != parent.singular;
    if itself {
        return match role_head {
            "manager" | "supervisor" | "boss" => owned("reporting to", "have"),
            _ if role.starts_with("parent ") || role == "parent" => owned("under", "have"),
            // A driver's backup driver does not drive the driver.
            _ if role_head == head(&parent.singular).1 && by_role(role).is_some() => owned("with", "have"),
            _ => by_role(role).unwrap_or_else(|| owned("of", "have")),
        };
    }
    if own_role && let Some(found) = by_role(role_alone(role, parent)) {
        // An inspection is not inspected.
        let stem = found.0.split_once("ed by").map_or("", |(stem, _)| stem);
        let echo = stem.len() > 3 && head(&child.singular).1.starts_with(stem);
        return if echo { owned("made by", "have made") } else { found };
    }
    // A "follow" is made by its follower and received by its followee.
    let deed = head(&child.singular).1;
    let does_it = ["er", "r", "or"].iter().any(|end| role_head.strip_suffix(end) == Some(deed));
    let takes_it = role_head.strip_suffix("ee") == Some(deed) || role.split(' ').next() == Some(past_participle(deed).as_str());
    if own_role && does_it {
        return owned("made by", "have made");
    }
    if own_role && takes_it {
        return owned("received by", "have received");
    }
    if own_role && role.starts_with("leading ") {
        return owned("led by", "lead");
    }
    let fits = |names: &[&str], words: &TableWords, noun: &str| {
        let last = head(noun).1;
        names
            .iter()
            .any(|name| *name == "*" || *name == noun || *name == last || (*name == "@person" && words.person))
    };
    // A person in a role of its own does what the role says, not what its table is known for.
    let does = |names: &[&str]| {
        let told = head(role_alone(role, parent)).1;
        // The "returning customer" of a return made it.
        let stem = told.strip_suffix("ing").filter(|stem| stem.len() >= 3);
        let doer = DOERS.contains(&told) || stem.is_some_and(|stem| head(&child.singular).1.starts_with(stem));
        names.iter().any(|name| *name == told || (*name == "@person" && doer))
    };
    let line = LINES
        .iter()
        .find(|(children, parents, _, _)| {
            let parent_fits = match (own_role, parent.person) {
                (true, true) => *parents == ANY || does(parents),
                (true, false) => fits(parents, parent, &parent.singular) || (*parents != ANY && fits(parents, parent, role)),
                (false, _) => fits(parents, parent, &parent.singular),
            };
            fits(children, child, &child.singular) && parent_fits
        })
        .map(|(_, _, of, has)| owned(of, has));
    let (of, has) = line
        .or_else(|| by_role(&parent.singular).filter(|_| !own_role && !bridge))
        .or_else(|| {
            PARENTS
                .iter()
                .find(|(names, _, _)| fits(names, parent, &parent.singular))
                .map(|(_, of, has)| owned(of, has))
        })
        .unwrap_or_else(|| owned("of", "have"));
    // "films with the original language French", "members with the home branch Oslo".
    if own_role && PREPOSITIONS.contains(&of.as_str()) {
        owned("with", "have")
    } else {
        (of, has)
    }
}

/// What a role says beside the noun of the table: "owner" of an "owner agent", where the rows are agents. Adjectives stay what they are.
fn role_alone<'r>(role: &'r str, parent: &TableWords) -> &'r str {
    match role.rsplit_once(' ') {
        Some((front, last)) if parent.person && last == head(&parent.singular).1 && !["lead", "head", "chair"].contains(&front) => front,
        _ => role,
    }
}

pub(super) fn by_role(role: &str) -> Option<(String, String)> {
    let last = head(role).1;
    // "origin stop", "destination depot", whatever the place.
    match role.split_once(' ').map(|(way, _)| way) {
        Some("origin" | "departure") => return Some(("departing from".to_owned(), "have".to_owned())),
        Some("destination" | "arrival") => return Some(("arriving at".to_owned(), "have".to_owned())),
        _ => {}
    }
    ROLES
        .iter()
        .find(|(names, _, _)| names.contains(&role) || names.contains(&last))
        .map(|(_, of, has)| ((*of).to_owned(), (*has).to_owned()))
}

/// What is done to the row of a role, by the role's first word; a day is none that things are sent to.
pub(super) fn towards(role: &str) -> Option<&'static str> {
    let (first, last) = (role.split(' ').next()?, head(role).1);
    if ["date", "day", "time", "year", "month"].contains(&last) {
        return None;
    }
    Some(match first {
        "shipping" => "shipped to",
        "billing" => "billed to",
        "refunded" => "refunded to",
        "invoiced" => "invoiced to",
        _ => return None,
    })
}

/// Children of a row of the same table: (one, many).
pub(super) fn own_children(role: &str, noun: &str) -> Option<(String, String)> {
    let pair = |one: String, many: String| Some((one, many));
    match head(role).1 {
        "manager" | "supervisor" | "boss" => pair("direct report".into(), "direct reports".into()),
        _ if role.starts_with("parent ") || role == "parent" => {
            let one = if noun.contains(' ') {
                format!("child {noun}")
            } else if noun == "category" {
                "subcategory".to_owned()
            } else {
                format!("sub-{noun}")
            };
            let many = crate::schema::morphology::plural(&one);
            pair(one, many)
        }
        _ => None,
    }
}

/// Phrases of key columns that are no nouns.
pub(super) fn role_of_phrase(phrase: &str) -> Option<&'static str> {
    Some(match phrase {
        "reports to" | "report to" | "boss" | "superior" => "manager",
        "assigned to" => "assignee",
        "managed by" => "manager",
        "supervised by" => "supervisor",
        _ => return None,
    })
}

/// Agent nouns of participles that follow no rule.
pub(super) fn agent_of(participle: &str) -> Option<&'static str> {
    Some(match participle {
        "referred" => "referrer",
        "sold" => "seller",
        "bought" => "buyer",
        "made" => "maker",
        "written" => "author",
        "led" => "leader",
        "sent" => "sender",
        "taught" => "teacher",
        "owned" => "owner",
        "managed" => "manager",
        "created" => "creator",
        "approved" => "approver",
        "reviewed" => "reviewer",
        "invited" => "inviter",
        "produced" => "producer",
        "organized" | "organised" => "organizer",
        "driven" => "driver",
        "won" => "winner",
        "taken" => "taker",
        "submitted" => "submitter",
        "modified" | "updated" => "last editor",
        _ => return None,
    })
}

/// First words of roles as adjectives: "sold date" is a "sale date".
pub(super) fn qualifier(front: &str) -> String {
    match front {
        "sold" => "sale",
        "shipped" | "ship to" | "ship" => "shipping",
        "bill to" | "bill" | "billed" => "billing",
        "returned" => "return",
        "open" | "opened" => "opening",
        "close" | "closed" => "closing",
        "dest" | "to" => "destination",
        "from" => "origin",
        other => other,
    }
    .to_owned()
}
