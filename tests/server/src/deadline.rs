//! TESTS, deadlines: how long something may take before a test gives up on it.

use std::future::Future;
use std::time::Duration;

use tokio::time::timeout;

/// For anything that a healthy server does at once. Generous, because the machine may be busy with something else.
pub const SOON: Duration = Duration::from_secs(30);

/// What `future` comes to.
///
/// # Panics
/// If that takes longer than [`SOON`]; `what` says what was waited for.
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    match timeout(SOON, future).await {
        Ok(value) => value,
        Err(_) => panic!("waited {SOON:?} in vain for {what}"),
    }
}
