//! Queries: what is asked ([`ir`]), how it is written ([`render`]), and the SQL AST's builders ([`ast`]).

pub mod ast;
pub mod ir;
pub mod render;
