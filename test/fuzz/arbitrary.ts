import fc from 'fast-check';
import { z } from 'zod';
import { concat } from '../../shared/bytes.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Where the JSON schema of a byte field says how many bytes it may have. */
const BYTE_LENGTHS = 'x-byte-lengths';
/** Lengths that byte fields of this program have. */
const lengths = [1, 12, 16, 24, 32, 64, 300];

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { entries: value };
  return value;
}

/** Anything, and most of all what programs stumble over. */
export const nasty: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown[]>(
    null,
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    -0,
    0.5,
    2 ** 53,
    1e308,
    '',
    '__proto__',
    'constructor',
    '\u0000',
    '\ud800',
    '../../../etc/passwd',
    'x'.repeat(20_000),
    [],
    {},
    true,
    nested(100),
    JSON.parse('{"__proto__":{"admin":true}}'),
    JSON.parse('{"constructor":{"prototype":{"admin":true}}}'),
    { toString: 1, valueOf: 1, length: -1 },
    new Uint8Array(0),
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.integer(),
  fc.double(),
  fc.uint8Array({ maxLength: 80 }),
  fc.anything({ withBigInt: false, maxDepth: 2 }),
);

function text({ pattern, format, minLength = 0, maxLength = 40 }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'uri') return fc.webUrl();
  if (format === 'uuid') return fc.uuid();
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern), { size: '-1' });
  return fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 40) });
}

function number({ type, minimum, maximum }: JsonSchema): fc.Arbitrary<number> {
  const min = minimum ?? -1_000;
  const max = maximum ?? Math.max(min, 2 ** 40);
  return type === 'integer'
    ? fc.maxSafeInteger().map((value) => min + (Math.abs(value) % (max - min + 1)))
    : fc.double({ min, max, noNaN: true });
}

function object({ properties = {}, required = [], additionalProperties }: JsonSchema): fc.Arbitrary<object> {
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, fromJson(schema)]),
  );
  const named = fc.record(fields, { requiredKeys: required.filter((name) => Object.hasOwn(fields, name)) });
  if (typeof additionalProperties !== 'object') return named;
  const more = fc.dictionary(fc.string({ maxLength: 10 }), fromJson(additionalProperties), { maxKeys: 3 });
  return fc.tuple(named, more).map(([first, second]) => ({ ...second, ...first }));
}

function array({ items, minItems = 0, maxItems = 4 }: JsonSchema): fc.Arbitrary<unknown[]> {
  const item = typeof items === 'object' && !Array.isArray(items) ? fromJson(items) : nasty;
  return fc.array(item, { minLength: minItems, maxLength: Math.min(maxItems, minItems + 3) });
}

function fromJson(given: JsonSchema | boolean): fc.Arbitrary<unknown> {
  if (typeof given === 'boolean') return nasty;
  const fit = z.array(z.number()).safeParse(given[BYTE_LENGTHS]);
  if (fit.success) {
    return fc
      .constantFrom(...fit.data)
      .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));
  }
  const choices = given.anyOf ?? given.oneOf;
  if (choices) return fc.oneof(...choices.map(fromJson));
  if (given.const !== undefined) return fc.constant(given.const);
  if (given.enum) return fc.constantFrom(...given.enum);
  switch (given.type) {
    case 'string':
      return text(given);
    case 'integer':
    case 'number':
      return number(given);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return array(given);
    case 'object':
      return object(given);
    default:
      return nasty;
  }
}

/** Values that a schema lets through, refinements aside. */
export function fitting(schema: z.ZodType): fc.Arbitrary<unknown> {
  const json = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type !== 'custom') return;
      const fit = lengths.filter((length) => z.core.safeParse(zodSchema, new Uint8Array(length)).success);
      if (fit.length > 0) jsonSchema[BYTE_LENGTHS] = fit;
    },
  });
  return fromJson(json);
}

interface Spot {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

/** Every place inside a value where something could stand in for what is there. */
function spotsOf(holder: Record<string, unknown>): Spot[] {
  return Object.keys(holder).flatMap((key) => {
    const inner = holder[key];
    const deeper = typeof inner === 'object' && inner !== null && !ArrayBuffer.isView(inner);
    // Arrays are indexed by strings as objects are.
    return [{ holder, key }, ...(deeper ? spotsOf(inner as Record<string, unknown>) : [])];
  });
}

const change = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom('replace', 'replace', 'drop', 'add', 'wrap'),
  value: nasty,
  name: fc.constantFrom('more', '__proto__', 'constructor', 'type', '0'),
});
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

function applied(value: unknown, { at, kind, value: other, name }: Change): unknown {
  const root: Record<string, unknown> = { value: structuredClone(value) };
  const spots = spotsOf(root);
  const spot = spots[at % spots.length];
  if (!spot) return value;
  const { holder, key } = spot;
  if (kind === 'replace') holder[key] = other;
  else if (kind === 'wrap') holder[key] = [holder[key]];
  else if (kind === 'drop') delete holder[key];
  else
    Object.defineProperty(holder, name, {
      value: other,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  return root.value;
}

/** A value of `base` with one to three places changed. */
export function mutated(base: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(base, fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([value, changes]) => changes.reduce(applied, value));
}

/** Input for an edge that a schema guards: what fits, what nearly fits, and anything. */
export function fuzzed(schema: z.ZodType): fc.Arbitrary<unknown> {
  const valid = fitting(schema);
  return fc.oneof(
    { weight: 3, arbitrary: valid },
    { weight: 5, arbitrary: mutated(valid) },
    { weight: 1, arbitrary: nasty },
  );
}

/** A valid encoding with some bytes replaced, cut out or doubled. */
export function mutatedBytes(valid: Uint8Array): fc.Arbitrary<Uint8Array> {
  const edit = fc.record({
    at: fc.nat(Math.max(0, valid.length - 1)),
    kind: fc.constantFrom('set', 'cut', 'double'),
    value: fc.integer({ min: 0, max: 255 }),
  });
  return fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) =>
    edits.reduce<Uint8Array>((bytes, { at, kind, value }) => {
      const here = Math.min(at, Math.max(0, bytes.length - 1));
      if (kind === 'set') return bytes.length === 0 ? bytes : bytes.with(here, value);
      const [head, tail] = kind === 'cut' ? [here, here + 1 + (value % 40)] : [here + 1, here];
      return concat(bytes.subarray(0, head), bytes.subarray(tail));
    }, valid),
  );
}
