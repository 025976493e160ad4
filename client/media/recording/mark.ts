import type { Rect } from './layout.ts';

const FONT = '500 15px system-ui, "Noto Sans TC", "PingFang TC", "Microsoft JhengHei", sans-serif';
const ROW = 56;
const GAP = 60;
const SLOPE = (-24 * Math.PI) / 180;

/** Writes who recorded across an area, again and again: light letters with a dark edge, read on any picture. */
export function drawMark(context: CanvasRenderingContext2D, text: string, area: Rect): void {
  context.save();
  context.beginPath();
  context.rect(area.x, area.y, area.width, area.height);
  context.clip();
  context.translate(area.x + area.width / 2, area.y + area.height / 2);
  context.rotate(SLOPE);
  context.font = FONT;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.lineWidth = 1.6;
  context.strokeStyle = 'rgb(0 0 0 / 26%)';
  context.fillStyle = 'rgb(255 255 255 / 30%)';
  const step = context.measureText(text).width + GAP;
  // Turned about the middle, the area reaches no further than this.
  const reach = Math.hypot(area.width, area.height) / 2;
  for (let y = -reach, row = 0; y < reach; y += ROW, row += 1) {
    for (let x = -reach - (row % 2) * (step / 2); x < reach; x += step) {
      context.strokeText(text, x, y);
      context.fillText(text, x, y);
    }
  }
  context.restore();
}
