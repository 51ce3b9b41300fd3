import { expect, it } from 'vitest';
import { layerRecord, layerTypes } from '../layerTypes.ts';

it('number the layer types without gaps', () => {
  expect(layerTypes.map((type) => layerRecord(type).index)).toEqual(layerTypes.map((_, index) => index));
});

it.each(layerTypes)('%s is consistent', (type) => {
  const { params, since, operators, activations, creates, oneBlobOnly, takesMore } = layerRecord(type);
  const ids = Object.values(params).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(Object.values(params).every((facts) => facts.since === undefined || facts.since > since)).toBe(true);
  if (operators !== undefined) expect(params[operators.param]?.kind).toBe('int');
  expect(activations !== undefined).toBe('activation_type' in params);
  if (creates?.dynamicWeight !== undefined) expect(params).toHaveProperty('dynamic_weight');
  if (takesMore !== undefined) expect(oneBlobOnly).toBe(true);
});
