//! Any game this page has no module for: its view and events as JSON, and a box for actions.

import { t } from '../i18n.js';
import { h } from '../vendor/preact.js';

export const generic = {
  icon: () => h('svg', { viewBox: '0 0 48 48', 'aria-hidden': 'true' },
    h('rect', { x: 8, y: 8, width: 32, height: 32, rx: 8, class: 'line' }),
    h('path', { d: 'M19 16c-4 0-1 6-5 8 4 2 1 8 5 8M29 16c4 0 1 6 5 8-4 2-1 8-5 8', class: 'line accent' })),
  event: (view) => view,
  verdict: (outcome) => JSON.stringify(outcome),

  Table({ match, room, act }) {
    const submit = (event) => {
      event.preventDefault();
      const box = event.target.elements.action;
      let action;
      try {
        action = JSON.parse(box.value);
      } catch {
        return box.setCustomValidity(t('generic.bad')), box.reportValidity();
      }
      act.play(action).then((sent) => { if (sent) box.value = ''; });
    };
    return h('div', { class: 'stack' },
      h('h3', null, t('generic.view')),
      h('pre', { class: 'json', tabIndex: 0 }, JSON.stringify(match.view, null, 2)),
      match.history.length > 0 && h('pre', { class: 'json', tabIndex: 0 }, match.history.slice(-20).map((each) => JSON.stringify(each)).join('\n')),
      !match.over && room.mySeat !== null && h('form', { class: 'stack', onSubmit: submit },
        h('label', { for: 'action' }, t('generic.action')),
        h('textarea', { id: 'action', name: 'action', rows: 3, 'data-testid': 'generic-action', onInput: (event) => event.target.setCustomValidity('') }),
        h('button', { class: 'primary', 'data-testid': 'generic-send' }, t('common.send'))));
  },
};
