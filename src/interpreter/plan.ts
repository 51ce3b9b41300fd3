import type { Kernel } from '../net/layers/kernels/call.ts';
import type { ParamTable } from '../net/layers/record.ts';

/** What the interpreter knows of a layer type. */
export interface PlannedType {
  readonly type: string;
  /** Absent where only ncnn computes it, and for inputs. */
  readonly kernel?: Kernel;
  readonly params: ParamTable;
}

/** Where a weight is in the `.bin`, and how it is stored. */
export type WeightPlace = readonly [offset: number, length: number, storage: 'float32' | 'float16' | 'bfloat16' | 'int8' | 'opaque'];

/** What is needed to run a net besides its files. */
export interface Plan {
  /** By the number of the type in a `.param.bin`. */
  readonly types: Readonly<Record<number, PlannedType>>;
  /** Of each layer, in file order. */
  readonly weights: readonly (readonly WeightPlace[])[];
}
