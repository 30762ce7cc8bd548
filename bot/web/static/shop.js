// The demo shop page: signing in, product options, and behaviour events. The page works without it, the chat aside.
const post = (path, body, method = "POST") =>
  fetch(path, { method, headers: { "content-type": "application/json" }, body: body && JSON.stringify(body), keepalive: true });

const session = fetch("/api/session").catch(() => null); // events need its cookie
const queue = [];
let timer;

async function flush() {
  const events = queue.splice(0, 100);
  if (!events.length) return;
  await session;
  await post("/api/events", { events }).catch(() => null); // a lost event only makes statistics poorer
}

function record(kind, node) {
  const { product, rank, place } = node.dataset;
  queue.push({ kind, product_id: product, place, ...(rank ? { rank: Number(rank) } : {}) });
  clearTimeout(timer);
  timer = setTimeout(flush, 1500);
}

const chat = () => document.querySelector("shopkeeper-chat");

function watchTiles() {
  const watcher = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      record("impression", target);
    }
  }, { threshold: 0.6 });
  for (const tile of document.querySelectorAll(".tile")) {
    watcher.observe(tile);
    tile.querySelector("a").addEventListener("click", () => { record("click", tile); flush(); });
  }
}

async function signing(button) {
  button.disabled = true;
  const { signIn } = button.dataset;
  const response = await (signIn ? post("/api/session/demo", { customer_id: signIn }) : post("/api/session", null, "DELETE"));
  if (response.ok) location.reload();
  else button.disabled = false;
}

/** Return the variants that fit what is chosen; all options chosen leaves one at most. */
function fitting(variants, chosen) {
  return variants.filter(({ options }) => Object.entries(chosen).every(([key, value]) => options[key] === value));
}

function productPage(page) {
  record("view", page);
  const variants = JSON.parse(document.getElementById("variants").textContent);
  const form = document.getElementById("options");
  const names = () => [...(form?.querySelectorAll(":checked") ?? [])].map((input) => input.dataset.name);
  const title = () => [page.dataset.title, names().length ? `(${names().join(", ")})` : ""].filter(Boolean).join(" ");
  form?.addEventListener("change", () => {
    const found = fitting(variants, Object.fromEntries(new FormData(form)));
    const inStock = found.some((variant) => variant.in_stock);
    const stock = document.getElementById("stock");
    stock.textContent = inStock ? page.dataset.inStock : page.dataset.soldOut;
    stock.classList.toggle("out", !inStock);
    if (new Set(found.map((variant) => variant.price)).size === 1) document.getElementById("price").textContent = found[0].price;
    for (const input of form.elements) {
      if (input.type !== "radio") continue;
      const rest = Object.fromEntries([...new FormData(form)].filter(([key]) => key !== input.name));
      const possible = fitting(variants, { ...rest, [input.name]: input.value }).some((variant) => variant.in_stock);
      input.parentElement.classList.toggle("gone", !possible);
    }
  });
  document.getElementById("add").addEventListener("click", () => chat()?.say(page.dataset.addText.replace("{title}", title())));
  document.getElementById("ask").addEventListener("click", () => chat()?.ask(page.dataset.askText.replace("{title}", page.dataset.title)));
}

watchTiles();
const strip = document.querySelector(".tree > ul"); // on a phone the categories scroll sideways
const current = strip?.querySelector("[aria-current=page]");
if (current) strip.scrollLeft = current.offsetLeft - (strip.clientWidth - current.offsetWidth) / 2;
addEventListener("pagehide", flush);
for (const button of document.querySelectorAll("[data-sign-in], [data-sign-out]")) button.addEventListener("click", () => signing(button));
for (const button of document.querySelectorAll("[data-open]")) button.addEventListener("click", () => chat()?.open());
document.querySelector(".tool[data-language]")?.addEventListener("click", (event) => chat()?.speak(event.currentTarget.dataset.language));
document.addEventListener("click", (event) => {
  const menu = document.querySelector(".account[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = document.querySelector(".account[open]");
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
const page = document.querySelector("main.product");
if (page) productPage(page);
