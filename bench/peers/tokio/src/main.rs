//! PEER: the bare server as a program. Listens on 127.0.0.1:$PORT.

use std::io::{Error, Result};

use tokio::net::TcpListener;
use tokio::task::LocalSet;
use umbra_bench_tokio::serve;

fn main() -> Result<()> {
    let port = std::env::var("PORT").ok().and_then(|port| port.parse::<u16>().ok());
    let port = port.ok_or_else(|| Error::other("PORT must say where to listen"))?;
    // One thread: it is measured on one processor, and so nothing has to be locked.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        serve(listener).await
    })
}
