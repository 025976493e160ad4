import './Avatar.css';

const HUES = 8;

/** A number from 0 to `HUES` - 1 that stays the same for the same text. */
function hueOf(text: string): number {
  let sum = 0;
  for (const character of text) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return sum % HUES;
}

/** The first letters of a name: two words give two letters, CJK names their last two characters. */
export function initialsOf(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '') return '?';
  const cjk = [...trimmed].filter((character) =>
    /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u.test(character),
  );
  if (cjk.length > 0) return cjk.slice(-2).join('');
  const words = trimmed.split(/[\s\-_.]+/).filter((word) => word !== '');
  const first = words[0] ?? trimmed;
  const last = words.length > 1 ? (words.at(-1) ?? '') : '';
  return ([...first][0] ?? '').toUpperCase() + ([...last][0] ?? '').toUpperCase();
}

interface Props {
  readonly name: string;
  /** What the colour is taken from: something that stays with the person. */
  readonly seed: string;
  /** Diameter in CSS pixels. */
  readonly size?: number;
}

/** A person without a picture. */
export function Avatar({ name, seed, size = 40 }: Props) {
  return (
    <span
      className={`avatar avatar-${hueOf(seed)}`}
      style={{ width: size, height: size, fontSize: Math.round(size * 0.38) }}
      aria-hidden="true"
    >
      {initialsOf(name)}
    </span>
  );
}
