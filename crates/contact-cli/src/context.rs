//! What every command needs: the server, which is looked up when it is first used, and the printer.

use std::cell::OnceCell;

use contact_client::model::ApiKey;
use contact_client::model::list::ListCount;
use contact_client::operation::{
    AcceptsIfMatch, DeleteContact, ListContacts, Lists, Operation, ReturnsContacts, ReturnsReceipt, Writes,
};
use contact_client::{Call, Client, ContactId, FromResponse, Page, Response};

use crate::args::{ConnectionArgs, ContactWriteArgs, KeyText, PagesArgs, WriteArgs};
use crate::failure::Failure;
use crate::output::list_printer::ListPrinter;
use crate::output::messages;
use crate::output::printer::Printer;
use crate::output::record::{Deleted, Record};
use crate::server_access::{DEFAULT_URL, RETRIES, ServerAccess};

/// What every command needs.
#[derive(Debug)]
pub(crate) struct Context {
    /// Returns the definition of the whole command line.
    pub(crate) command_line: fn() -> clap::Command,
    pub(crate) connection: ConnectionArgs,
    pub(crate) printer: Printer,
    server: OnceCell<(ServerAccess, Client)>,
}

impl Context {
    pub(crate) fn new(
        command_line: fn() -> clap::Command,
        connection: ConnectionArgs,
        printer: Printer,
    ) -> Self {
        Self { command_line, connection, printer, server: OnceCell::new() }
    }

    /// Returns the address and the key of the server, and a client for it.
    fn server(&self) -> Result<&(ServerAccess, Client), Failure> {
        if let Some(server) = self.server.get() {
            return Ok(server);
        }
        self.connect(ServerAccess::find(&self.connection)?)
    }

    /// Uses this server for all calls.
    ///
    /// # Errors
    /// The address or the key is invalid.
    pub(crate) fn connect(&self, access: ServerAccess) -> Result<&(ServerAccess, Client), Failure> {
        let client = access.client(RETRIES)?;
        Ok(self.server.get_or_init(|| (access, client)))
    }

    /// Returns a client for the server.
    ///
    /// # Errors
    /// No server is configured, or its address or key is invalid.
    pub(crate) fn client(&self) -> Result<&Client, Failure> {
        Ok(&self.server()?.1)
    }

    /// Returns the address and the key of the server.
    ///
    /// # Errors
    /// As [`Context::client`].
    pub(crate) fn access(&self) -> Result<&ServerAccess, Failure> {
        Ok(&self.server()?.0)
    }

    /// Sends a call.
    ///
    /// # Errors
    /// The call failed.
    pub(crate) fn send<O: Operation, A: FromResponse>(
        &self,
        call: Call<O, A>,
    ) -> Result<Response<A>, Failure> {
        let response = call.wait().map_err(|error| self.failure(&error))?;
        if !response.ignored_fields().is_empty() {
            let names: Vec<_> = response.ignored_fields().iter().map(|name| format!("`{name}`")).collect();
            messages::warn(&format!("the server ignored {}", names.join(", ")));
        }
        Ok(response)
    }

    /// Sends a write and prints the response, or prints the request for `--preview`.
    ///
    /// # Errors
    /// The call failed.
    pub(crate) fn write<O: Writes, A: FromResponse + Record>(
        &self,
        how: &WriteArgs,
        call: impl FnOnce(&Client) -> Call<O, A>,
    ) -> Result<(), Failure> {
        let response = self.send_write(how, call)?;
        response.map_or(Ok(()), |response| self.printer.one(response.body(), response.etag()))
    }

    /// Sends a write of a contact and prints the contact, or the receipt for `--receipt`.
    ///
    /// # Errors
    /// The call failed.
    pub(crate) fn write_contact<O: Writes + AcceptsIfMatch + ReturnsContacts + ReturnsReceipt>(
        &self,
        how: &ContactWriteArgs,
        call: impl FnOnce(&Client) -> Call<O>,
    ) -> Result<(), Failure>
    where
        O::Response: Record,
        O::Receipt: Record,
    {
        if how.receipt.receipt {
            self.write(&how.write, |client| how.apply(call(client)).receipt())
        } else {
            self.write(&how.write, |client| how.apply(call(client)))
        }
    }

