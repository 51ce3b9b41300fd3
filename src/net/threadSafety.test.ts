import { expect, it } from 'vitest';
import { finalize } from './finalize.ts';
import { writeParamText } from './format/paramWrite.ts';
import { makeLayer } from './net.ts';

it.each([
  [3, 'GridSample y 2 1 x grid y 0=3 31=128'],
  [1, 'GridSample y 2 1 x grid y'],
])('runs GridSample with sample type %i in one thread, because ncnn shares variables between threads', (sample_type, line) => {
  const layers = [
    makeLayer('Input', 'x', [], ['x'], {}),
    makeLayer('Input', 'grid', [], ['grid'], {}),
    makeLayer('GridSample', 'y', ['x', 'grid'], ['y'], { sample_type }),
  ];
  const { model } = finalize({ net: { layers, shapes: new Map(), outputs: ['y'] }, inputs: [], outputs: [] });
  expect(writeParamText(model.net).split('\n').at(-2)?.replace(/ +/g, ' ')).toBe(line);
});
