//! The client against a loopback server that misbehaves on demand.

mod calls;
mod reads;
mod secrecy;
mod server;
mod trust;
mod writes;

use std::time::Duration;

use super::transport::Limits;
use super::{ApiUrl, Client, Settings, Token};

const TOKEN: &str = "t0ken-that-must-not-show";
const FOUND: &str = r#"{"service_integration":{"service_integration_id":"i","user_config":{"tables":[ ]}}}"#;

fn settings(url: &str) -> Settings {
    Settings {
        api_url: ApiUrl::parse(url).unwrap(),
        token: Token::new(TOKEN).unwrap(),
        ca_certificate: None,
        user_agent: "provider/1.2.3".to_owned(),
    }
}

/// The real limits, save that further attempts follow at once.
fn limits() -> Limits {
    Limits { pauses: vec![Duration::ZERO; 2], ..Limits::default() }
}

fn client(url: &str) -> Client {
    Client::with_limits(settings(url), limits()).unwrap()
}
