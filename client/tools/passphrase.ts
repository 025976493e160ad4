import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { ToolError } from './toolError.ts';

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
