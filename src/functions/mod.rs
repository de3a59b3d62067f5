//! The provider's functions, for Terraform 1.8 and later: one file each, or one folder.
//!
//! They are pure: what they need is in their arguments, so they work without credentials, and their answers are the
//! same in plan and apply. Nothing is set up before a call; most processes of a provider never see one.

mod columns;
mod parse_table_id;
mod quote_identifier;

use std::sync::Arc;

use crate::tf::{Function, Registry};

/// All functions by name.
pub fn all() -> Registry<dyn Function> {
    let mut functions = columns::functions();
    functions.insert(parse_table_id::NAME, Arc::new(parse_table_id::ParseTableId::default()));
    functions.insert(quote_identifier::NAME, Arc::new(quote_identifier::QuoteIdentifier::default()));
    functions
}
