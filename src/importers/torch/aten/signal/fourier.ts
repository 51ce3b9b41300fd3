import { checkList } from '../../../../graph/ir/limits.ts';
import { OperatorError } from '../../../../graph/ir/operator.ts';
import { Tensor } from '../../../../graph/ir/tensor.ts';
import type { TorchValue } from '../../values/value.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';
import { joinedParts } from './complexParts.ts';

/** Short-time Fourier transforms and windows. */
export const fourierFamily: AtenFamily = [
  atenOperator(
    'stft(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool normalized=False, bool? onesided=None, bool? return_complex=None, bool? align_to_window=None) -> Tensor',
    (call) => transformed(call, false),
  ),
  atenOperator(
    'stft.center(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, str pad_mode="reflect", bool normalized=False, bool? onesided=None, bool? return_complex=None, bool? align_to_window=None) -> Tensor',
    (call) => transformed(call, call.bool('center')),
  ),
  atenOperator(
    'istft(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, bool normalized=False, bool? onesided=None, int? length=None, bool return_complex=False) -> Tensor',
    inverse,
  ),
  ...windowForms('hann_window', () => [0.5, 0.5]),
  ...windowForms('hamming_window', () => [0.54, 0.46]),
  ...windowForms('blackman_window', () => [0.42, 0.5, 0.08]),
  ...windowForms('bartlett_window', undefined),
];

/** Frames of a signal [L] or [B, L] as [B, bins, frames], complex. */
function transformed(call: AtenCall, isCentered: boolean): TorchValue | string {
  const signal = call.input('self');
  const isSingle = call.rankOf(signal) === 1;
  const length = call.count('n_fft');
  const step = call.optionalCount('hop_length') ?? Math.max(1, Math.floor(length / 4));
  const rows = isSingle ? call.unsqueeze(signal, [0]) : signal;
  const padded = isCentered ? centered(call, rows, Math.floor(length / 2)) : rows;
  const window = frameWindow(call, length, call.optionalCount('win_length') ?? length);
  const isOneSided = call.isNone('onesided') || call.bool('onesided') ? 1 : 0;
  const operands = [call.unsqueeze(padded, [2]), call.scalar(step, 'int64'), window, call.scalar(length, 'int64')];
  const spectrum = call.transpose(call.emit('STFT', operands, { onesided: isOneSided }), [0, 2, 1, 3]);
  const scaled = call.bool('normalized') ? call.emit('Mul', [spectrum, call.scalarLike(1 / Math.sqrt(length), spectrum)]) : spectrum;
  const result = isSingle ? call.squeeze(scaled, [0]) : scaled;
  return call.isNone('return_complex') || call.bool('return_complex') ? call.complexResult(result) : result;
}

function centered(call: AtenCall, rows: string, pad: number): string {
  const modes: Readonly<Record<string, string>> = { constant: 'constant', reflect: 'reflect', replicate: 'edge', circular: 'wrap' };
  const mode = modes[call.string('pad_mode')];
  if (mode === undefined) throw new OperatorError('invalid', `the stft pad mode "${call.string('pad_mode')}" is not supported`);
  return call.emit('Pad', [rows, call.integers([0, pad, 0, pad])], { mode });
}

/** The window centered in a frame, padded with zeros. */
function frameWindow(call: AtenCall, length: number, width: number): string {
  const window = call.optionalInput('window') ?? call.constant(Tensor.of('float32', [width], new Float32Array(width).fill(1)));
  if (width === length) return window;
  const left = Math.floor((length - width) / 2);
  return call.emit('Pad', [window, call.integers([left, length - width - left])]);
}

/** A signal from its spectrum, [B, bins, frames] or [bins, frames]. */
function inverse(call: AtenCall): TorchValue | string {
  const input = call.complexInput('self');
  const isSingle = call.rankOf(input) === 3;
  const spectrum = isSingle ? call.unsqueeze(input, [0]) : input;
  const part = (phase: number): string => {
    const signal = inverseSignal(call, spectrum, phase);
    return isSingle ? call.squeeze(signal, [0]) : signal;
  };
  return call.bool('return_complex') ? call.complexResult(joinedParts(call, [part(0), part(Math.PI / 2)])) : part(0);
}

