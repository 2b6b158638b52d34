//! Agents.

use contact_model::{Agent, AgentId, AgentUpdate, CompanyId, IdCursor, NewAgent};

use super::operation::operation;
use super::{Page, companies};
use crate::connection::{Connection, Row, Value};
use crate::{Result, StoreError};

/// Creates an agent.
#[derive(Debug, Clone)]
pub struct CreateAgent {
    /// The company.
    pub company_id: CompanyId,
    /// The agent.
    pub agent: NewAgent,
}

operation!(CreateAgent => Agent, takes_turn_of: Some(self.company_id), |self, connection, clock| {
    companies::get(connection, self.company_id).await?;
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
                Value::boolean(agent.active),
                Value::time(agent.created_at),
            ],
        )
        .await?;
    Ok(agent)
});

/// Reads a page of a company's agents in the order of their ids, so the oldest first.
#[derive(Debug, Clone, Copy)]
pub struct ListAgents {
    /// The company.
    pub company_id: CompanyId,
    /// The agent after which the page begins, or `None` to begin with the oldest.
    pub cursor: Option<IdCursor<AgentId>>,
    /// The maximum number of agents on the page.
    pub size: u16,
}

operation!(ListAgents => Page<Agent>, reads, |self, connection, _clock| {
    companies::get(connection, self.company_id).await?;
    let sql = "SELECT id, name, active, created_at FROM agents
         WHERE company_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    let values = [Value::uuid(self.company_id), Value::id_lower_bound(self.cursor)];
    Page::read(connection, sql, &values, self.size, read).await
});

/// Changes an agent.
#[derive(Debug, Clone)]
pub struct UpdateAgent {
    /// The company.
    pub company_id: CompanyId,
    /// The agent.
    pub id: AgentId,
    /// The changes.
    pub update: AgentUpdate,
}

operation!(UpdateAgent => Agent, takes_turn_of: Some(self.company_id), |self, connection, _clock| {
    // In one statement, so that of two simultaneous updates of different keys neither undoes the other.
    connection
        .query_one(
            "UPDATE agents SET name = coalesce($1, name), active = coalesce($2, active), version = version +
                 CASE WHEN name = coalesce($1, name) AND active = coalesce($2, active) THEN 0 ELSE 1 END
             WHERE company_id = $3 AND id = $4 RETURNING id, name, active, created_at",
            &[
                Value::Text(self.update.name.as_deref()),
                Value::Boolean(self.update.active),
                Value::uuid(self.company_id),
                Value::uuid(self.id),
            ],
            read,
        )
        .await?
        .ok_or(StoreError::AgentNotFound)
});

/// Deletes an agent that no thread and no contact refers to.
#[derive(Debug, Clone, Copy)]
pub struct DeleteAgent {
    /// The company.
    pub company_id: CompanyId,
    /// The agent.
    pub id: AgentId,
}

operation!(DeleteAgent => (), takes_turn_of: Some(self.company_id), |self, connection, _clock| {
    let agent = [Value::uuid(self.company_id), Value::uuid(self.id)];
    // A deleted contact counts too, because it may be restored.
    let reference = connection
        .query_one(
            "SELECT company_id FROM contacts WHERE company_id = $1 AND active_agent_id = $2
             UNION ALL
             SELECT company_id FROM agent_threads WHERE company_id = $1 AND agent_id = $2
             LIMIT 1",
            &agent,
            |row| row.uuid(0),
        )
        .await?;
    if reference.is_some() {
        return Err(StoreError::AgentInUse);
    }
    // A foreign key refuses the deletion if a new reference appears in the meantime. That is a conflict, so the
    // operation runs again and sees the reference.
    let deleted = connection.execute("DELETE FROM agents WHERE company_id = $1 AND id = $2", &agent).await?;
    if deleted == 0 { Err(StoreError::AgentNotFound) } else { Ok(()) }
});

pub(crate) async fn find_name<C: Connection>(
    connection: &mut C,
    company: CompanyId,
    id: AgentId,
) -> Result<Option<String>> {
    let sql = "SELECT name FROM agents WHERE company_id = $1 AND id = $2";
    connection.query_one(sql, &[Value::uuid(company), Value::uuid(id)], |row| row.text(0)).await
}

fn read(row: &dyn Row) -> Result<Agent> {
    Ok(Agent {
        id: row.uuid(0)?.into(),
        name: row.text(1)?,
        active: row.boolean(2)?,
        created_at: row.time(3)?,
    })
}
