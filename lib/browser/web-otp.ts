// Takes the code from the phone's SMS, where the browser offers it. https://wicg.github.io/web-otp/

declare global {
  interface CredentialsContainer {
    get(options: OtpRequest): Promise<{ readonly code: string }>;
  }
}

interface OtpRequest {
  readonly otp: { readonly transport: readonly string[] };
  readonly signal: AbortSignal;
}

/**
 * Waits for an SMS that ends in an origin-bound code, until a form is submitted or the page is left.
 *
 * @returns a function that ends it
 */
export function receiveSms(root: HTMLElement, receive: (code: string) => void): () => void {
  const listeners = new AbortController();
  let request = listeners;
  const stop = () => request.abort();
  const start = async () => {
    request = new AbortController();
    const { signal } = request;
    try {
      receive((await navigator.credentials.get({ otp: { transport: ['sms'] }, signal })).code);
    } catch {
      // Aborted, denied by the user or by a permissions policy: the user types the code.
    }
  };
  if ('OTPCredential' in window) {
    root.addEventListener('submit', stop, listeners);
    addEventListener('pagehide', stop, listeners);
    addEventListener('pageshow', ({ persisted }) => persisted && start(), listeners);
    start();
  }
  return () => {
    listeners.abort();
    stop();
  };
}
