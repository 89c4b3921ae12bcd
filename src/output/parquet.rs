//! Parquet files by the `parquet` crate: row groups encoded apart from each other, by any threads, and put into the file in order.
//!
//! Types as Arrow has them: timestamps and times in microseconds, TIMESTAMPTZ adjusted to UTC, FLOAT32 as FLOAT, UUID as 16 bytes with that logical type,
//! DECIMAL as INT32, INT64 or 16 bytes after its digits: as DuckDB and pyarrow write and read them. No compression: a codec would be another dependency,
//! and take longer than the rows. Limits: flat columns; [`GROUPS_MAX`] row groups a file.
//! Invariant: the bytes depend on the rows and the size of the groups alone.

use super::uuid;
use arrow::array::{Array, ArrayRef, AsArray, FixedSizeBinaryBuilder, Float32Array, Int32Array};
use arrow::datatypes::{DataType, Field, Float32Type, Float64Type, Int32Type, Int64Type, Schema, TimestampMicrosecondType};
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, ArrowWriter, ArrowWriterOptions, compute_leaves,
};
use parquet::basic::{Compression, LogicalType, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, SchemaDescriptor, Type};
use std::io::{self, BufWriter, Write};
use std::sync::Arc;

/// Most row groups of a file: the format numbers them in 16 bits.
pub const GROUPS_MAX: u64 = i16::MAX as u64;

/// Bytes of a UUID.
pub const UUID_BYTES: i32 = 16;

/// Bytes that go to the file at once: the crate hands them on in pieces of 8 KiB, too small for the disk and for a fingerprint of them.
const PIECE_BYTES: usize = 1 << 20;

/// Rows that the encoder takes in one step.
const STEP_ROWS: usize = 4_096;

/// A column of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Name.
    pub name: String,
    /// Arrow type; `Int32` for 64-bit arrays whose numbers all fit 32, `Float32` for floats of the nearest 32 bits, a timestamp with a zone for instants
    /// without one, 16 bytes for texts that are UUIDs.
    pub data_type: DataType,
    /// No value is NULL.
    pub required: bool,
    /// Its texts are few different ones: each is written once a row group.
    pub few: bool,
}

/// A file in the making.
pub struct File<'a> {
    writer: SerializedFileWriter<BufWriter<&'a mut (dyn Write + Send)>>,
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
    let mut properties = WriterProperties::builder()
        .set_created_by(concat!("sqlmint ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::UNCOMPRESSED)
        // Nearly all values of most columns are new: hashing them costs more than it saves.
        .set_dictionary_enabled(false)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_write_batch_size(STEP_ROWS)
        .set_offset_index_disabled(true);
    for text in columns.iter().filter(|c| c.data_type == DataType::Utf8) {
        let path = || ColumnPath::from(text.name.as_str());
        // Every group of rows has texts from the first to the last: their bounds spare a reader nothing, and cost a comparison a value.
        properties = properties.set_column_statistics_enabled(path(), EnabledStatistics::None);
        properties = properties.set_column_dictionary_enabled(path(), text.few);
    }
    let schema = Arc::new(Schema::new(fields.clone()));
    let options = ArrowWriterOptions::new()
        .with_parquet_schema(described(&schema).map_err(reason)?)
        .with_properties(properties.build())
        // Readers would take Arrow's types from it; those of Parquet say all there is.
        .with_skip_arrow_metadata(true);
    let (writer, factory) = ArrowWriter::try_new_with_options(BufWriter::with_capacity(PIECE_BYTES, to), schema, options)
        .and_then(ArrowWriter::into_serialized_writer)
        .map_err(reason)?;
    Ok((File { writer }, Encoder { fields, factory }))
}

/// The file's schema as Arrow's would be written, with the name that 16 bytes have.
fn described(schema: &Schema) -> Result<SchemaDescriptor, ParquetError> {
    let plain = ArrowSchemaConverter::new().schema_root("schema").convert(schema)?;
    let named = plain.root_schema().get_fields().iter().map(|field| {
        if field.get_physical_type() != Physical::FIXED_LEN_BYTE_ARRAY || field.get_basic_info().logical_type_ref().is_some() {
            return Ok(Arc::clone(field));
        }
        let uuid = Type::primitive_type_builder(field.name(), Physical::FIXED_LEN_BYTE_ARRAY)
            .with_length(UUID_BYTES)
            .with_logical_type(Some(LogicalType::Uuid))
            .with_repetition(field.get_basic_info().repetition());
        Ok(Arc::new(uuid.build()?))
    });
    let fields = named.collect::<Result<Vec<_>, ParquetError>>()?;
    let root = Type::group_type_builder("schema").with_fields(fields).build()?;
    Ok(SchemaDescriptor::new(Arc::new(root)))
}

/// An array in the form of its column of the file.
fn stored(field: &Field, array: &ArrayRef) -> io::Result<ArrayRef> {
    let refuse = |value: String, what: &str| {
        let message = format!(
            "column {:?}: {value} is no {what}; write CSV, or give the column another distribution or type",
            field.name()
        );
        io::Error::new(io::ErrorKind::InvalidData, message)
    };
    Ok(match (field.data_type(), array.data_type()) {
        (DataType::Int32, DataType::Int64) => {
            let narrowed: Int32Array = array.as_primitive::<Int64Type>().unary::<_, Int32Type>(|v| v as i32);
            Arc::new(narrowed)
        }
        (DataType::Float32, DataType::Float64) => {
            let wide = array.as_primitive::<Float64Type>();
            if let Some(x) = wide.iter().flatten().find(|x| x.is_finite() && !(*x as f32).is_finite()) {
                return Err(refuse(format!("{x:e}"), "FLOAT32"));
            }
            let narrowed: Float32Array = wide.unary::<_, Float32Type>(|v| v as f32);
            Arc::new(narrowed)
        }
        (DataType::Timestamp(_, Some(zone)), DataType::Timestamp(_, None)) => {
            let instants = array.as_primitive::<TimestampMicrosecondType>().clone();
            Arc::new(instants.with_timezone(Arc::clone(zone)))
        }
        (DataType::FixedSizeBinary(UUID_BYTES), DataType::Utf8) => {
            let texts = array.as_string::<i32>();
            let mut out = FixedSizeBinaryBuilder::with_capacity(texts.len(), UUID_BYTES);
            for text in texts {
                match text.map(|t| uuid::parse(t).ok_or(t)) {
                    Some(Ok(bytes)) => out.append_value(bytes).map_err(io::Error::other)?,
                    Some(Err(text)) => return Err(refuse(format!("{text:?}"), "UUID")),
                    None => out.append_null(),
                }
            }
            Arc::new(out.finish())
        }
        _ => Arc::clone(array),
    })
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
            let array = stored(field, array)?;
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
