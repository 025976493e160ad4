/** The safety code in groups of five digits, as it is read aloud. */
export function codeGroups(code: string): string[] {
  return code.match(/\d{1,5}/g) ?? [];
}
