export { normalQuantile } from "./normal-quantile.ts";
