import type { ConvertOptions } from '../../src/api.ts';
import { type Files, verifyFiles } from './convertFiles.ts';
import { caffeFiles, changeCaffe } from './settings/caffe.ts';
import { caseSeeds, changing, parseCase } from './settings/cases.ts';
import { changeMxnet, type MxnetCase, mxnetFiles } from './settings/mxnet.ts';
import { changeParam, netSeeds } from './settings/net.ts';
import { changeOnnx } from './settings/onnx.ts';
import { encodeCase } from './settings/onnxCase.ts';
import type { Target } from './targets.ts';

/**
 * Targets with well-formed files and random settings: attributes and integer inputs of the ONNX backend tests, parameters of Caffe layers,
 * attributes of MXNet, parameters of ncnn layers. Each file is converted and computed.
 *
 * @param fixtures `test/fixtures`
 */
export function settingTargets(fixtures: string): readonly Target[] {
  const { params, bins } = netSeeds();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return [
    settingTarget('onnx-settings', caseSeeds(fixtures, 'onnx.jsonl'), changing(changeOnnx), (bytes) => ({
      'model.onnx': encodeCase(parseCase(bytes)),
    })),
    settingTarget('caffe-settings', caseSeeds(fixtures, 'caffe.jsonl'), changing(changeCaffe), (bytes) => caffeFiles(parseCase(bytes))),
    settingTarget(
      'mxnet-settings',
      caseSeeds(fixtures, 'mxnet.jsonl'),
      changing(changeMxnet),
      (bytes) => mxnetFiles(parseCase(bytes)),
      (bytes) => ({ shape: parseCase<MxnetCase>(bytes).shapes }),
    ),
    settingTarget(
      'net-settings',
      params,
      (seed, random) => new TextEncoder().encode(changeParam(text(seed), random)),
      (bytes, seed) => ({ 'net.param': bytes, 'net.bin': bins.get(seed) ?? '' }),
    ),
  ];
}

function settingTarget(
  name: string,
  seeds: Target['seeds'],
  mutate: NonNullable<Target['mutate']>,
  filesOf: (bytes: Uint8Array, seed: string) => Files,
  optionsOf: (bytes: Uint8Array) => ConvertOptions = () => ({}),
): Target {
  return { name, seeds, dictionary: [], mutate, read: (bytes, seed) => verifyFiles(filesOf(bytes, seed), optionsOf(bytes)) };
}
