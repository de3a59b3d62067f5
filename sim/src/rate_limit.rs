//! Counts requests against a limit in fixed windows. Knows nothing of what the requests are.

use crate::errors::ApiError;
use crate::settings::{RateLimit, WaitStated};
use std::time::{Duration, Instant};

/// The window that is being counted.
#[derive(Debug, Default)]
pub struct RateWindow(Option<(Instant, u32)>);

impl RateWindow {
    /// Counts a request made now, or refuses it.
    pub fn admit(&mut self, rule: RateLimit, now: Instant) -> Result<(), ApiError> {
        let length = Duration::from_millis(rule.window_ms);
        let (opened, count) = match self.0 {
            Some((opened, count)) if now < opened + length => (opened, count),
            _ => (now, 0),
        };
        if count < rule.limit {
            self.0 = Some((opened, count + 1));
            return Ok(());
        }
        // Rounded up: a client that waits as long as it is told must not meet the same window again.
        let left = (opened + length).saturating_duration_since(now);
        let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
        let in_message = matches!(rule.wait, WaitStated::Message | WaitStated::Both);
        let in_header = matches!(rule.wait, WaitStated::Header | WaitStated::Both);
        Err(ApiError::too_many_requests(rule.limit, seconds, in_message, in_header))
    }
}
