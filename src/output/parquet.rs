//! x
use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
/// m
pub const MAGIC: &[u8] = b"PAR1";
/// c
pub struct Column {
    /// n
    pub name: String,
    /// t
    pub data_type: DataType,
    /// r
    pub required: bool,
}
/// g
#[derive(Default)]
pub struct Group;
impl Group {
    /// c
    pub fn clear(&mut self) {}
    /// p
    pub fn push(&mut self, _c: &[ArrayRef]) {}
    /// p
    pub fn parts(&self) -> impl Iterator<Item = &[u8]> {
        std::iter::empty()
    }
}
/// f
pub struct Footer;
impl Footer {
    /// n
    pub fn new(_c: impl IntoIterator<Item = Column>) -> Self {
        Footer
    }
    /// a
    pub fn add(&mut self, _g: &Group, _at: u64) {}
    /// f
    pub fn finish(&mut self) -> Vec<u8> {
        Vec::new()
    }
}
