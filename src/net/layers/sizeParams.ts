/** Sizes of a blob as parameters of Input, MemoryData and Reshape. */
export interface SizeParams {
  readonly w?: number;
  readonly h?: number;
  readonly d?: number;
  readonly c?: number;
}

/** A shape of 1 to 4 axes, outermost first, as parameters; no parameters for an empty shape. */
export function sizeParams(shape: readonly number[]): SizeParams {
  const [w, h, third, fourth] = [...shape].reverse();
  if (w === undefined) return {};
  if (h === undefined) return { w };
  if (third === undefined) return { w, h };
  return fourth === undefined ? { w, h, c: third } : { w, h, d: third, c: fourth };
}
