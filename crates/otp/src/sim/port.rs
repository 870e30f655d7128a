//! Somebody outside of a world, played by the test.

use std::cell::RefCell;
use std::marker::PhantomData;
use std::rc::Rc;

use serde::de::DeserializeOwned;

use super::deaths::Ending;
use super::kernel::Kernel;
use super::process::{Mail, Process};
use crate::control::MESSAGE;
use crate::{Handle, ProcessId, wire};

/// A process without code: whatever is sent to it waits until the test takes it. Made by [`World::port`](crate::sim::World::port).
///
/// It lives until it is closed or killed; dropping it changes nothing.
pub struct Port<M> {
    kernel: Rc<RefCell<Kernel>>,
    id: ProcessId,
    takes: PhantomData<fn(M)>,
}

impl<M> Port<M> {
    pub(super) fn new(kernel: &Rc<RefCell<Kernel>>) -> Self {
        let id = kernel.borrow_mut().add(Process::new(std::any::type_name::<M>(), false, None));
        Port { kernel: Rc::clone(kernel), id, takes: PhantomData }
    }

    /// Where messages to it go.
    pub fn handle(&self) -> Handle<M> {
        Handle::of_node(0, self.id)
    }

    /// Its number.
    pub fn id(&self) -> ProcessId {
        self.id
    }

    /// Whether it was neither closed nor killed, by the test or by a process.
    pub fn is_open(&self) -> bool {
        self.kernel.borrow().is_alive(self.id)
    }

    /// Asks to be told when `target` ends, in [`Port::downs`]. False: it is dead already, and nothing will be told.
    pub fn monitor(&self, target: ProcessId) -> bool {
        let mut kernel = self.kernel.borrow_mut();
        kernel.monitor(self.id, target);
        kernel.is_alive(target)
    }

    /// Takes the news of the ends of those that are monitored, in the order in which they came.
    pub fn downs(&self) -> Vec<ProcessId> {
        let down = |mail: &Mail| match mail {
            Mail::Down(id) => Some(*id),
            Mail::Data { .. } | Mail::LinkDied(_) => None,
        };
        self.take_mail(|mail| down(mail).is_some()).iter().filter_map(down).collect()
    }

    /// Ends it, as a process that returns: whoever monitors it is told. Nothing happens if it has ended.
    pub fn close(&self) {
        self.kernel.borrow_mut().bury(self.id, Ending::Normal);
    }

    /// Ends it, as a process that is killed. Nothing happens if it has ended.
    pub fn kill(&self) {
        self.kernel.borrow_mut().bury(self.id, Ending::Killed);
    }

    fn take_mail(&self, wanted: impl Fn(&Mail) -> bool) -> Vec<Mail> {
        match self.kernel.borrow_mut().living.get_mut(&self.id) {
            Some(process) => {
                let (taken, left) = process.mailbox.drain(..).partition(wanted);
                process.mailbox = Vec::into(left);
                taken
            }
            None => Vec::new(),
        }
    }
}

impl<M: DeserializeOwned> Port<M> {
    /// Takes the messages that have come, in order. None from one that has ended: they went with it.
    ///
    /// # Panics
    /// If one of them is not of the port's type, which is a mistake in whoever sent it.
    pub fn take(&self) -> Vec<M> {
        let messages = self.take_mail(|mail| matches!(mail, Mail::Data { tag: MESSAGE, .. }));
        let bytes = messages.into_iter().filter_map(|mail| match mail {
            Mail::Data { bytes, .. } => Some(bytes),
            Mail::LinkDied(_) | Mail::Down(_) => None,
        });
        bytes.map(|bytes| wire::decode_slice(&bytes).expect("messages to a port are of its type")).collect()
    }
}
