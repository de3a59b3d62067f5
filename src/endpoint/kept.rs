//! Settings that are not configured and that Aiven shows all the same: removed here and merged in there, or filled in
//! by Aiven. Remembered in private state, so that they are no difference for ever. Holds no secrets: the API shows none.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::aiven::Endpoint;
use crate::tf::{Diagnostics, Path, Value};

use super::config::shown;
use super::settings::{SECRETS, SETTINGS};

const VERSION: u8 = 1;

/// Values by key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept(BTreeMap<String, String>);

/// The form in private state. Another version's, or bytes of another origin, count as nothing kept.
#[derive(Serialize, Deserialize)]
struct Stored {
    v: u8,
    kept: BTreeMap<String, String>,
}

impl Kept {
    /// Reads what [`Kept::to_private`] wrote.
    pub fn from_private(private: &[u8]) -> Self {
        let stored = serde_json::from_slice::<Stored>(private).ok().filter(|stored| stored.v == VERSION);
        Self(stored.map(|stored| stored.kept).unwrap_or_default())
    }

    /// Bytes for private state; none where nothing is kept.
    pub fn to_private(&self) -> Vec<u8> {
        if self.0.is_empty() {
            return Vec::new();
        }
        serde_json::to_vec(&Stored { v: VERSION, kept: self.0.clone() }).unwrap_or_default()
    }

    /// What is shown of an endpoint, right after it was written, and not planned.
    pub fn seen(endpoint: &Endpoint, planned: &Value) -> Self {
        let unplanned = SETTINGS.iter().filter(|setting| planned.get(setting.name).is_null());
        let kept = unplanned.filter_map(|setting| {
            let text = shown(endpoint, setting.name).as_str()?.to_owned();
            Some((setting.name.to_owned(), text))
        });
        Self(kept.collect())
    }

    /// What may be kept, where it could not be seen: what was kept before, and what was removed.
    pub fn assumed(self, prior: &Value, planned: &Value) -> Self {
        let removed = removed(prior, planned).filter_map(|name| {
            let text = prior.get(name).as_str()?.to_owned();
            Some((name.to_owned(), text))
        });
        let mut kept = self.0;
        kept.extend(removed);
        kept.retain(|name, _| planned.get(name).is_null());
        Self(kept)
    }

    /// Whether this very value is kept for a key.
    pub fn explains(&self, key: &str, value: Option<&str>) -> bool {
        value.is_some_and(|value| self.0.get(key).is_some_and(|kept| kept == value))
    }

    /// Warns of each setting that was removed and is kept, and of each secret, of which that cannot be seen.
    pub fn warn(&self, prior: &Value, planned: &Value, name: &str, diagnostics: &mut Diagnostics) {
        for setting in removed(prior, planned).filter(|key| self.explains(key, prior.get(key).as_str())) {
            diagnostics.warning_at(
                Path::attribute(setting),
                format!("Aiven keeps `{setting}` of endpoint `{name}`"),
                "It was removed from the configuration, but Aiven shows its old value after the change, or could not be \
                 asked. Configure the value you want, or make a new endpoint without it: `terraform apply -replace` with \
                 the address of this resource.",
            );
        }
        let is_set = |value: &Value, names: [&str; 3]| names.iter().any(|name| !value.get(name).is_null());
        for secret in
            SECRETS.iter().filter(|secret| is_set(prior, secret.names()) && !is_set(planned, secret.names()))
        {
            diagnostics.warning_at(
                Path::attribute(secret.name),
                format!("Aiven may keep `{}` of endpoint `{name}`", secret.name),
                "It was removed from the configuration. Aiven does not show secrets, so it cannot be seen whether it is \
                 gone. To be sure, make a new endpoint: `terraform apply -replace` with the address of this resource.",
            );
        }
    }
}

/// The settings that are planned no more.
pub fn removed<'value>(
    prior: &'value Value,
    planned: &'value Value,
) -> impl Iterator<Item = &'static str> + 'value {
    let names = SETTINGS.iter().map(|setting| setting.name);
    names.filter(|name| !prior.get(name).is_null() && planned.get(name).is_null())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::config::{seen, tests::endpoint};
    use super::*;

    fn with(name: &str, value: Value) -> Value {
        Value::object([(name, value)])
    }

    #[test]
    fn what_is_kept_is_no_difference_until_it_changes() {
        let shown = endpoint(&json!({"ssl_ca_cert": "old"}));
        let planned = with("ssl_ca_cert", Value::Null);
        let kept = Kept::seen(&shown, &planned);
        let kept = Kept::from_private(&kept.to_private());
        assert_eq!(seen(planned.clone(), &shown, &kept).get("ssl_ca_cert"), &Value::Null);
        let other = endpoint(&json!({"ssl_ca_cert": "other"}));
        assert_eq!(seen(planned, &other, &kept).get("ssl_ca_cert"), &"other".into());
        // Configured again, it is a setting as any other.
        let configured = with("ssl_ca_cert", "old".into());
        assert_eq!(seen(configured.clone(), &shown, &kept).get("ssl_ca_cert"), &"old".into());
        assert_eq!(Kept::seen(&shown, &configured), Kept::default());
    }

    #[test]
    fn what_cannot_be_seen_is_assumed_to_be_kept() {
        let prior = Value::object([("ssl_ca_cert", "old".into()), ("sasl_mechanism", "PLAIN".into())]);
        let planned = with("sasl_mechanism", "PLAIN".into());
        let kept = Kept::default().assumed(&prior, &planned);
        assert!(kept.explains("ssl_ca_cert", Some("old")) && !kept.explains("sasl_mechanism", Some("PLAIN")));
        assert_eq!(kept.assumed(&planned, &prior), Kept::default());
    }

    #[test]
    fn foreign_private_state_counts_as_nothing_kept() {
        for private in [&b""[..], b"\xc0", b"{}", br#"{"v":2,"kept":{"ssl_ca_cert":"x"}}"#] {
            assert_eq!(Kept::from_private(private), Kept::default());
        }
        assert_eq!(Kept::default().to_private(), Vec::<u8>::new());
    }
}
