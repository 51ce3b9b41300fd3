import { TracedTensor, type ViewStep } from '../../values/tensor.ts';
import { tensorValue } from '../../values/value.ts';
import type { AtenCall } from '../call.ts';
import { sameElements } from '../movement/views.ts';
import type { TakeViews } from '../operator.ts';
import { complexParts, joinedParts } from './complexParts.ts';

/**
 * The views that a rule takes of a complex tensor: those that it takes of a real tensor of the same shape, applied to the real and the
 * imaginary part.
 *
 * @param name the parameter with the complex tensor
 */
export function complexViews(call: AtenCall, name: string, views: TakeViews): ViewStep | readonly ViewStep[] {
  const base = call.tensor(name);
  const [value] = complexParts(call, base.value);
  const real = TracedTensor.viewOf(
    base,
    { read: (whole) => complexParts(call, whole)[0], isContiguous: true, dtype: base.dtype === 'complex128' ? 'float64' : 'float32' },
    value,
  );
  const steps = views(call.with(name, tensorValue(real)));
  return 'read' in steps ? complexStep(call, steps) : steps.map((step) => complexStep(call, step));
}

function complexStep(call: AtenCall, step: ViewStep): ViewStep {
  if (step === sameElements) return step;
  const { read, write } = step;
  const result: ViewStep = { ...step, read: (base) => joinedParts(call, complexParts(call, base).map(read)) };
  if (write === undefined) return result;
  return {
    ...result,
    write: (base, view) => {
      const viewParts = complexParts(call, view);
      return joinedParts(
        call,
        complexParts(call, base).map((part, place) => write(part, viewParts[place] ?? '')),
      );
    },
  };
}
