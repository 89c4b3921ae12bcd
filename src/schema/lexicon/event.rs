//! Events: what happened at a date or time column, and the noun of that date.

use super::Event;
use crate::schema::morphology::{is_participle, past_participle};

/// One kind of event.
struct Kind {
    /// Words that name it, without "on", "at", "date", "time".
    keys: &'static [&'static str],
    /// What the date is called: "return" gives "return date".
    noun: &'static str,
    /// What happened.
    verb: &'static str,
    /// "were hired" rather than "joined".
    passive: bool,
    /// A row starts without it and may reach it: "not yet returned".
    reached: bool,
}

const fn done(keys: &'static [&'static str], noun: &'static str, verb: &'static str) -> Kind {
    Kind {
        keys,
        noun,
        verb,
        passive: true,
        reached: true,
    }
}
const fn was(keys: &'static [&'static str], noun: &'static str, verb: &'static str) -> Kind {
    Kind {
        keys,
        noun,
        verb,
        passive: true,
        reached: false,
    }
}
const fn did(keys: &'static [&'static str], noun: &'static str, verb: &'static str, reached: bool) -> Kind {
    Kind {
        keys,
        noun,
        verb,
        passive: false,
        reached,
    }
}

/// Known events.
const KINDS: &[Kind] = &[
    was(&["hire", "hired", "hiring"], "hire", "hired"),
    did(&["join", "joined", "joining"], "joining", "joined", false),
    did(&["left", "leave", "leaving"], "leaving", "left", true),
    did(&["quit"], "quitting", "quit", true),
    did(&["retired", "retirement"], "retirement", "retired", true),
    done(&["return", "returned"], "return", "returned"),
    done(&["ship", "shipped", "shipping", "shipment"], "shipping", "shipped"),
    done(&["deliver", "delivered", "delivery"], "delivery", "delivered"),
    done(&["paid", "payment", "pay"], "payment", "paid"),
    done(&["close", "closed", "closing"], "closing", "closed"),
    done(&["complete", "completed", "completion"], "completion", "completed"),
    done(&["finish", "finished"], "finishing", "finished"),
    done(&["approve", "approved", "approval"], "approval", "approved"),
    done(&["cancel", "cancelled", "canceled", "cancellation"], "cancellation", "cancelled"),
    done(&["resolve", "resolved", "resolution"], "resolution", "resolved"),
    done(&["terminate", "terminated", "termination"], "termination", "terminated"),
    done(&["discharge", "discharged"], "discharge", "discharged"),
    done(&["verify", "verified", "verification"], "verification", "verified"),
    done(&["confirm", "confirmed", "confirmation"], "confirmation", "confirmed"),
    done(&["received", "receive", "receipt"], "receipt", "received"),
    done(&["sent", "sending"], "sending", "sent"),
    done(&["submit", "submitted", "submission"], "submission", "submitted"),
    done(&["retired on"], "retirement", "retired"),
    done(&["published", "publish", "publication"], "publication", "published"),
    done(&["release", "released"], "release", "released"),
    did(&["graduation", "graduated"], "graduation", "graduated", true),
    was(&["due"], "due", "due"),
    was(&["required"], "required", "required"),
    was(&["born", "birth"], "birth", "born"),
    did(&["died", "death", "deceased"], "death", "died", false),
    was(&["open", "opened", "opening"], "opening", "opened"),
    was(&["found", "founded", "founding", "foundation"], "founding", "founded"),
    was(&["establish", "established", "establishment"], "founding", "established"),
    did(
        &["start", "started", "starts", "begin", "began", "begins", "since"],
        "start",
        "started",
        false,
    ),
    did(&["end", "ended", "ends", "until"], "end", "ended", true),
    was(&["create", "created", "creation"], "creation", "created"),
    did(&["registered", "register", "registration"], "registration", "registered", false),
    did(&["signed up", "sign up", "signup"], "sign-up", "signed up", false),
    did(
        &["enrolled", "enroll", "enrollment", "enrolment", "enrol"],
        "enrolment",
        "enrolled",
        false,
    ),
    was(&["loaned", "loan", "lent", "checkout", "checked out"], "loan", "lent out"),
    was(&["borrowed"], "borrowing", "borrowed"),
    was(&["rented", "rental", "rent"], "rental", "rented out"),
    was(&["ordered", "order"], "order", "ordered"),
    was(&["booked", "booking"], "booking", "booked"),
    was(&["reserved", "reservation"], "reservation", "reserved"),
    was(&["purchased", "purchase", "bought"], "purchase", "bought"),
    was(&["sold", "sale", "sales"], "sale", "sold"),
    was(&["acquired", "acquisition"], "acquisition", "acquired"),
    was(&["invoiced", "invoice", "billing", "billed"], "invoice", "invoiced"),
    was(&["issue", "issued"], "issue", "issued"),
    was(&["reviewed", "review"], "review", "reviewed"),
    was(&["rated"], "rating", "rated"),
    was(&["assigned", "assignment"], "assignment", "assigned"),
    was(&["added"], "addition", "added"),
    was(&["posted", "post"], "posting", "posted"),
    was(&["uploaded", "upload"], "upload", "uploaded"),
    was(&["recorded", "recording"], "recording", "recorded"),
    was(&["measured", "measurement"], "measurement", "measured"),
    was(&["admitted", "admission"], "admission", "admitted"),
    was(&["diagnosed", "diagnosis"], "diagnosis", "diagnosed"),
    was(&["manufactured", "manufacture", "production"], "manufacturing", "manufactured"),
    was(&["built"], "construction", "built"),
    was(&["elected", "election"], "election", "elected"),
    was(&["scheduled"], "scheduled", "scheduled"),
    was(&["signed"], "signing", "signed"),
    was(&["held"], "event", "held"),
    was(&["used"], "use", "used"),
    was(&["inspected", "inspection"], "inspection", "inspected"),
    was(&["appointed"], "appointment", "appointed"),
    was(&["promoted"], "promotion", "promoted"),
    was(&["announced"], "announcement", "announced"),
    was(&["requested", "request"], "request", "requested"),
    was(&["visited", "visit"], "visit", "visited"),
    did(&["ceased", "cessation"], "cessation", "ceased", true),
    did(&["departure", "departed", "departs"], "departure", "departed", false),
    did(&["arrival", "arrived", "arrives"], "arrival", "arrived", true),
    did(&["married"], "wedding", "married", false),
    did(&["expired", "expires", "expiry", "expiration"], "expiry", "expired", false),
    did(&["last login", "logged in"], "last login", "last logged in", false),
    did(&["occurred", "occurrence", "happened"], "occurrence", "occurred", false),
    did(&["check in", "checked in", "checkin"], "check-in", "checked in", false),
];

