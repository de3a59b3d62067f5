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

/// The leave to go on. Whoever gave it waits until this is dropped.
#[derive(Debug)]
pub struct Leave {
    _settled: Option<oneshot::Sender<()>>,
}

/// All held requests, oldest first.
#[derive(Debug)]
pub struct Parking {
    held: Mutex<Vec<Held>>,
    count: watch::Sender<usize>,
}

#[derive(Debug)]
struct Held {
    request: HeldRequest,
    release: oneshot::Sender<Leave>,
}

impl Default for Parking {
    fn default() -> Self {
        Self { held: Mutex::default(), count: watch::Sender::new(0) }
    }
}

impl Parking {
    /// Holds a request until somebody releases it. It takes effect before the leave is dropped.
    pub async fn park(&self, request: HeldRequest) -> Leave {
        let (release, released) = oneshot::channel();
        {
            let mut held = self.lock();
            held.push(Held { request, release });
            self.count.send_replace(held.len());
        }
        released.await.unwrap_or(Leave { _settled: None })
    }

    /// Releases the oldest `count` requests, or all, and returns how many that were once they have taken
    /// effect; a test whose client is gone has nothing else to wait for.
    pub async fn release(&self, count: Option<usize>) -> usize {
        let mut settled = Vec::new();
        {
            let mut held = self.lock();
            let count = count.unwrap_or(held.len()).min(held.len());
            for held in held.drain(..count) {
                let (settle, wait) = oneshot::channel();
                settled.push(wait);
                // Fails only while the simulator is shutting down, when nobody waits any more.
                let _ = held.release.send(Leave { _settled: Some(settle) });
            }
            self.count.send_replace(held.len());
        }
        let count = settled.len();
        for wait in settled {
            // An error is the signal: the leave was dropped.
            let _ = wait.await;
        }
        count
    }

    /// The held requests as soon as there are at least `count`, or `None` after `patience`.
    pub async fn wait_for(&self, count: usize, patience: Duration) -> Option<Vec<HeldRequest>> {
        let mut held = self.count.subscribe();
        let enough = held.wait_for(|held| *held >= count);
        tokio::time::timeout(patience, enough).await.ok()?.ok()?;
        Some(self.lock().iter().map(|held| held.request.clone()).collect())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
