import { expect, it } from 'vitest';
import { activationCodes } from '../../layers/codes.ts';
import { makeLayer } from '../../net.ts';
import { asFusedActivation, layerOfActivation } from './fusedActivation.ts';

const values = [0.25, 0.75];

it.each(Object.entries(activationCodes).filter(([name]) => name !== 'NONE'))('%s is separated and fused again', (_, { code }) => {
  const layer = layerOfActivation({ activation_type: code, activation_params: values }, 'a', 'x', 'y');
  expect(layer).toMatchObject({ name: 'a', bottoms: ['x'], tops: ['y'] });
  const fused = layer && asFusedActivation(layer);
  expect(fused?.activation_type).toBe(code);
  expect(values.slice(0, fused?.activation_params.length)).toEqual(fused?.activation_params);
});

it('leaves other layers and unknown codes', () => {
  expect(asFusedActivation(makeLayer('TanH', 'a', ['x'], ['y'], {}))).toBeUndefined();
  expect(layerOfActivation({ activation_type: 99, activation_params: [] }, 'a', 'x', 'y')).toBeUndefined();
});
