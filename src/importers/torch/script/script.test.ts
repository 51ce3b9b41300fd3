import { describe, expect, it } from 'vitest';
import { bytesInMemory } from '../../../bytes/byteSource.ts';
import { openArchive } from '../archive/archive.ts';
import { pickleBytes, zipArchive } from '../archive/testing.ts';
import { counted } from '../trace/testing.ts';
import { isScriptArchive } from './files.ts';
import { importScript } from './importScript.ts';
import { runScript, scriptBytes, scriptRefusals } from './testing.ts';

const x = counted([2, 3]);

/** The values of the single result of `forward(self, x)` with the given body. */
function valuesOf(body: string, attributes = {}): readonly number[] {
  const code = `  def forward(self: __torch__.Net,\n    x: Tensor) -> Tensor:\n${body.replaceAll(/^/gm, '    ')}\n`;
  return runScript({ code, attributes }, { x }).out0?.values ?? [];
}

it('is recognized by its entries', () => {
  const archives = [scriptBytes({ code: '  pass\n' }), zipArchive({ 'net/data.pkl': '' })];
  expect(archives.map((bytes) => isScriptArchive(openArchive(bytesInMemory(bytes), { file: 'net.pt' })))).toEqual([true, false]);
});

describe('a program', () => {
  it('calls operators by argument types', () => {
    expect(valuesOf('_0 = torch.mul(x, 2)\nreturn torch.add(_0, x, alpha=10)')).toEqual([12, 24, 36, 48, 60, 72]);
  });

  it('runs the branches and loops that its shapes select', () => {
    const body = [
      'y = x',
      'if torch.eq(torch.dim(x), 2):',
      '  for i in range((torch.size(x))[1]):',
      '    y0 = torch.add(y, i)',
      '    y = y0',
      'else:',
      '  ops.prim.RaiseException("2-d only", "builtins.ValueError")',
      'n = 0',
      'while torch.lt(n, 2):',
      '  y1 = torch.mul(y, 2)',
      '  y, n = y1, torch.add(n, 1)',
      'return y',
    ].join('\n');
    expect(valuesOf(body)).toEqual([16, 20, 24, 28, 32, 36]);
  });

  it('builds lists, dicts and strings', () => {
    const body = [
      'parts = annotate(List[Tensor], [])',
      '_0 = torch.append(parts, x)',
      '_1 = torch.append(parts, torch.mul(x, -1))',
      'd = {"first": (parts)[0], "last": (parts)[-1]}',
      'key = torch.format("{}{}", "la", "st")',
      'if torch.__contains__(d, key):',
      '  y = torch.__getitem__(d, key)',
      'else:',
      '  y = x',
      'a, b, = (torch.len(parts), torch.len("abc"))',
      'return torch.add(y, torch.add(a, b))',
    ].join('\n');
    expect(valuesOf(body)).toEqual([4, 3, 2, 1, 0, -1]);
  });

  it('reads values written through views', () => {
    expect(valuesOf('y = torch.mul(x, 1)\n_0 = torch.add_(torch.select(y, 1, 0), 10)\nreturn y')).toEqual([11, 2, 3, 14, 5, 6]);
  });

  it('folds the size computations of traced code', () => {
    const body = '_0 = ops.prim.NumToTensor(torch.size(x, 0))\n_1 = int(torch.mul(_0, 3))\nreturn torch.view(x, [_1])';
    expect(valuesOf(body)).toEqual(x.values);
  });

  it('runs forked functions when they are awaited', () => {
    const body = 'def __forked_function0():\n  y = torch.add(x, 1)\n  return y\n_0 = fork(__forked_function0)\nreturn torch.wait(_0)';
    expect(valuesOf(body)).toEqual([2, 3, 4, 5, 6, 7]);
  });
});

