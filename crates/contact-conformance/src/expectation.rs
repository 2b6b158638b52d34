//! The expected response to a request.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

use crate::mismatch::Mismatch;
use crate::pattern::Pattern;
use crate::response::Response;
use crate::source::Source;
use crate::template::Template;
use crate::variables::{Unknown, Variables};

/// The expected response to a request.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Written")]
pub(crate) struct Expectation {
    outcome: Outcome,
    headers: IndexMap<String, Pattern>,
    body: Option<Pattern>,
    text: Option<Pattern>,
    /// The places whose values must be the same in the responses to all concurrent requests.
    same: Vec<Source>,
}

#[derive(Debug, Clone)]
enum Outcome {
    /// `status: 200`
    Status(u16),
    /// `status: success`: any success, because the documentation does not name the status.
    Success,
    /// `problem: 400`: a problem document whose errors are exactly these, by pointer and code.
    Problem { status: u16, errors: Option<IndexMap<String, Template>> },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    status: Option<StatusWord>,
    problem: Option<u16>,
    errors: Option<IndexMap<String, Template>>,
    #[serde(default)]
    headers: IndexMap<String, Pattern>,
    body: Option<Pattern>,
    text: Option<Pattern>,
    #[serde(default)]
    same: Vec<Source>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum StatusWord {
    Number(u16),
    Word(String),
}

impl TryFrom<Written> for Expectation {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written { status, problem, errors, headers, body, text, same } = written;
        let outcome = match (status, problem, errors) {
            (Some(StatusWord::Number(status)), None, None) => Outcome::Status(status),
            (Some(StatusWord::Word(word)), None, None) if word == "success" => Outcome::Success,
            (None, Some(status), errors) => Outcome::Problem { status, errors },
            _ => {
                return Err(
                    "an expected response needs a `status`, which is a number or `success`, or a `problem`"
                        .to_owned(),
                );
            }
        };
        Ok(Self { outcome, headers, body, text, same })
    }
}

impl Expectation {
    /// Returns the differences between a response and the expected one.
    ///
    /// # Errors
    /// A variable has no value.
    pub(crate) fn compare(
        &self,
        response: &Response,
        variables: &mut Variables,
    ) -> Result<Vec<Mismatch>, Unknown> {
        let mut mismatches = Vec::new();
        match &self.outcome {
            Outcome::Status(status) => compare_status(*status, response, &mut mismatches),
            Outcome::Success if response.is_success() => {}
            Outcome::Success => {
                mismatches.push(Mismatch::new(
                    "status",
                    "a success, such as 200",
                    response.status.to_string(),
                ));
            }
            Outcome::Problem { status, errors } => {
                compare_problem(*status, errors.as_ref(), response, variables, &mut mismatches)?;
            }
        }
        for (name, expected) in &self.headers {
            let found = response.header(&name.to_ascii_lowercase()).map(Value::from);
            expected.compare(&format!("header {name}"), found.as_ref(), variables, &mut mismatches)?;
        }
        if let Some(expected) = &self.body {
            match response.json() {
                Ok(body) => expected.compare("body", Some(&body), variables, &mut mismatches)?,
                Err(error) => mismatches.push(not_json(response, &error)),
            }
        }
        if let Some(expected) = &self.text {
            let found = Value::from(response.text.as_str());
            expected.compare("text", Some(&found), variables, &mut mismatches)?;
        }
        Ok(mismatches)
    }

    /// Returns the places that must be the same in all responses and are not.
    pub(crate) fn compare_with_each_other(&self, responses: &[Response]) -> Vec<Mismatch> {
        let mut mismatches = Vec::new();
        for source in &self.same {
            let mut found: Vec<String> = responses
                .iter()
                .map(|response| {
                    source.find(response).map_or_else(|| "nothing".to_owned(), |value| value.to_string())
                })
                .collect();
            found.sort_unstable();
            found.dedup();
            if found.len() > 1 {
                let actual = format!("{} different: {}", found.len(), found.join(", "));
                mismatches.push(Mismatch::new(source.to_string(), "the same in every response", actual));
            }
        }
        mismatches
    }

    pub(crate) fn texts<'e>(&'e self, found: &mut Vec<&'e str>) {
        if let Outcome::Problem { errors: Some(errors), .. } = &self.outcome {
            for (pointer, code) in errors {
                found.push(pointer);
                code.texts(found);
            }
        }
        for expected in self.headers.values().chain(&self.body).chain(&self.text) {
            expected.texts(found);
        }
    }
}

fn compare_status(expected: u16, response: &Response, mismatches: &mut Vec<Mismatch>) {
    if response.status != expected {
        mismatches.push(Mismatch::new("status", expected.to_string(), response.status.to_string()));
    }
}

fn not_json(response: &Response, error: &serde_json::Error) -> Mismatch {
    let actual =
        if response.text.is_empty() { "nothing".to_owned() } else { format!("({error}) {}", response.text) };
    Mismatch::new("body", "JSON", actual)
}

/// Compares what every problem document has: the media type, the members, and the request id of the header.
fn compare_problem(
    status: u16,
    errors: Option<&IndexMap<String, Template>>,
    response: &Response,
    variables: &mut Variables,
    mismatches: &mut Vec<Mismatch>,
) -> Result<(), Unknown> {
    compare_status(status, response, mismatches);
    let media_type = response.header("content-type").unwrap_or("nothing");
    if media_type != "application/problem+json" {
        mismatches.push(Mismatch::new("header content-type", "application/problem+json", media_type));
    }
    let problem = match response.json() {
        Ok(problem) => problem,
        Err(error) => {
            mismatches.push(not_json(response, &error));
            return Ok(());
        }
    };
    for member in ["type", "title", "detail", "request_id"] {
        if !problem[member].is_string() {
            mismatches.push(Mismatch::of_value(
                &format!("body/{member}"),
                "a string".to_owned(),
                problem.get(member),
            ));
        }
    }
    if problem["status"] != status {
        mismatches.push(Mismatch::of_value("body/status", status.to_string(), problem.get("status")));
    }
    let request_id = response.header("x-request-id").unwrap_or("nothing");
    if problem["request_id"] != request_id {
        mismatches.push(Mismatch::of_value(
            "body/request_id",
            format!("{request_id}, as in the header X-Request-Id"),
            problem.get("request_id"),
        ));
    }
    if let Some(errors) = errors {
        compare_errors(errors, &problem, variables, mismatches)?;
    }
    Ok(())
}

/// Compares the errors of a problem document in any order.
fn compare_errors(
    expected: &IndexMap<String, Template>,
    problem: &Value,
    variables: &mut Variables,
    mismatches: &mut Vec<Mismatch>,
) -> Result<(), Unknown> {
    let text = |error: &Value, key: &str| error[key].as_str().unwrap_or_default().to_owned();
    let listed = problem["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    let found: Vec<(String, String)> =
        listed.iter().map(|error| (text(error, "pointer"), text(error, "code"))).collect();
    let mut named = Vec::new();
    for (pointer, code) in expected {
        named.push((variables.text_of(pointer)?, code.text(variables)?));
    }
    let words = |all: &[(String, String)]| {
        let mut words: Vec<String> = all.iter().map(|(pointer, code)| format!("{pointer} {code}")).collect();
        words.sort_unstable();
        if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
    };
    let (expected, actual) = (words(&named), words(&found));
    if expected != actual {
        mismatches.push(Mismatch::new("body/errors", expected, actual));
    }
    if listed.iter().any(|error| text(error, "detail").is_empty()) {
        mismatches.push(Mismatch::new("body/errors", "a detail in each", "none"));
    }
    Ok(())
}
