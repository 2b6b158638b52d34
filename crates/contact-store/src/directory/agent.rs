//! Agents.

use contact_model::{Agent, AgentId, CompanyId, NewAgent};

use super::{company, operation};
use crate::StoreError;
use crate::connection::{Connection, Value};

/// Creates an agent.
#[derive(Debug, Clone)]
pub struct CreateAgent {
    /// The company.
    pub company_id: CompanyId,
    /// The agent.
    pub agent: NewAgent,
}

operation!(CreateAgent => Agent, reads: false, |self, connection, clock| {
    company::find(connection, self.company_id).await?.ok_or(StoreError::CompanyNotFound)?;
    let agent = Agent {
        id: clock.new_id().into(),
        name: self.agent.name.clone(),
        active: self.agent.active,
        created_at: clock.now(),
    };
    connection
        .execute(
            "INSERT INTO agents (company_id, id, name, active, created_at) VALUES ($1, $2, $3, $4, $5)",
            &[
                Value::uuid(self.company_id),
                Value::uuid(agent.id),
                Value::text(&agent.name),
                Value::Boolean(agent.active),
                Value::time(agent.created_at),
            ],
        )
        .await?;
    Ok(agent)
});

pub(crate) async fn find_name<C: Connection>(
    connection: &mut C,
    company: CompanyId,
    id: AgentId,
) -> Result<Option<String>, StoreError> {
    connection
        .query_one(
            "SELECT name FROM agents WHERE company_id = $1 AND id = $2",
            &[Value::uuid(company), Value::uuid(id)],
            |row| row.text(0),
        )
        .await
}
