"use strict";

// What django-markdownx's script lacks: a way out by keyboard, and errors that can be read.

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

document.addEventListener("DOMContentLoaded", () => {
  for (const widget of document.querySelectorAll(".markdownx")) {
    const editor = widget.querySelector(".markdownx-editor");
    const problem = widget.querySelector(".markdownx-problem");

    widget.addEventListener("markdownx.fileUploadError", (event) => {
      problem.textContent = event.detail[0].error;
      problem.hidden = false;
      // Right after this event it types "Invalid response" into the text.
      const { value, selectionStart, selectionEnd } = editor;
      setTimeout(() => {
        editor.value = value;
        editor.setSelectionRange(selectionStart, selectionEnd);
      });
    });

    widget.addEventListener("markdownx.fileUploadEnd", () => {
      problem.hidden = true;
    });
  }
});
