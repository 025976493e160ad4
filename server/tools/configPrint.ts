import { readConfig } from '../config/config.ts';
import { printSettings } from '../config/describe.ts';
import { readSource } from '../config/source.ts';
import { asCommand } from './command.ts';

// Prints every setting with its value and where it comes from; exit code 1 where the server would not start by it.
await asCommand(() => {
  console.log(printSettings(readSource(process.env)));
  readConfig();
});
