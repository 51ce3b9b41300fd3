import type { MessageOf } from './messages.ts';
import type { LayerMessage, NetMessage } from './upgrade.ts';

/** The layers of a net in the TEST phase, according to its include and exclude rules. */
export function testLayers(net: NetMessage, layers: readonly LayerMessage[]): readonly LayerMessage[] {
  const level = net.state?.level ?? 0;
  const stages = new Set(net.state?.stage ?? []);
  const meets = (rule: MessageOf<'NetStateRule'>): boolean =>
    (rule.phase === undefined || rule.phase === 'TEST') &&
    (rule.min_level === undefined || level >= rule.min_level) &&
    (rule.max_level === undefined || level <= rule.max_level) &&
    rule.stage.every((stage) => stages.has(stage)) &&
    !rule.not_stage.some((stage) => stages.has(stage));
  return layers.filter(({ include, exclude }) => (include.length > 0 ? include.some(meets) : !exclude.some(meets)));
}

/** Whether a layer is used only for training or evaluation, so that its outputs are not results of a trained net. */
export function isForTraining(type: string): boolean {
  return /Loss\d*$/.test(type) || trainingTypes.has(type);
}

const trainingTypes: ReadonlySet<string> = new Set([
  'Accuracy',
  'Silence',
  'HDF5Output',
  'DetectionEvaluate',
  'SegmentationAccuracy',
  'ImageOutput',
]);
