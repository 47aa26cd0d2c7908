// Every page works without this file. It enhances the forms and reloads the demo phone.
import { enhanceCodeForm, submitOnce } from '/passport-modica-2fa.mjs';

const timeOfDay = new Intl.DateTimeFormat(document.documentElement.lang, {
  hour: 'numeric',
  minute: '2-digit',
});

/** Polls the demo phone and adds new messages. */
function pollMessages(screen) {
  const list = screen.querySelector('ol');
  const template = screen.querySelector('template');
  const add = ({ to, text, sentAt }) => {
    const item = template.content.cloneNode(true);
    item.querySelector('[data-text]').textContent = text;
    item.querySelector('[data-to]').textContent = to;
    item.querySelector('time').dateTime = sentAt;
    item.querySelector('time').textContent = timeOfDay.format(new Date(sentAt));
    list.append(item);
  };
  const poll = async () => {
    try {
      const messages = await (await fetch('/handset.json')).json();
      // Fewer than before: the app was restarted.
      if (messages.length < list.children.length) list.replaceChildren();
      const news = messages.slice(list.children.length);
      news.forEach(add);
      if (news.length > 0) screen.scrollTop = screen.scrollHeight;
      screen.querySelector('[data-none]').hidden = messages.length > 0;
    } catch {
      // The app is down, perhaps restarting: try again.
    }
    setTimeout(poll, 1000);
  };
  for (const time of list.querySelectorAll('time')) {
    time.textContent = timeOfDay.format(new Date(time.dateTime));
  }
  screen.scrollTop = screen.scrollHeight;
  poll();
}

const enhance = document.querySelector('[autocomplete="one-time-code"]')
  ? enhanceCodeForm
  : submitOnce;
enhance(document.body);
document.querySelectorAll('[data-screen]').forEach(pollMessages);
