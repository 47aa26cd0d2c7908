import { asError } from './errors.js';
import { isWatched, publish } from './events.js';
import { codePlaceholder } from './message.js';

/** Six digits: what the code is taken for while the text is measured. */
const someCode = '000000';

/**
 * Tells an operator who listens that a text costs more than one SMS. Only told: the SMS has gone out, and
 * whatever fails here must not lose the challenge.
 */
export async function measure(content: string): Promise<void> {
  if (!isWatched()) return;
  try {
    // Imported when somebody wants to know, and not at every start.
    const { SegmentedMessage } = await import('sms-segments-calculator');
    const text = content.replaceAll(codePlaceholder, someCode);
    const { segmentsCount: segments, encodingName } = new SegmentedMessage(text);
    const characterSet = encodingName === 'UCS-2' ? 'UCS-2' : 'GSM-7';
    if (segments > 1) publish({ name: 'message_long', segments, characterSet });
  } catch (thrown) {
    process.emitWarning(asError(thrown));
  }
}
