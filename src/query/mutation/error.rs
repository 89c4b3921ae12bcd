//! What each mutation is in the field's taxonomies: the two levels of NL2SQL-BUGs, and the class that annotators of benchmarks write down.
//!
//! Classes of annotators: E1, the SQL does not do what the question asks; E2, it misunderstands the schema or the data; E3, wrong domain
//! knowledge; E4, an ambiguous question. A mutation is never E3 or E4. Where NL2SQL-BUGs has no class of its own the nearest is named: set
//! operations and negations are under Logical Operator, LIMIT under Value Mismatch, group keys under the attributes.

/// A class of errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorType {
    /// Main category of NL2SQL-BUGs.
    pub error_type: &'static str,
    /// Its subcategory.
    pub sub_error_type: &'static str,
    /// Annotators' class: "E1" or "E2".
    pub level: &'static str,
}

const fn e1(error_type: &'static str, sub_error_type: &'static str) -> ErrorType {
    ErrorType {
        error_type,
        sub_error_type,
        level: "E1",
    }
}

const fn e2(error_type: &'static str, sub_error_type: &'static str) -> ErrorType {
    ErrorType {
        level: "E2",
        ..e1(error_type, sub_error_type)
    }
}

pub(super) const ATTRIBUTE_MISMATCH: ErrorType = e2("Attribute-related Errors", "Attribute Mismatch");
pub(super) const ATTRIBUTE_REDUNDANCY: ErrorType = e1("Attribute-related Errors", "Attribute Redundancy");
pub(super) const ATTRIBUTE_MISSING: ErrorType = e1("Attribute-related Errors", "Attribute Missing");
pub(super) const JOIN_CONDITION_MISMATCH: ErrorType = e2("Table-related Errors", "Join Condition Mismatch");
pub(super) const JOIN_TYPE_MISMATCH: ErrorType = e2("Table-related Errors", "Join Type Mismatch");
pub(super) const VALUE_MISMATCH: ErrorType = e1("Value-related Errors", "Value Mismatch");
pub(super) const COMPARISON_OPERATOR: ErrorType = e1("Operator-related Errors", "Comparison Operator");
pub(super) const LOGICAL_OPERATOR: ErrorType = e1("Operator-related Errors", "Logical Operator");
pub(super) const EXPLICIT_CONDITION_MISSING: ErrorType = e1("Condition-related Errors", "Explicit Condition Missing");
pub(super) const IMPLICIT_CONDITION_MISSING: ErrorType = e2("Condition-related Errors", "Implicit Condition Missing");
pub(super) const AGGREGATE_FUNCTIONS: ErrorType = e1("Function-related Errors", "Aggregate Functions");
pub(super) const WINDOW_FUNCTIONS: ErrorType = e1("Function-related Errors", "Window Functions");
pub(super) const CLAUSE_MISSING: ErrorType = e1("Clause-related Errors", "Clause Missing");
pub(super) const ASC_DESC: ErrorType = e1("Other Errors", "ASC/DESC");
pub(super) const DISTINCT: ErrorType = e1("Other Errors", "DISTINCT");
