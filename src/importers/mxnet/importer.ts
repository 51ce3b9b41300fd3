import { Budget } from '../../budget/budget.ts';
import { ncnnError } from '../../diagnostics/diagnostic.ts';
import type { Tensor } from '../../graph/ir/tensor.ts';
import type { ConvertOptions } from '../../options/convertOptions.ts';
import type { Imported } from '../importer.ts';
import { assumedPartner, findPartner, partnerHint } from '../partner.ts';
import { refuseForeign } from '../recognize.ts';
import type { ModelSource, PartnerFile } from '../source.ts';
import { convertSymbol } from './convertSymbol.ts';
import { operatorRules } from './operators/index.ts';
import { readParams } from './params.ts';
import { checkpoint } from './partner.ts';
import { learnedVariables } from './prune.ts';
import { readSymbol, type SymbolGraph } from './symbol.ts';
import { withStates } from './upgrade.ts';

/** Imports MXNet checkpoints of any release: a JSON symbol with its arrays. */
export function importMxnet(
  source: ModelSource,
  options: ConvertOptions = {},
  budget: Budget = new Budget(options, source.bytes.length),
): Imported {
  const own: PartnerFile = { path: source.file, bytes: source.bytes };
  const isParams = checkpoint.formOf(source.file) === '.params';
  const partner = isParams
    ? findPartner(source, '-symbol.json', options.symbol, checkpoint)
    : findPartner(source, '.params', options.params, checkpoint);
  const [symbolFile, paramsFile] = isParams ? [partner, own] : [own, partner];
  if (symbolFile === undefined) {
    throw ncnnError(
      'file-missing',
      'the file has only weights, and its symbol is missing',
      partnerHint(source, '-symbol.json', checkpoint),
      {
        file: source.file,
      },
    );
  }
  refuseForeign({ file: symbolFile.path, bytes: symbolFile.bytes }, 'an MXNet symbol', ['json', 'text', 'safetensors']);
  const symbol = withStates(readSymbol(symbolFile.bytes, symbolFile.path, budget));
  const params = paramsFile === undefined ? withoutParams(source, symbol) : readArrays(paramsFile);
  const graph = convertSymbol(symbol, params, options, budget);
  const about = [`${symbol.nodes.length} nodes`, ...(symbol.version === undefined ? [] : [`saved by MXNet ${symbol.version}`])].join(', ');
  return { kind: 'graph', about, graph, columns: tableColumns(symbol), diagnostics: assumedPartner(source, partner) };
}

/** Column titles of outputs that are tables, by MXNet output name. */
function tableColumns({ nodes }: SymbolGraph): ReadonlyMap<string, readonly string[]> {
  return new Map(
    nodes.flatMap(({ name, operator }) => {
      const columns = operatorRules.get(operator)?.columns;
      return columns === undefined ? [] : [[`${name}_output`, columns] as const];
    }),
  );
}

function readArrays(file: PartnerFile): ReadonlyMap<string, Tensor> {
  refuseForeign({ file: file.path, bytes: file.bytes }, 'an MXNet list of arrays');
  return readParams(file.bytes, file.path);
}

/** An empty map if the net has no weights; otherwise throws an error that names the missing file. */
function withoutParams(source: ModelSource, symbol: SymbolGraph): ReadonlyMap<string, Tensor> {
  const weights = learnedVariables(symbol);
  if (weights.length === 0) return new Map();
  const shown = weights.slice(0, 8).map((name) => `"${name}"`);
  const more = weights.length > shown.length ? ` and ${weights.length - shown.length} more` : '';
  throw ncnnError(
    'file-missing',
    `the .params with the weights ${shown.join(', ')}${more} is missing`,
    partnerHint(source, '.params', checkpoint),
    {
      file: source.file,
    },
  );
}
