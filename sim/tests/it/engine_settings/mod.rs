//! Every setting of a table, applied to the real engine and found there again. The table in the simulator's README says
//! the same to a reader; `cases` holds the two and the published schema together.

mod cases;
mod endpoint;
mod engines;
mod reading;
mod storing;
