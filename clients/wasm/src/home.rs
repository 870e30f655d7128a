//! HOME: carries out what the machine orders and tells it what happens; it decides nothing.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::{Rc, Weak};
use std::time::Duration;

use js_sys::{Function, Promise};
use umbra_client_core::{
    ClientError, ClientEvent, ConnectionId, Effect, Loss, Machine, Payload, Saved, body_json, encode,
};
use umbra_protocol::{ClientMessage, OkBody, Subprotocol};
use wasm_bindgen::prelude::{Closure, JsCast, JsValue, wasm_bindgen};

use crate::client::object;
use crate::line::Line;
use crate::options::Options;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(run: &Function, ms: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
    /// Milliseconds since the page began; never goes back.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(what: &str, error: &JsValue);
}

/// How to settle a promise.
struct Promised {
    resolve: Function,
    reject: Function,
}

/// One client.
pub(crate) struct Home {
    this: Weak<Home>,
    url: String,
    machine: RefCell<Machine>,
    line: RefCell<Option<Line>>,
    on_event: Function,
    answers: RefCell<HashMap<u64, Promised>>,
    /// Until the first sign-in works or fails.
    first: RefCell<Option<Promised>>,
    timer: RefCell<Option<(JsValue, Duration)>>,
    on_time: Closure<dyn FnMut()>,
    /// Orders are being carried out: what comes in between waits its turn.
    settling: Cell<bool>,
}

fn now() -> Duration {
    Duration::from_secs_f64(performance_now().max(0.0) / 1000.0)
}

impl Home {
    pub fn new(options: Options, on_event: Function) -> Rc<Self> {
        let url = options.url.clone();
        let machine = options.machine(js_sys::Math::random().to_bits());
        Rc::new_cyclic(|this: &Weak<Self>| {
            let home = this.clone();
            let on_time = Closure::new(move || {
                if let Some(home) = home.upgrade() {
                    home.timer.take();
                    home.drive(|machine| machine.elapsed(now()));
                }
            });
            Self {
                this: this.clone(),
                url,
                machine: RefCell::new(machine),
                line: RefCell::new(None),
                on_event,
                answers: RefCell::new(HashMap::new()),
                first: RefCell::new(None),
                timer: RefCell::new(None),
                on_time,
                settling: Cell::new(false),
            }
        })
    }

    pub fn connect(&self) -> Promise {
        promise(|promised| {
            self.first.replace(Some(promised));
            self.drive(|machine| machine.connect(now()));
        })
    }

    pub fn ask(&self, message: ClientMessage) -> Promise {
        promise(|promised| {
            let sent = self.machine.borrow_mut().send(message, now());
            match sent {
                Ok(reference) => drop(self.answers.borrow_mut().insert(reference, promised)),
                Err(error) => settle(&promised.reject, &error.to_json()),
            }
            self.settle();
        })
    }

    pub fn saved(&self) -> Option<Saved> {
        self.machine.borrow().saved()
    }

    pub fn hello(&self) -> Option<String> {
        self.machine.borrow().hello().map(|hello| body_json(OkBody::Hello(Box::new(hello.clone()))))
    }

    pub fn retry_now(&self) {
        self.drive(|machine| machine.connect(now()));
    }

    pub fn close(&self) {
        self.drive(Machine::close);
    }

    // What the line says; of an older line the machine knows what to make.

    pub fn opened(&self, connection: ConnectionId) {
        self.drive(|machine| machine.opened(connection));
    }

    pub fn received(&self, connection: ConnectionId, payload: &Payload<'_>) {
        self.drive(|machine| machine.take(connection, payload, now()));
    }

    pub fn ended(&self, connection: ConnectionId, loss: Loss) {
        self.drop_line(connection, false);
        self.drive(|machine| machine.lost(connection, loss, now()));
    }

    fn drive(&self, act: impl FnOnce(&mut Machine)) {
        act(&mut self.machine.borrow_mut());
        self.settle();
    }

