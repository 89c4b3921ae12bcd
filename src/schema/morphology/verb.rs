//! Past participles: what was done to a row.

/// Base and past participle of verbs that follow no rule.
#[rustfmt::skip]
const IRREGULAR: &[(&str, &str)] = &[
    ("be", "been"), ("bear", "born"), ("become", "become"), ("begin", "begun"), ("bring", "brought"), ("build", "built"),
    ("buy", "bought"), ("choose", "chosen"), ("come", "come"), ("cut", "cut"), ("do", "done"), ("draw", "drawn"), ("drive", "driven"),
    ("fall", "fallen"), ("find", "found"), ("fly", "flown"), ("get", "got"), ("give", "given"), ("go", "gone"), ("have", "had"),
    ("hit", "hit"), ("hold", "held"), ("keep", "kept"), ("lead", "led"), ("leave", "left"), ("lend", "lent"), ("lose", "lost"),
    ("make", "made"), ("meet", "met"), ("pay", "paid"), ("put", "put"), ("read", "read"), ("run", "run"), ("say", "said"),
    ("see", "seen"), ("sell", "sold"), ("send", "sent"), ("set", "set"), ("sing", "sung"), ("speak", "spoken"), ("spend", "spent"),
    ("swim", "swum"), ("take", "taken"), ("teach", "taught"), ("tell", "told"), ("throw", "thrown"), ("understand", "understood"),
    ("wear", "worn"), ("win", "won"), ("withdraw", "withdrawn"), ("write", "written"), ("hide", "hidden"), ("break", "broken"),
    ("freeze", "frozen"), ("steal", "stolen"), ("shut", "shut"), ("feed", "fed"), ("grow", "grown"), ("sow", "sown"),
];

/// Participles whose simple past is another word.
#[rustfmt::skip]
const PASTS: &[(&str, &str)] = &[
    ("become", "became"), ("begun", "began"), ("chosen", "chose"), ("come", "came"), ("done", "did"), ("drawn", "drew"), ("driven", "drove"),
    ("fallen", "fell"), ("flown", "flew"), ("given", "gave"), ("gone", "went"), ("run", "ran"), ("seen", "saw"), ("sung", "sang"),
    ("spoken", "spoke"), ("swum", "swam"), ("taken", "took"), ("thrown", "threw"), ("worn", "wore"), ("withdrawn", "withdrew"),
    ("written", "wrote"), ("hidden", "hid"), ("broken", "broke"), ("frozen", "froze"), ("stolen", "stole"), ("grown", "grew"), ("sown", "sowed"),
];

/// Verbs whose last consonant doubles although the last syllable is not the only one, or is.
#[rustfmt::skip]
const DOUBLING: &[&str] = &[
    "ship", "refer", "submit", "admit", "permit", "commit", "transfer", "plan", "drop", "stop", "scan", "tag", "log", "occur", "ban",
    "book lag",
];

/// Words in -ed that are no participles.
#[rustfmt::skip]
const NOT_PARTICIPLES: &[&str] = &[
    "bed", "red", "need", "speed", "feed", "seed", "breed", "shed", "sled", "weed", "deed", "greed", "hundred", "embed", "id", "fed",
];

/// Past participle of a base form: "hire" -> "hired", "ship" -> "shipped", "pay" -> "paid".
pub fn past_participle(base: &str) -> String {
    if let Some((_, participle)) = IRREGULAR.iter().find(|(b, _)| *b == base) {
        return (*participle).to_owned();
    }
    if base.ends_with('e') {
        return format!("{base}d");
    }
    if let Some(stem) = base.strip_suffix('y').filter(|s| !s.ends_with(['a', 'e', 'i', 'o', 'u'])) {
        return format!("{stem}ied");
    }
    match base.chars().next_back() {
        Some(last) if DOUBLING.contains(&base) => format!("{base}{last}ed"),
        _ => format!("{base}ed"),
    }
}

/// Who did it, of a past participle that follows no rule: "paid" -> "payer", "driven" -> "driver", "won" -> "winner".
pub fn agent_of_irregular(participle: &str) -> Option<String> {
    let (base, _) = IRREGULAR.iter().find(|(_, done)| *done == participle)?;
    let is_vowel = |c: char| "aeiou".contains(c);
    let mut ending = base.chars().rev();
    Some(match (ending.next(), ending.next(), ending.next()) {
        (Some('e'), ..) => format!("{base}r"),
        (Some(last), Some(vowel), Some(before)) if is_vowel(vowel) && !is_vowel(before) && !is_vowel(last) && !"wxy".contains(last) => {
            format!("{base}{last}er")
        }
        _ => format!("{base}er"),
    })
}

/// Simple past of a past participle: "written" -> "wrote", "placed" -> "placed".
pub fn simple_past(participle: &str) -> &str {
    PASTS
        .iter()
        .find(|(done, _)| *done == participle)
        .map_or(participle, |(_, past)| past)
}

/// Whether a word is a past participle, as far as its form tells.
pub fn is_participle(word: &str) -> bool {
    // A hyphenated compound is what its last part is: "full-grown", "pre-owned".
    let last = word.rsplit('-').next().unwrap_or(word);
    (last.len() > 3 && last.ends_with("ed") && !NOT_PARTICIPLES.contains(&last))
        || IRREGULAR.iter().any(|(base, participle)| *participle == last && base != participle)
}

/// Base form of a third person singular: "accepts" -> "accept", "carries" -> "carry", "has" -> "have".
pub fn base_form(third_person: &str) -> String {
    match third_person {
        "has" => return "have".into(),
        "is" | "was" => return "be".into(),
        "does" => return "do".into(),
        _ => {}
    }
    if let Some(stem) = third_person.strip_suffix("ies").filter(|s| s.len() > 1) {
        return format!("{stem}y");
    }
    for end in ["sses", "shes", "ches", "xes", "zzes", "oes"] {
        if third_person.ends_with(end) {
            return third_person.trim_end_matches("es").to_owned();
        }
    }
    third_person.strip_suffix('s').unwrap_or(third_person).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn participles_of_what_happens_in_databases() {
        for (base, participle) in [
            ("hire", "hired"),
            ("return", "returned"),
            ("ship", "shipped"),
            ("pay", "paid"),
            ("write", "written"),
            ("cancel", "canceled"),
            ("carry", "carried"),
            ("deploy", "deployed"),
            ("submit", "submitted"),
            ("open", "opened"),
            ("sell", "sold"),
            ("deliver", "delivered"),
            ("lend", "lent"),
        ] {
            assert_eq!(past_participle(base), participle);
            assert!(is_participle(participle), "{participle}");
        }
        assert!(!is_participle("speed") && !is_participle("novel") && !is_participle("hundred"));
    }

    #[test]
    fn third_persons_lose_their_ending() {
        for (third, base) in [
            ("accepts", "accept"),
            ("carries", "carry"),
            ("has", "have"),
            ("teaches", "teach"),
            ("allows", "allow"),
            ("serves", "serve"),
        ] {
            assert_eq!(base_form(third), base);
        }
    }
}
