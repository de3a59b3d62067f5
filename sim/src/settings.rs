//! How the simulated service behaves where the real one is unknown, slow or unkind. All of it can be changed
//! while the simulator runs. Knows nothing of who reads it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Every behavior that can be switched. The defaults are the tamest reading of the public facts.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default)]
pub struct Settings {
    /// What answers add to the keys a client sent.
    pub fill: Fill,
    /// Whether answers shuffle tables, topics and object keys; never columns or other ordered lists.
    pub shuffle: bool,
    /// Seed of every random choice: shuffling, jitter, faults in percent. Setting it starts over.
    pub random_seed: u64,
    /// How long reads answer the document before the last write.
    pub stale_reads: Lag,
    /// How long a new integration reads as not active.
    pub activation: Lag,
    /// `integration_status` of every integration: any JSON. `null` leaves it to ClickHouse, where there is one.
    pub integration_status: Value,
    /// When ClickHouse is brought to what the documents say, where there is one.
    pub tables: Tables,
    /// What reads of an endpoint show in the place of a secret.
    pub redaction: Redaction,
    /// What a write is answered with.
    pub put_answer: PutAnswer,
    /// What happens to top-level keys of `user_config` that a PUT does not send.
    pub put_semantics: PutSemantics,
    /// What a PUT without `tables` means to an integration that has some.
    pub without_tables: WithoutTables,
    /// Status of a PUT that changes nothing; 200 accepts it.
    pub unchanged_status: u16,
    /// Whether a PUT that only spells out defaults changes nothing.
    pub unchanged_ignores_defaults: bool,
    /// Status for a wrong token: 401 or 403.
    pub wrong_token_status: u16,
    /// How strictly documents are checked.
    #[serde(flatten)]
    pub strictness: Strictness,
    /// How the schema of a table differs from the one that this stand-in was written by: a JSON merge patch.
    pub schema_overlay: Value,
    /// Milliseconds every API request takes, half before it is applied and half after.
    pub latency_ms: u64,
    /// Up to this many milliseconds more, at random.
    pub jitter_ms: u64,
    /// How many requests are allowed; `None` for any number.
    pub rate_limit: Option<RateLimit>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            fill: Fill::Echo,
            shuffle: false,
            random_seed: 1,
            stale_reads: Lag::default(),
            activation: Lag::default(),
            integration_status: Value::Null,
            tables: Tables::AtOnce,
            redaction: Redaction::Omit,
            put_answer: PutAnswer::Stored,
            put_semantics: PutSemantics::Merge,
            without_tables: WithoutTables::Keep,
            unchanged_status: 400,
            unchanged_ignores_defaults: false,
            wrong_token_status: 401,
            strictness: Strictness::default(),
            schema_overlay: json!({}),
            latency_ms: 0,
            jitter_ms: 0,
            rate_limit: None,
        }
    }
}

impl Settings {
    /// These settings with the top-level keys of `changes` written over them. An unknown key is an error.
    pub fn with(&self, changes: &Value) -> Result<Self, String> {
        let mut merged = serde_json::to_value(self).map_err(|error| error.to_string())?;
        let (Some(fields), Some(changes)) = (merged.as_object_mut(), changes.as_object()) else {
            return Err("settings must be a JSON object".to_owned());
        };
        for (key, value) in changes {
            let slot = fields.get_mut(key).ok_or_else(|| format!("there is no setting '{key}'"))?;
            *slot = value.clone();
        }
        serde_json::from_value(merged).map_err(|error| error.to_string())
    }
}

/// What answers add to the keys a client sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fill {
    /// Nothing: what was sent comes back.
    #[default]
    Echo,
    /// The documented defaults.
    Defaults,
    /// The documented defaults, and values whose default nobody documents.
    Undocumented,
    /// `null` for every optional key that was not sent.
    Nulls,
}

/// What reads of an endpoint show in the place of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Redaction {
    /// Nothing: the key is left out.
    Omit,
    /// `null`.
    Null,
    /// A text that is not the secret.
    Mask,
}

/// When ClickHouse is brought to what the documents say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tables {
    /// Before a write is answered.
    AtOnce,
    /// As soon as the setting is `at_once` again.
    Later,
}

/// How long something stays as it was: for a number of reads and for a time, whichever lasts longer.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lag {
    /// Reads that still see the old state.
    pub gets: u32,
    /// Milliseconds in which reads still see the old state.
    pub milliseconds: u64,
}

/// What a write is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PutAnswer {
    /// The document as it is now, filled and shuffled as a read would show it.
    Stored,
    /// The text the client sent.
    Echo,
}

/// What happens to top-level keys that a PUT does not send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PutSemantics {
    /// They stay.
    Merge,
    /// They go: the document is replaced whole.
    Replace,
}

/// What a PUT without `tables` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WithoutTables {
    /// Whatever `put_semantics` says.
    Keep,
    /// The tables are removed, even where other keys stay.
    Clear,
    /// It is refused as invalid.
    Refuse,
}

/// How strictly documents are checked.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default)]
pub struct Strictness {
    /// Keys that no rule knows, at any depth.
    pub unknown_keys: Leniency,
    /// Two tables of one name.
    pub duplicate_names: Leniency,
    /// `null` for an optional key.
    pub nulls: Leniency,
}

impl Default for Strictness {
    fn default() -> Self {
        Self { unknown_keys: Leniency::Accept, duplicate_names: Leniency::Refuse, nulls: Leniency::Refuse }
    }
}

/// Whether something doubtful is let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Leniency {
    /// Stored like anything else.
    Accept,
    /// Answered with 400.
    Refuse,
}

/// A limit on API requests in fixed windows.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// Requests allowed in a window.
    pub limit: u32,
    /// Milliseconds a window lasts, from the first request in it.
    pub window_ms: u64,
    /// Where a refusal states how long to wait.
    pub wait: WaitStated,
}

/// Where a refusal states how long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitStated {
    /// In `Retry-After`.
    Header,
    /// In the message, as the one public sighting has it.
    Message,
    /// In both.
    Both,
    /// Nowhere.
    None,
}