/// Nouns of rows that are events themselves, what happens to them, and the names of their date.
#[rustfmt::skip]
const ROWS: &[(&str, &str, &[&str])] = &[
    ("loan", "made", &["loaned", "loan", "lent", "borrowed", "checkout"]), ("order", "placed", &["ordered", "order", "placed"]), ("rental", "made", &["rented", "rental", "rent"]),
    ("payment", "made", &["paid", "payment", "pay"]), ("review", "written", &["reviewed", "review"]), ("sale", "made", &["sold", "sale", "sales"]),
    ("booking", "made", &["booked", "booking"]), ("reservation", "made", &["reserved", "reservation"]), ("purchase", "made", &["purchased", "purchase", "bought"]),
    ("transaction", "made", &["transaction"]), ("invoice", "issued", &["invoiced", "invoice", "billing"]), ("visit", "made", &["visited", "visit"]),
    ("assignment", "made", &["assigned", "assignment"]), ("donation", "made", &["donated", "donation"]), ("claim", "filed", &["claimed", "claim", "filed"]),
    ("appointment", "held", &["appointment"]), ("match", "played", &["match", "played"]), ("game", "played", &["game", "played"]), ("concert", "held", &["concert"]),
    ("event", "held", &["event"]), ("meeting", "held", &["meeting"]), ("election", "held", &["election"]), ("race", "held", &["race"]), ("show", "held", &["show"]),
    ("comment", "written", &["commented", "comment"]), ("post", "published", &["posted", "post"]), ("message", "sent", &["message"]), ("inspection", "carried out", &["inspected", "inspection"]),
    ("test", "taken", &["test", "tested"]), ("exam", "taken", &["exam"]), ("treatment", "given", &["treatment", "treated"]), ("prescription", "written", &["prescribed", "prescription"]),
    ("entry", "made", &["entered", "entry"]), ("harvest", "brought in", &["harvested", "harvest"]), ("repair", "made", &["repaired", "repair"]),
    ("shipment", "sent", &["shipment"]), ("return", "made", &["returned", "return"]), ("withdrawal", "made", &["withdrawal"]), ("deposit", "made", &["deposit"]),
    ("like", "given", &["liked", "like"]), ("follow", "made", &["followed", "follow"]), ("block", "made", &["blocked", "block"]), ("vote", "cast", &["voted", "vote"]),
    ("view", "made", &["viewed", "view"]), ("click", "made", &["clicked", "click"]), ("download", "made", &["downloaded", "download"]),
];

