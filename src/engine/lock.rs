//! One writer per document on this machine: an advisory file lock between the processes of one user.
//!
//! Terraform starts a process for every provider configuration, so two aliases are two processes that may edit
//! one document. The lock makes them take turns. It is a help, not a foundation: where no folder can be had or
//! somebody holds on for too long, the engine goes on without, since a locked-out apply is worse than a race
//! that the API's other users run anyway. The kernel releases the lock of a process that dies.
//!
//! Knows nothing of what is done under the lock.

use std::ffi::OsString;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::store::IntegrationKey;

const FOLDER: &str = env!("CARGO_PKG_NAME");
/// Longer than a healthy holder needs: a read of 20 s, a write of 60 s and four looks of 20 s with their pauses
/// come to less than 3 min. So only a rival that hangs is passed by.
const LOCK_WAIT: Duration = Duration::from_mins(5);
/// A wait that a user would begin to wonder about.
const REPORT_AFTER: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(50);

/// Where the lock files of one API live.
#[derive(Debug, Clone)]
pub struct Locks {
    /// The folders to try, in this order.
    folders: Vec<PathBuf>,
    api_url: String,
}

/// The lock, held until dropped.
#[derive(Debug)]
pub(super) struct Guard {
    /// Closing the file releases it.
    _file: File,
}

impl Locks {
    /// Locks in the user's cache, runtime or temporary folder, whichever is usable first: read-only homes are
    /// normal in CI. Processes that talk to one API take turns; `api_url` tells APIs apart.
    pub fn of_user(api_url: &str) -> Self {
        Self::among(api_url, |name| std::env::var_os(name))
    }

    fn among(api_url: &str, variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let variable = |name| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        // A login has a runtime folder and a cron job has none, yet the two must meet.
        let folders = [
            variable("XDG_CACHE_HOME"),
            variable("HOME").map(|home| home.join(".cache")),
            variable("LOCALAPPDATA"),
            variable("XDG_RUNTIME_DIR"),
        ];
        let temporary = std::env::temp_dir();
        // Where nothing can be made there is no owner to name, but no lock file either.
        let owner = own_user(&temporary).map(|user| user.to_string()).unwrap_or_default();
        let shared = temporary.join(format!("{FOLDER}-{owner}"));
        let folders =
            folders.into_iter().flatten().map(|folder| folder.join(FOLDER)).chain([shared]).collect();
        Self { folders, api_url: api_url.to_owned() }
    }

    /// Locks in this folder and no other; it is created if need be.
    pub fn in_folder(folder: &Path, api_url: &str) -> Self {
        Self { folders: vec![folder.to_owned()], api_url: api_url.to_owned() }
    }

    /// No locks at all, for the only writer there is.
    pub fn none() -> Self {
        Self { folders: Vec::new(), api_url: String::new() }
    }

    /// Waits for the lock, up to [`LOCK_WAIT`]. None means: go on without.
    pub(super) async fn acquire(&self, key: &IntegrationKey) -> Option<Guard> {
        let file = self.open(key)?;
        let started = Instant::now();
        let mut reported = false;
        loop {
            match file.try_lock() {
                Ok(()) => return Some(Guard { _file: file }),
                Err(TryLockError::Error(error)) => {
                    tracing::debug!(%error, "file locks do not work here; going on without");
                    return None;
                }
                Err(TryLockError::WouldBlock) => {}
            }
            if started.elapsed() >= LOCK_WAIT {
                tracing::warn!(integration = key.id, "another process holds on to the integration; going on");
                return None;
            }
            if started.elapsed() >= REPORT_AFTER && !reported {
                reported = true;
                tracing::info!(integration = key.id, "waiting for another process to finish its write");
            }
            sleep(POLL).await;
        }
    }

    fn open(&self, key: &IntegrationKey) -> Option<File> {
        let name = format!("{:016x}.lock", fingerprint([&self.api_url, &key.project, &key.id]));
        self.folders.iter().find_map(|folder| match open_in(folder, &name) {
            Ok(file) => Some(file),
            Err(error) => {
                tracing::debug!(folder = %folder.display(), %error, "no lock file in this folder");
                None
            }
        })
    }
}

fn open_in(folder: &Path, name: &str) -> io::Result<File> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    check_private(folder)?;
    OpenOptions::new().create(true).truncate(false).write(true).open(folder.join(name))
}

/// In a shared temporary folder anybody may have put something of our name there first.
#[cfg(unix)]
fn check_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let metadata = std::fs::symlink_metadata(folder)?;
    // The six bits of the group and of everybody else are all zero.
    if metadata.is_dir() && metadata.mode().trailing_zeros() >= 6 && metadata.uid() == own_user(folder)? {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::PermissionDenied, "the folder is not private to this user"))
}

