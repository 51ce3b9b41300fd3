import type { Net } from '../net/net.ts';
import type { NetHistory } from '../net/passes/history.ts';

/** The history of a net, which a conversion keeps for its report. */
export interface ConversionTrace {
  /** What the file says about itself: `opset 17, made by pytorch 2.1`; may be empty. */
  readonly about: string;
  /** The operator of each node of the source, by node name, in order; empty if the source is a net of layers. */
  readonly nodes: ReadonlyMap<string, string>;
  /** How often each operator occurs in the source, by name. */
  readonly operators: ReadonlyMap<string, number>;
  /** The net before it was optimized. */
  readonly before: Net;
  /** What the optimizer did to its layers. */
  readonly history: NetHistory;
}
