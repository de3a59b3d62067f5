//! When the process ends: because Terraform says so, because a signal does, or because Terraform is gone.
//! Ends nothing itself.

use std::io;
use std::time::Duration;

use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Mode, Stop};

/// How often we look whether Terraform still lives.
const PARENT_CHECK: Duration = Duration::from_secs(2);

/// Returns when it is time to end: `end` was cancelled (a shutdown was asked for), or a `signal` or `parent_death`
/// came and no `work` runs any more. A developer's signal waits for no work. Calls `stop` first of all: whoever
/// ended us does not look at results, so nothing more is begun.
pub async fn ended(
    mode: Mode,
    signal: impl Future<Output = ()>,
    parent_death: impl Future<Output = ()>,
    end: CancellationToken,
    stop: Stop,
    work: TaskTracker,
) {
    let patient = tokio::select! {
        () = end.cancelled() => false,
        () = signal => mode == Mode::Terraform,
        () = parent_death => true,
    };
    tracing::debug!(patient, "the end has come");
    stop();
    if patient {
        // Terraform, if it lives, still waits for what was begun and will ask for the shutdown when it does not;
        // otherwise nobody is left to kill us. Either way a change that has begun may take the time it needs.
        work.close();
        tokio::select! {
            () = work.wait() => {}
            () = end.cancelled() => {}
        }
    }
}

/// Returns when the process that started us is gone; never if a developer did.
///
/// The kernel's own notice (`PR_SET_PDEATHSIG`) is about the thread that started us, and Go ends threads at will.
pub fn parent_death(mode: Mode) -> impl Future<Output = ()> {
    let watched = (mode == Mode::Terraform).then(|| watch(parent));
    async move {
        match watched {
            Some(death) => death.await,
            None => std::future::pending().await,
        }
    }
}

/// Returns when `parent` answers otherwise than it did at the call.
pub fn watch(parent: impl Fn() -> u32) -> impl Future<Output = ()> {
    let born_to = parent();
    async move {
        let mut ticks = tokio::time::interval(PARENT_CHECK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while parent() == born_to {
            ticks.tick().await;
        }
    }
}

#[cfg(unix)]
fn parent() -> u32 {
    std::os::unix::process::parent_id()
}

/// Elsewhere a process that loses its parent is not told.
#[cfg(not(unix))]
fn parent() -> u32 {
    0
}

/// The signals we handle. While this lives, Ctrl-C does not kill the process: a terminal sends it to Terraform and to
/// all its plugins at once, and Terraform then asks each plugin to stop in good order.
#[cfg(unix)]
pub struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hangup: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Takes the signals over.
    pub fn catch() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Returns when a signal came that ends the process.
    pub async fn ending(mut self, mode: Mode) {
        tokio::select! {
            _ = self.interrupt.recv(), if mode == Mode::Debug => {}
            _ = self.terminate.recv() => {}
            _ = self.hangup.recv() => {}
        }
    }
}

/// The console events we handle, as on unix.
#[cfg(windows)]
pub struct Signals {
    interrupt: tokio::signal::windows::CtrlC,
    // Go programs, Terraform included, take this one for an interrupt too.
    _break: tokio::signal::windows::CtrlBreak,
    close: tokio::signal::windows::CtrlClose,
    shutdown: tokio::signal::windows::CtrlShutdown,
}

#[cfg(windows)]
impl Signals {
    /// Takes the console events over.
    pub fn catch() -> io::Result<Self> {
        use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown};
        Ok(Self {
            interrupt: ctrl_c()?,
            _break: ctrl_break()?,
            close: ctrl_close()?,
            shutdown: ctrl_shutdown()?,
        })
    }

    /// Returns when a signal came that ends the process.
    pub async fn ending(mut self, mode: Mode) {
        tokio::select! {
            _ = self.interrupt.recv(), if mode == Mode::Debug => {}
            _ = self.close.recv() => {}
            _ = self.shutdown.recv() => {}
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::sync::oneshot;

    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    #[tokio::test(start_paused = true)]
    async fn a_changed_parent_is_noticed_at_the_next_look() {
        let parent = Arc::new(AtomicU32::new(100));
        let seen = Arc::clone(&parent);
        let death = watch(move || seen.load(Ordering::Relaxed));
        tokio::pin!(death);
        let same = tokio::time::timeout(PARENT_CHECK * 10, &mut death).await;
        assert!(same.is_err(), "the parent lives");

        parent.store(1, Ordering::Relaxed);
        let changed = tokio::time::timeout(PARENT_CHECK, &mut death).await;
        assert!(changed.is_ok(), "the parent is gone");
    }

    /// A lifetime with one piece of work under way; `signal` and `parent_death` may end it, as may `end`.
    fn ended_by(
        mode: Mode,
        signal: bool,
        parent_death: bool,
        end: &CancellationToken,
    ) -> (impl Future<Output = ()>, oneshot::Sender<()>, oneshot::Receiver<()>) {
        let happens = |now: bool| async move {
            if !now {
                std::future::pending::<()>().await;
            }
        };
        let (finish, finished) = oneshot::channel::<()>();
        let (stop, stopped) = oneshot::channel::<()>();
        let work = TaskTracker::new();
        work.spawn(finished);
        let stop = Box::new(|| {
            let _ = stop.send(());
        });
        (ended(mode, happens(signal), happens(parent_death), end.clone(), stop, work), finish, stopped)
    }

    #[tokio::test(start_paused = true)]
    async fn an_orphan_and_a_signalled_plugin_begin_nothing_and_finish_what_they_began() {
        for (signal, parent_death) in [(false, true), (true, false)] {
            let end = CancellationToken::new();
            let (ended, finish, stopped) = ended_by(Mode::Terraform, signal, parent_death, &end);
            tokio::pin!(ended);
            assert!(tokio::time::timeout(HOUR, &mut ended).await.is_err());
            assert_eq!(stopped.await, Ok(()), "the plugin goes on beginning things");
            finish.send(()).expect("the task waits");
            assert!(tokio::time::timeout(HOUR, &mut ended).await.is_ok());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_shutdown_ends_the_wait_after_a_signal() {
        let end = CancellationToken::new();
        let (ended, _finish, _stopped) = ended_by(Mode::Terraform, true, false, &end);
        tokio::pin!(ended);
        assert!(tokio::time::timeout(HOUR, &mut ended).await.is_err());
        end.cancel();
        assert!(tokio::time::timeout(HOUR, &mut ended).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_developers_signal_ends_at_once() {
        let end = CancellationToken::new();
        let (ended, _finish, _stopped) = ended_by(Mode::Debug, true, false, &end);
        assert!(tokio::time::timeout(HOUR, ended).await.is_ok());
    }
}
