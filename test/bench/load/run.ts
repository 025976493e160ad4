// Puts on a meeting of many participants, on a server of its own or on any site, and reports how it went.
// Run: npm run load -- --help
import { writeFile } from 'node:fs/promises';
import { load, machine } from '../e2ee/machine.ts';
import { LoadMeeting } from './loadMeeting.ts';
import { readCommand, USAGE } from './options.ts';
import { ownSite } from './ownSite.ts';
import { pageOf } from './page.ts';
import { reportOf } from './report.ts';

if (process.argv.includes('--help')) {
  console.log(USAGE);
  process.exit(0);
}
const command = readCommand(process.argv.slice(2));
const { settings } = command;
const site = command.url === null ? await ownSite() : null;
const origin = command.url ?? site?.origin ?? '';
const meeting = await LoadMeeting.open(origin, settings, command.metricsToken);
try {
  const seen = await meeting.run((line) => console.error(line));
  const facts = { ...(await machine()), load: load() };
  const report = reportOf({ settings, site: site ? 'own' : 'other', machine: facts, ...seen });
  await writeFile(`${command.out}.json`, `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(`${command.out}.html`, pageOf(report));
  console.log(report.advice.map((line) => `- ${line}`).join('\n'));
  console.log(`\nWritten: ${command.out}.json, ${command.out}.html`);
} finally {
  await meeting.close();
  await site?.close();
}
