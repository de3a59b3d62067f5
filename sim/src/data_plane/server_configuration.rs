//! The configuration that ClickHouse is started with: what it takes there and in no statement, by topic.
//! Knows nothing of tables: whoever asks has made sure that those which share a topic agree.

use std::collections::BTreeMap;

/// Properties of librdkafka and their values.
pub type Properties = BTreeMap<&'static str, String>;

/// What is configured for topics, by topic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topics {
    /// For those who read one.
    pub consumers: BTreeMap<String, Properties>,
    /// For those who write to one.
    pub producers: BTreeMap<String, Properties>,
}

const LOG: &str =
    "<logger><level>trace</level><log>clickhouse.log</log><size>50M</size><count>1</count></logger>";

/// The name of the policy and of its second volume is [`TIERED`](super::statements::TIERED).
const STORAGE: &str = "<storage_configuration>\n<disks><tiered><path>./</path></tiered></disks>\n\
    <policies><tiered><volumes><default><disk>default</disk></default><tiered><disk>tiered</disk></tiered></volumes>\
    </tiered></policies>\n</storage_configuration>";

/// The whole configuration as XML.
///
/// Paths are relative to the folder that ClickHouse works in. Its log says which properties librdkafka was given; what
/// it stores has a second volume, where rows are moved when a view says so, on the same disk.
///
/// librdkafka's simulated cluster lets the next member of a group wait until the session of one that left would have
/// ended; a short session keeps a replaced table reading.
pub fn text(topics: &Topics) -> String {
    format!(
        "<clickhouse>\n{LOG}\n{STORAGE}\n<kafka>\n<session_timeout_ms>3000</session_timeout_ms>\n\
         <heartbeat_interval_ms>500</heartbeat_interval_ms>\n{}{}</kafka>\n</clickhouse>\n",
        section("consumer", &topics.consumers),
        section("producer", &topics.producers),
    )
}

fn section(side: &str, topics: &BTreeMap<String, Properties>) -> String {
    let topics: String = topics
        .iter()
        .filter(|(_, properties)| !properties.is_empty())
        .map(|(topic, properties)| {
            let properties: String =
                properties.iter().map(|(name, value)| element(&name.replace('.', "_"), value)).collect();
            format!("<kafka_topic>\n{}{properties}</kafka_topic>\n", element("name", topic))
        })
        .collect();
    if topics.is_empty() { topics } else { format!("<{side}>\n{topics}</{side}>\n") }
}

/// Whether a text can be said in XML at all.
pub fn can_hold(text: &str) -> bool {
    let forbidden = |character| match character {
        '\t' | '\n' | '\r' => false,
        character => character < ' ' || matches!(character, '\u{fffe}' | '\u{ffff}'),
    };
    !text.contains(forbidden)
}

fn element(name: &str, content: &str) -> String {
    let content = content.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<{name}>{content}</{name}>\n")
}

#[cfg(test)]
mod tests {
    use super::{Properties, Topics, text};

    #[test]
    fn a_topic_is_configured_on_the_side_that_it_is_about() {
        let mut topics = Topics::default();
        let properties = [("linger.ms", "7".to_owned())];
        topics.producers.insert("shop.orders<&".to_owned(), properties.into());
        let text = text(&topics);
        let expected = "<producer>\n<kafka_topic>\n<name>shop.orders&lt;&amp;</name>\n<linger_ms>7</linger_ms>\n\
                        </kafka_topic>\n</producer>\n</kafka>";
        assert!(text.contains(expected), "{text}");
        assert!(!text.contains("<consumer>"), "{text}");
    }

    #[test]
    fn nothing_configured_is_no_section() {
        let mut topics = Topics::default();
        let nothing = text(&topics);
        topics.consumers.insert("orders".to_owned(), Properties::new());
        assert_eq!(text(&topics), nothing);
    }
}
