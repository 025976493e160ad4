import { type Operation, readGraph, type Tensor } from './graph.ts';

/** A network ready to run; the arrays are its own and are written anew at each run. */
export interface Network {
  readonly input: Tensor;
  readonly output: Tensor;
  run(): void;
}

/**
 * Makes a network of a model file. It knows the dozen operations that the selfie segmentation models use,
 * in plain typed arrays: no other code is fetched, compiled or evaluated.
 *
 * @throws Error for any other model.
 */
export function openNetwork(bytes: ArrayBuffer): Network {
  const { input, output, operations } = readGraph(bytes);
  const steps = operations.map(stepOf);
  return {
    input,
    output,
    run() {
      for (const step of steps) step();
    },
  };
}

function stepOf(operation: Operation): () => void {
  const [source, second, third] = operation.inputs;
  const { output, kind } = operation;
  if (source === undefined) throw new Error('an operation without input');
  switch (kind) {
    case 'relu':
      return each(source, output, (value) => (value > 0 ? value : 0));
    case 'logistic':
      return each(source, output, (value) => 1 / (1 + Math.exp(-value)));
    case 'hardSwish':
      return each(source, output, (value) => (value * Math.min(6, Math.max(0, value + 3))) / 6);
    case 'mean':
      return () => mean(source, output);
    case 'resize':
      return resize(source, operation);
  }
  if (second === undefined) throw new Error(`unknown operation ${kind}`);
  switch (kind) {
    case 'add':
      return () => combine(source, second, output, operation.relu, false);
    case 'mul':
      return () => combine(source, second, output, operation.relu, true);
  }
  if (third === undefined) throw new Error(`unknown operation ${kind}`);
  switch (kind) {
    case 'conv':
      return operation.kernel.height === 1 && operation.kernel.width === 1 && operation.stride === 1
        ? () => pointwise(source, second, third, operation)
        : () => convolve(source, second, third, operation);
    case 'depthwise':
      return () => depthwise(source, second, third, operation);
    case 'Convolution2DTransposeBias':
      return () => spread(source, second, third, operation);
  }
  throw new Error(`unknown operation ${kind}`);
}

function each(source: Tensor, output: Tensor, change: (value: number) => number): () => void {
  const from = source.data;
  const to = output.data;
  return () => {
    for (let at = 0; at < to.length; at++) to[at] = change(from[at] as number);
  };
}

function mean({ data, channels }: Tensor, output: Tensor): void {
  const to = output.data;
  to.fill(0);
  for (let at = 0; at < data.length; at++)
    to[at % channels] = (to[at % channels] as number) + (data[at] as number);
  const pixels = data.length / channels;
  for (let at = 0; at < to.length; at++) to[at] = (to[at] as number) / pixels;
}

/** Element by element; where one side has a single pixel, it counts for all. */
function combine(one: Tensor, other: Tensor, output: Tensor, relu: boolean, multiply: boolean): void {
  const [large, small] =
    one.data.length >= other.data.length ? [one.data, other.data] : [other.data, one.data];
  const to = output.data;
  const period = small.length;
  for (let at = 0, part = 0; at < to.length; at++) {
    const a = large[at] as number;
    const b = small[part] as number;
    const value = multiply ? a * b : a + b;
    to[at] = relu && value < 0 ? 0 : value;
    if (++part === period) part = 0;
  }
}

/** A convolution of single pixels: the bulk of the work, four output channels at a time. */
function pointwise(source: Tensor, weights: Tensor, bias: Tensor, { output, relu }: Operation): void {
  const from = source.data;
  const by = weights.data;
  const plus = bias.data;
  const to = output.data;
  const inputs = source.channels;
  const outputs = output.channels;
  const pixels = from.length / inputs;
  const grouped = outputs - (outputs % 4);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const first = pixel * inputs;
    const last = first + inputs;
    const target = pixel * outputs;
    for (let out = 0; out < grouped; out += 4) {
      let w0 = out * inputs;
      let w1 = w0 + inputs;
      let w2 = w1 + inputs;
      let w3 = w2 + inputs;
      let sum0 = plus[out] as number;
      let sum1 = plus[out + 1] as number;
      let sum2 = plus[out + 2] as number;
      let sum3 = plus[out + 3] as number;
      for (let at = first; at < last; at++) {
        const value = from[at] as number;
        sum0 += value * (by[w0++] as number);
        sum1 += value * (by[w1++] as number);
        sum2 += value * (by[w2++] as number);
        sum3 += value * (by[w3++] as number);
      }
      to[target + out] = relu && sum0 < 0 ? 0 : sum0;
      to[target + out + 1] = relu && sum1 < 0 ? 0 : sum1;
      to[target + out + 2] = relu && sum2 < 0 ? 0 : sum2;
      to[target + out + 3] = relu && sum3 < 0 ? 0 : sum3;
    }
    for (let out = grouped; out < outputs; out++) {
      let weight = out * inputs;
      let sum = plus[out] as number;
      for (let at = first; at < last; at++) sum += (from[at] as number) * (by[weight++] as number);
      to[target + out] = relu && sum < 0 ? 0 : sum;
    }
  }
}