describe('operators of older versions', () => {
  const code = [
    '  def forward(self: __torch__.Net,',
    '    x: Tensor) -> List[Tensor]:',
    '    n = torch.to(x, 4)',
    '    a = torch.div(n, 2)',
    '    b = torch.div(n, torch.mul(n, 2))',
    '    c = torch.add(torch.full([2], 3), 0.5)',
    '    return [a, b, torch.div(x, 2), c, torch.full([1], 3)]',
  ].join('\n');
  const results = (version: number): readonly unknown[] => {
    const found = runScript({ code, version }, { x: { shape: [3], values: [1, 2, -3] } });
    return Object.values(found).map(({ dtype, values }) => [dtype, values]);
  };

  it('keep their meaning', () => {
    expect(results(3)).toEqual([
      ['int64', [0, 1, -1]],
      ['int64', [0, 0, 0]],
      ['float32', [0.5, 1, -1.5]],
      ['float32', [3.5, 3.5]],
      ['float32', [3]],
    ]);
    expect(results(10)).toEqual([
      ['float32', [0.5, 1, -1.5]],
      ['float32', [0.5, 0.5, 0.5]],
      ['float32', [0.5, 1, -1.5]],
      ['float32', [3.5, 3.5]],
      ['int64', [3]],
    ]);
  });

  it('have 100 steps by default', () => {
    const steps = '  def forward(self: __torch__.Net,\n    x: Tensor) -> Tensor:\n    return torch.linspace(0, 99)\n';
    expect(runScript({ code: steps, version: 3 }, { x }).out0?.values).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect(scriptRefusals({ code: steps }, { shape: { x: [1] } })).toHaveLength(1);
  });
});

describe('classes', () => {
  const code = [
    'class Mode(Enum):',
    '  double = 2',
    '  triple = 3',
    'class Pair(NamedTuple):',
    '  first : Tensor',
    '  second : Tensor',
    'class Scale(Module):',
    '  __parameters__ = ["factor", ]',
    '  factor : Tensor',
    '  def forward(self: __torch__.Scale,',
    '    x: Tensor,',
    '    times: int=1) -> Tensor:',
    '    factor = self.factor',
    '    return torch.mul(torch.mul(x, factor), times)',
    'def helper(x: Tensor,',
    '    mode: __torch__.Mode=__torch__.Mode.double) -> Tensor:',
    '  return torch.mul(x, (mode).value)',
    'class Net(Module):',
    '  __annotations__["0"] = __torch__.Scale',
    '  def forward(self: __torch__.Net,',
    '    x: Tensor) -> Tuple[Tensor, Dict[str, Tensor]]:',
    '    _0 = getattr(self, "0")',
    '    _1 = __torch__.helper',
    '    pair = __torch__.Pair((_0).forward(x, 2, ), _1(x, __torch__.Mode.triple, ))',
    '    a, b, = pair',
    '    if torch.eq(__torch__.Mode.double, __torch__.Mode.triple):',
    '      c = a',
    '    else:',
    '      c = __torch__.helper(b, )',
    '    return (a, {"c": c})',
  ].join('\n');

  it('call methods of other modules, functions, named tuples and enum members', () => {
    const scale = { className: '__torch__.Scale', attributes: { factor: { tensor: [1, 10, 100], shape: [3] } } };
    const results = runScript({ code, attributes: { '0': scale } }, { x: { shape: [3], values: [1, 2, 3] } });
    expect(Object.entries(results).map(([name, { values }]) => [name, values])).toEqual([
      ['out0', [2, 40, 600]],
      ['1.c', [6, 12, 18]],
    ]);
  });
});

it('run the hooks of the module before and after forward', () => {
  const code = [
    '  __forward_pre_hooks__ = ["before", "unchanged", ]',
    '  __forward_hooks__ = ["behind", ]',
    '  def forward(self: __torch__.Net,',
    '    x: Tensor) -> Tensor:',
    '    return torch.mul(x, 10)',
    '  def before(self: __torch__.Net,',
    '    input: Tuple[Tensor]) -> Tuple[Tensor]:',
    '    return (torch.add((input)[0], 1),)',
    '  def unchanged(self: __torch__.Net,',
    '    input: Tuple[Tensor]) -> NoneType:',
    '    return None',
    '  def behind(self: __torch__.Net,',
    '    input: Tuple[Tensor],',
    '    output: Tensor) -> Tensor:',
    '    return torch.sub(output, (input)[0])',
  ].join('\n');
  expect(runScript({ code }, { x: counted([1, 3]) }).out0?.values).toEqual([18, 27, 36]);
});

