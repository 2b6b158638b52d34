//! `conformance`

mod backup;
mod junit;
mod report;

use std::path::PathBuf;
use std::pin::pin;

use clap::Args;
use contact_client::ContactId;
use contact_client::model::Country;
use contact_conformance::{Case, Conformance, Leftovers, Options, Rank};

use self::backup::Backup;
use self::report::{CaseResult, ListedCase, Row};
use crate::args::{KeyText, ids};
use crate::context::Context;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::output::messages;
use crate::output::printer::Printer;
use crate::server_access::{ServerAccess, USER_AGENT};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts conformance --url https://contacts.example.com --decided
  contacts conformance --decided --extensions --junit conformance.xml
  contacts conformance --contact-id ID --only update
  contacts conformance --list --decided --extensions

The exit code is 1 if a case fails.")]
pub(crate) struct ConformanceCommand {
    /// Include cases for what the documentation leaves open and this project decided
    #[arg(long)]
    decided: bool,
    /// Include cases for extensions of the API
    #[arg(long)]
    extensions: bool,
    /// Run only cases whose name contains this text; may be repeated
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// List the cases without running them
    #[arg(long)]
    list: bool,
    /// Run all cases on this contact and restore it, instead of creating contacts
    #[arg(long, value_name = "ID", value_parser = ids::contact)]
    contact_id: Option<ContactId>,
    /// API key of another company, to test that companies are separate
    #[arg(long, value_name = "KEY", env = "CONTACTS_OTHER_API_KEY", hide_env_values = true)]
    other_api_key: Option<KeyText>,
    /// Custom field of the company that accepts any value [default: create one, if the key has admin access]
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    custom_field: Option<String>,
    /// Country of the company; US includes cases with phone numbers without a country code
    #[arg(long, value_name = "CODE")]
    country: Option<Country>,
    /// Write a JUnit report to this file
    #[arg(long, value_name = "FILE", conflicts_with = "list")]
    junit: Option<PathBuf>,
}

impl ConformanceCommand {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let cases =
            contact_conformance::cases().map_err(|error| Failure::local("the cases are invalid", error))?;
        let chosen: Vec<&Case> = cases.iter().filter(|case| self.is_chosen(case)).collect();
        if chosen.is_empty() {
            return Err(Failure::usage("no case matches `--only`")
                .tip("list all cases with `contacts conformance --list --decided --extensions`"));
        }
        let printer = context.printer;
        if self.list {
            return printer.all(chosen.into_iter().map(ListedCase::from), Vec::new());
        }
        // Other servers have other keys, so the form of the key is not checked.
        let ServerAccess { url, key, .. } = ServerAccess::find(&context.connection)?;
        let backup = self.contact_id.map(Backup::new).transpose()?;
        let options = Options {
            url: url.clone(),
            api_key: key.reveal().to_owned(),
            // An empty variable counts as not set: build servers define one for a missing secret.
            other_api_key: self
                .other_api_key
                .map(|key| key.reveal().to_owned())
                .filter(|key| !key.is_empty()),
            contact_id: self.contact_id.map(|id| id.to_string()),
            custom_field: self.custom_field,
            is_in_united_states: self.country == Some(Country::US),
            user_agent: USER_AGENT.to_owned(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::local("cannot start the runtime", error))?;
        let interrupt = Interrupt::watch(|| {})?;
        let run = run_cases(options, &chosen, backup.as_ref(), printer, &interrupt);
        let (results, leftovers) = runtime.block_on(run)?;

        // With `--quiet`, only the names of failed cases are printed.
        let shown = results.iter().filter(|result| !printer.quiet || result.failure().is_some());
        let printed = printer.all(shown.map(Row::from), Vec::new());
        report::print_summary(&results);
        let reported = self.junit.as_ref().map_or(Ok(()), |file| junit::write(file, &url, &results));
        let result = report::result(&results, &leftovers, backup.as_ref(), results.len() < chosen.len());
        messages::last_of([printed, reported, result])
    }

    fn is_chosen(&self, case: &Case) -> bool {
        let has_rank = match case.rank {
            Rank::Documented => true,
            Rank::Decided => self.decided,
            Rank::Extension => self.extensions,
        };
        has_rank && (self.only.is_empty() || self.only.iter().any(|text| case.id.contains(text)))
    }
}

/// Runs the cases until the last one or Ctrl-C. Then deletes what they created and restores the given contact.
///
/// # Errors
/// The server cannot be tested, or the backup cannot be written.
async fn run_cases<'c>(
    options: Options,
    cases: &[&'c Case],
    backup: Option<&Backup>,
    printer: Printer,
    interrupt: &Interrupt,
) -> Result<(Vec<CaseResult<'c>>, Leftovers), Failure> {
    let url = options.url.clone();
    let mut conformance =
        Conformance::open(options).await.map_err(|error| report::open_failure(error, &url))?;
    if let (Some(backup), Some(contact)) = (backup, conformance.given_contact()) {
        if let Err(failure) = backup.write(contact) {
            conformance.close().await;
            return Err(failure);
        }
        messages::note(&format!("stored the contact in {backup} until it is restored"));
    }
    let mut progress = printer.progress("cases", Some(cases.len() as u64));
    let note = progress.clone();
    let run = async {
        let mut results = Vec::new();
        for case in cases {
            if interrupt.has_come() {
                break;
            }
            let outcome = conformance.run(case).await;
            results.push(CaseResult { case, outcome });
            progress.show(results.len() as u64, results.len() as u64);
        }
        (results, conformance.close().await)
    };
    let mut run = pin!(run);
    let (results, leftovers) = tokio::select! {
        done = &mut run => done,
        () = interrupt.comes() => {
            // A request may take half a minute.
            note.say("stopping after this case and the cleanup; press Ctrl-C again to stop now, without the cleanup");
            run.await
        }
    };
    if let Some(backup) = backup.filter(|_| leftovers.not_restored.is_empty())
        && let Err(failure) = backup.remove()
    {
        messages::error(&failure);
    }
    Ok((results, leftovers))
}
