//! Panics that are caught and answered, told apart from those that end the process.

/// Runs work whose panics somebody catches and reports.
pub async fn reported<T>(work: impl Future<Output = T>) -> T {
    work.await
}
