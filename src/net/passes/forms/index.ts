import { moveConcat } from './concatDepthwise.ts';
import { replaceConvolution1D } from './convolution1D.ts';
import type { FormPass } from './form.ts';
import { replaceInnerProduct } from './innerProduct.ts';
import { replaceWinograd } from './winograd.ts';
import { hintWinogradTile } from './winogradTile.ts';

/** The form passes in the order in which they run. */
export const formPasses: readonly FormPass[] = [replaceInnerProduct, replaceConvolution1D, moveConcat, replaceWinograd, hintWinogradTile];
