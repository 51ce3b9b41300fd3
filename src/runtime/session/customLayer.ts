/** A blob in row-major order, 1 to 4 axes, outermost first, without the batch axis. */
export interface LayerBlob {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Parameters of a layer by id, like `ParamDict` in C++. */
export interface ForwardParams {
  /** The parameter as an integer. The default is 0. */
  readonly int: (id: number, fallback?: number) => number;
  /** The parameter as a float. The default is 0. */
  readonly float: (id: number, fallback?: number) => number;
}

/** Computes the tops of a layer from its bottoms. The inputs are copies. */
export type Forward = (bottoms: readonly LayerBlob[]) => readonly LayerBlob[];

/** A custom layer type: called once for each layer of a net, with its parameters. */
export type LayerFunction = (params: ForwardParams) => Forward;

/** The tops of a layer. Throws if their number is wrong, or if one has too few or too many values. */
export function checkedTops(tops: readonly LayerBlob[], count: number): readonly LayerBlob[] {
  if (tops.length !== count) throw new RangeError(`it returned ${tops.length} blobs, expected ${count}`);
  for (const { shape, data } of tops) {
    const length = shape.reduce((all, size) => all * size, 1);
    if (shape.length < 1 || shape.length > 4 || data.length !== length)
      throw new RangeError(`it returned a blob of [${shape}] with ${data.length} values`);
  }
  return tops;
}
