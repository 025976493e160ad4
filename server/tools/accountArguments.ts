/** What a person typed, with the value of `--account` bound to it: an id may begin with a dash. */
export function accountArguments(typed: readonly string[] = process.argv.slice(2)): string[] {
  const at = typed.indexOf('--account');
  if (at === -1 || at === typed.length - 1) return [...typed];
  return [...typed.slice(0, at), `--account=${typed[at + 1]}`, ...typed.slice(at + 2)];
}
