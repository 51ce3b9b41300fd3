import { expect, it } from 'vitest';
import { optionFields } from './fields.ts';

it('asks for each option as its schema takes it', () => {
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