/// What happens to rows that are "in" their year: concerts in 2014.
pub(crate) const HELD: [&str; 2] = ["held", "played"];

/// What is produced, and not manufactured.
#[rustfmt::skip]
const WORKS: &[&str] = &[
    "film", "movie", "show", "episode", "series", "play", "album", "song", "track", "video", "programme", "documentary", "musical", "opera", "game",
];

/// What a time column says, when its name names an event.
pub(super) struct Found {
    /// "return date", "order time", "date of birth".
    pub noun: String,
    /// What happened.
    pub event: Event,
    /// A row starts without it and may reach it.
    pub reached: bool,
}

/// Reads the words of a time column of a table with the noun `row`.
pub(super) fn of(words: &[String], row: &str) -> Option<Found> {
    let row = row.rsplit(' ').next().unwrap_or(row);
    let phrase = words.join(" ");
    let (key, time) = bare(&phrase);
    let own = ROWS.iter().find(|(noun, _, _)| *noun == row);
    if let Some((noun, verb, keys)) = own
        && (key.is_empty() || keys.contains(&key))
    {
        let noun = if key.is_empty() {
            phrase.clone()
        } else {
            dated(if *noun == "sale" { "sale" } else { noun }, time)
        };
        let event = Event {
            verb: (*verb).to_owned(),
            passive: true,
        };
        return Some(Found {
            noun,
            event,
            reached: false,
        });
    }
    if let Some(kind) = KINDS.iter().find(|k| k.keys.contains(&key)) {
        // A film is produced, a car is manufactured.
        let (kind_noun, verb) = match kind.noun {
            "manufacturing" if WORKS.contains(&row) => ("production", "produced"),
            noun => (noun, kind.verb),
        };
        let noun = match kind_noun {
            "birth" if phrase == "birthday" => phrase.clone(),
            "birth" | "death" => format!("{} of {}", if time { "time" } else { "date" }, kind_noun),
            noun if phrase.ends_with(" date") && (words.len() > 2 || phrase == format!("{noun} date")) => phrase.clone(),
            noun => dated(noun, time),
        };
        return Some(Found {
            noun,
            event: Event {
                verb: verb.to_owned(),
                passive: kind.passive,
            },
            reached: kind.reached,
        });
    }
    // "commissioned" of type date.
    if let ([done], true) = (words, is_participle(&phrase)) {
        return Some(Found {
            noun: format!("{done} date"),
            event: Event {
                verb: done.clone(),
                passive: true,
            },
            reached: true,
        });
    }
    // "archived_at": any participle says what happened.
    let after_preposition = ["on", "at", "since"].contains(&words.last()?.as_str());
    if after_preposition && !key.contains(' ') && is_participle(key) {
        return Some(Found {
            noun: format!("{key} {}", if time { "time" } else { "date" }),
            event: Event {
                verb: key.to_owned(),
                passive: true,
            },
            reached: true,
        });
    }
    let since = words.last().is_some_and(|w| w == "since");
    if after_preposition && !since && !key.is_empty() && !key.contains(' ') && words.len() == 2 {
        return Some(Found {
            noun: dated(key, time),
            event: Event {
                verb: past_participle(key),
                passive: true,
            },
            reached: false,
        });
    }
    None
}

