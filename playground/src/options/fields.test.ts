import { expect, it } from 'vitest';
import { optionFields } from './fields.ts';

it('has a field for each option that matches its schema', () => {
  const kinds = Object.fromEntries(optionFields().map(({ name, kind }) => [name, kind]));
  expect(kinds).toEqual({
    shape: 'shapes',
    const: 'constants',
    outputs: 'names',
    keep: 'names',
    precision: 'choice',
    ncnnVersion: 'text',
    target: 'choice',
    fp32Layers: 'names',
    optimize: 'selection',
    customLayers: 'names',
    maxEntries: 'number',
    maxNodes: 'number',
    maxElements: 'number',
    maxSteps: 'number',
    maxBytes: 'number',
  });
  expect(optionFields().find(({ name }) => name === 'precision')).toMatchObject({ choices: ['fp32', 'fp16'] });
});
