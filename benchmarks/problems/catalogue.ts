import { failing } from "../wrappers/failure.ts";
import { noisy } from "../wrappers/noise.ts";
import { shifted } from "../wrappers/shift.ts";
import { ackley } from "./ackley.ts";
import { boosting } from "./boosting.ts";
import { branin } from "./branin.ts";
import { braninCurrin } from "./branin-currin.ts";
import { cells } from "./cells.ts";
import { choiceOfFunctions } from "./choice-of-functions.ts";
import { dtlz2 } from "./dtlz2.ts";
import { ellipsoid } from "./ellipsoid.ts";
import { braninIn200, braninIn1000, hartmannIn60 } from "./embedded.ts";
import { gallagher } from "./gallagher.ts";
import { gramacy } from "./gramacy.ts";
import { hartmann3, hartmann6 } from "./hartmann.ts";
import { learningRate } from "./learning-rate.ts";
import { levy } from "./levy.ts";
import { network } from "./network.ts";
import { pipeline } from "./pipeline.ts";
import { numberAt, type Problem } from "./problem.ts";
import { rastrigin } from "./rastrigin.ts";
import { rosenbrock } from "./rosenbrock.ts";
import { schwefel } from "./schwefel.ts";
import { sphere } from "./sphere.ts";
import { townsend } from "./townsend.ts";
import { tree } from "./tree.ts";
import { zdt1 } from "./zdt1.ts";

/** Every problem of the suite, by family. */
export const CATALOGUE: readonly Problem[] = [
  sphere,
  ellipsoid,
  rosenbrock,
  branin,
  hartmann3,
  hartmann6,
  rastrigin,
  ackley,
  shifted(levy, 1),
  schwefel,
  gallagher,
  learningRate,
  boosting,
  network,
  choiceOfFunctions,
  tree,
  pipeline,
  cells,
  hartmannIn60,
  braninIn200,
  braninIn1000,
  gramacy,
  townsend,
  zdt1,
  braninCurrin,
  dtlz2,
  // a quarter of the deviation of the values over the cube, and a tenth
  noisy(hartmann6, 0.1),
  noisy(network, 0.05),
  // too large a network does not fit, and one start in ten is lost
  failing(network, {
    region: (parameters) => numberAt(parameters, "layers") * numberAt(parameters, "width") > 2048,
    share: 0.1,
  }),
  failing(branin, { region: (parameters) => numberAt(parameters, "x1") < -1, share: 0.05 }),
];
