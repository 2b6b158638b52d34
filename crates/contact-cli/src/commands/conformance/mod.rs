//! `conformance`

mod checked;
mod junit;
mod kept_contact;
mod listed;
mod told;

use std::path::PathBuf;
use std::pin::pin;

use clap::Args;
use clap::builder::PossibleValuesParser;
use contact_client::ContactId;
use contact_conformance::{Case, Conformance, Leftovers, Options, Rank};

use crate::args::connection::{ConnectionArgs, KeyText};
use crate::args::ids;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::output::messages;
use crate::output::printer::Printer;
use crate::output::progress::Progress;
use crate::server_access::{ServerAccess, USER_AGENT};
use checked::Checked;
use kept_contact::KeptContact;
use listed::Listed;

/// Held against any server of the API, so the form of its keys is not asked for.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts conformance --url https://contacts.example.com --decided
  contacts conformance --decided --extensions --junit conformance.xml
  contacts conformance --contact-id ID --only update
  contacts conformance --list --decided --extensions

The exit code is 1 where a promise is broken.")]
pub(crate) struct ConformanceCommand {
    /// Check what this project has decided where the documentation is silent, too
    #[arg(long)]
    decided: bool,
    /// Check what goes beyond the documentation, too
    #[arg(long)]
    extensions: bool,
    /// Check the cases alone that have this in their names; repeat it for each
    #[arg(long, value_name = "PATTERN")]
    only: Vec<String>,
    /// List the cases, and send nothing
    #[arg(long)]
    list: bool,
    /// Work on this contact, and put it back as it was; else each case makes its own and deletes it
    #[arg(long, value_name = "ID", value_parser = ids::contact)]
    contact_id: Option<ContactId>,
    /// A key of another company, to see that companies are kept apart
    #[arg(long, value_name = "KEY", env = "CONTACTS_OTHER_API_KEY", hide_env_values = true)]
    other_api_key: Option<KeyText>,
    /// A custom field of the company that takes any value; else one is defined, where the key may
    #[arg(long, value_name = "NAME")]
    custom_field: Option<String>,
    /// The company's country, to spell phone numbers as there
    #[arg(long, value_name = "COUNTRY", value_parser = PossibleValuesParser::new(["US"]))]
    country: Option<String>,
    /// Write a JUnit report to this file
    #[arg(long, value_name = "FILE", conflicts_with = "list")]
    junit: Option<PathBuf>,
}

impl ConformanceCommand {
    pub(super) fn run(self, connection: &ConnectionArgs, printer: Printer) -> Result<(), Failure> {
        let cases = contact_conformance::cases()
            .map_err(|error| Failure::local("the cases cannot be read", error))?;
        let chosen: Vec<&Case> = cases.iter().filter(|case| self.has_chosen(case)).collect();
        if chosen.is_empty() {
            return Err(Failure::usage("no case has that in its name")
                .tip("`contacts conformance --list --decided --extensions` shows every name"));
        }
        if self.list {
            return listed::print(printer, chosen.iter().map(|case| Listed::of(case)));
        }
        let (url, key) = ServerAccess::find_any(connection)?;
        let kept = self.contact_id.map(KeptContact::place).transpose()?;
        let options = Options {
            url: url.clone(),
            api_key: key.0,
            // An empty variable counts as not set: build servers define one for a missing secret.
            other_api_key: self
                .other_api_key
                .map(|key| key.0.trim().to_owned())
                .filter(|key| !key.is_empty()),
            contact_id: self.contact_id.map(|id| id.to_string()),
            custom_field: self.custom_field,
            is_in_united_states: self.country.is_some(),
            user_agent: USER_AGENT.to_owned(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::local("nothing can be sent", error))?;
        let interrupt = Interrupt::watch()?;
        let run = runtime.block_on(check(options, &chosen, kept.as_ref(), printer, &interrupt))?;
        let Run { checked, leftovers, was_interrupted } = run;

        let printed = checked::print(printer.before_a_verdict(), &checked);
        told::summary(&checked);
        let reported = self.junit.as_ref().map_or(Ok(()), |file| junit::write(file, &url, &checked));
        let verdict = told::result(&checked, &leftovers, kept.as_ref(), was_interrupted);
        messages::last_of([printed, reported, verdict])
    }

    fn has_chosen(&self, case: &Case) -> bool {
        let has_rank = match case.rank {
            Rank::Documented => true,
            Rank::Decided => self.decided,
            Rank::Extension => self.extensions,
        };
        has_rank && (self.only.is_empty() || self.only.iter().any(|pattern| case.id.contains(pattern)))
    }
}

/// What became of it all.
struct Run<'c> {
    checked: Vec<Checked<'c>>,
    leftovers: Leftovers,
    was_interrupted: bool,
}

/// Holds the server against the cases, until the last one or until Ctrl-C; what was made is taken away then, and
/// the contact that was given is put back.
///
/// # Errors
/// The server cannot be held against them, or what the contact is like cannot be kept.
async fn check<'c>(
    options: Options,
    cases: &[&'c Case],
    kept: Option<&KeptContact>,
    printer: Printer,
    interrupt: &Interrupt,
) -> Result<Run<'c>, Failure> {
    let url = options.url.clone();
    let mut conformance =
        Conformance::open(options).await.map_err(|error| told::open_failure(error, &url))?;
    if let (Some(kept), Some(contact)) = (kept, conformance.given_contact()) {
        if let Err(failure) = kept.keep(contact) {
            conformance.close().await;
            return Err(failure);
        }
        if !printer.is_quiet() {
            messages::note(&format!("{kept} keeps what the contact is like until that is put back"));
        }
    }
    let mut checked = Vec::new();
    let mut progress = Progress::begin("cases", Some(cases.len() as u64), printer.is_quiet());
    let mut waits = Waits { interrupt, is_told: false };
    for case in cases {
        if interrupt.has_come() {
            break;
        }
        let outcome = waits.until(conformance.run(case), || progress.say(STOPPING)).await;
        checked.push(Checked::new(case, outcome));
        progress.show(checked.len() as u64, checked.len() as u64);
    }
    let leftovers = waits.until(conformance.close(), || progress.say(STOPPING)).await;
    if let Some(kept) = kept.filter(|_| leftovers.not_put_back.is_empty())
        && let Err(failure) = kept.remove()
    {
        messages::tell(&failure);
    }
    let was_interrupted = checked.len() < cases.len();
    Ok(Run { checked, leftovers, was_interrupted })
}

/// What the first Ctrl-C is answered with: a request may take half a minute.
const STOPPING: &str = "stopping when this case is done and the server is as it was; Ctrl-C again stops at once, and leaves it as it is";

/// Waits for what is to be done to its end, and says what it waits for once Ctrl-C has come.
struct Waits<'i> {
    interrupt: &'i Interrupt,
    is_told: bool,
}

impl Waits<'_> {
    async fn until<T>(&mut self, work: impl Future<Output = T>, tell: impl FnOnce()) -> T {
        let mut work = pin!(work);
        tokio::select! {
            biased;
            done = &mut work => return done,
            () = self.interrupt.comes(), if !self.is_told => {}
        }
        self.is_told = true;
        tell();
        work.await
    }
}
