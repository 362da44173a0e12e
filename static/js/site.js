// What a page does better with a script than without: suggestions, keys, the theme, copying.
// One file, as a first visit should cost few requests.

// The search field with suggestions below it; without them it is a form like any other. The pattern
// is the editable combobox with list autocomplete of the ARIA Authoring Practices Guide.

const PAUSE = 200; // milliseconds without a key before anything is asked for

function enhance(form) {
  const field = form.querySelector("[type=search]");
  const list = form.querySelector("ul");
  const status = form.querySelector("[role=status]");
  const box = { field, list, status, active: -1, asked: field.value.trim(), request: null };

  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");
  list.setAttribute("role", "listbox");

  field.addEventListener("input", (event) => isComposing(event) || askSoon(box));
  field.addEventListener("compositionstart", () => giveUp(box));
  field.addEventListener("compositionend", () => askSoon(box));
  field.addEventListener("keydown", (event) => isComposing(event) || press(box, event));
  field.addEventListener("blur", () => {
    giveUp(box);
    close(box);
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => follow(event.target.closest("[role=option]")));
}

function press(box, event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && box.list.children.length > 0) {
    // The field is one of the stops, before the first option and after the last.
    const stops = box.list.children.length + 1;
    open(box);
    activate(box, ((box.active + 1 + step + stops) % stops) - 1);
  } else if (event.key === "Enter" && box.active >= 0) {
    follow(box.list.children[box.active]);
  } else if (event.key === "Escape" && !box.list.hidden) {
    close(box); // by itself the key would empty the field
  } else {
    return;
  }
  event.preventDefault();
}

function follow(option) {
  if (option) {
    location.assign(option.dataset.address);
  }
}

function askSoon(box) {
  giveUp(box);
  activate(box, -1);
  box.timer = setTimeout(ask, PAUSE, box);
}

function giveUp(box) {
  clearTimeout(box.timer);
  if (box.request) {
    box.request.abort();
    box.request = null;
    box.asked = null; // it may be asked for again
  }
}

async function ask(box) {
  const text = box.field.value.trim();
  if (text === box.asked) {
    return;
  }
  box.asked = text;
  box.request = new AbortController();
  const { signal } = box.request;
  const answer = text ? await suggestions(box.list.dataset.from, text, signal) : [];
  if (!signal.aborted) {
    box.request = null;
    show(box, answer);
  }
}

// Options for a text; none if there was no answer, about which a reader can do nothing.
async function suggestions(address, text, signal) {
  try {
    const query = new URLSearchParams({ q: text });
    // Whoever is no longer logged in would be led to the login page: that is no answer.
    const response = await fetch(`${address}?${query}`, { signal, redirect: "error" });
    const [, titles, kinds, addresses] = await response.json();
    return titles.map((title, place) => optionOf(title, kinds[place], addresses[place], place));
  } catch {
    return [];
  }
}

function optionOf(title, kind, address, place) {
  const option = document.createElement("li");
  const name = document.createElement("span");
  option.id = `search-suggestion-${place}`;
  option.className = "suggestion";
  option.dataset.address = address;
  option.setAttribute("role", "option");
  option.textContent = `${title} `;
  name.className = "suggestion__kind";
  name.textContent = kind;
  option.append(name);
  return option;
}

function show(box, options) {
  box.list.replaceChildren(...options);
  if (options.length === 0) {
    close(box);
    return;
  }
  open(box);
  activate(box, -1);
  box.status.textContent = box.status.dataset.said.replace("{count}", options.length);
}

function open(box) {
  box.list.hidden = false;
  box.field.setAttribute("aria-expanded", "true");
}

function close(box) {
  activate(box, -1);
  box.list.hidden = true;
  box.field.setAttribute("aria-expanded", "false");
  box.status.textContent = "";
}

function activate(box, index) {
  const option = box.list.children[index];
  box.list.querySelector("[aria-selected]")?.removeAttribute("aria-selected");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  box.field.setAttribute("aria-activedescendant", option?.id ?? "");
  box.active = index;
}

// Safari ends a composition before the key that ended it, which then has this code.
function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

// Keys. A page names what has one by aria-keyshortcuts, so that this list stays where the thing is.

// What j and k step through: the titles in the lists of a page, else its points and what follows
// them. Not what stands beside the text, which scrolls with the reader and would come first always.
const TITLES = ".entry__title, .contents li, .topic > h2, :is(.reference-entries, .tag-cloud) li";
const STOPS = [
  `main :is(${TITLES}, .label-list li) > a:not(.columns__side *)`,
  "main :is(.point__link, .related li > a, .timeline li > a)",
];

