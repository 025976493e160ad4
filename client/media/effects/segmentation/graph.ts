import { FlatTable } from './flatTable.ts';

/** One array of numbers in a network: height, width, channels, as the model's NHWC with one picture. */
export interface Tensor {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: Float32Array<ArrayBuffer>;
}

export interface Operation {
  readonly kind: string;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly stride: number;
  /** Whether a ReLU follows within the operation. */
  readonly relu: boolean;
  readonly halfPixel: boolean;
  readonly alignCorners: boolean;
  /** Output channels, kernel height and width of a convolution. */
  readonly kernel: { readonly height: number; readonly width: number };
}

export interface Graph {
  readonly input: Tensor;
  readonly output: Tensor;
  readonly operations: readonly Operation[];
}

/** Numbers of the operators in the schema of TensorFlow Lite. */
const operators: Readonly<Record<number, string>> = {
  0: 'add',
  3: 'conv',
  4: 'depthwise',
  6: 'dequantize',
  14: 'logistic',
  18: 'mul',
  19: 'relu',
  23: 'resize',
  40: 'mean',
  117: 'hardSwish',
};
const float16 = 1;
const relu = 1;

/**
 * Reads a TensorFlow Lite model with weights in half precision.
 *
 * @throws Error where it uses what is not known here.
 */
export function readGraph(bytes: ArrayBuffer): Graph {
  const model = FlatTable.root(bytes);
  const buffers = model.tables(4);
  const codes = model.tables(1).map((code) => operators[Math.max(code.byte(0), code.int(3))] ?? code.text(1));
  const [subgraph] = model.tables(2);
  if (subgraph === undefined) throw new Error('the model is empty');
  const described = subgraph.tables(0);
  const tensors = described.map((table): Tensor => {
    const shape = table.ints(0);
    const [channels = 1, width = 1, height = 1, batch = 1] = shape.toReversed();
    const content = buffers[table.int(2)]?.bytes(0) ?? new Uint8Array();
    const data =
      content.length > 0 && table.byte(1) === float16
        ? fromHalf(content)
        : new Float32Array(batch * height * width * channels);
    return { height, width, channels, data };
  });
  const tensor = (index: number | undefined): Tensor => {
    const found = tensors[index ?? -1];
    if (found === undefined) throw new Error('the model names a tensor that it lacks');
    return found;
  };

  const operations: Operation[] = [];
  for (const operator of subgraph.tables(3)) {
    const kind = codes[operator.int(0)] ?? '';
    const [source, ...rest] = operator.ints(1);
    const target = operator.ints(2)[0] ?? -1;
    if (kind === 'dequantize') {
      // Weights: the same numbers from here on.
      tensors[target] = { ...tensor(target), data: tensor(source).data };
      continue;
    }
    const options = operator.table(4);
    const weights = tensor(rest[0] ?? source);
    operations.push({
      kind,
      inputs: [tensor(source), ...rest.map(tensor)],
      output: tensor(target),
      stride: kind === 'conv' || kind === 'depthwise' ? (options?.int(2) ?? 1) : 1,
      relu:
        (options?.byte(kind === 'conv' ? 3 : kind === 'depthwise' ? 4 : 0) ?? 0) === relu &&
        kind !== 'resize',
      alignCorners: kind === 'resize' && options?.byte(2) === 1,
      halfPixel: kind === 'resize' && options?.byte(3) === 1,
      kernel: { height: weights.height, width: weights.width },
    });
  }
  return { input: tensor(subgraph.ints(1)[0]), output: tensor(subgraph.ints(2)[0]), operations };
}

/** IEEE 754 half to single precision. */
function fromHalf(bytes: Uint8Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const halves = new Uint16Array(bytes.buffer, 0, bytes.length / 2);
  return Float32Array.from(halves, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    return exponent === 31 ? Number.NaN : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}
