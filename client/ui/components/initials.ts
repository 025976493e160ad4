/** What follows a Chinese name out of courtesy, and names nobody. */
const titles =
  /(?<=\p{Script=Han}{2})(?:老師|教授|校長|主任|部長|局長|處長|科長|組長|經理|醫師|律師|先生|女士|小姐|同學)$/u;

/** The first letters of a name: two words give two letters, CJK names their last two characters without a title. */
export function initialsOf(name: string): string {
  const trimmed = name.trim().replace(titles, '');
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
