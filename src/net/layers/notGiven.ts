/** ncnn's mark for a parameter that is not given; some layers read it as "from the blob". */
export const notGiven = -233;
