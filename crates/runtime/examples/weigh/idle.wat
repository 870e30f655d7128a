;; The smallest guest that a process costs like a real one: memory, data, a table, and the calls of lunatic.
(module
    (import "lunatic::process" "spawn"
        (func $spawn (param i64 i64 i64 i32 i32 i32 i32 i32) (result i32)))
    (import "lunatic::process" "create_config" (func $create_config (result i64)))
    (import "lunatic::process" "process_id" (func $process_id (result i64)))
    (import "lunatic::message" "create_data" (func $create_data (param i64 i64)))
    (import "lunatic::message" "write_data" (func $write_data (param i32 i32) (result i32)))
    (import "lunatic::message" "read_data" (func $read_data (param i32 i32) (result i32)))
    (import "lunatic::message" "send" (func $send (param i64) (result i32)))
    (import "lunatic::message" "receive" (func $receive (param i32 i32 i64) (result i32)))
    (memory (export "memory") 17)
    (table 64 funcref)
    (data (i32.const 8) "child")
    (data (i32.const 16) "echo")
    (data (i32.const 1048576) "\01")
    (data (i32.const 1089536) "\01")

    (func $wait (drop (call $receive (i32.const 0) (i32.const 0) (i64.const -1))))
    (func $write8 (param $at i32) (drop (call $write_data (local.get $at) (i32.const 8))))
    (func $read8 (param $at i32) (drop (call $read_data (local.get $at) (i32.const 8))))

    ;; For each message: one child.
    (func (export "parent") (local $config i64)
        (local.set $config (call $create_config))
        (loop $again
            (call $wait)
            (if (call $spawn (i64.const 7) (local.get $config) (i64.const -1)
                    (i32.const 8) (i32.const 5) (i32.const 0) (i32.const 0) (i32.const 64))
                (then unreachable))
            (br $again)))
    (func (export "child") (loop $again (i32.store (i32.const 1040000) (i32.const 1)) (call $wait) (br $again)))

    ;; Nothing but memory accesses: the primes below half a million, so many times.
    (func (export "compute") (local $round i32) (local $i i32) (local $j i32)
        (local.set $round (i32.const 100))
        (loop $rounds
            (local.set $i (i32.const 0))
            (loop $clear
                (i64.store offset=200000 (local.get $i) (i64.const 0))
                (br_if $clear (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 8))) (i32.const 500000))))
            (local.set $i (i32.const 2))
            (loop $outer
                (if (i32.eqz (i32.load8_u offset=200000 (local.get $i))) (then
                    (local.set $j (i32.shl (local.get $i) (i32.const 1)))
                    (block $done (loop $inner
                        (br_if $done (i32.ge_u (local.get $j) (i32.const 500000)))
                        (i32.store8 offset=200000 (local.get $j) (i32.const 1))
                        (local.set $j (i32.add (local.get $j) (local.get $i)))
                        (br $inner)))))
                (br_if $outer (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 250000))))
            (br_if $rounds (local.tee $round (i32.sub (local.get $round) (i32.const 1))))))

    ;; Answers each message with another, to the process whose number is in it.
    (func (export "echo")
        (loop $again
            (call $wait)
            (call $read8 (i32.const 96))
            (call $create_data (i64.const 0) (i64.const 8))
            (call $write8 (i32.const 96))
            (drop (call $send (i64.load (i32.const 96))))
            (br $again)))
    (func (export "ping") (local $config i64) (local $left i32)
        (local.set $config (call $create_config))
        (if (call $spawn (i64.const 7) (local.get $config) (i64.const -1)
                (i32.const 16) (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 64))
            (then unreachable))
        (i64.store (i32.const 80) (call $process_id))
        (local.set $left (i32.const 200000))
        (loop $again
            (call $create_data (i64.const 0) (i64.const 8))
            (call $write8 (i32.const 80))
            (drop (call $send (i64.load (i32.const 64))))
            (call $wait)
            (local.set $left (i32.sub (local.get $left) (i32.const 1)))
            (br_if $again (local.get $left)))))
