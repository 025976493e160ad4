/** Every form in which a secret could stand in bytes: as it is, UTF-16, hex, base64 at each alignment. */
export function formsOf(secret: string | Uint8Array): Buffer[] {
  const raw = Buffer.from(secret);
  const forms = [raw, Buffer.from(raw.toString('hex')), Buffer.from(raw.toString('hex').toUpperCase())];
  if (typeof secret === 'string') {
    forms.push(Buffer.from(secret, 'utf16le'), Buffer.from(encodeURIComponent(secret)));
    // JSON may escape what is not ASCII.
    forms.push(Buffer.from(JSON.stringify(secret).slice(1, -1)));
  }
  for (const lead of [0, 1, 2]) {
    const padded = Buffer.concat([Buffer.alloc(lead), raw]);
    // Characters that mix in bits of neighbours are left out.
    const from = lead === 0 ? 0 : lead + 1;
    for (const encoding of ['base64', 'base64url'] as const) {
      const text = padded.toString(encoding).replaceAll('=', '');
      const whole = padded.length % 3 === 0 ? text : text.slice(0, -1);
      forms.push(Buffer.from(whole.slice(from)));
    }
  }
  return forms;
}

/** Which of the secrets, by name, stand in any of the places, by name, in any form: `secret in place`. */
export function findSecrets(
  secrets: Readonly<Record<string, string | Uint8Array>>,
  places: Readonly<Record<string, readonly Buffer[]>>,
): string[] {
  const found: string[] = [];
  for (const [name, secret] of Object.entries(secrets)) {
    const forms = formsOf(secret);
    for (const [place, buffers] of Object.entries(places)) {
      if (buffers.some((buffer) => forms.some((form) => buffer.includes(form))))
        found.push(`${name} in ${place}`);
    }
  }
  return found;
}
