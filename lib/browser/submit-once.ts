// Prevents double submits of a form, or of all forms in an element.

/** Options of `submitOnce` and `enhanceCodeForm`. */
export interface SubmitOptions {
  /**
   * Sends the form without leaving the page, for single-page apps. `data` includes the name and the value of
   * the pressed button. The form can be submitted again as soon as the promise settles.
   *
   * @default the browser submits the form
   * @example
   * enhanceCodeForm(form, { submit: (data) => fetch('/login/code', { method: 'POST', body: data }) });
   */
  readonly submit?: ((data: FormData, form: HTMLFormElement) => Promise<unknown>) | undefined;
}

/** Milliseconds, longer than a server waits for its provider. When the user stops a request, no event says so. */
const longestRequest = 20_000;

/**
 * Submits one form at a time in this element: a double click sends it once. Buttons get `aria-disabled` meanwhile;
 * `disabled` would lose the focus, and the name and the value of the pressed button. They are released when the
 * browser restores the page from its back/forward cache, and when the request fails.
 *
 * @param root a form, or an element that contains forms
 * @returns a function that undoes it
 * @example
 * submitOnce(document.body);
 */
export function submitOnce(root: HTMLElement, { submit }: SubmitOptions = {}): () => void {
  const listeners = new AbortController();
  let busy = false;
  let timer = 0;
  const setBusy = (value: boolean) => {
    busy = value;
    clearTimeout(timer);
    for (const button of submitButtons(root)) button.ariaDisabled = busy ? 'true' : null;
  };
  const send = async (event: SubmitEvent) => {
    const { target: form, defaultPrevented } = event;
    if (defaultPrevented || !(form instanceof HTMLFormElement)) return;
    if (busy || submit) event.preventDefault();
    if (busy) return;
    setBusy(true);
    if (submit) {
      try {
        await submit(new FormData(form, event.submitter), form);
      } finally {
        setBusy(false);
      }
    } else {
      timer = setTimeout(setBusy, longestRequest, false);
      // A listener that runs after this one may prevent the submit.
      setTimeout(() => event.defaultPrevented && setBusy(false));
    }
  };
  // Of the controller, addEventListener reads the signal.
  root.addEventListener('submit', send, listeners);
  addEventListener('pageshow', ({ persisted }) => persisted && setBusy(false), listeners);
  return () => {
    listeners.abort();
    setBusy(false);
  };
}

export function submitButtons(root: HTMLElement): (HTMLButtonElement | HTMLInputElement)[] {
  return [...root.querySelectorAll<HTMLButtonElement | HTMLInputElement>('button, input')].filter(
    ({ type }) => type === 'submit',
  );
}
