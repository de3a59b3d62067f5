//! Where ClickHouse refuses a type and we say nothing, or less than we could, and why.

/// A reason to say nothing of some of the types that ClickHouse refuses.
pub struct Difference {
    /// What ClickHouse says of them, or a part of that.
    pub complaint: &'static str,
    /// Why we do not.
    pub reason: &'static str,
}

/// Each of them must be met with.
pub const SILENT: &[Difference] = &[];
