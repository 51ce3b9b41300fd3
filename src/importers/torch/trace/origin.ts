/** The position of a call in the user's program. */
export interface CallOrigin {
  /** The path of the module: `layer1.0.conv1`; empty for the model itself. */
  readonly module?: string;
  /** The class of the module: `torch.nn.modules.conv.Conv2d`. */
  readonly moduleType?: string;
  /** Finds the line of Python, `model.py:12 in forward`, which only diagnostics need. */
  readonly sourceLine?: () => string | undefined;
}

/** The layer name for a call: that of its module if it is a module of torch, which makes one call per operator. */
export function callName({ module = '', moduleType = '' }: CallOrigin, target: string, isTaken: (name: string) => boolean): string {
  const operator = target.split('.')[1]?.replace(/^_+|_+$/g, '') ?? target;
  if (module === '') return operator;
  return /^torch\.nn\.modules\./.test(moduleType) && !isTaken(module) ? module : `${module}.${operator}`;
}
