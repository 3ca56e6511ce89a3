/** The kernels: what the module exports. Built by scripts/kernels.mjs, called through lib/linalg/kernels.ts. */
export { dot } from "./dot";
export { contract, covarianceMatrix, covarianceRow, slopesAlong } from "./matern";
export { cholesky, gramOfRows, inverseTransposed, solveLower, solveUpper } from "./triangular";
