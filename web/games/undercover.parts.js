//! undercover: the three things a player handles: the own word, the hint, the ballot.

import { t } from '../i18n.js';
import { Component, h } from '../vendor/preact.js';

const HINT_CHARS_MAX = 200;

/** The word can be covered: people play this side by side on one sofa. */
export class WordCard extends Component {
  state = { covered: false };
  render({ word }, { covered }) {
    return h('button', {
      class: `word ${covered ? 'covered' : ''}`, type: 'button', 'data-testid': 'word-card', 'aria-pressed': String(covered),
      onClick: () => this.setState({ covered: !covered }),
    },
    h('span', { class: 'muted small' }, t('undercover.yourWord')),
    h('strong', { 'data-testid': 'word' }, covered ? '• • •' : word),
    h('span', { class: 'muted small' }, t(covered ? 'undercover.uncover' : 'undercover.cover')));
  }
}

export class HintBox extends Component {
  state = { text: '' };
  render({ act }, { text }) {
    const submit = (event) => {
      event.preventDefault();
      if (text.trim()) act.play({ type: 'SPEAK', text: text.trim() });
    };
    return h('form', { class: 'action-box', onSubmit: submit },
      h('label', { for: 'hint' }, t('undercover.hint')),
      h('div', { class: 'row' },
        h('input', {
          id: 'hint', class: 'grow', value: text, maxLength: HINT_CHARS_MAX, autocomplete: 'off', placeholder: t('undercover.hintPlaceholder'),
          'data-testid': 'speak-input', ref: focusOnce(this), onInput: (event) => this.setState({ text: event.target.value }),
        }),
        h('button', { class: 'primary', disabled: !text.trim(), 'data-testid': 'speak-send' }, t('undercover.say'))),
      h('span', { class: 'muted small end' }, `${[...text].length} / ${HINT_CHARS_MAX}`));
  }
}

export class Ballot extends Component {
  state = { choice: undefined };
  render({ seats, nameOf, act }, { choice }) {
    const submit = (event) => {
      event.preventDefault();
      if (choice !== undefined) act.play({ type: 'VOTE', seat: choice });
    };
    const option = (seat, label, testid) => h('label', { key: seat, class: `choice ${choice === seat ? 'chosen' : ''}` },
      h('input', { type: 'radio', name: 'vote', checked: choice === seat, 'data-testid': testid, onChange: () => this.setState({ choice: seat }) }), label);
    return h('form', { class: 'action-box', onSubmit: submit, 'data-testid': 'ballot' },
      h('fieldset', null,
        h('legend', null, t('undercover.whoIsIt')),
        h('div', { class: 'choices' },
          seats.map((seat) => option(seat, nameOf(seat), `vote-${seat}`)),
          option(null, t('undercover.abstain'), 'vote-abstain'))),
      h('button', { class: 'primary', disabled: choice === undefined, 'data-testid': 'vote-send' }, t('undercover.vote')));
  }
}

/** It is the user's turn and this is the box for it; who is writing to the room meanwhile is not interrupted. */
const focusOnce = (component) => (element) => {
  if (!element || component.focused) return;
  component.focused = true;
  if (document.activeElement?.tagName !== 'INPUT') element.focus({ preventScroll: true });
};
