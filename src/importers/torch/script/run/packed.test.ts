import { expect, it } from 'vitest';
import { scriptRefusals } from '../testing.ts';

const forward = (body: string): string => `  def forward(self: __torch__.Net,\n    x: Tensor) -> Tensor:\n    ${body}\n`;
const packed = { className: '__torch__.torch.classes.quantized.LinearPackedParamsBase', attributes: {} };

it.each([
  ['of packed objects', { code: forward('return torch.relu(x)'), attributes: { fc: packed } }, 'the model is quantized'],
  ['of a quantized operator', { code: forward('y = ops.quantized.linear_dynamic(x, x, True)\n    return y') }, 'the model is quantized'],
  ['that was optimized for one CPU', { code: forward('y = torch.to_mkldnn(x)\n    return y') }, 'torch.jit.optimize_for_inference'],
])('rejects a model %s without asking for the shapes of its inputs', (_what, source, message) => {
  const refusals = scriptRefusals(source);
  expect(refusals).toHaveLength(1);
  expect(refusals[0]).toContain(message);
});

it('asks for the shapes if the model may not call such an operator', () => {
  const code = forward('if self.training:\n      y = torch.to_mkldnn(x)\n    else:\n      y = x\n    return y');
  expect(scriptRefusals({ code, attributes: { training: false } })).toEqual([expect.stringContaining('shape-unknown')]);
});
