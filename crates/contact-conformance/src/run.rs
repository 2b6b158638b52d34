//! One case against a server.

use std::time::Instant;

use futures::future::join_all;
use indexmap::IndexMap;
use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::case::{Case, Step};
use crate::conformance::Conformance;
use crate::examination::request;
use crate::made::id_of;
use crate::mismatch::{Mismatch, cut};
use crate::outcome::{Breach, Outcome, Verdict};
use crate::pattern::compare_values;
use crate::target::Request;
use crate::template::Template;
use crate::variables::{Unknown, Variables, email, phone};

impl Conformance {
    /// Holds the server against a case, and takes away what that made.
    pub async fn run(&mut self, case: &Case) -> Outcome {
        let started = Instant::now();
        let missing = case.needs.iter().find(|need| !self.offers.has(**need));
        let verdict = match missing {
            Some(need) => Verdict::Skipped(need.reason()),
            None => match every_row(self, case).await {
                Ok(()) => Verdict::Kept,
                Err(breach) => Verdict::Broken(Box::new(breach)),
            },
        };
        self.made.take_away(&self.target).await;
        Outcome { verdict, took: started.elapsed() }
    }
}

/// Holds the server against a case, with each of its rows from the start.
///
/// # Errors
/// How the promise was first broken.
async fn every_row(at: &mut Conformance, case: &Case) -> Result<(), Breach> {
    for row in &case.each {
        let mut variables = Variables::default();
        if let Err(breach) = one_row(at, case, row, &mut variables).await {
            let with = (!row.is_empty()).then(|| words(row, &mut variables));
            return Err(Breach { with, ..breach });
        }
    }
    Ok(())
}

/// The values of a row, as a report names them.
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
) -> Result<(), Breach> {
    if let Some(name) = &at.offers.custom_field {
        variables.set("custom_field", name.as_str().into());
    }
    if case.has_contact() {
        prepare(at, variables).await?;
    }
    for (name, value) in row {
        let value = value.render(variables).map_err(|unknown| Breach::of_case(&unknown))?;
        variables.set(name, value);
    }
    if let Some(given) = &case.given {
        let body = given.render(variables).map_err(|unknown| Breach::of_case(&unknown))?;
        let update = request(Method::PATCH, &contact_path(variables)?, Some(body));
        send_expecting_success(at, &update).await?;
    }
    let before = if case.unchanged { Some(read_contact(at, variables).await?) } else { None };
    for step in &case.steps {
        run_step(at, step, variables).await?;
    }
    if let Some((_, _, before)) = before {
        let (get, answer, after) = read_contact(at, variables).await?;
        let mut mismatches = Vec::new();
        compare_values("the contact", &before, Some(&after), &mut mismatches);
        at.breach_if_any(&get, &answer, mismatches)?;
    }
    if let Some(expected) = &case.contact {
        let (get, answer, after) = read_contact(at, variables).await?;
        let mut mismatches = Vec::new();
        expected
            .compare("the contact", Some(&after), variables, &mut mismatches)
            .map_err(|unknown| Breach::of_case(&unknown))?;
        at.breach_if_any(&get, &answer, mismatches)?;
    }
    Ok(())
}

/// The contact that the case works on, with a phone number and an email address that no other has: a new one,
/// or the one that was given.
async fn prepare(at: &mut Conformance, variables: &mut Variables) -> Result<(), Breach> {
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
    let answer = send_expecting_success(at, &create).await?;
    at.made.note(&create, &answer);
    match answer.header("location").map(id_of).filter(|id| !id.is_empty()) {
        Some(id) => variables.set("contact_id", id.into()),
        None => {
            let mismatch = Mismatch::new("header location", "the path of the contact", "nothing");
            return at.breach_if_any(&create, &answer, vec![mismatch]);
        }
    }
    Ok(())
}

fn contact_path(variables: &mut Variables) -> Result<String, Breach> {
    variables.text_of("/contacts/{contact_id}/").map_err(|unknown| Breach::of_case(&unknown))
}

