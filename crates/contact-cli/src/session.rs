//! One run of a command: the client it asks, and the printer that shows what came.

use contact_client::model::list::ListCount;
use contact_client::operation::{
    AcceptsIfMatch, DeleteContact, ListContacts, Lists, Operation, ReturnsContacts, ReturnsReceipt, Writes,
};
use contact_client::{Call, Client, ContactId, FromResponse, Page, Preview, Response};

use crate::args::columns::ColumnsArgs;
use crate::args::connection::ConnectionArgs;
use crate::args::contact_write::ContactWriteArgs;
use crate::args::pages::{PagesArgs, page_size};
use crate::args::write::WriteArgs;
use crate::failure::Failure;
use crate::output::deleted::Deleted;
use crate::output::printer::Printer;
use crate::output::record::{Record, RecordList};
use crate::output::{messages, preview};
use crate::server_access::ServerAccess;

/// One run of a command.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) printer: Printer,
    pub(crate) access: ServerAccess,
}

impl Session {
    /// Finds the server and the key.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn open(connection: &ConnectionArgs, printer: Printer) -> Result<Self, Failure> {
        Self::of(ServerAccess::find(connection)?, printer)
    }

    /// With this server and key.
    ///
    /// # Errors
    /// The address is none of a web server.
    pub(crate) fn of(access: ServerAccess, printer: Printer) -> Result<Self, Failure> {
        Ok(Self { client: access.client()?, printer, access })
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
        messages::ignored(response.ignored_fields());
        Ok(response)
    }

    /// Sends a call and prints the whole list in the response.
    ///
    /// # Errors
    /// A column is unknown, or the call failed.
    pub(crate) fn show_all<O: Operation, A: FromResponse + RecordList>(
        &self,
        call: Call<O, A>,
        columns: &ColumnsArgs,
    ) -> Result<(), Failure> {
        let columns = self.printer.columns::<A::Record>(columns)?;
        self.printer.all(self.send(call)?.into_body(), columns)
    }

    /// Does a write and prints the response, or prints a preview of the request.
    ///
    /// # Errors
    /// The call failed.
    pub(crate) fn write<O: Writes, A: FromResponse + Record>(
        &self,
        call: Call<O, A>,
        how: &WriteArgs,
    ) -> Result<(), Failure> {
        match self.done(call, how)? {
            Some(response) => self.printer.one(response.body(), response.etag()),
            None => Ok(()),
        }
    }

    /// Does a write of a contact and prints the contact or, where it was asked for, the receipt with it.
    ///
    /// # Errors
    /// The call failed.
    pub(crate) fn write_contact<O: Writes + AcceptsIfMatch + ReturnsContacts + ReturnsReceipt>(
        &self,
        call: Call<O>,
        how: &ContactWriteArgs,
    ) -> Result<(), Failure>
    where
        O::Response: Record,
        O::Receipt: Record,
    {
        let call = how.say_on(call);
        if how.receipt.receipt {
            self.write(call.receipt(), &how.write)
        } else {
            self.write(call, &how.write)
        }
    }

    /// Deletes a contact and prints what it was or, where it was asked for, the receipt.
    ///
    /// # Errors
    /// The call failed.
    pub(crate) fn delete_contact(
        &self,
        call: Call<DeleteContact>,
        id: ContactId,
        how: &ContactWriteArgs,
    ) -> Result<(), Failure> {
        let call = how.say_on(call);
        if how.receipt.receipt {
            self.write(call.receipt(), &how.write)
        } else {
            self.delete(call, &how.write, Deleted::of(id))
        }
    }

    /// Deletes something and prints what it was.
    ///
    /// # Errors
    /// The call failed.
    pub(crate) fn delete<O: Writes<Response = ()>>(
        &self,
        call: Call<O>,
        how: &WriteArgs,
        deleted: Deleted,
    ) -> Result<(), Failure> {
        match self.done(call, how)? {
            Some(_) => self.printer.one(&deleted, None),
            None => Ok(()),
        }
    }

    /// Does a write and returns the response. For a preview, prints the request and returns `None`.
    ///
    /// # Errors
    /// The call failed.
    pub(crate) fn done<O: Writes, A: FromResponse>(
        &self,
        call: Call<O, A>,
        how: &WriteArgs,
    ) -> Result<Option<Response<A>>, Failure> {
        let call = how.say_on(call);
        if how.preview {
            let preview: Preview = call.preview().map_err(|error| Failure::usage(error.to_string()))?;
            self.printer.text(&preview::written(&preview))?;
            return Ok(None);
        }
        let response = self.send(call)?;
        if how.dry_run {
            messages::note("this was a dry run: nothing was written");
        }
        Ok(Some(response))
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
        let columns = self.printer.columns::<<O::Response as Page>::Entry>(&pages.columns)?;
        let mut list = self.printer.list::<<O::Response as Page>::Entry>(columns);
        let call = call.when_some(pages.cursor.as_deref(), Call::cursor);
        let left = pages.clone();
        let mut read = 0;
        for page in call.pages_of_size(move |read| page_size(left.left_after(read))).wait() {
            let page = page.map_err(|error| self.failure(&error))?.into_body();
            let next = page.next_cursor();
            for entry in page.into_entries() {
                list.add(&entry)?;
                read += 1;
            }
            if let Some(cursor) = next.filter(|_| pages.left_after(read) == 0) {
                list.end()?;
                messages::note(&format!(
                    "there are more: `--all` lists every one, `--cursor {cursor}` goes on from here"
                ));
                return Ok(());
            }
        }
        list.end()
    }

    /// How many contacts a whole list has.
    ///
    /// # Errors
    /// The call failed.
    pub(crate) fn count(&self, call: Call<ListContacts>) -> Result<ListCount, Failure> {
        let page = self.send(call.count().page_size(1))?.into_body();
        page.list_count().ok_or_else(|| Failure::local("the server did not count", "it is too old"))
    }

    /// What a call to this session's server failed with.
    pub(crate) fn failure(&self, error: &contact_client::Error) -> Failure {
        Failure::of_call(error, &self.access.url)
    }
}
