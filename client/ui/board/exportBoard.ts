import type { Shape } from '../../meeting/boardView.ts';
import { allBounds } from './bounds.ts';

const SVG = 'http://www.w3.org/2000/svg';
const MARGIN = 40;
/** Height of the line with the classification. */
const LABEL_HEIGHT = 36;
/** Longest side of a PNG, in pixels: what browsers on phones still draw. */
const LONGEST = 4_096;

/** What a file may hold: shapes and text, and what makes their look. Nothing that acts, nothing that fetches. */
const elements: ReadonlySet<string> = new Set([
  'svg',
  'g',
  'path',
  'rect',
  'ellipse',
  'text',
  'tspan',
  'image',
]);
const attributes: ReadonlySet<string> = new Set([
  'd',
  'fill',
  'stroke',
  'stroke-width',
  'stroke-linecap',
  'stroke-linejoin',
  'stroke-dasharray',
  'opacity',
  'transform',
  'x',
  'y',
  'cx',
  'cy',
  'rx',
  'ry',
  'width',
  'height',
  'font-family',
  'font-size',
  'preserveAspectRatio',
  'viewBox',
]);

/**
 * A picture of the board: what is drawn on screen, on white, as a file of its own, under the classification of the
 * meeting. `pictures` are data addresses by what is shown.
 */
export function svgOf(
  drawn: SVGGElement,
  shapes: readonly Shape[],
  pictures: ReadonlyMap<string, string>,
  label: string | null,
): { readonly text: string; readonly width: number; readonly height: number } {
  const bounds = allBounds(shapes) ?? { x: 0, y: 0, width: 800, height: 600 };
  const width = Math.ceil(bounds.width + MARGIN * 2);
  const head = label === null ? 0 : LABEL_HEIGHT;
  const height = Math.ceil(bounds.height + MARGIN * 2) + head;
  const [left, top] = [Math.floor(bounds.x - MARGIN), Math.floor(bounds.y - MARGIN) - head];
  const root = element('svg', { viewBox: `${left} ${top} ${width} ${height}`, width, height });
  root.append(element('rect', { x: left, y: top, width, height, fill: '#ffffff' }));
  if (label !== null) root.append(...labelled(label, left, top, width));
  for (const child of drawn.children) {
    const copy = copyOf(child, pictures);
    if (copy) root.append(copy);
  }
  return { text: new XMLSerializer().serializeToString(root), width, height };
}

function element(name: string, values: Readonly<Record<string, string | number>>): Element {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(values)) made.setAttribute(key, String(value));
  return made;
}

function labelled(label: string, left: number, top: number, width: number): readonly Element[] {
  const text = element('text', {
    x: left + width / 2,
    y: top + LABEL_HEIGHT * 0.66,
    fill: '#ffffff',
    'font-family': 'sans-serif',
    'font-size': 16,
    'font-weight': 700,
    'text-anchor': 'middle',
  });
  text.append(label);
  return [element('rect', { x: left, y: top, width, height: LABEL_HEIGHT, fill: '#16201c' }), text];
}

function copyOf(original: Element, pictures: ReadonlyMap<string, string>): Element | null {
  if (!elements.has(original.localName)) return null;
  const copy = document.createElementNS(SVG, original.localName);
  for (const { name, value } of original.attributes) if (attributes.has(name)) copy.setAttribute(name, value);
  if (original.localName === 'image') {
    const data = pictures.get(original.getAttribute('href') ?? '');
    if (data === undefined) return null;
    copy.setAttribute('href', data);
  }
  for (const child of original.childNodes) {
    if (child instanceof Element) {
      const inner = copyOf(child, pictures);
      if (inner) copy.append(inner);
    } else if (child.nodeType === Node.TEXT_NODE) copy.append(child.textContent ?? '');
  }
  return copy;
}

/** The same picture in pixels. Rejects where the browser cannot draw it. */
export async function pngOf(svg: ReturnType<typeof svgOf>): Promise<Blob> {
  const scale = Math.min(2, LONGEST / Math.max(svg.width, svg.height));
  const url = URL.createObjectURL(new Blob([svg.text], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(svg.width * scale));
    canvas.height = Math.max(1, Math.round(svg.height * scale));
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no canvas');
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('not drawn'))), 'image/png');
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** A picture as an address that holds it. */
export function dataAddress(type: string, bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return `data:${type};base64,${btoa(text)}`;
}
