//! Query generation: from a schema, its words and its values to intents.
//!
//! A [`shape`] builds one kind of intent; the registry [`shape::SHAPES`] lists them all. [`world`] is what they look at, [`literals`] where
//! conditions get their values, [`builder`] the choices they share, [`sense`] what nobody asks, [`mod@plainer`]
//! what is left of an intent without what it may do without, [`mod@revalued`] the same intent with other values. [`doubt`] makes questions that cannot be answered as they stand.

pub mod builder;
pub mod doubt;
pub mod literals;
pub mod plainer;
pub mod revalued;
pub mod sense;
pub mod shape;
pub mod world;

pub use doubt::DOUBTS;
pub use plainer::plainer;
pub use revalued::revalued;
pub use shape::{SHAPES, Shape};
pub use world::{Usage, World};
