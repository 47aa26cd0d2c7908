// Warns where storage in memory cannot be enough, because the app runs as several processes.
import cluster from 'node:cluster';

/** Returns conclusive evidence that the app runs in more than one process; a likelihood is not enough. */
export function otherProcesses(env: Environment, isWorker: boolean): string | undefined {
  const { NODE_ENV, NODE_APP_INSTANCE, DYNO, AWS_LAMBDA_FUNCTION_NAME, VERCEL } = env;
  // Test runners start several processes, each with an app of its own.
  if (NODE_ENV === 'test') return undefined;
  // PM2 counts instances from 0, also in cluster mode, where a single instance is common.
  if (Number(NODE_APP_INSTANCE) >= 1) return `NODE_APP_INSTANCE is ${NODE_APP_INSTANCE}`;
  if (isWorker && NODE_APP_INSTANCE === undefined) return 'it is a worker of node:cluster';
  // Heroku counts dynos from 1.
  if (Number(/^web\.(\d+)$/.exec(DYNO ?? '')?.[1]) >= 2) return `DYNO is ${DYNO}`;
  // Lambda and Vercel run concurrent requests in separate processes.
  if (AWS_LAMBDA_FUNCTION_NAME !== undefined) return 'it runs on AWS Lambda';
  if (VERCEL === '1') return 'it runs on Vercel';
  return undefined;
}

/** The environment variables that are read. */
type Environment = Readonly<
  Partial<
    Record<
      'NODE_ENV' | 'NODE_APP_INSTANCE' | 'DYNO' | 'AWS_LAMBDA_FUNCTION_NAME' | 'VERCEL',
      string | undefined
    >
  >
>;

let hasWarned = false;

/**
 * Warns once if several processes each use storage of their own: another process would not find a challenge
 * that was created here, and each would allow the full number of attempts and messages.
 */
export function warnOfOtherProcesses(): void {
  if (hasWarned) return;
  const sign = otherProcesses(process.env, cluster.isWorker);
  if (sign === undefined) return;
  hasWarned = true;
  process.emitWarning(
    `Challenges and limits are stored in the memory of this process, but ${sign}, so there are other processes: users will have to start again, and each process counts its limits separately. Share the storage: new ModicaTwoFactorStrategy({ ...onRedis(client), … }).`,
    { type: 'PassportModica2faWarning', code: 'MEMORY_NOT_SHARED' },
  );
}
