//! Identifiers to words: `CustomerID`, `ss_sales_price`, `tbl_order_details`, `custkey`.
//!
//! Splits at underscores, capitals and digits, takes glued words apart with a small dictionary, spells abbreviations out.
//! Limits: a glued word comes apart only when every piece is in the dictionary, in at most four pieces.

mod dictionary;
pub(crate) mod english;

use super::morphology;
use crate::ir::{Column, SqlType, Table};
use dictionary::{ABBREVIATIONS, ACRONYMS, FOREIGN, PIECES, TABLE_PREFIXES, TABLE_SUFFIXES, WHOLE};

/// The words of an identifier, lower case (acronyms upper), abbreviations spelled out, nothing stripped.
pub(crate) fn words(identifier: &str) -> Vec<String> {
    translated(split(identifier))
        .iter()
        .flat_map(|piece| unglue(piece))
        .flat_map(|word| spell_out(&word))
        .collect()
}

/// Pieces at underscores, blanks, punctuation and changes of case; lower case.
pub(crate) fn split(identifier: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut piece = String::new();
    let chars: Vec<char> = identifier.chars().collect();
    for (i, &c) in chars.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|j| chars.get(j)).copied();
        let after = chars.get(i + 1).copied();
        let starts_word = c.is_uppercase()
            && (before.is_some_and(|b| b.is_lowercase() || b.is_ascii_digit())
                || (before.is_some_and(char::is_uppercase)
                    && after.is_some_and(char::is_lowercase)
                    && chars.get(i + 2).is_some_and(|d| d.is_lowercase())));
        if !c.is_alphanumeric() || starts_word {
            out.push(std::mem::take(&mut piece));
        }
        if c.is_alphanumeric() {
            piece.extend(c.to_lowercase());
        }
    }
    out.push(piece);
    out.retain(|p| !p.is_empty());
    out.iter().flat_map(|p| split_digits(p)).collect()
}

/// "address2" is "address 2"; "m2" and "isbn13" stay whole.
fn split_digits(piece: &str) -> Vec<String> {
    let letters = piece.trim_end_matches(|c: char| c.is_ascii_digit());
    if letters.len() < 4 || letters.len() == piece.len() || letters == "isbn" {
        vec![piece.to_owned()]
    } else {
        vec![letters.to_owned(), piece[letters.len()..].to_owned()]
    }
}

/// German and French words of columns in English, pairs of words first: "code postal" -> "postal", "code".
pub(crate) fn translated(words: Vec<String>) -> Vec<String> {
    let folded: Vec<String> = words.iter().map(|w| fold(w)).collect();
    let mut out = Vec::new();
    let mut at = 0;
    while let (Some(word), Some(plain)) = (words.get(at), folded.get(at)) {
        let two = folded.get(at + 1).map(|next| format!("{plain} {next}")).unwrap_or_default();
        let said = |wanted: &str| FOREIGN.iter().find(|(foreign, _)| *foreign == wanted).map(|(_, english)| *english);
        let (english, length) = said(&two).map_or((said(plain), 1), |found| (Some(found), 2));
        match english {
            // "kunden_nr" is a customer's number.
            Some(english) if at + length < words.len() && !english.contains(' ') => out.push(morphology::singular(english)),
            Some(english) => out.extend(english.split(' ').map(str::to_owned)),
            None => out.push(word.clone()),
        }
        at += length;
    }
    out
}

/// Without the accents and the other letters that people leave out of names.
fn fold(word: &str) -> String {
    let plain = |c: char| match c {
        'é' | 'è' | 'ê' => "e".to_owned(),
        'à' | 'â' => "a".to_owned(),
        'ß' => "ss".to_owned(),
        'ä' => "ae".to_owned(),
        'ö' => "oe".to_owned(),
        'ü' => "ue".to_owned(),
        other => other.to_string(),
    };
    word.chars().map(plain).collect()
}

/// "orderdate" -> "order", "date".
fn unglue(piece: &str) -> Vec<String> {
    if piece.len() < 5 || known(piece) {
        return vec![piece.to_owned()];
    }
    pieces(piece, 4).unwrap_or_else(|| vec![piece.to_owned()])
}

fn known(word: &str) -> bool {
    WHOLE.contains(&word) || PIECES.contains(&word) || ABBREVIATIONS.iter().any(|(short, _)| *short == word)
}

fn pieces(glued: &str, most: usize) -> Option<Vec<String>> {
    if most == 0 || !glued.is_ascii() {
        return None;
    }
    // Longest first piece first: "ordernumber" is not "or", "der", ...
    (2..glued.len()).rev().find_map(|cut| {
        let (first, rest) = glued.split_at(cut);
        if !PIECES.contains(&first) {
            return None;
        }
        // A last "ship" is an ending: "authorship", "township".
        let tail = if PIECES.contains(&rest) && rest != "ship" {
            vec![rest.to_owned()]
        } else {
            pieces(rest, most - 1)?
        };
        Some(std::iter::once(first.to_owned()).chain(tail).collect())
    })
}

