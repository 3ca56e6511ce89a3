/** Lambda runner `digits`: the laptop's trial, unchanged. It reads `digits.bin`, which lies beside the bundle. */
export { default as handler } from "../examples/digits/trial.ts";
