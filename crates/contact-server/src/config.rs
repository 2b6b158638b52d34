//! The settings of the server. A flag takes precedence over the environment, and the environment over the default.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args};
use contact_model::{Country, limits};
use contact_store::StoreOptions;
use url::Url;

use crate::argument_values::{days, listen_address, public_url, seconds};
use crate::connection_args::ConnectionArgs;
use crate::path_prefix::PathPrefix;
use crate::rate_limits::DefaultRateLimits;
use crate::response_budget::ResponseLimits;
use crate::retention::RetentionPeriods;
use crate::secret_file;
use crate::serve::{ConnectionLimits, ServeOptions};
use crate::state::RequestLimits;
use crate::telemetry::LogFormat;
use crate::webhook_sender::WebhookOptions;

const MEBIBYTE: u64 = 1024 * 1024;

/// Which database to use.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Database")]
pub struct DatabaseArgs {
    /// Address of the database: sqlite://PATH or postgres://USER:PASSWORD@HOST:PORT/NAME
    #[arg(
        long,
        global = true,
        env = "DATABASE_URL",
        hide_env_values = true,
        default_value = "sqlite://data/contacts.db",
        value_name = "URL"
    )]
    database_url: String,

    /// File that contains the address of the database. It keeps the password out of the list of processes
    #[arg(long, global = true, env = "DATABASE_URL_FILE", value_name = "FILE")]
    database_url_file: Option<PathBuf>,

    /// Maximum number of connections to PostgreSQL
    #[arg(long, global = true, env = "CONTACTS_POOL_SIZE", default_value_t = 16, value_name = "N",
          value_parser = clap::value_parser!(u32).range(4..=1000))]
    pub pool_size: u32,

    /// Seconds to wait for a connection to PostgreSQL, or for another process that writes to the SQLite file
    #[arg(long, global = true, env = "CONTACTS_DATABASE_TIMEOUT", default_value = "5", value_name = "SECONDS",
          value_parser = seconds)]
    pub database_timeout: Duration,

    /// Time limit for reading a page of contacts, in seconds
    #[arg(long, global = true, env = "CONTACTS_LIST_TIMEOUT", default_value = "10", value_name = "SECONDS",
          value_parser = seconds)]
    pub list_timeout: Duration,

    /// Time limit for a write in the database before its commit, in seconds; then it is rolled back
    #[arg(long, global = true, env = "CONTACTS_WRITE_TIMEOUT", default_value = "600", value_name = "SECONDS",
          value_parser = seconds)]
    pub write_timeout: Duration,
}

impl DatabaseArgs {
    /// Chooses between the address and the file that contains it: the command line takes precedence over the
    /// environment.
    ///
    /// # Errors
    /// Both are on the command line, or both are in the environment.
    pub(crate) fn choose(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        use ValueSource::{CommandLine, EnvVariable};
        let both = match (matches.value_source("database_url"), matches.value_source("database_url_file")) {
            (Some(CommandLine), Some(EnvVariable)) => {
                self.database_url_file = None;
                return Ok(());
            }
            (Some(CommandLine), Some(CommandLine)) => "use either --database-url or --database-url-file",
            (Some(EnvVariable), Some(EnvVariable)) => "set either DATABASE_URL or DATABASE_URL_FILE",
            _ => return Ok(()),
        };
        Err(clap::Error::raw(ErrorKind::ArgumentConflict, format!("{both}\n")))
    }

    /// Returns the address of the database.
    ///
    /// # Errors
    /// The file that contains it cannot be read.
    pub fn url(&self) -> anyhow::Result<String> {
        match &self.database_url_file {
            Some(file) => secret_file::read(file),
            None => Ok(self.database_url.clone()),
        }
    }

    /// Returns the options of the store.
    pub fn store_options(&self) -> StoreOptions {
        StoreOptions {
            connections: self.pool_size,
            database_timeout: self.database_timeout,
            list_timeout: self.list_timeout,
            write_timeout: self.write_timeout,
        }
    }
}

