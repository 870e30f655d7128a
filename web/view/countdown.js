//! Seconds until a moment, counted down by whatever clock is given.

import { Component } from '../vendor/preact.js';

const TICK_MS = 250;

/** `render(seconds)` is drawn anew with each whole second; `seconds` never falls below 0. */
export class Countdown extends Component {
  componentDidMount() {
    this.timer = setInterval(() => {
      if (this.seconds() !== this.shown) this.forceUpdate();
    }, TICK_MS);
  }

  componentWillUnmount() { clearInterval(this.timer); }

  seconds() {
    return Math.max(0, Math.ceil((this.props.until - this.props.now()) / 1000));
  }

  render({ render }) {
    this.shown = this.seconds();
    return render(this.shown);
  }
}
