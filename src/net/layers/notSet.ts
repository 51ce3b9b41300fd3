/** ncnn's value for a parameter that is not set; some layers then take the value from the blob. */
export const notSet = -233;
