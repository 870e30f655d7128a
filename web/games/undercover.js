//! undercover (谁是卧底): hints in turn, a vote, somebody leaves the table, until one side has won.

import { t } from '../i18n.js';
import { h } from '../vendor/preact.js';
import { Ballot, HintBox, WordCard } from './undercover.parts.js';
import { texts } from './undercover.texts.js';

const add = (seats, seat) => (seats.includes(seat) ? seats : [...seats, seat].sort((a, b) => a - b));

/** What happened, a round each; a round ends with its vote. Numbered from the present one back, as a page that came late saw only these. */
export function rounds(history, now, over) {
  const groups = [[]];
  for (const event of history) {
    groups.at(-1).push(event);
    if (event.type === 'VOTE_RESULT') groups.push([]);
  }
  if (over && groups.at(-1).length === 0 && groups.length > 1) groups.pop();
  return groups.map((events, at) => ({ n: now - (groups.length - 1 - at), events }));
}

export const undercover = {
  name: 'undercover',
  seats: [4, 10],
  options: [{ name: 'speakMs', ms: 60000 }, { name: 'voteMs', ms: 30000 }],
  texts,
  icon: () => h('svg', { viewBox: '0 0 48 48', 'aria-hidden': 'true' },
    h('path', { d: 'M8 20h32M14 20l3-9h14l3 9', class: 'line' }),
    h('circle', { cx: 17, cy: 30, r: 5, class: 'line accent' }),
    h('circle', { cx: 31, cy: 30, r: 5, class: 'line accent' }),
    h('path', { d: 'M22 30q2-2 4 0', class: 'line accent' })),

  event(view, { type, seat, out }) {
    if (type === 'SPOKE') return { ...view, spoken: add(view.spoken, seat) };
    if (type === 'VOTED') return { ...view, voted: add(view.voted, seat) };
    if (type === 'VOTE_RESULT') return { ...view, alive: view.alive.filter((each) => each !== out) };
    return view;
  },
  turn(view, { phase }) {
    const next = view.phase === 'VOTE' && phase === 'SPEAK';
    return next ? { ...view, phase, round: view.round + 1, spoken: [], voted: [] } : { ...view, phase };
  },
  acted: ({ phase, voted }, seat) => phase === 'VOTE' && voted.includes(seat),
  left: (view, seat) => ({ ...view, alive: view.alive.filter((each) => each !== seat) }),

  line({ type, seat, out, undercover: odd }, nameOf) {
    if (type === 'VOTED') return { key: 'undercover.line.voted', values: { name: nameOf(seat) } };
    if (type !== 'VOTE_RESULT') return null;
    return out === null ? { key: 'undercover.tie', values: {} } : { key: odd ? 'undercover.outOdd' : 'undercover.outCivilian', values: { name: nameOf(out) } };
  },

  tag({ view, over }, seat) {
    if (!view.alive.includes(seat)) return { text: t('undercover.out'), tone: 'off' };
    if (over) return null;
    if (view.phase === 'VOTE') return view.voted.includes(seat) ? { text: t('undercover.voted'), tone: 'good' } : null;
    return view.spoken.includes(seat) ? { text: t('undercover.spoke'), tone: 'good' } : null;
  },

  Table({ match, room, nameOf, act }) {
    const { view, over } = match;
    const mine = !over && room.turn?.seats.includes(room.mySeat) && view.alive.includes(room.mySeat);
    return h('div', { class: 'stack undercover' },
      !over && h('div', { class: 'row spread wrap' },
        h('span', { class: 'badge', 'data-testid': 'round' }, t('undercover.round', { n: view.round })),
        h('span', { class: 'badge accent', 'data-testid': 'phase', 'data-phase': view.phase }, t(`undercover.phase.${view.phase}`))),
      !over && room.mySeat === null && !view.word ? h('p', { class: 'muted center' }, t('undercover.noWord')) : !over && h(WordCard, { word: view.word }),
      mine && room.turn.phase === 'SPEAK' && h(HintBox, { act }),
      mine && room.turn.phase === 'VOTE' && !view.voted.includes(room.mySeat)
        && h(Ballot, { seats: view.alive.filter((seat) => seat !== room.mySeat), nameOf, act }),
      h(History, { match, nameOf }));
  },

  verdict: ({ result }) => t(result === 'ABANDONED' ? 'outcome.ABANDONED' : `undercover.result.${result}`),
  Details: ({ outcome: { undercovers, words }, nameOf }) => h('dl', { class: 'facts' },
    h('dt', null, t('undercover.undercovers')), h('dd', { 'data-testid': 'undercovers' }, undercovers.map(nameOf).join(', ')),
    h('dt', null, t('undercover.wordCivilian')), h('dd', null, words.civilian),
    h('dt', null, t('undercover.wordUndercover')), h('dd', null, words.undercover)),
};

function History({ match, nameOf }) {
  const { view, over, history } = match;
  return h('div', { class: 'rounds' }, rounds(history, view.round, over).reverse().map(({ n, events }) => (events.length > 0 && h('section', { key: n, class: 'round' },
    h('h3', null, t('undercover.round', { n })),
    h('ol', { class: 'hints', 'data-testid': `hints-${n}` }, events.filter(({ type }) => type === 'SPOKE').map(({ seat, text }) => h('li', { key: seat },
      h('span', { class: 'who' }, nameOf(seat)), h('q', null, text)))),
    events.filter(({ type }) => type === 'VOTE_RESULT').map((result) => h(Result, { result, nameOf }))))));
}

function Result({ result: { counts, out, undercover: odd }, nameOf }) {
  const most = Math.max(1, ...counts.map(({ votes }) => votes));
  return h('div', { class: 'result', 'data-testid': 'vote-result' },
    [...counts].sort((a, b) => b.votes - a.votes).map(({ seat, votes }) => h('div', { key: seat, class: 'votes' },
      h('span', { class: 'who' }, nameOf(seat)),
      h('meter', { min: 0, max: most, value: votes, 'aria-label': t('undercover.votes', { n: votes }) }),
      h('span', null, votes))),
    h('p', { class: out === null ? 'muted' : odd ? 'good' : 'bad' },
      out === null ? t('undercover.tie') : t(odd ? 'undercover.outOdd' : 'undercover.outCivilian', { name: nameOf(out) })));
}
