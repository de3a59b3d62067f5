//! Where the API is: a base URL that a token may be sent to, and the paths below it.
//!
//! Knows nothing of requests. Its one duty is that a typing mistake cannot carry a token somewhere in clear.

use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

/// The API's base URL, without the version: `https://api.aiven.io`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ApiUrl {
    /// Has a host, no user, no query, no fragment, and a path that does not end in `/v1`.
    base: Url,
}

/// Why a text cannot be the API's base URL. Never repeats the text, which may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiUrlError {
    /// Not a URL at all.
    #[error("the API URL cannot be read ({reason}); write it whole, such as `https://api.aiven.io`")]
    Unreadable {
        /// What the parser says.
        reason: String,
    },
    /// A URL, but not one of the web.
    #[error("the API URL must begin with `https://`, such as `https://api.aiven.io`")]
    Scheme,
    /// `http://` to another machine: the token would travel in clear.
    #[error(
        "the API URL may begin with `http://` only for this machine (`localhost`, `127.0.0.1`, `[::1]`), since the token would travel unencrypted to `{host}`; write `https://`"
    )]
    Unencrypted {
        /// The host the token would have gone to.
        host: String,
    },
    /// `https://user:password@host`.
    #[error(
        "the API URL holds a user name or password; remove the part before `@`, the API takes a token instead"
    )]
    UserInformation,
    /// `?` or `#`.
    #[error("the API URL holds a `?` or `#`; write only its scheme, host and, if need be, port and path")]
    Surplus,
}

impl ApiUrl {
    /// Aiven's public API.
    pub const PUBLIC: &'static str = "https://api.aiven.io";

    /// Reads a base URL. Slashes at its end and a last `/v1` are tolerated, since documentation shows the
    /// URL both ways. Another path is kept, for gateways that put the API below one.
    pub fn parse(text: &str) -> Result<Self, ApiUrlError> {
        let mut base =
            Url::parse(text.trim()).map_err(|error| ApiUrlError::Unreadable { reason: error.to_string() })?;
        if !matches!(base.scheme(), "http" | "https") {
            return Err(ApiUrlError::Scheme);
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(ApiUrlError::UserInformation);
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err(ApiUrlError::Surplus);
        }
        let path = base.path().trim_end_matches('/');
        let path = path.strip_suffix("/v1").unwrap_or(path).trim_end_matches('/').to_owned();
        base.set_path(&path);
        let url = Self { base };
        if url.base.scheme() == "http" && !url.is_loopback() {
            return Err(ApiUrlError::Unencrypted {
                host: url.base.host_str().unwrap_or_default().to_owned(),
            });
        }
        Ok(url)
    }

    /// Whether requests stay on this machine, judged by the URL's text alone: no name is resolved.
    pub fn is_loopback(&self) -> bool {
        match self.base.host() {
            Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    /// The URL of `/v1/` and `segments`, each percent-encoded so that none can reach outside its place.
    /// `None` where that is impossible: URLs give `.` and `..` a meaning that no encoding takes away, and an
    /// empty segment would name another path.
    pub(super) fn endpoint(&self, segments: &[&str]) -> Option<Url> {
        if segments.iter().any(|segment| matches!(*segment, "" | "." | "..")) {
            return None;
        }
        let mut url = self.base.clone();
        url.path_segments_mut().ok()?.pop_if_empty().push("v1").extend(segments);
        Some(url)
    }
}

impl FromStr for ApiUrl {
    type Err = ApiUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for ApiUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.base.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_spellings_name_the_same_api() {
        let public = ApiUrl::parse(ApiUrl::PUBLIC).unwrap();
        for text in [
            "https://api.aiven.io/",
            "https://api.aiven.io/v1",
            "https://api.aiven.io/v1/",
            "https://API.aiven.io:443//v1//",
            " https://api.aiven.io\n",
        ] {
            assert_eq!(ApiUrl::parse(text).unwrap(), public, "{text}");
        }
        assert_eq!(public.to_string(), ApiUrl::PUBLIC);
        let gateway = ApiUrl::parse("https://gateway.example/aiven/v1").unwrap();
        assert_eq!(gateway.to_string(), "https://gateway.example/aiven");
    }

    #[test]
    fn a_token_may_travel_in_clear_only_within_this_machine() {
        for text in ["http://localhost:8080", "http://127.0.0.1", "http://127.9.9.9", "http://[::1]:80"] {
            assert!(ApiUrl::parse(text).unwrap().is_loopback(), "{text}");
        }
        for text in
            ["http://api.aiven.io", "http://localhost.example", "http://127.0.0.1.example", "http://0.0.0.0"]
        {
            let error = ApiUrl::parse(text).unwrap_err();
            assert!(matches!(error, ApiUrlError::Unencrypted { .. }), "{text}: {error}");
        }
    }

    #[test]
    fn what_is_no_base_url_is_refused_with_advice_and_without_repeating_it() {
        for (text, advice) in [
            ("api.aiven.io", "write it whole"),
            ("api.aiven.io:443", "begin with `https://`"),
            ("ftp://hunter2.example", "begin with `https://`"),
            ("https://", "write it whole"),
            ("https://me:hunter2@api.aiven.io", "remove the part before `@`"),
            ("http://hunter2@localhost", "remove the part before `@`"),
            ("https://api.aiven.io?hunter2", "`?`"),
            ("https://me:hunter2@api aiven.io", "write it whole"),
        ] {
            let words = ApiUrl::parse(text).unwrap_err().to_string();
            assert!(words.contains(advice), "{text}: {words}");
            assert!(!words.contains("hunter2"), "{words}");
        }
    }

    #[test]
    fn no_segment_reaches_outside_its_place() {
        let url = ApiUrl::parse("https://gateway.example/aiven/").unwrap();
        let encoded = url.endpoint(&["project", "a/b?c#d%2Fe ü"]).unwrap();
        assert_eq!(encoded.as_str(), "https://gateway.example/aiven/v1/project/a%2Fb%3Fc%23d%252Fe%20%C3%BC");
        for segment in ["", ".", ".."] {
            assert!(url.endpoint(&["project", segment]).is_none(), "{segment:?}");
        }
    }
}
