import { WasmReader } from './wasmReader.ts';

/** What a function may call. */
interface Calls {
  readonly functions: ReadonlySet<number>;
  /** Types of functions that it calls through a table. */
  readonly types: ReadonlySet<number>;
}

const inside = (opcode: number, from: number, to: number) => opcode >= from && opcode <= to;

/**
 * Reads a function's body. Throws Error at an instruction that is not known here, so that none is taken for
 * something else: vectors, exceptions and references are not.
 */
export function callsOf(body: Uint8Array): Calls {
  const functions = new Set<number>();
  const types = new Set<number>();
  const reader = new WasmReader(body);
  const numbers = (count: number) => {
    for (let read = 0; read < count; read += 1) reader.number();
  };
  // Local variables: how many of which type.
  reader.list(() => [reader.number(), reader.byte()]);
  while (!reader.done) {
    const opcode = reader.byte();
    if (opcode === 0x10) functions.add(reader.number());
    else if (opcode === 0x11) {
      types.add(reader.number());
      numbers(1);
    } else if (inside(opcode, 0x02, 0x04)) {
      // Type of a block: none, or a single value's.
      const type = reader.byte();
      if (type !== 0x40 && !inside(type, 0x7c, 0x7f)) throw unknown(opcode);
    } else if (opcode === 0x0c || opcode === 0x0d || inside(opcode, 0x20, 0x24)) numbers(1);
    else if (opcode === 0x0e) {
      reader.list(() => reader.number());
      numbers(1);
    } else if (inside(opcode, 0x28, 0x3e)) numbers(2);
    else if (opcode === 0x3f || opcode === 0x40) numbers(1);
    else if (opcode === 0x41 || opcode === 0x42) {
      while (reader.byte() >= 0x80);
    } else if (opcode === 0x43) reader.take(4);
    else if (opcode === 0x44) reader.take(8);
    else if (opcode === 0xfc) {
      const bulk = reader.number();
      if (bulk > 11 || bulk === 9) throw unknown(opcode);
      if (bulk === 8 || bulk === 10) numbers(2);
      if (bulk === 11) numbers(1);
    } else if (!plain(opcode)) throw unknown(opcode);
  }
  return { functions, types };
}

/** Instructions that nothing follows: control, parametric ones, arithmetic. */
function plain(opcode: number): boolean {
  return [0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b].includes(opcode) || inside(opcode, 0x45, 0xc4);
}

function unknown(opcode: number): Error {
  return new Error(`unknown WebAssembly instruction 0x${opcode.toString(16)}`);
}
