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
    const context = this.#context;
    context.fillStyle = colours.ground;
    context.fillRect(0, 0, frameSize.width, frameSize.height);
    this.#head(layout.head, time, scene.label);
    if (scene.screen && layout.screen) this.#figure(scene.screen, layout.screen);
    for (const [index, rect] of layout.people.entries()) {
      const figure = scene.people[index];
      if (figure) this.#figure(figure, rect);
    }
    if (scene.mark !== null) drawMark(context, scene.mark, layout.body);
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

  #head({ x, y, width, height }: Rect, time: string, label: string | null): void {
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

  #figure({ key, name, speaking }: Figure, rect: Rect): void {
    const context = this.#context;
    context.fillStyle = colours.cell;
    context.fillRect(rect.x, rect.y, rect.width, rect.height);
    const picture = this.#pictures.get(key)?.current();
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
