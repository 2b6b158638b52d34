//! Which contact a create is for, where two could be meant.

use clap::Args;
use contact_client::Call;
use contact_client::model::MatchPolicy;
use contact_client::operation::MatchesContacts;

/// Which contact a create is for, where two could be meant.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct MatchArgs {
    /// What decides between several contacts: phone, email, person or reject; for `import` it is person, otherwise
    /// phone, if this is not given
    #[arg(long = "match", value_name = "POLICY")]
    matching: Option<MatchPolicy>,
}

impl MatchArgs {
    /// Returns the arguments with this policy if the user named none.
    pub(crate) fn or(self, policy: MatchPolicy) -> Self {
        Self { matching: self.matching.or(Some(policy)) }
    }

    /// Says what decides.
    pub(crate) fn say_on<O: MatchesContacts, A>(self, call: Call<O, A>) -> Call<O, A> {
        call.when_some(self.matching, Call::matching)
    }
}
