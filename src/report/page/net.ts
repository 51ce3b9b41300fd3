import type { DescribedLayer } from '../layers.ts';

/** A net as the script of the page gets it: what is drawn, where, and what is told of it. */
export interface PageNet {
  /** Of the whole drawing, in pixels at full size. */
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PageNode[];
  /** Places in the list of nodes: from, to. */
  readonly edges: readonly (readonly [number, number])[];
}

export interface PageNode {
  /** Absent for what stands for an output. */
  readonly layer?: DescribedLayer;
  readonly family: string;
  readonly title: string;
  readonly subtitle: string;
  readonly width: number;
  readonly height: number;
  /** Of its center. */
  readonly x: number;
  readonly y: number;
}

/** The part of a drawing that is seen. */
export interface Viewport {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}
