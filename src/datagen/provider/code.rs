//! Codes: values that belong to one row and are looked up, not grouped. Check digits are right where the kind has them.

use super::{Locale, Provider, number};
use crate::datagen::distribution::Pattern;

macro_rules! code {
    ($name:literal, $size:expr, $width:literal, $patterns:expr, $write:expr) => {
        Provider {
            name: $name,
            entity: "",
            patterns: &$patterns,
            shared: false,
            width: $width,
            entities: || $size,
            distinct: || $size,
            write: $write,
        }
    };
}

pub(super) static PROVIDERS: &[Provider] = &[
    code!("code.isbn13", 1_000_000_000, 13, ["isbn", "isbn13", "isbn 13"], |c, out| {
        let digits = format!("978{:09}", c.entity);
        out.push_str(&digits);
        out.push(ean_check(&digits));
        number(c.cycle, out);
    }),
    code!(
        "code.iata",
        17_576,
        3,
        [
            "airport/code",
            "airport code",
            "iata",
            "iata code",
            "airport iata",
            "iata airport code"
        ],
        |c, out| {
            let letters = [c.entity / 676 % 26, c.entity / 26 % 26, c.entity % 26];
            out.extend(letters.into_iter().filter_map(|n| char::from_u32(65 + u32::try_from(n).ok()?)));
            number(c.cycle, out);
        }
    ),
    code!(
        "code.ean13",
        1_000_000_000,
        13,
        ["barcode", "ean", "upc", "gtin", "ean13"],
        |c, out| {
            let digits = format!("400{:09}", c.entity);
            out.push_str(&digits);
            out.push(ean_check(&digits));
            number(c.cycle, out);
        }
    ),
    code!(
        "code.phone",
        790 * 10_000_000,
        15,
        [
            "phone",
            "phone number",
            "telephone",
            "mobile",
            "fax",
            "cell",
            "home phone",
            "tel",
            "contact number",
            "phone no",
            "mobile number"
        ],
        |c, out| {
            let (area, rest) = (c.entity % 790, c.entity / 790);
            if let Some(calling) = c.locale.map(Locale::calling).filter(|c| *c != "+1") {
                out.push_str(&format!("{calling} {} {rest:07}", 110 + area));
                return number(c.cycle, out);
            }
            out.push_str(&format!("+1-{}-{:03}-{:04}", 200 + area, rest / 10_000, rest % 10_000));
            number(c.cycle, out);
        }
    ),
    code!(
        "code.uuid",
        1 << 62,
        36,
        ["uuid", "guid", "token", "session id", "request id"],
        |c, out| {
            // Version 4's shape. The entity's 62 bits fill the second half, so that two entities never meet; the row fills the first.
            let high = c.row.index(7).0;
            out.push_str(&format!(
                "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
                high >> 32,
                (high >> 16) & 0xffff,
                (c.cycle ^ high) & 0xfff,
                0x8000 | (c.entity >> 48),
                c.entity & 0xffff_ffff_ffff
            ));
            if c.cycle > 0 {
                // 2^62 rows are past every limit; the cycle still shows, as every provider promises.
                number(c.cycle, out);
            }
        }
    ),
    code!(
        "code.sku",
        26 * 26 * 10_000_000,
        12,
        [
            "sku",
            "product code",
            "item code",
            "part number",
            "model number",
            "serial number",
            "serial",
            "sku code"
        ],
        |c, out| {
            Pattern::new("??-###-####").write(c.entity, out);
            number(c.cycle, out);
        }
    ),
    code!(
        "code.reference",
        1_000_000_000,
        13,
        [
            "reference",
            "reference number",
            "order number",
            "invoice number",
            "tracking number",
            "confirmation number",
            "receipt number",
            "account number",
            "policy number",
            "card number",
            "membership number",
            "ticket number",
            "license number"
        ],
        |c, out| {
            Pattern::new("???-######").write(c.entity, out);
            number(c.cycle, out);
        }
    ),
    code!("code.orcid", 10_000_000, 19, ["orcid", "orcid id"], |c, out| {
        let digits = format!("00000002{:07}", c.entity);
        let check = orcid_check(&digits);
        let (groups, last) = digits.split_at(12);
        for group in groups.as_bytes().chunks(4) {
            out.extend(group.iter().map(|d| char::from(*d)));
            out.push('-');
        }
        out.push_str(last);
        out.push(check);
        number(c.cycle, out);
    }),
    code!(
        "code.vin",
        8_000_000,
        17,
        [
            "vin",
            "vin number",
            "chassis number",
            "frame number",
            "bastidor",
            "fahrgestellnummer",
            "numero bastidor"
        ],
        |c, out| {
            out.push_str(&vin(c.entity));
            number(c.cycle, out);
        }
    ),
    code!(
        "code.plate",
        26 * 26 * 26 * 10_000,
        8,
        [
            "plate",
            "license plate",
            "licence plate",
            "number plate",
            "registration number",
            "plate number",
            "matricula",
            "immatriculation"
        ],
        |c, out| {
            Pattern::new("???-####").write(c.entity, out);
            number(c.cycle, out);
        }
    ),
    code!(
        "code.ip",
        223 << 24,
        15,
        ["ip", "ip address", "ipv4", "client ip", "remote addr"],
        |c, out| {
            let n = c.entity + (1 << 24);
            out.push_str(&format!("{}.{}.{}.{}", n >> 24, n >> 16 & 255, n >> 8 & 255, n & 255));
            number(c.cycle, out);
        }
    ),
    code!(
        "code.hash",
        1 << 62,
        32,
        [
            "hash",
            "password",
            "password hash",
            "checksum",
            "md5",
            "digest",
            "salt",
            "api key",
            "secret"
        ],
        |c, out| {
            out.push_str(&format!("{:016x}{:016x}", c.row.index(3).0, c.entity));
            number(c.cycle, out);
        }
    ),
    code!("code.iban", 1_000_000_000_000_000_000, 22, ["iban", "bank account"], |c, out| {
        // ISO 7064 mod 97-10 over the account, then "DE00" as numbers.
        let account = format!("{:018}", c.entity);
        let remainder = format!("{account}131400")
            .bytes()
            .fold(0_u64, |r, d| (r * 10 + u64::from(d - b'0')) % 97);
        out.push_str(&format!("DE{:02}{account}", 98 - remainder));
        number(c.cycle, out);
    }),
    code!(
        "code.file",
        1_000_000_000,
        18,
        [
            "file",
            "file name",
            "filename",
            "path",
            "image",
            "photo path",
            "picture",
            "photo",
            "image url",
            "file path",
            "attachment"
        ],
        |c, out| {
            out.push_str(&format!("file_{:09}.jpg", c.entity));
            number(c.cycle, out);
        }
    ),
];

