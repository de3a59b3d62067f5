//! Names of tables as labels of resources. Knows nothing of tables but their names.

use std::collections::BTreeSet;

use hcl_edit::Ident;

/// The label of a table whose name has neither a letter nor a digit that could be part of one.
const NAMELESS: &str = "table";

/// A label for each name, in the order of the names. All differ, and they depend on the names alone, not on their
/// order: a name that is a label already keeps it, and of the others that would share one, all but the first in
/// alphabetical order get a number.
pub fn labels(names: &[&str]) -> Vec<Ident> {
    let wanted: Vec<_> = names.iter().map(|name| wanted(name)).collect();
    // Two integrations may have tables of one name.
    let mut seen = BTreeSet::new();
    let keeps: Vec<_> =
        names.iter().zip(&wanted).map(|(name, wanted)| name == wanted && seen.insert(*name)).collect();
    let mut order: Vec<_> = (0..names.len()).collect();
    order.sort_by_key(|&place| (!keeps[place], names[place]));

    let mut taken = BTreeSet::new();
    let mut labels = wanted.clone();
    for place in order {
        let mut number = 1;
        while !taken.insert(labels[place].clone()) {
            number += 1;
            labels[place] = format!("{}_{number}", wanted[place]);
        }
    }
    labels.into_iter().map(Ident::new_sanitized).collect()
}

/// The label that a name would have if it were the only one.
fn wanted(name: &str) -> String {
    // Terraform would take letters of other scripts as well, but which of them depends on its version.
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
    let label: String = name.chars().map(plain).collect();
    if label.chars().all(|letter| letter == '_') {
        return NAMELESS.to_owned();
    }
    // A digit at the beginning gets an underscore before it.
    Ident::new_sanitized(label).to_string()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn texts(names: &[&str]) -> Vec<String> {
        labels(names).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_label_is_as_close_to_the_name_as_it_may_be() {
        for (name, label) in [
            ("events", "events"),
            ("Events", "Events"),
            ("a/b c", "a_b_c"),
            ("a-b", "a_b"),
            ("2024", "_2024"),
            ("größe", "gr__e"),
            ("注文", "table"),
            ("___", "table"),
            ("", "table"),
            ("null", "null"),
        ] {
            assert_eq!(texts(&[name]), [label], "{name}");
        }
    }

    #[test]
    fn names_that_would_share_a_label_are_numbered() {
        assert_eq!(texts(&["a/b", "a b", "a_b", "A_b"]), ["a_b_3", "a_b_2", "a_b", "A_b"]);
        assert_eq!(texts(&["a", "a_2", "a"]), ["a", "a_2", "a_3"]);
        assert_eq!(texts(&["?", "table", "!"]), ["table_3", "table", "table_2"]);
    }

    fn names() -> impl Strategy<Value = Vec<String>> {
        // Few letters, so that many names want the same label.
        vec(prop_oneof!["[a2_ /é]{0,3}", any::<String>()], 0..12)
    }

    proptest! {
        #[test]
        fn labels_are_distinct_identifiers_whatever_the_names(names in names()) {
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            let labels = texts(&names);
            prop_assert_eq!(labels.iter().collect::<BTreeSet<_>>().len(), names.len());
            for label in &labels {
                prop_assert!(Ident::try_new(label).is_ok(), "{}", label);
                prop_assert!(label.is_ascii());
            }
        }

        #[test]
        fn labels_do_not_depend_on_the_order(names in names()) {
            let names: BTreeSet<_> = names.iter().map(String::as_str).collect();
            let forwards: Vec<_> = names.iter().copied().collect();
            let backwards: Vec<_> = names.iter().rev().copied().collect();
            let mut reversed = texts(&backwards);
            reversed.reverse();
            prop_assert_eq!(texts(&forwards), reversed);
        }
    }
}
