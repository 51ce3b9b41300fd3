import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { convert } from '../../api.ts';
import { execute } from '../../net/execute.ts';
import { readWrittenModel } from '../../net/format/writtenModel.ts';

interface Values {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

const folder = new URL('../../../test/fixtures/caffe/', import.meta.url);
const fixtures: Readonly<Record<string, { inputs: Record<string, Values>; outputs: Record<string, Values> }>> = JSON.parse(
  readFileSync(new URL('expected.json', folder), 'utf8'),
);

/** Rows of class, score and box, by class and then by score: Caffe and ncnn list detections in different orders. */
function sortedDetections(values: readonly number[]): readonly (readonly number[])[] {
  const rows = Array.from({ length: values.length / 6 }, (_, row) => values.slice(6 * row, 6 * row + 6));
  const difference = (one: readonly number[], two: readonly number[], column: number): number => (one[column] ?? 0) - (two[column] ?? 0);
  return rows.sort((one, two) => difference(one, two, 0) || difference(two, one, 1) || difference(one, two, 2));
}

it.each([true, false])('computes the detections of OpenCV for MobileNet-SSD (optimize: %s)', async (optimize) => {
  const { inputs, outputs } = fixtures.mobilenet_ssd ?? { inputs: {}, outputs: {} };
  const { artifact } = await convert(fileURLToPath(new URL('mobilenet_ssd.prototxt', folder)), { optimize });
  const { net } = readWrittenModel(artifact);
  const { shape = [], values = [] } = inputs.data ?? {};
  const results = execute(net, new Map([['data', { shape: shape.slice(1), values: Float32Array.from(values) }]]));
  const actual = sortedDetections([...(results.get('detection_out')?.values ?? [])]);
  const expected = sortedDetections(outputs.detection_out?.values ?? []);
  expect(actual).toHaveLength(50);
  for (const [index, row] of expected.entries()) {
    for (const [column, value] of row.entries()) expect(actual[index]?.[column]).toBeCloseTo(value, 4);
  }
});
