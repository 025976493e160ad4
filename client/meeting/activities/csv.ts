/**
 * A table as CSV (RFC 4180), with a byte order mark so that spreadsheets read it as UTF-8. Text that a
 * spreadsheet would take for a formula gets an apostrophe in front.
 */
export function csvOf(rows: readonly (readonly (string | number)[])[]): string {
  return `\uFEFF${rows.map((row) => row.map(fieldOf).join(',')).join('\r\n')}\r\n`;
}

function fieldOf(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const harmless = /^[\s\p{Default_Ignorable_Code_Point}]*[=+\-@＝＋－＠\t\r\n]/u.test(value)
    ? `'${value}`
    : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