/// All that there is to see of the contact.
async fn read_contact(
    at: &mut Conformance,
    variables: &mut Variables,
) -> Result<(Request, Answer, Value), Breach> {
    let path = format!("{}{}", contact_path(variables)?, at.offers.query());
    let get = request(Method::GET, &path, None);
    let answer = send_expecting_success(at, &get).await?;
    match answer.json() {
        Ok(contact) => Ok((get, answer, contact)),
        Err(error) => Err(at.breach(&get, &answer, vec![Mismatch::new("body", "JSON", error.to_string())])),
    }
}

async fn send_expecting_success(at: &mut Conformance, request: &Request) -> Result<Answer, Breach> {
    let answer = at.answer_to(request).await?;
    if answer.is_success() {
        return Ok(answer);
    }
    let mismatch = Mismatch::new("status", "success: the case needs it", answer.status.to_string());
    Err(at.breach(request, &answer, vec![mismatch]))
}

async fn run_step(at: &mut Conformance, step: &Step, variables: &mut Variables) -> Result<(), Breach> {
    let sent = step.request(variables).map_err(|unknown| Breach::of_case(&unknown))?;
    let answers = join_all((0..step.at_once).map(|_| at.target.send(&sent))).await;
    // All of them, before one that did not come ends the case.
    answers.iter().flatten().for_each(|answer| at.made.note(&sent, answer));
    let came: Result<Vec<Answer>, String> = answers.into_iter().collect();
    let came = came.map_err(|why| at.without_answer(&sent, why))?;
    let mut read = Vec::with_capacity(came.len());
    for answer in came {
        let request = sent.clone();
        read.push(if step.all_pages { at.whole_list(request, answer).await? } else { (request, answer) });
    }
    for (sent, answer) in &read {
        let mismatches =
            step.expect.compare(answer, variables).map_err(|unknown| Breach::of_case(&unknown))?;
        at.breach_if_any(sent, answer, mismatches)?;
    }
    let came: Vec<Answer> = read.into_iter().map(|(_, answer)| answer).collect();
    let Some(last) = came.last() else { return Ok(()) };
    at.breach_if_any(&sent, last, step.expect.compare_with_each_other(&came))?;
    for (name, source) in &step.keep {
        let Some(value) = source.find(last) else {
            let mismatch = Mismatch::new(source.to_string(), "something", "nothing");
            return at.breach_if_any(&sent, last, vec![mismatch]);
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
    pub(crate) async fn answer_to(&self, request: &Request) -> Result<Answer, Breach> {
        self.target.send(request).await.map_err(|why| self.without_answer(request, why))
    }

    pub(crate) fn breach(&self, request: &Request, answer: &Answer, mismatches: Vec<Mismatch>) -> Breach {
        let mismatches = mismatches.into_iter().map(|mismatch| self.target.shown_mismatch(mismatch));
        Breach {
            with: None,
            request: self.target.shown_request(request),
            answer: self.target.shown(answer),
            mismatches: mismatches.collect(),
        }
    }

    fn without_answer(&self, request: &Request, why: String) -> Breach {
        let mismatches = vec![Mismatch::new("the answer", "one", why.clone())];
        Breach { with: None, request: self.target.shown_request(request), answer: why, mismatches }
    }

    fn breach_if_any(
        &self,
        request: &Request,
        answer: &Answer,
        mismatches: Vec<Mismatch>,
    ) -> Result<(), Breach> {
        if mismatches.is_empty() { Ok(()) } else { Err(self.breach(request, answer, mismatches)) }
    }
}

impl Breach {
    /// The case itself is at fault, which its checks find before it is run.
    fn of_case(unknown: &Unknown) -> Self {
        let mismatches = vec![Mismatch::new("the case", "a value for each variable", unknown.to_string())];
        Self { with: None, request: String::new(), answer: String::new(), mismatches }
    }
}
