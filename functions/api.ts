import { createHash, randomBytes } from "node:crypto";
import { createApp } from "../lib/api/app.ts";
import { studyToken } from "../lib/study/ids.ts";
import { inTheCall } from "../lib/tuner/workers/suggest.ts";
import { behindGateway } from "./shared/gateway.ts";
import { workflowLauncher } from "./shared/launcher.ts";
import { logger } from "./shared/logger.ts";
import { ports } from "./shared/ports.ts";
import { sweepScheduler } from "./shared/scheduler.ts";

const app = createApp(
  {
    tuner: ports,
    launcher: workflowLauncher(),
    scheduler: sweepScheduler(),
    refills: inTheCall,
    newToken: () => studyToken(randomBytes(4).readUInt32BE()),
    fingerprint: (text) => createHash("sha256").update(text).digest("hex"),
  },
  (error) => logger.error("a request could not be served", error as Error),
);

export const handler: ReturnType<typeof behindGateway> = behindGateway(app);
