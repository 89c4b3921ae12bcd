//! Units: what a number is counted in, from a name's last word or a comment.

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
    ("watts", "watts"), ("volts", "volts"), ("nights", "nights"),
];

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
