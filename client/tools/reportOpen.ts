import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { decodeReportFile } from '../../shared/protocol/report.ts';
import type { ReportBundle } from '../e2ee/reports/bundle.ts';
import { ReportError, type ReportErrorCode } from '../e2ee/reports/error.ts';
import { reportHtml } from '../e2ee/reports/html.ts';
import { openReport } from '../e2ee/reports/seal.ts';
import type { StillType } from '../e2ee/reports/still.ts';
import { ready } from '../e2ee/sodium.ts';
import { asLanguage, type Language, languages } from '../i18n/language.ts';
import { askPassphrase } from './passphrase.ts';
import { readPrivateKey } from './privateKeyFile.ts';
import { fileErrorCode, runTool, ToolError } from './toolError.ts';

const USAGE =
  'Usage: npm run report:open -- --key report-key.private.json --out FOLDER [--language zh-TW] FILE...';

const problems: Record<ReportErrorCode, string> = {
  'other-key': 'is sealed to another key than this one.',
  'not-openable': 'is damaged, or belongs to another meeting: its seal does not hold.',
  malformed: 'opens, but what is inside has not the form of a report. It was not made by this software.',
  'wrong-meeting': 'opens, but is about another meeting than the one it was sent to.',
  'bad-signature': 'opens, but is not signed by the device that it names as its reporter.',
  'too-large': 'is larger than any report.',
};

const extensions: Record<StillType, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
};

interface Arguments {
  readonly key: string;
  readonly out: string;
  readonly language: Language;
  readonly files: readonly string[];
}

function readArguments(): Arguments {
  try {
    const { values, positionals: files } = parseArgs({
      options: { key: { type: 'string' }, out: { type: 'string' }, language: { type: 'string' } },
      allowPositionals: true,
    });
    const { key, out } = values;
    const language = asLanguage(values.language ?? 'en');
    if (key === undefined || out === undefined || files.length === 0) throw new TypeError();
    if (language === null) throw new TypeError();
    return { key, out, language, files };
  } catch {
    throw new ToolError(USAGE);
  }
}

function readFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ToolError(`${path} could not be read (${fileErrorCode(error) ?? 'unknown reason'}).`);
  }
}

function openFile(path: string, privateKey: Uint8Array): ReportBundle {
  const file = decodeReportFile(readFile(path));
  if (file === 'other') throw new ToolError(`${path} is not a report: npm run report:export writes them.`);
  if (file === 'cut') throw new ToolError(`${path} is not whole: its end is missing. Export it again.`);
  try {
    return openReport(privateKey, file.meeting, file.sealed);
  } catch (error) {
    if (error instanceof ReportError) throw new ToolError(`${path} ${problems[error.code]}`);
    throw error;
  }
}

async function writeReport(folder: string, bundle: ReportBundle, language: Language): Promise<void> {
  const words = (await languages[language].load()).report;
  const { still, ...rest } = bundle;
  const { bytes, ...described } = still ?? {};
  const picture = still && `still.${extensions[still.type]}`;
  const json = { ...rest, still: still && { ...described, file: picture } };
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const write = (name: string, content: string | Uint8Array) =>
      writeFileSync(join(folder, name), content, { flag: 'wx', mode: 0o600 });
    write('report.json', `${JSON.stringify(json, null, 2)}\n`);
    write('report.html', reportHtml(bundle, { words, language, verified: true }));
    if (picture && bytes) write(picture, bytes);
  } catch (error) {
    const code = fileErrorCode(error);
    if (code === 'EEXIST') throw new ToolError(`${folder} holds an opened report already.`);
    throw new ToolError(`${folder} could not be written (${code ?? 'unknown reason'}).`);
  }
}

/** Opens exported reports with the private key. Needs no server, no network and no database. */
await runTool(async () => {
  const { key, out, language, files } = readArguments();
  await ready();
  const text = Buffer.from(readFile(key)).toString('utf8');
  const privateKey = await readPrivateKey('sealroom report key 1', text, () =>
    askPassphrase('Passphrase of the private key: '),
  );
  // All are opened before the first is written: with one that does not open nothing is.
  const opened = files.map((path) => ({ path, bundle: openFile(path, privateKey) }));
  for (const { path, bundle } of opened) {
    const folder = join(out, basename(path, extname(path)));
    await writeReport(folder, bundle, language);
    process.stdout.write(`${join(folder, 'report.html')}\n`);
  }
});
