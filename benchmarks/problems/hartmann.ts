import { cube, defineOnBox, type Problem } from "./problem.ts";

const SOURCE = "Hartmann 1973; Dixon & Szegö 1978";
const ALPHA = [1, 1.2, 3, 3.2];

function hartmann(a: readonly (readonly number[])[], p: readonly (readonly number[])[], x: readonly number[]): number {
  return -ALPHA.reduce((total, alpha, i) => {
    const distance = x.reduce((sum, value, k) => sum + a[i]![k]! * (value - p[i]![k]!) ** 2, 0);
    return total + alpha * Math.exp(-distance);
  }, 0);
}

const A3 = [
  [3, 10, 30],
  [0.1, 10, 35],
  [3, 10, 30],
  [0.1, 10, 35],
];
const P3 = [
  [0.3689, 0.117, 0.2673],
  [0.4699, 0.4387, 0.747],
  [0.1091, 0.8732, 0.5547],
  [0.0381, 0.5743, 0.8828],
];
const A6 = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const P6 = [
  [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
  [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
  [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
  [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
];

export const hartmann3: Problem = defineOnBox(
  {
    name: "hartmann3",
    family: "smooth",
    source: SOURCE,
    bounds: cube(3, 0, 1),
    trials: 30,
    value: -3.862779787332663,
    places: [[0.11458888778339328, 0.5556488946426033, 0.8525469849802267]],
  },
  (x) => hartmann(A3, P3, x),
);

export const hartmann6: Problem = defineOnBox(
  {
    name: "hartmann6",
    family: "smooth",
    source: SOURCE,
    bounds: cube(6, 0, 1),
    trials: 50,
    value: -3.3223680114155156,
    places: [
      [
        0.20168951385516876, 0.15001069275757442, 0.4768739729497721, 0.27533243179488326, 0.31165161610046854,
        0.6573005346009674,
      ],
    ],
  },
  (x) => hartmann(A6, P6, x),
);
