import * as z from "zod";
import { MEMORY_SIZE } from "../memory-size.ts";
import type { RunnerSpec } from "../spec.ts";
import { idSchema } from "./schema-common.ts";

const COMMAND_EXPECTED = "a command line for the shell, or a list: the program and its arguments";
const MEMORY_EXPECTED = "an amount of memory: a number with MB, GB, MiB or GiB (512MiB, 4GB)";
const HTTP_EXPECTED = "a URL with http:// or https://";

export const runnerSchema: z.ZodType<RunnerSpec> = z
  .strictObject({
    function: z.string().min(1).exactOptional().meta({
      title: "Function",
      description:
        "Runs trials on this machine: path of a .mjs, .js or .ts module, relative to this file, whose default export is `async (request, { report, signal }) => result`.",
    }),
    command: z
      .union(
        [
          z.string(COMMAND_EXPECTED).regex(/\S/, COMMAND_EXPECTED),
          z.array(z.string(), COMMAND_EXPECTED).min(1, COMMAND_EXPECTED),
        ],
        COMMAND_EXPECTED,
      )
      .exactOptional()
      .meta({
        title: "Command",
        description:
          "Runs trials on this machine: a text is run by the shell, a list without one, in the folder of this file. The request is in the file named by PEGBOX_REQUEST, each parameter in PEGBOX_PARAM_<name>; the result goes into the file named by PEGBOX_RESULT, or is the last line of stdout.",
      }),
    http: z
      .string(HTTP_EXPECTED)
      .regex(/^https?:\/\/[^\s/]/, HTTP_EXPECTED)
      .exactOptional()
      .meta({
        title: "HTTP",
        description: "Runs trials on this machine: a URL that takes the request as a POST and answers with the result.",
      }),
    memory: z.string(MEMORY_EXPECTED).regex(MEMORY_SIZE, MEMORY_EXPECTED).exactOptional().meta({
      title: "Memory",
      description:
        "Of `function` and `command`: how much memory one trial may hold, `4GiB`; one that holds more is ended and FAILED. Default: any amount.",
    }),
    lambda: idSchema.exactOptional().meta({
      title: "Lambda",
      description: "Runs trials on AWS: the id of a Lambda runner that was registered when Pegbox was deployed.",
    }),
    batch: idSchema.exactOptional().meta({
      title: "Batch",
      description:
        "Runs trials on AWS, as jobs in containers that may take hours or a GPU: the id of a Batch runner that was registered when Pegbox was deployed.",
    }),
    sagemaker: idSchema.exactOptional().meta({
      title: "SageMaker",
      description:
        "Runs trials on AWS, as training jobs: the id of a SageMaker runner that was registered when Pegbox was deployed.",
    }),
    callback: idSchema.exactOptional().meta({
      title: "Callback",
      description:
        "Runs trials wherever a program of yours takes them from a queue and answers: the id of a callback runner that was registered when Pegbox was deployed.",
    }),
    external: z.literal(true, "true").exactOptional().meta({
      title: "External workers",
      description:
        "Trials are run by workers of yours, which ask for them and tell what became of them over the HTTP API (docs/workers.md). Then no other key stands here.",
    }),
  })
  .meta({
    title: "Runner",
    description:
      "How a trial is executed: one local key (`function`, `command`, `http`), which `pegbox run` takes, one cloud key (`lambda`, `batch`, `sagemaker`, `callback`), which `pegbox start` takes, or both; or `external: true` alone.",
  });
