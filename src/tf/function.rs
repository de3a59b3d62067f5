//! What a provider function must be able to do (Terraform 1.8 and later).

use super::types::Type;
use super::value::Value;

/// One parameter of a function.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name in messages and documentation.
    pub name: &'static str,
    /// What may be passed.
    pub ty: Type,
    /// What it means, in Markdown.
    pub description: &'static str,
}

/// How a function is called and documented.
#[derive(Debug, Clone)]
pub struct Signature {
    /// In one line.
    pub summary: &'static str,
    /// In Markdown.
    pub description: &'static str,
    /// What it takes, in order. Neither null nor unknown arguments arrive.
    pub parameters: Vec<Parameter>,
    /// What may be passed any number of times after those.
    pub variadic: Option<Parameter>,
    /// What it returns.
    pub result: Type,
}

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionError {
    /// For the user.
    pub message: String,
    /// The argument at fault, counted from 0.
    pub argument: Option<usize>,
}

/// A function. Terraform compares the results of plan and apply, so equal arguments give equal results;
/// the provider may not be configured when it is called.
pub trait Function: Send + Sync {
    /// How it is called.
    fn signature(&self) -> &Signature;

    /// Calls it with arguments of the signature's types.
    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError>;
}
