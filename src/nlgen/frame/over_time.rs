//! Period by period: a figure with its running total or its change.

use super::{Frame, per_period};
use crate::nlgen::literal::count;
use crate::nlgen::phrase::Phrase;
use crate::nlgen::speaker::Voice;
use crate::query::ir::{Body, DatePart, Expr, QueryIr, Window};
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
    let unit = match when.expr {
        Expr::Trunc { part: DatePart::Month, .. } | Expr::Part { part: DatePart::Month, .. } => "month",
        _ => "year",
    };
    let (figure, asks) = per_period::figure(&speaker, &when.expr, &figure.expr, "item.1")?;
    let extra = match func {
        Window::RunningSum => Phrase::from(voice.any(&["the running total", "a running total", "the cumulative total"])).says("item.2"),
        Window::Lag if percent => {
            words!["the percentage change from the previous", unit].says_with("item.2", vec!["100.0".into(), "2".into()])
        }
        Window::Lag => words!["the change from the previous", unit].says("item.2"),
        Window::MovingAvg(before) => words![
            format!("a {}-{unit}", count(u64::from(*before) + 1)),
            voice.any(&["moving average", "rolling average"])
        ]
        .says_with("item.2", vec![before.to_string()]),
        _ => return None,
    };
    let order = Phrase::from(per_period::in_order(&speaker, &when.expr)).says("order.0");
    let show = voice.any(&["Show", "List", if asks { "Tell me" } else { "Give me" }]);
    let with = voice.any(&["with", "along with", "together with"]);
    let round = if percent { "Round the percentage to two decimals." } else { "" };
    Some(words![show, figure, ",", with, extra, ",", order, ".", round])
}
