/** Three values for the axes depth, height and width. Missing axes have size 1. */
export type Triple = readonly [depth: number, height: number, width: number];

/** How a kernel slides over up to three spatial axes. */
export interface Sliding {
  readonly input: Triple;
  readonly output: Triple;
  readonly kernel: Triple;
  readonly stride: Triple;
  readonly dilation: Triple;
  /** Padding elements at the start of each axis. */
  readonly padBegin: Triple;
}

/** Values of one to three axes as a triple. `fill` replaces missing leading axes. */
export function triple(values: readonly number[], fill: number): Triple {
  const [width = fill, height = fill, depth = fill] = [...values].reverse();
  return [depth, height, width];
}

export function volume([depth, height, width]: Triple): number {
  return depth * height * width;
}
