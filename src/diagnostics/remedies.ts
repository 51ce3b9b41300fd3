import type { Remedy } from './advice.ts';

/** For a node that ncnn cannot compute. Where to cut is known once the rest of the graph has been converted. */
export const cutBefore: Remedy = {
  hint: 'Cut the graph before this node, or export the model without it.',
  advice: [{ option: 'outputs', names: [] }],
};

/** For sizes that depend on free axes. Which inputs have free axes is known once the graph has been read. */
export const fixShapes: Remedy = { hint: 'Fix the shapes of the inputs.', advice: [{ option: 'shape' }] };

/** For an operand that must be constant. */
export const pinOrFixShapes: Remedy = {
  hint: 'Pin the input where the value comes from one, or fix the shapes of the inputs where it comes from a free axis.',
  advice: [{ option: 'const' }, { option: 'shape' }],
};

/** For an operand that must be constant, where shapes of inputs do not help. */
export const pinOrCut: Remedy = {
  hint: 'Pin the input where the value comes from one, or cut the graph before this node.',
  advice: [{ option: 'const' }, { option: 'outputs', names: [] }],
};

/** For an input that ncnn cannot be fed. */
export const cutBehind: Remedy = { hint: 'Cut the graph behind the input.', advice: [{ option: 'outputs', names: [] }] };

export const chooseOutputs: Remedy = { hint: 'Choose other outputs.', advice: [{ option: 'outputs', names: [] }] };
