//! spider
