"use strict";

// What django-markdownx's script lacks: a way out by keyboard, pictures that land where they were
// dropped and can be undone, errors that can be read, and a question before a text is left unsaved.

// It takes Tab for itself. Kept from it, the key does what it does everywhere: move the focus.
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key === "Tab" && event.target.matches(".markdownx-editor")) {
      event.stopPropagation();
    }
  },
  { capture: true },
);

// Pictures. Its own way sends each by itself, writes each where the cursor is when its answer comes,
// and sets the whole text, after which nothing can be undone.

for (const [type, dataOf] of [
  ["drop", (event) => event.dataTransfer],
  ["paste", (event) => event.clipboardData],
]) {
  document.addEventListener(
    type,
    (event) => {
      const files = [...(dataOf(event)?.files ?? [])];
      if (files.length > 0 && event.target.matches?.(".markdownx-editor")) {
        event.preventDefault();
        event.stopImmediatePropagation();
        insertPictures(event.target, files, type === "drop" ? placeOfDrop(event) : null);
      }
    },
    { capture: true },
  );
}

function placeOfDrop(event) {
  const found = document.caretPositionFromPoint?.(event.clientX, event.clientY);
  return found?.offsetNode === event.target ? found.offset : null;
}

async function insertPictures(editor, files, dropped) {
  const place = dropped ?? editor.selectionStart;
  const before = editor.value;
  const problem = editor.closest(".markdownx").querySelector(".markdownx-problem");
  problem.hidden = true;
  const answers = await Promise.all(files.map((file) => upload(editor, file, problem)));
  const codes = answers.flatMap((answer) => answer.image_code ?? []);
  const errors = answers.flatMap((answer) => answer.error ?? []);
  if (codes.length > 0) {
    insert(editor, placeNow(editor.value, before, place), codes.join("\n\n"));
  }
  problem.textContent = [...new Set(errors)].join(" ");
  problem.hidden = errors.length === 0;
}

async function upload(editor, file, problem) {
  const body = new FormData();
  body.append("image", file);
  const headers = { "X-CSRFToken": editor.form.elements.csrfmiddlewaretoken.value };
  const address = editor.dataset.markdownxUploadUrlsPath;
  try {
    const response = await fetch(address, { method: "POST", body, headers, redirect: "error" });
    return await response.json();
  } catch {
    return { error: problem.dataset.failed };
  }
}

// Where a place of an earlier text is now, if something was typed before or behind it meanwhile.
function placeNow(now, before, place) {
  if (now.startsWith(before.slice(0, place))) {
    return place;
  }
  const behind = before.slice(place);
  return now.endsWith(behind) ? now.length - behind.length : now.length;
}

// As if it were typed, so that it can be undone and the preview follows.
function insert(editor, place, text) {
  const { selectionStart } = editor;
  editor.focus();
  editor.setSelectionRange(place, place);
  // Deprecated, and the only way in a textarea that keeps what can be undone.
  if (!document.execCommand("insertText", false, text)) {
    editor.setRangeText(text, place, place, "end");
    editor.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const cursor = selectionStart >= place ? selectionStart + text.length : selectionStart;
  editor.setSelectionRange(cursor, cursor);
}

// Leaving. A form that came back with an error holds what is not saved, whatever it began with.

function isUnsaved(form) {
  const isChanged = (field) =>
    field.options
      ? [...field.options].some((option) => option.selected !== option.defaultSelected)
      : field.type !== "hidden" && "defaultValue" in field && field.value !== field.defaultValue;
  return document.querySelector(".errornote") !== null || [...form.elements].some(isChanged);
}

document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector(".markdownx-editor")?.form;
  let isSent = false;
  form?.addEventListener("submit", () => (isSent = true));
  addEventListener("pageshow", () => (isSent = false)); // back from what followed
  addEventListener("beforeunload", (event) => {
    if (form && !isSent && isUnsaved(form)) {
      event.preventDefault();
    }
  });
});
