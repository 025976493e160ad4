import { readConfig } from '../config/config.ts';
import { printSettings } from '../config/describe.ts';
import { readSource } from '../config/source.ts';
import { advice } from '../startError.ts';

// Prints every setting with its value and where it comes from; exit code 1 where the server would not start by it.
try {
  console.log(printSettings(readSource(process.env)));
  readConfig();
} catch (error) {
  const text = advice(error);
  if (text === null) throw error;
  console.error(text);
  process.exitCode = 1;
}
