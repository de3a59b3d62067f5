//! Where the configuration comes from, and what a user is told when it cannot be used.

use super::*;

const TOKEN: &str = "very-secret-token";

fn configured(
    attributes: &[(&'static str, Value)],
    variables: &[(&str, &str)],
) -> (Option<Connection>, Vec<String>) {
    let mut config = Value::object([("api_token", Value::Null), ("api_url", Value::Null)]);
    for (name, value) in attributes {
        config.set_attribute(name, value.clone());
    }
    let variable = |name: &'static str| {
        variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    };
    let mut diagnostics = Diagnostics::default();
    let connection = Connection::configured(&config, variable, &mut diagnostics);
    let told =
        diagnostics.iter().map(|each| format!("{}|{}|{}", each.path, each.summary, each.detail)).collect();
    (connection, told)
}

fn url_of(connection: &Connection) -> String {
    match &connection.api_url {
        Known::Now(url) => url.to_string(),
        Known::Later => "later".to_owned(),
    }
}

#[test]
fn an_attribute_wins_over_its_variable_and_an_empty_variable_is_none() {
    let token = (TOKEN_VARIABLE, TOKEN);
    let (connection, _) = configured(&[], &[token, (URL_VARIABLE, "")]);
    assert_eq!(url_of(&connection.unwrap()), ApiUrl::parse(ApiUrl::PUBLIC).unwrap().to_string());
    let variables = [token, (URL_VARIABLE, "https://variable.example")];
    let (connection, _) = configured(&[], &variables);
    assert!(url_of(&connection.unwrap()).starts_with("https://variable.example"));
    let (connection, _) = configured(&[("api_url", "https://attribute.example".into())], &variables);
    assert!(url_of(&connection.unwrap()).starts_with("https://attribute.example"));
}

#[test]
fn what_is_unknown_fails_only_when_it_is_needed() {
    let (connection, told) = configured(&[("api_token", Value::Unknown)], &[(TOKEN_VARIABLE, TOKEN)]);
    assert_eq!(told, Vec::<String>::new());
    let unavailable = connection.unwrap().client().map(|_| ()).unwrap_err();
    assert_eq!(unavailable.summary, "The provider's `api_token` is not known yet");
}

#[test]
fn every_refusal_names_its_origin_and_no_secret() {
    let (connection, told) = configured(&[], &[]);
    assert!(connection.is_none() && told[0].starts_with("api_token|There is no API token|"), "{told:?}");

    let (connection, told) = configured(&[("api_token", "two words".into())], &[]);
    assert!(connection.is_none() && told[0].starts_with("api_token|`api_token` cannot be used|"), "{told:?}");
    assert!(!told[0].contains("two words"), "{told:?}");

    let (_, told) = configured(&[], &[(TOKEN_VARIABLE, TOKEN), (URL_VARIABLE, "http://aiven.example")]);
    assert!(told[0].starts_with("|The environment variable AIVEN_WEB_URL cannot be used|"), "{told:?}");
    assert!(!told.concat().contains(TOKEN), "{told:?}");
}
