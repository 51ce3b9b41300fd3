export interface RoiSizes {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly outputHeight: number;
  readonly outputWidth: number;
  readonly spatialScale: number;
}

/** Corners of a region, in the coordinates of the image from which the features were scaled. */
export type RoiBox = readonly [x1: number, y1: number, x2: number, y2: number];

/** The pixels [first, end) of each MaxRoiPool cell on one axis, from the region's corners on this axis. Not clipped to the features. */
export function maxPoolBins(start: number, end: number, cells: number, scale: number): readonly (readonly [number, number])[] {
  const first = roundHalfAway(start * scale);
  // Uses float32 arithmetic, because its rounding decides the pixels if a cell ends at a whole number.
  const size = Math.fround(Math.max(roundHalfAway(end * scale) - first + 1, 1) / cells);
  return Array.from({ length: cells }, (_, cell) => [
    first + Math.floor(Math.fround(cell * size)),
    first + Math.ceil(Math.fround((cell + 1) * size)),
  ]);
}

/**
 * The maximum of each cell of a grid over a region. Cells outside the features are 0. `first` is the start of the features [channels,
 * height, width] of the region's image.
 */
export function roiMaxPool(x: ArrayLike<number>, first: number, [x1, y1, x2, y2]: RoiBox, sizes: RoiSizes, target: Float64Array): void {
  const { channels, height, width, outputHeight, outputWidth, spatialScale } = sizes;
  const rows = maxPoolBins(y1, y2, outputHeight, spatialScale);
  const columns = maxPoolBins(x1, x2, outputWidth, spatialScale);
  const clip = (value: number, limit: number): number => Math.min(Math.max(value, 0), limit);
  let index = 0;
  for (let channel = 0; channel < channels; channel++) {
    const plane = first + channel * height * width;
    for (const [startRow, endRow] of rows) {
      for (const [startColumn, endColumn] of columns) {
        let best: number | undefined;
        for (let y = clip(startRow, height); y < clip(endRow, height); y++) {
          for (let z = clip(startColumn, width); z < clip(endColumn, width); z++) {
            best = Math.max(best ?? Number.NEGATIVE_INFINITY, x[plane + y * width + z] ?? 0);
          }
        }
        target[index++] = best ?? 0;
      }
    }
  }
}

function roundHalfAway(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}

export interface RoiAlignRule {
  readonly mode: 'avg' | 'max';
  /** Samples per cell and axis; 0 for as many as the cell has pixels. */
  readonly samplingRatio: number;
  /** Whether coordinates refer to pixel centers (`half_pixel`). If not, regions are at least one pixel large. */
  readonly halfPixel: boolean;
}

/**
 * The sample positions of a region on one axis, from its corners on this axis. They are in order, with the same number for each of the
 * `cells` of the grid.
 */
function samplePlaces(start: number, end: number, cells: number, scale: number, rule: RoiAlignRule): readonly number[] {
  const { first, size } = cellsOf(start, end, cells, scale, rule);
  const perCell = samplesPerCell(start, end, cells, scale, rule);
  return Array.from({ length: cells * perCell }, (_, index) => {
    const cell = Math.floor(index / perCell);
    return first + (cell + ((index % perCell) + 0.5) / perCell) * size;
  });
}

/**
 * Whether a sample of the region is within a distance of a position on one axis. Samples are evenly spaced, so they need not be enumerated.
 */
export function hasSampleNear(
  place: number,
  distance: number,
  [start, end]: readonly [start: number, end: number],
  cells: number,
  scale: number,
  rule: RoiAlignRule,
): boolean {
  const { first, size } = cellsOf(start, end, cells, scale, rule);
  const perCell = samplesPerCell(start, end, cells, scale, rule);
  const spacing = size / perCell;
  if (spacing === 0) return Math.abs(first - place) < distance;
  const indexAt = (target: number): number => (target - first) / spacing - 0.5;
  const [low, high] = [indexAt(place - distance), indexAt(place + distance)].sort((a, b) => a - b);
  return Math.max(0, Math.floor(low ?? 0) + 1) <= Math.min(cells * perCell - 1, Math.ceil(high ?? 0) - 1);
}

/** Number of samples of a cell along one axis. It is unbounded for large regions. */
export function samplesPerCell(start: number, end: number, cells: number, scale: number, rule: RoiAlignRule): number {
  return rule.samplingRatio > 0 ? rule.samplingRatio : Math.max(0, Math.ceil(cellsOf(start, end, cells, scale, rule).size));
}

function cellsOf(start: number, end: number, cells: number, scale: number, rule: RoiAlignRule): { first: number; size: number } {
  const shift = rule.halfPixel ? 0.5 : 0;
  const first = start * scale - shift;
  const length = Math.max(end * scale - shift - first, rule.halfPixel ? Number.NEGATIVE_INFINITY : 1);
  return { first, size: length / cells };
}

/** Mean or maximum of bilinear samples in each cell of a grid over a region. */
export function roiAlign(
  x: ArrayLike<number>,
  first: number,
  [x1, y1, x2, y2]: RoiBox,
  sizes: RoiSizes,
  rule: RoiAlignRule,
  target: Float64Array,
): void {
  const { channels, height, width, outputHeight, outputWidth, spatialScale } = sizes;
  const rows = samplePlaces(y1, y2, outputHeight, spatialScale, rule);
  const columns = samplePlaces(x1, x2, outputWidth, spatialScale, rule);
  const perRow = rows.length / outputHeight;
  const perColumn = columns.length / outputWidth;
  for (let index = 0; index < channels * outputHeight * outputWidth; index++) {
    const column = index % outputWidth;
    const row = Math.floor(index / outputWidth) % outputHeight;
    const plane = first + Math.floor(index / (outputHeight * outputWidth)) * height * width;
    let sum = 0;
    let best: number | undefined;
    for (const y of rows.slice(row * perRow, (row + 1) * perRow)) {
      for (const z of columns.slice(column * perColumn, (column + 1) * perColumn)) {
        const corners = weightedCorners(x, plane, height, width, y, z);
        sum += corners.reduce((total, corner) => total + corner, 0);
        // ONNX defines the maximum over the weighted corners, not over the samples.
        for (const corner of corners) best = best === undefined ? corner : Math.max(best, corner);
      }
    }
    target[index] = rule.mode === 'max' ? (best ?? 0) : sum / Math.max(perRow * perColumn, 1);
  }
}

function weightedCorners(x: ArrayLike<number>, plane: number, height: number, width: number, y: number, z: number): readonly number[] {
  if (y < -1 || y > height || z < -1 || z > width) return [0, 0, 0, 0];
  const [top, bottom, down] = between(Math.max(y, 0), height);
  const [left, right, across] = between(Math.max(z, 0), width);
  const at = (row: number, column: number): number => x[plane + row * width + column] ?? 0;
  return [
    (1 - down) * (1 - across) * at(top, left),
    (1 - down) * across * at(top, right),
    down * (1 - across) * at(bottom, left),
    down * across * at(bottom, right),
  ];
}

/** The elements on both sides of a coordinate, and its distance from the first one. */
function between(coordinate: number, size: number): readonly [number, number, number] {
  const low = Math.floor(coordinate);
  return low >= size - 1 ? [size - 1, size - 1, 0] : [low, low + 1, coordinate - low];
}
