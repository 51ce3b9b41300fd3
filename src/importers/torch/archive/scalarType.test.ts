import { expect, it } from 'vitest';
import { scalarTypeFacts, scalarTypeNamed, scalarTypeOfExport, scalarTypeOfStorage } from './scalarType.ts';

it('names the storage types', () => {
  expect(['FloatStorage', 'HalfStorage', 'LongStorage', 'BoolStorage', 'ComplexFloatStorage'].map(scalarTypeOfStorage)).toEqual([
    'float32',
    'float16',
    'int64',
    'bool',
    'complex64',
  ]);
  expect(scalarTypeOfStorage('UntypedStorage')).toBeUndefined();
});

it('knows the dtype names of torch and their aliases', () => {
  expect(['float32', 'double', 'half', 'bfloat16', 'float8_e4m3fn', 'strided'].map(scalarTypeNamed)).toEqual([
    'float32',
    'float64',
    'float16',
    'bfloat16',
    'float8',
    undefined,
  ]);
});

it('knows the dtype numbers of torch.export, which differ from TorchScript', () => {
  expect([1, 6, 7, 12, 13, 0, 99].map(scalarTypeOfExport)).toEqual([
    'uint8',
    'float16',
    'float32',
    'bool',
    'bfloat16',
    undefined,
    undefined,
  ]);
});

it('stores complex numbers as two parts', () => {
  expect(scalarTypeFacts('complex64')).toMatchObject({ bytes: 8, dtype: 'float32', isComplex: true });
});
