import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { namesUsed } from './namesUsed.ts';
import { bundle } from './sharedModule.ts';
import { keepExports } from './wasmParts.ts';

/** Source of the shared module. */
export const entry = `export { default } from 'libsodium-wrappers';`;

/** The library's module as text; it carries its WebAssembly in base64, decoded by the function before it. */
const source = readFileSync(fileURLToPath(import.meta.resolve('libsodium')), 'utf8');
const embedded = /\?\?=\(\w=>\{for\([\s\S]{0,600}?\}\)\("(AGFzb[A-Za-z0-9+/=]+)"\)/;
/** A function of the WebAssembly becomes one of the module: `g._crypto_hash=A.Pa,`. */
const passedOn = /\b\w+\.(_\w+)=\w+\.([\w$]+),/g;

/** Lists of names in the wrappers' source; functions stand beside theirs, in the same order. */
const functions = /(\w+)=(\["crypto_[^\]]+\]),(\w+)=\[([\w$,]+)\]/;
const constants = /\["[A-Za-z0-9]+_[^\]]+_[A-Z]+"\]/g;

const changed = () => new Error('libsodium is no longer laid out as it was');

/** The wrappers of the functions in `used` and of those that they try themselves out with when they start. */
function leanWrappers(code: string, used: ReadonlySet<string>): string {
  const own = new Set([...code.matchAll(/\bt\.(\w+)/g)].map(([, name = '']) => name));
  const wanted = (name: string) => used.has(name) || own.has(name);
  const [list, names, nameList = '[]', values, valueList = ''] = functions.exec(code) ?? [];
  if (list === undefined) throw changed();
  const wrapped = namesIn(nameList);
  const pairs = valueList
    .split(',')
    .map((value, at) => ({ name: wrapped[at] ?? '', value }))
    .filter(({ name }) => wanted(name));
  const lean = `${names}=${JSON.stringify(pairs.map(({ name }) => name))},${values}=[${pairs.map(({ value }) => value)}]`;
  return code
    .replace(constants, (each) => JSON.stringify(namesIn(each).filter(wanted)))
    .replace(list, () => lean);
}

function namesIn(list: string): string[] {
  return list.slice(2, -2).split('","');
}

interface LeanSodium {
  readonly wasm: Uint8Array;
  /** @param load expression for the bytes of `wasm`, awaited where it stands */
  plugin(load: string): Plugin;
}

/** libsodium without the functions that neither client nor shared code names. */
export async function leanSodium(): Promise<LeanSodium> {
  const [, base64] = embedded.exec(source) ?? [];
  if (base64 === undefined) throw changed();
  const used = namesUsed(/\b_?((?:crypto|sodium|randombytes)_\w+)/g);
  const wrappers = {
    name: 'sealroom:lean-sodium-wrappers',
    transform: (code: string) =>
      functions.test(code) ? { code: leanWrappers(code, used), map: null } : null,
  };
  // The wrappers call more than is named here: all that is left of them asks for.
  const { code } = await bundle('sodium-wrappers', entry, [wrappers], ['libsodium']);
  const asked = new Set([...code.matchAll(/\._(\w+)/g)].map(([, name = '']) => name));
  for (const [list] of code.matchAll(constants)) {
    for (const name of namesIn(list)) asked.add(name.toLowerCase());
  }
  const wanted = (name: string) => used.has(name.slice(1)) || asked.has(name.slice(1));
  const kept = [...source.matchAll(passedOn)].filter(([, name = '']) => wanted(name));
  const wasm = keepExports(
    Buffer.from(base64, 'base64'),
    new Set(kept.map(([, , exported = '']) => exported)),
  );
  if (!WebAssembly.validate(wasm)) throw changed();
  return {
    wasm,
    plugin: (load) => ({
      name: 'sealroom:lean-sodium',
      transform(text) {
        if (!embedded.test(text)) return wrappers.transform(text);
        return {
          code: text
            .replace(embedded, () => `??=new Uint8Array(${load})`)
            .replace(passedOn, (part, name: string) => (wanted(name) ? part : '')),
          map: null,
        };
      },
    }),
  };
}