    /// Carries out all orders there are, one after the other even if the page asks for more meanwhile, and sets the alarm.
    fn settle(&self) {
        if self.settling.replace(true) {
            return;
        }
        loop {
            let effect = self.machine.borrow_mut().effect();
            match effect {
                Some(effect) => self.perform(effect),
                None => break,
            }
        }
        self.settling.set(false);
        self.set_alarm();
    }

    fn perform(&self, effect: Effect) {
        match effect {
            Effect::Open(connection) => match Line::open(&self.url, Subprotocol::Bincode, connection, &self.this) {
                Ok(line) => drop(self.line.replace(Some(line))),
                Err(why) => self.machine.borrow_mut().lost(connection, Loss::Unreachable(why), now()),
            },
            Effect::Transmit(connection, frame) => {
                if let Some(line) = self.line.borrow().as_ref().filter(|line| line.connection() == connection) {
                    line.send(&encode(Subprotocol::Bincode, &frame));
                }
            }
            Effect::HangUp { connection, goodbye } => self.drop_line(connection, goodbye),
            Effect::Answer { reference, result } => self.answer(reference, result),
            Effect::Tell(event) => self.tell(&event),
        }
    }

    fn answer(&self, reference: u64, result: Result<OkBody, ClientError>) {
        let promised = self.answers.borrow_mut().remove(&reference);
        if let Some(promised) = promised {
            match result {
                Ok(body) => settle(&promised.resolve, &body_json(body)),
                Err(error) => settle(&promised.reject, &error.to_json()),
            }
        }
    }

    fn tell(&self, event: &ClientEvent) {
        let first = match event {
            ClientEvent::Online { .. } | ClientEvent::Closed(_) => self.first.take(),
            ClientEvent::Event { .. }
            | ClientEvent::Sync { .. }
            | ClientEvent::Offline { .. }
            | ClientEvent::Draining { .. }
            | ClientEvent::Unknown { .. }
            | ClientEvent::Unreadable { .. }
            | ClientEvent::Misread(_) => None,
        };
        match (event, first) {
            (ClientEvent::Closed(ending), Some(first)) => {
                settle(&first.reject, &ClientError::Closed(ending.clone()).to_json());
            }
            (_, Some(first)) => drop(first.resolve.call0(&JsValue::UNDEFINED)),
            (_, None) => {}
        }
        // A page that fails over one event is still told the next.
        if let Err(error) = self.on_event.call1(&JsValue::UNDEFINED, &object(&event.to_json())) {
            console_error("umbra: onEvent failed", &error);
        }
    }

    fn drop_line(&self, connection: ConnectionId, goodbye: bool) {
        let line = self.line.borrow_mut().take_if(|line| line.connection() == connection);
        if let Some(line) = line {
            line.hang_up(goodbye);
        }
    }

    /// A later deadline is found when the alarm rings; only an earlier one is worth another alarm.
    fn set_alarm(&self) {
        let deadline = self.machine.borrow().deadline();
        let alarm = self.timer.borrow().as_ref().map(|(_, at)| *at);
        if alarm.is_some_and(|at| deadline.is_none_or(|deadline| deadline < at))
            && let Some((timer, _)) = self.timer.take()
        {
            clear_timeout(&timer);
        }
        if let Some(deadline) = deadline
            && self.timer.borrow().is_none()
        {
            let wait = deadline.saturating_sub(now()).as_secs_f64() * 1000.0;
            let timer = set_timeout(self.on_time.as_ref().unchecked_ref(), wait.ceil());
            self.timer.replace(Some((timer, deadline)));
        }
    }
}

fn promise(give: impl FnOnce(Promised)) -> Promise {
    let mut give = Some(give);
    Promise::new(&mut |resolve, reject| {
        if let Some(give) = give.take() {
            give(Promised { resolve, reject });
        }
    })
}

fn settle(how: &Function, json: &str) {
    // Settling a promise calls nobody: whoever waits for it is called later.
    let _ = how.call1(&JsValue::UNDEFINED, &object(json));
}
