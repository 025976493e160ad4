import { initialsOf } from './initials.ts';
import './Avatar.css';

const HUES = 8;

/** A number from 0 to `HUES` - 1 that stays the same for the same text. */
function hueOf(text: string): number {
  let sum = 0;
  for (const character of text) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return sum % HUES;
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
