//! UUIDs: their text as 16 bytes. Invariant: what is read is 32 hexadecimal digits, with hyphens between bytes or without.

/// The bytes of "123e4567-e89b-12d3-a456-426614174000"; None where the text is none.
pub fn parse(text: &str) -> Option<[u8; 16]> {
    let hyphens: Vec<usize> = text.match_indices('-').map(|(i, _)| i).collect();
    if !hyphens.is_empty() && hyphens != [8, 13, 18, 23] {
        return None;
    }
    let mut digits = text.bytes().filter(|b| *b != b'-').map(|b| char::from(b).to_digit(16));
    let mut out = [0; 16];
    for byte in &mut out {
        *byte = (digits.next()?? * 16 + digits.next()??) as u8;
    }
    digits.next().is_none().then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_its_bytes() {
        let bytes = parse("123E4567-e89b-12d3-a456-4266141740ff");
        assert_eq!(bytes.map(|b| (b[0], b[4], b[15])), Some((0x12, 0xe8, 0xff)));
        assert_eq!(parse("123e4567e89b12d3a4564266141740ff"), bytes);
        for bad in [
            "",
            "123e4567",
            "123e4567-e89b-12d3-a456-42661417400g",
            "123e-4567e89b-12d3-a456-426614174000",
            "é",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
