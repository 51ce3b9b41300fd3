import { type AtenFamily, atenOperator } from '../operator.ts';

/** Activations. */
export const activationFamily: AtenFamily = [
  atenOperator('relu(Tensor self) -> Tensor', (call) => call.emit('Relu', [call.input('self')])),
];
