//! Numbers as text, fast: four digits a step from one table, straight into the output.
//!
//! Callers give a buffer with room ([`WIDTH_MAX`] bytes past `at`); what does not fit is left out rather than written past the end.
//! Invariant: the text reads back as the same number; a float has its shortest such text, without an exponent.

use std::io::Write;

/// Most bytes of an integer or decimal of 64 bits: sign, 20 digits, a point and a leading zero, rounded up to whole steps.
pub(super) const WIDTH_MAX: usize = 32;

const STEP: u64 = 10_000;

/// "0000" to "9999".
static FOUR: [[u8; 4]; STEP as usize] = four();

const fn four() -> [[u8; 4]; STEP as usize] {
    let mut table = [[0; 4]; STEP as usize];
    let mut n = 0;
    while n < STEP as usize {
        table[n] = [
            b'0' + (n / 1000) as u8,
            b'0' + (n / 100 % 10) as u8,
            b'0' + (n / 10 % 10) as u8,
            b'0' + (n % 10) as u8,
        ];
        n += 1;
    }
    table
}

/// Writes `bytes` at `at`.
#[inline]
pub(super) fn put<const N: usize>(out: &mut [u8], at: usize, bytes: [u8; N]) {
    if let Some(slot) = out.get_mut(at..).and_then(|rest| rest.first_chunk_mut::<N>()) {
        *slot = bytes;
    }
}

#[inline]
fn table(n: u64) -> u32 {
    u32::from_le_bytes(FOUR.get(n as usize).copied().unwrap_or_default())
}

/// The last `digits` (at most 4) of a number below 10,000, with leading zeros.
#[inline]
fn padded(out: &mut [u8], at: usize, n: u64, digits: usize) -> usize {
    put(out, at, (table(n) >> (8 * (4 - digits))).to_le_bytes());
    at + digits
}

/// A number without leading zeros; returns where it ends.
#[inline]
pub(super) fn whole(out: &mut [u8], at: usize, n: u64) -> usize {
    if n < STEP {
        let digits = 1 + usize::from(n >= 10) + usize::from(n >= 100) + usize::from(n >= 1000);
        padded(out, at, n, digits)
    } else {
        let at = whole_large(out, at, n / STEP);
        padded(out, at, n % STEP, 4)
    }
}

fn whole_large(out: &mut [u8], at: usize, n: u64) -> usize {
    whole(out, at, n)
}

/// A signed number.
#[inline]
pub(super) fn integer(out: &mut [u8], mut at: usize, n: i64) -> usize {
    if n < 0 {
        put(out, at, [b'-']);
        at += 1;
    }
    whole(out, at, n.unsigned_abs())
}

/// `n / 10^scale` with exactly `scale` digits after the point.
#[inline]
pub(super) fn decimal(out: &mut [u8], mut at: usize, n: i64, scale: usize) -> usize {
    if n < 0 {
        put(out, at, [b'-']);
        at += 1;
    }
    let n = n.unsigned_abs();
    // Division by a constant is a multiplication; money has two digits.
    let (before, after) = match scale {
        0 => return whole(out, at, n),
        2 => (n / 100, n % 100),
        4 => (n / STEP, n % STEP),
        _ => {
            let factor = 10_u64.checked_pow(scale as u32).unwrap_or(u64::MAX);
            (n / factor, n % factor)
        }
    };
    at = whole(out, at, before);
    put(out, at, [b'.']);
    fraction(out, at + 1, after, scale)
}

fn fraction(out: &mut [u8], at: usize, n: u64, digits: usize) -> usize {
    if digits <= 4 {
        return padded(out, at, n, digits);
    }
    let at = fraction(out, at, n / STEP, digits - 4);
    padded(out, at, n % STEP, 4)
}

/// A decimal of more than 64 bits, as a text of its own.
pub(super) fn wide_decimal(n: i128, scale: usize) -> String {
    let digits = format!("{:0width$}", n.unsigned_abs(), width = scale + 1);
    let (before, after) = digits.split_at(digits.len() - scale);
    let sign = if n < 0 { "-" } else { "" };
    let point = if scale > 0 { "." } else { "" };
    format!("{sign}{before}{point}{after}")
}

/// A float's shortest text, when it has at most four digits after the point and few before; None: ask [`long_float`].
#[inline]
pub(super) fn short_float(out: &mut [u8], at: usize, x: f64) -> Option<usize> {
    // A decimal of at most 15 digits is the shortest text of the float nearest to it, and n / 10^4 is that float: both are exact.
    let scaled = (x * 10_000.0).round();
    if scaled.abs() >= 1e15 || scaled / 10_000.0 != x || (x == 0.0 && x.is_sign_negative()) {
        return None;
    }
    let n = scaled as i64;
    let (mut cut, mut scale) = (n, 4);
    while scale > 0 && cut % 10 == 0 {
        cut /= 10;
        scale -= 1;
    }
    Some(decimal(out, at, cut, scale))
}

/// Any float's shortest text.
pub(super) fn long_float(x: f64, text: &mut Vec<u8>) {
    text.clear();
    // serde_json's float writer is several times faster than Display; where it would write an exponent, Display writes digits.
    if x.abs() >= 1e-5 && x.abs() < 1e15 && serde_json::to_writer(&mut *text, &x).is_ok() && !text.contains(&b'e') {
        if text.ends_with(b".0") {
            text.truncate(text.len() - 2);
        }
        return;
    }
    text.clear();
    // Writing to a Vec cannot fail.
    drop(write!(text, "{x}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl Fn(&mut [u8]) -> usize) -> String {
        let mut out = [0; 64];
        let end = write(&mut out);
        String::from_utf8_lossy(&out[..end]).into_owned()
    }

    #[test]
    fn integers_and_decimals_read_back() {
        for shift in 0..64 {
            for n in [(1_i64 << shift) - 1, 1_i64 << shift, -(1_i64 << shift), i64::MIN, 10_000, 9_999, 100_000_000] {
                assert_eq!(text(|o| integer(o, 0, n)), n.to_string());
                for scale in 0..=9 {
                    assert_eq!(text(|o| decimal(o, 0, n, scale)), wide_decimal(i128::from(n), scale), "{n} {scale}");
                }
            }
        }
        assert_eq!(wide_decimal(-5, 2), "-0.05");
    }

    #[test]
    fn floats_are_as_display_writes_them() {
        let mut state = 7_u64;
        let mut long = Vec::new();
        for i in 0..200_000_u64 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let x = match i % 4 {
                0 => (state >> 40) as f64 / 100.0 - 3000.0,
                1 => f64::from_bits(state),
                2 => (state >> 11) as f64 / (1_u64 << 53) as f64,
                _ => (state >> 50) as f64 * 0.1 * 3.0,
            };
            if !x.is_finite() {
                continue;
            }
            let mut out = [0; 64];
            let short = short_float(&mut out, 0, x).map(|end| String::from_utf8_lossy(&out[..end]).into_owned());
            long_float(x, &mut long);
            let long = String::from_utf8_lossy(&long);
            assert_eq!(long, x.to_string());
            assert_eq!(short.as_deref().unwrap_or(&long), x.to_string());
        }
    }
}
