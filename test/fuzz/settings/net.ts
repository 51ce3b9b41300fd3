import { writeParamText } from '../../../src/net/format/paramWrite.ts';
import { writeWeights } from '../../../src/net/format/weightsWrite.ts';
import { sizeParams } from '../../../src/net/layers/sizeParams.ts';
import { makeLayer } from '../../../src/net/net.ts';
import { families } from '../../conformance/net/layers/cases.ts';
import { fedTo, netOf } from '../../conformance/net/layers/draftNet.ts';
import { randomOf } from '../../conformance/net/layers/random.ts';
import type { Random } from '../random.ts';
import { otherFloat, otherInteger, otherList } from './values.ts';

/** Nets with one layer each: their `.param` and `.bin` by name. */
export interface NetSeeds {
  readonly params: ReadonlyMap<string, Uint8Array>;
  readonly bins: ReadonlyMap<string, Uint8Array>;
}

/** Number of nets of each layer type. */
const netsOfType = 4;

/** Nets of the layers that the conformance run compares with ncnn. */
export function netSeeds(): NetSeeds {
  const params = new Map<string, Uint8Array>();
  const bins = new Map<string, Uint8Array>();
  for (const family of families) {
    for (let index = 0; index < Math.min(netsOfType, family.count); index++) {
      const name = `${family.type}-${index}`;
      const random = randomOf(name);
      const draft = family.draft(random);
      const feeds = fedTo(draft, random);
      const net = netOf(family, draft, feeds, random);
      const layers = net.layers.map((layer) =>
        layer.type === 'Input' ? makeLayer('Input', layer.name, [], layer.tops, sizeParams(feeds.get(layer.name)?.shape ?? [])) : layer,
      );
      params.set(name, new TextEncoder().encode(writeParamText({ ...net, layers })));
      bins.set(name, Buffer.concat([...writeWeights(net)]));
    }
  }
  return { params, bins };
}

/** A layer parameter as it is written: `0=3`, `-23303=2,0.5,1`. */
const assignment = /^(-?\d+)=(.*)$/;
/** An array id is written as -23300 - id. */
const arrayBase = -23300;

/** A `.param` with one to three layer parameters changed, removed, or given another id. */
export function changeParam(text: string, random: Random): string {
  const words = text.split(/(\s+)/);
  for (let count = 1 + random.below(3); count > 0; count--) {
    const places = words.flatMap((word, index) => (assignment.test(word) ? [index] : []));
    if (places.length === 0) break;
    const place = random.pick(places);
    words[place] = otherAssignment(words[place] ?? '', random);
  }
  return words.join('');
}

function otherAssignment(word: string, random: Random): string {
  const [, id = '', value = ''] = assignment.exec(word) ?? [];
  const choice = random.below(12);
  if (choice === 0) return '';
  if (choice === 1) return `${word} ${random.below(30)}=${otherInteger(1, random)}`;
  if (choice === 2) return `${otherInteger(Number(id), random)}=${value}`;
  if (value.startsWith('"')) return `${id}="${random.pick(['', '0w,0h', '1000000000', 'ij,jk->ik', '*(0w,65536)', '1w', '-1'])}"`;
  const other = (number: string): string =>
    number.includes('.') ? String(otherFloat(number, random)) : String(otherInteger(Number(number), random));
  if (Number(id) > arrayBase) return `${id}=${other(value)}`;
  const list = otherList(value.split(',').slice(1), other, '1', random);
  return `${id}=${[random.below(8) === 0 ? otherInteger(list.length, random) : list.length, ...list].join(',')}`;
}
