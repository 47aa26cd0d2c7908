// Enhances the form in which a user enters the code.
import { countDown } from './countdown.js';
import { codeIn } from './pasted-code.js';
import { type SubmitOptions, submitButtons, submitOnce } from './submit-once.js';
import { receiveSms } from './web-otp.js';

/**
 * Enhances a code form, which also works without it: fills in the code of an SMS (WebOTP), finds the code in pasted
 * text, prevents double submits, counts down until the code expires and until another one can be requested.
 * docs/browser.md describes the HTML.
 *
 * @param root the form, or an element that contains it and the form of its resend button
 * @returns a function that undoes it, for single-page apps
 * @throws {TypeError} if there is no `<input autocomplete="one-time-code">`, or a countdown is not in seconds
 * @example
 * const undo = enhanceCodeForm(document.querySelector('form'));
 */
export function enhanceCodeForm(root: HTMLElement, options: SubmitOptions = {}): () => void {
  const field = root.querySelector<HTMLInputElement>('input[autocomplete~="one-time-code"]');
  if (!field) throw new TypeError('No <input autocomplete="one-time-code">');

  const setValue = (code: string) => {
    // The prototype's setter: React replaces the element's own, and would miss the change.
    Reflect.set(HTMLInputElement.prototype, 'value', code, field);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const paste = (event: ClipboardEvent) => {
    const code = codeIn(event.clipboardData?.getData('text') ?? '');
    if (!code) return;
    event.preventDefault();
    setValue(code);
  };
  field.addEventListener('paste', paste);

  const undo = [
    ...countdowns(root),
    submitOnce(root, options),
    receiveSms(root, (code) => {
      setValue(code);
      // Submitting stays with the user, who may want to check what the code approves.
      if (field.form) submitButtons(field.form)[0]?.focus();
    }),
    () => field.removeEventListener('paste', paste),
  ];
  return () => {
    for (const end of undo) end();
  };
}

/** Starts the countdowns; while one for a resend runs, the buttons that it describes are disabled. */
function countdowns(root: HTMLElement): readonly (() => void)[] {
  const elements = root.querySelectorAll<HTMLElement>('[data-expires-in], [data-resend-in]');
  return [...elements].flatMap((element) => {
    const { expiresIn, resendIn } = element.dataset;
    const seconds = Number(resendIn ?? expiresIn);
    if (Number.isNaN(seconds)) throw new TypeError(`Not seconds: "${resendIn ?? expiresIn}"`);
    if (seconds <= 0) return [];
    const described = `button[aria-describedby~="${element.id}"]`;
    const buttons = resendIn ? root.querySelectorAll<HTMLButtonElement>(described) : [];
    return countDown(element, seconds, (running) => {
      for (const button of buttons) button.disabled = running;
    });
  });
}
