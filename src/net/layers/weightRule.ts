/**
 * How the file stores a weight. `tagged`: after a 4-byte flag with the element type. `float32`: without a flag. `bytes`: packed bits
 * without a flag, padded to 4 bytes.
 */
export type SlotStorage = 'tagged' | 'float32' | 'bytes';

/** A weight array that ncnn reads for a layer. */
export interface WeightSlot {
  /** Name of the member in ncnn's layer class. */
  readonly name: string;
  /** Number of elements, or of bytes for the storage `bytes`. */
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

/** The slots if the condition holds, otherwise none. */
export function slotsWhen(condition: boolean | number, ...slots: readonly WeightSlot[]): readonly WeightSlot[] {
  return condition ? slots : [];
}

/** The weight and bias of most layers. */
export function weightAndBias(value: NumberOf): readonly WeightSlot[] {
  return [
    taggedSlot('weight_data', value('weight_data_size')),
    ...slotsWhen(value('bias_term'), floatSlot('bias_data', value('num_output'))),
  ];
}

/** No slots if the weight is read from a blob. */
export function unlessDynamic(rule: WeightRule): WeightRule {
  return (value) => (value('dynamic_weight') ? [] : rule(value));
}
