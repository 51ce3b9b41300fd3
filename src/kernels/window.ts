/** Three values for the axes depth, height and width; axes that a tensor lacks are 1 cell long. */
export type Triple = readonly [depth: number, height: number, width: number];

/** How a kernel slides over up to three spatial axes. */
export interface Sliding {
  readonly input: Triple;
  readonly output: Triple;
  readonly kernel: Triple;
  readonly stride: Triple;
  readonly dilation: Triple;
  /** Cells in front of each axis. */
  readonly padBegin: Triple;
}

/** Values of one to three axes as a triple, `fill` standing for the axes in front that are not there. */
export function triple(values: readonly number[], fill: number): Triple {
  const [width = fill, height = fill, depth = fill] = [...values].reverse();
  return [depth, height, width];
}

export function volume([depth, height, width]: Triple): number {
  return depth * height * width;
}
