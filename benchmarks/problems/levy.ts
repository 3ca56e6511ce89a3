import { cube, defineOnBox, type Problem } from "./problem.ts";

export const levy: Problem = defineOnBox(
  {
    name: "levy",
    family: "multimodal",
    source: "Laguna & Martí, J. Global Optim. 33, 2005",
    bounds: cube(5, -10, 10),
    trials: 60,
    value: 0,
    places: [[1, 1, 1, 1, 1]],
  },
  (x) => {
    const w = x.map((value) => 1 + (value - 1) / 4);
    const last = w.at(-1)!;
    const between = w
      .slice(0, -1)
      .reduce((sum, value) => sum + (value - 1) ** 2 * (1 + 10 * Math.sin(Math.PI * value + 1) ** 2), 0);
    return Math.sin(Math.PI * w[0]!) ** 2 + between + (last - 1) ** 2 * (1 + Math.sin(2 * Math.PI * last) ** 2);
  },
);
