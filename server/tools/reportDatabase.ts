import { existsSync } from 'node:fs';
import { ConfigError, readConfig } from '../config/config.ts';
import { KyselyReports } from '../store/kyselyReports.ts';
import { databasePath, openTables } from '../store/kyselyStore.ts';
import type { ReportStore } from '../store/reportStore.ts';

/** What stops a tool, in one line for whoever runs it. */
export class ToolError extends Error {}

/**
 * Runs a tool on the reports of this server's database, which may be in use meanwhile. A ToolError or a wrong
 * setting becomes a line on stderr and exit code 1.
 */
export async function withReports(tool: (reports: ReportStore) => Promise<void>): Promise<void> {
  try {
    const path = databasePath(readConfig().dataDir);
    if (!existsSync(path)) {
      throw new ToolError(`There is no database at ${path}: set SEALROOM_DATA as the server has it.`);
    }
    const database = await openTables(path);
    try {
      await tool(new KyselyReports(database));
    } finally {
      await database.destroy();
    }
  } catch (error) {
    if (!(error instanceof ToolError || error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
