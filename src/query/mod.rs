//! Queries: what is asked ([`ir`]), how it is written ([`render`]), and what can be read from any SQL ([`labels`]) or broken in it ([`mutation`]).

pub mod ast;
pub mod doubt;
pub mod functions;
pub mod hardness;
pub mod ir;
pub mod labels;
pub mod mutation;
pub mod parse;
pub mod permitted;
pub mod portable;
mod relation;
pub mod render;
pub mod scope;
pub mod sites;
pub mod undetermined;
pub mod walk;
