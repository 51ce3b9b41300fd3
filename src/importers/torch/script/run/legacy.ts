import { categoryOf } from '../../values/dtype.ts';
import { floatValue, intValue, none, stringValue, type TorchValue } from '../../values/value.ts';

/** The arguments of a call of an operator. */
export interface OperatorArguments {
  readonly args: readonly TorchValue[];
  readonly keywords: ReadonlyMap<string, TorchValue>;
}

/**
 * The call that means today what a call meant in the version of a file. A file says the version of the newest operator in it, so that a
 * call of `div` in a file of version 3 is one of torch before 1.6.
 */
export function upgradeCall(name: string, given: OperatorArguments, version: number): OperatorArguments {
  switch (name) {
    case 'div':
    case 'div_':
      return version < 4 ? truncateIntegers(given) : given;
    case 'full':
      return version < 5 ? fillWithFloat(given) : given;
    case 'linspace':
      return version < 8 ? countSteps(given) : given;
    case 'logspace':
      return version < 9 ? countSteps(given) : given;
    default:
      return given;
  }
}

/** The quotient of integers was an integer. */
function truncateIntegers({ args, keywords }: OperatorArguments): OperatorArguments {
  const isOfTensors = args.some(({ kind }) => kind === 'tensor');
  const isWhole = args.every((value) => value.kind === 'int' || (value.kind === 'tensor' && categoryOf(value.tensor.dtype) === 'int'));
  if (!isOfTensors || !isWhole) return { args, keywords };
  return { args, keywords: new Map([...keywords, ['rounding_mode', stringValue('trunc')]]) };
}

/** Without a dtype, any number made a tensor of floats. */
function fillWithFloat({ args, keywords }: OperatorArguments): OperatorArguments {
  const dtype = args[2] ?? keywords.get('dtype') ?? none;
  const [size, value] = args;
  if (dtype.kind !== 'none' || size === undefined || (value?.kind !== 'int' && value?.kind !== 'bool')) return { args, keywords };
  return { args: [size, floatValue(Number(value.value)), ...args.slice(2)], keywords };
}

/** A number of steps that was left out was 100. */
function countSteps({ args, keywords }: OperatorArguments): OperatorArguments {
  const [start, end, steps] = args;
  if (start === undefined || end === undefined || (steps !== undefined && steps.kind !== 'none') || keywords.has('steps'))
    return { args, keywords };
  return { args: [start, end, intValue(100), ...args.slice(3)], keywords };
}
