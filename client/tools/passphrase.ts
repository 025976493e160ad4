import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { ToolError } from './toolError.ts';

const LEAST_CHARACTERS = 12;

/** Asks for a passphrase without showing it; takes the first line of stdin where that is no terminal. */
export async function askPassphrase(question: string): Promise<string> {
  const { stdin, stderr } = process;
  // What is typed would be echoed to `output`: it goes nowhere.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output, terminal: stdin.isTTY });
  if (stdin.isTTY) stderr.write(question);
  try {
    for await (const line of lines) return line;
  } finally {
    lines.close();
    if (stdin.isTTY) stderr.write('\n');
  }
  throw new ToolError('No passphrase was given. Nothing was written.');
}

/** A passphrase for a new key. Asked for twice at a terminal: one mistyped would lock the key away. */
export async function newPassphrase(): Promise<string> {
  const passphrase = await askPassphrase('Passphrase for the private key: ');
  if ([...passphrase].length < LEAST_CHARACTERS) {
    throw new ToolError(`A passphrase needs at least ${LEAST_CHARACTERS} characters. Nothing was written.`);
  }
  if (process.stdin.isTTY && (await askPassphrase('The same again: ')) !== passphrase) {
    throw new ToolError('The two are not the same. Nothing was written.');
  }
  return passphrase;
}
