//! Samples for Rust, with our client.

use super::server_placeholder::SERVER;

/// A function for each operation, which is named after it. The tests of the client compile and run them.
const FUNCTIONS: &str = include_str!("../../../../contact-client/samples/operations.rs");

const START: &str = "pub(crate) async fn ";

/// Returns the body of the function for this operation, with the creation of the client.
pub(super) fn sample(operation: &str) -> Option<String> {
    let (_, function) = FUNCTIONS.split_once(&format!("{START}{operation}("))?;
    let (_, body) = function.split_once("{\n")?;
    let (body, _) = body.split_once("    Ok(())\n}")?;
    let body: Vec<&str> =
        body.trim_end().lines().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
    let body = body.join("\n");
    let (imports, statements) = match body.split_once("\n\n") {
        Some((imports, statements)) if imports.starts_with("use ") => (format!("{imports}\n"), statements),
        _ => (String::new(), body.as_str()),
    };
    Some(format!(
        "use contact_client::Client;\n{imports}\nlet client = Client::builder(\"{SERVER}\", std::env::var(\"CONTACTS_API_KEY\")?)\
         .build()?;\n{statements}"
    ))
}

/// Returns the operations that have a function.
#[cfg(test)]
pub(super) fn operations() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.split(START).skip(1).filter_map(|function| Some(function.split_once('(')?.0))
}
