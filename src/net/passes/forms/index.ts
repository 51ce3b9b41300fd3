import { replaceConvolution1D } from './convolution1D.ts';
import type { FormPass } from './form.ts';
import { replaceInnerProduct } from './innerProduct.ts';

/** The choices of forms, in the order in which they are made. */
export const formPasses: readonly FormPass[] = [replaceInnerProduct, replaceConvolution1D];
