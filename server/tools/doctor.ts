import { styleText } from 'node:util';
import type { Finding, State } from '../../shared/doctor/finding.ts';
import { findingEn } from '../../shared/doctor/words.en.ts';
import { readConfig } from '../config/config.ts';
import { examine } from '../doctor/doctor.ts';
import { defaultClientDir } from '../main.ts';
import { ensureWorkerBinary } from '../media/worker/ensure.ts';
import { advice } from '../startError.ts';

const marks: Readonly<Record<State, string>> = {
  green: styleText('green', 'ok   '),
  amber: styleText('yellow', 'note '),
  red: styleText('red', 'WRONG'),
};

function show({ state, found }: Finding): void {
  const { name, says, fix } = findingEn(found);
  console.log(`${marks[state]}  ${name.padEnd(18)} ${says}`);
  if (fix !== null) console.log(`${' '.repeat(26)}${fix}`);
}

// Exit code 0 where nothing is wrong, 1 where something is, 2 where the settings cannot be read.
try {
  const config = readConfig();
  console.log(`${marks.green}  ${'Settings'.padEnd(18)} can be read`);
  let wrong = 0;
  for await (const finding of examine({
    config,
    workerBin: () => ensureWorkerBinary(),
    clientDir: defaultClientDir,
    now: Date.now,
  })) {
    show(finding);
    if (finding.state === 'red') wrong += 1;
  }
  process.exitCode = wrong === 0 ? 0 : 1;
} catch (error) {
  const text = advice(error);
  if (text === null) throw error;
  console.error(`${marks.red}  ${'Settings'.padEnd(18)} ${text}`);
  process.exitCode = 2;
}