#[cfg(not(unix))]
fn check_private(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// The standard library cannot tell who we are, but the owner of a file we create can. It is a nameless one in the
/// very folder in question: the lock file may be another user's, and no other folder need be usable.
#[cfg(unix)]
fn own_user(folder: &Path) -> io::Result<u32> {
    use std::os::unix::fs::MetadataExt;
    Ok(tempfile::tempfile_in(folder)?.metadata()?.uid())
}

#[cfg(not(unix))]
fn own_user(_folder: &Path) -> io::Result<u32> {
    Ok(0)
}

/// FNV-1a: the same in every process and every version, unlike the standard library's. A collision costs two
/// documents a turn, no more.
fn fingerprint(parts: [&str; 3]) -> u64 {
    parts
        .iter()
        .flat_map(|part| part.bytes().chain([0]))
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing::Level;
    use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

    use super::*;

    const BESIDE: &str = "LOCK_TEST_FOLDER";

    #[test]
    fn a_login_and_a_cron_job_of_one_user_meet() {
        let cron = |name: &str| (name == "HOME").then(|| OsString::from("/home/me"));
        let login = |name: &str| if name == "XDG_RUNTIME_DIR" { Some("/run/me".into()) } else { cron(name) };
        let first = |locks: Locks| locks.folders.into_iter().next();
        let meeting = first(Locks::among("url", cron));
        assert_eq!(meeting, Some(Path::new("/home/me/.cache").join(FOLDER)));
        assert_eq!(first(Locks::among("url", login)), meeting);
    }

    /// An ordinary test, which the next one also runs in a process without a usable temporary folder.
    #[tokio::test]
    async fn the_lock_is_had_in_the_folder_of_the_cache() {
        // Where the other test asks for it, beside the broken temporary folder; else in any.
        let made = std::env::var_os(BESIDE).map_or_else(tempfile::tempdir, tempfile::tempdir_in).unwrap();
        let folder = made.path().to_owned();
        let variable = |name: &str| (name == "XDG_CACHE_HOME").then(|| folder.clone().into_os_string());
        let key = IntegrationKey { project: "project".into(), id: "id".into() };
        assert!(Locks::among("url", variable).acquire(&key).await.is_some());
        assert_eq!(std::fs::read_dir(folder.join(FOLDER)).unwrap().count(), 1);
    }

    #[test]
    fn a_broken_temporary_folder_does_not_switch_the_lock_off() {
        let folder = tempfile::tempdir().unwrap();
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "engine::lock::tests::the_lock_is_had_in_the_folder_of_the_cache"])
            .env("TMPDIR", folder.path().join("no/such"))
            .env(BESIDE, folder.path())
            .output()
            .unwrap();
        let report = String::from_utf8_lossy(&output.stdout);
        assert!(report.contains("1 passed"), "{report}");
    }

    fn key(id: &str) -> IntegrationKey {
        IntegrationKey { project: "project".into(), id: id.into() }
    }

    /// How serious a message was, and after how long it came.
    type Said = Arc<Mutex<Vec<(Level, u64)>>>;

    struct Listener {
        started: Instant,
        said: Said,
    }

    impl<S: tracing::Subscriber> Layer<S> for Listener {
        fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
            let after = self.started.elapsed().as_secs();
            self.said.lock().unwrap().push((*event.metadata().level(), after));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_rival_that_hangs_is_told_of_once_and_passed_by_in_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let locks = Locks::in_folder(&folder.path().join("locks"), "url");
        let rival = locks.acquire(&key("id")).await;
        assert!(rival.is_some());
        let (started, said) = (Instant::now(), Said::default());
        let listener = Listener { started, said: Arc::clone(&said) };
        // With a single dispatcher alive, a test beside this one would decide for all whether anybody listens.
        let _second = tracing::Dispatch::new(tracing_subscriber::registry());
        let listening = tracing::subscriber::set_default(tracing_subscriber::registry().with(listener));
        assert!(locks.acquire(&key("id")).await.is_none());
        drop(listening);
        assert_eq!(started.elapsed().as_secs(), LOCK_WAIT.as_secs());
        let expected = [(Level::INFO, REPORT_AFTER.as_secs()), (Level::WARN, LOCK_WAIT.as_secs())];
        assert_eq!(*said.lock().unwrap(), expected);
        // Another integration's lock is another one, and a rival that is gone holds nothing.
        assert!(locks.acquire(&key("another")).await.is_some());
        drop(rival);
        assert!(locks.acquire(&key("id")).await.is_some());
        assert_eq!(started.elapsed().as_secs(), LOCK_WAIT.as_secs());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_folder_that_others_may_enter_is_not_used() {
        use std::fs::{Permissions, create_dir, read_dir, set_permissions};
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let [open, private, link] = ["open", "private", "link"].map(|name| folder.path().join(name));
        for (place, mode) in [(&open, 0o755), (&private, 0o700)] {
            create_dir(place).unwrap();
            set_permissions(place, Permissions::from_mode(mode)).unwrap();
        }
        symlink(&private, &link).unwrap();
        for mode in [0o755, 0o710, 0o701] {
            set_permissions(&open, Permissions::from_mode(mode)).unwrap();
            assert!(Locks::in_folder(&open, "url").acquire(&key("id")).await.is_none(), "{mode:o}");
        }
        assert!(Locks::in_folder(&link, "url").acquire(&key("id")).await.is_none());
        assert!([&open, &private].into_iter().all(|place| read_dir(place).unwrap().next().is_none()));
        assert!(Locks::in_folder(&private, "url").acquire(&key("id")).await.is_some());
    }

    /// Two versions of this program that run side by side must meet at one file.
    #[test]
    fn the_name_of_a_lock_file_stays_the_same() {
        assert_eq!(fingerprint(["url", "project", "id"]), 0xa2b9_5eff_5383_b94c);
    }
}
