//! The games this page can play. A new one is a new file here and a line in `GAMES`.
//!
//! A game module exports one object:
//! - `name` as on the wire, `seats: [least, most]`, `options: [{name, ms: default in ms} | {name, flag: default}]`,
//!   `texts: {en, zh}` with at least `title`, `about`, `option.<name>` and `turn.<PHASE>` for each of its phases
//! - `icon()` a drawing
//! - pure, each returning a new view: `event(view, event)`, and where needed `turn(view, turn)` and `left(view, seat)`
//! - `acted?(view, seat)` whether a seat that has the turn has done its part already
//! - `line?(event, nameOf)` what the event feed says, `{key, values}` or null
//! - `tag?(match, seat)` a short word beside a player's name, `{text, tone}` or null
//! - `Table({match, room, nameOf, act, now})` what is played on; also shown when the match is over
//! - `verdict(outcome, nameOf)` one sentence; `Details?({outcome, nameOf})` what else the end reveals

import { addTexts } from '../i18n.js';
import { generic } from './generic.js';
import { relay } from './relay.js';
import { tictactoe } from './tictactoe.js';
import { undercover } from './undercover.js';

export const GAMES = [undercover, tictactoe, relay];

for (const game of GAMES) addTexts(game.name, game.texts);

/** A game this page does not know is shown as the JSON it sends. */
export function gameOf(name) {
  return GAMES.find((game) => game.name === name) ?? generic;
}