describe('inputs', () => {
  const code = [
    '  def forward(self: __torch__.Net,',
    '    x: Tensor,',
    '    k: int,',
    '    pair: Optional[Tensor]=None,',
    '    scale: float=0.5) -> Tensor:',
    '    if torch.__is__(pair, None):',
    '      y = x',
    '    else:',
    '      y = torch.add(x, unchecked_cast(Tensor, pair))',
    '    return torch.mul(torch.mul(y, k), scale)',
  ].join('\n');

  it('have the shapes and numbers of the options', () => {
    expect(runScript({ code }, { x }, { const: { k: 4 } }).out0?.values).toEqual([2, 4, 6, 8, 10, 12]);
    expect(runScript({ code }, { x, pair: x }, { const: { k: 4, scale: 1 } }).out0?.values).toEqual([8, 16, 24, 32, 40, 48]);
  });

  it('are named if something is missing', () => {
    expect(scriptRefusals({ code })).toEqual([
      'shape-unknown: the file does not contain the shape of the input "x"',
      'shape-unknown: the input "k" is a Python int, which cannot be an input of a net',
    ]);
    expect(scriptRefusals({ code }, { shape: { z: [1] }, const: { k: 1 } })).toEqual([
      'name-unknown: the model has no input "z"',
      'shape-unknown: the file does not contain the shape of the input "x"',
    ]);
  });

  it('are integers if they are used as indices', () => {
    const lookup =
      '  def forward(self: __torch__.Net,\n    x: Tensor) -> Tensor:\n    return torch.embedding(self.table, torch.view(x, [-1]))\n';
    const source = { code: lookup, attributes: { table: { tensor: [1, 2, 3, 4, 5, 6], shape: [3, 2] } } };
    const imported = importScript(openArchive(bytesInMemory(scriptBytes(source)), { file: 'net.pt' }), { shape: { x: [1, 2] } });
    expect(imported).toMatchObject({ graph: { inputs: [{ name: 'x', type: { dtype: 'int64', shape: [1, 2] } }] } });
  });

  it('have the traced shapes', () => {
    const { bytes } = pickleBytes({ dict: { forward: [{ tensor: [], shape: [2, 3] }] } });
    const traced = '  def forward(self: __torch__.Net,\n    x: Tensor) -> Tensor:\n    return torch.mul(x, -1)\n';
    const source = { code: traced, entries: { 'traced_inputs.pkl': bytes, 'traced_inputs/0': '' } };
    expect(scriptRefusals(source)).toEqual([]);
    expect(runScript(source, { x: counted([1, 4]) }).out0?.values).toEqual([-1, -2, -3, -4]);
  });

  it('have the shape that Ultralytics writes beside the code', () => {
    const forward = '  def forward(self: __torch__.Net,\n    x: Tensor) -> Tensor:\n    return torch.view(x, [-1, (torch.size(x))[3]])\n';
    const config = '{"imgsz": [4, 6], "batch": 2, "stride": 32}';
    expect(scriptRefusals({ code: forward })).toHaveLength(1);
    expect(scriptRefusals({ code: forward, entries: { 'extra/config.txt': config } })).toEqual([]);
  });
});

describe('state', () => {
  const code = [
    '  _state : Tensor',
    '  _runs : int',
    '  def forward(self: __torch__.Net,',
    '    x: Tensor) -> Tensor:',
    '    _runs = self._runs',
    '    if torch.eq(_runs, 0):',
    '      self._state = torch.mul(x, 0)',
    '    else:',
    '      pass',
    '    _state = self._state',
    '    y = torch.add(_state, x)',
    '    self._state = y',
    '    self._runs = 1',
    '    return torch.mul(y, 2)',
  ].join('\n');

  it('of a model becomes an input and an output', () => {
    const source = { code, attributes: { _state: { tensor: [], shape: [0] }, _runs: 0 } };
    const results = runScript(source, { x: { shape: [2], values: [1, 2] }, _state: { shape: [2], values: [10, 20] } });
    expect(Object.entries(results).map(([name, { values }]) => [name, values])).toEqual([
      ['out0', [22, 44]],
      ['_state_out', [11, 22]],
    ]);
  });

  it('written in place becomes an input and an output', () => {
    const inPlace =
      '  def forward(self: __torch__.Net,\n    x: Tensor) -> Tensor:\n    sum = self.sum\n    return torch.mul(torch.add_(sum, x), 2)\n';
    const source = { code: inPlace, attributes: { sum: { tensor: [0, 0], shape: [2] } } };
    const results = runScript(source, { x: { shape: [2], values: [1, 2] }, sum: { shape: [2], values: [10, 20] } });
    expect(Object.entries(results).map(([name, { values }]) => [name, values])).toEqual([
      ['out0', [22, 44]],
      ['sum_out', [11, 22]],
    ]);
  });
});

