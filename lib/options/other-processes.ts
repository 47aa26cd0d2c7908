import cluster from 'node:cluster';

/** What shows for certain that an app runs in more than one process, and nothing that merely may. */
export function otherProcesses(env: Signs, isWorker: boolean): string | undefined {
  const { NODE_ENV, NODE_APP_INSTANCE, DYNO, AWS_LAMBDA_FUNCTION_NAME, VERCEL } = env;
  // Test runners start processes of their own, each with an app of its own.
  if (NODE_ENV === 'test') return undefined;
  // PM2 counts instances from 0, in its cluster mode too, where a single one is usual.
  if (Number(NODE_APP_INSTANCE) >= 1) return `NODE_APP_INSTANCE is ${NODE_APP_INSTANCE}`;
  if (isWorker && NODE_APP_INSTANCE === undefined) return 'it is a worker of node:cluster';
  // Heroku counts dynos from 1.
  if (Number(/^web\.(\d+)$/.exec(DYNO ?? '')?.[1]) >= 2) return `DYNO is ${DYNO}`;
  // Each request at the same time gets a process of its own.
  if (AWS_LAMBDA_FUNCTION_NAME !== undefined) return 'it runs on AWS Lambda';
  if (VERCEL === '1') return 'it runs on Vercel';
  return undefined;
}

/** What is read of the environment. */
type Signs = Readonly<
  Partial<
    Record<
      'NODE_ENV' | 'NODE_APP_INSTANCE' | 'DYNO' | 'AWS_LAMBDA_FUNCTION_NAME' | 'VERCEL',
      string | undefined
    >
  >
>;

let hasWarned = false;

/**
 * Warns, once, where the memory of this process cannot be enough: others would know nothing of a
 * challenge that was created here, and each would allow as many guesses and messages again.
 */
export function warnOfOtherProcesses(): void {
  if (hasWarned) return;
  const sign = otherProcesses(process.env, cluster.isWorker);
  if (sign === undefined) return;
  hasWarned = true;
  process.emitWarning(
    `Challenges and limits are kept in the memory of this process, and ${sign}, so there are others: users will be asked to start again, and limits hold for each process by itself. Share them: new ModicaTwoFactorStrategy({ ...onRedis(client), … }).`,
    { type: 'PassportModica2faWarning', code: 'MEMORY_NOT_SHARED' },
  );
}
