//! Whether a text is one that a provider could have written, where its texts have a form: check digits, addresses of the net, codes by their pattern.
//!
//! Limit: names, places and sentences have no form that tells a right one from a wrong one. Invariant (tested): every provider's own texts are its own.

use super::code::{ean_check, orcid_check, vin_check};
use super::find;

/// None where the provider's texts have no form.
pub fn is_one(name: &str, text: &str) -> Option<bool> {
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    Some(match find(name)?.name {
        "code.isbn13" => (text.starts_with("978") || text.starts_with("979")) && is_ean(text),
        "code.ean13" => is_ean(text),
        "code.phone" => {
            let count = text.bytes().filter(u8::is_ascii_digit).count();
            (7..=15).contains(&count) && text.starts_with('+') && text.bytes().skip(1).all(|b| b.is_ascii_digit() || b == b'-' || b == b' ')
        }
        "code.uuid" => {
            let groups: Vec<&str> = text.split('-').collect();
            let hex = |t: &str| t.bytes().all(|b| b.is_ascii_hexdigit());
            groups.iter().map(|g| g.len()).eq([8, 4, 4, 4, 12]) && groups.iter().all(|g| hex(g))
        }
        "code.ip" => {
            let parts: Vec<&str> = text.split('.').collect();
            parts.len() == 4 && parts.iter().all(|p| digits(p) && p.parse::<u8>().is_ok())
        }
        "code.iban" => is_iban(text),
        "code.orcid" => {
            let plain: String = text.chars().filter(|c| *c != '-').collect();
            let (head, check) = plain.split_at_checked(15)?;
            text.split('-').map(str::len).eq([4; 4]) && digits(head) && check.chars().eq([orcid_check(head)])
        }
        "code.vin" => {
            let written = |b: u8| b.is_ascii_digit() || (b.is_ascii_uppercase() && !b"IOQ".contains(&b));
            text.len() == 17 && text.bytes().all(written) && text.chars().nth(8) == Some(vin_check(text))
        }
        "code.sku" => like(text, "??-###-####"),
        "code.reference" => like(text, "???-######"),
        "code.plate" => like(text, "???-####"),
        "code.hash" => text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit()),
        "person.email" => text
            .split_once('@')
            .is_some_and(|(who, host)| !who.is_empty() && !has_blank(who) && is_host(host)),
        "company.domain" => is_host(text),
        "company.url" => text
            .strip_prefix("https://")
            .is_some_and(|rest| is_host(rest.split('/').next().unwrap_or_default())),
        "place.latitude" => text.parse::<f64>().is_ok_and(|x| x.abs() <= 90.0),
        "place.longitude" => text.parse::<f64>().is_ok_and(|x| x.abs() <= 180.0),
        _ => return None,
    })
}

fn has_blank(text: &str) -> bool {
    text.chars().any(|c| c.is_whitespace() || c == '@')
}

fn is_host(text: &str) -> bool {
    !has_blank(text) && text.contains('.') && text.split('.').all(|label| !label.is_empty())
}

fn is_ean(text: &str) -> bool {
    let all = text.len() == 13 && text.bytes().all(|b| b.is_ascii_digit());
    all && text.get(..12).is_some_and(|head| text.ends_with(ean_check(head)))
}

/// ISO 13616: the country and its check digits moved to the end, letters as numbers from 10, leave 1 modulo 97.
fn is_iban(text: &str) -> bool {
    if !(15..=34).contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) {
        return false;
    }
    let (head, rest) = text.split_at(4);
    let remainder = rest.bytes().chain(head.bytes()).fold(0_u32, |r, b| match b {
        b'0'..=b'9' => (r * 10 + u32::from(b - b'0')) % 97,
        letter => (r * 100 + u32::from(letter - b'A') + 10) % 97,
    });
    remainder == 1
}

/// `#` a digit, `?` a capital letter.
fn like(text: &str, pattern: &str) -> bool {
    let fits = |(c, p): (char, char)| match p {
        '#' => c.is_ascii_digit(),
        '?' => c.is_ascii_uppercase(),
        other => c == other,
    };
    text.chars().count() == pattern.len() && text.chars().zip(pattern.chars()).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datagen::provider::{PROVIDERS, samples};

    #[test]
    fn every_provider_knows_its_own_texts() {
        let mut formed = 0;
        for provider in PROVIDERS.iter().flat_map(|family| family.iter()) {
            for text in samples(provider.name) {
                assert_ne!(is_one(provider.name, &text), Some(false), "{}: {text:?}", provider.name);
            }
            formed += u32::from(is_one(provider.name, "").is_some());
        }
        assert!(formed >= 15, "{formed} providers have a form");
    }

    #[test]
    fn what_is_near_is_none() {
        for (name, right, wrong) in [
            ("code.isbn13", "9780306406157", "9780306406158"),
            ("code.iban", "DE89370400440532013000", "DE88370400440532013000"),
            ("code.ip", "10.0.0.1", "10.0.0.256"),
            ("code.orcid", "0000-0002-1825-0097", "0000-0002-1825-0098"),
            (
                "code.uuid",
                "6f2b8c1e-0000-4000-8000-000000000001",
                "6f2b8c1e-0000-4000-8000-00000000000",
            ),
            ("faker.email", "a@example.org", "a at example.org"),
            ("company.url", "https://www.a.com", "www.a.com"),
            ("code.phone", "+49 110 0000001", "call me"),
            ("place.latitude", "-89.5", "95"),
        ] {
            assert_eq!((is_one(name, right), is_one(name, wrong)), (Some(true), Some(false)), "{name}");
        }
        assert_eq!(is_one("person.full_name", "Ann Lee"), None);
    }
}
