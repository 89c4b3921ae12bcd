//! Parquet files: plain pages without compression, one row group a chunk of rows, made in parallel and put in order.
//!
//! (<https://parquet.apache.org/docs/file-format/>.) Types: BOOLEAN, INT64, DOUBLE, UTF8 texts, DATE, TIME and TIMESTAMP in microseconds without a zone,
//! DECIMAL as INT64 up to 18 digits and as 16 bytes above. Limits: flat columns; no statistics, dictionaries or encryption; a row group's column is
//! under 2 GB. Invariant: the bytes depend on the rows and the size of the groups alone.

mod page;
mod thrift;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, TimeUnit};
use thrift::Writer;

/// How every file begins and ends.
pub const MAGIC: &[u8] = b"PAR1";

const PLAIN: i32 = 0;
const RLE: i32 = 3;

/// A column of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Name.
    pub name: String,
    /// Arrow type; `Int32` for 64-bit arrays whose numbers all fit 32.
    pub data_type: DataType,
    /// No value is NULL.
    pub required: bool,
}

impl Column {
    /// Parquet's physical type, and the length of fixed ones.
    fn physical(&self) -> (i32, Option<i32>) {
        match &self.data_type {
            DataType::Boolean => (0, None),
            DataType::Date32 | DataType::Int32 => (1, None),
            DataType::Float64 => (5, None),
            DataType::Utf8 => (6, None),
            DataType::Decimal128(precision, _) if *precision > page::NARROW_DIGITS => (7, Some(16)),
            _ => (2, None),
        }
    }

    fn schema(&self, out: &mut Writer) {
        let (physical, length) = self.physical();
        out.i32(1, physical);
        if let Some(length) = length {
            out.i32(2, length);
        }
        out.i32(3, i32::from(!self.required));
        out.text(4, &self.name);
        let micros = |out: &mut Writer, field: i16| {
            out.structure(10, |logical| {
                logical.structure(field, |time| {
                    time.bool(1, false);
                    time.structure(2, |unit| unit.structure(2, |_| {}));
                });
            });
        };
        match &self.data_type {
            DataType::Utf8 => out.i32(6, 0),
            DataType::Date32 => out.i32(6, 6),
            DataType::Decimal128(precision, scale) => {
                out.i32(6, 5);
                out.i32(7, i32::from(*scale));
                out.i32(8, i32::from(*precision));
            }
            DataType::Time64(TimeUnit::Microsecond) => micros(out, 7),
            DataType::Timestamp(..) => micros(out, 8),
            _ => {}
        }
    }
}

/// The bytes of one row group, column after column; kept and filled again.
#[derive(Debug, Default)]
pub struct Group {
    columns: Vec<Vec<u8>>,
    rows: u64,
}

impl Group {
    /// Empty again, with its memory.
    pub fn clear(&mut self) {
        self.rows = 0;
        self.columns.iter_mut().for_each(Vec::clear);
    }

    /// Adds rows: one page a column.
    pub fn push(&mut self, arrays: &[ArrayRef], schema: &[Column]) {
        self.columns.resize_with(arrays.len(), Vec::new);
        self.rows += arrays.first().map_or(0, |a| a.len()) as u64;
        for ((array, column), out) in arrays.iter().zip(schema).zip(&mut self.columns) {
            page::write(array, column, out);
        }
    }

    /// The bytes, in file order.
    pub fn parts(&self) -> impl Iterator<Item = &[u8]> {
        self.columns.iter().map(Vec::as_slice)
    }
}

/// Where things are: written after all row groups.
pub struct Footer {
    schema: Vec<Column>,
    /// Rows, and offset and size of every column.
    groups: Vec<(u64, Vec<(u64, u64)>)>,
}

impl Footer {
    /// A file of these columns.
    pub fn new(schema: Vec<Column>) -> Self {
        Footer {
            schema,
            groups: Vec::new(),
        }
    }

    /// A row group whose first byte is at `at`.
    pub fn add(&mut self, group: &Group, mut at: u64) {
        let place = |bytes: &Vec<u8>| {
            let place = (at, bytes.len() as u64);
            at += place.1;
            place
        };
        self.groups.push((group.rows, group.columns.iter().map(place).collect()));
    }

    /// The file's last bytes.
    pub fn finish(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.i32(1, 1);
        out.list(2, thrift::STRUCT, self.schema.len() + 1);
        out.element(|root| {
            root.text(4, "schema");
            root.i32(5, self.schema.len() as i32);
        });
        for column in &self.schema {
            out.element(|element| column.schema(element));
        }
        out.i64(3, self.groups.iter().map(|(rows, _)| rows).sum());
        out.list(4, thrift::STRUCT, self.groups.len());
        for (rows, places) in &self.groups {
            out.element(|group| {
                group.list(1, thrift::STRUCT, places.len());
                for (column, (at, size)) in self.schema.iter().zip(places) {
                    group.element(|chunk| self.chunk(chunk, column, *rows, *at, *size));
                }
                group.i64(2, places.iter().map(|(_, size)| size).sum());
                group.i64(3, *rows);
            });
        }
        out.text(6, concat!("sqlmint ", env!("CARGO_PKG_VERSION")));
        out.end();
        let mut bytes = out.out;
        let length = bytes.len() as u32;
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(MAGIC);
        bytes
    }

    fn chunk(&self, out: &mut Writer, column: &Column, rows: u64, at: u64, size: u64) {
        out.i64(2, at);
        out.structure(3, |meta| {
            meta.i32(1, column.physical().0);
            meta.list(2, thrift::I32, 2);
            meta.element_i32(PLAIN);
            meta.element_i32(RLE);
            meta.list(3, thrift::BINARY, 1);
            meta.element_text(&column.name);
            meta.i32(4, 0);
            meta.i64(5, rows);
            meta.i64(6, size);
            meta.i64(7, size);
            meta.i64(9, at);
        });
    }
}
