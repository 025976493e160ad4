/** Decimal digits to read aloud, in groups of five: each group is 40 bits modulo 100,000. */
export function digitsOf(bytes: Uint8Array, groups: number): string {
  let digits = '';
  for (let group = 0; group < groups; group++) {
    let value = 0n;
    for (const byte of bytes.subarray(5 * group, 5 * group + 5)) value = value * 256n + BigInt(byte);
    digits += (value % 100_000n).toString().padStart(5, '0');
  }
  return digits;
}