function pressKey(event) {
  const isModified = event.ctrlKey || event.metaKey || event.altKey;
  const isTyped = event.target.closest("input, textarea, select, [contenteditable]");
  const step = { j: 1, k: -1 }[event.key];
  const isHeld = event.repeat && !step; // to step on is meant, to press a button again is not
  if (isModified || isTyped || isHeld || isComposing(event)) {
    return;
  }
  const named = document.querySelector(`[aria-keyshortcuts="${CSS.escape(event.key)}"]`);
  if (step) {
    stepTo(step);
  } else if (named?.matches("input")) {
    named.focus();
    named.select();
  } else if (named) {
    named.click();
  } else {
    return;
  }
  event.preventDefault();
}

function stepTo(step) {
  const stops = STOPS.map((some) => [...document.querySelectorAll(some)]).find((s) => s.length > 0);
  if (stops) {
    // From what has the focus, or else from the top of what is seen.
    const here = stops.indexOf(document.activeElement);
    const above = stops.filter((stop) => stop.getBoundingClientRect().bottom <= 0).length;
    const next = here >= 0 ? here + step : step > 0 ? above : above - 1;
    stops[next]?.focus();
    stops[next]?.scrollIntoView({ block: "nearest" });
  }
}

// The theme, without loading the page again.

// Where the last theme is noted that was seen or chosen, for pages that Back shows as they were.
const THEME = "theme";

let remembered = Promise.resolve();

function showTheme(theme) {
  const button = document.querySelector(".theme__button");
  const themes = button ? Object.keys(button.dataset) : [];
  if (themes.includes(theme)) {
    document.documentElement.dataset.theme = theme;
    document.querySelector(".theme__name").textContent = button.dataset[theme];
    button.value = themes[(themes.indexOf(theme) + 1) % themes.length];
  }
}

function noteTheme() {
  try {
    localStorage.setItem(THEME, document.documentElement.dataset.theme);
  } catch {} // a browser that stores nothing
}

// A page that the server has just made knows the choice. One that Back shows may be older than it.
function meetTheme(event) {
  const [visit] = performance.getEntriesByType("navigation");
  if (!event.persisted && visit?.type !== "back_forward") {
    noteTheme();
    return;
  }
  try {
    showTheme(localStorage.getItem(THEME));
  } catch {}
}

function switchTheme(event) {
  event.preventDefault();
  const sent = new FormData(event.target, event.submitter);
  showTheme(event.submitter.value);
  noteTheme();
  // One after the other, as the server keeps what comes last; also when the reader goes on at once.
  // If it cannot be reached, the choice holds for this page, and the next one shows that it was lost.
  const send = () =>
    fetch(event.target.action, { method: "POST", body: sent, redirect: "manual", keepalive: true });
  remembered = remembered.then(send).catch(() => null);
}

// A link to Markdown gets a button that copies what it leads to.

function offerCopy(link) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain-button";
  button.textContent = link.dataset.copy;
  button.setAttribute("aria-live", "polite"); // that it was copied is said, too
  button.addEventListener("click", () => copy(link, button));
  link.replaceWith(button);
}

// Where it cannot be copied, the link leads to the text itself, or to what the server says of it.
async function copy(link, button) {
  try {
    // The promise goes to the clipboard, as Safari allows nothing that comes after waiting.
    const item = new ClipboardItem({ "text/plain": markdown(link.href) });
    await navigator.clipboard.write([item]);
  } catch {
    location.assign(link.href);
    return;
  }
  button.textContent = link.dataset.copied;
  setTimeout(() => (button.textContent = link.dataset.copy), 2000);
}

async function markdown(address) {
  const response = await fetch(address, { redirect: "error" });
  if (!response.ok) {
    throw new Error(response.statusText);
  }
  return new Blob([await response.text()], { type: "text/plain" });
}

document.querySelectorAll(".search").forEach(enhance);
document.querySelectorAll(".theme").forEach((form) => form.addEventListener("submit", switchTheme));
if (navigator.clipboard && window.ClipboardItem) {
  document.querySelectorAll("[data-copy]").forEach(offerCopy); // it is missing without HTTPS
}
addEventListener("pageshow", meetTheme);
addEventListener("storage", (event) => event.key === THEME && showTheme(event.newValue)); // a tab's
document.addEventListener("keydown", pressKey);
