/** Short programs that request huge resources: each is rejected with little time and memory. */
import { expect, it } from 'vitest';
import { scriptRefusals } from './testing.ts';

const maxMs = 5000;
/** An eighth of the usual limits, which are exceeded sooner. */
const limits = { maxSteps: 2 ** 24, maxElements: 2 ** 20 };

const repeated = (setup: string, ...body: readonly string[]): string =>
  [setup, 'for i in range(16000):', ...body.map((line) => `  ${line}`), 'return torch.relu(x)'].join('\n');
const many = 'l = torch.mul([1], 65536)';
const nested = 'l = [1]\nfor i in range(40):\n  l = [l, l]';

it.each([
  ['long lists in a list', repeated('l = annotate(List[List[int]], [])', 'l = torch.append(l, torch.mul([1], 65536))'), 'elements'],
  ['ranges in a list', repeated('l = [[1]]', 'l = torch.append(l, torch.list(range(65536)))'), 'elements'],
  ['a list that is extended by itself', repeated('l = [1]', 'l = torch.extend(l, l)'), 'length'],
  ['a list that is added to itself', repeated('l = [1]', 'l = torch.add_(l, l)'), 'length'],
  ['copies', repeated(many, 'k = torch.slice(l, 0, 65536, 1)'), 'elements'],
  ['texts', repeated('l = ["a"]', 'l = torch.append(l, torch.format("{}{}", torch.mul("a", 60000), i))'), 'elements'],
  [
    'entries of a dict',
    repeated('d = annotate(Dict[int, int], {})', '_0 = torch._set_item(d, i, i)', 'k = torch.items(d)'),
    'elements|steps',
  ],
  ['sorting', repeated(many, '_0 = torch.sort(l, False)'), 'steps'],
  ['searching', repeated(many, '_0 = torch.count(l, 2)'), 'steps'],
  ['joining', repeated('l = torch.mul(["a"], 65536)', 'k = torch.join("ab", l)'), 'steps'],
  ['the largest of', repeated(many, 'k = torch.max(l)'), 'steps'],
  ['tensors of', repeated(many, 'k = torch.tensor(l)'), 'steps|elements'],
  ['lists in lists, compared', `${nested}\na = torch.eq(l, l)\nreturn x`, 'steps'],
  ['lists in lists, as text', `${nested}\na = torch.format("{}", l)\nreturn x`, 'steps'],
  ['lists in lists, of tensors', 'l = [x]\nfor i in range(40):\n  l = [l, l]\nreturn torch.stack(l, 0)', 'steps'],
  ['lists in lists, returned', 'l = [x]\nfor i in range(40):\n  l = [l, l]\nreturn l', 'steps'],
  ['a list that contains itself', 'l = annotate(List[Tensor], [x])\nl = torch.append(l, l)\nreturn torch.stack(l, 0)', 'steps'],
  ['lists nested deeper than the call stack', repeated('l = [1]', 'l = [l]').replace('return', 'a = torch.eq(l, l)\nreturn'), 'steps'],
  ['pieces', 'l = torch.split(torch.zeros([100000000]), 1, 0)\nreturn x', 'entries would be listed'],
  ['rows', 'l = torch.unbind(torch.zeros([60000, 1]), 0)\nreturn x', 'entries would be listed'],
  ['views of views', repeated('y = x', 'y = torch.transpose(y, 0, 1)'), 'views are nested 256 deep'],
  ['writing through views', `${'y = x\nfor i in range(250):\n  y = torch.transpose(y, 0, 1)\n  _0 = torch.relu_(y)'}\nreturn x`, 'nodes'],
  [
    'reading views repeatedly',
    'y = x\nfor i in range(200):\n  y = torch.transpose(y, 0, 1)\nfor i in range(250):\n  _0 = torch.relu_(x)\n  z = torch.neg(y)\nreturn x',
    'nodes',
  ],
])('%s', (_what, body, refused) => {
  const code = `  def forward(self: __torch__.Net,\n    x: Tensor) -> Tensor:\n${body.replaceAll(/^/gm, '    ')}\n`;
  const started = process.cpuUsage();
  const refusals = scriptRefusals({ code }, { shape: { x: [4, 4] }, ...limits });
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / 1000).toBeLessThan(maxMs);
  expect(refusals[0]).toMatch(new RegExp(`^limit-exceeded: .*(?:${refused})`));
  expect(refusals.length).toBeLessThan(5);
});
