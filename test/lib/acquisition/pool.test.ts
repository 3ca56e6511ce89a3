import { expect, it } from "vitest";
import { columnsOf } from "../../../lib/acquisition/columns.ts";
import { candidateAt, type Domain } from "../../../lib/acquisition/domain.ts";
import { logExpectedImprovement } from "../../../lib/acquisition/log-ei.ts";
import { CandidatePool } from "../../../lib/acquisition/pool.ts";
import { randomStream } from "../../../lib/random/philox.ts";
import { Purpose } from "../../../lib/random/purpose.ts";
import { compileSpace } from "../../../lib/space/codec.ts";
import { modelCoordinates } from "../../../lib/surrogate/coordinates.ts";
import { GaussianProcess } from "../../../lib/surrogate/gaussian-process.ts";
import { floats } from "../strategy/requests.ts";
import { example } from "../surrogate/examples.ts";

const space = compileSpace({ parameters: floats(2), constraints: [] });
const coordinates = modelCoordinates(space);
const box = { lower: new Float64Array(2), upper: new Float64Array(2).fill(1) };
const hyperparameters = { lengthScales: Float64Array.of(0.3, 0.5), signalVariance: 1, noiseVariance: 1e-3 };
const numeric = { ...example, hamming: new Uint8Array(2) };

it("finds the best of all its members for each trial, although it looks at few", () => {
  let looks = 0;
  const domainOf = (pool: CandidatePool | null): Domain => {
    const improvement = logExpectedImprovement(pool === null ? model : pool.posteriors[0]!, 1);
    const acquisition = {
      ...improvement,
      value(x: Float64Array) {
        looks++;
        return improvement.value(x);
      },
    };
    return { space, columns: columnsOf(space), coordinates, acquisition, scales: hyperparameters.lengthScales };
  };
  let model = GaussianProcess.condition(numeric, hyperparameters);
  const members = Array.from({ length: 400 }, (_, i) =>
    candidateAt(domainOf(null), Float64Array.of((i % 20) / 19, Math.floor(i / 20) / 19), box),
  );
  const pool = new CandidatePool(
    [model],
    coordinates,
    members.map((member) => member!),
  );
  const trials = 60;
  looks = 0;
  for (let trial = 0; trial < trials; trial++) {
    const stream = randomStream(1, Purpose.acquisition, trial);
    const [best] = pool.ranked(domainOf(pool), "ei", stream);
    const seen = looks;
    const top = Math.max(...members.map((member) => domainOf(null).acquisition.value(member!.point)));
    looks = seen;
    expect(best!.score).toBeGreaterThan(top - 1e-6);
    model = model.believe(coordinates.locate(best!.point));
    pool.follow([model]);
  }
  expect(looks).toBeLessThan(0.5 * trials * members.length);
});

it("has nothing where there are no members", () => {
  const model = GaussianProcess.condition(numeric, hyperparameters);
  const pool = new CandidatePool([model], coordinates, []);
  const acquisition = logExpectedImprovement(model, 1);
  const domain = { space, columns: columnsOf(space), coordinates, acquisition, scales: hyperparameters.lengthScales };
  expect(pool.ranked(domain, "ei", randomStream(1, Purpose.acquisition))).toEqual([]);
});
