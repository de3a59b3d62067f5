//! Where to connect and as whom: found in the provider's configuration and the environment. Opens a connection only
//! when asked for one.

use std::path::PathBuf;
use std::sync::OnceLock;

use crate::aiven::{ApiUrl, Client, Settings, Token};
use crate::session::Unavailable;
use crate::tf::{Diagnostics, Path, Value};

/// The environment variable for `api_token`.
pub const TOKEN_VARIABLE: &str = "AIVEN_TOKEN";
/// The environment variable for `api_url`.
pub const URL_VARIABLE: &str = "AIVEN_WEB_URL";
/// The environment variable for a file of certificate authorities.
const CA_VARIABLE: &str = "AIVEN_CA_CERT";

/// Where to connect and as whom; either may turn out at apply only.
pub struct Connection {
    api_url: Known<ApiUrl>,
    token: Known<Token>,
    ca_certificate: Option<PathBuf>,
    client: OnceLock<Result<Client, Unavailable>>,
}

/// A part of the configuration.
enum Known<T> {
    Now(T),
    /// It depends on something that is made in the same apply.
    Later,
}

/// Where a part of the configuration came from, for messages.
pub enum Origin {
    /// An attribute of the provider.
    Attribute(&'static str),
    /// An environment variable.
    Variable(&'static str),
}

impl Connection {
    /// Attributes win over variables; a variable that is empty counts as not set.
    pub fn configured(
        config: &Value,
        variable: impl Fn(&'static str) -> Option<String>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let variable = |name| variable(name).filter(|value| !value.is_empty());
        let find = |attribute, name| match config.get(attribute) {
            Value::Unknown => Some(Known::Later),
            Value::String(text) => Some(Known::Now((text.clone(), Origin::attribute(attribute)))),
            _ => variable(name).map(|text| Known::Now((text, Origin::Variable(name)))),
        };
        let api_url = match find("api_url", URL_VARIABLE) {
            None => parse_url(ApiUrl::PUBLIC, &Origin::attribute("api_url"), diagnostics).map(Known::Now),
            Some(Known::Later) => Some(Known::Later),
            Some(Known::Now((text, origin))) => parse_url(&text, &origin, diagnostics).map(Known::Now),
        };
        let token = match find("api_token", TOKEN_VARIABLE) {
            None => {
                diagnostics.error_at(
                    Path::attribute("api_token"),
                    "There is no API token",
                    format!(
                        "Set the environment variable {TOKEN_VARIABLE}, or the attribute `api_token`. Tokens are made \
                         in the Aiven Console under user information, tokens, or with `avn user access-token create`."
                    ),
                );
                None
            }
            Some(Known::Later) => Some(Known::Later),
            Some(Known::Now((text, origin))) => parse_token(&text, &origin, diagnostics).map(Known::Now),
        };
        let ca_certificate = variable(CA_VARIABLE).map(PathBuf::from);
        Some(Self { api_url: api_url?, token: token?, ca_certificate, client: OnceLock::new() })
    }

    /// A client for it, made when first asked for; all clones share their connections.
    pub fn client(&self) -> Result<Client, Unavailable> {
        self.client.get_or_init(|| self.connect()).clone()
    }

    fn connect(&self) -> Result<Client, Unavailable> {
        let later = |attribute: &str| Unavailable {
            summary: format!("The provider's `{attribute}` is not known yet"),
            detail: format!(
                "It depends on something that this apply is going to make, but it is needed now. Apply that first \
                 with `-target`, or set `{attribute}` to a value that is known."
            ),
        };
        let Known::Now(api_url) = &self.api_url else { return Err(later("api_url")) };
        let Known::Now(token) = &self.token else { return Err(later("api_token")) };
        let settings = Settings {
            api_url: api_url.clone(),
            token: token.clone(),
            ca_certificate: self.ca_certificate.clone(),
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")).to_owned(),
        };
        Client::new(settings).map_err(|error| Unavailable {
            summary: "No connection to Aiven's API can be set up".to_owned(),
            detail: format!("{error}."),
        })
    }
}

impl Origin {
    /// An attribute of the provider.
    pub fn attribute(name: &'static str) -> Self {
        Self::Attribute(name)
    }

    fn report(&self, problem: &str, diagnostics: &mut Diagnostics) {
        match self {
            Self::Attribute(name) => {
                diagnostics.error_at(
                    Path::attribute(*name),
                    format!("`{name}` cannot be used"),
                    format!("{problem}."),
                );
            }
            Self::Variable(name) => {
                diagnostics
                    .error(format!("The environment variable {name} cannot be used"), format!("{problem}."));
            }
        }
    }
}

/// The URL, or an error that names where it came from.
pub fn parse_url(text: &str, origin: &Origin, diagnostics: &mut Diagnostics) -> Option<ApiUrl> {
    ApiUrl::parse(text).map_err(|error| origin.report(&error.to_string(), diagnostics)).ok()
}

/// The token, or an error that names where it came from.
pub fn parse_token(text: &str, origin: &Origin, diagnostics: &mut Diagnostics) -> Option<Token> {
    Token::new(text).map_err(|error| origin.report(&error.to_string(), diagnostics)).ok()
}

#[cfg(test)]
#[path = "connection_tests.rs"]
mod tests;