fn spell_out(word: &str) -> Vec<String> {
    if ACRONYMS.contains(&word) {
        return vec![word.to_uppercase()];
    }
    match ABBREVIATIONS.iter().find(|(short, _)| *short == word) {
        Some((_, long)) => long.split(' ').map(str::to_owned).collect(),
        None => vec![word.to_owned()],
    }
}

/// [`name_words`] of a table's name as its writer spelled it.
pub(crate) fn table_words(table: &Table) -> Vec<String> {
    name_words(table.written())
}

/// The words of a table's name without technical prefixes and suffixes: `dim_product` -> "product", `date_dim` -> "date".
pub(crate) fn name_words(name: &str) -> Vec<String> {
    let mut pieces = split(name);
    while pieces.len() > 1 && pieces.first().is_some_and(|p| TABLE_PREFIXES.contains(&p.as_str())) {
        pieces.remove(0);
    }
    while pieces.len() > 1 && pieces.last().is_some_and(|p| TABLE_SUFFIXES.contains(&p.as_str())) {
        pieces.pop();
    }
    translated(pieces)
        .iter()
        .flat_map(|piece| unglue(piece))
        .flat_map(|word| spell_out(&word))
        .collect()
}

/// The Hungarian prefix that all columns of a table share, if there is one: "ss" in TPC-DS's store_sales, "l" in TPC-H's lineitem.
pub(crate) fn column_prefix(table: &Table) -> Option<String> {
    let first = |name: &str| name.split_once('_').map(|(prefix, _)| prefix.to_lowercase());
    let mut prefixes = table.columns.iter().map(|c| first(&c.name));
    let prefix = prefixes.next()??;
    if table.columns.len() < 2 || prefixes.any(|p| p.as_deref() != Some(&prefix)) {
        return None;
    }
    let own = split(table.written());
    let spelled = table_words(table);
    let whole = own.contains(&prefix) && table.columns.len() < 4;
    // A letter that every column begins with says nothing, whatever it stands for: "c" for column.
    let letter = prefix.len() == 1 && table.columns.len() > 2;
    (prefix.len() <= 4 && !whole && (letter || abbreviates(&prefix, &own) || abbreviates(&prefix, &spelled))).then_some(prefix)
}

/// The words of a column's name, all of them.
pub(crate) fn every_column_word(table: &Table, column: &str) -> Vec<String> {
    words(table.columns.iter().find(|c| c.name == column).map_or(column, Column::written))
}

/// The words of a column's name, without the table's Hungarian prefix.
pub(crate) fn column_words(table: &Table, column: &str) -> Vec<String> {
    let declared = table.columns.iter().find(|c| c.name == column);
    let column = declared.map_or(column, Column::written);
    let bare = match column_prefix(table) {
        Some(prefix) => column.get(prefix.len() + 1..).filter(|rest| !rest.is_empty()).unwrap_or(column),
        None => column,
    };
    let mut found = words(&with_metre_apart(table, bare));
    // A lone letter for the table: pName of a player.
    let initial = |letter: &str| split(table.written()).iter().any(|w| w.starts_with(letter));
    if found.len() > 1 && found.first().is_some_and(|w| w.len() == 1 && initial(w)) {
        found.remove(0);
    }
    // What an abbreviation stands for depends on what is beside it: "exp_dt" is an expiry date, "run_min" minutes.
    let range = |end: &str| {
        table
            .columns
            .iter()
            .any(|c| c.written() != column && c.name.to_lowercase().ends_with(end))
    };
    // A "ph" with decimals is no phone; a phone of ten digits is one.
    let decimals = declared.is_some_and(|c| matches!(c.sql_type, SqlType::Decimal(_, 1..) | SqlType::Float32 | SqlType::Float64))
        && split(bare).contains(&"ph".to_owned());
    for word in found.iter_mut().filter(|w| decimals && *w == "phone") {
        "pH".clone_into(word);
    }
    let twin = |end: char| {
        let stem = column.get(..column.len().saturating_sub(1)).unwrap_or_default().to_lowercase();
        table.columns.iter().any(|c| c.name.to_lowercase() == format!("{stem}{end}"))
    };
    if let [.., before, last] = &mut found[..] {
        match (before.as_str(), last.as_str()) {
            ("experience", "date") => "expiry".clone_into(before),
            (_, "e") if twin('n') => "easting".clone_into(last),
            (_, "n") if twin('e') => "northing".clone_into(last),
            (_, "minimum") if column.to_lowercase().ends_with("min") && !range("max") => "minutes".clone_into(last),
            _ => {}
        }
    }
    // A whole number called "founded" is the year.
    let whole = declared.is_some_and(|c| c.sql_type.is_integer());
    if let [only] = &found[..]
        && whole
        && [
            "founded",
            "established",
            "dissolved",
            "born",
            "built",
            "opened",
            "launched",
            "incorporated",
        ]
        .contains(&only.as_str())
    {
        found.insert(0, "year".to_owned());
    }
    // Nautical miles are no name.
    let number = declared.is_some_and(|c| c.sql_type.is_numeric());
    if let Some(last) = found.last_mut().filter(|_| number && column.to_lowercase().ends_with("_nm")) {
        "nmi".clone_into(last);
    }
    // The "inv no" of an invoice is its number.
    let invoices =
        split(table.written()).iter().any(|w| w.to_lowercase().starts_with("invoice")) && !column.to_lowercase().contains("inventory");
    for word in found.iter_mut().filter(|w| invoices && *w == "inventory") {
        "invoice".clone_into(word);
    }
    // "id_prof" is the prof's ID.
    let kept = ["number", "code", "type", "card", "document"];
    if let [first, second, ..] = &found[..]
        && first == "ID"
        && !kept.contains(&second.as_str())
    {
        found.rotate_left(1);
    }
    if found.is_empty() { vec![column.to_lowercase()] } else { found }
}

