//! HOME, what a page holds: objects of its own language in and out.

use std::rc::Rc;

use js_sys::{Function, JSON, Promise};
use umbra_protocol::{FrameError, WireError, decode_client_json};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::home::Home;
use crate::options::Options;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

#[wasm_bindgen]
extern "C" {
    /// `UmbraOptions` of `types.d.ts`.
    #[wasm_bindgen(typescript_type = "UmbraOptions")]
    pub type JsOptions;
    /// A function that takes an `UmbraEvent` of `types.d.ts`.
    #[wasm_bindgen(typescript_type = "(event: UmbraEvent) => void")]
    pub type JsListener;
    /// `UmbraSaved` of `types.d.ts`, or `undefined`.
    #[wasm_bindgen(typescript_type = "UmbraSaved | undefined")]
    pub type JsSaved;
    /// `UmbraHello` of `types.d.ts`, or `undefined`.
    #[wasm_bindgen(typescript_type = "UmbraHello | undefined")]
    pub type JsHello;
    /// A promise of nothing, which rejects with an `UmbraError`.
    #[wasm_bindgen(typescript_type = "Promise<void>")]
    pub type JsDone;
}

/// A session with a server.
#[wasm_bindgen]
pub struct UmbraClient {
    home: Rc<Home>,
}

#[wasm_bindgen]
impl UmbraClient {
    /// A client that is not connected yet. `onEvent` is told everything that happens, in order.
    ///
    /// # Errors
    /// The options do not say where, or as whom.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsOptions, #[wasm_bindgen(js_name = onEvent)] on_event: JsListener) -> Result<Self, JsValue> {
        let json = text(options.as_ref()).ok_or_else(|| bad_message("the options are no object"))?;
        let options = Options::read(&json).map_err(|why| bad_message(&why))?;
        Ok(Self { home: Home::new(options, Function::from(JsValue::from(on_event))) })
    }

    /// Connects. The promise holds once this client has signed in for the first time, and rejects if that fails.
    pub fn connect(&self) -> JsDone {
        JsValue::from(self.home.connect()).into()
    }

    /// See `UmbraActions` of `types.d.ts`, where its type is.
    #[wasm_bindgen(skip_typescript)]
    pub fn send(&self, id: &str, body: &JsValue) -> Promise {
        let body = text(body).unwrap_or_else(|| "{}".into());
        let id = serde_json::Value::from(id).to_string();
        // Read as the server reads it: what it would refuse never leaves the page.
        match decode_client_json(&format!(r#"{{"id":{id},"ref":1,"body":{body}}}"#)) {
            Ok(frame) => self.home.ask(frame.message),
            Err(FrameError::Envelope { message }) => Promise::reject(&bad_message(&message)),
            Err(FrameError::Message { error: WireError { code, message }, .. }) => {
                Promise::reject(&object(&serde_json::json!({"code": code, "message": message}).to_string()))
            }
        }
    }

    /// What is needed to take up this session in another page; `undefined` before the first sign-in.
    #[wasm_bindgen(getter)]
    pub fn saved(&self) -> JsSaved {
        let saved = self.home.saved().and_then(|saved| serde_json::to_string(&saved).ok());
        saved.map_or(JsValue::UNDEFINED, |saved| object(&saved)).into()
    }

    /// What the server said at the last sign-in; `undefined` before the first.
    #[wasm_bindgen(getter)]
    pub fn hello(&self) -> JsHello {
        self.home.hello().map_or(JsValue::UNDEFINED, |hello| object(&hello)).into()
    }

    /// Connects now, without waiting for the time to come. For when the network is back, or somebody looks at the page again.
    #[wasm_bindgen(js_name = retryNow)]
    pub fn retry_now(&self) {
        self.home.retry_now();
    }

    /// Says goodbye and ends. The session stays at the server for a while, and can be taken up again.
    pub fn close(&self) {
        self.home.close();
    }
}

impl Drop for UmbraClient {
    fn drop(&mut self) {
        self.home.close();
    }
}

/// JSON text of a value of the page's own; `None` for what has none, such as `undefined`.
fn text(value: &JsValue) -> Option<String> {
    JSON::stringify(value).ok()?.as_string()
}

/// A value of the page's own out of JSON text.
pub(crate) fn object(json: &str) -> JsValue {
    JSON::parse(json).unwrap_or(JsValue::NULL)
}

fn bad_message(why: &str) -> JsValue {
    object(&serde_json::json!({"code": "BAD_MESSAGE", "message": why}).to_string())
}
