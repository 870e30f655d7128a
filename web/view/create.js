//! A new room: its game, seats, whether it is listed, and the options the game declares.

import { GAMES, gameOf } from '../games/registry.js';
import { gameTitle, t } from '../i18n.js';
import { Component, h } from '../vendor/preact.js';
import { Dialog } from './dialog.js';

const USUAL_SEATS = 6;

export class CreateDialog extends Component {
  constructor(props) {
    super(props);
    this.state = { game: props.game, seats: usualSeats(props.game) };
  }

  render({ act }, { game: name, seats }) {
    const game = gameOf(name);
    const [least, most] = game.seats;
    const submit = (event) => {
      event.preventDefault();
      act.create(specOf(game, seats, event.target.elements));
    };
    const choose = (event) => this.setState({ game: event.target.value, seats: usualSeats(event.target.value) });
    return h(Dialog, { title: t('create.title', { game: gameTitle(name) }), onClose: act.closeDialog, testid: 'create' },
      h('form', { class: 'stack', onSubmit: submit },
        h('label', { for: 'game' }, t('create.game')),
        h('select', { id: 'game', value: name, onChange: choose }, GAMES.map((each) => h('option', { key: each.name, value: each.name }, gameTitle(each.name)))),
        least < most && h('label', { for: 'seats' }, t('create.seats'), ' ', h('output', { for: 'seats' }, seats)),
        least < most && h('input', { id: 'seats', name: 'seats', type: 'range', min: least, max: most, value: seats, 'data-testid': 'create-seats', onInput: (event) => this.setState({ seats: Number(event.target.value) }) }),
        game.options.map((option) => h(Option, { key: `${name}.${option.name}`, game: name, option })),
        h('label', { class: 'check' }, h('input', { type: 'checkbox', name: 'private', 'data-testid': 'create-private' }), t('create.private')),
        h('div', { class: 'row end' },
          h('button', { type: 'button', onClick: act.closeDialog }, t('common.cancel')),
          h('button', { class: 'primary', 'data-testid': 'create-go' }, t('create.go')))));
  }
}

const usualSeats = (name) => Math.min(gameOf(name).seats[1], USUAL_SEATS);

function Option({ game, option: { name, ms, flag } }) {
  const label = t(`${game}.option.${name}`);
  if (flag !== undefined) return h('label', { class: 'check' }, h('input', { type: 'checkbox', name, defaultChecked: flag, 'data-testid': `option-${name}` }), label);
  return h('div', { class: 'stack tight' },
    h('label', { for: `option-${name}` }, t('create.seconds', { option: label })),
    h('input', { id: `option-${name}`, name, type: 'number', min: 1, max: 3600, required: true, defaultValue: ms / 1000, 'data-testid': `option-${name}` }));
}

/** Only what differs from the game's own defaults is sent: a server may know better ones. */
function specOf(game, seats, fields) {
  const options = {};
  for (const { name, ms, flag } of game.options) {
    const value = flag === undefined ? Math.round(Number(fields[name].value) * 1000) : fields[name].checked;
    if (value !== (ms ?? flag)) options[name] = value;
  }
  return { game: game.name, seats, private: fields.private.checked, options };
}