/// The last digit of an EAN-13 or ISBN-13.
/// The last character of an ORCID iD (ISO 7064, mod 11-2).
pub(super) fn orcid_check(digits: &str) -> char {
    let total = digits.bytes().fold(0_u32, |total, d| (total + u32::from(d - b'0')) * 2 % 11);
    match (12 - total) % 11 {
        10 => 'X',
        digit => char::from(b'0' + digit as u8),
    }
}

/// What vehicle identification numbers are written in: no I, O or Q.
const VIN_LETTERS: &[u8] = b"ABCDEFGHJKLMNPRSTUVWXYZ0123456789";
/// Makers, as the first three characters say them.
const VIN_MAKERS: [&str; 8] = ["WVW", "WBA", "VF1", "VSS", "ZFA", "SAL", "1FA", "JTD"];

/// A vehicle identification number of 17 characters; two entities below 8,000,000 give two.
fn vin(entity: u64) -> String {
    let maker = VIN_MAKERS.get((entity / 1_000_000 % 8) as usize).copied().unwrap_or_default();
    let mut rest = entity.wrapping_mul(2_654_435_761) >> 7;
    let mut letter = |among: &[u8]| {
        let n = among.len() as u64;
        let picked = among.get((rest % n) as usize).copied().unwrap_or(b'A');
        rest /= n;
        char::from(picked)
    };
    let model: String = (0..5).map(|_| letter(VIN_LETTERS)).collect();
    let (year, plant) = (letter(b"678ABCDEFGHJKLMNPRS"), letter(b"ABCDEFGHJKLMNPRSTUVWXYZ"));
    let serial = entity % 1_000_000;
    let number = format!("{maker}{model}0{year}{plant}{serial:06}");
    let check = vin_check(&number);
    format!("{maker}{model}{check}{year}{plant}{serial:06}")
}

/// The ninth character of a vehicle identification number (ISO 3779, 49 CFR 565), whatever stands there.
pub(super) fn vin_check(number: &str) -> char {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let value = |c: u8| match c {
        b'0'..=b'9' => u32::from(c - b'0'),
        b'A'..=b'H' => u32::from(c - b'A') + 1,
        b'J'..=b'R' => u32::from(c - b'J') + 1,
        _ => u32::from(c.saturating_sub(b'S')) + 2,
    };
    let sum: u32 = number.bytes().zip(WEIGHTS).map(|(c, weight)| value(c) * weight).sum();
    match sum % 11 {
        10 => 'X',
        digit => char::from(b'0' + digit as u8),
    }
}

pub(super) fn ean_check(digits: &str) -> char {
    let sum: u32 = digits
        .bytes()
        .enumerate()
        .map(|(i, d)| u32::from(d - b'0') * if i % 2 == 0 { 1 } else { 3 })
        .sum();
    char::from(b'0' + ((10 - sum % 10) % 10) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datagen::provider::Choice;
    use crate::kernel::seed::Seed;

    #[test]
    fn check_digits_are_right() {
        assert_eq!(ean_check("978030640615"), '7');
        assert_eq!((orcid_check("000000021825009"), orcid_check("000000021694233")), ('7', 'X'));
        assert_eq!((vin_check("1M8GDM9A_KP042788"), vin_check("11111111111111111")), ('X', '1'));
        assert!(
            (0..5000)
                .map(|e| vin(e * 1601))
                .all(|v| v.len() == 17 && v.chars().nth(8) == Some(vin_check(&v)))
        );
        let mut iban = String::new();
        let write = PROVIDERS.iter().find(|p| p.name == "code.iban").map(|p| p.write);
        assert!(write.is_some());
        if let Some(write) = write {
            write(
                Choice {
                    entity: 370_400_440_532_013_000,
                    cycle: 0,
                    row: Seed(1),
                    locale: None,
                },
                &mut iban,
            );
        }
        assert_eq!(iban, "DE89370400440532013000");
    }
}
