//! Units: what a number is counted in, from the end of a name or a comment.
//!
//! Limits: a single letter, and "ms", are units only beside a word that says what is measured. Invariant: what is taken for a unit is so in any schema.

/// A suffix, the unit as said, and the noun for a column that is named by the unit alone.
#[rustfmt::skip]
const UNITS: &[(&str, &str)] = &[
    ("kg", "kg"), ("g", "g"), ("mg", "mg"), ("lb", "pounds"), ("lbs", "pounds"), ("oz", "ounces"), ("cm", "cm"), ("mm", "mm"),
    ("m", "metres"), ("km", "km"), ("kilograms", "kg"), ("kilogram", "kg"), ("grams", "g"), ("pounds", "pounds"), ("ounces", "ounces"),
    ("centimeters", "cm"), ("centimetres", "cm"), ("millimeters", "mm"), ("meters", "metres"), ("metres", "metres"), ("kilometers", "km"),
    ("kilometres", "km"), ("mi", "miles"), ("miles", "miles"), ("feet", "feet"), ("inches", "inches"), ("inch", "inches"),
    ("minutes", "minutes"), ("hours", "hours"), ("days", "days"), ("weeks", "weeks"), ("months", "months"), ("years", "years"),
    ("seconds", "seconds"), ("ms", "milliseconds"), ("milliseconds", "milliseconds"), ("usd", "dollars"), ("dollars", "dollars"),
    ("eur", "euros"), ("euros", "euros"), ("euro", "euros"), ("gbp", "pounds sterling"), ("percent", "percent"),
    ("percentage", "percent"), ("m2", "square metres"), ("sqm", "square metres"), ("sqft", "square feet"), ("ha", "hectares"),
    ("hectares", "hectares"), ("celsius", "degrees Celsius"), ("fahrenheit", "degrees Fahrenheit"), ("mb", "MB"), ("gb", "GB"),
    ("kb", "KB"), ("tb", "TB"), ("mph", "miles per hour"), ("kmh", "km/h"), ("kph", "km/h"), ("kwh", "kWh"), ("kw", "kW"), ("hz", "Hz"),
    ("mhz", "MHz"), ("ghz", "GHz"), ("litres", "litres"), ("liters", "litres"), ("ml", "ml"), ("cents", "cents"), ("bytes", "bytes"),
    ("watts", "watts"), ("volts", "volts"), ("nights", "nights"), ("mw", "MW"), ("gw", "GW"), ("mwh", "MWh"), ("gwh", "GWh"), ("kva", "kVA"),
    ("kv", "kV"), ("deg", "degrees"), ("degrees", "degrees"), ("bpm", "beats per minute"), ("rpm", "rpm"), ("hpa", "hPa"), ("kpa", "kPa"),
    ("chf", "Swiss francs"), ("tonnes", "tonnes"), ("nmi", "nautical miles"),
];

/// Letters and shorts that are units after one of these words alone.
#[rustfmt::skip]
const BESIDE: &[(&str, &str, &[&str])] = &[
    ("c", "degrees Celsius", &["temperature", "point"]), ("f", "degrees Fahrenheit", &["temperature", "point"]),
    ("d", "days", &["time", "duration", "age", "delay", "period", "interval", "lifetime"]),
    ("h", "hours", &["time", "duration", "delay", "interval", "downtime", "uptime"]),
    ("t", "tonnes", &["quantity", "weight", "mass", "load", "tonnage", "capacity", "cargo", "yield", "harvest", "net", "gross", "tare"]),
    ("s", "seconds", &["time", "duration", "delay", "interval", "reverb"]),
    ("l", "litres", &["volume", "quantity", "capacity", "fuel", "yield"]),
    ("ms", "metres per second", &["wind", "speed", "velocity", "gust", "cut in", "cut out"]),
];

/// What stands under the bar of "g_dl", "eur_t", "km_h".
#[rustfmt::skip]
const UNDER: &[(&str, &str)] = &[
    ("dl", "dl"), ("l", "litre"), ("ml", "ml"), ("t", "tonne"), ("kg", "kg"), ("ha", "hectare"), ("h", "hour"), ("s", "second"), ("m2", "square metre"),
    ("m3", "cubic metre"), ("kwh", "kWh"), ("mwh", "MWh"), ("day", "day"), ("hour", "hour"), ("night", "night"),
];
/// Amounts of substance, which stand over a bar only.
const OVER: &[&str] = &["mmol", "mol", "ug", "mcg", "ng"];

/// Units of money.
pub(super) const MONEY: &[&str] = &["dollars", "euros", "pounds sterling", "Swiss francs", "cents"];
/// Units of what averages and does not sum.
#[rustfmt::skip]
const INTENSIVE: &[&str] = &[
    "metres per second", "km/h", "miles per hour", "degrees Celsius", "degrees Fahrenheit", "degrees", "beats per minute", "rpm", "hPa", "kPa", "Hz",
    "MHz", "GHz", "volts", "kV",
];

