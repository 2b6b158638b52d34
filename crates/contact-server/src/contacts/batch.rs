//! `POST /contacts/batch/`

use std::error::Error;
use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use contact_model::batch::BatchBody;
use contact_model::body::ParsedBody;
use contact_model::receipt::{self, BodyNotes};
use contact_model::{
    Batch, BatchAnswer, BatchItem, CompanyId, Include, ItemAnswer, ItemOperation, Violations, limits,
};
use contact_store::{Action, ContactWrite, Origin, StoreError, WriteOperation, WriteOptions, Written};

use crate::authentication::Writer;
use crate::description::problems::{
    BatchConflict, BatchContactNotFound, BatchPreconditionFailed, BatchTooLarge, InvalidBatch,
};
use crate::description::tags;
use crate::error::{ApiError, PendingProblem, Result};
use crate::extract::{BatchHeaders, BatchQuery, IncludeQuery, Prefer};
use crate::json_response::TypedJson;
use crate::paths;
use crate::writing::{Outcomes, WriteRequest, receipt_of};

/// The number of bytes that are reserved for each item of the response, without its contact. Few items take more.
const ITEM_SIZE: usize = 1024;

/// Write many contacts
///
/// Does up to 1,000 writes in order. Each write sees the effects of those before it, and its result has the status that a
/// single request would have had. A refused item does not affect the others, unless `atomic=true` asks for all or none.
#[utoipa::path(
    post,
    tag = tags::BATCH,
    path = paths::CONTACT_BATCH,
    params(BatchQuery, IncludeQuery, BatchHeaders),
    request_body(
        content = BatchBody,
        description = "The writes, at most 16 MiB, or at most 4 MiB if they are done in one transaction.",
    ),
    responses(
        (status = 200, description = "The result of each item, in the order of the request.", body = BatchAnswer),
        InvalidBatch,
        BatchContactNotFound,
        BatchConflict,
        BatchPreconditionFailed,
        BatchTooLarge,
    ),
)]
pub(crate) async fn write_batch(
    Writer { company_id }: Writer,
    request: WriteRequest<Batch, BatchHeaders, BatchQuery>,
) -> Result<Response> {
    let query = request.query;
    let context = ItemContext { company_id, include: request.include, prefer: request.prefer };
    let media_type = if context.prefer.returns_receipt() { receipt::MEDIA_TYPE } else { "application/json" };
    let (batch, headers, gateway) = request.into_body()?;
    let items =
        if query.atomic { batch.into_valid_items()?.into_iter().map(Ok).collect() } else { batch.items };
    let (writes, items) = context.writes(items, &gateway.origin);
    let budget = &gateway.state.response_budget;
    let reservation =
        budget.reserve(company_id, items.len() * ITEM_SIZE).ok_or(StoreError::NoRoomForResults)?;
    let respond = move |outcomes| match context.results(&items, outcomes) {
        Ok(results) => Ok((headers.clone(), TypedJson(media_type, BatchAnswer { results })).into_response()),
        Err(problem) => Ok(problem.into_response()),
    };
    gateway.write_batch(writes, query, reservation, Arc::new(respond)).await
}

/// What all items of a batch have in common: how they are written and reported.
#[derive(Clone, Copy)]
struct ItemContext {
    company_id: CompanyId,
    include: Include,
    prefer: Prefer,
}

impl ItemContext {
    /// Returns the writes of the readable items, and for every item the data that its result needs.
    fn writes(
        self,
        items: Vec<Result<ParsedBody<BatchItem>, Violations>>,
        origin: &Arc<Origin>,
    ) -> (Vec<ContactWrite>, Vec<Result<BodyNotes, Violations>>) {
        let mut writes = Vec::with_capacity(items.len());
        let split = |item: Result<ParsedBody<BatchItem>, Violations>| {
            let (write, sent) = self.write(item?, Arc::clone(origin));
            writes.push(write);
            Ok(sent)
        };
        let sent = items.into_iter().map(split).collect();
        (writes, sent)
    }

