//! relay: no rules. What one sends, all get; here as a shared drawing pad, reactions, and any text or JSON.

import { t } from '../i18n.js';
import { Component, createRef, h } from '../vendor/preact.js';
import { COLOURS, Pad } from './relay.pad.js';

const REACTIONS = ['👍', '🎉', '😂', '😮', '❤️', '🔥'];
const SHOWN_MAX = 60;

const texts = {
  en: {
    title: 'Relay', about: 'No rules: draw, react, send anything to everybody.',
    'option.autoStart': 'Start as soon as all seats are taken',
    pad: 'Shared drawing pad', colour: 'Colour {n}', clear: 'Clear', react: 'Send {emoji}',
    value: 'Any text or JSON', placeholder: 'hello, or {"x": 1}', sent: 'Relayed', count: '{n} relayed',
    drew: 'drew a line', cleared: 'cleared the pad', none: 'Nothing yet. Draw something!',
    spectator: 'Spectators only look on.',
  },
  zh: {
    title: '接力', about: '没有规则：画画、发表情、向所有人发送任何内容。',
    'option.autoStart': '坐满后自动开始',
    pad: '共享画板', colour: '颜色 {n}', clear: '清空', react: '发送 {emoji}',
    value: '任意文本或 JSON', placeholder: '你好，或 {"x": 1}', sent: '已转发', count: '已转发 {n} 条',
    drew: '画了一笔', cleared: '清空了画板', none: '还没有内容，画点什么吧！',
    spectator: '观众只能观看。',
  },
};

/** Text that happens to be JSON is sent as what it says, other text as a string. */
export function toValue(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const strokeOf = (value) => (Array.isArray(value?.draw) && Number.isInteger(value.colour) ? value : null);
const isReaction = (value) => REACTIONS.includes(value);

function Value({ value }) {
  if (strokeOf(value)) return h('span', { class: 'muted' }, t('relay.drew'));
  if (value?.clear === true) return h('span', { class: 'muted' }, t('relay.cleared'));
  if (typeof value === 'string') return h('span', { class: isReaction(value) ? 'emoji' : '' }, value);
  return h('code', null, JSON.stringify(value));
}

class Table extends Component {
  state = { colour: 0 };
  list = createRef();

  componentDidUpdate() {
    const list = this.list.current;
    if (list) list.scrollTop = list.scrollHeight;
  }

  render({ match, room, nameOf, act }, { colour }) {
    const plays = !match.over && room.mySeat !== null;
    const values = match.history.filter(({ type }) => type === 'RELAYED');
    const send = (event) => {
      event.preventDefault();
      const box = event.target.elements.value;
      if (box.value.trim()) act.play(toValue(box.value.trim())).then((sent) => { if (sent) box.value = ''; });
    };
    const fresh = values.slice(-6).filter(({ value }) => isReaction(value));
    return h('div', { class: 'stack relay' },
      h('div', { class: 'pad-frame' },
        h(Pad, { strokes: since(values), colour, draws: plays, label: t('relay.pad'), onStroke: (points) => act.play({ draw: points, colour }) }),
        h('div', { class: 'floats', 'aria-hidden': 'true' }, fresh.map(({ n, value }) => h('span', { key: n, style: { '--at': `${(n * 37) % 90}%` } }, value)))),
      plays && h('div', { class: 'row wrap spread' },
        h('div', { class: 'row wrap', role: 'radiogroup', 'aria-label': t('relay.pad') },
          COLOURS.map((css, n) => h('button', {
            key: n, type: 'button', class: 'swatch', role: 'radio', 'aria-checked': String(n === colour), 'aria-label': t('relay.colour', { n: n + 1 }),
            style: { '--swatch': css }, onClick: () => this.setState({ colour: n }) })),
          h('button', { type: 'button', class: 'quiet', onClick: () => act.play({ clear: true }) }, t('relay.clear'))),
        h('div', { class: 'row reactions' }, REACTIONS.map((emoji) => h('button', {
          key: emoji, type: 'button', class: 'quiet emoji', 'aria-label': t('relay.react', { emoji }), 'data-testid': `react-${emoji}`, onClick: () => act.play(emoji) }, emoji)))),
      plays ? h('form', { class: 'row', onSubmit: send },
        h('label', { class: 'sr', for: 'value' }, t('relay.value')),
        h('input', { id: 'value', name: 'value', class: 'grow', autocomplete: 'off', placeholder: t('relay.placeholder'), 'data-testid': 'relay-input' }),
        h('button', { class: 'primary', 'data-testid': 'relay-send' }, t('common.send')))
        : !match.over && h('p', { class: 'muted center' }, t('relay.spectator')),
      h('div', { class: 'row spread' }, h('h3', null, t('relay.sent')), h('span', { class: 'badge', 'data-testid': 'relay-count' }, t('relay.count', { n: match.view?.n ?? 0 }))),
      h('ol', { class: 'values', 'data-testid': 'relayed', ref: this.list, tabIndex: 0 },
        values.length === 0 && h('li', { key: 'none', class: 'muted' }, t('relay.none')),
        values.slice(-SHOWN_MAX).map(({ seat, n, value }) => h('li', { key: n }, h('span', { class: 'muted small' }, n), h('span', { class: 'who' }, nameOf(seat)), h(Value, { value })))));
  }
}

/** The strokes since the pad was last cleared. */
function since(values) {
  const cleared = values.findLastIndex(({ value }) => value?.clear === true);
  return values.slice(cleared + 1).map(({ value }) => strokeOf(value)).filter(Boolean);
}

export const relay = {
  name: 'relay',
  seats: [1, 64],
  options: [{ name: 'autoStart', flag: false }],
  texts,
  icon: () => h('svg', { viewBox: '0 0 48 48', 'aria-hidden': 'true' },
    h('path', { d: 'M10 34c6-18 10-20 14-10s8 8 14-10', class: 'line' }),
    h('circle', { cx: 10, cy: 34, r: 3.5, class: 'line accent' }), h('circle', { cx: 38, cy: 14, r: 3.5, class: 'line accent' })),
  event: (view, { type, n }) => (type === 'RELAYED' ? { ...view, n } : view),
  Table,
  verdict: ({ result }) => t(`outcome.${result}`),
};
