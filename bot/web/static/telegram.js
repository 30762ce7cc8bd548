// From the page to Telegram by a one-time link, and back. Loaded only where Telegram is on.
const KEY = "shopkeeper.conversation"; // as the widget keeps it

function conversation() {
  try {
    return JSON.parse(localStorage.getItem(KEY));
  } catch {
    return null;
  }
}

/** Fill the menu with a fresh link each time it is opened: one works once. */
async function offer(menu) {
  const [picture, status, link] = [menu.querySelector("img"), menu.querySelector("[role=status]"), menu.querySelector("a")];
  const id = conversation();
  const response = id && await fetch("/api/telegram/link", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ conversation_id: id, language: document.documentElement.lang.slice(0, 2) }),
  }).catch(() => null);
  const made = response?.ok ? await response.json() : null;
  status.textContent = made ? menu.dataset.hint : menu.dataset.failed;
  picture.hidden = link.parentElement.hidden = !made;
  if (!made) return;
  picture.src = made.qr;
  link.href = made.url;
}

const menu = document.querySelector("[data-telegram]");
menu?.addEventListener("toggle", () => menu.open && offer(menu));

const arrived = document.querySelector("[data-conversation]");
if (arrived) {
  try {
    localStorage.setItem(KEY, JSON.stringify(arrived.dataset.conversation));
    sessionStorage.removeItem("shopkeeper.outbox");
    for (const name of ["open", "begun"]) localStorage.setItem(`shopkeeper.${name}`, "true");
  } catch {
    // storage is forbidden here: the page opens without the conversation
  }
  location.replace(arrived.dataset.home);
}