    /// Returns the result of each item, from the outcomes of the writes.
    fn results(
        self,
        items: &[Result<BodyNotes, Violations>],
        outcomes: Outcomes,
    ) -> Result<Vec<ItemAnswer>, PendingProblem> {
        let mut outcomes = outcomes.into_iter();
        let result = |item: &Result<BodyNotes, Violations>| -> Result<ItemAnswer> {
            let sent = item.as_ref().map_err(Violations::clone)?;
            let outcome =
                outcomes.next().ok_or_else(|| ApiError::internal("the store returned too few results"))?;
            self.success(sent, outcome?)
        };
        let results = items.iter().map(result).map(|result| result.map_err(PendingProblem::from));
        let results: Vec<Result<ItemAnswer, PendingProblem>> = results.collect();
        let mut problems = results.iter().filter_map(|result| result.as_ref().err());
        if let Some(failure) = problems.find(|problem| problem.is_server_error()) {
            // If nothing was written, the whole batch fails and may be sent again.
            if results.iter().all(Result::is_err) {
                return Err(failure.clone());
            }
            log(failure);
        }
        let mut violations_left = limits::BATCH_VIOLATIONS;
        let mut refused = |problem: PendingProblem| {
            let mut problem = problem.into_item_problem();
            problem.errors.truncate(violations_left);
            violations_left -= problem.errors.len();
            ItemAnswer::refused(problem)
        };
        Ok(results.into_iter().map(|result| result.unwrap_or_else(&mut refused)).collect())
    }

    /// Returns the write of an item, and the data of the item that its result needs.
    fn write(self, item: ParsedBody<BatchItem>, origin: Arc<Origin>) -> (ContactWrite, BodyNotes) {
        let (item, sent) = BodyNotes::split(item, self.prefer.returns_receipt());
        let Self { company_id, include, prefer } = self;
        let operation = match item.operation {
            ItemOperation::Upsert(upsert) => WriteOperation::Upsert(upsert, prefer.match_policy()),
            ItemOperation::Update { id, update } => WriteOperation::Update(id, update),
            ItemOperation::Delete { id } => WriteOperation::Delete(id),
            ItemOperation::Insert(insert) => WriteOperation::Insert(insert),
        };
        let options = WriteOptions { omits_contact: !prefer.returns_contact(), ..prefer.write_options() };
        let precondition = item.if_match;
        let write =
            ContactWrite { company_id, operation, include, options, precondition, idempotency: None, origin };
        (write, sent)
    }

    /// Returns the result of an item that was written.
    fn success(self, sent: &BodyNotes, mut written: Written) -> Result<ItemAnswer> {
        let shows_contact = self.prefer.returns_contact();
        let status = match written.action {
            Action::Created => StatusCode::CREATED,
            Action::Deleted if !shows_contact => StatusCode::NO_CONTENT,
            _ => StatusCode::OK,
        };
        let ignored = [sent.ignored(), &written.ignored].concat();
        let receipt =
            if self.prefer.returns_receipt() { Some(receipt_of(sent.clone(), &mut written)?) } else { None };
        Ok(ItemAnswer {
            status: status.as_u16(),
            id: Some(written.id),
            problem: None,
            ignored,
            replaced: written.replaced.iter().map(|&key| key.to_owned()).collect(),
            contact: written.contact.map(Box::new),
            etag: shows_contact.then(|| written.etag.to_string()),
            receipt: receipt.map(Box::new),
        })
    }
}

/// Logs the cause of the failure of some items, because their results do not contain it.
fn log(problem: &PendingProblem) {
    match &problem.cause {
        Some(cause) => tracing::error!(error = &**cause as &dyn Error, "items of a batch failed"),
        None => tracing::warn!("items of a batch failed"),
    }
}
