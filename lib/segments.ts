import { isWatched, publish } from './events.js';
import { codePlaceholder } from './message.js';

/** Six digits: what the code is taken for while the text is measured. */
const someCode = '000000';

/** Tells an operator who listens that a text costs more than one SMS. */
export async function measure(content: string): Promise<void> {
  if (!isWatched()) return;
  // Imported when somebody wants to know, and not at every start.
  const { SegmentedMessage } = await import('sms-segments-calculator');
  const text = content.replaceAll(codePlaceholder, someCode);
  const { segmentsCount, encodingName } = new SegmentedMessage(text);
  if (segmentsCount < 2) return;
  publish({
    name: 'message_long',
    segments: segmentsCount,
    characterSet: encodingName === 'UCS-2' ? 'UCS-2' : 'GSM-7',
  });
}
