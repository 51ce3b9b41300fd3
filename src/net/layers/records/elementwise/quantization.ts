import { activationCodes } from '../../codes.ts';
import type { LayerRecord } from '../../record.ts';
import { floatSlot, slotsWhen } from '../../weightRule.ts';

const withoutKernel = 'it works on int8 and int32 blobs; no importer produces it, so it only comes from a `.param`';

const dequantizeParams = {
  scale_data_size: { id: 0, kind: 'int', default: 1 },
  bias_data_size: { id: 1, kind: 'int', default: 0 },
} as const;

export const Dequantize: LayerRecord<typeof dequantizeParams> = {
  index: 58,
  since: 20180830,
  half: 'moved',
  family: 'other',
  oneBlobOnly: true,
  params: dequantizeParams,
  weights: (value) => [
    floatSlot('scale_data', value('scale_data_size')),
    ...slotsWhen(value('bias_data_size'), floatSlot('bias_data', value('bias_data_size'))),
  ],
  withoutKernel,
};

const quantizeParams = {
  scale_data_size: { id: 0, kind: 'int', default: 1 },
} as const;

export const Quantize: LayerRecord<typeof quantizeParams> = {
  index: 57,
  since: 20180830,
  half: 'moved',
  family: 'other',
  oneBlobOnly: true,
  params: quantizeParams,
  weights: (value) => [floatSlot('scale_data', value('scale_data_size'))],
  elements: 'stepped',
  withoutKernel,
};

const requantizeParams = {
  scale_in_data_size: { id: 0, kind: 'int', default: 1 },
  scale_out_data_size: { id: 1, kind: 'int', default: 1 },
  bias_data_size: { id: 2, kind: 'int', default: 0 },
  activation_type: { id: 3, kind: 'int', default: 0 },
  activation_params: { id: 4, kind: 'floats' },
} as const;

export const Requantize: LayerRecord<typeof requantizeParams> = {
  index: 63,
  since: 20190320,
  family: 'other',
  oneBlobOnly: true,
  params: requantizeParams,
  activations: activationCodes,
  weights: (value) => [
    floatSlot('scale_in_data', value('scale_in_data_size')),
    floatSlot('scale_out_data', value('scale_out_data_size')),
    ...slotsWhen(value('bias_data_size'), floatSlot('bias_data', value('bias_data_size'))),
  ],
  elements: 'stepped',
  withoutKernel,
};
