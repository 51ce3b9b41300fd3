import { expect, it } from 'vitest';
import type { Remedy } from '../../diagnostics/advice.ts';
import { diagnostic } from '../../diagnostics/diagnostic.ts';
import { cutBefore, fixShapes, pinOrFixShapes } from '../../diagnostics/remedies.ts';
import type { Graph } from '../ir/graph.ts';
import { Tensor } from '../ir/tensor.ts';
import { withShapes } from './shapeAdvice.ts';

const graphOf = (inputs: Readonly<Record<string, readonly (number | string)[] | undefined>>): Graph => ({
  name: 'g',
  inputs: Object.entries(inputs).map(([name, shape]) => ({ name, type: { dtype: 'float32', shape } })),
  outputs: [],
  constants: new Map([['pinned', Tensor.float32([1], [1])]]),
  types: new Map(),
  nodes: [],
});

const remedyFor = (graph: Graph, remedy: Remedy = fixShapes): Remedy | undefined => {
  const [{ hint, advice } = { hint: '', advice: [] }] = withShapes([diagnostic('shape-unknown', 'x', remedy)], graph);
  return { hint, advice };
};

it('names the inputs with dynamic axes and example sizes', () => {
  const graph = graphOf({ image: ['N', 3, 'H', 'W'], length: ['N', 'T', 64], fixed: [1, 4], pinned: ['N'], any: undefined });
  expect(remedyFor(graph)).toEqual({
    hint: fixShapes.hint,
    advice: [
      { option: 'shape', input: 'image', dims: [1, 3, 224, 224], isExample: true },
      { option: 'shape', input: 'length', dims: [1, 16, 64], isExample: true },
      { option: 'shape', input: 'any', dims: [1, 3, 224, 224], isExample: true },
    ],
  });
});

it('finds the spatial axes of channels-last images', () => {
  expect(remedyFor(graphOf({ x: ['N', 'H', 'W', 3] }))?.advice).toMatchObject([{ dims: [1, 224, 224, 3] }]);
});

it('skips advice that needs no shape or already names the input', () => {
  const remedy: Remedy = { hint: 'Do it.', advice: [{ option: 'shape', input: 'x' }, { option: 'const' }] };
  expect(remedyFor(graphOf({ x: ['N'] }), remedy)).toEqual(remedy);
});

it('advises to cut when no input has a dynamic axis', () => {
  expect(remedyFor(graphOf({ x: [1] }))).toEqual(cutBefore);
  expect(remedyFor(graphOf({ x: [1] }), pinOrFixShapes)?.advice).toEqual([{ option: 'const' }]);
});
