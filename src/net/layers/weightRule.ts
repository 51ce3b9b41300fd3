/**
 * How a weight stands in the file: `tagged` has the 4-byte flag in front that tells its element type, `float32` has
 * none, `bytes` neither a flag nor a meaning of its own (packed bits), but is padded to 4 bytes.
 */
export type SlotStorage = 'tagged' | 'float32' | 'bytes';

/** A weight array that ncnn reads for a layer. */
export interface WeightSlot {
  /** ncnn's name of the member. */
  readonly name: string;
  /** Number of elements; bytes where the storage is `bytes`. */
  readonly length: number;
  readonly storage: SlotStorage;
}

/** Value of an int or float parameter of the layer. */
export type NumberOf = (name: string) => number;

/** The weights of a layer in file order, as its `load_model` reads them for the given parameters. */
export type WeightRule = (value: NumberOf) => readonly WeightSlot[];

export function taggedSlot(name: string, length: number): WeightSlot {
  return { name, length, storage: 'tagged' };
}

export function floatSlot(name: string, length: number): WeightSlot {
  return { name, length, storage: 'float32' };
}

export function byteSlot(name: string, length: number): WeightSlot {
  return { name, length, storage: 'bytes' };
}

/** Slots that are there on a condition. */
export function slotsWhen(condition: boolean | number, ...slots: readonly WeightSlot[]): readonly WeightSlot[] {
  return condition ? slots : [];
}

/** Weight and bias, as most layers have them. */
export function weightAndBias(value: NumberOf): readonly WeightSlot[] {
  return [
    taggedSlot('weight_data', value('weight_data_size')),
    ...slotsWhen(value('bias_term'), floatSlot('bias_data', value('num_output'))),
  ];
}

/** Nothing where the weight is fed as a blob. */
export function unlessDynamic(rule: WeightRule): WeightRule {
  return (value) => (value('dynamic_weight') ? [] : rule(value));
}
