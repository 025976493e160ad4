import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type ReportId, reportId } from '../../shared/ids.ts';
import { encodeReportFile } from '../../shared/protocol/report.ts';
import { ToolError, withReports } from './reportDatabase.ts';

function readArguments(): { id: ReportId; out: string } {
  try {
    // An id may begin with a dash, which is no option here.
    const args = process.argv.slice(2).map((arg) => (reportId.safeParse(arg).success ? `=${arg}` : arg));
    const { values, positionals } = parseArgs({
      args,
      options: { out: { type: 'string' } },
      allowPositionals: true,
    });
    const [id = '', ...more] = positionals;
    if (values.out === undefined || more.length > 0) throw new TypeError();
    return { id: reportId.parse(id.replace(/^=/, '')), out: values.out };
  } catch {
    throw new ToolError(
      'Usage: npm run report:export -- ID --out FILE   (npm run report:list shows the ids)',
    );
  }
}

/** `npm run report:export -- ID --out FILE`: one report as it is kept, sealed, to be carried to the private key. */
await withReports(async (reports) => {
  const { id, out } = readArguments();
  const report = await reports.find(id);
  if (!report)
    throw new ToolError(`There is no report ${id}: npm run report:list shows those that are kept.`);
  try {
    writeFileSync(out, encodeReportFile(report.meeting, report.sealed), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new ToolError(
      code === 'EEXIST' ? `${out} is there already.` : `${out} could not be written (${code}).`,
    );
  }
  process.stdout.write(`${out}\n`);
});