describe('an unsupported program', () => {
  const forward = (body: string): string =>
    `  def forward(self: __torch__.Net,\n    x: Tensor) -> Tensor:\n${body.replaceAll(/^/gm, '    ')}\n`;
  const shape = { x: [2, 3] };

  it('is rejected with the data-dependent line', () => {
    const body = 'y = x\nif bool(torch.select(x, 0, 0)):\n  y0 = torch.mul(x, -1)\n  y = y0\nelse:\n  pass\nreturn torch.relu(y)';
    expect(scriptRefusals({ code: forward(body) }, { shape })).toEqual([
      'operator-unsupported: the condition of the if depends on data that is computed when the net runs',
    ]);
    expect(scriptRefusals({ code: forward('while bool(x):\n  x = torch.mul(x, -1)\nreturn x') }, { shape })).toEqual([
      'operator-unsupported: the condition of the while depends on data that is computed when the net runs',
    ]);
  });

  it('converts if the graph is cut before it', () => {
    const body = 'y = torch.relu(x)\nz = torch.mul(y, 2)\nwhile bool(z):\n  z = torch.mul(z, -1)\nreturn z';
    expect(runScript({ code: forward(body) }, { x }, { outputs: ['relu'] }).relu?.values).toEqual(x.values);
  });

  it('reports the exception that the model raises', () => {
    const body =
      'if torch.ne(torch.dim(x), 4):\n  ops.prim.RaiseException(torch.format("expected 4-d, got {}", torch.dim(x)))\nelse:\n  pass\nreturn x';
    expect(scriptRefusals({ code: forward(body) }, { shape })).toEqual([
      'shape-mismatch: the model raises an exception for these inputs: expected 4-d, got 2',
    ]);
  });

  it('is converted under the assumption that data checks hold', () => {
    const body = 'if bool(x):\n  pass\nelse:\n  ops.prim.RaiseException("negative")\nreturn torch.mul(x, -1)';
    expect(runScript({ code: forward(body) }, { x }).out0?.values).toEqual([-1, -2, -3, -4, -5, -6]);
  });

  it('is reported only if it reads an unsupported result', () => {
    const image = { x: [1, 2, 4, 4] };
    const pool = 'values, indices = torch.adaptive_max_pool2d(x, [2, 2])\n';
    expect(scriptRefusals({ code: forward(`${pool}return values`) }, { shape: image })).toEqual([]);
    for (const result of ['indices', 'torch.mul(indices, 2)', '(indices)[0]', '{"a": indices}', '[values, indices]']) {
      const refusals = scriptRefusals({ code: forward(`${pool}return ${result}`) }, { shape: image });
      expect(refusals).toHaveLength(1);
      expect(refusals[0]).toMatch(/^operator-unsupported: /);
    }
  });

  it('is rejected with the name of the operator', () => {
    expect(scriptRefusals({ code: forward('return ops.quantized.linear_dynamic(x, x, True)') }, { shape })[0]).toContain(
      'the model is quantized',
    );
    expect(scriptRefusals({ code: forward('return torch.frobnicate(x)') }, { shape })).toEqual([
      'operator-unknown: the operator aten.frobnicate is not supported',
    ]);
    expect(scriptRefusals({ code: forward('return torch.mul(y, -1)') }, { shape })[0]).toContain('the variable y has no value');
    expect(scriptRefusals({ code: forward('return (self).forward(x, )') }, { shape })[0]).toContain(
      'calls are nested deeper than 100 levels',
    );
  });
});
