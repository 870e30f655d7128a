//! The example of docs/clients.md: signs in, sits down alone at a relay, says something and hears it.

use serde_json::json;
use umbra_client::protocol::{Event, GameValue};
use umbra_client::{Client, ClientError, ClientEvent};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), ClientError> {
    let url = std::env::var("UMBRA_URL").unwrap_or_else(|_| "ws://127.0.0.1:4000/ws".to_owned());
    if let Some(heard) = play(&url).await? {
        println!("{}", heard.as_str());
    }
    Ok(())
}

/// Returns the event that its own action brought about.
pub async fn play(url: &str) -> Result<Option<GameValue>, ClientError> {
    let client = Client::builder(url).name("Ann").connect().await?;
    let room = client.create_room("relay").await?;
    client.start_game().await?;
    client.action(json!({ "hello": room.room_id })).await?;
    let events = client.events();
    while let Some(event) = events.next().await {
        match event {
            ClientEvent::Event { event: Event::GameEvent { event }, .. } => {
                client.leave().await?;
                client.close().await;
                return Ok(Some(event));
            }
            ClientEvent::Sync { room, .. } => println!("begin from {room:?}"),
            ClientEvent::Offline { code, retry_in } => println!("lost with {code:?}, back in {retry_in:?}"),
            other => println!("{other:?}"),
        }
    }
    Ok(None)
}
