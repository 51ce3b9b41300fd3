import { existsSync } from 'node:fs';
import path from 'node:path';
import { stemOf } from '../../api.ts';

/** Extensions of a model and of its second file, which ncnn's tools accept as two consecutive arguments. */
const pairs: readonly (readonly [model: RegExp, partner: RegExp])[] = [
  [/\.param(?:\.bin)?$/i, /(?<!\.param)\.bin$/i],
  [/\.prototxt$/i, /\.caffemodel$/i],
  [/-symbol\.json$/i, /\.params$/i],
];

/**
 * The models that the arguments name. `net.param net.bin` is one model, as in ncnn's tools, and is joined with a plus; ncnn weights alone
 * are not a model. Files of other formats are joined if they have the same name, or if the first one has no second file of the same name.
 */
export function joinModels(files: readonly string[]): readonly string[] {
  const models: string[] = [];
  let last: string | undefined;
  for (const file of files) {
    const pair = last === undefined ? undefined : pairs.find(([model, partner]) => model.test(last ?? '') && partner.test(file));
    if (last !== undefined && pair !== undefined && belong(last, file, pair === pairs[0])) {
      models.push(`${models.pop()}+${path.relative(path.dirname(last), file)}`);
      last = undefined;
    } else {
      models.push(file);
      last = file;
    }
  }
  return models;
}

function belong(model: string, partner: string, isNcnn: boolean): boolean {
  if (isNcnn || stemOf(path.basename(model)) === stemOf(path.basename(partner))) return true;
  const own = path.join(path.dirname(model), `${stemOf(path.basename(model))}${path.extname(partner)}`);
  return !existsSync(own);
}
