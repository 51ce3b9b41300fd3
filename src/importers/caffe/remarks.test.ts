import { expect, it } from 'vitest';
import { importFiles } from './testing.ts';

const relu = 'layer { name: "r" type: "ReLU" bottom: "data" top: "y" }';
const data = (transform: string): string =>
  `layer { name: "data" type: "Data" top: "data" top: "label" transform_param { crop_size: 4 force_color: true ${transform} } }`;
const remarks = (...layers: readonly string[]): readonly string[] =>
  importFiles({ 'net.prototxt': layers.join('\n') }).diagnostics.map(({ code, severity, message }) => `${severity} ${code}: ${message}`);

it('mentions layers that only matter for training', () => {
  const loss = 'layer { name: "loss" type: "SoftmaxWithLoss" bottom: "y" bottom: "label" top: "loss" }';
  expect(remarks(data(''), relu, loss)).toEqual(['info layers-left-out: training layers are left out: "loss" (SoftmaxWithLoss)']);
});

it('mentions the preprocessing of a data layer', () => {
  expect(remarks(data('mean_value: 104 mean_value: 117 mean_value: 123 scale: 0.5'), relu)).toEqual([
    'warning preparation-left-out: the layer "data" subtracts 104, 117, 123 and multiplies by 0.5, but the converted net starts after it',
  ]);
  expect(remarks(data('mean_file: "mean.binaryproto"'), relu)).toEqual([
    'warning preparation-left-out: the layer "data" subtracts the mean image in mean.binaryproto, but the converted net starts after it',
  ]);
  expect(remarks(data(''), relu)).toEqual([]);
});
