import { expect, it } from 'vitest';
import { withCut } from './cutAdvice.ts';
import { diagnostic } from './diagnostic.ts';
import { cutBefore, fixShapes, pinOrCut } from './remedies.ts';

it('gives tensors to what asks for a cut, and to nodes that ncnn cannot compute', () => {
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
