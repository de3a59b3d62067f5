//! Requests that are held until a test releases them, and the wait for a number of them to be held.
//! This is what lets tests order events by handshake instead of by time.

use serde::Serialize;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{oneshot, watch};

/// A request that is being held.
#[derive(Clone, Debug, Serialize)]
pub struct HeldRequest {
    /// Its number in the request log.
    pub sequence: u64,
    /// The HTTP method.
    pub method: String,
    /// The path without the query.
    pub path: String,
    /// Whether it has taken effect already.
    pub applied: bool,
}

/// All held requests, oldest first.
#[derive(Debug)]
pub struct Parking {
    held: Mutex<Vec<(HeldRequest, oneshot::Sender<()>)>>,
    count: watch::Sender<usize>,
}

impl Default for Parking {
    fn default() -> Self {
        Self {
            held: Mutex::default(),
            count: watch::Sender::new(0),
        }
    }
}

impl Parking {
    /// Holds a request until somebody releases it.
    pub async fn park(&self, request: HeldRequest) {
        let (release, released) = oneshot::channel();
        {
            let mut held = self.lock();
            held.push((request, release));
            self.count.send_replace(held.len());
        }
        // A dropped sender is a release too.
        let _ = released.await;
    }

    /// Releases the oldest `count` requests, or all, and returns how many that were.
    pub fn release(&self, count: Option<usize>) -> usize {
        let mut held = self.lock();
        let count = count.unwrap_or(held.len()).min(held.len());
        for (_, release) in held.drain(..count) {
            // The receiver is gone when the simulator is being shut down; nothing is left to release then.
            let _ = release.send(());
        }
        self.count.send_replace(held.len());
        count
    }

    /// The held requests as soon as there are at least `count`, or `None` after `patience`.
    pub async fn wait_for(&self, count: usize, patience: Duration) -> Option<Vec<HeldRequest>> {
        let mut held = self.count.subscribe();
        let enough = held.wait_for(|held| *held >= count);
        tokio::time::timeout(patience, enough).await.ok()?.ok()?;
        Some(
            self.lock()
                .iter()
                .map(|(request, _)| request.clone())
                .collect(),
        )
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(HeldRequest, oneshot::Sender<()>)>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
