//! What is shown: output columns as noun phrases.

use super::phrase::Phrase;
use super::speaker::Speaker;
use crate::query::ir::{Aggregate, DatePart, Expr, Item};
use crate::schema::lexicon::ColumnWords;
use crate::schema::role::Role;
use crate::words;

/// Output columns of source 0, then of each joined source: "title and price", "the author's name".
pub struct Shown {
    /// Nouns of source 0's columns, singular and plural, tagged.
    pub own: Vec<(Phrase, Phrase)>,
    /// Nouns of other sources' columns with their owners: "the author's name".
    pub others: Vec<Phrase>,
    /// Every item is a display column of source 0, and all of its display columns are there.
    pub only_names: bool,
    /// All of source 0's display columns are there, if it has any.
    pub names: bool,
}

/// Sorts out the items of a list; `None` when one of them is not a column or a simple function of columns.
pub fn shown(speaker: &Speaker<'_>) -> Option<Shown> {
    let mut own = Vec::new();
    let mut others: Vec<(usize, Vec<Phrase>)> = Vec::new();
    let mut names = 0;
    for (i, item) in speaker.select.items.iter().enumerate() {
        let id = speaker.id(&format!("item.{i}"));
        match &item.expr {
            Expr::Column(c) if c.source == 0 => {
                let words = speaker.column(c)?;
                names += usize::from(speaker.is_display(c));
                // The artwork ID of a loan artwork is not its own.
                let (noun, plural) = match speaker.edge_of_column(c) {
                    Some(_) => (words.noun.as_str(), words.plural.as_str()),
                    None => own_key(words, speaker.noun(0, false)?),
                };
                own.push((Phrase::from(noun).says(&id), Phrase::from(plural).says(&id)));
            }
            // "The make of the lightest car", wherever a car's make is kept.
            Expr::Column(c) if speaker.is_other_half(c.source) && !is_own(speaker, &speaker.column(c)?.noun) => {
                let words = speaker.column(c)?;
                own.push((Phrase::from(&words.noun).says(&id), Phrase::from(&words.plural).says(&id)));
            }
            Expr::Column(c) => {
                let noun = Phrase::from(without_echo(&speaker.column(c)?.noun, speaker.noun(c.source, false)?)).says(&id);
                match others.iter_mut().find(|(s, _)| *s == c.source) {
                    Some((_, nouns)) => nouns.push(noun),
                    None => others.push((c.source, vec![noun])),
                }
            }
            other => {
                let noun = computed(speaker, other)?.says(&id);
                own.push((noun.clone(), noun));
            }
        }
    }
    let display = speaker.table(0).map_or(0, |t| t.display.len());
    let only_names = display > 0 && names == display && own.len() == display && others.is_empty();
    let others = others
        .into_iter()
        .map(|(source, nouns)| {
            let optional = speaker.select.joins.get(source.checked_sub(1)?).is_some_and(|j| j.outer);
            let of_first = speaker.join_of(source).is_some_and(|(join, _)| join.left == 0 && join.to_parent);
            let the = if of_first && !own.is_empty() && speaker.table(0)?.person {
                "their"
            } else {
                "the"
            };
            let if_any = if optional { "(if any)" } else { "" };
            Some(words![owned(the, speaker.noun(source, false)?, nouns), if_any])
        })
        .collect::<Option<Vec<_>>>()?;
    let names = names == display;
    Some(Shown {
        own,
        others,
        only_names,
        names,
    })
}

/// Whether a column of source 0 is called so itself.
fn is_own(speaker: &Speaker<'_>, noun: &str) -> bool {
    let (id, lexicon) = (speaker.select.table(0), &speaker.voice.lexicon);
    let table = id.and_then(|id| speaker.voice.schema.table(id));
    table.is_some_and(|t| {
        t.columns
            .iter()
            .any(|c| lexicon.column(&t.id(), &c.name).is_some_and(|words| words.noun == noun))
    })
}

/// "the author's first and last name"; a date's date is "the date", and the name in "company name" is not said twice.
pub fn owned(the: &str, owner: &str, nouns: Vec<Phrase>) -> Phrase {
    let last = owner.rsplit(' ').next().unwrap_or(owner);
    let (same, other): (Vec<Phrase>, Vec<Phrase>) = nouns.into_iter().partition(|n| n.text() == last || n.text() == owner);
    // "the date and its month"
    let its = !same.is_empty();
    let itself = same.into_iter().map(|n| words![the, n.retext(owner)]);
    // "the catalog page ID", not "the catalog page's catalog page ID".
    let (full, other): (Vec<Phrase>, Vec<Phrase>) = other
        .into_iter()
        .partition(|n| n.text().strip_prefix(owner).is_some_and(|rest| rest.starts_with(' ')));
    let full = full.into_iter().map(|n| words![the, n]);
    let theirs = (!other.is_empty()).then(|| match its {
        true => words!["its", merge(other)],
        false => words![the, crate::schema::morphology::possessive(owner), merge(other)],
    });
    Phrase::list(itself.chain(full).chain(theirs).collect(), "and")
}