/// How to serve.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Server")]
pub struct ServeArgs {
    /// Address and port to listen on; port 0 chooses a free port
    #[arg(long, env = "CONTACTS_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT",
          value_parser = listen_address)]
    pub listen: String,

    /// Address at which clients reach the server, for links in responses [default: the listen address]
    #[arg(long, env = "CONTACTS_PUBLIC_URL", value_name = "URL", value_parser = public_url)]
    pub public_url: Option<Url>,

    /// Two-letter country code of the company that is created in an empty database
    #[arg(long, env = "CONTACTS_COUNTRY", default_value_t = Country::US, value_name = "CODE")]
    pub country: Country,

    /// Time limit for receiving a request, in seconds
    #[arg(long, env = "CONTACTS_ARRIVAL_TIMEOUT", default_value = "30", value_name = "SECONDS",
          value_parser = seconds)]
    pub arrival_timeout: Duration,

    /// Time limit for responding to a received request, in seconds
    #[arg(long, env = "CONTACTS_ANSWER_TIMEOUT", default_value = "30", value_name = "SECONDS",
          value_parser = seconds)]
    pub answer_timeout: Duration,

    #[command(flatten)]
    pub(crate) connections: ConnectionArgs,

    /// Time limit for running requests after SIGTERM or SIGINT, in seconds
    #[arg(long, env = "CONTACTS_STOP_DEADLINE", default_value = "30", value_name = "SECONDS",
          value_parser = seconds)]
    pub stop_deadline: Duration,

    /// Days until a deleted contact is erased
    #[arg(long, env = "CONTACTS_RETENTION_DAYS", default_value = "90", value_name = "DAYS",
          value_parser = days)]
    pub retention_days: Duration,

    /// Days until a change is removed from the history of its contact
    #[arg(long, env = "CONTACTS_HISTORY_DAYS", default_value = "400", value_name = "DAYS",
          value_parser = days)]
    pub history_days: Duration,

    /// MiB of responses that a company may store in 24 hours for requests with an idempotency key; 0 refuses
    /// such requests
    #[arg(long, env = "CONTACTS_IDEMPOTENCY_QUOTA", default_value_t = limits::IDEMPOTENCY_QUOTA / MEBIBYTE,
          value_name = "MIB", value_parser = clap::value_parser!(u64).range(0..=1024 * 1024))]
    pub idempotency_quota: u64,

    /// Reads that each API key may send per second, unless its company has another limit [default: no limit]
    #[arg(long, env = "CONTACTS_READ_RATE_LIMIT", value_name = "N")]
    pub read_rate_limit: Option<NonZeroU32>,

    /// Writes that each API key may send per second, unless its company has another limit [default: no limit]
    #[arg(long, env = "CONTACTS_WRITE_RATE_LIMIT", value_name = "N")]
    pub write_rate_limit: Option<NonZeroU32>,

    /// Allow webhooks to use http:// and addresses of private networks
    #[arg(long, env = "CONTACTS_WEBHOOK_ALLOW_PRIVATE")]
    pub webhook_allow_private: bool,

    /// Seconds until another server may send the changes for a webhook, if this server ends
    #[arg(long, hide = true, env = "CONTACTS_WEBHOOK_LEASE", default_value = "30", value_name = "SECONDS",
          value_parser = seconds)]
    pub webhook_lease: Duration,

    /// Format of the log on standard error; RUST_LOG sets its level, which is warn by default
    #[arg(long, env = "CONTACTS_LOG_FORMAT", default_value = "text", value_name = "FORMAT")]
    pub log_format: LogFormat,
}

impl ServeArgs {
    /// Returns the limits of requests.
    pub fn limits(&self) -> RequestLimits {
        RequestLimits {
            receive_timeout: self.arrival_timeout,
            response_timeout: self.answer_timeout,
            retention: self.retention_days,
            idempotency_quota: self.idempotency_quota * MEBIBYTE,
            responses: ResponseLimits::of_total(self.connections.response_memory as usize * 1024 * 1024),
            rates: DefaultRateLimits { reads: self.read_rate_limit, writes: self.write_rate_limit },
        }
    }

    /// Returns how the server sends events to webhooks.
    pub fn webhook_options(&self) -> WebhookOptions {
        WebhookOptions {
            allow_private: self.webhook_allow_private,
            lease_time: self.webhook_lease,
            ..WebhookOptions::default()
        }
    }

    /// Returns how long data is kept.
    pub fn retention_periods(&self) -> RetentionPeriods {
        RetentionPeriods { deleted_contacts: self.retention_days, changes: self.history_days }
    }

    /// Returns how the server treats its connections, with these limits on their number.
    pub fn serve_options(&self, connections: ConnectionLimits) -> ServeOptions {
        ServeOptions {
            header_timeout: self.arrival_timeout,
            idle_timeout: self.connections.idle_timeout,
            send_timeout: self.connections.send_timeout,
            connections,
            stop_deadline: self.stop_deadline,
            path_prefix: PathPrefix::of(self.public_url.as_ref()),
            ..ServeOptions::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        database: DatabaseArgs,
        #[command(flatten)]
        serve: ServeArgs,
    }

    #[test]
    fn flags_have_the_defaults_of_the_settings() {
        let Cli { database, serve } = Cli::parse_from(["contact-server"]);
        assert_eq!(database.store_options(), StoreOptions::default());
        assert_eq!(serve.limits(), RequestLimits::default());
        assert_eq!(serve.webhook_options(), WebhookOptions::default());
        assert_eq!(serve.serve_options(ConnectionLimits::default()), ServeOptions::default());
    }
}
