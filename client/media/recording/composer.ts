import { type DrawnTrack, drawnTrack } from './browserTracks.ts';
import { fitted, frameSize, planRecording, type Rect } from './layout.ts';
import { type LivePicture, livePicture } from './livePicture.ts';
import { drawMark } from './mark.ts';
import type { Figure, RecordingScene } from './scene.ts';

const FONT = 'system-ui, "Noto Sans TC", "PingFang TC", "Microsoft JhengHei", sans-serif';
const colours = {
  ground: '#14171a',
  cell: '#23282d',
  text: '#ffffff',
  speaking: '#6ea8fe',
  plate: '#000000b3',
};
const NAME_HEIGHT = 26;

/** Draws the meeting as the recording shows it. */
export class Composer {
  readonly #canvas = document.createElement('canvas');
  readonly #context: CanvasRenderingContext2D;
  readonly #output: DrawnTrack;
  readonly #pictures = new Map<string, LivePicture>();
  /** How everything is placed now, and what each place shows: only what changed is drawn again. */
  #plan = '';
  readonly #shown = new Map<string, string>();

  constructor() {
    this.#canvas.width = frameSize.width;
    this.#canvas.height = frameSize.height;
    const context = this.#canvas.getContext('2d', { alpha: false });
    if (!context) throw new DOMException('No canvas', 'NotSupportedError');
    this.#context = context;
    this.#output = drawnTrack(this.#canvas);
  }

  /** What is drawn, as a track. */
  get track(): MediaStreamTrack {
    return this.#output.track;
  }

  /** Draws one frame; `time` is written at the top. */
  draw(scene: RecordingScene, time: string): void {
    this.#follow(scene);
    const layout = planRecording(scene.people.length, scene.screen !== null);
    const plan = JSON.stringify(layout);
    // A mark shines through to what was drawn before.
    if (plan !== this.#plan || scene.mark !== null) {
      this.#plan = plan;
      this.#shown.clear();
      this.#fill({ x: 0, y: 0, ...frameSize }, colours.ground);
    }
    this.#head(layout.head, time, scene.label);
    if (scene.screen && layout.screen) this.#figure('screen', scene.screen, layout.screen);
    for (const [index, rect] of layout.people.entries()) {
      const figure = scene.people[index];
      if (figure) this.#figure(`${index}`, figure, rect);
    }
    if (scene.mark !== null) drawMark(this.#context, scene.mark, layout.body);
    this.#output.show();
  }

  /** Idempotent. */
  close(): void {
    for (const picture of this.#pictures.values()) picture.close();
    this.#pictures.clear();
    this.#output.close();
  }

  #follow(scene: RecordingScene): void {
    const figures = scene.screen ? [scene.screen, ...scene.people] : scene.people;
    const wanted = new Map(figures.flatMap(({ key, track }) => (track ? [[key, track] as const] : [])));
    for (const [key, picture] of this.#pictures) {
      if (wanted.get(key) === picture.track) continue;
      picture.close();
      this.#pictures.delete(key);
    }
    for (const [key, track] of wanted)
      if (!this.#pictures.has(key)) this.#pictures.set(key, livePicture(track));
  }

  #fill({ x, y, width, height }: Rect, colour: string): void {
    this.#context.fillStyle = colour;
    this.#context.fillRect(x, y, width, height);
  }

  /** Whether a place shows something else from now on. */
  #changes(place: string, ...what: readonly (string | number | boolean | null)[]): boolean {
    const next = JSON.stringify(what);
    if (this.#shown.get(place) === next) return false;
    this.#shown.set(place, next);
    return true;
  }

  #head(rect: Rect, time: string, label: string | null): void {
    if (!this.#changes('head', time, label)) return;
    this.#fill(rect, colours.ground);
    const { x, y, width, height } = rect;
    const context = this.#context;
    context.font = `16px ${FONT}`;
    context.fillStyle = colours.text;
    context.textBaseline = 'middle';
    context.textAlign = 'left';
    context.fillText(time, x + 16, y + height / 2);
    if (label === null) return;
    context.font = `600 16px ${FONT}`;
    context.textAlign = 'right';
    context.fillText(label, x + width - 16, y + height / 2, width / 2);
  }

  #figure(place: string, { key, name, speaking }: Figure, rect: Rect): void {
    const context = this.#context;
    const picture = this.#pictures.get(key)?.current() ?? null;
    if (!this.#changes(place, key, name, speaking, picture?.at ?? null)) return;
    this.#fill(rect, colours.cell);
    if (picture) {
      const at = fitted(picture, rect);
      context.drawImage(picture.image, at.x, at.y, at.width, at.height);
    }
    context.textBaseline = 'middle';
    if (picture) {
      context.font = `14px ${FONT}`;
      context.textAlign = 'left';
      const width = Math.min(context.measureText(name).width + 16, rect.width);
      context.fillStyle = colours.plate;
      context.fillRect(rect.x, rect.y + rect.height - NAME_HEIGHT, width, NAME_HEIGHT);
      context.fillStyle = colours.text;
      context.fillText(name, rect.x + 8, rect.y + rect.height - NAME_HEIGHT / 2, rect.width - 16);
    } else {
      context.font = `22px ${FONT}`;
      context.textAlign = 'center';
      context.fillStyle = colours.text;
      context.fillText(name, rect.x + rect.width / 2, rect.y + rect.height / 2, rect.width - 16);
    }
    if (!speaking) return;
    context.strokeStyle = colours.speaking;
    context.lineWidth = 4;
    context.strokeRect(rect.x + 2, rect.y + 2, rect.width - 4, rect.height - 4);
  }
}
