//! From the text of a `.proto` file to the message that was asked for. All in memory: no file is opened, and of imports
//! only those that come with Protobuf itself are known.

use prost_reflect::{DescriptorPool, MessageDescriptor};
use protox::file::{File, FileResolver, GoogleFileResolver};
use protox::{Compiler, Error};

use crate::tf::checks::{list_of_code, nearest};

/// What the file is called in messages about it.
const NAME: &str = "schema.proto";

/// Compiles the text. The error tells where in the text it is.
pub fn compile(text: &str) -> Result<DescriptorPool, String> {
    let mut compiler = Compiler::with_file_resolver(InMemory(text.to_owned()));
    match compiler.open_file(NAME) {
        Ok(compiler) => Ok(compiler.descriptor_pool()),
        Err(error) if error.is_file_not_found() => Err(format!(
            "The schema imports a file: {error}. Only the files of `google/protobuf` can be imported; put what \
             another defines into the text"
        )),
        // This representation begins with line and column.
        Err(error) => Err(format!("This is not a Protobuf schema: {error:?}")),
    }
}

/// The message of this name: in full, or the last part where only one message has it.
pub fn message(pool: &DescriptorPool, name: &str) -> Result<MessageDescriptor, String> {
    let own: Vec<_> = pool
        .all_messages()
        .filter(|message| message.parent_file().name() == NAME && !message.is_map_entry())
        .collect();
    let called = |message: &&MessageDescriptor| message.full_name() == name;
    let short = |message: &&MessageDescriptor| message.name() == name;
    if let Some(message) = own.iter().find(called) {
        return Ok(message.clone());
    }
    let known: Vec<_> = own.iter().map(MessageDescriptor::full_name).collect();
    match own.iter().filter(short).collect::<Vec<_>>().as_slice() {
        [only] => Ok((*only).clone()),
        [] => {
            let guess =
                nearest(name, &known).map_or(String::new(), |near| format!(" Did you mean `{near}`?"));
            Err(format!("The schema has no message `{name}`.{guess} It has {}", list_of_code(&known)))
        }
        several => {
            let names: Vec<_> = several.iter().map(|message| message.full_name()).collect();
            Err(format!("Several messages are called `{name}`: {}. Give the full name", list_of_code(&names)))
        }
    }
}

struct InMemory(String);

impl FileResolver for InMemory {
    fn open_file(&self, name: &str) -> Result<File, Error> {
        if name == NAME {
            File::from_source(name, &self.0)
        } else {
            GoogleFileResolver::new().open_file(name)
        }
    }
}
