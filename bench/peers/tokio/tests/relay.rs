//! The bare server keeps to what the comparison asks of every peer.

use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::{LocalSet, spawn_local};
use umbra_bench_tokio::serve;
use umbra_client::raw::{Connection, Received};

const WAIT: Duration = Duration::from_secs(20);

async fn with_server<T>(test: impl AsyncFnOnce(String) -> T) -> T {
    LocalSet::new()
        .run_until(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let addr = listener.local_addr().unwrap().to_string();
            spawn_local(serve(listener));
            test(addr).await
        })
        .await
}

async fn join(addr: &str, room: &str) -> Connection {
    let mut connection = Connection::open(addr, "/ws", &[]).await.unwrap();
    connection.send_text(room).await.unwrap();
    assert_eq!(heard(&mut connection).await, "joined");
    connection
}

async fn heard(connection: &mut Connection) -> String {
    match connection.read(WAIT).await.unwrap() {
        Received::Text(text) => text,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_a_member_says_reaches_everybody_in_its_room_in_one_order_and_nobody_else() {
    with_server(async |addr| {
        let mut members = [join(&addr, "a").await, join(&addr, "a").await, join(&addr, "a").await];
        let mut stranger = join(&addr, "b").await;
        members[1].send_text("first").await.unwrap();
        // Its own copy shows that the server has read the first before the second is sent.
        assert_eq!(heard(&mut members[1]).await, "first");
        members[2].send_text("second").await.unwrap();
        for (at, member) in members.iter_mut().enumerate() {
            if at != 1 {
                assert_eq!(heard(member).await, "first");
            }
            assert_eq!(heard(member).await, "second");
        }
        stranger.send_text("alone").await.unwrap();
        assert_eq!(heard(&mut stranger).await, "alone", "and nothing before it");
    })
    .await;
}

#[tokio::test]
async fn who_has_left_hears_nothing_and_may_join_again() {
    with_server(async |addr| {
        let (mut stays, mut leaves) = (join(&addr, "a").await, join(&addr, "a").await);
        leaves.send_text("").await.unwrap();
        assert_eq!(heard(&mut leaves).await, "left");
        stays.send_text("missed").await.unwrap();
        assert_eq!(heard(&mut stays).await, "missed");
        leaves.send_text("a").await.unwrap();
        assert_eq!(heard(&mut leaves).await, "joined");
        stays.send_text("heard").await.unwrap();
        assert_eq!(heard(&mut leaves).await, "heard");
    })
    .await;
}

#[tokio::test]
async fn a_connection_that_is_cut_is_no_harm_to_its_room() {
    with_server(async |addr| {
        let (mut stays, cut) = (join(&addr, "a").await, join(&addr, "a").await);
        drop(cut);
        for value in ["one", "two", "three"] {
            stays.send_text(value).await.unwrap();
            assert_eq!(heard(&mut stays).await, value);
        }
    })
    .await;
}
