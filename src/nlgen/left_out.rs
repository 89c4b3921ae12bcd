//! Missing values that make no group and no value of their own: "Leave out missing states."
//!
//! Who asks for something by state may or may not want the rows without one; so the question says it, in a sentence at its end.
//! Invariant: the conditions that [`indexes`] lists are said by [`sentence`] and nowhere else.

use super::attach::with_modifiers;
use super::condition;
use super::phrase::Phrase;
use super::speaker::{Speaker, Voice};
use crate::query::ir::{Body, ColumnRef, Expr, Predicate, QueryIr, Select};
use crate::schema::lexicon::ColumnWords;
use crate::schema::morphology::singular;
use crate::schema::role::Role;
use crate::words;

/// Indexes of the conditions `column IS NOT NULL` on what groups, ranks, sorts, or is itself listed once.
pub(super) fn indexes(speaker: &Speaker<'_>) -> Vec<usize> {
    let kinds = kinds(speaker);
    let filter = speaker.select.filter.iter().enumerate();
    filter
        .filter(|(_, p)| matches!(p, Predicate::IsNull { expr: Expr::Column(c), negated: true } if kinds.contains(&c)))
        .map(|(i, _)| i)
        .collect()
}

/// The columns whose values are what an answer tells apart.
fn kinds<'s>(speaker: &Speaker<'s>) -> Vec<&'s ColumnRef> {
    let select = speaker.select;
    let mut found: Vec<&Expr> = select.group.iter().collect();
    for item in &select.items {
        if let Expr::Window { partition, .. } = &item.expr {
            found.extend(partition);
        }
    }
    if let ([only], true) = (&select.items[..], select.distinct || is_side(speaker)) {
        found.push(&only.expr);
    }
    let mut sorted: Vec<&Expr> = Vec::new();
    if !speaker.prefix.starts_with("stage.") {
        let ranks = select.items.iter().filter_map(|item| match &item.expr {
            Expr::Window { order, .. } => order.first(),
            _ => None,
        });
        // The first rows of all have a value; the first of each may be of nothing else.
        let some = select.limit.is_none() || speaker.prefix == "each.";
        // The first of each group is ordered by the groups before anything else.
        let first = select.order.get(select.distinct_on.len()).filter(|_| some && !select.is_grouped());
        sorted.extend(ranks.chain(first).map(|key| &key.expr));
    }
    let told = |c: &ColumnRef| {
        let role = speaker.column(c).map(|words| words.role);
        matches!(role, Some(Role::Category | Role::Ordinal | Role::Code))
    };
    // Percentages of bands are of the rows that fall into one, grand totals of the rows that have a date.
    let percents = select.items.iter().any(|item| matches!(item.expr, Expr::Percent { .. }));
    sorted.extend(select.group.iter().filter_map(|key| match key {
        Expr::Band { of, .. } if percents => Some(of.as_ref()),
        Expr::Part { of, .. } if !select.grouping.is_plain() => Some(of.as_ref()),
        _ => None,
    }));
    let column = |e: &'s Expr| if let Expr::Column(c) = e { Some(c) } else { None };
    let values = found.into_iter().filter_map(column).filter(|c| told(c));
    values.chain(sorted.into_iter().filter_map(column)).collect()
}

/// What is missing, in the plural: "image counts" for a "number of images".
fn missing(words: &ColumnWords) -> String {
    match words.noun.strip_prefix("number of ").map(|things| (things, things.contains(' '))) {
        Some(("calories", _)) => "calories".to_owned(),
        Some((things, false)) => format!("{} counts", singular(things)),
        Some((things, true)) => format!("numbers of {things}"),
        None => words.plural.clone(),
    }
}

/// One side of a set operation.
fn is_side(speaker: &Speaker<'_>) -> bool {
    matches!(speaker.prefix.as_str(), "left." | "right.")
}

/// "Leave out missing states."; nothing where no such condition stands.
pub(super) fn sentence(voice: &Voice<'_>, query: &QueryIr) -> Option<Phrase> {
    let sides: Vec<(&Select, &str)> = match &query.body {
        Body::Select(select) => vec![(select, "")],
        Body::SetOp { left, right, .. } => vec![(left, "left."), (right, "right.")],
        Body::Staged { stage, .. } | Body::Steps { first: stage, .. } => vec![(stage, "stage.")],
        Body::Each { each, .. } => vec![(each, "each.")],
        Body::Chain { .. } => Vec::new(),
    };
    let mut nouns: Vec<Phrase> = Vec::new();
    // "dishes with no recorded calories"
    let mut rows = Phrase::default();
    for (select, prefix) in sides {
        let speaker = voice.about(select, prefix);
        for at in indexes(&speaker) {
            let Predicate::IsNull { expr, .. } = select.filter.get(at)? else {
                return None;
            };
            let (noun, id) = (missing(speaker.words_of(expr)?), speaker.id(&format!("filter.{at}")));
            match nouns.iter_mut().find(|said| said.text() == noun) {
                Some(said) => *said = said.clone().says(id),
                None => {
                    let source = expr.base_column()?.source;
                    let without = vec![condition::missing(&speaker, expr, false)?];
                    rows = with_modifiers(speaker.noun(source, true)?.into(), without, speaker.relative(source));
                    nouns.push(Phrase::from(noun.as_str()).says(id));
                }
            }
        }
    }
    if let (Body::Select(select), [only]) = (&query.body, &nouns[..])
        && select.items.iter().any(|item| matches!(item.expr, Expr::Percent { .. }))
    {
        // They are no part of the whole either.
        return Some(words!["Leave out", only.retext(rows.text()), "altogether."]);
    }
    if let [only] = &nouns[..] {
        return Some(words![voice.any(&["Leave out", "Ignore"]), only.retext(rows.text()), "."]);
    }
    (!nouns.is_empty()).then(|| words![voice.any(&["Leave out missing", "Ignore missing"]), Phrase::list(nouns, "and"), "."])
}
