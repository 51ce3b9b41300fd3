import type { AtenCall } from '../call.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';
import { commonDtype, operandAs, promoted } from '../promotion.ts';

/** Bounds, and the maximum or minimum of two operands. */
export const clampFamily: AtenFamily = [
  atenOperator('clamp(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor', (call) => clampToNumbers(call, 'min', 'max')),
  atenOperator('clip(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor', (call) => clampToNumbers(call, 'min', 'max')),
  atenOperator('clamp_min(Tensor self, Scalar min) -> Tensor', (call) => clampToNumbers(call, 'min', undefined)),
  atenOperator('clamp_max(Tensor self, Scalar max) -> Tensor', (call) => clampToNumbers(call, undefined, 'max')),
  atenOperator('clamp.Tensor(Tensor self, Tensor? min=None, Tensor? max=None) -> Tensor', clampToTensors),
  atenOperator('clip.Tensor(Tensor self, Tensor? min=None, Tensor? max=None) -> Tensor', clampToTensors),
  atenOperator('clamp_min.Tensor(Tensor self, Tensor min) -> Tensor', (call) => call.emit('Max', promoted(call, 'self', 'min'))),
  atenOperator('clamp_max.Tensor(Tensor self, Tensor max) -> Tensor', (call) => call.emit('Min', promoted(call, 'self', 'max'))),
  atenOperator('maximum(Tensor self, Tensor other) -> Tensor', (call) => call.emit('Max', promoted(call, 'self', 'other'))),
  atenOperator('minimum(Tensor self, Tensor other) -> Tensor', (call) => call.emit('Min', promoted(call, 'self', 'other'))),
  atenOperator('max.other(Tensor self, Tensor other) -> Tensor', (call) => call.emit('Max', promoted(call, 'self', 'other'))),
  atenOperator('min.other(Tensor self, Tensor other) -> Tensor', (call) => call.emit('Min', promoted(call, 'self', 'other'))),
  atenOperator('fmax(Tensor self, Tensor other) -> Tensor', (call) => call.emit('Max', promoted(call, 'self', 'other'))),
  atenOperator('fmin(Tensor self, Tensor other) -> Tensor', (call) => call.emit('Min', promoted(call, 'self', 'other'))),
];

function clampToNumbers(call: AtenCall, low: 'min' | undefined, high: 'max' | undefined): string {
  const argumentNames = [low, high].map((name) => (name === undefined || call.isNone(name) ? undefined : name));
  const names = argumentNames.flatMap((name) => name ?? []);
  const dtype = commonDtype(call, ['self', ...names]);
  const bounds = argumentNames.map((name) => (name === undefined ? '' : call.scalarValue(call.scalarArgument(name), dtype)));
  const operands = [operandAs(call, 'self', dtype), ...bounds];
  return call.emit('Clip', operands.at(-1) === '' ? operands.slice(0, -1) : operands);
}

function clampToTensors(call: AtenCall): string {
  const names = ['self', 'min', 'max'].filter((name) => !call.isNone(name));
  const dtype = commonDtype(call, names);
  const bounded = call.isNone('min')
    ? operandAs(call, 'self', dtype)
    : call.emit('Max', [operandAs(call, 'self', dtype), operandAs(call, 'min', dtype)]);
  return call.isNone('max') ? bounded : call.emit('Min', [bounded, operandAs(call, 'max', dtype)]);
}
