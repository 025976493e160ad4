/** Mean luma, 0 to 1, that a well-lit face gives a picture, and below which it counts as dark. */
const wanted = 0.45;
const dark = 0.38;
/** More only shows the noise of the sensor. */
const most = 1.9;
/** Part of the way to the new factor per look, so that the picture does not pump. */
const pace = 0.2;

/** Mean luma of RGBA pixels, 0 to 1. */
export function meanLuma(pixels: Uint8ClampedArray): number {
  let sum = 0;
  for (let at = 0; at + 3 < pixels.length; at += 4) {
    sum += 0.2126 * (pixels[at] ?? 0) + 0.7152 * (pixels[at + 1] ?? 0) + 0.0722 * (pixels[at + 2] ?? 0);
  }
  return pixels.length === 0 ? 0 : sum / (pixels.length / 4) / 255;
}

/** The next brightness factor, given the mean luma of the unchanged picture and the factor before. */
export function nextBrightness(luma: number, before: number): number {
  const target = luma >= dark ? 1 : Math.min(most, wanted / Math.max(luma, 0.05));
  return before + (target - before) * pace;
}
