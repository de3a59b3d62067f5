//! What a panic looks like to the user. Catches none.
//!
//! Terraform takes a line on standard error that begins with `panic: ` for the death of the plugin, and shows it, with
//! all that follows, as a crash. That is the truth for a panic outside of the runtime's tasks only. A panic inside a
//! task is contained by the task, and whoever waits for it answers the request with a diagnostic; so it is logged as
//! an error, for those who look with `TF_LOG`.

use std::backtrace::Backtrace;
use std::io::{self, Write};
use std::panic::PanicHookInfo;

/// Replaces the default hook, whose text Terraform would take for debug output.
pub fn install() {
    std::panic::set_hook(Box::new(|panic| {
        let what = describe(panic);
        let backtrace = Backtrace::force_capture();
        if tokio::task::try_id().is_some() {
            tracing::error!(%backtrace, "panic: {what}");
        } else {
            let _ = io::stderr().lock().write_all(crash(&what, &backtrace.to_string()).as_bytes());
        }
    }));
}

/// The text in the form that Terraform captures: every line that follows, up to a hundred, belongs to it.
fn crash(what: &str, backtrace: &str) -> String {
    format!("panic: {what}\n\n{backtrace}\n")
}

fn describe(panic: &PanicHookInfo<'_>) -> String {
    let message = panic.payload_as_str().unwrap_or("(no message)");
    match panic.location() {
        Some(place) => format!("{message} ({place})"),
        None => message.to_owned(),
    }
}
