import type { Plugin } from 'vite';
import { z } from 'zod';
import { namesUsed } from './namesUsed.ts';
import { type Sharing, sharedModule } from './sharedModule.ts';

/** The members of `z` that client and shared code name; a kind of schema nobody uses stays out. */
function usedMembers(): string[] {
  const used = namesUsed(/\bz\s*\.\s*(\w+)/g);
  return Object.keys(z).filter((name) => used.has(name));
}

/** The schema library asks whether it may evaluate strings, which the browser reports as a violation. It may not. */
export const noEvaluation: Plugin = {
  name: 'sealroom:no-evaluation',
  transform: (code, id) =>
    /\/zod\/v4\/core\/core\.js$/.test(id)
      ? { code: `globalThis.__zod_globalConfig ??= { jitless: true };\n${code}`, map: null }
      : null,
};

/** Nothing here turns a schema into JSON Schema, a fifth of the library. */
const noJsonSchema: Plugin = {
  name: 'sealroom:no-json-schema',
  transform(code, id) {
    if (!/\/zod\/v4\/core\/(json-schema-processors|to-json-schema)\.js$/.test(id)) return null;
    const from = code.indexOf(
      /to-json/.test(id) ? 'export function initializeContext' : 'export const stringProcessor',
    );
    if (from < 0) this.error('zod is no longer laid out as it was');
    const names = [...code.slice(from).matchAll(/^export (?:const|function) (\w+)/gm)].map(
      ([, name]) => name,
    );
    const stubs = names.map((name) => `export const ${name} = leftOut;`);
    const leftOut = `const leftOut = () => () => { throw new Error('JSON Schema is not in this build'); };`;
    return { code: [code.slice(0, from), leftOut, ...stubs].join('\n'), map: null };
  },
};

/** The methods of schemas that nobody calls (`z.string().emoji()`), each of which would bring what it makes. */
const noUnusedMethods: Plugin = {
  name: 'sealroom:no-unused-methods',
  transform(code, id) {
    if (!/\/zod\/v4\/classic\/schemas\.js$/.test(id)) return null;
    const used = namesUsed(/\.\s*(\w+)[(<]/g);
    // Schemas call their own methods; what follows the name of a module is none.
    for (const [, name = ''] of code.matchAll(/\b(?:this|inst|cl)\.(\w+)\(/g)) used.add(name);
    const method =
      /^ {4}(?:async )?(\w+)(?:: (?:async )?function \w+)?\([^)\n]*\) \{\n(?:(?: {8}.*)?\n)+? {4}\},\n/gm;
    const lean = code.replace(method, (text, name: string) => (used.has(name) ? text : ''));
    if (lean === code) this.error('zod is no longer laid out as it was');
    return { code: lean, map: null };
  },
};

/** Objects are read by code that stands there, not by code written for each; see `noEvaluation`. */
const noWrittenCode: Plugin = {
  name: 'sealroom:no-written-code',
  transform(code, id) {
    if (!/\/zod\/v4\/classic\/schemas\.js$/.test(id)) return null;
    const plain = code.replace('core.$ZodObjectJIT.init(', 'core.$ZodObject.init(');
    if (plain === code) this.error('zod is no longer laid out as it was');
    return { code: plain, map: null };
  },
};

/** What is refused is told by codes of our own; nobody reads the library's sentences. */
const noSentences: Plugin = {
  name: 'sealroom:no-sentences',
  load: (id) =>
    /\/zod\/v4\/locales\/en\.js$/.test(id)
      ? `export default () => ({ localeError: () => 'Invalid input' });`
      : null,
};

/** zod for page and workers, once for all of them. */
export function sharedZod(): Sharing {
  return sharedModule(
    'zod',
    'schemas',
    () => {
      const names = usedMembers();
      const imports = names.map((name) => `${name} as _${name}`).join(', ');
      const members = names.map((name) => `${name}: _${name}`).join(', ');
      return `import { ${imports} } from 'zod';\nexport const z = { ${members} };`;
    },
    [noEvaluation, noJsonSchema, noUnusedMethods, noWrittenCode, noSentences],
  );
}
