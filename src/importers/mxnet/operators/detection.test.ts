import { expect, it } from 'vitest';
import { countedValues, result } from '../testing.ts';

const scores = { shape: [1, 3, 3], values: [0.1, 0.1, 0.8, 0.2, 0.8, 0.1, 0.7, 0.1, 0.1] };
const offsets = { shape: [1, 12], values: Array(12).fill(0) };
/** The first two overlap and have different classes. */
const anchors = { shape: [1, 3, 4], values: [0, 0, 0.5, 0.5, 0, 0.05, 0.5, 0.5, 0.6, 0.6, 0.9, 0.9] };
const found = (attributes: Readonly<Record<string, string>>): readonly (readonly number[])[] => {
  const { values } = result('_contrib_MultiBoxDetection', attributes, [scores, offsets, anchors]);
  return Array.from({ length: values.length / 6 }, (_, row) =>
    values.slice(row * 6, row * 6 + 2).map((value) => Math.round(value * 100) / 100),
  );
};

it('returns class without background and score of each box, with class -1 for rejected boxes', () => {
  expect(found({ threshold: '0.3' })).toEqual([
    [0, 0.8],
    [1, 0.7],
    [-1, 0.3],
  ]);
});

it('suppresses boxes of other classes with `force_suppress`', () => {
  expect(found({ threshold: '0.3', force_suppress: 'True' })).toEqual([
    [0, 0.8],
    [-1, 0.3],
  ]);
});

it('keeps the best of all classes first with `nms_topk`', () => {
  expect(found({ threshold: '0.05', nms_topk: '1' })).toEqual([
    [0, 0.8],
    [-1, 0.05],
  ]);
});

it('returns only a row of class -1 without detections', () => {
  for (const force_suppress of ['0', '1']) expect(found({ threshold: '0.9', force_suppress })).toEqual([[-1, 0.9]]);
});

it('places boxes of each size and ratio around the cells', () => {
  const { shape, values } = result('_contrib_MultiBoxPrior', { sizes: '(0.5, 1)', ratios: '(1, 4)' }, [countedValues([1, 1, 1, 1])]);
  expect(shape).toEqual([1, 3, 4]);
  expect(values).toEqual([0.25, 0.25, 0.75, 0.75, 0, 0, 1, 1, 0, 0.375, 1, 0.625]);
});

it('rejects more boxes than a detector has', () => {
  expect(() => result('_contrib_MultiBoxPrior', {}, [countedValues([1, 1, 1, 2 ** 20 + 1])])).toThrow('boxes are too many');
});
