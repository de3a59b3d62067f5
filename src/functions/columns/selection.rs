//! Which fields of a schema are taken, and how many at most. Every reader asks here before it looks into a field.

use super::options::Options;
use super::place::{Place, Problem};

/// More than fit into a table with the longest types there may be; a schema in which records use each other can be
/// short and yet say far more.
const MOST_FIELDS: usize = 20_000;
/// Deeper than any message, and far from the end of a thread's stack.
const DEEPEST: usize = 100;

/// What is left of `omit`, and of our patience.
pub struct Selection {
    omitted: Vec<(String, bool)>,
    seen: usize,
}

impl Selection {
    /// The selection that the options ask for.
    pub fn new(options: &Options) -> Self {
        Self { omitted: options.omit.iter().map(|place| (place.clone(), false)).collect(), seen: 0 }
    }

    /// Whether the field at this place is taken.
    pub fn takes(&mut self, place: &Place) -> Result<bool, Problem> {
        self.seen += 1;
        if self.seen > MOST_FIELDS {
            return Err(Problem(format!(
                "The schema has more than {MOST_FIELDS} fields once every reference is followed. Leave out what is \
                 large with the option `omit`"
            )));
        }
        let text = place.to_string();
        let omitted = self.omitted.iter_mut().find(|(each, _)| *each == text);
        if let Some((_, found)) = omitted {
            *found = true;
            return Ok(false);
        }
        if place.depth > DEEPEST {
            let text = format!("is more than {DEEPEST} fields deep. Leave it out with the option `omit`");
            return Err(place.problem(text));
        }
        Ok(true)
    }

    /// What to say of places in `omit` that were never met: most likely they are misspelled.
    pub fn finish(&self) -> Result<(), String> {
        let missed: Vec<_> =
            self.omitted.iter().filter(|(_, found)| !found).map(|(place, _)| format!("`{place}`")).collect();
        if missed.is_empty() {
            return Ok(());
        }
        Err(format!(
            "The option `omit` names {}, where the schema has no field. Places are written like `order.items[].price`, \
             with `[]` for the elements of an array and `{{}}` for the values of a map",
            missed.join(", ")
        ))
    }
}
