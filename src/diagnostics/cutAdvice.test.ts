import { expect, it } from 'vitest';
import { withCut } from './cutAdvice.ts';
import { diagnostic } from './diagnostic.ts';
import { cutBefore, fixShapes, pinOrCut } from './remedies.ts';

it('fills tensors into cut advice and into nodes that ncnn does not support', () => {
  const advised = withCut(
    [
      diagnostic('operator-unsupported', '', cutBefore),
      diagnostic('shape-unknown', '', pinOrCut),
      diagnostic('operator-unknown', '', 'Export it again.'),
      diagnostic('operator-unsupported', '', { hint: 'Choose them.', advice: [{ option: 'outputs', names: ['c'] }] }),
      diagnostic('shape-unknown', '', fixShapes),
    ],
    ['a', 'b'],
  );
  const cut = { option: 'outputs', names: ['a', 'b'] };
  expect(advised.map(({ advice }) => advice)).toEqual([
    [cut],
    [{ option: 'const' }, cut],
    [cut],
    [{ option: 'outputs', names: ['c'] }],
    [{ option: 'shape' }],
  ]);
});
