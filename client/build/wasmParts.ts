import { callsOf } from './wasmCalls.ts';
import { WasmReader, wasmNumber } from './wasmReader.ts';

const SECTION = { import: 2, function: 3, export: 7, start: 8, element: 9, code: 10 } as const;
const FUNCTION = 0;
const HEADER_BYTES = 8;
/** A body that has no local variables: `unreachable`, `end`. */
const TRAP = Uint8Array.of(0, 0x00, 0x0b);

interface Export {
  readonly name: string;
  readonly kind: number;
  readonly index: number;
}

function readExports(section: Uint8Array): Export[] {
  const reader = new WasmReader(section);
  return reader.list(() => ({ name: reader.text(), kind: reader.byte(), index: reader.number() }));
}

/** How many functions a module imports; they come first in the count of all. */
function countImports(section: Uint8Array): number {
  const reader = new WasmReader(section);
  return reader.list(() => {
    reader.text();
    reader.text();
    if (reader.byte() !== FUNCTION) throw new Error('a WebAssembly module imports more than functions');
    reader.number();
  }).length;
}

/** Functions that stand in a table. */
function readTable(section: Uint8Array): number[] {
  const reader = new WasmReader(section);
  const lists = reader.list(() => {
    // Of the forms there are the one that is in use: the first table, from a constant on, functions.
    const known =
      reader.number() === 0 && reader.byte() === 0x41 && reader.number() >= 0 && reader.byte() === 0x0b;
    if (!known) throw new Error('a table of a WebAssembly module is filled in another way');
    return reader.list(() => reader.number());
  });
  return lists.flat();
}

function vector(items: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([wasmNumber(items.length), ...items]);
}

function sized(content: Uint8Array): Uint8Array {
  return Buffer.concat([wasmNumber(content.length), content]);
}

function writeExport({ name, kind, index }: Export): Uint8Array {
  return Buffer.concat([sized(Buffer.from(name)), Uint8Array.of(kind), wasmNumber(index)]);
}

/**
 * A WebAssembly module without the functions that no export in `wanted` comes to: they are exported no more, and
 * trap instead of what they did. Everything else stays byte for byte. Throws Error where the module is made in a
 * way that is not known here.
 */
export function keepExports(module: Uint8Array, wanted: ReadonlySet<string>): Uint8Array<ArrayBuffer> {
  const reader = new WasmReader(module);
  const header = reader.take(HEADER_BYTES);
  const sections = new Map<number, Uint8Array>();
  while (!reader.done) {
    const id = reader.byte();
    if (sections.has(id)) throw new Error('a WebAssembly module has a section twice');
    sections.set(id, reader.take(reader.number()));
  }
  const section = (id: number) => sections.get(id) ?? Uint8Array.of(0);
  if (sections.has(SECTION.start)) throw new Error('a WebAssembly module runs by itself');

  const exports = readExports(section(SECTION.export)).filter(
    ({ name, kind }) => kind !== FUNCTION || wanted.has(name),
  );
  const coding = new WasmReader(section(SECTION.code));
  const bodies = coding.list(() => coding.take(coding.number()));
  const typing = new WasmReader(section(SECTION.function));
  const types = typing.list(() => typing.number());
  const imports = countImports(section(SECTION.import));
  const inTable = readTable(section(SECTION.element));

  const reached = new Set(exports.filter(({ kind }) => kind === FUNCTION).map(({ index }) => index));
  for (const index of reached) {
    const body = bodies[index - imports];
    if (!body) continue;
    const calls = callsOf(body);
    for (const next of calls.functions) reached.add(next);
    // Through a table only functions of the type that the call names are called.
    for (const next of inTable) if (calls.types.has(types[next - imports] ?? -1)) reached.add(next);
  }
  sections.set(SECTION.export, vector(exports.map(writeExport)));
  sections.set(
    SECTION.code,
    vector(bodies.map((body, at) => sized(reached.has(at + imports) ? body : TRAP))),
  );
  return Uint8Array.from(
    Buffer.concat([header, ...[...sections].flatMap(([id, content]) => [Uint8Array.of(id), sized(content)])]),
  );
}
