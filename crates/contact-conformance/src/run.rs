//! Runs one case.

use std::time::Instant;

use futures::future::join_all;
use indexmap::IndexMap;
use reqwest::Method;
use serde_json::{Value, json};

use crate::capabilities::request;
use crate::case::{Case, Step};
use crate::conformance::Conformance;
use crate::created::id_of;
use crate::mismatch::{Mismatch, cut};
use crate::outcome::{CaseFailure, Outcome, Verdict};
use crate::pattern::compare_values;
use crate::response::Response;
use crate::target::Request;
use crate::template::Template;
use crate::variables::{Unknown, Variables, email, phone};

impl Conformance {
    /// Runs a case and deletes what it created.
    pub async fn run(&mut self, case: &Case) -> Outcome {
        let started = Instant::now();
        let missing = case.needs.iter().find(|need| !self.capabilities.has(**need));
        let verdict = match missing {
            Some(need) => Verdict::Skipped(need.reason()),
            None => match every_row(self, case).await {
                Ok(()) => Verdict::Passed,
                Err(failure) => Verdict::Failed(Box::new(failure)),
            },
        };
        self.created.delete_all(&self.target).await;
        Outcome { verdict, duration: started.elapsed() }
    }
}

/// Runs a case with each of its rows.
///
/// # Errors
/// Returns the first failure.
async fn every_row(at: &mut Conformance, case: &Case) -> Result<(), CaseFailure> {
    for row in &case.each {
        let mut variables = Variables::default();
        if let Err(failure) = one_row(at, case, row, &mut variables).await {
            let with = (!row.is_empty()).then(|| words(row, &mut variables));
            return Err(CaseFailure { with, ..failure });
        }
    }
    Ok(())
}

/// Returns the values of a row for a report.
fn words(row: &IndexMap<String, Template>, variables: &mut Variables) -> String {
    let word = |name: &String| {
        let value = variables.get(name).map(ToString::to_string).unwrap_or_default();
        format!("{name} = {}", cut(&value))
    };
    row.keys().map(word).collect::<Vec<_>>().join(", ")
}

async fn one_row(
    at: &mut Conformance,
    case: &Case,
    row: &IndexMap<String, Template>,
    variables: &mut Variables,
) -> Result<(), CaseFailure> {
    if let Some(name) = &at.capabilities.custom_field {
        variables.set("custom_field", name.as_str().into());
    }
    if case.has_contact() {
        prepare(at, variables).await?;
    }
    for (name, value) in row {
        let value = value.render(variables).map_err(|unknown| CaseFailure::of_case(&unknown))?;
        variables.set(name, value);
    }
    if let Some(given) = &case.given {
        let body = given.render(variables).map_err(|unknown| CaseFailure::of_case(&unknown))?;
        let update = request(Method::PATCH, &contact_path(variables)?, Some(body));
        send_expecting_success(at, &update).await?;
    }
    let before = if case.unchanged { Some(read_contact(at, variables).await?) } else { None };
    for step in &case.steps {
        run_step(at, step, variables).await?;
    }
    if let Some((_, _, before)) = before {
        let (get, response, after) = read_contact(at, variables).await?;
        let mut mismatches = Vec::new();
        compare_values("the contact", &before, Some(&after), &mut mismatches);
        at.fail_if_any(&get, &response, mismatches)?;
    }
    if let Some(expected) = &case.contact {
        let (get, response, after) = read_contact(at, variables).await?;
        let mut mismatches = Vec::new();
        expected
            .compare("the contact", Some(&after), variables, &mut mismatches)
            .map_err(|unknown| CaseFailure::of_case(&unknown))?;
        at.fail_if_any(&get, &response, mismatches)?;
    }
    Ok(())
}

/// Prepares the contact of a case: creates one, or updates the given one, with a phone number and an email address
/// that no other contact has.
async fn prepare(at: &mut Conformance, variables: &mut Variables) -> Result<(), CaseFailure> {
    let (phone, email) = (phone(), email());
    let body = json!({ "phone_number": phone, "email": email });
    variables.set("phone", phone.into());
    variables.set("email", email.into());
    if let Some(contact) = &at.given {
        variables.set("contact_id", contact.id.as_str().into());
        let update = request(Method::PATCH, &format!("/contacts/{}/", contact.id), Some(body));
        return send_expecting_success(at, &update).await.map(|_| ());
    }
    let create = request(Method::POST, "/contacts/", Some(body));
    let response = send_expecting_success(at, &create).await?;
    at.created.note(&create, &response);
    match response.header("location").map(id_of).filter(|id| !id.is_empty()) {
        Some(id) => variables.set("contact_id", id.into()),
        None => {
            let mismatch = Mismatch::new("header location", "the path of the contact", "nothing");
            return at.fail_if_any(&create, &response, vec![mismatch]);
        }
    }
    Ok(())
}

fn contact_path(variables: &mut Variables) -> Result<String, CaseFailure> {
    variables.text_of("/contacts/{contact_id}/").map_err(|unknown| CaseFailure::of_case(&unknown))
}