/// The unit at the end of a name, and how many words stand before it: "haemoglobin g dl" is haemoglobin in g/dl.
pub(crate) fn at_end(words: &[String]) -> Option<(usize, String)> {
    let (last, front) = words.split_last()?;
    if let (Some((over, rest)), Some((_, under))) = (front.split_last(), UNDER.iter().find(|(short, _)| short == last)) {
        let over = word(over).or_else(|| OVER.iter().find(|o| *o == over).copied());
        // "length in m", "s": what is counted must be money, matter or a distance for the bar to be one.
        let counted = |unit: &str| {
            MONEY.contains(&unit) || OVER.contains(&unit) || ["g", "mg", "kg", "km", "mm", "cm", "metres", "litres", "ml"].contains(&unit)
        };
        if let Some(over) = over.filter(|unit| counted(unit)) {
            let said = match (over, *under) {
                ("km", "hour") => "km/h".to_owned(),
                (over, "dl" | "ml" | "kg") if !MONEY.contains(&over) => format!("{over}/{under}"),
                (over, "litre") if OVER.contains(&over) || over.ends_with('g') => format!("{over}/l"),
                _ => format!("{over} per {under}"),
            };
            return Some((rest.len(), said));
        }
    }
    let before = front.last().map_or("", String::as_str);
    let two = front.get(front.len().saturating_sub(2)..).unwrap_or(front).join(" ");
    let beside = BESIDE
        .iter()
        .find(|(short, _, words)| short == last && (words.contains(&before) || words.contains(&two.as_str())));
    let unit = beside.map(|(_, unit, _)| *unit).or_else(|| word(last))?;
    Some((front.len(), unit.to_owned()))
}

/// Whether what is counted in the unit averages and does not sum: a speed, a temperature, a concentration.
pub(crate) fn is_intensive(unit: &str) -> bool {
    let rate = unit.contains('/') || unit.contains(" per ");
    INTENSIVE.contains(&unit) || (rate && !MONEY.iter().any(|money| unit.starts_with(money)))
}

/// What stands after "per" in a name, in full: "price per t".
pub(super) fn under(short: &str) -> Option<&'static str> {
    UNDER.iter().find(|(s, _)| *s == short).map(|(_, said)| *said)
}

/// What is measured in a unit, for a name that does not say it: "rated kW" is a rated power.
pub(super) fn dimension(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "kg" | "g" | "mg" | "pounds" | "ounces" | "tonnes" => "weight",
        "kW" | "MW" | "GW" | "watts" => "power",
        "kWh" | "MWh" | "GWh" => "energy",
        "metres per second" | "km/h" | "miles per hour" => "speed",
        "degrees Celsius" | "degrees Fahrenheit" => "temperature",
        "km" | "miles" | "nautical miles" => "distance",
        "percent" => "share",
        _ => return None,
    })
}

/// The unit that a word of a name stands for.
pub(crate) fn word(word: &str) -> Option<&'static str> {
    UNITS.iter().find(|(suffix, _)| *suffix == word).map(|(_, unit)| *unit)
}

/// The unit that a comment names: "price in USD", "(kg)", "length in minutes", "Late fee in euros.".
pub(super) fn of_comment(comment: &str) -> Option<&'static str> {
    let text = comment.to_lowercase().replace(['$', '€'], " ");
    if comment.contains('$') && !comment.contains("US$") && comment.contains("($)") {
        return Some("dollars");
    }
    if comment.contains("(€)") {
        return Some("euros");
    }
    if let Some(inside) = text
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(')'))
        .map(|(inside, _)| inside)
        && let Some(unit) = phrase(inside.trim().trim_start_matches("in "))
    {
        return Some(unit);
    }
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .filter(|w| !w.is_empty())
        .collect();
    words.iter().enumerate().filter(|(_, w)| **w == "in").find_map(|(i, _)| {
        let rest = words.get(i + 1..)?;
        let two = rest.get(..2).map(|pair| pair.join(" "));
        two.as_deref().and_then(phrase).or_else(|| rest.first().and_then(|w| phrase(w)))
    })
}

fn phrase(said: &str) -> Option<&'static str> {
    match said {
        "us dollars" => Some("dollars"),
        "square metres" | "square meters" => Some("square metres"),
        "square feet" => Some("square feet"),
        "square kilometres" | "square kilometers" => Some("square kilometres"),
        // "m" or "g" after "in" is a unit only in parentheses; single letters are too often something else.
        _ => word(said),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_in_units_where_they_surely_do() {
        let read = |name: &str| {
            let words: Vec<String> = name.split(' ').map(str::to_owned).collect();
            at_end(&words).map(|(kept, unit)| format!("{}|{unit}", words[..kept].join(" ")))
        };
        for (name, want) in [
            ("haemoglobin g dl", Some("haemoglobin|g/dl")),
            ("price eur t", Some("price|euros per tonne")),
            ("speed km h", Some("speed|km/h")),
            ("glucose mmol l", Some("glucose|mmol/l")),
            ("storage temperature c", Some("storage temperature|degrees Celsius")),
            ("vitamin c", None),
            ("lead time d", Some("lead time|days")),
            ("vitamin d", None),
            ("quantity t", Some("quantity|tonnes")),
            ("net t", Some("net|tonnes")),
            ("ppv mm s", Some("ppv|mm per second")),
            ("wind ms", Some("wind|metres per second")),
            ("cut in ms", Some("cut in|metres per second")),
            ("response ms", Some("response|milliseconds")),
            ("latitude deg", Some("latitude|degrees")),
            ("lost mwh", Some("lost|MWh")),
            ("duration hours", Some("duration|hours")),
        ] {
            assert_eq!(read(name).as_deref(), want, "{name}");
        }
    }

    #[test]
    fn an_adjective_needs_what_it_says_it_of() {
        assert_eq!(
            ["kW", "MWh", "percent", "minutes"].map(dimension),
            [Some("power"), Some("energy"), Some("share"), None]
        );
    }

    #[test]
    fn comments_name_units() {
        for (comment, unit) in [
            ("price in USD", Some("dollars")),
            ("Weight (kg)", Some("kg")),
            ("running time in minutes", Some("minutes")),
            ("Late fee in euros.", Some("euros")),
            ("in square metres", Some("square metres")),
            ("When it was hired", None),
            ("in the warehouse", None),
            ("Yearly, in dollars.", Some("dollars")),
        ] {
            assert_eq!(of_comment(comment), unit, "{comment}");
        }
    }
}
