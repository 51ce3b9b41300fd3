import { dataMessages } from './data.ts';
import { detectionMessages } from './detection.ts';
import { elementwiseMessages } from './elementwise.ts';
import type { enums } from './enums.ts';
import { layerMessages } from './layer.ts';
import { movementMessages } from './movement.ts';
import { netMessages } from './net.ts';
import { normalizationMessages } from './normalization.ts';
import { olderLayerMessages } from './olderLayers.ts';
import { poolingMessages } from './pooling.ts';
import { reductionMessages } from './reduction.ts';
import { weightedMessages } from './weighted.ts';

/**
 * Caffe's messages: names, numbers, kinds and defaults of the fields that matter for inference, from BVLC's Caffe and from the forks for
 * detection and segmentation. A field with number 0 is only known by name, because forks disagree on its number. Fields that matter only
 * for training are in `ignoredFields`.
 */
export const messages: typeof netMessages &
  typeof layerMessages &
  typeof olderLayerMessages &
  typeof dataMessages &
  typeof weightedMessages &
  typeof poolingMessages &
  typeof normalizationMessages &
  typeof elementwiseMessages &
  typeof reductionMessages &
  typeof movementMessages &
  typeof detectionMessages = {
  ...netMessages,
  ...layerMessages,
  ...olderLayerMessages,
  ...dataMessages,
  ...weightedMessages,
  ...poolingMessages,
  ...normalizationMessages,
  ...elementwiseMessages,
  ...reductionMessages,
  ...movementMessages,
  ...detectionMessages,
};

export type MessageName = keyof typeof messages;
export type EnumName = keyof typeof enums;
export type FieldKind =
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'float'
  | 'bool'
  | 'string'
  | 'bytes'
  | 'packed-float'
  | 'packed-double'
  | 'enum'
  | 'message';

interface AnyField {
  readonly number: number;
  readonly repeated?: true;
  readonly default?: number | string | boolean;
}

interface ScalarField extends AnyField {
  readonly kind: Exclude<FieldKind, 'enum' | 'message'>;
}

interface EnumField extends AnyField {
  readonly kind: 'enum';
  readonly of: EnumName;
}

interface MessageField extends AnyField {
  readonly kind: 'message';
  readonly of: MessageName;
}

/** One field of a message in the table. */
export type FieldFacts = ScalarField | EnumField | MessageField;
