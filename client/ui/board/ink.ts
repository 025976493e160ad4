import type { Ink } from '../../meeting/boardView.ts';

/** What inks look like, on the white of the board and in files alike. */
export const inkColours: Readonly<Record<Ink, string>> = {
  black: '#1c2421',
  red: '#c0321c',
  orange: '#b35c00',
  green: '#1b7a43',
  blue: '#1f5fbf',
  violet: '#7a3fa8',
};

/** Paper of sticky notes; text on it is the board's black. */
export const noteColours: Readonly<Record<Ink, string>> = {
  black: '#e7e9e4',
  red: '#fbd3cb',
  orange: '#ffe3b3',
  green: '#cdecd3',
  blue: '#cfe1fb',
  violet: '#e6d6f5',
};

export const inkNames = [
  'black',
  'red',
  'orange',
  'green',
  'blue',
  'violet',
] as const satisfies readonly Ink[];

export const thicknesses = { thin: 3, medium: 6, thick: 12 } as const;
export type Thickness = keyof typeof thicknesses;
export const thicknessNames = ['thin', 'medium', 'thick'] as const satisfies readonly Thickness[];
