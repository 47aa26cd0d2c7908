// Every page works without this file. It saves a second click, a look at the clock and a reload.

const timeOfDay = new Intl.DateTimeFormat(document.documentElement.lang, {
  hour: 'numeric',
  minute: '2-digit',
});

/** One form at a time: whoever clicks twice sends it once. */
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
    // A request that the reader stopped must not leave a dead page.
    setTimeout(setSent, 20_000, false);
  });
  // 'Back' may bring the page as it was left.
  addEventListener('pageshow', (event) => {
    if (event.persisted) setSent(false);
  });
}

/** Counts on this machine's clock, whatever it shows: the server says only how long. */
function countDown(seconds, show, over) {
  const end = Date.now() + seconds * 1000;
  let timer;
  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left > 0) {
      show(`${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`);
      return;
    }
    clearInterval(timer);
    over();
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
      warn(line.dataset.over);
    },
  );
}

/** Takes the place of what the server said before; an alert that comes is read out. */
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

/** Where the phone hands the code over (WebOTP). It is filled in; sending it stays with the reader. */
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
    // Sent before, refused, or no such phone: the code is typed.
  }
}

/** The phone rings: new messages are added, old ones stay where they are. */
function receive(screen) {
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
  const look = async () => {
    try {
      const messages = await (await fetch('/handset.json')).json();
      // Fewer than before: another start of the app.
      if (messages.length < list.children.length) list.replaceChildren();
      const news = messages.slice(list.children.length);
      news.forEach(add);
      if (news.length > 0) screen.scrollTop = screen.scrollHeight;
      screen.querySelector('[data-none]').hidden = messages.length > 0;
    } catch {
      // The app is away, perhaps to start anew: it is asked again.
    }
    setTimeout(look, 1000);
  };
  for (const time of list.querySelectorAll('time')) {
    time.textContent = timeOfDay.format(new Date(time.dateTime));
  }
  screen.scrollTop = screen.scrollHeight;
  look();
}

sendOnce();
document.querySelectorAll('[data-expires]').forEach(showTimeLeft);
document.querySelectorAll('[autocomplete="one-time-code"]').forEach(fillFromMessage);
document.querySelectorAll('[data-resend]').forEach(waitToResend);
document.querySelectorAll('[data-screen]').forEach(receive);
