//! Which contact a create is for, where two could be meant.

use clap::Args;
use contact_client::Call;
use contact_client::model::MatchPolicy;
use contact_client::operation::Matches;

/// Which contact a create is for, where two could be meant.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct MatchArgs {
    /// What decides between several contacts: phone, email, person or reject
    #[arg(long = "match", value_name = "POLICY")]
    matching: Option<MatchPolicy>,
}

impl MatchArgs {
    /// Says what decides.
    pub(crate) fn say_on<O: Matches, A>(self, call: Call<O, A>) -> Call<O, A> {
        match self.matching {
            Some(policy) => call.matching(policy),
            None => call,
        }
    }
}
