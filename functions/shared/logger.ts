import { Logger } from "@aws-lambda-powertools/logger";

/** Structured JSON lines for CloudWatch; `service` is the stack, of which `infra/handler.ts` tells. */
export const logger: Logger = new Logger();
