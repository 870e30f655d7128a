;; The least that a room and a user can be: a message comes, a message goes, and nothing is looked at or kept.
(module
    (import "lunatic::process" "spawn"
        (func $spawn (param i64 i64 i64 i32 i32 i32 i32 i32) (result i32)))
    (import "lunatic::message" "create_data" (func $create_data (param i64 i64)))
    (import "lunatic::message" "data_size" (func $data_size (result i64)))
    (import "lunatic::message" "write_data" (func $write_data (param i32 i32) (result i32)))
    (import "lunatic::message" "read_data" (func $read_data (param i32 i32) (result i32)))
    (import "lunatic::message" "send" (func $send (param i64) (result i32)))
    (import "lunatic::message" "receive" (func $receive (param i32 i32 i64) (result i32)))
    (memory (export "memory") 17)
    (data (i32.const 8) "user")
    (data (i32.const 16) "room")

    ;; Takes the next message in at 4096. Gives the bytes of it.
    (func $take (result i32) (local $bytes i32)
        (drop (call $receive (i32.const 0) (i32.const 0) (i64.const -1)))
        (local.set $bytes (i32.wrap_i64 (call $data_size)))
        (drop (call $read_data (i32.const 4096) (local.get $bytes)))
        (local.get $bytes))

    ;; For each message: one process, which begins in the function whose name has 4 letters and lies where the message says.
    (func (export "parent")
        (loop $again
            (drop (call $take))
            (if (call $spawn (i64.const 0) (i64.const -1) (i64.const -1)
                    (i32.load (i32.const 4096)) (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 64))
                (then unreachable))
            (br $again)))

    ;; A message is the number of a process, and what it is to be sent.
    (func (export "user") (local $bytes i32)
        (loop $again
            (local.set $bytes (call $take))
            (call $create_data (i64.const 0) (i64.const 0))
            (drop (call $write_data (i32.const 4104) (i32.sub (local.get $bytes) (i32.const 8))))
            (drop (call $send (i64.load (i32.const 4096))))
            (br $again)))

    ;; A message is eight pairs of a user and its connection, and what each user is to be sent for it.
    (func (export "room") (local $bytes i32) (local $pair i32)
        (loop $again
            (local.set $bytes (call $take))
            (local.set $pair (i32.const 4096))
            (loop $members
                (call $create_data (i64.const 0) (i64.const 0))
                (drop (call $write_data (i32.add (local.get $pair) (i32.const 8)) (i32.const 8)))
                (drop (call $write_data (i32.const 4224) (i32.sub (local.get $bytes) (i32.const 128))))
                (drop (call $send (i64.load (local.get $pair))))
                (br_if $members (i32.lt_u (local.tee $pair (i32.add (local.get $pair) (i32.const 16))) (i32.const 4224))))
            (br $again))))
