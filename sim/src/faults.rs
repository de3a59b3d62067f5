//! Faults on demand: which request meets which fault. Decides only; `traffic` carries the faults out.

use rand::Rng;
use rand::rngs::StdRng;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What goes wrong with a request.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// Answers with a status of choice.
    Status {
        /// The HTTP status.
        code: u16,
        /// A string is answered as text, any other value as JSON; without one, an error in Aiven's shape.
        #[serde(default)]
        body: Option<Value>,
        /// Headers to add.
        #[serde(default)]
        headers: BTreeMap<String, String>,
        /// Whether the request takes effect before the fault.
        #[serde(default)]
        applied: bool,
    },
    /// Answers with a proxy's HTML page.
    Html {
        /// The HTTP status.
        #[serde(default = "bad_gateway")]
        code: u16,
        /// Whether the request takes effect before the fault.
        #[serde(default)]
        applied: bool,
    },
    /// Takes effect; the answer announces its whole length and ends in the middle.
    Truncate,
    /// Resets the connection; nothing takes effect.
    ResetBefore,
    /// Takes effect, then resets the connection.
    ResetAfter,
    /// Resets the connection; takes effect when `/_sim/apply_delayed` is called.
    DelayApply,
    /// Waits for `/_sim/release`, then takes effect and is answered.
    HoldBefore,
    /// Takes effect, waits for `/_sim/release`, then is answered.
    HoldAfter,
}

impl Fault {
    /// The name it has in JSON, for the request log.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Status { .. } => "status",
            Self::Html { .. } => "html",
            Self::Truncate => "truncate",
            Self::ResetBefore => "reset_before",
            Self::ResetAfter => "reset_after",
            Self::DelayApply => "delay_apply",
            Self::HoldBefore => "hold_before",
            Self::HoldAfter => "hold_after",
        }
    }
}

/// A fault and the requests it is meant for. What is left out matches everything.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// The HTTP method, in any letter case.
    #[serde(default)]
    method: Option<String>,
    /// A part of the path.
    #[serde(default)]
    path_contains: Option<String>,
    /// A part of the request's body, as text.
    #[serde(default)]
    body_contains: Option<String>,
    /// Matching requests to let through first.
    #[serde(default)]
    skip: u32,
    /// Requests to hit before the rule is used up, `null` for any number. Left out it is one, or any number
    /// beside `percent`.
    #[serde(default)]
    times: Times,
    /// Hits only this many of a hundred matching requests, at random.
    #[serde(default)]
    percent: Option<f64>,
    /// What happens to a request that is hit.
    fault: Fault,
}

/// How many requests a rule hits; `null` in JSON is any number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(from = "Option<u32>", into = "Option<u32>")]
enum Times {
    /// Left out; settled when the rule is added.
    #[default]
    Unstated,
    Unlimited,
    Limited(u32),
}

/// The rules in force, oldest first.
#[derive(Debug, Default)]
pub struct FaultRules(Vec<FaultRule>);

impl FaultRules {
    /// Adds a rule behind those there are.
    pub fn add(&mut self, mut rule: FaultRule) {
        if rule.times == Times::Unstated {
            let storm = rule.percent.is_some();
            rule.times = if storm { Times::Unlimited } else { Times::Limited(1) };
        }
        if rule.times != Times::Limited(0) {
            self.0.push(rule);
        }
    }

    /// Forgets all rules.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The rules that are not used up.
    pub fn rules(&self) -> &[FaultRule] {
        &self.0
    }

    /// The fault this request meets, if any: that of the oldest rule that wants it.
    pub fn choose(&mut self, method: &str, path: &str, body: &str, random: &mut StdRng) -> Option<Fault> {
        let position = self.0.iter_mut().position(|rule| {
            if !rule.matches(method, path, body) {
                return false;
            }
            if rule.skip > 0 {
                rule.skip -= 1;
                return false;
            }
            rule.percent.is_none_or(|percent| random.random_range(0.0..100.0) < percent)
        })?;
        let rule = &mut self.0[position];
        let fault = rule.fault.clone();
        if let Times::Limited(times) = &mut rule.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                self.0.remove(position);
            }
        }
        Some(fault)
    }
}

impl FaultRule {
    fn matches(&self, method: &str, path: &str, body: &str) -> bool {
        let within =
            |part: &Option<String>, whole: &str| part.as_deref().is_none_or(|part| whole.contains(part));
        self.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && within(&self.path_contains, path)
            && within(&self.body_contains, body)
    }
}

const fn bad_gateway() -> u16 {
    502
}

impl From<Option<u32>> for Times {
    fn from(stated: Option<u32>) -> Self {
        stated.map_or(Self::Unlimited, Self::Limited)
    }
}

impl From<Times> for Option<u32> {
    fn from(times: Times) -> Self {
        match times {
            Times::Limited(count) => Some(count),
            Times::Unlimited | Times::Unstated => None,
        }
    }
}
