import type { Kernel } from '../net/layers/kernels/call.ts';
import type { ParamTable } from '../net/layers/record.ts';

/** What the interpreter needs to know about a layer type. */
export interface PlannedType {
  readonly type: string;
  /** Absent for inputs, and for types that only ncnn computes. */
  readonly kernel?: Kernel;
  readonly params: ParamTable;
}

/** The position of a weight in the `.bin`, and its storage. */
export type WeightPlace = readonly [offset: number, length: number, storage: 'float32' | 'float16' | 'bfloat16' | 'int8' | 'opaque'];

/** What is needed to run a net, in addition to its files. */
export interface Plan {
  /** By the type number in a `.param.bin`. */
  readonly types: Readonly<Record<number, PlannedType>>;
  /** Weights of each layer, in file order. */
  readonly weights: readonly (readonly WeightPlace[])[];
}
