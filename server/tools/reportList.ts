import { withReports } from './reportDatabase.ts';

/** `npm run report:list`: what this server keeps, without being able to open any of it. */
await withReports(async (reports) => {
  const kept = await reports.list();
  if (kept.length === 0) {
    process.stdout.write('There are no reports.\n');
    return;
  }
  process.stdout.write(`${'report'.padEnd(22)}  ${'received'.padEnd(20)}  ${'meeting'.padEnd(22)}  KiB\n`);
  for (const { id, receivedAt, meeting, bytes } of kept) {
    const received = new Date(receivedAt).toISOString().replace(/\.\d+Z$/, 'Z');
    process.stdout.write(`${id}  ${received}  ${meeting}  ${Math.round(bytes / 1024)}\n`);
  }
});
