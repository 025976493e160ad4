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
