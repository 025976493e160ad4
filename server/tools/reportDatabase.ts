import { ConfigError, readConfig } from '../config/config.ts';
import { StartError } from '../startError.ts';
import { KyselyReports } from '../store/kyselyReports.ts';
import type { ReportStore } from '../store/reportStore.ts';

import { openExisting } from './openExisting.ts';

/** What stops a tool, in one line for whoever runs it. */
export class ToolError extends Error {}

/**
 * Runs a tool on the reports of this server's database, which may be in use meanwhile. A ToolError or a wrong
 * setting becomes a line on stderr and exit code 1.
 */
export async function withReports(tool: (reports: ReportStore) => Promise<void>): Promise<void> {
  try {
    const database = await openExisting(readConfig());
    try {
      await tool(new KyselyReports(database));
    } finally {
      await database.destroy();
    }
  } catch (error) {
    const known = error instanceof ToolError || error instanceof ConfigError || error instanceof StartError;
    if (!known) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
