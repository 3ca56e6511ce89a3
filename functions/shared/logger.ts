import { Logger } from "@aws-lambda-powertools/logger";

/** Structured JSON lines for CloudWatch. */
export const logger: Logger = new Logger({ serviceName: "pegbox" });