/// Reads the contact with all keys that the server knows.
async fn read_contact(
    at: &mut Conformance,
    variables: &mut Variables,
) -> Result<(Request, Response, Value), CaseFailure> {
    let path = format!("{}{}", contact_path(variables)?, at.capabilities.query());
    let get = request(Method::GET, &path, None);
    let response = send_expecting_success(at, &get).await?;
    match response.json() {
        Ok(contact) => Ok((get, response, contact)),
        Err(error) => {
            Err(at.failure(&get, &response, vec![Mismatch::new("body", "JSON", error.to_string())]))
        }
    }
}

async fn send_expecting_success(at: &mut Conformance, request: &Request) -> Result<Response, CaseFailure> {
    let response = at.response_to(request).await?;
    if response.is_success() {
        return Ok(response);
    }
    let mismatch = Mismatch::new("status", "a success", response.status.to_string());
    Err(at.failure(request, &response, vec![mismatch]))
}

async fn run_step(at: &mut Conformance, step: &Step, variables: &mut Variables) -> Result<(), CaseFailure> {
    let sent = step.request(variables).map_err(|unknown| CaseFailure::of_case(&unknown))?;
    let responses = join_all((0..step.at_once).map(|_| at.target.send(&sent))).await;
    // Records all responses before a missing one ends the case.
    responses.iter().flatten().for_each(|response| at.created.note(&sent, response));
    let actual: Result<Vec<Response>, String> = responses.into_iter().collect();
    let actual = actual.map_err(|why| at.without_response(&sent, why))?;
    let mut read = Vec::with_capacity(actual.len());
    for response in actual {
        let request = sent.clone();
        read.push(if step.all_pages { at.whole_list(request, response).await? } else { (request, response) });
    }
    for (sent, response) in &read {
        let mismatches =
            step.expect.compare(response, variables).map_err(|unknown| CaseFailure::of_case(&unknown))?;
        at.fail_if_any(sent, response, mismatches)?;
    }
    let actual: Vec<Response> = read.into_iter().map(|(_, response)| response).collect();
    let Some(last) = actual.last() else { return Ok(()) };
    at.fail_if_any(&sent, last, step.expect.compare_with_each_other(&actual))?;
    for (name, source) in &step.keep {
        let Some(value) = source.find(last) else {
            let mismatch = Mismatch::new(source.to_string(), "something", "nothing");
            return at.fail_if_any(&sent, last, vec![mismatch]);
        };
        variables.set(name, value);
    }
    Ok(())
}

impl Step {
    fn request(&self, variables: &mut Variables) -> Result<Request, Unknown> {
        let line = variables.text_of(&self.request)?;
        let (method, path) = line.split_once(' ').ok_or_else(|| Unknown(line.clone()))?;
        let method = method.parse::<Method>().map_err(|_| Unknown(line.clone()))?;
        let mut headers = Vec::new();
        for (name, value) in &self.headers {
            headers.push((name.clone(), value.text(variables)?));
        }
        let body = match (&self.body, &self.text) {
            _ if method == Method::GET => None,
            (Some(body), _) => Some(body.render(variables)?.to_string()),
            (None, Some(text)) => Some(text.text(variables)?),
            (None, None) => None,
        };
        let authorization = self.authorization.clone();
        Ok(Request { method, path: path.to_owned(), authorization, headers, body })
    }
}

impl Conformance {
    pub(crate) async fn response_to(&self, request: &Request) -> Result<Response, CaseFailure> {
        self.target.send(request).await.map_err(|why| self.without_response(request, why))
    }

    pub(crate) fn failure(
        &self,
        request: &Request,
        response: &Response,
        mismatches: Vec<Mismatch>,
    ) -> CaseFailure {
        let mismatches = mismatches.into_iter().map(|mismatch| self.target.shown_mismatch(mismatch));
        CaseFailure {
            with: None,
            request: self.target.shown_request(request),
            response: self.target.shown(response),
            mismatches: mismatches.collect(),
        }
    }

    fn without_response(&self, request: &Request, why: String) -> CaseFailure {
        let mismatches = vec![Mismatch::new("response", "a response", why.clone())];
        CaseFailure { with: None, request: self.target.shown_request(request), response: why, mismatches }
    }

    fn fail_if_any(
        &self,
        request: &Request,
        response: &Response,
        mismatches: Vec<Mismatch>,
    ) -> Result<(), CaseFailure> {
        if mismatches.is_empty() { Ok(()) } else { Err(self.failure(request, response, mismatches)) }
    }
}

impl CaseFailure {
    /// Returns the failure of an invalid case. The tests of this crate find such cases.
    fn of_case(unknown: &Unknown) -> Self {
        let mismatches = vec![Mismatch::new("the case", "a value for each variable", unknown.to_string())];
        Self { with: None, request: String::new(), response: String::new(), mismatches }
    }
}
