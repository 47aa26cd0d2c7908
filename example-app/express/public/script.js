// Every page works without this file. It prevents double clicks, counts down and reloads the demo phone.

const timeOfDay = new Intl.DateTimeFormat(document.documentElement.lang, {
  hour: 'numeric',
  minute: '2-digit',
});

/** Submits one form at a time: a double click sends it once. */
function sendOnce() {
  const buttons = document.querySelectorAll('form button');
  let sent = false;
  const setSent = (value) => {
    sent = value;
    for (const button of buttons) button.setAttribute('aria-disabled', String(value));
  };
  addEventListener('submit', (event) => {
    if (sent) {
      event.preventDefault();
      return;
    }
    setSent(true);
    // A request that the user stopped must not leave the page disabled.
    setTimeout(setSent, 20_000, false);
  });
  // The back button may restore the page as it was left.
  addEventListener('pageshow', (event) => {
    if (event.persisted) setSent(false);
  });
}

/** Counts on this machine's clock, whatever its time: the server sends seconds, not a time. */
function countDown(seconds, show, finish) {
  const end = Date.now() + seconds * 1000;
  let timer;
  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left > 0) {
      show(`${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`);
      return;
    }
    clearInterval(timer);
    finish();
  };
  timer = setInterval(tick, 1000);
  tick();
}

function showTimeLeft(line) {
  const time = line.querySelector('[data-time]');
  countDown(
    Number(line.dataset.seconds),
    (left) => {
      time.textContent = line.dataset.left.replace('{time}', left);
    },
    () => {
      line.remove();
      warn(line.dataset.expired);
    },
  );
}

/** Replaces the server's notice; screen readers announce an alert that is added. */
function warn(text) {
  const notice = document.createElement('p');
  notice.className = 'notice alert';
  notice.setAttribute('role', 'alert');
  notice.textContent = text;
  document.getElementById('notice')?.remove();
  document.querySelector('h1').after(notice);
}

function waitToResend(button) {
  const hint = document.getElementById(button.getAttribute('aria-describedby'));
  button.disabled = true;
  countDown(
    Number(button.dataset.seconds),
    (left) => {
      hint.textContent = button.dataset.left.replace('{time}', left);
    },
    () => {
      button.disabled = false;
      hint.textContent = '';
    },
  );
}

/** Fills in the code where the phone provides it (WebOTP). Submitting stays with the user. */
async function fillFromMessage(field) {
  if (!('OTPCredential' in window)) return;
  const request = new AbortController();
  addEventListener('submit', () => request.abort());
  try {
    const { code } = await navigator.credentials.get({
      otp: { transport: ['sms'] },
      signal: request.signal,
    });
    field.value = code;
    field.form.querySelector('button').focus();
  } catch {
    // Submitted before, denied, or not supported: the user types the code.
  }
}

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

sendOnce();
document.querySelectorAll('[data-expires]').forEach(showTimeLeft);
document.querySelectorAll('[autocomplete="one-time-code"]').forEach(fillFromMessage);
document.querySelectorAll('[data-resend]').forEach(waitToResend);
document.querySelectorAll('[data-screen]').forEach(pollMessages);
