//! Where ClickHouse refuses a type and we say nothing, and where it takes one of which we warn, and why.

/// A reason to say something else than ClickHouse does.
pub struct Difference {
    /// Parts of what the one says to which the other has nothing to say.
    pub message: &'static [&'static str],
    /// Why that is.
    pub reason: &'static str,
}

impl Difference {
    /// The row of a list that a message belongs to.
    pub fn of(list: &'static [Self], message: &str) -> Option<&'static Self> {
        let message = message.to_lowercase();
        let has = |part: &&str| message.contains(&part.to_lowercase());
        list.iter().find(|difference| difference.message.iter().all(has))
    }
}

/// What ClickHouse has against types, though we say nothing. Each of these is met with.
pub const SILENT: &[Difference] = &[
    Difference {
        message: &["Unknown aggregate function"],
        reason: "there are hundreds with every combinator, more in each version, and a user may add one",
    },
    Difference {
        message: &["Unsupported aggregate function"],
        reason: "which of them can be simple is for each version to say",
    },
    Difference {
        message: &["aggregate function", "NUMBER_OF_ARGUMENTS_DOESNT_MATCH"],
        reason: "how many types each of them takes is for ClickHouse to say",
    },
    Difference {
        message: &["aggregate function", "requires at least one argument"],
        reason: "the same, in other words",
    },
    Difference {
        message: &["JSON serialization doesn't support"],
        reason: "which of them keep values of their arguments, and so must write them, is for ClickHouse to say",
    },
    Difference {
        message: &["aggregate function", "ILLEGAL_TYPE_OF_ARGUMENT"],
        reason: "which types each of them takes is for ClickHouse to say",
    },
    Difference {
        message: &["Incompatible data types between aggregate function"],
        reason: "which type each of them returns is for ClickHouse to say",
    },
    Difference {
        message: &["parameter", "aggregate function"],
        reason: "which parameters each of them takes is for ClickHouse to say",
    },
    Difference {
        message: &["Cannot convert"],
        reason: "what a parameter is read as is for each function to say",
    },
    Difference {
        message: &["Invalid regexp"],
        reason: "what a pattern may be is for the library to say that ClickHouse matches with",
    },
];

/// What we have against types, though ClickHouse makes a column. Each of these is met with.
pub const WARNED: &[Difference] = &[
    Difference {
        message: &["the comma ends the column"],
        reason: "that of the next column, or none, follows it in a table of more columns than one",
    },
    Difference {
        message: &["the comment goes on"],
        reason: "here a new line ends it, and what Aiven puts behind it may be on the same",
    },
    Difference {
        message: &["ClickHouse ignores this"],
        reason: "whoever wrote it did not mean it to be ignored",
    },
];
