/** Sizes of a blob as the parameters of Input, MemoryData and Reshape give them. */
export interface SizeParams {
  readonly w?: number;
  readonly h?: number;
  readonly d?: number;
  readonly c?: number;
}

/** A shape of 1 to 4 axes, outermost first, as parameters; nothing where there are none. */
export function sizeParams(shape: readonly number[]): SizeParams {
  const [w, h, third, fourth] = [...shape].reverse();
  if (w === undefined) return {};
  if (h === undefined) return { w };
  if (third === undefined) return { w, h };
  return fourth === undefined ? { w, h, c: third } : { w, h, d: third, c: fourth };
}
