import type { Remedy } from './advice.ts';

/** For a node that ncnn does not support. The tensors to cut at are filled in when the rest of the graph has been converted. */
export const cutBefore: Remedy = {
  hint: 'Cut the graph before this node, or export the model without it.',
  advice: [{ option: 'outputs', names: [] }],
};

/** For sizes that depend on dynamic axes. The inputs with dynamic axes are filled in when the graph has been read. */
export const fixShapes: Remedy = { hint: 'Fix the shapes of the inputs.', advice: [{ option: 'shape' }] };

/** For an operand that must be constant. */
export const pinOrFixShapes: Remedy = {
  hint: 'Replace the input that the value comes from with a constant, or fix the input shapes if it comes from a dynamic axis.',
  advice: [{ option: 'const' }, { option: 'shape' }],
};

/** For an operand that must be constant, if input shapes do not help. */
export const pinOrCut: Remedy = {
  hint: 'Replace the input that the value comes from with a constant, or cut the graph before this node.',
  advice: [{ option: 'const' }, { option: 'outputs', names: [] }],
};

/** For an input that cannot be fed to ncnn. */
export const cutBehind: Remedy = { hint: 'Cut the graph after the input.', advice: [{ option: 'outputs', names: [] }] };

export const chooseOutputs: Remedy = { hint: 'Choose other outputs.', advice: [{ option: 'outputs', names: [] }] };
