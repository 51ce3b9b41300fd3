import { poolingCodes } from '../../layers/codes.ts';
import { numberParam, paramFacts, paramOf } from '../../layers/params.ts';
import { windowAxisParams } from '../../layers/windowAxes.ts';
import type { Layer } from '../../net.ts';
import { changed, convolutionTypes } from '../analysis/linear.ts';
import { hasType, type LayerAmong } from '../editor.ts';
import type { Pass } from '../pass.ts';
import { isConstant } from './padding.ts';

const hosts = [...convolutionTypes, 'Pooling'] as const;

export const absorbPadding: Pass = {
  name: 'absorb_padding',
  description: 'Moves a Padding into the parameters of the convolution or average Pooling that reads it.',
  run: (editor) => {
    let times = 0;
    for (const padding of editor.layers('Padding')) {
      const host = editor.onlyReader(padding);
      if (!hasType(host, hosts) || host.bottoms.length !== 1 || !isConstant(padding)) continue;
      const pads = summedPads(padding, host, editor.shape(padding.bottoms[0])?.length);
      const params = pads && (hasType(host, ['Pooling']) ? poolingParams(padding, host) : convolutionParams(padding, host));
      if (params === undefined) continue;
      editor.fuse(padding, host, { ...changed(host, { ...pads, ...params }, host.weights), bottoms: padding.bottoms });
      times++;
    }
    return times;
  },
};

const sidesOf = {
  w: ['left', 'right'],
  h: ['top', 'bottom'],
  d: ['front', 'behind'],
} as const;

/** The sums of the padding of both layers; `undefined` if other axes are padded, or if the host has automatic padding. */
function summedPads(padding: LayerAmong<'Padding'>, host: Layer, rank: number | undefined): Readonly<Record<string, number>> | undefined {
  if (host.type === 'Custom' || host.type === 'InnerProduct') return undefined;
  const { type, params } = host;
  const axes = windowAxisParams[type.endsWith('3D') ? 3 : type.endsWith('1D') ? 1 : 2];
  if (rank !== axes.length + 1) return undefined;
  const covered = new Set(axes.flatMap(({ letter }): readonly string[] => sidesOf[letter]));
  const all = Object.values(sidesOf).flat();
  if (all.some((side) => !covered.has(side) && paramOf(padding, side) !== 0)) return undefined;
  const pads = axes.flatMap(({ letter, before, after }) =>
    ([before, after] as const).map((name, index) => {
      const own = numberParam(type, params, name);
      return { name, own, sum: own + paramOf(padding, sidesOf[letter][index === 0 ? 0 : 1]) };
    }),
  );
  return pads.every(({ own }) => own >= 0) ? Object.fromEntries(pads.map(({ name, sum }) => [name, sum])) : undefined;
}

function hasPads(host: LayerAmong<(typeof hosts)[number]>): boolean {
  return ['pad_left', 'pad_right', 'pad_top', 'pad_bottom', 'pad_front', 'pad_behind'].some(
    (name) => paramFacts(host.type, name) !== undefined && numberParam(host.type, host.params, name) !== 0,
  );
}

function convolutionParams(padding: LayerAmong<'Padding'>, host: LayerAmong<(typeof hosts)[number]>): object | undefined {
  const value = paramOf(padding, 'value');
  if (hasPads(host) && numberParam(host.type, host.params, 'pad_value') !== value) return undefined;
  // Quantized convolutions quantize the pad value like their input, but not in every implementation.
  if (paramFacts(host.type, 'int8_scale_term') !== undefined && numberParam(host.type, host.params, 'int8_scale_term') !== 0)
    return undefined;
  return { pad_value: value };
}

/** Zeros that counted as values in an average must still count. */
function poolingParams(padding: LayerAmong<'Padding'>, host: LayerAmong<'Pooling'>): object | undefined {
  const mode = paramOf(host, 'pad_mode');
  const windows = paramOf(host, 'global_pooling') === 0 && paramOf(host, 'adaptive_pooling') === 0 && mode <= 1;
  if (!windows || paramOf(host, 'pooling_type') !== poolingCodes.AVE.code || paramOf(padding, 'value') !== 0) return undefined;
  if (paramOf(host, 'avgpool_count_include_pad') === 1) return {};
  return !hasPads(host) && mode === 1 ? { avgpool_count_include_pad: 1 } : undefined;
}
