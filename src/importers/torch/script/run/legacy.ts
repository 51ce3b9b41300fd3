import { categoryOf } from '../../values/dtype.ts';
import { floatValue, intValue, none, stringValue, type TorchValue } from '../../values/value.ts';

/** The arguments of a call of an operator. */
export interface OperatorArguments {
  readonly args: readonly TorchValue[];
  readonly keywords: ReadonlyMap<string, TorchValue>;
}

/**
 * The call with today's meaning of a call in an older version. A file has the version of its newest operator, so a `div` in a file of
 * version 3 is the one of torch before 1.6.
 */
export function upgradeCall(name: string, args: OperatorArguments, version: number): OperatorArguments {
  switch (name) {
    case 'div':
    case 'div_':
      return version < 4 ? truncateIntegers(args) : args;
    case 'full':
      return version < 5 ? fillWithFloat(args) : args;
    case 'linspace':
      return version < 8 ? countSteps(args) : args;
    case 'logspace':
      return version < 9 ? countSteps(args) : args;
    default:
      return args;
  }
}

/** Before version 4, the quotient of integers was an integer. */
function truncateIntegers({ args, keywords }: OperatorArguments): OperatorArguments {
  const isOfTensors = args.some(({ kind }) => kind === 'tensor');
  const isWhole = args.every((value) => value.kind === 'int' || (value.kind === 'tensor' && categoryOf(value.tensor.dtype) === 'int'));
  if (!isOfTensors || !isWhole) return { args, keywords };
  return { args, keywords: new Map([...keywords, ['rounding_mode', stringValue('trunc')]]) };
}

/** Before version 5, `full` without a dtype returned floats for any number. */
function fillWithFloat({ args, keywords }: OperatorArguments): OperatorArguments {
  const dtype = args[2] ?? keywords.get('dtype') ?? none;
  const [size, value] = args;
  if (dtype.kind !== 'none' || size === undefined || (value?.kind !== 'int' && value?.kind !== 'bool')) return { args, keywords };
  return { args: [size, floatValue(Number(value.value)), ...args.slice(2)], keywords };
}

/** In older versions, the default number of steps was 100. */
function countSteps({ args, keywords }: OperatorArguments): OperatorArguments {
  const [start, end, steps] = args;
  if (start === undefined || end === undefined || (steps !== undefined && steps.kind !== 'none') || keywords.has('steps'))
    return { args, keywords };
  return { args: [start, end, intValue(100), ...args.slice(3)], keywords };
}
