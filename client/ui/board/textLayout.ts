/** Fonts of the board: those of the page's text, and the same in files. */
export const BOARD_FONT =
  'system-ui, "Noto Sans", "Noto Sans TC", "PingFang TC", "Microsoft JhengHei", sans-serif';
export const NOTE_SIZE = 22;
export const NOTE_PADDING = 14;
export const LINE = 1.3;

let pen: CanvasRenderingContext2D | null | undefined;

function widthOf(text: string, size: number): number {
  pen ??= document.createElement('canvas').getContext('2d');
  if (!pen) return text.length * size * 0.6;
  pen.font = `${size}px ${BOARD_FONT}`;
  return pen.measureText(text).width;
}

/** A text in lines no wider than `width`: broken at spaces, and anywhere in scripts without them. */
export function wrapText(text: string, size: number, width: number, most: number): readonly string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const piece of paragraph.match(/[\p{L}\p{N}\p{M}'’.,:;!?-]+\s*|\s+|./gu) ?? []) {
      for (const part of widthOf(piece, size) > width || isUnspaced(piece) ? [...piece] : [piece]) {
        if (line !== '' && widthOf(line + part.trimEnd(), size) > width) {
          lines.push(line.trimEnd());
          line = '';
        }
        line += part;
      }
    }
    lines.push(line.trimEnd());
  }
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), `${(lines[most - 1] ?? '').slice(0, -1)}…`];
}

function isUnspaced(piece: string): boolean {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(piece);
}

/** Lines of a free text, which nothing but its author breaks; and how large they are together. */
export function measureText(
  text: string,
  size: number,
): { lines: readonly string[]; width: number; height: number } {
  const lines = text.split('\n');
  const width = Math.max(size, ...lines.map((line) => widthOf(line, size)));
  return { lines, width, height: lines.length * size * LINE };
}
