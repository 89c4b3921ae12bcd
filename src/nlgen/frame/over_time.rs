//! Period by period: a figure with its running total or its change.

use super::{Frame, implied, says_all, subject};
use crate::nlgen::items::{aggregate, period};
use crate::nlgen::literal::count;
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::Voice;
use crate::query::ir::{Body, Expr, QueryIr, Window};
use crate::words;

/// The registry entry.
pub(super) const FRAME: Frame = Frame { name: "over_time", say };

fn say(voice: &Voice<'_>, query: &QueryIr) -> Option<Phrase> {
    let Body::Select(select) = &query.body else { return None };
    let [when, figure, last] = &select.items[..] else { return None };
    let func = match &last.expr {
        Expr::Window { func, .. } => func,
        Expr::Minus { right: of, .. } | Expr::Percent { whole: of, .. } => match of.as_ref() {
            Expr::Window { func, .. } => func,
            _ => return None,
        },
        _ => return None,
    };
    let percent = matches!(last.expr, Expr::Percent { .. });
    if !select.is_grouped() {
        return None;
    }
    let speaker = voice.about(select, "");
    let skip = implied(&speaker, &[&when.expr]);
    let unit = if matches!(when.expr, Expr::Trunc { .. }) { "month" } else { "year" };
    let key = period(&speaker, &when.expr)?;
    let key = says_all(key.says("item.0").says("group.0"), &speaker, &skip);
    let figure = aggregate(&speaker, &figure.expr, subject(&speaker, &skip)?)?.says("item.1");
    let extra = match func {
        Window::RunningSum => Phrase::from(voice.any(&["the running total", "the cumulative total so far"])),
        Window::Lag if percent => words![
            "the percentage change from the previous",
            unit,
            "that has any (rounded to two decimals)"
        ],
        Window::Lag => words!["the change from the previous", unit, "that has any"],
        Window::MovingAvg(before) => words![
            voice.any(&["the moving average", "the rolling average"]),
            format!("over that {unit} and the {} before it that have any", count(u64::from(*before)))
        ],
        _ => return None,
    };
    let extra = match func {
        Window::Lag if percent => extra.says_with("item.2", vec!["100.0".into(), "2".into()]),
        Window::MovingAvg(before) => extra.says_with("item.2", vec![before.to_string()]),
        _ => extra.says("item.2"),
    };
    let order = words!["in", "chronological order"].says("order.0");
    Some(words![
        voice.any(&["Show", "List", "Give me"]),
        figure,
        "by",
        key,
        voice.any(&["with", "along with"]),
        extra,
        ",",
        order,
        "."
    ])
}
