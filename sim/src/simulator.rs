//! Everything a running simulator keeps, behind one lock: the world, the settings, the faults, the log.
//! Knows nothing of routes.

use crate::Options;
use crate::data_plane::{DataPlane, NoEngine};
use crate::faults::FaultRules;
use crate::parking::Parking;
use crate::rate_limit::RateWindow;
use crate::request_log::RequestLog;
use crate::settings::Settings;
use crate::state::{Project, World};
use crate::{seed, traffic};
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The simulator as its routes share it.
pub type Shared = Arc<Simulator>;

/// A running simulator.
#[derive(Debug)]
pub struct Simulator {
    options: Options,
    state: Mutex<State>,
    /// Requests that are being held.
    pub parking: Parking,
    /// Requests that were answered with a reset and have not taken effect yet.
    pub delayed: Mutex<Vec<traffic::Delayed>>,
    /// The engines behind the API, where there are any.
    pub data_plane: Option<DataPlane>,
}

/// What changes while it runs. One lock covers all of it, so every request sees and leaves a whole state.
#[derive(Debug)]
pub struct State {
    /// Projects and what is in them.
    pub world: World,
    /// How the service behaves.
    pub settings: Settings,
    /// The source of every random choice.
    pub random: StdRng,
    /// Faults waiting for their requests.
    pub faults: FaultRules,
    /// What reached the API.
    pub log: RequestLog,
    /// Requests counted against the rate limit.
    pub rate: RateWindow,
}

impl Simulator {
    /// A simulator as the options describe it, with engines that are ready to be used.
    pub async fn start(options: Options) -> Result<Shared, NoEngine> {
        let data_plane = match &options.data_plane {
            Some(python) => Some(DataPlane::start(python).await?),
            None => None,
        };
        let state = Mutex::new(State::begin(&options));
        let (parking, delayed) = (Parking::default(), Mutex::default());
        let simulator = Arc::new(Self { options, state, parking, delayed, data_plane });
        simulator.bring_about().await;
        Ok(simulator)
    }

    /// The state. The lock is never held across an await.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this is the token the simulator was started with.
    pub fn accepts(&self, token: &str) -> bool {
        token == self.options.token
    }

    /// Brings the engines, where there are any, to what the world says now. It goes on to the end even if nobody waits.
    pub async fn bring_about(self: &Arc<Self>) {
        let simulator = Arc::clone(self);
        let work = tokio::spawn(async move {
            if let Some(data_plane) = &simulator.data_plane {
                data_plane.bring_about(&simulator).await;
            }
        });
        // It can only fail by a panic, which is on the standard error then.
        let _ = work.await;
    }

    /// Goes back to the beginning. Held requests are released, delayed ones never take effect.
    pub async fn reset(self: &Arc<Self>) -> Result<(), NoEngine> {
        self.parking.release(None).await;
        self.delayed.lock().unwrap_or_else(PoisonError::into_inner).clear();
        *self.state() = State::begin(&self.options);
        if let Some(data_plane) = &self.data_plane {
            data_plane.renew().await?;
        }
        self.bring_about().await;
        Ok(())
    }
}

impl State {
    fn begin(options: &Options) -> Self {
        let mut world = World::default();
        let project = if options.seed { seed::project() } else { Project::default() };
        world.projects.insert(options.project.clone(), project);
        let settings = Settings::default();
        Self {
            world,
            random: StdRng::seed_from_u64(settings.random_seed),
            settings,
            faults: FaultRules::default(),
            log: RequestLog::default(),
            rate: RateWindow::default(),
        }
    }
}