    /// Deletes a contact and prints its id, or the receipt for `--receipt`.
    ///
    /// # Errors
    /// The call failed.
    pub(crate) fn delete_contact(
        &self,
        how: &ContactWriteArgs,
        id: ContactId,
        call: impl FnOnce(&Client) -> Call<DeleteContact>,
    ) -> Result<(), Failure> {
        if how.receipt.receipt {
            self.write(&how.write, |client| how.apply(call(client)).receipt())
        } else {
            self.delete(&how.write, id, |client| how.apply(call(client)))
        }
    }

    /// Deletes an object and prints its id.
    ///
    /// # Errors
    /// The call failed.
    pub(crate) fn delete<O: Writes<Response = ()>>(
        &self,
        how: &WriteArgs,
        id: impl ToString,
        call: impl FnOnce(&Client) -> Call<O>,
    ) -> Result<(), Failure> {
        let response = self.send_write(how, call)?;
        response.map_or(Ok(()), |_| self.printer.one(&Deleted { deleted: id.to_string() }, None))
    }

    /// Sends a write and returns the response. For `--preview`, prints the request and returns `None`.
    ///
    /// # Errors
    /// The call failed.
    pub(crate) fn send_write<O: Writes, A: FromResponse>(
        &self,
        how: &WriteArgs,
        call: impl FnOnce(&Client) -> Call<O, A>,
    ) -> Result<Option<Response<A>>, Failure> {
        if how.preview {
            self.printer.preview(how.apply(call(&how.client(&self.preview_client()?))))?;
            return Ok(None);
        }
        let response = self.send(how.apply(call(&how.client(self.client()?))))?;
        if how.dry_run {
            messages::note("dry run: nothing was written");
        }
        Ok(Some(response))
    }

    /// Returns a client that is not used to send requests, so it needs no key.
    fn preview_client(&self) -> Result<Client, Failure> {
        let url = ServerAccess::find_url(&self.connection)?.unwrap_or_else(|| DEFAULT_URL.to_owned());
        let key = KeyText::from(ApiKey::from_random(0).reveal());
        ServerAccess { url, key, url_profile: None, key_profile: None }.client(RETRIES)
    }

    /// Prints a list page by page, up to the limit of `pages`.
    ///
    /// # Errors
    /// A column is unknown, or the call failed.
    pub(crate) fn show_pages<O: Lists>(&self, call: Call<O>, pages: &PagesArgs) -> Result<(), Failure>
    where
        O::Response: Page,
        <O::Response as Page>::Entry: Record,
    {
        self.show_rows(call, pages, |entry| [entry])
    }

    /// Prints rows of the entries of a list, as [`Context::show_pages`] prints entries.
    ///
    /// # Errors
    /// A column is unknown, or the call failed.
    pub(crate) fn show_rows<O: Lists, R: Record, I: IntoIterator<Item = R>>(
        &self,
        call: Call<O>,
        pages: &PagesArgs,
        mut rows: impl FnMut(<O::Response as Page>::Entry) -> I,
    ) -> Result<(), Failure>
    where
        O::Response: Page,
    {
        let columns = self.printer.columns::<R>(&pages.columns)?;
        let mut list = ListPrinter::<R>::new(self.printer, columns);
        let call = call.when_some(pages.cursor.as_deref(), Call::cursor);
        let wanted = pages.clone();
        let mut read = 0;
        for page in call.pages_of_size(move |read| wanted.page_size(read)).wait() {
            let page = page.map_err(|error| self.failure(&error))?.into_body();
            let next = page.next_cursor();
            for entry in page.into_entries() {
                for row in rows(entry) {
                    list.add(&row)?;
                }
                read += 1;
            }
            if let Some(cursor) = next.filter(|_| pages.page_size(read) == 0) {
                list.end()?;
                messages::note(&format!(
                    "there are more: list all with `--all`, or continue with `--cursor {cursor}`"
                ));
                return Ok(());
            }
        }
        list.end()
    }

    /// Returns the number of contacts in a list.
    ///
    /// # Errors
    /// The call failed.
    pub(crate) fn count(&self, call: Call<ListContacts>) -> Result<ListCount, Failure> {
        let page = self.send(call.count().page_size(1))?.into_body();
        page.list_count()
            .ok_or_else(|| Failure::local("the response contains no count", "the server is an older version"))
    }

    /// Converts the error of a call.
    pub(crate) fn failure(&self, error: &contact_client::Error) -> Failure {
        let url = self.server.get().map_or("the server", |(access, _)| &access.url);
        Failure::of_call(error, url)
    }
}
