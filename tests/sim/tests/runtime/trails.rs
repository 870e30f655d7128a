//! Trails as text.

use umbra_otp::sim::Trail;

#[test]
fn a_trail_reads_back_as_it_was_written() {
    for text in ["fifo", "0:1", "12:1,40:2,41:1"] {
        assert_eq!(text.parse::<Trail>().expect("a trail").to_string(), text);
    }
    assert_eq!("12:1,40:2".parse::<Trail>().map(|trail| trail.len()), Ok(2));
    assert!("fifo".parse::<Trail>().expect("a trail").is_empty());
}

#[test]
fn what_is_no_trail_is_refused() {
    for text in ["", "1", "1:", ":1", "1:0", "x:1", "2:1,1:1", "1:1,1:1", "1:1,"] {
        let error = text.parse::<Trail>().expect_err(text);
        assert!(error.to_string().contains("is no trail"), "{error}");
    }
}