/// What is made in a year, where nothing more is said of the year.
const MADE: &[&str] = &["car", "vehicle", "truck", "bus", "motorcycle", "aircraft", "airplane"];

/// What happened in a year: "published" in the "publication year", "born" in the "year of birth", "held" in the year of a concert.
pub(super) fn of_year(words: &[String], row: &str) -> Option<Event> {
    let what = match words {
        [only] if only == "year" => {
            let row = row.rsplit(' ').next().unwrap_or(row);
            let held = || {
                ROWS.iter()
                    .find(|(noun, verb, _)| *noun == row && HELD.contains(verb))
                    .map(|(_, verb, _)| *verb)
            };
            let verb = if MADE.contains(&row) { Some("made") } else { held() };
            return verb.map(|verb| Event {
                verb: verb.to_owned(),
                passive: true,
            });
        }
        [front @ .., last] if last == "year" && !front.is_empty() => front,
        [first, of, rest @ ..] if first == "year" && of == "of" && !rest.is_empty() => rest,
        [first, rest @ ..] if first == "year" && !rest.is_empty() => rest,
        _ => return None,
    };
    of(what, row).map(|found| found.event)
}

fn dated(noun: &str, time: bool) -> String {
    format!("{noun} {}", if time { "time" } else { "date" })
}

/// The event's words in a column's name, and whether it names a time rather than a day: "returned on" -> "returned".
fn bare(phrase: &str) -> (&str, bool) {
    for (suffix, time) in [
        (" on", false),
        (" since", false),
        (" at", true),
        (" date time", true),
        (" datetime", true),
        (" timestamp", true),
        (" date", false),
        (" time", true),
        (" day", false),
    ] {
        if let Some(key) = phrase.strip_suffix(suffix) {
            return (key.strip_suffix(" date").unwrap_or(key), time);
        }
    }
    match phrase {
        "date" | "day" => ("", false),
        "time" | "datetime" | "timestamp" => ("", true),
        "birthday" => ("birth", false),
        _ => (
            phrase
                .strip_prefix("date of ")
                .or_else(|| phrase.strip_prefix("date "))
                .or_else(|| phrase.strip_prefix("time of "))
                .unwrap_or(phrase),
            false,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(column: &str, row: &str) -> Option<String> {
        let words: Vec<String> = column.split('_').map(str::to_owned).collect();
        of(&words, row).map(|f| format!("{}: {}{}", f.noun, if f.event.passive { "were " } else { "" }, f.event.verb))
    }

    #[test]
    fn names_of_dates_tell_what_happened() {
        for (column, row, want) in [
            ("hire_date", "employee", "hire date: were hired"),
            ("joined_on", "member", "joining date: joined"),
            ("returned_on", "loan", "return date: were returned"),
            ("loaned_on", "loan", "loan date: were made"),
            ("due_on", "loan", "due date: were due"),
            ("born_on", "author", "date of birth: were born"),
            ("birth_date", "member", "date of birth: were born"),
            ("ordered_at", "order", "order time: were placed"),
            ("order_date", "order", "order date: were placed"),
            ("shipped_date", "order", "shipping date: were shipped"),
            ("starts_on", "absence", "start date: started"),
            ("sale_date", "sale", "sale date: were made"),
            ("archived_at", "document", "archived time: were archived"),
            ("opened_on", "branch", "opening date: were opened"),
            ("payment_date", "payment", "payment date: were made"),
            ("date", "match", "date: were played"),
            ("date_of_birth", "patient", "date of birth: were born"),
            ("production_date", "film", "production date: were produced"),
            ("production_date", "car", "manufacturing date: were manufactured"),
            ("signed_up_on", "customer", "sign-up date: signed up"),
        ] {
            assert_eq!(said(column, row).as_deref(), Some(want), "{column}");
        }
        assert_eq!(said("valid_from", "price"), None);
    }
}
