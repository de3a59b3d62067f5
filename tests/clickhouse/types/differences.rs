//! Where ClickHouse refuses a type and we say nothing, and where it takes one of which we warn, and why.

/// A reason to say something else than ClickHouse does.
pub struct Difference {
    /// A part of what the one says to which the other has nothing to say.
    pub message: &'static str,
    /// Why that is.
    pub reason: &'static str,
}

impl Difference {
    /// The row of a list that a message belongs to.
    pub fn of(list: &'static [Self], message: &str) -> Option<&'static Self> {
        let message = message.to_lowercase();
        list.iter().find(|difference| message.contains(&difference.message.to_lowercase()))
    }
}

/// What ClickHouse has against types, though we say nothing. Each of these is met with.
pub const SILENT: &[Difference] = &[
    Difference {
        message: "Unknown aggregate function",
        reason: "there are hundreds with every combinator, more in each version, and a user may add one",
    },
    Difference {
        message: "aggregate function",
        reason: "which types and parameters each of them takes is for ClickHouse to say",
    },
    Difference {
        message: "Cannot convert",
        reason: "so are the parameters of an aggregate function, which it reads as numbers",
    },
    Difference {
        message: "Invalid regexp",
        reason: "what a pattern may be is for the library to say that ClickHouse matches with",
    },
];

/// What we have against types, though ClickHouse makes a column. Each of these is met with.
pub const WARNED: &[Difference] = &[
    Difference {
        message: "the comma ends the column",
        reason: "that of the next column, or none, follows it in a table of more columns than one",
    },
    Difference {
        message: "the comment goes on",
        reason: "here a new line ends it, and what Aiven puts behind it may be on the same",
    },
    Difference {
        message: "ClickHouse ignores this",
        reason: "whoever wrote it did not mean it to be ignored",
    },
];