/// "ID" for the "customer ID" of a returning customer.
pub fn without_echo<'w>(noun: &'w str, owner: &str) -> &'w str {
    let last = owner.rsplit(' ').next().unwrap_or(owner);
    let rest = [owner, last]
        .into_iter()
        .find_map(|heard| noun.strip_prefix(heard)?.strip_prefix(' '));
    // The admission's time may be that of its discharge.
    rest.filter(|rest| !["", "time", "date"].contains(rest)).unwrap_or(noun)
}

/// "the IDs of all orders", not "the order IDs of all orders".
fn own_key<'w>(words: &'w ColumnWords, owner: &str) -> (&'w str, &'w str) {
    let short = |noun: &'w str| without_echo(noun, owner);
    match short(&words.noun) {
        "ID" | "key" => (short(&words.noun), short(&words.plural)),
        _ => (&words.noun, &words.plural),
    }
}

/// A function of columns as a noun phrase without article.
pub fn computed(speaker: &Speaker<'_>, expr: &Expr) -> Option<Phrase> {
    Some(match expr {
        Expr::Length(of) => words!["number of characters in the", &speaker.words_of(of)?.noun],
        Expr::DaysBetween { from, to } => {
            words![
                "number of days from the",
                super::calendar::time_words(speaker, from)?.noun,
                "to the",
                super::calendar::time_words(speaker, to)?.noun
            ]
        }
        _ => return None,
    })
}

/// "first name", "last name" -> "first and last name"; else a list.
pub fn merge(nouns: Vec<Phrase>) -> Phrase {
    if let [first, second] = &nouns[..] {
        let (a, b) = (first.text(), second.text());
        if let (Some((head, tail)), Some((_, other))) = (a.rsplit_once(' '), b.rsplit_once(' '))
            && tail == other
            && !head.is_empty()
            && !b.contains(" in the ")
            // "month of birth and country of birth", "delivery fee and delivery time".
            && ![" of", " in", " at", " for"].iter().any(|link| head.ends_with(link))
        {
            let short = Phrase::from(head);
            return words![first.retext(short.text()), "and", second.clone()];
        }
    }
    Phrase::list(nouns, "and")
}

/// An aggregate over "`of`" as a noun phrase with article: "the average price of books published in 2020", "the number of books".
pub fn aggregate(speaker: &Speaker<'_>, expr: &Expr, of: Phrase) -> Option<Phrase> {
    let Expr::Aggregate {
        func,
        distinct,
        arg,
        filter,
    } = expr
    else {
        return None;
    };
    if filter.is_some() {
        return None;
    }
    let Some(arg) = arg else { return Some(words!["the number of", of]) };
    if *distinct {
        let column = arg.base_column()?;
        let plural = speaker
            .edge_of_column(column)
            .map_or_else(|| speaker.column(column).map(|w| &w.plural), |e| Some(&e.role_plural))?;
        return Some(words!["the number of different", plural, "among", of]);
    }
    if let (Expr::DaysBetween { .. }, Aggregate::Max | Aggregate::Min) = (arg.as_ref(), func) {
        let extreme = if *func == Aggregate::Max { "longest" } else { "shortest" };
        let time = computed(speaker, arg)?.with_first_word("number of days", "time in days");
        return Some(words!["the", extreme, time, "for", of]);
    }
    if let Some(noun) = computed(speaker, arg) {
        return Some(words!["the", aggregate_adjective(*func, Role::Measure), noun, "for", of]);
    }
    let words = speaker.words_of(arg)?;
    if let Aggregate::Percentile(percent) = func {
        let literal = format!("{}", f64::from(*percent) / 100.0);
        let said = match percent {
            50 => words!["median", &words.noun],
            _ => words![format!("{percent}th percentile (interpolated) of the"), &words.plural],
        };
        return Some(words!["the", said.says_with(speaker.id("percentile"), vec![literal]), "of", of]);
    }
    // "the lowest rating among reviews", but "the average rating of reviews"
    let link = if matches!(func, Aggregate::Min | Aggregate::Max) {
        "among"
    } else {
        "of"
    };
    Some(words!["the", otherwise(speaker, &figure(*func, words)), link, of])
}

/// "the maximum price" for "the highest price": a third of the time.
pub fn otherwise(speaker: &Speaker<'_>, figure: &str) -> Phrase {
    let said = Phrase::from(figure);
    if speaker.voice.below(3) > 0 {
        return said;
    }
    [
        ("highest", "maximum"),
        ("lowest", "minimum"),
        ("largest", "maximum"),
        ("smallest", "minimum"),
    ]
    .into_iter()
    .fold(said, |said, (from, to)| said.with_first_word(from, to))
}