/** Where a kernel begins so that the output covers the input (TensorFlow's SAME padding). */
function before(input: number, output: number, stride: number, kernel: number): number {
  return Math.max(0, (output - 1) * stride + kernel - input) >> 1;
}

function convolve(source: Tensor, weights: Tensor, bias: Tensor, operation: Operation): void {
  const { output, relu, stride, kernel } = operation;
  const top = before(source.height, output.height, stride, kernel.height);
  const left = before(source.width, output.width, stride, kernel.width);
  const inputs = source.channels;
  const from = source.data;
  const by = weights.data;
  const to = output.data;
  let target = 0;
  for (let y = 0; y < output.height; y++) {
    for (let x = 0; x < output.width; x++) {
      for (let out = 0; out < output.channels; out++) {
        let sum = bias.data[out] as number;
        for (let ky = 0; ky < kernel.height; ky++) {
          const row = y * stride + ky - top;
          if (row < 0 || row >= source.height) continue;
          for (let kx = 0; kx < kernel.width; kx++) {
            const column = x * stride + kx - left;
            if (column < 0 || column >= source.width) continue;
            let at = (row * source.width + column) * inputs;
            let weight = ((out * kernel.height + ky) * kernel.width + kx) * inputs;
            for (let channel = 0; channel < inputs; channel++) {
              sum += (from[at++] as number) * (by[weight++] as number);
            }
          }
        }
        to[target++] = relu && sum < 0 ? 0 : sum;
      }
    }
  }
}

function depthwise(source: Tensor, weights: Tensor, bias: Tensor, operation: Operation): void {
  const { output, relu, stride, kernel } = operation;
  const top = before(source.height, output.height, stride, kernel.height);
  const left = before(source.width, output.width, stride, kernel.width);
  const { channels } = source;
  const from = source.data;
  const by = weights.data;
  const to = output.data;
  for (let y = 0; y < output.height; y++) {
    for (let x = 0; x < output.width; x++) {
      const target = (y * output.width + x) * channels;
      for (let channel = 0; channel < channels; channel++)
        to[target + channel] = bias.data[channel] as number;
      for (let ky = 0; ky < kernel.height; ky++) {
        const row = y * stride + ky - top;
        if (row < 0 || row >= source.height) continue;
        for (let kx = 0; kx < kernel.width; kx++) {
          const column = x * stride + kx - left;
          if (column < 0 || column >= source.width) continue;
          const at = (row * source.width + column) * channels;
          const weight = (ky * kernel.width + kx) * channels;
          for (let channel = 0; channel < channels; channel++) {
            to[target + channel] =
              (to[target + channel] as number) +
              (from[at + channel] as number) * (by[weight + channel] as number);
          }
        }
      }
      if (!relu) continue;
      for (let channel = 0; channel < channels; channel++) {
        if ((to[target + channel] as number) < 0) to[target + channel] = 0;
      }
    }
  }
}

/** A transposed convolution whose stride is its kernel: each pixel becomes a block. */
function spread(source: Tensor, weights: Tensor, bias: Tensor, { output, kernel }: Operation): void {
  const inputs = source.channels;
  for (let y = 0; y < output.height; y++) {
    for (let x = 0; x < output.width; x++) {
      const pixel = (Math.floor(y / kernel.height) * source.width + Math.floor(x / kernel.width)) * inputs;
      for (let out = 0; out < output.channels; out++) {
        const place =
          ((out * kernel.height + (y % kernel.height)) * kernel.width + (x % kernel.width)) * inputs;
        let sum = bias.data[out] as number;
        for (let channel = 0; channel < inputs; channel++) {
          sum += (source.data[pixel + channel] as number) * (weights.data[place + channel] as number);
        }
        output.data[(y * output.width + x) * output.channels + out] = sum;
      }
    }
  }
}

interface Mix {
  readonly low: number;
  readonly high: number;
  readonly share: number;
}

/** Between which two input lines each output line lies. */
function mixes(input: number, output: number, { alignCorners, halfPixel }: Operation): readonly Mix[] {
  const scale = alignCorners && output > 1 ? (input - 1) / (output - 1) : input / output;
  return Array.from({ length: output }, (_, at) => {
    const place = Math.max(0, halfPixel ? (at + 0.5) * scale - 0.5 : at * scale);
    const low = Math.min(input - 1, Math.floor(place));
    return { low, high: Math.min(input - 1, low + 1), share: place - low };
  });
}

function resize(source: Tensor, operation: Operation): () => void {
  const { output } = operation;
  const rows = mixes(source.height, output.height, operation);
  const columns = mixes(source.width, output.width, operation);
  const { channels, width, data: from } = source;
  const to = output.data;
  return () => {
    let target = 0;
    for (const row of rows) {
      for (const column of columns) {
        const a = (row.low * width + column.low) * channels;
        const b = (row.low * width + column.high) * channels;
        const c = (row.high * width + column.low) * channels;
        const d = (row.high * width + column.high) * channels;
        for (let channel = 0; channel < channels; channel++) {
          const upper =
            (from[a + channel] as number) * (1 - column.share) + (from[b + channel] as number) * column.share;
          const lower =
            (from[c + channel] as number) * (1 - column.share) + (from[d + channel] as number) * column.share;
          to[target++] = upper * (1 - row.share) + lower * row.share;
        }
      }
    }
  };
}
