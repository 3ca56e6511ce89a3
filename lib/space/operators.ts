import { exp } from "../math/exp.ts";
import { log } from "../math/log.ts";
import { modulo, power } from "./arithmetic.ts";

type Binary<Result> = (left: number, right: number) => Result;

/** Operators from two numbers to a number. */
export const ARITHMETIC: ReadonlyMap<string, Binary<number>> = new Map<string, Binary<number>>([
  ["+", (a, b) => a + b],
  ["-", (a, b) => a - b],
  ["*", (a, b) => a * b],
  ["/", (a, b) => a / b],
  ["%", modulo],
  ["^", power],
]);

/** Operators that order two numbers. */
export const ORDER: ReadonlyMap<string, Binary<boolean>> = new Map<string, Binary<boolean>>([
  ["<", (a, b) => a < b],
  ["<=", (a, b) => a <= b],
  [">", (a, b) => a > b],
  [">=", (a, b) => a >= b],
]);

/** Functions of numbers; `min` and `max` take one or more, the others one. */
export const FUNCTIONS: ReadonlyMap<string, { readonly variadic: boolean; apply(operands: number[]): number }> =
  new Map([
    ["abs", { variadic: false, apply: ([x = Number.NaN]: number[]) => Math.abs(x) }],
    ["min", { variadic: true, apply: (operands: number[]) => Math.min(...operands) }],
    ["max", { variadic: true, apply: (operands: number[]) => Math.max(...operands) }],
    ["log", { variadic: false, apply: ([x = Number.NaN]: number[]) => log(x) }],
    ["exp", { variadic: false, apply: ([x = Number.NaN]: number[]) => exp(x) }],
    ["sqrt", { variadic: false, apply: ([x = Number.NaN]: number[]) => Math.sqrt(x) }],
    ["floor", { variadic: false, apply: ([x = Number.NaN]: number[]) => Math.floor(x) }],
    ["ceil", { variadic: false, apply: ([x = Number.NaN]: number[]) => Math.ceil(x) }],
  ]);
