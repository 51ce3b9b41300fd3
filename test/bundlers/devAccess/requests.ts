import type { RawRequest } from './ask.ts';
import type { SampleProject } from './sample.ts';

/** Requests for files that no source imports and no server may serve, by the kind of attack. */
export function forbiddenRequests({ root, outside }: SampleProject): readonly (readonly [string, RawRequest])[] {
  const model = `${outside}/secret.onnx`;
  const up = '../'.repeat(root.split('/').length - 1);
  const encoded = (text: string): string => text.replaceAll('/', '%2f');
  const paths: readonly (readonly [string, string])[] = [
    ['by /@fs/', `/@fs${model}?import&ncnn`],
    ['without the mark of an import', `/@fs${model}?ncnn`],
    ['embedded', `/@fs${model}?import&ncnn&inline`],
    ['with the weights as a URL', `/@fs${model}?import&ncnn&url`],
    ['with the query of another plugin in front', `/@fs${model}?raw&ncnn`],
    ['with an escaped query', `/@fs${model}?import&%6ecnn`],
    ['with a query twice', `/@fs${model}?ncnn&import&ncnn=1&ncnn`],
    ['with the marks of a hot update', `/@fs${model}?import&ncnn&t=1700000000000&v=abc`],
    ['with a fragment', `/@fs${model}?import&ncnn#x`],
    ['by a path that leads out', `/@fs${outside}/x/../secret.onnx?import&ncnn`],
    ['by a path that leads out of the project', `/@fs${root}/${up}${model.slice(1)}?import&ncnn`],
    ['by steps up from the root', `/${up}${model.slice(1)}?import&ncnn`],
    ['by escaped steps up', `/${up.replaceAll('../', '%2e%2e/')}${model.slice(1)}?import&ncnn`],
    ['by twice escaped steps up', `/${up.replaceAll('../', '%252e%252e/')}${model.slice(1)}?import&ncnn`],
    ['by escaped slashes', `/@fs${encoded(model)}?import&ncnn`],
    ['by steps up with an escaped slash', `/${up.replaceAll('../', '..%2f')}${model.slice(1)}?import&ncnn`],
    ['by steps up with backslashes', `/${up.replaceAll('../', '..\\')}${model.slice(1)}?import&ncnn`],
    ['by steps up with escaped backslashes', `/@fs${root}/${up.replaceAll('../', '..%5c')}${model.slice(1)}?import&ncnn`],
    ['on a share of another machine', `/@fs//localhost${model}?import&ncnn`],
    ['on a share, by backslashes', `/@fs/\\\\localhost${model.replaceAll('/', '\\')}?import&ncnn`],
    ['by two slashes in front', `/${model}?import&ncnn`],
    ['by a whole URL', `http://localhost/@fs${model}?import&ncnn`],
    ['by the URL of another site', `http://evil.example/@fs${model}?import&ncnn`],
    ['without the mark of the plugin', `/@fs${model}?import`],
    ['as a worker', `/@fs${model}?worker&ncnn`],
    ['with an importer in the query', `/@fs${model}?ncnn&importer=${root}/main.js&import`],
    ['by backslashes', `/@fs${model.replaceAll('/', '\\')}?import&ncnn`],
    ['by slashes twice', `/@fs/${model}?import&ncnn`],
    ['with an escaped letter', `/@fs${model.replace('secret', '%73ecret')}?import&ncnn`],
    ['with a null character', `/@fs${model}%00.onnx?import&ncnn`],
    ['by its path on the system', `${model}?import&ncnn`],
    ['by the URL of a file', `/file://${model}?import&ncnn`],
    ['by /@id/', `/@id${model}?import&ncnn`],
    ['by /@id/ and an escaped mark', `/@id/__x00__${model}?import&ncnn`],
    ['by an alias of the project', '/FAR/secret.onnx?import&ncnn'],
    ['joined with one inside', `/@fs${root}/net.onnx+${model}?import&ncnn`],
    ['joined with one elsewhere', `/@fs${outside}/a.prototxt+secret.onnx?import&ncnn`],
    ['a link of the project', '/link.onnx?import&ncnn'],
    ['in a linked folder', '/linked/secret.onnx?import&ncnn'],
    ['a prototxt', `/@fs${outside}/secret.prototxt?import&ncnn`],
    ['a prototxt in a linked folder', '/linked/secret.prototxt?import&ncnn'],
    ['none', `/@fs${outside}/none.onnx?import&ncnn`],
    ['in another letter case', `/@FS${model}?import&ncnn`],
  ];
  const secrets: readonly (readonly [string, string])[] = [
    ['a file of secrets', '/.env?import&ncnn'],
    ['a file of secrets as a net', '/.env?import&ncnn&x.param'],
    ['a password file', '/@fs/etc/passwd?import&ncnn'],
    ['a device', '/@fs/dev/zero?import&ncnn'],
  ];
  return [
    ...paths.map(([what, path]) => [`a model elsewhere, ${what}`, { path }] as const),
    ...secrets.map(([what, path]) => [what, { path }] as const),
    ...['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'].map(
      (method) => [`a model elsewhere by ${method}`, { path: `/@fs${model}?import&ncnn`, method }] as const,
    ),
  ];
}

/** Requests below the routes of the plugin, for reports and weights that no source imports. */
export function pluginRequests({ outside }: SampleProject): readonly (readonly [string, RawRequest])[] {
  const report = (name: string): string => `/__ncnn/report?model=${name}`;
  return [
    ['the report of a model elsewhere', { path: report(encodeURIComponent(`${outside}/secret.onnx?ncnn`)) }],
    ['the report of a path that leads out', { path: report('../../../etc/passwd') }],
    ['the report of nothing', { path: '/__ncnn/report' }],
    ['another page', { path: '/__ncnn/../net.onnx' }],
    ['weights of nothing', { path: '/@ncnn/' }],
    ['weights of an unknown hash', { path: '/@ncnn/0000000000000000/net.bin' }],
    ['a file above the weights', { path: '/@ncnn/../package.json' }],
    ['a file above the weights, escaped', { path: '/@ncnn/%2e%2e/package.json' }],
  ];
}

/** A unique query of a model; every second one has sizes that the model rejects. */
export function variation(index: number): string {
  const choices = [
    `shape=nothing:${index}`,
    `shape=data:1,3,${8 + index},8`,
    `output=c1/out&keep=k${index}`,
    `const=n${index}:1`,
    `precision=fp16&keep=k${index}`,
  ];
  return `/net.onnx?import&${choices[index % choices.length]}&ncnn`;
}
