/* What follows the node while a page is open: the tick that polls, the countdown, details that stay open. */
(() => {
  "use strict";

  const TICK = 700; // milliseconds between two looks: a changed link is seen within a second

  // Once a form is on its way nothing may come between it and its answer, least of all a reload.
  let leaving = false;
  document.addEventListener("submit", () => {
    leaving = true;
  });
  addEventListener("pageshow", () => {
    leaving = false;
  });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (leaving) {
      event.preventDefault();
    }
  });

  // Polling elements listen for "tick" on the body. Nothing is asked while nobody looks.
  const tick = () => {
    if (document.visibilityState === "visible" && !leaving) {
      document.body.dispatchEvent(new Event("tick"));
    }
  };
  setInterval(tick, TICK);
  document.addEventListener("visibilitychange", tick);

  // <… data-until="UNIX SECONDS" data-total="SECONDS" data-now="UNIX SECONDS OF THE SERVER">
  // The server's clock at render time is taken over, so that a wrong clock in the browser changes nothing.
  const seen = new WeakMap();
  const words = (seconds) => {
    const minutes = Math.floor(seconds / 60);
    return minutes ? `${minutes}:${String(seconds % 60).padStart(2, "0")}` : `${seconds} s`;
  };
  const count = () => {
    for (const element of document.querySelectorAll("[data-until]")) {
      if (!seen.has(element)) {
        seen.set(element, Date.now() / 1000 - Number(element.dataset.now));
      }
      const now = Date.now() / 1000 - seen.get(element);
      const left = Math.max(0, Math.ceil(Number(element.dataset.until) - now));
      for (const text of element.querySelectorAll("[data-left]")) {
        text.textContent = words(left);
      }
      for (const bar of element.querySelectorAll("progress")) {
        bar.value = left;
        bar.classList.toggle("late", left <= 20);
      }
    }
  };
  document.addEventListener("DOMContentLoaded", count);
  setInterval(count, 250);

  // Who was logged out meanwhile is asked to log in, and who lost the server is told so.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const asked = new URL(event.detail.pathInfo.requestPath, location.href);
    const answered = new URL(event.detail.xhr.responseURL, location.href);
    if (asked.pathname !== answered.pathname) {
      event.detail.shouldSwap = false;
      location.reload();
    }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    document.getElementById("lost").hidden = event.detail.successful;
  });

  // A part that is swapped keeps the details that were open and the field that had the focus.
  let open = [];
  let focused = "";
  document.addEventListener("htmx:beforeSwap", () => {
    open = [...document.querySelectorAll("details[id][open]")].map((details) => details.id);
    focused = document.activeElement ? document.activeElement.id : "";
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const id of open) {
      const details = document.getElementById(id);
      if (details) {
        details.open = true;
      }
    }
    const element = focused && document.getElementById(focused);
    if (element && element !== document.activeElement) {
      element.focus({ preventScroll: true });
    }
    count();
    say();
  });

  // What a swapped part has to say aloud is said by an element that stays.
  const say = () => {
    const words = document.querySelector("[data-say]");
    const said = document.getElementById("said");
    if (words && said && said.textContent !== words.textContent) {
      said.textContent = words.textContent;
    }
  };

  // A menu closes when one clicks elsewhere or presses Escape.
  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (menu !== except) {
        menu.open = false;
      }
    }
  };
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      closeMenus(null);
    }
  });
})();
