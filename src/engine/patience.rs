//! How long the engine waits, and how often it tries. All of it is data for the pure parts; none of it ends an
//! operation that could still succeed, save [`Patience`]: that is what the operation's own deadline is for.
//! Knows nothing of clocks.

use std::ops::RangeInclusive;
use std::time::Duration;

/// A read that takes longer is given up; it can be repeated.
pub(super) const READ_TIMEOUT: Duration = Duration::from_secs(20);
/// A write that takes longer counts as unanswered. Generous, because giving up loses knowledge.
pub(super) const WRITE_TIMEOUT: Duration = Duration::from_mins(1);
/// A plan is not sent if it was made longer ago than this: a process that was stopped or starved must not write
/// a document from before. Counted from the arrival of the answer the plan was made on.
pub(super) const MAX_AGE: Duration = Duration::from_secs(2);
/// How old a snapshot may be for a process that has changed nothing yet, so that a plan of 400 tables is a
/// handful of reads.
pub(super) const FRESH: Duration = Duration::from_secs(10);
/// The pause where the API limits the rate without saying for how long. Its known window is a minute.
const UNSTATED_LIMIT: Duration = Duration::from_secs(30);
/// A stated wait of nothing, or until a date that is past, would be a hot loop.
const SHORTEST_LIMIT: Duration = Duration::from_secs(1);
/// Pauses between definite "not found" answers. All of them together, 30 s, are granted to a create, whose
/// integration may be seconds old.
const ABSENCES: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(6),
    Duration::from_secs(10),
    Duration::from_secs(10),
];
/// How many definite "not found" answers in a row are believed.
pub(super) const BELIEVED_ABSENCES: u8 = 2;

/// After an acknowledged write, everybody who read the document before it is expected to have written by now: the
/// longest gap from read to write that the engine counts on, its own included, and as long as a read may lag behind.
pub(super) const SETTLE: Duration = Duration::from_secs(3);
/// Pauses between looks at a document that lacks what this process has written: together [`SETTLE`].
const SECOND_LOOKS: [Duration; 4] = [
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
    Duration::from_millis(1600),
];

/// The least and the most that is waited for the next of those who come back with more to do. Within these, whoever
/// comes spares the round trips of another batch, so to wait for as long as those take is at worst twice the price.
pub(super) const ROUND_TRIP: RangeInclusive<Duration> = Duration::from_millis(5)..=Duration::from_millis(500);

/// A pause that the machine asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Pause {
    /// This long, and up to a quarter longer at random, lest several processes march in step.
    AtLeast(Duration),
    /// Any time up to this one at random, so that of several processes one comes first.
    UpTo(Duration),
    /// As long as the last read and the last write took together, within [`ROUND_TRIP`].
    RoundTrip,
    /// Exactly [`SETTLE`].
    Settle,
}

/// The number of attempts at each kind of thing. A value rather than constants, so that the machine can be
/// explored exhaustively with small numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Patience {
    /// Attempts after the first, for failures that may pass.
    pub(super) retries: u8,
    /// How often the effect of an unanswered write is looked for.
    pub(super) looks: u8,
    /// How many definite "not found" answers a create puts up with.
    pub(super) absences: u8,
    /// How often a document is read again that lacks what this process has written, before that is believed.
    pub(super) second_looks: u8,
    /// How often a settled document is looked at again because others were writing meanwhile.
    pub(super) further_looks: u8,
    /// How often the pause before a restoration doubles.
    pub(super) doublings: u8,
}

impl Default for Patience {
    fn default() -> Self {
        Self { retries: 5, looks: 4, absences: 6, second_looks: 4, further_looks: 1, doublings: 4 }
    }
}

/// The pause before the given attempt, counted from 1: 1 s, 2 s, 4 s, 8 s and then 16 s. For conflicts and
/// failures that may pass.
pub(super) fn backoff(attempt: u8) -> Duration {
    Duration::from_secs(1 << attempt.saturating_sub(1).min(4))
}

/// The pause before the given look after an unanswered write, counted from 0: 0.5 s, 1 s, 2 s, 4 s.
pub(super) fn before_look(look: u8) -> Duration {
    Duration::from_millis(500 << look.min(3))
}

/// The pause before another look, counted from 1, at a document that lacks what this process has written.
pub(super) fn before_second_look(look: u8) -> Duration {
    SECOND_LOOKS[usize::from(look.saturating_sub(1)).min(SECOND_LOOKS.len() - 1)]
}

/// The longest pause before an effect is restored that has been restored that often: 0.5 s, doubling up to 8 s.
pub(super) fn before_restoring(restored: u8) -> Duration {
    Duration::from_millis(500 << restored)
}

/// The pause after the given definite "not found" in a row, counted from 1.
pub(super) fn after_absence(absence: u8) -> Duration {
    ABSENCES[usize::from(absence.saturating_sub(1)).min(ABSENCES.len() - 1)]
}

/// The pause after a rate limit.
pub(super) fn after_limit(stated: Option<Duration>) -> Duration {
    stated.map_or(UNSTATED_LIMIT, |wait| wait.max(SHORTEST_LIMIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_a_longest() {
        let milliseconds = |pause: fn(u8) -> Duration, counts: std::ops::Range<u8>| -> Vec<u128> {
            counts.map(|count| pause(count).as_millis()).collect()
        };
        assert_eq!(milliseconds(backoff, 1..7), [1000, 2000, 4000, 8000, 16000, 16000]);
        assert_eq!(milliseconds(before_look, 0..5), [500, 1000, 2000, 4000, 4000]);
        assert_eq!(milliseconds(before_second_look, 1..6), [200, 400, 800, 1600, 1600]);
        assert_eq!(milliseconds(before_restoring, 0..5), [500, 1000, 2000, 4000, 8000]);
        assert_eq!(milliseconds(after_absence, 1..7), [1000, 3000, 6000, 10000, 10000, 10000]);
    }

    /// A document is read again for as long as it takes to settle, before what it lacks is believed to be gone.
    #[test]
    fn second_looks_last_about_as_long_as_a_document_takes_to_settle() {
        let together: Duration = SECOND_LOOKS.iter().sum();
        assert_eq!(together, SETTLE);
    }

    #[test]
    fn a_rate_limit_always_pauses() {
        for (stated, pause) in [(Some(0), 1), (Some(28), 28), (None, 30)] {
            assert_eq!(
                after_limit(stated.map(Duration::from_secs)),
                Duration::from_secs(pause),
                "{stated:?}"
            );
        }
    }
}
