//! What the simulator's log tells of a storm: how many requests, and what became of each table. Knows nothing of
//! who sent a request, nor of what should have become of a table.

use std::collections::BTreeSet;

use crate::harness::{Request, RequestLog};

/// The requests of one part of a storm.
pub struct History {
    /// In order of arrival.
    log: RequestLog,
    /// The writes that took effect, in the order in which they did, each with the names it left.
    written: Vec<(u64, BTreeSet<String>)>,
    /// The names before the first of them.
    before: BTreeSet<String>,
}

impl History {
    /// The history of the requests in `log`, which met an integration with the tables `before`.
    pub fn new(log: RequestLog, before: Vec<String>) -> Self {
        let mut applied: Vec<&Request> =
            log.writes().into_iter().filter(|write| write.status == Some(200)).collect();
        applied.sort_by_key(|write| write.effect_microseconds);
        let written = applied
            .into_iter()
            .map(|write| (write.sequence, write.table_names().into_iter().collect()))
            .collect();
        Self { log, written, before: before.into_iter().collect() }
    }

    /// How many requests only asked for the document.
    pub fn reads(&self) -> usize {
        self.log.requests.len() - self.writes()
    }

    /// How many requests asked for a change, whatever became of them.
    pub fn writes(&self) -> usize {
        self.log.writes().len()
    }

    /// How many requests met a fault.
    pub fn faults(&self) -> usize {
        self.log.requests.iter().filter(|request| request.fault.is_some()).count()
    }

    /// How often a write undid what another had done to a table: it came and went, or it went and came. Where every
    /// table is as it should be in the end, so often was one restored, too.
    pub fn undone(&self) -> usize {
        let names: BTreeSet<&String> =
            self.written.iter().flat_map(|(_, names)| names).chain(&self.before).collect();
        names.into_iter().map(|name| self.turns(name).len() / 2).sum()
    }

    /// The fewest tables that a write added to those of the write before it.
    pub fn least_growth(&self) -> Option<isize> {
        let sizes = std::iter::once(&self.before).chain(self.written.iter().map(|(_, names)| names));
        let sizes: Vec<isize> = sizes.map(BTreeSet::len).filter_map(|size| size.try_into().ok()).collect();
        sizes.windows(2).map(|pair| pair[1] - pair[0]).min()
    }

    /// Which writes made the table and which removed it, as running text.
    pub fn course(&self, name: &str) -> String {
        let turns = self.turns(name);
        let turns: Vec<_> = turns
            .into_iter()
            .map(|(sequence, present)| format!("{} with #{sequence}", if present { "came" } else { "went" }))
            .collect();
        if turns.is_empty() { "no write changed that".to_owned() } else { turns.join(", ") }
    }

    /// The writes with which the table came or went.
    fn turns(&self, name: &str) -> Vec<(u64, bool)> {
        let mut present = self.before.contains(name);
        let mut turns = Vec::new();
        for (sequence, names) in &self.written {
            if names.contains(name) != present {
                present = !present;
                turns.push((*sequence, present));
            }
        }
        turns
    }

    /// The last requests, one in a line.
    pub fn tail(&self, count: usize) -> String {
        let requests = &self.log.requests;
        let lines = requests[requests.len().saturating_sub(count)..].iter().map(|request| {
            let microseconds = request.effect_microseconds.unwrap_or_default();
            let time = format!("{:4}.{:03} s", microseconds / 1_000_000, microseconds / 1_000 % 1_000);
            let status = request.status.map_or("-".to_owned(), |status| status.to_string());
            let fault = request.fault.as_deref().unwrap_or_default();
            let tables =
                if request.writes() { format!("{} tables", request.tables()) } else { String::new() };
            format!(
                "  #{:<4} {time}  {:<4} {status:<4} {tables:<11} {fault}",
                request.sequence, request.method
            )
        });
        lines.map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    }
}