/// "average price"; a noun that begins like the adjective gets another one: "combined total price".
pub fn figure(func: Aggregate, words: &ColumnWords) -> String {
    let adjective = aggregate_adjective(func, words.role);
    let adjective = match func {
        Aggregate::Max => extreme(words, true),
        Aggregate::Min => extreme(words, false),
        _ => adjective,
    };
    let heard = words.noun.split(' ').next() == Some(adjective);
    let adjective = match (heard, func) {
        (true, Aggregate::Sum) => "combined",
        _ if func == Aggregate::Sum && words.noun.split(' ').next_back() == Some("total") => "combined",
        (true, Aggregate::Avg) => "mean",
        (true, Aggregate::Max) => "greatest",
        (true, Aggregate::Min) => "least",
        _ => adjective,
    };
    // "total fine amount of loans": one by one they are fines.
    const CHARGES: [&str; 7] = ["fine", "tip", "fee", "discount", "charge", "bonus", "tax"];
    let amount = if func == Aggregate::Sum && CHARGES.contains(&words.noun.as_str()) {
        " amount"
    } else {
        ""
    };
    format!("{adjective} {}{amount}", words.noun)
}

/// How the greatest or least value of a column is said: "latest" date, "longest" distance, "largest" area, "highest" price.
pub fn extreme(words: &ColumnWords, most: bool) -> &'static str {
    const SPANS: [&str; 9] = [
        "distance", "length", "duration", "runtime", "time", "depth", "delay", "wait", "absence",
    ];
    const EXTENTS: [&str; 8] = [
        "area",
        "size",
        "floor area",
        "population",
        "quantity",
        "amount",
        "capacity",
        "space",
    ];
    let head = crate::schema::morphology::head(&words.noun).1;
    match (words.role, most) {
        (Role::Time, true) => "latest",
        (Role::Time, false) => "earliest",
        _ if super::speaker::is_year(words) => {
            if most {
                "latest"
            } else {
                "earliest"
            }
        }
        (Role::Measure | Role::Ratio, true) if SPANS.contains(&head) => "longest",
        (Role::Measure | Role::Ratio, false) if SPANS.contains(&head) => "shortest",
        (Role::Measure | Role::Ratio, true) if EXTENTS.contains(&head) => "largest",
        (Role::Measure | Role::Ratio, false) if EXTENTS.contains(&head) => "smallest",
        (_, true) => "highest",
        (_, false) => "lowest",
    }
}

/// "most recently", "earliest": how that happened whose time is the greatest or the least; `None` where nothing is said to have happened, or it
/// may lie ahead.
pub fn how_late(words: &ColumnWords, most: bool) -> Option<&'static str> {
    const AHEAD: [&str; 8] = ["due", "required", "expired", "expires", "scheduled", "planned", "expected", "end"];
    let event = words.event.as_ref().filter(|_| words.role == Role::Time)?;
    let ahead = event.verb.split(' ').any(|w| AHEAD.contains(&w));
    (!ahead).then_some(if most { "most recently" } else { "earliest" })
}

/// "average", "total", "highest" or, for times, "latest".
pub fn aggregate_adjective(func: Aggregate, role: Role) -> &'static str {
    match (func, role == Role::Time) {
        (Aggregate::Count, _) => "number of",
        (Aggregate::Sum, _) => "total",
        (Aggregate::Percentile(_), _) => "median",
        (Aggregate::Avg, _) => "average",
        (Aggregate::Min, false) => "lowest",
        (Aggregate::Max, false) => "highest",
        (Aggregate::Min, true) => "earliest",
        (Aggregate::Max, true) => "latest",
    }
}

/// The period of a group key on source 0: "hire year", "month of birth", "quarter of the due date (1 to 4)".
pub fn period(speaker: &Speaker<'_>, expr: &Expr) -> Option<Phrase> {
    let (Expr::Part { part, of } | Expr::Trunc { part, of }) = expr else {
        return None;
    };
    let cut = matches!(expr, Expr::Trunc { .. });
    let (unit, shown) = match part {
        DatePart::Year => ("year", ""),
        DatePart::Quarter if cut => ("quarter", "(shown by its first day)"),
        DatePart::Month if cut => ("month", "(shown by its first day)"),
        DatePart::Quarter => ("quarter", "(1 to 4)"),
        DatePart::Month => ("month", "(1 to 12)"),
        DatePart::Weekday => ("day of the week", "(1 for Monday)"),
    };
    let noun = &super::calendar::time_words(speaker, of)?.noun;
    let short = noun.strip_suffix(" date").or_else(|| noun.strip_suffix(" time"));
    Some(match (*part, short, noun.strip_prefix("date of ")) {
        (DatePart::Weekday, ..) => words![unit, "of the", noun, shown],
        (_, Some(event), _) => words![event, unit, shown],
        (_, _, Some(event)) => words![unit, "of", event, shown],
        _ => words![unit, "of the", noun, shown],
    })
}

/// The alias-free name of an item's column in a stage: the inner item it stands for.
pub fn stage_item<'q>(stage: &'q crate::query::ir::Select, item: &Item) -> Option<&'q Item> {
    let wanted = &item.expr.base_column()?.column;
    stage.items.iter().find(|i| match &i.alias {
        Some(alias) => alias == wanted,
        None => matches!(&i.expr, Expr::Column(c) if &c.column == wanted),
    })
}
