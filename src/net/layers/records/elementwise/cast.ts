import type { LayerRecord } from '../../record.ts';

const castParams = {
  type_from: { id: 0, kind: 'int', default: 0 },
  type_to: { id: 1, kind: 'int', default: 0 },
} as const;

export const Cast: LayerRecord<typeof castParams> = {
  index: 64,
  since: 20190611,
  half: 'moved',
  family: 'movement',
  oneBlobOnly: true,
  params: castParams,
  shape: 'same',
  elements: 'stepped',
  createdByAnyNet: true,
};

const packingParams = {
  out_elempack: { id: 0, kind: 'int', default: 1 },
  use_padding: { id: 1, kind: 'int', default: 0 },
  cast_type_from: { id: 2, kind: 'int', default: 0, since: 20200616 },
  cast_type_to: { id: 3, kind: 'int', default: 0, since: 20200616 },
} as const;

export const Packing: LayerRecord<typeof packingParams> = {
  index: 62,
  since: 20190320,
  half: 'moved',
  family: 'movement',
  oneBlobOnly: true,
  params: packingParams,
  createdByAnyNet: true,
};
