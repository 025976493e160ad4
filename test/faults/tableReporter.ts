import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Reporter, TestModule } from 'vitest/node';
import type { FaultRow } from './faultRow.ts';

const file = fileURLToPath(new URL('README.md', import.meta.url));

const HEAD = `# What happens when something breaks

Written by \`npm run test:faults\` from its runs; a part of them changes its own lines only. Real servers, databases,
media workers and browsers. The time counts from the end of the fault, or from the moment the server is ready again,
until everybody is as before; it was measured on the machine of the last run.

| Fault | What people see | Time to recover | What was lost |
| --- | --- | --- | --- |
`;

const line = ({ fault, seen, recoveredMs, lost }: FaultRow) =>
  `| ${fault} | ${seen} | ${recoveredMs === null ? '-' : `${(recoveredMs / 1_000).toFixed(1)} s`} | ${lost} |`;

/** The lines that are there, by their fault. */
function known(): Map<string, string> {
  try {
    const lines = readFileSync(file, 'utf8').slice(HEAD.length).split('\n').filter(Boolean);
    return new Map(lines.map((each) => [each.slice(2, each.indexOf(' | ')), each]));
  } catch {
    return new Map();
  }
}

/** Writes test/faults/README.md. A fault whose test failed leaves the table. */
export default class TableReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const rows = known();
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { fault } = test.meta();
        if (fault) rows.set(fault.fault, line(fault));
        else if (test.result().state === 'failed') rows.delete(test.name);
      }
    }
    const sorted = [...rows].toSorted(([one], [other]) => one.localeCompare(other, 'en'));
    writeFileSync(file, `${HEAD}${sorted.map(([, text]) => text).join('\n')}\n`);
  }
}
