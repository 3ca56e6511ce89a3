/** The kernels: what the module exports. Built by scripts/kernels.mjs, called through lib/linalg/kernels.ts. */
export { cholesky, gramOfRows, inverseTransposed } from "./cholesky";
export { dot } from "./dot";
export { contract, slopesAlong } from "./gradients";
export { covarianceMatrix, covarianceRow } from "./matern";
export { solveLower, solveUpper } from "./triangular";
