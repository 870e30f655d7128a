//! Chat and what happened, in one stream.

import { t } from '../i18n.js';
import { Component, createRef, h } from '../vendor/preact.js';

const CHAT_CHARS_MAX = 500;
/** So close to the end somebody is reading along; further up they are reading back and are left in peace. */
const AT_END_PX = 60;

export class Feed extends Component {
  list = createRef();

  componentDidMount() { this.toEnd(); }
  getSnapshotBeforeUpdate() {
    const { scrollHeight, scrollTop, clientHeight } = this.list.current;
    return scrollHeight - scrollTop - clientHeight < AT_END_PX;
  }
  componentDidUpdate(_props, _state, wasAtEnd) { if (wasAtEnd) this.toEnd(); }
  toEnd() { this.list.current.scrollTop = this.list.current.scrollHeight; }

  render({ state, act }) {
    const submit = async (event) => {
      event.preventDefault();
      const box = event.target.elements.text;
      const text = box.value.trim();
      if (!text) return;
      box.value = '';
      if (!(await act.chat(text)) && !box.value) box.value = text;
    };
    return h('section', { class: 'card feed', 'aria-label': t('feed.title') },
      h('h2', null, t('feed.title')),
      h('ol', { ref: this.list, role: 'log', 'aria-live': 'polite', tabIndex: 0, 'data-testid': 'feed' },
        state.feed.length === 0 && h('li', { key: 0, class: 'muted' }, t('feed.empty')),
        state.feed.map((entry) => (entry.kind === 'chat'
          ? h('li', { key: entry.n, class: entry.uid === state.me?.uid ? 'chat own' : 'chat' }, h('span', { class: 'who' }, entry.name), h('span', { class: 'text' }, entry.text))
          : h('li', { key: entry.n, class: 'log' }, t(entry.key, entry.values))))),
      h('form', { class: 'row', onSubmit: submit },
        h('label', { class: 'sr', for: 'chat' }, t('feed.label')),
        h('input', { id: 'chat', name: 'text', class: 'grow', maxLength: CHAT_CHARS_MAX, autocomplete: 'off', placeholder: t('feed.placeholder'), 'data-testid': 'chat-input' }),
        h('button', { 'data-testid': 'chat-send' }, t('common.send'))));
  }
}
