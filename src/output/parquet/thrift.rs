//! Thrift's compact protocol, as much of it as Parquet's metadata needs to be written.
//!
//! (<https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>.) Fields are written in rising order of their numbers.

/// Element types of lists.
pub(super) const I32: u8 = 5;
pub(super) const BINARY: u8 = 8;
pub(super) const STRUCT: u8 = 12;
const I64: u8 = 6;
const LIST: u8 = 9;

/// A structure in the making.
#[derive(Default)]
pub(super) struct Writer {
    pub(super) out: Vec<u8>,
    /// Number of the last field of every open structure.
    last: Vec<i16>,
}

impl Writer {
    /// A writer at the start of a structure.
    pub(super) fn new() -> Self {
        Writer {
            out: Vec::new(),
            last: vec![0],
        }
    }

    fn varint(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.out.push(n as u8 | 0x80);
            n >>= 7;
        }
        self.out.push(n as u8);
    }

    fn zigzag(&mut self, n: i64) {
        self.varint(((n << 1) ^ (n >> 63)) as u64);
    }

    fn field(&mut self, id: i16, kind: u8) {
        let last = self.last.last().copied().unwrap_or(0);
        match id - last {
            delta @ 1..=15 => self.out.push((delta as u8) << 4 | kind),
            _ => {
                self.out.push(kind);
                self.zigzag(i64::from(id));
            }
        }
        if let Some(last) = self.last.last_mut() {
            *last = id;
        }
    }

    pub(super) fn i32(&mut self, id: i16, value: i32) {
        self.field(id, I32);
        self.zigzag(i64::from(value));
    }

    pub(super) fn i64(&mut self, id: i16, value: u64) {
        self.field(id, I64);
        self.zigzag(value as i64);
    }

    pub(super) fn bool(&mut self, id: i16, value: bool) {
        self.field(id, if value { 1 } else { 2 });
    }

    pub(super) fn text(&mut self, id: i16, value: &str) {
        self.field(id, BINARY);
        self.element_text(value);
    }

    pub(super) fn element_text(&mut self, value: &str) {
        self.varint(value.len() as u64);
        self.out.extend_from_slice(value.as_bytes());
    }

    pub(super) fn element_i32(&mut self, value: i32) {
        self.zigzag(i64::from(value));
    }

    pub(super) fn list(&mut self, id: i16, element: u8, length: usize) {
        self.field(id, LIST);
        if length < 15 {
            self.out.push((length as u8) << 4 | element);
        } else {
            self.out.push(0xF0 | element);
            self.varint(length as u64);
        }
    }

    /// A field that is a structure: `inside` writes its fields.
    pub(super) fn structure(&mut self, id: i16, inside: impl FnOnce(&mut Self)) {
        self.field(id, STRUCT);
        self.element(inside);
    }

    /// A structure that is an element of a list.
    pub(super) fn element(&mut self, inside: impl FnOnce(&mut Self)) {
        self.last.push(0);
        inside(self);
        self.end();
    }

    /// Ends the innermost structure.
    pub(super) fn end(&mut self) {
        self.out.push(0);
        self.last.pop();
    }
}
