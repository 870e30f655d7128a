//! A modal window: the browser's own `<dialog>`, which keeps the focus inside and closes with Escape.

import { Component, createRef, h } from '../vendor/preact.js';

export class Dialog extends Component {
  dialog = createRef();

  componentDidMount() { this.dialog.current.showModal(); }

  render({ title, onClose, testid, children }) {
    return h('dialog', { ref: this.dialog, 'aria-labelledby': 'dialog-title', 'data-testid': testid, onClose, onClick: (event) => event.target === event.currentTarget && onClose() },
      h('div', { class: 'stack dialog' }, h('h2', { id: 'dialog-title' }, title), children));
  }
}
