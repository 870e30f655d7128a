//! relay: the drawing pad. Points travel as whole numbers of a square of 1000 × 600, so that every window shows the same drawing.

import { Component, createRef, h } from '../vendor/preact.js';

export const COLOURS = ['#7c5cff', '#ff6b57', '#12a57a', '#f2a516', '#2f9be8'];
const WIDTH = 1000;
const HEIGHT = 600;
/** A stroke is sent in pieces: others see it grow, and no piece comes near the largest message. */
const PIECE_MS = 150;
const PIECE_POINTS_MAX = 200;

export class Pad extends Component {
  canvas = createRef();
  points = [];
  timer = null;

  componentDidMount() { this.draw(); }
  componentDidUpdate() { this.draw(); }
  componentWillUnmount() { clearTimeout(this.timer); }

  render({ draws, label }) {
    return h('canvas', {
      ref: this.canvas, class: `pad ${draws ? 'draws' : ''}`, width: WIDTH, height: HEIGHT, role: 'img', 'aria-label': label, 'data-testid': 'pad',
      onPointerDown: (event) => draws && this.begin(event),
      onPointerMove: (event) => this.points.length > 0 && this.go(event),
      onPointerUp: () => this.end(), onPointerCancel: () => this.end(),
    });
  }

  begin(event) {
    event.target.setPointerCapture(event.pointerId);
    this.points = [this.point(event)];
    this.go(event);
  }

  go(event) {
    this.points.push(this.point(event));
    this.draw();
    this.timer ??= setTimeout(() => this.send(), PIECE_MS);
    if (this.points.length >= PIECE_POINTS_MAX) this.send();
  }

  end() {
    this.send();
    this.points = [];
    this.draw();
  }

  /** The next piece begins where this one ends, so that the line does not break. */
  send() {
    clearTimeout(this.timer);
    this.timer = null;
    if (this.points.length < 2) return;
    this.props.onStroke(this.points);
    this.points = this.points.slice(-1);
  }

  point({ offsetX, offsetY, target }) {
    return [Math.round((offsetX / target.clientWidth) * WIDTH), Math.round((offsetY / target.clientHeight) * HEIGHT)];
  }

  draw() {
    const pen = this.canvas.current.getContext('2d');
    pen.clearRect(0, 0, WIDTH, HEIGHT);
    pen.lineWidth = 7;
    pen.lineCap = pen.lineJoin = 'round';
    for (const stroke of [...this.props.strokes, { draw: this.points, colour: this.props.colour }]) {
      pen.strokeStyle = COLOURS[stroke.colour] ?? COLOURS[0];
      pen.beginPath();
      for (const point of stroke.draw) if (Array.isArray(point)) pen.lineTo(point[0], point[1]);
      pen.stroke();
    }
  }
}
