import { mkdirSync, writeFileSync } from 'node:fs';
import { fileErrorCode, ToolError } from './toolError.ts';

/** Makes the folder for new keys, for its owner alone, unless it is there. Throws ToolError. */
export function makeKeyFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new ToolError(`${folder} could not be made (${fileErrorCode(error) ?? 'unknown reason'}).`);
  }
}

/** Writes a key that is new; never over one that is there. Throws ToolError. */
export function writeNewKey(path: string, text: string, mode: number): void {
  try {
    writeFileSync(path, text, { flag: 'wx', mode });
  } catch (error) {
    if (fileErrorCode(error) === 'EEXIST') {
      throw new ToolError(
        `${path} is there already. Choose another folder: what it was used for still needs it.`,
      );
    }
    throw new ToolError(`${path} could not be written (${fileErrorCode(error) ?? 'unknown reason'}).`);
  }
}
