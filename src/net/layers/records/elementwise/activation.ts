import type { LayerRecord, NoParams } from '../../record.ts';
import { floatSlot } from '../../weightRule.ts';

/** The facts that all activations share. */
const elementwise = { oneBlobOnly: true, inplace: true, shape: 'same' } as const;

export const AbsVal: LayerRecord<NoParams> = {
  index: 0,
  since: 20170724,
  fourAxesSince: 20260526,
  family: 'arithmetic',
  ...elementwise,
  params: {},
  elements: 'mapped',
};

export const BNLL: LayerRecord<NoParams> = {
  index: 4,
  since: 20170724,
  family: 'activation',
  ...elementwise,
  params: {},
};

const celuParams = {
  alpha: { id: 0, kind: 'float', default: 1 },
} as const;

export const CELU: LayerRecord<typeof celuParams> = {
  index: 102,
  since: 20231027,
  family: 'activation',
  ...elementwise,
  params: celuParams,
};

const clipParams = {
  min: { id: 0, kind: 'float', default: -3.4028234663852886e38 },
  max: { id: 1, kind: 'float', default: 3.4028234663852886e38 },
} as const;

export const Clip: LayerRecord<typeof clipParams> = {
  index: 54,
  since: 20180704,
  half: 'rounded',
  family: 'activation',
  ...elementwise,
  params: clipParams,
  elements: 'mapped',
};

const dropoutParams = {
  scale: { id: 0, kind: 'float', default: 1 },
} as const;

export const Dropout: LayerRecord<typeof dropoutParams> = {
  index: 9,
  since: 20170724,
  fourAxesSince: 20260526,
  family: 'other',
  ...elementwise,
  params: dropoutParams,
  elements: 'mapped',
};

const eluParams = {
  alpha: { id: 0, kind: 'float', default: 0.1 },
} as const;

export const ELU: LayerRecord<typeof eluParams> = {
  index: 11,
  since: 20170724,
  half: 'computed',
  fourAxesSince: 20231027,
  family: 'activation',
  ...elementwise,
  params: eluParams,
};

export const Erf: LayerRecord<NoParams> = {
  index: 100,
  since: 20231027,
  half: 'computed',
  fourAxesSince: 20260526,
  family: 'activation',
  ...elementwise,
  params: {},
};

const expParams = {
  base: { id: 0, kind: 'float', default: -1 },
  scale: { id: 1, kind: 'float', default: 1 },
  shift: { id: 2, kind: 'float', default: 0 },
} as const;

export const Exp: LayerRecord<typeof expParams> = {
  index: 13,
  since: 20170724,
  fourAxesSince: 20260526,
  family: 'arithmetic',
  ...elementwise,
  params: expParams,
};

const geluParams = {
  fast_gelu: { id: 0, kind: 'int', default: 0 },
} as const;

export const GELU: LayerRecord<typeof geluParams> = {
  index: 80,
  since: 20210322,
  half: 'computed',
  fourAxesSince: 20230816,
  family: 'activation',
  ...elementwise,
  params: geluParams,
};

const hardSigmoidParams = {
  alpha: { id: 0, kind: 'float', default: 0.2 },
  beta: { id: 1, kind: 'float', default: 0.5 },
} as const;

export const HardSigmoid: LayerRecord<typeof hardSigmoidParams> = {
  index: 65,
  since: 20190908,
  half: 'computed',
  family: 'activation',
  ...elementwise,
  params: hardSigmoidParams,
};

const hardSwishParams = {
  alpha: { id: 0, kind: 'float', default: 0.2 },
  beta: { id: 1, kind: 'float', default: 0.5 },
} as const;

export const HardSwish: LayerRecord<typeof hardSwishParams> = {
  index: 67,
  since: 20190908,
  half: 'computed',
  family: 'activation',
  ...elementwise,
  params: hardSwishParams,
};

const logParams = {
  base: { id: 0, kind: 'float', default: -1 },
  scale: { id: 1, kind: 'float', default: 1 },
  shift: { id: 2, kind: 'float', default: 0 },
} as const;

export const Log: LayerRecord<typeof logParams> = {
  index: 17,
  since: 20170724,
  fourAxesSince: 20260526,
  family: 'arithmetic',
  ...elementwise,
  params: logParams,
};

export const Mish: LayerRecord<NoParams> = {
  index: 71,
  since: 20200616,
  half: 'computed',
  fourAxesSince: 20230816,
  family: 'activation',
  ...elementwise,
  params: {},
};

const powerParams = {
  power: { id: 0, kind: 'float', default: 1 },
  scale: { id: 1, kind: 'float', default: 1 },
  shift: { id: 2, kind: 'float', default: 0 },
} as const;

export const Power: LayerRecord<typeof powerParams> = {
  index: 22,
  since: 20170724,
  fourAxesSince: 20260526,
  family: 'arithmetic',
  ...elementwise,
  params: powerParams,
};

const preluParams = {
  num_slope: { id: 0, kind: 'int', default: 0 },
} as const;

export const PReLU: LayerRecord<typeof preluParams> = {
  index: 23,
  since: 20170724,
  half: 'computed',
  fourAxesSince: 20260526,
  family: 'activation',
  ...elementwise,
  params: preluParams,
  weights: (value) => [floatSlot('slope_data', value('num_slope'))],
};

const reluParams = {
  slope: { id: 0, kind: 'float', default: 0 },
} as const;

export const ReLU: LayerRecord<typeof reluParams> = {
  index: 26,
  since: 20170724,
  half: 'rounded',
  family: 'activation',
  ...elementwise,
  params: reluParams,
  elements: 'mapped',
};

const seluParams = {
  alpha: { id: 0, kind: 'float', default: 1.67326324 },
  lambda: { id: 1, kind: 'float', default: 1.050700987 },
} as const;

export const SELU: LayerRecord<typeof seluParams> = {
  index: 66,
  since: 20190908,
  half: 'computed',
  fourAxesSince: 20231027,
  family: 'activation',
  ...elementwise,
  params: seluParams,
};

const shrinkParams = {
  bias: { id: 0, kind: 'float', default: 0 },
  lambd: { id: 1, kind: 'float', default: 0.5 },
} as const;

export const Shrink: LayerRecord<typeof shrinkParams> = {
  index: 103,
  since: 20231027,
  // Earlier releases did not subtract the bias.
  meaningSince: () => 20260114,
  family: 'activation',
  ...elementwise,
  params: shrinkParams,
};

export const Sigmoid: LayerRecord<NoParams> = {
  index: 30,
  since: 20170724,
  half: 'computed',
  family: 'activation',
  ...elementwise,
  params: {},
};

export const Softplus: LayerRecord<NoParams> = {
  index: 77,
  since: 20201208,
  fourAxesSince: 20260114,
  family: 'activation',
  ...elementwise,
  params: {},
};

export const Swish: LayerRecord<NoParams> = {
  index: 73,
  since: 20200616,
  half: 'computed',
  family: 'activation',
  ...elementwise,
  params: {},
};

export const TanH: LayerRecord<NoParams> = {
  index: 35,
  since: 20170724,
  half: 'computed',
  family: 'activation',
  ...elementwise,
  params: {},
};

const thresholdParams = {
  threshold: { id: 0, kind: 'float', default: 0 },
} as const;

export const Threshold: LayerRecord<typeof thresholdParams> = {
  index: 36,
  since: 20170724,
  fourAxesSince: 20260526,
  family: 'arithmetic',
  ...elementwise,
  params: thresholdParams,
  elements: 'stepped',
};
