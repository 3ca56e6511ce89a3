import { createHash, randomBytes } from "node:crypto";
import { createApp } from "../lib/api/app.ts";
import { studyToken } from "../lib/study/ids.ts";
import { inTheCall } from "../lib/tuner/workers/suggest.ts";
import { behindGateway } from "./shared/gateway.ts";
import { workflowLauncher } from "./shared/launcher.ts";
import { logger } from "./shared/logger.ts";
import { once } from "./shared/once.ts";
import { reportingPorts } from "./shared/ports.ts";
import { sweepScheduler } from "./shared/scheduler.ts";

const served = once(async () => {
  const app = createApp(
    {
      tuner: await reportingPorts(),
      launcher: workflowLauncher(),
      scheduler: sweepScheduler(),
      refills: inTheCall,
      newToken: () => studyToken(randomBytes(4).readUInt32BE()),
      fingerprint: (text) => createHash("sha256").update(text).digest("hex"),
    },
    (error) => logger.error("a request could not be served", error as Error),
  );
  return behindGateway(app);
});

export const handler: ReturnType<typeof behindGateway> = async (event, context) => (await served())(event, context);
