//! Storms in memory: several processes without a common lock write one document as fast as they can. Time is
//! simulated, so hundreds of storms take seconds; `tests/it` has a few with real processes.

use std::collections::VecDeque;
use std::sync::Mutex;

use serde_json::value::RawValue;

use super::*;
use crate::document::Document;
use crate::engine::subject::{elements, fetched};
use crate::engine::{Fetched, Store};

/// Each process has so many tables to create.
const TABLES: usize = 25;
/// Terraform's own parallelism.
const PARALLELISM: usize = 10;

/// A server that takes from 100 to 200 ms to answer, half of it before a request takes effect.
#[derive(Clone, Default)]
struct Sea {
    tables: Arc<Mutex<BTreeMap<String, u8>>>,
    requests: Arc<Mutex<u32>>,
}

impl Sea {
    async fn half_way(&self) {
        sleep(Duration::from_millis(50) + Duration::from_millis(50).mul_f64(fastrand::f64())).await;
    }

    fn fetched(&self) -> Fetched {
        *self.requests.lock().unwrap() += 1;
        fetched(TYPE, &self.tables.lock().unwrap())
    }
}

impl Store for Sea {
    async fn fetch(&self, _: &IntegrationKey) -> Result<Fetched, ReadError> {
        self.half_way().await;
        let fetched = self.fetched();
        self.half_way().await;
        Ok(fetched)
    }

    async fn replace(&self, _: &IntegrationKey, config: Box<RawValue>) -> Result<Fetched, WriteError> {
        self.half_way().await;
        let tables: BTreeMap<String, u8> = elements(&Document::parse(&config).unwrap());
        let is_unchanged = *self.tables.lock().unwrap() == tables;
        *self.tables.lock().unwrap() = tables;
        let fetched = self.fetched();
        self.half_way().await;
        if is_unchanged { Err(WriteError::Unchanged { message: "unchanged".into() }) } else { Ok(fetched) }
    }
}

/// What a storm left behind.
struct Wreckage {
    took: Duration,
    requests: u32,
    /// Tables that were acknowledged and are gone.
    lost: usize,
    /// Answers other than a plain success.
    alarms: Vec<Answer>,
}

async fn storm(seed: u64, processes: usize, policy: Policy) -> Wreckage {
    fastrand::seed(seed);
    let sea = Sea::default();
    let started = Instant::now();
    let alarms = join_all((0..processes).map(|process| {
        let engine: Arc<Engine<Sea, Set>> =
            Arc::new(Engine::new(sea.clone(), TYPE, policy, Locks::none(), TaskTracker::new()));
        let todo: Arc<Mutex<VecDeque<String>>> =
            Arc::new(Mutex::new((0..TABLES).map(|table| format!("{process}-{table}")).collect()));
        let offset = Duration::from_secs(1).mul_f64(fastrand::f64());
        async move {
            sleep(offset).await;
            let workers = (0..PARALLELISM).map(async |_| {
                let mut alarms = Vec::new();
                loop {
                    let Some(name) = todo.lock().unwrap().pop_front() else { return alarms };
                    let want = Want::Create(set(&name, 1, None));
                    let answer = engine.submit(&key(), operation(&name, want)).await;
                    if !is_done(&answer.outcome) || answer.caveat.is_some() {
                        alarms.push(answer);
                    }
                }
            });
            join_all(workers).await.concat()
        }
    }))
    .await
    .concat();
    let there = sea.tables.lock().unwrap().len();
    let requests = *sea.requests.lock().unwrap();
    Wreckage { took: started.elapsed(), requests, lost: processes * TABLES - there, alarms }
}

async fn storms(name: &str, count: u64, processes: usize, policy: Policy) -> Vec<Wreckage> {
    let mut storms = Vec::new();
    for seed in 0..count {
        storms.push(storm(seed, processes, policy).await);
    }
    let longest = storms.iter().map(|storm| storm.took).max().unwrap_or_default();
    let mean = storms.iter().map(|storm| storm.took).sum::<Duration>() / u32::try_from(count).unwrap();
    let requests = storms.iter().map(|storm| u64::from(storm.requests)).sum::<u64>() / count;
    let losing = storms.iter().filter(|storm| storm.lost > 0).count();
    let lost: usize = storms.iter().map(|storm| storm.lost).sum();
    let alarms: usize = storms.iter().map(|storm| storm.alarms.len()).sum();
    println!(
        "{name}: {count} storms of {processes} x {TABLES} tables, {losing} lost tables ({lost} in all), {alarms} \
         alarms; {mean:.1?} on average, {longest:.1?} at most, {requests} requests"
    );
    storms
}

#[tokio::test(start_paused = true)]
async fn no_storm_takes_a_table_away() {
    for processes in [2, 4] {
        for storm in storms("hold", 50, processes, Policy::default()).await {
            assert_eq!((storm.lost, storm.alarms), (0, vec![]));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_hold_many_do() {
    let storms = storms("no hold", 20, 4, EAGER).await;
    assert!(storms.iter().filter(|storm| storm.lost > 0).count() >= storms.len() / 4);
}
