import { ncnnError } from '../../diagnostics.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { ConvertOptions } from '../../options.ts';
import type { Imported, Importer, ModelSource } from '../importer.ts';
import { refuseForeign } from '../recognise.ts';
import { convertSymbol } from './convertSymbol.ts';
import { readParams } from './params.ts';
import { type CheckpointFile, findPartner, formOf, partnerHint } from './partner.ts';
import { learnedVariables } from './prune.ts';
import { readSymbol, type SymbolGraph } from './symbol.ts';
import { withStates } from './upgrade.ts';

/** Checkpoints of MXNet, of any release: a symbol as JSON, and arrays. */
export const mxnetImporter: Importer = { format: 'mxnet', extensions: ['-symbol.json', '.params'], read };

function read(source: ModelSource, options: ConvertOptions = {}): Imported {
  const own: CheckpointFile = { path: source.file, bytes: source.bytes };
  const ownForm = formOf(source.file);
  const partner = findPartner(source, ownForm === '.params' ? '-symbol.json' : '.params', options);
  const [symbolFile, paramsFile] = ownForm === '.params' ? [partner, own] : [own, partner];
  if (symbolFile === undefined) {
    throw ncnnError('file-missing', 'the file has only weights, and its symbol is missing', partnerHint(source, '-symbol.json'), {
      file: source.file,
    });
  }
  refuseForeign({ file: symbolFile.path, bytes: symbolFile.bytes }, 'a symbol of MXNet', ['json', 'text', 'safetensors']);
  const symbol = withStates(readSymbol(symbolFile.bytes, symbolFile.path));
  const params = paramsFile === undefined ? withoutParams(source, symbol) : readArrays(paramsFile);
  const { graph, diagnostics } = convertSymbol(symbol, params, options);
  const about = [`${symbol.nodes.length} nodes`, ...(symbol.version === undefined ? [] : [`made by MXNet ${symbol.version}`])].join(', ');
  return { kind: 'graph', about, graph, diagnostics };
}

function readArrays(file: CheckpointFile): ReadonlyMap<string, Tensor> {
  refuseForeign({ file: file.path, bytes: file.bytes }, 'a list of arrays of MXNet');
  return readParams(file.bytes, file.path);
}

/** A net without weights is one of a few operators; others are told which file they lack. */
function withoutParams(source: ModelSource, symbol: SymbolGraph): ReadonlyMap<string, Tensor> {
  const weights = learnedVariables(symbol);
  if (weights.length === 0) return new Map();
  const shown = weights.slice(0, 8).map((name) => `"${name}"`);
  const rest = weights.length > shown.length ? ` and ${weights.length - shown.length} more` : '';
  throw ncnnError('file-missing', `the .params with the weights ${shown.join(', ')}${rest} is missing`, partnerHint(source, '.params'), {
    file: source.file,
  });
}