/// "LOAM" beside "BeamM" is a LOA in metres: capitals run together where the other columns of the table have a capital of their own for the unit.
fn with_metre_apart(table: &Table, name: &str) -> String {
    let small = |name: &str| name.trim_end_matches(char::is_uppercase).len();
    let beside = |c: &Column| c.written().ends_with('M') && small(c.written()) + 1 == c.written().len();
    // Capitals alone are not kept of a name that the database folds: an acronym that is known tells them.
    let folded = name.strip_suffix('m').filter(|front| ACRONYMS.contains(front));
    let capitals = name.strip_suffix('M').filter(|_| small(name) + 3 <= name.len());
    match capitals.or(folded) {
        Some(front) if table.columns.iter().any(beside) => format!("{front}_M"),
        _ => name.to_owned(),
    }
}

/// Whether `short` is made of beginnings of `words`, in order, starting with the first: "cdemo" of "customer demographics", "emp" of
/// "employee". Words may be left out, the first one may not.
pub(crate) fn abbreviates(short: &str, words: &[impl AsRef<str>]) -> bool {
    fn fits(short: &[u8], words: &[&[u8]]) -> bool {
        if short.is_empty() {
            return true;
        }
        let Some((word, rest)) = words.split_first() else { return false };
        let shared = short.iter().zip(*word).take_while(|(a, b)| a == b).count();
        (1..=shared).rev().any(|n| fits(short.get(n..).unwrap_or_default(), rest)) || fits(short, rest)
    }
    let words: Vec<&[u8]> = words.iter().map(|w| w.as_ref().as_bytes()).collect();
    words.first().and_then(|w| w.first()) == short.as_bytes().first() && fits(short.as_bytes(), &words)
}

/// Whether a word says nothing to a reader: no vowel, or two letters that are no word.
pub(crate) fn is_cryptic(word: &str) -> bool {
    let spoken = |c: char| "aeiouyAEIOUY".contains(c) || !c.is_ascii_alphabetic();
    !ACRONYMS.contains(&word.to_lowercase().as_str()) && (!word.chars().any(spoken) || (word.len() <= 2 && !known(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(identifier: &str) -> String {
        words(identifier).join(" ")
    }

    #[test]
    fn every_way_of_writing_names_is_read() {
        for (identifier, want) in [
            ("hire_date", "hire date"),
            ("CustomerID", "customer ID"),
            ("orderDetails", "order details"),
            ("HTTPServer", "http server"),
            ("mrr_cents", "MRR cents"),
            ("UnitPrice", "unit price"),
            ("custkey", "customer key"),
            ("l_extendedprice", "l extended price"),
            ("qty_on_hand", "quantity on hand"),
            ("dob", "date of birth"),
            ("StuID", "student ID"),
            ("birthdate", "birth date"),
            ("website", "website"),
            ("warehouse", "warehouse"),
            ("SurfaceArea", "surface area"),
            ("floor_area_m2", "floor area m2"),
            ("address2", "address 2"),
            ("order_no", "order number"),
            ("isbn13", "isbn13"),
            ("ISBN", "ISBN"),
            ("discount_pct", "discount percentage"),
            ("lineitem", "line item"),
            ("Order Date", "order date"),
            ("acctbal", "account balance"),
            ("Vorname", "first name"),
            ("straße", "street"),
            ("kundennr", "customer number"),
            ("code_postal", "postal code"),
            ("date_naissance", "birth date"),
            ("prénom", "first name"),
            ("id_eleve", "ID student"),
        ] {
            assert_eq!(said(identifier), want, "{identifier}");
        }
        assert_eq!(name_words("dim_product").join(" "), "product");
        assert_eq!(name_words("date_dim").join(" "), "date");
        assert_eq!(name_words("Ref_Product_Categories").join(" "), "product categories");
        assert_eq!(name_words("fact").join(" "), "fact");
    }

    #[test]
    fn abbreviations_of_several_words_are_recognised() {
        assert!(abbreviates("cdemo", &["customer", "demographics"]));
        assert!(abbreviates("ss", &["store", "sales"]));
        assert!(abbreviates("inv", &["inventory"]));
        assert!(abbreviates("d", &["date", "dim"]));
        assert!(!abbreviates("mgr", &["branch"]));
        assert!(!abbreviates("tx", &["member"]));
    }
}
