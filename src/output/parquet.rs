//! Parquet files by the `parquet` crate: row groups encoded apart from each other, by any threads, and put into the file in order.
//!
//! Types as Arrow has them: timestamps and times in microseconds without a zone, DECIMAL as INT32, INT64 or 16 bytes after its digits. No compression: a
//! codec would be another dependency, and take longer than the rows. Limits: flat columns; [`GROUPS_MAX`] row groups a file.
//! Invariant: the bytes depend on the rows and the size of the groups alone.

use arrow::array::{ArrayRef, AsArray, Int32Array};
use arrow::datatypes::{DataType, Field, Int32Type, Int64Type, Schema};
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, ArrowWriter, ArrowWriterOptions, compute_leaves,
};
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use std::io::{self, Write};
use std::sync::Arc;

/// Most row groups of a file: the format numbers them in 16 bits.
pub const GROUPS_MAX: u64 = i16::MAX as u64;

/// Rows that the encoder takes in one step.
const STEP_ROWS: usize = 4_096;

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

/// A file in the making.
pub struct File<'a> {
    writer: SerializedFileWriter<&'a mut (dyn Write + Send)>,
}

/// Makes row groups of a file; shared by the threads that do.
pub struct Encoder {
    fields: Vec<Field>,
    factory: ArrowRowGroupWriterFactory,
}

/// A row group that is being filled.
pub struct OpenGroup<'a> {
    fields: &'a [Field],
    columns: Vec<ArrowColumnWriter>,
}

/// The bytes of a whole row group.
#[derive(Default)]
pub struct Group {
    columns: Vec<ArrowColumnChunk>,
}

/// The system's reason, where there is one.
fn reason(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(cause) => *cause,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    }
}

/// Begins a file of these columns.
pub fn create<'a>(columns: &[Column], to: &'a mut (dyn Write + Send)) -> io::Result<(File<'a>, Encoder)> {
    let field = |c: &Column| Field::new(&c.name, c.data_type.clone(), !c.required);
    let fields: Vec<Field> = columns.iter().map(field).collect();
    let properties = WriterProperties::builder()
        .set_created_by(concat!("sqlmint ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::UNCOMPRESSED)
        // Nearly all values of a large synthetic column are new: hashing them costs more than it saves.
        .set_dictionary_enabled(false)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_write_batch_size(STEP_ROWS)
        .set_offset_index_disabled(true)
        .build();
    let options = ArrowWriterOptions::new()
        .with_properties(properties)
        .with_schema_root("schema".to_owned())
        // Readers would take Arrow's types from it; those of Parquet say all there is.
        .with_skip_arrow_metadata(true);
    let schema = Arc::new(Schema::new(fields.clone()));
    let (writer, factory) = ArrowWriter::try_new_with_options(to, schema, options)
        .and_then(ArrowWriter::into_serialized_writer)
        .map_err(reason)?;
    Ok((File { writer }, Encoder { fields, factory }))
}

impl Encoder {
    /// Begins a row group.
    pub fn group(&self) -> io::Result<OpenGroup<'_>> {
        Ok(OpenGroup {
            fields: &self.fields,
            // The number matters to encrypted files only.
            columns: self.factory.create_column_writers(0).map_err(reason)?,
        })
    }
}

impl OpenGroup<'_> {
    /// Adds rows.
    pub fn push(&mut self, arrays: &[ArrayRef]) -> io::Result<()> {
        for ((array, field), column) in arrays.iter().zip(self.fields).zip(&mut self.columns) {
            let narrow = |array: &ArrayRef| -> ArrayRef {
                let narrowed: Int32Array = array.as_primitive::<Int64Type>().unary::<_, Int32Type>(|v| v as i32);
                Arc::new(narrowed)
            };
            let array = match (field.data_type(), array.data_type()) {
                (DataType::Int32, DataType::Int64) => narrow(array),
                _ => array.clone(),
            };
            for leaf in compute_leaves(field, &array).map_err(reason)? {
                column.write(&leaf).map_err(reason)?;
            }
        }
        Ok(())
    }

    /// Ends it.
    pub fn close(self) -> io::Result<Group> {
        let columns = self.columns.into_iter().map(ArrowColumnWriter::close);
        let columns = columns.collect::<Result<Vec<_>, _>>().map_err(reason)?;
        Ok(Group { columns })
    }
}

impl File<'_> {
    /// Writes the next row group.
    pub fn add(&mut self, group: Group) -> io::Result<()> {
        let mut writer = self.writer.next_row_group().map_err(reason)?;
        for column in group.columns {
            column.append_to_row_group(&mut writer).map_err(reason)?;
        }
        writer.close().map(|_| ()).map_err(reason)
    }

    /// Writes where everything is; returns the size of the file in bytes.
    pub fn finish(mut self) -> io::Result<u64> {
        self.writer.finish().map_err(reason)?;
        self.writer.flush()?;
        Ok(self.writer.bytes_written() as u64)
    }
}
