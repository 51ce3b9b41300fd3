import { Budget } from '../../budget/budget.ts';
import { decodeMessage } from '../../bytes/protobuf/message.ts';
import { WireError } from '../../bytes/protobuf/wire.ts';
import { ncnnError } from '../../diagnostics/diagnostic.ts';
import type { ConvertOptions } from '../../options/convertOptions.ts';
import { customOperators } from '../../options/request/customLayers.ts';
import type { Imported } from '../importer.ts';
import { looksLikeOnnx, refuseForeign } from '../recognize.ts';
import { contentsOf, type ModelSource } from '../source.ts';
import { decodeModel } from './decode.ts';
import { type ModelProto, modelProto } from './schema.ts';
import { readStructure } from './structure.ts';

/** Imports ONNX models of any operator set, with weights inside the file or in side files. */
export function importOnnx(
  source: ModelSource,
  options: ConvertOptions = {},
  budget: Budget = new Budget(options, contentsOf(source).size),
): Imported {
  const { file, large } = source;
  const bytes = large === undefined ? source.bytes : readStructure(large);
  refuseForeign({ file, bytes }, 'an ONNX model');
  const model = readMessage(file, bytes, budget);
  const { graph } = model;
  if (graph === undefined) {
    throw ncnnError('file-malformed', 'the file is not an ONNX model: it has no graph', exportHint, { file: source.file });
  }
  if (model.opsetImport.length === 0 && (model.irVersion ?? 0n) >= 3n) {
    throw ncnnError('file-truncated', 'the model does not declare its operator sets; its end is missing', fetchHint, {
      file: source.file,
    });
  }
  return { kind: 'graph', about: aboutModel(model), ...decodeModel(model, graph, source, { budget, custom: customOperators(options) }) };
}

/** A summary such as `opset 17, com.microsoft 1, made by pytorch 2.1`. */
function aboutModel({ opsetImport, graph, producerName = '', producerVersion = '' }: ModelProto): string {
  const used = new Set(['', ...(graph?.node ?? []).map((node) => node.domain ?? '')]);
  const listed = opsetImport.filter(({ domain = '' }) => used.has(domain));
  const opsets = listed.map(({ domain, version }) => `${domain || 'opset'} ${version ?? 1n}`);
  const producer = [producerName, producerVersion].filter((text) => text !== '').join(' ');
  return [...opsets, ...(producer === '' ? [] : [`made by ${producer}`])].join(', ');
}

const exportHint = 'Check how the file was created, or export the model to ONNX again.';
const fetchHint = 'Download or copy the file again: the previous download or copy was probably interrupted.';

function readMessage(file: string, bytes: Uint8Array, budget: Budget): ModelProto {
  try {
    return decodeMessage(modelProto, bytes, (entries, offset) => budget.spend('entries', entries, { file, offset }));
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const place = { file, offset: error.offset };
    // In a file that is not ONNX, arbitrary bytes may decode to a length beyond the end of the file.
    if (error.reason === 'truncated' && looksLikeOnnx(bytes)) {
      const where = `the value near byte ${error.offset} extends beyond the ${bytes.length} bytes of the file`;
      throw ncnnError('file-truncated', `the file ends too early: ${where}`, fetchHint, place);
    }
    throw ncnnError('file-malformed', `the file is not an ONNX model: ${error.message}, near byte ${error.offset}`, exportHint, place);
  }
}