/** The real part of a signal for the phase 0, and its imaginary part for π / 2: each frame is transformed back and added at its position. */
function inverseSignal(call: AtenCall, spectrum: string, phase: number): string {
  const length = call.count('n_fft');
  const step = call.optionalCount('hop_length') ?? Math.max(1, Math.floor(length / 4));
  const [bins, frames] = [call.sizeOfAxis(spectrum, 1), call.sizeOfAxis(spectrum, 2)];
  const window = call.constantOf(frameWindow(call, length, call.optionalCount('win_length') ?? length));
  if (window === undefined) throw new OperatorError('unsupported', 'the window of istft must be a constant');
  const values = window.toFloat64();
  const matrix = inverseMatrix(bins, values, call.bool('normalized') ? Math.sqrt(length) : length, phase);
  const [samples = 1] = call.sizeArguments(spectrum);
  // [B, bins, frames, 2] as [B, frames, bins · 2].
  const rows = call.resize(call.transpose(spectrum, [0, 2, 1, 3]), [samples, frames, bins * 2]);
  const pieces = call.transpose(call.emit('MatMul', [rows, call.constant(matrix)]), [0, 2, 1]);
  const total = length + (frames - 1) * step;
  const summed = call.emit('Col2Im', [pieces, call.integers([1, total]), call.integers([1, length])], { strides: [1, step] });
  const signal = call.resize(summed, [samples, total]);
  const pad = call.bool('center') ? Math.floor(length / 2) : 0;
  const outputLength = call.optionalCount('length') ?? total - 2 * pad;
  const envelope = call.constant(envelopeOf(values, step, total));
  const result = call.slice(call.emit('Div', [signal, envelope]), 1, pad, pad + outputLength);
  const missing = pad + outputLength - total;
  return missing > 0 ? call.emit('Pad', [result, call.integers([0, 0, 0, missing])]) : result;
}

/** The matrix from the parts of the bins to the samples of a windowed frame; all bins except the first and the middle one count twice. */
function inverseMatrix(bins: number, window: Float64Array, divisor: number, phase: number): Tensor {
  const { length } = window;
  checkList(bins * 2 * length);
  const isOneSided = bins === Math.floor(length / 2) + 1;
  const values = new Float32Array(bins * 2 * length);
  for (let bin = 0; bin < bins; bin++) {
    const times = isOneSided && bin > 0 && !(length % 2 === 0 && bin === bins - 1) ? 2 : 1;
    for (let place = 0; place < length; place++) {
      const angle = (2 * Math.PI * ((bin * place) % length)) / length - phase;
      const factor = (times * (window[place] ?? 0)) / divisor;
      values[2 * bin * length + place] = Math.cos(angle) * factor;
      values[(2 * bin + 1) * length + place] = -Math.sin(angle) * factor;
    }
  }
  return Tensor.of('float32', [bins * 2, length], values);
}

/** The sum of the squared windows over each sample. */
function envelopeOf(window: Float64Array, step: number, total: number): Tensor {
  const sums = new Float32Array(total);
  for (let start = 0; start + window.length <= total; start += step) {
    for (const [place, value] of window.entries()) sums[start + place] = (sums[start + place] ?? 0) + value * value;
  }
  return Tensor.of(
    'float32',
    [total],
    sums.map((sum) => (sum < 1e-11 ? 1 : sum)),
  );
}

/** Windows as sums of cosines with alternating signs; a triangle without factors. */
function windowForms(name: string, factors: (() => readonly number[]) | undefined): AtenFamily {
  const make = (call: AtenCall, isPeriodic: boolean, own?: readonly number[]): string => {
    const length = call.count('window_length');
    checkList(length);
    const span = isPeriodic ? length : length - 1;
    const sums = own ?? factors?.();
    const values = Float32Array.from({ length }, (_, place) => {
      if (length === 1) return 1;
      if (sums === undefined) return 1 - Math.abs((2 * place) / span - 1);
      return sums.reduce(
        (sum, factor, order) => sum + (order % 2 === 0 ? 1 : -1) * factor * Math.cos((2 * Math.PI * order * place) / span),
        0,
      );
    });
    return call.cast(call.constant(Tensor.of('float32', [length], values)), call.dtypeArgument('dtype') ?? 'float32');
  };
  const options = '*, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None';
  const forms = [
    atenOperator(`${name}(int window_length, ${options}) -> Tensor`, (call) => make(call, true)),
    atenOperator(`${name}.periodic(int window_length, bool periodic, ${options}) -> Tensor`, (call) => make(call, call.bool('periodic'))),
  ];
  if (name !== 'hamming_window') return forms;
  return [
    ...forms,
    atenOperator(`${name}.periodic_alpha(int window_length, bool periodic, float alpha, ${options}) -> Tensor`, (call) =>
      make(call, call.bool('periodic'), [call.float('alpha'), 0.46]),
    ),
    atenOperator(`${name}.periodic_alpha_beta(int window_length, bool periodic, float alpha, float beta, ${options}) -> Tensor`, (call) =>
      make(call, call.bool('periodic'), [call.float('alpha'), call.float('beta')]),
    ),
  ];
}
